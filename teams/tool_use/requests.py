"""Seed instruction generation and refinement: requests with the calls that serve them, made harder by more steps.

A requester (or an editor) decides the calls first and then writes the words; a gate (a program) reads both, makes the
calls on a fresh backend, and sends back what does not fit. What leaves here has a plan that was carried out once.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from agents.role import Role
from teams.engine.checks.origin import no_invented_values
from teams.engine.checks.request import names_no_function, request_is_the_users
from teams.engine.checks.wording import no_placeholder, no_talk_about_the_task, self_contained
from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Message, Pair, Passage
from teams.engine.talk import Talk
from teams.engine.verdict import run_checks
from teams.tool_use.backend import apis_of, listed
from teams.tool_use.errands import SPEAKER, Errand, errand_for
from teams.tool_use.forms import Suggestions, request_schema
from teams.tool_use.words import script
from tools.apis import as_function, complaints
from tools.backend import CLASS

TRIES = 3
WORDS = (request_is_the_users, names_no_function, no_placeholder, no_talk_about_the_task, self_contained)
"""Checks on pairs that a request can be held to before anybody has answered it."""
REFINEMENTS = 2
"""Suggestions written out of one refinement; the paper shows three, small models manage one."""
_SUGGESTED = Suggestions.model_json_schema()
REQUESTER = script.role("requester", hears=("task", "gate"), temperature=0.9)
SUGGESTER = script.role("suggester", hears=("task",), output=Suggestions, temperature=0.9)
EDITOR = script.role("editor", hears=("gate",), temperature=0.7)
KINDS = tuple(
    Kind(name, script.brief(name), source)
    for name, source in (
        ("one_call", "paper"),
        ("one_call_with_noise", "paper"),
        ("one_call_fact_missing", "paper"),
        ("several_calls", "paper"),
        ("several_calls_with_noise", "ours"),  # completes the paper's grid: it counts eight leaves and names seven
        ("several_calls_fact_missing", "paper"),
        ("no_such_function", "paper"),
        ("not_all_functions", "paper"),
    )
)
GOALS = tuple(
    Kind(name, script.brief(name), source)
    for name, source in (("more_steps", "paper"), ("worked_out_value", "ours"), ("depends_on_result", "ours"))
)
SMALL_KINDS = ("one_call", "one_call_with_noise")
"""What a model of a few billion parameters can do; it can't plan several calls, and fills in what nobody said instead
of asking for it (measured on 1.5B)."""
CALLS = {"no_such_function": (0, 0), "not_all_functions": (1, 3)}
"""Fewest and most calls a request of a kind plans, where not as the name says."""
RESULT_SHOWN = 400
"""Characters of a call's result shown to those who make a request harder."""
REFINABLE = {
    "one_call": "several_calls",
    "one_call_with_noise": "several_calls_with_noise",
    "several_calls": "several_calls",
    "several_calls_with_noise": "several_calls_with_noise",
}
"""What a request becomes when it takes more calls; the others are about what can't be done, not about length."""


def calls_of(kind: str) -> tuple[int, int]:
    return CALLS.get(kind) or ((1, 1) if kind.startswith("one_call") else (2, 4))


class Gate:
    """Reads each draft and says what does not fit; keeps the last draft that did."""

    def __init__(
        self,
        scene: Scene,
        passage: Passage,
        kind: str,
        writer: Role,
        fewest: int,
        most: int,
        errand: Errand | None = None,
    ) -> None:
        self.scene, self.passage, self.kind, self.writer, self.errand = scene, passage, kind, writer, errand
        self.fewest, self.most = fewest, most
        self.apis = {api.name: api for api in apis_of(passage)}
        self.good: list[tuple[dict[str, Any], list[Any]]] = []
        """Drafts let through, each with what its calls returned."""
        self.tries = 0
        self.passed = False

    async def speak(self, talk: Talk) -> str:
        draft = {**(self.errand.given if self.errand else {}), **json.loads(talk.words(self.writer.name))}
        problems, results = await self.problems(draft)
        self.tries += 1
        self.passed = not problems
        if self.passed:
            self.good.append((draft, results))
            self.tries = 0
            return "Let through."
        if self.errand:
            # Not shown its last words, a small model finds new ones; shown them, it says them again.
            return f"{self.errand.task}\nA first message was no good: {'; '.join(problems[:2])}\nWrite another."
        return "That doesn't fit yet:\n" + "\n".join(f"- {p}" for p in problems[:5]) + "\nGive the whole of it again."

    @property
    def gives_up(self) -> bool:
        return self.tries >= TRIES

    async def problems(self, draft: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
        """Everything wrong with a draft that a program can see, and what its calls return."""
        calls = draft.get("calls", [])
        words = run_checks(self.as_pair(draft, [], []), WORDS)
        problems = [f.evidence for f in words.findings if not f.passed]
        for call in calls:
            problems += [f"{call['function']}: {c}" for c in complaints(call["arguments"], self.apis[call["function"]])]
        if not self.fewest <= len(calls) <= self.most:
            problems.append(f"it must take {self.fewest} to {self.most} calls, this has {len(calls)}")
        if problems:
            return problems, []
        results, failures = await self.carry_out(calls)
        return [*failures, *self._values_problems(draft, calls, results), *self._kind_problems(draft, calls)], results

    def as_pair(self, draft: Mapping[str, Any], calls: Sequence[Mapping[str, Any]], results: Sequence[Any]) -> Pair:
        """The draft as the conversation it plans, so that the checks on pairs can look at it before there is one."""
        turns: list[Message] = [{"role": "user", "content": draft["request"]}]
        for number, call in enumerate(calls):
            function = {"name": call["function"], "arguments": json.dumps(call["arguments"], ensure_ascii=False)}
            made = {"id": f"call_{number}", "type": "function", "function": function}
            turns.append({"role": "assistant", "content": "", "tool_calls": [made]})
            result = json.dumps(results[number], ensure_ascii=False) if number < len(results) else "{}"
            turns.append({"role": "tool", "tool_call_id": f"call_{number}", "content": result})
        schemas = [{"type": "function", "function": as_function(api)} for api in self.apis.values()]
        return self.passage.ask(self.kind, draft["request"]).answered(turns, schemas)

    async def carry_out(self, calls: Sequence[Mapping[str, Any]]) -> tuple[list[Any], list[str]]:
        """Make the calls on a fresh backend. A plan that fails is no plan."""
        if self.passage.facts.get("executed") != "sandbox" or not calls:
            return [], []
        box = await self.scene.lease()
        session = await box.open_session(self.passage.facts["backend"], CLASS)
        results: list[Any] = []
        try:
            for call in calls:
                result = await session.call(call["function"], call["arguments"])
                if not result.ok:
                    return results, [f"{call['function']} fails with these arguments: {result.error}"]
                results.append(result.value)
        finally:
            await session.close()
        return results, []

    def _values_problems(
        self, draft: Mapping[str, Any], calls: Sequence[Mapping[str, Any]], results: Sequence[Any]
    ) -> list[str]:
        """Is every value in the words, or returned by an earlier call, or a default; and the left-out one nowhere?"""
        left_out = draft.get("left_out")
        if left_out and not any(left_out in call["arguments"] for call in calls):
            return [f"left_out is {left_out!r}, but no call has an argument of that name"]
        if self.scene.kind.name == "worked_out_value":
            return []  # its value is meant to stand nowhere; that the assistant arrives at it too is checked later
        stated = [_without(call, left_out) for call in calls]
        if not results:
            stated = stated[:1]  # what simulated calls will return, nobody knows yet
        problems = self._invented(draft, stated, results)
        if left_out:
            hidden = [
                {**c, "arguments": {left_out: c["arguments"][left_out]}} for c in calls if left_out in c["arguments"]
            ]
            if not self._invented(draft, hidden[:1], []):
                problems.append(
                    f"{left_out} is to be left out, but the request gives it away: {hidden[0]['arguments']}"
                )
        return problems

    def _invented(
        self, draft: Mapping[str, Any], calls: Sequence[Mapping[str, Any]], results: Sequence[Any]
    ) -> list[str]:
        found = run_checks(self.as_pair(draft, calls, results), (no_invented_values,)).findings
        return [f"the request doesn't say it: {f.evidence}" for f in found if not f.passed]

    def _kind_problems(self, draft: Mapping[str, Any], calls: Sequence[Mapping[str, Any]]) -> list[str]:
        if self.kind.endswith("_with_noise") and len(draft["request"]) < 60:
            return ["it says too little: tell more than is needed"]
        if twice := next((a["function"] for a, b in itertools.pairwise(calls) if a == b), None):
            return [f"{twice} is called twice in a row with the same arguments"]
        return []

    def facts(self, draft: Mapping[str, Any], results: Sequence[Any]) -> dict[str, Any]:
        """What the rest of the way needs to know of a request."""
        plan = [{"name": c["function"], "arguments": c["arguments"]} for c in draft.get("calls", ())]
        facts: dict[str, Any] = {"plan": plan, "plan_results": list(results)}
        if left_out := draft.get("left_out"):
            value = next(c["arguments"][left_out] for c in draft["calls"] if left_out in c["arguments"])
            facts["withheld"] = [left_out]
            # Half of the people can say it when asked; the other half can't, and the assistant has to give up.
            facts["knows"] = {left_out: value} if self.scene.random.random() < 0.5 else {}
        if missing := draft.get("missing"):
            facts["missing"] = missing
        return facts


async def room(scene: Scene, passage: Passage, kind: str) -> dict[str, str]:
    """What writers of requests may quote. Tools plugged in are named where a request of several steps may need them."""
    functions = listed(apis_of(passage))
    if scene.plugged and kind.startswith("several"):
        schemas = await scene.bench(*scene.plugged).schemas()
        also = "\n".join(f"- {schema['name']}: {schema.get('description', '')}" for schema in schemas)
        functions += f"\n\nBeside these it has tools that a request may need too; they are not among its calls:\n{also}"
    return {"functions": functions, "data": passage.facts.get("data", "")}


async def direct_requests(scene: Scene) -> Staging:
    passage = scene.record
    assert isinstance(passage, Passage)
    kind, apis = scene.kind.name, apis_of(passage)
    fewest, most = calls_of(kind)
    if fewest > 1 and len(apis) < 2:
        raise Drop("one function only: no errand of several calls")
    if kind.endswith("_fact_missing") and not any(api.parameters.get("required") for api in apis):
        raise Drop("no function requires anything: nothing can be missing")
    errand = errand_for(scene, passage) if scene.small else None
    writer = SPEAKER if errand else REQUESTER
    gate = scene.notes["gate"] = Gate(scene, passage, kind, writer, fewest, most, errand)

    def order(talk: Talk) -> str | None:
        if talk[-1].source != "gate":
            return "gate" if talk[-1].source == writer.name else writer.name
        return None if gate.passed or gate.gives_up else writer.name

    schema = errand.schema if errand else request_schema(apis, kind, fewest, most)
    seats: list[Seat | Program] = [
        Seat(writer, await room(scene, passage, kind), schema=schema),
        Program("gate", gate.speak, "reads requests"),
    ]
    return Staging(errand.task if errand else "Write one request.", seats, order)


async def harvest_requests(scene: Scene, talk: Talk) -> Sequence[Instruction]:
    passage, gate = scene.record, scene.notes["gate"]
    assert isinstance(passage, Passage)
    if not gate.good:
        raise Drop(f"no request fit: {_last_problem(talk)}")
    draft, results = gate.good[-1]
    return [passage.ask(scene.kind.name, draft["request"].strip(), facts=gate.facts(draft, results))]


async def direct_refinement(scene: Scene) -> Staging | Sequence[Instruction]:
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    if instruction.kind not in REFINABLE or len(apis_of(instruction.passage)) < 2:
        return []
    passage, plan = instruction.passage, instruction.facts["plan"]
    fewest, most = len(plan) + 1, len(plan) + 3
    kind = REFINABLE[instruction.kind]
    gate = scene.notes["gate"] = Gate(scene, passage, kind, EDITOR, fewest, most)
    wanted = 1 if scene.small else REFINEMENTS

    async def next_suggestion(talk: Talk) -> str:
        """Hand the editor a suggestion at first, and again after each draft that was let through or given up."""
        if talk[-1].source == EDITOR.name:
            said = await gate.speak(talk)
            if not (gate.passed or gate.gives_up):
                return said
            gate.tries = 0
            scene.notes["done"] = scene.notes.get("done", 0) + 1
        suggestions = talk.last(SUGGESTER.name, Suggestions).suggestions[:wanted]
        number = scene.notes.get("done", 0)
        scene.notes["over"] = number >= len(suggestions)
        if scene.notes["over"]:
            return "That was all."
        start = (
            "Begin again from the first request, with another suggestion" if number else f"{opening}\n\nThe suggestion"
        )
        return f"{start}: {suggestions[number]}"

    def order(talk: Talk) -> str | None:
        if len(talk) == 1:
            return SUGGESTER.name
        if talk[-1].source in (SUGGESTER.name, EDITOR.name):
            return "gate"
        return None if scene.notes.get("over") else EDITOR.name

    opening = f"The request: {instruction.text}\n\nThe calls that serve it:\n{_carried_out(instruction.facts)}"
    several = {**_SUGGESTED["properties"]["suggestions"], "minItems": wanted, "maxItems": 3}
    suggested = {**_SUGGESTED, "properties": {"suggestions": several}}
    editor = request_schema(apis_of(passage), kind, fewest, most)
    facts = await room(scene, passage, kind)
    seats: list[Seat | Program] = [
        Seat(SUGGESTER, facts, schema=suggested),
        Seat(EDITOR, facts, schema=editor),
        Program("gate", next_suggestion, "hands out suggestions and reads requests"),
    ]
    return Staging(f"{opening}\n\nSuggest {wanted} change{'s' if wanted > 1 else ''}.", seats, order)


async def harvest_refinement(scene: Scene, talk: Talk) -> Sequence[Instruction]:
    instruction, gate = scene.record, scene.notes["gate"]
    assert isinstance(instruction, Instruction)
    if not gate.good:
        raise Drop(f"no rewritten request fit: {_last_problem(talk)}")
    kind = REFINABLE[instruction.kind]
    return [
        instruction.refined(scene.kind.name, draft["request"].strip(), n, facts=gate.facts(draft, results), kind=kind)
        for n, (draft, results) in enumerate(gate.good, 1)
    ]


def _carried_out(facts: Mapping[str, Any]) -> str:
    """A plan as suggesters and editors read it: each call, and what it returned where it was carried out."""
    lines = [f"- {call['name']}({json.dumps(call['arguments'], ensure_ascii=False)})" for call in facts["plan"]]
    for number, result in enumerate(facts.get("plan_results", ())):
        lines[number] += f" -> {json.dumps(result, ensure_ascii=False)[:RESULT_SHOWN]}"
    return "\n".join(lines)


def _without(call: Mapping[str, Any], name: str | None) -> Mapping[str, Any]:
    return {**call, "arguments": {k: v for k, v in call["arguments"].items() if k != name}}


def _last_problem(talk: Talk) -> str:
    """The last thing the gate did not like, for the reason in `rejected.jsonl`."""
    lines = [line for said in talk.by("gate") for line in said.text.splitlines() if line.startswith("- ")]
    return lines[-1][2:] if lines else "nothing was written"


requests = Flow("instruct", direct_requests, harvest_requests, KINDS, sample=3, small_kinds=SMALL_KINDS, counts=True)
# A small model's harder requests are restatements (measured on 1.5B): none are asked of it.
refinement = Flow("refine", direct_refinement, harvest_refinement, GOALS, sample=1, small_kinds=(), passes_on=True)
