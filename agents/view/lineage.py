"""Where a record came from: its births, from the seed on, and the chats that were held for it.

A record's parent stands beside it in the journal. What a branch made has its parents in the journal of the run it was
branched off; its ids say so.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.view.conversation import read
from agents.view.run import BRANCH, Missing, Run

TYPES = ("pair", "instruction", "passage")
"""Types of records in a journal, youngest first: a pair has its instruction's id."""
STAYED_OUT = "c.state IS NOT 'done' AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id=d.id)"
"""Of a drop `d` and its chat `c`: a chat that failed and, in a run gone on with, came to its end, did not fall out."""
_RECORD = "SELECT type, parent, seed, stage, kind, chat, record FROM records WHERE id=?"


@dataclass(frozen=True)
class Birth:
    """A record on the way from a seed to a pair, and where it stands."""

    id: str
    type: str
    seed: str
    stage: str = ""
    kind: str = ""
    chat: str | None = None
    """The chat it was born in."""
    parent: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)
    """The record itself, without its parents."""

    @property
    def text(self) -> str:
        """What it says; of a pair, the last words of its assistant."""
        if self.type != "pair":
            return str(self.record.get("text") or "")
        said = [m.get("content") for m in self.record.get("messages") or () if m.get("role") == "assistant"]
        return str(next((words for words in reversed(said) if words), ""))


def homes(run: Run, id: str) -> list[Run]:
    """The journals in which what belongs to an id may stand: first that in which it was made.

    A branch's journal holds copies of what it began with; of those the original's tells more.
    """
    trunk = run.trunk or run
    return list(dict.fromkeys([run.of(id), trunk] if BRANCH.search(id) else [trunk, run]))


def lineage(run: Run, id: str) -> list[Birth]:
    """Return the births of a record, the seed's first. A seed has one. Raises `Missing`."""
    found = _records(run, id)
    if not found:
        seed = seed_id(run, id)
        if not id or seed != id:
            raise Missing(f"no record {id!r} in {run.folder}/; ids are listed by `text RUN list`")
        return [Birth(seed, "seed", seed)]
    return ascended(id, lambda known: found if known == id else _records(run, known))


def ascended(id: str, look: Callable[[str], Mapping[str, Birth]]) -> list[Birth]:
    """Return the births of a record, the seed's first, where `look` finds the records of an id by their types."""
    found = look(id)
    births = [found[type_] for type_ in TYPES if type_ in found]
    seen = {id}
    while births[-1].type != "seed":
        parent = _parent(births[-1], look)
        if parent.id in seen:  # a journal that was tampered with
            parent = Birth(births[-1].seed, "seed", births[-1].seed)
        seen.add(parent.id)
        births.append(parent)
    return births[::-1]


def _parent(child: Birth, look: Callable[[str], Mapping[str, Birth]]) -> Birth:
    """The record another was born of, or its seed. A passage that was worked over names itself."""
    if child.type != "passage" and child.parent and child.parent != child.id:
        above = look(child.parent)
        type_ = next((t for t in ("instruction", "passage") if t in above), None)
        if type_:
            return above[type_]
    return Birth(child.seed, "seed", child.seed)


def _records(run: Run, id: str) -> dict[str, Birth]:
    for home in homes(run, id):
        if rows := home.rows(_RECORD, (id,)):
            return {
                type_: Birth(id, type_, seed, stage, kind, chat or None, parent or "", read(record, dict))
                for type_, parent, seed, stage, kind, chat, record in rows
            }
    return {}


def seed_id(run: Run, id: str) -> str:
    """Return the seed that an id of a record, a chat or a seed belongs to; '' where the journal knows none."""
    asked = (
        ("seeds", "SELECT id FROM seeds WHERE id=?"),
        ("records", "SELECT seed FROM records WHERE id=?"),
        ("chats", "SELECT seed FROM chats WHERE id=?"),
        ("drops", "SELECT seed FROM drops WHERE id=?"),
    )
    for home in homes(run, id):
        for table, sql in asked:
            if home.has(table) and (found := home.rows(sql, (id,))):
                return str(found[0][0])
        for table in ("chats", "drops"):  # without a table of seeds: what came of it begins with its id
            found = home.rows(f"SELECT seed FROM {table} WHERE id>? AND id<? LIMIT 1", within(id))
            if found and found[0][0] == id:
                return id
    return ""


def within(id: str) -> tuple[str, str]:
    """The bounds between which the ids stand that begin with another and a slash."""
    return f"{id}/", f"{id}0"


def dropped(run: Run, id: str) -> dict[str, Any] | None:
    """Return why what is at an id fell out: `{"stage", "kind", "reasons"}`; None where it did not, or came through."""
    sql = f"SELECT d.stage, d.kind, d.reasons FROM drops d LEFT JOIN chats c ON c.id=d.id WHERE {STAYED_OUT} AND d.id=?"
    for home in homes(run, id):
        if found := home.rows(sql, (id,)):
            stage, kind, reasons = found[0]
            return {"stage": stage, "kind": kind, "reasons": read(reasons, list)}
    return None


def way(run: Run, id: str, drop: Mapping[str, Any] | None) -> tuple[list[Birth], str]:
    """The births up to a record; for a chat that yielded nothing those up to what it was held over, and its id."""
    try:
        return lineage(run, id), ""
    except Missing:
        chats = [home.rows("SELECT record, stage FROM chats WHERE id=?", (id,)) for home in homes(run, id)]
        over, stage = next((rows[0] for rows in chats if rows), ("", ""))
        if not over and drop:  # it was declined before anybody had a seat: the id says over what
            over = id.rpartition("/")[0]
        if not over:
            raise
        births = lineage(run, over)
        # Only a judge looks at the pair; other chats were held over its instruction.
        return births[:-1] if births[-1].type == "pair" and stage != "check" else births, id


# -- chats


@dataclass(frozen=True)
class Held:
    """A chat that was held, as the journal lists it."""

    id: str
    record: str
    stage: str
    kind: str
    state: str
    error: str
    cast: Sequence[str]
    order: int
    home: Run
    bore: frozenset[str] = frozenset()
    """Ids of the records it yielded."""

    @property
    def label(self) -> str:
        """The name of its flow: a chooser's differs from that of the flow it chooses for."""
        name = self.id[len(self.record) + 1 :].partition("@")[0]
        return name.removesuffix(f"-{self.kind}")


def chats_of_seed(run: Run, seed: str, id: str = "") -> list[Held]:
    """All chats held over a seed and what came of it, in the order they were begun; of a branch, its own too."""
    found: dict[str, Held] = {}
    for home in homes(run, id or seed):
        with home.reading() as db:
            for held in held_over(db, home, seed):
                found.setdefault(held.id, held)
    return sorted(found.values(), key=lambda held: held.order)


def held_over(db: sqlite3.Connection, home: Run, seed: str) -> Iterator[Held]:
    """Yield the chats of a seed in one journal."""
    born: dict[str, set[str]] = {}
    for chat, id in db.execute("SELECT chat, id FROM records WHERE seed=?", (seed,)):
        born.setdefault(chat, set()).add(id)
    sql = 'SELECT id, record, stage, kind, state, error, "cast", rowid FROM chats WHERE id>? AND id<?'
    for id, record, stage, kind, state, error, cast, order in db.execute(sql, within(seed)):
        names = read(cast, list)
        yield Held(id, record, stage, kind, state, error or "", names, order, home, frozenset(born.get(id, ())))


def chats_of(births: Sequence[Birth], held: Sequence[Held], failed: str = "") -> list[Held]:
    """Return the chats that led to a record, in the order of its births: choosers, the chats of birth, the judge's.

    `failed` is a chat that yielded nothing, where it is that whose way is asked for.
    """
    born = {birth.chat for birth in births if birth.chat}
    found: list[Held] = []
    for birth, following in zip(births, [*births[1:], None], strict=True):
        if following is not None and following.id == birth.id:
            continue  # a pair has its instruction's id: all chats over it are told of with the pair
        here = [chat for chat in held if chat.record == birth.id]
        wanted = {*born, failed}
        found += [chat for chat in here if chat.id in wanted or _belongs(chat, birth, following, here, failed)]
    return found


def _belongs(chat: Held, birth: Birth, following: Birth | None, here: Sequence[Held], failed: str) -> bool:
    """Say whether a chat over one record is part of the way to the next, besides that in which the next was born."""
    if following is None and not failed:
        return not chat.bore and (birth.type != "pair" or chat.stage in ("check", "demand"))
    if birth.type == "seed" and following:  # a passage worked over in a second chat names only that one
        return chat.id.endswith(f"-{following.id.rpartition('/')[2]}") or (not chat.bore and chat.state == "done")
    bearer = next((other for other in here if other.id == (following.chat if following else failed)), None)
    is_chooser = bearer is not None and chat.stage == bearer.stage and chat.label != bearer.label
    return is_chooser and not chat.bore and chat.state == "done"
