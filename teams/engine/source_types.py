"""What a declared type means in JSON: `Optional[list[str]]`, `Vec<i32>`, `const char *` as schemas.

One table serves all languages: their words for a number differ, but none means a string by another's word for one.
A type that says nothing about JSON (a class of the code base) gives no schema, and the model's description decides.
"""

import ast
import json
import re
from typing import Any

_SCALARS = {
    "string": "str string text &str char* std::string std::string_view string_view cstring charsequence symbol path "
    "pathlib.path pathbuf url uuid uuid.uuid bytes",
    "integer": "int integer long short i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 isize usize size_t ssize_t int8 int16 "
    "int32 int64 uint uint8 uint16 uint32 uint64 int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t "
    "unsigned signed unsignedint unsignedlong unsignedlonglong longlong unsignedshort longint bigint biginteger ulong "
    "ushort std::size_t time.duration",
    "number": "float double number f32 f64 float32 float64 decimal decimal.decimal bigdecimal numeric real longdouble",
    "boolean": "bool boolean",
}
_WORDS = {word: name for name, words in _SCALARS.items() for word in words.split()}
_MOMENTS = {
    **dict.fromkeys(("date", "datetime.date", "localdate", "dateonly"), "date"),
    **dict.fromkeys(("datetime", "datetime.datetime", "time.time", "localdatetime", "instant"), "date-time"),
    **dict.fromkeys(("datetimeoffset", "zoneddatetime"), "date-time"),
}
_HOLDERS = {
    "array": "list sequence iterable iterator collection set frozenset tuple array arraylist vec vector std::vector "
    "std::set hashset ienumerable icollection ilist ireadonlylist readonlyarray deque std::list linkedlist stream",
    "object": "dict mapping mutablemapping map hashmap btreemap std::map std::unordered_map record dictionary treemap "
    "idictionary ireadonlydictionary defaultdict",
}
_HOLDS = {word: name for name, words in _HOLDERS.items() for word in words.split()}
_WRAPPERS = ("optional", "option", "annotated", "final", "readonly", "nullable", "std::optional")
_NOISE = re.compile(r"\b(const|final|mut|ref|out|in|dyn|volatile|register|struct|readonly|params)\b|'[a-z_]+\b(?!')")
_GENERIC = re.compile(r"^([\w.:]+)\s*[<\[](.*)[>\]]$", re.DOTALL)
# A number, or something quoted or bracketed. No backslash: a doubtful escape would warn on standard error.
_LITERAL = re.compile(r"""[+-]?\d[\d_]*(?:\.\d*)?(?:[eE][+-]?\d+)?|[\[({"'][^\\]*""")
_NOTHING = ("none", "null", "undefined", "nil")
MAX_DEPTH, MAX_LENGTH = 6, 300


def schema_of(declared: str, depth: int = 0) -> dict[str, Any]:
    """Return the JSON schema of a declared type, `{}` where it has none."""
    text = " ".join(declared[: MAX_LENGTH + 1].split())
    if not text or depth > MAX_DEPTH or len(text) > MAX_LENGTH:
        return {}
    parts = [part for part in _split(text, "|") if part.lower() not in _NOTHING]
    if len(parts) != 1:
        return _union(parts, depth)
    text = parts[0].strip("\"' ").removesuffix("?").removeprefix("?").strip()  # Python quotes what is defined later
    return _choice(text) or _scalar(text) or _list(text, depth) or _generic(text, depth)


def is_optional(declared: str) -> bool:
    """Whether the type itself admits that nothing is given: `Option<T>`, `T | None`, `T?`."""
    text = declared.strip()
    if text.startswith("?") or text.endswith("?") or any(p.lower() in _NOTHING for p in _split(text, "|")):
        return True
    return bool(re.match(r"(?:\w+(?:\.|::))?(?:Optional|Option|Nullable|optional)\s*[<\[]", text))


def value_of(text: str) -> Any:
    """Return the JSON value a default's text stands for. Raises `ValueError` if it is no plain value."""
    text = text.strip()
    if len(text) > MAX_LENGTH:
        raise ValueError("too long for a default")
    known = {"true": True, "false": False, "none": None, "null": None, "nil": None, "undefined": None}
    if text.lower() in known:
        return known[text.lower()]
    if not _LITERAL.fullmatch(text):
        raise ValueError(f"{text!r} is no plain value")
    try:
        # `literal_eval` builds values and runs nothing; what JSON can't hold (bytes, sets, NaN) is refused after it.
        return json.loads(json.dumps(ast.literal_eval(text), allow_nan=False))
    except (SyntaxError, TypeError, MemoryError, RecursionError, ValueError):
        raise ValueError(f"{text!r} is no plain value") from None


def _choice(text: str) -> dict[str, Any]:
    """`Literal['a', 'b']` in Python."""
    inside = re.fullmatch(r"(?:typing\.)?Literal\[(.*)\]", text)
    return _enum(_split(inside[1], ",")) if inside else {}


def _enum(values: list[str]) -> dict[str, Any]:
    try:
        chosen = [value_of(value) for value in values]
    except ValueError:
        return {}
    if chosen and all(isinstance(value, str) for value in chosen):
        return {"type": "string", "enum": list(dict.fromkeys(chosen))}
    return {}


def _union(parts: list[str], depth: int) -> dict[str, Any]:
    if choice := _enum(parts):  # TypeScript: 'small' | 'large'
        return choice
    schemas = [schema_of(part, depth + 1) for part in parts[:10]]
    if not schemas or not all(schemas):
        return {}
    types = {schema["type"] for schema in schemas}
    if types == {"integer", "number"}:
        return {"type": "number"}
    return schemas[0] if len(types) == 1 else {}


def _scalar(text: str) -> dict[str, Any]:
    word = _NOISE.sub("", text).replace(" ", "").lower()
    word = word if word in ("&str", "char*") else word.strip("&*")
    word = re.sub(r"^(typing|builtins|java\.lang|java\.time|java\.util|system)\.", "", word)
    if word in _MOMENTS:
        return {"type": "string", "format": _MOMENTS[word]}
    return {"type": _WORDS[word]} if word in _WORDS else {}


def _list(text: str, depth: int) -> dict[str, Any]:
    """`T[]`, Go's `[]T`, Rust's `&[T]`, a bare `list`."""
    text = _NOISE.sub("", text).strip("& ")
    if text.endswith("[]"):
        return _array(text[:-2], depth)
    if text.startswith("[]"):
        return _array(text[2:], depth)
    if text.startswith("[") and text.endswith("]"):
        return _array(text[1:-1].split(";")[0], depth)
    last = text.rsplit(".", 1)[-1].lower()
    return {"type": _HOLDS[last]} if last in _HOLDS else {}


def _array(item: str, depth: int) -> dict[str, Any]:
    items = schema_of(item, depth + 1)
    return {"type": "array", "items": items} if items else {"type": "array"}


def _generic(text: str, depth: int) -> dict[str, Any]:
    text = _NOISE.sub("", text).strip("& ")
    if text.startswith("map["):
        return {"type": "object"}
    match = _GENERIC.match(text)
    if not match:
        return {}
    name, inside = match[1].lower(), _split(match[2], ",")
    name = name if name.startswith("std::") else re.split(r"\.|::", name)[-1]
    if name in _WRAPPERS:
        return schema_of(inside[0], depth + 1) if inside else {}
    if name == "union":
        return _union([part for part in inside if part.lower() not in _NOTHING], depth)
    if _HOLDS.get(name) == "array":
        return _array(inside[0] if len(set(inside) - {"..."}) == 1 else "", depth)
    return {"type": "object"} if name in _HOLDS else {}


def _split(text: str, mark: str) -> list[str]:
    """Split at `mark`, not inside brackets or quotes."""
    parts, depth, quote, start = [], 0, "", 0
    for i, char in enumerate(text[:MAX_LENGTH]):
        if quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
        elif char in "<[({":
            depth += 1
        elif char in ">])}":
            depth -= 1
        elif char == mark and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]
