"""What roles were told comes back as data: a model that has nothing to say repeats the brief it was given."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from teams.engine.checks.conversation import Conversation
from teams.engine.records import Pair
from teams.engine.verdict import Finding

RUN = 12
"""Words in a row that nobody finds a second time by chance. Briefs quote stock phrases for use (which of the following,
if true, most strengthens …); these are left out, and shorter ones let pass."""
Runs = frozenset[tuple[str, ...]]
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”|`[^`]*`')


def runs_in(text: str, length: int = RUN) -> Iterator[tuple[str, ...]]:
    """Yield every run of `length` words of a text, in lower case."""
    words = [word.casefold() for word in _WORD.findall(text)]
    for at in range(len(words) - length + 1):
        yield tuple(words[at : at + length])


def runs_of(briefs: Iterable[str], length: int = RUN) -> Runs:
    """Return the runs of words of briefs, without what these quote."""
    return frozenset(run for brief in briefs for part in _QUOTED.split(brief) for run in runs_in(part, length))


def no_brief_repeated(pair: Pair, runs: Runs) -> Iterable[Finding]:
    """No turn repeats what a role was told to do, in the words of its brief."""
    talk = Conversation(pair)
    for words in (*talk.words("user"), *talk.words("assistant")):
        if found := next((run for run in runs_in(words.text) if run in runs), None):
            yield Finding("no_brief_repeated", False, f"message {words.turn} repeats a brief: {' '.join(found)!r}")
            return
    yield Finding("no_brief_repeated", True, f"{len(runs)} runs of {RUN} words looked for")
