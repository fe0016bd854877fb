"""The figures of an Orca-Bench, and a small case of them worked by hand.

Of each turn t of each item i the judge gives the student s and the teacher g, both 0 to 10. Over a set k

    S_k = 10 · ΣiΣt s / ΣiΣt g

and a model's score is the mean of S_k over the sets, each counting alike (train_eval C4; the paper's Table 2). The
teacher has 10 by construction, a student may have more. `S_k_item` takes the ratio within each item first and then
the mean over items: short and long conversations count alike.

By hand. One set of two items: one turn with marks 5 (student) and 10 (teacher), and three turns with 9 and 9 each.

    pooled      10 · (5 + 9 + 9 + 9) / (10 + 9 + 9 + 9) = 10 · 32 / 37 = 8.65
    by item     10 · (5/10 + 27/27) / 2                = 10 · 1.5 / 2 = 7.50

The first is the score, the second stands beside it. With a second set of one item, 8 and 10, S is 8.00 there, and
the macro mean (8.65 + 8.00) / 2 = 8.32. An item that the judge gave no verdict on is left out of both sums, and
counted. A set whose teacher has no mark above 0 has no score: it is said, and the mean is over the other sets.
`--clip` shows no set above 10, and takes the mean of the clipped ones.

Intervals are over items (train_eval C4). Items of one seed hang together, so that the interval of a set which has such
siblings is too narrow: how many there are is said. Of 100 items a set, the interval of one set is about ± 0.45 and that
of the mean of 18 sets ± 0.10: a difference of less than 0.5 on one skill is noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eval.orca.records import SETS, siblings
from eval.orca.task import MAIN, task
from eval.results import Result, Scored, result_of
from eval.task import Task

NOISE = 0.5
"""Of one skill with 100 items: the half-width of its interval, rounded up."""
UNDEFINED = "the teacher's marks are all 0"


@dataclass(frozen=True)
class Compared:
    """One model's score beside another's, on the same bench."""

    new: float
    old: float

    @property
    def improvement(self) -> float | None:
        """Per cent of the old score: the paper's 33.94 and 14.92."""
        return (self.new - self.old) / self.old * 100 if self.old else None


def figures_of(scored: Sequence[Scored], model: str, about: Mapping[str, Any], *, clip: bool = False) -> Result:
    """Return S_k of each set, their macro mean, both also by item, with intervals over items."""
    result = result_of(clipped(task) if clip else task, scored, model, {**about, "clip": clip})
    excluded: dict[str, int] = {}
    for one in scored:
        excluded[one.item.group] = excluded.get(one.item.group, 0) + bool(one.score.excluded)
    result.about["excluded_by_set"] = excluded
    kept = [one.item for one in scored if not one.score.excluded]
    result.about["siblings"] = siblings((item.group, item.facts.get("seed")) for item in kept)
    result.about["undefined"] = {
        name: UNDEFINED if name in result.groups else "every item is excluded"
        for name in excluded
        if name not in result.groups or result.groups[name][MAIN].value is None
    }
    return result


def clipped(of: Task) -> Task:
    """Return the task with no set above 10."""
    return replace(of, metrics=tuple(replace(metric, most=1.0) for metric in of.metrics))


def sets_of(results: Sequence[Result]) -> list[str]:
    """Return the sets that occur in results, in the paper's order, others after them."""
    there = {name for result in results for name in result.about.get("excluded_by_set", result.groups)}
    return [name for name in SETS if name in there] + sorted(there - set(SETS))
