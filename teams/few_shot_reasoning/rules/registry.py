"""All families of rules, by name."""

from __future__ import annotations

from teams.few_shot_reasoning.rules.commands import Commands
from teams.few_shot_reasoning.rules.domain import Domain
from teams.few_shot_reasoning.rules.figures import Figures, Operators
from teams.few_shot_reasoning.rules.formats import Formats
from teams.few_shot_reasoning.rules.grids import Grids
from teams.few_shot_reasoning.rules.house import House
from teams.few_shot_reasoning.rules.letters import Letters, Marked
from teams.few_shot_reasoning.rules.puzzles import Deduction, Tracking
from teams.few_shot_reasoning.rules.records import Sorted
from teams.few_shot_reasoning.rules.rows import Phrases, Rows
from teams.few_shot_reasoning.rules.tables import Tables
from teams.few_shot_reasoning.rules.tongue import Inflection, Tongue


def _named(domain: Domain, name: str) -> Domain:
    domain.name = name
    return domain


_ALL: tuple[Domain, ...] = (
    Figures(), Operators(), Letters(), Marked(), Rows(), Phrases(), Grids(), Sorted(), Formats(), Tables(), Commands(),
    Tongue(), Inflection(), Deduction(), Tracking(), House(), _named(Figures(True), "figures_but"),
    _named(Letters(True), "letters_but"), _named(Rows(True), "rows_but"), _named(Phrases(True), "phrases_but"),
)  # fmt: skip
DOMAINS = {domain.name: domain for domain in _ALL}
"""Domains hold no state."""
