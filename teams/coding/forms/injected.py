"""Working code into which a program puts a wrong turn: it is shown with its tests and what they print now.

Whoever answers sees the tests, or nobody could say why lines came out as they did; so code could be fitted to them (if
the input is 4, return 20). Further cases are kept back: their writer gives the inputs, the right code says what comes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any

from sandbox import Sandbox
from teams.coding.forms.base import TESTS, called, fenced, found, names_line
from teams.coding.forms.base import trials_of as trials
from teams.coding.forms.written import Written
from teams.coding.mutants import Mutant, mutants
from teams.coding.programs import SECONDS_TURNED, ProgramFailed, Trial, difference, outputs, trial_of, words_in
from teams.engine.stages.forms import Draft, Facts
from teams.engine.verdict import Finding

FEWEST_NEW = 3
"""Lines that the cases kept back have to print and the shown ones do not."""
LONGEST_DIFF = 14
KEPT_BACK = {
    **TESTS,
    "description": "further cases, which the user is not shown: of the same sorts as in tests, as many, with other"
    " values and labels; what they have to print is found by running the solution",
}


class Injected(Written):
    """Code with a wrong turn put into it, and what it does to the tests."""

    name = "injected"
    shows_code = True
    can_lead = False

    def draft(self, small: bool) -> dict[str, Any]:
        fields = super().draft(small)
        points = fields.pop("points")
        return {**fields, "kept_back": KEPT_BACK, "points": points}

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        if "given" not in ran:
            return []
        key = draft["written_in"]
        return [fenced(ran["given"], key), fenced(draft["tests"], key), fenced(ran["diff"], "diff")]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        told = words_in(f"{draft['question']} {draft['tests']}")
        if lost := sorted(called(draft["kept_back"], draft["solution"]) - told):
            yield f"the cases kept back use {', '.join(map(repr, lost[:4]))}, which the user was not told of"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        try:
            return await super().tried(box, draft)
        except ProgramFailed as failure:
            return [f"the solution, in the cases kept back: {failure}"]

    async def beside(self, box: Sandbox, draft: Draft) -> list[tuple[Trial, Sequence[str]]]:
        more = trial_of(draft, {"tests": draft["kept_back"]})
        return [(more, await outputs(box, more, draft["solution"]))]

    async def further_trials(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        (made, wanted), *_ = trials({**draft, **ran})
        ((more, prints),) = await self.beside(box, draft)
        new = set(prints[0].splitlines()) - set(wanted[0].splitlines())
        if len(new) < FEWEST_NEW:
            return [f"the cases kept back print {len(new)} lines that the shown ones don't: try other values in them"]
        for one in sorted(mutants(draft["solution"], draft["written_in"], 12), key=lambda m: _hash(m.code)):
            try:
                (said,) = await outputs(box, made, one.code, seconds=SECONDS_TURNED)
            except ProgramFailed:
                continue  # a bug that stops the program is found at once
            if said != wanted[0] and await self._seen_anew(box, one, more, prints[0], new):
                ran |= {**_shown_of(one, draft["solution"]), "diff": difference_of(wanted[0], said)}
                ran["kept_back"] = {"tests": draft["kept_back"], "prints": list(prints)}
                return []
        return [
            "no small wrong turn in it changes what the tests and the cases kept back print: give it more to decide, or"
            " try each decision in both"
        ]

    async def _seen_anew(self, box: Sandbox, one: Mutant, more: Trial, wanted: str, new: set[str]) -> bool:
        """Say whether a wrong turn shows in cases that are kept back and are not among those shown as well."""
        try:
            (said,) = await outputs(box, more, one.code, seconds=SECONDS_TURNED)
        except ProgramFailed:
            return True
        return any(line not in said.splitlines() for line in wanted.splitlines() if line in new)

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        findings = await super().looked_at(box, facts, code)
        if "kept_back" not in facts:  # kept from before there were such cases
            return findings
        more, prints = trial_of(facts, facts["kept_back"]), facts["kept_back"]["prints"]
        fault = await difference(box, more, code, prints)
        fault = f"it does what is wanted in the cases shown, and not in others: {fault}" if fault else ""
        held = f"{len(prints[0].splitlines())} lines of cases that were kept back come as they should"
        return [*findings, found("holds_beyond_what_is_shown", fault, held)]


def _hash(code: str) -> str:
    return sha256(code.encode("utf-8", "replace")).hexdigest()


def _shown_of(one: Mutant, solution: str) -> dict[str, Any]:
    place = solution.splitlines()[one.line - 1].strip()
    now = one.code.splitlines()[one.line - 1].strip()
    known = [f"Wrong in the code shown: {now!r}, right is {place!r}"]
    return {"given": one.code, "line": now, "line_number": one.line, "fault": str(one), "known": known}


def difference_of(wanted: str, said: str) -> str:
    """Return the lines of two outputs, marked where they part; of a long one, those around the first difference."""
    lines: list[str] = []
    right, now = wanted.splitlines(), said.splitlines()
    for number in range(max(len(right), len(now))):
        pair = right[number : number + 1], now[number : number + 1]
        same = pair[0] == pair[1]
        lines += [f"  {pair[0][0]}"] if same else [*(f"- {x}" for x in pair[0]), *(f"+ {x}" for x in pair[1])]
    first = next((place for place, line in enumerate(lines) if not line.startswith("  ")), 0)
    start = max(0, min(first - 4, len(lines) - LONGEST_DIFF))
    return "\n".join(lines[start : start + LONGEST_DIFF])


class Located(Injected):
    """The same, and the line at fault is to be named."""

    name = "located"

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        named = names_line(answer, facts["given"], facts["line"], facts.get("line_number", 0))
        fault = "" if named else f"it does not name the line at fault: {facts['line']!r}"
        made = found("line_named", fault, f"names {facts['line']!r}")
        return [made, *await super().carried_out(box, facts, answer)]
