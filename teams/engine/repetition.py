"""How much of a text is new: a sentence said forty times is no seed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable

STOP = re.compile(r"(?<=[\w)\]\"'”’»*_`%])[.!?…؟]+(?=[\"'”’)\]»*_]*(?:\s|$|\[))|[。！？｡।॥။។]")
"""Where a sentence ends."""
_END = re.compile(rf"{STOP.pattern}|(?<=[\u0e00-\u0eff]) +(?=[\u0e00-\u0eff])")
_MARKER = re.compile(r"[\W\d_]+")
"""What a line may begin with that is not of it: a bullet, its number, a quotation's mark."""
_SAME, _SAME_IN_VERSE, _PACKED = 0.35, 0.2, 0.1
"""Least that has to be new; a song may repeat more of itself. The most repetitive of 1,600 pieces of documentation
and licences reach 0.48, and 0.19 packed; The Twelve Days of Christmas 0.39 and 0.13."""


def distinct(text: str) -> float:
    """Return the share of a text, 0 to 1, in lines (a table, a song) or in sentences (wrapped prose) that did not come
    before: whichever shows more that comes again.
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


def packed(text: str) -> float:
    """Return what is left of a text when it is packed, 0 to 1."""
    raw = text.encode("utf-8", "replace")
    return min(1.0, len(zlib.compress(raw)) / max(1, len(raw)))


def repeats(distinct: float, packed: float, *, is_verse: bool) -> bool:
    """Say whether so little of a text is new that it says the same again and again."""
    return distinct < (_SAME_IN_VERSE if is_verse else _SAME) or packed < _PACKED
