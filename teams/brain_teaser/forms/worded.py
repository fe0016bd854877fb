"""Puzzles in letters that a program can check: words hidden in a sentence, words that become other words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from teams.brain_teaser.forms import keys
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed, several, text

_QUESTION = text(30, 1500, "as whoever solves it will see it, who sees nothing else")
_ONE_WORD = text(2, 20, "one word, without spaces")
STEPS = (
    "first_letter_off",
    "last_letter_off",
    "letter_put_in",
    "letter_taken_out",
    "letter_changed",
    "reversed",
    "anagram",
)


class Lettered(Form):
    """A puzzle whose answer is one word, compared letter by letter."""

    shape = "prose"
    quotes = False

    def asked(self, draft: Draft, random: Random) -> Asked:
        question = draft["question"].strip()
        kept = {name: value for name, value in draft.items() if name not in ("question", "answer")}
        points = [f"The word: {draft['answer'].upper()}", *self.points(draft)]
        facts = {"question": question, "key": draft["answer"].strip().upper(), "answers": "letters", "points": points}
        return Asked(question, {**facts, "made_of": kept})

    def points(self, draft: Draft) -> Sequence[str]:
        return ()

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], keys.schema("letters", (), ""))

    def marked(self, answer: Any, facts: Facts, back: Any) -> bool:
        return keys.letters(str(answer)) == keys.letters(facts["key"])

    def found(self, answer: str, facts: Facts) -> str | None:
        return keys.said(answer) or None

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and keys.agrees(value, facts["key"], "letters", facts)

    def how(self, facts: Facts) -> str:
        return keys.how("letters")


class Hidden(Lettered):
    """A word that runs through the letters of a sentence, over the gaps between its words."""

    name = "hidden"

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "answer": text(4, 14, "the hidden word"),
            "sentence": text(12, 200, "the sentence through which it runs, as it stands in the question"),
            "clue": text(4, 160, "what kind of thing is hidden, as the question says it"),
            "question": _QUESTION,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from hidden_faults(draft["answer"], draft["sentence"])
        for part in ("sentence", "clue"):
            if draft[part].strip() not in draft["question"]:
                yield f"the {part} has to stand in the question exactly as you hand it in"
        if _stands(draft["answer"], draft["question"]):
            yield f"the question names the word {draft['answer']!r}"

    def points(self, draft: Draft) -> Sequence[str]:
        return ("It shows from which letter to which the word runs, over the gap between words.",)


class Steps(Lettered):
    """A word that becomes others as letters go or come; each is described, none is named."""

    name = "steps"

    def draft(self, small: bool) -> dict[str, Any]:
        clue = text(4, 200, "words of the question that describe it, exactly")
        step = closed({"how": {"enum": list(STEPS)}, "gives": _ONE_WORD, "clue": clue})
        return {
            "answer": text(3, 20, "the word one begins with"),
            "clue": clue,
            "steps": several(step, 1, 4, "in order, each from the word before it"),
            "question": _QUESTION,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        before = draft["answer"]
        for step in draft["steps"]:
            if not follows(before, step["how"], step["gives"]):
                yield f"{step['gives']!r} does not come of {before!r} by {step['how']}: check it letter by letter"
            before = step["gives"]
        for clue in (draft["clue"], *(step["clue"] for step in draft["steps"])):
            if clue.strip() not in draft["question"]:
                yield f"the question does not say {clue!r}"
        named = [
            w for w in (draft["answer"], *(step["gives"] for step in draft["steps"])) if _stands(w, draft["question"])
        ]
        yield from (f"the question names {word!r}, which is to be found" for word in named)

    def points(self, draft: Draft) -> Sequence[str]:
        return tuple(f"It becomes {step['gives'].upper()}, which fits its clue." for step in draft["steps"])


def hidden_faults(word: str, sentence: str) -> Iterator[str]:
    """Yield what is wrong with a sentence that is to hide a word over a gap."""
    wanted, letters = keys.letters(word), keys.letters(sentence)
    if letters.count(wanted) != 1:
        yield f"{word!r} runs {letters.count(wanted)} times through {sentence!r}; it has to be once"
    elif _stands_inside(wanted, sentence):
        yield f"{word!r} stands within one word of the sentence: it has to run over a gap between words"


def follows(before: str, how: str, after: str) -> bool:
    """Whether one word comes of another in a way of `STEPS`."""
    one, two = keys.letters(before), keys.letters(after)
    if not one or not two or one == two:
        return False
    return {
        "first_letter_off": one[1:] == two,
        "last_letter_off": one[:-1] == two,
        "letter_put_in": _one_more(one, two),
        "letter_taken_out": _one_more(two, one),
        "letter_changed": len(one) == len(two) and sum(a != b for a, b in zip(one, two, strict=False)) == 1,
        "reversed": one[::-1] == two,
        "anagram": sorted(one) == sorted(two),
    }[how]


def _one_more(short: str, long: str) -> bool:
    return len(long) == len(short) + 1 and any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _stands(word: str, question: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", question, re.IGNORECASE) is not None


def _stands_inside(word: str, sentence: str) -> bool:
    return any(word in keys.letters(one) for one in sentence.split())
