"""Puzzles that are good, and some with a fault planted: which check catches which.

    python -m tests.teams.brain_teaser.faults

prints the table. Whoever solves, grades, collates or referees here is honest: what they would say stands beside each
pair.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.brain_teaser import skill
from teams.brain_teaser.checks import BY_NAME
from teams.brain_teaser.dealing import facts_of
from teams.brain_teaser.puzzles import PUZZLES, Twist, proven
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from tests.teams.judging import catches, verdict_of
from tests.teams.stages.writer import reading

MATTER = (
    "The mail walked over the frozen strait. A tool library lends planes and router bits. A mill works by the tide."
)


@dataclass(frozen=True)
class Case:
    """A pair, and what honest others say of it."""

    pair: Pair
    truth: Any = None
    """What whoever sits the paper answers; None: it can't be done."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    says: Mapping[str, Any] = field(default_factory=dict)
    """Replies of whoever reads the answer, of collator, transcriber, guesser and referee, where they are not the usual."""
    invented: tuple[str, ...] = ()


def made(kind: str, asked: str, known: Mapping[str, Any], answer: str) -> Pair:
    """Make a pair as the flows do."""
    facts = {
        "question": asked,
        "ask": asked,
        "form": BY_NAME[kind].form.name,
        "shows_text": False,
        "evidence": [],
        **known,
    }
    text = "\n\n".join([asked, *(demand["statement"] for demand in facts.get("demands", ()))])
    seed = Seed("brain_teaser/case.txt:1-9", MATTER)
    instruction = seed.rewritten("theme", MATTER).ask(kind, text, facts=facts)
    turns = [{"role": "user", "content": text}, {"role": "assistant", "content": answer}]
    return instruction.answered(turns, facts={"form": BY_NAME[kind].form.name})


def dealt(
    name: str,
    data: Mapping[str, Any],
    names: Mapping[str, str],
    asked: str,
    answer: str,
    twist: Twist = "",
    **more: Any,
) -> Pair:
    """A pair over an instance that was proven; `more` changes what it knows."""
    one = proven(PUZZLES[name], data, twist)
    assert one, f"{name}: not what it is said to be"
    return made(name, asked, {**facts_of(one, names), **more}, answer)


def told(kind: str, draft: Mapping[str, Any], answer: str, **more: Any) -> Pair:
    asked = BY_NAME[kind].form.asked(draft, Random(kind))
    return made(kind, asked.text, {**asked.facts, **more}, answer)


def with_answer(pair: Pair, answer: str) -> Pair:
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": answer}))


FERRY = {"count": 3, "clashes": [[1, 3], [2, 3]], "seats": 1}
FERRY_NAMES = {"K": "Isak", "W": "the strait", "V": "the sledge", "T1": "the cat", "T2": "the herring", "T3": "the dog"}
FERRY_ASKED = "Isak has to bring the cat, the herring and the dog over the frozen strait, all from this side to the other. The sledge takes him and at most one of them at a time; only he can bring it across, alone too. The cat and the dog can't be left together on a side where Isak is not, nor can the herring and the dog be left together there. Any other company is harmless, and there is no other way over. What is the fewest crossings, each one way counted, that bring everything over, and how does it go?"
FERRY_ANSWER = "The dog can be left with neither, so what was brought over has to be taken back once.\n1. The dog goes over. 2. Isak comes back alone. 3. The cat goes over. 4. The dog comes back. 5. The herring goes over. 6. Isak comes back alone. 7. The dog goes over.\nWith 5 the second load would be left with the dog while Isak fetches the third, so fewer won't do: **7 crossings**"
FERRY_PLAN = [[3], [], [1], [3], [2], [], [3]]
HELPERS = {
    "count": 3,
    "says": [[1, ["is", 2, False]], [2, ["is", 3, False]], [3, ["both", ["is", 1, False], ["is", 2, False]]]],
}
HELPER_NAMES = {"P1": "Amira", "P2": "Bruno", "P3": "Celine"}
HELPERS_ASKED = "Each of Amira, Bruno and Celine either always tells the truth or never does. Amira says: Bruno lies. Bruno says: Celine lies. Celine says: Amira lies, and Bruno lies. Who of them tells the truth?"
HELPERS_ANSWER = "If Celine told the truth, Amira and Bruno would both lie; but then Bruno, of whom Amira says that he lies, would make her sentence true. So Celine lies, Bruno is right about her, and Amira is wrong about him. All three sentences fit, and no other case is left. **Bruno**"
CHEST = {"sort": "chimes", "one": 6, "seconds": 15, "two": 11}
CHEST_ASKED = "When the clock of the mill strikes 6 there are 15 seconds from the first stroke to the last. Its strokes follow one another at even distance, and a stroke takes no time of its own. How many seconds are there from the first stroke to the last when it strikes 11?"
CHEST_ANSWER = "The time lies between the strokes. Six strokes have five gaps, so a gap is 15 / 5 = 3 seconds; eleven strokes have ten gaps. Not 27.5 seconds, as a sum with strokes would have it, but **30 seconds**"
JUGS = {"sizes": [10, 6], "target": 5, "tap": True}
JUG_NAMES = {"S": "brine", "V1": "the bucket", "V2": "the jug"}
JUGS_ASKED = "The bucket holds exactly 10 litres, the jug exactly 6 litres; neither has marks, and nothing else can measure. Both are empty. Brine comes from a tap, as much as one likes, and what isn't wanted may be poured away. A step is to fill one vessel, to empty one, or to pour from one into the other until that is full or this empty. What is the fewest steps after which one vessel holds exactly 5 litres?"
JUGS_ANSWER = "It can't be done. At the start both hold an even number of litres, nought; to fill or empty a vessel leaves an even number in it, and to pour moves an even number from one into the other. So both hold an even number of litres for ever, and 5 never comes about, however long one goes on."
RIVER: dict[str, Any] = {
    "turn": "One thinks of a person who lies in bed; it is water.",
    "answer": "a river",
    "also": ["stream"],
    "question": "I run all day and all night, and never leave my bed. I have a mouth and never eat, and the older I am the wider it is. Children step into me and never twice into the same. What am I?",
    "clues": [
        {"quote": "never leave my bed", "because": "A river flows within its bed all the time."},
        {"quote": "I have a mouth and never eat", "because": "The mouth of a river is where it meets the sea."},
        {"quote": "never twice into the same", "because": "The water in a river is always another one."},
    ],
    "rivals": [{"answer": "a clock", "excluded_by": "I have a mouth", "because": "A clock has none."}],
}
RIVER_ANSWER = "One thinks of somebody who lies in bed, but it is a river. It flows day and night within its bed, its mouth grows wide where it nears the sea, and the water one steps into has gone by at once. A clock runs too, but has no mouth. **A river**"
LAKE: dict[str, Any] = {
    "question": "A postman crossed a deep lake on foot, with dry boots and no boat. How could he?",
    "right": "The lake was frozen over.",
    "wrong": [
        {"option": "He was carried across it.", "because": "he was on foot"},
        {"option": "He held on to a long rope.", "because": "it would not keep him dry"},
        {"option": "His boots were watertight.", "because": "the lake is deep"},
    ],
    "turn": "One takes the lake for water, and it is ice.",
}
BIRD: dict[str, Any] = {
    "answer": "sparrow",
    "sentence": "At noon the spar rowed itself away.",
    "clue": "a bird of seven letters",
    "question": "In this line from a sailor's tale there is a bird of seven letters, over the gap between two words: At noon the spar rowed itself away. Which bird?",
}
HOURS: dict[str, Any] = {
    "conclusion": "nobody works at all",
    "question": "The clerk wants a free day. The year has 365 days, says his master. You sleep a third of each day, that is 122 days; you are free half of each day, that is 183; and there are 52 Sundays and as many Saturdays. That makes more than 365, so you never work. Where does it go wrong?",
    "broken": "you are free half of each day",
    "flaw": "Sleep is part of the free half of the day, and weekends contain both: the same hours are counted several times.",
    "points": ["It shows which hours are counted twice.", "It says what would be left when each is counted once."],
}
HOURS_ANSWER = "The master counts the same hours several times. Sleep lies within the half of each day that is free, and Saturdays and Sundays contain sleep and free hours too. Count each hour once: of 365 days 104 fall away, and of the 261 that are left half the hours are worked, as much as any clerk does."
SAME = {"reader": {"same": True}}


def good() -> dict[str, Case]:
    ferry_says = {"transcriber": {"moves": FERRY_PLAN}}
    return {
        "a crossing": Case(dealt("crossing", FERRY, FERRY_NAMES, FERRY_ASKED, FERRY_ANSWER), 7, says=ferry_says),
        "liars": Case(dealt("liars", HELPERS, HELPER_NAMES, HELPERS_ASKED, HELPERS_ANSWER), ["Bruno"]),
        "a clock": Case(dealt("clock", CHEST, {"C": "the clock of the mill"}, CHEST_ASKED, CHEST_ANSWER), "30"),
        "what can't be done": Case(dealt("pouring", JUGS, JUG_NAMES, JUGS_ASKED, JUGS_ANSWER, "unsolvable"), None, says={"reader": {"quote": "It can't be done", "same": True}}),
        "a riddle": Case(told("riddle", RIVER, RIVER_ANSWER), says={"guesser": {"answer": "A river"}}),
        "with options": Case(told("sentence_choice", LAKE, ""), "The lake was frozen over."),
        "a hidden word": Case(told("hidden_word", BIRD, "Read on over the gap: in 'spar rowed' the letters s-p-a-r-r-o-w stand in a row, with 'ed' left over, and the first word alone is no bird. **sparrow**"), "sparrow"),
        "a reckoning": Case(told("false_reckoning", HOURS, HOURS_ANSWER)),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    fine = good()
    ferry, liars, clock, river = (fine[name].pair for name in ("a crossing", "liars", "a clock", "a riddle"))
    says = {"transcriber": {"moves": FERRY_PLAN}}
    two_ways = {"count": 2, "says": [[1, ["is", 2, False]], [2, ["is", 1, False]]]}
    no_way = {"count": 1, "says": [[1, ["is", 1, False]]]}
    short = FERRY_ANSWER.replace("4. The dog comes back. ", "4. Isak comes back alone. ")
    lost = FERRY_ASKED.replace(", nor can the herring and the dog be left together there", "")
    back = "Any other company is harmless, and there is no other way over."
    more = FERRY_ASKED.replace(back, f"{back} On Sundays a second sledge may be had.")
    vague = {
        **RIVER,
        "question": "I run all day and all night. I have a face or a mouth, and never eat. What am I?",
        "clues": [
            {"quote": "I run all day and all night", "because": "It flows."},
            {"quote": "never eat", "because": "It has no stomach."},
        ],
        "rivals": [{"answer": "a fox", "excluded_by": "never eat", "because": "A fox eats."}],
    }
    lying = {**RIVER, "clues": [*RIVER["clues"], {"quote": "I freeze in winter", "because": "It does."}]}
    inside = {
        **BIRD,
        "sentence": "At noon the sparrow itself rowed away.",
        "question": BIRD["question"].replace("the spar rowed itself away", "the sparrow itself rowed away"),
    }
    demand = {"rule": "word_max", "params": {"n": 12}, "statement": "In at most 12 words, please."}
    no_working = with_answer(clock, "**30 seconds**")
    return {
        "two solutions": Case(made("liars", HELPERS_ASKED, {**liars.instruction.facts, "data": two_ways}, HELPERS_ANSWER), ["Bruno"], "one_solution"),
        "no solution": Case(made("liars", HELPERS_ASKED, {**liars.instruction.facts, "data": no_way}, HELPERS_ANSWER), ["Bruno"], "one_solution"),
        "solvable, and said not to be": Case(made("pouring", JUGS_ASKED, {**fine["what can't be done"].pair.instruction.facts, "data": {**JUGS, "target": 4}}, JUGS_ANSWER), 3, "one_solution"),
        "another key": Case(made("liars", HELPERS_ASKED, {**liars.instruction.facts, "key": ["Celine"]}, HELPERS_ANSWER.replace("**Bruno**", "**Celine**")), ["Celine"], "one_solution"),
        "the wrong people in the answer": Case(with_answer(liars, HELPERS_ANSWER.replace("**Bruno**", "**Bruno and Celine**")), ["Bruno"], "answer_is_key"),
        "the common answer": Case(with_answer(clock, CHEST_ANSWER.replace("**30 seconds**", "**27.5 seconds**")), "30", "answer_is_key"),
        "a plan that breaks a rule": Case(with_answer(ferry, short), 7, "plan_works", {"transcriber": {"moves": [[3], [], [1], [], [2], [], []]}}),
        "a number and no plan": Case(with_answer(ferry, "The dog has to go back once, and each of the three goes over, so that with all empty ways it comes to **7 crossings**"), 7, "plan_works", {"transcriber": {"moves": []}}),
        "a rule left out": Case(made("crossing", lost, {**ferry.instruction.facts, **{"question": lost, "ask": lost}}, FERRY_ANSWER), 7, "rules_said", says),
        "a rule left out, and solvers who take the words as they are": Case(made("crossing", lost, {**ferry.instruction.facts, **{"question": lost, "ask": lost}}, FERRY_ANSWER), 5, "blind_agreement", says),
        "a way round put in": Case(made("crossing", more, {**ferry.instruction.facts, **{"question": more, "ask": more}}, FERRY_ANSWER), 7, "rules_said", {**says, "collator": {"beyond": [{"quote": "On Sundays a second sledge may be had", "because": "it is another way over"}]}}),
        "unsolvable, and solved all the same": Case(with_answer(fine["what can't be done"].pair, "Fill the jug, pour it into the bucket, fill the jug again, and stop when the bucket is half full: **3 steps**"), None, "answer_is_key", {"reader": {"quote": "3 steps", "same": False}}),
        "a riddle with two solutions": Case(told("riddle", vague, RIVER_ANSWER), caught_by="one_solution", says={"guesser": {"answer": "a clock"}, "referee": {"quote": "", "because": "a clock has a face, runs and never eats", "same": False, "as_good": True}}),
        "a riddle nobody finds": Case(river, caught_by="one_solution", says={"guesser": {"answer": "a nose"}, "referee": {"quote": "never twice into the same", "because": "nobody steps into a nose", "same": False, "as_good": False}}),
        "a clue that isn't there": Case(told("riddle", lying, RIVER_ANSWER), caught_by="clues_stand", says={"guesser": {"answer": "a river"}}),
        "a riddle unsolved": Case(with_answer(river, "It could be many things; the second line speaks for something that is alive and the third against it. One has to try."), caught_by="solution_told"),
        "an explanation that is invented": Case(with_answer(river, f"{RIVER_ANSWER} The Greeks told it first, of the Nile."), caught_by="answer_supported", invented=("The Greeks told it first, of the Nile.",), says={"guesser": {"answer": "a river"}}),
        "the word stands there": Case(told("hidden_word", inside, "The letters stand in a row and say it: look at the middle of the line. **sparrow**"), "sparrow", "letters_hold"),
        "no working": Case(no_working, "30", "working_shown"),
        "two right options": Case(told("sentence_choice", LAKE, ""), None, "blind_agreement"),
        "points at the notes": Case(made("clock", CHEST_ASKED + " The notes above say more.", {**clock.instruction.facts, **{"ask": CHEST_ASKED + " The notes above say more."}}, CHEST_ANSWER), "30", "puzzle_stands_alone"),
        "the answer leans on a text": Case(with_answer(clock, f"According to the passage, strokes have gaps. {CHEST_ANSWER}"), "30", "answer_stands_alone"),
        "a refusal": Case(with_answer(river, "I'm sorry, but as an AI language model I can't solve riddles about rivers and the like."), caught_by="answers_at_all"),
        "the format is broken": Case(made("clock", CHEST_ASKED, {**clock.instruction.facts, **{"demands": [demand]}}, CHEST_ANSWER), "30", "format_kept"),
    }  # fmt: skip


def choosing(case: Case) -> Case:
    """The right option under the letter it was given."""
    facts = case.pair.instruction.facts
    if facts["form"] != "puzzled":
        return case
    answer = f"**{facts['key']}.** One thinks of water, but in a hard winter a lake bears; the others keep the water and get wet."
    return replace(case, pair=with_answer(case.pair, answer))


def honest(case: Case) -> ScriptedClient:
    """Others who know only what they are shown, and judge rightly."""
    facts = case.pair.instruction.facts

    def solve(request: Request) -> str:
        paper = str(request.messages[-1].content)
        letters = {text: letter for letter, text in re.findall(r"^([A-E])[.)]* (.*)$", paper, re.MULTILINE)}
        answer = letters.get(case.truth, case.truth) if isinstance(case.truth, str) else case.truth
        if answer is None:
            wanted = BY_NAME[case.pair.kind].form.paper(facts, Random(0)).answer
            answer = wanted["enum"][0] if "enum" in wanted else {"number": 0, "array": []}.get(wanted["type"], "")
        return json.dumps(
            {"thought": "Gone through, case by case.", "answerable": case.truth is not None, "answer": answer}
        )

    def read(request: Request) -> dict[str, Any]:
        said = reading(request, same=False, invented=case.invented)
        return {name: case.says.get("reader", {}).get(name, value) for name, value in said.items()}

    def collate(request: Request) -> dict[str, Any]:
        """Finds each rule by the sentence that has most of its words."""
        asked = str(request.messages[-1].content).split("</puzzle>")[0].split("<puzzle>")[1]
        rules = [_best(rule, asked, n) for n, rule in enumerate(facts["rules"], 1)]
        return {"rules": rules, "beyond": [], **case.says.get("collator", {})}

    others = {
        "transcriber": {"moves": []},
        "guesser": {"thought": "Tried and held against each line.", "answer": "a river"},
        "referee": {"quote": "", "because": "both name it", "same": True, "as_good": False},
    }
    replies: dict[str, Any] = {
        name: (lambda request, name=name, said=said: {**said, **case.says.get(name, {})})
        for name, said in others.items()
    }
    return ScriptedClient({"solver": solve, "grader": read, "examiner": read, "collator": collate, **replies})


def _best(rule: str, asked: str, number: int) -> dict[str, Any]:
    words = set(re.findall(r"\w{3,}", rule.casefold()))
    pieces: Sequence[str] = re.split(r"(?<=[.;:?])\s|, (?=nor)", asked)
    names = {name for name in ("cat", "herring", "dog") if name in words} | {"together"} & words

    def told(piece: str) -> tuple[bool, int]:
        said = set(re.findall(r"\w{3,}", piece.casefold()))
        return names <= said, len(words & said)

    best = max(pieces, key=told)
    return {"number": number, "quote": best.strip(), "said": told(best)[0] and told(best)[1] > 0.3 * len(words)}


def judged(case: Case) -> Verdict:
    case = choosing(case) if case.caught_by in ("", "blind_agreement") else case
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
