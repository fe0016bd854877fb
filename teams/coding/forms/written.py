"""Code is wanted: what an answer writes has to print, tested, what was worked out before; what was shown must not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sandbox import Sandbox
from sandbox.languages import BY_KEY, run_program
from teams.coding.forms.base import CODE, EXPECTED, LANGUAGE, POINTS, QUESTION, RAN, TESTS, Task, called, fenced, found
from teams.coding.forms.base import trials_of as trials
from teams.coding.mutants import mutants
from teams.coding.programs import (
    ProgramFailed,
    Trial,
    code_in,
    difference,
    first_fault,
    is_ordered,
    outputs,
    tidy,
    words_in,
)
from teams.engine.stages.forms import Draft, Facts, closed, several, text
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
            made = _trial(draft, kept)
            try:
                said = await outputs(box, made, draft["solution"])
            except ProgramFailed as failure:
                return [f"{where}the solution: {failure}"]
            if not any(said):
                return [f"{where}the solution, tested, prints nothing"]
            faults += [
                f"{where}{fault}" for fault in _against(part, said, is_ordered(draft["written_in"], draft["solution"]))
            ]
            if "given" in draft:
                faults += [f"{where}{f}" for f in await _shown_code(box, made, draft["given"], said, part["given"])]
            ran["parts"].append({**kept, "prints": said, "given": part["given"]})
        faults = faults or await self.weak(box, draft, ran)
        faults = faults or await self.further_trials(box, draft, ran)
        draft[RAN] = ran
        return faults[:3]

    async def weak(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        """Say which small wrong turns the tests do not see."""
        made = mutants(draft["solution"], draft["written_in"], 6)
        wanted = [*trials({**draft, **ran}), *await self.beside(box, draft)]
        passed = [one for one in made if not await first_fault(box, wanted, one.code)]
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
                return [found("code_passes_tests", "", held), *await self.looked_at(box, facts, code)]
            faults.append(fault)
        return [found("code_passes_tests", faults[0], "")]

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        """Look at code that passed its tests: is it what was asked for?"""
        if not facts.get("given"):
            return []
        fault = "it is the code that was shown" if tidy(code) == tidy(facts["given"]) else ""
        return [found("code_was_changed", fault, "it is not the code that was shown")]


def _trial(facts: Mapping[str, Any], part: Mapping[str, Any]) -> Trial:
    from teams.coding.programs import trial_of

    return trial_of({**facts, "files": _files(facts)}, part)


def _files(facts: Mapping[str, Any]) -> dict[str, str]:
    files = facts.get("files") or {}
    return dict(files) if isinstance(files, Mapping) else {one["name"]: one["text"] for one in files}


def _against(part: Mapping[str, Any], said: list[str], ordered: bool) -> Iterator[str]:
    """Hold what the solution prints against what its writer expected."""
    from teams.coding.programs import first_difference, lines_of

    for now, right in zip(said, part.get("expected", ()), strict=False):
        if lines_of(now, ordered) != lines_of(right, ordered):
            yield f"the solution prints something else than expected: {first_difference(now, right)}; one is wrong"


async def _shown_code(box: Sandbox, made: Trial, given: str, said: list[str], wanted: str) -> list[str]:
    fault = await difference(box, made, given, said)
    if wanted == "fails" and not fault:
        return ["the code that is shown passes them already"]
    if wanted == "passes" and fault:
        return [f"the code that is shown should pass them, but {fault}"]
    return []


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
        lost = [line for line in draft["given"].splitlines() if len(line.strip()) > 6 and "TODO" not in line]
        kept = sum(line.strip() in draft["solution"] for line in lost)
        if lost and kept < 0.7 * len(lost):
            yield "the solution is another program: it has to be the code that is shown with its gap filled"


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
            if last not in words_in(draft["solution"]):
                yield f"the solution does not use {name!r}"
            if last not in draft["question"]:
                yield f"the question does not say that {name!r} is to be used"

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        lost = [name for name in facts["uses"] if name.rpartition(".")[2] not in words_in(code)]
        return [found("uses_the_library", f"{lost} is not used" if lost else "", f"uses {', '.join(facts['uses'])}")]


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
        draft[RAN] = {**draft.get(RAN, {}), "files": _files(draft)}
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


class Queried(Written):
    """A query over small tables, tried on other rows as well."""

    name = "queried"
    tongues: tuple[str, ...] = ("sql",)
    kept: tuple[str, ...] = ("solution", "setup", "other_rows")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "setup": text(60, 3000, "CREATE TABLE and INSERT statements (SQLite); shown under the question"),
            "question": QUESTION,
            "solution": {**CODE, "description": "the one statement that answers it, with its semicolon"},
            "other_rows": text(
                20, 2000, "INSERT statements that are not shown: ties, gaps, NULLs that a near miss gets wrong"
            ),
            "expected": text(1, 1500, "the rows from the tables as shown, one a line, values parted by |"),
            "points": POINTS,
        }

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["setup"], "sql")]

    def parts(self, draft: Draft) -> list[dict[str, Any]]:
        return [{"expected": [draft["expected"]], "given": NEITHER}]

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        draft["written_in"] = "sql"
        try:
            return await super().tried(box, draft)
        except ProgramFailed as failure:
            return [f"with the other rows: {failure}"]

    async def beside(self, box: Sandbox, draft: Draft) -> list[tuple[Trial, Sequence[str]]]:
        more = _trial({"written_in": "sql", "setup": _more(draft)}, {})
        return [(more, await outputs(box, more, draft["solution"]))]

    async def further_trials(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        ((_, said),) = await self.beside(box, draft)
        ran |= {"other": list(said), "written_in": "sql"}
        same = list(said) == ran["parts"][0]["prints"]
        return ["with the other rows it finds the same: they try nothing"] if same else []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        findings = await super().carried_out(box, facts, answer)
        if not findings[0].passed:
            return findings
        more = _trial({"written_in": "sql", "setup": _more(facts)}, {})
        faults = [
            await difference(box, more, code, facts["other"], ordered=is_ordered("sql", facts["solution"]))
            for code in code_in(answer, "sql")
        ]
        fault = "" if "" in faults else faults[0]
        return [*findings, found("query_holds_elsewhere", fault, f"on other rows, too: {facts['other'][0][:80]!r}")]


def _more(facts: Mapping[str, Any]) -> str:
    return f"{facts['setup']}\n{facts['other_rows']}"
