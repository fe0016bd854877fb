"""The table of an Orca-Bench: each set's score with its interval, what was left out, the mean; what is bad is said
first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from eval.orca.arithmetic import NOISE, Compared, sets_of
from eval.orca.task import BY_ITEM, MAIN
from eval.results import Figure, Result

NOTE = f"Of 100 items, a difference of less than {NOISE} on one skill is noise; of fewer items, a larger one is too."

_ODD = {ord(odd): f"&#{ord(odd)};" for odd in "\\`*|[]<>&"}


def markdown(result: Result, others: Sequence[Result] = ()) -> str:
    """Return one model's figures as Markdown, with others' means and improvements below where they are given."""
    lines = [f"# Orca-Bench: {escaped(result.model)}", ""]
    lines += [f"**{line}**\n" for line in warnings(result, others)]
    lines += [f"Judge: {escaped(judge_told(result))}. The teacher has 10 by construction.", "", *_sets(result)]
    if others:
        lines += ["", *_beside(result, others)]
    lines += ["", *(f"- {line}" for line in notes(result))]
    return "\n".join(lines) + "\n"


def _sets(result: Result) -> Iterator[str]:
    yield "| set | score | 95 % interval | mean of items | items | excluded |"
    yield "|---|---:|---:|---:|---:|---:|"
    excluded, undefined = result.about["excluded_by_set"], result.about["undefined"]
    for name in sets_of([result]):
        main = result.groups.get(name, {}).get(MAIN)
        if name in undefined or main is None:
            shown = f"none: {undefined.get(name, 'no items')} | | "
        else:
            shown = f"{number(main.value)} | {interval(main)} | {number(result.groups[name][BY_ITEM].value)}"
        yield f"| {escaped(name)} | {shown} | {main.n if main else 0} | {excluded.get(name, 0)} |"
    main, by_item = result.figures[MAIN], result.figures[BY_ITEM]
    defined = sum(name not in undefined for name in excluded)
    yield (
        f"| **mean of {defined} sets** | **{number(main.value)}** | {interval(main)} | {number(by_item.value)} "
        f"| {result.scored} | {sum(result.excluded.values())} |"
    )


def _beside(result: Result, others: Sequence[Result]) -> Iterator[str]:
    yield f"| beside | its score | 95 % interval | {escaped(result.model)} improves on it by |"
    yield "|---|---:|---:|---:|"
    new = result.figures[MAIN].value
    for other in others:
        old = other.figures[MAIN].value
        better = None if new is None or old is None else Compared(new, old).improvement
        shown = "undefined" if better is None else f"{better:+.2f} %"
        yield f"| {escaped(other.model)} | {number(old)} | {interval(other.figures[MAIN])} | {shown} |"


def warnings(result: Result, others: Sequence[Result] = ()) -> Iterator[str]:
    """Yield what makes the figures worth less, the worst first."""
    about = result.about
    if not about.get("held_out", True):
        yield "NOT HELD OUT: seeds of this bench may have been trained on; what it measures may be memory."
    yield from _unlike(result, others)
    for why, count in result.excluded.items():
        yield f"{count} of {result.items} items excluded: {escaped(why)}"
    undefined: dict[str, list[str]] = {}
    for name, why in about["undefined"].items():
        undefined.setdefault(why, []).append(escaped(name))
    for why, names in undefined.items():
        have = "has" if len(names) == 1 else "have"
        yield f"{', '.join(names)} {have} no score: {why}; the mean is over the other sets"
    if alike := about.get("siblings"):
        yield f"{alike} items are of a seed that gave their set another: intervals, over items, are too narrow"
    lean = result.more.get("first_less_second", 0.0)
    if abs(lean) >= NOISE:
        yield f"The judge minds the order: an answer shown first gets {lean:+.2f} marks; use --swap both"
    if turned := (about.get("judge") or {}).get("contradictions"):
        yield f"The judge preferred one answer in one order and the other in the other, {turned} times"
    if result.unanswered:
        yield f"{result.unanswered} items have no answer at all: they have 0"


def _unlike(result: Result, others: Sequence[Result]) -> Iterator[str]:
    """Yield why models that stand beside one can't be held against it."""
    for other in others:
        if _judge(other) != _judge(result):
            yield f"{escaped(other.model)} was marked by another judge, other words or another order: not comparable."
        if bool(other.about.get("clip")) != bool(result.about.get("clip")):
            clipped = result if result.about.get("clip") else other
            yield f"Only the sets of {escaped(clipped.model)} are clipped at 10: not comparable; score both alike."


def notes(result: Result) -> Iterator[str]:
    """Yield what one should know of the figures."""
    more = result.more
    judge = result.about.get("judge") or {}
    if "verdicts" in judge:
        again, failed = judge["retried"], judge["failed"]
        yield f"Of the judge: {judge['verdicts']} verdicts, {again} asked for again, {failed} failed."
    if "student" in more:
        yield f"Mean marks: {more['student']:.2f} the student, {more['teacher']:.2f} the teacher."
    if lacking := result.scored - result.figures[BY_ITEM].n:
        yield f"The mean of items lacks {lacking} items: their ratio is undefined, the teacher's marks are all 0."
    if result.figures[MAIN].value is not None and result.figures[MAIN].low is None:
        yield (
            "The mean has no interval: a set has a single item, or all items earned the same, and nothing tells how "
            "far another would lie from them."
        )
    if result.cut:
        yield f"{result.cut} items have an answer that was cut at {result.about.get('max_tokens')} tokens."
    if result.about.get("clip"):
        yield "Sets are clipped at 10 (--clip)."
    yield NOTE


def _judge(result: Result) -> list[Any]:
    """What of a judge must be the same for two scores to be compared."""
    judge = result.about.get("judge") or {}
    return [judge.get(key) for key in ("model", "votes", "swap", "prompts")]


def judge_told(result: Result) -> str:
    """Return who judged, and how."""
    judge = result.about.get("judge") or {}
    orders = "both orders" if judge.get("swap") else "one order, drawn"
    votes = judge.get("votes", 1)
    return f"{judge.get('model', 'unknown')}, {orders}, {votes} vote{'s' if votes != 1 else ''}"


def number(value: float | None) -> str:
    """Return a mark as it is printed, or a dash."""
    return "–" if value is None else f"{value:.2f}"


def interval(figure: Figure) -> str:
    """Return an interval as it is printed, or nothing."""
    return "" if figure.low is None or figure.high is None else f"{figure.low:.2f} to {figure.high:.2f}"


def escaped(text: str) -> str:
    """Return a name that a table's cell holds: no line, bar or tag of it is taken for ours."""
    return " ".join(str(text).split()).translate(_ODD)
