"""Can a number be had from other numbers by the sums people do without saying so?"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, permutations
from math import isclose, prod

_PAIRS = 60
"""So many numbers are combined two by two; more of them would reach almost any value by chance."""
_TRIPLES = 8
"""And so many three by three."""


def derived(target: float, numbers: Iterable[float], groups: Iterable[Sequence[float]] = ()) -> str | None:
    """Return how `target` comes of `numbers`, such as `3 × 12.5`, or None.

    `groups` are numbers that belong together (a column of a result): they may be counted, summed and averaged.
    """
    known = sorted(set(numbers))[:_PAIRS]
    for group in groups:
        for how, value in _of_group(group):
            if agree(target, value):
                return how
    for a, b in chain(permutations(known, 2), ((n, n) for n in known)):
        for how, value, rounded in _of_two(a, b):
            if agree(target, value) if rounded else isclose(target, value, rel_tol=1e-9, abs_tol=1e-9):
                return how
    for three in combinations(known[:_TRIPLES], 3) if len(known) <= _TRIPLES else ():
        for how, value in _of_three(*three):
            if isclose(target, value, rel_tol=1e-9, abs_tol=1e-9):
                return how
    return None


def agree(target: float, value: float) -> bool:
    """Say whether `target` is `value`, or `value` rounded to as many decimals as `target` shows."""
    decimals = len(f"{target:.6f}".rstrip("0").partition(".")[2])
    return isclose(target, value, rel_tol=1e-9) or abs(target - value) <= 0.5 * 10.0**-decimals * (1 + 1e-9)


def _of_group(group: Sequence[float]) -> Iterator[tuple[str, float]]:
    yield f"a count of {len(group)}", len(group)
    if len(group) > 1:
        yield f"the sum of {len(group)} values", sum(group)
        yield f"the mean of {len(group)} values", sum(group) / len(group)
        yield "the range", max(group) - min(group)


def _of_two(a: float, b: float) -> Iterator[tuple[str, float, bool]]:
    """Yield what two numbers make, and whether it is the sort of result people round."""
    if a <= b:
        yield f"{a:g} + {b:g}", a + b, False
        yield f"{a:g} × {b:g}", a * b, False
    yield f"{a:g} - {b:g}", a - b, False
    yield f"{a:g}% of {b:g}", a * b / 100, b >= 1
    if 0 < b <= 100:
        yield f"{a:g} plus {b:g}%", a * (1 + b / 100), False
        yield f"{a:g} less {b:g}%", a * (1 - b / 100), False
    if b:
        yield f"{a:g} / {b:g}", a / b, True
        yield f"{a:g} / {b:g} in %", 100 * a / b, True


def _of_three(a: float, b: float, c: float) -> Iterator[tuple[str, float]]:
    yield f"{a:g} + {b:g} + {c:g}", a + b + c
    yield f"{a:g} × {b:g} × {c:g}", prod((a, b, c))
    for x, y, z in ((a, b, c), (a, c, b), (b, c, a)):
        yield f"{x:g} × {y:g} + {z:g}", x * y + z
        yield f"{x:g} × {y:g} - {z:g}", x * y - z
        yield f"({x:g} + {y:g}) × {z:g}", (x + y) * z
        yield f"{z:g} - {x:g} - {y:g}", z - x - y
