"""Documentation is wanted: the code stays what it was, and the examples in its docstrings are run."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from sandbox import Sandbox
from teams.coding.forms.base import CODE, POINTS, QUESTION, RAN, Task, fenced, found
from teams.coding.programs import SECONDS, code_in, parsed
from teams.engine.stages.forms import Draft, Facts
from teams.engine.verdict import Finding

_DOCTEST = """
import doctest, importlib.util, json
spec = importlib.util.spec_from_file_location("documented", "documented.py")
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
result = doctest.testmod(module, verbose=False)
print()
print({mark!r}, json.dumps([result.attempted, result.failed]))
"""
_HOLDERS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Documented(Task):
    """Python code to be documented, with examples."""

    name = "documented"
    tongues: tuple[str, ...] = ("python",)
    kept: tuple[str, ...] = ("given", "solution")

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "given": {**CODE, "description": "Python without docstrings or comments: one or more functions or a class"},
            "question": QUESTION,
            "solution": {**CODE, "description": "the same code, documented, with an example in each public docstring"},
            "points": POINTS,
        }

    def shown(self, draft: Draft, ran: Mapping[str, Any]) -> list[str]:
        return [fenced(draft["given"], "python")]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        tree = parsed(draft["given"])
        if tree is None or not public(tree):
            yield "the code that is shown has to be Python with a public function"
        elif all(ast.get_docstring(node) for node in public(tree)):
            yield "the code that is shown is documented already"

    async def tried(self, box: Sandbox, draft: dict[str, Any]) -> list[str]:
        fault = await unfit(box, draft["given"], draft["solution"])
        draft[RAN] = {"written_in": "python"}
        return [f"the solution: {fault}"] if fault else []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        tries = code_in(answer, "python")
        faults = [await unfit(box, facts["given"], code) for code in tries]
        fault = "" if "" in faults else (faults or ["no Python in the answer"])[0]
        return [found("examples_hold", fault, "the code is as it was, and the examples in its docstrings come out")]


def public(tree: ast.AST) -> list[Any]:
    """Return the functions and classes that others use."""
    return [n for n in ast.walk(tree) if isinstance(n, _HOLDERS) and not n.name.startswith("_")]


def undocumented(code: str) -> str | None:
    """Return what code is without its docstrings and comments; None if it is no Python."""
    tree = parsed(code)
    for node in ast.walk(tree) if tree else ():
        if isinstance(node, (ast.Module, *_HOLDERS)) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    for node in ast.walk(tree) if tree else ():  # annotations say what a docstring would
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
        elif isinstance(node, ast.arg):
            node.annotation = None
    return ast.dump(tree) if tree else None


async def unfit(box: Sandbox, given: str, code: str) -> str:
    """Return what is wrong with documented code; '' if nothing is."""
    if undocumented(code) is None:
        return "it can't be read as Python"
    if undocumented(code) != undocumented(given):
        return "the code itself was changed, or part of it left out"
    tree = parsed(code)
    bare = [node.name for node in public(tree) if not ast.get_docstring(node)] if tree else []
    if bare:
        return f"{bare[0]} has no docstring"
    # What the code prints by itself is no result: it does not know the mark.
    mark = f"--- {sha256(code.encode('utf-8', 'replace')).hexdigest()[:10]}"
    ran = await box.run_python(_DOCTEST.format(mark=mark), files={"documented.py": code}, timeout=SECONDS)
    counted = [line for line in ran.stdout.splitlines() if line.startswith(f"{mark} ")]
    if ran.exit_code or len(counted) != 1:
        return "its examples can't be run"
    attempted, failed = json.loads(counted[0].removeprefix(f"{mark} "))
    if failed:
        said = [line.strip() for line in ran.stdout.splitlines() if line.strip()]
        return f"{failed} of {attempted} examples come out otherwise: {' '.join(said[1:8])[:200]}"
    return "" if attempted else "it has no example that can be run"
