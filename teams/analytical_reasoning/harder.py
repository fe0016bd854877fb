"""Instruction refinement: a program draws changed problems, a suggester picks one, an editor words it, a reader reads.

Every changed problem is proved like a first one; a suggester sees up to three and says which is worth it and why.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from agents.role import Role
from teams.analytical_reasoning.asking import asked, stood
from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.drawing import drawn
from teams.analytical_reasoning.form import dress_form, voice_of
from teams.analytical_reasoning.kinds import BY_NAME, GOALS, KINDS, Posing
from teams.analytical_reasoning.pose import Dressing, finished, told
from teams.analytical_reasoning.premises import conclusions
from teams.analytical_reasoning.question import Option, Problem, right_options
from teams.analytical_reasoning.statements import statements
from teams.analytical_reasoning.substitution import does_the_same
from teams.engine.aside import drawn_aside
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.logic import (
    Constraint,
    LogicError,
    Solver,
    constraint_of,
    core,
    count,
    is_possible,
    negated,
    puzzle_of,
    standings,
)
from teams.engine.logic.making import atom, drawn_solution, true_clues
from teams.engine.logic.wording import clause
from teams.engine.records import Instruction, Record
from teams.engine.schemas import closed, text
from teams.engine.stages.asking import Goal
from teams.engine.stages.forms.form import LETTERS
from teams.engine.stages.instruct import message_of
from teams.engine.stages.material import text_of
from teams.engine.talk import Talk

OFFERED = 3
UNDETERMINED = "It cannot be determined from what is given"


def board_again(facts: Mapping[str, Any]) -> Board:
    """Return the board an instruction was made from."""
    return Board(
        facts["family"], puzzle_of(facts["puzzle"]), int(facts["base"]), voice_of(facts["voice"]), facts["game"],
        facts["legend"], int(facts["around"]), facts["material"], tuple(facts["shapes"]),
    )  # fmt: skip


def problem_again(facts: Mapping[str, Any]) -> Problem:
    """Return the problem of an instruction."""
    board = board_again(facts)
    options = []
    for choice, words in zip(facts["choices"], facts["options"], strict=True):
        claim = constraint_of(choice["claim"]) if "claim" in choice else None
        options.append(Option(claim, choice.get("outcome", ""), words))
    return Problem(
        board, facts["asks"], facts["asked"], tuple(options), LETTERS.index(facts["key"]),
        tuple(constraint_of(one) for one in facts["supposing"]), facts["about"],
        constraint_of(facts["claim"]) if "claim" in facts else None, int(facts["sorts"]),
    )  # fmt: skip


Change = Callable[[Random, Problem, Mapping[str, Any], Posing], Problem]
"""`(random, the problem, the cast, its kind)`; raises `LogicError` where there is no such change."""


def more_entities(random: Random, old: Problem, cast: Mapping[str, Any], kind: Posing) -> Problem:
    return drawn(kind.way, random, cast, more=1)


def closer_options(random: Random, old: Problem, cast: Mapping[str, Any], kind: Posing) -> Problem:
    if old.asks not in ("must", "could", "cannot") or len(old.board.puzzle.variables) > 12:
        raise LogicError("its options can't be closer")
    if count(old.board.puzzle, 2) == 1:
        raise LogicError("where there is one solution, no wrong option is closer than another")
    return asked(random, old.board, old.asks, close=True)


def suppose(random: Random, old: Problem, cast: Mapping[str, Any], kind: Posing) -> Problem:
    """Ask what holds under a hypothesis that changes something."""
    board = old.board
    secret = drawn_solution(random, board.puzzle)
    for _ in range(10):
        given = atom(random, board.puzzle, secret, True, board.around)
        if not is_possible(board.puzzle, negated(given)):
            continue
        deeper = replace(board, puzzle=board.puzzle.supposing(given))
        asks = old.asks if old.asks in ("must", "could", "cannot") else "must"
        made = asked(random, deeper, asks, wrong=min(4, len(old.options) - 1) if len(old.options) > 3 else 3)
        if _stood_before(board, made, asks) or any(given.of[0] in _names(o.claim) for o in made.options if o.claim):
            continue
        said = clause(given, board.puzzle, board.voice)
        question = f"Suppose that {said}. {made.question.replace('following', 'following then', 1)}"
        return replace(made, board=board, question=question, supposing=(given,))
    raise LogicError("there is nothing to suppose")


def _stood_before(board: Board, made: Problem, asks: str) -> bool:
    """Is what the hypothesis is to lead to so without it?"""
    claim = made.options[made.key].claim
    return asks != "could" and claim is not None and standings(board.puzzle, [claim])[0] == asks


def _names(claim: Constraint) -> set[str]:
    return {*claim.of, *(name for part in claim.parts for name in _names(part))}


def indirect_clue(random: Random, old: Problem, cast: Mapping[str, Any], kind: Posing) -> Problem:
    """Put a conditional in place of a direct clue; with the other rules it comes to the same."""
    board = old.board
    direct = [n for n in range(board.base, len(board.puzzle.constraints)) if not board.puzzle.constraints[n].parts]
    secret = drawn_solution(random, board.puzzle)
    types = ("if_then", "contrary", "either", "not_both")
    for place in random.sample(direct, len(direct)):
        pool = true_clues(random, board.puzzle, secret, types, around=board.around, count=40)
        rest, old_clue = Solver(board.puzzle.without(place)), board.puzzle.constraints[place]
        for clue in pool:
            if clue not in board.clues and does_the_same(rest, clue, old_clue):
                constraints = list(board.puzzle.constraints)
                constraints[place] = clue
                return replace(old, board=replace(board, puzzle=replace(board.puzzle, constraints=tuple(constraints))))
    raise LogicError("no direct rule has a conditional that does the same")


def drop_clue(random: Random, old: Problem, cast: Mapping[str, Any], kind: Posing) -> Problem:
    """Leave out a clue, so that none of the options must be true any more; that it can't be told is one of them."""
    if old.asks != "must":
        raise LogicError("only where something must be so")
    board = old.board
    claims = [option.claim for option in old.options if option.claim]
    for place in random.sample(range(board.base, len(board.puzzle.constraints)), len(board.clues)):
        puzzle = board.puzzle.without(place)
        found = standings(puzzle.supposing(*old.supposing), claims)
        if "must" in found or found.count("could") < 2:
            continue
        kept = (
            old.options if len(old.options) < 5 else [o for n, o in enumerate(old.options) if n != _spare(found, old)]
        )
        options = (*kept, Option(outcome="undetermined", words=UNDETERMINED))
        question = old.question
        return replace(
            old, board=replace(board, puzzle=puzzle), options=tuple(options), key=len(options) - 1, question=question
        )
    raise LogicError("whatever is left out, something still follows")


def _spare(found: Sequence[str], old: Problem) -> int:
    """The option to leave out, so that there are five: one that is plainly wrong."""
    return found.index("cannot") if "cannot" in found else (old.key + 1) % len(found)


def contradict(random: Random, old: Problem, cast: Mapping[str, Any], kind: Posing) -> Problem:
    """Add a rule that clashes with two or more of the others; the question is what follows of a claim."""
    board = old.board
    claims = [one for one in (old.claim, *(o.claim for o in old.options)) if one and one not in board.clues]
    claim = random.choice(claims) if claims else None
    if claim is None:
        raise LogicError("there is no claim to ask about")
    for against in _clashing(random, old):
        if against == claim:
            continue
        clash = board.puzzle.supposing(against)
        needed = [n for n in core(clash) if n >= board.base]
        if len(needed) >= 3:
            clues = random.sample([*board.clues, against], len(board.clues) + 1)
            whole = board.puzzle.without(*range(board.base, len(board.puzzle.constraints))).supposing(*clues)
            return replace(stood(random, replace(board, puzzle=whole), claim), sorts=old.sorts)
    raise LogicError("nothing that could be added contradicts the rules together")


def _clashing(random: Random, old: Problem) -> list[Any]:
    board = old.board
    if board.family == "sorts":
        sorts = [{"many": told.removeprefix("the sort: "), "one": ""} for told in board.legend.values()]
        among = [c for c in conclusions(sorts) if c not in board.clues]
    else:
        among = list(statements(random, board, 60))
    return [c for c, s in zip(among, standings(board.puzzle, among), strict=True) if s == "cannot"]


CHANGES: Mapping[str, Change] = {
    "more_entities": more_entities,
    "indirect_clue": indirect_clue,
    "drop_clue": drop_clue,
    "contradict": contradict,
    "suppose": suppose,
    "closer_options": closer_options,
}


def offered(random: Random, goal: str, old: Problem, cast: Mapping[str, Any], kind: str) -> list[Problem]:
    """Draw up to three changed problems, each proved."""
    found: list[Problem] = []
    for _ in range(5):
        try:
            new = CHANGES[goal](random, old, cast, BY_NAME[kind])
        except LogicError:
            continue
        key = [n == new.key for n in range(len(new.options))]
        if not any(_is_twin(new, one) for one in found) and right_options(new.as_json()) == key:
            found.append(new)
        if len(found) == OFFERED:
            break
    return found


def _is_twin(one: Problem, other: Problem) -> bool:
    """Are they the same but for the order of rules and options?"""
    same = {*one.board.puzzle.constraints} == {*other.board.puzzle.constraints} and one.supposing == other.supposing
    return same and {*one.options} == {*other.options} and one.claim == other.claim


def harder_flow(suggester: Role, editor: Role, reader: Role) -> Flow:
    """Return the refine flow."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction, goal = scene.record, scene.kind
        assert isinstance(instruction, Instruction)
        assert isinstance(goal, Goal)
        cast = instruction.passage.facts["cast"]
        old = problem_again(instruction.facts)
        among = await drawn_aside(offered, scene.random, goal.name, old, cast, instruction.kind)
        if not among:
            raise Drop(f"nothing came of {goal.name}")
        scene.notes["desk"] = None
        listed = "\n\n".join(f"Change {n}.\n{told(problem)}" for n, problem in enumerate(among, 1))
        opening = f"The problem as it stands:\n{instruction.facts['ask']}\n\nThe aim: {goal.brief}\n\n{listed}"
        choice = closed(
            {
                "why": text(10, 400, "what each would ask of its reader, and which is the best problem"),
                "choice": {"type": "integer", "minimum": 1, "maximum": len(among)},
                "advice": text(5, 300, "what the editor has to look to in wording it"),
            }
        )

        def begun() -> Dressing:
            assert scene.notes["desk"] is not None
            return scene.notes["desk"]  # type: ignore[no-any-return]

        async def clerk(talk: Talk) -> str:
            if talk[-1].source != suggester.name:
                return await begun().speak(talk)
            chosen = talk.value(suggester.name)
            problem = among[chosen["choice"] - 1]
            scene.notes["desk"] = Dressing(scene, editor.name, reader.name, problem, cast, next=editor.name)
            return (
                f"The scene, as it was gathered: {cast['scene']}\n\nHow the problem was worded before:\n"
                f"{instruction.facts['ask']}\n\nThe changed problem:\n{told(problem)}\n\nAdvice: {chosen['advice']}"
            )

        def order(talk: Talk) -> str | None:
            if talk[-1].source == "clerk":
                return None if begun().is_over else begun().next
            return suggester.name if len(talk) == 1 else "clerk"

        seats: list[Seat | Program] = [
            Seat(suggester, schema=choice),
            Seat(editor, schema=lambda: dress_form(begun().problem)),
            Seat(reader, schema=lambda: begun().reader_form()),
            Program("clerk", clerk, "hands out the changed problem, and compares"),
        ]
        return Staging(opening, seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, desk = scene.record, scene.notes["desk"]
        assert isinstance(instruction, Instruction)
        if desk is None or not desk.is_good:
            raise Drop(f"the prose did not say what is meant: {desk.fault if desk else 'nothing was chosen'}")
        before = {name: instruction.facts[name] for name in ("question", "options", "key")}
        facts = {**finished(scene, desk.facts), "before": before}
        words = message_of(facts, text_of(instruction.passage), (), scene)
        return [instruction.refined(scene.kind.name, words, facts=facts)]

    suits = {kind.name: kind.goals for kind in KINDS}
    return Flow("refine", direct, harvest, GOALS, suits=suits, small_kinds=(), passes_on=True)
