"""JSON schemas of what roles reply with, put together from small pieces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text(shortest: int, longest: int, meaning: str) -> dict[str, Any]:
    """Return the schema of a text, its bounds in characters: they keep small models from running on."""
    return {"type": "string", "minLength": shortest, "maxLength": longest, "description": meaning}


def several(items: Mapping[str, Any], fewest: int, most: int, meaning: str = "") -> dict[str, Any]:
    made = {"type": "array", "items": dict(items), "minItems": fewest, "maxItems": most}
    return {**made, "description": meaning} if meaning else made


def closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the form of an object that has exactly these properties."""
    kept = dict(properties)
    return {"type": "object", "properties": kept, "required": list(kept), "additionalProperties": False}
