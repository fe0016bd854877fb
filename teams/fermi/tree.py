"""An assumption tree: leaves with ranges and units, steps over them, and what the program makes of both.

Whoever writes a tree gives data. Dimensions are carried through every step; the ranges are carried through by seeded
draws in log space (each leaf anywhere between its ends, on a logarithmic scale) and by all their corners.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import exp, log, log10, sqrt
from random import Random
from typing import Any

from teams.fermi.expression import number, quantity, read
from teams.fermi.units import Quantity, Wrong, told, unit

DRAWS = 600
MOST_LEAVES = 10
MOST_STEPS = 8
MOST_NODES = 240
"""Names, numbers and signs in all steps together: they are gone through some 1,600 times."""
WIDEST = 3.0
"""Orders of magnitude between the ends of one leaf: beyond that nothing is assumed."""
_CORNERS = 10
"""Leaves with a real range of which all corners are tried."""
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,39}")
SAID = "said"
"""The basis of a leaf whose value stands in the question."""


@dataclass(frozen=True)
class Leaf:
    """One assumption."""

    name: str
    what: str
    low: float
    high: float
    unit: str
    why: str = ""
    basis: str = "assumed"
    """`said` by the question, generally `known`, or `assumed`."""

    @property
    def middle(self) -> float:
        return sqrt(self.low) * sqrt(self.high)


@dataclass(frozen=True)
class Step:
    """What is reckoned from leaves and steps before it."""

    name: str
    what: str
    expression: str
    unit: str


@dataclass(frozen=True)
class Tree:
    """Leaves and steps; the last step is what is asked for."""

    leaves: tuple[Leaf, ...]
    steps: tuple[Step, ...]

    @property
    def unit(self) -> str:
        return self.steps[-1].unit


@dataclass(frozen=True)
class Reckoned:
    """What a tree comes to, in the unit of its last step."""

    value: float
    """Where every leaf is at the middle of its range, on a logarithmic scale."""
    low: float
    high: float
    """Nine draws of ten lie between them."""
    least: float
    most: float
    """The corners."""
    steps: Mapping[str, float]
    """The value of each step in its own unit, leaves at their middles."""
    swings: Mapping[str, float]
    """By how many orders of magnitude the result moves with each leaf, from its low end to its high end."""


def tree_of(drafted: Mapping[str, Any]) -> Tree:
    """Return the tree that stands in a draft under `leaves` and `steps`."""
    leaves = tuple(
        Leaf(
            leaf["name"].strip(), leaf["what"].strip(), float(leaf["low"]), float(leaf["high"]), leaf["unit"].strip(),
            leaf.get("why", "").strip(), leaf.get("basis", "assumed"),
        )
        for leaf in drafted["leaves"]
    )  # fmt: skip
    steps = tuple(
        Step(step["name"].strip(), step["what"].strip(), step["expression"].strip(), step["unit"].strip())
        for step in drafted["steps"]
    )
    return Tree(leaves, steps)


def faults(tree: Tree) -> list[str]:
    """Return what is wrong with a tree, as words to its writer; [] for one that can be reckoned."""
    return list(_leaf_faults(tree)) or list(_step_faults(tree))


def _leaf_faults(tree: Tree) -> Iterator[str]:
    names = [*(leaf.name for leaf in tree.leaves), *(step.name for step in tree.steps)]
    twice = sorted({name for name in names if names.count(name) > 1})
    yield from (f"{name!r} is the name of two leaves or steps" for name in twice)
    yield from (f"{name!r} is no name: a letter, then letters, digits and _" for name in names if not _is_name(name))
    for leaf in tree.leaves:
        if not (0 < leaf.low <= leaf.high < 1e60):
            yield f"{leaf.name}: low and high have to be above zero, low not above high (they are {leaf.low:g} and {leaf.high:g})"  # noqa: E501
        elif log10(leaf.high) - log10(leaf.low) > WIDEST:
            yield f"{leaf.name}: from {leaf.low:g} to {leaf.high:g} is no assumption: split it, or think again"
        try:
            unit(leaf.unit)
        except Wrong as wrong:
            yield f"{leaf.name}: {wrong}"


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and name not in ("pi", "e")


def _step_faults(tree: Tree) -> Iterator[str]:
    values = {leaf.name: _at(leaf.middle, leaf.unit) for leaf in tree.leaves}
    used: set[str] = set()
    count = 0
    for step in tree.steps:
        try:
            node, wanted = read(step.expression), unit(step.unit)
            made = quantity(node, values)
        except Wrong as wrong:
            yield f"step {step.name}: {wrong}"
            return
        if made.dims != wanted.dims:
            yield (
                f"step {step.name} = {step.expression} comes out in {told(made.dims)}, and is said to be in"
                f" {step.unit or 'a bare number'} ({told(wanted.dims)}): mend the step, or the units of what goes in"
            )
            return
        if made.value <= 0:
            yield f"step {step.name} comes to {made.value / wanted.value:g}; a size is above zero"
            return
        used |= {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
        count += sum(1 for one in ast.walk(node) if isinstance(one, ast.expr))
        values[step.name] = made
    names = [*(leaf.name for leaf in tree.leaves), *(step.name for step in tree.steps[:-1])]
    idle = [name for name in names if name not in used]
    if idle:
        yield f"{', '.join(idle)}: used in no step"
        return
    if count > MOST_NODES:
        yield f"{count} names, numbers and signs are too many to follow; {MOST_NODES} at most"
        return
    try:
        reckoned(tree)
    except Wrong as wrong:
        yield f"somewhere within its ranges {wrong}"


def _at(value: float, said: str) -> Quantity:
    one = unit(said)
    return Quantity(value * one.value, one.dims)


@lru_cache(maxsize=256)
def reckoned(tree: Tree) -> Reckoned:
    """Carry a tree out. Raises `Wrong` where it comes to nothing above zero somewhere in its ranges."""
    sizes = {leaf.name: unit(leaf.unit).value for leaf in tree.leaves}
    last = unit(tree.unit).value
    nodes = [(step.name, read(step.expression)) for step in tree.steps]

    def run(values: Mapping[str, float]) -> dict[str, float]:
        known = {name: value * sizes[name] for name, value in values.items()}
        for name, node in nodes:
            known[name] = number(node, known)
        if known[nodes[-1][0]] <= 0:
            raise Wrong("it comes to nothing above zero")
        return known

    middles = {leaf.name: leaf.middle for leaf in tree.leaves}
    middle = run(middles)
    name = nodes[-1][0]
    drawn = sorted(run(draw)[name] / last for draw in _draws(tree.leaves))
    swings = {
        leaf.name: abs(
            log10(run({**middles, leaf.name: leaf.high})[name]) - log10(run({**middles, leaf.name: leaf.low})[name])
        )
        for leaf in tree.leaves
    }
    corners = [run({**middles, **corner})[name] / last for corner in _corners(tree.leaves)]
    return Reckoned(
        middle[name] / last,
        drawn[len(drawn) // 20],
        drawn[-1 - len(drawn) // 20],
        min(*corners, drawn[0]),
        max(*corners, drawn[-1]),
        {step.name: middle[step.name] / unit(step.unit).value for step in tree.steps},
        swings,
    )


def _draws(leaves: Sequence[Leaf]) -> Iterator[dict[str, float]]:
    random = Random("fermi")  # the same draws for every tree: a key does not hang on who reckons it
    for _ in range(DRAWS):
        yield {leaf.name: exp(random.uniform(log(leaf.low), log(leaf.high))) for leaf in leaves}


def _corners(leaves: Sequence[Leaf]) -> Iterator[dict[str, float]]:
    wide = sorted((leaf for leaf in leaves if leaf.high > leaf.low), key=lambda leaf: leaf.low / leaf.high)[:_CORNERS]
    for ends in product((False, True), repeat=len(wide)):
        yield {leaf.name: leaf.high if up else leaf.low for leaf, up in zip(wide, ends, strict=True)}
    yield {}


def apart(one: float, other: float) -> float:
    """Return by how many orders of magnitude two sizes differ; infinitely many where either is none."""
    return abs(log10(one) - log10(other)) if one > 0 and other > 0 else float("inf")


def between(one: str, other: str) -> float | None:
    """Return what a number in one unit has to be multiplied by to be in the other; None if they don't go together."""
    try:
        a, b = unit(one), unit(other)
    except Wrong:
        return None
    return a.value / b.value if a.dims == b.dims else None


def rounded(value: float, digits: int = 2) -> float:
    """Return a size to so many digits that count."""
    return float(f"{value:.{digits - 1}e}")


def solved(tree: Tree, name: str, wanted: float) -> float:
    """Return the value of one leaf at which the tree comes to `wanted`, the others at their middles. Raises `Wrong`."""
    leaves = {leaf.name: leaf for leaf in tree.leaves}

    def at(value: float) -> float:
        changed = Leaf(name, "", value, value, leaves[name].unit)
        fixed = [Leaf(leaf.name, "", leaf.middle, leaf.middle, leaf.unit) for leaf in tree.leaves if leaf.name != name]
        return _once(Tree((*fixed, changed), tree.steps))

    low, high = leaves[name].middle * 1e-9, leaves[name].middle * 1e9
    rises = at(leaves[name].high * 1.5) > at(leaves[name].low / 1.5)
    for _ in range(200):
        middle = sqrt(low) * sqrt(high)
        try:
            is_above = at(middle) > wanted
        except Wrong:
            is_above = middle > leaves[name].middle
        low, high = (low, middle) if is_above == rises else (middle, high)
    found = sqrt(low) * sqrt(high)
    if apart(at(found), wanted) > 0.01:
        raise Wrong(f"no value of {name} makes it come to {wanted:g}")
    return found


def _once(tree: Tree) -> float:
    known = {leaf.name: leaf.low * unit(leaf.unit).value for leaf in tree.leaves}
    for step in tree.steps:
        known[step.name] = number(read(step.expression), known)
    return known[tree.steps[-1].name] / unit(tree.unit).value
