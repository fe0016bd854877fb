"""Hide who and what is meant: masks that are computed, so that none is forgotten and none is told apart wrongly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from teams.engine.personal import personal_spans
from teams.text_modification.exact.places import Edit, all_places, applied

STYLES = ("label", "numbered", "fixed", "keep_last")
SORTS = (
    "person",
    "company",
    "place",
    "e-mail",
    "phone",
    "address",
    "account",
    "date",
    "amount",
    "web_address",
    "other",
)
_SHAPES = {
    "e-mail": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"),
    "phone": re.compile(r"(?<![\w.,/:-])\+?\(?\d[\d ()/.-]{6,}\d(?![\w%])"),
    "web_address": re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+[^\s<>\"')\].,;:!?]"),
}
"""Sorts that can be seen without understanding the text."""
_SORT_OF = {"email": "e-mail", "phone": "phone", "ip address": "web_address"}
"""What `teams.engine.personal` calls the sorts; all its other sorts are numbers of accounts, cards and people."""
_PHONE_DIGITS = range(8, 16)


def mask_of(step: Mapping[str, Any], label: str, number: int, hidden: str) -> str:
    """Return what stands in the place of `hidden`, which is the `number`-th of its label, from 1."""
    style = step["style"]
    if style == "numbered":
        closing = label[-1:] if label[-1:] in "])}>" else ""
        return f"{label[: len(label) - len(closing)]} {number}{closing}"
    if style == "keep_last":
        n = step.get("n", 0)
        shown = [at for at, c in enumerate(hidden) if c.isalnum()][-n:] if n else []
        return "".join(c if at in shown or not c.isalnum() else "*" for at, c in enumerate(hidden))
    return label


def mask_edits(text: str, step: Mapping[str, Any]) -> list[Edit]:
    """Return the edits. `step`: `style`, `n`, `hide` (one for each person or thing: `sort`, `label`, `as_written`)."""
    found = []
    for at, one in enumerate(step["hide"]):
        found += [(start, end, at) for start, end in all_places(text, one["as_written"])]
    numbers: dict[str, dict[int, int]] = {}
    edits: list[Edit] = []
    last = 0
    for start, end, at in sorted(found, key=lambda f: (f[0], -f[1])):
        if start < last:
            continue
        last = end
        label = step["hide"][at]["label"]
        number = numbers.setdefault(label, {}).setdefault(at, len(numbers[label]) + 1)
        edits.append(Edit(start, end, mask_of(step, label, number, text[start:end])))
    return edits


def mask_faults(text: str, step: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is forgotten: variants that don't stand in the text, others of a sort, parts of names left over."""
    for one in step["hide"]:
        missing = [piece for piece in one["as_written"] if not all_places(text, [piece])]
        yield from (f"{piece!r} does not stand in the text" for piece in missing)
        if step["style"] != "keep_last" and not one["label"].strip():
            yield "every mask needs its `label`"
    if step["style"] == "keep_last" and not 0 <= step.get("n", 0) <= 6:
        yield "`n`, how many characters stay readable, is 0 to 6"
    left = applied(text, mask_edits(text, step))
    sorts = {one["sort"] for one in step["hide"]}
    for sort in sorted(sorts & _SHAPES.keys()):
        yield from (f"a {sort} is forgotten: {other!r}" for other in seen(left, sort))
    alike = {sort: _SORT_OF.get(sort, "account") for sort, _, _ in personal_spans(left)}
    found = [(alike[sort], left[start:end]) for sort, start, end in personal_spans(left) if alike[sort] in sorts]
    yield from (f"a {sort} is forgotten: {other!r}" for sort, other in found if other not in seen(left, sort))
    if "e-mail" in sorts and "@" in left and not seen(left, "e-mail"):
        yield "a part of an e-mail address is left: hide the whole of it, with what follows the @"
    yield from _left_over(left, step)


def seen(text: str, sort: str) -> list[str]:
    """Return what of a sort (`e-mail`, `phone`, `web_address`) can be told by its shape, made-up ones too."""
    if sort not in _SHAPES:
        return []
    found = [match.group() for match in _SHAPES[sort].finditer(text)]
    if sort == "phone":
        found = [piece for piece in found if sum(map(str.isdigit, piece)) in _PHONE_DIGITS and not _is_date(piece)]
    return found


def _is_date(piece: str) -> bool:
    return re.fullmatch(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}", piece.strip()) is not None


def _left_over(left: str, step: Mapping[str, Any]) -> Iterator[str]:
    """A part of a hidden name that still stands there gives it away."""
    labels = " ".join(one["label"] for one in step["hide"]).casefold()
    for one in step["hide"]:
        if one["sort"] not in ("person", "company"):
            continue
        parts = {
            part for piece in one["as_written"] for part in re.findall(r"[^\W\d_]{4,}", piece) if part[0].isupper()
        }
        for part in sorted(parts):
            if part.casefold() not in labels and (match := re.search(re.escape(part), left, re.IGNORECASE)):
                around = left[max(0, match.start() - 20) : match.end() + 20]
                yield f"{part!r} can still be read in {around!r}: hide that too, or leave {part!r} out"
