"""Code is wanted: what an answer writes has to print, tested, what was worked out before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox import Sandbox
from sandbox.languages import BY_KEY
from teams.coding.forms.base import CODE, EXPECTED, LANGUAGE, POINTS, QUESTION, RAN, TESTS, Task, called, fenced, found
from teams.coding.forms.base import trials_of as trials
from teams.coding.mutants import mutants
from teams.coding.programs import (
    SECONDS_TURNED,
    ProgramFailed,
    Trial,
    code_in,
    difference,
    first_fault,
    is_ordered,
    outputs,
    tidy,
    words_in,
    words_used,
)
from teams.engine.stages.forms import Draft, Facts, several, text
from teams.engine.verdict import Finding

PASSED_OVER = 0.4
"""Share of small wrong turns that tests may let pass: some change nothing that can be seen."""
NEITHER = "either"
_PART = ("tests", "inputs", "label")


class Written(Task):
    """A piece of code, tried by tests that its reader does not see."""

    name = "written"
    shows_code = False
    before = ""
    """What shown code does in the tests: "fails", "passes"; '' where none is shown."""
    kept: tuple[str, ...] = ("given", "solution", "files")

    def draft(self, small: bool) -> dict[str, Any]:
        given = {"given": self.given_field()} if self.before else {}
        return {
            "written_in": LANGUAGE, **self.extra_fields(), "question": QUESTION, **given, "solution": CODE,
            "tests": TESTS, "expected": EXPECTED, "points": POINTS,
        }  # fmt: skip

    def given_field(self) -> dict[str, Any]:
        return {**CODE, "description": f"the code that is shown: in the tests it {self.before}"}

    def extra_fields(self) -> dict[str, Any]:
        return {}

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        given = ran.get("given", draft.get("given", ""))
        return [fenced(given, draft["written_in"])] if given else []

    def parts(self, draft: Draft) -> list[dict[str, Any]]:
        """Return the parts of the tests: what each prints, and what the shown code does in it."""
        return [{"tests": draft["tests"], "expected": [draft["expected"]], "given": self.before or NEITHER}]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        told = words_in(f"{draft['question']} {draft.get('given', '')}")
        for part in self.parts(draft):
            if lost := sorted(called(part.get("tests", ""), draft["solution"]) - told):
                yield f"the tests use {', '.join(map(repr, lost[:4]))}, which the question does not name"
        if self.before and tidy(draft.get("given", "-")) == tidy(draft["solution"]):
            yield "the code that is shown is the solution already"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        ran: dict[str, Any] = {"parts": []}
        faults: list[str] = []
        for number, part in enumerate(self.parts(draft), 1):
            where = f"tests {number}: " if len(self.parts(draft)) > 1 else ""
            kept = {name: value for name, value in part.items() if name in _PART}
            made = trial_of_part(draft, kept)
            try:
                said = await outputs(box, made, draft["solution"])
            except ProgramFailed as failure:
                return [f"{where}the solution: {failure}"]
            if not any(said):
                return [f"{where}the solution, tested, prints nothing"]
            faults += [
                f"{where}{fault}" for fault in _against(part, said, is_ordered(draft["written_in"], draft["solution"]))
            ]
            before = {}
            if "given" in draft:
                fault = await difference(box, made, draft["given"], said)
                faults += [f"{where}{f}" for f in _shown_code(fault, part["given"])]
                before = {"before": fault} if part["given"] == "fails" else {}
            ran["parts"].append({**kept, "prints": said, "given": part["given"], **before})
        faults = faults or await self.weak(box, draft, ran)
        faults = faults or await self.further_trials(box, draft, ran)
        draft[RAN] = ran
        return faults[:3]

    async def weak(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        """Say which small wrong turns the tests do not see."""
        made = mutants(draft["solution"], draft["written_in"], 6)
        wanted = [*trials({**draft, **ran}), *await self.beside(box, draft)]
        passed = [one for one in made if not await first_fault(box, wanted, one.code, seconds=SECONDS_TURNED)]
        ran["mutants"] = f"{len(made) - len(passed)} of {len(made)}"
        if len(passed) > max(1, PASSED_OVER * len(made)):
            return [f"the tests don't see it if in the solution {'; '.join(map(str, passed[:3]))}: add cases that do"]
        return []

    async def beside(self, box: Sandbox, draft: Draft) -> list[tuple[Trial, Sequence[str]]]:
        """Return what else the solution is tried by, with what it has to print."""
        return []

    async def further_trials(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        return []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        made = trials(facts)
        tries = code_in(answer, facts["written_in"])
        if not tries:
            return [found("code_passes_tests", f"no code in {BY_KEY[facts['written_in']].name} in the answer", "")]
        faults = []
        for code in tries:
            if not (fault := await first_fault(box, made, code)):
                held = (
                    f"{len(made)} of {len(made)} tests print what they should; wrong turns seen: {facts.get('mutants')}"
                )
                held += _before(facts)
                return [found("code_passes_tests", "", held), *await self.looked_at(box, facts, code)]
            faults.append(fault)
        return [found("code_passes_tests", faults[0], "")]

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        """Look at code that passed its tests: is it what was asked for?"""
        if not facts.get("given"):
            return []
        fault = "it is the code that was shown" if tidy(code) == tidy(facts["given"]) else ""
        return [found("code_was_changed", fault, "it is not the code that was shown")]


def trial_of_part(facts: Mapping[str, Any], part: Mapping[str, Any]) -> Trial:
    from teams.coding.programs import trial_of

    return trial_of({**facts, "files": files_of(facts)}, part)


def files_of(facts: Mapping[str, Any]) -> dict[str, str]:
    files = facts.get("files") or {}
    return dict(files) if isinstance(files, Mapping) else {one["name"]: one["text"] for one in files}


def _against(part: Mapping[str, Any], said: list[str], ordered: bool) -> Iterator[str]:
    """Hold what the solution prints against what its writer expected."""
    from teams.coding.programs import first_difference, lines_of

    for now, right in zip(said, part.get("expected", ()), strict=False):
        if lines_of(now, ordered) != lines_of(right, ordered):
            yield f"the solution prints something else than expected: {first_difference(now, right)}; one is wrong"


def _shown_code(fault: str, wanted: str) -> Iterator[str]:
    """Hold what came of the code shown against what has to come of it."""
    if wanted == "fails" and not fault:
        yield "the code that is shown passes them already"
    if wanted == "passes" and fault:
        yield f"the code that is shown should pass them, but {fault}"


def _before(facts: Mapping[str, Any]) -> str:
    """Say how the tests failed on the code that was shown; '' where they had not to, or nobody kept it."""
    failed = [one["before"] for one in facts["parts"] if one.get("before")]
    return f"; {len(failed)} failed before: {failed[0]}"[:400] if failed else ""


class Library(Written):
    """A named part of a library has to be used."""

    name = "library"

    def extra_fields(self) -> dict[str, Any]:
        names = several(text(2, 60, ""), 1, 3, "names it has to be written with: heapq.merge, Array.prototype.flatMap")
        return {"uses": names}

    kept: tuple[str, ...] = ("given", "solution", "uses")

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for name in draft["uses"]:
            last = name.rpartition(".")[2]
            if last not in words_used(draft["solution"], draft["written_in"]):
                yield f"the solution does not use {name!r}"
            if last not in draft["question"]:
                yield f"the question does not say that {name!r} is to be used"

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        used = words_used(code, facts["written_in"])
        lost = [name for name in facts["uses"] if name.rpartition(".")[2] not in used]
        return [found("uses_the_library", f"{lost} is not used" if lost else "", f"uses {', '.join(facts['uses'])}")]
