"""The examination of a conversation: blind solvers, then an auditor of the whole.

A solver is shown a turn that leans on others by itself, and has to say that it can't be answered; then the talk up to
a turn with a key, and has to arrive at it. Keys in words that do not stand in the answer as they are go to the grader.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.role import Role
from teams.conversation.checks import Exchange, exchanges, figures_untold, is_figure
from teams.conversation.kinds import BY_NAME
from teams.conversation.plan import told_of
from teams.conversation.said import figures, folded, holds, same_figure
from teams.engine.checks.conversation import short, words_of
from teams.engine.checks.quotes import locate
from teams.engine.flow import Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Pair, Record
from teams.engine.stages.forms import closed, same, several, text
from teams.engine.stages.forms.short import denies
from teams.engine.stages.grade import ANSWER, GRADER
from teams.engine.stages.invigilate import SITTINGS, SOLVER
from teams.engine.stages.material import shown
from teams.engine.stages.refine import UNANSWERABLE
from teams.engine.talk import Talk, in_turn
from teams.engine.verdict import Finding

_SITTING = closed(
    {
        "thought": text(5, 700, "your working, in short"),
        "answerable": {"type": "boolean"},
        "answer": text(0, 200, "in as few words as possible; empty if it can't be answered"),
    }
)
_GRADE = closed({"quote": text(0, 300, "words of the answer"), "same": {"type": "boolean"}})
_CLAIM = closed(
    {
        "number": {"type": "integer", "minimum": 1},
        "quote": text(3, 300, "words of that answer, exactly"),
        "because": text(5, 300, "what was said, or is so, instead"),
    }
)
_LONGEST_KEY = 5
"""Words of a key that a blind answer is compared with by program."""


@dataclass(frozen=True)
class Paper:
    """What a solver is shown, and what comes of it if the talk is sound."""

    turn: int
    text: str
    key: str | None
    """The right answer; None: it can't be answered."""
    is_alone: bool = False


def papers(pair: Pair) -> list[Paper]:
    """Return the papers of a conversation: turns shown alone, then the talk up to those with a key."""
    held = exchanges(pair)
    alone = [Paper(one.turn.number, _alone(one), None, True) for one in held if one.turn.leans and not one.turn.piece]
    return [*alone, *_asked(pair, held)]


def _alone(one: Exchange) -> str:
    return (
        f"Somebody sends you this message, and you know of nothing before it:\n{shown(one.user)}\n\n"
        "Can it be answered, or done, as it stands, without asking back? If so, how?"
    )


def _asked(pair: Pair, held: Sequence[Exchange]) -> Iterator[Paper]:
    # The key of a first turn is a question where one has to be asked, and a mere claim where the answer was given.
    if pair.kind == "clarify" or pair.instruction.facts["opens"] == "answered":
        held = held[1:]
    for one in held:
        is_gap = one.turn.sort == "gap"
        if is_gap or (one.turn.key and one.turn.sort != "doubt"):
            talk = f"{one.before}\n\nThe last message:\n{one.user}" if one.before else one.user
            task = "What is the right answer to the last message? Go by what was said in the talk."
            yield Paper(
                one.turn.number,
                f"A talk, up to its last message:\n{shown(talk)}\n\n{task}",
                None if is_gap else one.turn.key,
            )


@dataclass
class Invigilator:
    """The program that hands out the papers of a conversation, one after the other, and counts."""

    waiting: list[Paper]
    right: int = 0
    wrong: int = 0
    said: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    """The answers to this paper, whole; '' where it was given up."""
    results: list[tuple[Paper, bool, str, Sequence[str]]] = field(default_factory=list)
    """Papers, whether they came out, what was said in short, and the answers."""

    def speak(self, talk: Talk) -> str:
        """Mark the last answer, and hand out the paper again or the next one."""
        if talk[-1].source == SOLVER.name:
            self._mark(talk.value(SOLVER.name))
        return self.waiting[0].text if self.waiting else "Time is up."

    @property
    def is_over(self) -> bool:
        return not self.waiting

    def _mark(self, reply: Mapping[str, Any]) -> None:
        paper = self.waiting[0]
        is_right = self._is_right(paper, reply)
        self.right, self.wrong = self.right + is_right, self.wrong + (not is_right)
        self.said.append(short(reply["answer"] or "-") if reply["answerable"] else "can't be answered")
        self.given.append(reply["answer"] if reply["answerable"] else "")
        enough = SITTINGS // 2 + 1
        # A turn that one reader can't understand alone leans back; keys are agreed on by two.
        if (paper.is_alone and is_right) or self.right >= enough or self.wrong >= enough:
            self.results.append(
                (
                    paper,
                    self.right > 0 if paper.is_alone else self.right >= enough,
                    "; ".join(self.said),
                    tuple(self.given),
                )
            )
            self.waiting.pop(0)
            self.right, self.wrong, self.said, self.given = 0, 0, [], []

    @staticmethod
    def _is_right(paper: Paper, reply: Mapping[str, Any]) -> bool:
        if paper.key is None or not reply["answerable"]:
            return bool(reply["answerable"]) == (paper.key is not None)
        return agrees(reply["answer"], paper.key)


def agrees(answer: str, key: str) -> bool:
    """Say whether a short answer is the key: by its figures where the key is one, else by its words."""
    if is_figure(key):
        return any(same_figure(figures(key)[-1], figure) for figure in figures(answer))
    if denies(answer) != denies(key) and not folded(answer).startswith(folded(key)):
        return False  # "she was not there" holds every word of "she was there"; "the 3rd, no later" is the 3rd
    return same(answer, key) or holds(key, answer) or (len(answer.split()) <= _LONGEST_KEY and holds(answer, key))


def examination(auditor: Role) -> Flow:
    """Return the judge."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        desk = scene.notes["desk"] = Invigilator(papers(pair))
        if desk.is_over and scene.small:
            scene.notes["findings"] = []
            return []
        if desk.is_over:
            return Staging(audit_task(pair), [_audit(auditor, pair)])

        seats: list[Seat | Program] = [
            Program("invigilator", desk.speak, "hands out papers"),
            Seat(SOLVER, schema=_SITTING),
        ]
        return Staging(
            "Papers are to be sat.",
            seats,
            in_turn(SOLVER.name, "invigilator", lambda: desk.is_over, program_first=True),
        )

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, desk = scene.record, scene.notes["desk"]
        assert isinstance(pair, Pair)
        await _read_again(scene, desk)
        findings = _sat(desk)
        if all(finding.passed for finding in findings):
            findings += await _graded(scene, pair)
        if all(finding.passed for finding in findings) and not scene.small:
            said = talk.words(auditor.name) or await scene.ask(_audit(auditor, pair), audit_task(pair))
            findings += _audited(pair, json.loads(said))
        scene.notes["findings"] = findings
        return []

    return Flow("check", direct, harvest, (Kind("examination", ""),))


async def _read_again(scene: Scene, desk: Invigilator) -> None:
    """Have the grader read blind answers that a program does not take for a key in words: they may say it otherwise."""
    for at, (paper, passed, said, given) in enumerate(desk.results):
        if passed or scene.small or paper.is_alone or not paper.key or is_figure(paper.key):
            continue
        same_ = 0
        for answer in filter(None, given):
            task = f"The question:\n{paper.text}\n\nThe key: {paper.key}\n\nThe answer:\n{shown(answer, ANSWER)}"
            same_ += json.loads(await scene.ask(Seat(GRADER, schema=_GRADE), task))["same"]
        desk.results[at] = (paper, same_ >= SITTINGS // 2 + 1, f"{said} (read: {same_} give the key)", given)


def _sat(desk: Invigilator) -> list[Finding]:
    findings = []
    for name, is_alone in (("leans_on_the_talk", True), ("blind_agreement", False)):
        of_these = [result for result in desk.results if result[0].is_alone == is_alone]
        if not of_these:
            continue
        bad = [
            f"turn {p.turn}: {said} (expected: {p.key or 'no answer'})" for p, passed, said, _ in of_these if not passed
        ]
        seen = "; ".join(f"turn {p.turn}: {said}" for p, _, said, _ in of_these)
        findings.append(Finding(name, not bad, "; ".join(bad) or seen, "model"))
    return findings


async def _graded(scene: Scene, pair: Pair) -> list[Finding]:
    """Are keys in words given by the answers? By program where they stand there, else by the grader."""
    findings = []
    for one in exchanges(pair):
        key = UNANSWERABLE if one.turn.sort == "gap" else one.turn.key
        is_soft = not is_figure(key) and not one.turn.expression and not scene.small
        if not key or not is_soft or (one.turn.sort != "gap" and holds(key, one.answer)) or one.turn.sort == "doubt":
            continue
        if pair.kind == "clarify" and one.turn.number == 1:
            key = f"it asks for this and nothing else: {key}"
        task = f"The question:\n{shown(one.user)}\n\nThe key: {key}\n\nThe answer:\n{shown(one.answer, ANSWER)}"
        graded = json.loads(await scene.ask(Seat(GRADER, schema=_GRADE), task))
        seen = f"turn {one.turn.number}: {short(graded['quote'])!r} against {short(key)!r}"
        findings.append(Finding("answer_is_key", graded["same"], seen, "model"))
    return findings


def _audit(auditor: Role, pair: Pair) -> Seat:
    count = len(exchanges(pair))

    def accept(reply: Mapping[str, Any]) -> str | None:
        # An exchange that is passed over would count as one that was found good.
        told = sorted(one["number"] for one in reply["exchanges"])
        return (
            None if told == list(range(1, count + 1)) else f"say of each exchange once, 1 to {count}, whether it is met"
        )

    return Seat(auditor, schema=_audit_form(pair), accept=accept)


def _audit_form(pair: Pair) -> Mapping[str, Any]:
    count = len(exchanges(pair))
    met = closed(
        {
            "number": {"type": "integer", "minimum": 1, "maximum": count},
            "because": text(5, 240, "what it needed, and what it got"),
            "met": {"type": "boolean"},
        }
    )
    return closed(
        {
            "unsupported": several(_CLAIM, 0, 5),
            "exchanges": several(met, count, count, "one for each, in order"),
            "because": text(5, 300, "how the two sides are, as people"),
            "natural": {"type": "boolean"},
        }
    )


def audit_task(pair: Pair) -> str:
    """Return what the auditor reads: the talk, numbered, what its turns were meant to bring, figures to work out."""
    held = exchanges(pair)
    lines = [f"({role}, before) {said}" for role, said in _begun(pair, len(held))]
    for number, one in enumerate(held, 1):
        lines += [f"[{number}] user: {one.user}", f"[{number}] assistant: {one.raw}"]
    meant = (
        told_of([one.turn for one in held], pair.instruction.facts, held[0].turn.message)
        if pair.instruction.facts["person"]
        else ""
    )
    numbered = ", ".join(f"[{n}] is turn {one.turn.number}" for n, one in enumerate(held, 1))
    plan = f"\n\nWhat the turns were meant to bring ({numbered}):\n{meant}" if meant else ""
    talk = "\n\n".join(lines)
    return f"The conversation:\n{shown(talk)}{plan}{_to_work_out(pair)}"


def _to_work_out(pair: Pair) -> str:
    """Where answers conclude from several turns, the figures whose origin no program sees."""
    kind, numbers = BY_NAME[pair.kind], list(pair.facts["held"])
    if not kind.is_grounded or kind.tells_figures:
        return ""
    untold = [f"[{numbers.index(one.turn.number) + 1}] {fault}" for one, fault in figures_untold(pair)]
    return "\n\nFigures to work out yourself, from what was told: " + "; ".join(untold) if untold else ""


def _begun(pair: Pair, held: int) -> list[tuple[str, str]]:
    """What was said before the first exchange that counts: a system message, older turns."""
    earlier = pair.messages[: len(pair.messages) - 2 * held]
    return [(str(message["role"]), words_of(message)) for message in earlier]


def _audited(pair: Pair, reply: Mapping[str, Any]) -> list[Finding]:
    held = exchanges(pair)
    # A complaint counts only if it quotes what that answer really says.
    wrong = [
        claim
        for claim in reply["unsupported"]
        if claim["number"] <= len(held) and locate(claim["quote"], held[claim["number"] - 1].raw) is not None
    ]
    missed = [one for one in reply["exchanges"] if not one["met"]]
    claims = "; ".join(f"[{claim['number']}] {claim['quote']!r}: {claim['because']}" for claim in wrong[:3])
    points = "; ".join(f"[{one['number']}] {one['because']}" for one in missed[:3])
    return [
        Finding("answers_supported", not wrong, claims or "nothing unsupported was found", "model"),
        Finding("turns_met", not missed, points or f"{len(held)} answers did what was needed", "model"),
        Finding("sides_natural", reply["natural"], reply["because"], "model"),
    ]
