"""A record asked for in JSON: as a schema, a skeleton, a type, fields in prose; and the JSON of an answer."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from teams.text_extraction.record.fields import Field, Shape
from teams.text_extraction.record.schema import described, schema_of
from tools.formats import Unreadable, read_json
from tools.markup import fences

_SHORT_LIST = re.compile(r'\[\s+"[^\[\]{}]*\]')
"""A list of texts that JSON laid out puts on a line each: of types, labels, names."""


class Unread(ValueError):
    """An answer that is not in its form. The message says where, as words to whoever wrote it."""


def schema_shown(shape: Shape, tag: str) -> str:
    shown = json.dumps(_visible(schema_of(shape)), ensure_ascii=False, indent=2)
    return f"```json\n{_SHORT_LIST.sub(lambda match: ' '.join(match.group().split()), shown)}\n```"


def _visible(schema: Any) -> Any:
    """A schema as people write it: notations are told in words, not by patterns."""
    if isinstance(schema, list):
        return [_visible(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {name: _visible(inner) for name, inner in schema.items() if name not in ("pattern", "minLength")}


def skeleton(shape: Shape, tag: str) -> str:
    made = json.dumps(_example(schema_of(shape)), ensure_ascii=False, indent=2)
    return f"```\n{made}\n```\n\n{meanings(shape)}"


def _example(schema: Mapping[str, Any]) -> Any:
    """A value of a schema in which types stand for values."""
    if "anyOf" in schema:
        return _example(schema["anyOf"][0])
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {name: _example(inner) for name, inner in schema["properties"].items()}
    if kind == "array":
        return [_example(schema["items"])]
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    return kind if isinstance(schema["type"], str) else f"{kind} | null"


def line_skeleton(shape: Shape, tag: str) -> str:
    return skeleton(Shape("one", shape.fields, shape.with_words), tag)


def typescript(shape: Shape, tag: str) -> str:
    body = _typed(schema_of(shape), 0)
    return f"```ts\ntype Answer = {body};\n```"


def _typed(schema: Mapping[str, Any], depth: int) -> str:
    if "anyOf" in schema:
        return f"{_typed(schema['anyOf'][0], depth)} | null"
    kinds = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    if kinds[0] == "object":
        pad = "  " * (depth + 1)
        lines = [
            f"{pad}{name}: {_typed(inner, depth + 1)};{_comment(inner)}" for name, inner in schema["properties"].items()
        ]
        return "{\n" + "\n".join(lines) + "\n" + "  " * depth + "}"
    if kinds[0] == "array":
        inner = _typed(schema["items"], depth)
        return f"Array<{inner}>" if "\n" in inner or "|" in inner else f"{inner}[]"
    if "enum" in schema:
        return " | ".join(
            "null" if value is None else json.dumps(value, ensure_ascii=False) for value in schema["enum"]
        )
    return " | ".join(kinds)


def _comment(schema: Mapping[str, Any]) -> str:
    means = schema.get("description") or schema.get("items", {}).get("description", "")
    return f"  // {means}" if means else ""


def prose(shape: Shape, tag: str) -> str:
    return meanings(shape, types=True)


def meanings(shape: Shape, *, types: bool = False) -> str:
    """Return the fields with what they mean, a line each."""
    return "\n".join(
        f"- {path_of(field)}: {described(field)}{_told(shape, field) if types else ''}" for field in shape.fields
    )


def path_of(field: Field) -> str:
    return f"`{field.name}`"


def _told(shape: Shape, field: Field) -> str:
    said = {
        "number": "number",
        "yes_no": "boolean",
        "label": "one of " + ", ".join(f'"{label}"' for label in field.labels),
    }
    kind = said.get(field.type, "string")
    if shape.is_paired(field):
        kind = f'object {{"value": {kind}, "text": the words of the text}}'
    return (
        f" [{'list of ' if field.several else ''}{kind}{', or null' if field.optional and not field.several else ''}]"
    )


def read_json_answer(answer: str, shape: Shape) -> Any:
    blocks = fences(answer)
    body = blocks[0].body if len(blocks) == 1 and answer.startswith("```") and answer.endswith("```") else answer
    try:
        return read_json(body.strip())
    except Unreadable as error:
        raise Unread(f"it has to be JSON and nothing beside it: {error}") from None


def read_json_lines(answer: str, shape: Shape) -> Any:
    try:
        # A fence is a line that is no object: what is loaded line by line has none.
        return [read_json(line) for line in answer.splitlines() if line.strip()]
    except Unreadable as error:
        raise Unread(f"every line has to be a JSON object by itself: {error}") from None
