"""Answers in sentences: no key, but points that a good answer makes, for a reader to look for."""

from __future__ import annotations

from random import Random
from typing import Any

from teams.engine.schemas import several, text
from teams.engine.stages.forms.form import EVIDENCE, QUESTION, Asked, Draft, Facts, Form, Paper


class Open(Form):
    """A question that wants an explanation, an account or a judgement with its reasons."""

    name = "open"
    shape = "prose"
    is_closed = False

    def draft(self, small: bool) -> dict[str, Any]:
        points = several(text(10, 300, ""), 2, 5, "what a good answer has to say, each a full sentence")
        return {"evidence": EVIDENCE, "points": points, "question": QUESTION}

    def asked(self, draft: Draft, random: Random) -> Asked:
        question = draft["question"].strip()
        return Asked(question, {"question": question, "points": [point.strip() for point in draft["points"]]})

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], {"type": "string"})

    def found(self, answer: str, facts: Facts) -> str:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return True
