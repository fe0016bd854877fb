"""Better code is wanted that does the same: on the tests, on inputs a program makes up, and simpler by count."""

from __future__ import annotations

import ast
from typing import Any

from sandbox import Sandbox
from teams.coding.forms.base import found
from teams.coding.forms.written import Written
from teams.coding.programs import parsed, tidy
from teams.engine.stages.forms import Draft, Facts, text
from teams.engine.verdict import Finding

_BRANCHES = (ast.If, ast.For, ast.While, ast.ExceptHandler, ast.IfExp, ast.comprehension, ast.BoolOp, ast.Match)


class Refactored(Written):
    """Code that works and is hard to live with."""

    name = "refactored"
    shows_code = True
    before = "passes"

    def draft(self, small: bool) -> dict[str, Any]:
        fields = super().draft(small)
        points = fields.pop("points")
        many = text(
            40,
            2000,
            "further tests, put after the code in place of the first, that make up many inputs by a fixed rule "
            "(a loop, a small generator) and print a short result of each: under 4,000 characters altogether",
        )
        return {**fields, "many": many, "points": points}

    def parts(self, draft: Draft) -> list[dict[str, Any]]:
        return [*super().parts(draft), {"label": "made-up inputs", "tests": draft["many"], "given": "passes"}]

    async def further_trials(self, box: Sandbox, draft: dict[str, Any], ran: dict[str, Any]) -> list[str]:
        before, after = burden(draft["given"], draft["written_in"]), burden(draft["solution"], draft["written_in"])
        ran["burden"] = before
        if not is_lighter(after, before):
            return [f"the solution is no simpler by count than the code shown: {after} against {before}"]
        return []

    async def looked_at(self, box: Sandbox, facts: Facts, code: str) -> list[Finding]:
        findings = await super().looked_at(box, facts, code)
        now = burden(code, facts["written_in"])
        held = f"{now} against {facts['burden']}"
        return [
            *findings,
            found("simpler_by_count", "" if is_lighter(now, facts["burden"]) else f"no simpler: {held}", held),
        ]


def burden(code: str, language: str) -> dict[str, int]:
    """Count what makes code hard to live with: depth, the longest function, the busiest one, repeats."""
    lines = [line for line in tidy(code).splitlines() if line.strip()]
    bare = [line.strip() for line in lines if len(line.strip()) > 12]
    repeated = len(bare) - len(set(bare))
    tree = parsed(code) if language == "python" else None
    if tree is None:
        deepest = max((len(line) - len(line.lstrip(" \t")) for line in lines), default=0)
        return {"deepest": deepest, "lines": len(lines), "repeated": repeated}
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    busiest = max((sum(isinstance(n, _BRANCHES) for n in ast.walk(f)) for f in functions), default=0)
    longest = max(((f.end_lineno or f.lineno) - f.lineno + 1 for f in functions), default=len(lines))
    return {"deepest": _depth(tree), "longest": longest, "busiest": busiest, "repeated": repeated}


def _depth(node: ast.AST, depth: int = 0) -> int:
    inner = depth + isinstance(node, ast.If | ast.For | ast.While | ast.With | ast.Try)
    return max((_depth(child, inner) for child in ast.iter_child_nodes(node)), default=inner)


def is_lighter(now: dict[str, int], before: dict[str, int]) -> bool:
    """Say whether code is lighter in some count; and what it won is not lost twice over in another."""
    won = [name for name in before if now.get(name, 0) < before[name]]
    lost = [name for name in before if now.get(name, 0) > before[name] * 1.5 + 1]
    return bool(won) and not lost
