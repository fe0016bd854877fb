"""Does the prose say what the constraints say? A reader who sees only the prose formalises it; the solver compares.

What is compared is meaning: two expressions are the same if no arrangement of the game keeps one and breaks the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.analytical_reasoning.premises import read_back
from teams.engine.logic import Constraint, LogicError, Puzzle, Solver, constraint_of, negated, puzzle_of
from teams.engine.logic.rules import formal, formal_name
from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms.form import LETTERS

SAT = ("table", "kin")
"""Families whose questions are answered by the reader instead: formalising a table would be copying it."""
GROUND_READ = ("line", "circle", "slots", "groups", "picked", "match", "hybrid", "grid")
"""Families in which the scene says how the game goes, and has to say all of it."""
_EXPRESSION = text(1, 600, "")


def is_sat(facts: Mapping[str, Any]) -> bool:
    return facts["family"] in SAT


def form_of(facts: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the schema of what the reader hands in."""
    if is_sat(facts):
        letters = list(LETTERS[: len(facts["options"])])
        return closed({"thought": text(10, 1200, "your working"), "answer": {"enum": [*letters, "broken"]}})
    rules = len(facts["told"]["rules"])
    fields: dict[str, Any] = {}
    if facts["family"] in GROUND_READ:
        fields["scene"] = several(_EXPRESSION, 0, 12, "what the scene says of how the game goes, one expression each")
    fields["rules"] = several(_EXPRESSION, rules, rules, "one expression for each sentence, in order")
    if facts["supposing"]:
        fields["supposing"] = several(_EXPRESSION, 0, 3, "what the question asks to suppose")
    if claims := sum("claim" in choice for choice in facts["choices"]):
        fields["options"] = several(_EXPRESSION, claims, claims, "one expression for each option that makes a claim")
    if "claim" in facts:
        fields["claim"] = {**_EXPRESSION, "description": "the claim the question asks about"}
    return closed(fields)


def task_of(facts: Mapping[str, Any]) -> str:
    """Return what the reader sees: the user's words and, to formalise them, names."""
    if is_sat(facts):
        return (
            f"{facts['ask']}\n\nAnswer with the letter of the one right option; `broken` if there is not exactly one."
        )
    if facts["family"] == "sorts":
        names = "\n".join(f"{letter}: {told}" for letter, told in facts["legend"].items())
        words = "every(A, B), some(A, B), none(A, B), not_every(A, B) (some A are not B); `not` before one of them"
    else:
        names = "\n".join(f"{formal_name(name)}: {told}" for name, told in facts["legend"].items())
        words = (
            "comparisons, + - * // %, and, or, not, abs, implies(p, q), iff(p, q), xor(p, q), all_different(a, b, …), "
            "exactly(n, p, q, …), at_least(n, p, q, …), at_most(n, p, q, …)"
        )
    sentences = "\n".join(f"{n}. {rule}" for n, rule in enumerate(facts["told"]["rules"], 1))
    told = f"Names to write with:\n{names}\n\nWords to write with: {words}."
    return f"{facts['ask']}\n\nThe sentences:\n{sentences}\n\n{told}"


def faults(facts: Mapping[str, Any], reply: Mapping[str, Any]) -> list[str]:
    """Return where what was read is not what is meant, as words to whoever wrote the prose."""
    return list(_faults(facts, reply))


def _faults(facts: Mapping[str, Any], reply: Mapping[str, Any]) -> Iterator[str]:
    if is_sat(facts):
        if reply["answer"] != facts["key"]:
            yield f"a reader who worked it out came to {reply['answer']}: {str(reply['thought'])[:200]}"
        return
    try:
        yield from _unlike(facts, reply)
    except LogicError as error:  # each could be read, and is too much beside the others
        yield f"what was read can't be compared: {error}"


def _unlike(facts: Mapping[str, Any], reply: Mapping[str, Any]) -> Iterator[str]:
    puzzle = puzzle_of(facts["puzzle"])
    base = int(facts["base"])
    ground = puzzle.without(*range(base, len(puzzle.constraints)))
    compare = _Comparison(ground, str(facts["family"]), int(facts.get("sorts") or 0))
    for number, (clue, said) in enumerate(zip(puzzle.constraints[base:], reply["rules"], strict=False), 1):
        yield from compare(f"rule {number}", clue, said)
    claims = [(LETTERS[n], choice["claim"]) for n, choice in enumerate(facts["choices"]) if "claim" in choice]
    for (letter, claim), said in zip(claims, reply.get("options", ()), strict=False):
        yield from compare(f"option {letter}", constraint_of(claim), said)
    if "claim" in facts:
        yield from compare("the claim in the question", constraint_of(facts["claim"]), str(reply["claim"]))
    if facts["supposing"]:
        meant = Constraint("both", parts=tuple(map(constraint_of, facts["supposing"])))
        meant = meant if len(meant.parts) > 1 else meant.parts[0]
        yield from compare(
            "what is to be supposed", meant, " and ".join(f"({s})" for s in reply["supposing"]) or "True"
        )
    if "scene" in reply:
        yield from _ground_faults(ground, reply["scene"])


def _ground_faults(ground: Puzzle, said: Sequence[str]) -> Iterator[str]:
    """The scene has to say how the game goes: no less, no more."""
    bare = Puzzle(ground.variables)
    read: list[Constraint] = []
    for one in said:
        try:
            bare.term(one)
        except LogicError as error:
            yield f"what the scene says could not be read ({one}: {error})"
            return
        read.append(constraint_of(one))
    solver = Solver(ground)
    for constraint in read:
        if solver.holds_with(negated(constraint)):
            yield f"the scene says more than how the game goes: it was read as {constraint.text}"
    told = Solver(bare.supposing(*read))
    for constraint in ground.constraints:
        if told.holds_with(negated(constraint)):
            lost = formal(constraint, ground)
            yield f"the scene does not say all of how the game goes: from it does not follow {lost}"


class _Comparison:
    def __init__(self, ground: Puzzle, family: str, sorts: int) -> None:
        self._ground, self._family, self._sorts = ground, family, sorts
        self._solver = Solver(ground)

    def __call__(self, what: str, meant: Constraint, said: str) -> Iterator[str]:
        try:
            read = read_back(said, self._family, self._sorts)
            self._ground.term(read)
        except LogicError as error:
            yield f"{what} could not be read: {error}"
            return
        if self._solver.holds_with(meant, negated(read)) or self._solver.holds_with(read, negated(meant)):
            yield f"{what} was read as {said}, which is not what is meant"
