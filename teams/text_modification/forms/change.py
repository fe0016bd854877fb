"""A request to change a text: what all of them have, whatever the change."""

from __future__ import annotations

import json
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from teams.engine.checks.copying import copied_share
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, text
from tools.counting import word_count

WORDING = text(12, 900, "the request, as somebody writes it above or below their text; it names all that is asked")
_COPIED, _COPIED_WORDS = 0.5, 40


class Change(Form):
    """A wording, and beside it what it asks for in a form that a program can check."""

    name = "change"
    shape = "prose"
    is_closed = False
    quotes = False
    is_exact = False
    """The result follows from the requirements letter by letter."""
    reads_result = False
    """A blind reader is shown the result, not the request."""
    own_language = False
    """The result may be in another language than the data."""
    blank: Mapping[str, Any] = {}
    """Fields that a small model is spared, as they are if nothing is asked by them."""

    @abstractmethod
    def fields(self) -> dict[str, Any]:
        """Return the properties of what is asked, in the order of thought."""

    @abstractmethod
    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        """Yield what is wrong with the fields of a draft over its text, and with a wording that does not say them."""

    @abstractmethod
    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        """Yield where a result is not what was asked for."""

    def compared(self, original: str, result: str, wants: Mapping[str, Any]) -> str:
        """Say what was compared, as evidence that a result is what was asked for."""
        return _said(wants)

    def draft(self, small: bool) -> dict[str, Any]:
        fields = self.fields()
        return {**{k: v for k, v in fields.items() if not (small and k in self.blank)}, "question": WORDING}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        draft = {**self.blank, **draft}
        wording = draft["question"]
        if word_count(wording) > _COPIED_WORDS and copied_share(wording, passage) > _COPIED:
            yield "the wording repeats the text, which stands beside it anyway"
        yield from self.wrong(draft, passage)

    def asked(self, draft: Draft, random: Random) -> Asked:
        given = {**self.blank, **draft}
        wants = {name: given[name] for name in self.fields()}
        wording = draft["question"].strip()
        facts = {"question": wording, "asks_for": "text", "wants": wants, "key": _said(wants), **self.more(wants)}
        return Asked(wording, facts)

    def more(self, wants: Mapping[str, Any]) -> dict[str, Any]:
        """Return further facts."""
        return {"tongue": ""} if self.own_language else {}

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], {"type": "string"})

    def found(self, answer: str, facts: Facts) -> Any:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return True


def _said(wants: Mapping[str, Any]) -> str:
    return json.dumps({name: value for name, value in wants.items() if value}, ensure_ascii=False)


def named(wording: str, words: list[str] | tuple[str, ...], what: str) -> Iterator[str]:
    """Yield which words a wording has to say and does not."""
    said = " ".join(wording.split()).casefold()
    for word in words:
        if " ".join(word.split()).casefold() not in said:
            yield f"the wording has to say {what} {word!r}"
