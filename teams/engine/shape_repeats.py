"""How much of a text comes again: by its lines, its sentences, and by what is left of it when it is packed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

STOP = re.compile(r"(?<=[\w)\]\"'”’»*_`%])[.!?…؟]+(?=[\"'”’)\]»*_]*(?:\s|$|\[))|[。！？｡।॥။។]")
_END = re.compile(rf"{STOP.pattern}|(?<=[\u0e00-\u0eff]) +(?=[\u0e00-\u0eff])")
_MARKER = re.compile(r"[\W\d_]+")
"""What a line may begin with that is not of it: a bullet, its number, a quotation's mark."""


def distinct_share(text: str) -> float:
    """Return the share of a text, by characters, that is new where it stands.

    By lines (a table, a song) or by sentences (wrapped prose), whichever shows more that comes again.
    """
    sentences = [one for block in re.split(r"\n\s*\n", text) for one in _END.split(block)]
    return min(_new(text.split("\n")), _new(sentences))


def _new(parts: Iterable[str]) -> float:
    seen: set[str] = set()
    new = total = 0
    for part in parts:
        bare = " ".join(part.split()).casefold()
        if marker := _MARKER.match(bare):
            bare = bare[marker.end() :]
        if len(bare) < 4:
            continue
        total += len(bare)
        new += 0 if bare in seen else len(bare)
        seen.add(bare)
    return new / total if total else 1.0


def packed_share(text: str) -> float:
    """Return what is left of a text when it is packed, 0 to 1."""
    raw = text.encode("utf-8", "replace")
    return min(1.0, len(zlib.compress(raw)) / max(1, len(raw)))
