"""Answers with a proof: every step of a deduction is also said formally, and the solver looks whether it follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from teams.analytical_reasoning.premises import read_back
from teams.engine.checks.quotes import locate
from teams.engine.logic import (
    Constraint,
    LogicError,
    Puzzle,
    constraint_of,
    is_possible,
    negated,
    puzzle_of,
    solutions,
)
from teams.engine.logic.rules import formal_name
from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms.form import LETTERS

STEPS = (2, 12)
SHOWN = 8
"""Variables of a counterexample that are told."""
_STEP = closed(
    {
        "says": text(8, 400, "a sentence of the answer, exactly as it stands there"),
        "how": {"enum": ["follows", "possible", "other"]},
        "supposing": text(0, 400, "what the step supposes beyond the rules, as an expression; empty for nothing"),
        "holds": text(0, 400, "what it says, as an expression; empty only with `other`"),
    }
)
FORM = closed(
    {
        "steps": several(_STEP, *STEPS, "the deduction, in order"),
        "answer": text(40, 4000, "what the user is sent: the deduction in words, ending in the answer"),
    }
)


def task_of(message: str, facts: Mapping[str, Any]) -> str:
    """Return what the assistant is shown: the user's message, and the names its steps are written with."""
    if facts["family"] == "sorts":
        names = [f"{letter}: {told}" for letter, told in facts["legend"].items()]
        words = "every(A, B), some(A, B), none(A, B), not_every(A, B), and `not` before one of them"
    else:
        names = [f"{formal_name(name)}: {told}" for name, told in facts["legend"].items()]
        words = (
            "== != < <= > >= + - * // %, and, or, not, abs, implies(p, q), iff(p, q), exactly(n, p, q, …), "
            "at_least(n, p, …), at_most(n, p, …); values that are words in quotation marks; `False` for a contradiction"
        )
    listed = "\n".join(names)
    return (
        f"{message}\n\n---\nFor the steps alone, not for the answer. Names:\n{listed}\n\nWords to write with: {words}."
    )


def given(facts: Mapping[str, Any]) -> Puzzle:
    """Return what a step may start from: the rules, and what the question supposes or leaves open."""
    puzzle = puzzle_of(facts["puzzle"])
    last = len(puzzle.constraints) - 1
    if facts["asks"] == "enough":
        return puzzle.without(last - 1, last)
    if facts["asks"] == "same_effect":
        return puzzle.without(int(facts["about"]))
    return puzzle.supposing(*facts.get("supposing", ()))


def step_faults(facts: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], content: str) -> list[str]:
    """Return which steps don't follow, or are not what the answer says."""
    return list(_faults(facts, steps, content))


def _faults(facts: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], content: str) -> Iterator[str]:
    puzzle = given(facts)
    for number, step in enumerate(steps, 1):
        if not _stands(str(step["says"]), content):
            yield f"step {number} is no sentence of the answer: {step['says'][:80]!r}"
            continue
        if step["how"] != "other":
            yield from (
                f"step {number} ({step['says'][:80]!r}): {fault}" for fault in _step_faults(facts, puzzle, step)
            )
    proved = sum(step["how"] != "other" for step in steps)
    if facts["family"] not in ("table", "kin") and not concludes(facts, steps):
        yield "no step says formally what the chosen option comes to: make the last one do so"
    if 2 * proved < len(steps) or not proved:
        yield "most steps have to be said formally; `other` is for what has no formal words"


def concludes(facts: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether a single step, which supposes nothing, comes to what the key claims.

    Where the key is an outcome (a number of ways, enough or not) there is nothing of the sort to look for.
    """
    choice = facts["choices"][LETTERS.index(facts["key"])]
    if "claim" not in choice or facts["asks"] not in ("must", "could", "cannot"):
        return True
    family, sorts = str(facts["family"]), int(facts.get("sorts") or 0)
    claim = constraint_of(choice["claim"])
    wanted = negated(claim) if facts["asks"] == "cannot" else claim
    whole = puzzle_of(facts["puzzle"])
    ground = whole.without(*range(int(facts["base"]), len(whole.constraints)))
    how = "possible" if facts["asks"] == "could" else "follows"
    for step in steps:
        # Of what could be, an arrangement that must be is a case too.
        if step["how"] not in (how, "follows"):
            continue
        if said := str(step["supposing"]).strip():
            # To suppose the claim and be led to a contradiction is to refute it.
            if facts["asks"] == "cannot" and step["holds"].strip() == "False":
                with suppress(LogicError):
                    if not is_possible(ground, claim, negated(read_back(said, family, sorts))):
                        return True
            continue
        with suppress(LogicError):
            if not is_possible(ground, read_back(str(step["holds"]), family, sorts), negated(wanted)):
                return True
    return False


def _stands(said: str, content: str) -> bool:
    return locate(said, content, any_case=True) is not None or " ".join(said.split()) in " ".join(content.split())


def _step_faults(facts: Mapping[str, Any], puzzle: Puzzle, step: Mapping[str, Any]) -> Iterator[str]:
    family, sorts = str(facts["family"]), int(facts.get("sorts") or 0)
    try:
        start = puzzle
        if said := str(step["supposing"]).strip():
            start = puzzle.supposing(read_back(said, family, sorts))
        if step["holds"].strip() == "False":
            claim = constraint_of("False")
        else:
            claim = read_back(str(step["holds"]), family, sorts)
        if step["holds"].strip() != "False" and _is_empty(family, puzzle, claim):
            yield "its expression is so whatever the rules say: write down what the sentence says, or take `other`"
        elif step["how"] == "possible":
            if not is_possible(start, claim):
                yield "this is not possible; a rule stands against it"
        elif other := solutions(start.supposing(negated(claim)), 1):
            yield f"it does not follow; {_counter(facts, other[0])}"
    except LogicError as error:
        yield str(error)


def _is_empty(family: str, puzzle: Puzzle, claim: Constraint) -> bool:
    """Whether a claim says nothing of this puzzle: it could be written down for any step.

    What holds between two or more of its variables whatever the rules say is logic, and may be told.
    """
    if family in ("table", "kin"):  # there all is settled; that it names something has to do
        return not claim.of and not any(variable.name in claim.text for variable in puzzle.variables)
    named = [v.name for v in puzzle.variables if v.name in claim.of or v.name in claim.text]
    return len(named) < 2 and not is_possible(Puzzle(puzzle.variables), negated(claim))


def _counter(facts: Mapping[str, Any], solution: Mapping[str, Any]) -> str:
    if facts["family"] == "sorts":
        return "it can be otherwise while all statements hold"
    if facts["family"] == "table":
        return "reckoned with the figures of the table, it is not so"
    told = ", ".join(f"{name} = {value}" for name, value in list(solution.items())[:SHOWN])
    return f"all that is given also holds with {told}"
