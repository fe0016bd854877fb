"""What the programs say of a finished pair: a skill's own checks, and those that hold for every skill."""

from __future__ import annotations

from importlib import import_module

from teams.engine.checks.briefs import no_brief_repeated
from teams.engine.flow import Skill
from teams.engine.offload import offload
from teams.engine.records import Pair
from teams.engine.verdict import Verdict, run_checks


async def verdict_of(pair: Pair, skill: Skill) -> Verdict:
    """Run every check on a pair; in a child process where they are slow ones (`Skill.slow_checks`)."""
    if skill.slow_checks and skill.checks is import_module(skill.slow_checks).CHECKS:
        verdict = await offload(_run_named, pair, skill.slow_checks)
    else:
        verdict = run_checks(pair, skill.checks)
    return Verdict((*verdict.findings, *no_brief_repeated(pair, skill.brief_runs)))


def _run_named(pair: Pair, module: str) -> Verdict:
    return run_checks(pair, import_module(module).CHECKS)
