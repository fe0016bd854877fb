"""Pairs of analytical reasoning that are good, and pairs with a fault planted: which check catches which.

    python -m tests.teams.analytical_reasoning.faults

prints the table. The reader is honest: what the prose really says stands beside each pair.
"""

# rows of data

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.analytical_reasoning import readback, skill
from teams.analytical_reasoning.harder import CHANGES
from teams.analytical_reasoning.kinds import BY_NAME
from teams.engine.logic import constraint_of, negated, puzzle_of, standings
from teams.engine.records import Pair
from teams.engine.stages.forms.form import LETTERS
from teams.engine.verdict import Verdict
from tests.teams.analytical_reasoning.cases import CAST, facts, pair, problem, proof, reading
from tests.teams.judging import catches, verdict_of


@dataclass(frozen=True)
class Case:
    """A pair, and what honest people read in it."""

    pair: Pair
    caught_by: str = ""
    read: Mapping[str, Any] | None = None
    """What the prose says where that is not what is meant."""
    invented: tuple[str, ...] = ()
    """What the answer says that isn't so."""


def good() -> dict[str, Case]:
    kinds = (
        "linear_ordering", "circular_seating", "selection", "grouping", "matching", "hybrid_game", "logic_grid",
        "scheduling", "complete_arrangement", "must_be_true", "could_be_true", "cannot_be_true", "number_of_ways",
        "rule_substitution", "categorical_syllogism", "conditional", "disjunctive", "conjunctive", "data_sufficiency",
        "table_trends", "kinship",
    )  # fmt: skip
    cases = {kind.replace("_", " "): Case(pair(kind, facts(problem(kind)))) for kind in kinds}
    for goal, kind in (("drop_clue", "linear_ordering"), ("contradict", "conditional"), ("suppose", "must_be_true")):
        old = problem(kind, 3)
        for seed in range(30):
            try:
                new = CHANGES[goal](Random(seed), old, CAST, BY_NAME[kind])
            except ValueError:
                old = problem(kind, seed + 10)
                continue
            cases[f"{kind}: {goal}"] = Case(pair(kind, facts(new), goal=goal))
            break
    return cases


def _known(kind: str = "must_be_true", seed: int = 1) -> dict[str, Any]:
    return facts(problem(kind, seed))


def _other(known: Mapping[str, Any]) -> str:
    return next(letter for letter in LETTERS[: len(known["options"])] if letter != known["key"])


def _moved_key() -> Case:
    known = _known()
    return Case(pair("must_be_true", {**known, "key": _other(known)}), "key_proved")


def _two_right() -> Case:
    """A wrong option is made to say the same as the right one in other words."""
    known = _known()
    place, right = LETTERS.index(_other(known)), known["choices"][LETTERS.index(known["key"])]["claim"]
    twice = {"type": "not", "parts": [{"type": "not", "parts": [right]}]}
    choices = [{"claim": twice} if n == place else choice for n, choice in enumerate(known["choices"])]
    return Case(pair("must_be_true", {**known, "choices": choices}), "key_proved")


def _none_right() -> Case:
    """The clue that decides is missing; what followed no longer does."""
    known = _known("logic_grid", 2)
    puzzle, base = puzzle_of(known["puzzle"]), int(known["base"])
    claim = constraint_of(known["choices"][LETTERS.index(known["key"])]["claim"])
    place = next(
        n for n in range(base, len(puzzle.constraints)) if standings(puzzle.without(n), [claim])[0] != known["asks"]
    )
    told = {**known["told"], "rules": [r for n, r in enumerate(known["told"]["rules"], base) if n != place]}
    return Case(pair("logic_grid", {**known, "puzzle": puzzle.without(place).as_json(), "told": told}), "key_proved")


def _contradictory() -> Case:
    known = _known()
    puzzle = puzzle_of(known["puzzle"])
    clash = puzzle.supposing(negated(puzzle.constraints[-1]))
    return Case(pair("must_be_true", {**known, "puzzle": clash.as_json()}), "puzzle_sound")


def _idle_rule() -> Case:
    known = _known()
    puzzle = puzzle_of(known["puzzle"])
    right = constraint_of(known["choices"][LETTERS.index(known["key"])]["claim"])
    return Case(pair("must_be_true", {**known, "puzzle": puzzle.supposing(right).as_json()}), "puzzle_sound")


def _misworded() -> Case:
    """A rule in the prose is not the constraint: who reads it honestly writes down something else."""
    known = _known("linear_ordering", 4)
    read = reading(known)
    return Case(
        pair("linear_ordering", known),
        "blind_reading",
        {**read, "rules": [f"not ({read['rules'][0]})", *read["rules"][1:]]},
    )


def _silent_scene() -> Case:
    """The scene never says that no two share a place."""
    known = _known("linear_ordering", 5)
    return Case(pair("linear_ordering", known), "blind_reading", {**reading(known), "scene": []})


def _misread_before() -> Case:
    """What was formalised when it was written is not what the constraints say."""
    known = _known("linear_ordering", 4)
    read = reading(known)
    known["read_back"] = {**read, "rules": [f"not ({read['rules'][0]})", *read["rules"][1:]]}
    return Case(pair("linear_ordering", known), "read_as_meant")


def _false_step() -> Case:
    known = _known("linear_ordering", 6)
    steps, answer = proof(known)
    puzzle = puzzle_of(known["puzzle"])
    first = puzzle.variables[0].name
    says = f"{first} can't but be in the last place."
    step = {
        "says": says,
        "how": "follows",
        "supposing": "",
        "holds": f"{first} == {len(puzzle.variables)} and {first} == 1",
    }
    return Case(pair("linear_ordering", known, f"{says} {answer}", [step, *steps]), "steps_follow")


def _restated() -> Case:
    """Nothing is deduced: the steps are the rules once more."""
    known = _known("must_be_true", 1)
    puzzle, rules = puzzle_of(known["puzzle"]), known["told"]["rules"]
    from teams.engine.logic.rules import formal

    told = zip(rules, puzzle.constraints[int(known["base"]) :], strict=True)
    steps = [{"says": rule, "how": "follows", "supposing": "", "holds": formal(clue, puzzle)} for rule, clue in told]
    return Case(
        pair("must_be_true", known, f"{' '.join(rules)} The answer is **{known['key']}**.", steps), "steps_follow"
    )


def _unsaid_step() -> Case:
    known = _known()
    steps, answer = proof(known)
    return Case(
        pair("must_be_true", known, answer, [{**steps[0], "says": "This is said nowhere in it."}, *steps]),
        "steps_follow",
    )


def _other_answer() -> Case:
    known = _known()
    steps, answer = proof(known)
    return Case(
        pair("must_be_true", known, answer.replace(f"**{known['key']}**", f"**{_other(known)}**"), steps), "key_given"
    )


def _formulas() -> Case:
    known = _known()
    steps, answer = proof(known)
    return Case(
        pair("must_be_true", known, f"From {steps[-1]['holds']} == True one sees it. {answer}", steps),
        "in_plain_words",
    )


def _leaning() -> Case:
    known = _known()
    steps, answer = proof(known)
    return Case(
        pair("must_be_true", known, f"According to the passage it is so. {answer}", steps), "answer_stands_alone"
    )


def _altered_table() -> Case:
    known = _known("table_trends")
    shown = known["material"].replace("| 120 |", "| 210 |")
    ask = known["ask"].replace(known["material"], shown)
    return Case(pair("table_trends", {**known, "material": shown, "ask": ask}), "figures_as_gathered")


def _lost_option() -> Case:
    known = _known()
    return Case(pair("must_be_true", {**known, "ask": known["ask"].rsplit("\n", 1)[0]}), "options_shown")


def _refused() -> Case:
    known = _known()
    return Case(pair("must_be_true", known, "I'm sorry, but I can't help with logic puzzles.", []), "key_given")


def _form_broken() -> Case:
    demand = {"rule": "word_max", "params": {"n": 6}, "statement": "In at most 6 words, please."}
    return Case(pair("must_be_true", {**_known(), "demands": [demand]}), "format_kept")


def _invented() -> Case:
    known = _known()
    steps, answer = proof(known)
    lie = "The harbour master forbids two women to lie side by side."
    return Case(pair("must_be_true", known, f"{lie} {answer}", steps), "answer_supported", invented=(lie,))


def _wrong_table_key() -> Case:
    """Who works the table out comes to another option than the one that passed as right."""
    return Case(pair("table_trends", _known("table_trends", 2)), "blind_reading", {"answer": "broken"})


def bad() -> dict[str, Case]:
    return {
        "the key is wrong": _moved_key(),
        "two options are right": _two_right(),
        "nothing follows any more": _none_right(),
        "the rules contradict one another": _contradictory(),
        "a rule says nothing new": _idle_rule(),
        "a rule is worded as another": _misworded(),
        "the scene leaves out how it goes": _silent_scene(),
        "it was read otherwise when written": _misread_before(),
        "a step does not follow": _false_step(),
        "the rules are only said again": _restated(),
        "a step is not in the answer": _unsaid_step(),
        "the answer gives another option": _other_answer(),
        "formulas in the answer": _formulas(),
        "leans on a text": _leaning(),
        "a figure is not the one reckoned with": _altered_table(),
        "an option is not shown": _lost_option(),
        "a refusal": _refused(),
        "the form is not kept": _form_broken(),
        "an invented reason": _invented(),
        "a table that is read otherwise": _wrong_table_key(),
    }


def honest(case: Case) -> ScriptedClient:
    """People who read what stands there."""
    known = dict(case.pair.instruction.facts)

    def formalise(request: Request) -> Any:
        if case.read is not None:
            return {"thought": "Worked out row by row.", **case.read} if readback.is_sat(known) else case.read
        if readback.is_sat(known):
            return {"thought": "Worked out from what is shown.", "answer": known["key"]}
        return reading(known)

    def examine(request: Request) -> Any:
        return {"unsupported": [{"quote": one, "because": "nothing says so"} for one in case.invented]}

    return ScriptedClient({"formaliser": formalise, "examiner": examine})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
