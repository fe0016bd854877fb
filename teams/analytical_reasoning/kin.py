"""Families: who is whose mother and father, and what two people are to each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random

from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.cast import Cast
from teams.engine.logic import Constraint, LogicError, Puzzle, Variable, holds
from teams.engine.logic.wording import Voice

OUTSIDE = "somebody else"
RELATIONS = ("parent", "grandparent", "sibling", "aunt_or_uncle", "cousin", "niece_or_nephew", "grandchild")
WORDS: Mapping[str, tuple[str, str]] = {
    "parent": ("mother", "father"),
    "grandparent": ("grandmother", "grandfather"),
    "sibling": ("sister", "brother"),
    "aunt_or_uncle": ("aunt", "uncle"),
    "cousin": ("cousin", "cousin"),
    "niece_or_nephew": ("niece", "nephew"),
    "grandchild": ("granddaughter", "grandson"),
}


def household(random: Random, cast: Cast) -> tuple[Board, str, str, str]:
    """Make a family told in clues; return its board, two of its people, and what the first is to the second."""
    women = random.sample([one["name"] for one in cast["family"] if one["sex"] == "female"], 5)
    men = random.sample([one["name"] for one in cast["family"] if one["sex"] == "male"], 5)
    sex = {**dict.fromkeys(women, 0), **dict.fromkeys(men, 1)}
    old_w, old_m, rest_w, rest_m = women[0], men[0], women[1:], men[1:]
    # Two children of the eldest, each married in, each with a child or two.
    first, second = random.sample([rest_w.pop(), rest_m.pop()], 2)
    mates = {child: (rest_m if sex[child] == 0 else rest_w).pop() for child in (first, second)}
    young = random.sample([*rest_w, *rest_m], 3)
    parents = {first: (old_w, old_m), second: (old_w, old_m)}
    for n, child in enumerate(young):
        one = first if n < random.choice((1, 2)) or n == 0 else second
        other = mates[one]
        parents[child] = (one, other) if sex[one] == 0 else (other, one)
    if all(parents[child] == parents[young[0]] for child in young):
        parents[young[-1]] = _of(second, mates[second], sex)
    people = [old_w, old_m, first, second, *mates.values(), *young]
    puzzle = _puzzle(people, parents, sex)
    clues = list(_clues(random, parents, sex))
    pairs = [(a, b, r) for a in people for b in people if a != b and (r := relation(a, b, parents)) in RELATIONS[1:]]
    a, b, is_to = random.choice(
        [p for p in pairs if p[2] in ("cousin", "aunt_or_uncle", "grandparent", "grandchild", "niece_or_nephew")]
    )
    game = "This is about one family, in which brothers and sisters have the same mother and the same father."
    legend = {f"mother of {child}": f"who the mother of {child} is" for child in parents}
    legend |= {f"father of {child}": f"who the father of {child} is" for child in parents}
    whole = puzzle.supposing(*clues)
    board = Board("kin", whole, len(puzzle.constraints), Voice(), game, legend)
    if not parents:
        raise LogicError("nobody has parents")
    return board, a, b, is_to


def _of(one: str, other: str, sex: Mapping[str, int]) -> tuple[str, str]:
    return (one, other) if sex[one] == 0 else (other, one)


def _puzzle(people: list[str], parents: Mapping[str, tuple[str, str]], sex: Mapping[str, int]) -> Puzzle:
    women = [one for one in people if sex[one] == 0]
    men = [one for one in people if sex[one] == 1]
    variables = []
    for child in parents:
        variables.append(Variable(f"mother of {child}", (*(w for w in women if w != child), OUTSIDE)))
        variables.append(Variable(f"father of {child}", (*(m for m in men if m != child), OUTSIDE)))
    return Puzzle(tuple(variables))


def _clues(random: Random, parents: Mapping[str, tuple[str, str]], sex: Mapping[str, int]) -> Iterator[Constraint]:
    """Tell the family: one clue for each child's parents, or that it is a brother or sister of one told before."""
    told: list[str] = []
    clues: list[Constraint] = []
    for child in random.sample(list(parents), len(parents)):
        alike = [other for other in told if parents[other] == parents[child]]
        if alike and random.random() < 0.8:
            other = random.choice(alike)
            text = " and ".join(f"v['{p} of {child}'] == v['{p} of {other}']" for p in ("mother", "father"))
            clues.append(holds(text, f"{child} is {other}'s {WORDS['sibling'][sex[child]]}"))
        else:
            for place, word in random.sample(list(enumerate(("mother", "father"))), 2):
                parent = parents[child][place]
                clues.append(
                    Constraint("is", (f"{word} of {child}",), (parent,), says=f"{parent} is {child}'s {word}")
                    if random.random() < 0.6
                    else Constraint(
                        "is",
                        (f"{word} of {child}",),
                        (parent,),
                        says=f"{child} is {parent}'s {('daughter', 'son')[sex[child]]}",
                    )
                )
        told.append(child)
    yield from random.sample(clues, len(clues))


def relation(a: str, b: str, parents: Mapping[str, tuple[str, str]]) -> str:
    """Say what `a` is to `b`; '' for nothing that has a word here."""

    def up(one: str) -> set[str]:
        return set(parents.get(one, ()))

    def sibs(one: str) -> set[str]:
        return {other for other in parents if other != one and up(other) == up(one) and up(one)}

    if a in up(b):
        return "parent"
    if any(a in up(x) for x in up(b)):
        return "grandparent"
    if any(b in up(x) for x in up(a)):
        return "grandchild"
    if a in sibs(b):
        return "sibling"
    if any(a in sibs(x) for x in up(b)):
        return "aunt_or_uncle"
    if any(b in sibs(x) for x in up(a)):
        return "niece_or_nephew"
    if any(sibs(x) & up(b) for x in up(a)):
        return "cousin"
    return ""


def related(puzzle: Puzzle, a: str, b: str, how: str, is_woman: bool) -> Constraint:
    """Return the statement that `a` is that to `b`, as an expression over mothers and fathers."""
    children = sorted({name.split(" of ", 1)[1] for name in puzzle.names})
    text = _Related(puzzle, children).text(a, b, how)
    return holds(text, f"{a} is {b}'s {WORDS[how][0 if is_woman else 1]}")


class _Related:
    def __init__(self, puzzle: Puzzle, children: list[str]) -> None:
        self._puzzle, self._children = puzzle, children
        tops = {value for name in puzzle.names for value in puzzle.by_name[name].domain}
        self._people = sorted({*children, *(str(value) for value in tops if value != OUTSIDE)})

    def text(self, a: str, b: str, how: str) -> str:
        return {
            "parent": lambda: self.parent(a, b),
            "grandparent": lambda: self._any(self.both(self.parent(y, b), self.parent(a, y)) for y in self._people),
            "grandchild": lambda: self.text(b, a, "grandparent"),
            "sibling": lambda: self.sibling(a, b),
            "aunt_or_uncle": lambda: self._any(
                self.both(self.parent(y, b), self.sibling(a, y)) for y in self._children
            ),
            "niece_or_nephew": lambda: self.text(b, a, "aunt_or_uncle"),
            "cousin": lambda: self._any(
                self.both(self.parent(x, a), self.both(self.parent(y, b), self.sibling(x, y)))
                for x in self._children
                for y in self._children
                if x != y
            ),
        }[how]()

    def parent(self, a: str, b: str) -> str:
        for word in ("mother", "father"):
            name = f"{word} of {b}"
            if name in self._puzzle.names and a in self._puzzle.by_name[name].domain:
                return f"v[{name!r}] == {a!r}"
        return ""

    def sibling(self, a: str, b: str) -> str:
        if a == b or a not in self._children or b not in self._children:
            return ""
        told = [f"v['{p} of {a}'] == v['{p} of {b}'] and v['{p} of {a}'] != {OUTSIDE!r}" for p in ("mother", "father")]
        return " and ".join(told)

    def both(self, one: str, other: str) -> str:
        return f"({one} and {other})" if one and other else ""

    def _any(self, said: Iterator[str]) -> str:
        return " or ".join(one for one in said if one) or "False"
