"""Estimates that are good, and some with a fault planted: which check catches which.

    python -m tests.teams.fermi.faults

prints the table. Whoever sits, reads or examines here is honest: what they would say stands beside each pair.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from teams.fermi import skill
from teams.fermi.checks import BY_NAME
from teams.fermi.forms import Marked, Remade
from tests.teams.fermi import drafts
from tests.teams.fermi.drafts import ANSWERS, LOANS, leaf, step
from tests.teams.fermi.writer import right_letter, right_step, told
from tests.teams.judging import catches, verdict_of
from tests.teams.stages.writer import reading

MATERIAL = (
    "The branch at Lindenhof lends 41 books a day. A tide mill's pond covers 1.8 hectares, and its keeper has notes."
)
FINE = {"quote": "", "because": "nothing stops one", "understood": True, "open": True, "known": False}


@dataclass(frozen=True)
class Case:
    """A pair, and what honest others say of it."""

    pair: Pair
    truth: Any = None
    """What whoever sits the paper answers; None: it can't be answered."""
    caught_by: str = ""
    """The check that has to catch it; none for a good pair."""
    says: Mapping[str, Any] = field(default_factory=dict)
    """Replies of readers, where they are not the usual ones."""
    invented: tuple[str, ...] = ()
    """What the answer says that isn't so."""


def made(kind: str, draft: Mapping[str, Any], answer: str, *, form: Any = None, draw: int = 0, **facts: Any) -> Pair:
    """Make a pair as the flows do."""
    form = form or BY_NAME[kind].form
    asked = form.asked(draft, Random(draw))
    known = {**asked.facts, "form": form.name, "ask": asked.text, "shows_text": False, "evidence": [], **facts}
    text = "\n\n".join([asked.text, *(demand["statement"] for demand in known.get("demands", ()))])
    seed = Seed("fermi/case.txt:1-9", MATERIAL)
    instruction = seed.rewritten("flows", MATERIAL).ask(kind, text, facts=known)
    turns = [{"role": "user", "content": text}, {"role": "assistant", "content": told(answer, form.name, text)}]
    return instruction.answered(turns, facts={"form": form.name})


def good() -> dict[str, Case]:
    """Pairs of all forms that pass."""
    idle, strange = Remade(Marked(idle=True)), Remade(Marked(strange=True))
    cases = {
        "an estimate": Case(made("resource", LOANS, ANSWERS["estimate"]), 100.0),
        "an idle number": Case(made("mass", drafts.IDLE, ANSWERS["estimate"], form=idle), 80.0),
        "stone a fortnight": Case(made("mass", drafts.STRANGE, ANSWERS["strange"], form=strange), 300.0),
        "a rare event": Case(made("rare_event", drafts.ODDS, ANSWERS["odds"]), 0.00001),
        "two routes": Case(made("two_routes", drafts.TWO_ROUTES, ANSWERS["two_routes"]), 60.0),
        "bounds": Case(made("bounds", drafts.BOUNDS, ANSWERS["bounds"]), {"low": 15.0, "high": 500.0}),
        "an interval": Case(made("interval", drafts.INTERVAL, ANSWERS["interval"]), {"low": 40.0, "high": 150.0}),
        "what counts most": Case(made("sensitivity", drafts.SENSITIVE, ANSWERS["sensitive"])),
        "the way back": Case(made("inverse", drafts.INVERSE, ANSWERS["inverse"]), 400.0),
        "which is more": Case(made("larger", drafts.LARGER, ANSWERS["larger"])),
        "is it enough": Case(made("enough", drafts.ENOUGH, ANSWERS["enough"])),
        "a claim": Case(made("claim", drafts.CLAIMED, ANSWERS["claimed"], draw=1)),
        "a working with a mistake": Case(made("critique", drafts.FAULTY, ANSWERS["faulty"])),
        "two workings": Case(made("rivals", drafts.RIVALS, ANSWERS["faulty"])),
    }
    german = {
        **LOANS,
        "question": "Unsere Bücherei in einer Stadt mit 80.000 Menschen möchte einen Aufzug für zurückgegebene Bücher beantragen. Etwa wie viele Tonnen Bücher tragen die Leser in einem Jahr nach Hause?",
    }
    said = "Es kommt darauf an, wer die Bücherei nutzt, wie viel er leiht und was ein Buch wiegt.\n\n- Leser: 15 % der Stadt, etwa jeder siebte hat einen Ausweis in Gebrauch.\n- Ausleihen: 15 Bücher im Jahr, gut eines im Monat.\n- Gewicht: 0,4 kg je Buch.\n\n80.000 Menschen × 15 % = 12.000 Leser\n12.000 Leser × 15 Bücher im Jahr = 180.000 Bücher im Jahr\n180.000 Bücher im Jahr × 0,4 kg = 72 Tonnen im Jahr\n\nDie Ausleihen können doppelt oder halb so hoch sein; zwischen 30 und 200 Tonnen würde mich nichts wundern. **Etwa 70 Tonnen im Jahr.**"
    cases["in German"] = Case(made("resource", german, said, language="German"), 90.0)
    return cases


def bad() -> dict[str, Case]:
    """Pairs with one fault each."""
    fine, plain = good(), made("resource", LOANS, ANSWERS["estimate"])
    answer = ANSWERS["estimate"]
    steps = [step("books", "people * readers * loans", "book / year"), step("mass", "books", "t / year")]
    far = {
        **LOANS["other"],
        "leaves": [leaf("visits", "visitors in an hour", 6000, 15000, "visitor / hour"), *LOANS["other"]["leaves"][1:]],
    }
    heavy = [*LOANS["leaves"][:3], leaf("weight", "mass of a book, by the density of water", 0.3, 0.6, "kg / book")]
    heavy += [
        leaf("density", "density of water", 1, 2, "kg / m^3"),
        leaf("space", "space of a kilogram of it", 0.5, 1, "m^3 / kg"),
    ]
    faulty = made("critique", drafts.FAULTY, ANSWERS["faulty"])
    step_, _ = right_step("faulty", str(faulty.messages[0]["content"]))
    wrong_step = next(n for n in "123" if n != step_)
    demand = {"rule": "word_max", "params": {"n": 30}, "statement": "At most 30 words."}
    sensitive = fine["what counts most"].pair
    letter = str(sensitive.instruction.facts["key"])
    study = {**LOANS, "question": f"According to the study, books are carried home. {LOANS['question']}"}
    earth = {
        **LOANS,
        "leaves": [
            leaf("radius", "radius of the earth", 6300, 6400, "km"),
            leaf("way", "way round for each radius", 6.2, 6.4, ""),
            leaf("once", "times round", 1, 1.01, ""),
        ],
        "steps": [step("round_", "radius * way * once", "km")],
        "question": "What is the circumference of the earth, in kilometres, roughly? I have to draw it to scale on a wall.",
    }
    earth["other"] = {
        "leaves": [
            leaf("day", "speed of the ground at the equator", 1500, 1800, "km / hour"),
            leaf("hours", "length of a day", 24, 24, "hour"),
        ],
        "steps": [step("round_", "day * hours", "km")],
    }
    return {
        "a product that doesn't hold": Case(with_answer(plain, answer.replace("= 180,000 books", "= 18,000 books")), 70.0, "chain_holds"),
        "a power of ten in a unit": Case(with_answer(plain, answer.replace("72 tonnes", "720 tonnes").replace("70 tonnes", "700 tonnes").replace("30 and 200", "300 and 2,000")), 70.0, "chain_holds"),
        "litres become kilowatt hours": Case(with_answer(plain, answer.replace("180,000 books a year × 0.4 kg = 72 tonnes a year", "180,000 books a year × 0.4 kg = 72 tonnes a year\n72,000 kg / 1,000 = 72 kWh")), 70.0, "chain_holds"),
        "another figure than its chain": Case(with_answer(plain, answer.replace("**About 70 tonnes a year.**", "**About 200 tonnes a year.**")), 70.0, "final_follows"),
        "no reckoning": Case(with_answer(plain, "It hangs on how much people read, and they read a good deal; between 30 and 200 tonnes. **About 70 tonnes a year.**"), 70.0, "chain_shown"),
        "figures that are nothing": Case(with_answer(plain, "80,000 × 0.15 = 12,000\n12,000 × 6 = 72,000\n\nBetween 30,000 and 200,000 kg. **About 70 tonnes a year.**"), 70.0, "chain_shown"),
        "too many digits": Case(with_answer(plain, answer.replace("**About 70 tonnes a year.**", "**71.94 tonnes a year.**")), 70.0, "no_pretence"),
        "no word on how far off": Case(with_answer(plain, answer.replace(" so anything between 30 and 200 tonnes would not surprise me;", "")), 70.0, "no_pretence"),
        "a factor of fifty off": Case(with_answer(plain, answer.replace("× 15 books a year = 180,000", "× 750 books a year = 9,000,000").replace("180,000 books a year × 0.4 kg = 72", "9,000,000 books a year × 0.4 kg = 3,600").replace("15 books each", "750 books each").replace("30 and 200", "1,000 and 9,000").replace("About 70", "About 3,600")), 70.0, "answer_is_key"),
        "the blind come out elsewhere": Case(plain, 9000.0, "blind_agreement"),
        "between key and blind": Case(with_answer(plain, answer.replace("× 0.4 kg = 72", "× 0.05 kg = 9").replace("0.4 kg a book", "0.05 kg a book").replace("30 and 200", "4 and 30").replace("About 70", "About 9")), 500.0, "near_others"),
        "a dimension that doesn't come out": Case(replaced(plain, tree={**plain.instruction.facts["tree"], "steps": steps}), 70.0, "tree_holds"),
        "a key that isn't the tree's": Case(replaced(plain, value=7600.0), 70.0, "tree_holds"),
        "routes a hundred times apart": Case(replaced(plain, other=far), 70.0, "routes_agree"),
        "water as light as air": Case(made("mass", {**LOANS, "leaves": heavy, "steps": [LOANS["steps"][0], step("mass", "books * weight * density * space", "t / year")]}, answer), 70.0, "leaves_plausible"),
        "known by heart": Case(made("size", earth, "One radius is 6,400 km, as on any globe, and the way round is 6.3 of them.\n\n6,400 km × 6.3 = 40,000 km\n\nBetween 38,000 and 42,000 km. **About 40,000 km.**"), 40000.0, "leaves_plausible"),
        "published under its name": Case(plain, 70.0, "worth_estimating", {"newcomer": {"quote": "how many tonnes of books do readers carry home", "because": "every report has it", "known": True}}),
        "the idle number is used": Case(with_answer(fine["an idle number"].pair, answer.replace("80,000 people × 15 % = 12,000 readers", "1,400 m² × 8.6 readers/m² = 12,000 readers")), 70.0, "idle_left_alone"),
        "one route only": Case(made("two_routes", drafts.TWO_ROUTES, answer), 70.0, "both_routes"),
        "the wrong step": Case(with_answer(faulty, str(faulty.messages[1]["content"]).replace(f"**step {step_}**", f"**step {wrong_step}**")), None, "answer_is_key"),
        "the wrong letter": Case(with_answer(sensitive, str(sensitive.messages[1]["content"]).replace(f"**{letter}**", f"**{'A' if letter != 'A' else 'B'}**")), None, "answer_is_key"),
        "bounds that miss the middle": Case(with_answer(fine["bounds"].pair, ANSWERS["bounds"].replace("= 300 tonnes", "= 300 tonnes").replace("**between 20 and 300", "**between 20 and 30")), {"low": 15.0, "high": 500.0}, "answer_is_key"),
        "points at a study": Case(made("resource", study, answer), 70.0, "question_stands_alone"),
        "leans on a text": Case(with_answer(plain, f"According to the passage, one reads much. {answer}"), 70.0, "answer_stands_alone"),
        "an invented fact": Case(with_answer(plain, f"By a law of 1902 nobody may carry more than nine books. {answer}"), 70.0, "answer_supported", invented=("By a law of 1902 nobody may carry more than nine books",)),
        "a refusal": Case(with_answer(plain, "I'm sorry, but as an AI language model I can't estimate this."), 70.0, "answers_at_all"),
        "the format is broken": Case(made("resource", LOANS, answer, demands=[demand]), 70.0, "format_kept"),
    }  # fmt: skip


def replaced(pair: Pair, **facts: Any) -> Pair:
    instruction = replace(pair.instruction, facts={**pair.instruction.facts, **facts})
    return replace(pair, instruction=instruction)


def with_answer(pair: Pair, answer: str) -> Pair:
    return replace(pair, messages=(*pair.messages[:-1], {"role": "assistant", "content": answer}))


def honest(case: Case) -> ScriptedClient:
    """Others who know only what they are shown, and judge rightly."""
    facts = case.pair.instruction.facts

    def solve(request: Request) -> str:
        paper, truth = str(request.messages[-1].content), case.truth
        if facts["form"] in ("faulty", "rivals"):
            step_, right = right_step(str(facts["form"]), paper)
            truth = {"step": step_ or "none", "right": right}
        elif "options" in facts:
            truth = right_letter(str(facts["form"]), paper)
        return json.dumps({"thought": "Worked out once more.", "answerable": True, "answer": truth})

    def read(request: Request) -> dict[str, Any]:
        said = reading(request, same=False, invented=case.invented)
        return {name: case.says.get("reader", {}).get(name, value) for name, value in said.items()}

    newcomer = {**FINE, **case.says.get("newcomer", {})}
    return ScriptedClient({"solver": solve, "grader": read, "examiner": read, "newcomer": lambda request: newcomer})


def judged(case: Case) -> Verdict:
    return asyncio.run(verdict_of(skill, case.pair, honest(case)))


def main() -> None:
    """Print which check catches which fault, and what good pairs trip over."""
    print(*catches(good(), bad(), judged), sep="\n")


if __name__ == "__main__":
    main()
