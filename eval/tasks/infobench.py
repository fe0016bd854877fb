"""InFoBench: 500 instructions, each taken apart into yes/no questions (2250); how many of them are met (DRFR).

DRFR is yes over all, pooled over questions. As in the original a question without a verdict counts as no, which is the
judge's fault and not the model's: so it is counted and told, and `drfr_of_judged` leaves those questions out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.errors import UsageError
from agents.script import Script
from eval.fences import fenced
from eval.judging import NO_VERDICT, Judge, need_judge
from eval.records import Item, Score, Turn
from eval.results import Scored
from eval.sources import Row, Source
from eval.task import Metric, Task
from eval.verdicts import YES_NO, labels

_script = Script.beside(__file__)
_read = labels(YES_NO)


def _items(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        instruction, questions = row.data.get("instruction"), row.data.get("decomposed_questions")
        if not isinstance(instruction, str) or not isinstance(questions, list) or not questions:
            raise UsageError(
                f"infobench: row {row.number + 1} is not in the original's layout: `instruction`, a text, and "
                "`decomposed_questions`, a list of one or more"
            )
        given = str(row.data.get("input") or "")
        yield Item(
            str(row.data.get("id", row.number)),
            (Turn(f"{instruction}\n\n{given}" if given.strip() else instruction),),
            group=str(row.data.get("subset", "")),
            facts={
                "instruction": instruction,
                "input": given,
                "questions": [str(question) for question in questions],
                "labels": _labels(row.data.get("question_label"), len(questions)),
            },
        )


def _labels(found: Any, count: int) -> list[list[str]]:
    """What each question is about (Content, Format, …); a question may have several labels, or none."""
    if not isinstance(found, list) or len(found) != count:
        return [[] for _ in range(count)]
    return [[one] if isinstance(one, str) else [str(name) for name in one or ()] for one in found]


async def _score(item: Item, answers: Sequence[str], judge: Judge | None) -> Score:
    judge = need_judge(judge)
    questions = item.facts["questions"]
    if not answers[0].strip():
        return Score({"drfr": (0, len(questions))}, extracted=[False] * len(questions), how="empty")
    pieces = {"instruction": item.facts["instruction"], "input": item.facts["input"], "text": answers[0]}
    shown = fenced({title: text for title, text in pieces.items() if text.strip()})
    facts = {"mark": shown.mark, "input": "", **shown.blocks}
    votes = [await judge.vote(_script, "check", {**facts, "question": one}, _read) for one in questions]
    found = [vote.value for vote in votes]
    words = [vote.words for vote in votes]
    if all(one is None for one in found):
        return Score(excluded=NO_VERDICT, evidence=words)
    how = "some questions have no verdict" if None in found else "judged"
    return Score({"drfr": (found.count(True), len(questions))}, extracted=found, how=how, evidence=words)


def _more(scored: Sequence[Scored]) -> Mapping[str, float]:
    verdicts: dict[str, list[bool | None]] = defaultdict(list)
    for one in scored:
        for found, names in zip(one.score.extracted, one.item.facts["labels"], strict=True):
            for name in ("", *sorted(set(names))):
                verdicts[name].append(found)
    every = verdicts.pop("", [])
    judged = [one for one in every if one is not None]
    made = {"questions": float(len(every)), "questions_without_verdict": float(len(every) - len(judged))}
    if judged:
        made["drfr_of_judged"] = 100 * sum(judged) / len(judged)
    return made | {f"drfr, {name}": 100 * found.count(True) / len(found) for name, found in sorted(verdicts.items())}


task = Task(
    name="infobench",
    title="InFoBench",
    about="Instructions taken apart into yes/no questions; the share of them that an answer meets (DRFR).",
    source=Source(
        hub="kqsong/InFoBench",
        split="train",
        licence="MIT",
        size=500,
        home="https://github.com/qinyiwei/InfoBench",
    ),
    items=_items,
    metrics=(Metric("drfr", "DRFR"),),
    score=_score,
    judged=True,
    judge_calls=4.5,
    max_tokens=2048,
    more=_more,
    tables=("3",),
)
