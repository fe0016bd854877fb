"""The chat a conversation is held in: who hears what, what is sent back, what becomes of a turn without a point."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from agents.chat_log import ChatLog
from agents.meter import Meter
from agents.models.model import Abilities, Model
from agents.models.scripted import Request, ScriptedClient
from teams.conversation import ASSISTANT, PERSON, skill
from teams.conversation.talking import talking
from teams.engine.flow import Drop, Staging
from teams.engine.hold import hold, seat
from teams.engine.records import Instruction, Pair, Seed
from tests.teams.conversation.faults import CHAIN, FORMS, MEMORY
from tests.teams.judging import scene_of

FLOW = talking(PERSON, ASSISTANT)


def message(words: str, works: bool = True) -> str:
    return json.dumps({"why": "" if works else "it was said", "works": works, "message": words})


def in_order(*said: str) -> Callable[[Request], str]:
    left = list(said)
    return lambda request: left.pop(0)


async def held(instruction: Instruction, client: ScriptedClient, *, small: bool = False) -> Pair:
    """Hold the talk of an instruction as the engine does, without tools."""
    scene: Any = scene_of(instruction, FLOW.kinds[0], small=small)  # type: ignore[arg-type]
    scene.bench = lambda *names: None
    staging = await FLOW.direct(scene)
    assert isinstance(staging, Staging)
    model = Model("scripted", client, Abilities(tools="native", schemas="native", small=small))
    log = ChatLog(scene.chat_id, None)
    talk = await hold(seat(scene, staging, lambda _: model, log, Meter()), staging.opening, log)
    (pair,) = await FLOW.harvest(scene, talk)
    assert isinstance(pair, Pair)
    return pair


def users(pair: Pair) -> list[str]:
    return [str(m["content"]) for m in pair.messages if m["role"] == "user"]


def answers(pair: Pair) -> list[str]:
    return [str(m["content"]) for m in pair.messages if m["role"] == "assistant"]


MESSAGES = [message(words) for words in users(MEMORY)[1:]]


async def test_a_talk_is_held_turn_by_turn() -> None:
    client = ScriptedClient({"person": in_order(*MESSAGES), "assistant": in_order(*answers(MEMORY))})
    pair = await held(MEMORY.instruction, client)
    assert pair.messages == MEMORY.messages
    assert pair.facts["held"] == [1, 2, 3, 4, 5]
    assert pair.facts["sorts"] == ["tell", "shift", "recall", "recall"]


async def test_the_assistant_knows_the_talk_only_and_the_user_its_next_turn_only() -> None:
    client = ScriptedClient({"person": in_order(*MESSAGES), "assistant": in_order(*answers(MEMORY))})
    await held(MEMORY.instruction, client)
    heard = {role: [r for r in client.asked if r.role == role] for role in ("person", "assistant")}
    told = "\n".join(str(m.content) for m in heard["assistant"][-1].messages[1:])
    assert "A turn of the sort" not in told
    assert "recall" not in told
    first = "\n".join(str(m.content) for m in heard["person"][0].messages)
    assert "A turn of the sort tell" in first
    assert "A turn of the sort shift" not in first


async def test_a_user_who_says_what_should_be_remembered_is_sent_back_unheard() -> None:
    told = [*MESSAGES[:2], message("what do I owe up front, 180?"), *MESSAGES[2:]]
    client = ScriptedClient({"person": in_order(*told), "assistant": in_order(*answers(MEMORY))})
    pair = await held(MEMORY.instruction, client)
    assert pair.messages == MEMORY.messages
    complaints = [r.last for r in client.asked if r.role == "person" and r.last.startswith("Not like this")]
    assert len(complaints) == 1
    assert "'180'" in complaints[0]
    assert not any("180?" in str(m.content) for r in client.asked if r.role == "assistant" for m in r.messages)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("", "empty"),
        ("and how many of us are there", "it has to say '41'"),
        ("Sure! Here are 41 names, and 180 euros.", "one who helps would say"),
        ("41 and 180 euros. " * 30, "a follow-up is short"),
        ("User: 41 of them, 180 euros", "write your own words only"),
        (MEMORY.messages[0]["content"] + " 41, 180 euros", None),
    ],
)
async def test_a_message_out_of_part_is_sent_back(words: str, complaint: str | None) -> None:
    client = ScriptedClient({"person": in_order(message(words), *MESSAGES), "assistant": in_order(*answers(MEMORY))})
    if complaint is None:  # telling turns may begin again: nothing has to be pointed at
        words_taken = [message(words), *MESSAGES[1:]]
        client = ScriptedClient({"person": in_order(*words_taken), "assistant": in_order(*answers(MEMORY))})
        assert users(await held(MEMORY.instruction, client))[1] == words
        return
    pair = await held(MEMORY.instruction, client)
    assert pair.messages == MEMORY.messages
    assert any(complaint in r.last for r in client.asked if r.role == "person")


async def test_an_answer_that_breaks_a_form_is_written_again_and_only_the_last_is_kept() -> None:
    good = answers(FORMS)
    broken = [good[0], "- one\n- two", *good[1:]]
    asked = [message("I'll pin that up in the changing room."), message("is the second one certain?"), message("And for the text message to everyone, the whole of it.")]  # fmt: skip
    client = ScriptedClient({"person": in_order(*asked), "assistant": in_order(*broken)})
    pair = await held(FORMS.instruction, client)
    assert pair.messages == FORMS.messages
    sent_back = [r.last for r in client.asked if r.role == "assistant" and "can't be sent yet" in r.last]
    assert len(sent_back) == 1
    assert "bullet points" in sent_back[0]


async def test_a_turn_without_a_point_is_left_out_where_nothing_hangs_on_it() -> None:
    asked = [MESSAGES[0], message("", works=False), *MESSAGES[2:]]
    said = [*answers(MEMORY)[:2], *answers(MEMORY)[3:]]
    pair = await held(MEMORY.instruction, ScriptedClient({"person": in_order(*asked), "assistant": in_order(*said)}))
    assert pair.facts["held"] == [1, 2, 4, 5]
    assert len(pair.messages) == 8


async def test_a_form_of_a_turn_left_out_is_asked_of_nobody() -> None:
    bullets = {
        "demand": {"rule": "bullet_count", "params": {"n": 4}, "statement": "From now on 4 bullet points."},
        "lasts": True,
    }
    turns = [{**one, "forms": [bullets]} if one["number"] == 3 else one for one in MEMORY.instruction.facts["turns"]]
    instruction = replace(MEMORY.instruction, facts={**MEMORY.instruction.facts, "turns": turns})
    asked = [MESSAGES[0], message("", works=False), *MESSAGES[2:]]
    said = [*answers(MEMORY)[:2], *answers(MEMORY)[3:]]
    client = ScriptedClient({"person": in_order(*asked), "assistant": in_order(*said)})
    pair = await held(instruction, client)
    assert sum(r.role == "assistant" for r in client.asked) == 4, "nothing was sent back"
    assert not [f for check in skill.checks for f in check(pair) if f.check == "form_kept" and not f.passed]


async def test_a_talk_falls_apart_where_others_hang_on_the_turn() -> None:
    asked = [message("", works=False)]
    client = ScriptedClient({"person": in_order(*asked), "assistant": in_order(*answers(MEMORY))})
    with pytest.raises(Drop, match="lost its point"):
        await held(MEMORY.instruction, client)


async def test_a_user_who_never_does_as_planned_ends_the_talk() -> None:
    client = ScriptedClient({"person": lambda request: message("whatever"), "assistant": in_order(*answers(MEMORY))})
    with pytest.raises(Drop, match="41"):
        await held(MEMORY.instruction, client)


async def test_a_talk_already_begun_goes_on_after_its_answer() -> None:
    begun = [{"role": "user", "content": "What's wrong with the bath?"}, {"role": "assistant", "content": "The roof lets in water in nine places."}]  # fmt: skip
    seed = Seed("conversation/pairs.jsonl:1-1", "user: …", kind="talk", facts={"messages": begun})
    text = "user: What's wrong with the bath?\n\nassistant: The roof lets in water in nine places."
    facts = {**CHAIN.instruction.facts, "opens": "answered"}
    instruction = seed.rewritten("earlier_pair", text).ask("question_chain", text, facts=facts)
    asked = [message(words) for words in users(CHAIN)[1:]]
    client = ScriptedClient({"person": in_order(*asked), "assistant": in_order(*answers(CHAIN)[1:])})
    pair = await held(instruction, client)
    assert list(pair.messages[:2]) == begun
    assert len(pair.messages) == 8
    assert sum(r.role == "assistant" for r in client.asked) == 3, "its first answer was given"


async def test_a_small_models_messages_stand_as_they_were_planned() -> None:
    turns = [{**turn, "message": f"And what of it, number {turn['number']}?", "says": [], "uses": []} for turn in CHAIN.instruction.facts["turns"]]  # fmt: skip
    instruction = CHAIN.instruction.passage.ask("question_chain", users(CHAIN)[0], facts={**CHAIN.instruction.facts, "turns": turns})  # fmt: skip
    client = ScriptedClient({"assistant": in_order(*answers(CHAIN))})
    pair = await held(instruction, client, small=True)
    assert users(pair)[1:] == [turn["message"] for turn in turns[1:]]
