"""Is a result what the steps make of the text? Compared word by word, with what no reader would mind let be.

Let be: spaces and line ends, the style of quotation marks and dashes, the ways Markdown has for one mark; beside a
place that was changed also a comma, a capital at the start of a sentence, and a word of up to three letters, for an
article goes with its word ("a" before "apple").
"""

from __future__ import annotations

import re

from teams.engine.checks.conversation import short
from teams.engine.checks.copying import Change, changed_only
from teams.text_modification.exact.marks import one_way
from tools.markup import MARKER

_STYLE = {ord(c): "'" for c in "‘’‚‛`´"} | {ord(c): '"' for c in "“”„‟«»"} | {ord(c): "-" for c in "–—―‐‑−"}
_SPACES = re.compile(r"[^\S\n]+")
NEAR = 2
"""Characters from a changed place within which small things may change with it: its neighbours and no others."""
_SMALL = 3


def folded(text: str) -> str:
    """Return the text in one style of printing, each paragraph on one line."""
    text = one_way(text.replace("\r\n", "\n").replace("\u00ad", "").replace("ẞ", "SS"))
    lines: list[str] = []
    fresh = True
    for line in _SPACES.sub(" ", text.translate(_STYLE)).split("\n"):
        bare = line.strip()
        if fresh or not bare or MARKER.match(bare) or bare[0] in "#|>":
            lines.append(bare)
        else:
            lines[-1] += f" {bare}"
        fresh = not bare or bare[0] == "#"
    return "\n".join(line for line in lines if line)


def unlike(original: str, expected: str, result: str, *, strict: bool = False) -> list[str]:
    """Return where a result is not what was expected, most telling first; nothing if it is the same.

    `strict` lets nothing be beside what was changed but spaces: where capitals, marks or masks are what changed.
    """
    wanted, got = folded(expected), folded(result)
    if wanted == got:
        return []
    changed = [] if strict else [(c.start, c.end) for c in changed_only(wanted, folded(original))]
    faults = [c for c in changed_only(wanted, got) if not _is_let_be(c, changed, wanted)]
    return [_told(c, wanted) for c in sorted(faults, key=lambda c: -max(len(c.old), len(c.new)))]


def _is_let_be(change: Change, changed: list[tuple[int, int]], wanted: str) -> bool:
    old, new = change.old.strip(), change.new.strip()
    if old == new:
        return True
    if not any(start - NEAR <= change.end and change.start <= end + NEAR for start, end in changed):
        return False
    if not any(c.isalnum() for c in old + new):
        return all(c in ",.;:()- \n" for c in old + new)
    if any(c.isdigit() for c in old + new):
        return False
    if old.casefold() == new.casefold():
        return old[1:] == new[1:] and _begins_sentence(wanted, change.start)
    # An article goes with its word; longer words don't come and go by themselves.
    return bool(old and new) and max(len(old), len(new)) <= _SMALL


def _begins_sentence(wanted: str, start: int) -> bool:
    before = wanted[:start].rstrip(" \"'(*_")
    return not before or before[-1] in ".!?:\n-•"


def _told(change: Change, wanted: str) -> str:
    before = " ".join(wanted[max(0, change.start - 40) : change.start].split())
    after = f" after {before!r}" if before else ""
    if not change.old.strip():
        return f"{short(change.new.strip(), 80)!r} was put in{after}"
    if not change.new.strip():
        return f"{short(change.old.strip(), 80)!r} is missing{after}"
    return f"{short(change.new.strip(), 80)!r} stands where {short(change.old.strip(), 80)!r} should{after}"
