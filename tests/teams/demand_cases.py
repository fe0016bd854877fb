"""Answers that meet a format rule and answers that break it, written side by side."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Edit:
    """A good answer spoilt: which one, what is replaced by what, and a piece of the evidence."""

    of: int
    old: str
    new: str
    evidence: str


@dataclass(frozen=True)
class Case:
    """A rule with parameters, answers that meet it, and answers that break it with a piece of the evidence."""

    rule: str
    params: dict[str, Any]
    good: Sequence[str]
    bad: Sequence[Edit | tuple[str, str]]

    def broken(self) -> list[tuple[str, str]]:
        """The bad answers and what the evidence must name."""
        return [self._spoilt(bad) if isinstance(bad, Edit) else bad for bad in self.bad]

    def _spoilt(self, edit: Edit) -> tuple[str, str]:
        text = self.good[edit.of]
        assert edit.old in text, f"{self.rule}: {edit.old!r} is not in {text!r}"
        return text.replace(edit.old, edit.new), edit.evidence
