"""What can be seen of an answer without its key: does its chain hold, does its figure come out of it, is it honest?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from teams.engine.checks.told import told_in
from teams.fermi.chain import Link, broken, digits, is_about, links, plain
from teams.fermi.final import _as, bold, final, has_range, in_unit
from teams.fermi.tree import apart
from teams.fermi.units import unit

Facts = Mapping[str, Any]
FIGURED = ("estimate", "odds", "two_routes", "inverse")
"""Forms whose answer ends in one figure that is an estimate."""
REWORKED = ("faulty", "rivals")
ENDED = ("bounds", "interval")
_MOST_DIGITS = 2
_FEWEST = 2
_NEAR = 0.5
"""Orders of magnitude within which a range's middle is that of the figure it was put around."""
_ROUTES = 2.0
"""Orders of magnitude between the results of two routes, of which one may take the middle."""


def tag_of(facts: Facts) -> str:
    return str(facts.get("language") or "")


def sums(answer: str, facts: Facts) -> list[Link]:
    """Return the sums an answer shows as its own: what it quotes of the question's working is not."""
    quoted = {_mark(link) for link in links(str(facts.get("ask", "")), tag_of(facts))}
    return [link for link in links(answer, tag_of(facts)) if _mark(link) not in quoted]


def _mark(link: Link) -> tuple[str, str]:
    return f"{link.value:.3g}", f"{float(link.result.value):.4g}"


def broken_sums(answer: str, facts: Facts) -> list[str]:
    """Return the stated products and quotients that don't hold, or come out in something else."""
    return [fault for link in sums(answer, facts) if (fault := broken(link))]


def chain_faults(answer: str, facts: Facts) -> Iterator[str]:
    """Yield what is missing in the reckoning itself: an equation, and words for its figures."""
    shown = links(answer, tag_of(facts))
    if not shown:
        yield "no reckoning is shown: write each step on a line of its own, as 80,000 people × 2 cups a day = 160,000 cups a day"  # noqa: E501
        return
    named = _named(answer, shown, facts)
    if named < _FEWEST:
        yield f"{named} of the figures it reckons with are said to be anything: name each assumption, with its value and its unit"  # noqa: E501


def _named(answer: str, shown: Sequence[Link], facts: Facts) -> int:
    """Count first values of the reckoning that have a word beside them, or are told in a line that is no sum."""
    results = {float(link.result.value) for link in shown}
    firsts = {float(one.value): one for link in shown for one in link.operands if float(one.value) not in results}
    lines = [line for line in plain(answer).splitlines() if "=" not in line and "≈" not in line]
    told = {float(one.value) for line in lines for one in told_in(line, tag_of(facts))}
    return sum(bool(one.word or one.unit) or value in told for value, one in firsts.items())


def follows(answer: str, facts: Facts) -> list[str]:
    """Return which final figures come out of no line of the reckoning.

    Where another form was asked for there may be no room for lines, and the figure may stand in its range alone: then
    it is held against such sums as there are, and has to be near one.
    """
    form = facts.get("form")
    if form in ENDED:
        wanted = [end for piece in bold(answer) for end in in_unit(piece, facts)][-2:]
    elif form in (*FIGURED, *REWORKED):
        value = final(answer, facts)
        wanted = [value] if value is not None else []
    else:
        return []
    results = _results(answer, facts)
    if facts.get("demands"):
        far = [value for value in wanted if results and min(apart(value, one) for one in results) > _NEAR]
        return [f"{value:.3g} {facts['unit']}" for value in far]
    return [f"{value:.3g} {facts['unit']}" for value in wanted if not _comes_of(value, results)]


def _results(answer: str, facts: Facts) -> list[float]:
    """Return what the sums come to, in the unit of the key where they can be."""
    made = []
    for link in links(answer, tag_of(facts)):
        value = _as(link.result, str(facts["unit"]))
        made += [float(link.result.value)] if value is None else [value]
        if not unit(str(facts["unit"])).dims and link.result.value > 0:
            made.append(1 / float(link.result.value))  # one in so many
    return made


def _comes_of(value: float, results: Sequence[float]) -> bool:
    if any(is_about(value, result) for result in results):
        return True
    # What lies between two routes that are compared.
    pairs = [sorted(pair) for pair in pairwise(results)]
    return any(low < value < high and apart(low, high) < _ROUTES for low, high in pairs)


def pretends(answer: str, facts: Facts) -> str:
    """Say how a final figure pretends to more than anybody can know; '' for one of one or two digits."""
    if facts.get("form") not in FIGURED:
        return ""
    for piece in reversed(bold(answer)):
        figures = [float(one.value) for one in told_in(plain(piece), tag_of(facts)) if one.value > 0]
        if in_unit(piece, facts) and figures:
            worst = max(figures, key=digits)
            return f"{worst:g} has {digits(worst)} digits that count" if digits(worst) > _MOST_DIGITS else ""
    return ""


def unbounded(answer: str, facts: Facts) -> bool:
    """Whether an estimate says nothing of how far it may be off."""
    if facts.get("form") not in FIGURED:
        return False
    value = final(answer, facts)
    return value is not None and not has_range(answer, value, facts)


def one_result(answer: str, facts: Facts) -> str:
    """Say that an answer by two routes shows fewer than two results; '' where it doesn't, or isn't asked to."""
    if facts.get("form") != "two_routes" or facts.get("demands"):
        return ""
    shown = [values[0] for piece in bold(answer) if len(values := in_unit(piece, facts)) == 1]
    return "" if len(shown) >= 2 else f"{len(shown)} results in bold: give one for each route, and what you settle on"


def uses_idle(answer: str, facts: Facts) -> str:
    """Name the sum that reckons with the figure that has no bearing; '' for none."""
    idle = facts.get("idle")
    if idle is None:
        return ""
    for link in sums(answer, facts):
        if any(apart(float(one.value), float(idle)) < 0.002 for one in link.operands if one.value > 0):
            return link.said
    return ""
