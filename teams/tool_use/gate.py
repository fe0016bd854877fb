"""The program that reads each draft of a request, makes its calls on a fresh backend, and says what does not fit."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

from agents.role import Role
from teams.engine.checks.origin import no_invented_values
from teams.engine.checks.request import names_no_function, request_is_the_users
from teams.engine.checks.wording import no_placeholder, no_talk_about_the_task, self_contained
from teams.engine.flow import Scene
from teams.engine.records import Message, Pair, Passage
from teams.engine.talk import Talk
from teams.engine.verdict import run_checks
from teams.tool_use.backend import apis_of
from teams.tool_use.errands import Errand
from tools.apis import as_function, complaints
from tools.backend import CLASS

TRIES = 3
WORDS = (request_is_the_users, names_no_function, no_placeholder, no_talk_about_the_task, self_contained)
"""Checks on pairs that a request can be held to before anybody has answered it."""


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
        self.problem = "nothing was written"
        """What it did not like last; '' if it let the last draft through."""

    async def speak(self, talk: Talk) -> str:
        draft = {**(self.errand.given if self.errand else {}), **json.loads(talk.words(self.writer.name))}
        problems, results = await self.problems(draft)
        self.tries += 1
        self.problem = problems[0] if problems else ""
        if self.passed:
            self.good.append((draft, results))
            self.tries = 0
            return "Let through."
        if self.errand:
            # Not shown its last words, a small model finds new ones; shown them, it says them again.
            return f"{self.errand.task}\nA first message was no good: {'; '.join(problems[:2])}\nWrite another."
        return "That doesn't fit yet:\n" + "\n".join(f"- {p}" for p in problems[:5]) + "\nGive the whole of it again."

    @property
    def passed(self) -> bool:
        return not self.problem

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


def _without(call: Mapping[str, Any], name: str | None) -> Mapping[str, Any]:
    return {**call, "arguments": {k: v for k, v in call["arguments"].items() if k != name}}
