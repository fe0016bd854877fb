"""Orca-Bench as a benchmark among the others: `python -m eval bench orca_bench --data orca_bench=FILE` asks and marks
in one go; `orca run` and `orca score` do the same in two steps, with the same answers and figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from agents.errors import UsageError
from eval.orca.judging import score
from eval.orca.records import item_of
from eval.records import Item
from eval.results import Scored
from eval.sources import Row, Source
from eval.task import Metric, Task

MAIN, BY_ITEM = "orca_bench", "orca_bench_item"


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Make an item of each line of a bench. Raise `UsageError` that names the line where it is none."""
    none = True
    for row in rows:
        none = False
        yield item_of(row.data, f"line {row.number + 1}")
    if none:
        raise UsageError(
            "orca_bench: nobody has published one; make your own with python -m eval orca build RUN --out FILE, "
            "and give it with --data orca_bench=FILE"
        )


def more(scored: Sequence[Scored]) -> Mapping[str, float]:
    """Return what the judge's marks say of the judge: marks out of ten, per answer marked.

    `student`, `teacher`: the mean of each one's marks over all turns. `first_less_second`: how much more an answer
    gets for being shown first, from the orders that each answer was shown in; 0 for a judge that minds no order.
    """
    marks: dict[str, list[float]] = defaultdict(list)
    for one in scored:
        for turn in one.score.evidence or ():
            marks["student"].append(turn["student"])
            marks["teacher"].append(turn["teacher"])
            for order in () if turn["same"] else turn["orders"]:
                marks[f"{order['first']} first"].append(order["student"] - order["teacher"])
    found = {name: _mean(marks[name]) for name in ("student", "teacher") if marks[name]}
    if marks["student first"] and marks["teacher first"]:
        found["first_less_second"] = (_mean(marks["student first"]) - _mean(marks["teacher first"])) / 2
    return found


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


task = Task(
    name="orca_bench",
    title="Orca-Bench",
    about="Held-out pairs of the user's own runs, 17 skills in 18 sets, marked 0 to 10 beside the teacher's answers.",
    source=Source(home="https://arxiv.org/abs/2407.03502"),
    items=items,
    metrics=(
        Metric(MAIN, "Orca-Bench", scale=10.0),
        Metric(BY_ITEM, "Orca-Bench, mean of items", scale=10.0),
    ),
    score=score,
    judged=True,
    judge_calls=3.0,  # of 1.6 turns an item, in both orders
    compares=True,
    max_tokens=2048,
    mean="macro",
    # In no `tables`: `bench paper` would ask for a file that only its user can build.
    more=more,
)
