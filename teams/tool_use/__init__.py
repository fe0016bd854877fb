"""Tool use: call the right function, with the right arguments, at the right moment.

code or an API description -> a list of APIs, widened -> a working system behind it -> requests that need it -> requests
that need more steps of it -> a form asked for -> the conversation in which an assistant serves them

    python -m teams.tool_use --seeds code/
"""

from __future__ import annotations

from agents.script import combined
from teams.engine.flow import Skill
from teams.engine.records import Seed
from teams.engine.stages import words as common
from teams.tool_use import backend, catalogue, demanding, refinement, requests, respond
from teams.tool_use.checks import CHECKS
from teams.tool_use.words import script


def declines(seed: Seed) -> str | None:
    """Say why a seed holds nothing an assistant could call."""
    if seed.kind == "code":
        return None if catalogue.offered(seed) else "no function an assistant could call"
    if seed.kind == "api":
        return None if seed.facts.get("apis") else "an API description without functions"
    return "neither code nor an API description"


skill = Skill(
    name="tool_use",
    flows=(catalogue.flow, backend.flow, requests.flow, refinement.flow, demanding.flow, respond.flow),
    checks=CHECKS,
    judge=respond.judge,
    tools=("calculator", "search_apis"),
    version=combined(script, common.script),
    roles=(*script, "format_setter"),
    declines=declines,
    entries=catalogue.entries,
)

team = skill.team
"""The skill as an AutoGen `Team`."""
