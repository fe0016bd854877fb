"""Python code measured by counting, in the sandbox: the steps it takes as its input grows, and the values it passes.

Steps are lines executed, those of a number's comparisons among them: `Counted` numbers compare in Python, so that the
search behind `in` and `sort` counts as well. What is counted is the same on every machine.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from sandbox import Sandbox
from teams.coding.programs import ProgramFailed, bare

SECONDS = 20.0
MOST_STEPS = 400_000
TOLERANCE = 0.14
"""How far the slope of counted steps may lie from that of a class."""
GROWTHS: Mapping[str, Callable[[float], float]] = {
    "O(1)": lambda n: 1.0,
    "O(log n)": math.log2,
    "O(sqrt n)": math.sqrt,
    "O(n)": lambda n: n,
    "O(n log n)": lambda n: n * math.log2(n),
    "O(n^2)": lambda n: n**2,
    "O(n^3)": lambda n: n**3,
    "O(2^n)": lambda n: 2.0 ** min(n, 1000),
}
"""Classes of growth, from the slowest to the fastest."""
_SIZES = (16, 32, 64, 128, 256, 512, 1024)
_SMALL = (6, 8, 10, 12, 14)
_COUNT = """
import json as _json, sys as _sys


class Counted(int):
    def __eq__(self, other):
        return int(self) == other

    def __lt__(self, other):
        return int(self) < other

    def __gt__(self, other):
        return int(self) > other

    def __le__(self, other):
        return int(self) <= other

    def __ge__(self, other):
        return int(self) >= other

    def __hash__(self):
        return int.__hash__(self)


class _Enough(BaseException):
    pass


def _steps(n):
    count = 0

    def look(frame, event, arg):
        nonlocal count
        if event == "line":
            count += 1
            if count > {most}:
                raise _Enough
        return look

    ready = prepare(n)
    _sys.settrace(look)
    try:
        work(ready)
    except _Enough:
        return None
    finally:
        _sys.settrace(None)
    return count


_found = []
for _n in {sizes}:
    _count = _steps(_n)
    if _count is None:
        break
    _found.append([_n, _count])
print()
print({mark!r}, _json.dumps(_found))
"""
_TRACE = """
import json as _json, sys as _sys
_seen = []
_code = compile({code!r}, "traced.py", "exec")


def _look(frame, event, arg):
    if frame.f_code.co_filename != "traced.py":
        return None
    if event == "line" and frame.f_lineno == {line}:
        value = frame.f_locals.get({name!r}, frame.f_globals.get({name!r}, _seen))
        _seen.append(None if value is _seen else repr(value)[:200])
        if len(_seen) > 40:
            raise SystemExit
    return _look


_sys.settrace(_look)
try:
    exec(_code, {{"__name__": "__main__"}})
except SystemExit:
    pass
finally:
    _sys.settrace(None)
print()
print({mark!r}, _json.dumps(_seen))
"""


async def steps(box: Sandbox, code: str, work: str, *, is_steep: bool = False) -> list[tuple[int, int]]:
    """Return `(n, steps)` as code works on inputs of growing size.

    `work` defines `prepare(n)`, which makes the input uncounted, and `work(ready)`, which is counted.
    """
    mark = _mark(work)
    program = _COUNT.format(most=MOST_STEPS, sizes=_SMALL if is_steep else _SIZES, mark=mark)
    head, _, tail = program.partition("class _Enough")
    said = await _marked(box, f"{head}\n{bare(code, 'python')}\n\n{work}\n\nclass _Enough{tail}", mark)
    found = [(int(n), int(count)) for n, count in json.loads(said)]
    if len(found) < 3:
        raise ProgramFailed(f"it takes more than {MOST_STEPS:,} steps for so small an input as {_SIZES[len(found)]}")
    return found


async def passed_values(box: Sandbox, code: str, line: int, name: str) -> list[str]:
    """Return `repr` of a variable each time a line of a program is about to be executed."""
    mark = _mark(code)
    said = await _marked(box, _TRACE.format(code=code, line=line, name=name, mark=mark), mark)
    values = json.loads(said)
    if None in values:
        raise ProgramFailed(f"{name!r} has no value yet when the line is reached for the first time")
    return [str(value) for value in values]


async def _marked(box: Sandbox, program: str, mark: str) -> str:
    ran = await box.run_python(program, timeout=SECONDS)
    last = [line for line in ran.stdout.splitlines() if line.startswith(f"{mark} ")][-1:]
    if ran.exit_code or not last:
        said = [line for line in ran.stderr.splitlines() if line.strip()][-1:]
        reason = "it does not end in time" if ran.timed_out else f"it fails: {said[0][:200] if said else 'no result'}"
        raise ProgramFailed(reason)
    return last[0].removeprefix(f"{mark} ")


def _mark(text: str) -> str:
    return f"--- {sha256(text.encode('utf-8', 'replace')).hexdigest()[:10]}"


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the power of n by which counts grow at the large end: from the third largest size to the largest."""
    (low, few), (high, many) = points[-3], points[-1]
    return math.log(max(many, 1) / max(few, 1)) / math.log(high / low)


def fits(points: Sequence[tuple[int, int]], growth: str) -> bool:
    """Say whether counted steps grow as a class of growth does."""
    return abs(slope(points) - _ideal(points, growth)) <= TOLERANCE


def at_most(points: Sequence[tuple[int, int]], growth: str) -> bool:
    """Say whether counted steps grow no faster than a class of growth does."""
    return slope(points) <= _ideal(points, growth) + TOLERANCE


def nearest(points: Sequence[tuple[int, int]]) -> str:
    """Return the class whose slope is nearest."""
    return min(GROWTHS, key=lambda growth: abs(slope(points) - _ideal(points, growth)))


def _ideal(points: Sequence[tuple[int, int]], growth: str) -> float:
    return slope([(n, GROWTHS[growth](n)) for n, _ in points])
