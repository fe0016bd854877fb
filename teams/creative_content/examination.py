"""The examination of a piece: a reader goes through the wishes no program can check, and an arbiter, who doesn't know
which is which, says twice which of draft and final piece is better. A contest problem is solved by those who see no
solution.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from teams.creative_content.rules.measure import labelled
from teams.creative_content.words import script
from teams.engine.checks.conversation import short, words_of
from teams.engine.checks.quotes import locate
from teams.engine.checks.spelling import numbers
from teams.engine.demands import content_of
from teams.engine.flow import Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.examine import SITTINGS, SOLVER
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.message import demands_of
from teams.engine.talk import Talk
from teams.engine.verdict import Finding

READER = script.role("wish_reader", hears=("desk",), forgetful=True, max_tokens=1500, temperature=0.0)
ARBITER = script.role("arbiter", hears=("desk",), forgetful=True, max_tokens=600, temperature=0.0)
FEW = 2
"""So few wishes have all to be met; of more, one may be missed."""
_ANSWER = closed({"thought": text(10, 1200, "your working"), "answerable": {"type": "boolean"},
                  "answer": text(0, 120, "the number alone")})  # fmt: skip
_PLACE = closed({"quote": text(3, 300, "words of the piece, exactly"), "because": text(5, 300, "what it contradicts")})
_CHOICE = closed(
    {
        "because": text(10, 600, "what the better one does that the other doesn't, with its words"),
        "better": {"enum": ["first", "second", "equal"]},
    }
)


def _read(count: int) -> Mapping[str, Any]:
    wish = closed(
        {
            "quote": text(3, 300, "the words of the piece that show most, exactly"),
            "because": text(5, 300, "what they show"),
            "met": {"type": "boolean"},
        }
    )
    return closed(
        {
            "wishes": several(wish, count, count, "one for each wish, in their order"),
            "contradicted": several(_PLACE, 0, 4, "places that contradict what was given as fact"),
            "because": text(5, 400, "what decides whether they would use it"),
            "use": {"type": "boolean"},
        }
    )


@dataclass
class Desk:
    """The program that hands out: the wishes to the reader, both pieces to the arbiter, in one order and the other."""

    pair: Pair
    said: list[str] = field(default_factory=list)
    next: str | None = None

    def speak(self, talk: Talk) -> str:
        """Hand out the next reading."""
        request, piece = self.pair.instruction.text, words_of(self.pair.messages[-1])
        if self.next is None and self.wishes:
            self.next = READER.name
            wishes = "\n".join(f"{n}. {w['wording']}\n   {w['sign']}" for n, w in enumerate(self.wishes, 1))
            return f"The request:\n{request}\n\nIts wishes, each with a sign:\n{wishes}\n\nThe piece:\n{piece}"
        if talk[-1].source == ARBITER.name:
            self.said.append(talk.value(ARBITER.name)["better"])
        if len(self.said) == 2 or not self.draft:
            self.next = ""
            return "That was all."
        self.next = ARBITER.name
        first, second = (piece, self.draft) if self.said else (self.draft, piece)
        return f"The request:\n{request}\n\nThe first piece:\n{first}\n\nThe second piece:\n{second}"

    @property
    def wishes(self) -> Sequence[Mapping[str, str]]:
        return list(self.pair.instruction.facts.get("wishes", ()))

    @property
    def draft(self) -> str:
        """The draft, '' where the piece was not written again."""
        return str(self.pair.facts.get("draft", "")) if self.pair.facts.get("revised") else ""


def examination() -> Flow:
    """Return the judge of creative pieces."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        scene.notes["findings"] = []
        desk = scene.notes["reading"] = Desk(pair)
        # A small model's opinion of a poem is worth less than nothing; programs have judged its piece.
        if scene.small or not (desk.wishes or desk.draft):
            return []

        def order(talk: Talk) -> str | None:
            if talk[-1].source != "desk":
                return "desk"
            return desk.next or None

        seats: list[Seat | Program] = [
            Program("desk", desk.speak, "hands out what is to be read"),
            Seat(READER, schema=_read(len(desk.wishes))),
            Seat(ARBITER, schema=_CHOICE),
        ]
        return Staging("A piece is to be read.", seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, desk = scene.record, scene.notes["reading"]
        assert isinstance(pair, Pair)
        findings: list[Finding] = []
        if desk.wishes:
            findings += _wishes(desk.wishes, talk.value(READER.name), words_of(pair.messages[-1]), pair)
        if desk.draft:
            findings.append(_compared(desk.said))
        if pair.instruction.facts.get("labels"):
            findings.append(await _solved(scene, pair))
        scene.notes["findings"] = findings
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


def _wishes(wishes: Sequence[Mapping[str, str]], reply: Mapping[str, Any], piece: str, pair: Pair) -> Sequence[Finding]:
    shown: list[str] = []
    missed: list[str] = []
    for wish, read in zip(wishes, reply["wishes"], strict=True):
        # Only what can be pointed at counts.
        stands = locate(read["quote"], piece, any_case=True) is not None
        why = read["because"] if stands else "the words named for it do not stand in the piece"
        (shown if read["met"] and stands else missed).append(f"{short(wish['wording'])}: {read['quote']!r}, {why}")
    passed = len(missed) <= (0 if len(wishes) <= FEW else 1)
    said = [*(f"missed: {one}" for one in missed), *(f"met: {one}" for one in shown)]
    findings = [Finding("wishes_met", passed, f"{len(shown)} of {len(wishes)}; {' | '.join(said)}", "model")]
    wrong = [p for p in reply["contradicted"] if locate(p["quote"], piece, any_case=True) is not None]
    if pair.instruction.facts.get("pack") or wrong:
        told = "; ".join(f"{p['quote']!r}: {p['because']}" for p in wrong[:3])
        findings.append(Finding("facts_not_contradicted", not wrong, told or "nothing given is contradicted", "model"))
    return [*findings, Finding("would_be_used", reply["use"], reply["because"], "model")]


def _compared(said: Sequence[str]) -> Finding:
    """The draft was first in the first reading and second in the second; who is swayed by the place decides nothing."""
    votes = [("final" if better == ("second", "first")[n] else "draft") if better != "equal" else "equal"
             for n, better in enumerate(said)]  # fmt: skip
    final, draft = votes.count("final"), votes.count("draft")
    evidence = f"blind, in both orders: {' and '.join(votes)}"
    return Finding("revision_not_worse", not (draft == 2 or (draft and not final)), evidence, "model")


async def _solved(scene: Scene, pair: Pair) -> Finding:
    """Solvers get the problem without its solution; two of three have to come to its answer."""
    piece, labels = (
        content_of(words_of(pair.messages[-1]), demands_of(pair.instruction.facts)),
        pair.instruction.facts["labels"],
    )
    parts = labelled(piece, labels)
    if parts is None:
        return Finding("blind_agreement", False, "the problem can't be told from its solution")
    key, said, right = numbers(parts[labels[-1]]), [], 0
    for _ in range(SITTINGS):
        answer = json.loads(await scene.ask(Seat(SOLVER, schema=_ANSWER), parts[labels[0]]))
        is_right = answer["answerable"] and bool(numbers(answer["answer"]) & key)
        right += is_right
        said.append(answer["answer"] if answer["answerable"] else "can't be solved")
        if right == 2 or len(said) - right == 2:
            break
    evidence = f"{right} of {len(said)} who saw no solution come to {short(parts[labels[-1]])}: {'; '.join(said)}"
    return Finding("blind_agreement", right == 2, evidence, "model")
