"""A rule that a model wrote as a short Python function: run in the sandbox, looked up here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.engine.schemas import several, text
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit
from teams.few_shot_reasoning.rules.figures import ATOMS as FIGURES
from teams.few_shot_reasoning.rules.letters import ATOMS as LETTERS

SECONDS = 10.0
LONGEST = 200
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_MARK = "outputs of the rule:"
_RUN = """
import json as _json
_said = []
for _x in {inputs!r}:
    try:
        _y = rule(_x)
        _said.append([True, _y if isinstance(_y, str) else None])
    except Exception as _error:
        _said.append([False, type(_error).__name__ + ": " + str(_error)[:200]])
print()
print({mark!r}, _json.dumps(_said))
"""


class RuleFailed(Exception):
    """The function does not do; the message says why, in one line."""


async def carried_out(box: Sandbox, code: str, inputs: Sequence[str]) -> dict[str, str]:
    """Return what `rule(x)` makes of each input. Raises `RuleFailed`."""
    ran = await box.run_python(code + _RUN.format(inputs=list(inputs), mark=_MARK), timeout=SECONDS)
    if ran.timed_out:
        raise RuleFailed(f"it did not end within {SECONDS:g} seconds")
    last = [line for line in ran.stdout.splitlines() if line.startswith(_MARK)][-1:]
    if ran.exit_code or not last:
        errors = [line for line in ran.stderr.strip().splitlines() if line.strip()][-1:]
        raise RuleFailed(f"it fails: {errors[0][:200] if errors else 'it ends before its outputs are through'}")
    try:
        made = [(bool(is_good), y) for is_good, y in json.loads(last[0][len(_MARK) :])]
    except (ValueError, TypeError, RecursionError):
        made = []
    if len(made) != len(inputs):  # its own last words look like ours
        raise RuleFailed("it has to return its outputs and to print nothing")
    for x, (is_good, y) in zip(inputs, made, strict=True):
        if not is_good:
            raise RuleFailed(f"rule({x!r}) fails: {y}")
        if not isinstance(y, str) or not y or len(y) > LONGEST or "\n" in y:
            raise RuleFailed(f"rule({x!r}) has to return one short line of text that is not empty")
    return {x: y for x, (_, y) in zip(inputs, made, strict=True)}


class House(Domain):
    """A text in, a text out, by a rule of somebody's own: how a shelf mark, a fee, a slot is made."""

    name = "house"
    least = 6

    def wants(self, small: bool) -> dict[str, Any]:
        code = text(20, 1500, "def rule(x): takes an input as text, returns the output as text; standard library only")
        inputs = several(
            text(1, 120, "one line"),
            9,
            14,
            "inputs as they would really come, all different, with the cases at which the rule turns",
        )
        return {"rule": text(15, 500, "the rule in plain words, with its turns"), "code": code, "inputs": inputs}

    def complaints(self, matter: Matter) -> Iterator[str]:
        if not re.search(r"^def rule\(\w+[^)]*\)", matter["code"], re.MULTILINE):
            yield "the code has to define rule(x)"
        if len(self._inputs(matter)) < 8:
            yield "at least eight different inputs of one line are needed"

    def _inputs(self, matter: Matter) -> list[str]:
        return list(dict.fromkeys(" ".join(x.split()) for x in matter["inputs"] if x.strip()))

    def draw(self, random: Random, matter: Matter) -> Spec:
        table = matter.get("table")
        if not isinstance(table, Mapping):
            raise Unfit("the rule was not carried out")
        if len(set(table.values())) < 3:
            raise Unfit("nearly all inputs lead to the same output: nothing could be learned from them")
        return {"table": dict(table)}

    def told(self, spec: Spec) -> str:
        return "a function of its own"

    def run(self, spec: Spec, x: Any) -> str:
        if x not in spec["table"]:
            raise Unfit(f"the rule was not carried out on {x!r}")
        return str(spec["table"][x])

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return list(matter["table"])

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        for atom in LETTERS.values():
            for args in atom.args:
                yield atom.says.format(*args), partial(_safe, atom.run, args)
        for atom in FIGURES.values():
            for args in atom.args:
                yield f"of its number: {atom.says.format(*args)}", partial(_figured, atom.run, args)
        for at in (0, 1, -1):
            yield f"its word number {at}", partial(_safe, _word, (at,))
            yield f"its number {at}", partial(_safe, _figure, (at,))
        for y in sorted(set(spec["table"].values())):
            yield f"always {y}", partial(_always, y)


def _word(x: str, at: int) -> str:
    return x.split()[at]


def _figure(x: str, at: int) -> str:
    return str(_NUMBER.findall(x)[at])


def _always(y: str, x: str) -> str:
    return y


def _safe(run: Callable[..., Any], args: Sequence[Any], x: str) -> str:
    try:
        return str(run(x, *args))
    except (ValueError, IndexError, TypeError) as error:
        raise Unfit(str(error)) from None


def _figured(run: Callable[..., Any], args: Sequence[Any], x: str) -> str:
    found = _NUMBER.findall(x)
    if len(found) != 1 or "." in found[0]:
        raise Unfit("it holds not one whole number")
    try:
        return x.replace(found[0], str(run(int(found[0]), *args)))
    except (ValueError, IndexError, ZeroDivisionError) as error:
        raise Unfit(str(error)) from None
