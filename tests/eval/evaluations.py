"""Evaluations made up in a line or two: folders as `python -m eval bench` leaves them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.folder import write_results
from eval.records import Item, Reply, Score, Turn
from eval.results import Result, Scored, result_of
from eval.sources import Source
from eval.task import Metric, Task

ABOUT = {"data": "local", "data_hash": "d1", "version": "1", "judge": None}


def task_of(name: str = "sums", **changed: Any) -> Task:
    """Return a task that is never run."""
    made: dict[str, Any] = {
        "name": name,
        "title": name.upper(),
        "about": "Made up.",
        "source": Source(),
        "items": iter,
        "kind": "number",
    }
    return Task(**{**made, **changed})


def scored(
    id: str, earned: float | None, possible: float = 1.0, *, answer: str = "", metric: str = "accuracy", **more: Any
) -> Scored:
    """Return one item's score; None: excluded."""
    item = Item(
        id, (Turn(more.get("ask", f"What is {id}?")),), target=more.get("target", "x"), group=more.get("group", "")
    )
    if earned is None:
        return Scored(item, (Reply(""),), Score(excluded=more.get("why", "call failed: no answer")))
    score = Score({metric: (earned, possible)}, extracted=answer, unparsed=more.get("unparsed", False))
    return Scored(item, (Reply(answer or f"I say {earned:g}."),), score)


def evaluation(
    folder: Path,
    model: str,
    tasks: Mapping[str, Sequence[Scored]],
    *,
    about: Mapping[str, Any] | None = None,
    **changed: Any,
) -> Path:
    """Write a model's evaluation over tasks and return its folder."""
    results: list[Result] = []
    for name, ones in tasks.items():
        metrics = tuple(dict.fromkeys(metric for one in ones for metric in one.score.values)) or ("accuracy",)
        task = task_of(name, **{"metrics": tuple(Metric(metric) for metric in metrics), **changed})
        results.append(result_of(task, ones, model, {**ABOUT, **(about or {})}))
    write_results(folder, results, tasks)
    return folder
