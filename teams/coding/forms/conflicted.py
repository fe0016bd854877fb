"""Requirements that can't all be kept: two programs prove it, each keeps one of them and breaks the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sandbox import Sandbox
from teams.coding.forms.base import CODE, LANGUAGE, POINTS, QUESTION, Task, found
from teams.coding.programs import ProgramFailed, Trial, lines_of, outputs
from teams.engine.stages.forms import Draft, Facts, closed, text
from teams.engine.verdict import Finding

_SIDE = closed(
    {
        "requirement": text(10, 300, "as the question has it, word by word"),
        "keeps": {**CODE, "description": "the code as somebody writes it who keeps this one"},
        "prints": text(1, 120, "what the case prints with it"),
    }
)


class Conflicted(Task):
    """A function that nobody can write as it is wanted."""

    name = "conflicted"
    shape = "prose"
    shows_code = False
    kept: tuple[str, ...] = ("case", "one", "other")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "written_in": LANGUAGE, "one": _SIDE, "other": _SIDE,
            "case": text(6, 300, "code put after either that prints what comes out in the case where the two clash"),
            "question": QUESTION, "points": POINTS,
        }  # fmt: skip

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for side in ("one", "other"):
            if draft[side]["requirement"].strip().rstrip(".") not in draft["question"]:
                yield f"the question does not say {draft[side]['requirement']!r} in these words"
        if lines_of(draft["one"]["prints"]) == lines_of(draft["other"]["prints"]):
            yield "both print the same in that case: then nothing clashes"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        return [fault for side in ("one", "other") if (fault := await self.fault(box, draft, side))]

    async def fault(self, box: Sandbox, facts: Mapping[str, Any], side: str) -> str:
        try:
            (said,) = await outputs(box, Trial(facts["written_in"], after=facts["case"]), facts[side]["keeps"])
        except ProgramFailed as failure:
            return f"the code of {side!r}: {failure}"
        same = lines_of(said) == lines_of(facts[side]["prints"])
        return "" if same else f"the code of {side!r} prints {said[:120]!r} in the case, not {facts[side]['prints']!r}"

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        faults = [fault for side in ("one", "other") if (fault := await self.fault(box, facts, side))]
        held = f"in {facts['case']!r} one demands {facts['one']['prints']!r}, the other {facts['other']['prints']!r}"
        findings = [found("clash_is_real", "; ".join(faults), held)]
        told = all(value in answer for side in ("one", "other") for value in lines_of(facts[side]["prints"])[:1])
        return [
            *findings,
            found("clash_is_told", "" if told else "it does not show what each of the two demands", held),
        ]
