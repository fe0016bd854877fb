"""What a run spent, and what the whole would take, in lines for people."""

from __future__ import annotations

import time
from collections.abc import Callable

from teams.engine.engine import Engine
from teams.engine.options import RunOptions


def spent(engine: Engine) -> list[str]:
    """Say what was spent, in all and by role."""
    total = engine.meter.total
    cost = f", cost {total.cost:.4g}" if total.cost else ""
    replayed = f" ({total.replayed} more answered from the journal)" if total.replayed else ""
    tokens = f"{total.prompt_tokens:,} prompt and {total.completion_tokens:,} new tokens"
    head = f"Model calls: {total.calls}{replayed}, {tokens}{cost}."
    roles = sorted(engine.meter.by_role.items(), key=lambda item: -item[1].completion_tokens)
    rows = [
        f"  {role:12} {usage.calls:6} calls {usage.prompt_tokens:10,} prompt {usage.completion_tokens:9,} new"
        for role, usage in roles
        if usage.calls
    ]
    return [head, *rows]


def estimate(engine: Engine, options: RunOptions, clock: Callable[[float], str]) -> list[str]:
    """Say what the whole would take, from the seeds that were run."""
    tally, total = engine.tally, engine.meter.total
    tokens = total.prompt_tokens + total.completion_tokens
    took = time.monotonic() - engine.meter.started
    if not tally.seeds or not tokens:
        return ["No estimate: these seeds cost nothing new (all was answered from the journal, or declined)."]
    lines = [
        f"From {tally.seeds} seeds: {tokens / tally.seeds:,.0f} tokens and {took / tally.seeds:.1f} s a seed, "
        f"{tally.accepted / tally.seeds:.2f} accepted pairs a seed."
    ]
    if options.pairs and tally.accepted:
        share = options.pairs / tally.accepted
        price = f", cost {total.cost * share:.3g}" if total.cost else ""
        lines.append(
            f"{options.pairs} pairs would take about {tokens * share:,.0f} tokens{price}, "
            f"{clock(took * share)} at this pace, and {tally.seeds * share:,.0f} seeds."
        )
    elif options.pairs:
        lines.append("None was accepted, so there is nothing to reckon from; look at the rejected ones first.")
    return lines
