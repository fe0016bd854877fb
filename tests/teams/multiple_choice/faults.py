"""Multiple-choice pairs that are good, and pairs with a fault planted: which check catches which.

    python -m tests.teams.multiple_choice.faults

prints the table. Whoever sits the examination here is honest: which options are right stands beside each pair.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from teams.multiple_choice import BY_NAME, skill
from tests.teams.judging import catches, verdict_of
from tests.teams.multiple_choice.drafts import CASE, DRAFTS, SALT
from tests.teams.stages.writer import reading

TEXT = "Notes of a road service on salt, of a workshop on brakes, and of a shop on its lamps."


@dataclass(frozen=True)
class Case:
    """A pair, and what honest people say of its question."""

    pair: Pair
    truth: tuple[str, ...]
    """The options that are right, in their own words; none: it can't be answered."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    doubted: tuple[str, ...] = ()
    """Options that solvers think could be defended."""
    defended: tuple[str, ...] = ()
    """Those of them for which there really is a case."""
    gives_away: bool = False
    """Whoever sees the options alone finds the key."""
    invented: tuple[str, ...] = ()
    """What the answer says that isn't so."""


def made(kind: str, draft: Mapping[str, Any], answer: str, *, seed: str = "", **facts: Any) -> Pair:
    """Make a pair as the flows do. In `answer`, `{KEY}` is the key's label, `{1}` … the labels of the others in order."""
    form = BY_NAME[kind].form
    asked = form.asked(draft, Random(seed or kind))
    known = {**asked.facts, "form": form.name, "ask": asked.text, "shows_text": False, "evidence": [], **facts}
    passage = Seed("multiple_choice/case.txt:1-9", TEXT).rewritten("identity", TEXT)
    refined = known.pop("refined", "")
    instruction = passage.ask(kind, known["ask"], facts=known)
    if refined:
        instruction = instruction.refined(refined, known["ask"], facts=known)
    key = known["key"] if isinstance(known["key"], list) else [known["key"]]
    others = [label for label in known["labels"] if label not in key]
    answer = answer.replace("{KEY}", ", ".join(key))
    for number, label in enumerate(others, 1):
        answer = answer.replace(f"{{{number}}}", label)
    for label, option in zip(known["labels"], known["options"], strict=True):
        answer = answer.replace(f"{{{option}}}", label)
    turns = [{"role": "user", "content": instruction.text}, {"role": "assistant", "content": answer}]
    return instruction.answered(turns, facts={"form": form.name, "key": known["key"]})


def right_of(pair: Pair) -> tuple[str, ...]:
    """The key in the words of its options."""
    facts = pair.instruction.facts
    keys = facts["key"] if isinstance(facts["key"], list) else [facts["key"]]
    return tuple(facts["options"][facts["labels"].index(key)] for key in keys)


def case(kind: str, draft: Mapping[str, Any], answer: str, **how: Any) -> Case:
    fields = {
        name: how.pop(name) for name in ("caught_by", "doubted", "defended", "gives_away", "invented") if name in how
    }
    truth = how.pop("truth", None)
    pair = made(kind, draft, answer, **how)
    return Case(pair, right_of(pair) if truth is None else truth, **fields)


EACH = "The answer is **{KEY}**. Salt that is dissolved lowers the point at which water freezes, so ice a little below zero melts.\n\n{1}: that is not what happens when it dissolves or lies there. {2}: the effect would be far too small. {3}: nothing of the sort can be measured."
CASE_SAID = "**{KEY}** A film on the rim lets the pads slip and stick by turns, which squeals, and water makes it slippery.\n\n- {A brake cable that binds in its housing}: the cable moves freely.\n- {Pads that meet the rim at their rear edge}: they touch along the whole length at once.\n- {Pads that have worn down to their holders}: they are new."
FIGURES = "Each day 95 % of what was there remains: 1200 × 0.95 × 0.95 = 1083 litres.\n\nThe answer is **{KEY}**.\n\n{1} and {2} each come of one slip: a fixed 60 litres a day, or one day only. {3} and {4}, where they stand, take the leak for what is left, or add it."
NEITHER = "The answer is **{KEY}**. Judged one by one: I, II, III and IV were compared with what is known of sound and light in matter, and those that are false have the two media, or high and long, the wrong way round."


def good() -> dict[str, Case]:
    several = "**{KEY}**\n\nSound needs a medium and is fastest in stiff ones; light is slowed by matter; high notes have short waves. {1}, {2} and {3}, where they stand, have one of these the wrong way round."
    return {
        "single best": case("single_best", DRAFTS["single_best"], EACH),
        "case": case("case_vignette", DRAFTS["case_vignette"], CASE_SAID),
        "none above": case("none_above", DRAFTS["none_above"], EACH, seed="a"),
        "all above": case("all_above", DRAFTS["all_above"], "The answer is **{KEY}**. Water evaporates faster where the air is warmer, drier or renewed more often. {1}, {2} and {3} were looked at one by one: each either names one such change alone, or one that slows it down."),
        "except": case("negative_except", DRAFTS["negative_except"], "The false one is **{KEY}**: it has the matter the wrong way round, as one finds by asking what carries sound and what slows light."),
        "multiple response": case("multiple_response", DRAFTS["multiple_response"], several),
        "combined": case("complex_statements", DRAFTS["complex_statements"], NEITHER),
        "how many": case("how_many_true", DRAFTS["how_many_true"], NEITHER),
        "matching": case("matching", DRAFTS["matching"], "The answer is **{KEY}**. A barometer tells the pressure of the air, a hygrometer the water in it, an anemometer the wind, a pyranometer the sunlight; every other option crosses two of these."),
        "assertion and reason": case("assertion_reason", DRAFTS["assertion_reason"], "The answer is **{KEY}**. Ice floats because water takes up more room when it freezes; that it takes up heat while it melts is true and another matter."),
        "figure": case("calculation", DRAFTS["calculation"], FIGURES),
        "table": case("table_reading", DRAFTS["table_reading"], "Light by power gives 90 for P, 100 for Q, 15 for R and 100 for S. The answer is **{KEY}**.\n\n{1}: not the best yield at its price. {2}: beaten on yield, or over the limit. {3}: chosen by one column alone."),
        "a doubt that an advocate can't bear out": case("single_best", DRAFTS["single_best"], EACH, doubted=("Salt grains press on the ice and melt it by pressure",)),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    fine = DRAFTS["single_best"]
    wrong_key = {
        **fine,
        "right": SALT["wrong"][0]["option"],
        "wrong": [{"option": SALT["right"], "because": "said to be an effect"}, *SALT["wrong"][1:]],
    }
    two_right = {
        **fine,
        "wrong": [
            {
                "option": "Ice and a salt solution are in balance only at a lower temperature",
                "because": "said to be too vague",
            },
            *SALT["wrong"][1:],
        ],
    }
    vague = {**fine, "question": "What is the best thing about salt on roads in winter, all things considered?"}
    outside = {**fine, "question": "According to the passage, why does salt melt the ice on the road?"}
    same = {
        **fine,
        "wrong": [
            {"option": "salt water freezes at a lower temperature than pure water.", "because": "the same again"},
            *SALT["wrong"][1:],
        ],
    }
    long = {
        **fine,
        "right": "Salt water freezes at a lower temperature than pure water, so that ice which lies a few degrees below zero is no longer in balance with it and goes on melting until the salt is too thin",
    }
    kept = made("single_best", fine, EACH)
    figure = good()["figure"].pair
    facts = figure.instruction.facts
    stray = next(option for option in facts["options"] if option != "1083 litres")
    demand = {"rule": "word_max", "params": {"n": 12}, "statement": "In at most 12 words, please."}
    moved = {
        "question": CASE["question"],
        "stem": "-",
        "options": kept.instruction.facts["options"],
        "labels": kept.instruction.facts["labels"],
        "key": kept.instruction.facts["key"],
    }
    return {
        "the key is wrong": case("single_best", wrong_key, EACH, truth=(SALT["right"],), caught_by="blind_agreement"),
        "no option is right": case("none_above", DRAFTS["none_above"], EACH, seed="a", truth=(), caught_by="blind_agreement"),
        "a question nobody can decide": case("single_best", vague, EACH, truth=(), caught_by="blind_agreement"),
        "two options are right": case("single_best", two_right, EACH, caught_by="no_second_key", doubted=("Ice and a salt solution are in balance only at a lower temperature",), defended=("Ice and a salt solution are in balance only at a lower temperature",)),
        "the answer misses the key": case("single_best", fine, "The answer is **{1}**. That is what happens at the road.\n\n{KEY}: no. {2}: no, too small. {3}: no, far too thin."  , caught_by="key_named"),
        "the answer hedges": case("single_best", fine, "It may be {KEY} or it may be {1}; {2} and {3} are out.", caught_by="key_named"),
        "right, for an invented reason": case("single_best", fine, EACH.replace("Salt that is dissolved", "Salt gives off heat for hours while it dissolves. Salt that is dissolved"), caught_by="answer_supported", invented=("Salt gives off heat for hours while it dissolves.",)),
        "the others are passed over": case("single_best", fine, "The answer is **{KEY}**. Dissolved salt lowers the freezing point.", caught_by="others_discussed"),
        "the others get a bare verdict": case("single_best", fine, "The answer is **{KEY}**. Dissolved salt lowers the freezing point.\n\n{1} is wrong. {2}: incorrect. {3} is not the answer either.", caught_by="others_discussed"),
        "a second choice at the end": case("single_best", fine, EACH + "\n\nOn reflection, {1} is better.", caught_by="key_named"),
        "a second choice without a word": case("single_best", fine, EACH + "\n\n**{2}**", caught_by="key_named"),
        "a second choice in German": case("single_best", fine, "Die Antwort ist **{KEY}**. Gelöstes Salz senkt den Gefrierpunkt.\n\n{1}: beim Lösen wird Wärme verbraucht. {2}: der Druck der Körner ist viel zu klein. {3}: Luft spielt dabei keine Rolle.\n\nBei näherer Überlegung passt {1} besser.", caught_by="key_named"),
        "a set with second thoughts": case("multiple_response", DRAFTS["multiple_response"], "**{KEY}**\n\nSound needs a medium and is fastest in stiff ones; light is slowed by matter. Wait, {1} belongs to them as well.", caught_by="key_named"),
        "two options say the same": case("single_best", same, EACH, caught_by="options_sound"),
        "the key is far the longest": case("single_best", long, EACH, caught_by="options_sound"),
        "the question points at a text": case("single_best", outside, EACH, caught_by="item_stands_alone"),
        "the answer speaks of a text nobody sees": case("single_best", fine, EACH + " The key facts mention this as well.", caught_by="source_unnamed"),
        "a sum that is wrong": Case(_with(figure, options=[o.replace("1083", "1093") for o in facts["options"]], ask=facts["ask"].replace("1083", "1093")), ("1093 litres",), "key_recomputed"),
        "a figure from nowhere": Case(_with(figure, worked={**facts["worked"], stray: "1200 * 0.5"}), ("1083 litres",), "key_recomputed"),
        "an option got lost": Case(replace(kept, messages=({"role": "user", "content": "\n".join(kept.messages[0]["content"].splitlines()[:-1])}, kept.messages[1])), (SALT["right"],), "item_as_shown"),
        "options alone give it away": case("single_best", fine, EACH, caught_by="key_not_guessable", gives_away=True),
        "the key has not moved": case("single_best", fine, EACH, before=moved, refined="move_key", caught_by="goal_reached"),
        "the right option is still there": case("none_above", {**DRAFTS["none_above"], "right": "Salt keeps air out of the ice and so warms it"}, EACH, seed="a", before={"question": "-", "options": [SALT["wrong"][0]["option"], "x"], "labels": ["A", "B"], "key": "A"}, refined="none_right", caught_by="goal_reached"),
        "the form is broken": case("single_best", fine, EACH, demands=[demand], caught_by="format_kept"),
        "a refusal": case("single_best", fine, "I'm sorry, but as an AI language model I can't answer exam questions.", caught_by="answers_at_all"),
        "the workshop shows": case("single_best", {**fine, "question": "As an exam writer I ask: why does salt melt ice just below zero?"}, EACH, caught_by="no_workshop_talk"),
        "cut off": case("single_best", fine, EACH + " What remains to be said is that the", caught_by="text_finished"),
    }  # fmt: skip


def _with(pair: Pair, **facts: Any) -> Pair:
    return replace(pair, instruction=replace(pair.instruction, facts={**pair.instruction.facts, **facts}))


def honest(case: Case) -> ScriptedClient:
    """People who know only what they are shown, and judge rightly."""

    def options(request: Request) -> dict[str, str]:
        return {
            text: letter
            for letter, text in re.findall(r"^([A-J])\. (.*)$", str(request.messages[-1].content), re.MULTILINE)
        }

    def solve(request: Request) -> str:
        shown = options(request)
        right = [shown[one] for one in case.truth if one in shown]
        several = isinstance(case.pair.instruction.facts["key"], list)
        answer = right if several else (right or sorted(shown.values()))[0]
        doubtful = [shown[one] for one in case.doubted if one in shown]
        return json.dumps(
            {"thought": "Worked out.", "answerable": bool(case.truth), "answer": answer, "doubtful": doubtful}
        )

    def plead(request: Request) -> str:
        facts = case.pair.instruction.facts
        labels = re.findall(r"Contested: (.*)", str(request.messages[-1].content))[0].split(", ")
        held = {facts["labels"][facts["options"].index(one)] for one in case.defended}
        cases = [
            {
                "option": label,
                "case": "It can be read so.",
                "against": "It does not answer this.",
                "holds": label in held,
            }
            for label in labels
        ]
        return json.dumps({"cases": cases})

    def guess(request: Request) -> str:
        shown = options(request)
        key = shown[case.truth[0]]
        other = next(letter for letter in shown.values() if letter != key)
        return json.dumps(
            {"because": "it stands out" if case.gives_away else "nothing", "guess": key if case.gives_away else other}
        )

    def examine(request: Request) -> dict[str, Any]:
        return reading(request, invented=case.invented)

    return ScriptedClient({"solver": solve, "advocate": plead, "guesser": guess, "examiner": examine})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
