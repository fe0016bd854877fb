"""Which labels an answer's payload names: exactly as shown where a form was asked for, by looking where none was."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from teams.text_classification.labels import PATH, Label

_SET_OFF = (re.compile(r"\*\*(.+?)\*\*"), re.compile(r"`([^`\n]+)`"), re.compile(r"[\"“„«]([^\"“”„«»\n]+)[\"”“»]"))
_EDGES = " \t.:,;!?*_`\"'“”"


def chosen(payload: Any, labels: Sequence[Label], *, is_open: bool) -> str | None:
    """Return the one label a payload names, by its designer's name; None for none, or for two."""
    if not isinstance(payload, str):
        return None
    if not is_open:
        return _name(payload, labels)
    found = _named_in(payload, labels)
    return found[0] if len(found) == 1 else None


def several_of(payload: Any, labels: Sequence[Label], *, is_open: bool) -> list[str] | None:
    """Return all labels a payload names: a list, or names separated by commas or line breaks."""
    if isinstance(payload, str) and is_open:
        return _named_in(payload, labels) or None
    if isinstance(payload, str):
        payload = [part.strip() for part in re.split(r"\s*[,\n]\s*", payload.strip())]
    if not isinstance(payload, list):
        return None
    names = [_name(part, labels) for part in payload if isinstance(part, str)]
    return None if len(names) < len(payload) or None in names else [name for name in names if name]


def path_of(payload: Any, labels: Sequence[Label], *, is_open: bool) -> str | None:
    """Return the path a payload names: a list of its levels, or its levels with `>` between."""
    if isinstance(payload, list) and all(isinstance(part, str) for part in payload):
        payload = PATH.join(payload)
    return chosen(payload, labels, is_open=is_open)


def rows_of(payload: Any, keys: Sequence[str], labels: Sequence[Label]) -> dict[str, str] | None:
    """Return the label for each of `keys`; None if one is missing, too many, or no label."""
    if not isinstance(payload, Mapping):
        return None
    found = {_key(said, keys): _name(label, labels) for said, label in payload.items() if isinstance(label, str)}
    if len(found) != len(payload) or set(found) != set(keys) or None in found.values():
        return None
    return {key: str(found[key]) for key in keys}


def _key(said: str, keys: Sequence[str]) -> str | None:
    """Rows may be called by their number or their name."""
    bare = said.strip().rstrip(".)").casefold()
    return next((key for key in keys if key.casefold() == bare), None)


def _name(said: str, labels: Sequence[Label]) -> str | None:
    return next((one["name"] for one in labels if one["shown"] == said.strip()), None)


def _named_in(answer: str, labels: Sequence[Label]) -> list[str]:
    """Look for labels where an answer sets them off; then on a line of their own; then anywhere in it."""
    for pattern in _SET_OFF:
        spans = [span.strip(_EDGES) for span in pattern.findall(answer)]
        if names := _each(spans, labels):
            return names
    lines = [line.strip(_EDGES + "-•") for line in answer.splitlines() if line.strip()]
    if names := _each([*lines[:1], *lines[-1:]], labels):
        return names
    # A name that is part of a longer one ("late" in "not late") must not be read for it.
    longest = sorted(labels, key=lambda one: -len(one["shown"]))
    read, names = answer, []
    for one in longest:
        pattern_ = rf"(?<!\w){re.escape(one['shown'])}(?!\w)"
        if re.search(pattern_, read):
            names.append(one["name"])
            read = re.sub(pattern_, " ", read)
    return names


def _each(spans: Sequence[str], labels: Sequence[Label]) -> list[str]:
    parts = [part for span in spans for part in ([span] if PATH in span else re.split(r"\s*,\s*", span))]
    names = [name for part in parts if (name := _name(part, labels))]
    return list(dict.fromkeys(names))


def as_shown(value: Any) -> str:
    """Return what an answer said, for evidence."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
