"""A cast with all parts, and pairs made of it as the flows make them; no model is asked."""

# rows of data

from __future__ import annotations

from random import Random
from typing import Any

from teams.analytical_reasoning import readback
from teams.analytical_reasoning.deduction import given
from teams.analytical_reasoning.drawing import drawn
from teams.analytical_reasoning.form import facts_of
from teams.analytical_reasoning.kinds import BY_NAME
from teams.analytical_reasoning.pose import worded
from teams.analytical_reasoning.question import Problem
from teams.engine.logic import constraint_of, negated, puzzle_of, solutions
from teams.engine.logic.rules import formal, formal_name
from teams.engine.records import Pair, Seed
from teams.engine.stages.forms.form import LETTERS

CAST: dict[str, Any] = {
    "scene": "A small harbour mends its nets in winter, and everybody has work to do.",
    "people": ["Aino", "Bruno", "Carla", "Dag", "Edda", "Finn", "Greta", "Hugo"],
    "order": {"unit": "berth", "units": "berths", "first": "nearest the lighthouse"},
    "table": "around the stove in the net loft",
    "slots": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
    "slot_word": "day",
    "groups": ["the boat crew", "the shore crew", "the loft crew"],
    "chosen": "sent to the fair",
    "traits": [
        {"noun": "cargo", "has": "carries {}", "values": ["salt", "wool", "barley", "timber", "tar"]},
        {"noun": "home port", "has": "comes from {}", "values": ["Vik", "Moss", "Bodo", "Tana", "Odda"]},
        {"noun": "boat", "has": "sails the {} boat", "values": ["red", "blue", "green", "white", "black"]},
    ],
    "classes": [
        {"many": "rope makers", "one": "a rope maker"},
        {"many": "singers", "one": "a singer"},
        {"many": "swimmers", "one": "a swimmer"},
        {"many": "lamp keepers", "one": "a lamp keeper"},
    ],
    "matters": [
        {"holds": "the sluice is open", "fails": "the sluice is closed"},
        {"holds": "the mill runs", "fails": "the mill stands still"},
        {"holds": "the ferry sails", "fails": "the ferry does not sail"},
        {"holds": "the lamp is lit", "fails": "the lamp is not lit"},
        {"holds": "the market is held", "fails": "the market is not held"},
        {"holds": "the road is dry", "fails": "the road is wet"},
    ],
    "figures": {
        "title": "Landings at six piers in one season",
        "row": "pier",
        "rows": ["North Pier", "Saltholm", "Old Quay", "Ropewalk", "Cliff End", "Long Mole"],
        "columns": [
            {"name": "herring", "unit": "tonnes"},
            {"name": "cod", "unit": "tonnes"},
            {"name": "boats", "unit": ""},
        ],
        "values": [[120, 40, 9], [135, 38, 8], [90, 55, 7], [160, 61, 10], [155, 47, 12], [170, 70, 11]],
    },
    "family": [
        {"name": name, "sex": "female" if n < 5 else "male"}
        for n, name in enumerate(["Anna", "Berta", "Clara", "Dora", "Ella", "Fritz", "Georg", "Hans", "Ivo", "Jan"])
    ],
}


def problem(kind: str, seed: int = 1) -> Problem:
    return drawn(BY_NAME[kind].way, Random(f"{kind}{seed}"), CAST)


def facts(made: Problem, **dress: Any) -> dict[str, Any]:
    """What an instruction of this problem knows, in the program's own words, with a right reading."""
    told = {**worded(made, CAST), **dress}
    known = facts_of(made, told, Random(1))
    if not readback.is_sat(known):
        known["read_back"] = reading(known)
    return known


def reading(known: dict[str, Any]) -> dict[str, Any]:
    """What a careful reader of the prose writes down: the constraints themselves."""
    puzzle, base = puzzle_of(known["puzzle"]), int(known["base"])
    if known["family"] == "sorts":
        return _of_sorts(known)
    said = {
        "scene": [formal(c, puzzle) for c in puzzle.constraints[:base]],
        "rules": [formal(c, puzzle) for c in puzzle.constraints[base:]],
        "supposing": [formal(constraint_of(c), puzzle) for c in known["supposing"]],
        "options": [formal(constraint_of(c["claim"]), puzzle) for c in known["choices"] if "claim" in c],
        "claim": formal(constraint_of(known["claim"]), puzzle) if "claim" in known else "",
    }
    return {name: said[name] for name in readback.form_of(known)["properties"]}


def _of_sorts(known: dict[str, Any]) -> dict[str, Any]:
    letters = {told.removeprefix("the sort: "): letter for letter, told in known["legend"].items()}

    def read(said: str) -> str:
        words = said.rstrip(".")
        for form, first, middle in (
            ("every", "All ", " are "),
            ("none", "No ", " are "),
            ("not_every", "Some ", " are not "),
            ("some", "Some ", " are "),
        ):
            if words.startswith(first) and middle in words:
                one, other = words.removeprefix(first).split(middle, 1)
                if one in letters and other in letters:
                    return f"{form}({letters[one]}, {letters[other]})"
        raise ValueError(said)

    made = {"rules": [read(rule) for rule in known["told"]["rules"]]}
    if any("claim" in choice for choice in known["choices"]):
        made["options"] = [read(option) for option in known["options"]]
    if "claim" in known:
        made["claim"] = read(known["question"].split("this claim: ")[1].rstrip("?"))  # type: ignore[assignment]
    return made


def proof(known: dict[str, Any]) -> tuple[list[dict[str, str]], str]:
    """An answer with steps that follow: it states what the key comes to, and an arrangement."""
    choice = known["choices"][LETTERS.index(known["key"])]
    option, start = known["options"][LETTERS.index(known["key"])], given(known)
    steps: list[dict[str, str]] = []

    def step(says: str, how: str, holds: str) -> None:
        steps.append({"says": says, "how": how, "supposing": "", "holds": holds})

    found = solutions(start, 1)
    if not found:
        step("Taken together, these statements leave no case at all.", "follows", "False")
    elif known["family"] != "sorts":
        one = found[0]
        told = ", ".join(f"{name}: {value}" for name, value in one.items())
        shown = " and ".join(f"{formal_name(name)} == {value!r}" for name, value in one.items())
        step(f"One case that keeps all that is given is {told}.", "possible", shown)
    if "claim" in choice and known["asks"] in ("must", "could", "cannot"):
        claim = constraint_of(choice["claim"])
        text = _of_option(known) if known["family"] == "sorts" else formal(claim, start)
        says = {
            "must": f"So it has to be that {option}.",
            "could": f"So it can be that {option}.",
            "cannot": f"So it can never be that {option}.",
        }[known["asks"]]
        if known["asks"] == "cannot":
            text = f"not {text}" if known["family"] == "sorts" else formal(negated(constraint_of(text)), start)
        step(says, "possible" if known["asks"] == "could" else "follows", text)
    elif known["family"] == "sorts":
        step("The first statement stands as it is given.", "follows", _of_sorts(known)["rules"][0])
    words = " ".join(one["says"] for one in steps)
    return steps, f"{words} The answer is **{known['key']}**."


def _of_option(known: dict[str, Any]) -> str:
    return str(_of_sorts(known)["options"][LETTERS.index(known["key"])])


def pair(
    kind: str, known: dict[str, Any], answer: str = "", steps: list[dict[str, str]] | None = None, goal: str = ""
) -> Pair:
    made_steps, made_answer = proof(known) if steps is None or not answer else (steps, answer)
    passage = Seed("analytical_reasoning/case.txt:1-9", "Notes of a harbour.").rewritten("scenario", "A harbour.")
    instruction = passage.ask(kind, known["ask"], facts=known)
    if goal:
        instruction = instruction.refined(goal, known["ask"], facts=known)
    turns = [{"role": "user", "content": instruction.text}, {"role": "assistant", "content": answer or made_answer}]
    return instruction.answered(turns, facts={"key": known["key"], "steps": made_steps if steps is None else steps})
