"""People who always tell the truth and people who never do, and what each says of the others."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist, named, slots
from teams.engine.logic import Puzzle as Logic
from teams.engine.logic import Variable, constraint_of
from teams.engine.logic import solutions as solved

Claim = Sequence[Any]
"""`["is", 2, true]`, `["same", 1, 2]`, `["differ", 1, 2]`, `["liars", "==" | ">=", 2]`, `["both", claim, claim]`,
`["either", claim, claim]`, `["if", claim, claim]`."""
_NUMBERS = ("none", "one", "two", "three", "four", "five")


class Liars(Puzzle):
    """Who of them tells the truth?"""

    name = "liars"
    answers = "names"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        count = random.choice((4, 5) if twist == "harder" else (3, 3, 4))
        says = [[speaker, _claim(random, count, speaker)] for speaker in range(1, count + 1)]
        return {"count": count, "says": says}

    def solutions(self, data: Data) -> list[Any]:
        people = range(1, data["count"] + 1)
        says = [constraint_of(f"P{speaker} == ({_formal(claim, data['count'])})") for speaker, claim in data["says"]]
        found = solved(Logic(tuple(Variable(f"P{n}", (True, False)) for n in people), tuple(says)), 2)
        return [[f"P{n}" for n in people if one[f"P{n}"]] for one in found]

    def key(self, data: Data, solution: Any) -> Any:
        return list(solution)

    def telling(self, data: Data) -> Telling:
        people = slots("P", data["count"], "a person")
        rules = [
            f"Each of {named(*people)} either always tells the truth or never does.",
            *(f"[P{speaker}] says: {_worded(claim)}." for speaker, claim in data["says"]),
        ]
        return Telling(people, rules, "Who of them tells the truth?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        liars = [f"P{n}" for n in range(1, data["count"] + 1) if f"P{n}" not in solution]
        told = f"Whoever lies: {named(*liars)}." if liars else "None of them lies."
        return (
            told,
            "It supposes of somebody that they lie, or tell the truth, and shows where each other case breaks.",
        )


def _claim(random: Random, count: int, speaker: int) -> list[Any]:
    others = [n for n in range(1, count + 1) if n != speaker]
    one, two = random.sample(others, 2)
    is_ = ["is", one, random.random() < 0.3]
    other = ["is", two, random.random() < 0.4]
    counted = ["liars", random.choice(("==", "==", ">=")), random.randint(1, count - 1)]
    joined = [[how, is_, other] for how in ("both", "either", "if")]
    alike = [["same", one, two], ["differ", one, two], ["differ", speaker, one]]
    return random.choice([is_, is_, *alike, counted, *joined])


def _formal(claim: Claim, count: int) -> str:
    kind, *rest = claim
    if kind == "is":
        return f"P{rest[0]} == {rest[1]}"
    if kind in ("same", "differ"):
        return f"P{rest[0]} {'==' if kind == 'same' else '!='} P{rest[1]}"
    if kind == "liars":
        told = " + ".join(f"(0 if P{n} else 1)" for n in range(1, count + 1))
        return f"({told}) {rest[0]} {rest[1]}"
    one, two = (f"({_formal(part, count)})" for part in rest)
    return {"both": f"{one} and {two}", "either": f"{one} or {two}", "if": f"not {one} or {two}"}[kind]


def _worded(claim: Claim) -> str:
    kind, *rest = claim
    if kind == "is":
        return f"[P{rest[0]}] {'tells the truth' if rest[1] else 'lies'}"
    if kind == "same":
        return f"[P{rest[0]}] and [P{rest[1]}] are of the same sort: both tell the truth, or both lie"
    if kind == "differ":
        return f"of [P{rest[0]}] and [P{rest[1]}] exactly one tells the truth"
    if kind == "liars":
        many, verb = _NUMBERS[rest[1]], "lies" if rest[1] == 1 else "lie"
        return f"{'exactly' if rest[0] == '==' else 'at least'} {many} of us {verb}"
    one, two = map(_worded, rest)
    joint = {"both": "{}, and {}", "either": "at least one of these is so: {}; {}", "if": "if {}, then {}"}[kind]
    return joint.format(one, two)
