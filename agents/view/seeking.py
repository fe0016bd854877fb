"""Look for words in everything a run holds, messages, tools' answers and pairs, some rows at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agents.errors import UsageError
from agents.view.run import Run

PIECE = 500
"""Rows read in one transaction: a run that goes on must be able to tidy its log meanwhile."""
AROUND = 60
"""Characters shown on either side of what was found."""


@dataclass(frozen=True)
class Found:
    """A text that holds the words."""

    where: str
    """`message`, `tool`, or `pair`."""
    id: str
    """Of the chat, or of the pair."""
    n: int
    """Number of the message, turn of the tool call; 0 in a pair."""
    who: str
    before: str
    words: str
    after: str


@dataclass(frozen=True)
class _Place:
    where: str
    table: str
    key: tuple[str, ...]
    who: str
    text: str
    n: str


_PLACES = (
    _Place(
        "message", "messages", ("chat", "n"), "source", "coalesce(text, '') || coalesce(char(10) || extra, '')", "n"
    ),
    _Place("tool", "tools", ("chat", "hash", "nth"), "name", "arguments || char(10) || answer", "turn"),
    _Place("pair", "verdicts", ("id",), "''", "row", "0"),
)


def pattern(words: str, *, regex: bool = False, ignore_case: bool = False) -> re.Pattern[str]:
    """Return what to look for. Raises `UsageError` for no words, or an expression that is none."""
    if not words:
        raise UsageError("say what to look for: grep WORDS")
    try:
        return re.compile(words if regex else re.escape(words), re.IGNORECASE if ignore_case else 0)
    except re.error as error:
        raise UsageError(
            f"{words[:80]!r} is no regular expression: {error}; without -e words mean themselves"
        ) from None


def seek(run: Run, wanted: re.Pattern[str]) -> Iterator[Found]:
    """Yield every text that holds what is wanted, once, chat after chat. Memory: a few hundred texts."""
    for place in _PLACES:
        for row in _rows(run, place):
            *key, who, n, text = row
            if match := wanted.search(text):
                begin, end = match.span()
                around = text[max(0, begin - AROUND) : begin], text[end : end + AROUND]
                yield Found(place.where, str(key[0]), int(n), str(who), around[0], match.group()[:400], around[1])


def _rows(run: Run, place: _Place) -> Iterator[Sequence[Any]]:
    """Yield the rows of a table, some at a time, going on behind the last."""
    key = ", ".join(place.key)
    chosen = f"SELECT {key}, {place.who}, {place.n}, {place.text} FROM {place.table}"
    after: Callable[[], str] = lambda: f"WHERE ({key}) > ({', '.join('?' * len(place.key))})"  # noqa: E731
    last: Sequence[Any] | None = None
    while True:
        where = after() if last is not None else ""
        piece = run.rows(f"{chosen} {where} ORDER BY {key} LIMIT {PIECE}", last or ())
        yield from piece
        if len(piece) < PIECE:
            return
        last = piece[-1][: len(place.key)]
