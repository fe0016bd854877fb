"""Figures worked out from what the question says: by a calculation, and by a program that takes another way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.engine.checks.told import SHARE, Told, measure, told_in, value_in
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Number, Paper, closed, several, text
from teams.engine.verdict import Finding
from teams.open_domain_qa.forms.asked import QUESTION
from teams.open_domain_qa.forms.executed import PROGRAM, Executed, found, optional
from teams.open_domain_qa.programs import ProgramFailed, printed_figure
from teams.open_domain_qa.reckoning import close, exact, result, stated, unsaid
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

_PLAN = text(10, 500, "how one gets from what is said to the answer, step by step")
_TAKEN = several(
    closed({"figure": {"type": "number"}, "meaning": text(3, 120, "")}),
    0,
    4,
    "figures of the calculation that the question leaves out since all know them: 60 minutes to the hour",
)
_EXPRESSION = text(1, 500, "the calculation from the figures as they are said, in one line: (48 - 12) / 3, 15% of 240")
_UNIT = text(0, 30, "of the answer, as the question names it; empty for a mere number")
_WHOLE = {"type": "boolean", "description": "the answer counts things that can't be divided"}
_OTHER_WAY = "prints the figure as its last line, reached another way: all cases tried, step by step, the sum undone"
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
HIDDEN = re.compile(r"(?<![\w.])x(?![\w(])")


class Worked(Number, Executed):
    """A problem with one figure as its answer."""

    name = "worked"

    def draft(self, small: bool) -> dict[str, Any]:
        fields = {
            "plan": _PLAN, "question": QUESTION, "taken": _TAKEN, "expression": _EXPRESSION, "unit": _UNIT,
            "whole": _WHOLE, "program": {**PROGRAM, "description": f"{PROGRAM['description']}; {_OTHER_WAY}"},
        }  # fmt: skip
        return optional(fields, small, "plan", "taken", "program")

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        broken = list(super().complaints(draft, passage))
        yield from broken
        value = result(draft["expression"])
        if value is None:
            yield from [] if broken else ["the calculation comes to no figure that somebody could write down"]
            return
        yield from given_complaints(draft, draft["expression"])
        if draft["whole"] and not float(value).is_integer():
            yield f"the answer is {value:g}, and counts what can't be divided: take other figures, or round up"
        if not broken and value in stated(draft["question"]) and abs(value) > 2:
            yield f"the result {value:g} stands in the question"
        if re.fullmatch(r"\s*[\d.]+\s*", draft["expression"]):
            yield "the calculation is a bare figure: give the way to it"
        yield from self.sizes(value, draft["unit"])

    def sizes(self, value: float, unit: str) -> Iterator[str]:
        """Yield what makes a result impossible in this form."""
        return iter(())

    def asked(self, draft: Draft, random: Random) -> Asked:
        asked = super().asked(draft, random)
        kept = {name: draft[name] for name in ("plan", "program", "taken") if name in draft}
        return Asked(asked.text, {**asked.facts, "whole": draft["whole"], **kept})

    def paper(self, facts: Facts, random: Random) -> Paper:
        unit = f"\n({facts['unit']})" if facts["unit"] else ""
        return Paper(f"{facts['question']}{unit}", {"type": "number"})

    def found(self, answer: str, facts: Facts) -> Any:
        """The last words in bold that hold a figure: one, or the same one in two ways (11/36 ≈ 30.6 %)."""
        bold = [piece for piece in _BOLD.findall(answer) if told_in(piece, facts.get("language", ""))]
        return " ".join(bold[-1].split()) if bold else super().found(answer, facts)

    def agrees(self, value: Any, facts: Facts) -> bool:
        key, whole = exact(facts["expression"]), facts.get("whole", False)
        if key is None or value is None:
            return False
        if not isinstance(value, str):
            return close(value, key, whole=whole)
        tag = facts.get("language", "")
        values = list(_in_unit(told_in(value, tag), facts["unit"], is_known=not tag))
        return bool(values) and all(close(v, key, whole=whole) for v in values)

    async def tried(self, box: Sandbox, draft: Draft) -> list[str]:
        fault = await _other_way(box, draft.get("program", ""), draft["expression"])
        return [fault] if fault else []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        fault = await _other_way(box, facts.get("program", ""), facts["expression"])
        return [found("worked_out_twice", fault, f"calculation and program both come to {facts['key']}")]


def _in_unit(told: Sequence[Told], unit: str, *, is_known: bool) -> Iterator[Fraction]:
    """Yield figures in the unit that was asked for. Those that measure something else are no answers.

    `is_known`: what measures has a name we know in this language.
    """
    known = measure(unit)
    # 153 bags of 2.5 kg: where things are counted, whatever is measured is something else.
    bare = [one for one in told if not one.unit] if unit and not known else list(told)
    for one in bare if bare or is_known else told:
        if known == SHARE and not one.unit and any(other.unit == SHARE for other in told):
            yield 100 * one.value  # 11/36 ≈ 30.6 %
        elif (value := value_in(one, known)) is not None:
            yield value


def given_complaints(draft: Draft, expression: str) -> Iterator[str]:
    """Yield what a calculation uses that its question doesn't say."""
    missing = unsaid(expression, draft["question"], [one["figure"] for one in draft.get("taken", ())])
    if missing:
        yield (
            f"the calculation uses {', '.join(missing[:4])}, which the question doesn't say: use the figures as they"
            " are said there (in digits), or say them, or name them in `taken` if everybody knows them"
        )


async def _other_way(box: Sandbox, program: str, expression: str) -> str:
    if not program:
        return ""
    key = result(expression)
    try:
        value = await printed_figure(box, program)
    except ProgramFailed as failure:
        return f"the program: {failure}"
    if key is not None and abs(value - key) <= 1e-6 * max(1.0, abs(key)) + 0.0005 * abs(key):
        return ""
    return f"the program comes to {value:g} and the calculation to {key:g}: one of them is wrong, or they round apart"


class Probability(Worked):
    """A probability, or an expected value where a unit is named."""

    name = "probability"

    def sizes(self, value: float, unit: str) -> Iterator[str]:
        most = 100 if unit.strip() in ("%", "percent", "per cent") else 1
        if (not unit.strip() or most == 100) and not 0 <= value <= most:
            yield f"{value:g} is no probability: it has to lie between 0 and {most}; an expected value has a unit"


class Withheld(Form):
    """A problem that lacks one quantity: shown by two values of it that lead to two results."""

    name = "withheld"

    def draft(self, small: bool) -> dict[str, Any]:
        value = {"type": "number"}
        return {
            "question": QUESTION,
            "withheld": text(5, 200, "the quantity that is never said, as somebody would name it who misses it"),
            "taken": _TAKEN,
            "expression": text(1, 500, "the calculation with x for that quantity: (x - 12) * 3"),
            "unit": _UNIT,
            "low": {**value, "description": "a value it could well have"},
            "high": {**value, "description": "another value it could as well have"},
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        expression = draft["expression"]
        if not HIDDEN.search(expression):
            yield "the calculation has to use x, the quantity that is never said"
            return
        try:
            results = [compute(_with(expression, draft[end])) for end in ("low", "high")]
        except CannotCompute as error:
            yield f"the calculation {expression!r} can't be carried out: {error}"
            return
        if results[0] == results[1]:
            yield f"it comes to {results[0]} whatever x is: then nothing is missing"
        yield from given_complaints(draft, HIDDEN.sub("0", expression))
        said = [end for end in ("low", "high") if draft[end] in stated(draft["question"]) and abs(draft[end]) > 2]
        if said:
            yield f"{draft[said[0]]:g} stands in the question: choose values of x that nothing there suggests"

    def asked(self, draft: Draft, random: Random) -> Asked:
        withheld, question = draft["withheld"].strip(), draft["question"].strip()
        results = {f"x = {draft[end]:g}": compute(_with(draft["expression"], draft[end])) for end in ("low", "high")}
        why_not = f"(it can't be worked out: {withheld} is not said)"
        facts = {"question": question, "key": why_not, "why_not": why_not, "withheld": withheld, "results": results}
        kept = {"expression": draft["expression"], "taken": draft["taken"], "answerable": False}
        return Asked(question, {**facts, **kept})

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], text(0, 200, "the figure with its unit; empty if there is none"))

    def found(self, answer: str, facts: Facts) -> str:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return False  # whether an answer says what is missing is for a reader


def _with(expression: str, value: float) -> str:
    return HIDDEN.sub(f"({value!r})", expression)
