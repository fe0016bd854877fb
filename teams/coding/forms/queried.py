"""A query is wanted: it is tried on the rows that are shown, and on others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox import Sandbox
from teams.coding.forms.base import CODE, POINTS, QUESTION, fenced, found
from teams.coding.forms.written import NEITHER, Written, trial_of_part
from teams.coding.programs import ProgramFailed, Trial, code_in, difference, is_ordered, outputs
from teams.engine.stages.forms import Draft, Facts, text
from teams.engine.verdict import Finding


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
        more = trial_of_part({"written_in": "sql", "setup": _more(draft)}, {})
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
        more = trial_of_part({"written_in": "sql", "setup": _more(facts)}, {})
        faults = [
            await difference(box, more, code, facts["other"], ordered=is_ordered("sql", facts["solution"]))
            for code in code_in(answer, "sql")
        ]
        fault = "" if "" in faults else faults[0]
        return [*findings, found("query_holds_elsewhere", fault, f"on other rows, too: {facts['other'][0][:80]!r}")]


def _more(facts: Mapping[str, Any]) -> str:
    return f"{facts['setup']}\n{facts['other_rows']}"
