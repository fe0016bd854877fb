"""Questions on code: what is asked for has tests, and the answer's code is run against them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.engine.stages.forms import Asked, Draft, Facts, several, text
from teams.engine.verdict import Finding
from teams.open_domain_qa.forms.asked import QUESTION
from teams.open_domain_qa.forms.executed import Executed, found
from teams.open_domain_qa.forms.reasoned import Reasoned
from teams.open_domain_qa.programs import ProgramFailed, code_in, printed, rows_of, test_failure

_POINTS = several(text(10, 300, ""), 1, 4, "what a good answer explains beside the code, each a full sentence")
_ROWS = 40


class _Code(Reasoned, Executed):
    """Common: the points, and the code that is kept for the checks."""

    shape = "code"
    kept: tuple[str, ...] = ()

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        kept = {name: draft[name] for name in self.kept}
        return Asked(self.shown(made.text, draft), {**made.facts, **kept})

    def shown(self, question: str, draft: Draft) -> str:
        return question


class Function(_Code):
    """How to do something in Python, as a function that is named."""

    name = "function"
    kept = ("function", "solution", "tests")

    def draft(self, small: bool) -> dict[str, Any]:
        test = text(8, 300, "assert fold([1, 1, 2]) == [(1, 2), (2, 1)]")
        return {
            "question": QUESTION,
            "function": text(1, 40, "the name of the function, as the question gives it"),
            "solution": text(20, 2500, "Python, standard library only: the whole of it, imports included"),
            "tests": several(test, 3, 8, "one line each: the question's own example and the awkward cases"),
            "points": _POINTS,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        name = draft["function"]
        if name not in draft["question"]:
            yield f"the question does not name the function {name!r}"
        if not name.isidentifier() or name not in _defined(draft["solution"]):
            yield f"the solution does not define {name!r}, or can't be read as Python"
        for test in draft["tests"]:
            if not (test.startswith("assert ") and name in test and _reads(test)):
                yield f"{test[:80]!r} is no test: one line of Python, begun with assert, that calls {name}"

    async def tried(self, box: Sandbox, draft: Draft) -> list[str]:
        if fault := await test_failure(box, draft["solution"], draft["tests"]):
            return [f"the solution does not pass the tests: {fault}"]
        empty = f"def {draft['function']}(*given, **named):\n    return None"
        if not await test_failure(box, empty, draft["tests"]):
            return ["a function that does nothing passes the tests too"]
        return []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        blocks = code_in(answer, "python", "py", "python3")
        tries = [block for block in blocks if facts["function"] in _defined(block)]
        tries += ["\n\n".join(blocks)] if len(blocks) > 1 else []
        faults = [await test_failure(box, code, facts["tests"]) for code in tries]
        fault = "" if "" in faults else (faults[0] if faults else f"no code in the answer defines {facts['function']}")
        return [found("code_passes_tests", fault, f"{len(facts['tests'])} tests pass: {facts['tests'][-1][:100]}")]


class Query(_Code):
    """How to get something out of a small database with one query."""

    name = "query"
    kept = ("setup", "query")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "setup": text(60, 3000, "CREATE TABLE and INSERT statements that make and fill the tables (SQLite)"),
            "question": {**QUESTION, "description": "as the reader will see it; the statements are put under it"},
            "query": text(20, 1200, "the one query that answers it"),
            "points": _POINTS,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if draft["setup"].strip()[:40] in draft["question"]:
            yield "leave the statements out of the question: they are put under it"

    def shown(self, question: str, draft: Draft) -> str:
        return f"{question}\n\n```sql\n{draft['setup'].strip()}\n```"

    async def tried(self, box: Sandbox, draft: Draft) -> list[str]:
        try:
            rows = await rows_of(box, draft["setup"], draft["query"])
        except ProgramFailed as failure:
            return [f"the query: {failure}"]
        if not rows:
            return ["the query finds nothing in these tables"]
        return [f"the query finds {len(rows)} rows; {_ROWS} at most can be looked at"] if len(rows) > _ROWS else []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        wanted = await rows_of(box, facts["setup"], facts["query"])
        fault = "no query in the answer"
        for query in reversed(code_in(answer, "sql", "sqlite")):
            try:
                rows = await rows_of(box, facts["setup"], query)
            except ProgramFailed as failure:
                fault = f"the query: {failure}"
                continue
            if _ordered(rows, facts["query"]) == _ordered(wanted, facts["query"]):
                return [found("query_gives_rows", "", f"{len(rows)} rows as wanted, the first {rows[0]}")]
            fault = f"the query gives {str(rows)[:120]}, wanted is {str(wanted)[:120]}"
        return [found("query_gives_rows", fault, "")]


class Discrepancy(_Code):
    """Why code does something else than was expected, and what does it."""

    name = "discrepancy"
    kept = ("snippet", "prints", "expected", "fix")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "snippet": text(20, 1200, "the code they show: whole, short, it prints its result"),
            "prints": text(1, 300, "what it really prints"),
            "expected": text(1, 300, "what they expected it to print"),
            "fix": text(20, 1200, "the code, mended, so that it prints what they expected"),
            "question": {
                **QUESTION,
                "description": "with what it prints and should print; the code is put under it",
            },
            "points": _POINTS,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for part in ("prints", "expected"):
            lost = [line for line in draft[part].split("\n") if line.strip() and line.strip() not in draft["question"]]
            if lost:
                yield f"the question does not say {lost[0]!r} ({part}), letter by letter"
        if draft["prints"].strip() == draft["expected"].strip():
            yield "it prints what was expected"

    def shown(self, question: str, draft: Draft) -> str:
        return f"{question}\n\n```python\n{draft['snippet'].strip()}\n```"

    async def tried(self, box: Sandbox, draft: Draft) -> list[str]:
        pairs = (("snippet", "prints"), ("fix", "expected"))
        return [fault for code, said in pairs if (fault := await _prints_else(box, code, draft[code], draft[said]))]

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        blocks = code_in(answer, "python", "py", "python3")
        tries = [*blocks, *(["\n\n".join(blocks)] if len(blocks) > 1 else [])]
        faults = [await _prints_else(box, "code", code, facts["expected"]) for code in tries]
        fault = "" if "" in faults else (faults[0] if faults else "no code in the answer shows how it is done")
        return [found("code_prints_expected", fault, f"the answer's code prints {facts['expected'][:80]!r}")]


async def _prints_else(box: Sandbox, name: str, code: str, wanted: str) -> str:
    try:
        said = await printed(box, code)
    except ProgramFailed as failure:
        return f"the {name}: {failure}"
    same = [line.strip() for line in said.splitlines()] == [line.strip() for line in wanted.strip().splitlines()]
    return "" if same else f"the {name} prints {said[:120]!r}, not {wanted[:120]!r}"


def _ordered(rows: Sequence[Sequence[Any]], query: str) -> list[str]:
    """Return rows as they can be compared: their order counts only where the query asks for one."""
    said = [repr([round(v, 6) if isinstance(v, float) else v for v in row]) for row in rows]
    return said if "order by" in " ".join(query.casefold().split()) else sorted(said)


def _reads(code: str) -> bool:
    try:
        ast.parse(code)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


def _defined(code: str) -> set[str]:
    try:
        nodes = ast.parse(code).body
    except (SyntaxError, ValueError, RecursionError):
        return set()
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef)}
