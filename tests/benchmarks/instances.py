"""The smallest thing a JSON schema accepts, so that whole flows can run on the stub endpoint.

Strings carry the mark of the request, so that different requests get different answers. Covers what pydantic and
tool schemas use; of `pattern`, only the few shapes below.
"""

import re
from typing import Any

Schema = dict[str, Any]
_TRIES = ("text", "a", "A", "0", "1", "a1", "a_1", "a-1", "A1", "2024-01-01", "12:00", "a@b.co", "http://a.b")
_FORMATS = {
    "date": "2024-01-01",
    "date-time": "2024-01-01T00:00:00Z",
    "time": "12:00:00Z",
    "email": "a@example.org",
    "uri": "http://example.org",
    "uuid": "00000000-0000-4000-8000-000000000000",
}
_DEEPEST = 32


def smallest(schema: Any, mark: int = 0) -> Any:
    """Return a smallest instance of `schema`. Raise ValueError where it needs itself without end."""
    return _instance(schema, schema, mark, 0)


def _instance(schema: Any, root: Any, mark: int, depth: int) -> Any:
    if depth > _DEEPEST:
        raise ValueError("the schema needs itself without end")
    if not isinstance(schema, dict):
        return f"text {mark:08x}"
    if "$ref" in schema:
        return _instance(_resolved(schema["$ref"], root), root, mark, depth + 1)
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][mark % len(schema["enum"])]
    if "allOf" in schema:
        whole: Schema = {key: value for key, value in schema.items() if key != "allOf"}
        for part in schema["allOf"]:
            whole = _both(whole, _resolved(part["$ref"], root) if "$ref" in part else part)
        return _instance(whole, root, mark, depth + 1)
    for key in ("anyOf", "oneOf"):
        if schema.get(key):
            return _first_possible(schema[key], root, mark, depth)
    return _of_type(schema, root, mark, depth)


def _first_possible(options: list[Schema], root: Any, mark: int, depth: int) -> Any:
    for option in options:
        try:
            return _instance(option, root, mark, depth + 1)
        except ValueError:
            continue
    raise ValueError("the schema needs itself without end")


def _of_type(schema: Schema, root: Any, mark: int, depth: int) -> Any:
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        known = schema.get("properties") or {}
        return {name: _instance(known.get(name, {}), root, mark, depth + 1) for name in schema.get("required") or ()}
    if kind == "array":
        fixed = [_instance(item, root, mark, depth + 1) for item in schema.get("prefixItems") or ()]
        missing = max(0, int(schema.get("minItems", 0)) - len(fixed))
        return fixed + [_instance(schema.get("items", {}), root, mark + i, depth + 1) for i in range(missing)]
    if kind in ("integer", "number"):
        return _number(schema, kind)
    if kind in ("boolean", "null"):
        return True if kind == "boolean" else None
    return _string(schema, mark)


def _number(schema: Schema, kind: str) -> Any:
    step = schema.get("multipleOf") or 1
    least = schema.get("minimum", schema.get("exclusiveMinimum"))
    most = schema.get("maximum", schema.get("exclusiveMaximum"))
    if least is None:
        value = 1 if most is None or most >= 1 else most
        return value if "multipleOf" not in schema else 0 if most is None or most >= 0 else most // step * step
    value = -(-least // step) * step
    if "exclusiveMinimum" in schema and value <= schema["exclusiveMinimum"]:
        value += step if kind == "integer" or most is None or value + step < most else (most - value) / 2
    return int(value) if kind == "integer" else value


def _string(schema: Schema, mark: int) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    if pattern := schema.get("pattern"):
        return next((text for text in (f"text {mark:08x}", *_TRIES) if re.search(pattern, text)), "text")
    text = f"text {mark:08x}"
    text += " lorem ipsum" * max(0, (int(schema.get("minLength", 0)) - len(text)) // 12 + 1)
    least = max(int(schema.get("minLength", 0)), 13)
    return text[: min(least, int(schema.get("maxLength", least)))]


def _resolved(ref: str, root: Any) -> Any:
    place = root
    for step in ref.removeprefix("#").strip("/").split("/"):
        place = place[step.replace("~1", "/").replace("~0", "~")] if step else place
    return place


def _both(one: Schema, other: Schema) -> Schema:
    merged = {**one, **other}
    if "properties" in one and "properties" in other:
        merged["properties"] = {**one["properties"], **other["properties"]}
    merged["required"] = [*one.get("required", ()), *other.get("required", ())]
    return merged if merged["required"] else {k: v for k, v in merged.items() if k != "required"}
