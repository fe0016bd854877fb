"""Whole programs are wanted that read and print: new ones, and one said in another language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sandbox import Sandbox
from sandbox.languages import BY_KEY
from teams.coding.forms.base import CODE, LANGUAGE, POINTS, QUESTION, RAN, Task, fenced, found
from teams.coding.forms.written import NEITHER, Written, files_of
from teams.coding.programs import ProgramFailed, Trial, code_in, difference, first_fault, outputs
from teams.engine.stages.forms import Draft, Facts, closed, several, text
from teams.engine.verdict import Finding


class Scripted(Written):
    """A whole program that reads standard input and files."""

    name = "scripted"
    tongues: tuple[str, ...] = ("bash", "awk", "perl", "python", "ruby", "lua")
    kept: tuple[str, ...] = ("solution", "files")

    def draft(self, small: bool) -> dict[str, Any]:
        file = closed({"name": text(1, 60, "data/visits.csv"), "text": text(1, 1500, "")})
        run = closed({"stdin": text(0, 1000, ""), "prints": text(1, 1500, "worked out by hand, line by line")})
        return {
            "written_in": LANGUAGE, "question": QUESTION,
            "files": several(file, 0, 3, "files beside it that the question describes"),
            "solution": {**CODE, "description": "the whole program; it prints its result"},
            "runs": several(run, 2, 4, "what it reads and prints, an awkward run among them"), "points": POINTS,
        }  # fmt: skip

    def parts(self, draft: Draft) -> list[dict[str, Any]]:
        runs = draft["runs"]
        return [{"inputs": [r["stdin"] for r in runs], "expected": [r["prints"] for r in runs], "given": NEITHER}]

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        faults = await super().tried(box, draft)
        draft[RAN] = {**draft.get(RAN, {}), "files": files_of(draft)}
        return faults


class Translated(Task):
    """A program to be said in another language: it reads the same and prints the same."""

    name = "translated"
    kept: tuple[str, ...] = ("given", "solution", "from_language")
    tongues: tuple[str, ...] = ("python", "javascript", "c", "cpp", "perl", "lua", "ruby")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "written_in": {**LANGUAGE, "description": "into which it is translated"},
            "from_language": {**LANGUAGE, "description": "in which it stands"},
            "question": QUESTION,
            "given": {**CODE, "description": "the whole program: reads standard input, prints its result"},
            "solution": {**CODE, "description": "the whole program in the other language"},
            "inputs": several(text(0, 800, ""), 3, 6, "what it reads: ordinary, awkward, empty where that may be"),
            "points": POINTS,
        }

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["given"], draft["from_language"])]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if draft["written_in"] == draft["from_language"]:
            yield "both languages are the same"
        if BY_KEY[draft["written_in"]].name.split()[0].casefold() not in draft["question"].casefold():
            yield f"the question does not say into what: {BY_KEY[draft['written_in']].name}"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        inputs = tuple(draft["inputs"])
        try:
            said = await outputs(box, Trial(draft["from_language"], inputs=inputs), draft["given"])
        except ProgramFailed as failure:
            return [f"the program that is shown: {failure}"]
        if len(set(said)) < min(3, len(said)):
            return ["it prints the same for nearly all inputs: choose inputs that part"]
        if fault := await difference(box, Trial(draft["written_in"], inputs=inputs), draft["solution"], said):
            return [f"the translation prints something else: {fault}"]
        draft[RAN] = {"parts": [{"inputs": list(inputs), "prints": said, "given": NEITHER}]}
        return []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        from_it = Trial(facts["from_language"], inputs=tuple(facts["parts"][0]["inputs"]))
        wanted = await outputs(box, from_it, facts["given"])
        made = [(replace(from_it, language=facts["written_in"]), wanted)]
        tries = code_in(answer, facts["written_in"])
        faults = [await first_fault(box, made, code) for code in tries]
        fault = "" if "" in faults else (faults or [f"no code in {facts['written_in']}"])[0]
        return [found("same_as_the_original", fault, f"prints the same for {len(wanted)} inputs")]
