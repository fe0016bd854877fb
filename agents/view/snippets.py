"""Shows where in a pair the searched words stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.hand import Hand, overlay
from agents.view.entries import read_json, said
from agents.view.finding import terms
from agents.view.run import Run

BEFORE, LENGTH = 60, 200
"""Characters before the first word found, and in all."""
_LONGEST = 200_000
"""Characters of a message that are looked through."""
_MOST = 1000
"""Hits in a message that are looked at for one that begins a word."""


def snippets(run: Run, hand: Hand, rows: Sequence[dict[str, Any]], q: str) -> list[dict[str, Any]]:
    """Return the rows of a list, each with a `snippet`: "" where nothing was searched or the place can't be told."""
    pattern = pattern_of(q)
    if pattern is None:
        return [{**row, "snippet": ""} for row in rows]
    # What the list shows anyway is looked through first: most searches need no pair to be read again.
    found = {row["id"]: first_hit((row["first"], row["reason"]), pattern) for row in rows}
    unseen = [row for row in rows if not found[row["id"]] and row["verdict"] != "dropped"]
    for id, pair in _pairs(run, hand, unseen):
        found[id] = first_hit(said(pair), pattern)
    return [{**row, "snippet": found[row["id"]]} for row in rows]


def _pairs(run: Run, hand: Hand, rows: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Read some pairs as people left them."""
    ids = [row["id"] for row in rows]
    if not ids:
        return
    stored = dict(run.rows(f"SELECT id, row FROM verdicts WHERE id IN ({','.join('?' * len(ids))})", ids))
    for row in rows:
        machine = read_json(stored[row["id"]]) if row["id"] in stored else None
        left = overlay(machine, hand.acts(row["id"])) if row["hand"] else machine
        if isinstance(left, Mapping):
            yield row["id"], left


def first_hit(texts: Iterable[str], pattern: re.Pattern[str]) -> str:
    """The first hit at the beginning of a word, or else anywhere: not every script has words that begin."""
    inside = ""
    for text in texts:
        text = text[:_LONGEST]
        begins, at = _hits(text, pattern)
        if begins is not None:
            return _around(text, begins)
        if at is not None and not inside:
            inside = _around(text, at)
    return inside


def _hits(text: str, pattern: re.Pattern[str]) -> tuple[int | None, int | None]:
    """Return where the first hit begins that begins a word, and the first of all."""
    low = text.lower()
    if len(low) != len(text):  # a letter that is two in lower case would shift all that follows
        low = "".join(letter if len(letter.lower()) > 1 else letter.lower() for letter in text)
    first = None
    for _, hit in zip(range(_MOST), pattern.finditer(low), strict=False):
        at = hit.start()
        if not at or not (low[at - 1].isalnum() or low[at - 1] == "_"):
            return at, at
        first = at if first is None else first
    return None, first


def pattern_of(q: str) -> re.Pattern[str] | None:
    """Return what finds the words of a search in lower case: so is each looked for as it is, which is quick."""
    found = sorted((text for text, _ in terms(q.lower())), key=len, reverse=True)
    parts = [r"[\W_]+".join(map(re.escape, re.findall(r"\w+", text))) for text in found]
    parts = [part for part in parts if part]
    return re.compile("|".join(parts)) if parts else None


def _around(text: str, at: int) -> str:
    """Return the words around a place, on one line."""
    start = max(0, at - BEFORE)
    part = text[start : start + LENGTH]
    return ("…" if start else "") + " ".join(part.split()) + ("…" if start + LENGTH < len(text) else "")
