"""All format rules by name."""

from collections.abc import Mapping

from teams.engine.demands import (
    care,
    data,
    edges,
    frame,
    json_layout,
    layout,
    length,
    office,
    records,
    software,
    spelling,
    spoken,
    words,
)
from teams.engine.demands.rule import Rule

_MODULES = (length, words, spelling, edges, frame, layout, spoken, data, json_layout, records, care, software, office)
RULES: Mapping[str, Rule] = {
    rule.name: rule for module in _MODULES for rule in vars(module).values() if isinstance(rule, Rule)
}
"""In the order of their files."""
