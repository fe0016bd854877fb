"""Respond: an assistant works through a site in a real browser, one action a turn, until it stops and says how it went.

What it sees is the accessibility tree; what it does happens; what it has made of the site's records is kept beside the
conversation, so that checks look at the site and not at what the assistant says of it.
"""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from teams.engine.demands import faults_of
from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Message, Pair
from teams.engine.schemas import closed, text
from teams.engine.stages.message import demands_of
from teams.engine.talk import Said, Talk
from teams.web_agent.requests import browsers_of
from teams.web_agent.words import script
from tools.bench import Answer
from tools.web.actions import ACTIONS, DONE, IMPOSSIBLE, STOP, schemas
from tools.web.bench import WebBench
from tools.web.errors import Contained
from tools.web.observe import TYPED
from tools.web.spec import site_of

SLACK, SMALL_SLACK = 12, 5
"""Actions beyond the fewest that a task takes; and the same for a small model, which by then goes round in circles."""
SENT_BACK = 2
"""Times an ending that breaks the form asked for is sent back."""
SYSTEM = (
    "You are an assistant that works in a web browser for the user. At every step you see the page: its address and its "
    "elements, those you can use with a number in brackets, as far as the window shows them. Write one or two sentences "
    "of thought and take one action: click, type, select, scroll, hover, goto, go_back. Use only numbers that the last "
    "page shows. Change nothing that the user did not ask for. When it is done, or can't be done, stop and say so."
)
"""The system message of the exported pair."""
ASSISTANT = script.role("assistant", must_call=True, max_tokens=900, temperature=0.3)
STEPPER = script.role("stepper", hears=("task", "browser"), forgetful=True, max_tokens=260, temperature=0.4)


def opening(request: str, page: str) -> str:
    """Return the user's message: what they want, and what the browser shows."""
    return f"{request}\n\nThe browser shows:\n{page}"


async def direct(scene: Scene) -> Staging:
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    site = site_of(instruction.facts["site"])
    sent_back = [0]

    def ends(arguments: Mapping[str, Any]) -> Answer:
        said = str(arguments.get("answer", "")).strip()
        faults = [f for d in demands_of(instruction.facts) for f in faults_of(said, d)]
        if faults and sent_back[0] < SENT_BACK:
            sent_back[0] += 1
            return Answer(f"Not sent: the form asked for is not kept. {'; '.join(faults[:4])}.", is_error=True)
        return Answer(said or "Say it in words.", is_error=not said)

    bench = scene.notes["bench"] = WebBench(site, browsers_of(scene), ends=ends)
    try:
        seen = await bench.open()
        page = scene.notes["page"] = seen.text
    except Contained as stop:
        await bench.close()
        raise Drop(f"the site can't be used: {stop}") from None
    most = int(instruction.facts["least_steps"]) + (SMALL_SLACK if scene.small else SLACK)
    if scene.small:
        return _by_form(scene, bench, opening(instruction.text, page), most)

    def order(talk: Talk) -> str | None:
        ended = talk[-1].call == STOP and not talk[-1].failed
        return None if ended or sum(1 for s in talk if s.call) >= most else ASSISTANT.name

    return Staging(opening(instruction.text, page), [Seat(ASSISTANT, bench=bench)], order)


def _by_form(scene: Scene, bench: WebBench, first: str, most: int) -> Staging:
    """A small model fills in a form instead of calling tools: what it may do now, with the numbers there are."""
    done: list[Said] = scene.notes.setdefault("done", [])
    over = [False]

    async def speak(talk: Talk) -> str:
        said = talk.value(STEPPER.name)
        name = said["action"]
        given = {key: said[key] for key in _wants(name) if key in said} | {"thought": said["thought"]}
        if name == "type":
            given["enter"] = False
        answer = await bench.call(name, given)
        done.append(Said("assistant", answer.text, name, given, answer.is_error, f"call_{len(done)}"))
        over[0] = (name == STOP and not answer.is_error) or len(done) >= most
        # It forgets what was before: what it is to do stands in every message, and what it has done.
        past = "; ".join(f"{s.call} {s.arguments.get('id', '')}".strip() for s in done[-6:])
        instruction = scene.record
        assert isinstance(instruction, Instruction)
        return f"The user: {instruction.text}\n\nDone so far: {past}\n\n{answer.text}"

    def order(talk: Talk) -> str | None:
        if talk[-1].source == STEPPER.name:
            return "browser"
        return None if over[0] else STEPPER.name

    seats: list[Seat | Program] = [
        Seat(STEPPER, schema=lambda: small_schema(bench), bench=_Held(bench)),
        Program("browser", speak, "carries out actions"),
    ]
    return Staging(first, seats, order)


class _Held:
    """A bench that offers nothing and is closed with its chat, however that ends."""

    def __init__(self, bench: WebBench) -> None:
        self._bench = bench

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        return []

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        return Answer(f"There is no tool {name!r}.", is_error=True)

    async def close(self) -> None:
        await self._bench.close()


def _wants(name: str) -> Sequence[str]:
    return next(tuple(s["parameters"]["properties"]) for s in schemas(thought=False) if s["name"] == name)


def small_schema(bench: WebBench) -> dict[str, Any]:
    """Return the form of one action: the numbers on the page, by what can be done with them."""
    shown = bench.seen.shown if bench.seen else {}
    typed = [n for n, node in shown.items() if node.role in TYPED]
    chosen = [n for n, node in shown.items() if node.role == "combobox"]
    clicked = [n for n in shown if n not in typed and n not in chosen]
    thought = {"thought": text(5, 160, "what you do and why")}

    def action(name: str, **own: Any) -> dict[str, Any]:
        return closed({**thought, "action": {"const": name}, **own})

    ways = [action(STOP, outcome={"enum": [DONE, IMPOSSIBLE]}, answer=text(1, 300, ""))]
    if clicked:
        ways.insert(0, action("click", id={"enum": clicked}))
    if typed:
        ways.append(action("type", id={"enum": typed}, text=text(1, 120, "")))
    for number in chosen[:4]:
        options = [o.name for o in shown[number].children if o.role == "option" and o.name]
        if options:
            ways.append(action("select", id={"const": number}, option={"enum": options}))
    ways.append(action("scroll", direction={"enum": ["down", "up"]}))
    return {"anyOf": ways}


async def harvest(scene: Scene, talk: Talk) -> Sequence[Pair]:
    instruction, bench = scene.record, scene.notes["bench"]
    assert isinstance(instruction, Instruction)
    try:
        calls = scene.notes["done"] if scene.small else [said for said in talk if said.call in ACTIONS]
        if not calls or calls[-1].call != STOP or calls[-1].failed:
            raise Drop(f"the assistant came to no end within {len(calls)} actions")
        await bench.settle()
        messages = messages_of(opening(instruction.text, scene.notes["page"]), calls)
        return [instruction.answered(messages, _tools(), facts=_facts(instruction, bench, calls[-1]))]
    finally:
        await bench.close()


def _facts(instruction: Instruction, bench: WebBench, last: Said) -> dict[str, Any]:
    outcome = str(last.arguments.get("outcome"))
    steps = [
        {**asdict(step), "arguments": {k: v for k, v in step.arguments.items() if k != "thought"}}
        for step in bench.trace.steps
    ]
    facts = instruction.facts
    return {
        "outcome": "final_answer" if outcome == DONE else "failed",
        "executed": "browser",
        "steps": steps,
        "records_changed": [asdict(change) for change in bench.state.changes],
        "visited": bench.trace.visited,
        "consent": bench.state.consented,
        "newsletter": bench.state.newsletter,
        "refused": list(bench.refused),
        "end": bench.seen.path if bench.seen else "",
        **{
            name: facts[name]
            for name in ("task", "least_steps", "reference", "pages_looked_at", "demands")
            if name in facts
        },
    }


def _tools() -> list[dict[str, Any]]:
    return [{"type": "function", "function": one} for one in schemas(thought=False) if one["name"] != STOP]


def messages_of(first: str, calls: Sequence[Said]) -> list[Message]:
    """Return the conversation a model is trained on: thought and one action a turn, and in the end its words."""
    turns: list[Message] = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": first}]
    for number, said in enumerate(calls):
        given = {key: value for key, value in said.arguments.items() if key != "thought"}
        thought = str(said.arguments.get("thought", "")).strip()
        if said.call == STOP:
            if not said.failed:
                turns.append({"role": "assistant", "content": str(given["answer"]).strip()})
            continue
        id = said.call_id or f"call_{number}"
        function = {"name": said.call, "arguments": json.dumps(given, ensure_ascii=False)}
        turns.append(
            {
                "role": "assistant",
                "content": thought,
                "tool_calls": [{"id": id, "type": "function", "function": function}],
            }
        )
        turns.append({"role": "tool", "tool_call_id": id, "content": said.text})
    return turns


flow = Flow("respond", direct, harvest, (Kind("plain", ""),))
