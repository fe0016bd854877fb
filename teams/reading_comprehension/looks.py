"""What in the look of a passage shows that it is not of its kind; complaints to its writer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_TURN = re.compile(
    r"^\s*(?:\*\*)?([^\W\d_][\w .'’-]{0,40}?)(?:\*\*)?\s?(?:\([^)\n]{1,60}\))?[:：](?:\*\*)?\s*\S", re.MULTILINE
)
_STEP = re.compile(r"^\s*(?:\*\*)?(?:\w+ )?(\d{1,2})[.):]\s", re.MULTILINE)


def speakers(passage: str) -> Counter[str]:
    """How often each speaker of a passage takes a turn, by the names before colons."""
    return Counter(name.strip() for name in _TURN.findall(passage))


def has_speakers(passage: str) -> Iterator[str]:
    """Two speakers at least, who take several turns each."""
    talking = [name for name, turns in speakers(passage).items() if turns > 1]
    if len(talking) < 2:
        yield "two speakers at least have to take several turns, each begun with the name and a colon"


def names_those_present(passage: str) -> Iterator[str]:
    """A heading before the first turn, then several speakers."""
    yield from has_speakers(passage)
    first = _TURN.search(passage)
    if first and not passage[: first.start()].strip() and not re.search(r"\d", passage[:200]):
        yield "a meeting begins with its heading: the occasion, the date, those present"


def has_lines(passage: str) -> Iterator[str]:
    """Verse: lines, and not too long."""
    lines = [line for line in passage.splitlines() if line.strip()]
    if len(lines) < 8:
        yield f"a poem of {len(lines)} lines; write at least twelve, each on a line of its own"
    elif sorted(len(line) for line in lines)[len(lines) // 2] > 90:
        yield "the lines are as long as prose"


def has_steps(passage: str) -> Iterator[str]:
    """Steps numbered from 1, at least three."""
    numbers = [int(n) for n in _STEP.findall(passage)]
    if 1 not in numbers or len(set(numbers)) < 3:
        yield "the steps have to be numbered, each on a line of its own: 1., 2., 3."
