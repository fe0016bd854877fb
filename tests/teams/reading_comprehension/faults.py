"""Reading pairs that are good, and pairs with a fault planted: which check catches which.

    python -m tests.teams.reading_comprehension.faults

prints the table. Whoever sits the examination here is honest: their answer to each question stands beside it.
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
from teams.engine.records import Instruction, Pair, Seed
from teams.engine.stages.forms import LIST
from teams.engine.stages.forms.short import words
from teams.engine.stages.message import compose
from teams.engine.verdict import Verdict
from teams.reading_comprehension import BY_NAME, skill
from tests.teams.judging import catches, verdict_of
from tests.teams.stages.writer import reading

LETTER = """Before the council spends another evening on whether the cycle lane in Bahnhofstrasse was worth the forty parking spaces it replaced, somebody should read out two numbers. In the year before the lane was painted, the counter in the street recorded 921,000 bicycles. In the first full year with the lane it recorded 1,032,000. That is an increase of twelve percent in a town whose population grew by less than one.

The weather was no better than the year before, bus fares did not change, and the other counters in the centre, which stand in streets without a lane, rose by only five or six percent. Meanwhile the number of accidents with injured cyclists in Bahnhofstrasse fell from fourteen to six, so nobody can say that the newcomers were reckless.

People who had not thought of riding before have evidently been persuaded by a strip of red paint. The lane should therefore be extended to the station, where it will persuade more of them."""
MEETING = """Serra Valley Seed Association
Spring meeting, Thursday 6 March, ice house of the old dairy
Present: Teresa Vidal (keeper), Marc Oriol, Nuria Bas, Pau Ferrer

Nuria: Eleven jars had more than forty sprouts of fifty. The grey pea had nineteen.
Teresa: Nineteen. Then I sow it myself, this year, all that's left.
Marc: We said last autumn that the grey pea could wait. Nobody has asked for it in four years.
Teresa: That is why it can't. Who else has it?
Marc: The school at Vall d'Or had a jar.
Teresa: Had.
Nuria: The parsley takes four weeks, so I count it on the 24th of March.
Pau: The posters say Saturday the 15th of March for lending.
Marc: The dairy is having its floor done from the 13th to the 17th.
Nuria: We could lend from my garage. It is dry.
Pau: Good. The 15th stays, and I'll paste the new place over the old one. All forty posters, I suppose.
Nuria: Thirty-two. Eight never went up.
Marc: Last autumn a hundred and twenty people borrowed, and six of ten brought something back."""
ASSUMPTION = {
    "evidence": ["In the first full year with the lane it recorded 1,032,000."],
    "question": "The letter's conclusion that the lane drew new people onto bicycles depends on which assumption?",
    "right": "Not all of the additional riders had cycled through nearby streets before.",
    "wrong": [
        {"option": "None of the riders counted used another route before the lane was painted.", "because": "too strong for what is claimed"},
        {"option": "The other counters recorded fewer bicycles in total than this one did.", "because": "it compares levels, not growth"},
        {"option": "Riders new to the street are at least as careful as those before them.", "because": "belongs to the aside on accidents"},
        {"option": "Extending the lane to the station would cost fewer parking spaces.", "because": "a matter of price"},
    ],
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """A pair, and what an honest reader would say to its question."""

    pair: Pair
    truth: Any
    """The answer in the words of the options, items or statements; None: it can't be answered."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    without: Any = None
    """What somebody answers who doesn't have the text; None: they give it up."""
    examined: Mapping[str, Any] = field(default_factory=dict)
    """What an honest examiner finds of an open answer."""
    invented: tuple[str, ...] = ()
    """What is said beside the key that the text does not bear out."""


def made(
    kind: str, passage: str, draft: Mapping[str, Any], answer: str | list[str], *, says: str = "", **facts: Any
) -> Pair:
    """Make a pair as the flows do. `says` replaces the user's message."""
    asked = BY_NAME[kind].form.asked(draft, Random(kind))
    known = {
        **asked.facts, "form": BY_NAME[kind].form.name, "ask": asked.text, "shows_text": True,
        "evidence": draft.get("evidence", []), **facts,
    }  # fmt: skip
    text = says or compose(
        asked.text, passage, [d["statement"] for d in known.get("demands", ())], Random(1), english=True
    )
    seed = Seed("reading_comprehension/case.txt:1-9", "Notes of a town on its cycle lanes and its seeds.")
    instruction = seed.rewritten("argument", passage).ask(kind, text, facts=known)
    answers = [answer] if isinstance(answer, str) else answer
    turns: list[dict[str, str]] = []
    for said, given in zip([text, *known.get("further", ())], answers, strict=True):
        turns += [{"role": "user", "content": said}, {"role": "assistant", "content": given}]
    return instruction.answered(
        turns, facts={k: known[k] for k in ("form", "key", "ask", "evidence", "demands") if k in known}
    )


def letter_of(instruction: Instruction, option: str) -> str:
    return "ABCDEFGHIJ"[instruction.facts["options"].index(option)]


def chosen(kind: str, passage: str, draft: Mapping[str, Any], option: str, why: str, **facts: Any) -> Pair:
    """A pair whose answer chooses `option`."""
    first = made(kind, passage, draft, "-", **facts)
    answer = f"**{letter_of(first.instruction, option)}.** {why}"
    return made(kind, passage, draft, answer, **facts)


def good() -> dict[str, Case]:
    sowing = {"evidence": ["Nobody has asked for it in four years."], "question": "Why does Teresa insist on sowing the grey pea this spring?",
              "answer": "because nobody else keeps it any more", "also": ["the school no longer has its jar"]}  # fmt: skip
    days = {
        "evidence": ["so I count it on the 24th of March"],
        "question": "How many days after the lending day is the parsley counted?",
        "expression": "24 - 15",
        "unit": "days",
    }
    back = {
        "evidence": ["a hundred and twenty people borrowed"],
        "question": "How many of the borrowers of last autumn brought nothing back?",
        "expression": "120 - 120 * 6 / 10",
        "unit": "",
    }
    truths = {
        "evidence": ["so nobody can say that the newcomers were reckless"], "question": "Decide for each statement on the letter whether it is true or false.",
        "marks": {"if_true": "true", "if_false": "false"},
        "statements": [
            {"because": "it ends in the demand to extend the lane", "statement": "The letter wants the lane to be made longer.", "is_true": True},
            {"because": "accidents are an aside against an objection", "statement": "The letter was written mainly to report fewer accidents.", "is_true": False},
        ],
    }  # fmt: skip
    order = {"evidence": ["We could lend from my garage."], "question": "In which order do these come up in the meeting?",
             "items": ["a floor stands in the way of a date", "a garage is offered", "the number of posters is set right"]}  # fmt: skip
    essay = {"evidence": ["People who had not thought of riding before have evidently been persuaded"],
             "points": ["The count measures bicycles passing, not people who are new to riding.", "The other counters rose too, so part of the growth has another cause."],
             "question": "How well does the evidence of the letter bear its conclusion?"}  # fmt: skip
    missing = {
        "evidence": ["The school at Vall d'Or had a jar."],
        "question": "What became of the jar of grey peas at the school?",
        "answer": "the text does not say",
        "also": [],
    }
    ordered = made("sequence", MEETING, order, "-").instruction.facts
    truth = made("critical", LETTER, truths, "-").instruction.facts
    lines = [
        f"{n}. {'True' if truth['key'][str(n)] else 'False'}: {'the demand is its last sentence' if truth['key'][str(n)] else 'accidents serve to answer an objection'}."
        for n in (1, 2)
    ]
    return {
        "assumption": Case(chosen("assumption", LETTER, ASSUMPTION, ASSUMPTION["right"], "Suppose that all of them had: then nobody new was persuaded, and the conclusion falls."), ASSUMPTION["right"]),
        "short": Case(made("literal", MEETING, sowing, "Because nobody else keeps it any more: the school that had a jar no longer does (\"Had.\"), and nobody has asked for it in four years."), "nobody else keeps it any more"),
        "days": Case(made("temporal", MEETING, days, "**9 days.** Lending stays on 15 March, and the parsley is counted on 24 March: 24 − 15 = 9."), 9),
        "count": Case(made("numerical", MEETING, back, "**48** borrowers. Six of ten of the 120 brought something back, which is 72, so 120 − 72 brought nothing."), 48),
        "statements": Case(made("critical", LETTER, truths, "\n".join(lines)), truth["key"]),
        "order": Case(made("sequence", MEETING, order, f"{', '.join(ordered['key'])}: the floor comes up first, then the garage, then the count of the posters."), ordered["items"]),
        "essay": Case(
            made("evaluative", LETTER, essay, "Less well than its tone suggests. A counter records bicycles that pass, not people who are new to riding; whoever used a side street before and now takes the lane raises the count without having been persuaded of anything. The letter also mentions that streets without a lane grew by five or six percent, so that about half of the twelve percent may have come anyway. What the figures do show is that the street became more attractive than its neighbours, and safer. That would be a reason to extend the lane, but not the one the letter gives."),
            "open", examined={"unsupported": [], "points": [{"point": "bicycles, not people", "quote": "A counter records bicycles that pass, not people who are new to riding", "made": True}, {"point": "others rose too", "quote": "streets without a lane grew by five or six percent", "made": True}], "because": "a position, argued from places", "serves": True},
        ),
        "unanswerable": Case(made("unanswerable", MEETING, missing, "The text doesn't say. Teresa's \"Had.\" tells only that the school at Vall d'Or no longer has it; what became of it nobody mentions.", answerable=False), None),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    fine = good()
    wrong = ASSUMPTION["wrong"][0]["option"]
    swapped = {
        **ASSUMPTION,
        "right": wrong,
        "wrong": [{"option": ASSUMPTION["right"], "because": "said to be too weak"}, *ASSUMPTION["wrong"][1:]],
    }
    twice = {
        **ASSUMPTION,
        "wrong": [
            {
                "option": "At least some of the additional riders were new to these streets.",
                "because": "said to be a restatement",
            },
            *ASSUMPTION["wrong"][1:],
        ],
    }
    count = fine["count"].pair
    demand = {"rule": "word_max", "params": {"n": 12}, "statement": "In at most 12 words, please."}
    no_school = {
        "evidence": ["Nobody has asked for it in four years."],
        "question": "In which year did the school give its jar away?",
        "answer": "1998",
        "also": [],
    }
    essay = fine["essay"]
    people = {
        "evidence": ["Present: Teresa Vidal (keeper), Marc Oriol, Nuria Bas, Pau Ferrer"],
        "question": "Who was present at the spring meeting?",
        "items": ["Teresa Vidal", "Marc Oriol", "Nuria Bas", "Pau Ferrer"],
    }
    return {
        "the key is wrong": Case(chosen("assumption", LETTER, swapped, wrong, "It rules out that riders merely moved over."), ASSUMPTION["right"], "blind_agreement"),
        "two options are right": Case(chosen("assumption", LETTER, twice, ASSUMPTION["right"], "Deny it, and the conclusion falls."), None, "blind_agreement"),
        "the answer misses the key": Case(chosen("assumption", LETTER, ASSUMPTION, wrong, "It rules out that riders merely moved over."), ASSUMPTION["right"], "answer_is_key"),
        "right, for an invented reason": Case(replace_answer(fine["short"].pair, "Because nobody else keeps it any more: mice got into the jar at the school, and the dairy threw its own away."), "nobody else keeps it any more", "answer_supported", invented=("mice got into the jar at the school", "the dairy threw its own away")),
        "the right option, for an invented reason": Case(chosen("assumption", LETTER, ASSUMPTION, ASSUMPTION["right"], "The council asked the riders, and most of them had come by car before."), ASSUMPTION["right"], "answer_supported", invented=("The council asked the riders, and most of them had come by car before.",)),
        "true and false, for an invented reason": Case(replace_answer(fine["statements"].pair, str(fine["statements"].pair.messages[-1]["content"]).replace("the demand is its last sentence", "the council has set money aside for it")), fine["statements"].truth, "answer_supported", invented=("the council has set money aside for it",)),
        "a list with one thing more": Case(made("literal_list", MEETING, people, "Teresa Vidal, Marc Oriol, Nuria Bas, Pau Ferrer and the head of the school."), people["items"], "answer_is_key"),
        "evidence that is not there": Case(replace_facts(fine["days"].pair, evidence=["so I count it on the 25th of March"]), 9, "evidence_occurs"),
        "a quotation nobody said": Case(made("literal", MEETING, {"evidence": ["It is dry."], "question": "Why does the garage suit?", "answer": "it is dry", "also": []}, "Because it is dry; Nuria says that it is \"dry and as large as the ice house\"."), "it is dry", "quotations_occur"),
        "a figure from nowhere": Case(replace_answer(count, "**48** borrowers. Of the 120, 72 brought something back, as they did in 1987."), 48, "figures_from_text"),
        "a figure worked out wrongly": Case(replace_answer(count, "**52** borrowers. Six of ten of the 120 brought something back."), 48, "figures_from_text"),
        "a question the text does not answer": Case(made("literal", MEETING, no_school, "In 1998, when it gave its jar away."), None, "figures_from_text"),
        "an answer to what can't be answered": Case(made("unanswerable", MEETING, {"evidence": ["The school at Vall d'Or had a jar."], "question": "What became of the jar of grey peas at the school?", "answer": "", "also": []}, "It was sown out, as the school does with its old jars.", answerable=False), None, "answer_is_key"),
        "the format is broken": Case(made("literal", MEETING, {"evidence": ["It is dry."], "question": "Why does the garage suit?", "answer": "it is dry", "also": []}, "Because it is dry, as Nuria says when she offers it to the others in place of the ice house.", demands=[demand]), "it is dry", "format_kept"),
        "the workshop shows": Case(made("literal", MEETING, {"evidence": ["It is dry."], "question": "According to the rewritten passage, why does the garage suit?", "answer": "it is dry", "also": []}, "Because it is dry."), "it is dry", "no_workshop_talk"),
        "a refusal": Case(replace_answer(essay.pair, "I'm sorry, but as an AI language model I can't judge the quality of a letter."), "open", "answers_at_all"),
        "cut off": Case(replace_answer(essay.pair, "Less well than its tone suggests. A counter records bicycles that pass, not people who are new to riding; whoever used a side street before and now takes the"), "open", "text_finished"),
        "a place left open": Case(replace_answer(essay.pair, "Less well than its tone suggests, since [insert reason here], and the count measures bicycles, not people."), "open", "nothing_left_open"),
        "an essay that adds what is not there": Case(
            replace_answer(essay.pair, "Quite well. The council's own survey confirms that most riders are new, and the counters were checked by hand. The growth in other streets is small. So the letter's conclusion stands on firm ground, and the lane ought to be extended to the station."), "open", "answer_supported", None,
            {"unsupported": [{"quote": "The council's own survey confirms that most riders are new", "because": "the letter mentions no survey"}], "points": [{"point": "bicycles, not people", "quote": "", "made": False}, {"point": "others rose", "quote": "The growth in other streets is small.", "made": True}], "because": "it rests on invented support", "serves": True}),
        "a question that tells its answer": Case(made("literal", MEETING, {"evidence": ["It is dry."], "question": "Why does the garage suit, where no damp can get at the seeds?", "answer": "it is dry", "also": []}, "Because it is dry, as Nuria says."), "it is dry", "needs_the_text", "since it is dry"),
        "what one knows without reading": Case(made("numerical", MEETING, {"evidence": ["so I count it on the 24th of March"], "question": "How many days lie between the first of March and the 24th of the same month?", "expression": "24 - 1", "unit": "days"}, "**23 days**, from the 1st to the 24th."), 23, "needs_the_text", 23),
        "an essay whose points are only said to be made": Case(
            replace_answer(essay.pair, "Well enough, all in all. The figures are clear, they are read out one after the other, and nobody in the town has yet found fault with any of them. So the letter may be believed."), "open", "points_made", None,
            {"unsupported": [], "points": [{"point": "bicycles, not people", "quote": "a count of bicycles is no count of people", "made": True}, {"point": "others rose", "quote": "", "made": True}], "because": "it keeps to the figures", "serves": True}),
        "an essay beside the question": Case(
            replace_answer(essay.pair, "Cycle lanes are good for towns. They save space, they are quiet, and those who ride live longer. More towns should paint them, and pay for them by parking fees. The letter is right to ask for more."), "open", "question_served", None,
            {"unsupported": [], "points": [{"point": "bicycles, not people", "quote": "", "made": False}, {"point": "others rose", "quote": "", "made": False}], "because": "it does not look at the evidence", "serves": False}),
    }  # fmt: skip


def replace_answer(pair: Pair, answer: str) -> Pair:
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": answer}))


def replace_facts(pair: Pair, **facts: Any) -> Pair:
    return replace(pair, instruction=replace(pair.instruction, facts={**pair.instruction.facts, **facts}))


def honest(case: Case) -> ScriptedClient:
    """Readers who know only what they are shown, and judge rightly."""

    def solve(request: Request) -> str:
        paper = str(request.messages[-1].content)
        truth = case.without if "kept from you" in paper else case.truth
        said = _on_paper(replace(case, truth=truth), paper)
        return json.dumps({"thought": "Read, and worked out.", "answerable": truth is not None, "answer": said})

    def is_same() -> bool:
        answer = str(case.pair.messages[-1]["content"])
        if case.truth is None:
            return bool(re.search(r"doesn't say|not say|nobody mentions", answer))
        if isinstance(case.truth, list):
            return LIST.agrees(answer, {"key": case.truth})
        gives = " ".join(words(str(case.truth))) in " ".join(words(answer))
        return gives and not re.search(r"(?i)^not |\bit was not\b", answer)

    def read(request: Request) -> str:
        return json.dumps({**reading(request, same=is_same(), invented=case.invented), **case.examined})

    return ScriptedClient({"solver": solve, "grader": read, "examiner": read})


def _on_paper(case: Case, paper: str) -> Any:
    form = BY_NAME[case.pair.kind].form
    options = {text: letter for letter, text in re.findall(r"^([A-J])\. (.*)$", paper, re.MULTILINE)}
    if case.truth is None:
        blank = form.paper(case.pair.instruction.facts, Random(0)).answer
        return blank["enum"][0] if "enum" in blank else {"array": [], "number": 0}.get(blank.get("type"), "")
    if form.name == "choice":
        return options[case.truth]
    if form.name == "order":
        facts = case.pair.instruction.facts
        return [options[facts["items"]["ABCDEFGHIJ".index(letter)]] for letter in facts["key"]]
    return case.truth


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
