"""A result in a few lines, as `bench` tells it: figures with intervals, then whatever was not simply counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from eval.results import Figure, Result

FAIR = (0.35, 0.65)
"""Shares of verdicts for the answer that stood first that a judge without a bias for a place may well have."""
_ENOUGH = 20
"""Verdicts between two answers from which on that share says something."""


def told(result: Result) -> Iterator[str]:
    """Yield a result's figures, a line each, and one line of notes if there are any."""
    for figure in result.figures.values():
        yield f"{result.title}, {figure.metric}: {_figure(figure)}"
    for name, value in result.more.items():
        yield f"{result.title}, {name}: {value:.2f}"
    notes = [
        f"{count:,} {what}"
        for count, what in (
            (result.unparsed, "unparsed (counted as wrong)"),
            (result.unanswered, "not answered (counted as wrong)"),
        )
        if count
    ]
    notes += list(_cut(result))
    notes += [f"{count:,} excluded: {why}" for why, count in result.excluded.items()]
    notes += list(_leaked(result.about.get("leaked") or {}))
    if judge := result.about.get("judge"):
        notes += _judge(judge, result.about.get("model"))
    if between := result.about.get("agreement"):
        notes += _agreement(between)
    if notes:
        yield f"    {'; '.join(notes)}"


def _figure(figure: Figure) -> str:
    if figure.value is None:
        return "nothing to score"
    if figure.low is None or figure.high is None:
        interval = "  [no interval: too few items, or all alike]"
    else:
        interval = f"  [{figure.low:.1f}, {figure.high:.1f}]"
    return f"{figure.value:.2f}{interval}  n = {figure.n}"


def _cut(result: Result) -> Iterator[str]:
    if result.cut:
        lost = result.patterns.get("cut", 0)
        yield f"{result.cut:,} cut at the most tokens" + (f", {lost:,} of them before a verdict" if lost else "")


def _leaked(leaked: Mapping[str, Any]) -> Iterator[str]:
    if leaked.get("items"):
        value = next(iter(leaked["without"].values()))["value"]
        without = "nothing is left" if value is None else f"without them {value:.2f}"
        yield f"{len(leaked['items']):,} stand in the training data: {without}"


def _judge(judge: Mapping[str, Any], model: Any) -> Iterator[str]:
    """Say how far a judge can be relied on: verdicts it lacks and why, took back, gave by place."""
    why = ", ".join(f"{kind} {count:,}" for kind, count in judge["failures"].items())
    yield (
        f"judge {judge['model']}: {judge['verdicts']:,} verdicts, {judge['failed']:,} failed "
        f"({judge['failure_rate']:.1%}{f': {why}' if why else ''})"
    )
    if judge["contradictions"]:
        yield f"it contradicted itself on {judge['contradictions']:,} questions"
    if judge["first_rate"] is not None:
        biased = judge["compared"] >= _ENOUGH and not FAIR[0] <= judge["first_rate"] <= FAIR[1]
        yield f"{judge['first_rate']:.0%} for the answer shown first" + (": it judges by place" if biased else "")
    if judge["model"] == model:
        yield "it is the model that is measured: models prefer their own words"


def _agreement(between: Mapping[str, Any]) -> Iterator[str]:
    kappa = "" if between["kappa"] is None else f", kappa {between['kappa']:.2f}"
    yield (
        f"program and {between['model']} read the same out of {between['agree']:,} of {between['n']:,} answers{kappa}"
    )
    if between["failed"]:
        yield f"{between['failed']:,} more of the sample could not be put to it"
