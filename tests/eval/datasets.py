"""Sets of pairs for the tests of the data's report: clean ones, and what is planted in them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

from agents.journal_tables import FOLLOWED, SCHEMA, VERSION
from eval.data.build import Asked, build
from eval.data.sources import open_sources

Row = dict[str, Any]
SKILLS = ("rag", "coding", "fermi")
KINDS = ("short", "long", "list", "order")
_SYLLABLES = [a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "ai")]
_RANDOM = Random(3)
WORDS = sorted({"".join(_RANDOM.choices(_SYLLABLES, k=_RANDOM.choice((2, 3)))) for _ in range(4000)})


def prose(random: Random, count: int) -> str:
    """Return sentences of words that mean nothing."""
    words = random.choices(WORDS, k=count)
    return " ".join(" ".join(words[i : i + 9]).capitalize() + "." for i in range(0, len(words), 9))


def row(n: int, **changed: Any) -> Row:
    """Return a pair in which nothing is wrong."""
    random = Random(n)
    skill, kind = SKILLS[n % len(SKILLS)], KINDS[n // len(SKILLS) % len(KINDS)]
    made: Row = {
        "id": f"{skill}/doc-{n}.md:1-20/identity/{kind}-1",
        "skill": skill,
        "kinds": {"transform": "identity", "instruct": kind, "refine": [], "demand": []},
        "stage": "instruct",
        "messages": [
            {"role": "user", "content": prose(random, 40)},
            {"role": "assistant", "content": prose(random, 80)},
        ],
        "facts": {},
        "verdict": {"accepted": True, "checks": []},
    }
    return {**made, **changed}


def clean(count: int = 120) -> list[Row]:
    """Return pairs in which nothing is wrong."""
    return [row(n) for n in range(count)]


def said(made: Row, request: str | None = None, answer: str | None = None) -> Row:
    """Return a pair with other words."""
    texts = [request, answer]
    messages = [
        m | ({"content": text} if text is not None else {}) for m, text in zip(made["messages"], texts, strict=True)
    ]
    return {**made, "messages": messages}


def rejected(made: Row, *reasons: str) -> Row:
    """Return a row of rejected.jsonl."""
    return {
        "id": made["id"],
        "stage": "check",
        "kind": made["kinds"]["instruct"],
        "reasons": list(reasons),
        "pair": made,
    }


def write(path: Path, rows: Iterable[Row]) -> Path:
    """Write rows as JSON lines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in rows), encoding="utf-8")
    return path


def run(
    folder: Path,
    rows: Sequence[Row],
    fallen: Sequence[Row] = (),
    meta: dict[str, Any] | None = None,
    pulse: dict[str, Any] | None = None,
    more: Callable[[sqlite3.Connection], object] = lambda db: None,
) -> Path:
    """Write a run's folder: its journal and, unless it is still going on, the files of its end."""
    folder.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.executescript(f"{SCHEMA} {FOLLOWED} PRAGMA user_version={VERSION};")
        for key, value in (meta or {}).items():
            db.execute("INSERT INTO meta VALUES (?, ?)", (key, json.dumps(value)))
        verdicts = [(_id(one), 1, "{}", json.dumps(one), "") for one in rows]
        verdicts += [(_id(one), 0, "{}", json.dumps(one["pair"]), "") for one in fallen if "pair" in one]
        db.executemany("INSERT OR REPLACE INTO verdicts VALUES (?, ?, ?, ?, ?)", verdicts)
        if pulse is not None:
            db.execute("INSERT INTO pulse VALUES (?, ?)", (time.time(), json.dumps(pulse)))
        more(db)
        db.commit()
    if pulse is None or pulse.get("ended"):
        write(folder / "pairs.jsonl", rows)
        write(folder / "rejected.jsonl", fallen)
    return folder


def _id(made: Row) -> str:
    return str(made["id"]).encode("utf-8", "replace").decode()


def report(*paths: Path, **asked: Any) -> dict[str, Any]:
    """Return the report of some sources."""
    return asyncio.run(build(open_sources(paths), Asked(**asked)))


def first(made: dict[str, Any]) -> dict[str, Any]:
    """Return what is said first."""
    found: dict[str, Any] = made["findings"][0]
    return found


def of(made: dict[str, Any], key: str, skill: str = "") -> dict[str, Any]:
    """Return the one finding of a kind."""
    (found,) = [one for one in made["findings"] if one["key"] == key and one["skill"] == skill]
    return dict(found)
