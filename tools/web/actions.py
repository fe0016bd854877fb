"""The nine things an agent can do in a browser, as tools and as a line of text: `click [12]`, `type [7] [tin drum]`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

STOP = "stop"
DONE, IMPOSSIBLE = "done", "impossible"
_THOUGHT = {
    "type": "string",
    "minLength": 5,
    "maxLength": 600,
    "description": "one to three sentences: what the page shows that matters, and what you do next and why",
}
_ID = {"type": "integer", "description": "the number in brackets of an element that the window shows"}
_SPECS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "click": ("Click a link, button, checkbox or radio button.", {"id": _ID}),
    "type": (
        "Put text into a field in place of what stands there. Dates as YYYY-MM-DD; a slider takes its value.",
        {
            "id": _ID,
            "text": {"type": "string", "maxLength": 2000},
            "enter": {"type": "boolean", "description": "press Enter afterwards"},
        },
    ),
    "select": (
        "Choose an option of a combobox.",
        {"id": _ID, "option": {"type": "string", "description": "the option's words, exactly"}},
    ),
    "scroll": ("Scroll by a window's height.", {"direction": {"enum": ["down", "up"]}}),
    "hover": ("Move the pointer over an element, without clicking.", {"id": _ID}),
    "goto": ("Open an address of this site.", {"address": {"type": "string", "description": "begins with /"}}),
    "go_back": ("Go back to the page before.", {}),
    STOP: (
        "End the task.",
        {
            "outcome": {"enum": [DONE, IMPOSSIBLE]},
            "answer": {
                "type": "string",
                "minLength": 1,
                "maxLength": 3000,
                "description": "what the user reads: what was asked for or done; or why it can't be done",
            },
        },
    ),
}
ACTIONS = tuple(_SPECS)
WITH_ID = tuple(name for name, (_, own) in _SPECS.items() if "id" in own)


def schemas(*, thought: bool = True) -> list[dict[str, Any]]:
    """Return the actions as tools; with `thought`, each asks for the thought first, as whoever acts is to think."""
    made = []
    for name, (description, own) in _SPECS.items():
        properties = {**({"thought": _THOUGHT} if thought else {}), **own}
        parameters = {
            "type": "object",
            "properties": properties,
            "required": list(properties),
            "additionalProperties": False,
        }
        made.append({"name": name, "description": description, "parameters": parameters})
    return made


def as_line(name: str, arguments: Mapping[str, Any]) -> str:
    """Write an action in a line, as the released data do: `type [7] [tin drum] [enter]`."""
    # In the order of the action's own parameters, whatever order they were given in.
    given = [arguments[key] for key in _SPECS[name][1] if key in arguments]
    shown = ["enter" if value is True else str(value) for value in given if value is not False]
    return " ".join([name, *(f"[{_escaped(value)}]" for value in shown)])


_PART = re.compile(r" \[((?:[^\[\]\\]|\\.)*)\]", re.DOTALL)


def read_line(line: str) -> tuple[str, dict[str, Any]]:
    """Read what `as_line` wrote. Raises `ValueError` for what is no action."""
    name, _, _ = line.partition(" ")
    if name not in _SPECS:
        raise ValueError(f"{name!r} is no action; there are: {', '.join(ACTIONS)}")
    parts, at = [], len(name)
    while at < len(line):
        found = _PART.match(line, at)
        if not found:
            raise ValueError(f"brackets are expected at {line[at : at + 20]!r}")
        parts.append(re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], found[1]))
        at = found.end()
    return name, _arguments(name, parts)


def _arguments(name: str, parts: Sequence[str]) -> dict[str, Any]:
    names = list(_SPECS[name][1])
    if name == "type":
        if len(parts) not in (2, 3) or (len(parts) == 3 and parts[2] != "enter"):
            raise ValueError("type takes an id, a text and perhaps [enter]")
        return {"id": int(parts[0]), "text": parts[1], "enter": len(parts) == 3}
    if len(parts) != len(names):
        raise ValueError(f"{name} takes {len(names)} values, not {len(parts)}")
    return {key: int(value) if key == "id" else value for key, value in zip(names, parts, strict=True)}


def _escaped(value: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", value).replace("\n", "\\n")
