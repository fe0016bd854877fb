"""Computations in a child process: what they return and raise, what stands still meanwhile, who dies with whom."""

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from teams.analytical_reasoning.checks import CHECKS
from teams.engine.aside import aside, at_hand, drawn_aside
from teams.engine.logic import LogicError
from teams.engine.stages.forms.form import LETTERS
from teams.engine.verdict import Finding, run_checks, verdict_of
from tests.teams.analytical_reasoning.cases import facts, pair, problem

MODULE = "teams.analytical_reasoning.checks"


async def test_it_returns_what_the_function_returns_elsewhere() -> None:
    async with at_hand():
        assert await aside(sorted, [3, 1, 2]) == [1, 2, 3]
        assert await aside(os.getpid) != os.getpid()


def _refuses(what: str) -> None:
    raise LogicError(f"no {what}")


class _Odd(Exception):
    """Can be written and not read again: it wants two values."""

    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} and {other}")


def _is_odd() -> None:
    raise _Odd(1, 2)


async def test_it_raises_what_the_function_raises() -> None:
    async with at_hand():
        with pytest.raises(LogicError, match="no way"):
            await aside(_refuses, "way")
        with pytest.raises(RuntimeError, match="_Odd: 1 and 2"):
            await aside(_is_odd)
        with pytest.raises(ZeroDivisionError):
            await aside(divmod, 1, 0)
        assert await aside(abs, -1) == 1


def _throws(random: Random, count: int) -> list[int]:
    return [random.randint(1, 6) for _ in range(count)]


async def test_a_random_goes_on_where_the_child_left_it() -> None:
    here, there = Random("dice"), Random("dice")
    async with at_hand():
        assert await drawn_aside(_throws, there, 50) == _throws(here, 50)
        assert await drawn_aside(_throws, there, 3) == _throws(here, 3)
    assert there.random() == here.random()


def _waits(seconds: float) -> int:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass
    return os.getpid()


async def test_the_loop_goes_on_meanwhile() -> None:
    turns = 0
    async with at_hand():
        await aside(abs, 1)  # it has started
        long = asyncio.ensure_future(aside(_waits, 0.5))
        while not long.done():
            await asyncio.sleep(0)
            turns += 1
    assert turns > 100


def _dies() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def test_a_child_that_dies_is_replaced_and_told_of() -> None:
    async with at_hand():
        first = await aside(os.getpid)
        with pytest.raises(ChildProcessError, match="died twice"):
            await aside(_dies)
        assert await aside(os.getpid) != first


def _tells(place: Path) -> int:
    """Say who computes, then take so long that it can be killed, the first time."""
    if place.exists():
        return os.getpid()
    place.with_suffix(".tmp").write_text(str(os.getpid()))
    place.with_suffix(".tmp").rename(place)
    return _waits(600)


async def test_one_killed_from_outside_costs_nothing(tmp_path: Path) -> None:
    async with at_hand():
        asked = asyncio.ensure_future(aside(_tells, tmp_path / "pid"))
        while not (tmp_path / "pid").exists():
            await asyncio.sleep(0.01)
        killed = int((tmp_path / "pid").read_text())
        os.kill(killed, signal.SIGKILL)
        assert await asked != killed


async def test_cancelling_ends_the_computation() -> None:
    async with at_hand():
        child = await aside(os.getpid)
        long = asyncio.ensure_future(aside(_waits, 600))
        await asyncio.sleep(0.05)
        long.cancel()
        with pytest.raises(asyncio.CancelledError):
            await long
        assert await aside(os.getpid) != child
        assert not _lives(child)


async def test_children_end_with_the_last_who_keeps_them() -> None:
    async with at_hand():
        async with at_hand():
            child = await aside(os.getpid)
        assert _lives(child)
        assert await aside(os.getpid) == child
    assert not _lives(child)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _prints(line: str) -> int:
    sys.stdout.write(line)
    os.write(1, line.encode())
    return 2


async def test_what_is_printed_is_no_answer() -> None:
    async with at_hand():
        assert await aside(_prints, '{"made": "x"}\n') == 2


async def test_it_ends_with_a_parent_that_is_killed() -> None:
    code = (
        "import asyncio, os\nfrom teams.engine.aside import aside\n"
        "async def main():\n    print(await aside(os.getpid), flush=True)\n    await asyncio.sleep(600)\n"
        "asyncio.run(main())"
    )
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE)
    assert parent.stdout is not None
    child = int(await parent.stdout.readline())
    parent.kill()
    await parent.wait()
    async with asyncio.timeout(30):
        while _lives(child):
            await asyncio.sleep(0.05)


async def test_slow_checks_say_the_same_beside_the_loop() -> None:
    known = facts(problem("must_be_true"))
    good = pair("must_be_true", known)
    letters = [LETTERS[n] for n in range(len(known["options"]))]
    other = letters[letters.index(known["key"]) - 1]
    wrong = replace(good, instruction=replace(good.instruction, facts={**known, "key": other}))
    async with at_hand():
        assert await verdict_of(good, CHECKS, MODULE) == run_checks(good, CHECKS)
        assert "key_proved" in {f.check for f in (await verdict_of(wrong, CHECKS, MODULE)).findings if not f.passed}


async def test_checks_that_are_not_those_of_the_module_are_run_all_the_same() -> None:
    """Whoever adds a check to a skill must not find it passed over."""
    mine = (*CHECKS, lambda pair: [Finding("mine", False, "seen")])
    findings = (await verdict_of(pair("must_be_true", facts(problem("must_be_true"))), mine, MODULE)).findings
    assert findings[-1].check == "mine"
