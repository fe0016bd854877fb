"""Ages and brothers and sisters: what a few sentences about a family leave possible."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations_with_replacement
from math import prod
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist, named, slots
from teams.engine.logic import Puzzle as Logic
from teams.engine.logic import Variable, constraint_of
from teams.engine.logic import solutions as solved

_TIMES = {1: "as old as", 2: "twice as old as", 3: "three times as old as", 4: "four times as old as"}
_OLDEST = 99


class Ages(Puzzle):
    """Two or three ages, of which only relations at different times are told."""

    name = "ages"
    unit = "years"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        young = random.randint(4, 24)
        old = young + random.randint(3, 40)
        spans = [n for n in range(-young + 1, 30) if n and not (old + n) % (young + n)]
        spans = [n for n in spans if 2 <= (old + n) // (young + n) <= 4]
        if len(spans) < 1:
            return None
        then = random.choice(spans)
        claims: list[list[Any]] = [["times", 1, 2, (old + then) // (young + then), then]]
        ages = [old, young]
        if twist == "harder":
            third = random.randint(2, 60)
            ages.append(third)
            if third <= young:
                return None
            claims += [["sum", sum(ages)], ["gap", 3, 2, third - young]]
        else:
            claims.append(random.choice((["sum", sum(ages)], ["gap", 1, 2, old - young])))
        if twist == "unsolvable":
            claims[1] = ["sum", sum(ages) + random.choice((1, 2))]
        return {"people": len(ages), "claims": claims}

    def solutions(self, data: Data) -> list[Any]:
        variables = tuple(Variable(f"P{n}", range(1, _OLDEST + 1)) for n in range(1, data["people"] + 1))
        names = [variable.name for variable in variables]
        rules = tuple(constraint_of(rule) for claim in data["claims"] for rule in _formal(claim, names))
        return [[one[name] for name in names] for one in solved(Logic(variables, rules), 2)]

    def key(self, data: Data, solution: Any) -> int:
        return int(solution[1])

    def telling(self, data: Data) -> Telling:
        people = slots("P", data["people"], "a person")
        rules = [*(_worded(claim, list(people)) for claim in data["claims"]), "All ages are whole years."]
        return Telling(people, rules, "How old is [P2] now?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        told = ", ".join(f"[P{n}] is {age}" for n, age in enumerate(solution, 1))
        return (
            f"{told}; this is tried against every sentence.",
            "The difference of two ages never changes; no other ages fit.",
        )


def _formal(claim: Sequence[Any], names: Sequence[str]) -> list[str]:
    kind, *rest = claim
    if kind == "sum":
        return [f"{' + '.join(names)} == {rest[0]}"]
    if kind == "gap":
        return [f"P{rest[0]} - P{rest[1]} == {rest[2]}"]
    one, two, times, then = rest
    return [f"P{one} + {then} == {times} * (P{two} + {then})", f"P{two} + {then} >= 1"]


def _worded(claim: Sequence[Any], names: Sequence[str]) -> str:
    kind, *rest = claim
    if kind == "sum":
        return f"The ages of {named(*names)} add up to {rest[0]}."
    if kind == "gap":
        return f"[P{rest[0]}] is {rest[2]} years older than [P{rest[1]}]."
    one, two, times, then = rest
    when = f"In {then} years" if then > 0 else f"{-then} years ago"
    return f"{when} [P{one}] {'will be' if then > 0 else 'was'} {_TIMES[times]} [P{two}]."


class Siblings(Puzzle):
    """How many brothers each sister has, and the other way round, from inside the family."""

    name = "siblings"
    unit = "children"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        fewest = 4 if twist == "harder" else 1
        boys, girls = random.randint(max(2, fewest), fewest + 6), random.randint(fewest, fewest + 6)
        most = 5 if twist == "harder" else 3
        by_boy = _ratio(girls, boys - 1, most)
        by_girl = _ratio(boys, girls - 1, most)
        if not by_boy or not by_girl:
            return None
        if twist == "unsolvable":
            by_girl = (by_girl[0], by_girl[1], by_girl[2] + random.choice((1, 2)))
        return {"boy": by_boy, "girl": by_girl}

    def solutions(self, data: Data) -> list[Any]:
        variables = (Variable("B", range(1, 31)), Variable("G", range(1, 31)))
        (a, b, c), (d, e, f) = data["boy"], data["girl"]
        rules = (f"{b} * G == {a} * (B - 1) + {c}", f"{e} * B == {d} * (G - 1) + {f}")
        return [[one["B"], one["G"]] for one in solved(Logic(variables, tuple(map(constraint_of, rules))), 2)]

    def key(self, data: Data, solution: Any) -> int:
        return int(sum(solution))

    def telling(self, data: Data) -> Telling:
        rules = [
            f"Each boy of the family has {_compared(data['boy'], 'sisters', 'brothers')}.",
            f"Each girl of the family has {_compared(data['girl'], 'brothers', 'sisters')}.",
            "All of them have the same two parents; there is at least one boy and one girl.",
        ]
        return Telling({"F": "the name of the family"}, rules, "How many children are there in the [F] family?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        boys, girls = solution
        return (
            "Nobody counts as their own brother or sister: a boy sees one boy fewer, a girl one girl fewer.",
            f"There are {boys} boys and {girls} girls, and no other numbers fit both sentences.",
        )


def _ratio(count: int, of: int, most: int) -> tuple[int, int, int] | None:
    """`b * count == a * of + c`, in words that can be said."""
    if of and count % of == 0 and 1 <= count // of <= most:
        return count // of, 1, 0
    if count and of % count == 0 and 2 <= of // count <= most:
        return 1, of // count, 0
    return (1, 1, count - of) if of and 0 < abs(count - of) <= 3 else None


def _compared(ratio: Sequence[int], those: str, these: str) -> str:
    times, parts, more = ratio
    if more:
        return f"{abs(more)} {'more' if more > 0 else 'fewer'} {those} than {these}"
    if parts > 1:
        return f"{ {2: 'half', 3: 'a third', 4: 'a quarter', 5: 'a fifth'}[parts] } as many {those} as {these}"
    often = {1: "", 2: "twice ", 3: "three times ", 4: "four times ", 5: "five times "}[times]
    return f"{often}as many {those} as {these}"


_HEARD = (36, 72)
"""Products of ages that everybody has heard."""


class Census(Puzzle):
    """Product and sum of three ages are known, and are not enough: that they are not is the clue."""

    name = "census"
    twists = ("unsolvable",)

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        ages = [random.randint(1, 13) for _ in range(3)]
        last = random.choice(("oldest", "youngest"))
        if prod(ages) in _HEARD:
            return None
        return {"product": prod(ages), "last": last}

    def solutions(self, data: Data) -> list[Any]:
        product = data["product"]
        small = [n for n in range(1, 21) if product % n == 0]
        triples = [t for t in combinations_with_replacement(small, 3) if prod(t) == product]
        sums = [sum(t) for t in triples]
        unclear = [t for t, total in zip(triples, sums, strict=True) if sums.count(total) > 1]
        alone = [t for t in unclear if (t[2] > t[1] if data["last"] == "oldest" else t[0] < t[1])]
        # Whoever knows the sum knows the ages now: no other set with that sum has such a child.
        known = [t for t in alone if sum(sum(other) == sum(t) for other in alone) == 1]
        return [list(t) for t in known][:2]

    def key(self, data: Data, solution: Any) -> int:
        return int(solution[2] if data["last"] == "oldest" else solution[0])

    def telling(self, data: Data) -> Telling:
        last = data["last"]
        rules = [
            f"[A] has three children; the product of their ages, in whole years of at most 20, is {data['product']}.",
            "[A] tells [B] the sum of the ages too; [B], who reasons without a flaw, says that this is not"
            " enough to know"
            " the three ages.",
            f"[A] then adds that one of the three is {'older' if last == 'oldest' else 'younger'} than each"
            " of the other two,"
            " ages compared in whole years.",
            "Now [B] knows all three ages.",
        ]
        return Telling({"A": "a parent", "B": "somebody who asks"}, rules, f"How old is the {last} child?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        told = ", ".join(map(str, solution))
        return (
            "That the sum was not enough says that at least two sets of ages have that sum.",
            f"The ages are {told}: of the sets whose sum is shared, only this one fits the last remark.",
        )
