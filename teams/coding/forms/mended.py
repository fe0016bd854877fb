"""Code is shown, with a gap, a bug, an opening or a wish: what an answer makes of it has to pass tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox import Sandbox
from sandbox.languages import BY_KEY, run_program
from teams.coding.forms.base import CODE, EXPECTED, POINTS, TESTS, found
from teams.coding.forms.written import Written
from teams.engine.stages.forms import Draft, Facts, closed, several, text
from teams.engine.verdict import Finding

KEPT = 0.7
"""Share of the lines around a gap that stay as they are."""


class Filled(Written):
    """Code with a gap, marked, to be filled in."""

    name = "filled"
    shows_code = True
    before = "fails"

    def given_field(self) -> dict[str, Any]:
        return {
            **CODE,
            "description": "the code with its gap: a body or some lines replaced by a comment that says TODO",
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if "TODO" not in draft["given"]:
            yield "mark the gap with a comment that says TODO"
        if not keeps_the_rest(draft["given"], draft["solution"]):
            yield "the solution is another program: it has to be the code that is shown with its gap filled"

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        fault = "" if keeps_the_rest(facts["given"], code) else "it is another program than the one with the gap"
        return [*await super().looked_at(box, facts, code), found("rest_is_kept", fault, "the code around it is there")]


def keeps_the_rest(given: str, code: str) -> bool:
    """Say whether code is what was shown with its gap filled: most lines around the gap are there."""
    around = [line for line in given.splitlines() if len(line.strip()) > 6 and "TODO" not in line]
    return sum(line.strip() in code for line in around) >= KEPT * len(around)


class Mended(Written):
    """Code with a bug somebody really makes."""

    name = "mended"
    shows_code = True
    before = "fails"

    async def further_trials(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        ran_at_all = await run_program(box, BY_KEY[draft["written_in"]], draft["given"], only_check=True)
        if self.name == "mended" and not ran_at_all.built:
            return ["the code that is shown can't even be read as a program: its bug has to be a quieter one"]
        return []


class Secured(Written):
    """Code that an input can turn against its owner."""

    name = "secured"
    shows_code = True
    before = "fails"

    def draft(self, small: bool) -> dict[str, Any]:
        fields = super().draft(small)
        attack = {**TESTS, "description": "code put after it that attacks: prints a line that says if the attack held"}
        use = {**TESTS, "description": "code put after it that uses it as it should be used; unchanged by the cure"}
        lost = ("tests", "expected", "points")
        kept = {name: field for name, field in fields.items() if name not in lost}
        return {
            **kept,
            "attack": attack,
            "attack_fails": EXPECTED,
            "use": use,
            "use_prints": EXPECTED,
            "points": POINTS,
        }

    def parts(self, draft: Draft) -> list[dict[str, Any]]:
        return [
            {"label": "use", "tests": draft["use"], "expected": [draft["use_prints"]], "given": "passes"},
            {"label": "attack", "tests": draft["attack"], "expected": [draft["attack_fails"]], "given": "fails"},
        ]

    async def weak(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        return []


class Modified(Written):
    """Working code to be changed as numbered requirements say."""

    name = "modified"
    shows_code = True
    before = "passes"

    def draft(self, small: bool) -> dict[str, Any]:
        wish = closed({"requirement": text(10, 300, "as the question has it"), "tests": TESTS, "expected": EXPECTED})
        fields = super().draft(small)
        fields.pop("points")
        tests = {**TESTS, "description": f"{TESTS['description']}; of what stays as it was: the code shown passes"}
        wishes = several(wish, 2, 5, "each with tests that the code shown fails and that no other requirement meets")
        return {**fields, "tests": tests, "requirements": wishes, "points": POINTS}

    def parts(self, draft: Draft) -> list[dict[str, Any]]:
        old = {"label": "as before", "tests": draft["tests"], "expected": [draft["expected"]], "given": "passes"}
        new = [
            {"label": one["requirement"], "tests": one["tests"], "expected": [one["expected"]], "given": "fails"}
            for one in draft["requirements"]
        ]
        return [old, *new]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for number, one in enumerate(draft["requirements"], 1):
            if one["requirement"].strip().rstrip(".") not in draft["question"]:
                yield f"the question has to say requirement {number} in the same words"
            if f"{number}." not in draft["question"] and f"{number})" not in draft["question"]:
                yield f"number the requirements in the question: {number}. is missing"
