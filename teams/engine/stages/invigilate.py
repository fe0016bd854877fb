"""Papers that are sat blind: the program that hands them out, marks and counts, and whoever sits them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from agents.models.forms import dump
from teams.engine.flow import Program, Seat, Staging
from teams.engine.records import Pair
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import Paper, closed, text
from teams.engine.stages.material import shown
from teams.engine.stages.words import script
from teams.engine.talk import Talk, in_turn
from tools.bench import Bench

GIVEN_UP = "can't be answered"
SITTINGS = 3
"""Blind answers at most; two that agree decide."""
SOLVER = script.role("solver", hears=("invigilator",), forgetful=True, tool_rounds=6, max_tokens=900, temperature=0.7)
IN_THE_END = "When you have worked it out, reply with JSON of this schema and nothing else, no fences:"


@dataclass
class Invigilator:
    """The program that hands out papers and counts."""

    pair: Pair
    kind: Asking
    random: Random
    right: int = 0
    wrong: int = 0
    said: list[str] = field(default_factory=list)
    given: list[Mapping[str, Any]] = field(default_factory=list)
    """What each sitting gave beside its working, in the letters of the question itself."""
    differing: list[Any] = field(default_factory=list)
    """Answers that were given and marked wrong."""
    paper: Paper | None = None
    reckons: bool = False
    """Whoever sits it has a calculator."""

    def speak(self, talk: Talk) -> str:
        """Mark the last paper and hand out the next."""
        if talk[-1].source == SOLVER.name:
            self._mark(talk.value(SOLVER.name))
            if self.is_over:
                return "Time is up."
        facts = self.pair.instruction.facts
        self.paper = self.kind.form.paper(facts, self.random)
        passage = f"{shown(self.pair.instruction.passage.text)}\n\n" if facts["shows_text"] else ""
        # Beside tools an endpoint can't be held to a form: it has to stand on the paper.
        form = f"\n\n{IN_THE_END}\n{dump(self.schema())}" if self.reckons else ""
        return f"{passage}{self.paper.text}{form}"

    @property
    def is_over(self) -> bool:
        most = SITTINGS // 2 + 1
        return self.right >= most or self.wrong >= most or self.right + self.wrong >= SITTINGS

    def _mark(self, reply: Mapping[str, Any]) -> None:
        facts, form = self.pair.instruction.facts, self.kind.form
        assert self.paper
        is_answerable = facts.get("answerable", True)
        if not reply["answerable"] or not is_answerable:
            is_right = reply["answerable"] == is_answerable
        else:
            is_right = form.marked(reply["answer"], facts, self.paper.back)
            self.differing += [] if is_right else [reply["answer"]]
        self.given.append({name: _named(reply[name], self.paper.back) for name in ("answer", *self.paper.beside)})
        self.right, self.wrong = self.right + is_right, self.wrong + (not is_right)
        said = json.dumps(_named(reply["answer"], self.paper.back), ensure_ascii=False)
        self.said.append(said[:80] if reply["answerable"] else GIVEN_UP)

    def schema(self) -> Mapping[str, Any]:
        """The form of the paper that lies on the table."""
        answer = self.paper.answer if self.paper else {"type": "string"}
        thought = text(10, 900, "your working, in short")
        beside = self.paper.beside if self.paper else {}
        return closed({"thought": thought, "answerable": {"type": "boolean"}, "answer": answer, **beside})


def _named(answer: Any, back: Mapping[str, str]) -> Any:
    """An answer in the letters of the question itself, for the evidence."""
    if isinstance(answer, list):
        return [_named(one, back) for one in answer]
    if isinstance(answer, dict):
        return {key: _named(one, back) for key, one in answer.items()}
    return back.get(answer, answer) if isinstance(answer, str) else answer


def sitting(desk: Invigilator, bench: Bench | None) -> Staging:
    """Return the chat in which papers are sat until enough agree, with a calculator if there is a bench."""
    seats: list[Seat | Program] = [
        Program("invigilator", desk.speak, "hands out papers"),
        Seat(SOLVER, schema=desk.schema, bench=bench),
    ]
    return Staging(
        "A paper is to be sat.", seats, in_turn(SOLVER.name, "invigilator", lambda: desk.is_over, program_first=True)
    )
