"""Records handed in, and rules that label them by their attributes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations
from random import Random
from typing import Any

from teams.engine.schemas import several, text
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit
from teams.few_shot_reasoning.rules.letters import LABELS

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Row = dict[str, str]
FIELDS = several(
    text(2, 24, ""),
    3,
    4,
    "names of the columns: one for a name or a title, one or two for figures, one or two for a sort that several share",
)


def value_of(said: str) -> float | None:
    """Return a cell as a number, None if it is none."""
    return float(said) if _NUMBER.fullmatch(said.strip()) else None


def rows_of(matter: Matter) -> list[Row]:
    """Return the records handed in, as dictionaries of cells; ragged ones are left out."""
    fields = [f.strip() for f in matter["fields"]]
    kept = {tuple(" ".join(cell.split()) for cell in row) for row in matter["rows"] if len(row) == len(fields)}
    ordered = [row for row in (tuple(" ".join(c.split()) for c in r) for r in matter["rows"]) if row in kept]
    return [dict(zip(fields, row, strict=True)) for row in dict.fromkeys(ordered) if all(row)]


def numeric(rows: Sequence[Row]) -> list[str]:
    return [f for f in rows[0] if all(value_of(row[f]) is not None for row in rows)] if rows else []


def sorts(rows: Sequence[Row]) -> list[str]:
    """Return the columns of a few values that several records share."""
    found = []
    for field in rows[0] if rows else ():
        values = {row[field] for row in rows}
        if field not in numeric(rows) and 2 <= len(values) <= max(2, len(rows) // 2):
            found.append(field)
    return found


class Recorded:
    """Matter that is records."""

    fewest = 10

    def wants(self, small: bool) -> dict[str, Any]:
        cells = several(
            text(1, 40, "a cell; figures as bare digits"), 3, 4, "the cells of one record, one for each column"
        )
        return {"fields": FIELDS, "rows": several(cells, 12, 18, "records of the text's matter, no two alike")}

    def complaints(self, matter: Matter) -> Iterator[str]:
        fields, rows = [f.strip() for f in matter["fields"]], rows_of(matter)
        ragged = [row for row in matter["rows"] if len(row) != len(fields)]
        if ragged:
            yield f"the record {ragged[0]} has {len(ragged[0])} cells, and there are {len(fields)} columns"
        if len(set(map(str.casefold, fields))) < len(fields):
            yield "two columns have the same name"
        if len(rows) < self.fewest:
            yield f"{len(rows)} whole and different records; at least {self.fewest} are needed"
            return
        if not numeric(rows):
            yield "no column has a bare number in every record (digits only, no unit, no comma)"
        if not sorts(rows):
            yield "no column has a sort that several records share (few values, each of them more than once)"
        if any("|" in cell or "\n" in cell for row in rows for cell in row.values()):
            yield "a cell holds | or a line break"

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return rows_of(matter)

    def shown(self, x: Any) -> str:
        return "; ".join(f"{name}: {cell}" for name, cell in x.items())


Test = Sequence[Any]
"""`[field, "above" | "is", value]`."""


def all_tests(rows: Sequence[Row], most: int = 99) -> list[Test]:
    """Return what can be asked of one field, with up to about `most` bounds that part these records."""
    found: list[Test] = []
    for field in numeric(rows):
        values = sorted({float(row[field]) for row in rows})
        found += [[field, "above", a] for a in values[: -1 : max(1, len(values) // most)]]
    for field in sorts(rows):
        found += [[field, "is", value] for value in sorted({row[field] for row in rows})]
    return found


def holds(test: Test, row: Row) -> bool:
    field, how, bound = test
    if how == "is":
        return bool(row[field] == bound)
    value = value_of(row[field])
    if value is None:
        raise Unfit(f"{field} is no number")
    return bool(value > bound)


def said_of(test: Test) -> str:
    field, how, bound = test
    return f"{field} is {bound}" if how == "is" else f"{field} is above {bound:g}"


class Sorted(Recorded, Domain):
    """A record in, a label out: by one or two of its attributes, or by one with an exception."""

    name = "sorted"
    is_labelled = True
    least = 5

    def draw(self, random: Random, matter: Matter) -> Spec:
        rows = rows_of(matter)
        tests = all_tests(rows)
        for _ in range(80):
            drawn = random.sample(tests, min(len(tests), random.choice((1, 2, 2))))
            if len({test[0] for test in drawn}) < len(drawn):
                continue
            labels = random.sample(random.choice(LABELS).split(), 2)
            how = random.choice(("and", "or", "but")) if len(drawn) > 1 else ""
            spec = {"tests": drawn, "how": how, "labels": labels, "known": tests}
            held = sum(_first(spec, row) for row in rows) / len(rows)
            parts = all(
                sum(_first({**spec, "tests": [one], "how": ""}, r) != _first(spec, r) for r in rows) > 1
                for one in drawn
            )
            if 0.3 <= held <= 0.7 and (len(drawn) == 1 or parts):
                return spec
        raise Unfit("no column splits these records: values have to spread more, and sorts to mix")

    def told(self, spec: Spec) -> str:
        one, *more = [said_of(test) for test in spec["tests"]]
        if spec["how"] == "but":
            one = f"{one}, unless {more[0]}"
        elif more:
            one = f"{one} {spec['how']} {more[0]}"
        return f"{spec['labels'][0]} if {one}; otherwise {spec['labels'][1]}"

    def run(self, spec: Spec, x: Any) -> str:
        return str(spec["labels"][0 if _first(spec, x) else 1])

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        labels, tests = spec["labels"], spec["known"]
        for turned in (labels, labels[::-1]):
            for one in tests:
                yield self._as_rival([one], "", turned)
        if spec["how"]:
            for one, two in combinations(tests, 2):
                for how in ("and", "or", "but"):
                    yield self._as_rival([one, two], how, labels)
                yield self._as_rival([two, one], "but", labels)

    def _as_rival(self, tests: list[Test], how: str, labels: Sequence[str]) -> Rival:
        spec = {"tests": tests, "how": how, "labels": labels}
        return partial(self.told, spec), lambda x: self.run(spec, x)

    def deeper(self, spec: Spec, random: Random, matter: Matter) -> Spec | None:
        if spec["how"]:
            return None
        rows, first = rows_of(matter), spec["tests"][0]
        others = [t for t in spec["known"] if t[0] != first[0]]
        for two in random.sample(others, len(others)):
            new = {**spec, "tests": [first, two], "how": "but"}
            if 0.25 <= sum(_first(new, r) for r in rows) / len(rows) <= 0.7 and any(
                _first(new, r) != _first(spec, r) for r in rows
            ):
                return new
        return None


def _first(spec: Spec, row: Row) -> bool:
    held = [holds(test, row) for test in spec["tests"]]
    if spec["how"] == "or":
        return any(held)
    return held[0] and not held[1] if spec["how"] == "but" else all(held)
