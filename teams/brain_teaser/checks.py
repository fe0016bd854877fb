"""What a brain teaser has to pass: its proof again, words held against rules, plans carried out, rivals read."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from teams.brain_teaser.dealing import IMPOSSIBLE, facts_of
from teams.brain_teaser.forms import Dealt, Hidden, Riddle, Steps
from teams.brain_teaser.forms.worded import follows, hidden_faults
from teams.brain_teaser.kinds import KINDS
from teams.brain_teaser.puzzles import PUZZLES, proven
from teams.brain_teaser.words import script
from teams.engine.checks import general_text_checks
from teams.engine.checks.conversation import judged, short, words_of
from teams.engine.checks.leaks import stands_alone
from teams.engine.checks.quotes import locate
from teams.engine.flow import Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.checks import answer_stands_alone, answers_of, format_kept, in_the_language
from teams.engine.stages.forms import closed, same, several, text
from teams.engine.stages.forms.short import words
from teams.engine.stages.material import shown
from teams.engine.verdict import Check, Finding

BY_NAME = {kind.name: kind for kind in KINDS}
COLLATOR = script.role("collator", hears=("task",), max_tokens=1500, temperature=0.0)
TRANSCRIBER = script.role("transcriber", hears=("task",), max_tokens=900, temperature=0.0)
GUESSER = script.role("guesser", hears=("task",), max_tokens=500, temperature=0.8)
REFEREE = script.role("referee", hears=("task",), max_tokens=500, temperature=0.0)
GUESSES = 3
_SHORTEST = 40
"""Characters of an answer that shows how it comes about."""
_GUESS = closed({"thought": text(10, 700, "what you tried"), "answer": text(1, 600, "your solution")})
_REFEREED = closed(
    {
        "quote": text(
            0, 300, "the statement of the puzzle that rules the other solution out, exactly; empty if none does"
        ),
        "because": text(5, 400, "why it does, or why nothing does"),
        "same": {"type": "boolean", "description": "both say the same solution"},
        "as_good": {
            "type": "boolean",
            "description": "it is another solution, and every statement is true with it too",
        },
    }
)
_BEYOND = closed({"quote": text(3, 300, "words of the puzzle, exactly"), "because": text(5, 300, "what it changes")})
_PLANS = ("crossing", "bridge", "pouring")
_MOVES = {
    "crossing": "One list a crossing, of the numbers of those who go beside the one who ferries; an empty list: alone.",
    "bridge": "One list a walk over or back, of the numbers of those who walk.",
    "pouring": "One list a step, of two numbers: from which vessel into which; 0 is the tap or the drain.",
}


def puzzle_stands_alone(pair: Pair) -> Iterable[Finding]:
    """The puzzle points at nothing that its reader can't see, and its words are not the seed's."""
    found = stands_alone(str(pair.instruction.facts["ask"]), source=pair.instruction.passage.text)
    faults = [f"{short(fault)!r} points at what is not there" for fault in found]
    yield judged("puzzle_stands_alone", faults, "points at nothing outside")


def one_solution(pair: Pair) -> Iterable[Finding]:
    """The search over the instance is made again: it ends in the key and in nothing else, or in nothing at all."""
    facts = pair.instruction.facts
    if "puzzle" not in facts:
        return
    again = proven(PUZZLES[facts["puzzle"]], facts["data"], facts["twist"])
    if again is None:
        found = PUZZLES[facts["puzzle"]].solutions(facts["data"])
        wanted = "none" if facts["twist"] == "unsolvable" else "one"
        yield Finding("one_solution", False, f"{len(found)} solutions (or more), and it is to have {wanted}")
        return
    key = facts_of(again, facts["names"])["key"]
    faults = [] if key == facts["key"] else [f"the search comes to {key}, the key says {facts['key']}"]
    solved = f"searched to the end: {key}, and no other" if key != IMPOSSIBLE else "searched to the end: no solution"
    yield judged("one_solution", faults, f"{facts['puzzle']} {json.dumps(facts['data'])[:200]}: {solved}")


def all_said(pair: Pair) -> Iterable[Finding]:
    """Names and what has to stand sign for sign are in the puzzle."""
    facts = pair.instruction.facts
    if "puzzle" not in facts:
        return
    telling = PUZZLES[facts["puzzle"]].telling(facts["data"])
    asked = str(facts["ask"])
    faults = [f"{line!r} is not there" for line in telling.exact if line not in asked]
    faults += [f"[{slot}] has no name" for slot in telling.slots if not facts["names"].get(slot)]
    yield judged("all_said", faults, f"{len(telling.slots)} names, {len(telling.exact)} exact lines")


def letters_hold(pair: Pair) -> Iterable[Finding]:
    """Hidden words are there, once; words become one another as it is said."""
    facts = pair.instruction.facts
    form, made = BY_NAME[pair.kind].form, facts.get("made_of", {})
    if isinstance(form, Hidden):
        yield judged(
            "letters_hold", list(hidden_faults(facts["key"], made["sentence"])), f"{facts['key']} is hidden once"
        )
    if isinstance(form, Steps):
        before, faults = facts["key"], []
        for step in made["steps"]:
            if not follows(before, step["how"], step["gives"]):
                faults.append(f"{step['gives']!r} does not come of {before!r} by {step['how']}")
            before = step["gives"]
        yield judged("letters_hold", faults, f"{len(made['steps'])} steps, letter by letter")


def clues_stand(pair: Pair) -> Iterable[Finding]:
    """Every clue that the solution accounts for stands in the puzzle, and so does what rules the rivals out."""
    facts = pair.instruction.facts
    if "clues" not in facts:
        return
    quotes = [clue["quote"] for clue in facts["clues"]] + [rival["excluded_by"] for rival in facts["rivals"]]
    faults = [
        f"{short(quote)!r} does not stand in the puzzle" for quote in quotes if locate(quote, facts["ask"]) is None
    ]
    yield judged("clues_stand", faults, f"{len(facts['clues'])} clues, {len(facts['rivals'])} rivals ruled out")


def solution_told(pair: Pair) -> Iterable[Finding]:
    """The answer of a riddle names its solution."""
    facts, form = pair.instruction.facts, BY_NAME[pair.kind].form
    if isinstance(form, Riddle) and form.hides_key:
        solutions = [facts["key"], *facts.get("also", ())]
        told = any(_names(answer, one) for answer in answers_of(pair) for one in solutions)
        yield judged("solution_told", [] if told else [f"{facts['key']!r} is not in it"], f"names {facts['key']!r}")


def _names(answer: str, solution: str) -> bool:
    return f" {' '.join(words(solution))} " in f" {' '.join(words(answer))} "


def working_shown(pair: Pair) -> Iterable[Finding]:
    """The answer shows how its result comes about."""
    faults = [f"{len(said)} characters: no working" for said in answers_of(pair) if len(said.strip()) < _SHORTEST]
    yield judged("working_shown", faults, "says more than its result")


CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    puzzle_stands_alone,
    answer_stands_alone,
    one_solution,
    all_said,
    letters_hold,
    clues_stand,
    solution_told,
    working_shown,
    format_kept,
    in_the_language,
)


async def read_by_others(scene: Scene, pair: Pair) -> list[Finding]:
    """Hold the words of a dealt puzzle against its rules, carry a plan out, or let others solve"
    " what can't be computed."""
    form = BY_NAME[pair.kind].form
    if scene.small:
        return []
    if isinstance(form, Dealt):
        findings = [await _rules_said(scene, pair)]
        facts = pair.instruction.facts
        if findings[0].passed and facts["puzzle"] in _PLANS and facts.get("answerable", True):
            findings.append(await _plan_works(scene, pair))
        return findings
    return [await _alone(scene, pair)] if isinstance(form, Riddle) else []


async def _rules_said(scene: Scene, pair: Pair) -> Finding:
    facts = pair.instruction.facts
    rules, asked = facts["rules"], str(facts["ask"])
    beside = facts.get("herring") or facts.get("attempt")
    told = "\n".join(f"{n}. {rule}" for n, rule in enumerate(rules, 1))
    extra = f"\n\nThis stands in it on purpose and is no rule: {beside!r}" if beside else ""
    quote = text(0, 600, "the words of the puzzle that say it, exactly; empty if none do")
    rule = closed(
        {
            "number": {"type": "integer", "minimum": 1, "maximum": len(rules)},
            "quote": quote,
            "said": {"type": "boolean"},
        }
    )
    schema = closed({"rules": several(rule, len(rules), len(rules)), "beyond": several(_BEYOND, 0, 3)})
    task = f"The puzzle:\n{shown(asked, 'puzzle')}\n\nThe rules:\n{told}{extra}"
    reply = json.loads(await scene.ask(Seat(COLLATOR, schema=schema), task))
    # What is said has to be shown; what is beyond the rules as well.
    said = {one["number"] for one in reply["rules"] if one["said"] and _stands(one["quote"], asked)}
    lost = [f"rule {n} is not said: {short(rule_)}" for n, rule_ in enumerate(rules, 1) if n not in said]
    beyond = [one for one in reply["beyond"] if locate(one["quote"], asked) is not None]
    lost += [f"beyond the rules: {short(one['quote'])!r}: {one['because']}" for one in beyond]
    return Finding(
        "rules_said", not lost, "; ".join(lost[:3]) or f"all {len(rules)} rules are said, and nothing beside", "model"
    )


def _stands(quote: str, asked: str) -> bool:
    """Whether a quotation stands in a text, be it in pieces."""
    parts = [part.strip() for part in quote.replace("…", "...").split("...") if part.strip()]
    return bool(parts) and all(locate(part, asked, any_case=True) is not None for part in parts)


async def _plan_works(scene: Scene, pair: Pair) -> Finding:
    """Have the plan written down as data, and carry it out."""
    facts, answer = pair.instruction.facts, words_of(pair.messages[-1])
    puzzle = PUZZLES[facts["puzzle"]]
    first = {"crossing": "T", "bridge": "P", "pouring": "V"}[puzzle.name]
    signs = "\n".join(f"{slot[1:]} is {name}" for slot, name in facts["names"].items() if slot[0] == first and slot[1:])
    most = len(facts["solution"]["plan"]) + 6
    moves = several(several({"type": "integer", "minimum": 0, "maximum": 9}, 0, 4), 0, most, _MOVES[puzzle.name])
    task = (
        f"The puzzle:\n{facts['ask']}\n\nThe signs:\n{signs}\n{_MOVES[puzzle.name]}\n\n"
        f"The answer:\n{shown(answer, 'answer')}"
    )
    reply = json.loads(await scene.ask(Seat(TRANSCRIBER, schema=closed({"moves": moves})), task))
    fault = replay(puzzle.name, facts["data"], reply["moves"])
    return Finding(
        "plan_works", not fault, fault or f"{len(reply['moves'])} moves carried out: {reply['moves']}", "program"
    )


def replay(name: str, data: Any, moves: Sequence[Any]) -> str:
    """Carry out a plan that was written down; say what is wrong with it."""
    if not moves:
        return "it gives no plan"
    fault = PUZZLES[name].replayed(data, moves)
    return fault or ""


async def _alone(scene: Scene, pair: Pair) -> Finding:
    """Ask others for their solution, and a referee of those that differ whether they are as good."""
    facts = pair.instruction.facts
    asked, solutions = str(facts["ask"]), [facts["key"], *facts.get("also", ())]
    alike, ruled_out = 0, []
    for number in range(GUESSES):
        task = f"{asked}\n" if not number else f"{asked}\n\n(This is attempt {number + 1} of different people.)"
        guess = json.loads(await scene.ask(Seat(GUESSER, schema=_GUESS), task))["answer"].strip()
        if any(same(guess, one) for one in solutions):
            alike += 1
            continue
        said = await _refereed(scene, asked, str(facts["key"]), guess)
        if said["same"]:
            alike += 1
        elif locate(said["quote"], asked) is None or said["as_good"]:
            # Who rules a rival out has to show by which words.
            return Finding("one_solution", False, f"{short(guess)!r} does as well: {said['because']}", "model")
        else:
            ruled_out.append(f"{short(guess)!r} by {short(said['quote'])!r}")
    is_fair = alike > 0
    seen = f"{alike} of {GUESSES} blind solvers find it" + f"; ruled out: {'; '.join(ruled_out)}" * bool(ruled_out)
    return Finding("one_solution", is_fair, seen, "model")


async def _refereed(scene: Scene, asked: str, key: str, guess: str) -> Any:
    task = (
        f"The puzzle:\n{asked}\n\nThe author's solution:\n{shown(key, 'author')}\n\n"
        f"The other solution:\n{shown(guess, 'other')}"
    )
    return json.loads(await scene.ask(Seat(REFEREE, schema=_REFEREED), task))
