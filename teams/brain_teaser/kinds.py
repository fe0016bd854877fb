"""What brain teasers are made of: eight transformations, 37 kinds of puzzle, eight goals of refinement.

The paper names the skill and describes none of it. Lateral stories, sentence and word puzzles and their two
reconstructions are BRAINTEASER's (SemEval 2024), riddles with options RiddleSense's, sums that trap the Cognitive
Reflection Test's; the rest is the stock of two centuries of puzzle books, after Loyd, Dudeney, Carroll, Smullyan and
Gardner. Which kinds suit which matter is ours.

25 kinds are dealt: a program draws an instance and proves its solution by search before a word is written. Two more are
checked letter by letter. The others have a solution that nobody can compute: blind solvers, and a referee who reads
what else they came to.
"""

from __future__ import annotations

from typing import Any

from teams.brain_teaser.forms import (
    DEALT,
    DETAIL,
    FLAWED,
    HIDDEN,
    PUZZLED,
    PUZZLED_FIVE,
    REBUS,
    RIDDLE,
    STEPS,
    STORY,
    with_attempt,
    with_herring,
)
from teams.brain_teaser.looks import has_lines, has_people, has_words
from teams.brain_teaser.puzzles import PUZZLES
from teams.brain_teaser.words import script
from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.engine.stages.forms import Form


def _made(name: str, words: tuple[int, int], source: str = "ours", **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), source, words, **how)


TRANSFORMATIONS = (
    _made("theme", (120, 320)),
    _made("assumptions", (180, 480)),
    _made("scenario", (120, 340)),
    _made("cast", (130, 360), looks=has_people),
    _made("word_list", (180, 520), looks=has_words),
    _made("double_meanings", (140, 420), looks=has_lines),
    _made("curious_facts", (130, 380), looks=has_lines),
    _made("identity", (0, 0), "paper", is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""A small model's matter is the text again, worse (measured on 1.5B with other skills)."""

_WORDED = "semantic_reconstruction context_reconstruction red_herring"
_RIDDLED = f"{_WORDED} prove_unique"
BOTH = ("calculator", "run_python")


def _dealt(name: str, source: str, *, small: bool = False, proof: bool = True) -> Asking:
    """A kind whose puzzles are dealt: its goals follow from what can be dealt of it."""
    puzzle = PUZZLES[name]
    goals = [*_WORDED.split(), *(["prove_unique"] if proof else [])]
    twisted = {"twin": "near_twin", "unsolvable": "unsolvable", "harder": "harder"}
    goals += [twisted[twist] for twist in puzzle.twists]
    goals += ["own_attempt"] if puzzle.is_tempting else []
    return Asking(name, script.brief(name), source, DEALT, BOTH, small, tuple(goals), per_chat=1)


def _told(name: str, source: str, form: Form, goals: str = _RIDDLED) -> Asking:
    return Asking(name, script.brief(name), source, form, (), False, tuple(goals.split()))


KINDS = (
    _dealt("crossing", "Alcuin"),
    _dealt("bridge", "Rote"),
    _dealt("pouring", "Tartaglia"),
    _dealt("odd_one", "Dyson"),
    _dealt("one_reading", "Gardner", small=True),
    _dealt("liars", "Smullyan"),
    _dealt("who_knows", "dynamic epistemic logic"),
    _dealt("letter_sum", "Dudeney"),
    _dealt("missing_signs", "Dudeney"),
    _dealt("matches", "ours"),
    _dealt("number_row", "OEIS", small=True, proof=False),
    _dealt("cipher", "Gardner", proof=False),
    _dealt("anagram", "ours", proof=False),
    _dealt("chance", "Gardner", proof=False),
    _dealt("surety", "ours", small=True),
    _dealt("painted_block", "Gardner", proof=False),
    _dealt("rolled_die", "Gardner", proof=False),
    _dealt("clock", "Carroll", small=True, proof=False),
    _dealt("calendar", "Carroll", small=True, proof=False),
    _dealt("ages", "Loyd", small=True),
    _dealt("siblings", "Loyd", small=True),
    _dealt("census", "Gardner"),
    _dealt("taking", "Bouton", small=True),
    _dealt("heaps", "Bouton"),
    _dealt("trick", "CRT", small=True, proof=False),
    _told("lateral_story", "BRAINTEASER", STORY),
    _told("riddle", "RiddleSense", RIDDLE),
    _told("wordplay", "BRAINTEASER", RIDDLE, "semantic_reconstruction context_reconstruction prove_unique"),
    _told("rebus", "ours", REBUS, "harder"),
    _told("hidden_word", "ours", HIDDEN, "context_reconstruction harder"),
    _told("letter_steps", "Carroll", STEPS, "semantic_reconstruction harder"),
    _told("sentence_choice", "BRAINTEASER", PUZZLED, f"{_WORDED} near_twin harder"),
    _told("word_choice", "BRAINTEASER", PUZZLED, f"{_WORDED} near_twin"),
    _told("riddle_choice", "RiddleSense", PUZZLED_FIVE, f"{_WORDED} harder"),
    _told("impossible_detail", "ours", DETAIL),
    _told("paradox", "ours", FLAWED, "semantic_reconstruction context_reconstruction"),
    _told("false_reckoning", "ours", FLAWED, "semantic_reconstruction context_reconstruction red_herring"),
)

_SUITED = {
    "theme": """
        crossing pouring odd_one one_reading matches number_row chance surety painted_block rolled_die taking heaps
        trick riddle riddle_choice clock
        """,
    "assumptions": """
        lateral_story sentence_choice impossible_detail trick chance paradox false_reckoning surety calendar
        """,
    "scenario": """
        crossing bridge pouring odd_one one_reading liars who_knows chance surety taking heaps false_reckoning
        lateral_story missing_signs
        """,
    "cast": "liars who_knows bridge ages siblings census taking heaps calendar crossing impossible_detail",
    "word_list": """
        letter_sum cipher anagram hidden_word letter_steps rebus word_choice missing_signs matches number_row
        """,
    "double_meanings": "wordplay riddle word_choice rebus letter_steps lateral_story paradox hidden_word",
    "curious_facts": """
        riddle riddle_choice impossible_detail lateral_story sentence_choice clock calendar paradox rolled_die
        painted_block
        """,
    "identity": " ".join(kind.name for kind in KINDS),
}
SUITS = {matter: tuple(kinds.split()) for matter, kinds in _SUITED.items()}
"""Which kinds of puzzle suit which matter."""


def _aims(name: str, source: str, **how: Any) -> Goal:
    return Goal(name, script.brief(name), source, **how)


GOALS = (
    _aims("semantic_reconstruction", "BRAINTEASER"),
    _aims("context_reconstruction", "BRAINTEASER"),
    _aims("red_herring", "ours", refit=with_herring),
    _aims("near_twin", "ours"),
    _aims("unsolvable", "paper", is_answerable=False),
    _aims("harder", "paper"),
    _aims("prove_unique", "ours"),
    _aims("own_attempt", "ours", refit=with_attempt),
)
