"""Shots and a query from a pool of inputs, so that no simpler rule fits all shots and gives another answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from random import Random
from typing import Any

from teams.few_shot_reasoning.rules.domain import Domain, Rival, Spec, Unfit, name_of

QUERIES = 6
"""Queries tried before a pool is given up."""


class Ambiguous(Exception):
    """No choice of shots leaves one answer; the message names a rival that fits them all."""


@dataclass(frozen=True)
class Chosen:
    """Shots in their order, the query, and what was counted."""

    shots: list[Any]
    query: Any
    tried: int
    """Rivals tried."""
    agreeing: int
    """Rivals that fit all shots, and give the same answer."""


def outputs(domain: Domain, spec: Spec, pool: Sequence[Any]) -> list[tuple[Any, Any]]:
    """Return the inputs of a pool on which the rule holds, each once, with what it makes of them."""
    found: dict[str, tuple[Any, Any]] = {}
    for x in pool:
        try:
            found.setdefault(domain.shown(x), (x, domain.run(spec, x)))
        except Unfit:
            continue
    return list(found.values())


def choose(
    domain: Domain,
    spec: Spec,
    pool: Sequence[Any],
    random: Random,
    count: int,
    queries: Sequence[Any] | None = None,
    *,
    accept: Callable[[Sequence[Any], Any], bool] = lambda shots, query: True,
) -> Chosen:
    """Choose about `count` shots and a query. Raises `Ambiguous` where the pool does not do.

    `queries` are inputs to take the query from, if not from the pool; `accept` may refuse a choice.
    """
    done = outputs(domain, spec, pool)
    asked = outputs(domain, spec, queries) if queries is not None else list(done)
    random.shuffle(asked)
    # A query whose answer is its input shows nothing of the rule.
    asked.sort(key=lambda one: domain.shown(one[0]) == domain.said(one[1]))
    problem = "the rule holds for too few of these inputs"
    for query, answer in asked[:QUERIES]:
        others = [one for one in done if domain.shown(one[0]) != domain.shown(query)]
        if not domain.is_labelled:
            others = [one for one in others if domain.said(one[1]) != domain.said(answer)]
        if len(others) < domain.least:
            continue
        random.shuffle(others)
        chosen = _shots(domain, spec, others, (query, answer), random, count)
        if isinstance(chosen, str):
            problem = chosen
        elif accept(chosen.shots, query):
            return chosen
        else:
            problem = "no choice of examples is as it was wanted"
    raise Ambiguous(problem)


def _shots(
    domain: Domain, spec: Spec, others: list[tuple[Any, Any]], asked: tuple[Any, Any], random: Random, count: int
) -> Chosen | str:
    query, answer = asked
    taken = _spread(domain, others, answer, max(2, min(count, len(others))))
    left = [one for one in others if one not in taken]
    named = list(domain.rivals(spec))
    alive = [rival for rival in named if _fits(domain, rival, taken)]
    agreeing = [rival for rival in alive if _says(domain, rival, query) == domain.said(answer)]
    alive = [
        rival for rival in alive if (said := _says(domain, rival, query)) is not None and said != domain.said(answer)
    ]
    while alive and left and len(taken) < count + domain.spare:
        killer = max(left, key=lambda one: sum(not _fits(domain, rival, [one]) for rival in alive))
        survivors = [rival for rival in alive if _fits(domain, rival, [killer])]
        if len(survivors) == len(alive):
            break
        alive = survivors
        taken.append(killer)
        left.remove(killer)
    while (
        left
        and (gap := next(domain.gaps(spec, [x for x, _ in taken], query), ""))
        and len(taken) < count + domain.spare
    ):
        better = [one for one in left if next(domain.gaps(spec, [*(x for x, _ in taken), one[0]], query), "") != gap]
        taken.append((better or left)[0])
        left.remove(taken[-1])
    if alive:
        return f"another rule fits all examples and gives {_says(domain, alive[0], query)!r}: {name_of(alive[0])}"
    if gap := next(domain.gaps(spec, [x for x, _ in taken], query), ""):
        return gap
    random.shuffle(taken)
    if not domain.has_reasons and (rival := next(lazy(domain, taken, query, domain.said(answer)), None)):
        return rival
    if domain.is_labelled and not domain.has_reasons and min(Counter(domain.said(y) for _, y in taken).values()) < 2:
        return "a label has only one example"
    if domain.is_labelled and len({domain.said(y) for _, y in taken}) < 2:
        return "all examples have the same label"
    return Chosen([x for x, _ in taken], query, len(named), len(agreeing))


def _spread(domain: Domain, others: list[tuple[Any, Any]], answer: Any, count: int) -> list[tuple[Any, Any]]:
    """The first `count`; of labels as many of each."""
    if not domain.is_labelled:
        return others[:count]
    by_label: dict[str, list[tuple[Any, Any]]] = {}
    for one in others:
        by_label.setdefault(domain.said(one[1]), []).append(one)
    taken: list[tuple[Any, Any]] = []
    while len(taken) < count and any(by_label.values()):
        taken += [several.pop() for several in by_label.values() if several][: count - len(taken)]
    return taken


def _fits(domain: Domain, rival: Rival, shots: Sequence[tuple[Any, Any]]) -> bool:
    for x, y in shots:
        try:
            if rival[1](x) != y:
                return False
        except Unfit:
            return False
    return True


def _says(domain: Domain, rival: Rival, x: Any) -> str | None:
    try:
        return domain.said(rival[1](x))
    except Unfit:
        return None


def survivors(domain: Domain, spec: Spec, shots: Sequence[Any], query: Any) -> tuple[list[str], int]:
    """Return the rivals that fit all shots and give another answer, and how many were tried."""
    done, answer = [(x, domain.run(spec, x)) for x in shots], domain.said(domain.run(spec, query))
    found, tried = [], 0
    for rival in domain.rivals(spec):
        tried += 1
        if _fits(domain, rival, done) and (said := _says(domain, rival, query)) is not None and said != answer:
            found.append(f"{name_of(rival)} gives {said!r}")
    found += domain.gaps(spec, shots, query)
    # Where each shot works its answer out, an answer by likeness would be luck.
    found += [] if domain.has_reasons else lazy(domain, done, query, answer)
    return found, tried + len(_LAZY)


def lazy(domain: Domain, shots: Sequence[tuple[Any, Any]], query: Any, answer: str) -> Iterator[str]:
    """Yield the ways to answer without a rule that would do for every shot, and not for the query.

    A shot is held against the others alone: by their nearest, their commonest, the one before it.
    """
    said = [(domain.shown(x), domain.said(y)) for x, y in shots]
    for name, guess in _LAZY.items():
        right = [guess(said[:n], said[n + 1 :], x) == y for n, (x, y) in enumerate(said)]
        if all(right) and guess(said, [], domain.shown(query)) != answer:
            yield f"whoever takes {name} is right in all examples and wrong at the query"


Shown = Sequence[tuple[str, str]]


def _nearest(before: Shown, after: Shown, x: str) -> str | None:
    others = [*before, *after]
    if not others:
        return None
    return max(others, key=lambda one: SequenceMatcher(None, one[0], x, autojunk=False).ratio())[1]


def _commonest(before: Shown, after: Shown, x: str) -> str | None:
    counted = Counter(y for _, y in [*before, *after]).most_common(2)
    return counted[0][0] if counted and (len(counted) == 1 or counted[0][1] > counted[1][1]) else None


def _in_turn(before: Shown, after: Shown, x: str) -> str | None:
    """Labels that go round and round: A B A B, A B C A B C."""
    labels = list(dict.fromkeys(y for _, y in [*before, *after]))
    if len(before) < len(labels):
        return after[len(labels) - 1][1] if len(after) >= len(labels) else None
    return before[len(before) - len(labels)][1]


_LAZY: dict[str, Callable[[Shown, Shown, str], str | None]] = {
    "the input itself": lambda before, after, x: x,
    "the output of the example most alike": _nearest,
    "the commonest output": _commonest,
    "the outputs in turn": _in_turn,
}
