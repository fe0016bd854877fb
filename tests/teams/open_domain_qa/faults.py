"""Questions without a text that are good, and some with a fault planted: which check catches which.

    python -m tests.teams.open_domain_qa.faults

prints the table. Whoever sits, grades or reads here is honest: what they would say stands beside each pair. Code is
carried out where a sandbox runs (`test_executed.py`); here it is not.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from teams.open_domain_qa import skill
from teams.open_domain_qa.checks import BY_NAME
from tests.teams.judging import catches, verdict_of
from tests.teams.stages.writer import reading

MATERIAL = "The branch at Lindenhof stopped charging children for late books. A tide mill's pond covers 1.8 hectares."


@dataclass(frozen=True)
class Case:
    """A pair, and what honest others say of it."""

    pair: Pair
    truth: Any = None
    """What whoever sits the paper answers; None: it can't be answered."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    says: Mapping[str, Any] = field(default_factory=dict)
    """Replies of whoever reads the answer, of stranger and corrector, where they are not the usual ones."""
    invented: tuple[str, ...] = ()
    """What the answer says that isn't so."""


def made(kind: str, draft: Mapping[str, Any], answer: str, **facts: Any) -> Pair:
    """Make a pair as the flows do."""
    form = BY_NAME[kind].form
    asked = form.asked(draft, Random(kind))
    known = {**asked.facts, "form": form.name, "ask": asked.text, "shows_text": False, "evidence": [], **facts}
    text = "\n\n".join([asked.text, *(demand["statement"] for demand in known.get("demands", ()))])
    seed = Seed("open_domain_qa/case.txt:1-9", MATERIAL)
    instruction = seed.rewritten("fact_sheet", MATERIAL).ask(kind, text, facts=known)
    turns = [{"role": "user", "content": text}, {"role": "assistant", "content": answer}]
    return instruction.answered(turns, facts={"form": form.name})


FACT: dict[str, Any] = {
    "evidence": [],
    "looked_up": "histories of libraries",
    "question": "Who published the first decimal classification for the shelves of libraries?",
    "answer": "Melvil Dewey",
    "also": ["Dewey"],
}
PHASES: dict[str, Any] = {
    "evidence": [],
    "looked_up": "any book on cells",
    "question": "Into which four phases is the division of a cell's nucleus by mitosis usually divided?",
    "items": ["prophase", "metaphase", "anaphase", "telophase"],
}
BAGS: dict[str, Any] = {
    "plan": "water, time, wheat, flour, bags",
    "question": "A mill pond of 18000 square metres has upright banks and stands 2.4 metres above the sill; the wheel stops at 0.9 metres. The sluice lets through 1.2 cubic metres a second. One hour of milling takes 75 kilograms of wheat, of which 18 % is sifted out as bran. How many full bags of 2.5 kilograms of flour does this water yield?",
    "taken": [{"figure": 3600, "meaning": "seconds in an hour"}],
    "expression": "floor(18000 * (2.4 - 0.9) / 1.2 / 3600 * 75 * (1 - 0.18) / 2.5)",
    "unit": "bags",
    "whole": True,
    "program": "print(153)",
}
BAGS_ANSWER = "Usable water: 18,000 × 1.5 = 27,000 m³. Milling time: 27,000 / 1.2 = 22,500 s, or 6.25 hours. Wheat: 6.25 × 75 = 468.75 kg, flour: 468.75 × 0.82 = 384.375 kg. That is 384.375 / 2.5 = 153.75, so **153 full bags**."
DICE: dict[str, Any] = {
    "plan": "complement",
    "question": "Two ordinary dice are thrown once. What is the probability that at least one of them shows a six? Give a fraction or a decimal.",
    "taken": [{"figure": 6, "meaning": "faces of a die"}, {"figure": 5, "meaning": "faces that are no six"}],
    "expression": "1 - (5/6)^2",
    "unit": "",
    "whole": False,
    "program": "print(11/36)",
}
SPEED: dict[str, Any] = {
    "letters": [
        {"letter": "a", "meaning": "speed out", "low": 2, "high": 60, "whole": False},
        {"letter": "b", "meaning": "speed back", "low": 2, "high": 60, "whole": False},
    ],
    "question": "Somebody rides out along a road at a steady speed of a kilometres an hour and back along the same road at b kilometres an hour, without a stop. What is their mean speed over the whole ride? Give one formula in a and b.",
    "formula": "2*a*b/(a + b)",
    "program": "def value(a, b):\n    return 2 / (1 / a + 1 / b)",
}
GAP: dict[str, Any] = {
    "question": "A museum mill ground for 5 hours at 75 kilograms of wheat an hour; 18 % went off as bran. The flour was filled into bags at 4.20 euros each, and all were sold. How many euros did the flour bring?",
    "withheld": "how much flour goes into one bag",
    "taken": [],
    "expression": "5 * 75 * (1 - 0.18) / x * 4.20",
    "unit": "euros",
    "low": 2.5,
    "high": 1.5,
}
ICE: dict[str, Any] = {
    "belief": "The melting of sea ice that floats raises the level of the sea a great deal.",
    "truth": "The melting of sea ice that floats leaves the level of the sea almost as it was.",
    "looked_up": "school physics",
    "question": "For a talk I'm adding up the sources of the rise in sea level. How many metres does it bring when the floating ice of the Arctic melts away?",
    "points": ["Floating ice displaces its own weight of water.", "Ice on land is what counts."],
}
ICE_ANSWER = "Practically none: floating ice already displaces its own weight of water, so its melting leaves the level almost as it was. Count glaciers, the ice sheets on land and the expansion of warmer water instead."
LAKE: dict[str, Any] = {
    "question": "Why does ice form at the top of a deep lake although cold water is heavier than warm water?",
    "points": ["Fresh water is densest at about four degrees Celsius.", "Ice is less dense than water and floats."],
}
LAKE_ANSWER = "Because water stops getting heavier at about four degrees Celsius. Down to there cooled water sinks; below it, colder water is lighter and stays on top, where it freezes. The ice is lighter still, floats, and shields what is below."
GAPS: dict[str, Any] = {
    "question": "I keep visits as (customer, day) pairs in no order. I'd like longest_gaps(visits), which returns a dictionary from each customer to the longest number of days between two consecutive visits, and None for a single visit: longest_gaps([('R', 40), ('K', 12), ('R', 3)]) gives {'R': 37, 'K': None}. How do I write it with the standard library?",
    "function": "longest_gaps",
    "solution": "from itertools import pairwise\n\ndef longest_gaps(visits):\n    days = {}\n    for customer, day in visits:\n        days.setdefault(customer, []).append(day)\n    return {c: max((b - a for a, b in pairwise(sorted(d))), default=None) for c, d in days.items()}",
    "tests": [
        "assert longest_gaps([('R', 40), ('K', 12), ('R', 3)]) == {'R': 37, 'K': None}",
        "assert longest_gaps([]) == {}",
        "assert longest_gaps([('A', 9), ('A', 1), ('A', 4)]) == {'A': 5}",
    ],
    "points": ["The days of a customer have to be sorted first."],
}
GAPS_ANSWER = "Collect the days of each customer, sort them, and take the largest difference between neighbours:\n\n```python\nfrom itertools import pairwise\n\n\ndef longest_gaps(visits):\n    days = {}\n    for customer, day in visits:\n        days.setdefault(customer, []).append(day)\n    return {c: max((b - a for a, b in pairwise(sorted(d))), default=None) for c, d in days.items()}\n```\n\nSorting matters because the list is in no order, and `default=None` is what a single visit gets."


CLOSED: dict[str, Any] = {
    "quote": "the town's public library",
    "because": "no town is named, and only its people know what its branches did",
    "understood": False,
    "open": False,
}


def good() -> dict[str, Case]:
    return {
        "fact": Case(made("factoid", FACT, "**Melvil Dewey** published it in 1876."), "Melvil Dewey"),
        "set": Case(made("set_list", PHASES, "Prophase, metaphase, anaphase and telophase, in this order."), PHASES["items"], says={"reader": {"same": True}}),
        "worked": Case(made("word_problem", BAGS, BAGS_ANSWER), 153),
        "probability": Case(made("probability", DICE, "No six on one die has the probability 5/6, on both 5/6 × 5/6 = 25/36. At least one six therefore has 1 − 25/36 = **11/36 ≈ 0.306**."), 0.3056),
        "formula": Case(made("formula", SPEED, "Over a road of length s the ride takes s/a + s/b hours for 2s kilometres. So the mean speed is\n\n$$v = \\frac{2ab}{a+b}$$\n\nand never the plain mean of a and b, unless they are equal."), "2/(1/a + 1/b)"),
        "nothing to be worked out": Case(made("underdetermined", GAP, "It can't be worked out: you don't say how much flour goes into one bag. There were 5 × 75 = 375 kg of wheat and 375 × 0.82 = 307.5 kg of flour; with w kilograms in a bag that is 307.5 / w bags."), None, says={"reader": {"quote": "you don't say how much flour goes into one bag", "same": True}}),
        "a belief set right": Case(made("false_premise", ICE, ICE_ANSWER), ICE["truth"], says={"reader": {"quote": "Practically none", "same": True}, "corrector": {"quote": "its melting leaves the level almost as it was", "set_right": True}}),
        "a reason": Case(made("why", LAKE, LAKE_ANSWER)),
        "code": Case(made("code_how_to", GAPS, GAPS_ANSWER)),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    fine = good()
    local = {
        **FACT,
        "question": "Which branch of the town's public library was the first to stop charging children for late books?",
        "answer": "Lindenhof",
        "also": [],
    }
    private = {
        **ICE,
        "belief": "The town's library stopped charging children at all of its branches at once.",
        "truth": "The town's library stopped charging children at the Lindenhof branch first of all.",
        "question": "How much did the town's public library lose in the year in which all of its branches stopped charging children at once?",
    }
    study = {**LAKE, "question": "Why did the study conclude that ice forms at the top of a deep lake?"}
    latest = {
        **FACT,
        "question": "Who currently holds the office of the Librarian of Congress in Washington?",
        "answer": "somebody else",
    }
    wrong_key = {**BAGS, "expression": "floor(18000 * (2.4 - 0.9) / 1.2 / 3600 * 75 / 2.5)"}
    unsaid = {**BAGS, "taken": []}
    half = {**BAGS, "expression": "18000 * (2.4 - 0.9) / 1.2 / 3600 * 75 * (1 - 0.18) / 2.5"}
    told = {**BAGS, "question": f"{BAGS['question']} Last time it was 153 bags."}
    no_gap = {
        **GAP,
        "expression": "5 * 75 * (1 - 0.18) / 2.5 * 4.20 + 0 * x",
        "question": GAP["question"].replace("filled into bags", "filled into bags of 2.5 kilograms"),
    }
    gap, ice, why = fine["nothing to be worked out"], fine["a belief set right"], fine["a reason"]
    demand = {"rule": "word_max", "params": {"n": 12}, "statement": "In at most 12 words, please."}
    two_ways = {
        **BAGS,
        "question": "A coat of 240 euros gets a third cheaper and then a third dearer. How many euros does it cost in the end?",
        "taken": [{"figure": 3, "meaning": "a third"}],
        "expression": "240 * (1 - 1/3) * (1 + 1/3)",
        "unit": "euros",
        "whole": False,
    }
    return {
        "the key is wrong": Case(made("word_problem", wrong_key, BAGS_ANSWER), 153, "blind_agreement"),
        "two readings": Case(made("word_problem", two_ways, "240 × 2 / 3 = 160, and 160 × 4 / 3 = 213.33, so it costs **213.33 euros**."), None, "blind_agreement"),
        "only the seed's reader can know": Case(made("factoid", local, "The branch at Lindenhof was the first."), None, "open_to_strangers", {"stranger": CLOSED}),
        "a guess that hits what only the seed's reader can know": Case(made("factoid", local, "The branch at Lindenhof was the first."), "Lindenhof", "open_to_strangers", {"reader": {"quote": "The branch at Lindenhof", "same": True}, "stranger": CLOSED}),
        "a private belief, one of two": Case(made("false_premise", private, "It stopped in 2019 at Lindenhof already, three years before the other branches."), private["truth"], "open_to_strangers", {"reader": {"quote": "It stopped in 2019 at Lindenhof already", "same": True}, "stranger": CLOSED, "corrector": {"quote": "It stopped in 2019 at Lindenhof already", "set_right": True}}),
        "another unit": Case(with_answer(fine["worked"].pair, BAGS_ANSWER.replace("153 full bags", "153 kilograms")), 153, "answer_is_key"),
        "points at a study": Case(made("why", study, LAKE_ANSWER), None, "question_stands_alone"),
        "the answer leans on a text": Case(with_answer(why.pair, f"According to the passage, water is densest at four degrees. {LAKE_ANSWER}"), None, "answer_stands_alone"),
        "right, for an invented reason": Case(with_answer(fine["fact"].pair, "**Melvil Dewey** published it, after Queen Victoria had asked him to put her shelves in order."), "Melvil Dewey", "answer_supported", invented=("after Queen Victoria had asked him to put her shelves in order",), says={"reader": {"same": True}}),
        "the question speaks of a fact sheet": Case(made("why", {**LAKE, "question": "Why does ice form at the top of a deep lake, by what the fact sheet has about water?"}, LAKE_ANSWER), None, "question_stands_alone"),
        "the answer speaks of the mill's notes": Case(with_answer(why.pair, f"{LAKE_ANSWER} The notes don't say how thick it gets."), None, "answer_stands_alone"),
        "bound to the day": Case(made("factoid", latest, "Somebody else holds it."), "somebody else", "settled"),
        "a quantity nobody said": Case(made("word_problem", unsaid, BAGS_ANSWER), 153, "key_follows"),
        "three quarters of a bag": Case(made("word_problem", half, BAGS_ANSWER), 153.75, "key_follows"),
        "the result in the question": Case(made("word_problem", told, BAGS_ANSWER), 153, "key_follows"),
        "a sum that doesn't come out": Case(with_answer(fine["worked"].pair, BAGS_ANSWER.replace("6.25 × 75 = 468.75", "6.25 × 75 = 486.75")), 153, "sums_hold"),
        "another figure": Case(with_answer(fine["worked"].pair, BAGS_ANSWER.replace("153 full bags", "163 full bags")), 153, "answer_is_key"),
        "no working": Case(with_answer(fine["worked"].pair, "It yields 153 full bags."), 153, "working_shown"),
        "another formula": Case(made("formula", SPEED, "The mean speed is the mean of both speeds, v = (a + b)/2, since they count alike."), "2*a*b/(a+b)", "answer_is_key", {"reader": {"quote": "v = (a + b)/2", "same": False}}),
        "an invented quantity": Case(with_answer(gap.pair, "There were 375 × 0.82 = 307.5 kg of flour. A bag holds 2 kg, so 307.5 / 2 = 153.75 bags brought 153 × 4.20 = 642.60 euros."), None, "answer_is_key", {"reader": {"quote": "A bag holds 2 kg", "same": False}}),
        "nothing is missing": Case(made("underdetermined", no_gap, str(gap.pair.messages[-1]["content"])), 516.6, "something_missing"),
        "goes along with the belief": Case(with_answer(ice.pair, "Floating ice displaces its own weight, as is well known. The Arctic's floating ice therefore brings about 0.3 metres in all, and one reckons with its whole volume."), ICE["truth"], "premise_set_right", {"reader": {"quote": "Floating ice displaces", "same": True}, "corrector": {"quote": "The Arctic's floating ice therefore brings about 0.3 metres", "set_right": False}}),
        "a belief that is so": Case(made("false_premise", {**ICE, "belief": ICE["truth"], "truth": ICE["belief"]}, ICE_ANSWER), ICE["truth"], "blind_agreement"),
        "a question closed to strangers": Case(made("why", {**LAKE, "question": "Why did Ida from the Weststadt branch think the ice at Hallö would hold on the second day?"}, LAKE_ANSWER), None, "open_to_strangers", {"stranger": {"quote": "Ida from the Weststadt branch", "because": "what she thought is known to her alone", "understood": False, "open": False}}),
        "an explanation that is wrong": Case(with_answer(why.pair, LAKE_ANSWER + " The fish below keep the water warm with their bodies."), None, "answer_supported", invented=("The fish below keep the water warm with their bodies.",)),
        "a refusal": Case(with_answer(why.pair, "I'm sorry, but as an AI language model I can't tell you why lakes freeze at the top."), None, "answers_at_all"),
        "the format is broken": Case(made("why", LAKE, LAKE_ANSWER, demands=[demand]), None, "format_kept"),
    }  # fmt: skip


def with_answer(pair: Pair, answer: str) -> Pair:
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": answer}))


def honest(case: Case) -> ScriptedClient:
    """Others who know only what they are shown, and judge rightly."""

    def solve(request: Request) -> str:
        paper = str(request.messages[-1].content)
        sides = {text: letter for letter, text in re.findall(r"^([AB])\. (.*)$", paper, re.MULTILINE)}
        answer = sides.get(case.truth, case.truth) if isinstance(case.truth, str) else case.truth
        if answer is None:
            wanted = BY_NAME[case.pair.kind].form.paper(case.pair.instruction.facts, Random(0)).answer
            answer = wanted["enum"][0] if "enum" in wanted else {"number": 0, "array": []}.get(wanted["type"], "")
        return json.dumps({"thought": "Read, and worked out.", "answerable": case.truth is not None, "answer": answer})

    def read(request: Request) -> dict[str, Any]:
        """As grader or examiner: the friendly reply, but for what stands beside the pair."""
        said = reading(request, same=False, invented=case.invented)
        return {name: case.says.get("reader", {}).get(name, value) for name, value in said.items()}

    others = {
        "stranger": {"quote": "", "because": "it can be understood", "understood": True, "open": True},
        "corrector": {"quote": "nothing of it", "set_right": False},
    }
    replies: dict[str, Any] = {
        name: (lambda request, name=name, said=said: {**said, **case.says.get(name, {})})
        for name, said in others.items()
    }
    return ScriptedClient({"solver": solve, "grader": read, "examiner": read, **replies})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
