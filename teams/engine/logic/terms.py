"""Expressions of the puzzle language: Python's own syntax, read through `ast` and never evaluated as Python.

    before = read("Ada < Ben and v['Ms Lee'] != 3", names)

Names are variables (`v["any name"]` where the name is no identifier); whole numbers, quoted words, `True` and `False`
are values. There are `+ - * // % **`, comparisons (chained too), `in` with a list of values, `and or not`,
`a if b else c`, and the functions of `FUNCTIONS`. What is read is a tree of `Term`s, each with its sort.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from teams.engine.logic.errors import LogicError

Value = int | str | bool
Sort = Literal["number", "word", "truth"]
LONGEST = 8_000
"""Characters of an expression."""
MOST_TERMS = 2_000
DEEPEST = 40
LARGEST = 10**12
"""Absolute value of a number that is written down."""
POWERS = 6
"""Largest exponent."""


@dataclass(frozen=True)
class Term:
    """One node of an expression."""

    op: str
    """`variable`, `value`, or an operation."""
    sort: Sort
    parts: tuple[Term, ...] = ()
    value: Value = 0
    """Of a value; of a variable its name."""


@dataclass(frozen=True)
class Name:
    """What an expression has to know of a variable."""

    sort: Sort
    is_positive: bool = False
    """A number that is never zero or less: one may divide by it."""


def sort_of(value: Value) -> Sort:
    """Return the sort of a value."""
    return "truth" if isinstance(value, bool) else "number" if isinstance(value, int) else "word"


def constant(value: Value) -> Term:
    return Term("value", sort_of(value), value=value)


def read(source: str, names: Mapping[str, Name], words: frozenset[str] | None = None) -> Term:
    """Return the statement that `source` makes of the variables `names`.

    `words` are the quoted words it may use: those that are a value of some variable. Raises `LogicError` for anything
    that is not of the language, too large, or no statement (a number, say).
    """
    if len(source) > LONGEST:
        raise LogicError(f"the expression has {len(source)} characters; at most {LONGEST} are read")
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise LogicError(f"not an expression: {_short(source)}") from error
    _measure(tree)
    term = _Reader(names, words).term(tree)
    if _weight(term, {}) > 4 * MOST_TERMS:
        raise LogicError(f"the expression is too large: written out it has more than {4 * MOST_TERMS} parts")
    if term.sort != "truth":
        raise LogicError(f"{_short(source)} is a {term.sort}; a constraint says something that is true or false")
    return term


def _measure(tree: ast.AST) -> None:
    count, layer, depth = 0, [tree], 0
    while layer:
        count, depth = count + len(layer), depth + 1
        if count > MOST_TERMS or depth > DEEPEST:
            raise LogicError(f"the expression is too large: at most {MOST_TERMS} parts, {DEEPEST} deep")
        layer = [child for node in layer for child in ast.iter_child_nodes(node)]


def _weight(term: Term, known: dict[int, int]) -> int:
    """Parts of a term written out: chains and powers use a part more than once."""
    if id(term) not in known:
        known[id(term)] = 1 + sum(_weight(part, known) for part in term.parts)
    return known[id(term)]


def _short(source: str) -> str:
    said = " ".join(source.split())
    return repr(said if len(said) <= 60 else f"{said[:59]}…")


_ARITHMETIC = {ast.Add: "add", ast.Sub: "subtract", ast.Mult: "multiply", ast.FloorDiv: "divide", ast.Mod: "rest"}
_COMPARED = {ast.Eq: "equal", ast.Lt: "less", ast.LtE: "at_most", ast.Gt: "more", ast.GtE: "at_least"}


class _Reader:
    def __init__(self, names: Mapping[str, Name], words: frozenset[str] | None) -> None:
        self._names, self._words = names, words

    def term(self, node: ast.AST) -> Term:
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise LogicError(f"{_short(ast.unparse(node))} can't be used in a constraint ({type(node).__name__})")
        return reader(node)  # type: ignore[no-any-return]

    def _name(self, node: ast.Name) -> Term:
        return self._variable(node.id)

    def _subscript(self, node: ast.Subscript) -> Term:
        is_v = isinstance(node.value, ast.Name) and node.value.id == "v"
        if not (is_v and isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str)):
            raise LogicError(f'{_short(ast.unparse(node))}: only v["name of a variable"] can be used')
        return self._variable(node.slice.value)

    def _variable(self, name: str) -> Term:
        if name not in self._names:
            known = ", ".join(list(self._names)[:12])
            raise LogicError(f"there is no variable {name!r}; there are {known}")
        return Term("variable", self._names[name].sort, value=name)

    def _constant(self, node: ast.Constant) -> Term:
        value = node.value
        if isinstance(value, str):
            if self._words is not None and value not in self._words:
                raise LogicError(f"{value!r} is a value of no variable")
            return constant(value)
        if isinstance(value, bool):
            return constant(value)
        if isinstance(value, int) and abs(value) <= LARGEST:
            return constant(value)
        raise LogicError(f"{_short(repr(value))} can't be used: whole numbers up to {LARGEST} and quoted words can")

    def _boolop(self, node: ast.BoolOp) -> Term:
        return _told("and" if isinstance(node.op, ast.And) else "or", [self.term(part) for part in node.values])

    def _unaryop(self, node: ast.UnaryOp) -> Term:
        part = self.term(node.operand)
        if isinstance(node.op, ast.Not):
            return _told("not", [part])
        if isinstance(node.op, ast.USub):
            return _reckoned("negative", [part])
        raise LogicError(f"{_short(ast.unparse(node))}: of such signs only - and not can be used")

    def _binop(self, node: ast.BinOp) -> Term:
        left, right = self.term(node.left), self.term(node.right)
        if isinstance(node.op, ast.Pow):
            return _power(left, right)
        if (op := _ARITHMETIC.get(type(node.op))) is None:
            raise LogicError(f"{_short(ast.unparse(node))}: one reckons with + - * // % and ** only")
        if op in ("divide", "rest") and not self._is_positive(right):
            raise LogicError(f"{_short(ast.unparse(node))}: divide by a number or variable that is always above zero")
        return _reckoned(op, [left, right])

    def _is_positive(self, term: Term) -> bool:
        if term.op == "variable":
            return self._names[str(term.value)].is_positive
        return term.op == "value" and isinstance(term.value, int) and term.value > 0

    def _compare(self, node: ast.Compare) -> Term:
        said, left = [], self.term(node.left)
        for op, following in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.In | ast.NotIn):
                right = left
                said.append(self._among(left, following, isinstance(op, ast.NotIn)))
            else:
                right = self.term(following)
                said.append(_compared(op, left, right))
            left = right
        return said[0] if len(said) == 1 else _told("and", said)

    def _among(self, left: Term, node: ast.expr, is_not: bool) -> Term:
        if not isinstance(node, ast.Tuple | ast.List | ast.Set) or not node.elts:
            raise LogicError(f"{_short(ast.unparse(node))}: after `in` stands a list of values")
        found = _told("or", [_compared(ast.Eq(), left, self.term(part)) for part in node.elts])
        return _told("not", [found]) if is_not else found

    def _ifexp(self, node: ast.IfExp) -> Term:
        test, then, other = (self.term(part) for part in (node.test, node.body, node.orelse))
        _told("and", [test])
        if then.sort != other.sort:
            raise LogicError(f"{_short(ast.unparse(node))} is a {then.sort} or a {other.sort}: they must be alike")
        return Term("choose", then.sort, (test, then, other))

    def _call(self, node: ast.Call) -> Term:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS or node.keywords:
            raise LogicError(f"{_short(ast.unparse(node))}: the functions are {', '.join(FUNCTIONS)}")
        if any(isinstance(part, ast.Starred) for part in node.args):
            raise LogicError(f"{name}: write all its arguments out")
        fewest, most, made = FUNCTIONS[name]
        if not fewest <= len(node.args) <= most:
            raise LogicError(f"{name} takes {fewest if fewest == most else f'{fewest} or more'} arguments")
        return made([self.term(part) for part in node.args])


def _told(op: str, parts: Sequence[Term]) -> Term:
    if wrong := [part for part in parts if part.sort != "truth"]:
        raise LogicError(f"`{op}` joins statements; a {wrong[0].sort} is none")
    return Term(op, "truth", tuple(parts))


def _reckoned(op: str, parts: Sequence[Term]) -> Term:
    if wrong := [part for part in parts if part.sort != "number"]:
        raise LogicError(f"one can't {op} with a {wrong[0].sort}; only numbers")
    return Term(op, "number", tuple(parts))


def _power(base: Term, exponent: Term) -> Term:
    if exponent.op != "value" or not isinstance(exponent.value, int) or not 1 <= exponent.value <= POWERS:
        raise LogicError(f"an exponent is a number from 1 to {POWERS}")
    return reduce(lambda made, _: _reckoned("multiply", [made, base]), range(exponent.value - 1), base)


def _compared(op: ast.cmpop, left: Term, right: Term) -> Term:
    if isinstance(op, ast.NotEq):
        return _told("not", [_compared(ast.Eq(), left, right)])
    if (name := _COMPARED.get(type(op))) is None:
        raise LogicError("one compares with == != < <= > >= and `in`")
    if left.sort != right.sort:
        raise LogicError(f"a {left.sort} is compared with a {right.sort}")
    if name != "equal" and left.sort != "number":
        raise LogicError(f"a {left.sort} is neither more nor less than another")
    return Term(name, "truth", (left, right))


def _distinct(parts: Sequence[Term]) -> Term:
    if len({part.sort for part in parts}) > 1:
        raise LogicError("all_different compares things of one sort")
    return Term("distinct", "truth", tuple(parts))


def _counted(op: str) -> Callable[[Sequence[Term]], Term]:
    def made(parts: Sequence[Term]) -> Term:
        number, said = parts[0], _told("and", parts[1:])
        return _compared(_COUNTS[op], Term("count", "number", said.parts), number)

    return made


_COUNTS: Mapping[str, ast.cmpop] = {"exactly": ast.Eq(), "at_least": ast.GtE(), "at_most": ast.LtE()}
_MANY = 200
FUNCTIONS: Mapping[str, tuple[int, int, Callable[[Sequence[Term]], Term]]] = {
    "abs": (1, 1, lambda parts: _reckoned("absolute", parts)),
    "min": (2, _MANY, lambda parts: _reckoned("smallest", parts)),
    "max": (2, _MANY, lambda parts: _reckoned("largest", parts)),
    "sum": (2, _MANY, lambda parts: reduce(lambda a, b: _reckoned("add", [a, b]), parts)),
    "count": (1, _MANY, lambda parts: Term("count", "number", _told("and", parts).parts)),
    "exactly": (2, _MANY, _counted("exactly")),
    "at_least": (2, _MANY, _counted("at_least")),
    "at_most": (2, _MANY, _counted("at_most")),
    "implies": (2, 2, lambda parts: _told("implies", parts)),
    "iff": (2, 2, lambda parts: _told("same", parts)),
    "xor": (2, 2, lambda parts: _told("not", [_told("same", parts)])),
    "all_different": (2, _MANY, _distinct),
}
"""The functions: fewest and most arguments, and what is made of them. `count` counts the statements that hold;
`exactly(2, p, q, r)` says that two of them do."""


def value_of(term: Term, given: Mapping[str, Value]) -> Value:
    """Return what `term` comes to where the variables have the values `given`."""
    if term.op == "variable":
        return given[str(term.value)]
    if term.op == "value":
        return term.value
    return _WORKED[term.op]([value_of(part, given) for part in term.parts])


_WORKED: Mapping[str, Callable[[list[Value]], Value]] = {
    "and": all,
    "or": any,
    "not": lambda said: not said[0],
    "implies": lambda said: bool(not said[0] or said[1]),
    "same": lambda said: said[0] == said[1],
    "equal": lambda said: said[0] == said[1],
    "less": lambda said: int(said[0]) < int(said[1]),
    "more": lambda said: int(said[0]) > int(said[1]),
    "at_most": lambda said: int(said[0]) <= int(said[1]),
    "at_least": lambda said: int(said[0]) >= int(said[1]),
    "distinct": lambda said: len(set(said)) == len(said),
    "count": lambda said: sum(bool(one) for one in said),
    "choose": lambda said: said[1] if said[0] else said[2],
    "add": lambda said: int(said[0]) + int(said[1]),
    "subtract": lambda said: int(said[0]) - int(said[1]),
    "multiply": lambda said: int(said[0]) * int(said[1]),
    "divide": lambda said: int(said[0]) // int(said[1]),
    "rest": lambda said: int(said[0]) % int(said[1]),
    "negative": lambda said: -int(said[0]),
    "absolute": lambda said: abs(int(said[0])),
    "smallest": lambda said: min(int(one) for one in said),
    "largest": lambda said: max(int(one) for one in said),
}
