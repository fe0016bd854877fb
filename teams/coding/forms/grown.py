"""How the work grows with the input: counted, step by step, and never timed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import Sandbox
from teams.coding.counting import GROWTHS, at_most, fits, nearest, steps
from teams.coding.forms.base import CODE, POINTS, QUESTION, RAN, Task, fenced, found
from teams.coding.forms.written import Written
from teams.coding.programs import ProgramFailed
from teams.engine.stages.forms import Draft, Facts, text
from teams.engine.verdict import Finding

_GROWTH = {"enum": list(GROWTHS)}
_WORK = text(
    30,
    1200,
    "Python put after the code: def prepare(n) makes an input of size n, def work(ready) does the work on it; keep"
    " numbers as Counted(…) so that their comparisons are counted",
)
_CLASS = re.compile(r"[OΘ]\s*\(\s*((?:[^()]|\([^()]*\))+)\)|\\mathcal\{O\}\(([^)]*)\)")


class Grown(Written):
    """Code that has to get by with so many steps."""

    name = "grown"
    tongues: tuple[str, ...] = ("python",)
    shows_code = False
    kept: tuple[str, ...] = ("given", "solution", "work", "growth")

    def draft(self, small: bool) -> dict[str, Any]:
        fields = super().draft(small)
        fields.pop("written_in")
        points = fields.pop("points")
        most = {**_GROWTH, "description": "by which the steps of the solution grow; n is what prepare(n) is given"}
        return {**fields, "work": _WORK, "growth": most, "points": points}

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        draft["written_in"] = "python"
        return await super().tried(box, draft)

    async def further_trials(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        try:
            counted = await steps(box, draft["solution"], draft["work"], is_steep=draft["growth"] == "O(2^n)")
        except ProgramFailed as failure:
            return [f"counting the solution's steps: {failure}"]
        ran |= {"steps": counted, "written_in": "python"}
        if not fits(counted, draft["growth"]):
            return [f"its steps ({told(counted)}) grow by {nearest(counted)}, and not by {draft['growth']}"]
        return []

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        findings = await super().looked_at(box, facts, code)
        try:
            counted = await steps(box, code, facts["work"], is_steep=facts["growth"] == "O(2^n)")
        except ProgramFailed as failure:
            return [*findings, found("steps_within", str(failure), "")]
        held = f"{told(counted)} for {facts['growth']}"
        return [
            *findings,
            found("steps_within", "" if at_most(counted, facts["growth"]) else f"too steep: {held}", held),
        ]


class Optimised(Grown):
    """Working code that takes too many steps."""

    name = "optimised"
    shows_code = True
    before = "passes"

    async def further_trials(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        if faults := await super().further_trials(box, draft, ran):
            return faults
        try:
            slow = await steps(box, draft["given"], draft["work"])
        except ProgramFailed as failure:
            return [] if "takes more than" in str(failure) else [f"counting the steps of the code shown: {failure}"]
        ran["slow"] = slow
        if at_most(slow, draft["growth"]):
            return [f"the code shown takes {told(slow)}, the solution {told(ran['steps'])}: nothing grows more slowly"]
        return []


def told(counted: list[tuple[int, int]]) -> str:
    """Say counted steps in words: `16: 40, 64: 130 steps`."""
    return f"{', '.join(f'{n}: {count}' for n, count in counted[-3:])} steps"


class Complexity(Task):
    """By what do the steps of code grow?"""

    name = "complexity"
    tongues: tuple[str, ...] = ("python",)
    shape = "prose"
    kept: tuple[str, ...] = ("given", "work", "growth")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "given": CODE,
            "work": _WORK,
            "growth": {**_GROWTH, "description": "by which its steps grow in the worst case; work is such a case"},
            "question": QUESTION,
            "points": POINTS,
        }

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["given"], "python")]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if draft["growth"] in draft["question"]:
            yield f"the question says {draft['growth']} already"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        try:
            counted = await steps(box, draft["given"], draft["work"], is_steep=draft["growth"] == "O(2^n)")
        except ProgramFailed as failure:
            return [f"counting its steps: {failure}"]
        draft[RAN] = {"key": draft["growth"], "steps": counted, "written_in": "python"}
        draft[RAN]["key_shown"] = f"It grows by {draft['growth']}: {told(counted)}"
        if not fits(counted, draft["growth"]):
            return [f"its steps ({told(counted)}) grow by {nearest(counted)}, and not by {draft['growth']}"]
        return []

    def how(self, facts: Facts) -> str:
        return "say the growth as O(…) in the letters of the question, in the last sentence and in bold"

    def found(self, answer: str, facts: Facts) -> Any:
        """The last growth in bold, or else the last there is."""
        bold = re.findall(r"\*\*(.+?)\*\*", answer, re.DOTALL)
        for piece in (*reversed(bold), answer):
            said = [one or other for one, other in _CLASS.findall(piece)]
            if said:
                return said[-1]
        return None

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        said = self.found(answer, facts)
        right = said is not None and shape_of(said) == shape_of(facts["growth"][2:-1])
        fault = "" if right else f"it says O({said}), counted is {facts['growth']}"
        return [found("growth_is_counted", fault, f"{facts['growth']}: {told([tuple(p) for p in facts['steps']])}")]


def shape_of(growth: str) -> str:
    """Return a growth without what its letter is called: `m log m` and `n·log(n)` are the same."""
    plain = growth.casefold().replace("\\", "").replace("{", "").replace("}", "").replace("²", "^2").replace("³", "^3")
    plain = re.sub(r"log_?2?|lg|ln", " L ", plain)
    plain = re.sub(r"√|sqrt|\^0\.5|\^\(1/2\)|\^1/2", " S ", plain)
    plain = re.sub(r"\*\*", "^", plain)
    plain = re.sub(r"[·*×()\s_]|cdot|times", "", plain)
    letters = re.findall(r"(?<![a-z])[a-z](?![a-z])|(?<=[LS])[a-z]|[a-z](?=[LS^])", plain)
    for letter in set(letters):
        plain = plain.replace(letter, "n")
    return {"nn": "n^2", "nnn": "n^3", "nS": "Sn"}.get(plain, plain)
