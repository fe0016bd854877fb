"""Seed instruction generation: a program draws a problem, a writer words it, a reader formalises the words back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from agents.role import Role
from teams.analytical_reasoning import readback
from teams.analytical_reasoning.drawing import drawn
from teams.analytical_reasoning.form import dress_form, facts_of
from teams.analytical_reasoning.kinds import BY_NAME, KINDS, SUITS, Posing
from teams.analytical_reasoning.question import Problem
from teams.engine.checks.leaks import stands_alone
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.logic import Constraint, LogicError
from teams.engine.logic.wording import plain
from teams.engine.offload import offload, offload_draw
from teams.engine.records import Instruction, Passage, Record
from teams.engine.stages.instruct import message_of
from teams.engine.stages.material import text_of
from teams.engine.talk import Talk
from teams.engine.tongue import is_in

TRIES = 2
"""Times prose is sent back."""


@dataclass
class Dressing:
    """The program between writer and reader: it hands out the problem, and holds what was read against it."""

    scene: Scene
    writer: str
    reader: str
    problem: Problem
    cast: Mapping[str, Any]
    tries: int = 0
    fault: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    is_over: bool = False
    is_good: bool = False
    next: str = ""

    async def speak(self, talk: Talk) -> str:
        """Look at what the writer or the reader handed in last."""
        if talk[-1].source == self.writer:
            return self._looked(talk.value(self.writer))
        return await self._compared(talk.value(self.reader))

    def _looked(self, dress: Mapping[str, Any]) -> str:
        self.tries += 1
        # Layout is drawn once for a chat, so that a second try does not lie about differently.
        self.facts = facts_of(self.problem, dress, Random(self.scene.chat_id))
        faults = list(dress_faults(self.problem, dress, self.scene.language))
        if faults:
            return self._back(faults)
        self.next = self.reader
        return readback.task_of(self.facts)

    async def _compared(self, reply: Mapping[str, Any]) -> str:
        if faults := await offload(readback.faults, self.facts, reply):
            return self._back(faults)
        self.facts["read_back"] = {name: value for name, value in reply.items() if name != "thought"}
        self.is_over = self.is_good = True
        return "It says what is meant."

    def _back(self, faults: Sequence[str]) -> str:
        self.fault = "; ".join(faults[:4])
        self.is_over, self.next = self.tries > TRIES, self.writer
        return "It was not understood." if self.is_over else (
            f"It isn't ready yet: {self.fault}. Hand in the whole again, so that it can be read in no other way."
        )  # fmt: skip

    def order(self, first: str) -> Any:
        def order(talk: Talk) -> str | None:
            last = talk[-1].source
            if last == "clerk":
                return None if self.is_over else self.next
            return "clerk" if last in (self.writer, self.reader) else first

        return order

    def reader_form(self) -> Mapping[str, Any]:
        return readback.form_of(self.facts)


def dress_faults(problem: Problem, dress: Mapping[str, Any], language: str) -> Iterator[str]:
    """Yield what a program sees to be wrong with the prose of a problem."""
    for number, (clue, said) in enumerate(zip(problem.board.clues, dress["rules"], strict=True), 1):
        lost = [name for name in _named(clue, problem) if name.casefold() not in said.casefold()]
        if lost and not language:
            yield f"rule {number} does not name {', '.join(lost[:3])}"
    said = [" ".join(str(option).casefold().split()) for option in dress["options"]]
    if len(set(said)) < len(said):
        yield "two options are the same"
    if any(" ".join(str(rule).split()).endswith("?") for rule in dress["rules"]):
        yield "a rule is a statement, not a question"
    whole = "\n".join([dress["scene"], *dress["rules"], dress["question"]])
    # The question may well speak of "the following statements": its options follow.
    said_of = "\n".join([dress["scene"], *dress["rules"]])
    yield from (f"it says {fault}" for fault in stands_alone(said_of))
    if language and is_in(whole, language) is False:
        yield f"it is not in {language}"


def _named(clue: Constraint, problem: Problem) -> list[str]:
    """Names that a sentence can't do without: of people, where the variables are people."""
    if problem.board.family not in ("line", "circle", "slots", "groups", "picked", "match", "hybrid"):
        return []
    parts = [name for part in clue.parts for name in _named(part, problem)]
    return [problem.board.puzzle.by_name[name].phrase for name in clue.of] + parts


def problem_of(random: Random, kind: str, cast: Mapping[str, Any]) -> Problem:
    """Draw a problem of a kind. Raises `LogicError`."""
    return drawn(BY_NAME[kind].way, random, cast)


_SET_APART = (
    "The last two of these are statements (1) and (2). They are set below the question by themselves, with their "
    "numbers: write them among the rules, in order, and let the question speak of statements (1) and (2) without "
    "saying them again."
)


def told(problem: Problem) -> str:
    """Return the problem in plain English, for whoever words it."""
    board = problem.board
    rules = "\n".join(f"{n}. {plain(clue, board.puzzle, board.voice)}" for n, clue in enumerate(board.clues, 1))
    options = "\n".join(f"- {option.words}" for option in problem.options)
    game = f"How it goes: {board.game}\n\n" if board.game else ""
    table = f"{board.material}\n\n" if board.material else ""
    rules = f"The rules, one sentence each:\n{rules}\n\n" if board.clues else ""
    if problem.asks == "enough":
        rules = f"{rules}{_SET_APART}\n\n"
    return f"{game}{table}{rules}The question: {problem.question}\n\nThe options, in this order:\n{options}"


def worded(problem: Problem, cast: Mapping[str, Any]) -> dict[str, Any]:
    """Return the problem in the program's own words, for models that would spoil it."""
    board = problem.board

    def sentence(said: str) -> str:
        return f"{said[0].upper()}{said[1:]}"

    return {
        "scene": f"{cast['scene']} {board.game}".strip(),
        "rules": [plain(clue, board.puzzle, board.voice) for clue in board.clues],
        "question": problem.question,
        "options": [sentence(option.words) for option in problem.options],
    }


def posing_flow(writer: Role, reader: Role) -> Flow:
    """Return the instruct flow."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        passage, kind = scene.record, scene.kind
        assert isinstance(passage, Passage)
        assert isinstance(kind, Posing)
        cast = passage.facts["cast"]
        try:
            problem = await offload_draw(problem_of, scene.random, kind.name, cast)
        except LogicError as error:
            raise Drop(str(error)) from error
        if scene.small:
            if scene.language:
                raise Drop("a program words it in English only, and a small model can't")
            return [made(scene, facts_of(problem, worded(problem, cast), scene.random))]
        desk = scene.notes["desk"] = Dressing(scene, writer.name, reader.name, problem, cast)
        task = f"The scene, as it was gathered: {cast['scene']}\n\nWhat to make of it: {kind.brief}\n\n{told(problem)}"
        return Staging(task, dressing_seats(desk, writer, reader, problem), desk.order(writer.name))

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        desk = scene.notes["desk"]
        if not desk.is_good:
            raise Drop(f"the prose did not say what is meant: {desk.fault}")
        return [made(scene, desk.facts)]

    def made(scene: Scene, facts: dict[str, Any]) -> Instruction:
        passage = scene.record
        assert isinstance(passage, Passage)
        facts = finished(scene, facts)
        return passage.ask(scene.kind.name, message_of(facts, text_of(passage), (), scene), facts=facts)

    small = tuple(kind.name for kind in KINDS if kind.is_small)
    return Flow("instruct", direct, harvest, KINDS, sample=3, suits=SUITS, small_kinds=small, counts=True)


def dressing_seats(desk: Dressing, writer: Role, reader: Role, problem: Problem) -> list[Seat | Program]:
    return [
        Seat(writer, schema=dress_form(problem)),
        Seat(reader, schema=desk.reader_form),
        Program("clerk", desk.speak, "hands prose to the reader and compares"),
    ]


def finished(scene: Scene, facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, **({"language": scene.language} if scene.language else {})}
