"""Queries in SQL and SPARQL: the reference and the answer are run on the data shown and on others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.data_to_text import sandboxed
from teams.data_to_text.data.dresses import dressed, fenced
from teams.data_to_text.data.graphs import GRAPHS, sql
from teams.data_to_text.data.model import Data
from teams.data_to_text.forms.base import REQUEST, TABLES, Shown, data_of, posed
from teams.data_to_text.forms.executed import POINTS, TRIES, Executed, another, blocks_of
from teams.data_to_text.sandboxed import QueryFailed, Ran, ran, same_rows
from teams.engine.schemas import text
from teams.engine.stages.forms import Asked, Draft, Facts
from teams.engine.verdict import Finding

MOST = 40
"""Rows of a result that can be looked at."""


@dataclass(frozen=True)
class Query(Executed):
    """A query in SQL or SPARQL."""

    language: str = "sql"

    name = "query"

    def draft(self, small: bool) -> dict[str, Any]:
        query = text(15, 1500, f"the one query in {'SQLite' if self.language == 'sql' else 'SPARQL'} that answers it")
        return {"tables": TABLES, "query": query, "points": POINTS, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        if len(data.only(*draft["tables"]).tables) < len(set(draft["tables"])):
            yield f"there are only the tables {', '.join(t.name for t in data.tables)}"
        if why := sandboxed.refused(self.language, draft["query"]):
            yield f"the query: {why}"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        if self.language == "sparql":
            shown = Shown(data, "turtle", dressed(data, "turtle"))
        else:
            most = random.choice([None, 4, None])
            block = sql(data, most_rows=most)
            shown = Shown(data, "sql", fenced(block, "sql"))
        return posed(draft["question"], shown, random, tag, query=draft["query"].strip(), language_of=self.language,
                     points=list(draft["points"]),
                     notes=[f"One query that does it: {draft['query'].strip()}"])  # fmt: skip

    def made(self, data: Data) -> str:
        return GRAPHS["turtle"].show(data) if self.language == "sparql" else sql(data)

    async def tried(self, box: Sandbox | None, draft: Draft, data: Data) -> list[str]:
        if box is None:
            return []
        data = data.only(*draft["tables"])
        try:
            first, *others = await self.runs(box, draft["query"], data)
        except QueryFailed as failure:
            return [f"the query: {failure}"]
        if first.error:
            return [f"the query: {first.error}"]
        if not first.rows or len(first.rows) > MOST:
            return [f"the query gives {len(first.rows)} rows of these data; 1 to {MOST} can be looked at"]
        if all(same_rows(first, other, ordered=False) for other in others):
            return ["the query gives the same rows whatever the data are: it does not read them"]
        return []

    async def runs(self, box: Sandbox, query: str, data: Data) -> list[Ran]:
        """Return what a query gives: of the data, then of other sets, the same for every query."""
        return await ran(
            box, self.language, query, [self.made(data), *(self.made(another(data, n)) for n in range(TRIES))]
        )

    async def carried_out(self, box: Sandbox | None, facts: Facts, answer: str) -> list[Finding]:
        if box is None:
            return [Finding("query_gives_rows", False, "there is no sandbox to carry it out in")]
        data, reference = data_of(facts), str(facts["query"])
        wanted = await self.runs(box, reference, data)
        ordered = await self._is_ordered(box, reference, data, wanted[0])
        fault = "there is no query in the answer"
        for query in blocks_of(answer, "sql", "sqlite", "sparql"):
            try:
                given = await self.runs(box, query, data)
            except QueryFailed as failure:
                fault = f"the query: {failure}"
                continue
            if fault := _difference(given, wanted, ordered):
                continue
            held = [n for n, one in enumerate(wanted) if not one.error]
            seen = f"the same rows as the reference on {len(held)} sets of data: {str(given[0].rows[:2])[:120]}"
            return [Finding("query_gives_rows", True, seen, "sandbox")]
        return [Finding("query_gives_rows", False, fault, "sandbox")]

    async def _is_ordered(self, box: Sandbox, query: str, data: Data, first: Ran) -> bool:
        """Does the reference ask for an order, and leave none of it open?"""
        if "order by" not in " ".join(query.casefold().split()):
            return False
        turned = replace(data, tables=tuple(replace(t, rows=t.rows[::-1]) for t in data.tables))
        again = (await ran(box, self.language, query, [self.made(turned)]))[0]
        return not again.error and again.rows == first.rows


def _difference(given: Sequence[Ran], wanted: Sequence[Ran], ordered: bool) -> str:
    for n, (one, other) in enumerate(zip(given, wanted, strict=True)):
        if other.error:
            continue
        where = "the data shown" if not n else "another set of data"
        if one.error:
            return f"the query: {one.error}"
        # The order was found to be whole for the data shown only.
        if not same_rows(other, one, ordered=ordered and not n):
            return f"of {where} the query gives {str(one.rows[:3])[:100]}, wanted is {str(other.rows[:3])[:100]}"
    return ""
