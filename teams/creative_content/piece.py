"""What a program finds wrong with a piece, by what its request knows: for who reads drafts, and for the checks."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Any

from teams.creative_content.forms import token_stands
from teams.creative_content.rules import broken
from teams.creative_content.rules.measure import labelled
from teams.creative_content.sums import wrong_sums
from teams.creative_content.verse import verse_faults
from teams.creative_content.worn import too_worn
from teams.engine.checks.copying import copied_runs, copied_share
from teams.engine.checks.figures import figures_grounded
from teams.engine.tongue import tongue
from tools.counting import word_count

Facts = Mapping[str, Any]
COPIED = 14
"""Words in a row from which a run of the seed's own words is no coincidence and no fact."""
_RUN = 7
_TIMES = 4
"""A run of so many words so many times, outside verse, is a writer who repeats himself. Measured on 2.1 million words
of fiction by people, in pieces of 900: one of 2,578 has such a run, a man who orders whiskey."""
_FIGURE = re.compile(r"\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?|\d+ \d+/\d+|\d+(?:[.,/:]\d+)*")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def tag_of(facts: Facts, piece: str) -> str:
    """The language of a piece: the one that was asked for, or else the one it is in."""
    return str(facts.get("language") or tongue(piece) or "en")


def wishes_broken(piece: str, facts: Facts) -> Iterator[str]:
    """Requirements that are not met, each with what was seen."""
    for need in facts.get("requirements", ()):
        yield from (f"{need['rule']}: {fault}" for fault in broken(piece, need))


def form_broken(piece: str, facts: Facts) -> Iterator[str]:
    """Where the form of verse that was asked for is not kept."""
    if name := facts.get("verse_form"):
        yield from verse_faults(piece, name, tag_of(facts, piece))


def facts_lost(piece: str, facts: Facts) -> Iterator[str]:
    """Facts of the pack that had to be kept and are not there."""
    for fact in facts.get("pack", ()):
        if fact["token"] and not token_stands(fact["token"], piece):
            yield f"{fact['token']!r} is missing: {fact['fact']}"


def figures_invented(piece: str, facts: Facts, request: str) -> Iterator[str]:
    """Figures of a piece about given facts that neither were given nor follow."""
    if facts.get("pack"):
        yield from figures_grounded(piece, [request], tag=tag_of(facts, piece))


def sums_wrong(piece: str) -> Iterator[str]:
    yield from wrong_sums(piece)


def worn_places(piece: str, facts: Facts, request: str) -> Iterator[str]:
    """Worn places, where they are too many; English only."""
    if tag_of(facts, piece).split("-")[0].casefold() in ("en", "english"):
        yield from (f"{one.said!r} ({one.sort})" for one in too_worn(piece, request))


def repeats(piece: str, facts: Facts) -> Iterator[str]:
    """Runs of words that come again and again although nobody asked for it."""
    lines = [line for line in piece.split("\n") if line.strip()]
    if facts.get("form") in ("verse", "song") or sum(len(line.split()) <= 9 for line in lines) > 0.8 * len(lines) > 6:
        return
    words = [word.casefold() for word in _WORD.findall(piece)]
    asked = " ".join(" ".join(need["words"]) for need in facts.get("requirements", ())).casefold()
    runs = Counter(tuple(words[n : n + _RUN]) for n in range(len(words) - _RUN + 1))
    for run, times in runs.items():
        if times >= _TIMES and len(set(run)) > 3 and not set(run) <= set(_WORD.findall(asked)):
            yield f"{' '.join(run)!r} stands there {times} times"
            return


def copied(piece: str, facts: Facts, seed: str, request: str) -> Iterator[str]:
    """Runs of words taken from the seed that the request did not hold, or from the sample of a style."""
    asked = " ".join(word.casefold() for word in _WORD.findall(request))
    for run in copied_runs(piece, seed, run=COPIED):
        if " ".join(word.casefold() for word in _WORD.findall(run.text)) not in asked:
            yield f"{run.text[:80]!r} is the source's own"
    if sample := facts.get("sample"):
        yield from (f"{run.text[:80]!r} is taken from the sample" for run in copied_runs(piece, sample, run=7))


def parts_missing(piece: str, facts: Facts) -> Iterator[str]:
    """A problem is to be split into what is asked, how it is solved, and the result: one number."""
    labels = facts.get("labels")
    if not labels:
        return
    parts = labelled(piece, labels)
    told = list(dict.fromkeys(_FIGURE.findall(parts[labels[-1]]))) if parts else []
    if parts and not told:
        yield f"no number stands under {labels[-1]!r}"
    elif len(told) > 1:  # whoever names several is right by chance
        yield f"several numbers stand under {labels[-1]!r}: {', '.join(told[:4])}; give the one"


def thin(piece: str, facts: Facts) -> Iterator[str]:
    """A line or two in place of a piece, where nothing asked for so little."""
    if facts.get("verse_form"):
        return
    least = float(LEAST)
    for need in facts.get("requirements", ()):
        if need["to"] and need["rule"] in _ROOM:
            least = min(least, _ROOM[need["rule"]] * need["to"])
    if (count := word_count(piece)) < least:
        yield f"it has {count} words: that is no piece of writing yet"


LEAST = 25
"""Words of a piece, at least, where the request sets no narrower limit."""
_ROOM = {"word_count": 0.3, "words_about": 0.8, "characters": 0.05, "sentences": 3.0, "lines": 2.0, "paragraphs": 5.0}
"""Words that a limit asks for at least, for each unit of it."""


def is_data(piece: str) -> Iterator[str]:
    """A form filled in where a piece was to be written: what a writer who mistakes its place hands in."""
    bare = re.sub(r"^```\w*\n|\n```$", "", piece.strip())
    if bare[:1] in ("{", "["):
        with suppress(ValueError):
            json.loads(bare)
            yield "it is JSON; write the piece itself"


def echoed(piece: str, facts: Facts) -> Iterator[str]:
    """The request said back in place of what it asks for; the facts it brings along may be told in their own words."""
    share = copied_share(piece, str(facts["question"]))
    if share > ECHO:
        yield f"{share:.0%} of it are the words of the request"


ECHO = 0.4
"""Share of a piece that may be the request's own words; good ones had 0.02 at most."""


def faults(piece: str, facts: Facts, request: str, seed: str) -> Iterator[str]:
    """All that keeps a piece from being sent, as words to its writer."""
    yield from wishes_broken(piece, facts)
    yield from form_broken(piece, facts)
    yield from (f"a fact that has to be kept, {fault}" for fault in facts_lost(piece, facts))
    yield from (f"a figure from nowhere: {fault}" for fault in figures_invented(piece, facts, request))
    yield from parts_missing(piece, facts)
    yield from thin(piece, facts)
    yield from is_data(piece)
    yield from echoed(piece, facts)
    yield from (f"a sum does not come out: {fault}" for fault in sums_wrong(piece))
    yield from (f"worn, find words of your own: {fault}" for fault in worn_places(piece, facts, request))
    yield from repeats(piece, facts)
    yield from (f"{fault}; write it anew" for fault in copied(piece, facts, seed, request))
