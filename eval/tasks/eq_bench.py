"""EQ-Bench 2: how strongly would somebody in a dialogue feel each of four emotions? 171 questions (Paech, 2023).

Prompt and marks are those of version 2.1: without the part that asks for a critique and revised scores, and by the
full scale. Random answers earn about nothing, and bad ones less than that. An answer that can't be read earns nothing
(as in lm-evaluation-harness); EQ-Bench's own program leaves it out instead, which `score_of_read` shows.

The hub's rows are read, and EQ-Bench's own `eq_bench_v2_questions_171.json`, whose prompts still ask for a revision.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agents.errors import UsageError
from eval.published import published
from eval.records import Item, Score, Turn
from eval.sources import Row, Source
from eval.task import Metric, Task

if TYPE_CHECKING:
    from eval.judging import Judge

_REVISION = " Then critique your answer by thinking it through step by step. Finally, give your revised scores."
_CRITIQUE, _END, _YOURS = "Critique: <your critique here>", "[End of answer]", "\nYour answer:\n"
ADJUST = 0.7477
"""Chosen by EQ-Bench so that random answers come to zero."""


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Make items. Raise `UsageError` for a row without its prompt or its four reference ratings."""
    for row in rows:
        place = f"eq_bench: row {row.number + 1}"
        prompt = row.data.get("prompt")
        if not isinstance(prompt, str) or not prompt.strip():
            raise UsageError(f"{place} has no prompt; it needs prompt and reference_answer_fullscale")
        reference = _reference(place, row.data.get("reference_answer_fullscale"))
        name = row.data.get("_key", row.data.get("id", row.number + 1))
        yield Item(str(name), (Turn(without_revision(prompt)),), target=reference)


def without_revision(prompt: str) -> str:
    """Return a prompt of version 2.0 as 2.1 asks it: ratings once, no critique. One that is so already stays."""
    prompt = prompt.replace(_REVISION, "").replace("First pass scores:\n", "")
    start, end = prompt.find(_CRITIQUE), prompt.find(_END)
    if 0 <= start < end:
        prompt = f"{prompt[:start]}\n{prompt[end:]}"
    return prompt if prompt.endswith(_YOURS) else prompt + _YOURS


def ratings(answer: str, reference: Mapping[str, float]) -> dict[str, float] | None:
    """Return the four ratings in an answer, None where they are not those four: by EQ-Bench's own pattern."""
    found = dict(re.findall(r"(\w+):\s+(\d+)", answer))
    return {name: float(found[name]) for name in reference} if found.keys() == reference.keys() else None


def mark(rated: Mapping[str, float], reference: Mapping[str, float]) -> float:
    """Return what ratings earn of 10: 10 for the reference's own, about 0 for random ones, less for worse."""
    return 10 - ADJUST * sum(_scaled(abs(rated[name] - right)) for name, right in reference.items())


def _scaled(distance: float) -> float:
    """Small differences weigh less than they are: an S-shaped curve up to 5, the distance itself beyond."""
    if distance == 0:
        return 0.0
    return 6.5 / (1 + math.exp(-1.2 * (distance - 4))) if distance <= 5 else distance


async def score(item: Item, answers: Sequence[str], judge: Judge | None = None) -> Score:
    """Mark the ratings in the last answer."""
    rated = ratings(answers[-1], item.target)
    if rated is None:
        return Score({"score": (0, 1), "readable": (0, 1)}, unparsed=True)
    earned = mark(rated, item.target) / 10
    return Score({"score": (earned, 1), "score_of_read": (earned, 1), "readable": (1, 1)}, rated, "ratings")


def _reference(place: str, given: Any) -> dict[str, float]:
    if isinstance(given, str):  # so on the hub: the object as Python writes it
        try:
            given = ast.literal_eval(given)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            given = None
    try:
        reference = {str(given[f"emotion{n}"]): float(given[f"emotion{n}_score"]) for n in range(1, 5)}
    except (KeyError, TypeError, ValueError):
        reference = {}
    if len(reference) != 4:
        raise UsageError(
            f"{place}: reference_answer_fullscale needs emotion1 to emotion4, all different, and emotion1_score to "
            "emotion4_score, numbers"
        )
    return reference


task = Task(
    name="eq_bench",
    title="EQ-Bench",
    about="How well are a character's feelings rated at the end of a dialogue?",
    source=Source(
        hub="pbevan11/EQ-Bench",
        split="validation",
        licence="MIT",
        size=171,
        home="https://github.com/EQ-bench/EQ-Bench",
    ),
    items=items,
    metrics=(
        Metric("score", "Score"),
        Metric("score_of_read", "Score of those read"),
        Metric("readable", "Answers that could be read"),
    ),
    score=score,
    max_tokens=256,
    lm_eval=("eq_bench",),
    tables=("3",),
    published=published("eq_bench"),
)
