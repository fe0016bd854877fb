"""Hold one extraction against another, field by field: what agrees, what is missing, what is added.

What was copied agrees as `copied` says, all else when the values are equal. Lists are sets: order is judged only where
a request asks for one. Records are matched with those they share most with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import isclose
from typing import Any

from teams.text_extraction.record.copied import same_phrase, same_words
from teams.text_extraction.record.derived import hours_of
from teams.text_extraction.record.fields import COPIED, Field, Shape, sort_value


@dataclass(frozen=True)
class Cell:
    """One value at one place."""

    place: str
    """Where it stands: in the key for what is right or missing, in the extraction for what is added."""
    field: Field
    value: Any

    def shown(self) -> str:
        return f"{self.place}: {said_of(self.value)}"


@dataclass(frozen=True)
class Compared:
    """An extraction held against a key."""

    right: tuple[Cell, ...]
    missing: tuple[Cell, ...]
    extra: tuple[Cell, ...]

    @property
    def precision(self) -> float:
        given = len(self.right) + len(self.extra)
        return len(self.right) / given if given else 1.0

    @property
    def recall(self) -> float:
        wanted = len(self.right) + len(self.missing)
        return len(self.right) / wanted if wanted else 1.0

    @property
    def is_same(self) -> bool:
        return not self.missing and not self.extra


def compare(value: Any, key: Any, shape: Shape) -> Compared:
    """Hold `value` against `key`; both have to be of the shape."""
    found: tuple[list[Cell], list[Cell], list[Cell]] = ([], [], [])
    if shape.container == "plain":
        _values(value, key, shape.fields[0], shape.fields[0].name, found)
    elif shape.container == "one":
        _records([value], [key], shape.fields, "", found)
    else:
        _records(value, key, shape.fields, "record ", found)
    return Compared(tuple(found[0]), tuple(found[1]), tuple(found[2]))


def same_value(one: Any, other: Any, field: Field) -> bool:
    """Whether two values of a field are the same."""
    one = one["value"] if isinstance(one, Mapping) else one
    other = other["value"] if isinstance(other, Mapping) else other
    if field.type == "number":
        return isclose(float(one), float(other), rel_tol=1e-6, abs_tol=1e-9)
    if field.type == "duration":
        return hours_of(str(one)) == hours_of(str(other))
    if field.type not in COPIED:
        return bool(one == other)
    return (same_words if field.type == "words" else same_phrase)(str(one), str(other))


def said_of(value: Any) -> str:
    """A value as evidence shows it."""
    value = value["value"] if isinstance(value, Mapping) else value
    return repr(value) if isinstance(value, str) else str(value)


def cells_of(value: Any, shape: Shape) -> list[Cell]:
    """Every value of an extraction."""
    if shape.container == "plain":
        return [Cell(f"[{n}]", shape.fields[0], one) for n, one in enumerate(value, 1)]
    found: list[Cell] = []
    for n, record in enumerate([value] if shape.container == "one" else value, 1):
        _all(record, shape.fields, "" if shape.container == "one" else f"record {n} ", found)
    return found


Found = tuple[list[Cell], list[Cell], list[Cell]]


def _records(given: Sequence[Any], wanted: Sequence[Any], fields: Sequence[Field], at: str, found: Found) -> None:
    """Match records by what they share, the best first, and compare those matched."""
    matched = _matched(given, wanted, fields)
    for n, m in matched.items():
        _record(given[n], wanted[m], fields, f"{at}{m + 1} " if at else "", found)
    for m, key in enumerate(wanted):
        if m not in matched.values():
            _all(key, fields, f"{at}{m + 1} ", found[1])
    for n, one in enumerate(given):
        if n not in matched:
            _all(one, fields, f"{at}{n + 1} ", found[2])


def _matched(given: Sequence[Any], wanted: Sequence[Any], fields: Sequence[Field]) -> dict[int, int]:
    """Return which of the given records goes with which of the wanted."""
    if len(given) == len(wanted) == 1:
        return {0: 0}
    parts = {field.list: _inside(fields, field.list) for field in fields if field.list}
    plain = [field for field in fields if not field.list]
    # Every record is held against every other, so what is read of one is read once.
    mine, theirs = ([[_listed(one, field) for field in plain] for one in records] for records in (given, wanted))
    scores = []
    for n, one in enumerate(given):
        for m, key in enumerate(wanted):
            beside = zip(mine[n], theirs[m], plain, strict=True)
            score = sum(_weight(field) * _same(had, has, field) for had, has, field in beside)
            score += sum(_shared(one[name], key[name], inner) for name, inner in parts.items())
            if score > 0:
                scores.append((score, -n, -m))
    matched: dict[int, int] = {}
    for _, n, m in sorted(scores, reverse=True):
        if -n not in matched and -m not in matched.values():
            matched[-n] = -m
    return matched


def _record(one: Any, key: Any, fields: Sequence[Field], at: str, found: Found) -> None:
    done: set[str] = set()
    for field in fields:
        if field.list:
            if field.list not in done:
                done.add(field.list)
                _records(one[field.list], key[field.list], _inside(fields, field.list), f"{at}{field.list} ", found)
            continue
        _values(_listed(one, field), _listed(key, field), field, f"{at}{field.name}", found)


def _values(given: Sequence[Any], wanted: Sequence[Any], field: Field, at: str, found: Found) -> None:
    left = list(given)
    for key in wanted:
        match = next((n for n, one in enumerate(left) if same_value(one, key, field)), None)
        found[0 if match is not None else 1].append(Cell(at, field, key))
        if match is not None:
            left.pop(match)
    found[2].extend(Cell(at, field, one) for one in left)


def _shared(given: Sequence[Any], wanted: Sequence[Any], fields: Sequence[Field]) -> float:
    """How much two lists of records have in common."""
    found: Found = ([], [], [])
    _records(given, wanted, fields, "", found)
    return sum(_weight(cell.field) for cell in found[0])


def _same(given: Sequence[Any], wanted: Sequence[Any], field: Field) -> int:
    """How many values two lists of them have in common."""
    if not given or not wanted:
        return 0
    if len(given) == len(wanted) == 1:
        return int(same_value(given[0], wanted[0], field))
    found: Found = ([], [], [])
    _values(given, wanted, field, "", found)
    return len(found[0])


def _weight(field: Field) -> float:
    """What is copied tells records apart better than labels do."""
    return 3.0 if field.type in COPIED else 1.0


def _all(record: Any, fields: Sequence[Field], at: str, found: list[Cell]) -> None:
    nothing: Any = {}
    for field in fields:
        if field.list:
            nothing[field.list] = []
        elif "." in field.name:
            head, _, tail = field.name.partition(".")
            nothing.setdefault(head, {})[tail] = [] if field.several else None
        else:
            nothing[field.name] = [] if field.several else None
    cells: Found = ([], [], [])
    _record(record, nothing, fields, at, cells)
    found.extend(cells[2])


def _inside(fields: Sequence[Field], name: str) -> tuple[Field, ...]:
    return tuple(replace(field, name=field.name.partition("[].")[2]) for field in fields if field.list == name)


def _listed(record: Any, field: Field) -> Sequence[Any]:
    """The values of a field, none for null."""
    value = _get(record, field.name)
    if field.several:
        return value  # type: ignore[no-any-return]
    return () if value is None else (value,)


def _get(record: Any, name: str) -> Any:
    head, _, tail = name.partition(".")
    return record[head][tail] if tail else record[head]


def order_faults(value: Any, shape: Shape) -> Iterator[str]:
    """Yield where records stand in another order than was asked for."""
    if not shape.sort or shape.container != "many":
        return
    name, direction = shape.sort
    keys = [sort_value(record, name) for record in value]
    keys = [key for key in keys if key is not None]
    for one, other in pairwise(keys):
        if (one > other) if direction == "ascending" else (one < other):
            yield f"{one!r} stands before {other!r}: sorted by {name}, {direction}, it is the other way round"
