"""What `python -m eval bench` does: load, estimate, ask, score, write, tell."""

from __future__ import annotations

import argparse
import asyncio
import re
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.models.connect import AT_ONCE
from eval.arguments import places, prices
from eval.estimate import estimate, lines, price_of, refuse_unpriced
from eval.folder import RESULTS, read_results, write_results
from eval.judging import Judge
from eval.records import Item, Speaker
from eval.results import Scored, result_of
from eval.retrieval import Retrieval
from eval.running import SILENT, Runner, Stop
from eval.speakers import Priced, close_all, open_speakers
from eval.store import Spent, Store, digest
from eval.task import Task, items_of, load, load_all, names
from eval.telling import told

Tell = Callable[[str], None]
STOPPED = 3
"""Exit code: ended by a budget or Ctrl-C; the same command goes on."""
MANY = 20
"""Items of a task from which on each tenth of them is told."""


class Bench:
    """One `bench`, from its words to its results."""

    def __init__(self, asked: argparse.Namespace, tell: Tell) -> None:
        self.asked, self.tell = asked, tell
        self.stop = Stop(asked.max_cost)
        self._told: dict[str, int] = {}
        self._told_at = time.monotonic()
        self._leaked: dict[str, set[str]] = {}
        """By task, the ids of items that stand in what the model was trained on."""
        self._there: dict[str, int] = {}
        """By task, how many items it has."""

    async def run(self) -> int:
        """Run it; return the exit code."""
        asked = self.asked
        prices(asked.price)
        loaded = self._load()
        named = self._named([task for task, _ in loaded])
        speakers = await open_speakers(named, at_once=asked.at_once or AT_ONCE, tell=self.tell, template=asked.template)
        try:
            priced = {role: Priced(one, prices(asked.price).get(role)) for role, one in speakers.items()}
            self._estimate(loaded, priced)
            if asked.estimate:
                return 0
            return await self._ask(loaded, priced)
        finally:
            await close_all(speakers)

    # -- before anything is asked

    def _load(self) -> list[tuple[Task, list[Item]]]:
        local = places(self.asked.data)
        wanted = [name for word in self.asked.tasks for name in (self._paper(local) if word == "paper" else [word])]
        tasks = load_all(wanted)
        retrieval = Retrieval(self.asked.corpus, self.asked.documents)
        if strange := sorted(local.keys() - {task.name for task in tasks}):
            raise UsageError(f"--data {strange[0]}=…: {strange[0]!r} is not among the tasks asked for")
        if local and self.asked.miniature:
            raise UsageError("--miniature brings its own data; leave out --data, or --miniature")
        loaded = []
        for task in tasks:
            place = local.get(task.name)
            items = items_of(task, place, is_miniature=self.asked.miniature, retrieval=retrieval)
            if self.asked.max_tokens:
                task = replace(task, max_tokens=self.asked.max_tokens)
            self._tell_fewer(task, len(items))
            self._there[task.name] = max(len(items), task.source.size or 0)
            loaded.append((task, drawn(items, self.asked.items)))
        if self.asked.trained_on:
            from eval.leaking import leaked

            self._leaked = leaked({task.name: items for task, items in loaded}, self.asked.trained_on)
        return loaded

    def _paper(self, local: Mapping[str, Path]) -> list[str]:
        """Return the paper's tasks, and tell of those that need something of the user's that was not given."""
        lacking = {} if self.asked.miniature else {
            name: why
            for name in of_the_paper()
            if name not in local and (why := _needs(load(name), has_corpus=self.asked.corpus is not None))
        }  # fmt: skip
        for name, why in lacking.items():
            self.tell(f"{name} is left out: {why}.")
        return [name for name in of_the_paper() if name not in lacking]

    def _tell_fewer(self, task: Task, there: int) -> None:
        wanted, size = self.asked.items, task.source.size
        if wanted and there < wanted:
            self.tell(f"{task.name}: {wanted} items asked for, there are {there}.")
        elif size and there != size and not self.asked.miniature:
            self.tell(f"{task.name}: {there} items; the original has {size}.")

    def _named(self, tasks: Sequence[Task]) -> dict[str, str]:
        asked = self.asked
        if not asked.model:
            raise UsageError("--model says who is measured; `python -m eval bench --help` lists the forms")
        named = {"model": asked.model}
        if judged := [task.name for task in tasks if task.judged]:
            if not asked.judge:
                raise UsageError(f"{', '.join(judged)}: judged by a model; name one with --judge (the paper's: GPT-4)")
            named["judge"] = asked.judge
        if asked.agreement and not asked.extractor:
            raise UsageError("--agreement compares the program's readings with a model's; name one with --extractor")
        if asked.extractor:
            if unknown := [task.name for task in tasks if task.extract and task.kind == "text"]:
                raise UsageError(
                    f"{unknown[0]}: --extractor must know what kind of answer it reads; give its Task a kind"
                )
            named["extractor"] = {"judge": asked.judge, "model": asked.model}.get(asked.extractor) or asked.extractor
        return named

    def _estimate(self, loaded: Sequence[tuple[Task, Sequence[Item]]], speakers: Mapping[str, Priced]) -> None:
        known = {role: price_of(speaker) for role, speaker in speakers.items()}
        refuse_unpriced(self.asked.max_cost, known)
        asked = self.asked
        shares = [
            share
            for task, items in loaded
            for share in estimate(
                task,
                items,
                votes=asked.votes,
                swap=not asked.no_swap,
                compared=len(self._both(task, items)) if "extractor" in speakers else None,
            )
        ]
        for line in lines(shares, known):
            self.tell(line)

    # -- asking

    async def _ask(self, loaded: Sequence[tuple[Task, Sequence[Item]]], speakers: Mapping[str, Speaker]) -> int:
        folder = self.asked.out or Path("evals") / short_name(speakers["model"].name)
        refuse_another(folder, speakers["model"].name)
        with Store(folder) as store, self._stopping():
            for task, items in loaded:
                before = {role: replace(spent) for role, spent in store.spent.items()}
                judge = self._judge(task, speakers, store)
                runner = Runner(
                    speakers["model"], store, judge, speakers.get("extractor"), at_once=self.asked.at_once,
                    tell=self._progress, stop=self.stop, both=self._both(task, items),
                )  # fmt: skip
                scored = await runner.run(task, items)
                if scored:
                    about = self._about(task, items, scored, speakers, judge, took(before, store.spent))
                    if runner.both:
                        about["agreement"] = agreed(runner)
                    result = result_of(task, scored, speakers["model"].name, about)
                    write_results(folder, [result], {task.name: scored})
                    for line in told(result):
                        self.tell(line)
                if self.stop.why:
                    self.tell(f"Stopped: {self.stop.why}. The same command goes on from here.")
                    return STOPPED
        self.tell(f"Results, items and replies are in {folder}/.")
        return 0

    def _both(self, task: Task, items: Sequence[Item]) -> frozenset[str]:
        """The items whose answers the extractor reads beside the program: drawn as `--items` are."""
        wanted = self.asked.agreement if task.extract else None
        return frozenset(item.id for item in drawn(items, wanted)) if wanted else frozenset()

    def _judge(self, task: Task, speakers: Mapping[str, Speaker], store: Store) -> Judge | None:
        if not task.judged:
            return None
        return Judge(speakers["judge"], store, votes=self.asked.votes, swap=not self.asked.no_swap)

    def _about(
        self, task: Task, items: Sequence[Item], scored: Sequence[Scored], speakers: Mapping[str, Speaker],
        judge: Judge | None, spent: Mapping[str, Spent],
    ) -> dict[str, Any]:  # fmt: skip
        local = places(self.asked.data).get(task.name)
        about: dict[str, Any] = {
            "model": speakers["model"].name,
            "data": "miniature"
            if self.asked.miniature
            else str(local)
            if local
            else task.source.hub or task.source.url,
            "data_hash": digest([[i.id, [t.ask for t in i.turns], str(i.target)] for i in items]),
            "max_tokens": task.max_tokens,
            "task_version": task.version,
            "agentinstruct": own_version(),
            "spent": {role: asdict(one) for role, one in spent.items()},
        }
        if any(item.facts.get("held_out") is False for item in items):
            about["held_out"] = False
        if judge:
            about["judge"] = judge.record.row()
        if "extractor" in speakers:
            about["extractor"] = speakers["extractor"].name
        if self.asked.trained_on:
            about["leaked"] = self._without_leaked(task, scored)
        if len(items) < (there := self._there[task.name]) and not self.asked.miniature:
            about["fewer"] = f"{len(items):,} of the benchmark's {there:,} items were asked"
        if len(scored) < len(items):
            about["incomplete"] = f"{len(scored)} of {len(items)} items"
        return about

    def _without_leaked(self, task: Task, scored: Sequence[Scored]) -> dict[str, Any]:
        """Say how many items stand in the training data, and what the figures are without them."""
        ids = self._leaked[task.name]
        clean = result_of(task, [one for one in scored if one.item.id not in ids], "", {})
        return {
            "trained_on": [str(path) for path in self.asked.trained_on],
            "items": sorted(one.item.id for one in scored if one.item.id in ids),
            "without": {name: asdict(figure) for name, figure in clean.figures.items()},
        }

    def _progress(self, task: str, done: int, items: int) -> None:
        tenth, now = done * 10 // items, time.monotonic()
        is_next = items >= MANY and tenth > self._told.get(task, 0)
        if done < items and (is_next or now - self._told_at >= SILENT):
            self._told[task], self._told_at = tenth, now
            self.tell(f"{task}: {done} of {items}")

    def _stopping(self) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def watch() -> Iterator[None]:
            """Let the first Ctrl-C finish what is in flight; the second is the usual one."""
            loop = asyncio.get_running_loop()

            def stop() -> None:
                self.stop.why = "Ctrl-C"
                loop.remove_signal_handler(signal.SIGINT)
                self.tell("Stopping: what is in flight is finished. Ctrl-C again stops at once.")

            with suppress(NotImplementedError, RuntimeError):  # not the main thread
                loop.add_signal_handler(signal.SIGINT, stop)
            try:
                yield
            finally:
                with suppress(NotImplementedError, RuntimeError):
                    loop.remove_signal_handler(signal.SIGINT)

        return watch()


def refuse_another(folder: Path, model: str) -> None:
    """Raise `UsageError` where a folder holds another model's results: before anything is paid for, not after."""
    if (folder / RESULTS).exists() and (there := read_results(folder).model) != model:
        raise UsageError(f"{folder}/ holds results of {there}; give {model} an --out folder of its own")


def of_the_paper() -> list[str]:
    """Return the tasks whose results the paper prints."""
    return [name for name in names() if load(name).tables]


def _needs(task: Task, *, has_corpus: bool) -> str:
    """Return what a task can't be asked without, of what only the user can give; nothing where it needs no such."""
    if not task.source.hub and not task.source.url:
        return f"nobody has published it; build one, and give it with --data {task.name}=PATH"
    if task.documents is not None and not has_corpus:
        return "it searches documents of yours; give them with --corpus PATH"
    return ""


def drawn(items: Sequence[Item], count: int | None) -> list[Item]:
    """Return so many items, those whose ids hash lowest, in their order: the same on every machine and for every model;
    more of them keep the first ones."""
    if count is None or count >= len(items):
        return list(items)
    chosen = set(sorted(range(len(items)), key=lambda n: digest(items[n].id))[:count])
    return [item for number, item in enumerate(items) if number in chosen]


def agreed(runner: Runner) -> dict[str, Any]:
    """Say how far program and extractor agree on the items that both read, and on which they don't."""
    from eval.extract.model import SCRIPT, agreement

    assert runner.extractor is not None
    found = agreement(runner.pairs.values())
    ids = list(runner.pairs)
    return {
        **asdict(found),
        "disagreeing": [ids[place] for place in found.disagreeing],
        "failed": runner.unpaired,
        "model": runner.extractor.name,
        "prompt": SCRIPT.hash,
    }


def short_name(model: str) -> str:
    """Return a folder's name for a model's."""
    return re.sub(r"[^\w.@-]+", "-", model.rpartition("/")[2] or model).strip("-.") or "model"


def own_version() -> str:
    """Return our version, as installed."""
    try:
        return version("agentinstruct")
    except PackageNotFoundError:
        return "not installed"


def took(before: Mapping[str, Spent], after: Mapping[str, Spent]) -> dict[str, Spent]:
    """Return what was spent in between."""
    return {
        role: Spent(**{name: value - getattr(before.get(role, Spent()), name) for name, value in asdict(now).items()})
        for role, now in after.items()
    }
