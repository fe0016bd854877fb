"""JSON schemas from anywhere, made plain: no references, no surprises, a bounded size.

Schemas come from strangers: OpenAPI files, pasted function lists, the imagination of a model. `plain` rewrites one
into the small dialect every model endpoint takes and `jsonschema` checks quickly. References within the document are
put in place; what refers to itself, points outside, or grows beyond a bound is refused with the reason.
"""

import keyword
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

MAX_DEPTH = 12
MAX_NODES = 2_000
MAX_TEXT = 2_000
MAX_CHOICES = 200
MAX_NUMBER = 10**15
"""Bounds beyond this are noise (`maximum: 9223372036854775807`), and some endpoints refuse them."""
CYCLE, FOREIGN, TOO_LARGE, NOT_A_SCHEMA = (
    "schema refers to itself",
    "schema refers outside its document",
    "schema is too large or too deep",
    "not a usable schema",
)

_TYPES = {
    "string": ("string", "str", "text", "file", "date", "datetime", "uuid", "uri"),
    "integer": ("integer", "int", "int32", "int64", "long"),
    "number": ("number", "float", "double", "decimal"),
    "boolean": ("boolean", "bool"),
    "array": ("array", "list", "tuple", "set"),
    "object": ("object", "dict", "map"),
    "null": ("null", "none"),
}
_TYPE = {word: name for name, words in _TYPES.items() for word in words}
_KINDS: dict[str, Any] = {
    "string": str,
    "integer": int,
    "number": int | float,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}
_NUMBERS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf")
_COUNTS = ("minLength", "maxLength", "minItems", "maxItems")
_CHOICES = ("anyOf", "oneOf")


class SchemaError(ValueError):
    """A schema is refused. `reason` is one of the constants above, the message says where."""

    def __init__(self, reason: str, where: str = "") -> None:
        super().__init__(f"{reason}: {where[:200]}" if where else reason)
        self.reason = reason


def plain(schema: Any, document: Any = None, *, is_input: bool = True) -> dict[str, Any]:
    """Return `schema` in the plain dialect. `#/…` references are looked up in `document`, or in the schema itself.

    In the schema of an input, properties that only the server sets (`readOnly`) are left out. Raises `SchemaError`.
    """
    return _Plainer(schema if document is None else document, is_input).schema(schema, (), "#")


def plain_text(text: Any, most: int = MAX_TEXT) -> str:
    """Return `text` as a string that can be sent: no lone surrogates, no control characters, at most so long."""
    clean = str(text)[: most + 1].encode("utf-8", "replace").decode()
    clean = "".join(" " if unicodedata.category(c) == "Cc" and c not in "\n\t" else c for c in clean)
    return clean if len(clean) <= most else clean[: most - 1] + "…"


def sanitise_name(name: str) -> str:
    """Return the Python identifier nearest to `name`: ASCII, at most 64 characters, no keyword, never empty."""
    ascii_only = unicodedata.normalize("NFKD", name[:500]).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9_]+", "_", ascii_only).strip("_")[:63].rstrip("_") or "function"
    if words[0].isdigit():
        words = f"_{words[:63]}"
    return f"{words}_" if keyword.iskeyword(words) else words


class _Plainer:
    """One schema's way through: what it refers to, and how much of it there has been."""

    def __init__(self, document: Any, is_input: bool) -> None:
        self._document = document
        self._is_input = is_input
        self._nodes = 0

    def schema(self, schema: Any, trail: tuple[str, ...], where: str, depth: int = 0) -> dict[str, Any]:
        self._nodes += 1
        if depth > MAX_DEPTH or self._nodes > MAX_NODES:
            raise SchemaError(TOO_LARGE, where)
        if isinstance(schema, bool):
            return {}
        if not isinstance(schema, Mapping):
            raise SchemaError(NOT_A_SCHEMA, where)
        if "$ref" in schema:
            return self._referred(schema, trail, where, depth)
        made: dict[str, Any] = {}
        made.update(_typed(schema))
        made.update(_described(schema))
        made.update(_limits(schema))
        self._nest(made, schema, trail, where, depth + 1)
        if not _fits(made.get("default"), made):
            del made["default"]
        return made

    def _referred(self, schema: Mapping[str, Any], trail: tuple[str, ...], where: str, depth: int) -> dict[str, Any]:
        ref = schema["$ref"]
        if not isinstance(ref, str) or not ref.startswith("#"):
            raise SchemaError(FOREIGN, plain_text(ref, 100))
        if ref in trail:
            raise SchemaError(CYCLE, plain_text(ref, 100))
        made = self.schema(look_up(ref, self._document), (*trail, ref), ref, depth + 1)
        return {**made, **_described(schema)}

    def _nest(
        self, made: dict[str, Any], schema: Mapping[str, Any], trail: tuple[str, ...], where: str, depth: int
    ) -> None:
        if isinstance(schema.get("properties"), Mapping):
            made.setdefault("type", "object")
            made["properties"] = {
                plain_text(name, 100): self.schema(value, trail, f"{where}/{name}", depth)
                for name, value in schema["properties"].items()
                if not (self._is_input and isinstance(value, Mapping) and value.get("readOnly") is True)
            }
        if isinstance(schema.get("items"), Mapping):
            made.setdefault("type", "array")
            made["items"] = self.schema(schema["items"], trail, f"{where}/items", depth)
        if isinstance(schema.get("additionalProperties"), bool | Mapping):
            more = schema["additionalProperties"]
            made["additionalProperties"] = (
                more if isinstance(more, bool) else self.schema(more, trail, f"{where}/more", depth)
            )
        for word in _CHOICES:
            if isinstance(schema.get(word), list) and schema[word]:
                made[word] = [self.schema(s, trail, f"{where}/{word}", depth) for s in schema[word][:20]]
        if isinstance(schema.get("allOf"), list):
            for part in schema["allOf"][:20]:
                _merge(made, self.schema(part, trail, f"{where}/allOf", depth))
        required = schema.get("required")
        if isinstance(required, list):
            names = [*made.get("required", []), *(str(name) for name in required)]
            made["required"] = [name for name in dict.fromkeys(names) if name in made.get("properties", {})]


def look_up(ref: str, document: Any) -> Any:
    """Return what the reference `#/a/b` points to in `document`, or raise `SchemaError`."""
    found = document
    for step in ref.lstrip("#").split("/")[1:40]:
        key = step.replace("~1", "/").replace("~0", "~").replace("%7B", "{").replace("%7D", "}")
        if isinstance(found, Mapping) and key in found:
            found = found[key]
        elif isinstance(found, list) and key.isdecimal() and int(key[:6]) < len(found):
            found = found[int(key)]
        else:
            raise SchemaError(NOT_A_SCHEMA, f"{plain_text(ref, 100)} is not there")
    return found


def _typed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The `type`, sloppy spellings forgiven; OpenAPI's `nullable` becomes a second type."""
    given = schema.get("type")
    words = given if isinstance(given, list) else [given]
    types = list(dict.fromkeys(_TYPE[str(w).lower()] for w in words if str(w).lower() in _TYPE and w is not None))
    if schema.get("nullable") is True and types and "null" not in types:
        types.append("null")
    if not types:
        return {}
    return {"type": types[0] if len(types) == 1 else types}


def _fits(default: Any, schema: Mapping[str, Any]) -> bool:
    """Whether a default could be passed: a call that spells it out must be legal. None is no default in many files."""
    if "default" not in schema:
        return True
    types = schema.get("type", [])
    kinds = [_KINDS[t] for t in ([types] if isinstance(types, str) else types)]
    if isinstance(default, bool) and kinds:
        return bool in kinds
    return not kinds or any(isinstance(default, kind) for kind in kinds)


def _described(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The words. `pattern` becomes words too: a hostile one would hang the check that runs it."""
    words = schema.get("description") or schema.get("title") or ""
    text = plain_text(words).strip() if isinstance(words, str) else ""
    pattern = schema.get("pattern")
    if isinstance(pattern, str) and len(pattern) <= 100:
        text = f"{text} (pattern: {plain_text(pattern)})".strip()
    return {"description": text} if text else {}


def _limits(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What narrows a value down: choices, bounds, lengths."""
    made: dict[str, Any] = {}
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        if len(choices) > MAX_CHOICES:
            raise SchemaError(TOO_LARGE, f"enum of {len(choices)}")
        made["enum"] = [_value(choice) for choice in choices]
    for word in ("const", "default"):
        if word in schema:
            made[word] = _value(schema[word])
    if isinstance(schema.get("format"), str):
        made["format"] = plain_text(schema["format"], 40)
    made.update({w: schema[w] for w in _COUNTS if type(schema.get(w)) is int and 0 <= schema[w] <= MAX_NUMBER})
    return {**made, **_bounds(schema)}


def _bounds(schema: Mapping[str, Any]) -> dict[str, Any]:
    made = {w: schema[w] for w in _NUMBERS if _is_number(schema.get(w)) and abs(schema[w]) <= MAX_NUMBER}
    if made.get("multipleOf", 1) <= 0:
        del made["multipleOf"]
    for word in ("Minimum", "Maximum"):  # OpenAPI 3.0: a flag beside the bound
        if schema.get(f"exclusive{word}") is True and word.lower() in made:
            made[f"exclusive{word}"] = made.pop(word.lower())
    return made


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _value(value: Any, depth: int = 0) -> Any:
    """A value of JSON, whatever a loader made of it (YAML makes dates)."""
    if depth > MAX_DEPTH:
        raise SchemaError(TOO_LARGE, "a value in it")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        if value != value or abs(value) > 10**300:
            raise SchemaError(NOT_A_SCHEMA, "a number that is not finite")
        return value
    if isinstance(value, Mapping):
        return {plain_text(k, 100): _value(v, depth + 1) for k, v in list(value.items())[:MAX_CHOICES]}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_value(v, depth + 1) for v in value[:MAX_CHOICES]]
    return plain_text(value)


def _merge(made: dict[str, Any], part: dict[str, Any]) -> None:
    """Add one branch of an `allOf`: the properties of all, the first word on everything else."""
    if "properties" in part:
        made["properties"] = {**made.get("properties", {}), **part.pop("properties")}
    if "required" in part:
        made["required"] = [*made.get("required", []), *part.pop("required")]
    for word, value in part.items():
        made.setdefault(word, value)
