"""Web agent: find and do things on a web site, in a real browser, one action at a time, and say how it went.

a text -> the matter of a small site -> a task drawn from its data, with a proved way (or proof that there is none), in
a user's words -> the same made harder -> a form asked for -> the conversation: pages as accessibility trees, actions
that happen in headless Chromium, records that change -> judged on the site's own data

    python -m teams.web_agent --seeds articles/
"""

from __future__ import annotations

from agents.script import combined
from teams.engine.flow import Skill
from teams.engine.records import Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.web_agent import demanding, refinement, requests, respond, sites
from teams.web_agent.checks import CHECKS
from teams.web_agent.judging import judge
from teams.web_agent.kinds import BY_NAME, GOALS, KINDS, SUITS, TRANSFORMATIONS
from teams.web_agent.words import script
from tools.web.actions import ACTIONS

FEWEST_WORDS = 80


def declines(seed: Seed) -> str | None:
    """Say why nobody could make a site of a seed."""
    return unfit_prose(seed, fewest_words=FEWEST_WORDS)


skill = Skill(
    name="web_agent",
    flows=(sites.flow, requests.flow, refinement.flow, demanding.flow, respond.flow),
    checks=CHECKS,
    judge=judge,
    version=combined(script, common.script),
    roles=(*script, "chooser", "format_setter"),
    declines=declines,
    tools=ACTIONS,
    needs_browser=True,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""

__all__ = ["BY_NAME", "CHECKS", "GOALS", "KINDS", "SUITS", "TRANSFORMATIONS", "declines", "skill", "team"]
