"""How a run's right labels are spread: by sense, by place in the list, by whether nothing fits.

    python -m teams.text_classification.balance RUN

prints a row for each kind. What a designer can choose is drawn beforehand (`wishes`), and places are shuffled; this
shows what the draw came to after rejections, and where the texts themselves lean.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.errors import UsageError


@dataclass
class Spread:
    """The right labels of one kind."""

    pairs: int = 0
    places: Counter[int] = field(default_factory=Counter)
    """Where in the list as shown it stood, from 1."""
    expected_first: float = 0.0
    """How many would stand first by chance: the sum of one over the number of labels."""
    senses: Counter[int] = field(default_factory=Counter)
    """Which of the senses that the kind's brief names in order, from 1; empty for kinds without."""
    none: int = 0
    """Pairs in which the label for what nothing else covers is right."""
    names: Counter[str] = field(default_factory=Counter)


def shares_of(rows: Iterable[Mapping[str, Any]]) -> dict[str, Spread]:
    """Count the right labels of exported rows, by kind."""
    found: dict[str, Spread] = {}
    for row in rows:
        spread, gold = found.setdefault(row["kinds"]["instruct"], Spread()), row["gold"]
        spread.pairs += 1
        if gold["place"] is not None:
            spread.places[gold["place"]] += 1
            spread.expected_first += 1 / len(row["labels"])
        if gold["sense"] is not None:
            spread.senses[gold["sense"] + 1] += 1
        spread.none += bool(gold["is_none"])
        spread.names.update(_names(gold["key"]))
    return found


def _names(key: Any) -> list[str]:
    return list(key.values()) if isinstance(key, dict) else key if isinstance(key, list) else [key]


def table(found: Mapping[str, Spread]) -> str:
    """Return the spread as a table, a row for each kind."""
    lines = ["kind | pairs | first in the list (by chance) | senses | nothing fits | commonest label"]
    for kind, spread in sorted(found.items()):
        senses = " ".join(f"{sense}:{count}" for sense, count in sorted(spread.senses.items()))
        name, count = spread.names.most_common(1)[0]
        first = f"{spread.places[1]} ({spread.expected_first:.1f})" if spread.places else ""
        share = f"{name} ({count / spread.names.total():.0%})"
        lines.append(f"{kind} | {spread.pairs} | {first} | {senses} | {spread.none or ''} | {share}")
    return "\n".join(lines)


def main(argv: list[str]) -> int:
    """Print the table of a run; return the exit code."""
    try:
        if len(argv) != 1:
            raise UsageError("give one run folder: python -m teams.text_classification.balance RUN")
        path = Path(argv[0]) / "pairs.jsonl"
        if not path.is_file():
            raise UsageError(f"{path} is not there: a run writes it when it ends")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        own = [row for row in rows if row.get("skill") == "text_classification"]
        sys.stdout.write(f"{table(shares_of(own))}\n")
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
