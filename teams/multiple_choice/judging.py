"""What is asked about an item whose key was found blind: could another option be defended, can the key be guessed?

Both are cheap. Whoever sits a paper names the options they think could be defended too, at no further call; only those
go to an advocate, in one call. A guess without the question costs one short call, a second and third only after a hit.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

from teams.engine.flow import Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.forms.form import LETTERS
from teams.engine.stages.invigilate import Invigilator
from teams.engine.verdict import Finding
from teams.multiple_choice.checks import form_of
from teams.multiple_choice.words import script

ADVOCATE = script.role("advocate", hears=("task",), max_tokens=900, temperature=0.3)
GUESSER = script.role("guesser", hears=("task",), max_tokens=200, temperature=0.7)
GUESSES = 3
"""Guesses that all have to hit before a key counts as given away: by luck that is one item of 27 to a thousand."""
CONTESTED = 3
"""Options an advocate speaks for at most."""


async def second_look(scene: Scene, pair: Pair, sittings: Invigilator) -> list[Finding]:
    """Return what was found of a second key and of guessing. A small model's opinion of either is worth nothing."""
    if scene.small:
        return []
    findings = [await _no_second_key(scene, pair, sittings)]
    form = form_of(pair)
    if form and form.hides_key and not pair.instruction.facts.get("last_stays") and findings[0].passed:
        findings.append(await _not_guessable(scene, pair))
    return findings


async def _no_second_key(scene: Scene, pair: Pair, sittings: Invigilator) -> Finding:
    facts = pair.instruction.facts
    labels = contested(facts["key"], sittings)[:CONTESTED]
    if not labels:
        return Finding("no_second_key", True, f"none of {len(sittings.given)} solvers saw another option", "model")
    case = closed(
        {
            "option": {"enum": labels},
            "case": text(10, 500, "the strongest honest case for it"),
            "against": text(10, 400, "what speaks against it"),
            "holds": {"type": "boolean", "description": "would a fair board of examiners accept it?"},
        }
    )
    form = closed({"cases": several(case, len(labels), len(labels), "one for each contested option")})
    task = f"The question:\n{facts['ask']}\n\nCounts as right: {_listed(facts['key'])}\nContested: {', '.join(labels)}"
    said = json.loads(await scene.ask(Seat(ADVOCATE, schema=form), task))
    held = [one for one in said["cases"] if one["holds"]]
    if held:
        shown = "; ".join(f"{one['option']} could be defended: {one['case']}" for one in held)
        return Finding("no_second_key", False, shown[:500], "model")
    first = said["cases"][0]
    return Finding("no_second_key", True, f"{first['option']} was contested; {first['against']}"[:400], "model")


def contested(key: Any, sittings: Invigilator) -> list[str]:
    """Return the labels that solvers doubted, or chose in place of the key; the most doubted first."""
    right = set(key) if isinstance(key, list) else {key}
    doubted: Counter[str] = Counter()
    for given in sittings.given:
        chosen = given["answer"] if isinstance(given["answer"], list) else [given["answer"]]
        # Where several are right, each statement that a solver took otherwise is a doubt.
        astray = set(chosen) ^ right if isinstance(key, list) else set(chosen) - right
        doubted.update({label for label in (*given.get("doubtful", ()), *astray) if label})
    named = doubted if isinstance(key, list) else {label: n for label, n in doubted.items() if label not in right}
    return sorted(named, key=lambda label: (-named[label], label))


async def _not_guessable(scene: Scene, pair: Pair) -> Finding:
    facts = pair.instruction.facts
    count = len(facts["options"])
    why = ""
    for number in range(1, GUESSES + 1):
        order = scene.random.sample(range(count), count)
        lines = "\n".join(f"{LETTERS[place]}. {facts['options'][n]}" for place, n in enumerate(order))
        letters = list(LETTERS[:count])
        form = closed({"because": text(5, 200, "what gave it away, or that nothing did"), "guess": {"enum": letters}})
        said = json.loads(await scene.ask(Seat(GUESSER, schema=form), lines))
        guess = facts["labels"][order[letters.index(said["guess"])]]
        if guess != facts["key"]:
            return Finding("key_not_guessable", True, f"without the question, guess {number} was {guess}", "model")
        why = said["because"]
    return Finding(
        "key_not_guessable", False, f"{GUESSES} of {GUESSES} guesses without the question hit: {why}", "model"
    )


def _listed(key: Any) -> str:
    return ", ".join(key) if isinstance(key, list) else str(key)
