"""Content transformation of this skill: a seed made into data, in a form of tables that a program reads and checks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from agents.role import Role
from teams.data_to_text.data.found import found, profile
from teams.data_to_text.data.model import TYPES, Data, Unsound, faults, from_draft
from teams.data_to_text.data.sheet import sheet
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Record, Seed
from teams.engine.schemas import closed, several, text
from teams.engine.stages.asking import Transformation
from teams.engine.stages.choose import chooser
from teams.engine.stages.material import shown, text_of
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_in

TRIES = 2
Look = Callable[[Data], Iterator[str]]


def _any(data: Data) -> Iterator[str]:
    yield from ()


@dataclass(frozen=True)
class Making(Transformation):
    """A way to make data of a seed."""

    tables: tuple[int, int] = (1, 1)
    rows: tuple[int, int] = (6, 14)
    """Of its largest table."""
    columns: tuple[int, int] = (3, 7)
    look: Look = _any
    """What in data shows that they are not of this kind."""
    by_program: Callable[[Seed], Data | None] | None = None
    """Makes the data where no model is needed; None: there are none."""


def read_seed(seed: Seed) -> Data | None:
    """Return the data a seed is. Raises `Unsound`."""
    name = seed.path.rsplit("/", 1)[-1].rsplit(".", 1)[0] or "data"
    return found(text_of(seed), name)


def profiled(seed: Seed) -> Data | None:
    return profile(text_of(seed))


_COLUMN = closed(
    {
        "name": text(1, 40, "letters, digits and _, in the language of the data; no blank"),
        "type": {"enum": list(TYPES)},
        "unit": text(0, 30, "of a number: kg, EUR, min; empty for counts and all else"),
        "role": {"enum": ["key", "plain"], "description": "key: its cells name the rows, none twice; one a table"},
        "points_at": text(0, 40, "the table whose key its cells repeat; empty for most"),
    }
)
_CELL = text(
    0, 160, "number: 1234.5; date: 2024-03-01; moment: 2024-03-01 07:30; yes_no: true or false; empty if unknown"
)
_TABLE = closed(
    {
        "name": text(1, 40, "letters, digits and _"),
        "columns": several(_COLUMN, 1, 10),
        "rows": several(several(_CELL, 1, 10), 1, 40, "each with a cell for every column, in their order"),
    }
)
FORM = closed(
    {
        "why": text(10, 400, "what you take from the text, and what you add to it; or why the text does not fit"),
        "fits": {"type": "boolean"},
        "title": text(0, 120, "what the data are, as a heading"),
        "note": text(0, 400, "what somebody who uses them has to know: who recorded them, what an empty cell means"),
        "tables": several(_TABLE, 0, 4),
    }
)
WISHES = (
    "Let two rows have the same number in one column.",
    "Leave two cells empty, as real records have gaps, and say in the note what an empty cell means.",
    "Let one number be far from the others for a reason that the note gives.",
    "Let the values of one text column hold commas (an address, a list of parts).",
    "Take one column with few different values, by which one could group.",
    "Take two columns of numbers of the same unit that one would compare.",
    "Let one column be true or false.",
    "Take a day or a moment for each row, not all in one month.",
    "Let two names be much alike.",
    "Let the numbers have decimals, not all as many.",
)
"""Drawn for each chat, so that data don't all look alike."""


@dataclass
class Keeper:
    """The program that reads the data a writer hands in."""

    scene: Scene
    writer: str
    tries: int = 0
    problem: str = ""
    data: Data | None = None
    declined: str = ""

    def speak(self, talk: Talk) -> str:
        """Take the last draft, or say what is wrong with it."""
        self.tries += 1
        draft = talk.value(self.writer)
        if not draft["fits"]:
            self.declined = draft["why"]
            return "Declined."
        data = from_draft(draft)
        problems = list(dict.fromkeys(self._problems(data)))
        if not problems:
            self.data = data
            return "Taken."
        self.problem = "; ".join(problems[:5])
        return f"They don't hold together yet: {self.problem}. Hand in the whole again."

    @property
    def is_over(self) -> bool:
        return bool(self.data or self.declined) or self.tries > TRIES

    def _problems(self, data: Data) -> Iterator[str]:
        kind = self.scene.kind
        assert isinstance(kind, Making)
        if not data.title:
            yield "there is no title"
        broken = list(faults(data))
        yield from broken
        if broken:
            return
        yield from _size_faults(kind, data)
        yield from kind.look(data)
        words = f"{data.title}. {data.note}"
        if self.scene.language and len(words) > 60 and is_in(words, self.scene.language) is False:
            yield f"title and note are not in {self.scene.language}"


def _size_faults(kind: Making, data: Data) -> Iterator[str]:
    fewest, most = kind.tables
    if not fewest <= len(data.tables) <= most:
        yield f"{len(data.tables)} tables; {fewest} to {most} are wanted"
    largest = max(len(table.rows) for table in data.tables)
    if not kind.rows[0] <= largest <= kind.rows[1] + 4:
        yield f"the largest table has {largest} rows; {kind.rows[0]} to {kind.rows[1]} are wanted"
    widest = max(len(table.columns) for table in data.tables)
    if not kind.columns[0] <= widest <= kind.columns[1] + 1:
        yield f"{widest} columns; {kind.columns[0]} to {kind.columns[1]} are wanted"


def making_flow(role: Role, kinds: Sequence[Making], small_kinds: Sequence[str]) -> Flow:
    """Return the transform flow: `role` fills in tables, a program keeps those that hold together."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        seed, kind = scene.record, scene.kind
        assert isinstance(seed, Seed)
        assert isinstance(kind, Making)
        if kind.by_program:
            return [_born(scene, seed, _programmed(kind, seed))]
        keeper = scene.notes["keeper"] = Keeper(scene, role.name)
        task = f"{shown(text_of(seed))}\n\nWhat to make of it: {kind.brief}\n\n{_wanted(kind, scene.random)}"
        seats: list[Seat | Program] = [Seat(role, schema=FORM), Program("keeper", keeper.speak, "reads data")]
        return Staging(task, seats, in_turn(role.name, "keeper", lambda: keeper.is_over))

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        seed, keeper = scene.record, scene.notes["keeper"]
        assert isinstance(seed, Seed)
        if keeper.declined:
            raise Drop(f"declined as {scene.kind.name}: {keeper.declined}")
        if keeper.data is None:
            raise Drop(f"no data were fit: {keeper.problem}")
        return [_born(scene, seed, keeper.data)]

    return Flow(
        "transform", direct, harvest, tuple(kinds), small_kinds=tuple(small_kinds), choose=chooser(kinds)
    )  # fmt: skip


def _wanted(kind: Making, random: Random) -> str:
    rows, columns = random.randint(*kind.rows), random.randint(*kind.columns)
    tables = f"{kind.tables[0]} to {kind.tables[1]} tables" if kind.tables[1] > 1 else "One table"
    wishes = " ".join(random.sample(WISHES, 2))
    return f"{tables}; about {rows} rows and {columns} columns (the largest of them). {wishes}"


def _programmed(kind: Making, seed: Seed) -> Data:
    assert kind.by_program
    try:
        data = kind.by_program(seed)
    except Unsound as error:
        raise Drop(f"its data can't be read: {error}") from None
    if data is None:
        raise Drop("there are no data in it" if kind.is_seed else "too little of it can be counted")
    return data


def _born(scene: Scene, seed: Seed, data: Data) -> Record:
    facts: Mapping[str, Any] = {"language": scene.language} if scene.language else {}
    return seed.rewritten(scene.kind.name, sheet(data), round=scene.round, facts=facts)


# What shows that data are of a kind


def is_series(data: Data) -> Iterator[str]:
    """A series goes on in time: one day, month or year after the other, with numbers."""
    table = data.tables[0]
    along = next(iter(table.of_type("date", "moment")), None)
    if along is None or not table.of_type("number"):
        yield "a series has a column of dates and one of numbers at least"
        return
    held = [row[table.at(along.name)] for row in table.rows]
    if "" in held or sorted(held) != held or len(set(held)) < len(held):
        yield f"{along.name} has to go on from row to row, none empty, none twice"


def is_log(data: Data) -> Iterator[str]:
    """A log has moments, in their order."""
    table = data.tables[0]
    along = next(iter(table.of_type("moment")), None)
    if along is None:
        yield "a log has a column of moments"
        return
    held = [row[table.at(along.name)] for row in table.rows]
    if "" in held or sorted(held) != held:
        yield f"{along.name} has to go on from row to row, none empty"


def is_linked(data: Data) -> Iterator[str]:
    """Tables that point at one another."""
    if not any(column.refers for table in data.tables for column in table.columns):
        yield "no column points at another table: fill in points_at, and let that table have a key"


def has_numbers(data: Data) -> Iterator[str]:
    if sum(len(table.of_type("number")) for table in data.tables) < 2:
        yield "two columns of numbers at least"


def has_key(data: Data) -> Iterator[str]:
    if not any(table.key for table in data.tables):
        yield "a column has to be the key, whose cells name the rows"
