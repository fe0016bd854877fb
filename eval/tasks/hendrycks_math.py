"""MATH: competition problems whose answer is an expression; the seven subjects are its groups.

The paper's Table 5 has AGIEval's thousand of them (`agieval:math`); these are all 5,000.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eval.published import published
from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._answers import mark_math, read_math
from eval.tasks._asking import ask_math
from eval.tasks._rows import boxed, refusal, text


def items(rows: Iterable[Row]) -> Iterator[Item]:
    r"""Yield one item a row. The key is in the last `\boxed{}` of the worked solution."""
    for row in rows:
        gold = boxed(text(row, "solution"))
        if gold is None:
            raise refusal(row, r"'solution' must hold its result in \boxed{}, and holds none")
        yield Item(
            f"{row.config}-{row.number}",
            (Turn(ask_math(text(row, "problem"))),),
            target=gold,
            group=row.config,
            facts={"level": text(row, "level", may_lack=True)},
        )


task = Task(
    name="hendrycks_math",
    title="MATH",
    about="Competition mathematics in seven subjects; results are compared as mathematics, not as text.",
    source=Source(
        hub="EleutherAI/hendrycks_math",
        configs=(
            "algebra", "counting_and_probability", "geometry", "intermediate_algebra", "number_theory", "prealgebra",
            "precalculus",
        ),
        licence="MIT",
        size=5000,
        home="https://github.com/hendrycks/math",
    ),
    items=items,
    kind="math",
    extract=read_math,
    mark=mark_math,
    max_tokens=2048,
    lm_eval=("hendrycks_math", "minerva_math"),
    published=published("hendrycks_math"),
)  # fmt: skip
