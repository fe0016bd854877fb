"""Word problems worked out in steps: the sums are carried out by program, the story is read blind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms import Draft, Facts
from teams.few_shot_reasoning.episode import REASONS
from teams.few_shot_reasoning.forms.task import NAMES, OPENING, Task, Wish
from teams.few_shot_reasoning.forms.written import FIGURE, line, told_as
from teams.few_shot_reasoning.layout import Shot
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

_PLAIN_NUMBERS = {0, 1, 2, 3, 4, 7, 10, 12, 24, 30, 52, 60, 100, 365, 1000, 3600}
"""What everybody knows without being told: halves, dozens, hours, days, per cent."""


class Reckoned(Task):
    """Word problems of one kind, each worked out in steps; the last is left to be worked out in the same way."""

    name = "reckoned"
    replies = (REASONS,)

    def draft(self, small: bool) -> dict[str, Any]:
        sums = text(
            1, 120, "the calculation with the figures as they are said, or results of earlier steps: (48 - 12) / 3"
        )
        step = closed({"because": text(5, 160, "what this step finds, in words, without the sum"), "expression": sums})
        steps = several(step, 2, 4, "one calculation a step")
        one = closed({"problem": text(40, 500, "with all figures in digits"), "steps": steps})
        return {
            "method": text(15, 300, "what the problems have in common, and the turn that is easily missed"),
            **NAMES,
            "unit": text(0, 20, "of all answers, empty for a mere number"),
            "shots": several(one, 2, 3, "problems with other people, things and figures"),
            "query": one,
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for n, one in enumerate([*draft["shots"], draft["query"]], 1):
            try:
                results = worked(one["steps"])
            except CannotCompute as error:
                yield f"problem {n}: a calculation can't be carried out: {error}"
                continue
            yield from (f"problem {n}: {fault}" for fault in _unsaid(one, results))
            if any(result.startswith("≈") or len(result.partition(".")[2]) > 2 for result in results):
                yield f"problem {n} does not come out: at most two decimals, at every step"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        unit = f" {draft['unit'].strip()}".rstrip()
        shots = []
        for one in draft["shots"]:
            results = worked(one["steps"])
            why = " ".join(_step(s, r) for s, r in zip(one["steps"], results, strict=True))
            shots.append(Shot(line(one["problem"]), f"{results[-1]}{unit}", why))
        results = worked(draft["query"]["steps"])
        told = "; ".join(
            f"{s['because']}: {s['expression']} = {r}" for s, r in zip(draft["query"]["steps"], results, strict=True)
        )
        return told_as(
            shots, line(draft["query"]["problem"]), draft, random, wish, key=f"{results[-1]}{unit}", reply=REASONS,
            rule_told=told, expression=draft["query"]["steps"][-1]["expression"],
            steps=[dict(s) for s in draft["query"]["steps"]],
        )  # fmt: skip

    def agrees(self, value: Any, facts: Facts) -> bool:
        if value is None:
            return False
        said, key = (FIGURE.findall(str(one).replace(",", "").replace("−", "-")) for one in (value, facts["key"]))
        return bool(len(said) == 1 and float(said[0]) == float(key[0]))


def worked(steps: Sequence[Mapping[str, str]]) -> list[str]:
    """Return what each step comes to. Raises `CannotCompute`."""
    return [compute(step["expression"]) for step in steps]


def _step(step: Mapping[str, str], result: str) -> str:
    because = step["because"].strip().rstrip(".:")
    return f"{because[:1].upper()}{because[1:]}: {step['expression'].strip()} = {result}."


def _unsaid(one: Mapping[str, Any], results: Sequence[str]) -> Iterator[str]:
    """Yield the figures of calculations that nobody said, and results that stand in the problem."""
    said = {float(f.replace(",", "")) for f in FIGURE.findall(one["problem"])}
    known = said | _PLAIN_NUMBERS | {value / 100 for value in said}
    for step, result in zip(one["steps"], results, strict=True):
        used = [float(f) for f in re.findall(r"\d+(?:\.\d+)?", step["expression"])]
        strange = [f"{f:g}" for f in used if f not in known]
        if strange:
            yield f"{step['expression']!r} uses {', '.join(strange)}, which the problem does not say"
        known.add(abs(float(result)) if re.fullmatch(r"-?\d+(?:\.\d+)?", result) else 0.0)
    last = results[-1]
    if re.fullmatch(r"\d+(?:\.\d+)?", last) and float(last) > 2 and float(last) in said:
        yield f"the result {last} stands in the problem"
