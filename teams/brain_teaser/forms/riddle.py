"""Riddles, stories and jokes whose solution nobody can compute: every clue is accounted for, every rival ruled out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.stages.forms import Asked, Draft, Facts, Open, closed, same, several, text
from teams.engine.stages.forms.short import words

_QUESTION = text(25, 1800, "as whoever solves it will see it, who sees nothing else")
_CLUE = closed(
    {
        "quote": text(4, 300, "words of the question, exactly"),
        "because": text(8, 300, "how the solution makes them true, in a full sentence"),
    }
)
_RIVAL = closed(
    {
        "answer": text(1, 300, "another solution that comes to mind"),
        "excluded_by": text(4, 300, "words of the question that rule it out, exactly"),
        "because": text(8, 300, "why they rule it out"),
    }
)
_SENTENCE = re.compile(r"(?<=[.!?…])[\"”’»)]*\s+|(?<=[。！？])|\n+")
_ASKING = re.compile(r"[?？][\"”’»)]*$")
_TELLING = 5
"""Words of a sentence that says something to account for."""


class Riddle(Open):
    """Something described so that it is hard to see what it is."""

    name = "riddle"
    quotes = False
    hides_key = True
    """The solution is a few words, and none of them stand in the question."""
    accounts_for_all = True
    """Every sentence of the question is a clue; where one detail among much colour decides, only some are."""

    def draft(self, small: bool) -> dict[str, Any]:
        clues = "every statement of the question, none left out"
        if not self.accounts_for_all:
            clues = "the words that can't be so, and those of the question that they can't be so beside"
        return {
            "turn": text(10, 400, "where the mind goes first, and what has to be seen instead"),
            "answer": text(1, 300 if self.hides_key else 700, "the solution, as short as it is complete"),
            "also": several(text(1, 120, ""), 0, 4, "other words for the same solution"),
            "question": _QUESTION,
            "clues": several(_CLUE, 2, 8, clues),
            "rivals": several(_RIVAL, 1, 3, "the best other solutions, each ruled out by the question itself"),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        question, key = draft["question"], draft["answer"].strip()
        for clue in draft["clues"]:
            if locate(clue["quote"], question) is None:
                yield f"the question does not say {clue['quote']!r}: quote the clue letter by letter"
        for rival in draft["rivals"]:
            if locate(rival["excluded_by"], question) is None:
                yield f"the question does not say {rival['excluded_by']!r}, which is to rule out {rival['answer']!r}"
            if any(same(rival["answer"], one) for one in (key, *draft["also"])):
                yield f"{rival['answer']!r} is the solution itself, in other words"
        if self.hides_key:
            yield from _given_away(question, [key, *draft["also"]])
        if self.accounts_for_all:
            yield from (f"no clue accounts for {sentence!r}" for sentence in unaccounted(question, draft["clues"]))

    def asked(self, draft: Draft, random: Random) -> Asked:
        question, key = draft["question"].strip(), draft["answer"].strip()
        points = [f"The solution: {key}", *(clue["because"].strip() for clue in draft["clues"][:4])]
        facts = {"question": question, "key": key, "also": list(draft["also"]), "turn": draft["turn"], "points": points}
        kept = {name: [dict(one) for one in draft[name]] for name in ("clues", "rivals")}
        return Asked(question, {**facts, **kept})

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return same(str(new["key"]), str(old["key"]))


class Story(Riddle):
    """An odd event told so that something false is taken for granted; the solution is what happened."""

    name = "story"
    hides_key = False


class Detail(Story):
    """A tale of which one detail can't be so; what stands around it is colour."""

    name = "detail"
    accounts_for_all = False


class Rebus(Riddle):
    """Letters and words set so that how they stand says something."""

    name = "rebus"

    def draft(self, small: bool) -> dict[str, Any]:
        layout = text(2, 300, "what is shown, exactly as it stands in the question, on lines of its own")
        return {**super().draft(small), "layout": layout}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        shown = [line.strip() for line in draft["layout"].splitlines() if line.strip()]
        lines = [line.strip().strip("`") for line in draft["question"].splitlines()]
        if not shown or any(line not in lines for line in shown):
            yield "what is shown has to stand in the question, each line of it on a line of its own"

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        return Asked(made.text, {**made.facts, "layout": draft["layout"]})


def _given_away(question: str, solutions: list[str]) -> Iterator[str]:
    asked = f" {' '.join(words(question))} "
    for one in solutions:
        told = [word for word in words(one) if len(word) > 2]
        if told and f" {' '.join(words(one))} " in asked:
            yield f"the question names its solution: {one!r}"


def unaccounted(question: str, clues: Any) -> list[str]:
    """Return the sentences of a riddle that no clue quotes a word of; the one that asks in the end is let be."""
    sentences = [one.strip() for one in _SENTENCE.split(question.strip()) if one.strip()]
    # A letter is signed after it has asked.
    asking = [n for n, one in enumerate(sentences) if _ASKING.search(one)] or [len(sentences) - 1]
    quotes = [" ".join(words(clue["quote"])) for clue in clues]
    lost = []
    for sentence in sentences[: asking[-1]]:
        said = " ".join(words(sentence))
        if len(said.split()) >= _TELLING and not any(quote in said or said in quote for quote in quotes):
            lost.append(sentence)
    return lost
