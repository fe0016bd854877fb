"""JSON and YAML from strangers, read within bounds: no code, no aliases without end, no bottomless nesting."""

import json
from typing import Any

import yaml

MAX_CHARACTERS = 16_000_000
MAX_DEPTH = 100
MAX_NODES = 2_000_000
"""Of a YAML document, every alias counted as large as what it stands for."""
NO_DESCRIPTION = "neither OpenAPI nor a list of functions"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class DescriptionError(ValueError):
    """The text is no API description; the message says why."""


def load(text: str) -> Any:
    """Return the value of a JSON or YAML document, within bounds. Raises `DescriptionError`."""
    if len(text) > MAX_CHARACTERS:
        raise DescriptionError("too large")
    start = text.lstrip("\ufeff \t\r\n")[:1]
    try:
        if start in ("{", "["):
            return json.loads(text.lstrip("\ufeff"))
    except RecursionError:
        raise DescriptionError("nested too deep") from None
    except ValueError:
        pass  # JSON with comments or trailing commas is YAML at times
    try:
        _measure(text)
        return yaml.load(text, Loader=_LOADER)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        if isinstance(error, DescriptionError):
            raise
        raise DescriptionError("neither JSON nor YAML") from None


def _measure(text: str) -> None:
    """Walk the events of a YAML document, without building it, and refuse what would grow without end."""
    sizes: dict[str, int] = {}
    open_nodes: list[tuple[str | None, int]] = []
    total = 0
    for event in yaml.parse(text, Loader=_LOADER):
        match event:
            case yaml.AliasEvent():
                if event.anchor not in sizes:
                    raise DescriptionError("an alias within itself")
                total += sizes[event.anchor]
            case yaml.CollectionStartEvent():
                open_nodes.append((event.anchor, total))
                total += 1
            case yaml.CollectionEndEvent():
                anchor, before = open_nodes.pop()
                sizes[anchor or ""] = total - before
            case yaml.ScalarEvent():
                sizes[event.anchor or ""] = 1
                total += 1
        if total > MAX_NODES:
            raise DescriptionError("too large, or aliases without end")
        if len(open_nodes) > MAX_DEPTH:
            raise DescriptionError("nested too deep")
