"""InstruSum: summaries of long articles, each by a requirement of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._rows import text
from eval.tasks._summaries import JUDGE_CALLS, JUDGE_SAYS, asked, metrics, score


def _items(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        article, requirement = text(row, "article"), text(row, "requirement")
        yield Item(
            id=f"{row.number:03d}",
            turns=(Turn(asked("requirement", source=article, requirement=requirement)),),
            facts={
                "source": article,
                "instruction": f"Summarise the article. What the summary must do: {requirement}",
                "reference": text(row, "hybrid_summary", may_lack=True),
            },
        )


task = Task(
    name="instrusum",
    title="InstruSum",
    about="Summaries that must meet a requirement: what is made up, and how good is the summary?",
    source=Source(
        hub="Salesforce/InstruSum",
        configs=("dataset",),
        split="data",
        licence="BSD-3-Clause",
        size=100,
        home="https://github.com/yale-nlp/InstruSum",
    ),
    items=_items,
    metrics=metrics,
    score=score,
    judged=True,
    judge_calls=JUDGE_CALLS,
    judge_says=JUDGE_SAYS,
    tables=("7",),
)
