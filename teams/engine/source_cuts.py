"""Where to cut code into seeds: groups of functions that stand together, big enough to make a catalogue of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from teams.engine.source import Function, Source
from teams.engine.source_heads import head

FEW_LINES, MANY_LINES = 30, 160
FEW_OFFERED, MANY_OFFERED = 2, 8
LONGEST = 400
"""Lines of one function; nobody reads more."""
NEAR = 30
"""So many lines without a function (imports, constants, a class's head) go with the function below them."""


@dataclass(frozen=True)
class Cut:
    """A group of functions and the lines they stand on, from 1, both inclusive."""

    first: int
    last: int
    functions: tuple[Function, ...]

    @property
    def lines(self) -> int:
        return self.last - self.first + 1

    @property
    def offered(self) -> int:
        return sum(function.is_offered for function in self.functions)


def cut(functions: Sequence[Function], lines: int) -> Iterator[Cut]:
    """Yield groups of functions of a file with so many lines, in order, without overlap.

    A group is closed when another function would make it too long or too many, and gladly where a class ends. Groups
    in which nothing is offered to a caller are left out, so is a function nobody could read at once.
    """
    group: Cut | None = None
    for unit in _units(functions):
        if group is None:
            group = unit
        elif _is_full(group, unit):
            yield from _worthwhile(group)
            group = unit
        else:
            group = Cut(group.first, unit.last, (*group.functions, *unit.functions))
    if group is not None:
        # A closing brace and the like belong to the end of a file.
        end = group.last if lines - group.last > 2 else max(group.last, lines)
        yield from _worthwhile(Cut(group.first, end, group.functions))


def head_of(group: Cut, source: Source) -> str:
    """Return the constants, types and fields of the file that a group's functions need to be understood."""
    own = [function.text for function in group.functions]
    others = {f.name: f.text for f in source.functions if f not in group.functions}
    return head(source.definitions, own, {f.container for f in group.functions}, others)


def _units(functions: Sequence[Function]) -> Iterator[Cut]:
    """Each function with what stands right above it; those that share lines stay together."""
    before, shared = 0, list[Function]()
    for function in sorted(functions, key=lambda f: f.span):
        if shared and function.span[0] > max(f.span[1] for f in shared):
            yield (unit := _unit(shared, before))
            before, shared = unit.last, []
        shared.append(function)
    if shared:
        yield _unit(shared, before)


def _unit(functions: Sequence[Function], before: int) -> Cut:
    first = min(function.span[0] for function in functions)
    start = before + 1 if first - before - 1 <= NEAR else first
    return Cut(start, max(function.span[1] for function in functions), tuple(functions))


def _is_full(group: Cut, unit: Cut) -> bool:
    lines, offered = unit.last - group.first + 1, group.offered + unit.offered
    if lines > MANY_LINES or offered > MANY_OFFERED or unit.first > group.last + 1:
        return True
    new_class = group.functions[-1].container != unit.functions[0].container
    return new_class and group.lines >= FEW_LINES and group.offered >= FEW_OFFERED


def _worthwhile(group: Cut) -> Iterator[Cut]:
    if group.offered and group.lines <= LONGEST:
        yield group
