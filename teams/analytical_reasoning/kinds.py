"""Kinds of analytical reasoning: what is gathered from a text, what is asked, how a problem is made harder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from teams.analytical_reasoning.drawing import (
    GAMES,
    Way,
    acceptable,
    conditioned,
    counted,
    enough,
    from_table,
    kinship,
    mixed,
    one_solution,
    standing_of,
    swapped_rule,
    syllogistic,
)
from teams.analytical_reasoning.form import SOLVED
from teams.analytical_reasoning.words import script
from teams.engine.flow import Kind
from teams.engine.stages.asking import Asking, Goal, checked


@dataclass(frozen=True)
class Gathering(Kind):
    """What is taken from a seed."""

    parts: tuple[str, ...] = ()
    """Parts of a cast, see `cast.PARTS`."""


@dataclass(frozen=True)
class Posing(Asking):
    """A sort of problem."""

    way: Way = acceptable
    """How a program draws one."""


def _gathering(name: str, *parts: str, source: str = "ours") -> Gathering:
    return Gathering(name, script.brief(name), source, ("scene", *parts))


def _kind(name: str, way: Way, source: str, goals: tuple[str, ...], **how: Any) -> Posing:
    return Posing(name, script.brief(name), source, form=SOLVED, per_chat=1, goals=goals, way=way, **how)


def _goal(name: str, source: str = "AR-LSAT") -> Goal:
    return Goal(name, script.brief(name), source, asks_anew=True)


TRANSFORMATIONS = (
    _gathering("entity_extractor", "people", "order", "table", "traits", source="ZebraLogic"),
    _gathering("constraint_set", "people", "slots", "slot_word", "groups", "chosen", source="AR-LSAT"),
    _gathering("scenario", "people", "order", "table", "groups", "chosen", source="AR-LSAT"),
    _gathering("premise_set", "classes", source="FOLIO"),
    _gathering("argument_passage", "matters", source="LogiQA"),
    _gathering("data_table", "figures", source="GMAT"),
    _gathering("family_tree", "family", source="CLUTRR"),
)
_GAME_GOALS = ("more_entities", "indirect_clue", "suppose", "closer_options")
_OPEN_GOALS = (*_GAME_GOALS, "drop_clue")
KINDS = (
    _kind("linear_ordering", mixed("linear"), "AR-LSAT", _OPEN_GOALS, is_small=True),
    _kind("circular_seating", mixed("seated"), "AR-LSAT", _OPEN_GOALS),
    _kind("selection", mixed("picked"), "AR-LSAT", _OPEN_GOALS, is_small=True),
    _kind("grouping", mixed("grouped"), "AR-LSAT", _OPEN_GOALS, is_small=True),
    _kind("matching", mixed("matched"), "AR-LSAT", _OPEN_GOALS),
    _kind("hybrid_game", mixed("hybrid"), "AR-LSAT", _OPEN_GOALS),
    _kind("logic_grid", one_solution("gridded"), "ZebraLogic", ("more_entities", "indirect_clue", "drop_clue")),
    _kind("scheduling", mixed("scheduled"), "AR-LSAT", _OPEN_GOALS, is_small=True),
    _kind("complete_arrangement", acceptable, "AR-LSAT", ("more_entities", "indirect_clue")),
    _kind("must_be_true", standing_of("must", *GAMES), "AR-LSAT", (*_OPEN_GOALS, "contradict"), is_small=True),
    _kind("could_be_true", standing_of("could", *GAMES), "AR-LSAT", _GAME_GOALS, is_small=True),
    _kind("cannot_be_true", standing_of("cannot", *GAMES), "AR-LSAT", _GAME_GOALS, is_small=True),
    _kind("number_of_ways", counted, "ours", ("more_entities", "indirect_clue")),
    _kind("rule_substitution", swapped_rule, "AR-LSAT", ("more_entities",)),
    _kind("categorical_syllogism", syllogistic, "FOLIO", ("more_entities", "contradict")),
    _kind("conditional", conditioned("conditional"), "LogiQA", ("more_entities", "contradict", "suppose")),
    _kind("disjunctive", conditioned("disjunctive"), "LogiQA", ("more_entities", "contradict", "suppose")),
    _kind("conjunctive", conditioned("conjunctive"), "LogiQA", ("more_entities", "contradict", "suppose")),
    _kind("data_sufficiency", enough, "GMAT", ()),
    _kind("table_trends", from_table, "LogiQA", ()),
    _kind("kinship", kinship, "CLUTRR", ("drop_clue",)),
)
BY_NAME: Mapping[str, Posing] = {kind.name: kind for kind in KINDS}
GOALS = (
    _goal("more_entities"),
    _goal("indirect_clue"),
    _goal("drop_clue"),
    _goal("contradict", "FOLIO"),
    _goal("suppose"),
    _goal("closer_options"),
)
_ORDERED = ("linear_ordering", "must_be_true", "could_be_true", "cannot_be_true", "complete_arrangement")
_COUNTED = ("number_of_ways", "rule_substitution")
SUITS: Mapping[str, tuple[str, ...]] = {
    "entity_extractor": (*_ORDERED, *_COUNTED, "circular_seating", "matching", "logic_grid"),
    "constraint_set": (
        "scheduling", "grouping", "selection", "hybrid_game", "must_be_true", "could_be_true", "cannot_be_true",
        "complete_arrangement", *_COUNTED,
    ),
    "scenario": (*_ORDERED, *_COUNTED, "circular_seating", "grouping", "selection", "hybrid_game"),
    "premise_set": ("categorical_syllogism",),
    "argument_passage": ("conditional", "disjunctive", "conjunctive"),
    "data_table": ("table_trends", "data_sufficiency"),
    "family_tree": ("kinship",),
}  # fmt: skip
SMALL_TRANSFORMATIONS = ("constraint_set", "scenario")
for table in (TRANSFORMATIONS, KINDS, GOALS):
    checked(script, table)
