"""What a reading pair has to pass before it is examined."""

from __future__ import annotations

from teams.engine.checks import general_text_checks
from teams.engine.stages.checks import (
    evidence_occurs,
    figures_from_text,
    format_kept,
    in_the_language,
    quotations_occur,
)
from teams.engine.verdict import Check

CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    evidence_occurs,
    quotations_occur,
    figures_from_text,
    format_kept,
    in_the_language,
)
"""By program; whether the answer is right is found by examination."""
