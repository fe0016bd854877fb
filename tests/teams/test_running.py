"""One execution: what is kept of the model's abilities, one limiter an endpoint, what a run leaves, how it breaks."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, EndpointError, UsageError
from agents.journal import SCHEMA, VERSION, JournalError
from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient, call
from teams.engine import RunOptions
from teams.engine.asked import check, command
from teams.engine.ending import OutputError, export_run, rejected, write_outputs
from teams.engine.engine import Engine
from teams.engine.mix import alone
from teams.engine.props import models_asked
from teams.engine.running import Outcome, run
from teams.engine.running import _first as first_of
from teams.tool_use import skill
from tests.teams.command import endpoint, lines, seeds
from tests.teams.library import _assist, writer

pytestmark = pytest.mark.usefixtures("no_sandbox")


class Lines:
    """Keeps what a run says."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def line(self, text: str) -> None:
        self.said.append(text)

    def watch(self, engine: Any) -> None: ...


async def go(client: ScriptedClient, code: Path, folder: Path, report: Any = None, **options: Any) -> Outcome:
    model = Model("scripted", client, Abilities())
    given = RunOptions(seeds=(code,), run=folder, **options)
    return await run(skill, given, model_for=lambda role: model, report=report)


# -- what is asked for


def test_one_path_or_word_is_a_tuple_of_one() -> None:
    options = RunOptions(seeds="code", model="local", tools=["a", "b"], run="r")  # type: ignore[arg-type]
    assert options == RunOptions(seeds=(Path("code"),), model=("local",), tools=("a", "b"), run=Path("r"))


@pytest.mark.parametrize("wrong", [{"pairs": -1}, {"max_cost": float("nan")}, {"max_minutes": float("inf")}])
def test_numbers_that_cannot_be(wrong: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="must be more than 0"):
        check(RunOptions(seeds=(Path("code"),), **wrong), alone(skill))


def test_models_asked_for_are_named_before_anything_is_opened() -> None:
    here = "http://h:1/v1:m"
    assert models_asked(RunOptions(seeds=(), model=(here, f"auditor={here}2", f"api={here}"))) == {
        "": here,
        "auditor": f"{here}2",
    }
    assert models_asked(RunOptions(seeds=(), model=("local",))) == {}
    assert models_asked(RunOptions(seeds=())) == {}


# -- models


async def test_a_resumed_run_sends_no_self_test_even_where_one_failed(tmp_path: Path) -> None:
    """A failed test is not journaled as a call; what was found out is kept all the same."""
    from tests.teams.test_bad_input import without_schemas

    with endpoint(without_schemas) as stub:
        options = RunOptions(seeds=seeds(tmp_path / "code"), run=tmp_path / "run", model=stub.model, pairs=1)
        await run(skill, options)
        assert [body for body in stub.asked if "tried out" in json.dumps(body)]
        stub.asked.clear()
        report = Lines()
        await run(skill, options, report=report)
        assert stub.asked == []
    assert f"Model {stub.model}: calls tools, gets JSON schemas in words." in report.said


async def test_roles_on_one_endpoint_share_its_limits(tmp_path: Path) -> None:
    from agents.models.connect import connect

    with endpoint() as stub, endpoint() as other:
        models = await connect([stub.model, f"auditor={stub.url}:larger", f"api={other.url}:larger"])
        try:
            limiters = [models.for_role(role).client.endpoint.limiter for role in ("", "auditor", "api")]  # type: ignore[attr-defined]
        finally:
            await models.close()
    assert limiters[0] is limiters[1]
    assert limiters[0] is not limiters[2]


async def test_the_self_test_is_counted(tmp_path: Path) -> None:
    with endpoint() as stub:
        options = RunOptions(seeds=seeds(tmp_path / "code"), run=tmp_path / "run", model=stub.model)
        outcome = await run(skill, options)
        asked = len(stub.asked)
    assert outcome.engine.meter.total.calls == asked
    assert outcome.engine.meter.by_role["self-test"].calls == 2


# -- what it leaves


async def test_the_three_files_agree(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    outcome = await go(writer(), seeds(tmp_path / "code", 2), folder)
    pairs, out = lines(folder / "pairs.jsonl"), lines(folder / "rejected.jsonl")
    assert pairs == list(outcome.rows())
    assert (outcome.counts.rows, outcome.counts.rejected) == (len(pairs), len(out))
    assert not {row["id"] for row in pairs} & {row["id"] for row in out}
    card = (folder / "README.md").read_text()
    assert card.startswith("---\n")
    assert f"{len(pairs)} conversations written by language models" in card
    assert "python -m teams.tool_use --seeds code" in card
    assert str(tmp_path) not in card, "a card says nothing of the machine"
    assert sorted(p.name for p in folder.iterdir() if p.name.startswith(".")) == [], "no scratch files are left"


def test_the_cards_command_tells_no_secrets() -> None:
    options = RunOptions(
        seeds="/home/me/code", model=("/home/me/m.gguf",), mcp="npx server --token=hunter2", pairs=3, price="1,2"
    )  # type: ignore[arg-type]
    assert command("tool_use", options) == "python -m teams.tool_use --seeds code --model m.gguf --pairs 3"


def journal(folder: Path) -> sqlite3.Connection:
    folder.mkdir(exist_ok=True)
    db = sqlite3.connect(folder / "run.db")
    db.executescript(f"{SCHEMA} PRAGMA user_version={VERSION};")
    return db


def test_a_chat_that_failed_and_then_came_to_its_end_did_not_fall_out(tmp_path: Path) -> None:
    with journal(tmp_path) as db:
        for chat, state in (("a", "done"), ("b", "failed")):
            db.execute("INSERT INTO chats VALUES (?,'','',1,'instruct','k','',?,'')", (chat, state))
            db.execute("INSERT INTO drops VALUES (?,'',1,'instruct','k',?,'')", (chat, '["why"]'))
        db.execute("INSERT INTO drops VALUES ('seed','',1,'seed','','[\"no function\"]','')")
    assert [row["id"] for row in rejected(db)] == ["b", "seed"]
    assert write_outputs(tmp_path, title="x").rejected == 2
    assert lines(tmp_path / "rejected.jsonl")[0] == {"id": "b", "stage": "instruct", "kind": "k", "reasons": ["why"]}


def test_an_id_stands_in_one_file_only(tmp_path: Path) -> None:
    """Whatever happened between a kill and a new start."""
    row = {"id": "p", "messages": [], "kinds": {"instruct": "k"}, "verdict": {"accepted": True, "checks": []}}
    with journal(tmp_path) as db:
        db.execute("INSERT INTO verdicts (id, accepted, verdict, row) VALUES ('p', 1, '{}', ?)", (json.dumps(row),))
        db.execute("INSERT INTO drops VALUES ('p','',1,'check','k','[\"judge\"]','')")
    write_outputs(tmp_path, title="x")
    assert [row["id"] for row in lines(tmp_path / "pairs.jsonl")] == ["p"]
    assert lines(tmp_path / "rejected.jsonl") == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_outputs_that_cannot_be_written_are_an_error_of_their_own(tmp_path: Path) -> None:
    journal(tmp_path).close()
    (tmp_path / "pairs.jsonl").mkdir()
    (tmp_path / "pairs.jsonl" / "in the way").write_text("")
    with pytest.raises(OutputError, match="the journal holds everything"):
        write_outputs(tmp_path, title="x")


def test_what_is_no_run_cannot_be_exported(tmp_path: Path) -> None:
    (tmp_path / "run.db").write_bytes(os.urandom(5000))
    with pytest.raises(UsageError, match=r"run\.db"):
        export_run(tmp_path, "messages")


async def test_lone_surrogates_from_a_model_do_not_stop_the_writing(tmp_path: Path) -> None:
    client = writer(suggester=lambda request: {"suggestions": ["caf\ud800", "b"]}, editor=lambda r: "\udfff no JSON")
    outcome = await go(client, seeds(tmp_path / "code"), tmp_path / "run")
    assert outcome.accepted
    assert lines(tmp_path / "run/rejected.jsonl")


# -- how it breaks


async def test_a_broken_endpoint_leaves_what_there_was(tmp_path: Path) -> None:
    asked = 0

    def breaks(request: Any) -> Any:
        nonlocal asked
        asked += 1
        return {"claims": [], "serves_all": True, "because": "done"} if asked < 3 else EndpointError("no credit")

    report = Lines()
    with pytest.raises(EndpointError, match="no credit"):
        await go(writer(auditor=breaks), seeds(tmp_path / "code", 3), tmp_path / "run", report, at_once=1)
    pairs = lines(tmp_path / "run/pairs.jsonl")
    assert f"What was done is kept: {len(pairs)} pairs in {tmp_path}/run/pairs.jsonl. Go on: --run {tmp_path}/run" in (
        report.said
    )
    assert (tmp_path / "run/README.md").exists()
    whole = await go(writer(), seeds(tmp_path / "code", 3), tmp_path / "run")
    assert whole.before == len(pairs)


async def test_a_disk_full_at_a_tools_answer_ends_the_run(tmp_path: Path) -> None:
    """Even this one: a workbench that raises would hang its chat."""

    def fill(engine: Engine) -> None:
        with closing(sqlite3.connect(engine.journal.path)) as db:
            db.execute("CREATE TRIGGER full BEFORE INSERT ON tools BEGIN SELECT RAISE(ABORT, 'disk is full'); END")

    model = Model("scripted", writer())
    options = RunOptions(seeds=seeds(tmp_path / "code", 2), run=tmp_path / "run")
    with pytest.raises(JournalError, match="disk is full"):
        await asyncio.wait_for(run(skill, options, model_for=lambda role: model, on_ready=fill), 20)
    assert (tmp_path / "run/pairs.jsonl").exists()


@pytest.mark.parametrize("name", [10**20, "Ada \ud800"])
async def test_a_call_that_little_can_hold_hangs_neither_the_run_nor_the_next(name: Any, tmp_path: Path) -> None:
    def odd(request: Any) -> Any:
        usual = _assist(request)
        return call("find_member", name=name) if usual.name == "find_member" else usual

    code, folder = seeds(tmp_path / "code"), tmp_path / "run"
    first = await asyncio.wait_for(go(writer(assistant=odd), code, folder), 20)
    again = writer(assistant=odd)
    assert (await asyncio.wait_for(go(again, code, folder), 20)).rejected == first.rejected > 0
    assert not again.asked


async def test_seeds_that_vanish_in_the_middle_are_one_error(tmp_path: Path) -> None:
    code = seeds(tmp_path / "code", 2)

    def vanish(request: Any) -> Any:
        for file in code.iterdir():
            file.unlink()
        return "never JSON"

    with pytest.raises(UsageError, match="empty"):
        await go(writer(api_writer=vanish), code, tmp_path / "run", pairs=5)
    assert (tmp_path / "run/rejected.jsonl").exists()


def test_of_several_errors_the_one_that_says_what_is_wrong_is_told() -> None:
    group = BaseExceptionGroup("", [ExceptionGroup("", [KeyError("x")]), ExceptionGroup("", [JournalError("disk")])])
    assert str(first_of(group)) == "disk"
    assert isinstance(first_of(ExceptionGroup("", [CallError("a"), KeyError("b")])), CallError)


async def test_another_model_for_a_role_is_another_run(tmp_path: Path) -> None:
    code = seeds(tmp_path / "code")
    usual, other = Model("scripted", writer()), Model("other", writer())
    options = RunOptions(seeds=code, run=tmp_path / "run", pairs=1)
    await run(skill, options, model_for=lambda role: usual)
    with pytest.raises(UsageError, match="was started with models scripted, not scripted, auditor=other"):
        await run(skill, options, model_for=lambda role: other if role == "auditor" else usual)


async def test_a_mistake_does_not_tie_the_folder_to_it(tmp_path: Path) -> None:
    code, folder = seeds(tmp_path / "code"), tmp_path / "run"
    with endpoint() as stub:
        with pytest.raises(EndpointError, match="cannot reach"):
            await run(skill, RunOptions(seeds=code, run=folder, model="http://127.0.0.1:9/v1:stub"))
        outcome = await run(skill, RunOptions(seeds=code, run=folder, model=stub.model))
    assert outcome.code == 0
