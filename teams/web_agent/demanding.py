"""Format guidelines: a share of the requests asks for the form in which the answer at the end comes."""

from __future__ import annotations

from collections.abc import Sequence

from teams.engine.demands import Demand, draw_demands
from teams.engine.flow import Scene
from teams.engine.records import Instruction
from teams.engine.stages.demand import OFFERED, format_flow
from tools.web.task import task_of

SHORT = (
    "word_max",
    "sentence_max",
    "sentence_exact",
    "character_max",
    "short_sentences",
    "plain_text",
    "no_contractions",
)
"""What any closing words can keep."""
LISTS = ("bullet_count", "numbered_items")


def offers(scene: Scene, instruction: Instruction) -> Sequence[Demand]:
    """Return forms to choose among. A list is asked for where several things are."""
    random, task = scene.random, task_of(instruction.facts["task"])
    found: dict[str, Demand] = {}
    if task.answer_type == "several" and task.kind == "list_matching":
        for _ in range(12):
            for demand in draw_demands(random, "list", language=scene.language, among=LISTS):
                if demand.params.get("n", 0) == len(task.answer.split("; ")):
                    found.setdefault(demand.rule, demand)
    for rule in random.sample(SHORT, len(SHORT)):
        shape = {"word_max": "choice", "short_sentences": "prose"}.get(rule, "short")
        for demand in draw_demands(random, shape, language=scene.language, among=(rule,)):
            found.setdefault(demand.rule, demand)
    return list(found.values())[:OFFERED]


def put(scene: Scene, instruction: Instruction, demand: Demand) -> Instruction | None:
    """Put the form behind the request."""
    words = f"{instruction.text} {demand.statement}"
    if len(demand.statement) > 120 or "\n" in demand.statement:
        words = f"{instruction.text}\n\n{demand.statement}"
    return instruction.demanded([demand.rule], words, facts={**instruction.facts, "demands": [demand.as_dict()]})


flow = format_flow(offers, put)
