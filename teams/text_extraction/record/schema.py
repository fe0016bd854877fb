"""The closed JSON Schema of an answer: what its user shows, what checks hold it against, what a blind reader gets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teams.engine.stages.forms import closed
from teams.text_extraction.record.fields import Field, Shape

MOST = 60
"""Records, or values of a field, at most: a bound for models that run on."""
HINTS = {
    "date": "YYYY-MM-DD, as far as known: YYYY-MM, YYYY, MM-DD",
    "time": "HH:MM",
    "duration": "ISO 8601, P2W, PT40M",
    "currency": "ISO 4217",
}
_DATE = r"^(\d{4}-\d{2}-\d{2}|\d{4}-\d{2}|\d{4}|\d{2}-\d{2})$"
_BASE: Mapping[str, Mapping[str, Any]] = {
    "words": {"type": "string", "minLength": 1},
    "phrase": {"type": "string", "minLength": 1},
    "label": {"type": "string"},
    "number": {"type": "number"},
    "date": {"type": "string", "pattern": _DATE},
    "time": {"type": "string", "pattern": r"^([01]\d|2[0-3]):[0-5]\d$"},
    "duration": {"type": "string", "pattern": r"^P(?=\d|T\d)(\d+(\.\d+)?[YMWD])*(T(\d+(\.\d+)?[HMS])+)?$"},
    "currency": {"type": "string", "pattern": r"^[A-Z]{3}$"},
    "yes_no": {"type": "boolean"},
}


def schema_of(shape: Shape, *, bounded: bool = False) -> dict[str, Any]:
    """Return the schema of an answer. `bounded`, for models that fill it in: no patterns, lengths, null as `anyOf`."""
    if shape.container == "plain":
        made = {"type": "array", "items": _single(shape, shape.fields[0], bounded)}
        return {**made, "maxItems": MOST} if bounded else made
    record = _record(shape, bounded)
    if shape.container == "one":
        return record
    return {"type": "array", "items": record, **({"maxItems": MOST} if bounded else {})}


def _record(shape: Shape, bounded: bool) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    inner: dict[str, dict[str, Any]] = {}
    for field in shape.fields:
        head, dot, tail = field.name.partition(".")
        made = _leaf(shape, field, bounded)
        if dot:
            inner.setdefault(head, {})[tail] = made
            properties.setdefault(head.removesuffix("[]"), head)
        else:
            properties[head] = made
    for name, made in properties.items():
        if isinstance(made, str):
            group = closed(inner[made])
            parts = {"type": "array", "items": group, **({"maxItems": MOST} if bounded else {})}
            properties[name] = parts if made.endswith("[]") else group
    return closed(properties)


def _leaf(shape: Shape, field: Field, bounded: bool) -> dict[str, Any]:
    single = _single(shape, field, bounded)
    if field.several:
        means = single.pop("description", "")
        made = {"type": "array", "items": single, **({"maxItems": MOST} if bounded else {})}
        return {**made, "description": means}
    return _nullable(single, bounded) if field.optional else single


def _single(shape: Shape, field: Field, bounded: bool) -> dict[str, Any]:
    base = dict(_BASE[field.type])
    if bounded:
        base = {"type": base["type"], **({"maxLength": 900} if base["type"] == "string" else {})}
    if field.type == "label":
        base["enum"] = list(field.labels)
    if shape.is_paired(field):
        base = closed({"value": base, "text": {"type": "string"}})
    return {**base, "description": described(field)}


def described(field: Field) -> str:
    """What a field means, with the notation of its values."""
    hint = HINTS.get(field.type, "") or field.unit
    return f"{field.means.rstrip('.')} ({hint})" if hint and hint not in field.means else field.means


def _nullable(single: Mapping[str, Any], bounded: bool) -> dict[str, Any]:
    means = single["description"]
    bare = {name: value for name, value in single.items() if name != "description"}
    if bounded or bare["type"] == "object":
        return {"anyOf": [bare, {"type": "null"}], "description": means}
    made = {**bare, "type": [bare["type"], "null"], "description": means}
    return {**made, "enum": [*bare["enum"], None]} if "enum" in bare else made
