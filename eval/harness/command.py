"""`python -m eval harness`: the same items through lm-evaluation-harness, beside our own scores."""

from __future__ import annotations

import argparse
import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from agents.errors import UsageError
from agents.models.connect import AT_ONCE
from eval.arguments import add_models, add_out, count, places, prices, tell
from eval.records import Speaker
from eval.sources import Row
from eval.task import Task

T = TypeVar("T")

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
    made.add_argument("--items", type=count, metavar="N", help="only so many of each task: the same as bench draws")
    made.add_argument("--max-tokens", type=count, metavar="N", help="new tokens of one answer, as for bench; default: "
                      "what the harness's task says")  # fmt: skip


def main(asked: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from eval.harness.running import require_harness
    from eval.speakers import close_all, open_speakers
    from eval.task import load_all

    require_harness()
    if not asked.model:
        raise UsageError("--model says who is measured; `python -m eval harness --help` lists the forms")
    tasks = load_all(asked.tasks)
    if silent := [task.name for task in tasks if not task.lm_eval]:
        raise UsageError(f"the harness has no {silent[0]}; leave it out")
    rows = {task.name: _rows(task, asked) for task in tasks}
    if asked.estimate:
        tell(f"{sum(map(len, rows.values())):,} items, each asked once by each task of the harness.")
        return 0
    with loop_beside() as (loop, wait):
        opening = open_speakers(
            {"model": asked.model}, at_once=asked.at_once or AT_ONCE, tell=tell, template=asked.template
        )
        speakers = wait(opening)
        try:
            return _ask(tasks, rows, asked, _priced(speakers["model"], asked), loop, wait)
        finally:
            wait(close_all(speakers))


def _priced(model: Speaker, asked: argparse.Namespace) -> Speaker:
    from eval.estimate import price_of
    from eval.speakers import Priced
    from eval.transformers_speaker import Transformers

    if isinstance(model, Transformers):  # the harness wants the model itself, and nobody is paid
        return model
    priced = Priced(model, prices(asked.price).get("model"))
    if asked.max_cost is not None and price_of(priced) is None:
        raise UsageError("--max-cost needs to know what the model costs: --price IN,OUT")
    return priced


def _rows(task: Task, asked: argparse.Namespace) -> list[Row]:
    from eval.sources import miniature, read_rows

    place = miniature(task.name) if asked.miniature else places(asked.data).get(task.name)
    rows = list(read_rows(task.name, task.source, place))
    if not asked.items:
        return rows
    from eval.benching import drawn

    chosen = {item.id for item in drawn(list(task.items(rows)), asked.items)}
    return [row for row in rows if any(item.id in chosen for item in task.items([row]))]


def _ask(
    tasks: Sequence[Task],
    rows: Mapping[str, Sequence[Row]],
    asked: argparse.Namespace,
    model: Speaker,
    loop: asyncio.AbstractEventLoop,
    wait: Wait,
) -> int:
    from eval.benching import STOPPED, refuse_another, short_name
    from eval.folder import items_file, read_items
    from eval.harness.beside import beside, table
    from eval.harness.bridge import Stopped
    from eval.harness.running import run_harness, task_manager
    from eval.running import Stop
    from eval.store import Store

    folder = asked.out or Path("evals") / short_name(model.name)
    refuse_another(folder, model.name)
    manager, stop = task_manager(), Stop(asked.max_cost)
    store = wait(_made(lambda: Store(folder)))
    try:
        for task in tasks:
            kept = run_harness(manager, task, rows[task.name], model, store, loop, tell, stop, asked.max_tokens)
            for leaf, figures in kept["figures"].items() if kept else ():
                tell(f"{leaf}: " + ", ".join(f"{name} {value:.3f}" for name, value in figures.items()))
            if kept and items_file(folder, task.name).exists():
                found = beside(read_items(folder, task.name), kept, task.metrics[0].name)
                for line in table(task.name, found):
                    tell(line)
    except Stopped as error:
        tell(f"Stopped: {error}. The same command goes on from here.")
        return STOPPED
    finally:
        wait(_made(store.close))
    return 0


async def _made(make: Callable[[], T]) -> T:
    """Call something in the loop's own thread: a SQLite file belongs to the thread that opened it."""
    return make()


class Wait(Protocol):
    """Has the loop beside run something, and waits for what comes of it."""

    def __call__(self, work: Coroutine[Any, Any, T]) -> T: ...


@contextmanager
def loop_beside() -> Iterator[tuple[asyncio.AbstractEventLoop, Wait]]:
    """Run an event loop in a thread beside: tasks of the harness set alarms, which only the main thread may."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="models", daemon=True)
    thread.start()

    def wait(work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, loop).result()

    try:
        yield loop, wait
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
