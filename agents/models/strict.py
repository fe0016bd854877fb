"""JSON schemas cut down to what engines for constrained output understand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_KEPT = (
    *("type", "description", "enum", "const", "pattern", "minLength", "maxLength", "minItems", "maxItems"),
    *("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
)
_NODES = 2000
"""How large a schema may become once its references are put in."""


def strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return `schema` with references put in, and only what every engine for constrained output knows.

    Titles, defaults, formats and conditions are left out (replies are validated again, with the full schema); objects
    take no properties but those they name. Where a schema refers to itself, or grows without measure, anything goes.
    """
    return _Cut(schema).cut(schema, frozenset())


class _Cut:
    def __init__(self, root: Mapping[str, Any]) -> None:
        self._root, self._left = root, _NODES

    def cut(self, schema: Any, within: frozenset[str]) -> dict[str, Any]:
        """Cut `schema`, which stands inside of what the references `within` point at."""
        self._left -= 1
        if self._left < 0 or not isinstance(schema, Mapping) or len(within) > 20:
            return {}
        if isinstance(pointer := schema.get("$ref"), str):
            if pointer in within:
                return {}
            own = {key: value for key, value in schema.items() if key != "$ref"}
            return self.cut({**self._at(pointer), **own}, within | {pointer})
        if isinstance(parts := schema.get("allOf"), list) and len(parts) == 1 and isinstance(parts[0], Mapping):
            own = {key: value for key, value in schema.items() if key != "allOf"}
            return self.cut({**parts[0], **own}, within)
        return self._children(schema, within)

    def _children(self, schema: Mapping[str, Any], within: frozenset[str]) -> dict[str, Any]:
        kept = {key: schema[key] for key in _KEPT if key in schema}
        for branch in ("anyOf", "oneOf"):
            if isinstance(schema.get(branch), list):
                kept["anyOf"] = [self.cut(one, within) for one in schema[branch]]
        if isinstance(schema.get("items"), Mapping):
            kept["items"] = self.cut(schema["items"], within)
        if isinstance(properties := schema.get("properties"), Mapping):
            kept["type"] = "object"
            kept["properties"] = {name: self.cut(one, within) for name, one in properties.items()}
            required = schema.get("required")
            kept["required"] = [name for name in properties if isinstance(required, list) and name in required]
            kept["additionalProperties"] = False
        elif isinstance(schema.get("additionalProperties"), Mapping):
            kept["additionalProperties"] = self.cut(schema["additionalProperties"], within)
        return kept

    def _at(self, pointer: str) -> Mapping[str, Any]:
        """What a local JSON pointer like `#/$defs/Place` points at; nothing if it leads elsewhere."""
        found: Any = self._root
        for step in pointer.removeprefix("#").strip("/").split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            if step:
                found = found.get(step) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}
