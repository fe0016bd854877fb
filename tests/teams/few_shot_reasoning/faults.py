"""Few-shot pairs that are good, and some with a fault planted: which check catches which.

    python -m tests.teams.few_shot_reasoning.faults

prints the table. Whoever sits, grades, examines or marks here is honest: what they would say stands beside each pair.
Code is run where a sandbox runs (`test_executed.py`); here it is not.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from teams.few_shot_reasoning import skill
from teams.few_shot_reasoning.episode import BARE, REASONS, RULE, WRONG, message, posed
from teams.few_shot_reasoning.forms.computed import finished
from teams.few_shot_reasoning.forms.task import Wish
from teams.few_shot_reasoning.kinds import BY_NAME
from teams.few_shot_reasoning.rules.registry import DOMAINS
from tests.teams.few_shot_reasoning.test_rules import matter_for
from tests.teams.judging import catches, verdict_of
from tests.teams.stages.writer import reading

MATERIAL = "The wheel of a tide mill turns while water runs out of the pond. The miller works by the moon."


@dataclass(frozen=True)
class Case:
    """A pair, and what honest others say of it."""

    pair: Pair
    truth: Any = None
    """What whoever sits the paper answers."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    wrong: tuple[str, ...] = ()
    """What the answer says that isn't so."""


def paired(kind: str, facts: Mapping[str, Any], answer: str) -> Pair:
    """Make a pair as the flows do."""
    known = {**facts, "form": BY_NAME[kind].form.name, "shows_text": False, "evidence": []}
    seed = Seed("few_shot_reasoning/case.txt:1-9", MATERIAL)
    instruction = seed.rewritten("lexicon", MATERIAL).ask(kind, facts["ask"], facts=known)
    turns = [{"role": "user", "content": facts["ask"]}, {"role": "assistant", "content": answer}]
    return instruction.answered(turns, facts={"form": known["form"]})


def drawn(
    name: str, spec: Mapping[str, Any], *, seed: int = 1, reply: str = BARE, reasons: bool = False
) -> dict[str, Any]:
    """Return the facts of a task with this rule."""
    opening = {RULE: "From an old stock book. Say the rule first, then what comes last."}.get(reply, "What comes last?")
    if reply == WRONG:
        opening = "One of these is wrong. Name it and end with a line `number: Made`."
    facts = posed(
        DOMAINS[name], spec, matter_for(name), Random(seed), count=5, names=("Given", "Made"), opening=opening,
        reply=REASONS if reasons else reply, reasons=reasons,
    )  # fmt: skip
    return finished(facts)


def written(kind: str, draft: Mapping[str, Any], reply: str = BARE) -> dict[str, Any]:
    base = {"input_name": "Given", "output_name": "Made", "question": "What comes last?"}
    return BY_NAME[kind].form.task({**base, **draft}, Random(7), Wish(reply, opens=reply != REASONS))


BACKWARDS = {"steps": [["drop_first"], ["reverse"]]}
TWICE_LESS = {"steps": [["times", 3], ["minus", 4]]}
SLIPS: dict[str, Any] = {
    "senses": ["the writer wants something done", "the writer only tells something"],
    "shots": [
        {"text": "Could the evening opening be moved? Half of us have choir.", "sense": 1},
        {"text": "The lamp over the newspapers flickers; please send the caretaker.", "sense": 1},
        {"text": "I'd be glad of a chair with arms near the maps.", "sense": 1},
        {"text": "My mother borrowed here in 1951, on the very same kind of card.", "sense": 2},
        {"text": "Three of us read the guides together on Mondays, at the round table by the window.", "sense": 2},
        {"text": "I found a ticket in the gardening book. Did you know people still do that?", "sense": 2},
    ],
    "query": {"text": "It would help if the list of talks came on paper.", "sense": 1},
}
HOMES: dict[str, Any] = {
    "relation": "the place in which a craftsman of this trade works",
    "shots": [
        {"first": "smith", "second": "forge"},
        {"first": "baker", "second": "bakehouse"},
        {"first": "painter", "second": "studio"},
    ],
    "query": {"first": "miller", "second": "mill"},
    "also": ["flour mill"],
}
BOXES: dict[str, Any] = {
    "method": "a sample is set aside from each before the rest is shared out",
    "unit": "",
    "shots": [
        {
            "problem": "A drawer holds 24 boxes of 36 packets. One packet of every box stays. An order takes 5. How many orders?",
            "steps": [
                {"because": "packets in all", "expression": "24 * 36"},
                {"because": "packets that may go", "expression": "864 - 24"},
                {"because": "orders", "expression": "840 / 5"},
            ],
        },
        {
            "problem": "Mercy bakes 9 trays of 28 rolls. From every tray 4 go to the bakers. A bag takes 6. How many bags?",
            "steps": [
                {"because": "rolls in all", "expression": "9 * 28"},
                {"because": "rolls that are left", "expression": "252 - 9 * 4"},
                {"because": "bags", "expression": "216 / 6"},
            ],
        },
    ],
    "query": {
        "problem": "On each of 15 lorries lie 42 slabs; 2 of every lorry are tested. A row takes 25 of the rest. How many rows?",
        "steps": [
            {"because": "slabs in all", "expression": "15 * 42"},
            {"because": "slabs that are laid", "expression": "630 - 15 * 2"},
            {"because": "rows", "expression": "600 / 25"},
        ],
    },
}
PICKS: dict[str, Any] = {
    "fields": ["who", "price"],
    "shots": [
        {"text": "Ida asked Tom for the lamp; he wanted 12 euros and took 9.", "values": ["Tom", "9"]},
        {"text": "For 30 euros Rolf would not sell, for 35 he did, and Mae had her stove.", "values": ["Rolf", "35"]},
        {"text": "The clock was marked 80. Ada let it go to Jonah for 65 euros.", "values": ["Ada", "65"]},
    ],
    "query": {"text": "Jonah offered 20 for the boat, but Mercy gave it away only at 28.", "values": ["Mercy", "28"]},
}
NOTES: dict[str, Any] = {
    "style": "clipped notes: no articles, the thing first in capitals, STOP at the end",
    "shots": [
        {"plain": "The gate was found open at 6.", "styled": "GATE found open 6 STOP"},
        {"plain": "The miller mended the wheel with 2 new cogs.", "styled": "WHEEL mended by miller 2 new cogs STOP"},
        {"plain": "The barge brings the flour on Monday.", "styled": "FLOUR comes Monday by barge STOP"},
    ],
    "query": "The tide carried 3 sacks off the quay.",
    "points": ["The thing stands first, in capitals.", "There are no articles.", "It ends in STOP."],
}
WORKED = (
    "Slabs in all: 15 * 42 = 630. Slabs that are laid: 630 - 15 * 2 = 600. Rows: 600 / 25 = 24.\n{mark} 24"
)  # fmt: skip


def reasoned(facts: Mapping[str, Any], why: str, y: str) -> str:
    """An answer with reasons, in the layout of its examples."""
    name, out = facts["layout"]["name"], facts["layout"]["output"]
    if name == "jsonl":
        return f"{why}\n{json.dumps({out: y})}"
    return f"{why}\n<{out}>{y}</{out}>" if name == "tags" else f"{why}\n{out}: {y}"


def good() -> dict[str, Case]:
    """Return pairs of different kinds that have to pass."""
    word, figure, why = (
        drawn("letters", BACKWARDS),
        drawn("figures", TWICE_LESS, reply=RULE),
        drawn("letters", BACKWARDS, reasons=True),
    )
    steps = " ".join(DOMAINS["letters"].steps(BACKWARDS, why["query"]))
    wrong = drawn("letters", BACKWARDS, reply=WRONG)
    slips, homes, boxes = (
        written("remapped_labels", SLIPS),
        written("analogy", HOMES),
        written("math_cot", BOXES, REASONS),
    )
    picks, notes = written("extraction_by_example", PICKS), written("style_transfer", NOTES)
    worked = "Slabs in all: 15 * 42 = 630. Slabs that are laid: 630 - 15 * 2 = 600. Rows: 600 / 25 = 24."
    table = drawn(
        "tables",
        {"steps": [["keep", ["state", "is", "museum"]], ["columns", ["built", "name"]]], "style": "csv", "known": []},
    )
    told = "Each number is multiplied by 3, and then 4 is taken away."
    return {
        "an output alone": Case(paired("string_manipulation", word, word["key"])),
        "the rule first": Case(paired("number_function", figure, f"{told}\n\n{figure['layout']['output']}: {figure['key']}")),
        "working as shown": Case(paired("string_manipulation", why, reasoned(why, steps, why["key"]))),
        "the wrong one": Case(paired("noisy_exemplar", wrong, f"All others lose their first letter and are turned round.\n\n{wrong['key']}")),
        "a table": Case(paired("table_transform", table, table["key"])),
        "labels without meaning": Case(paired("remapped_labels", slips, slips["key"]), slips["key"]),
        "an analogy in other words": Case(paired("analogy", homes, "flour mill"), "mill"),
        "sums": Case(paired("math_cot", boxes, reasoned(boxes, worked, "24")), "24"),
        "picked out": Case(paired("extraction_by_example", picks, picks["key"]), picks["key"]),
        "a style": Case(paired("style_transfer", notes, "SACKS 3 carried off quay by tide STOP")),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    """Return pairs with one fault each."""
    fine, facts = good(), drawn("letters", BACKWARDS)
    figure = drawn("figures", TWICE_LESS, reply=RULE)
    mark = f"{figure['layout']['output']}: {figure['key']}"
    bent = {**facts, "shown": [{**facts["shown"][0], "y": "mill"}, *facts["shown"][1:]]}
    bent = {**bent, "ask": bent["ask"].replace(facts["shown"][0]["y"], "mill", 1)}
    two = {"steps": [["first", 3]]}
    few = {
        **drawn("letters", two),
        "shots": [{"input": w} for w in ("harbor", "sluice", "anchor")],
        "query": "wheelbarrow",
        "key": "whe",
    }
    few |= {"shown": [{"x": w, "y": w[:3], "why": ""} for w in ("harbor", "sluice", "anchor")]}
    few["body"] = (
        "\n\n".join(f"Given: {w}\nMade: {w[:3]}" for w in ("harbor", "sluice", "anchor")) + "\n\nGiven: wheelbarrow"
    )
    few |= {"layout": {**few["layout"], "name": "labelled"}}
    few["ask"] = message(few)
    slips, boxes = written("remapped_labels", SLIPS), written("math_cot", BOXES, REASONS)
    twice = {**facts, "shown": [*facts["shown"], facts["shown"][0]], "shots": [*facts["shots"], facts["shots"][0]]}
    other = next(label for label in slips["labels"] if label != slips["key"])
    leaky = {**facts, "opening": f"I think the rule is: {facts['rule_told']}. What comes last?"}
    leaky["ask"] = message(leaky)
    why = drawn("letters", BACKWARDS, reasons=True)
    return {
        "another output": Case(paired("string_manipulation", facts, facts["key"][::-1]), caught_by="output_right"),
        "the output in another form": Case(paired("string_manipulation", facts, facts["key"].upper()), caught_by="output_right"),
        "talk beside a bare output": Case(
            paired("string_manipulation", facts, f"{'Let us go through the examples one by one. ' * 9}\n\n{facts['key']}\n\nSo it is, as each of them shows."),
            caught_by="form_of_examples_kept",
        ),
        "an example that breaks the rule": Case(paired("string_manipulation", bent, facts["key"]), caught_by="examples_recomputed"),
        "two rules fit": Case(paired("string_manipulation", few, "whe"), caught_by="rule_unique"),
        "an example twice": Case(paired("string_manipulation", twice, facts["key"]), caught_by="query_is_new"),
        "the opening tells the rule": Case(paired("string_manipulation", leaky, facts["key"]), caught_by="opening_tells_nothing"),
        "a rule that isn't so": Case(
            paired("number_function", figure, f"Each number is doubled and then some more is added to it.\n\n{mark}"),
            caught_by="reasons_hold", wrong=("Each number is doubled",),
        ),
        "no reasons where the examples have them": Case(paired("string_manipulation", why, reasoned(why, "", why["key"])), caught_by="form_of_examples_kept"),
        "steps that go another way": Case(
            paired("string_manipulation", why, reasoned(why, "Look at the letters from the end and leave one of them out.", why["key"])),
            caught_by="steps_lead_there",
        ),
        "a sum that is wrong": Case(
            paired("math_cot", boxes, reasoned(boxes, "Slabs in all: 15 * 42 = 620. Less the tested: 620 - 30 = 600. Rows: 600 / 25 = 24.", "24")),
            "24", caught_by="sums_hold",
        ),
        "a label readers don't see": Case(paired("remapped_labels", slips, slips["key"]), other, caught_by="blind_agreement"),
        "a label that is wrong": Case(paired("remapped_labels", slips, other), slips["key"], caught_by="answer_is_key"),
        "a refusal": Case(
            paired("string_manipulation", facts, "I'm sorry, but as an AI language model I can't help with that."), caught_by="answers_at_all"
        ),
        "a figure lost in the style": Case(
            paired("style_transfer", written("style_transfer", NOTES), "SACKS carried off quay by tide STOP"),
            caught_by="form_of_examples_kept",
        ),
        "a style not put on": Case(
            paired("style_transfer", written("style_transfer", NOTES), written("style_transfer", NOTES)["query"]),
            caught_by="form_of_examples_kept",
        ),
        "a preamble": Case(paired("style_transfer", written("style_transfer", NOTES), "Sure! Here is the sentence in the style: SACKS off quay STOP"), caught_by="no_chatter"),
        "an invented figure": Case(
            paired("style_transfer", written("style_transfer", NOTES), "SACKS 3 carried off quay by tide of 30 feet STOP"),
            caught_by="answer_supported", wrong=("30 feet",),
        ),
        "the wrong one of all": Case(replace(fine["the wrong one"].pair, messages=(
            fine["the wrong one"].pair.messages[0],
            {"role": "assistant", "content": "All others lose their first letter and are turned round.\n\n1: elbanother"},
        )), caught_by="output_right"),
    }  # fmt: skip


def judged(case: Case) -> Verdict:
    """Judge a case with honest readers."""

    def solve(request: Request) -> str:
        return json.dumps({"thought": "Tried on all examples.", "answerable": True, "answer": case.truth})

    def read(request: Request) -> str:
        return json.dumps(reading(request, same=True, invented=case.wrong))

    def mark(request: Request) -> str:
        found = [{"quote": words, "because": "an example contradicts it"} for words in case.wrong]
        return json.dumps({"thought": "Tried the rule on all examples.", "wrong": found})

    client = ScriptedClient({"solver": solve, "grader": read, "examiner": read, "marker": mark})
    return asyncio.run(verdict_of(skill, case.pair, client))


if __name__ == "__main__":
    print("\n".join(catches(good(), bad(), judged)))
