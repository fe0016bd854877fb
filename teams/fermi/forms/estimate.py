"""An estimate: a question, the tree that answers it, and a second tree that has to agree within a factor of ten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from random import Random
from typing import Any

from teams.engine.checks.told import told_in
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed
from teams.fermi.final import bold, final, in_unit, ranges
from teams.fermi.forms.fields import GUIDANCE, OTHER, PLAN, QUESTION, tree
from teams.fermi.plausible import implausible, known_by_heart
from teams.fermi.tree import SAID, Reckoned, Tree, apart, between, faults, reckoned, rounded, tree_of
from teams.fermi.units import Wrong, is_unfamiliar
from teams.fermi.writing import written

ORDER = 1.0
"""Orders of magnitude within which estimates agree."""
_NARROW, _WIDE = 0.08, 4.5
"""Orders of magnitude from the low to the high end of a result: between them lies what is worth an estimate."""
POINTS = (
    "It names what it assumes, each with a value and a short reason or comparison for it.",
    "It says how far the result may be off, or on which assumption it hangs most, or holds it against something known.",
)
"""What any good estimate does, whichever way it takes."""


class Estimate(Form):
    """One figure, to an order of magnitude."""

    name = "estimate"
    shape = "prose"
    quotes = False
    steps = 1
    fewest = 3
    has_other = True
    most = float("inf")
    """Largest value it can have, in its own unit taken as a bare number: of a probability, 1."""
    digits = 2
    """Digits of the final figure that count, at most: more would be a pretence."""

    def draft(self, small: bool) -> dict[str, Any]:
        if small:  # a tree of one step is what a small model can hold together; it has no other route
            return {**tree(self.fewest, 4, most_steps=1), "question": QUESTION}
        other = {"other": closed(tree(2, 6))} if self.has_other else {}
        return {"plan": PLAN, **self.tree(), **other, **self.beside(), "question": QUESTION}

    def tree(self) -> dict[str, Any]:
        """Return the fields of the main tree."""
        return tree(self.fewest, steps=self.steps)

    def beside(self) -> dict[str, Any]:
        """Return the fields of a draft that this form adds."""
        return {}

    def guidance(self, small: bool) -> str:
        return GUIDANCE + (OTHER if self.has_other and not small else "")

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        main = tree_of(draft)
        broken = faults(main)
        yield from broken
        yield from implausible(main)
        if broken:
            return
        if sum(leaf.basis != SAID for leaf in main.leaves) < 2:
            yield "the question says nearly all there is to know: that is a sum, not an estimate; leave two things open"
        yield from self.looks(draft, main, reckoned(main))
        if self.has_other and "other" in draft:
            yield from second_faults(main, draft["other"])

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        """Yield what is wrong with the result, for a form with one figure as its key."""
        width = apart(made.low, made.high)
        if width < _NARROW:
            yield f"it comes to {made.value:.3g} whatever one assumes: nothing is left to estimate"
        if width > _WIDE:
            yield f"from {made.low:.2g} to {made.high:.2g} is anybody's guess: split the widest leaf"
        if made.value * (between(main.unit, "") or 1.0) > self.most:
            yield f"it comes to {made.value:.3g} {main.unit}, and can't be more than {self.most:g}"
        if fact := known_by_heart(draft["question"], main):
            yield f"that is no estimate but a fact one can look up: {fact}; ask for something nobody has looked up"
        if any(apart(float(one.value), made.value) < 0.01 for one in told_in(draft["question"]) if one.value > 12):
            yield f"the result {made.value:.3g} stands in the question"

    def asked(self, draft: Draft, random: Random) -> Asked:
        main = tree_of(draft)
        made = reckoned(main)
        question = draft["question"].strip()
        value, low, high = self.key_of(draft, main, made)
        facts: dict[str, Any] = {"question": question, "unit": self.unit_of(draft, main), "value": value}
        facts |= {"low": low, "high": high, "tree": kept(draft), "points": list(POINTS)}
        if self.has_other and "other" in draft:
            facts["other"] = kept(draft["other"])
        return Asked(question, {**facts, "key": self.key_said(facts), "notes": notes(main, made)})

    def key_of(self, draft: Draft, main: Tree, made: Reckoned) -> tuple[float, float, float]:
        """Return the value that is the key, and its range."""
        return rounded(made.value), rounded(made.low), rounded(made.high)

    def unit_of(self, draft: Draft, main: Tree) -> str:
        """Return the unit of the key."""
        return main.unit

    def key_said(self, facts: Facts) -> str:
        """Return the key as readers are told it."""
        return f"about {written(facts['value'])} {facts['unit']} ({written(facts['low'])} to {written(facts['high'])})"

    def told(self, facts: Facts) -> Any:
        return (
            f"{facts['key']}. It is an estimate: any figure within a factor of ten gives it, by whatever route. A value"
            " that the answer says it assumes is supported if it could be so within a factor of three."
        )

    def paper(self, facts: Facts, random: Random) -> Paper:
        unit = f"\n(a number of: {facts['unit']})" if facts["unit"] else "\n(a bare number)"
        return Paper(f"{facts['question']}{unit}", {"type": "number"})

    def found(self, answer: str, facts: Facts) -> Any:
        return final(answer, facts)

    def agrees(self, value: Any, facts: Facts) -> bool:
        return isinstance(value, int | float) and apart(float(value), facts["value"]) < ORDER

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        ratio = between(new["unit"], old["unit"])
        return ratio is not None and apart(new["value"] * ratio, old["value"]) < 0.02

    def how(self, facts: Facts) -> str:
        if facts.get("demands"):
            return ""
        return "end in the estimate: one figure with its unit in bold, in the unit asked for, the last thing in bold"

    def is_explained(self, answer: str, facts: Facts) -> bool:
        return len(answer.split()) > 12 or super().is_explained(answer, facts)

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        return bool(draft["question"].strip() == facts["question"])


def second_faults(main: Tree, drafted: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the other route."""
    other = tree_of(drafted)
    broken = [*faults(other), *implausible(other)]
    yield from (f"the other route: {fault}" for fault in broken)
    if broken:
        return
    ratio = between(other.unit, main.unit)
    if ratio is None:
        yield f"the other route comes to {other.unit!r}, the first to {main.unit!r}: both have to reach the same size"
        return
    one, two = reckoned(main).value, reckoned(other).value * ratio
    if apart(one, two) >= ORDER:
        yield (
            f"the routes come to {one:.2g} and {two:.2g} {main.unit}, more than a factor of ten apart: one of them"
            " rests on a wrong assumption; find out which"
        )
    mine = {_leaf_key(leaf.low, leaf.high, leaf.unit) for leaf in main.leaves if leaf.basis != SAID}
    theirs = [_leaf_key(leaf.low, leaf.high, leaf.unit) for leaf in other.leaves if leaf.basis != SAID]
    if not theirs or sum(one in mine for one in theirs) > len(theirs) / 2:
        yield "the other route uses the same leaves: it has to come from another side, with assumptions of its own"


def _leaf_key(low: float, high: float, unit: str) -> tuple[float, float, str]:
    return low, high, " ".join(unit.split())


def kept(drafted: Mapping[str, Any]) -> dict[str, Any]:
    return {name: [dict(one) for one in drafted[name]] for name in ("leaves", "steps")}


def notes(main: Tree, made: Reckoned) -> list[str]:
    """Return a tree in lines, for suggesters and editors."""
    lines = [
        f"{leaf.name}: {leaf.what}, {leaf.low:g} to {leaf.high:g} {leaf.unit} ({leaf.basis}: {leaf.why})"
        for leaf in main.leaves
    ]
    return lines + [f"{step.name} = {step.expression} = {made.steps[step.name]:.3g} {step.unit}" for step in main.steps]


@dataclass(frozen=True)
class Marked:
    """What a goal asks of the item it leads to."""

    idle: bool = False
    strange: bool = False
    withheld: bool = False


class Remade(Estimate):
    """An estimate made out of another one: with an idle number, in an unfamiliar unit, with less said."""

    def __init__(self, marks: Marked) -> None:
        self.marks = marks

    def beside(self) -> dict[str, Any]:
        if not self.marks.idle:
            return {}
        return {
            "idle": {"type": "number", "description": "the figure in the question that has no bearing on the answer"}
        }

    def guidance(self, small: bool) -> str:
        said = super().guidance(small)
        if self.marks.strange:
            said += (
                "\n- The unit of the last step is one that nobody reckons in: `furlong / fortnight`, `stone`, `acre`."
            )
        if self.marks.withheld:
            said += "\n- No leaf is `said`: whoever answers has to think of all of them."
        return said

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        yield from super().looks(draft, main, made)
        if self.marks.strange and not is_unfamiliar(main.unit):
            yield f"{main.unit!r} is a unit like any other; take one that people have to look up or turn into another"
        if self.marks.withheld and any(leaf.basis == SAID for leaf in main.leaves):
            yield "a leaf is still said by the question: what was given is to be thought of now"
        if self.marks.idle:
            yield from _idle(draft, main)

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        return Asked(made.text, {**made.facts, "idle": draft["idle"]} if self.marks.idle else made.facts)


def _idle(draft: Draft, main: Tree) -> Iterator[str]:
    idle = float(draft["idle"])
    if not any(apart(float(one.value), idle) < 0.001 for one in told_in(draft["question"]) if one.value > 0):
        yield f"the idle figure {idle:g} does not stand in the question, in digits"
    if any(leaf.low <= idle <= leaf.high for leaf in main.leaves if leaf.low == leaf.high):
        yield f"the figure {idle:g} that is said to be idle is a leaf of the tree"


class Odds(Estimate):
    """A probability."""

    name = "odds"
    most = 1.0

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(f"{facts['question']}\n(as a probability: a number below 1)", {"type": "number"})

    def agrees(self, value: Any, facts: Facts) -> bool:
        # "One in a thousand" is as good as 0.001.
        is_turned = isinstance(value, int | float) and value > 1 and not facts["unit"]
        return super().agrees(1 / value if is_turned else value, facts)

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        yield from super().looks(draft, main, made)
        if between(main.unit, "") is None:
            yield f"a probability is a bare number (or `%`), and this comes out in {main.unit}"
        elif made.most * (between(main.unit, "") or 1.0) > 1:
            yield "within its ranges the probability exceeds 1: use 1 - exp(-expected), or narrow the leaves"


class TwoRoutes(Estimate):
    """An estimate that is asked for by two routes, each with its own figure."""

    name = "two_routes"

    def how(self, facts: Facts) -> str:
        told = "give the result of each route in bold, and last of all, in bold too, the estimate you settle on"
        return "" if facts.get("demands") else f"{told}, in the unit asked for"

    def told(self, facts: Facts) -> Any:
        return f"{super().told(facts)} Two routes that share no assumption have to be shown, and compared."


class Span(Estimate):
    """Two ends: bounds nothing can lie beyond, or an interval one would bet on."""

    def __init__(self, name: str, low: str, high: str) -> None:
        self.name, self.ends = name, (low, high)

    def key_of(self, draft: Draft, main: Tree, made: Reckoned) -> tuple[float, float, float]:
        return rounded(made.value), rounded(getattr(made, self.ends[0])), rounded(getattr(made, self.ends[1]))

    def key_said(self, facts: Facts) -> str:
        return f"{written(facts['low'])} to {written(facts['high'])} {facts['unit']}"

    def told(self, facts: Facts) -> Any:
        return (
            f"{facts['key']}. Each end may be off by a factor of ten, and {written(facts['value'])} has to lie between."
            " A value that the answer says it assumes is supported if it could be so within a factor of three."
        )

    def paper(self, facts: Facts, random: Random) -> Paper:
        ends = closed({"low": {"type": "number"}, "high": {"type": "number"}})
        unit = f"\n(numbers of: {facts['unit']})" if facts["unit"] else ""
        return Paper(f"{facts['question']}{unit}", ends)

    def found(self, answer: str, facts: Facts) -> tuple[float, float] | None:
        for piece in reversed([*bold(answer)] or [answer]):
            if spans := ranges(piece, facts):
                return spans[-1]
            if len(values := in_unit(piece, facts)) == 2 and values[0] < values[1]:
                return values[0], values[1]
        lone = [values[0] for piece in bold(answer) if len(values := in_unit(piece, facts)) == 1]
        return (lone[-2], lone[-1]) if len(lone) > 1 and lone[-2] < lone[-1] else None

    def agrees(self, value: Any, facts: Facts) -> bool:
        ends = [value.get("low"), value.get("high")] if isinstance(value, Mapping) else list(value or ())
        numbers = [float(end) for end in ends if isinstance(end, int | float)]
        if len(numbers) != 2:
            return False
        low, high = numbers
        is_around = low < high and low <= facts["value"] * 1.5 and high >= facts["value"] / 1.5
        return is_around and apart(low, facts["low"]) <= ORDER and apart(high, facts["high"]) <= ORDER

    def how(self, facts: Facts) -> str:
        return "" if facts.get("demands") else "end in the two ends, in bold, as one range with its unit"


def middle_of(value: Any) -> float | None:
    """Return the one size that a blind answer stands for; None where it is no size."""
    both = [value.get("low"), value.get("high")] if isinstance(value, Mapping) else value
    if isinstance(both, Sequence) and not isinstance(both, str):
        ends = [float(end) for end in both if isinstance(end, int | float) and end > 0]
        return sqrt(ends[0]) * sqrt(ends[1]) if len(ends) == 2 else None
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and value > 0 else None


def comes_to(drafted: Mapping[str, Any]) -> Reckoned | None:
    """Return what the tree of an instruction's facts comes to; None where it can't be carried out."""
    try:
        main = tree_of(drafted)
        return None if faults(main) else reckoned(main)
    except (Wrong, KeyError, TypeError, ValueError):
        return None
