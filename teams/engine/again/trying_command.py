"""What `python -m teams branch RUN --rejected N --role ROLE` does: say what it will take, branch, and compare."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from agents.command_line import typed
from teams.engine.again.terminal import agreed, name_of, tell, text_of

if TYPE_CHECKING:
    from teams.engine.again.trying import Tried, Try


def try_rejected(asked: argparse.Namespace) -> int:
    """Branch the newest rejected pairs with another prompt of one role; return the exit code, as of one branch.

    Raises `UsageError`, and what a run raises, with the branches begun until then told.
    """
    from teams.engine.again.asked import models_of
    from teams.engine.again.kept import opened
    from teams.engine.again.reaching import places, see_reached
    from teams.engine.again.trying import estimate, rejected_pairs, table, template_from

    _check(asked)
    text = text_of(asked.role_prompt)
    template = None if text is None else template_from(asked.role_prompt, text, asked.role)
    with opened(asked.run) as kept:
        tries = rejected_pairs(kept, asked.role, asked.rejected, asked.chat or "")
        given = models_of("\n".join(asked.model) or None, asked.role)
        see_reached(kept.meta, places(kept.meta, asked.at), asked.role, given, True)
    tell(estimate(tries, asked.role))
    if not asked.yes and not agreed("Ask them?", "nothing was asked"):
        return 0
    done: list[Tried] = []
    try:
        return _each(asked, tries, template, done)
    finally:
        for line in table(done) if done else ():
            tell(line)
        if best := next((one for one in done if one.accepted), None):
            tell(f"Take one into the data: {typed('keep', asked.run, best.n, 'branch')}")


def _each(asked: argparse.Namespace, tries: list[Try], template: str | None, done: list[Tried]) -> int:
    """Branch one pair after the other; return the exit code."""
    from agents.errors import UsageError
    from teams.engine.again.asked import Asked
    from teams.engine.again.branch import begin
    from teams.engine.again.branch_command import held
    from teams.engine.again.branches import GOING
    from teams.engine.again.trying import Tried, tried

    who, models = name_of(asked.who), "\n".join(asked.model) or None
    left = asked.max_tokens
    for one in tries:
        if left is not None and left < 1:
            tell(f"The budget of {asked.max_tokens} tokens is spent.")
            return 3
        try:
            n = begin(asked.run, Asked(one.chat, one.turn, None, models, None, one.pair, who, template))
        except UsageError as error:
            done.append(Tried(one, 0, False, str(error)))
            continue
        branch, meter = held(asked.run, n, left, asked.at, is_new=True)
        done.append(tried(asked.run, one, n, branch))
        left = None if left is None else left - meter.total.prompt_tokens - meter.total.completion_tokens
        if branch.state == GOING:
            tell(f"Go on: {typed('branch', asked.run, '--go-on', n)}")
            return 130
    return 0 if all(one.n and not one.now.startswith("no pair") for one in done) else 1


def _check(asked: argparse.Namespace) -> None:
    """Raises `UsageError`: what was asked can't be asked of many pairs."""
    from agents.errors import UsageError

    if asked.rejected is None or not asked.role:
        raise UsageError("--rejected N and --role ROLE go together: whose words are changed, and in how many pairs")
    if asked.rejected < 1:
        raise UsageError(f"--rejected must be more than 0, not {asked.rejected}")
    given = {"--turn": asked.turn, "--answer": asked.answer, "--record": asked.record, "--go-on": asked.go_on}
    if strange := [name for name, value in given.items() if value]:
        raise UsageError(f"{strange[0]} is about one chat; leave it away with --rejected")
