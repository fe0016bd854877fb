"""Rules that write a record in another format: parts chosen, put in order, changed and joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import product
from random import Random
from typing import Any

from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit
from teams.few_shot_reasoning.rules.records import Recorded, Row, rows_of


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
FRAMES = ("{} / {} / {}", "{}-{}-{}", "{} ({}), {}", "[{}] {} | {}", "{}:{}:{}", "<{}> {} = {}", "{}, {} – {}",
          "{}.{}.{}",
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
            yield partial(self.told, other), partial(self.run, other)


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
