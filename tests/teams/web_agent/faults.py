"""Conversations over a site that are good, and ones with a fault planted: which check catches which.

    python -m tests.teams.web_agent.faults

prints the table. The good ones are gone by the planner's way on the pages as they are drawn, without a browser: what a
browser shows of them is tested with one.
"""

# lines of data and of words

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from random import Random
from typing import Any

from agents.models.scripted import ScriptedClient
from teams.engine.records import Instruction, Pair, Seed
from teams.engine.verdict import Verdict
from teams.web_agent import BY_NAME, skill
from teams.web_agent.content import as_dict
from teams.web_agent.proving import Posed, draw, site_for
from teams.web_agent.requests import facts_of
from tests.teams.judging import catches, verdict_of
from tests.teams.web_agent.matter import content
from tools.web.bench import WebBench
from tools.web.browser import Browsers
from tools.web.walk import walk

HONEST = {"steps": [], "unsupported": [], "because": "The user has what they asked for.", "serves": True}


@dataclass(frozen=True)
class Case:
    """A pair, what an honest reader says of it, and the check that has to catch it; none for a good pair."""

    pair: Pair
    caught_by: str = ""
    reader: Mapping[str, Any] = field(default_factory=lambda: HONEST)


@cache
def good() -> dict[str, Case]:
    """Return good pairs of different kinds; each is played in a browser once."""
    return asyncio.run(_played())


PLAYED = (
    ("shop", "multi_step_checkout"), ("library_catalogue", "find_information"), ("admin_tables", "edit_record"),
    ("wiki", "fill_form"), ("ticket_desk", "list_matching"), ("booking_service", "pick_on_widgets"),
    ("shop", "dismiss_popups"), ("forum", "nothing_of_the_name"), ("events_calendar", "recover_from_error"),
)  # fmt: skip


async def _played() -> dict[str, Case]:
    browsers = Browsers()
    try:
        return {kind: Case(await _play(browsers, type, kind)) for type, kind in PLAYED}
    finally:
        await browsers.close()


async def _play(browsers: Browsers, type: str, kind: str) -> Pair:
    from teams.engine.talk import Said
    from teams.web_agent.respond import _facts, _tools, messages_of, opening

    matter, errand = content(), BY_NAME[kind]
    site = site_for(errand, type, matter, Random(f"{type} {kind}"))
    found = draw(errand, site, Random(f"{type} {kind} task"))
    assert found is not None, (type, kind)
    posed = Posed(site, *found)
    seed = Seed("web_agent/seeds.txt:1-40", "Of seeds and who keeps them.", "seeds.txt", (1, 40))
    passage = seed.rewritten(type, matter.name, facts={"content": as_dict(matter)})
    request = f"Please see to this for me: {'; '.join(posed.task.told)}. Thank you."
    instruction = passage.ask(kind, request, facts=facts_of(passage, request, posed))
    bench = WebBench(site, browsers)
    first = opening(request, (await bench.open()).text)
    moves = posed.proof.moves or (_first(bench) if kind == "nothing_of_the_name" else ())
    texts: list[str] = []
    called = bench.call

    async def noted(name: str, given: Mapping[str, Any]) -> Any:
        answer = await called(name, given)
        texts.append(answer.text)
        return answer

    bench.call = noted  # type: ignore[method-assign]
    assert await walk(bench, moves) == ""
    said = [
        Said(
            "assistant",
            text,
            s.action,
            {"thought": "This is the next thing to do here.", **s.arguments},
            False,
            f"c{n}",
        )
        for n, (s, text) in enumerate(zip(bench.trace.steps, texts, strict=True))
    ]
    done = posed.task.is_feasible
    words = {"outcome": "done" if done else "impossible", "answer": _answer(posed)}
    last = Said("assistant", words["answer"], "stop", words)
    pair = instruction.answered(messages_of(first, [*said, last]), _tools(), facts=_facts(instruction, bench, last))
    await bench.close()
    return pair


def _first(bench: WebBench) -> Any:
    from tools.web.planner import Move

    return (Move("click", "link", "Seeds", "/items"),)


def _answer(posed: Posed) -> str:
    task = posed.task
    if not task.is_feasible:
        return f"This can't be done: {task.because}."
    return f"It is {', '.join(task.answer.split('; '))}." if task.answer else "It is all done as you asked."


def _with_last(pair: Pair, words: str) -> Pair:
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": words}))


def _with_facts(pair: Pair, **facts: Any) -> Pair:
    return replace(pair, facts={**pair.facts, **facts})


def _with_call(pair: Pair, at: int, **changes: Any) -> Pair:
    """The same with the arguments of its `at`-th action changed, in the conversation and in the trace."""
    messages, steps, n = list(pair.messages), list(pair.facts["steps"]), 0
    for i, message in enumerate(messages):
        if message.get("tool_calls"):
            if n == at:
                call = message["tool_calls"][0]
                given = {**json.loads(call["function"]["arguments"]), **changes}
                function = {**call["function"], "arguments": json.dumps(given)}
                messages[i] = {**message, "tool_calls": [{**call, "function": function}]}
                steps[at] = {**steps[at], "arguments": given}
            n += 1
    return replace(_with_facts(pair, steps=steps), messages=tuple(messages))


def _with_thought(pair: Pair, thought: str) -> Pair:
    at = next(i for i, m in enumerate(pair.messages) if m.get("tool_calls"))
    messages = list(pair.messages)
    messages[at] = {**messages[at], "content": thought}
    return replace(pair, messages=tuple(messages))


def _with_request(pair: Pair, ask: str) -> Pair:
    old: Instruction = pair.instruction
    first = {**pair.messages[1], "content": pair.messages[1]["content"].replace(old.text, ask)}
    instruction = replace(old, text=ask, facts={**old.facts, "ask": ask})
    return replace(pair, instruction=instruction, messages=(pair.messages[0], first, *pair.messages[2:]))


@cache
def bad() -> dict[str, Case]:
    """Return pairs with one fault each."""
    fine = {name: case.pair for name, case in good().items()}
    told, form, desk = fine["find_information"], fine["fill_form"], fine["multi_step_checkout"]
    twice = (*desk.facts["records_changed"], {"operation": "delete", "table": "items", "id": "3", "values": {}})
    half = [c for c in desk.facts["records_changed"] if c["table"] != "orders"]
    again = list(told.messages)
    first = next(i for i, m in enumerate(again) if m.get("tool_calls"))
    page = again[1]["content"].partition("The browser shows:\n")[2]
    back = {"id": "b", "type": "function", "function": {"name": "go_back", "arguments": "{}"}}
    again[first + 2 : first + 2] = [
        {"role": "assistant", "content": "That was too quick, so I go back.", "tool_calls": [back]},
        {"role": "tool", "tool_call_id": "b", "content": f"Done: go_back.\n\n{page}"},
        *again[first : first + 2],
    ]
    return {
        "an element that is not shown": Case(_with_call(form, 0, id=997), "elements_exist"),
        "text into a link": Case(_typed_link(form), "elements_exist"),
        "nothing was ordered": Case(_with_facts(desk, records_changed=half), "goal_reached"),
        "something else was deleted": Case(_with_facts(desk, records_changed=twice), "goal_reached"),
        "the wrong page at the end": Case(_with_facts(fine["dismiss_popups"], consent="all"), "goal_reached"),
        "a wrong value": Case(_with_last(told, "It is four hundred and eleven."), "answer_right"),
        "one of several left out": Case(_with_last(fine["list_matching"], "There are none of them."), "answer_right"),
        "gave up what can be done": Case(_with_facts(told, outcome="failed"), "outcome_right"),
        "did what can't be done": Case(
            _with_facts(fine["nothing_of_the_name"], outcome="final_answer"), "outcome_right"
        ),
        "no reason given": Case(_with_last(fine["nothing_of_the_name"], "That is not possible here."), "outcome_right"),
        "a thought about another element": Case(
            _with_thought(form, "I click [996] now, as it leads on."), "thoughts_agree"
        ),
        "a thought that quotes what is not there": Case(
            _with_thought(form, 'The page shows "Frozen accounts and seals", so I go on.'), "thoughts_agree"
        ),
        "no end": Case(replace(form, messages=form.messages[:-1]), "ends_in_stop"),
        "an invented result": Case(_with_invented_page(form), "pages_follow"),
        "talks of elements": Case(_with_last(form, "I pressed [14] and it was sent."), "words_for_the_user"),
        "the answer given away": Case(
            _with_request(told, f"{told.instruction.text} Is it {told.instruction.facts['task']['hidden'][0]}?"),
            "request_fits",
        ),
        "a value left unsaid": Case(
            _with_request(form, "Please write something nice about it for me."), "request_fits"
        ),
        "the same again": Case(replace(told, messages=tuple(again)), "no_wandering"),
        "closing words nobody bears out": Case(
            _with_last(form, "It is all done as you asked, and the owner has thanked you for it."),
            "closing_words_supported",
            {**HONEST, "unsupported": [{"quote": "the owner has thanked you", "because": "no page says so"}]},
        ),
        "a thought at odds with its action": Case(
            _with_thought(form, "I go back to the beginning, since this is the wrong page."),
            "thoughts_go_with_actions",
            {**HONEST, "steps": [{"action": 1, "because": "it says it goes back, and goes on"}]},
        ),
    }


def _typed_link(pair: Pair) -> Pair:
    messages = list(pair.messages)
    at = next(i for i, m in enumerate(messages) if m.get("tool_calls"))
    call = messages[at]["tool_calls"][0]
    given = {**json.loads(call["function"]["arguments"]), "text": "x", "enter": False}
    function = {"name": "type", "arguments": json.dumps(given)}
    messages[at] = {**messages[at], "tool_calls": [{**call, "function": function}]}
    return replace(pair, messages=tuple(messages))


def _with_invented_page(pair: Pair) -> Pair:
    messages = list(pair.messages)
    at = next(i for i, m in enumerate(messages) if m.get("role") == "tool")
    messages[at] = {**messages[at], "content": messages[at]["content"].replace("Address: /", "Address: /made/up/")}
    return replace(pair, messages=tuple(messages))


def judged(case: Case) -> Verdict:
    """Judge a case as the engine does."""
    return asyncio.run(verdict_of(skill, case.pair, ScriptedClient({"auditor": lambda request: dict(case.reader)})))


def main() -> None:
    for line in catches(good(), bad(), judged):
        print(line)


if __name__ == "__main__":
    main()
