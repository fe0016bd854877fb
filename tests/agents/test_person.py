"""A person in a role's place: the same checks, the same journal, and nothing that AutoGen would notice."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from autogen_core import FunctionCall
from autogen_core.models import AssistantMessage, FunctionExecutionResult, FunctionExecutionResultMessage

from agents.chat_log import ChatLog
from agents.journal import Journal
from agents.meter import Meter, Stopped
from agents.models.model import Abilities, Model
from agents.models.person import PersonClient, played
from agents.models.role_client import RoleClient, Wants
from agents.models.scripted import ScriptedClient, call
from agents.onlooker import Onlooker, Turn
from agents.role import Role
from tests.agents.test_role_client import LEND, SCHEMA, SYSTEM, USER, Count, role

MINE = {"finish": "stop", "content": 'I say: {"n": 7}'}
CALLED = {"finish": "function_calls", "calls": [{"name": "lend", "arguments": '{"book": "Low Tide"}'}]}


class Person(Onlooker):
    """Says one thing in place of every reply, and in every role they play."""

    def __init__(self, reply: Mapping[str, Any] | None, steps: bool = True) -> None:
        super().__init__()
        self.steps, self._reply = steps, reply
        self.turns: list[Turn] = []
        self.seen: list[Mapping[str, Any]] = []

    async def instead(self, turn: Turn, reply: Mapping[str, Any]) -> dict[str, Any] | None:
        self.turns.append(turn)
        self.seen.append(reply)
        return dict(self._reply) if self._reply else None

    async def speak(self, turn: Turn) -> dict[str, Any]:
        self.turns.append(turn)
        assert self._reply
        return dict(self._reply)


def made(
    said: list[Any], of: Role, log: ChatLog, wants: Wants | None = None, **able: Any
) -> tuple[RoleClient, ScriptedClient, Meter]:
    client, meter = ScriptedClient({"clerk": said}), Meter()
    return RoleClient(of, Model("scripted", client, Abilities(**able)), log, meter, wants or Wants()), client, meter


def calls(journal: Journal) -> list[tuple[Any, ...]]:
    return journal.rows("SELECT turn, role, model, reply FROM calls ORDER BY turn")


@pytest.mark.parametrize("schemas", ["native", "grammar", "prompt"])
async def test_a_form_filled_in_by_a_person_is_validated_kept_and_said_again(schemas: str, tmp_path: Path) -> None:
    def accept(value: Any) -> str | None:
        return "thirteen brings bad luck" if value["n"] == 13 else None

    journal = Journal(tmp_path)
    person = Person(MINE)
    log = ChatLog("chat", journal, person)
    line, _, meter = made([{"n": 4}], role(output=Count), log, Wants(SCHEMA, accept), schemas=schemas)
    assert (await line.create([SYSTEM, USER])).content == '{"n": 7}'
    assert person.seen[0]["content"] == '{"n": 4}'
    (turn,) = person.turns
    assert (turn.chat, turn.role, turn.prompt) == ("chat", "clerk", "You are a librarian.")
    assert turn.heard == [("task", "Lend me Low Tide.")], "no schema in words, whatever the endpoint needs"
    assert turn.schema == SCHEMA
    for bad, complaint in (('{"n": 13}', "bad luck"), ('{"n": 1}', "minimum"), ("no", "no JSON"), ("", "empty")):
        assert complaint in turn.complaint({"finish": "stop", "content": bad})
    assert meter.total.calls == 1, "a person costs nothing"
    assert person.persons == {"chat": {"clerk"}}
    await journal.commit()
    assert [(turn, model) for turn, _, model, _ in calls(journal)] == [(1, "scripted"), (2, "person")]
    await journal.close()

    again, onlooker = Journal(tmp_path), Onlooker()
    log = ChatLog("chat", again, onlooker)
    line, client, meter = made([], role(output=Count), log, Wants(SCHEMA, accept), schemas=schemas)
    assert (await line.create([SYSTEM, USER])).content == '{"n": 7}'
    assert not client.asked
    assert log.turn == 2
    assert onlooker.persons == {"chat": {"clerk"}}
    await again.close()


@pytest.mark.parametrize("tools", ["native", "actions"])
async def test_a_call_by_a_person_is_an_ordinary_call(tools: str, tmp_path: Path) -> None:
    """Also for a model that writes its calls as JSON: it sees the person's as its own in the next request."""
    journal = Journal(tmp_path)
    log = ChatLog("chat", journal, Person(CALLED))
    first = (
        call("lend", book="High Tide") if tools == "native" else '{"action":"lend","arguments":{"book":"High Tide"}}'
    )
    line, client, _ = made([first, first], role(must_call=True, tool_rounds=3), log, tools=tools)
    result = await line.create([SYSTEM, USER], tools=[LEND])
    assert result.finish_reason == "function_calls"
    (said,) = result.content
    assert isinstance(said, FunctionCall)
    assert (said.id, said.name, json.loads(said.arguments)) == ("call_2", "lend", {"book": "Low Tide"})
    back = FunctionExecutionResultMessage(
        content=[FunctionExecutionResult(call_id=said.id, name="lend", content="lent", is_error=False)]
    )
    await line.create([SYSTEM, USER, AssistantMessage(content=[said], source="clerk"), back], tools=[LEND])
    asked = str(client.asked[1].messages)
    assert "Low Tide" in asked
    assert "High Tide" not in asked
    turn = log.onlooker.turns[1]  # type: ignore[attr-defined]
    assert turn.heard == [
        ("task", "Lend me Low Tide."), ("clerk", '/call lend {"book": "Low Tide"}'), ("lend gave", "lent")
    ]  # fmt: skip
    assert turn.must_call
    assert [tool["name"] for tool in turn.tools] == ["lend"]
    await journal.close()


async def test_what_a_person_lets_stand_leaves_no_trace(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    log = ChatLog("chat", journal, person := Person(None))
    line, _, _ = made(["Here it is."], role(), log)
    assert (await line.create([SYSTEM, USER])).content == "Here it is."
    await journal.commit()
    assert [model for _, _, model, _ in calls(journal)] == ["scripted"]
    assert not person.persons
    await journal.close()


async def test_only_replies_that_can_be_used_are_stopped_at() -> None:
    log = ChatLog("chat", None, person := Person(None))
    line, client, _ = made(["no", {"n": 1}, {"n": 4}], role(output=Count), log, Wants(SCHEMA))
    await line.create([SYSTEM, USER])
    assert len(client.asked) == 3
    assert [reply["content"] for reply in person.seen] == ['{"n": 4}']


async def test_a_persons_role_is_replayed_and_never_asked_of_a_model(tmp_path: Path) -> None:
    person, client = Person(MINE, steps=False), ScriptedClient({})
    model = Model("scripted", client, Abilities(tools="actions", schemas="grammar"))
    model_for = played(lambda name: model, ["clerk"], person)
    assert model_for("other") is model
    assert played(lambda name: model, [], person)("clerk") is model

    async def said(folder: Path) -> str:
        journal = Journal(folder)
        log = ChatLog("chat", journal, person)
        line = RoleClient(role(output=Count), model_for("clerk"), log, Meter(), Wants(SCHEMA))
        try:
            return str((await line.create([SYSTEM, USER])).content)
        finally:
            await journal.commit()
            assert [model for _, _, model, _ in calls(journal)] == ["person"]
            await journal.close()

    assert await said(tmp_path) == await said(tmp_path) == '{"n": 7}'
    assert len(person.turns) == 1
    assert not client.asked


async def test_when_the_run_ends_nobody_is_asked() -> None:
    person = Person(MINE, steps=False)
    meter = Meter()
    meter.stop("budget spent")
    log = ChatLog("chat", None, person)
    line = RoleClient(role(), played(lambda name: None, ["clerk"], person)("clerk"), log, meter, Wants())  # type: ignore[arg-type,return-value]
    with pytest.raises(Stopped):
        await line.create([SYSTEM, USER])
    assert not person.turns


async def test_a_person_is_an_autogen_model() -> None:
    """In a team of one's own, where nobody says what a reply has to be."""
    person = Person(CALLED)
    result = await PersonClient(person).create([SYSTEM, USER], tools=[LEND])
    assert result.finish_reason == "function_calls"
    assert person.turns[0].complaint({"content": ""}) == ""
    with pytest.raises(NotImplementedError, match="nobody is here to play person"):
        await PersonClient(Onlooker()).create([SYSTEM, USER])
