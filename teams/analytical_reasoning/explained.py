"""A deduction written by the program: for models that would spoil it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teams.analytical_reasoning.form import voice_of
from teams.engine.logic import Puzzle, constraint_of, is_possible, negated, puzzle_of, solutions
from teams.engine.logic.wording import clause, listed
from teams.engine.stages.forms.form import LETTERS

FEW = 6
"""Arrangements that are still listed."""


def explained(facts: Mapping[str, Any]) -> str:
    """Return an answer to a question of what must, could or can't be so; each sentence is proved by the solver."""
    puzzle = puzzle_of(facts["puzzle"]).supposing(*facts["supposing"])
    found = solutions(puzzle, FEW + 1)
    parts = [_ways(facts, puzzle, found)]
    for letter, choice in zip(LETTERS, facts["choices"], strict=False):
        if letter != facts["key"] and "claim" in choice:
            parts.append(f"{letter}: {_verdict(facts, puzzle, choice['claim'])}.")
    claim = facts["choices"][LETTERS.index(facts["key"])]["claim"]
    parts.append(f"{facts['key']}: {_verdict(facts, puzzle, claim)}.")
    return "\n".join([*parts, f"The answer is **{facts['key']}**."])


def _ways(facts: Mapping[str, Any], puzzle: Puzzle, found: list[Any]) -> str:
    voice, base = voice_of(facts["voice"]), int(facts["base"])
    if len(found) == 1:
        return f"Only one arrangement keeps all the rules: {_arranged(facts, puzzle, found[0])}."
    if len(found) <= FEW:
        lines = "\n".join(f"- {_arranged(facts, puzzle, one)}" for one in found)
        return f"Going through the rules leaves these {len(found)} arrangements:\n{lines}"
    first = clause(puzzle.constraints[base], puzzle, voice)
    return f"Many arrangements keep the rules, so each option is tried against them, from the first ({first}) on."


def _arranged(facts: Mapping[str, Any], puzzle: Puzzle, solution: Mapping[str, Any]) -> str:
    voice = voice_of(facts["voice"])
    if facts["family"] == "picked":
        chosen = [name for name, value in solution.items() if value]
        return f"{listed(chosen)} {voice.many_at.format(v='')}".strip()
    said: dict[Any, list[str]] = {}
    for name, value in sorted(solution.items(), key=lambda item: str(item[1]).rjust(20)):
        said.setdefault(value, []).append(puzzle.by_name[name].phrase)
    return "; ".join(f"{voice.values.get(value, value)}: {', '.join(names)}" for value, names in said.items())


def _verdict(facts: Mapping[str, Any], puzzle: Puzzle, said: Any) -> str:
    claim = constraint_of(said)
    if not is_possible(puzzle, claim):
        return "no arrangement that keeps the rules allows it"
    counter = solutions(puzzle.supposing(negated(claim)), 1)
    if not counter:
        return "it holds in every arrangement that keeps the rules"
    example = solutions(puzzle.supposing(claim), 1)[0]
    if facts["asks"] == "must":
        return f"it need not be so, as this arrangement shows ({_arranged(facts, puzzle, counter[0])})"
    return f"it is possible, as this arrangement shows ({_arranged(facts, puzzle, example)})"
