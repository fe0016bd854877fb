"""A review is wanted: each fault that was planted is proved by a test, and has to be named with its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import Sandbox
from teams.coding.forms.base import CODE, EXPECTED, LANGUAGE, QUESTION, RAN, TESTS, Task, fenced, found, names_line
from teams.coding.programs import ProgramFailed, Trial, difference, first_difference, lines_of, outputs
from teams.engine.stages.forms import Draft, Facts, closed, several, text
from teams.engine.verdict import Finding


class Reviewed(Task):
    """Code with faults to be found in review."""

    name = "reviewed"
    shape = "prose"
    kept: tuple[str, ...] = ("given", "solution", "faults")

    def draft(self, small: bool) -> dict[str, Any]:
        fault = closed(
            {
                "line": text(3, 200, "the line of the code shown that is at fault, exactly"),
                "why": text(15, 300, "what goes wrong with it and when, a full sentence"),
                "tests": TESTS,
                "expected": EXPECTED,
            }
        )
        return {
            "written_in": LANGUAGE,
            "given": {**CODE, "description": "the code shown: it works in ordinary cases and has two to four faults"},
            "solution": {**CODE, "description": "the same code with all of them mended and nothing else changed"},
            "faults": several(fault, 2, 4, "each with tests that the code shown fails and the solution passes"),
            "question": QUESTION,
        }

    def asked(self, draft: Draft, random: Any) -> Any:
        return super().asked({**draft, "points": [fault["why"] for fault in draft["faults"]]}, random)

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["given"], draft["written_in"])]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        lines = [line.strip() for line in draft["given"].splitlines()]
        for number, fault in enumerate(draft["faults"], 1):
            if fault["line"].strip() not in lines:
                yield f"the line of fault {number} does not stand in the code shown: {fault['line']!r}"
            if fault["why"].rstrip(".") in draft["question"]:
                yield f"the question says fault {number}"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        faults, proofs = [], []
        for number, one in enumerate(draft["faults"], 1):
            made = Trial(draft["written_in"], after=one["tests"])
            try:
                (right,) = await outputs(box, made, draft["solution"])
            except ProgramFailed as failure:
                return [f"the solution under the tests of fault {number}: {failure}"]
            if lines_of(right) != lines_of(one["expected"]):
                faults.append(
                    f"fault {number}: the solution prints something else than expected: "
                    f"{first_difference(right, one['expected'])}"
                )
            now = await difference(box, made, draft["given"], [right])
            faults += [] if now else [f"fault {number}: the code shown passes its tests"]
            proofs.append({"line": one["line"].strip(), "shown": now})
        draft[RAN] = {"proofs": proofs}
        return faults[:3]

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        lost = [p["line"] for p in facts["proofs"] if not names_line(answer, facts["given"], p["line"])]
        fault = f"does not name {', '.join(map(repr, lost[:3]))}" if lost else ""
        held = "; ".join(f"{proof['line']!r}: {proof['shown']}" for proof in facts["proofs"])
        return [found("faults_named", fault, held)]
