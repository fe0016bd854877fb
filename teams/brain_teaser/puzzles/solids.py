"""Blocks and dice in the mind: painted and cut, tipped over edge after edge."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist

_SIDES = ("top", "bottom", "front", "back", "left", "right")


class PaintedBlock(Puzzle):
    """A block is painted on some sides and cut into small cubes; how many have so many painted faces?"""

    name = "painted_block"
    unit = "cubes"
    twists = ("harder",)

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        if twist == "harder" or random.random() < 0.6:
            size = [random.randint(3, 7) for _ in range(3)]
            painted = sorted(random.sample(_SIDES, random.choice((3, 4, 5))))
        else:
            size, painted = [random.randint(3, 8)] * 3, sorted(_SIDES)
        return {"size": size, "painted": painted, "faces": random.choice((0, 1, 1, 2, 2, 3))}

    def solutions(self, data: Data) -> list[Any]:
        long, wide, high = data["size"]
        found = 0
        for x, y, z in product(range(long), range(wide), range(high)):
            outside = {
                "left": x == 0, "right": x == long - 1, "front": y == 0, "back": y == wide - 1,
                "bottom": z == 0, "top": z == high - 1,
            }  # fmt: skip
            found += sum(outside[side] for side in data["painted"]) == data["faces"]
        return [found] if found else []

    def telling(self, data: Data) -> Telling:
        long, wide, high = data["size"]
        bare = [side for side in _SIDES if side not in data["painted"]]
        rules = [
            f"[B] is {long} centimetres long from left to right, {wide} deep from front to back and {high} high.",
            f"Its {', '.join(data['painted'])} sides are covered with [C], each of them wholly."
            + (f" The {', '.join(bare)} side{'s are' if len(bare) > 1 else ' is'} left bare." if bare else ""),
            "It is then cut into cubes of one centimetre, without any loss.",
        ]
        faces = {0: "no face", 1: "exactly one face", 2: "exactly two faces", 3: "exactly three faces"}[data["faces"]]
        what = {"B": "a block of something that can be cut", "C": "paint, icing or another cover"}
        return Telling(what, rules, f"How many of the cubes have {faces} covered?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return (
            "It goes by corners, edges, sides and inside, and minds which sides are bare and which edges they share.",
            f"Counted by place, they are {solution}.",
        )


class RolledDie(Puzzle):
    """A die is tipped over its edges along a path; what is on top at the end?"""

    name = "rolled_die"
    twists = ("harder",)

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        faces = random.sample(range(1, 7), 6) if twist == "harder" else None
        one, two = random.choice([(a, b) for a in range(1, 7) for b in range(1, 7) if b not in (a, 7 - a)])
        third = random.choice([n for n in range(1, 7) if n not in (one, 7 - one, two, 7 - two)])
        usual = [one, 7 - one, two, 7 - two, third, 7 - third]
        path = "".join(random.choice("NESW") for _ in range(random.randint(7, 9) if faces else random.randint(4, 6)))
        return {"faces": faces or usual, "path": path}

    def solutions(self, data: Data) -> list[Any]:
        # Back and forth at once is no way.
        if any(pair in data["path"] for pair in ("NS", "SN", "EW", "WE")):
            return []
        return [rolled(data["faces"], data["path"])[0]]

    def telling(self, data: Data) -> Telling:
        top, bottom, north, south, east, west = data["faces"]
        words = {"N": "north", "S": "south", "E": "east", "W": "west"}
        rules = [
            f"[X], a cube, has the numbers {', '.join(map(str, sorted(data['faces'])))} on its faces: at the start"
            f" {top} on top,"
            f" {bottom} below, {north} to the north, {south} to the south, {east} to the east and {west} to the west.",
            f"It is tipped over its lower edge, without sliding, {len(data['path'])} times: to the"
            f" {', '.join(words[way] for way in data['path'])}.",
        ]
        return Telling({"X": "a cube: a die, a crate, a stone"}, rules, "Which number is on top at the end?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        tops = [rolled(data["faces"], data["path"][:n])[0] for n in range(1, len(data["path"]) + 1)]
        return (
            f"The numbers on top after each tip are {', '.join(map(str, tops))}.",
            "Each tip moves four faces and leaves two.",
        )


def rolled(faces: Sequence[int], path: str) -> tuple[int, ...]:
    """Return top, bottom, north, south, east and west after tipping a cube along a path of N, S, E and W."""
    top, bottom, north, south, east, west = faces
    for way in path:
        if way == "N":
            top, north, bottom, south = south, top, north, bottom
        elif way == "S":
            top, south, bottom, north = north, top, south, bottom
        elif way == "E":
            top, east, bottom, west = west, top, east, bottom
        else:
            top, west, bottom, east = east, top, west, bottom
    return top, bottom, north, south, east, west
