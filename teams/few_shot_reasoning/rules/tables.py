"""Rules that make another table of a small one: filtered, sorted, cut down to columns, counted."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations, product
from random import Random
from typing import Any

from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit
from teams.few_shot_reasoning.rules.records import (
    Recorded,
    Row,
    all_tests,
    holds,
    numeric,
    rows_of,
    said_of,
    sorts,
    value_of,
)  # fmt: skip

STYLES = ("csv", "markdown", "lines", "json")


class Tables(Recorded, Domain):
    """A small table in, another out: filtered, sorted, cut down to columns, counted."""

    name = "tables"
    least = 2

    def draw(self, random: Random, matter: Matter) -> Spec:
        rows = rows_of(matter)
        operations = self._operations(rows)
        samples = self.inputs({}, random, matter)
        for _ in range(60):
            steps = random.sample(operations, 2)
            spec = {"steps": steps, "known": operations, "style": random.choice(STYLES)}
            if steps[0][0] == steps[1][0] or steps[0][0] == "count":
                continue
            done = [_ran(self, spec, one) for one in samples]
            less = [[_ran(self, {**spec, "steps": [step]}, one) for one in samples] for step in steps]
            differ = [sum(a != b for a, b in zip(done, other, strict=True)) for other in less]
            if done.count(None) < 0.4 * len(done) and min(differ) > 0.5 * len(done):
                return spec
        raise Unfit("no two operations tell these tables apart: figures have to spread, and sorts to mix")

    def _operations(self, rows: Sequence[Row]) -> list[list[Any]]:
        fields = list(rows[0])
        found: list[list[Any]] = [["sort", f, down] for f in (*numeric(rows), fields[0]) for down in (False, True)]
        for test in all_tests(rows, 4):
            found.append(["keep", list(test)])
        found += [["columns", list(two)] for k in (1, 2) for two in combinations(fields, k)]
        found += [["columns", list(two)[::-1]] for two in combinations(fields, 2)]
        found += [["count", f] for f in sorts(rows)]
        found += [["top", f] for f in numeric(rows)]
        return found

    def told(self, spec: Spec) -> str:
        return ", then ".join(_step_told(step) for step in spec["steps"])

    def run(self, spec: Spec, x: Any) -> Any:
        rows = list(x["rows"])
        for step in spec["steps"]:
            rows = _applied(step, rows)
        if not rows:
            raise Unfit("nothing is left of the table")
        # Dictionaries are the same whatever the order of their columns; tables are not.
        return {"rows": rows, "style": spec.get("style", "csv"), "columns": list(rows[0])}

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        rows = rows_of(matter)
        return [self._table(spec, random.sample(rows, random.randint(4, min(6, len(rows))))) for _ in range(30)]

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        rows = rows_of(matter)
        return [self._table(spec, random.sample(rows, min(len(rows), 9))) for _ in range(6)]

    def _table(self, spec: Spec, rows: list[Row]) -> dict[str, Any]:
        return {"rows": rows, "style": spec.get("style", "csv")}

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        for one in spec["known"]:
            yield self._as_rival([one], spec)
        for one, two in product(spec["known"], repeat=2):
            if one != two:
                yield self._as_rival([one, two], spec)

    def _as_rival(self, steps: list[Any], spec: Spec) -> Rival:
        other = {"steps": steps, "style": spec["style"]}
        return partial(self.told, other), lambda x: self.run(other, x)

    def shown(self, x: Any) -> str:
        return _laid_out(x["rows"], x["style"])

    def said(self, y: Any) -> str:
        return self.shown(y)


def _step_told(step: Sequence[Any]) -> str:
    name, *args = step
    if name == "sort":
        return f"sort the rows by {args[0]}{', downwards' if args[1] else ''}"
    if name == "keep":
        return f"keep the rows in which {said_of(args[0])}"
    if name == "columns":
        return f"keep the columns {', '.join(args[0])}"
    return f"count the rows of each {args[0]}" if name == "count" else f"keep the row with the largest {args[0]}"


def _applied(step: Sequence[Any], rows: list[Row]) -> list[Row]:
    name, *args = step
    try:
        if name == "sort":
            return sorted(rows, key=lambda row: _order(row[args[0]]), reverse=args[1])
        if name == "keep":
            return [row for row in rows if holds(args[0], row)]
        if name == "columns":
            return [{field: row[field] for field in args[0]} for row in rows]
        if name == "count":
            values = [row[args[0]] for row in rows]
            return [{args[0]: value, "n": str(values.count(value))} for value in dict.fromkeys(values)]
        return [max(rows, key=lambda row: float(row[args[0]]))] if rows else []
    except (KeyError, ValueError) as error:
        raise Unfit(str(error)) from None


def _order(cell: str) -> tuple[float, str]:
    value = value_of(cell)
    return (0.0 if value is None else value, cell.casefold())


def _ran(domain: Tables, spec: Spec, x: Any) -> Any:
    try:
        return domain.run(spec, x)["rows"]
    except Unfit:
        return None


def _laid_out(rows: Sequence[Row], style: str) -> str:
    fields = list(rows[0])
    cells = [list(row.values()) for row in rows]
    if style == "json":
        return json.dumps(list(rows), ensure_ascii=False)
    if style == "lines":
        return "\n".join("; ".join(f"{name}={cell}" for name, cell in row.items()) for row in rows)
    if style == "markdown":
        lines = [fields, ["---"] * len(fields), *cells]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n".join(",".join(f'"{c}"' if "," in c else c for c in line) for line in [fields, *cells])
