"""Dealt puzzles in the program's own words, with names from its lists: a small model is asked for nothing.

What a model of a few billion parameters writes of a puzzle leaves rules out and adds others (measured on 1.5B with
problems in words): so it only solves them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from teams.brain_teaser.forms import put
from teams.brain_teaser.puzzles import Deal

_PEOPLE = "Ada Ben Cleo Dora Emil Finn Greta Hugo Ines Jona Kit Lena Milo Nora Otto Petra Rosa Sven Tilda Uwe".split()  # noqa: SIM905
_COLOURS = "red blue green white black brown yellow grey".split()  # noqa: SIM905
_PERSON = ""
"""A slot that a person's name fills."""
_ROLES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "one_reading": {"S": ("sacks", "crates", "tins", "rolls"), "T": ("coins", "screws", "buttons", "beads", "nails")},
    "surety": {"D": ("a drawer", "a chest", "a dark cupboard", "a bag"), "G": (_PERSON,),
               "Y": ("buttons", "socks", "candles", "marbles", "gloves for the left hand", "pencils")},
    "clock": {"C": ("the church clock", "the kitchen clock", "the clock at the station", "the school clock")},
    "calendar": {"P": (_PERSON,), "D": ("the watering", "the round of the locks", "a blood test", "a dive")},
    "ages": {"P": (_PERSON,)},
    "siblings": {"F": ("Berg", "Okafor", "Lindqvist", "Marin", "Tanaka", "Novak")},
    "taking": {"T": ("pebbles", "beans", "chestnuts", "nuts", "coins"), "A": (_PERSON,), "B": (_PERSON,)},
    "together": {"A": ("a notebook", "a kite", "a cup"), "B": ("a pencil", "a string", "a spoon")},
    "doubling": {"X": ("moss", "a mould", "ice", "duckweed"), "Y": ("a roof", "a wall", "a pool", "a window")},
    "machines": {"W": ("bakers", "looms", "presses", "printers"), "P": ("loaves", "cloths", "lids", "posters")},
    "climb": {"X": ("a beetle", "a frog", "a toy robot"), "Y": ("a post", "a chimney", "a dam", "a lift shaft")},
    "cuts": {"A": (_PERSON,), "X": ("beam", "pipe", "plank", "rod")},
    "knockout": {"P": ("fencers", "players of chess", "wrestlers", "players of darts")},
    "empties": {"A": (_PERSON,), "X": ("bottles of juice", "gas cartridges", "jars of honey", "candles")},
    "there_and_back": {"A": (_PERSON,), "X": ("the village", "the mill", "the camp"), "Y": ("the harbour", "the pass")},
    "up_and_down": {"X": ("a coat", "the rent", "a season ticket", "a bicycle")},
    "digits": {"A": (_PERSON,), "X": ("lockers", "seats", "pages", "garden plots")},
    "half": {"X": ("a cheese", "an anvil", "a sack of salt", "a stone")},
    "all_but": {"A": (_PERSON,), "X": ("sheep", "records", "chairs", "stamps")},
}  # fmt: skip


def can_say(one: Deal) -> bool:
    """Say whether there are names for all that a puzzle names."""
    known = _ROLES.get(str(one.data.get("sort", "")), _ROLES.get(one.puzzle, {}))
    return all(slot[0] in known for slot in one.telling.slots)


def plain_item(one: Deal, random: Random) -> dict[str, Any]:
    """Return a puzzle as an item of its form, said rule by rule."""
    known = _ROLES.get(str(one.data.get("sort", "")), _ROLES.get(one.puzzle, {}))
    people, nouns = random.sample(_PEOPLE, len(_PEOPLE)), {role: random.choice(of) for role, of in known.items()}
    names = {}
    for slot in one.telling.slots:
        noun = nouns[slot[0]]
        coloured = f"{_COLOURS[(int(slot[1:]) - 1) % len(_COLOURS)]} {noun}" if slot[1:] and noun else noun
        names[slot] = coloured or people.pop()
    said = [_begun(put(rule, names)) for rule in (*one.telling.rules, one.telling.ask)]
    given = [{"slot": slot, "name": name} for slot, name in names.items()]
    return {"idea": "said plainly, rule by rule", "names": given, "question": " ".join(said)}


def _begun(sentence: str) -> str:
    """A sentence that begins with a name begins with a capital."""
    return re.sub(r"^[a-z]", lambda first: first[0].upper(), sentence)
