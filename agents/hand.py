"""What people decided about a run: pairs accepted, rejected or edited by hand, branches kept.

Nothing is changed in place. Each act is one more row of `hand.db`, made by somebody at some time about one record, and
what a record has become is read off its acts in order. An act that is undone stays on record too. Several people may
write at once: who acts on a record says which act was the last they saw, and where somebody else was quicker nothing
is written and both sides are told.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.chat_log import storable
from agents.errors import UsageError

Row = Mapping[str, Any]
"""One line of `pairs.jsonl`."""
ACTS = ("accept", "reject", "edit", "keep", "undo")
"""Say that a pair is good; that it is not, and why; put other messages in its place; take a branch's pair into the
data; take an act back."""
ROLES = ("system", "user", "assistant", "tool")
PERSON = "person"
"""Who judged, among a verdict's `judged_by`."""
BUSY = 10.0
"""Seconds to wait for somebody else's act to be written."""
DEEPEST = 100
"""Lists and objects within each other: readers that go deep into the program have less room than who writes."""
VERSION = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS acts (n INTEGER PRIMARY KEY AUTOINCREMENT, at REAL NOT NULL, who TEXT NOT NULL,
  record TEXT NOT NULL, act TEXT NOT NULL, value TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS acts_of_record ON acts (record, n);
"""


@dataclass(frozen=True)
class Act:
    """One thing somebody did."""

    n: int
    """Counts from 1 through all acts of a run."""
    at: float
    """Seconds since 1970."""
    who: str
    record: str
    """Id of the pair."""
    act: str
    """One of `ACTS`."""
    value: Mapping[str, Any]
    """accept, reject: `reason`; edit: `messages`; keep: `row`, `of` (the original's id), `branch` (its number); undo:
    `act` (its n)."""


class Conflict(Exception):
    """Somebody else acted on the record since it was looked at. Nothing was written."""

    def __init__(self, acts: Sequence[Act]) -> None:
        super().__init__(f"{acts[-1].who} was quicker ({acts[-1].act}); look at it again")
        self.acts = acts
        """What was done meanwhile, oldest first."""


class Hand:
    """The acts of one run folder. Opens its file for each question: several processes share it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "hand.db"

    def act(self, record: str, act: str, value: Mapping[str, Any], *, who: str, base: int) -> Act:
        """Write one act down and return it.

        `base` is the `n` of the last act on the record that the person has seen, 0 for none. Raises `Conflict` where
        there are later ones, and `UsageError` for an act that can't be or a file that can't be written.
        """
        check(record, act, value, who)
        with self._writing() as db:
            later = _acts(db, "record=? AND n>?", (record, base))
            if later:
                raise Conflict(later)
            if act == "undo" and not _acts(db, "record=? AND n=?", (record, value["act"])):
                raise UsageError(f"there is no act {value['act']} on {record} that could be undone")
            row = (time.time(), storable(who), record, act, _dumped(value))
            n = db.execute("INSERT INTO acts (at, who, record, act, value) VALUES (?,?,?,?,?)", row).lastrowid
            return _acts(db, "n=?", (n,))[0]

    def acts(self, record: str) -> list[Act]:
        """Return all acts on a record, those undone too, oldest first."""
        with self._reading() as db:
            return _acts(db, "record=?", (record,)) if db else []

    def touched(self) -> dict[str, list[Act]]:
        """Return the acts on every record that has any, by its id, in the order of the ids."""
        found: dict[str, list[Act]] = {}
        with self._reading() as db:
            for act in _acts(db, "1") if db else []:
                found.setdefault(act.record, []).append(act)
        return dict(sorted(found.items()))

    def version(self) -> int:
        """Return the `n` of the newest act, 0 if there is none: what was read of this version is still true."""
        with self._reading() as db:
            return int(db.execute("SELECT coalesce(max(n), 0) FROM acts").fetchone()[0]) if db else 0

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection | None]:
        """Open the file for reading; None where nobody has acted yet."""
        if not self.path.exists():
            yield None
            return
        try:
            with closing(sqlite3.connect(self.path.absolute().as_uri() + "?mode=ro", uri=True, timeout=BUSY)) as db:
                if not db.execute("SELECT 1 FROM sqlite_master WHERE name='acts'").fetchone():
                    yield None  # somebody is just about to make it
                    return
                _check_version(db, self.path)
                yield db
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{self.path} can't be read: {error}; put a good copy in its place") from None

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Hold the file for one act, made and on disk when this ends, or not made at all."""
        if not self.path.parent.is_dir():
            raise UsageError(f"no run in {self.path.parent}/: name the folder a run printed at its end")
        try:
            with closing(sqlite3.connect(self.path, timeout=BUSY, isolation_level=None)) as db:
                db.execute("BEGIN IMMEDIATE")
                try:
                    _prepare(db, self.path)
                    yield db
                except BaseException:
                    db.execute("ROLLBACK")
                    raise
                db.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{self.path} can't be written: {error}; nothing was changed") from None


def standing(acts: Sequence[Act]) -> list[Act]:
    """Return the acts that count: without the undone ones and the undoing. What undid may itself be undone."""
    gone: set[int] = set()
    kept = []
    for act in reversed(acts):
        if act.n in gone:
            continue
        if act.act == "undo":
            gone.add(act.value["act"])
        else:
            kept.append(act)
    return kept[::-1]


def overlay(row: Row | None, acts: Sequence[Act]) -> Row | None:
    """Return a row as people left it; `row` is the machine's, None for a branch's pair. None: there is no such row.

    It has `hand`, all acts that stand. Edited, `messages` are the person's and `edited_from` the machine's; what the
    checks and judges found is of these: `verdict.of_edited_from` is true. Accepted or rejected, `verdict.by_hand` says
    by whom and why; whether before the edit or after it is told by the order in `hand`.
    """
    left = standing(acts)
    if row is None:
        kept = [act for act in left if act.act == "keep"]
        if not kept:
            return None
        row = kept[-1].value["row"]
    if not left:
        return row
    made = {**row, "hand": [_told(act) for act in left]}
    edits = [act for act in left if act.act == "edit"]
    is_edited = bool(edits) and edits[-1].value["messages"] != row["messages"]
    verdict = row.get("verdict") or {}
    if is_edited:
        verdict = {**verdict, "of_edited_from": True}
        made |= {"messages": edits[-1].value["messages"], "edited_from": row["messages"], "verdict": verdict}
    words = [act for act in left if act.act in ("accept", "reject")]
    if words:
        made["verdict"] = _judged(verdict, words[-1])
    return made


def _judged(verdict: Mapping[str, Any], act: Act) -> dict[str, Any]:
    said = {"accepted": act.act == "accept", "who": act.who, "at": act.at, "reason": act.value.get("reason", "")}
    judges = sorted({*verdict.get("judged_by", ()), PERSON})
    return {**verdict, "accepted": said["accepted"], "judged_by": judges, "by_hand": said}


def _told(act: Act) -> dict[str, Any]:
    return {"n": act.n, "at": act.at, "who": act.who, "act": act.act, "reason": str(act.value.get("reason", ""))}


def check(record: str, act: str, value: Mapping[str, Any], who: str) -> None:
    """Refuse an act that can't be. Raises `UsageError`."""
    if not who.strip():
        raise UsageError("say who you are: an act without a name can't be told from another's")
    if not record:
        raise UsageError("an act is about one record: name its id")
    if act not in ACTS:
        raise UsageError(f"there is no act {act!r}; there are: {', '.join(ACTS)}")
    if not isinstance(value.get("reason", ""), str) or (act == "reject" and not value.get("reason", "").strip()):
        raise UsageError("say in words why it is rejected: whoever mends the prompt will read it")
    if act == "edit" and (problem := messages_problem(value.get("messages"))):
        raise UsageError(problem)
    if act == "keep" and not (isinstance(value.get("row"), Mapping) and value["row"].get("id") == record):
        raise UsageError("a branch is kept with the row of its pair")
    if act == "undo" and not (type(value.get("act")) is int and abs(value["act"]) < 2**63):
        raise UsageError('say which act is to be undone: {"act": its number}')


def messages_problem(messages: Any) -> str | None:
    """Say why `messages` can't be a pair's, or None."""
    if not isinstance(messages, list) or not messages or not all(isinstance(one, Mapping) for one in messages):
        return "an edit is the whole list of messages, each with its role and content"
    for number, message in enumerate(messages, 1):
        if message.get("role") not in ROLES:
            return f"message {number} has the role {message.get('role')!r}; there are: {', '.join(ROLES)}"
        if not isinstance(message.get("content"), str | None):
            return f"the content of message {number} is no text"
        if not _are_calls(message.get("tool_calls")):
            return f'a call of message {number} is no {{"function": {{"name": text, "arguments": JSON as text}}}}'
    answers = [one for one in messages if one["role"] == "assistant"]
    if not any((one.get("content") or "").strip() or one.get("tool_calls") for one in answers):
        return "no assistant says anything in it: there would be nothing to train on"
    return None


def _are_calls(calls: Any) -> bool:
    """Say whether everybody who reads a message's calls can go through them."""
    if calls is None:
        return True
    given = [isinstance(call, Mapping) and call.get("function") for call in calls] if isinstance(calls, list) else [0]
    return all(
        isinstance(function, Mapping)
        and isinstance(function.get("name"), str)
        and isinstance(function.get("arguments"), str | Mapping)
        for function in given
    )


def _acts(db: sqlite3.Connection, where: str, values: Sequence[Any] = ()) -> list[Act]:
    found = db.execute(f"SELECT n, at, who, record, act, value FROM acts WHERE {where} ORDER BY n", values)
    return [_read(row) for row in found]


def _read(row: Sequence[Any]) -> Act:
    """Return a stored act. Raises `UsageError` for one that nobody here can have written: it would be no decision."""
    n, at, who, record, act, text = row
    try:
        value = json.loads(text)
        if not (isinstance(at, float) and all(isinstance(one, str) for one in (who, record)) and dict is type(value)):
            raise ValueError("of another form")
        check(record, act, value, who)
    except (ValueError, TypeError, RecursionError, UsageError) as error:
        raise UsageError(f"act {n} in hand.db can't be read ({error}); put a good copy in its place") from None
    return Act(n, at, who, record, act, value)


def _is_deep(value: Any, left: int = DEEPEST) -> bool:
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return not left or any(_is_deep(part, left - 1) for part in parts)


def _dumped(value: Mapping[str, Any]) -> str:
    if _is_deep(value):
        raise UsageError(f"what was decided is nested deeper than {DEEPEST} times: nobody could read it again")
    try:
        return storable(json.dumps(value, ensure_ascii=False, allow_nan=False))
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"what was decided is no plain JSON: {error}") from None


def _prepare(db: sqlite3.Connection, path: Path) -> None:
    if not db.execute("SELECT 1 FROM sqlite_master").fetchone():
        for statement in filter(str.strip, _SCHEMA.split(";")):
            db.execute(statement)
        db.execute(f"PRAGMA user_version={VERSION}")
    _check_version(db, path)


def _check_version(db: sqlite3.Connection, path: Path) -> None:
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        raise UsageError(
            f"{path} is of another version ({version}, this one knows {VERSION}); use the one that wrote it"
        )
