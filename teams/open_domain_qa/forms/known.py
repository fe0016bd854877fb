"""What is generally known: facts that others give too who never saw the text, and beliefs that are to be set right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Listed, Paper, Short, same, several, text
from teams.open_domain_qa.forms.asked import QUESTION
from teams.open_domain_qa.wording import dated_words

_EVIDENCE = several(
    text(10, 400, ""), 0, 2, "words of the material that say so, letter by letter; none if it is silent"
)
_SOURCE = text(5, 200, "where a stranger would look it up: a kind of book, a field, an institution")


def _looks(draft: Draft, passage: str) -> Iterator[str]:
    for quote in draft.get("evidence", ()):
        if locate(quote, passage) is None:
            yield f"the material does not say {quote!r}: quote it letter by letter, or leave it out"
    for word in dated_words(draft["question"]):
        yield f"{word!r} makes the answer change with the day it is read; name the year, or ask for something settled"


class Known(Short):
    """A fact in a few words. Its evidence is that those who never saw the material give it too."""

    name = "known"

    def draft(self, small: bool) -> dict[str, Any]:
        fields = {"evidence": _EVIDENCE, "looked_up": _SOURCE, "question": QUESTION}
        fields |= {"answer": text(1, 200, "as short as it can be said")}
        also = several(text(1, 200, ""), 0, 4, "other wordings that are as right")
        return {"question": QUESTION, "answer": fields["answer"]} if small else {**fields, "also": also}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from _looks(draft, passage)
        yield from super().complaints({**draft, "evidence": ()}, passage)


class KnownList(Listed):
    """A closed set that every book gives alike."""

    name = "known_list"

    def draft(self, small: bool) -> dict[str, Any]:
        items = several(text(1, 120, ""), 3, 8, "every member, each as short as it can be said")
        return {"evidence": _EVIDENCE, "looked_up": _SOURCE, "question": QUESTION, "items": items}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from _looks(draft, passage)
        yield from super().complaints({**draft, "evidence": ()}, passage)
        told = [item for item in draft["items"] if len(item) > 3 and item.casefold() in draft["question"].casefold()]
        if told:
            yield f"the question names a part of its answer: {told[0]!r}"


class Premise(Form):
    """A question with a wrong belief in it or behind it, and what is so in its place.

    Blind, the two are set side by side: whoever knows the subject has to tell which is so. Whether the answer sets the
    belief right is for a reader.
    """

    name = "premise"

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "belief": text(12, 250, "what is wrongly taken for granted or believed, as a plain sentence"),
            "truth": text(12, 250, "what is so instead, as a plain sentence of the same length and tone"),
            "looked_up": _SOURCE,
            "question": QUESTION,
            "points": several(text(10, 300, ""), 2, 4, "what a good answer says, each a full sentence"),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from _looks(draft, passage)
        belief, truth = draft["belief"].strip(), draft["truth"].strip()
        if belief.casefold() == truth.casefold():
            yield "the belief and what is so are the same sentence"
        longer, shorter = max(len(belief), len(truth)), min(len(belief), len(truth))
        if longer > 2.5 * shorter:
            yield "one of the two sentences is much longer; side by side, its length would give the right one away"
        if truth.casefold().rstrip(".") in draft["question"].casefold():
            yield "the question says what is so: it has to go along with the belief, or leave it open"

    def asked(self, draft: Draft, random: Random) -> Asked:
        question = draft["question"].strip()
        facts = {"question": question, "belief": draft["belief"].strip(), "key": draft["truth"].strip()}
        return Asked(question, {**facts, "points": [point.strip() for point in draft["points"]]})

    def paper(self, facts: Facts, random: Random) -> Paper:
        sides = random.sample(["belief", "key"], 2)
        shown = "\n".join(f"{letter}. {facts[side]}" for letter, side in zip("AB", sides, strict=True))
        back = {letter: facts[side] for letter, side in zip("AB", sides, strict=True)}
        return Paper(f"Which of these two is so?\n{shown}", {"enum": ["A", "B"]}, back)

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return bool(back.get(str(answer)) == facts["key"])

    def found(self, answer: str, facts: Facts) -> str:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return same(str(value), facts["key"])
