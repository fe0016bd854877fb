"""A working with a mistake in it that the program planted and knows: where it is, of what sort, what is right.

Everything after the mistake follows from it, as in a real working. What is shown are the steps with figures put in.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import log10
from random import Random

from teams.fermi.expression import number, read
from teams.fermi.tree import Leaf, Step, Tree, apart, between, rounded
from teams.fermi.units import Wrong, unit
from teams.fermi.writing import written

SORTS = ("power_of_ten", "conversion", "rate", "doubled", "upside_down", "left_out", "none")
_NEAR = 0.08
"""Orders of magnitude by which a round value may lie off the middle of its range."""
_LEAST = 0.3
"""Orders of magnitude by which a mistake has to move the result."""
_PERIODS = {
    "1 / 7": 1 / 7,
    "7": 7.0,
    "12 / 365": 12 / 365,
    "365 / 12": 365 / 12,
    "1 / 24": 1 / 24,
    "24": 24.0,
    "60": 60.0,
}


@dataclass(frozen=True)
class Shown:
    """One step as it is shown."""

    expression: str
    value: float
    """In the step's own unit."""


@dataclass(frozen=True)
class Working:
    """A working: its steps, and what is wrong with it."""

    steps: tuple[Shown, ...]
    wrong: int
    """Number of the step with the mistake, from 1; 0 where there is none."""
    sort: str
    right: float
    """What the last step comes to in truth, from the values that are shown."""

    @property
    def stated(self) -> float:
        """What it comes to as it stands."""
        return self.steps[-1].value


def values_of(tree: Tree) -> dict[str, float]:
    """Return the value each leaf is worked out with: the middle of its range, as round as the range lets it be."""
    return {leaf.name: _round(leaf) for leaf in tree.leaves}


def _round(leaf: Leaf) -> float:
    if leaf.low == leaf.high:
        return leaf.low
    one = rounded(leaf.middle, 1)
    return one if apart(one, leaf.middle) < _NEAR else rounded(leaf.middle)


def sound(tree: Tree) -> Working:
    """Return the working of a tree without a mistake. Raises `Wrong`."""
    shown = _run(tree, values_of(tree), {})
    return Working(shown, 0, "none", shown[-1].value)


def planted(tree: Tree, random: Random, sorts: Sequence[str] = SORTS) -> Working | None:
    """Return a working with one mistake of a sort that is drawn; None where none of them can be made in this tree."""
    plain = sound(tree)
    made: dict[str, list[Working]] = {}
    for sort in sorts:
        found = [plain] if sort == "none" else list(_mistakes(tree, sort, plain))
        if found:
            made[sort] = found
    if not made:
        return None
    return random.choice(made[random.choice(sorted(made))])


Change = tuple[str, Callable[[float], float]]
"""A step's expression as it is shown, and what is done to its value."""


def _mistakes(tree: Tree, sort: str, plain: Working) -> Iterator[Working]:
    for at, step in enumerate(tree.steps):
        for change in _ways(tree, at, step, sort):
            try:
                shown = _run(tree, values_of(tree), {at: change})
            except Wrong:
                continue
            if apart(shown[-1].value, plain.right) >= _LEAST:
                yield Working(shown, at + 1, sort, plain.right)


def _ways(tree: Tree, at: int, step: Step, sort: str) -> Iterator[Change]:
    if sort == "power_of_ten":
        yield from ((step.expression, lambda value, n=n: value * 10.0**n) for n in (-3, -2, -1, 1, 2, 3))
    elif sort in ("conversion", "rate"):
        yield from _conversions(tree, step, sort)
    elif sort == "doubled":
        used = {one.id for before in tree.steps[:at] for one in _names(before.expression)}
        here = {one.id for one in _names(step.expression)}
        for leaf in tree.leaves:
            if leaf.name in used - here:
                yield f"({step.expression}) * {leaf.name}", lambda value: value
    else:
        shown = {one.id for n, other in enumerate(tree.steps) if n != at for one in _names(other.expression)}
        here = {one.id for one in _names(step.expression)}
        for made in _rewritten(step.expression, sort):
            # What is forgotten has to stand somewhere, or nobody could put it back.
            if here - {one.id for one in _names(made)} <= shown:
                yield made, lambda value: value


def _conversions(tree: Tree, step: Step, sort: str) -> Iterator[Change]:
    """A unit that has to be converted in this step, and isn't, or is the wrong way round, or by another period."""
    factor = _conversion(tree, step)
    if factor is None or apart(factor, 1.0) < 0.05:
        return
    # From kilograms to tonnes by a power of ten; from days to years by something odd.
    is_time = abs(log10(factor) - round(log10(factor))) > 0.002
    if sort == "conversion" and not is_time:
        yield step.expression, lambda value: value / factor
    if sort == "rate" and is_time:
        yield step.expression, lambda value: value / factor
        yield from ((step.expression, lambda value, f=f: value * f) for f in _PERIODS.values())


def _conversion(tree: Tree, step: Step) -> float | None:
    """Return what the bare numbers of a step have to be multiplied by for its unit; None where that can't be told.

    Who divides where one has to multiply does so with the figures on paper, and converts as before.
    """
    sizes = _sizes(tree)
    bare = dict.fromkeys(sizes, 1.0)
    try:
        measured = number(read(step.expression), sizes)
        return measured / number(read(step.expression), bare) / unit(step.unit).value
    except (Wrong, ZeroDivisionError):
        return None


def _rewritten(expression: str, sort: str) -> Iterator[str]:
    """Yield a product with one factor divided by instead, or forgotten."""
    body = read(expression)
    if not isinstance(body, ast.BinOp) or not isinstance(body.op, ast.Mult):
        return
    if sort == "upside_down":
        yield ast.unparse(ast.BinOp(body.left, ast.Div(), body.right))
    elif isinstance(body.left, ast.BinOp):  # at least two factors are left
        yield ast.unparse(body.left)
        if isinstance(body.left.op, ast.Mult):
            yield ast.unparse(ast.BinOp(body.left.left, ast.Mult(), body.right))


def _names(expression: str) -> list[ast.Name]:
    return [one for one in ast.walk(read(expression)) if isinstance(one, ast.Name)]


def _run(tree: Tree, values: Mapping[str, float], changes: Mapping[int, Change]) -> tuple[Shown, ...]:
    # A share is put in as one, so that leaving it out leaves all of it out.
    shares = {leaf.name for leaf in tree.leaves if "%" in leaf.unit}
    bare = {name: value / 100 if name in shares else value for name, value in values.items()}
    shown = []
    for at, step in enumerate(tree.steps):
        factor = _conversion(tree, step)
        if factor is None or not _is_product(step.expression):
            value = _in_units(tree, step, bare)
            if at in changes and changes[at][0] != step.expression:
                raise Wrong("only a product can be changed on paper")
            expression, change = changes.get(at, (step.expression, lambda value: value))
            value = change(value)
        else:
            expression, change = changes.get(at, (step.expression, lambda value: value))
            value = change(number(read(expression), bare) * factor)
        value = rounded(value, 3)
        if not 0 < value < 1e40:
            raise Wrong("the working comes to nothing")
        bare[step.name] = value
        shown.append(Shown(expression, value))
    return tuple(shown)


def _in_units(tree: Tree, step: Step, bare: Mapping[str, float]) -> float:
    sizes = _sizes(tree)
    known = {name: value * sizes[name] for name, value in bare.items()}
    return number(read(step.expression), known) / unit(step.unit).value


def _sizes(tree: Tree) -> dict[str, float]:
    """Return the size of each unit; a share of a leaf counts as a bare number."""
    leaves = {leaf.name: unit(leaf.unit).value * (100 if "%" in leaf.unit else 1) for leaf in tree.leaves}
    return leaves | {step.name: unit(step.unit).value for step in tree.steps}


def _is_product(expression: str) -> bool:
    """Whether a step is built of products, quotients and powers alone: then its units give one factor."""
    allowed = (ast.BinOp, ast.Name, ast.Constant, ast.Load, ast.Mult, ast.Div, ast.Pow)
    return all(isinstance(node, allowed) for node in ast.walk(read(expression)))


def lines(tree: Tree, working: Working, words: Mapping[str, str], *, mark: str = "", tag: str = "") -> Iterator[str]:
    """Yield the lines of a working: what comes out, the figures put in, the result; `words` are units by name."""
    values = {name: f"{written(value, tag)} {words[name]}".strip() for name, value in values_of(tree).items()}
    for n, (step, shown) in enumerate(zip(tree.steps, working.steps, strict=True), 1):
        result = f"{written(shown.value, tag, 3)} {words[step.name]}".strip()
        yield f"{mark}{n}. {step.what[:1].upper()}{step.what[1:]}: {_with_figures(shown.expression, values)} = {result}"
        values[step.name] = result


def _with_figures(expression: str, values: Mapping[str, str]) -> str:
    return _said(read(expression), values)


_SIGNS: dict[type, str] = {ast.Add: "+", ast.Sub: "−", ast.Mult: "×", ast.Div: "÷", ast.Pow: "^"}


def _said(node: ast.expr, values: Mapping[str, str]) -> str:
    match node:
        case ast.Name(id=name):
            return values.get(name, "π" if name == "pi" else name)
        case ast.Constant(value=value):
            return f"{value:g}" if isinstance(value, int | float) else str(value)
        case ast.BinOp(left=left, op=op, right=right):
            sides = [
                f"({_said(side, values)})" if _needs_brackets(side, op, n) else _said(side, values)
                for n, side in enumerate((left, right))
            ]
            return f" {_SIGNS[type(op)]} ".join(sides)
        case ast.Call(func=ast.Name(id=name), args=args):
            return f"{name}({', '.join(_said(arg, values) for arg in args)})"
        case ast.UnaryOp(operand=operand):
            return f"−{_said(operand, values)}"
    return ast.unparse(node)


def _needs_brackets(side: ast.expr, op: ast.operator, place: int) -> bool:
    if not isinstance(side, ast.BinOp):
        return False
    loose = isinstance(side.op, ast.Add | ast.Sub)
    tight = isinstance(op, ast.Mult | ast.Div | ast.Pow)
    return (loose and tight) or (place == 1 and isinstance(op, ast.Div | ast.Sub)) or isinstance(op, ast.Pow)


def unit_words(leaves: Sequence[Mapping[str, str]], steps: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return the words in which each leaf's and step's unit is shown; a share keeps its sign."""
    return {one["name"].strip(): _with_sign(one) for one in (*leaves, *steps)}


def _with_sign(one: Mapping[str, str]) -> str:
    words = one["words"].strip()
    return f"% {words}".strip() if "%" in one["unit"] and "%" not in words else words


def with_words(tree: Tree, drafted: Sequence[Mapping[str, str]]) -> Tree:
    """Return a tree whose steps are called what the draft shows them as."""
    steps = tuple(replace(step, what=one["shown"].strip()) for step, one in zip(tree.steps, drafted, strict=True))
    return replace(tree, steps=steps)


__all__ = [
    "SORTS",
    "Leaf",
    "Shown",
    "Working",
    "between",
    "lines",
    "planted",
    "sound",
    "unit_words",
    "values_of",
    "with_words",
]
