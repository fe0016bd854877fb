"""Shows where in a pair the searched words stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.hand import Hand, overlay
from agents.view.entries import read_json, said
from agents.view.finding import terms
from agents.view.run import Run

BEFORE, LENGTH = 60, 200
"""Characters before the first word found, and in all."""
_LONGEST = 200_000
"""Characters of a message that are looked through."""


def snippets(run: Run, hand: Hand, rows: Sequence[dict[str, Any]], q: str) -> list[dict[str, Any]]:
    """Return the rows of a list, each with a `snippet`: "" where nothing was searched or the place can't be told."""
    pattern = _pattern(q)
    if pattern is None:
        return [{**row, "snippet": ""} for row in rows]
    # What the list shows anyway is looked through first: most searches need no pair to be read again.
    found = {row["id"]: _first((row["first"], row["reason"]), pattern) for row in rows}
    unseen = [row for row in rows if not found[row["id"]] and row["verdict"] != "dropped"]
    for id, pair in _pairs(run, hand, unseen):
        found[id] = _first(tuple(said(pair)), pattern)
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


def _first(texts: Sequence[str], pattern: re.Pattern[str]) -> str:
    """The first hit at the beginning of a word, or else anywhere: not every script has words that begin."""
    for sought in (re.compile(rf"\b(?:{pattern.pattern})", re.IGNORECASE), pattern):
        for text in texts:
            if found := snippet(text[:_LONGEST], sought):
                return found
    return ""


def _pattern(q: str) -> re.Pattern[str] | None:
    found = sorted((text for text, _ in terms(q)), key=len, reverse=True)
    parts = [r"[\W_]+".join(map(re.escape, re.findall(r"\w+", text))) for text in found]
    parts = [part for part in parts if part]
    return re.compile("|".join(parts), re.IGNORECASE) if parts else None


def snippet(text: str, pattern: re.Pattern[str]) -> str:
    """Return the words around the first hit, on one line; "" if there is none."""
    hit = pattern.search(text)
    if not hit:
        return ""
    start = max(0, hit.start() - BEFORE)
    part = text[start : start + LENGTH]
    return ("…" if start else "") + " ".join(part.split()) + ("…" if start + LENGTH < len(text) else "")
