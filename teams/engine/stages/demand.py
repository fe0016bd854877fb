"""Format guidelines: a sampled share of instructions asks for an output format that a program can check."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from teams.engine.checks.spelling import in_digits
from teams.engine.demands import RULES, Demand, draw_demands
from teams.engine.flow import Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Instruction, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import closed, text
from teams.engine.stages.instruct import message_of
from teams.engine.stages.material import text_of
from teams.engine.stages.words import script
from teams.engine.talk import Talk
from teams.engine.tongue import is_english, is_in

SHARE = 0.25
"""Share of instructions that get a format; the paper names none."""
OFFERED = 4
"""Forms among which a role chooses."""
SETTER = script.role("format_setter", hears=("task",), max_tokens=300, temperature=0.7)
Fits = Callable[[Instruction, Demand], bool]
"""Whether a format goes with what an instruction asks for already."""
Offers = Callable[[Scene, Instruction], Sequence[Demand]]
"""The formats that could be asked for of an instruction; none: it goes on as it is."""
Put = Callable[[Scene, Instruction, Demand], Instruction | None]
"""Asks an instruction's answer for a format, in the words of the demand; None: the two don't go together."""


def demand_flow(
    kinds: Mapping[str, Asking],
    share: float = SHARE,
    fits: Fits = lambda instruction, demand: True,
    among: Callable[[Instruction], Collection[str] | None] = lambda instruction: None,
) -> Flow:
    """Return the demand flow. It is held for a share of the instructions; the others pass on as they are.

    `among` names the only rules that suit an instruction, where its shape does not say enough; None: all of the shape.
    `fits` looks at each as it was drawn.
    """

    def offers(scene: Scene, instruction: Instruction) -> Sequence[Demand]:
        form = kinds[instruction.kind].form
        # In a conversation it would be open of which turns a format is asked for.
        if form.further(instruction.facts):
            return []
        shape, rules = form.shape_of(instruction.facts), among(instruction)
        return _offered(scene, shape, rules, lambda demand: fits(instruction, demand))

    return format_flow(offers, _demanded, share)


def format_flow(offers: Offers, put: Put, share: float = SHARE) -> Flow:
    """Return the flow in which a role picks one of the formats on offer and words it as the user would."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction = scene.record
        assert isinstance(instruction, Instruction)
        # A small model does not keep formats (measured on 1.5B).
        offered = [] if scene.small else list(offers(scene, instruction))
        if not offered:
            return [instruction]
        scene.notes["offered"] = offered
        forms = "\n".join(f"{n}. {RULES[d.rule].brief} Here: {d.statement}" for n, d in enumerate(offered, 1))
        ask = instruction.facts.get("ask", instruction.text)
        task = f"The request:\n\n{ask}\n\nForms that could be asked for:\n{forms}"
        schema = closed(
            {
                "why": text(5, 300, "which of them fits the answer, and why; or why none does"),
                "choice": {"type": "integer", "minimum": 0, "maximum": len(offered), "description": "0 for none"},
                "wording": text(0, 500, "the form as this person would ask for it; empty for none"),
            }
        )
        return Staging(task, [Seat(SETTER, schema=schema)])

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, said = scene.record, talk.value(SETTER.name)
        assert isinstance(instruction, Instruction)
        # An instruction is not lost for a wording that leaves out what the form asks for: it goes on without one.
        if not said["choice"] or _complaint(scene, said):
            return [instruction]
        chosen: Demand = scene.notes["offered"][said["choice"] - 1]
        return [put(scene, instruction, replace(chosen, statement=said["wording"].strip())) or instruction]

    return Flow("demand", direct, harvest, (Kind("format", ""),), sample=share)


def _offered(scene: Scene, shape: str, among: Collection[str] | None, fits: Callable[[Demand], bool]) -> list[Demand]:
    found: dict[str, Demand] = {}
    for _ in range(OFFERED * 8):
        for demand in draw_demands(scene.random, shape, language=scene.language, among=among):
            if fits(demand):
                found.setdefault(demand.rule, demand)
        if len(found) >= OFFERED:
            break
    return list(found.values())[:OFFERED]


def _complaint(scene: Scene, reply: Any) -> str | None:
    """The form's own figures and words have to stand in the wording, or the answer is asked for something else."""
    if not reply["choice"]:
        return None
    demand: Demand = scene.notes["offered"][reply["choice"] - 1]
    wording = reply["wording"]
    if len(wording) < 10:
        return "say the form in a sentence"
    said = f"{wording} {in_digits(wording)}".casefold()  # "three" is as good as 3
    lost = [value for value in _values(demand.params) if value.casefold() not in said]
    if lost:
        return f"the wording has to name {', '.join(map(repr, lost[:6]))} exactly"
    if scene.language and (is_in(wording, scene.language) is False or _left_english(scene, demand, wording)):
        return f"write it in {scene.language}"
    return None


def _left_english(scene: Scene, demand: Demand, wording: str) -> bool:
    """Whether words of the form as it was shown, in English, stand in a wording in another language."""
    if is_english(scene.language):
        return False
    shown, said = demand.statement.casefold(), wording.casefold()
    for value in sorted(_values(demand.params), key=len, reverse=True):  # what is to stand there as it is
        shown, said = shown.replace(value.casefold(), "."), said.replace(value.casefold(), ".")
    return any(run in said for run in _three_words(shown))


def _three_words(text: str) -> list[str]:
    """Return each three words in a row that have nothing but spaces between them."""
    return re.findall(r"\b(?=([^\W\d_]+ [^\W\d_]+ [^\W\d_]+))", text)


def _values(params: Mapping[str, Any]) -> list[str]:
    """Figures and texts of a demand that its wording can't do without."""
    flat: list[str] = []
    for value in params.values():
        several = value if isinstance(value, list) else [value]
        flat += [str(one) for one in several if isinstance(one, str | int) and not isinstance(one, bool)]
    return [value for value in flat if value and not value.isspace()]


def _demanded(scene: Scene, instruction: Instruction, demand: Demand) -> Instruction:
    facts = {**instruction.facts, "demands": [demand.as_dict()]}
    words = message_of(facts, text_of(instruction.passage), [demand.statement], scene)
    return instruction.demanded([demand.rule], words, facts=facts)
