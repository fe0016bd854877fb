"""A chain of questions, each leaning on those before; asked one after the other in one conversation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms.form import EVIDENCE, Asked, Draft, Facts, Form, Paper
from teams.engine.stages.forms.short import same


class Chain(Form):
    """Three or four questions in a row; the later ones can't be understood alone."""

    name = "chain"
    shape = "short"
    in_words = True

    def draft(self, small: bool) -> dict[str, Any]:
        answer = text(0, 300, "as short as it can be said; empty where the text does not say it")
        link = closed({"question": text(4, 300, "as somebody asks in conversation"), "answer": answer})
        return {"evidence": EVIDENCE, "question": text(8, 300, "the first question"), "answer": answer,
                "further": several(link, 2, 3, "the questions after it, in order")}  # fmt: skip

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if not draft["answer"].strip():
            yield "the first question of a chain has to have an answer in the text"

    def asked(self, draft: Draft, random: Random) -> Asked:
        links = [draft["question"].strip(), *(link["question"].strip() for link in draft["further"])]
        keys = [draft["answer"].strip(), *(link["answer"].strip() for link in draft["further"])]
        return Asked(links[0], {"question": links[0], "further": links[1:], "key": keys})

    def further(self, facts: Facts) -> Sequence[str]:
        return list(facts["further"])

    def paper(self, facts: Facts, random: Random) -> Paper:
        asked = [facts["question"], *facts["further"]]
        numbered = "\n".join(f"{n}. {question}" for n, question in enumerate(asked, 1))
        meaning = "one answer each, in order; empty where the text does not say it"
        return Paper(numbered, several(text(0, 300, ""), len(asked), len(asked), meaning))

    def found(self, answer: str, facts: Facts) -> str:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        if isinstance(value, str):
            return False  # the last turn alone: a reader has to look at the whole conversation
        given = list(value)
        return len(given) == len(facts["key"]) and all(
            same(one, key) if key else not one.strip() for one, key in zip(given, facts["key"], strict=True)
        )
