"""What a branch is compared with: the pair it was branched from, and all others that are in the data."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.hand import Act, Hand, overlay
from agents.journal import open_reader
from teams.engine.ending import accepted, reasons_of
from teams.engine.rows import pair_of
from teams.engine.twins import brought_text, pair_text
from tools.word_hashes import words_in

_MOST = 300
"""Characters of a reason that are told."""


def original_of(run: Path, id: str, acts: Sequence[Act] | None = None) -> Mapping[str, Any] | None:
    """Return a pair's row as people left it, None where the run has none; `acts` in place of all on it."""
    with closing(open_reader(run)) as db:
        found = db.execute("SELECT row FROM verdicts WHERE id=?", (id,)).fetchone()
    return overlay(json.loads(found[0]), Hand(run).acts(id) if acts is None else acts) if found else None


def first_reason(verdict: Mapping[str, Any]) -> str:
    """Say why a pair was rejected: its first reason, and how many more there are."""
    first, *more = reasons_of(verdict) or ["no reason is known"]
    short = first if len(first) <= _MOST else f"{first[:_MOST]}…"
    return f"{short} (and {len(more)} more)" if more else short


def was(run: Path, id: str) -> str:
    """Say in a line what became of the pair that was branched."""
    row = original_of(run, id)
    if row is None:
        return "The original came to no pair."
    verdict = row["verdict"]
    return "The original is accepted." if verdict["accepted"] else f"The original is rejected: {first_reason(verdict)}"


def same_as(run: Path, row: Mapping[str, Any]) -> list[str]:
    """Return the ids of other pairs in the data that ask and answer the same, word by word. Reads all pairs."""
    pair, own = _said(row), row["id"]
    try:
        with closing(open_reader(run)) as db:
            others = accepted(db, touched=Hand(run).touched())
            return [other["id"] for other in others if other["id"] != own and _said(other) == pair]
    except sqlite3.Error as error:
        raise UsageError(f"{run / 'run.db'} can't be read as a run's journal: {error}") from None


def _said(row: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    pair = pair_of(row)
    return words_in(pair_text(pair)), words_in(brought_text(pair))
