"""One chat on AutoGen's teams, on both runtimes: tools that hang, raise or never end, failures, cancellations."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from autogen_core import FunctionCall
from autogen_core.models import CreateResult, RequestUsage
from jinja2 import Template

from agents.chat_log import ChatLog
from agents.errors import CallError, Refused
from agents.journal import Journal, JournalError
from agents.meter import Meter
from agents.models.model import Model
from agents.models.scripted import ScriptedClient, call
from agents.role import Role
from sandbox import SandboxError
from teams.engine import hold as holding
from teams.engine.flow import Kind, Program, Seat, Staging
from teams.engine.hold import aside, hold, seat
from teams.engine.records import Seed
from teams.engine.stagehand import Stagehand
from teams.engine.talk import Talk
from tools.bench import Answer
from tools.guard import MAX_CHARS

pytestmark = pytest.mark.parametrize("runtime", ["lean", "stock"])


class Shed:
    """Tools of every bad kind."""

    seconds = 0.3

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        form = {"type": "object", "properties": {}, "additionalProperties": True}
        names = ("fine", "hangs", "raises", "exits", "chatters", "broken")
        return [{"name": name, "description": name, "parameters": form} for name in names]

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        self.calls.append(name)
        match name:
            case "hangs":
                await asyncio.sleep(60)
            case "raises":
                raise ZeroDivisionError("by nought")
            case "exits":
                raise SystemExit(3)
            case "chatters":
                return Answer("la " * 1_000_000)
            case "broken":
                return Answer("the shed burnt down", is_error=True, fault=True)
        return Answer(f"fine {dict(arguments)}")

    async def close(self) -> None:
        self.calls.append("closed")


async def chat(
    answers: Mapping[str, Any],
    staging: Staging,
    runtime: str,
    journal: Journal | None = None,
    meter: Meter | None = None,
) -> tuple[Talk, ScriptedClient]:
    """Hold one chat in which the roles say `answers`."""
    client = ScriptedClient(answers)
    model = Model("scripted", client)
    async with Stagehand().scene("chat", Seed("s", "text"), Kind("k", ""), 1, lambda _: model) as scene:
        log = ChatLog("chat", journal)
        cast = seat(scene, staging, lambda _: model, log, meter or Meter(), runtime)
        return await asyncio.wait_for(hold(cast, staging.opening, log), 20), client


def role(name: str, **more: Any) -> Role:
    return Role(name, Template("You are {{ record.id }}'s worker."), **more)


def worker(shed: Shed, rounds: int = 4) -> Staging:
    return Staging("To work.", [Seat(role("worker", tool_rounds=rounds), bench=shed)])


@pytest.mark.parametrize(
    ("tool", "said"),
    [
        ("fine", "fine {'n': 1}"),
        ("hangs", "hangs did not answer within 0.3 seconds and was stopped."),
        ("raises", "raises failed: ZeroDivisionError: by nought"),
        ("exits", "exits failed: RuntimeError: SystemExit: 3"),
    ],
)
async def test_whatever_a_tool_does_becomes_words_the_model_reads(tool: str, said: str, runtime: str) -> None:
    shed = Shed()
    talk, client = await chat({"worker": [call(tool, n=1), "Done."]}, worker(shed), runtime)
    assert [(s.call, s.text) for s in talk] == [(None, "To work."), (tool, said), (None, "Done.")]
    assert client.asked[1].last == said
    assert shed.calls == [tool, "closed"]


async def test_output_without_end_is_cut(runtime: str) -> None:
    talk, client = await chat({"worker": [call("chatters"), "Done."]}, worker(Shed()), runtime)
    assert talk[1].text.endswith("more characters cut]")
    assert len(client.asked[1].last) < MAX_CHARS + 100


async def test_a_tool_out_of_order_fails_the_chat_and_is_not_journaled(runtime: str, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    with pytest.raises(SandboxError, match="burnt down"):
        await chat({"worker": [call("fine"), call("broken"), "Done."]}, worker(Shed()), runtime, journal)
    await journal.commit()
    assert journal.rows("SELECT name FROM tools") == [("fine",)]
    await journal.close()


async def test_a_chat_gone_through_again_calls_no_model_and_no_tool(runtime: str, tmp_path: Path) -> None:
    answers = [call("fine", n=1), call("raises"), call("fine", n=1), "Done."]
    first = Journal(tmp_path / "run")
    before, _ = await chat({"worker": answers}, worker(Shed()), runtime, first)
    await first.close()
    second, shed = Journal(tmp_path / "run"), Shed()
    after, client = await chat({"worker": []}, worker(shed), runtime, second)
    assert list(after) == list(before)
    assert not client.asked
    assert shed.calls == ["closed"]
    await second.commit()
    written = second.rows("SELECT n, type, text FROM messages ORDER BY n")
    assert [row[0] for row in written] == list(range(8)), "a call and its result are a message each"
    await second.close()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (10**30, str(10**30)),
        ("caf\ud800\u00e9", '"caf?\u00e9"'),
        ({"\udfff": [1]}, '{"?": [1]}'),
        ([float("nan")], "[NaN]"),
    ],
)
async def test_arguments_that_little_can_hold_are_carried_out_and_replayed(
    given: Any, kept: str, runtime: str, tmp_path: Path
) -> None:
    """Numbers beyond 64 bits and lone surrogates: what hashes and stores a call must take what a model can say."""
    first = Journal(tmp_path / "run")
    before, client = await chat({"worker": [call("fine", n=given), "Done."]}, worker(Shed()), runtime, first)
    assert before[1].text.startswith("fine {'n': ")
    assert client.asked[1].last == before[1].text
    await first.close()
    second, shed = Journal(tmp_path / "run"), Shed()
    assert second.rows("SELECT arguments FROM tools") == [(f'{{"n": {kept}}}',)]
    after, client = await chat({"worker": []}, worker(shed), runtime, second)
    assert [said.text for said in after] == [said.text for said in before]
    assert not client.asked
    assert shed.calls == ["closed"]
    await second.close()


async def test_a_call_too_deep_to_be_read_is_asked_for_again(runtime: str) -> None:
    deep = [FunctionCall(id="x", name="fine", arguments='{"n": ' * 100_000 + "1" + "}" * 100_000)]
    bad = CreateResult(finish_reason="function_calls", content=deep, usage=RequestUsage(1, 1), cached=False)
    talk, _ = await chat({"worker": [bad, call("fine", n=1), "Done."]}, worker(Shed()), runtime)
    assert [s.call for s in talk] == [None, "fine", None]


async def test_a_journal_that_breaks_while_a_tools_answer_is_stored_ends_the_chat(runtime: str, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    with closing(sqlite3.connect(journal.path)) as db:
        db.execute(
            "CREATE TRIGGER full BEFORE INSERT ON tools BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
        )
    with pytest.raises(JournalError, match="disk is full"):
        await chat({"worker": [call("fine"), "Done."]}, worker(Shed()), runtime, journal)
    with pytest.raises(JournalError):
        await journal.close()


@pytest.mark.parametrize(
    ("answer", "raised"),
    [
        (CallError("the server had enough"), CallError),
        (ZeroDivisionError("a bug"), ZeroDivisionError),
        ("", Refused),
        (asyncio.CancelledError(), CallError),
    ],
)
async def test_a_failure_keeps_its_own_exception(answer: Any, raised: type[BaseException], runtime: str) -> None:
    staging = Staging("Go.", [Seat(role("one")), Seat(role("two"))])
    started = time.monotonic()
    with pytest.raises(raised):
        await chat({"one": ["Hello."], "two": lambda request: answer}, staging, runtime)
    assert time.monotonic() - started < 10, "it does not wait for its time limit"


async def test_a_program_that_raises_fails_the_chat(runtime: str) -> None:
    def speak(talk: Talk) -> str:
        raise LookupError("nothing left to hand out")

    staging = Staging("Go.", [Seat(role("one")), Program("clerk", speak)])
    with pytest.raises(LookupError, match="nothing left"):
        await chat({"one": ["Hello."]}, staging, runtime)


async def test_a_cancelled_chat_stops_at_once_and_leaves_nothing_running(runtime: str) -> None:
    async def forever(request: Any) -> str:
        await asyncio.sleep(60)
        return "too late"

    before = asyncio.all_tasks()
    staging = Staging("Go.", [Seat(role("one")), Seat(role("two"))])
    task = asyncio.ensure_future(chat({"one": ["Hello."], "two": forever}, staging, runtime))
    await asyncio.sleep(0.3)
    started = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    # This model heeds no cancellation. Ours is pulled away from it; AutoGen's runtime is left behind after 5 s.
    assert time.monotonic() - started < (1 if runtime == "lean" else 8)
    await asyncio.sleep(0.05)
    assert runtime == "stock" or asyncio.all_tasks() == before


async def test_an_order_without_end_is_ended(runtime: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holding, "MAX_TURNS", 7)
    staging = Staging("Go.", [Program("a", lambda t: f"a{len(t)}"), Seat(role("b"))], lambda talk: "a")
    talk, _ = await chat({"b": []}, staging, runtime)
    assert [said.text for said in talk] == ["Go.", *(f"a{n}" for n in range(1, 8))]


async def test_the_order_decides_who_speaks_and_roles_hear_whom_they_hear(runtime: str) -> None:
    def order(talk: Talk) -> str | None:
        return {"task": "asker", "asker": "helper", "helper": None if len(talk) > 6 else "asker"}[talk[-1].source]

    heard: list[list[str]] = []

    def help_out(request: Any) -> str:
        heard.append([str(m.content) for m in request.messages if m.type == "UserMessage"])
        return f"help {request.turn}"

    staging = Staging("Secret.", [Seat(role("asker")), Seat(role("helper", hears=("asker",)))], order)
    talk, _ = await chat({"asker": [f"ask {n}" for n in range(9)], "helper": help_out}, staging, runtime)
    assert [said.source for said in talk] == ["task", *("asker", "helper") * 3]
    assert heard == [["ask 0"], ["ask 0", "ask 1"], ["ask 0", "ask 1", "ask 2"]]


async def test_budgets_stop_a_chat_between_two_calls(runtime: str) -> None:
    from agents.meter import Stopped

    meter = Meter(max_tokens=1)
    staging = Staging("Go.", [Seat(role("one")), Seat(role("two"))])
    with pytest.raises(Stopped, match="budget of 1 tokens"):
        await chat({"one": ["Hello."], "two": ["Hello."]}, staging, runtime, meter=meter)
    assert (meter.total.calls, meter.in_flight) == (1, 0)


async def test_a_role_asked_beside_a_chat_hears_what_it_is_asked(runtime: str) -> None:
    client = ScriptedClient({"solver": ["Forty-two."]})
    model = Model("scripted", client)
    place = Seat(role("solver", hears=("invigilator",), forgetful=True))
    async with Stagehand().scene("chat", Seed("s", "text"), Kind("k", ""), 1, lambda _: model) as scene:
        said = await aside(scene, place, "Six times seven?", lambda _: model, ChatLog("chat", None), Meter(), runtime)
    assert said == "Forty-two."
    assert client.asked[0].last == "Six times seven?"
