"""What a benchmark is, in one record; and where they are found."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from agents.errors import UsageError
from eval.records import Extract, Item, Mark, ScoreFunction
from eval.sources import Row, Source, miniature, read_rows

if TYPE_CHECKING:
    from eval.results import Scored
    from eval.retrieval import Retrieval, Snippet

TASKS = Path(__file__).parent / "tasks"
Kind: TypeAlias = Literal["choice", "choices", "number", "math", "span", "yes_no", "free", "json", "text"]
"""What is read out of an answer; the optional model extractor is told so. `text`: nothing, the answer is whole."""


@dataclass(frozen=True)
class Metric:
    """One figure of a task."""

    name: str
    title: str = ""
    scale: float = 100.0
    """What the ratio of earned to possible is multiplied with: 100 makes per cent, 10 a mark out of ten."""
    higher: bool = True
    """More is better."""
    most: float | None = None
    """No group's ratio counts for more than this: Orca-Bench clips at the teacher's."""


@dataclass(frozen=True)
class Task:
    """One benchmark in the paper's protocol: asked in a chat, without examples, the answer read out of free text.

    Either `extract` and `mark` say what an answer earns, or `score` does, with a judge where `judged`.
    """

    name: str
    title: str
    about: str
    source: Source
    items: Callable[[Iterable[Row]], Iterator[Item]]
    """Makes items of rows in the original's layout. Raise `UsageError` that names the row where one is not."""
    documents: Callable[[Item, Sequence[Snippet]], Item] | None = None
    """Puts what was retrieved for `facts["query"]` into an item. None: nothing is retrieved."""
    shares: str = ""
    """Whose miniature it has, if not one of its own."""
    metrics: tuple[Metric, ...] = (Metric("accuracy", "Accuracy"),)
    """The first is the one that tables show."""
    kind: Kind = "text"
    extract: Extract | None = None
    mark: Mark | None = None
    score: ScoreFunction | None = None
    judged: bool = False
    judge_calls: float = 0.0
    """About how many an item takes with one vote, two answers being put in both orders: for the estimate."""
    judge_says: tuple[int, int] = (250, 1500)
    """Tokens of a verdict, about and at most."""
    compares: bool = False
    """Its judge sees two answers at a time, in both orders unless that is not wanted."""
    max_tokens: int = 1024
    """New tokens in one answer."""
    mean: Literal["micro", "macro"] = "micro"
    """Over items, or over the means of their groups."""
    lm_eval: tuple[str, ...] = ()
    """Tasks of lm-evaluation-harness that ask the same."""
    tables: tuple[str, ...] = ()
    """Of the paper's: `3`, `4` …"""
    published: Mapping[str, float] = field(default_factory=dict)
    """What the paper prints, by model, in the unit of the first metric."""
    more: Callable[[Sequence[Scored]], Mapping[str, float]] | None = None
    """Further figures that are no mean of items, such as a length-controlled win rate."""
    version: str = "1"
    """Raised whenever items or marks change, so that results of two versions are not compared silently."""


def names() -> list[str]:
    """Return the packaged tasks: a file's name is its registration."""
    return sorted(path.stem for path in TASKS.glob("*.py") if not path.stem.startswith("_"))


def load(name: str) -> Task:
    """Return a packaged task by its name, or a user's own from `FILE.py`, which holds it as `task`.

    Raise `UsageError` where there is none, or its name is taken.
    """
    if name.endswith(".py"):
        return _own(name)
    if name not in names():
        import difflib

        near = difflib.get_close_matches(name, names(), 3)
        hint = f"; did you mean {' or '.join(near)}?" if near else f"; there are: {', '.join(names())}"
        raise UsageError(f"no task {name!r}{hint}")
    task: Task = importlib.import_module(f"eval.tasks.{name}").task
    return task


def load_all(wanted: Sequence[str]) -> list[Task]:
    """Return the tasks named, each once. Raise `UsageError` where two have one name."""
    tasks: dict[str, Task] = {}
    for name in dict.fromkeys(wanted):
        task = load(name)
        if task.name in tasks:
            raise UsageError(f"two tasks are called {task.name!r}; rename the one in {name}")
        tasks[task.name] = task
    return list(tasks.values())


def _own(place: str) -> Task:
    from eval.functions import load_module

    task = getattr(load_module(place), "task", None)
    if not isinstance(task, Task):
        raise UsageError(f"{place} has no `task`: it must hold `task = Task(…)`, as the files in eval/tasks do")
    if task.name in names():
        raise UsageError(f"{place} calls its task {task.name!r}, which is a packaged one; give it another name")
    return task


def items_of(
    task: Task, place: Path | None, *, is_miniature: bool = False, retrieval: Retrieval | None = None
) -> list[Item]:
    """Return the items of a task from its hub, from `place`, or of its miniature; with documents where it takes them.

    Raise `UsageError` where there are none, or two have one id, or documents are lacking.
    """
    where = miniature(task.shares or task.name) if is_miniature else place
    made = list(task.items(read_rows(task.name, task.source, where)))
    if not made:
        raise UsageError(f"{task.name}: no items in {where or task.source.hub or task.source.url}")
    ids: dict[str, Any] = {}
    for item in made:
        if item.id in ids:
            raise UsageError(f"{task.name}: two items are called {item.id!r}; ids must differ")
        ids[item.id] = True
    if task.documents is None:
        return made
    from eval.retrieval import Retrieval, retrieved

    means, found = retrieved(task.name, made, retrieval or Retrieval(), where)
    told = [replace(item, facts={**item.facts, "retriever": means}) for item in made]
    return [task.documents(item, snippets) for item, snippets in zip(told, found, strict=True)]
