"""Reading rows as their owners wrote them: what is not as it must be is refused, by config and row.

A field is refused only for what would make the item mean nothing. Odd but real rows, such as two equal options, are
asked as they are: leaving one out would change the benchmark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agents.errors import UsageError
from eval.sources import Row
from eval.tasks._asking import letters


def refusal(row: Row, what: str) -> UsageError:
    """Return the error that names a row, counted from 1, and says what would be right."""
    config = f"{row.config}, " if row.config else ""
    return UsageError(f"{config}row {row.number + 1}: {what}")


def text(row: Row, name: str, *, may_lack: bool = False) -> str:
    """Return a field's text without the blanks around it; empty where it may lack and does."""
    found = row.data.get(name)
    if found is None and may_lack:
        return ""
    if not isinstance(found, str) or (not found.strip() and not may_lack):
        raise refusal(row, f"{name!r} must be text that says something, and {_seen(row, name)}")
    return found.strip()


def texts(row: Row, name: str, found: Any = None) -> list[str]:
    """Return a field's list of texts, two or more: options. `found` is given where they lie deeper in the row."""
    found = row.data.get(name) if found is None else found
    if not isinstance(found, list | tuple) or len(found) < 2 or not all(isinstance(one, str) for one in found):
        raise refusal(row, f"{name!r} must be a list of two or more texts, and {_seen(row, name)}")
    return [one.strip() for one in found]


def key(row: Row, name: str, labels: Sequence[str]) -> str:
    """Return the letter of the right option, in the order in which options are shown.

    A key is the option's own label; or its letter; or its place, from 0 as a number, from 1 as digits.
    """
    found, shown = row.data.get(name), letters(len(labels))
    if isinstance(found, str):
        word = found.strip().strip("().").upper()
        for known in (labels, shown, [str(number) for number in range(1, len(labels) + 1)]):
            if word in known:
                return shown[list(known).index(word)]
    elif isinstance(found, int) and not isinstance(found, bool) and 0 <= found < len(labels):
        return shown[found]
    raise refusal(row, f"{name!r} must name one of its {len(labels)} options, and {_seen(row, name)}")


def boxed(said: str) -> str | None:
    r"""Return what stands in the last `\boxed{…}` of a worked solution, or after a last `\boxed `; None without one."""
    places = list(re.finditer(r"\\f?boxed\s*", said))
    if not places:
        return None
    rest = said[places[-1].end() :]
    if not rest.startswith("{"):
        return re.split(r"[\s$]", rest, maxsplit=1)[0].rstrip(".,") or None
    depth = 0
    for end, (before, letter) in enumerate(zip(" " + rest, rest, strict=False)):
        if before != "\\":
            depth += (letter == "{") - (letter == "}")
        if depth == 0:
            return rest[1:end].strip() or None
    return None


def _seen(row: Row, name: str) -> str:
    if name not in row.data:
        return f"the row has only {', '.join(map(str, row.data)) or 'nothing'}"
    seen = repr(row.data[name])
    return f"is {seen if len(seen) <= 60 else seen[:57] + '…'}"
