"""One role's line to its model: replies that can't be used are asked for again, whatever the endpoint can do."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from autogen_core import FunctionCall
from autogen_core.models import (
    AssistantMessage,
    CreateResult,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import ParametersSchema, ToolSchema
from jinja2 import Template
from pydantic import BaseModel

from agents.chat_log import ChatLog
from agents.errors import CallError, Refused
from agents.journal import Journal
from agents.meter import Meter, Stopped, Usage
from agents.models.client import LeanClient
from agents.models.limiter import Limiter
from agents.models.model import Abilities, Model
from agents.models.role_client import TRIES, RoleClient, Wants
from agents.models.scripted import ScriptedClient, call
from agents.role import Role
from tests.teams.command import endpoint, said

LEND = ToolSchema(
    name="lend",
    description="Lend a book.",
    parameters=ParametersSchema(
        type="object", properties={"book": {"type": "string"}}, required=["book"], additionalProperties=False
    ),
)
SYSTEM, USER = SystemMessage(content="You are a librarian."), UserMessage(content="Lend me Low Tide.", source="user")
SCHEMA = {"type": "object", "properties": {"n": {"type": "integer", "minimum": 3}}, "required": ["n"]}


class Count(BaseModel):
    n: int


def role(**more: Any) -> Role:
    return Role("clerk", Template("You are a librarian."), **more)


def line(
    said: Sequence[Any], of: Role, *, wants: Wants | None = None, log: ChatLog | None = None, **able: Any
) -> tuple[RoleClient, ScriptedClient, Meter]:
    """A role's line to a model that says `said`."""
    client, meter = ScriptedClient({"clerk": list(said)}), Meter()
    model = Model("scripted", client, Abilities(**able))
    return RoleClient(of, model, log or ChatLog("chat", None), meter, wants or Wants()), client, meter


def cut(content: Any, reason: Any = "length") -> CreateResult:
    return CreateResult(finish_reason=reason, content=content, usage=RequestUsage(1, 1), cached=False)


def words(client: ScriptedClient, number: int = -1) -> str:
    """What the model was shown in one request."""
    return "\n".join(str(message.content) for message in client.asked[number].messages)


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ("", "it is empty"),
        ("  \n", "it is empty"),
        (cut('{"n": 4'), "it was cut off"),
        (cut('{"n": 4}'), "it was cut off"),
        (cut('{"n": 4}', "content_filter"), "a content filter stopped it"),
        ("I'm sorry, but I can't help with that.", "no JSON"),
        ('{"n": 4', "JSON"),
        ('{"n": "many"}', "n: Input should be a valid integer"),
        ('{"m": 4}', "n: Field required"),
        ('{"n": 1}', "n: 1 is less than the minimum of 3"),
        ("[4]", "object"),
        ('{"n": 13}', "thirteen brings bad luck"),
    ],
)
@pytest.mark.parametrize("schemas", ["native", "grammar", "prompt"])
async def test_a_reply_of_no_use_is_asked_for_again_with_the_complaint(bad: Any, complaint: str, schemas: str) -> None:
    def accept(value: Any) -> str | None:
        return "thirteen brings bad luck" if value["n"] == 13 else None

    made, client, meter = line([bad, {"n": 4}], role(output=Count), wants=Wants(SCHEMA, accept), schemas=schemas)
    result = await made.create([SYSTEM, USER])
    assert json.loads(str(result.content)) == {"n": 4}
    assert meter.total.calls == 2
    assert complaint.lower() in words(client).lower()
    assert len(client.asked[1].messages) == len(client.asked[0].messages) + 2, "what it said, and what is wrong with it"


async def test_words_a_filter_broke_off_are_no_words() -> None:
    made, _, _ = line([cut("You take the", "content_filter"), "All of it."], role())
    assert (await made.create([SYSTEM, USER])).content == "All of it."
    made, _, _ = line([cut("", "content_filter")] * TRIES, role())
    with pytest.raises(Refused, match="content filter"):
        await made.create([SYSTEM, USER])


async def test_a_role_that_never_learns_is_given_up_after_a_few_tries() -> None:
    made, client, meter = line([f"no {n}" for n in range(99)], role(output=Count))
    with pytest.raises(Refused, match=f"clerk gave no usable reply in {TRIES} tries; the last complaint: "):
        await made.create([SYSTEM, USER])
    assert len(client.asked) == TRIES
    assert isinstance(made.failure, Refused)
    assert meter.in_flight == 0


@pytest.mark.parametrize(
    "wrapped",
    ['Sure!\n```json\n{"n": 4}\n```\nEnjoy.', 'Here you are: {"n": 4}', '<think>3? 4!</think>{"n": 4}', '{"n":4}'],
)
async def test_json_in_prose_is_read_and_handed_on_bare(wrapped: str) -> None:
    made, client, _ = line([wrapped], role(output=Count))
    assert (await made.create([SYSTEM, USER])).content == '{"n": 4}'
    assert len(client.asked) == 1


async def test_a_schema_that_depends_on_the_talk_is_asked_for_anew() -> None:
    wanted = iter([SCHEMA, {"type": "object", "properties": {"m": {"const": 1}}, "required": ["m"]}])
    made, client, _ = line([{"n": 4}, {"m": 1}], role(), wants=Wants(lambda: next(wanted)))
    assert (await made.create([SYSTEM, USER])).content == '{"n": 4}'
    assert (await made.create([SYSTEM, USER])).content == '{"m": 1}'
    assert [list(r.extra["response_format"]["json_schema"]["schema"]["properties"]) for r in client.asked] == [
        ["n"],
        ["m"],
    ]


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        (call("borrow", book="Low Tide"), "there is no tool 'borrow'; there are: lend."),
        ([FunctionCall(id="x", name="lend", arguments='{"book": "Low')], "no whole JSON object"),
        ([FunctionCall(id="x", name="lend", arguments='["Low Tide"]')], "no whole JSON object"),
        (cut([FunctionCall(id="x", name="lend", arguments="{}")]), "it was cut off"),
        (cut([FunctionCall(id="x", name="lend", arguments="")], "content_filter"), "a content filter stopped it"),
        ("I lend it to you.", "reply by calling exactly one of the tools"),
        ('<tool_call>{"name": "lend"}</tool_call>', "reply by calling exactly one of the tools"),
        ("", "it is empty"),
    ],
)
async def test_a_call_of_no_use_is_asked_for_again(bad: Any, complaint: str) -> None:
    if isinstance(bad, list):
        bad = CreateResult(finish_reason="function_calls", content=bad, usage=RequestUsage(1, 1), cached=False)
    made, client, _ = line([bad, call("lend", book="Low Tide")], role(must_call=True))
    result = await made.create([SYSTEM, USER], tools=[LEND])
    assert isinstance(result.content, list)
    assert result.content[0].name == "lend"
    assert complaint in words(client)


async def test_of_several_calls_at_once_only_the_first_counts() -> None:
    made, _, _ = line([[call("lend", book="a"), call("lend", book="b")]], role(must_call=True))
    result = await made.create([SYSTEM, USER], tools=[LEND])
    assert isinstance(result.content, list)
    assert [json.loads(c.arguments) for c in result.content] == [{"book": "a"}]


@pytest.mark.parametrize(
    ("bad", "complaint"),
    [
        ('{"action": "borrow", "arguments": {}}', "there is no tool 'borrow'; \"action\" is one of: lend"),
        ('{"action": "lend", "arguments": [1]}', '"arguments" of lend must be a JSON object'),
        ('{"action": "lend", "argum', "JSON"),
        ("Certainly, I lend it!", "reply by calling exactly one of the tools"),
        (cut('{"action": "lend", "arguments": {"book": "Low'), "it was cut off"),
        (cut('{"action": "lend", "arguments": {}}', "content_filter"), "a content filter stopped it"),
    ],
)
@pytest.mark.parametrize("schemas", ["native", "prompt"])
async def test_where_tools_are_not_called_an_action_stands_in(bad: Any, complaint: str, schemas: str) -> None:
    good = '{"thought": "it is in", "action": "lend", "arguments": {"book": "Low Tide"}}'
    made, client, _ = line([bad, good], role(must_call=True), tools="actions", schemas=schemas)
    result = await made.create([SYSTEM, USER], tools=[LEND])
    assert isinstance(result.content, list)
    assert (result.content[0].name, json.loads(result.content[0].arguments)) == ("lend", {"book": "Low Tide"})
    assert result.thought == "it is in"
    assert complaint in words(client)
    assert all(not request.tools for request in client.asked), "no tools are sent to what does not know them"
    assert all("lend: Lend a book." in words(client, n) for n in range(2))


async def test_an_endpoint_without_schemas_is_shown_the_form_and_sent_none() -> None:
    made, client, _ = line([{"n": 4}], role(output=Count), schemas="prompt")
    await made.create([SYSTEM, USER])
    assert '"integer"' in str(client.asked[0].messages[0].content)
    assert set(client.asked[0].extra) == {"temperature", "max_tokens"}


TALK: list[LLMMessage] = [
    SYSTEM,
    USER,
    AssistantMessage(content="mine", source="clerk"),
    UserMessage(content="Again.", source="gate"),
]


@pytest.mark.parametrize(
    ("wants", "more", "place"),
    [
        (Wants(), {}, 0),
        (Wants(SCHEMA), {}, 1),
        (Wants(lambda: SCHEMA), {}, 3),
        (Wants(lambda: None), {}, 0),
        (Wants(SCHEMA), {"forgetful": True}, 0),
        (Wants(lambda: SCHEMA), {"forgetful": True}, 1),
    ],
)
async def test_a_form_in_words_stands_behind_what_changes_more_rarely(
    wants: Wants, more: dict[str, Any], place: int
) -> None:
    made, client, _ = line([{"n": 4}, {"n": 4}], role(output=Count, **more), wants=wants, schemas="prompt")
    await made.create(TALK)
    shown = [str(message.content) for message in client.asked[0].messages]
    heard = [str(message.content) for message in (TALK if not more else [SYSTEM, TALK[-1]])]
    assert [n for n, words in enumerate(shown) if "JSON of this schema" in words] == [place]
    assert shown[place].startswith(f"{heard[place]}\n\n")
    assert [w for n, w in enumerate(shown) if n != place] == [w for n, w in enumerate(heard) if n != place]


async def test_a_complaint_repeats_the_form_where_only_it_was_shown_last() -> None:
    made, client, _ = line([{"n": 1}, {"n": 4}], role(output=Count), wants=Wants(lambda: SCHEMA), schemas="prompt")
    await made.create([SYSTEM, USER])
    shown = [str(message.content) for message in client.asked[1].messages]
    assert [n for n, words in enumerate(shown) if "JSON of this schema" in words] == [3]


async def test_a_form_is_shown_where_nobody_said_anything() -> None:
    made, client, _ = line([{"n": 4}], role(output=Count), wants=Wants(SCHEMA), schemas="prompt")
    await made.create([SYSTEM])
    assert "JSON of this schema" in words(client)


async def test_a_role_hears_only_whom_it_hears_and_forgets_if_it_is_to() -> None:
    talk: list[LLMMessage] = [
        SYSTEM,
        USER,
        UserMessage(content="psst", source="stranger"),
        UserMessage(content="first", source="gate"),
        AssistantMessage(content="mine", source="clerk"),
        UserMessage(content="second", source="gate"),
    ]
    made, client, _ = line(["ok"], role(hears=("gate",)))
    await made.create(talk)
    assert words(client) == "You are a librarian.\nfirst\nmine\nsecond"
    made, client, _ = line(["ok"], role(hears=("gate",), forgetful=True))
    await made.create(talk)
    assert words(client) == "You are a librarian.\nsecond"


async def test_the_last_round_of_tools_is_for_words() -> None:
    made, client, _ = line(["It is out."], role(tool_rounds=2))
    results = FunctionExecutionResultMessage(
        content=[FunctionExecutionResult(content="out", name="lend", call_id="call_1")]
    )
    await made.create([SYSTEM, USER, AssistantMessage(content=[], source="clerk"), results], tools=[LEND])
    assert client.asked[0].tools == []


async def test_a_run_that_is_ending_asks_nothing_new() -> None:
    made, client, meter = line(["ok"], role())
    meter.stop("enough")
    with pytest.raises(Stopped):
        await made.create([SYSTEM, USER])
    assert not client.asked


@pytest.mark.parametrize("by_budget", [True, False])
async def test_calls_that_wait_for_their_turn_when_the_run_ends_are_not_sent(by_budget: bool) -> None:
    meter = Meter(max_tokens=100 if by_budget else None)

    def answer(body: Any) -> Any:
        if not by_budget:
            meter.stop("interrupted")
        return said("Done.")

    with endpoint(answer, seconds=0.1) as stub:
        client = LeanClient("stub", stub.url, limiter=Limiter(1, start=20_000))
        model = Model("stub", client)
        lines = [RoleClient(role(), model, ChatLog(f"chat{n}", None), meter, Wants()) for n in range(6)]
        try:
            results = await asyncio.gather(*(one.create([SYSTEM, USER]) for one in lines), return_exceptions=True)
        finally:
            await client.close()
    # The place of a call is free a moment before its tokens are counted.
    assert 1 <= len(stub.asked) <= (2 if by_budget else 1)
    assert sum(isinstance(result, Stopped) for result in results) == 6 - len(stub.asked)
    assert client.endpoint.limiter.in_flight == meter.in_flight == 0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


async def test_what_repeats_and_what_a_server_had_in_its_cache_is_counted_once(folder: Path) -> None:
    def answer(body: dict[str, Any]) -> tuple[int, Any]:
        told = {"prompt_tokens": 100, "completion_tokens": 5, "prompt_tokens_details": {"cached_tokens": 80}}
        return 200, said("Yes.")[1] | {"usage": told}

    long = SystemMessage(content="You are a librarian. " * 50)
    for life in range(2):
        journal, meter = Journal(folder), Meter()
        with endpoint(answer) as stub:
            model = Model("m", LeanClient("m", stub.url, limiter=Limiter()))
            for chat in ("one", "other"):
                stage = meter.of("tool_use", "check")
                made = RoleClient(role(), model, ChatLog(chat, journal), stage, Wants())
                await made.create([long, UserMessage(content=f"{chat}: may I?", source="user")])
            await model.client.close()
        await journal.close()
        used = meter.by_stage["tool_use", "check"]
        assert used == meter.total == meter.by_role["clerk"]
        if life == 0:
            assert (used.calls, used.prompt_tokens, used.cached_tokens, used.told_tokens) == (2, 200, 160, 200)
            assert 80 < used.repeated_tokens < 100, "the second prompt, but for its end"
        else:
            assert used == Usage(replayed=2)
            assert not meter.prefixes, "what is not sent is in nobody's cache"


async def test_stored_replies_are_given_again_and_only_what_changed_is_asked(folder: Path) -> None:
    said = ["no JSON", {"n": 4}, {"n": 5}]
    first = Journal(folder)
    made, client, meter = line(said, role(output=Count), log=ChatLog("chat", first))
    before = [await made.create([SYSTEM, USER]), await made.create([SYSTEM, USER, USER])]
    assert meter.total.calls == len(client.asked) == 3
    await first.close()

    second = Journal(folder)
    made, client, meter = line([], role(output=Count), log=ChatLog("chat", second))
    after = [await made.create([SYSTEM, USER]), await made.create([SYSTEM, USER, USER])]
    assert [r.content for r in after] == [r.content for r in before]
    assert (meter.total.calls, meter.total.replayed, meter.total.prompt_tokens) == (0, 3, 0)
    await second.close()

    third = Journal(folder)
    made, client, meter = line([{"n": 6}], role(output=Count), log=ChatLog("chat", third))
    await made.create([SYSTEM, USER])
    changed = await made.create([SYSTEM, USER, UserMessage(content="And another.", source="user")])
    assert changed.content == '{"n": 6}'
    assert (meter.total.calls, meter.total.replayed) == (1, 2)
    await third.close()


async def test_failed_calls_are_not_stored(folder: Path) -> None:
    journal = Journal(folder)
    made, _, _ = line([CallError("the server had enough")], role(), log=ChatLog("chat", journal))
    with pytest.raises(CallError):
        await made.create([SYSTEM, USER])
    await journal.commit()
    assert journal.rows("SELECT count(*) FROM calls") == [(0,)]
    await journal.close()


async def test_lone_surrogates_and_zeros_never_reach_the_journal(folder: Path) -> None:
    journal = Journal(folder)
    made, _, _ = line(["caf\ud800é\x00!"], role(), log=ChatLog("chat", journal))
    assert (await made.create([SYSTEM, USER])).content == "caf?é!"
    await journal.commit()
    assert "caf?é!" in journal.rows("SELECT reply FROM calls")[0][0]
    await journal.close()
