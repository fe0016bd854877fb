"""Programs of items and answers, carried out in the sandbox: what they print, and whether code passes its tests."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sandbox import Sandbox
from teams.open_domain_qa.algebra import Values

SECONDS = 10.0
_FENCE = re.compile(r"^[ \t]*```[ \t]*([\w+-]*)[^\n]*\n(.*?)^[ \t]*```[ \t]*$", re.DOTALL | re.MULTILINE)
_QUERIES = """
import json, sqlite3
base = sqlite3.connect(":memory:")
base.executescript({setup!r})
rows = base.execute({query!r}).fetchall()
print(json.dumps(rows))
"""


class ProgramFailed(Exception):
    """A program ended with an error, ran too long or printed nothing; the message says which, in one line."""


async def printed(box: Sandbox, code: str) -> str:
    """Return what a program printed. Raises `ProgramFailed`, and `SandboxError` if the sandbox itself fails."""
    ran = await box.run_python(code, timeout=SECONDS)
    if ran.timed_out:
        raise ProgramFailed(f"it did not end within {SECONDS:g} seconds")
    if ran.exit_code:
        last = [line for line in ran.stderr.strip().splitlines() if line.strip()][-1:]
        raise ProgramFailed(f"it fails: {last[0][:200] if last else f'exit code {ran.exit_code}'}")
    if not ran.stdout.strip():
        raise ProgramFailed("it prints nothing")
    return ran.stdout.strip()


async def printed_figure(box: Sandbox, code: str) -> float:
    """Return the number in the last line a program prints."""
    last = (await printed(box, code)).splitlines()[-1].strip()
    try:
        top, _, bottom = last.partition("/")  # a Fraction prints as 3/7
        return float(top) / float(bottom) if bottom else float(top)
    except (ValueError, ZeroDivisionError):
        raise ProgramFailed(f"its last line is {last[:80]!r}, and should be one bare number") from None


async def values_at(box: Sandbox, code: str, points: Sequence[Values]) -> list[float]:
    """Return what a program's `value(…)` gives at each point."""
    asked = [{name: int(v) if float(v).is_integer() else v for name, v in point.items()} for point in points]
    shown = f"\nimport json as _json\nprint()\nprint(_json.dumps([float(value(**point)) for point in {asked!r}]))"
    try:
        return [float(value) for value in json.loads((await printed(box, code + shown)).splitlines()[-1])]
    except ValueError:
        raise ProgramFailed("value(…) has to return one number for each set of values") from None


async def test_failure(box: Sandbox, code: str, tests: Sequence[str]) -> str:
    """Return why code does not pass its tests; '' if it does."""
    joined = "\n".join(tests)
    done = f"all {len(tests)} tests passed {sha256(joined.encode()).hexdigest()[:8]}"
    try:
        said = await printed(box, f"{code}\n\n{joined}\nprint()\nprint({done!r})")
    except ProgramFailed as failure:
        return str(failure)
    return "" if said.splitlines()[-1] == done else "it ends before its tests are through"


async def rows_of(box: Sandbox, setup: str, query: str) -> list[list[Any]]:
    """Return the rows of a query over tables made by `setup`, in SQLite."""
    program = _QUERIES.format(setup=setup, query=query)
    rows = json.loads((await printed(box, program)).splitlines()[-1])
    return [list(row) for row in rows]


def code_in(answer: str, *languages: str) -> list[str]:
    """Return the fenced blocks of an answer in one of `languages`, or with none named."""
    return [code for language, code in _FENCE.findall(answer) if language.casefold() in ("", *languages)]
