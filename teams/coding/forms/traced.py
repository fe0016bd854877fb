"""Code is read: what it prints, which input leads to an output, what a variable passes through, what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import Sandbox
from teams.coding.counting import passed_values
from teams.coding.forms.base import CODE, LANGUAGE, POINTS, QUESTION, RAN, Task, fenced, found
from teams.coding.programs import ProgramFailed, Trial, blocks, difference, first_difference, lines_of, outputs, parsed
from teams.engine.stages.forms import Draft, Facts, text
from teams.engine.verdict import Finding

BLANK = "____"
_INLINE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_STRING = re.compile(r"""(?<![\w$`])(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")""")
_ACTS = re.compile(
    r"\b(?:print[fn]?|println|puts|putchar|echo|say|write|console|exit|_exit|quit|abort|die|raise|throw|system|popen"
    r"|exec|eval|require|__\w+__|globals|open|sys|os|process|cout|stdout)\b"
)
"""What a value that stands in a blank does not do: print or end the program itself."""
IN_A_BLOCK = "put the {what}, exactly and alone, into a code block at the end"


def _unlike(said: Any, real: str, none: str) -> str:
    """Say in what the lines of an answer differ from what was really printed; '' if in nothing, `none` without any."""
    if said is None:
        return none
    return "" if lines_of(said) == lines_of(real) else first_difference(said, real)


class Read(Task):
    """Something is to be found out about code that is shown; the key is what came out when it was run."""

    shape = "prose"
    kept: tuple[str, ...] = ("given",)
    what = "output"

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["given"], draft.get("written_in", "python"))]

    def how(self, facts: Facts) -> str:
        return IN_A_BLOCK.format(what=self.what)

    def found(self, answer: str, facts: Facts) -> Any:
        """What stands in the last block of an answer; None if there is none."""
        inside = [code for _, code in blocks(answer)]
        return inside[-1] if inside else None


class Predicted(Read):
    """What does it print?"""

    name = "predicted"

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "written_in": LANGUAGE,
            "given": {**CODE, "description": "a whole program of 8 to 35 lines without input; prints 1 to 12 lines"},
            "question": QUESTION, "points": POINTS,
        }  # fmt: skip

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        made = Trial(draft["written_in"], inputs=("", ""))
        try:
            said, again = await outputs(box, made, draft["given"])
        except ProgramFailed as failure:
            return [f"the program: {failure}"]
        faults = ["it prints something else each time it is run"] if said != again else []
        count = len(said.splitlines())
        faults += [] if 1 <= count <= 15 else [f"it prints {count} lines; 1 to 12 are wanted"]
        lines = [line for line in said.splitlines() if line.strip()]
        bare = [line for line in lines if line.strip() in draft["given"] and len(line) > 3]
        faults += ["what it prints stands in it word by word: let it work something out"] if bare == lines else []
        draft[RAN] = {"key": said, "key_shown": f"It prints:\n{said}"}
        return faults

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        real = (await outputs(box, Trial(facts["written_in"]), facts["given"]))[0]
        fault = _unlike(self.found(answer, facts), real, "no output in a block")
        return [found("output_is_real", fault, f"it prints {real[:120]!r}")]


class Deduced(Read):
    """What has to stand in the blank for it to print this?"""

    name = "deduced"
    what = "input"
    kept: tuple[str, ...] = ("given", "call", "wanted")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "written_in": LANGUAGE,
            "given": {**CODE, "description": "functions, without a call"},
            "call": text(8, 200, f"one line put after them that prints, with {BLANK} once: print(fold({BLANK}))"),
            "wanted": text(1, 300, "what that line has to print"),
            "example": text(1, 200, "something that can stand in the blank, in one line"),
            "question": QUESTION, "points": POINTS,
        }  # fmt: skip

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        whole = f"{draft['given'].rstrip()}\n\n{draft['call']}"
        return [fenced(whole, draft["written_in"]), fenced(draft["wanted"], "text")]

    can_lead = False

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if draft["call"].count(BLANK) != 1:
            yield f"the call has to have the blank {BLANK} once"
        if draft["example"].strip() in draft["question"]:
            yield "the question says what stands in the blank"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        fault = await self.filled(box, draft, draft["example"])
        draft[RAN] = {"key": draft["example"], "key_shown": f"One input that does: {draft['example']}"}
        return [f"with the example in the blank {fault}"] if fault else []

    async def filled(self, box: Sandbox, facts: Mapping[str, Any], value: str) -> str:
        """Return what is wrong with a filling; '' if it prints what is wanted."""
        if "\n" in value.strip() or len(value) > 300:
            return "it is no single expression"
        if acts := _ACTS.search(_STRING.sub("''", value)):
            return f"it is no value: {acts.group()!r} does something by itself"
        made = Trial(facts["written_in"], after=facts["call"].replace(BLANK, value.strip()))
        return await difference(box, made, facts["given"], [facts["wanted"]])

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        said = self.found(answer, facts)
        if said is None:
            return [found("input_leads_there", "no input in a block", "")]
        fault = await self.filled(box, facts, self.bare(said, facts))
        return [found("input_leads_there", fault, f"{said.strip()!r} makes it print {facts['wanted']!r}")]

    def bare(self, said: str, facts: Facts) -> str:
        """Return what stands in the blank, where an answer repeats the line around it."""
        before, _, after = facts["call"].partition(BLANK)
        line = said.strip()
        if line.startswith(before) and line.endswith(after):
            return line[len(before) : len(line) - len(after)]
        return line


class Traced(Read):
    """Which values does a variable have each time a line is reached?"""

    name = "traced"
    tongues: tuple[str, ...] = ("python",)
    what = "values, one a line,"
    kept: tuple[str, ...] = ("given", "line", "variable")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "given": {**CODE, "description": "a whole Python program of 8 to 30 lines, without input, that ends soon"},
            "line": text(3, 160, "a line of it, exactly, that stands there once and is reached 3 to 12 times"),
            "variable": text(1, 40, "a name that has a value there, and not always the same"),
            "question": QUESTION, "points": POINTS,
        }  # fmt: skip

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        lines = [line.strip() for line in draft["given"].splitlines()]
        if lines.count(draft["line"].strip()) != 1:
            yield f"{draft['line']!r} has to be a whole line of the program that stands there once"
        for part in ("line", "variable"):
            if draft[part].strip() not in draft["question"]:
                yield f"the question does not name {draft[part].strip()!r}"
        if parsed(draft["given"]) is None:
            yield "the program can't be read as Python"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        try:
            values = await self.values(box, draft)
        except ProgramFailed as failure:
            return [f"the program: {failure}"]
        if not 3 <= len(values) <= 14 or len(set(values)) < 3:
            return [f"the line is reached {len(values)} times with {len(set(values))} values: 3 to 12 times are wanted"]
        key = "\n".join(values)
        draft[RAN] = {"key": key, "written_in": "python", "key_shown": f"The values:\n{key}"}
        return []

    async def values(self, box: Sandbox, facts: Mapping[str, Any]) -> list[str]:
        lines = [line.strip() for line in facts["given"].splitlines()]
        return await passed_values(
            box, facts["given"], lines.index(facts["line"].strip()) + 1, facts["variable"].strip()
        )

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        real = "\n".join(await self.values(box, facts))
        fault = _unlike(self.found(answer, facts), real, "no values in a block")
        return [found("trace_is_real", fault, f"the values are {real[:160]!r}")]


_COUNTED = re.compile(
    r"^[ \t]*\d+[.)](?=\s)|\b(?:lines?|steps?|zeilen?|schritte?|lignes?|étapes?) \d+", re.MULTILINE | re.IGNORECASE
)
"""Numbers of items, lines and steps: no result."""


class Explained(Task):
    """What a piece of code does and why; what it gives in one case is asked for besides, and can be tried."""

    name = "explained"
    shape = "prose"
    kept: tuple[str, ...] = ("given", "probe", "tells")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "written_in": LANGUAGE, "given": CODE,
            "probe": text(6, 300, "code put after it that prints one short result that takes understanding to foresee"),
            "tells": text(1, 120, "that result, exactly as it is printed"),
            "question": {**QUESTION, "description": "asks for the explanation, and what comes out in the probe's case"},
            "points": POINTS,
        }  # fmt: skip

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["given"], draft["written_in"])]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if re.search(rf"(?<!\w){re.escape(draft['tells'].strip())}(?!\w)", draft["question"]):
            yield f"the question says the result {draft['tells']!r} already"
        if len(draft["tells"].strip()) < 2:
            yield f"{draft['tells']!r} stands in any answer: let the probe print more, two results or one with its name"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        try:
            real = await self.result(box, draft)
        except ProgramFailed as failure:
            return [f"the code with its probe: {failure}"]
        if real != draft["tells"].strip():
            return [f"the probe prints {real!r}, not {draft['tells']!r}"]
        draft[RAN] = {"key": real, "key_shown": f"In the case asked about comes out: {real}"}
        return []

    async def result(self, box: Sandbox, facts: Mapping[str, Any]) -> str:
        return (await outputs(box, Trial(facts["written_in"], after=facts["probe"]), facts["given"]))[0].strip()

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        real = await self.result(box, facts)
        stands = re.search(rf"(?<![\w.]){re.escape(real)}(?!\w)", _COUNTED.sub(" ", answer)) is not None
        return [found("result_is_told", "" if stands else f"nowhere says what comes out: {real!r}", f"says {real!r}")]
