"""Answers in every form of reply, written as a good assistant would, for tests that read them again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from teams.text_classification.labels import PATH

REASON = "What is told in the second half decides it, and rules out the nearest other."
"""A reason that would stand under any text: enough for readers of forms, too little for a check."""


def shown(value: Any, facts: Mapping[str, Any]) -> Any:
    """Return a key in the names the user sees."""
    names = {one["name"]: one["shown"] for one in facts["labels"]}
    if isinstance(value, Mapping):
        return {row: names.get(name, name) for row, name in value.items()}
    return [names.get(name, name) for name in value] if isinstance(value, list) else names.get(value, value)


def written(value: Any, facts: Mapping[str, Any], *, quote: str = "", reason: str = REASON) -> str:
    """Return an answer that says `value` (in the designer's names) as the instruction wants it said."""
    told, style, field = shown(value, facts), facts["reply"], facts["field"]
    if isinstance(told, Mapping):
        return _rows(dict(told), style, field, reason)
    flat = ", ".join(told) if isinstance(told, list) else told
    payload = told.split(PATH) if isinstance(told, str) and PATH in told else told
    plain = {
        "bare": flat,
        "first_line": f"{flat}\n{reason}",
        "last_line": f"{reason}\n\n{field.title()}: {flat}",
        "tag": f"<{field}>{flat}</{field}>",
        "open": f"{', '.join(f'**{one}**' for one in (told if isinstance(told, list) else [told]))}. {reason}",
    }
    if style in plain:
        return plain[style]
    beside = {
        "json_reason": {"reason": reason},
        "json_quote": {"evidence": quote},
        "json_confidence": {"confidence": 0.8},
    }
    return json.dumps({field: payload, **beside.get(style, {})}, ensure_ascii=False)


def _rows(told: dict[str, str], style: str, field: str, reason: str) -> str:
    if style == "rows_object":
        return json.dumps(told, ensure_ascii=False)
    if style == "rows_list":
        return json.dumps([{"item": row, field: name} for row, name in told.items()], ensure_ascii=False)
    if style == "rows_table":
        body = "\n".join(f"| {row} | {name} | {reason} |" for row, name in told.items())
        return f"| Item | {field.title()} | Reason |\n|---|---|---|\n{body}"
    tail = f" – {reason}" if style == "lines_reasoned" else ""
    return "\n".join(f"{row}: {name}{tail}" for row, name in told.items())
