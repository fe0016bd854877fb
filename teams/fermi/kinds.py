"""What estimating is made of: eight transformations, 24 kinds of question, ten goals of refinement.

The paper names the skill and describes none of it. The subjects follow Weinstein and Adam's book of estimates and the
questions of RealFP (Kalyan et al. 2021); probabilities of rare events and ranges follow the literature on calibration,
the rest is ours. Each kind's evidence is in its form: a tree of assumptions that a program carries out with its units,
a second tree that agrees, a key that follows from them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.engine.stages.forms import Form
from teams.fermi.forms import (
    BOUNDS,
    CLAIMED,
    ENOUGH,
    ESTIMATE,
    FAULTY,
    INTERVAL,
    INVERSE,
    LARGER,
    ODDS,
    RIVALS,
    SENSITIVE,
    TWO_ROUTES,
    Estimate,
    Marked,
    Remade,
)
from teams.fermi.looks import has_claims, has_outline, has_quantities, has_sizes, has_some_figures
from teams.fermi.words import script

GUESSTIMATION = "Weinstein & Adam 2008"
REALFP = "RealFP"
CALIBRATION = "Alpert & Raiffa 1982"


def _made(name: str, words: tuple[int, int], source: str = "ours", **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), source, words, **how)


TRANSFORMATIONS = (
    _made("quantities", (90, 320), looks=has_quantities),
    _made("scenario", (110, 320), looks=has_some_figures),
    _made("reference_facts", (110, 340), looks=has_sizes),
    _made("assumption_sketch", (110, 340), looks=has_outline),
    _made("flows", (120, 360), looks=has_some_figures),
    _made("ladder", (90, 300), GUESSTIMATION, looks=has_sizes),
    _made("hearsay", (100, 320), looks=has_claims),
    _made("identity", (0, 0), "paper", is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)

_PLAIN = """
    more_factors unfamiliar_unit withheld idle_number with_interval by_two_ways turned_round what_counts own_attempt
    heard_claim
"""
_OTHER = "more_factors"


def _asks(name: str, source: str, form: Form = ESTIMATE, goals: str = _PLAIN, *, small: bool = False) -> Asking:
    return Asking(name, script.brief(name), source, form, ("calculator",), small, tuple(goals.split()), per_chat=1)


KINDS = (
    _asks("count", REALFP),
    _asks("size", GUESSTIMATION),
    _asks("mass", GUESSTIMATION),
    _asks("duration", REALFP),
    _asks("energy", GUESSTIMATION),
    _asks("cost", GUESSTIMATION),
    _asks("resource", REALFP, small=True),
    _asks("traffic", GUESSTIMATION),
    _asks("data", "ours"),
    _asks("body", "Milo & Phillips 2015"),
    _asks("earth", GUESSTIMATION),
    _asks("rare_event", GUESSTIMATION, ODDS, _OTHER),
    _asks("bounds", "Swartz 2003", BOUNDS, _OTHER),
    _asks("interval", CALIBRATION, INTERVAL, _OTHER),
    _asks("sensitivity", "Saltelli et al. 2004", SENSITIVE, _OTHER),
    _asks("critique", "ours", FAULTY, _OTHER),
    _asks("rivals", "ours", RIVALS, ""),
    _asks("inverse", "ours", INVERSE, _OTHER),
    _asks("larger", "ours", LARGER, _OTHER),
    _asks("enough", REALFP, ENOUGH, _OTHER),
    _asks("claim", "Bergstrom & West 2020", CLAIMED, _OTHER),
    _asks("two_routes", "ours", TWO_ROUTES, _OTHER),
    _asks("what_if", REALFP),
    _asks("per_head", GUESSTIMATION),
)

_SUBJECTS = "count size mass duration energy cost resource traffic data body earth"
_SUITED = {
    "quantities": f"{_SUBJECTS} bounds sensitivity critique inverse larger what_if per_head",
    "scenario": """
        duration cost resource traffic size mass bounds interval critique rivals enough two_routes sensitivity
        """,
    "reference_facts": f"{_SUBJECTS} rare_event larger per_head claim inverse",
    "assumption_sketch": "two_routes rivals critique sensitivity interval bounds count resource cost",
    "flows": "resource traffic mass energy cost inverse two_routes enough what_if data rivals",
    "ladder": "size mass duration energy larger enough per_head earth body",
    "hearsay": "claim rare_event larger per_head critique what_if",
    "identity": " ".join(kind.name for kind in KINDS),
}
SUITS = {material: tuple(kinds.split()) for material, kinds in _SUITED.items()}
"""Which kinds of question suit which kind of material."""


def _remade(**marks: bool) -> Callable[[Form], Form]:
    """Return how a form is made into one that asks for a change; what is no plain estimate stays what it is."""
    remade = Remade(Marked(**marks))
    return lambda form: remade if type(form) in (Estimate, Remade) else form


def _aims(name: str, source: str = "ours", **how: Any) -> Goal:
    return Goal(name, script.brief(name), source, **how)


GOALS = (
    _aims("more_factors", "paper"),
    _aims("unfamiliar_unit", refit=_remade(strange=True)),
    _aims("withheld", "paper", refit=_remade(withheld=True)),
    _aims("idle_number", "GSM-IC", refit=_remade(idle=True)),
    _aims("with_interval", CALIBRATION, becomes="interval"),
    _aims("by_two_ways", becomes="two_routes"),
    _aims("turned_round", "MetaMath", becomes="inverse"),
    _aims("what_counts", becomes="sensitivity"),
    _aims("own_attempt", becomes="critique"),
    _aims("heard_claim", becomes="claim"),
)
