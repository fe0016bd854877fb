"""The hand-written answers in `answers.jsonl`, and how they are marked: what a careful reader would take from each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from eval import extract

KINDS = ("choice", "choices", "number", "math", "span", "yes_no", "free", "json")
PARTS = ("tuned", "held", "fresh", "later")
"""What the patterns were made on; kept aside then; written against them as they stood, and then learned from; written
after the last correction, and not learned from."""
FILE = Path(__file__).with_name("answers.jsonl")


@dataclass(frozen=True)
class Answer:
    """What somebody answered, and what it means."""

    id: str
    kind: str
    question: str
    answer: str
    gold: Any
    """None: a careful reader says that nothing is settled."""
    note: str
    options: tuple[str, ...] = ()
    held: bool = False
    """Kept aside while the patterns were made."""
    fresh: bool = False
    """Written after the patterns stood, by someone who wanted them to fail."""

    @property
    def part(self) -> str:
        """Name the part it belongs to."""
        if self.id.startswith("later-"):
            return "later"
        return "fresh" if self.fresh else "held" if self.held else "tuned"


def answers() -> Iterator[Answer]:
    """Yield all of them, in the order of the file."""
    for line in FILE.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Answer(**row | {"options": tuple(row.get("options", ()))})


def read(one: Answer) -> extract.Extracted:
    """Extract, as the answer's kind asks for."""
    match one.kind:
        case "choice":
            return extract.choice(one.answer, one.options)
        case "choices":
            return extract.choices(one.answer, one.options)
        case "free":
            return extract.free(one.answer, one.options)
        case "number":
            return extract.number(one.answer)
        case "math":
            return extract.math(one.answer)
        case "span":
            return extract.spans(one.answer)
        case "yes_no":
            return extract.yes_no(one.answer)
    return extract.json_value(one.answer)


def agrees(one: Answer, value: Any) -> bool:
    """Say whether a value that was read is what the answer means; both may be None."""
    if value is None or one.gold is None:
        return value is None and one.gold is None
    match one.kind:
        case "choices":
            return list(value) == one.gold
        case "number":
            return bool(value == Fraction(one.gold))
        case "math":
            return extract.math_equal(value, one.gold)
        case "span":
            return extract.drop_score(value, [one.gold])[0] > 0.5
    return bool(value == one.gold)
