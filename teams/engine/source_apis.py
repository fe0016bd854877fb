"""A function of the code base as an API: what a program can say of it without a model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from teams.engine.source_types import schema_of, value_of
from tools.apis import Api, from_dict

_SURROUNDINGS = re.compile(r"(context\.Context|CancellationToken|HttpServletRequest|\*http\.Request|self|Self)\b")
"""Types of what a caller in the same program hands over and no user ever says."""
_KINDS = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array"}
MOST_WORDS = 600
_LISTED = re.compile(
    r"^[^\S\n]*(?:Keyword )?(?:Args|Arguments|Parameters):[^\S\n]*\n((?:[^\S\n]+\S.*\n?|[^\S\n]*\n)+)", re.MULTILINE
)
_ENTRY = re.compile(r"^[^\S\n]{2,}\*{0,2}(\w+) \(([^)\n]*)\):[^\S\n]+\S", re.MULTILINE)
MOST_LISTED = 12
"""Documented parameters taken for `**kwargs`: nobody gives more at once."""


def as_api(function: Mapping[str, Any], path: str = "") -> Api:
    """Return one function (`Function.as_dict()`) as an API. Raises `SchemaError` if its schema is no use."""
    wanted = [p for p in function["parameters"] if _is_sayable(p)]
    words = _parameter_docs(function["doc"])
    first, last = function["span"]
    return from_dict(
        {
            "name": function["name"],
            "description": _summary(function["doc"]),
            "parameters": {
                "type": "object",
                "properties": {p["name"]: _property(p, words.get(p["name"], "")) for p in wanted},
                "required": [p["name"] for p in wanted if p["required"]],
            },
            "returns": function["returns"],
            "source": f"{path}:{first}-{last}" if path else "",
        }
    )


def spelled_out(function: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a function whose `**kwargs` are the parameters its documentation lists, where it lists any."""
    rest = [p for p in function["parameters"] if p["is_rest"] and p["schema"].get("type") == "object"]
    listed = _LISTED.search(function["doc"] or "") if rest else None
    if not listed:
        return function
    known = {p["name"] for p in function["parameters"]}
    found = [(name, declared) for name, declared in _ENTRY.findall(listed[1]) if name not in known]
    more = [
        {"name": name, "type": declared, "schema": schema_of(declared), "default": None, "required": False}
        | {"is_rest": False}
        for name, declared in dict(found[:MOST_LISTED]).items()
    ]
    return {**function, "parameters": [*(p for p in function["parameters"] if p not in rest), *more]}


def _is_sayable(parameter: Mapping[str, Any]) -> bool:
    is_open = parameter["is_rest"] and parameter["schema"].get("type") == "object"
    return not is_open and not _SURROUNDINGS.search(parameter["type"])


def _property(parameter: Mapping[str, Any], words: str) -> dict[str, Any]:
    made = dict(parameter["schema"])
    if words:
        made["description"] = words
    if parameter["default"] is not None:
        with suppress(ValueError):
            made["default"] = value_of(parameter["default"])
        if not parameter["schema"] and type(made.get("default")) in _KINDS:
            made["type"] = _KINDS[type(made["default"])]
        if made.get("default", "") is None:  # "nothing given" is what leaving it out says
            del made["default"]
    if not made and parameter["type"]:
        made["description"] = f"a {parameter['type']}"
    return made


def _summary(doc: str) -> str:
    """The first paragraph, without tags and sections."""
    text = re.split(r"\n\s*\n|\n\s*(?:@|:param|Args:|Parameters\b)", f"\n{doc.strip()}".lstrip("\n"))[0]
    return "" if text.startswith("@") else " ".join(text.split())[:MOST_WORDS]


def _parameter_docs(doc: str) -> dict[str, str]:
    """What the doc says of each parameter: `@param x words`, `:param x: words`, Google's `x (int): words`."""
    found: dict[str, str] = {}
    tagged = r"@param\s+(?:\{[^}\n]*\}\s*)?\[?[$*]*(\w+)[^\S\n]*\]?[-:]?[^\S\n]*(.*)"
    for pattern in (
        tagged,
        r":param\s+(?:\w+\s+)?(\w+):[^\S\n]*(.*)",
        r"^[^\S\n]{2,}\*{0,2}(\w+)(?: \([^)\n]*\))?:[^\S\n]+(.+)",
    ):
        for name, words in re.findall(pattern, doc, re.MULTILINE):
            found.setdefault(name, words.strip()[:300])
    return found
