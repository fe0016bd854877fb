"""What a run's journal keeps of one seed and of what came of it, read in the state of one moment."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import JournalError, open_reader
from agents.journal_tables import FOLLOWED, SCHEMA, VERSION
from teams.engine.flow import Skill
from teams.engine.records import Seed

BRANCHED = "!"
"""Stands in the ids of what was born in a branch, and in no others."""
_MOST_NAMES = 20_000
"""Ids looked through for one that is near to what was asked for."""
_TYPES = ("pair", "instruction", "passage")


@dataclass(frozen=True)
class Row:
    """A record as it stands."""

    id: str
    type: str
    parent: str
    seed: str
    round: int
    chat: str
    plan: str
    record: str
    """JSON, without its parents."""


@dataclass(frozen=True)
class Target:
    """What somebody asked for: a record, or a chat that yielded none."""

    id: str
    type: str
    """`passage`, `instruction`, `pair`, or `chat`."""
    seed: str
    round: int
    record: str
    """The record itself; of a chat the one it was opened on."""


class Kept:
    """A run as it was when it was opened; it may go on meanwhile."""

    def __init__(self, folder: Path, db: sqlite3.Connection) -> None:
        self.folder, self.db = folder, db
        self.meta: dict[str, Any] = {k: json.loads(v) for k, v in db.execute("SELECT key, value FROM meta")}

    def all(self, sql: str, *values: Any) -> list[Any]:
        """Return what a query finds."""
        return self.db.execute(sql, values).fetchall()

    def column(self, sql: str, *values: Any) -> list[Any]:
        """Return the first column of what a query finds."""
        return [row[0] for row in self.db.execute(sql, values)]

    def has(self, table: str) -> bool:
        """Say whether the journal has a table: older ones lack some."""
        return bool(self.all("SELECT 1 FROM sqlite_master WHERE name=?", table))

    def rows(self, seed: str, round: int) -> list[Row]:
        """Return all records of one round of a seed."""
        sql = "SELECT id, type, parent, seed, round, chat, plan, record FROM records WHERE seed=? AND round=?"
        return [Row(*row) for row in self.all(sql, seed, round)]

    def asides(self, chat: str) -> list[str]:
        """Return the ids of the chats that were held beside one."""
        span = (f"{chat}/aside-", f"{chat}/aside.")
        asked = "SELECT DISTINCT chat FROM calls WHERE chat>=? AND chat<?"
        return sorted({*self.column(asked, *span), *self.column(asked.replace("calls", "messages"), *span)})

    # -- what is asked for

    def target(self, id: str) -> Target:
        """Return what `id` names. Raises `UsageError` with ids that are near it."""
        if BRANCHED in id:
            raise UsageError(f"{id} was made by a branch; name what it was branched from: {id.partition(BRANCHED)[0]}")
        found = {type: (seed, round) for type, seed, round in self.all(
            "SELECT type, seed, round FROM records WHERE id=?", id)}  # fmt: skip
        if type := next((one for one in _TYPES if one in found), None):
            return Target(id, type, *found[type], id)
        if chats := self.all("SELECT seed, round, record FROM chats WHERE id=?", id):
            return self._of_chat(id, *chats[0])
        drops = self.all("SELECT seed, round FROM drops WHERE id=? AND stage<>'seed'", id)
        if drops:  # it fell out before anything was said
            return self._of_chat(id, drops[0][0], drops[0][1], id.rpartition("/")[0])
        raise UsageError(self._unknown(id))

    def _of_chat(self, id: str, seed: str, round: int, record: str) -> Target:
        made = self.column("SELECT id FROM records WHERE id=? AND type='pair'", record)
        judged = self.column("SELECT chat FROM records WHERE id=? AND type='pair'", record) != [id]
        if made and judged and self.column("SELECT stage FROM chats WHERE id=?", id) == ["check"]:
            return Target(record, "pair", seed, round, record)
        return Target(id, "chat", seed, round, record)

    def _unknown(self, id: str) -> str:
        if self.seeds(id):
            few = self.column("SELECT DISTINCT id FROM records WHERE seed=? AND type='pair' ORDER BY id LIMIT 3", id)
            made = f"name one of what came of it: {', '.join(few)}" if few else "no pair came of it"
            return f"{id} is a seed; {made}"
        sql = "SELECT id FROM records UNION SELECT id FROM drops UNION SELECT id FROM chats LIMIT ?"
        near = get_close_matches(id, self.column(sql, _MOST_NAMES), 3, 0.5)
        hint = f"; near it are: {', '.join(near)}" if near else "; ids stand in pairs.jsonl and rejected.jsonl"
        return f"there is no record {id!r} in {self.folder}/{hint}"

    def seeds(self, id: str | None = None) -> list[str]:
        """Return the ids of the seeds of which there is anything; of one, or all."""
        there = [name for name in _OF_SEEDS if self.has(name)]
        tables = [f"SELECT {'id' if name == 'seeds' else 'seed'} AS s FROM {name}" for name in there]
        where = "" if id is None else " WHERE s=?"
        return sorted(
            self.column(f"SELECT DISTINCT s FROM ({' UNION '.join(tables)}){where}", *([] if id is None else [id]))
        )

    # -- the seed

    def seed(self, id: str, plan: str, skill: Skill) -> Seed:
        """Return a seed as the run read it, from its journal or else from the files. Raises `UsageError`."""
        hash = plan.rpartition(":")[2]
        if self.has("seeds"):
            for (text,) in self.all("SELECT seed FROM seeds WHERE id=?", id):
                values = json.loads(text)
                if values["hash"] == hash:
                    return Seed(**{**values, "span": tuple(values["span"])})
        return self._from_files(id, hash, skill)

    def _from_files(self, id: str, hash: str, skill: Skill) -> Seed:
        from teams.engine.mix_seeds import Seeds
        from teams.engine.seeds import SeedError

        paths = [Path(path) for path in self.meta.get("seeds", ())]
        try:
            found = next((seed for seed in Seeds(paths, {skill.name: skill})(skill.name) if seed.id == id), None)
        except (SeedError, OSError) as error:
            raise UsageError(f"the seed {id} can't be read any more: {error}") from None
        if found is None or found.hash != hash:
            why = "is not among the seeds any more" if found is None else "has another text now"
            raise UsageError(f"the seed {id} {why}, and the journal has no copy of it; put the file back as it was")
        return found


_OF_SEEDS = ("seeds", "records", "chats", "drops", "settled")


@contextmanager
def opened(folder: Path) -> Iterator[Kept]:
    """Open a run for reading, in the state of this moment. Raises `UsageError`."""
    try:
        with closing(open_reader(folder)) as db:
            db.execute("BEGIN")
            yield Kept(folder, db)
    except sqlite3.Error as error:
        raise UsageError(f"{folder / 'run.db'} can't be read as a run's journal: {error}") from None


def copy(kept: Kept, path: Path, chats: Sequence[tuple[str, str]], tools: Sequence[str], meta: dict[str, Any]) -> None:
    """Make a journal that holds what was asked and answered in some chats, and no more.

    `chats` are ids in the run with those they get; of those among `tools` the tools' answers come too. Replies that
    were not kept are left out. All in one transaction: a journal that has no meta was never made.
    Raises `JournalError`.
    """
    try:
        _copy(kept, path, chats, tools, meta)
    except sqlite3.Error as error:
        raise JournalError(f"{path} can't be written: {error}; make room, then do it again") from None


def _copy(kept: Kept, path: Path, chats: Sequence[tuple[str, str]], tools: Sequence[str], meta: dict[str, Any]) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA page_size=8192")
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(f"BEGIN; {SCHEMA} {FOLLOWED} PRAGMA user_version={VERSION};")
        for id, new in chats:
            for row in kept.all("SELECT * FROM calls WHERE chat=? AND reply<>''", id):
                db.execute(f"INSERT OR IGNORE INTO calls VALUES ({','.join('?' * len(row))})", (new, *row[1:]))
            sql = "SELECT DISTINCT p.hash, p.text FROM prompts p JOIN calls c ON c.prompt=p.hash WHERE c.chat=?"
            db.executemany("INSERT OR IGNORE INTO prompts VALUES (?,?)", kept.all(sql, id))
        for id in tools:
            for row in kept.all("SELECT * FROM tools WHERE chat=?", id):
                db.execute(f"INSERT OR IGNORE INTO tools VALUES ({','.join('?' * len(row))})", row)
        db.execute("DELETE FROM usage")  # nothing of this was spent here
        db.executemany("INSERT INTO meta VALUES (?,?)", [(key, json.dumps(value)) for key, value in meta.items()])
        db.execute("COMMIT")
