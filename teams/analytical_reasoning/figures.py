"""Tables and counts: what follows from given figures, and whether there are figures enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from random import Random
from typing import Any

from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.cast import Cast, table
from teams.engine.logic import Constraint, LogicError, Puzzle, Variable, holds, settled
from teams.engine.logic.wording import Voice

MOST = 99
_OFTEN = ("never", "once", "twice", "three times", "four times", "five times", "six times")
ENOUGH = ("one_alone", "two_alone", "together", "each", "never")
"""Whether statement 1, statement 2, only both, each of them, or not even both settle a question."""


def cell(row: str, column: str) -> str:
    return f"{row} · {column}"


def tabled(random: Random, cast: Cast) -> Board:
    """Make a board of a table: every cell has its one value."""
    figures = cast["figures"]
    columns = [column["name"] for column in figures["columns"]]
    variables = [
        Variable(cell(row, column), (int(value),))
        for row, values in zip(figures["rows"], figures["values"], strict=True)
        for column, value in zip(columns, values, strict=True)
    ]
    legend = {v.name: f"the figure in that row and column, {v.domain[0]}" for v in variables}
    game = f"A table: {figures['title']}."
    return Board("table", Puzzle(tuple(variables)), 0, Voice(), game, legend, material=table(figures))


def claims(random: Random, cast: Cast) -> Iterator[Constraint]:
    """Yield statements about the table, true and false ones, in an order drawn."""
    made = [
        claim for look in (_extremes, _trends, _compared, _ratios, _totals) for claim in look(random, cast["figures"])
    ]
    yield from random.sample(made, len(made))


def _v(row: str, column: str) -> str:
    return f"v[{cell(row, column)!r}]"


def _extremes(random: Random, figures: Mapping[str, Any]) -> Iterator[Constraint]:
    rows, kind = figures["rows"], figures["row"]
    for one in figures["columns"]:
        for row in random.sample(rows, 2):
            rest = [_v(other, one["name"]) for other in rows if other != row]
            here = _v(row, one["name"])
            yield holds(
                f"{here} > max({', '.join(rest)})", f"Of all rows, {row} has the largest figure for {one['name']}"
            )
            yield holds(
                f"{here} < min({', '.join(rest)})", f"Of all rows, {row} has the smallest figure for {one['name']}"
            )
    for a, b in combinations(figures["columns"], 2):
        best = " or ".join(f"({_top(row, a['name'], rows)} and {_top(row, b['name'], rows)})" for row in rows)
        yield holds(best, f"The {kind} with the largest figure for {a['name']} has the largest for {b['name']} too")


def _top(row: str, column: str, rows: Sequence[str]) -> str:
    return f"{_v(row, column)} >= max({', '.join(_v(other, column) for other in rows)})"


def _trends(random: Random, figures: Mapping[str, Any]) -> Iterator[Constraint]:
    rows = figures["rows"]
    for one in figures["columns"]:
        name = one["name"]
        steps = [f"{_v(a, name)} < {_v(b, name)}" for a, b in pairwise(rows)]
        rises = f"count({', '.join(steps)})"
        said = f"Going down the table, the figure for {name} rises from one row to the next"
        for count in random.sample(range(1, len(rows)), 2):
            yield holds(f"{rises} == {count}", f"{said} exactly {_OFTEN[count]}")
    a, b = random.sample(figures["columns"], 2)
    pairs = [
        f"({_v(x, a['name'])} < {_v(y, a['name'])}) == ({_v(x, b['name'])} < {_v(y, b['name'])})"
        for x, y in pairwise(rows)
    ]
    yield holds(
        " and ".join(pairs), f"From each row to the next, {a['name']} rises whenever {b['name']} does, and only then"
    )


def _compared(random: Random, figures: Mapping[str, Any]) -> Iterator[Constraint]:
    rows = figures["rows"]
    for one in figures["columns"]:
        name = one["name"]
        a, b = random.sample(rows, 2)
        place = figures["columns"].index(one)
        high, low = sorted((a, b), key=lambda row: -figures["values"][rows.index(row)][place])
        more, less = (int(figures["values"][rows.index(row)][place]) for row in (high, low))
        # Near what it really is, so that it has to be reckoned.
        share = 5 * (20 * (more - less) // less) + random.choice((0, 5))
        if 5 <= share <= 300:
            yield holds(
                f"100 * ({_v(high, name)} - {_v(low, name)}) > {share} * {_v(low, name)}",
                f"The figure for {name} in the row {high} is more than {share} % above that in the row {low}",
            )
        steps = [f"{_v(y, name)} - {_v(x, name)}" for x, y in pairwise(rows)]
        place = random.randrange(len(steps))
        rest = [step for n, step in enumerate(steps) if n != place]
        yield holds(
            f"{steps[place]} > max({', '.join(rest)})",
            f"From one row to the next, {name} rises most from {rows[place]} to {rows[place + 1]}",
        )


def _ratios(random: Random, figures: Mapping[str, Any]) -> Iterator[Constraint]:
    """Of two columns, where is the one largest for each of the other? The two nearest to it are named."""
    rows, columns = figures["rows"], figures["columns"]
    for a, b in combinations(range(len(columns)), 2):
        best = sorted(range(len(rows)), key=lambda n: -figures["values"][n][a] / figures["values"][n][b])
        row = rows[random.choice(best[:2])]
        one, other = columns[a]["name"], columns[b]["name"]
        more = [
            f"{_v(row, one)} * {_v(rest, other)} > {_v(rest, one)} * {_v(row, other)}" for rest in rows if rest != row
        ]
        yield holds(
            " and ".join(more),
            f"The figure for {one} divided by that for {other} is larger for {row} than for any other",
        )


def _totals(random: Random, figures: Mapping[str, Any]) -> Iterator[Constraint]:
    rows = figures["rows"]
    half = len(rows) // 2
    for one in figures["columns"]:
        name = one["name"]
        early, late = ([_v(row, name) for row in part] for part in (rows[:half], rows[-half:]))
        sides = [("higher", ">"), ("lower", "<")]
        word, sign = random.choice(sides)
        yield holds(
            f"sum({', '.join(early)}) {sign} sum({', '.join(late)})",
            f"The average of {name} over the first {half} rows is {word} than over the last {half}",
        )
        row = random.choice(rows)
        every = ", ".join(_v(other, name) for other in rows)
        yield holds(
            f"{len(rows)} * {_v(row, name)} > sum({every})",
            f"In the row {row}, the figure for {name} is above the average of the column",
        )


def sufficiency(random: Random, cast: Cast) -> tuple[Board, str, str]:
    """Make a question of whether two statements settle a count; return the board, the count, and the right outcome.

    The two statements are the last two constraints. Raises `LogicError`.
    """
    figures = cast["figures"]
    if any(row.strip().isdigit() for row in figures["rows"]):
        raise LogicError("rows that are numbers (years, say) can't be counted without confusion")
    things = random.sample(figures["rows"], 3)
    column = random.choice(figures["columns"])
    wanted = random.choice(ENOUGH)
    for _ in range(300):
        secret = {thing: random.randint(3, 40) for thing in things}
        ground = _ground(random, things, secret)
        given = [one for one in _statements(random, things, secret) if one.type != "is" or one.of != (things[0],)]
        statements = random.sample(given, 2)
        puzzle = Puzzle(tuple(Variable(thing, range(1, MOST + 1)) for thing in things), (ground, *statements))
        if statements[0].type == statements[1].type and statements[0].of == statements[1].of:
            continue
        if outcome(puzzle, things[0]) == wanted:
            unit = f" ({column['unit']})" if column["unit"] else ""
            game = (
                f"For {things[0]}, {things[1]} and {things[2]} ({figures['row']}), the figures for "
                f"{column['name']}{unit} are three whole numbers from 1 to {MOST}."
            )
            legend = {thing: f"the figure for {thing}, a whole number from 1 to {MOST}" for thing in things}
            voice = Voice(at="is exactly {v}", not_at="is not {v}", before="is less than", values={})
            named = tuple(Variable(t, range(1, MOST + 1), f"the figure for {t}") for t in things)
            return Board("counts", Puzzle(named, puzzle.constraints), 0, voice, game, legend), things[0], wanted
    raise LogicError(f"no two statements came out that are {wanted}")


def _ground(random: Random, things: Sequence[str], secret: Mapping[str, int]) -> Constraint:
    some = list(things) if random.random() < 0.5 else list(things[:2])
    return Constraint("total", tuple(some), number=sum(secret[thing] for thing in some))


def _statements(random: Random, things: Sequence[str], secret: Mapping[str, int]) -> Iterator[Constraint]:
    for a, b in combinations(things, 2):
        low, high = sorted((a, b), key=lambda thing: secret[thing])
        yield Constraint("total", (a, b), number=secret[a] + secret[b])
        if secret[low] < secret[high]:
            yield Constraint("before", (low, high))
            yield Constraint("more_by", (high, low), number=secret[high] - secret[low])
            for times in (2, 3):
                if secret[low] * times == secret[high]:
                    yield Constraint("times", (high, low), number=times)
    for thing in things:
        yield Constraint("is", (thing,), (secret[thing],))
        name = f"v[{thing!r}]"
        yield holds(
            f"{name} % 2 == {secret[thing] % 2}", f"The figure for {thing} is {('even', 'odd')[secret[thing] % 2]}"
        )


def outcome(puzzle: Puzzle, name: str) -> str:
    """Say whether the last two constraints settle a variable, as `ENOUGH` has it."""
    last = len(puzzle.constraints) - 1
    one = settled(puzzle.without(last), name) is not None
    two = settled(puzzle.without(last - 1), name) is not None
    if one or two:
        return "each" if one and two else "one_alone" if one else "two_alone"
    return "together" if settled(puzzle, name) is not None else "never"
