"""Answers in sentences, without a text they lean on: points for an examiner, and for claims a search for exceptions."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.engine.stages.forms import Asked, Draft, Facts, Open, several, text
from teams.engine.verdict import Finding
from teams.open_domain_qa.forms.asked import QUESTION
from teams.open_domain_qa.forms.executed import PROGRAM, Executed, found
from teams.open_domain_qa.programs import ProgramFailed, printed


class Reasoned(Open):
    """An explanation, a procedure, a comparison, a judgement."""

    name = "reasoned"

    def draft(self, small: bool) -> dict[str, Any]:
        most = 3 if small else 5
        points = several(text(10, 200 if small else 300, ""), 2, most, "what a good answer says, each a full sentence")
        return {"question": QUESTION, "points": points}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        for point in draft["points"]:
            if point.strip().rstrip(".").casefold() in draft["question"].casefold():
                yield f"the question says what a good answer has to say: {point!r}"


class Claim(Reasoned, Executed):
    """A statement to be proved; a program has looked for exceptions."""

    name = "claim"

    def draft(self, small: bool) -> dict[str, Any]:
        program = {**PROGRAM, "description": "tries the statement on many cases; its last line is True or False"}
        return {**super().draft(small), "program": program}

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        return Asked(made.text, {**made.facts, "program": draft["program"]})

    async def tried(self, box: Sandbox, draft: Draft) -> list[str]:
        fault = await _exception(box, draft["program"])
        return [fault] if fault else []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        fault = await _exception(box, facts["program"])
        return [found("no_exception_found", fault, "the program went through its cases and found no exception")]


async def _exception(box: Sandbox, program: str) -> str:
    try:
        last = (await printed(box, program)).splitlines()[-1].strip()
    except ProgramFailed as failure:
        return f"the program: {failure}"
    if last == "True":
        return ""
    return f"the program found an exception: its last line is {last[:80]!r}; either it or the statement is wrong"
