"""How much of an answer is copied from its source, and what was changed in a text that should stay as it was."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[\u2e80-\u9fff]")
_TOKEN = re.compile(r"\w+|\s+|[^\w\s]")
_BOUND = 3_000
"""Tokens compared one by one; of longer stretches only what they share as whole lines is looked at first."""


@dataclass(frozen=True)
class Run:
    """Words copied in one go."""

    start: int
    """First character in the answer."""
    end: int
    words: int
    text: str


def copied_runs(answer: str, source: str, *, run: int = 8) -> list[Run]:
    """Return the stretches of at least `run` words that stand in the source word for word, case and marks aside."""
    said = [(match.group().casefold(), match.start(), match.end()) for match in _WORD.finditer(answer)]
    windows = _windows(source, run)
    inside = [False] * len(said)
    words = [word for word, _, _ in said]
    for n in range(len(said) - run + 1):
        if hash(tuple(words[n : n + run])) in windows:
            inside[n : n + run] = [True] * run
    return [
        Run(said[first][1], said[last][2], last - first + 1, answer[said[first][1] : said[last][2]])
        for first, last in _stretches(inside)
    ]


@lru_cache(maxsize=32)  # siblings are asked about one text
def _windows(source: str, run: int) -> frozenset[int]:
    theirs = [match.group().casefold() for match in _WORD.finditer(source)]
    return frozenset(hash(tuple(theirs[n : n + run])) for n in range(len(theirs) - run + 1))


def _stretches(inside: list[bool]) -> Iterator[tuple[int, int]]:
    first: int | None = None
    for n, copied in enumerate((*inside, False)):
        if copied and first is None:
            first = n
        elif not copied and first is not None:
            yield first, n - 1
            first = None


def copied_share(answer: str, source: str, *, run: int = 8) -> float:
    """Return the share of an answer's words that stand in runs of at least `run` copied ones, 0 to 1."""
    total = len(_WORD.findall(answer))
    return sum(stretch.words for stretch in copied_runs(answer, source, run=run)) / total if total else 0.0


@dataclass(frozen=True)
class Change:
    """What stood in the original and what stands there now; '' where words were added or left out."""

    start: int
    """First character in the original."""
    end: int
    old: str
    new: str


def changed_only(original: str, new: str) -> list[Change]:
    """Return the places in which a text differs from its original, word by word; spaces count where words do not.

    What both have in common at the start and the end is never looked into; long texts are compared by lines before
    they are by words, and a stretch of more than 3,000 words or marks with no line in common is one change.
    """
    if original == new:
        return []
    return list(_differences(original, new, 0, by_lines=True))


def _differences(a: str, b: str, at: int, *, by_lines: bool) -> Iterator[Change]:
    split = (lambda text: text.splitlines(keepends=True)) if by_lines else _TOKEN.findall
    old, new = split(a), split(b)
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    at += len("".join(old[:head]))
    old, new = old[head : len(old) - tail], new[head : len(new) - tail]
    if not old and not new:
        return
    if len(old) > _BOUND or len(new) > _BOUND:
        yield Change(at, at + len("".join(old)), "".join(old), "".join(new))
        return
    places = [at]
    for token in old:
        places.append(places[-1] + len(token))
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if by_lines and before and after:
            yield from _differences(before, after, places[i], by_lines=False)
        else:
            yield Change(places[i], places[j], before, after)
