"""Shows where in a pair the searched words stand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agents.hand import Hand, overlay
from agents.view.entries import of_pair, read_json
from agents.view.finding import terms
from agents.view.run import Run

BEFORE, LENGTH = 60, 200
"""Characters before the first word found, and in all."""
_LONGEST = 200_000
"""Characters of a pair that are looked through."""


def snippets(run: Run, hand: Hand, rows: Sequence[dict[str, Any]], q: str) -> list[dict[str, Any]]:
    """Return the rows of a list, each with a `snippet`: "" where nothing was searched or the place can't be told."""
    pattern = _pattern(q)
    if pattern is None or not rows:
        return [{**row, "snippet": ""} for row in rows]
    ids = [row["id"] for row in rows]
    stored = dict(run.rows(f"SELECT id, row FROM verdicts WHERE id IN ({','.join('?' * len(ids))})", ids))
    made = []
    for row in rows:
        acts = hand.acts(row["id"]) if row["hand"] else []
        pair = read_json(stored[row["id"]]) if row["id"] in stored else None
        left = overlay(pair, acts) if acts else pair
        made.append({**row, "snippet": snippet(_text(row, left), pattern)})
    return made


def _text(row: Mapping[str, Any], pair: Any) -> str:
    if isinstance(pair, Mapping):
        # Without the id, which is on the line anyway.
        return of_pair("", pair, None, None).text[:_LONGEST]
    return f"{row['first']}\n{row['reason']}"


def _pattern(q: str) -> re.Pattern[str] | None:
    found = sorted((text for text, _ in terms(q)), key=len, reverse=True)
    parts = [r"[\W_]+".join(map(re.escape, re.findall(r"\w+", text))) for text in found]
    parts = [part for part in parts if part]
    return re.compile(rf"\b(?:{'|'.join(parts)})", re.IGNORECASE) if parts else None


def snippet(text: str, pattern: re.Pattern[str]) -> str:
    """Return the words around the first hit, on one line; "" if there is none."""
    hit = pattern.search(text) or re.search(pattern.pattern.removeprefix(r"\b"), text, re.IGNORECASE)
    if not hit:
        return ""
    start = max(0, hit.start() - BEFORE)
    part = text[start : start + LENGTH]
    return ("…" if start else "") + " ".join(part.split()) + ("…" if start + LENGTH < len(text) else "")
