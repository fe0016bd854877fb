"""AlpacaEval 2: how often a judge prefers the model's answer to the reference model's, on 805 instructions.

`win_rate` is weighed by the judge's log-probabilities where its endpoint tells them, else by its verdicts; each pair is
put in both orders (the original draws one at random) and averaged. `lc_win_rate` is the length-controlled one, see
`eval/length_control.py`. Identical answers are a tie and an empty one has lost: nobody is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.errors import UsageError
from agents.script import Script
from eval.comparing import compare
from eval.fences import fenced
from eval.judging import NO_VERDICT, Judge, need_judge
from eval.length_control import length_controlled
from eval.records import Item, Score, Turn
from eval.results import Scored
from eval.sources import Row, Source
from eval.task import Metric, Task

_DIFFICULTY = "instruction_difficulty"
_script = Script.beside(__file__)


def _items(rows: Iterable[Row]) -> Iterator[Item]:
    every = list(rows)
    difficulties = _difficulties(row for row in every if _DIFFICULTY in row.data)
    for row in every:
        if _DIFFICULTY in row.data:
            continue
        instruction, output = row.data.get("instruction"), row.data.get("output")
        if not isinstance(instruction, str) or not isinstance(output, str) or not output.strip():
            raise UsageError(
                f"alpaca_eval: row {row.number + 1} is not in the original's layout: `instruction` and `output`, the "
                "reference model's answer, as texts"
            )
        yield Item(
            str(row.number),
            (Turn(instruction),),
            group=str(row.data.get("dataset", "")),
            target=output,
            facts={
                "generator": str(row.data.get("generator", "")),
                "difficulty": difficulties.get(row.number),
            },
        )


def _difficulties(rows: Iterable[Row]) -> dict[int, float]:
    """By the number of the instruction, as AlpacaEval's file has it: `index,instruction_difficulty`."""
    try:
        return {int(row.data.get("index", row.number)): float(row.data[_DIFFICULTY]) for row in rows}
    except (TypeError, ValueError):
        raise UsageError(f"alpaca_eval: {_DIFFICULTY}.csv holds `index,{_DIFFICULTY}`, two numbers a line") from None


async def _score(item: Item, answers: Sequence[str], judge: Judge | None) -> Score:
    judge = need_judge(judge)
    ours, theirs = answers[0], item.target
    if not ours.strip():
        return Score({"win_rate": (0, 1)}, extracted=0.0, how="empty")
    if ours.strip() == theirs.strip():
        return Score({"win_rate": (0.5, 1)}, extracted=0.5, how="identical")

    def facts(first: str, second: str) -> dict[str, Any]:
        shown = fenced({"instruction": item.turns[0].ask, "answer A": first, "answer B": second})
        return {
            "mark": shown.mark,
            "instruction": shown.blocks["instruction"],
            "first": shown.blocks["answer A"],
            "second": shown.blocks["answer B"],
        }

    found = await compare(judge, _script, "prefer", ours, theirs, facts)
    if found.share is None:
        return Score(excluded=NO_VERDICT, evidence=found.row())
    how = "torn between orders" if found.torn else "weighed" if found.orders[0].weighed else "judged"
    return Score({"win_rate": (found.share, 1)}, extracted=found.share, how=how, evidence=found.row())


def _more(scored: Sequence[Scored]) -> Mapping[str, float]:
    shares = [one.score.values["win_rate"][0] for one in scored]
    ours = [len(one.replies[0].text) for one in scored]
    theirs = [len(one.item.target) for one in scored]
    made = {
        "avg_length": sum(ours) / len(ours),
        "avg_length_reference": sum(theirs) / len(theirs),
        "discrete_win_rate": 100 * sum((share > 0.5) + (share == 0.5) / 2 for share in shares) / len(shares),
        "ties": 100 * shares.count(0.5) / len(shares),
    }
    difficulties = [one.item.facts["difficulty"] for one in scored]
    known = all(one is not None for one in difficulties)
    if found := length_controlled(shares, ours, theirs, difficulties if known else None):
        made |= {"lc_win_rate": found.win_rate, "lc_length_weight": found.length, "lc_with_difficulty": float(known)}
    return made


task = Task(
    name="alpaca_eval",
    title="AlpacaEval 2",
    about="Everyday instructions; how often a judge prefers the answer to the reference model's, lengths controlled.",
    source=Source(
        url="https://huggingface.co/datasets/tatsu-lab/alpaca_eval/resolve/main",
        files=("alpaca_eval_gpt4_baseline.json", f"{_DIFFICULTY}.csv"),
        licence="CC-BY-NC-4.0",
        size=805,
        home="https://github.com/tatsu-lab/alpaca_eval",
    ),
    items=_items,
    metrics=(Metric("win_rate", "Win rate"),),
    score=_score,
    judged=True,
    judge_calls=2,
    compares=True,
    max_tokens=2048,
    more=_more,
    tables=("3",),
)
