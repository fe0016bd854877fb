"""Orca-Sum: documents of many summarisation sets, each with a prompt written for its set.

The paper's own 458 items were not published. `python -m eval orca-sum build` makes a set by the same recipe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from agents.errors import UsageError
from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._rows import text
from eval.tasks._summaries import JUDGE_CALLS, JUDGE_SAYS, asked, metrics, score


def _items(rows: Iterable[Row]) -> Iterator[Item]:
    row = None
    for row in rows:
        prompt, document = text(row, "prompt"), text(row, "document")
        yield Item(
            id=text(row, "id"),
            turns=(Turn(asked("instruction", prompt=prompt, source=document)),),
            group=text(row, "domain", may_lack=True),
            facts={"source": document, "instruction": prompt, "set": text(row, "set", may_lack=True)},
        )
    if row is None:
        raise UsageError(
            "orca_sum is on no hub: make it with `python -m eval orca-sum build --out FOLDER`, then name it with "
            "--data orca_sum=FOLDER"
        )


task = Task(
    name="orca_sum",
    title="Orca-Sum",
    about="Summarising, grounding and transformation over many kinds of documents: what is made up, how good is it?",
    # A folder is looked into for `orca_sum.jsonl`; there is no hub to load it from.
    source=Source(split="orca_sum", licence="each set's own", size=458),
    items=_items,
    metrics=metrics,
    score=score,
    judged=True,
    judge_calls=JUDGE_CALLS,
    judge_says=JUDGE_SAYS,
    max_tokens=2048,
    tables=("7",),
)
