"""What a run found, spent and left, and what the whole would take, in lines for people."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING

from agents.command_line import typed
from agents.models.model import Model
from teams.engine.card import UNREAD, unread
from teams.engine.live import clock, plain
from teams.engine.mix_coverage import in_short
from teams.engine.options import RunOptions
from teams.engine.per_pair import per_pair, repeated

if TYPE_CHECKING:
    from teams.engine.card import Counts
    from teams.engine.engine import Engine
    from teams.engine.running import Outcome

MOST = 8
"""Reasons that are listed."""


def summary(outcome: Outcome, options: RunOptions) -> str:
    """Say how a run ended, what fell out and why, what it cost and where to look."""
    engine = outcome.engine
    lines = [
        f"{_plural(outcome.accepted, 'pair')} accepted, {outcome.rejected} rejected{_rate(outcome)}: {outcome.why}."
    ]
    lines += skipped(outcome.skipped)
    lines += covered(outcome)
    if count := outcome.counts.judges[UNREAD]:
        lines.append(f"Of the accepted, {unread(count)}")
    lines += fell_out(outcome.counts)
    if not outcome.accepted and outcome.counts.rejected:
        lines.append(
            "Nothing was accepted: rejected.jsonl has the words behind each reason. A stronger model helps most."
        )
    if waiting := engine.tally.unjudged:
        what = f"{_plural(waiting, 'pair')} {'waits' if waiting == 1 else 'wait'} for a judge that could not be asked"
        lines.append(f"{what}; go on with --run {outcome.folder} to have {'it' if waiting == 1 else 'them'} judged.")
    lines += spent(engine, engine.new)
    if options.estimate:
        lines += estimate(outcome, options)
    if engine.tally.bugs:
        lines.append(f"{engine.tally.bugs} chats failed in our own code; see the table `chats` of run.db.")
    folder = outcome.folder
    lines.append(f"Pairs: {folder}/pairs.jsonl   rejected: {folder}/rejected.jsonl   about them: {folder}/README.md")
    lines.append(f"Look inside, pair by pair and chat by chat: {typed(folder, module='agents.view')}")
    if outcome.code in (3, 130) or options.estimate:
        lines.append(f"Go on with: --run {folder}")
    return "\n".join(map(plain, lines)) + "\n"


def _plural(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _rate(outcome: Outcome) -> str:
    judged = outcome.accepted + outcome.rejected
    return f" ({outcome.accepted / judged:.0%} of those that were judged)" if judged else ""


def skipped(reasons: Mapping[str, int]) -> list[str]:
    """Say which files were no seeds."""
    listed = ", ".join(f"{n} {reason}" for reason, n in sorted(reasons.items()))
    return [f"Files skipped: {listed}."] if listed else []


def covered(outcome: Outcome) -> list[str]:
    """Say what each skill of a mix has and lacks."""
    if not outcome.engine.parts.is_mix:
        return []
    return ["By skill (README.md has every kind):", *in_short(outcome.counts.coverage, outcome.counts.quotas)]


def fell_out(counts: Counts) -> list[str]:
    """Say why things fell out, most frequent first."""
    if not counts.rejected:
        return []
    stages = ", ".join(f"{number} at {stage}" for stage, number in counts.rejected_at.most_common())
    rows = [f"  {number:5} {reason}" for reason, number in counts.reasons.most_common(MOST)]
    return [f"What fell out ({stages}), most frequent reasons:", *rows]


def spent(engine: Engine, new: Mapping[str, int]) -> list[str]:
    """Say what was spent: in all, by role, and for each of the `new` pairs of each skill."""
    total = engine.meter.total
    cost = f", cost {total.cost:.4g}" if total.cost else ""
    replayed = f" ({total.replayed} more answered from the journal)" if total.replayed else ""
    tokens = f"{total.prompt_tokens:,} prompt and {total.completion_tokens:,} new tokens"
    head = f"Model calls: {total.calls}{replayed}, {tokens}{cost}, {clock(time.monotonic() - engine.meter.started)}."
    roles = sorted(engine.meter.by_role.items(), key=lambda item: -item[1].completion_tokens)
    rows = [
        f"  {role:12} {usage.calls:6} calls {usage.prompt_tokens:10,} prompt {usage.completion_tokens:9,} new"
        for role, usage in roles
        if usage.calls
    ]
    return [head, *rows, *per_pair(engine.meter.by_stage, new), *repeated(engine.meter.by_stage.values())]


def estimate(outcome: Outcome, options: RunOptions) -> list[str]:
    """Say what the whole would take, from the seeds that were run."""
    engine, new = outcome.engine, outcome.accepted - outcome.before
    tally, total = engine.tally, engine.meter.total
    tokens = total.prompt_tokens + total.completion_tokens
    took = time.monotonic() - engine.meter.started
    if not tally.seeds or not tokens:
        return ["No estimate: these seeds cost nothing new (all was answered from the journal, or declined)."]
    lines = [
        f"From {_plural(tally.seeds, 'seed')}: {tokens / tally.seeds:,.0f} tokens, {took / tally.seeds:.1f} s a seed, "
        f"{new / tally.seeds:.2f} accepted pairs a seed."
    ]
    if options.pairs and new:
        share = options.pairs / new
        seeds = tally.seeds * share
        lines.append(
            f"{_plural(options.pairs, 'pair')} would take about {_cost(tokens, total.cost, took, share)}, "
            f"and {seeds:,.0f} seeds; there are {outcome.seeds:,}"
            + (", and each is tried up to three times." if seeds > outcome.seeds else ".")
        )
    elif options.pairs:
        lines.append("None was accepted, so there is nothing to reckon from; look at the rejected ones first.")
    else:
        share = outcome.seeds / tally.seeds
        pairs = f"{new * share:,.0f} pairs"
        lines.append(f"All {outcome.seeds:,} seeds would take about {_cost(tokens, total.cost, took, share)}: {pairs}.")
    return lines


def _cost(tokens: int, cost: float, took: float, share: float) -> str:
    price = f", cost {cost * share:.3g}" if cost else ""
    return f"{tokens * share:,.0f} tokens{price}, {clock(took * share)} at this pace"


def abilities(model: Model) -> str:
    """Say how a model's endpoint is spoken to."""
    able = model.abilities
    tools = {"native": "calls tools", "actions": "calls tools by the action protocol"}[able.tools]
    forms = {
        "native": "holds to JSON schemas",
        "grammar": "is held to JSON by a grammar",
        "prompt": "gets JSON schemas in words",
    }[able.schemas]
    return f"{tools}, {forms}" + ("" if able.system else ", takes no system message")
