"""Counts from shares: how many pairs each skill gets, and each cell of kind and stage within a skill.

A cell's count is what is worked for, not a cap on what is kept: a pair that is made is kept as long as its skill lacks
pairs at all. But nothing more is begun for a cell that is full while others are open, until the last round of a seed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from teams.engine.flow import Flow, Skill
from teams.engine.records import Instruction

Name = TypeVar("Name")
Cell = tuple[str, str]
"""A kind of instruction and where it stands: `instruct` (first stage) or `refine`."""
REFINED = 0.5
"""Share of refined instructions among the pairs of a kind that can be refined."""


def shared_out(total: int, weights: Mapping[Name, float]) -> dict[Name, int]:
    """Share `total` out in proportion, by largest remainder; each gets at least 1 while there are as many.

    Nothing goes to a weight of 0. Ties go to those named first.
    """
    some = {name: weight for name, weight in weights.items() if weight > 0}
    counts = dict.fromkeys(weights, 0)
    if total <= len(some) or not some:
        for name in sorted(some, key=lambda name: -some[name])[:total]:
            counts[name] = 1
        return counts
    poor: set[Name] = set()
    while True:  # whoever would get less than 1 gets 1, and the others share what is left
        exact = _exact(total - len(poor), {name: weight for name, weight in some.items() if name not in poor})
        if not (more := {name for name, share in exact.items() if share < 1}):
            break
        poor |= more
    counts.update(dict.fromkeys(poor, 1))
    counts.update({name: int(share) for name, share in exact.items()})
    by_remainder = sorted(exact, key=lambda name: int(exact[name]) - exact[name])
    for name in by_remainder[: total - sum(counts.values())]:
        counts[name] += 1
    return counts


def _exact(total: int, weights: Mapping[Name, float]) -> dict[Name, float]:
    most = max(weights.values())  # divided by first: no sum of large numbers overflows
    whole = sum(weight / most for weight in weights.values())
    return {name: total * (weight / most) / whole for name, weight in weights.items()}


def cell_of(instruction: Instruction) -> Cell:
    """Return where an instruction is counted."""
    return instruction.kind, "refine" if instruction.refinements else "instruct"


@dataclass(frozen=True)
class Part:
    """What a mix says of one skill."""

    share: float = 1.0
    kinds: Mapping[str, float] | None = None
    """Shares of its kinds of instruction; those not named get nothing. None: all alike."""
    refined: float | None = None
    """Share of refined instructions, of the kinds that can be refined. None: half."""
    demanded: float | None = None
    """Share of the instructions that are asked for in an output format. None: what the skill itself says."""


def kinds_of(skill: Skill, small: bool) -> dict[str, None]:
    """Return the countable kinds of instruction that a model can do, in their order."""
    return {name: None for flow in skill.flows if flow.counts for name in doable(flow, small)}


def doable(flow: Flow, small: bool) -> list[str]:
    """Return the names of the kinds of a flow that a model can do."""
    return [kind.name for kind in flow.kinds if not small or flow.small_kinds is None or kind.name in flow.small_kinds]


def refined_kinds(flow: Flow, kind: str, small: bool) -> dict[str, str]:
    """Return which kind a refined instruction of `kind` has, by the goal; empty where it isn't refined."""
    own = kind if flow.becomes is None else flow.becomes.get(kind)
    if own is None:
        return {}
    suiting = [goal for goal in doable(flow, small) if flow.suits is None or goal in flow.suits.get(kind, ())]
    return {goal: flow.moves.get(goal, own) for goal in suiting}


def adds(flow: Flow) -> bool:
    """Say whether a flow refines, and leaves the original beside what it makes."""
    return flow.stage == "refine" and flow.passes_on


def cells(skill: Skill, part: Part, small: bool) -> dict[Cell, float]:
    """Return the cells of a skill that can be filled, with their weights; empty where its kinds are not counted."""
    kinds = kinds_of(skill, small)
    weights = {kind: 1.0 if part.kinds is None else part.kinds.get(kind, 0.0) for kind in kinds}
    refining = [flow for flow in skill.flows if adds(flow)]
    tried = [kind for kind in kinds if weights[kind]]
    makes = {made for flow in refining for kind in tried for made in refined_kinds(flow, kind, small).values()}
    refined = REFINED if part.refined is None else part.refined
    found: dict[Cell, float] = {}
    for kind, weight in weights.items():
        share = refined if kind in makes else 0.0
        found[kind, "instruct"] = weight * (1 - share)
        if kind in makes or not weight:
            found[kind, "refine"] = weight * share
    return found


def pairs_a_seed(skill: Skill, small: bool) -> float:
    """Return how many pairs a seed makes if all goes well: what is reckoned with before any is known."""
    number = 1.0
    for flow in skill.flows:
        held = len(doable(flow, small))
        if isinstance(flow.sample, float):
            held = 1
        elif flow.sample is not None:
            held = min(flow.sample, held)
        number *= held + flow.passes_on
    return max(1.0, number)


def cell_counts(total: int, weights: Mapping[Cell, float]) -> dict[Cell, int]:
    """Share a skill's pairs out among its cells. Of fewer pairs than cells each wants one: which, the seeds decide."""
    if total < sum(weight > 0 for weight in weights.values()):
        return {cell: int(weight > 0) for cell, weight in weights.items()}
    return shared_out(total, weights)
