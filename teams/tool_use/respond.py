"""Respond: user, assistant and API in a conversation of many turns, with calls that are really carried out."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agents.change import unmarked
from sandbox import Session, SessionFailed
from teams.engine.checks.known import plain, split_name
from teams.engine.demands import Demand, faults_of
from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Instruction, Message, Pair, Passage
from teams.engine.stages.message import demands_of
from teams.engine.talk import TASK, Said, Talk
from teams.engine.verdict import Finding
from teams.tool_use.backend import apis_of, listed
from teams.tool_use.forms import Audit
from teams.tool_use.words import script
from tools.backend import CLASS, ApiBench
from tools.bench import Answer, Benches
from tools.names import RESERVED

SLACK = 8
"""Turns a conversation may take beyond its plan: questions, look-ups nobody planned, a mended mistake."""
SMALL_SLACK = 3
"""The same for a small model: one that has not ended by then goes round in circles."""
SENT_BACK = 2
"""Times an answer that breaks the form asked for is sent back."""
WHOLE = "whole sentences"
ASK, FINAL, FAILED = RESERVED
ASSISTANT = script.role("assistant", must_call=True, spoken_tools=(ASK,), temperature=0.3)
PERSON = script.role("person", hears=("assistant",), max_tokens=200)
API = script.role("api", max_tokens=800, temperature=0.3)
AUDITOR = script.role("auditor", output=Audit, max_tokens=2000, temperature=0.0)
SYSTEM = (
    "You are an assistant with access to functions. Take one step at a time: call one function and wait for its "
    "result, or speak to the user. Never make up a value. If something you need is missing, ask for it; if no function "
    "can do what is asked, say so."
)
"""The system message of the exported pair."""


class Words:
    """The three ways an assistant ends or interrupts its calls, as tools: one action a turn, never in doubt which."""

    def __init__(self, asks: bool = True, demands: Sequence[Demand] = ()) -> None:
        """`demands`: the form that what ends the conversation has to have; a few times it is sent back for it."""
        self._asks, self._demands = asks, demands
        self._sent_back = 0

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        ask = _words(ASK, "question", "Ask the user for one thing you need and cannot find out yourself.")
        how = "in the form the user asked for" if self._demands else WHOLE
        return [
            *([ask] if self._asks else []),
            _words(FINAL, "answer", "End: everything asked for is done. The answer the user reads.", how),
            _words(FAILED, "reason", "End: it can't be done. What is missing, in words the user understands.", how),
        ]

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        said = next(iter(arguments.values()), "")
        # Asked for JSON, some put it in as it is, and not as the text that their user is to read.
        text = (said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)).strip()
        if not text:
            return Answer("Say it in words.", is_error=True)
        faults = [f for d in self._demands for f in faults_of(text, d)] if name != ASK else []
        if faults and self._sent_back < SENT_BACK:
            self._sent_back += 1
            return Answer(f"Not sent: the form asked for is not kept. {'; '.join(faults[:4])}.", is_error=True)
        return Answer(text)

    async def close(self) -> None:
        """Nothing is held."""


def _words(name: str, argument: str, description: str, how: str = WHOLE) -> dict[str, Any]:
    properties = {argument: {"type": "string", "description": how}}
    schema = {"type": "object", "properties": properties, "required": [argument], "additionalProperties": False}
    return {"name": name, "description": description, "parameters": schema}


async def direct(scene: Scene) -> Staging:
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    passage = instruction.passage
    apis = apis_of(passage)
    if passage.facts.get("executed") == "sandbox":
        await scene.lease()  # wait for a container now: within a call, waiting would look like a tool that hangs
        apibench = ApiBench(apis, open_session=lambda: _fresh(scene, passage))
    else:
        apibench = ApiBench(apis, simulate=lambda n, name, arguments: _simulated(scene, n, name, arguments))
    scene.notes["api"] = apibench
    extra = extra_tools(scene)
    demands = demands_of(instruction.facts)
    # A small model asks for what it was told (measured on 1.5B), and what it is given to do needs no asking.
    words = Words(asks=not scene.small, demands=demands)
    bench = Benches(apibench, *([scene.bench(*extra)] if extra else []), words)
    scene.notes["tools"] = [s for s in await bench.schemas() if s["name"] not in (ASK, FINAL, FAILED)]
    most = len(instruction.facts["plan"]) + (SMALL_SLACK if scene.small else SLACK)

    def order(talk: Talk) -> str | None:
        last = talk[-1]
        scene.notes["talk"] = talk
        if last.call in (FINAL, FAILED) and not last.failed:
            return None
        if len(talk) > most:
            return None
        return PERSON.name if last.call == ASK and not last.failed else ASSISTANT.name

    knows = instruction.facts.get("knows") or {}
    told = "; ".join(f"{split_name(name)}: {value}" for name, value in knows.items())
    known = f"this: {told}." if told else "nothing beyond it."
    seats = [
        Seat(ASSISTANT, bench=bench),
        Seat(PERSON, {"knows": known}),
    ]
    return Staging(instruction.text, seats, order)


def extra_tools(scene: Scene) -> tuple[str, ...]:
    """The calculator for one passage in two (its id decides), and whatever the user plugged in."""
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    has = sum(unmarked(instruction.passage.id).encode()) % 2 == 0 or "worked_out_value" in instruction.refinements
    has = has and not scene.small  # a small model calls it with the example of its description
    return (*(("calculator",) if has else ()), *scene.plugged)


async def _fresh(scene: Scene, passage: Passage) -> Session:
    try:
        return await (await scene.lease()).open_session(passage.facts["backend"], CLASS)
    except SessionFailed as error:
        raise Drop(f"the backend no longer runs: {error}") from None


async def _simulated(scene: Scene, number: int, name: str, arguments: Mapping[str, Any]) -> str:
    """Let the simulator answer one call, having seen the talk so far."""
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    before = "\n".join(_line(said) for said in scene.notes.get("talk", Talk()))
    call = f"{name}({json.dumps(arguments, ensure_ascii=False)})"
    functions = listed(apis_of(instruction.passage))
    seat = Seat(API, schema={"type": ["object", "array", "string", "number", "boolean"]})
    return await scene.ask(seat, f"The functions:\n{functions}\n\nSo far:\n{before}\n\nThe call:\n{call}")


def _line(said: Said) -> str:
    if said.call is None:
        return f"{'user' if said.source == TASK else said.source}: {said.text}"
    return f"{said.call}({json.dumps(dict(said.arguments), ensure_ascii=False)}) -> {said.text}"


async def harvest(scene: Scene, talk: Talk) -> Sequence[Pair]:
    instruction, apibench = scene.record, scene.notes["api"]
    assert isinstance(instruction, Instruction)
    last = talk[-1]
    if last.call not in (FINAL, FAILED):
        raise Drop(f"the conversation came to no end within {len(talk)} turns")
    passage, facts = instruction.passage, instruction.facts
    made: dict[str, Any] = {
        "outcome": "final_answer" if last.call == FINAL else "failed",
        "executed": passage.facts["executed"],
        "plan": facts["plan"],
        "plan_results": facts.get("plan_results", []),
        **{name: facts[name] for name in ("withheld", "missing", "knows", "demands") if name in facts},
    }
    if made["executed"] == "sandbox":
        made["state_agrees"] = await _agrees(scene, passage, facts["plan"], await apibench.settle())
    schemas = [{"type": "function", "function": dict(schema)} for schema in scene.notes["tools"]]
    return [instruction.answered(messages_of(talk), schemas, facts=made)]


async def _agrees(scene: Scene, passage: Passage, plan: Sequence[Mapping[str, Any]], state: str) -> bool | None:
    """Did the conversation leave the data as the plan would have? None if it never called anything."""
    session = await (await scene.lease()).open_session(passage.facts["backend"], CLASS)
    try:
        planned = (await session.call("__class__", {})).state if not plan else ""
        for call in plan:
            planned = (await session.call(call["name"], call["arguments"])).state
        return planned == state if state else None
    finally:
        await session.close()


def messages_of(talk: Talk) -> list[Message]:
    """Flatten a conversation into the turns a model is trained on, the assistant's view of it.

    What it asked, answered or gave up with is its plain words; every call is one turn, followed by its result.
    """
    turns: list[Message] = [{"role": "system", "content": SYSTEM}]
    for said in talk:
        if said.source in (TASK, PERSON.name):
            turns.append({"role": "user", "content": said.text})
        elif said.call in (ASK, FINAL, FAILED):
            if not said.failed:
                turns.append({"role": "assistant", "content": said.text})
        elif said.call:
            arguments = json.dumps(dict(said.arguments), ensure_ascii=False)
            function = {"name": said.call, "arguments": arguments}
            call = {"id": said.call_id, "type": "function", "function": function}
            turns.append({"role": "assistant", "content": "", "tool_calls": [call]})
            turns.append({"role": "tool", "tool_call_id": said.call_id, "content": said.text})
    return turns


async def direct_audit(scene: Scene) -> Staging | Sequence[Pair]:
    pair = scene.record
    assert isinstance(pair, Pair)
    if scene.small:
        scene.notes["findings"] = []
        return []  # a small model's opinion of an answer is worth less than the programs' (measured): not asked
    had = listed(apis_of(pair.instruction.passage))
    return Staging(f"The functions:\n{had}\n\nThe conversation:\n{_read_out(pair.messages)}", [Seat(AUDITOR)])


def _read_out(messages: Sequence[Message]) -> str:
    lines = []
    for message in messages[1:]:
        if calls := message.get("tool_calls"):
            lines.append(f"call: {calls[0]['function']['name']}({calls[0]['function']['arguments']})")
        else:
            lines.append(f"{ {'tool': 'result'}.get(message['role'], message['role']) }: {message['content']}")
    return "\n".join(lines)


async def harvest_audit(scene: Scene, talk: Talk) -> Sequence[Pair]:
    pair = scene.record
    assert isinstance(pair, Pair)
    audit, answer = talk.last(AUDITOR.name, Audit), pair.messages[-1]["content"]
    # A complaint counts only if it quotes what the answer really says, marks and spelling of quotes aside.
    said = f" {plain(answer)} "
    wrong = [claim for claim in audit.claims if not claim.supported and f" {plain(claim.quote)} " in said]
    shown = "; ".join(f"{claim.quote!r}: {claim.because}" for claim in wrong[:3])
    scene.notes["findings"] = [
        Finding("answer_supported", not wrong, shown or f"{len(audit.claims)} statements supported", "model"),
        Finding("request_served", audit.serves_all, audit.because, "model"),
    ]
    return []


flow = Flow("respond", direct, harvest, (Kind("plain", ""),))
judge = Flow("check", direct_audit, harvest_audit, (Kind("audit", ""),))
