"""What a comparison reads of a data set: its pairs, what fell at the checks, its seeds, and who taught."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from sys import intern
from typing import Any

from agents.errors import UsageError
from eval.data.batches import Batch
from eval.data.near import Repeats
from eval.data.rows import UNNAMED, Item, Row
from eval.data.sources import Source
from tools.word_hashes import hash_words

Cell = tuple[str, str]
"""Skill and kind."""
NO_SEED = ""
_AT_ONCE = 64
"""Pairs hashed together: as many as a processor's cache holds."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is remembered of a pair: its row is read again where a judge is to see it."""

    path: Path
    id: str
    skill: str
    kind: str
    stage: str
    seed: str
    """Its hash, or nothing."""
    request_words: int
    answer_words: int
    said: bytes
    """A hash of all that was said."""
    line: int


@dataclass
class DataSet:
    """All of one data set that is compared."""

    path: Path
    items: list[Held] = field(default_factory=list)
    accepted: Counter[Cell] = field(default_factory=Counter)
    fallen: Counter[Cell] = field(default_factory=Counter)
    """Pairs that came to the checks and fell there."""
    before: Counter[str] = field(default_factory=Counter)
    """What fell out earlier, by stage: declined seeds, failed chats."""
    reasons: Counter[str] = field(default_factory=Counter)
    """By check: pairs that it rejected."""
    by_seed: dict[str, list[int]] = field(default_factory=dict)
    """By seed's hash: accepted, and fallen at the checks."""
    places: dict[str, str] = field(default_factory=dict)
    """By seed's hash: where an accepted pair says it stood."""
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


def read(path: Path, repeats: Repeats | None = None) -> DataSet:
    """Read a run's folder or an exported file; `repeats` is shown its pairs, in their order.

    The rows stream by: half a kilobyte is kept of each. Raise `UsageError` where nothing in it is a pair or a rejected
    one.
    """
    source = Source(path)
    made = DataSet(path, knows_fallen=source.is_run)
    items = source.items(0)
    while some := list(islice(items, _AT_ONCE)):
        if repeats is not None:
            words = hash_words([text for item in some for text in (item.request, item.answer)])
            repeats.add(Batch(len(made.items), some, words))
        for item in some:
            _accept(made, item)
    for row in source.rejected():
        _fell(made, row)
    made.unread = source.faults.count
    if not made.items and not made.fallen:
        raise UsageError(f"{path} holds no pairs, accepted or rejected; there is nothing to compare")
    return made


def _accept(made: DataSet, item: Item) -> None:
    seed = seed_of(item.row)
    said = " ".join(f"{item.system}\0{item.request}\0{item.answer}".split())
    made.items.append(
        Held(
            made.path, item.id, intern(item.skill), intern(item.kind), intern(item.stage), intern(seed),
            len(item.request.split()), len(item.answer.split()),
            blake2b(said.encode("utf-8", "replace"), digest_size=16).digest(), item.line,
        )
    )  # fmt: skip
    made.accepted[item.skill, item.kind] += 1
    if seed not in made.places:
        made.places[seed] = _place(item.row)
    _note(made, item.row, 0)


def rows_of(pairs: Iterable[Held]) -> dict[Held, Row]:
    """Read the rows of some pairs again. Raise `UsageError` where one is no longer there."""
    wanted: dict[Path, dict[int, Held]] = {}
    for one in pairs:
        wanted.setdefault(one.path, {})[one.line] = one
    found: dict[Held, Row] = {}
    for path, lines in wanted.items():
        for item in Source(path).items(0):
            there = lines.get(item.line)
            if there is not None and there.id == item.id:
                found[there] = item.row
        if lost := [one.id for one in lines.values() if one not in found]:
            raise UsageError(f"{path} was changed while it was read: {lost[0]} is not where it was; compare again")
    return found


def _place(row: Row) -> str:
    seed = row.get("seed")
    if not isinstance(seed, Mapping):
        return ""
    span = seed.get("span")
    where = f":{span[0]}-{span[1]}" if isinstance(span, (list, tuple)) and len(span) == 2 else ""
    return f"{seed.get('path')}{where}"


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
