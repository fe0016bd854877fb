"""The few words a program puts into a question by itself, in the languages it knows them in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from teams.engine.tongue import tongue


@dataclass(frozen=True)
class Joined:
    """How some of several statements are named: "I only", "I and III only", "I, II and III"."""

    only: str
    last: str
    comma: str = ", "


JOINED = {
    "en": Joined("{} only", " and "),
    "de": Joined("nur {}", " und "),
    "fr": Joined("{} seulement", " et "),
    "es": Joined("solo {}", " y "),
    "it": Joined("solo {}", " e "),
    "pt": Joined("apenas {}", " e "),
    "nl": Joined("alleen {}", " en "),
    "zh": Joined("只有{}", "和", "、"),
    "ja": Joined("{}のみ", "と", "、"),
}
_ALL_SAID = 3
"""From so many statements on, the combination of them is not called "only"."""


def combination(members: Sequence[str], item: str) -> str:
    """Name some of several statements, in the language of `item`; where that is not known, by commas alone."""
    words = JOINED.get(tongue(item))
    if words is None:
        return ", ".join(members)
    *first, last = members
    said = f"{words.comma.join(first)}{words.last}{last}" if first else last
    return said if len(members) >= _ALL_SAID else words.only.format(said)


@dataclass(frozen=True)
class Grid:
    """An assertion and a reason: their labels, and the five things that may hold of them."""

    assertion: str
    reason: str
    options: tuple[str, str, str, str, str]


GRIDS = {
    "en": Grid("Assertion (A)", "Reason (R)", (
        "Both A and R are true, and R is the correct explanation of A",
        "Both A and R are true, but R is not the correct explanation of A",
        "A is true, but R is false",
        "A is false, but R is true",
        "Both A and R are false",
    )),
    "de": Grid("Behauptung (A)", "Begründung (R)", (
        "A und R sind wahr, und R ist die richtige Erklärung für A",
        "A und R sind wahr, aber R ist nicht die richtige Erklärung für A",
        "A ist wahr, aber R ist falsch",
        "A ist falsch, aber R ist wahr",
        "A und R sind falsch",
    )),
    "fr": Grid("Affirmation (A)", "Raison (R)", (
        "A et R sont vraies, et R est l'explication correcte de A",
        "A et R sont vraies, mais R n'est pas l'explication correcte de A",
        "A est vraie, mais R est fausse",
        "A est fausse, mais R est vraie",
        "A et R sont fausses",
    )),
    "es": Grid("Afirmación (A)", "Razón (R)", (
        "A y R son verdaderas, y R es la explicación correcta de A",
        "A y R son verdaderas, pero R no es la explicación correcta de A",
        "A es verdadera, pero R es falsa",
        "A es falsa, pero R es verdadera",
        "A y R son falsas",
    )),
    "it": Grid("Asserzione (A)", "Ragione (R)", (
        "A e R sono vere, e R è la spiegazione corretta di A",
        "A e R sono vere, ma R non è la spiegazione corretta di A",
        "A è vera, ma R è falsa",
        "A è falsa, ma R è vera",
        "A e R sono false",
    )),
    "pt": Grid("Asserção (A)", "Razão (R)", (
        "A e R são verdadeiras, e R é a explicação correta de A",
        "A e R são verdadeiras, mas R não é a explicação correta de A",
        "A é verdadeira, mas R é falsa",
        "A é falsa, mas R é verdadeira",
        "A e R são falsas",
    )),
    "nl": Grid("Bewering (A)", "Reden (R)", (
        "A en R zijn waar, en R is de juiste verklaring van A",
        "A en R zijn waar, maar R is niet de juiste verklaring van A",
        "A is waar, maar R is onwaar",
        "A is onwaar, maar R is waar",
        "A en R zijn onwaar",
    )),
}  # fmt: skip


def grid_of(item: str) -> Grid | None:
    """Return the grid in the language of an item, None where there is none in it; English if that can't be told."""
    return GRIDS.get(tongue(item) or "en")
