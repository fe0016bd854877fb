"""What a comparison reads of a data set: its pairs, what fell at the checks, its seeds, and who taught."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.data.rows import UNNAMED, Item, Row
from eval.data.sources import Source

Cell = tuple[str, str]
"""Skill and kind."""
NO_SEED = ""


@dataclass
class DataSet:
    """All of one data set that is compared."""

    path: Path
    items: list[Item] = field(default_factory=list)
    accepted: Counter[Cell] = field(default_factory=Counter)
    fallen: Counter[Cell] = field(default_factory=Counter)
    """Pairs that came to the checks and fell there."""
    before: Counter[str] = field(default_factory=Counter)
    """What fell out earlier, by stage: declined seeds, failed chats."""
    reasons: Counter[str] = field(default_factory=Counter)
    """By check: pairs that it rejected."""
    by_seed: dict[str, list[int]] = field(default_factory=dict)
    """By seed's hash: accepted, and fallen at the checks."""
    models: dict[str, set[str]] = field(default_factory=dict)
    """By role: who spoke."""
    unread: int = 0
    """Rows that could not be read."""
    knows_fallen: bool = False
    """Whether anything is known of what fell: an exported file holds none of it."""

    @property
    def seeds(self) -> set[str]:
        """Hashes of the seeds that came to the checks; seeds without a hash are none."""
        return set(self.by_seed) - {NO_SEED}

    @property
    def teachers(self) -> set[str]:
        """All models that spoke in any role."""
        return {name for names in self.models.values() for name in names}


def read(path: Path) -> DataSet:
    """Read a run's folder or an exported file. Raise `UsageError` where nothing in it is a pair or a rejected one."""
    source = Source(path)
    made = DataSet(path, knows_fallen=source.is_run)
    for item in source.items(0):
        made.items.append(item)
        made.accepted[item.skill, item.kind] += 1
        _note(made, item.row, 0)
    for row in source.rejected():
        _fell(made, row)
    made.unread = source.faults.count
    if not made.items and not made.fallen:
        raise UsageError(f"{path} holds no pairs, accepted or rejected; there is nothing to compare")
    return made


def _fell(made: DataSet, row: Row) -> None:
    pair = row.get("pair")
    if not isinstance(pair, Mapping):
        made.before[str(row.get("stage") or UNNAMED)] += 1
        return
    kinds = pair.get("kinds")
    kind = row.get("kind") or (kinds.get("instruct") if isinstance(kinds, Mapping) else None)
    skill = pair.get("skill") or str(row.get("id") or "").partition("/")[0]
    made.fallen[str(skill or UNNAMED), str(kind or UNNAMED)] += 1
    made.reasons.update({str(reason).partition(":")[0] for reason in _listed(row.get("reasons"))})
    _note(made, pair, 1)


def _note(made: DataSet, row: Row, place: int) -> None:
    made.by_seed.setdefault(seed_of(row), [0, 0])[place] += 1
    models = row.get("models")
    for role, name in models.items() if isinstance(models, Mapping) else ():
        made.models.setdefault(str(role), set()).add(str(name))


def seed_of(row: Row) -> str:
    """Return the hash of the seed a row comes from, or nothing."""
    seed = row.get("seed")
    return str(seed.get("hash") or NO_SEED) if isinstance(seed, Mapping) else NO_SEED


def _listed(value: Any) -> Iterator[Any]:
    return iter(value if isinstance(value, list) else ())
