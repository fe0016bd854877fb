"""FoFo: does an answer keep the format that its request lays down? 494 requests, a judge says yes or no.

The score is the share of answers whose format is kept, as in the original. An empty answer keeps none: nobody is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from agents.errors import UsageError
from agents.script import Script
from eval.fences import fenced
from eval.judging import NO_VERDICT, Judge, need_judge
from eval.records import Item, Score, Turn
from eval.sources import Row, Source
from eval.task import Metric, Task
from eval.verdicts import YES_NO, labels

_script = Script.beside(__file__)
_read = labels(YES_NO, ("verdict", "format_correctness"))


def _items(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        request = row.data.get("instruction")
        if not isinstance(request, str) or not request.strip():
            raise UsageError(f"fofo: row {row.number + 1} has no `instruction`; it is the request, as text")
        told = {key: str(row.data.get(key, "")) for key in ("sub_domain", "format", "format_type")}
        yield Item(str(row.data.get("id", row.number)), (Turn(request),), group=str(row.data.get("domain", "")),
                   facts=told)  # fmt: skip


async def _score(item: Item, answers: Sequence[str], judge: Judge | None) -> Score:
    judge = need_judge(judge)
    if not answers[0].strip():
        return Score({"format": (0, 1)}, extracted=False, how="empty")
    shown = fenced({"request": item.turns[0].ask, "answer": answers[0]})
    vote = await judge.vote(_script, "examine", {"mark": shown.mark, **shown.blocks}, _read)
    if vote.value is None:
        return Score(excluded=NO_VERDICT, evidence=vote.words)
    return Score({"format": (float(vote.value), 1)}, extracted=vote.value, how="judged", evidence=vote.words)


task = Task(
    name="fofo",
    title="FoFo",
    about="Following the formats of many trades: JSON, CSV, HL7, contracts, reports; a judge looks at form alone.",
    source=Source(
        url="https://raw.githubusercontent.com/SalesforceAIResearch/FoFo/main",
        files=("data/fofo_test_prompts.json",),
        licence="Apache-2.0",
        size=494,
        home="https://github.com/SalesforceAIResearch/FoFo",
    ),
    items=_items,
    metrics=(Metric("format", "Format kept"),),
    score=_score,
    judged=True,
    judge_calls=1,
    max_tokens=4096,  # whole documents are asked for, and one that is cut keeps no format
    tables=("3", "6"),
)
