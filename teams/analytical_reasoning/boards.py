"""Boards: what there is to find out, the clues, and how one speaks of them; made by program from a cast.

Every maker draws from the scene's random numbers, so that puzzles of one cast differ, and says what variables mean
(`legend`) for those who formalise sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from teams.analytical_reasoning.cast import Cast
from teams.engine.logic import Constraint, LogicError, Puzzle, Variable
from teams.engine.logic.families import (
    CIRCLE_CLUES,
    GRID_CLUES,
    GROUP_CLUES,
    ORDER_CLUES,
    circle,
    grid,
    groups,
    line,
    selection,
)
from teams.engine.logic.making import Made, loose, unique
from teams.engine.logic.terms import Value
from teams.engine.logic.wording import Voice

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
DAY_CLUES = ("before", "right_before", "is_not", "one_of", "if_then", "apart", "not_next_to", "either", "contrary")
MATCH_CLUES = ("is_not", "one_of", "if_then", "either", "contrary", "quota")
PICK_CLUES = ("if_then", "contrary", "either", "either_not_both", "not_both", "quota")


@dataclass(frozen=True)
class Board:
    """A puzzle with its words."""

    family: str
    puzzle: Puzzle
    base: int
    """So many constraints are not clues: how the game goes, said in `game`."""
    voice: Voice
    game: str
    """How the game goes, in English."""
    legend: Mapping[str, str]
    """What the variables stand for, by name."""
    around: int = 0
    material: str = ""
    """Shown to the reader as it is: a table."""
    shapes: Sequence[str] = field(default_factory=tuple)
    """Types of statements that options are drawn from."""

    @property
    def clues(self) -> tuple[Constraint, ...]:
        return self.puzzle.constraints[self.base :]


def _made(random: Random, base: Puzzle, types: Sequence[str], is_one: bool, clues: int, around: int = 0) -> Made:
    if is_one:
        return unique(random, base, types, most=10, around=around)
    return loose(random, base, types, clues=clues, least=3, most=80, around=around)


def linear(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    names = random.sample(cast["people"], size)
    unit, units = cast["order"]["unit"], cast["order"]["units"]
    voice = Voice(
        at=f"is in {unit} {{v}}",
        not_at=f"is not in {unit} {{v}}",
        before=f"is in a lower-numbered {unit} than",
        right_before="is in the place immediately before",
        unit=unit,
        units=units,
        next_to="directly next to",
    )
    made = _made(random, line(names), ORDER_CLUES, is_one, 4)
    game = (
        f"{_listed(names)} are in {units} 1 to {size}, one in each; number 1 is {cast['order']['first']}, and the "
        f"numbers go up from there."
    )
    legend = {name: f"the number of the {unit} (1 to {size}) in which {name} is" for name in names}
    return Board("line", made.puzzle, made.base, voice, game, legend, shapes=("is", "is_not", "before", "next_to"))


def seated(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    names = random.sample(cast["people"], size)
    base = circle(names)
    voice = Voice(
        at="sits in seat {v}",
        not_at="does not sit in seat {v}",
        unit="seat",
        units="seats",
        next_to="sitting directly next to",
        clockwise="sits immediately after, going clockwise,",
    )
    made = _made(random, base, CIRCLE_CLUES, is_one, 4, around=size)
    game = (
        f"{_listed(names)} sit {cast['table']}, in {size} seats numbered 1 to {size} clockwise, so that seat {size} is "
        f"next to seat 1; {names[0]} sits in seat 1."
    )
    legend = {name: f"the number of the seat (1 to {size}, clockwise) in which {name} sits" for name in names}
    return Board("circle", made.puzzle, made.base, voice, game, legend, size, shapes=("is", "is_not", "next_to"))


def scheduled(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    slots, word = cast["slots"][:size], cast["slot_word"]
    size = len(slots)
    names = random.sample(cast["people"], size)
    values: dict[Value, str] = dict(enumerate(slots, 1))
    voice = Voice(
        at="has {v}",
        not_at="does not have {v}",
        before=f"has an earlier {word} than",
        right_before=f"has the {word} immediately before that of",
        unit=word,
        units=f"{word}s",
        next_to=f"on the {word} directly before or after that of",
        values=values,
    )
    made = _made(random, line(names), DAY_CLUES, is_one, 4)
    game = f"{_listed(names)} have one {word} each, no two the same, among these in order: {', '.join(slots)}."
    numbered = ", ".join(f"{n} = {slot}" for n, slot in values.items())
    legend = {name: f"the {word} that {name} has, as a number: {numbered}" for name in names}
    return Board("slots", made.puzzle, made.base, voice, game, legend, shapes=("is", "is_not", "before"))


def grouped(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    names, into = random.sample(cast["people"], size), list(cast["groups"])
    into = into[:2] if size < 6 else into
    sizes = [size // len(into)] * len(into)
    for place in range(size - sum(sizes)):
        sizes[place] += 1
    random.shuffle(sizes)
    base = groups(names, dict(zip(into, sizes, strict=True)))
    voice = Voice(
        at="is in {v}", not_at="is not in {v}", same="{a} and {b} are in the same group",
        many_at="are in {v}", different="{a} and {b} are in different groups", unit="group", units="groups",
    )  # fmt: skip
    made = _made(random, base, GROUP_CLUES, is_one, 4)
    taken = "; ".join(f"{group} takes {count}" for group, count in zip(into, sizes, strict=True))
    game = f"{_listed(names)} are each put in exactly one group: {taken}."
    values = ", ".join(map(repr, into))
    legend = {name: f"the group {name} is in, one of {values}" for name in names}
    return Board("groups", made.puzzle, made.base, voice, game, legend, shapes=("is", "alike"))


def picked(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    names, count = random.sample(cast["people"], size), random.choice((size // 2, size // 2 + 1))
    yes = cast["chosen"]
    base = selection(names, count)
    voice = Voice(at=f"is {yes}", many_at=f"are {yes}", said={n: (f"{n} is {yes}", f"{n} is not {yes}") for n in names})
    made = _made(random, base, PICK_CLUES, is_one, 4)
    game = f"Of {_listed(names)}, exactly {count} are {yes}; the others are not."
    legend = {name: f"True where {name} is {yes}, else False" for name in names}
    return Board("picked", made.puzzle, made.base, voice, game, legend, shapes=("is", "if"))


def matched(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    trait = random.choice(cast["traits"])
    values = random.sample(trait["values"], min(size, len(trait["values"])))
    names = random.sample(cast["people"], len(values))
    base = Puzzle(tuple(Variable(name, tuple(values)) for name in names), (Constraint("all_different", tuple(names)),))
    has = trait["has"].replace("{}", "{v}")
    voice = Voice(
        at=has, not_at=f"is not the one who {has}", many_at=f"are those of whom one {has}", unit=trait["noun"]
    )
    made = _made(random, base, MATCH_CLUES[:-1], is_one, 4)
    game = (
        f"Each of {_listed(names)} has a different {trait['noun']}, and these are all there are: {', '.join(values)}."
    )
    told = ", ".join(map(repr, values))
    legend = {name: f"the {trait['noun']} of {name} (each {has.format(v='…')}), one of {told}" for name in names}
    return Board("match", made.puzzle, made.base, voice, game, legend, shapes=("is", "is_not"))


def gridded(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    size = min(size, 5)
    traits = random.sample(cast["traits"], 2)
    names = random.sample(cast["people"], size)
    unit, units = cast["order"]["unit"], cast["order"]["units"]
    categories: dict[str, Sequence[str]] = {"people": names}
    says: dict[str, str] = {}
    for trait in traits:
        values = random.sample(trait["values"], size)
        categories[trait["noun"]] = values
        says |= {value: f"the one who {trait['has'].replace('{}', value)}" for value in values}
    voice = Voice(
        at=f"is in {unit} {{v}}", not_at=f"is not in {unit} {{v}}", before=f"is in a lower-numbered {unit} than",
        right_before="is in the place immediately before", unit=unit, units=units,
        same="{a} is {b}", different="{a} is not {b}",
    )  # fmt: skip
    made = unique(random, grid(categories, says), GRID_CLUES, most=14)
    lists = "; ".join(f"{noun}: {', '.join(values)}" for noun, values in list(categories.items())[1:])
    game = (
        f"{_listed(names)} are in {units} 1 to {size}, one in each; number 1 is {cast['order']['first']}. No two have "
        f"the same in any of these, and each has one of each: {lists}."
    )
    legend = {v.name: f"the number of the {unit} (1 to {size}) in which {v.phrase} is" for v in made.puzzle.variables}
    return Board("grid", made.puzzle, made.base, voice, game, legend, shapes=("same",))


def hybrid(random: Random, cast: Cast, size: int, is_one: bool) -> Board:
    """Everybody has a place in the order and a group too."""
    size = min(size, 5)
    names, into = random.sample(cast["people"], size), list(cast["groups"])[:2]
    unit = cast["slot_word"] if "slots" in cast else cast["order"]["unit"]
    places = tuple(range(1, size + 1))
    group_of = {name: f"group of {name}" for name in names}
    first = random.randint(2, size - 2) if size > 3 else 1
    variables = [*(Variable(name, places) for name in names), *(Variable(group_of[n], tuple(into), n) for n in names)]
    base = Puzzle(
        tuple(variables),
        (
            Constraint("all_different", tuple(names)),
            Constraint("exactly", tuple(group_of.values()), (into[0],), first),
        ),
    )
    voice = Voice(
        at="is {v}", not_at="is not {v}", many_at="are {v}", before="comes earlier than", unit="place",
        right_before="comes immediately before", units="places", next_to="directly before or after",
        same="{a} and {b} are in the same group", different="{a} and {b} are in different groups",
        values={**{n: f"in place {n}" for n in places}, **{group: f"in {group}" for group in into}},
    )  # fmt: skip
    types = ("before", "right_before", "not_next_to", "is_not", "alike", "if_then", "if_then", "either", "contrary")
    made = _made(random, base, types, is_one, 5)
    game = (
        f"{_listed(names)} have one {unit} each, in an order from place 1 to place {size}, no two the same. Each also "
        f"belongs to one of two groups: {first} to {into[0]}, the other {size - first} to {into[1]}."
    )
    legend = {name: f"the place in the order (1 to {size}) of {name}" for name in names}
    legend |= {group_of[n]: f"the group {n} belongs to, {into[0]!r} or {into[1]!r}" for n in names}
    return Board("hybrid", made.puzzle, made.base, voice, game, legend, shapes=("is", "is_not", "before"))


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"


Maker = Callable[[Random, Cast, int, bool], Board]
MAKERS: Mapping[str, tuple[Maker, tuple[str, ...], tuple[int, int]]] = {
    "linear": (linear, ("people", "order"), (5, 7)),
    "seated": (seated, ("people", "table"), (5, 7)),
    "scheduled": (scheduled, ("people", "slots", "slot_word"), (5, 7)),
    "grouped": (grouped, ("people", "groups"), (6, 8)),
    "picked": (picked, ("people", "chosen"), (6, 8)),
    "matched": (matched, ("people", "traits"), (5, 5)),
    "gridded": (gridded, ("people", "order", "traits"), (4, 5)),
    "hybrid": (hybrid, ("people", "groups"), (4, 5)),
}
"""Makers by name, with the parts of a cast they need, and the sizes they are made in."""


def board_of(random: Random, cast: Cast, among: Sequence[str], is_one: bool, more: int = 0) -> Board:
    """Make a board of one of the families in `among` that the cast allows; `more` things than usual.

    Raises `LogicError` where it can't be made.
    """
    fit = [name for name in among if all(part in cast for part in MAKERS[name][1])]
    if not fit:
        raise LogicError(f"nothing of {', '.join(among)} can be made of this")
    for _ in range(3):
        maker, _, (least, most) = MAKERS[random.choice(fit)]
        # The easier ones first: one more is a refinement.
        size = min(random.randint(least, max(least, most - 1)) + more, most)
        try:
            return maker(random, cast, size, is_one)
        except LogicError:
            continue
    raise LogicError(f"no puzzle of {', '.join(fit)} came out")
