"""Rules over records: a label by their attributes, another format of their fields, and a table made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations, product
from random import Random
from typing import Any

from teams.engine.schemas import closed, several, text
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit
from teams.few_shot_reasoning.rules.letters import LABELS

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
Row = dict[str, str]
FIELDS = several(text(2, 24, ""), 3, 4, "names of the columns: one for a name or a title, one or two for figures, one or two for a sort that several share")


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
        cells = several(text(1, 40, "a cell; figures as bare digits"), 3, 4, "the cells of one record, one for each column")
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


def _holds(test: Test, row: Row) -> bool:
    field, how, bound = test
    if how == "is":
        return bool(row[field] == bound)
    value = value_of(row[field])
    if value is None:
        raise Unfit(f"{field} is no number")
    return bool(value > bound)


def _said(test: Test) -> str:
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
            parts = all(sum(_first({**spec, "tests": [one], "how": ""}, r) != _first(spec, r) for r in rows) > 1 for one in drawn)
            if 0.3 <= held <= 0.7 and (len(drawn) == 1 or parts):
                return spec
        raise Unfit("no column splits these records: values have to spread more, and sorts to mix")

    def told(self, spec: Spec) -> str:
        one, *more = [_said(test) for test in spec["tests"]]
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
        return self.told(spec), lambda x: self.run(spec, x)

    def deeper(self, spec: Spec, random: Random, matter: Matter) -> Spec | None:
        if spec["how"]:
            return None
        rows, first = rows_of(matter), spec["tests"][0]
        others = [t for t in spec["known"] if t[0] != first[0]]
        for two in random.sample(others, len(others)):
            new = {**spec, "tests": [first, two], "how": "but"}
            if 0.25 <= sum(_first(new, r) for r in rows) / len(rows) <= 0.7 and any(_first(new, r) != _first(spec, r) for r in rows):
                return new
        return None


def _first(spec: Spec, row: Row) -> bool:
    held = [_holds(test, row) for test in spec["tests"]]
    if spec["how"] == "or":
        return any(held)
    return held[0] and not held[1] if spec["how"] == "but" else all(held)


def _initials(cell: str) -> str:
    return "".join(word[0] for word in cell.split()).upper()


def _turned(cell: str) -> str:
    first, _, rest = cell.partition(" ")
    return f"{rest}, {first}" if rest else cell


CELLS: dict[str, tuple[str, Callable[[str], str]]] = {
    "plain": ("as it is", str),
    "upper": ("in capitals", str.upper),
    "lower": ("in small letters", str.lower),
    "first": ("its first three signs in capitals", lambda c: c[:3].upper()),
    "letter": ("its first letter", lambda c: c[:1]),
    "last": ("its last two signs", lambda c: c[-2:]),
    "initials": ("the initials of its words", _initials),
    "dashed": ("in small letters with - for blanks", lambda c: c.lower().replace(" ", "-")),
    "joined": ("with _ for blanks", lambda c: c.replace(" ", "_")),
    "turned": ("its first word behind the others, after a comma", _turned),
    "word": ("its first word", lambda c: c.split()[0]),
    "end": ("its last word", lambda c: c.split()[-1]),
    "padded": ("in four digits", lambda c: f"{int(c):04d}"),
    "length": ("the number of its letters", lambda c: str(sum(d.isalpha() for d in c))),
}
FRAMES = ("{} / {} / {}", "{}-{}-{}", "{} ({}), {}", "[{}] {} | {}", "{}:{}:{}", "<{}> {} = {}", "{}, {} – {}", "{}.{}.{}",
          "{}; {}; {}", "#{} {} @{}", "{} > {} > {}", "({}) {} *{}*")  # fmt: skip


class Formats(Recorded, Domain):
    """A record in, the same in another format out: fields chosen, put in order, changed and joined."""

    name = "formats"
    least = 2

    def draw(self, random: Random, matter: Matter) -> Spec:
        rows = rows_of(matter)
        for _ in range(60):
            fields = random.sample(list(rows[0]), 3)
            ways = [random.choice(sorted(CELLS)) for _ in fields]
            spec = {"fields": fields, "ways": ways, "frame": random.choice(FRAMES)}
            done = [out for row in rows if (out := _tried(self, spec, row))]
            if len(done) == len(rows) and len(set(done)) > 0.8 * len(rows) and _changed(rows, spec) > 1:
                return spec
        raise Unfit("the cells have too little in them to be written otherwise")

    def told(self, spec: Spec) -> str:
        parts = [f"{field} {CELLS[way][0]}" for field, way in zip(spec["fields"], spec["ways"], strict=True)]
        return f"write {', then '.join(parts)}, set as {spec['frame'].replace('{}', '…')}"

    def run(self, spec: Spec, x: Any) -> str:
        try:
            cells = [CELLS[way][1](x[field]) for field, way in zip(spec["fields"], spec["ways"], strict=True)]
        except (ValueError, IndexError) as error:
            raise Unfit(str(error)) from None
        if not all(cells):
            raise Unfit("a part of it is empty")
        return str(spec["frame"].format(*cells))

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        # The parts are independent of each other: what one could be instead is tried for each by itself.
        names = [dict.fromkeys((*spec["fields"],)), spec["known"]] if "known" in spec else [spec["fields"]]
        for at, field, way in product(range(3), dict.fromkeys(f for group in names for f in group), sorted(CELLS)):
            other = {**spec, "fields": _put(spec["fields"], at, field), "ways": _put(spec["ways"], at, way)}
            yield self.told(other), lambda x, other=other: self.run(other, x)


def _put(values: Sequence[str], at: int, value: str) -> list[str]:
    return [value if n == at else one for n, one in enumerate(values)]


def _changed(rows: Sequence[Row], spec: Spec) -> int:
    """How many of the parts differ from their cells in most records."""
    parts = list(zip(spec["fields"], spec["ways"], strict=True))
    return sum(2 * sum(CELLS[way][1](row[f]) != row[f] for row in rows) > len(rows) for f, way in parts)


def _tried(domain: Formats, spec: Spec, row: Row) -> str:
    try:
        return domain.run(spec, row)
    except Unfit:
        return ""


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
        return self.told(other), lambda x: self.run(other, x)

    def shown(self, x: Any) -> str:
        return _laid_out(x["rows"], x["style"])

    said = shown


def _step_told(step: Sequence[Any]) -> str:
    name, *args = step
    if name == "sort":
        return f"sort the rows by {args[0]}{', downwards' if args[1] else ''}"
    if name == "keep":
        return f"keep the rows in which {_said(args[0])}"
    if name == "columns":
        return f"keep the columns {', '.join(args[0])}"
    return f"count the rows of each {args[0]}" if name == "count" else f"keep the row with the largest {args[0]}"


def _applied(step: Sequence[Any], rows: list[Row]) -> list[Row]:
    name, *args = step
    try:
        if name == "sort":
            return sorted(rows, key=lambda row: _order(row[args[0]]), reverse=args[1])
        if name == "keep":
            return [row for row in rows if _holds(args[0], row)]
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
