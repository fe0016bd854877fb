"""Is every figure the assistant tells a stated one, a stated one in another unit, or a sum of stated ones?"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import isclose
from typing import Any

from teams.engine.checks.arithmetic import agree, derived
from teams.engine.checks.conversation import Conversation, read_result
from teams.engine.checks.known import Known
from teams.engine.checks.measures import keyed, major, quantities, told_otherwise
from teams.engine.checks.moments import is_moment, moment_from
from teams.engine.checks.spelling import in_digits, numbers, whole

_FIGURE = re.compile(
    r"(?<![\w.])[-−]?(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?"
    r"(?:\s?(?:%|percent|million|billion|thousand|k)\b)?%?(?![\w-]|[.:/]\d)"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
MOMENT = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
    r"|\b\d{1,2}:\d{2}(?::\d\d)?\s?(?:[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?"
    rf"|\b{_NTH}(?: of)? {_MONTH}\b(?:,? \d{{4}}\b)?|\b{_MONTH}\.? {_NTH}\b(?:,? \d{{4}}\b)?",
    re.IGNORECASE,
)
ID = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*\b")
_RECKONED = re.compile(
    r"\b(?:totals?|altogether|in all|sum|combined|together|difference|average|mean|each|per|left|leaves?|remain\w*|more"
    r"|less|fewer|extra|saves?|saving|increase\w*|decrease\w*|discount\w*|comes? to|works? out|half|twice|double|share"
    r"|of which|out of|apart|longer|shorter|higher|lower|cheaper|percent|roughly|short|missing|needed|spare|plus|minus"
    r"|repaid|repay|now)\b|[=%×+*]|\d of (?:the |your |its |all )?\d",
    re.IGNORECASE,
)
_IN_ONE = re.compile(r"(?<![\w-])(?:[A-Za-z]{1,4}(\d{1,15}(?:\.\d+)?)|(\d{1,15}(?:\.\d+)?)-?[A-Za-z]+)(?![\w-])")
_IN_FULL = re.compile(r"\.0+(?!\d)")
_GROUPED = re.compile(r"\d{3}(?:,\d{3})+")
_HALF_OF_DAY = re.compile(r"(?: o['’]?clock)? (?:in the |at )(morning|afternoon|evening|night)\b", re.IGNORECASE)
_HALVES = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}


@dataclass(frozen=True)
class _Grounds:
    """What a figure may rest on."""

    stated: frozenset[float]
    written: frozenset[float]
    """The same without what stands in a date or an id only: nobody writes the 22 of R-22 as 22.00."""
    amounts: frozenset[float]
    """Stated numbers that are no part of a date or an id: what sums are made of. Cents are in it as euros too."""
    quantities: frozenset[tuple[float, str]]
    groups: tuple[Sequence[float], ...]
    reckoned: re.Pattern[str]
    """Announces a figure that follows from others."""


@lru_cache(maxsize=256)
def _amounts(text: str) -> frozenset[float]:
    return frozenset(numbers(ID.sub(" ", MOMENT.sub(" ", text))))


@lru_cache(maxsize=256)
def _with_units(text: str) -> frozenset[float]:
    """The amounts written in one with their unit, as ids are: EUR22, 22-euro."""
    return frozenset(float(a or b) for a, b in _IN_ONE.findall(text))


def _grounds(known: Known, groups: Iterable[Sequence[float]], reckoned: re.Pattern[str]) -> _Grounds:
    amounts = {n for source in known.sources for n in _amounts(source.text)}
    in_one = {n for source in known.sources for n in _with_units(source.text)}
    measured = quantities(known)
    return _Grounds(
        frozenset(known.numbers()),
        frozenset(amounts | in_one),
        frozenset(amounts | major(measured)),
        frozenset(measured),
        tuple(groups),
        reckoned,
    )


def untrue_figures(text: str, known: Known, talk: Conversation, turn: int) -> Iterator[str]:
    """Yield what is wrong with the figures of a text said in message `turn`."""
    for figure, _ in unfounded_figures(text, known, _groups(talk, turn)):
        yield f"{figure!r} was never said nor returned, and does not follow"


def unfounded_figures(
    text: str, known: Known, groups: Iterable[Sequence[float]] = (), reckoned: re.Pattern[str] = _RECKONED
) -> Iterator[tuple[str, str]]:
    """Yield the figures that nobody stated and that do not follow, each with the sentence it stands in, in digits.

    `groups` are numbers that belong together: they may be counted, summed and averaged. A figure may follow from
    others only in a sentence where `reckoned` announces it.
    """
    grounds = _grounds(known, groups, reckoned)
    for written in re.split(r"(?<=[.!?])\s+|\n+", text):
        sentence = whole(in_digits(written))
        for match in _FIGURE.finditer(sentence):
            if not _figure_holds(match, written, grounds, known):
                yield match.group().strip(), sentence[max(0, match.start() - 30) : match.end() + 40]


def untrue_moments(text: str, known: Known) -> Iterator[str]:
    """Yield the dates and times of a text that nobody stated and that do not follow."""
    for said in dict.fromkeys(match.group().strip().rstrip(".") for match in MOMENT.finditer(text)):
        # One that is no date at all, such as 77 March, is as wrong as one that nobody said.
        if not known.verbatim(said) and not (is_moment(said) and moment_from(said, known)[0]):
            yield said


def _figure_holds(match: re.Match[str], written: str, grounds: _Grounds, known: Known) -> bool:
    """Say whether one reading of a figure is true; of `101,102,103`, read as a list, all of them have to be."""

    def holds(n: float) -> bool:
        return _is_small_word(n, written) or _true_figure(n, grounds, match.string, stated)

    said = match.group()
    stated = grounds.written if _IN_FULL.search(said) else grounds.stated
    if _GROUPED.fullmatch(said):
        pieces = {float(piece) for piece in re.findall(r"\d+", said)}
        return any(map(holds, numbers(said) - pieces)) or all(map(holds, pieces))
    return any(map(holds, numbers(said))) or _is_hour(match, known)


def _is_hour(match: re.Match[str], known: Known) -> bool:
    """Say whether a figure is a known time of day: the 6 of `6 in the evening` is 18:00."""
    half = _HALF_OF_DAY.match(match.string, match.end())
    return bool(half) and moment_from(f"{match.group()} {_HALVES[half[1].lower()]}", known)[0] is not None  # type: ignore[index]


def _is_small_word(n: float, written: str) -> bool:
    """Say whether it is the "one" of "one of them" or the two of "two things", and not written as a figure."""
    return n in (0, 1, 2) and not re.search(rf"(?<![\w.]){n:g}(?!\w|\.\d)", written)


def _true_figure(n: float, grounds: _Grounds, sentence: str, stated: frozenset[float]) -> bool:
    if any(isclose(abs(n), abs(s), rel_tol=1e-9) or _rounded(n, s) for s in stated):
        return True
    if any(n == len(group) for group in grounds.groups) or told_otherwise(
        n, sentence, grounds.quantities, grounds.stated
    ):
        return True
    # What follows by a sum is announced as one; without that almost any figure follows from some pair of others.
    if not _announces(grounds.reckoned, sentence):
        return False
    how = derived(n, grounds.amounts, grounds.groups)
    return how is not None and ("%" not in how or bool(re.search(r"%|percent|discount|\boff\b", sentence)))


@lru_cache(maxsize=64)  # of one sentence every figure asks the same
def _announces(reckoned: re.Pattern[str], sentence: str) -> bool:
    return reckoned.search(sentence) is not None


def _rounded(n: float, stated: float) -> bool:
    return abs(stated) >= 1 and stated != int(stated) and agree(n, stated)


def _groups(talk: Conversation, turn: int) -> Iterator[list[float]]:
    """Yield what in the results belongs together: the length of each list, and the numbers under one key."""
    columns: dict[str, list[float]] = {}
    for call in talk.calls:
        if call.turn < turn and call.result is not None:
            yield from _columns(read_result(call.result), "", columns)
    yield from columns.values()
    # Columns of cents are summed in euros too.
    yield from ([n / 100 for n in column] for key, column in columns.items() if major(keyed(column, key)))
    yield [0.0] * len([call for call in talk.api_calls if call.turn < turn and not call.failed])


def _columns(value: Any, key: str, columns: dict[str, list[float]]) -> Iterator[list[float]]:
    if isinstance(value, Mapping):
        yield [0.0] * len(value)
        for name, inner in value.items():
            yield from _columns(inner, str(name), columns)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield [0.0] * len(value)
        for inner in value:
            yield from _columns(inner, key, columns)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        columns.setdefault(key, []).append(float(value))
