"""The examination of a piece: a reader goes through the wishes no program can check, and an arbiter, who doesn't know
which is which, says twice which of draft and final piece is better. A contest problem is solved by those who see no
solution.

Where there is no draft to compare with, nobody but the reader judges the piece: it is read twice, the parts of the
paper in another order, and a third time where the two don't agree. Places said to contradict what was given go to a
second reader, who decides.
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
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.invigilate import SITTINGS, SOLVER
from teams.engine.stages.material import shown
from teams.engine.stages.message import demands_of
from teams.engine.talk import Talk
from teams.engine.verdict import Finding

READER = script.role("wish_reader", hears=("desk",), forgetful=True, max_tokens=1500, temperature=0.0)
SECOND = script.role("second_reader", hears=("task",), max_tokens=900, temperature=0.0)
ARBITER = script.role("arbiter", hears=("desk",), forgetful=True, max_tokens=600, temperature=0.0)
READINGS = 3
"""Readings of a piece that nobody else judges, at most; two that agree are enough."""
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


PLACES = 5
"""Places that a second reader is asked about, at most."""


def _second(count: int) -> Mapping[str, Any]:
    place = closed(
        {
            "given": text(3, 300, "the words of the request that speak of this most nearly, exactly"),
            "because": text(5, 300, "what they say or leave open, and what the place says"),
            "contradicts": {"type": "boolean"},
        }
    )
    return closed({"places": several(place, count, count, "one for each place, in their order")})


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
    readings: list[Mapping[str, Any]] = field(default_factory=list)
    """What each reading says, its wishes in their own order."""
    said: list[str] = field(default_factory=list)
    next: str | None = None

    def speak(self, talk: Talk) -> str:
        """Hand out the next reading."""
        if talk[-1].source == READER.name:
            self._keep(talk.value(READER.name))
        if talk[-1].source == ARBITER.name:
            self.said.append(talk.value(ARBITER.name)["better"])
        if len(self.readings) < self._wanted:
            self.next = READER.name
            return self._paper()
        if len(self.said) == 2 or not self.draft:
            self.next = ""
            return "That was all."
        self.next = ARBITER.name
        first, second = (self.piece, self.draft) if self.said else (self.draft, self.piece)
        return f"{self.request}\n\n{_named('first piece', first)}\n\n{_named('second piece', second)}"

    @property
    def _wanted(self) -> int:
        """Readings that are needed."""
        if self.draft:
            return 1
        return READINGS if len(self.readings) >= 2 and not self._agree else 2

    @property
    def _agree(self) -> bool:
        one, other = ([r["use"], *map(self.shows, r["wishes"])] for r in self.readings[:2])
        return one == other

    def shows(self, read: Mapping[str, Any]) -> bool:
        """Say whether a reader finds a wish met and points at words that stand there: only that counts."""
        return bool(read["met"]) and locate(read["quote"], self.piece, any_case=True) is not None

    @property
    def _is_turned(self) -> bool:
        """The second reader gets the paper from behind, or one model would say the same again."""
        return len(self.readings) == 1

    def _paper(self) -> str:
        wishes = [f"{w['wording']}\n   {w['sign']}" for w in self.wishes]
        listed = "\n".join(f"{n}. {w}" for n, w in enumerate(reversed(wishes) if self._is_turned else wishes, 1))
        asked = f"Its wishes, each with a sign:\n{listed or 'none but what the request says itself'}"
        parts = (self.request, asked, _named("piece", self.piece))
        order = ((0, 1, 2), (2, 0, 1), (0, 2, 1))[len(self.readings)]
        return "\n\n".join(parts[at] for at in order)

    def _keep(self, reply: Mapping[str, Any]) -> None:
        wishes = list(reversed(reply["wishes"])) if self._is_turned else reply["wishes"]
        self.readings.append({**reply, "wishes": wishes})

    @property
    def piece(self) -> str:
        return words_of(self.pair.messages[-1])

    @property
    def request(self) -> str:
        return _named("request", self.pair.instruction.text)

    @property
    def wishes(self) -> Sequence[Mapping[str, str]]:
        return list(self.pair.instruction.facts.get("wishes", ()))

    @property
    def draft(self) -> str:
        """The draft, '' where the piece was not written again."""
        return str(self.pair.facts.get("draft", "")) if self.pair.facts.get("revised") else ""


def _named(what: str, words: str) -> str:
    """Show something to a reader; what stands in a piece is never taken for the end of it."""
    return f"The {what}:\n{shown(words, what.split()[-1])}"


def examination() -> Flow:
    """Return the judge of creative pieces."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        # A small model's opinion of a poem is worth less than nothing; the verdict will say that nobody read it.
        if scene.small:
            scene.notes["findings"] = []
            return []
        desk = scene.notes["reading"] = Desk(pair)

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
        findings = [*_wishes(desk), *await _contradictions(scene, desk), _used(desk)]
        if desk.draft:
            findings.append(_compared(desk.said))
        if pair.instruction.facts.get("labels"):
            findings.append(await _solved(scene, pair))
        scene.notes["findings"] = findings
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


def _wishes(desk: Desk) -> Sequence[Finding]:
    """A wish is met if most readings say so and can point at it."""
    shown_: list[str] = []
    missed: list[str] = []
    for number, wish in enumerate(desk.wishes):
        read = [reading["wishes"][number] for reading in desk.readings]
        votes = [one for one in read if desk.shows(one)]
        is_met = 2 * len(votes) > len(read)
        one = votes[0] if is_met else next((r for r in read if not r["met"]), read[0])
        why = "the words named for it do not stand in the piece" if one["met"] and not is_met else one["because"]
        (shown_ if is_met else missed).append(f"{short(wish['wording'])}: {one['quote']!r}, {why}")
    if not desk.wishes:
        return []
    passed = len(missed) <= (0 if len(desk.wishes) <= FEW else 1)
    said = [*(f"missed: {one}" for one in missed), *(f"met: {one}" for one in shown_)]
    evidence = f"{len(shown_)} of {len(desk.wishes)}{_in(desk)}; {' | '.join(said)}"
    return [Finding("wishes_met", passed, evidence, "model")]


def _in(desk: Desk) -> str:
    return f" in {len(desk.readings)} readings" if len(desk.readings) > 1 else ""


def _used(desk: Desk) -> Finding:
    would = [reading for reading in desk.readings if reading["use"]]
    passed = 2 * len(would) > len(desk.readings)
    why = next(reading["because"] for reading in desk.readings if reading["use"] == passed)
    return Finding("would_be_used", passed, why, "model")


async def _contradictions(scene: Scene, desk: Desk) -> Sequence[Finding]:
    """Places that a reader says contradict the request; where there are any, a second reader decides."""
    named = [place for reading in desk.readings for place in reading["contradicted"]]
    by_quote = {p["quote"]: p for p in named if locate(p["quote"], desk.piece, any_case=True) is not None}
    claims = list(by_quote.values())[:PLACES]
    name = "facts_not_contradicted"
    if not claims:
        has_facts = desk.pair.instruction.facts.get("pack")
        return [Finding(name, True, "nothing given is contradicted", "model")] if has_facts else []
    told = "\n".join(f"{n}. {p['quote']!r}\n   {p['because']}" for n, p in enumerate(claims, 1))
    task = f"{desk.request}\n\n{_named('piece', desk.piece)}\n\nThe places, and what is said against each:\n{told}"
    reply = json.loads(await scene.ask(Seat(SECOND, schema=_second(len(claims))), task))
    request = desk.pair.instruction.text
    wrong = [
        f"{claim['quote']!r} against {short(read['given'])!r}: {read['because']}"
        for claim, read in zip(claims, reply["places"], strict=True)
        # What nobody can point at was not given.
        if read["contradicts"] and locate(read["given"], request, any_case=True) is not None
    ]
    doubted = "; ".join(f"{short(claim['quote'])!r}" for claim in claims)
    return [Finding(name, not wrong, "; ".join(wrong) or f"a second reader finds nothing wrong in {doubted}", "model")]


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
        answer = json.loads(await scene.ask(Seat(SOLVER, schema=_ANSWER), shown(parts[labels[0]], "problem")))
        is_right = answer["answerable"] and bool(numbers(answer["answer"]) & key)
        right += is_right
        said.append(answer["answer"] if answer["answerable"] else "can't be solved")
        if right == 2 or len(said) - right == 2:
            break
    evidence = f"{right} of {len(said)} who saw no solution come to {short(parts[labels[-1]])}: {'; '.join(said)}"
    return Finding("blind_agreement", right == 2, evidence, "model")
