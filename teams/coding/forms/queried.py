"""A query is wanted: it is tried on the rows that are shown, and on others.

It is one statement that reads. The tables are closed to writing while it runs, and what could open them again or speak
to the shell of SQLite is no query.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox import Sandbox
from teams.coding.forms.base import CODE, POINTS, QUESTION, fenced, found
from teams.coding.forms.written import NEITHER, Written, trial_of_part
from teams.coding.programs import ProgramFailed, Trial, difference, is_ordered, outputs
from teams.engine.stages.forms import Draft, Facts, text
from teams.engine.verdict import Finding

_READS = re.compile(r"(?:\s+|--[^\n]*|/\*.*?\*/)*(?:SELECT|WITH|VALUES)\b", re.IGNORECASE | re.DOTALL)
_LONGEST = 4_000
"""Characters of a query."""
_COMMENT = re.compile(r"/\*.*?\*/|--[^\n]*", re.DOTALL)


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

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if fault := not_a_query(draft["solution"]):
            yield f"the solution: {fault}"

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

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        more = trial_of_part({"written_in": "sql", "setup": _more(facts)}, {})
        fault = await difference(box, more, code, facts["other"], ordered=is_ordered("sql", facts["solution"]))
        return [
            found("query_only_reads", not_a_query(code), "one statement that reads"),
            found("query_holds_elsewhere", fault, f"on other rows, too: {facts['other'][0][:80]!r}"),
        ]


def not_a_query(code: str) -> str:
    """Say why SQL is not one statement that reads; '' if it is."""
    if len(code) > _LONGEST:
        return f"it has {len(code):,} characters; a query of {_LONGEST:,} can be read"
    if any(line.startswith(".") for line in code.splitlines()):
        return "it holds commands to the shell of SQLite: one statement is wanted"
    statements, held = [], ""
    for piece in code.split(";"):
        held += f"{piece};"
        if sqlite3.complete_statement(held):
            statements.append(held)
            held = ""
    said = [one for one in statements if _COMMENT.sub(" ", one).strip(" \t\r\n;")]
    if len(said) != 1:
        return f"it holds {len(said)} statements: one is wanted"
    return "" if _READS.match(said[0]) else "it does more than read: one statement with SELECT is wanted"


def _more(facts: Mapping[str, Any]) -> str:
    return f"{facts['setup']}\n{facts['other_rows']}"
