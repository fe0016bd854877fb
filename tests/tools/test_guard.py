"""No tool may hang a chat, flood it, or end it by raising."""

import asyncio
import contextlib
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from sandbox import Result, Sandbox, SandboxError
from tools import ToolError, tool
from tools.bench import Answer, Benches
from tools.benches import Lent, RegisteredBench, as_text
from tools.guard import guarded_call


@tool
async def raises(what: str) -> str:
    """Raise something."""
    kinds = {"value": ValueError("no such order"), "exit": SystemExit(3), "cancel": asyncio.CancelledError()}
    raise kinds.get(what) or KeyboardInterrupt


@tool
async def sleeps(seconds: float) -> str:
    """Sleep as a well-behaved tool does."""
    await asyncio.sleep(seconds)
    return "slept"


@tool
async def stubborn() -> str:
    """Never heed a cancellation."""
    while True:
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)


@tool
async def blocks(seconds: float) -> str:
    """Block the event loop it runs on."""
    time.sleep(seconds)
    return "blocked"


@tool
async def endless(size: int) -> str:
    """Say very much."""
    return "x" * size


class Box:
    """A sandbox that can be leased and asked: these tests look at who holds it, and on which loop."""

    def __init__(self) -> None:
        self.loop: asyncio.AbstractEventLoop | None = None

    async def run_python(self, code: str, **_: Any) -> Result:
        self.loop = asyncio.get_running_loop()
        return Result(0, code, "")


@tool
async def borrows(code: str, box: Sandbox) -> str:
    """Use a sandbox."""
    return (await box.run_python(code)).stdout


@tool
async def can_do_without(box: Sandbox | None) -> str:
    """Use a sandbox if there is one."""
    return "with" if box else "without"


NAMES = ["raises", "sleeps", "stubborn", "blocks", "endless"]


@pytest.fixture
def bench(registry_as_it_was):
    for function in (raises, sleeps, stubborn, blocks, endless, borrows, can_do_without):
        tool(function)
    return RegisteredBench(NAMES)


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("value", "ValueError: no such order"),
        ("exit", "SystemExit: 3"),
        ("cancel", "CancelledError"),
        ("interrupt", "KeyboardInterrupt"),
    ],
)
async def test_what_a_tool_raises_is_read_by_the_model(bench, what, words):
    answer = await guarded_call(bench, "raises", {"what": what})
    assert answer.is_error
    assert not answer.fault
    assert words in answer.text
    assert await guarded_call(bench, "sleeps", {"seconds": 0}) == Answer("slept")


@pytest.mark.parametrize(("name", "arguments"), [("sleeps", {"seconds": 3600}), ("stubborn", {})])
async def test_a_tool_that_hangs_is_left_behind(bench, name, arguments):
    answer = await guarded_call(bench, name, arguments, timeout=0.2)
    assert answer == Answer(f"{name} did not answer within 0.2 seconds and was stopped.", is_error=True)


async def test_a_tool_that_blocks_stops_neither_the_chats_nor_other_tools_for_long(bench):
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    chats = asyncio.create_task(tick())
    answer = await guarded_call(bench, "blocks", {"seconds": 8}, timeout=0.5)
    assert "did not answer within 0.5 seconds" in answer.text
    assert ticks > 5
    async with asyncio.timeout(6):  # before the blocking call is through: on a fresh loop
        while (await guarded_call(bench, "sleeps", {"seconds": 0}, timeout=0.5)).is_error:
            await asyncio.sleep(0.1)
    chats.cancel()


async def test_a_cancellation_from_outside_goes_through_at_once(bench):
    call = asyncio.create_task(guarded_call(bench, "stubborn", {}))
    await asyncio.sleep(0.1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(call, 2)


async def test_output_without_end_is_cut_and_says_how_much(bench):
    answer = await guarded_call(bench, "endless", {"size": 1_000_000}, max_chars=100)
    assert answer.text == "x" * 100 + "\n[999,900 more characters cut]"
    assert (await guarded_call(bench, "endless", {"size": 100}, max_chars=100)).text == "x" * 100


async def test_wrong_arguments_come_back_as_an_error_that_says_what_is_right(bench):
    answer = await guarded_call(bench, "sleeps", {"secs": 1})
    assert answer.is_error
    assert "seconds: Field required" in answer.text
    assert "It takes: seconds (number)." in answer.text


async def test_a_program_ends_although_a_tool_never_does(tmp_path):
    (tmp_path / "never.py").write_text(
        "import asyncio, time\nfrom tools import tool\n"
        "@tool\nasync def never() -> str:\n    'Never come back.'\n    time.sleep(3600)\n"
        "@tool\nasync def thread() -> str:\n    'Never come back, in a thread.'\n"
        "    await asyncio.to_thread(time.sleep, 3600)\n"
    )
    (tmp_path / "main.py").write_text(
        "import asyncio\nfrom tools import load_tools\nfrom tools.benches import RegisteredBench\n"
        "from tools.guard import guarded_call\n"
        "async def main():\n"
        "    bench = RegisteredBench(load_tools(['never.py']))\n"
        "    for name in ('thread', 'never'):\n"
        "        print((await guarded_call(bench, name, {}, timeout=0.2)).text)\n"
        "asyncio.run(main())\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "main.py"),
        cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
    )
    out, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    assert out.decode().count("did not answer within 0.2 seconds") == 2


async def test_a_sandbox_is_leased_once_when_first_needed_and_used_on_its_own_loop(bench):
    boxes: list[Box] = []

    async def lease() -> Box:
        boxes.append(Box())
        return boxes[-1]

    lending = RegisteredBench(["borrows"], {Sandbox: lease})
    await lending.schemas()
    assert boxes == []
    answers = await asyncio.gather(*(guarded_call(lending, "borrows", {"code": str(n)}) for n in range(5)))
    assert [answer.text for answer in answers] == list("01234")
    assert len(boxes) == 1
    assert boxes[0].loop is asyncio.get_running_loop()


async def test_waiting_for_a_sandbox_does_not_count_as_the_tools_time(bench):
    async def lease() -> Box:
        await asyncio.sleep(0.6)
        return Box()

    assert await guarded_call(RegisteredBench(["borrows"], {Sandbox: lease}), "borrows", {"code": "1"}, 0.3) == Answer(
        "1"
    )


async def test_a_sandbox_that_is_gone_is_our_fault_not_the_models(bench):
    async def lease() -> Box:
        raise SandboxError("no container engine runs here")

    answer = await guarded_call(RegisteredBench(["borrows"], {Sandbox: lease}), "borrows", {"code": "1"})
    assert answer == Answer(
        "borrows is out of order: SandboxError: no container engine runs here", is_error=True, fault=True
    )


async def test_a_tool_that_needs_what_is_not_there_is_refused_at_once(bench):
    with pytest.raises(ToolError, match="'borrows' needs a Sandbox, and there is none in this run"):
        RegisteredBench(["borrows"])
    assert await guarded_call(RegisteredBench(["can_do_without"]), "can_do_without", {}) == Answer("without")
    assert await guarded_call(RegisteredBench(["can_do_without"], {Sandbox: Box()}), "can_do_without", {}) == Answer(
        "with"
    )


class Shared:
    """A bench that notes whether it was closed."""

    closed = False

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        return [{"name": "shared", "description": "", "parameters": {}}]

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        return Answer("here")

    async def close(self) -> None:
        self.closed = True


async def test_a_bench_that_is_lent_is_closed_by_its_owner_only(bench):
    shared = Shared()
    chat = Benches(bench, Lent(shared))
    assert await guarded_call(chat, "shared", {}) == Answer("here")
    await chat.close()
    assert not shared.closed


async def test_several_benches_get_ready_too(bench):
    async def lease() -> Box:
        await asyncio.sleep(0.6)
        return Box()

    chat = Benches(Lent(Shared()), Lent(RegisteredBench(["borrows"], {Sandbox: lease})))
    assert await guarded_call(chat, "borrows", {"code": "1"}, timeout=0.3) == Answer("1")
    assert [schema["name"] for schema in await chat.schemas()] == ["shared", "borrows"]


def test_results_become_text():
    @dataclass(frozen=True)
    class Order:
        id: str
        items: tuple[str, ...]

    class Price(BaseModel):
        euros: float

    assert as_text("as it is: ü\n") == "as it is: ü\n"
    assert as_text(Order("A", ("x", "ü"))) == '{"id":"A","items":["x","ü"]}'
    assert as_text([Price(euros=1.5), None]) == '[{"euros":1.5},null]'
    assert as_text(float("nan")) == '"NaN"'
    assert as_text(object()).startswith('"<object object')


class Slow:
    """Its text takes a while."""

    def __str__(self) -> str:
        time.sleep(1.5)
        return "at last"


@tool
async def says_slowly() -> object:
    """Return what is slow to write down."""
    return {"x": Slow()}


@tool
async def without_end(nested: bool) -> object:
    """Return what never ends."""
    endless = iter(lambda: 1, 2)
    return {"pages": [endless]} if nested else endless


@tool
async def silent(text: str | None = "") -> str | None:
    """Say nothing."""
    return text


async def test_making_text_of_a_result_is_part_of_the_call_and_holds_nobody_up():
    bench = RegisteredBench(["says_slowly"])
    slow = asyncio.create_task(guarded_call(bench, "says_slowly", {}, timeout=0.3))
    beats = 0
    while not slow.done():
        await asyncio.sleep(0.01)
        beats += 1
    assert "did not answer within 0.3 seconds" in slow.result().text
    assert beats > 5


@pytest.mark.parametrize("nested", [True, False])
async def test_a_result_without_end_is_refused(nested):
    bench = RegisteredBench(["without_end"])
    answer = await guarded_call(bench, "without_end", {"nested": nested}, timeout=5)
    assert "returned a generator or an iterator; it must return a list" in answer.text
    assert (answer.is_error, answer.fault) == (True, True)


@pytest.mark.parametrize("text", ["", " \n"])
async def test_a_result_of_no_words_says_so(text):
    assert await guarded_call(RegisteredBench(["silent"]), "silent", {"text": text}) == Answer("[no output]")


async def test_a_tool_held_up_by_another_does_not_say_it_was_slow():
    bench = RegisteredBench(["blocks", "sleeps"])
    other = asyncio.create_task(guarded_call(bench, "blocks", {"seconds": 1.5}, timeout=5))
    await asyncio.sleep(0.2)
    waiting = [guarded_call(bench, "sleeps", {"seconds": 0.1}, timeout=0.6) for _ in range(3)]
    assert await asyncio.gather(*waiting) == [Answer("slept")] * 3
    assert await other == Answer("blocked")
    slow = await guarded_call(bench, "sleeps", {"seconds": 3}, timeout=0.3)
    assert "did not answer within 0.3 seconds" in slow.text


async def test_a_tool_held_up_by_one_that_never_comes_back_is_called_elsewhere():
    bench = RegisteredBench(["blocks", "sleeps"])
    other = asyncio.create_task(guarded_call(bench, "blocks", {"seconds": 30}, timeout=0.5))
    await asyncio.sleep(0.1)
    began = time.monotonic()
    assert await guarded_call(bench, "sleeps", {"seconds": 0.1}, timeout=0.3) == Answer("slept")
    assert time.monotonic() - began < 15
    assert (await other).is_error
