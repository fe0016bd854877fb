"""What `python -m teams branch` does: make a branch or go on with one, hold it, and say what came of it."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line import typed
from teams.engine.again.terminal import name_of, tell, text_of

if TYPE_CHECKING:
    from agents.meter import Meter
    from teams.engine.again.asked import Asked
    from teams.engine.again.branches import Branch
    from teams.engine.again.branching import Branching


def branch(asked: argparse.Namespace) -> int:
    """Make a branch and hold it, or go on with one; return the exit code. Raises `UsageError` and what a run raises."""
    from agents.errors import UsageError
    from teams.engine.again.branch import begin
    from teams.engine.again.trying_command import try_rejected

    if asked.max_tokens is not None and asked.max_tokens < 1:
        raise UsageError(f"--max-tokens must be more than 0, not {asked.max_tokens}")
    if asked.rejected is not None or asked.role:
        return try_rejected(asked)
    n = asked.go_on or begin(asked.run, _asked(asked))
    made, meter = held(asked.run, n, asked.max_tokens, asked.at, is_new=not asked.go_on)
    return _told(asked.run, n, made, meter)


def held(run: Path, n: int, max_tokens: int | None, at: Sequence[str] = (), *, is_new: bool) -> tuple[Branch, Meter]:
    """Hold a branch to its end. A new one that can't begin is removed."""
    from agents.errors import EndpointError
    from agents.journal import JournalError
    from teams.engine.again.branch import How, go
    from teams.engine.again.branches import read, remove

    known = read(run, n)
    begun: list[Meter] = []
    news: list[str] = []

    def say(line: str) -> None:
        # Elsewhere than in a terminal the first line is the branch's number, which it has once it can begin.
        tell(line) if begun or sys.stdout.isatty() else news.append(line)

    def ready(engine: Branching) -> None:
        begun.append(engine.meter)
        for line in (f"branch {n} of {known.of}, turn {known.turn} ({known.role})", *news):
            tell(line)
        _listen(engine, run, n)

    try:
        return asyncio.run(go(run, n, How(max_tokens, at=at, on_ready=ready, tell=say))), begun[0]
    except (EndpointError, JournalError) as error:
        if not begun:
            raise
        why = str(error).partition("; what was written stays")[0]
        raise type(error)(f"{why}; go on with: {typed('branch', run, '--go-on', n)}") from None
    finally:
        if is_new and not begun:
            remove(run, n)  # it was refused: a model can't be had, or a tool


def _asked(asked: argparse.Namespace) -> Asked:
    from agents.errors import UsageError
    from teams.engine.again.asked import Asked

    if not asked.chat or asked.turn is None:
        raise UsageError("branch needs a CHAT and its --turn N, or --go-on N for a branch there is")
    prompt, answer, models = _prompt(asked), text_of(asked.answer), "\n".join(asked.model) or None
    return Asked(asked.chat, asked.turn, prompt, models, answer, asked.record, name_of(asked.who))


def _prompt(asked: argparse.Namespace) -> str | None:
    """Return what the role is to be told, having seen that it is no template."""
    from teams.engine.again.kept import opened
    from teams.engine.again.rendered import see_rendered, told_at
    from teams.engine.again.replay import skill_of

    if (text := text_of(asked.role_prompt)) is None:
        return None
    with opened(asked.run) as kept:
        role, told = told_at(kept, asked.chat, asked.turn)
    if role:  # else there is no such turn, which is told by who looks for it
        shown = typed("text", asked.run, "prompt", role, module="agents.view")
        see_rendered(asked.role_prompt, text, told, skill_of(asked.chat).roles,
                     f"print what {role} was told: {shown}, and change that")  # fmt: skip
    return text


def _told(run: Path, n: int, made: Branch, meter: Any) -> int:
    """Say what a branch took and came to; return the exit code."""
    from teams.engine.again.branches import DONE, GOING, verdict_of
    from teams.engine.again.original import first_reason, was

    used = meter.total
    tell(f"{used.calls} calls, {used.prompt_tokens + used.completion_tokens} tokens; {used.replayed} from the journal")
    found = verdict_of(run, n) if made.state == DONE else None
    if found:
        row, accepted = found
        tell(f"accepted: {made.pair}" if accepted else f"rejected: {made.pair}: {first_reason(row['verdict'])}")
        tell(was(run, row["branch_of"]))
        if accepted:
            tell(f"Take it into the data: {typed('keep', run, n, 'branch')}")
        return 0
    tell(made.error or "interrupted")
    if made.state == GOING or meter.stopping:
        tell(f"Go on: {typed('branch', run, '--go-on', n)}")
        return 130 if made.state == GOING else 3
    return 1


def _listen(engine: Branching, run: Path, n: int) -> None:
    """Ctrl-C once: finish what is in flight. Twice: now."""
    from teams.engine.running import INTERRUPT

    def interrupted() -> None:
        if engine.meter.stopping == INTERRUPT:
            tell(f"Stopped at once; what was answered is kept. Go on: {typed('branch', run, '--go-on', n)}")
            os._exit(130)
        engine.meter.stop(INTERRUPT)
        tell("Finishing the calls in flight; Ctrl-C again to stop at once.")

    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, interrupted)
