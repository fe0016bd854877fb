"""Journals written row by row, as a run writes them, and what people do to them: each act is one small step."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from agents.hand import Hand
from agents.journal_tables import FOLLOWED, SCHEMA, VERSION

SEEDS = ("fermi/a.md:1-9", "fermi/b.md:1-9", "coding/c.py:1-9")
KINDS = ("size", "bound")
IDS = tuple(f"{seed}/plain/{kind}-1" for seed in SEEDS for kind in KINDS)
CHATS = tuple(f"{seed}/plain/instruct-{kind}" for seed in SEEDS[:2] for kind in KINDS)
WORDS = ("bridge", "harbour", "Brücke", "橋は高い", "well-kept", "don't")
INSTANT = 1.0
"""Seconds a writer waits here. Not none: SQLite's readers take the writer's lock for an instant, to see what a log
holds that nobody has opened yet or whose header is half written. Who held the journal while it reads would keep it."""


def make(folder: Path, *, events: bool = True) -> Path:
    """Make an empty journal."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(f"BEGIN; {SCHEMA} {FOLLOWED if events else ''} PRAGMA user_version={VERSION}; COMMIT;")
        meta = {"skill": "fermi", "language": "en", "models": {"": "large", "judge": "small"}}
        db.executemany("INSERT INTO meta VALUES (?,?)", [(key, json.dumps(value)) for key, value in meta.items()])
        for seed in SEEDS:
            record = (f"{seed}/plain", "passage", seed, seed, "transform", "plain", 1, f"{seed}/transform-plain", "")
            db.execute("INSERT INTO records VALUES (?,?,?,?,?,?,?,?,?,?)", (*record, '{"text": "a passage"}'))
        db.commit()
    return folder


@contextmanager
def writing(folder: Path) -> Iterator[sqlite3.Connection]:
    """Open a journal as its writer does; what is written is committed at the end."""
    with closing(sqlite3.connect(folder / "run.db", timeout=INSTANT)) as db:
        yield db
        db.commit()


def row(
    id: str, accepted: bool, words: str, *, tool: str = "", check: str = "judge", length: int = 0
) -> dict[str, Any]:
    """A pair as a run stores it."""
    skill, kind = id.split("/")[0], id.split("/")[-1].split("-")[0]
    messages: list[dict[str, Any]] = [{"role": "user", "content": f"Say: {words}?"}]
    if tool:
        call = {"id": "1", "type": "function", "function": {"name": tool, "arguments": '{"of": "it"}'}}
        messages += [
            {"role": "assistant", "content": "", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "1", "content": "done"},
        ]
    messages.append({"role": "assistant", "content": words + "." * length})
    checks = [{"check": check, "passed": accepted, "evidence": "seen", "by": "model"}]
    return {
        "id": id,
        "skill": skill,
        "kinds": {"transform": "plain", "instruct": kind, "refine": [], "demand": []},
        "stage": "instruct",
        "split": "train",
        "messages": messages,
        "tools": [],
        "seed": {"path": id.split("/")[1].split(":")[0], "span": [1, 9], "hash": "0"},
        "models": {"": "large", "judge": "small"},
        "facts": {},
        "verdict": {"accepted": accepted, "judged_by": ["model"], "checks": checks},
    }


def verdict(folder: Path, made: Mapping[str, Any]) -> None:
    """Write a verdict, as the engine does: in the place of an older one."""
    id, accepted = made["id"], made["verdict"]["accepted"]
    seed = "/".join(id.split("/")[:2])
    with writing(folder) as db:
        record = (
            id,
            "instruction",
            f"{seed}/plain",
            seed,
            "instruct",
            "size",
            1,
            f"{seed}/plain/instruct-size",
            "",
            "{}",
        )
        db.execute("INSERT OR REPLACE INTO records VALUES (?,?,?,?,?,?,?,?,?,?)", record)
        values = (id, int(accepted), json.dumps(made["verdict"]), json.dumps(made), "")
        db.execute("INSERT OR REPLACE INTO verdicts VALUES (?,?,?,?,?)", values)


def drop(folder: Path, id: str, reason: str) -> None:
    """Let something fall out, as the engine does: an older verdict goes."""
    seed = "/".join(id.split("/")[:2])
    with writing(folder) as db:
        db.execute("DELETE FROM verdicts WHERE id=?", (id,))
        db.execute("UPDATE chats SET state='failed' WHERE id=?", (id,))
        values = (id, seed, 1, "instruct", "size", json.dumps([reason]), "")
        db.execute("INSERT OR REPLACE INTO drops VALUES (?,?,?,?,?,?,?)", values)


def chat(folder: Path, id: str, state: str) -> None:
    """Begin a chat, or bring it to an end."""
    seed = "/".join(id.split("/")[:2])
    with writing(folder) as db:
        values = (id, f"{seed}/plain", seed, 1, "instruct", "size", "[]", "open", "")
        db.execute("INSERT INTO chats VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO NOTHING", values)
        db.execute("UPDATE chats SET state=? WHERE id=?", (state, id))


def delete(folder: Path, table: str, id: str) -> None:
    """Take a row back."""
    with writing(folder) as db:
        db.execute(f"DELETE FROM {table} WHERE id=?", (id,))


def act(folder: Path, id: str, what: str, words: str) -> None:
    """Let somebody decide on a pair, whatever others did."""
    hand = Hand(folder)
    last = hand.acts(id)
    values: dict[str, Any] = {
        "accept": {"reason": words},
        "reject": {"reason": words},
        "edit": {"messages": [{"role": "user", "content": words}, {"role": "assistant", "content": "edited"}]},
        "undo": {"act": last[-1].n if last else 0},
        "keep": {"row": row(f"{id}!1", True, words), "of": id, "branch": 1},
    }
    record = f"{id}!1" if what == "keep" else id
    if what == "undo" and not last:
        return
    hand.act(record, what, values[what], who="ann", base=10**6)
