"""`python -m eval harness`: the same items through lm-evaluation-harness, beside our own scores."""

from __future__ import annotations

import argparse
import asyncio
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.models.connect import AT_ONCE
from eval.arguments import add_models, add_out, places, tell

_HARNESS = (
    "Put the items of benchmarks to a model through lm-evaluation-harness, with its prompts and its filters, and show "
    "its scores beside ours item by item, where FOLDER holds ours of the same items. Tasks of the harness that compare "
    "likelihoods need hf: models. Few-shot tasks are asked without examples, as ours are."
)


def add(commands: Any) -> None:
    """Add the command's parser."""
    made = commands.add_parser("harness", help="the same through lm-evaluation-harness", description=_HARNESS)
    made.add_argument("tasks", nargs="+", metavar="TASK", help="our names: `python -m eval` lists them")
    add_models(made, judge=False)
    add_out(made, "the folder of a `bench` of the same model; default: evals/MODEL")
    made.add_argument("--data", action="append", default=[], metavar="TASK=PATH", help="as for bench")
    made.add_argument("--miniature", action="store_true", help="as for bench")


def main(asked: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    return asyncio.run(_run(asked))


async def _run(asked: argparse.Namespace) -> int:
    from eval.benching import short_name
    from eval.folder import items_file, read_items
    from eval.harness.beside import beside, table
    from eval.harness.running import require_harness, run_harness, task_manager
    from eval.sources import miniature, read_rows
    from eval.speakers import close_all, open_speakers
    from eval.store import Store
    from eval.task import load_all

    require_harness()
    if not asked.model:
        raise UsageError("--model says who is measured; `python -m eval harness --help` lists the forms")
    tasks, local = load_all(asked.tasks), places(asked.data)
    if silent := [task.name for task in tasks if not task.lm_eval]:
        raise UsageError(f"the harness has no {silent[0]}; leave it out")
    rows = {
        task.name: list(
            read_rows(task.name, task.source, miniature(task.name) if asked.miniature else local.get(task.name))
        )
        for task in tasks
    }
    if asked.estimate:
        tell(f"{sum(map(len, rows.values())):,} items, each asked once by each task of the harness.")
        return 0
    speakers = await open_speakers(
        {"model": asked.model}, at_once=asked.at_once or AT_ONCE, tell=tell, template=asked.template
    )
    try:
        folder = asked.out or Path("evals") / short_name(speakers["model"].name)
        manager = await asyncio.to_thread(task_manager)
        with Store(folder) as store:
            for task in tasks:
                kept = await run_harness(manager, task, rows[task.name], speakers["model"], store, tell)
                if kept is None:
                    continue
                for leaf, figures in kept["figures"].items():
                    tell(f"{leaf}: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
                if items_file(folder, task.name).exists():
                    found = beside(list(read_items(folder, task.name)), kept, task.metrics[0].name)
                    for line in table(task.name, found):
                        tell(line)
    finally:
        await close_all(speakers)
    return 0
