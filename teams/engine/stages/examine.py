"""The examination of a pair: solvers who don't know the key sit it blind; what has no key is read by an examiner.

Blind answers come one after the other until most agree, each on a paper in another order. Where the key is a few words,
a grader says whether the answer gives it in other words; open answers go to an examiner. A small model's opinion is
worth less than the programs' (measured on 1.5B): it sits papers, but neither grades nor examines.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from teams.engine.checks.conversation import words_of
from teams.engine.checks.quotes import locate
from teams.engine.demands import content_of
from teams.engine.flow import Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import Paper, closed, several, text
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.message import demands_of
from teams.engine.stages.refine import UNANSWERABLE
from teams.engine.stages.words import script
from teams.engine.talk import Talk
from teams.engine.verdict import Finding

SITTINGS = 3
"""Blind answers at most; two that agree decide."""
SOLVER = script.role("solver", hears=("invigilator",), forgetful=True, max_tokens=900, temperature=0.7)
GRADER = script.role("grader", hears=("task",), max_tokens=400, temperature=0.0)
EXAMINER = script.role("examiner", hears=("task",), max_tokens=1500, temperature=0.0)
_GRADE = closed({"quote": text(0, 300, "words of the answer"), "same": {"type": "boolean"}})
_CLAIM = closed({"quote": text(3, 400, "words of the answer, exactly"), "because": text(5, 300, "what is wrong")})
_POINT = closed({"point": text(3, 200, "in short"), "made": {"type": "boolean"}})
_EXAMINED = closed(
    {
        "unsupported": several(_CLAIM, 0, 4),
        "points": several(_POINT, 0, 6),
        "because": text(5, 400, "what a demanding teacher would say of it"),
        "serves": {"type": "boolean"},
    }
)


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
    paper: Paper | None = None

    def speak(self, talk: Talk) -> str:
        """Mark the last paper and hand out the next."""
        if talk[-1].source == SOLVER.name:
            self._mark(talk.value(SOLVER.name))
            if self.is_over:
                return "Time is up."
        facts = self.pair.instruction.facts
        self.paper = self.kind.form.paper(facts, self.random)
        passage = f"{shown(self.pair.instruction.passage.text)}\n\n" if facts["shows_text"] else ""
        return f"{passage}{self.paper.text}"

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
        self.given.append({name: _named(reply[name], self.paper.back) for name in ("answer", *self.paper.beside)})
        self.right, self.wrong = self.right + is_right, self.wrong + (not is_right)
        said = json.dumps(_named(reply["answer"], self.paper.back), ensure_ascii=False)
        self.said.append(said[:80] if reply["answerable"] else "can't be answered")

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


Further = Callable[[Scene, Pair, Invigilator], Awaitable[list[Finding]]]
"""What else a skill asks about a pair whose key was confirmed blind: `(scene, pair, the sittings)`."""


def examination(kinds: Mapping[str, Asking], further: Further | None = None) -> Flow:
    """Return the judge of a skill whose pairs are questions and answers."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        kind = kinds[pair.kind]
        if not kind.form.is_closed:
            scene.notes["findings"] = []
            return [] if scene.small else Staging(_open_task(pair), [Seat(EXAMINER, schema=_EXAMINED)])
        desk = scene.notes["desk"] = Invigilator(pair, kind, scene.random)

        def order(talk: Talk) -> str | None:
            if talk[-1].source != "invigilator":
                return "invigilator"
            return None if desk.is_over else SOLVER.name

        seats: list[Seat | Program] = [
            Program("invigilator", desk.speak, "hands out papers"),
            Seat(SOLVER, schema=desk.schema),
        ]
        return Staging("A paper is to be sat.", seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, desk = scene.record, scene.notes.get("desk")
        assert isinstance(pair, Pair)
        if desk is None:
            scene.notes["findings"] = _examined(pair, talk.value(EXAMINER.name))
            return []
        held = f"{desk.right} of {len(desk.said)} blind answers agree with the key: {'; '.join(desk.said)}"
        findings = [Finding("blind_agreement", desk.right > desk.wrong and desk.right > 1, held, "model")]
        if findings[0].passed:
            findings += await _graded(scene, pair, kinds[pair.kind])
        if further and all(finding.passed for finding in findings):
            findings += await further(scene, pair, desk)
        scene.notes["findings"] = findings
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


async def _graded(scene: Scene, pair: Pair, kind: Asking) -> list[Finding]:
    """Does the answer give the key? By program where the form leaves no doubt, else by the grader."""
    facts, answer = pair.instruction.facts, words_of(pair.messages[-1])
    content = content_of(answer, demands_of(facts))
    is_answerable = facts.get("answerable", True)
    if is_answerable and kind.form.agrees(kind.form.found(content, facts), facts):
        return [Finding("answer_is_key", True, f"the answer gives the key: {_short(facts['key'])}")]
    if kind.form.how(facts) and is_answerable:
        said = _short(kind.form.found(content, facts))
        return [Finding("answer_is_key", False, f"the answer gives {said}, the key is {_short(facts['key'])}")]
    if scene.small:
        return [Finding("answer_is_key", False, f"the answer does not give the key: {_short(facts.get('key'))}")]
    key = _short(facts["key"], 600) if is_answerable else UNANSWERABLE
    said = answer if len(pair.messages) == 2 else _read_out(pair)
    task = f"The question:\n{facts['ask']}\n\nThe key: {key}\n\nThe answer:\n{said}"
    graded = json.loads(await scene.ask(Seat(GRADER, schema=_GRADE), task))
    return [Finding("answer_is_key", graded["same"], f"read as {'the' if graded['same'] else 'not the'} key: "
                    f"{_short(graded['quote'], 160)!r} against {_short(key)}", "model")]  # fmt: skip


def _read_out(pair: Pair) -> str:
    """A conversation of several questions, as its reader sees it after the text; the key has an answer for each."""
    later = [f"{message['role']}: {words_of(message)}" for message in pair.messages[1:]]
    return "\n".join(later)


def _short(value: Any, most: int = 120) -> str:
    said = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return said if len(said) <= most else f"{said[: most - 1]}…"


def _open_task(pair: Pair) -> str:
    facts = pair.instruction.facts
    passage = f"{shown(text_of(pair.instruction.passage))}\n\n" if facts["shows_text"] else ""
    points = "\n".join(f"- {point}" for point in facts.get("points", ()))
    said = "\n\n".join(words_of(m) for m in pair.messages if m["role"] == "assistant")
    return f"{passage}The question:\n{facts['ask']}\n\nPoints a good answer makes:\n{points}\n\nThe answer:\n{said}"


def _examined(pair: Pair, reply: Mapping[str, Any]) -> list[Finding]:
    answer = "\n\n".join(words_of(m) for m in pair.messages if m["role"] == "assistant")
    # A complaint counts only if it quotes what the answer really says.
    wrong = [claim for claim in reply["unsupported"] if locate(claim["quote"], answer) is not None]
    shown_ = "; ".join(f"{claim['quote']!r}: {claim['because']}" for claim in wrong[:3])
    made = [point["made"] for point in reply["points"]]
    missed = [point["point"] for point in reply["points"] if not point["made"]]
    enough = not made or sum(made) > len(made) / 2
    return [
        Finding("answer_supported", not wrong, shown_ or "nothing unsupported was found", "model"),
        Finding(
            "points_made",
            enough,
            f"{sum(made)} of {len(made)} points" + (f"; missing: {missed[:3]}" * bool(missed)),
            "model",
        ),
        Finding("question_served", reply["serves"], reply["because"], "model"),
    ]
