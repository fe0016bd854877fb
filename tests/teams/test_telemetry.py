"""A run's spans, held against its journal: every chat, call and tool once, in trees, on both runtimes; and no hops."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents import otlp
from agents.models.model import Abilities, Model
from teams.engine import RunOptions
from teams.engine.running import Outcome, run
from teams.tool_use import skill
from tests.agents.collector import Collector, collector, nowhere, told
from tests.teams.command import endpoint, last, seeds, tool_use
from tests.teams.library import writer

pytestmark = pytest.mark.usefixtures("no_sandbox")
NAME = "http://10.0.0.1:8000/v1:small"
OPERATIONS = {"invoke_workflow", "invoke_agent", "chat", "execute_tool"}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)


async def go(code: Path, folder: Path, url: str, **options: Any) -> Outcome:
    model = Model(NAME, writer(), Abilities())
    return await run(skill, RunOptions(seeds=(code,), run=folder, otel=url, **options), model_for=lambda role: model)


def rows(folder: Path, sql: str) -> list[Any]:
    with closing(sqlite3.connect(folder / "run.db")) as db:
        return db.execute(sql).fetchall()


def by_chat(spans: Iterable[Any]) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for span in spans:
        found[told(span)["gen_ai.conversation.id"]].append(told(span))
    return found


def check_trees(there: Collector) -> None:
    """Every trace has one root and no orphan; time does not run backwards; the traces of seeds link to the run's."""
    traces = defaultdict(list)
    for span in there.spans:
        traces[span.trace_id].append(span)
    assert len({span.span_id for span in there.spans}) == len(there.spans)
    (run,) = (spans[0] for spans in traces.values() if len(spans) == 1)
    for spans in traces.values():
        own = {span.span_id: span for span in spans}
        (root,) = (span for span in spans if not span.parent_span_id)
        assert root.name == "invoke_workflow tool_use"
        assert root is run or [link.span_id for link in root.links] == [run.span_id]
        for span in spans:
            assert span.start_time_unix_nano <= span.end_time_unix_nano
            if parent := own.get(span.parent_span_id):
                assert parent.start_time_unix_nano <= span.start_time_unix_nano
                assert span.end_time_unix_nano <= parent.end_time_unix_nano
            else:
                assert span is root
    check_parents({span.span_id: span for span in there.spans}, there.spans)


def check_parents(own: dict[bytes, Any], spans: list[Any]) -> None:
    above = {"invoke_agent": "invoke_workflow", "chat": "invoke_agent", "execute_tool": "invoke_agent"}
    for span in spans:
        about = told(span)
        operation = about["gen_ai.operation.name"]
        assert span.name.startswith(operation)
        if operation in above:
            parent = told(own[span.parent_span_id])
            assert parent["gen_ai.operation.name"] == above[operation]
            assert parent["gen_ai.conversation.id"] == about["gen_ai.conversation.id"]
            if operation != "invoke_agent":
                assert parent["gen_ai.agent.name"] == about["gen_ai.agent.name"]


@pytest.mark.parametrize("runtime", ["lean", "stock"])
async def test_spans_are_what_the_journal_says(runtime: str, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    async with collector() as there:
        outcome = await go(seeds(tmp_path / "code"), folder, there.url, runtime=runtime)
    assert outcome.accepted
    assert {told(span)["gen_ai.operation.name"] for span in there.spans} == OPERATIONS
    check_trees(there)
    calls = rows(folder, "SELECT chat, role, prompt_tokens, completion_tokens FROM calls")
    usage = ("gen_ai.agent.name", "gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens")
    asked = {(id, *(about[name] for name in usage)) for id, abouts in by_chat(there.named("chat ")).items()
             for about in abouts}  # fmt: skip
    assert len(there.named("chat ")) == len(calls)
    assert asked == set(calls)
    called = Counter((told(s)["gen_ai.conversation.id"], told(s)["gen_ai.tool.name"]) for s in there.named("execute_"))
    assert called == Counter(rows(folder, "SELECT chat, name FROM tools"))
    assert called
    held = {id for (id,) in rows(folder, "SELECT id FROM chats")}
    beside = {id for (id,) in rows(folder, "SELECT DISTINCT chat FROM messages")} - held
    told_of = [told(span).get("gen_ai.conversation.id") for span in there.named("invoke_workflow tool_use/")]
    assert Counter(told_of) == Counter([*held, *beside])
    assert all("/aside-" in id for id in beside)
    assert beside
    said = {span.name.removeprefix("invoke_agent ") for span in there.named("invoke_agent")}
    assert said == {source for (source,) in rows(folder, "SELECT DISTINCT source FROM messages")} - {"task"}
    failed = {id for (id,) in rows(folder, "SELECT id FROM chats WHERE state='failed'")}
    with_error = {about["gen_ai.conversation.id"] for span in there.named("invoke_workflow tool_use/")
                  if "error.type" in (about := told(span))}  # fmt: skip
    assert with_error
    assert with_error <= failed | beside
    assert len(there.raw) / len(told_of) < 8_000, "AutoGen's own spans of a chat are 150 kB: its hops are among them"


async def test_what_is_replayed_has_no_span(tmp_path: Path) -> None:
    """Gone on with, a run tells of what it asks and not of what it reads; and the flag is no part of what it was."""
    code, folder = seeds(tmp_path / "code"), tmp_path / "run"
    model = Model(NAME, writer(), Abilities())
    first = await run(skill, RunOptions(seeds=(code,), run=folder), model_for=lambda role: model)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.execute("DELETE FROM settled")
        asked = db.execute("SELECT chat FROM calls WHERE role='auditor' LIMIT 1").fetchone()[0]
        db.execute("DELETE FROM calls WHERE chat=?", (asked,))
        db.execute("DELETE FROM verdicts")
        db.commit()
    async with collector() as there:
        again = await go(code, folder, there.url)
    assert again.accepted == first.accepted
    assert [told(span)["gen_ai.conversation.id"] for span in there.named("chat ")] == [asked]
    assert not there.named("execute_tool")
    check_trees(there)


async def test_a_run_does_not_hang_on_its_collector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(otlp, "GRACE", 0.3)
    said: list[str] = []

    class Lines:
        def line(self, text: str) -> None:
            said.append(text)

        def watch(self, engine: Any) -> None: ...

    model = Model(NAME, writer(), Abilities())
    code = seeds(tmp_path / "code")
    plain = await run(skill, RunOptions(seeds=(code,), run=tmp_path / "plain"), model_for=lambda role: model)
    async with collector(hangs=True) as there:
        options = RunOptions(seeds=(code,), run=tmp_path / "run", otel=there.url)
        outcome = await run(skill, options, model_for=lambda role: model, report=Lines())
    assert (outcome.code, outcome.accepted) == (plain.code, plain.accepted)
    assert sum(line.startswith("OpenTelemetry: ") for line in said) == 1
    assert (tmp_path / "run/pairs.jsonl").read_bytes() == (tmp_path / "plain/pairs.jsonl").read_bytes()


def test_the_command_refuses_what_can_not_be(tmp_path: Path) -> None:
    flags = ("--seeds", seeds(tmp_path / "code"), "--run", tmp_path / "run", "--model", "http://127.0.0.1:9/v1:m")
    done = tool_use(*flags, "--otel", "nowhere")
    assert (done.returncode, last(done)) == (
        2,
        "--otel 'nowhere' is no address of a collector; it is http://HOST:4318",
    )
    assert not (tmp_path / "run").exists()


def test_the_terminal_hears_one_line_of_a_collector_that_is_away(tmp_path: Path) -> None:
    with endpoint() as there:
        flags = ("--seeds", seeds(tmp_path / "code"), "--run", tmp_path / "run", "--model", there.model)
        done = tool_use(*flags, "--otel", nowhere(), "--pairs", 1, OTEL_BSP_SCHEDULE_DELAY="100")
    assert done.returncode == 0, done.stderr
    about = [line for line in done.stderr.splitlines() if "OpenTelemetry" in line or "span" in line.lower()]
    assert len(about) == 1, done.stderr
    assert "Traceback" not in done.stderr
