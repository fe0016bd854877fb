"""Creative content: write what somebody needs for an occasion, its readers, and wishes that pull against each other.

a raw text -> a sheet of motifs, people, facts, a style, a place -> requests of 32 kinds, their wishes taken apart into
those a program checks and those a reader judges -> one wish more, another eye, another audience -> a format asked for
-> a draft, an editor's notes, the piece written again -> a reader for each wish and a blind comparison with the draft

    python -m teams.creative_content --seeds articles/
"""

from __future__ import annotations

from collections.abc import Iterator

from agents.script import combined
from teams.creative_content.checks import CHECKS
from teams.creative_content.examination import examination
from teams.creative_content.forms import points_outside
from teams.creative_content.kinds import (
    GOALS,
    KINDS,
    SMALL_TRANSFORMATIONS,
    SUITS,
    TRANSFORMATIONS,
    missed_aim,
)
from teams.creative_content.respond import response_flow
from teams.creative_content.words import script
from teams.creative_content.worn import worn
from teams.engine.checks.copying import copied_runs
from teams.engine.demands import RULES as FORMAT
from teams.engine.demands import Demand
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Passage, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Goal
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.forms import Draft
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.transform import transformation

SHEET = script.role("passage_writer", hears=("task", "reader"), tool_rounds=6, max_tokens=1500, temperature=0.9)
ASKER = script.role("request_writer", hears=("task", "desk"), max_tokens=2500, temperature=0.95)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.95)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=2500, temperature=0.7)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=6, max_tokens=3500, temperature=0.9)
CRITIC = script.role("critic", hears=("clerk",), forgetful=True, max_tokens=1200, temperature=0.4)
BY_NAME = {kind.name: kind for kind in KINDS}
DEMANDED = 0.12
"""Share of requests that get a format on top: they are full of form already."""
FEWEST_WORDS = 30
"""A motif, a menu, a handful of lines will do."""


def declines(seed: Seed) -> str | None:
    """Say why nothing can be written from a seed. Verse and a few lines will do; code and bare tables won't."""
    return unfit_prose(seed, fewest_words=FEWEST_WORDS, most_table=0.8)


def _fit_to_ask(scene: Scene, draft: Draft, sheet: str) -> Iterator[str]:
    """Requests are nobody's prose but their own; refined ones have reached their aim."""
    record = scene.record
    seed = (record if isinstance(record, Passage) else record.passage).seed  # type: ignore[union-attr]
    told = "\n".join((draft["question"], draft.get("sample", "")))
    yield from (f"{run.text[:80]!r} is copied from the material" for run in copied_runs(told, seed.text, run=12))
    for one in worn(draft.get("sample", "")):
        yield f"the sample is worn: {one.said!r}"
    if isinstance(scene.kind, Goal) and isinstance(record, Instruction):
        yield from missed_aim(scene.kind.name, dict(draft), dict(record.facts))


SETTING = Setting(shows_text=False, extra=_fit_to_ask, leaks=points_outside)
_FORMS = frozenset({"words", "marks", "case", "letters"})


def _goes_with(instruction: Instruction, demand: Demand) -> bool:
    """Say whether a format goes with what a request asks for already: it must not take the piece's shape away."""
    asked = {need["rule"] for need in instruction.facts.get("requirements", ())}
    rule = FORMAT[demand.rule]
    is_fit = rule.family in _FORMS and rule.name not in ("placeholders", "words_present", "acrostic", "upper_case")
    return (is_fit or rule.name in ("bracketed_title", "postscript")) and not asked & _AGAINST.get(rule.name, set())


_AGAINST = {
    "bracketed_title": {"title", "opens_with", "characters", "acrostic", "lines", "labels"},
    "postscript": {"closes_with", "characters", "labels", "paragraphs"},
    "no_digits": {"words_in", "steps", "labels"},
    "no_commas": {"words_in", "opens_with", "closes_with"},
    "letter_max": {"words_in", "labels", "lipogram"},
    "lipogram": {"words_in", "labels", "lipogram", "opens_with", "closes_with", "phrase_returns"},
    "lower_case": {"labels"},
    "words_forbidden": {"words_in", "closes_with", "opens_with"},
    "bold_phrases": {"labels", "characters"},
}

skill = Skill(
    name="creative_content",
    flows=(
        transformation(SHEET, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        instruction_flow(ASKER, KINDS, SUITS, SETTING, sample=2),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME, DEMANDED, _goes_with),
        response_flow(ASSISTANT, CRITIC, BY_NAME),
    ),
    checks=CHECKS,
    judge=examination(),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
