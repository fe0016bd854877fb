"""The one validator of a call's arguments: what it finds, the system behind the APIs refuses and the checks report.

It departs from `jsonschema` in three places. `multipleOf` is decided in decimals, for 19.99 is a multiple of 0.01 and
the floats behind them are not. The formats `date` and `date-time` are checked. A pattern that could take for ever to
match is passed over: patterns come from strangers too.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

__all__ = ["errors_in"]

_LONGEST = 200
"""Characters of a pattern, and of a value it is tried on."""
_UNBOUNDED = re.compile(r"(?<!\\)(?:[*+]|\{\d*,\})")
_QUANTIFIED_GROUP = re.compile(r"(?<!\\)\)[*+{?]|\\[1-9]")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def errors_in(arguments: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    """Yield what is illegal in `arguments` (any JSON) by `schema`.

    Raises `SchemaError` of `jsonschema`, `Unresolvable`, `RecursionError`, `TypeError` or `ValueError` where the schema
    or the arguments are nothing that can be checked.
    """
    # Through JSON once more: a mapping of another type than dict is no object to the validator.
    as_json = json.loads(json.dumps(arguments, default=_plainly))
    yield from _validator(json.dumps(schema, default=_plainly)).iter_errors(as_json)


def _plainly(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} is nothing of JSON")


@lru_cache(maxsize=512)
def _validator(schema: str) -> Any:
    """Return what checks arguments against a schema, given as JSON.

    Kept, because the pairs of a seed share their functions, and checking a schema takes longer than all its calls.
    """
    parsed = json.loads(schema)
    Draft202012Validator.check_schema(parsed)
    # An empty registry: a schema from a seed must not make us fetch what it refers to.
    return _VALIDATOR(parsed, registry=Registry(), format_checker=_FORMATS)


def _multiple_of(validator: Any, step: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    if not validator.is_type(value, "number"):
        return
    try:
        is_multiple = Fraction(Decimal(str(value))) % Fraction(Decimal(str(step))) == 0
    except (InvalidOperation, ValueError, OverflowError, ZeroDivisionError):  # NaN and infinity, which json.loads takes
        is_multiple = False
    if not is_multiple:
        yield ValidationError(f"{value!r} is not a multiple of {step}")


def _pattern(validator: Any, pattern: Any, value: Any, schema: Any) -> Iterator[ValidationError]:
    is_tried = validator.is_type(value, "string") and len(value) <= _LONGEST and _is_quick(pattern)
    if is_tried and not re.search(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _is_quick(pattern: str) -> bool:
    """Say whether a pattern is sure to be decided in no time: no repeated groups, few repetitions without bounds."""
    if len(pattern) > _LONGEST or _QUANTIFIED_GROUP.search(pattern) or len(_UNBOUNDED.findall(pattern)) > 2:
        return False
    try:
        re.compile(pattern)
    except re.error:  # of another dialect than ours
        return False
    return True


def _is_day(value: object) -> bool:
    if not isinstance(value, str):
        return True
    return bool(_DAY.fullmatch(value)) and bool(date.fromisoformat(value))


def _is_moment(value: object) -> bool:
    """A day and a time. The zone, which RFC 3339 demands, may be missing: few services mind, and few people say it."""
    if not isinstance(value, str):
        return True
    return bool(_DAY.match(value)) and len(value) > 11 and bool(datetime.fromisoformat(value))


_VALIDATOR = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"multipleOf": _multiple_of, "pattern": _pattern}
)
_FORMATS = FormatChecker(formats=())
_FORMATS.checks("date", raises=ValueError)(_is_day)
_FORMATS.checks("date-time", raises=ValueError)(_is_moment)
