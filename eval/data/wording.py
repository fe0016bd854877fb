"""Answers that refuse, are empty or cut off or carry boilerplate; requests with holes, or that point to nothing."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.data.batches import Batch, Places
from eval.data.findings import Finding, finding
from eval.data.phrases import BOILERPLATE, POINTING, REFUSALS, UNFINISHED, WORKSHOP
from eval.data.rows import Item

KEPT = 20
"""Pairs remembered of each trouble and skill."""
_HEAD, _TAIL = 400, 250
"""Characters of an answer in which habits stand."""
_REFUSAL_HEAD = 300
_SHORT_TEXT = 60
"""Words of a request below which it holds no text that could be pointed to."""
_FENCED = re.compile(r"```.*?(?:```|\Z)|`[^`\n]*`", re.DOTALL)
_HOLE = re.compile(r"(?<![\w$/\\{\"'%])\{\{? ?[a-z][a-z0-9_]*(?: [a-z0-9_]+){0,3} ?\}?\}(?![\w/\"'])")
_LAST_WORD = re.compile(r"([^\W\d_]+)\W*\Z")
_STRUCTURED = re.compile(r"^\s*(?:[-*+•>|#]|\d+[.)]|\w[\w ]{0,30}:)|\|\s*$|\t|[{}\[\]<>=]")
TROUBLES: Mapping[str, str] = {
    "refusals": "answers that refuse",
    "boilerplate": "answers with an assistant's boilerplate",
    "leftovers": "holes and workshop talk",
    "pointing": "requests that point to a text that is not there",
    "empty": "empty answers or requests",
    "cut": "answers that look cut off",
}


class Wording:
    """Counts each trouble by skill and remembers the first pairs, with the words that tell it."""

    def __init__(self) -> None:
        self.pairs: Counter[str] = Counter()
        self.counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.said: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.examples: defaultdict[tuple[str, str], list[tuple[int, str]]] = defaultdict(list)

    def add(self, batch: Batch) -> None:
        """Look at pairs."""
        for at, (item, words) in enumerate(zip(batch.items, batch.lengths()[0], strict=True)):
            self.pairs[item.skill] += 1
            for trouble, evidence in troubles(item, words):
                self.counts[trouble][item.skill] += 1
                self.said[trouble][evidence[:60]] += 1
                kept = self.examples[trouble, item.skill]
                if len(kept) < KEPT:
                    kept.append((batch.first + at, evidence[:60]))

    def result(self) -> dict[str, Any]:
        """Return for each trouble what it is, how many pairs have it, by skill too, and by which words it was told."""
        return {
            trouble: {
                "what": what,
                "n": self.pairs.total(),
                "pairs": self.counts[trouble].total(),
                "skills": dict(sorted(self.counts[trouble].items())),
                "told_by": self.said[trouble].most_common(10),
            }
            for trouble, what in TROUBLES.items()
        }

    def findings(self, places: Places) -> Iterator[Finding | None]:
        """Yield each skill that has a trouble, and each trouble that none has."""
        for trouble, what in TROUBLES.items():
            if not self.counts[trouble]:
                yield finding(trouble, f"No {what}", 0.0, self.pairs.total())
            for skill, count in sorted(self.counts[trouble].items()):
                n = self.pairs[skill]
                links = [places.link(number, evidence) for number, evidence in self.examples[trouble, skill]]
                measured = f"{count:,} of {n:,} ({count / n:.1%})"
                yield finding(trouble, f"{skill}: {what}", count / n, n, measured, links, skill)


def troubles(item: Item, request_words: int) -> Iterator[tuple[str, str]]:
    """Yield `(trouble, the words that tell it)` of one pair."""
    answer, request = item.last.strip(), item.request.strip()
    if not answer or not (request or item.system.strip()):
        yield "empty", "empty answer" if not answer else "empty request"
        return
    low = answer.casefold()
    if said := _first(low[:_REFUSAL_HEAD], REFUSALS):
        yield "refusals", said
    if said := _first(low[:_HEAD] + "\n" + low[_HEAD:][-_TAIL:], BOILERPLATE):
        yield "boilerplate", said
    if said := hole(item.request) or hole(answer):
        yield "leftovers", said
    if request_words < _SHORT_TEXT and not item.system and not item.results and "```" not in request:
        asks = request.casefold()
        if said := _first(asks, POINTING):
            yield "pointing", said
    if said := cut_off(answer):
        yield "cut", said


def hole(text: str) -> str:
    """Return the first unfilled placeholder or piece of workshop talk outside code, or nothing."""
    low = text.casefold()
    for phrase in WORKSHOP:
        if phrase in low and phrase in _FENCED.sub(" ", low):
            return phrase
    if "{" not in text:
        return ""
    found = _HOLE.search(_FENCED.sub(" ", text))
    return found[0] if found else ""


def cut_off(answer: str) -> str:
    """Return what tells that an answer ends in the middle, or nothing.

    An open code fence, a comma or dash or a word that ends no sentence; or, of a long last line of prose, no mark.
    """
    if answer.count("```") % 2:
        return "open code fence"
    if answer.endswith("```"):
        return ""
    if answer[-1] in ",;—–" or answer.endswith(" -"):
        return f"ends in {answer[-1]!r}"
    line = answer[answer.rfind("\n") + 1 :]
    if _STRUCTURED.search(line) or not answer[-1].isalpha():
        return ""
    words = line.split()
    word = _LAST_WORD.search(line[-40:])
    if len(words) >= 6 and word and word[1] in UNFINISHED:
        return f"ends in “{word[1]}”"
    # A line as long as that, in a text of sentences, ends with a mark; a verse or an entry of a list is shorter.
    return "no mark at its end" if len(words) >= 16 and ". " in answer and word and word[1].islower() else ""


def _first(text: str, table: Mapping[str, Sequence[str]]) -> str:
    for phrases in table.values():
        for phrase in phrases:
            if phrase in text:
                return phrase
    return ""
