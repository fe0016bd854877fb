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
    if pattern is None or not rows:
        return [{**row, "snippet": ""} for row in rows]
    ids = [row["id"] for row in rows]
    stored = dict(run.rows(f"SELECT id, row FROM verdicts WHERE id IN ({','.join('?' * len(ids))})", ids))
    made = []
    for row in rows:
        acts = hand.acts(row["id"]) if row["hand"] else []
        pair = read_json(stored[row["id"]]) if row["id"] in stored else None
        left = overlay(pair, acts) if acts else pair
        texts = said(left) if isinstance(left, Mapping) else iter((row["first"], row["reason"]))
        made.append({**row, "snippet": _first(texts, pattern)})
    return made


def _first(texts: Iterator[str], pattern: re.Pattern[str]) -> str:
    return next((found for text in texts if (found := snippet(text[:_LONGEST], pattern))), "")


def _pattern(q: str) -> re.Pattern[str] | None:
    found = sorted((text for text, _ in terms(q)), key=len, reverse=True)
    parts = [r"[\W_]+".join(map(re.escape, re.findall(r"\w+", text))) for text in found]
    parts = [part for part in parts if part]
    return re.compile(rf"\b(?:{'|'.join(parts)})", re.IGNORECASE) if parts else None


def snippet(text: str, pattern: re.Pattern[str]) -> str:
    """Return the words around the first hit, on one line; "" if there is none."""
    hit = pattern.search(text)
    if not hit:
        return ""
    start = max(0, hit.start() - BEFORE)
    part = text[start : start + LENGTH]
    return ("…" if start else "") + " ".join(part.split()) + ("…" if start + LENGTH < len(text) else "")
