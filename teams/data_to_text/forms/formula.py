"""Formulas of a sheet: the reference and the answer are worked out on the sheet shown and on others as high."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.data_to_text.data import formulas
from teams.data_to_text.data.dresses import dressed, letters
from teams.data_to_text.data.formula_values import BadFormula
from teams.data_to_text.data.model import Data, Table
from teams.data_to_text.forms.base import REQUEST, Shown, data_of, posed
from teams.data_to_text.forms.executed import POINTS, TRIES, Executed, another
from teams.engine.schemas import text
from teams.engine.stages.forms import Asked, Draft, Facts
from teams.engine.verdict import Finding
from tools.markup import fences


@dataclass(frozen=True)
class Formula(Executed):
    """A formula for a cell of a sheet; it is carried out by our own reader of formulas, not by a sandbox."""

    dresses: tuple[str, ...] = ("grid",)

    name = "formula"

    def draft(self, small: bool) -> dict[str, Any]:
        formula = text(4, 500, 'that answers it, as one types it into a cell: =SUMIFS(C2:C9,B2:B9,"north")')
        return {"table": text(1, 40, ""), "formula": formula, "points": POINTS, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        table = data.table(draft["table"])
        first = self.result(draft["formula"], table)
        if first == "" or (isinstance(first, str) and first.startswith("could not")):
            yield f"the formula {first or 'comes to nothing'}"
            return
        others = [self.result(draft["formula"], one) for one in _same_height(data, table)]
        if all(other == first for other in others):
            yield "the formula gives the same whatever the cells hold: it does not read them"
        if isinstance(first, Fraction) and f" {formulas.shown(first)} " in f" {draft['question']} ":
            yield "the result stands in the question"

    def result(self, formula: str, table: Table) -> Any:
        try:
            return formulas.computed(formula, table)
        except BadFormula as error:
            return f"could not be carried out: {error}"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(draft["table"])
        shown = Shown(data, "grid", dressed(data, "grid"))
        last = f"{letters(len(data.tables[0].columns) - 1)}{len(data.tables[0].rows) + 1}"
        return posed(draft["question"], shown, random, tag, formula=draft["formula"].strip(), last=last,
                     points=list(draft["points"]),
                     notes=[f"One formula that does it: {draft['formula'].strip()}"])  # fmt: skip

    async def tried(self, box: Sandbox | None, draft: Draft, data: Data) -> list[str]:
        return []  # faults has carried it out

    async def carried_out(self, box: Sandbox | None, facts: Facts, answer: str) -> list[Finding]:
        table = data_of(facts).tables[0]
        sets = [table, *_same_height(data_of(facts), table)]
        wanted = [self.result(facts["formula"], one) for one in sets]
        tries = formulas_in(answer)
        fault = "there is no formula in the answer"
        for formula in tries:
            given = [self.result(formula, one) for one in sets]
            off = [n for n, (one, other) in enumerate(zip(given, wanted, strict=True)) if not _same(one, other)]
            if not off:
                seen = f"{formula} gives {formulas.shown(wanted[0])}, and what is right on {len(sets) - 1} other sheets"
                return [Finding("formula_gives_value", True, seen)]
            fault = f"{formula} gives {_brief(given[off[0]])}, {_brief(wanted[off[0]])} is right"
            fault += " on another sheet with other cells" if off[0] else ""
        return [Finding("formula_gives_value", False, fault)]


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, str) and other.startswith("could not"):
        return True  # the reference says nothing of this sheet
    return formulas.same(one, other)


def _brief(held: Any) -> str:
    return formulas.shown(held)[:80]


def _alone(data: Data, table: Table) -> Data:
    return data.only(table.name)


def _same_height(data: Data, table: Table) -> list[Table]:
    """Other sheets as high as this one: a formula names the rows it reads."""
    found = []
    for n in range(TRIES):
        other = another(_alone(data, table), n).tables[0]
        if len(other.rows) < len(table.rows):
            short = len(table.rows) - len(other.rows)
            other = replace(other, rows=(*other.rows, *(_fresh(table, other, k) for k in range(short))))
        found.append(replace(other, rows=other.rows[: len(table.rows)]))
    return found


def _fresh(table: Table, other: Table, n: int) -> tuple[str, ...]:
    """A row more, of cells that came up, with a key of its own."""
    row = list(other.rows[n % len(other.rows)])
    if table.key:
        at = table.at(table.key.name)
        used = {r[at] for r in other.rows}
        free = [r[at] for r in table.rows if r[at] not in used]
        row[at] = free[n % len(free)] if free else f"{row[at]}{n}"
    return tuple(row)


_FORMULA = re.compile(r"(?<!\S)=(?=[A-Za-z$(+\-\d\"])[^\n`]*")


def formulas_in(answer: str) -> list[str]:
    """Return what an answer gives as formulas: in blocks, in code, on lines of their own."""
    found = [
        line.strip() for block in fences(answer) for line in block.body.split("\n") if line.strip().startswith("=")
    ]
    found += [said.strip() for said in re.findall(r"`(=[^`\n]+)`", answer)]
    found += [line.strip() for line in answer.split("\n") if line.strip().startswith("=")]
    return list(dict.fromkeys(found or [m.group().strip() for m in _FORMULA.finditer(answer)]))
