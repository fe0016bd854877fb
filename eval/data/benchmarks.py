"""The texts of benchmarks that must not stand in the data: of files, and of the packaged tasks by their names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agents.errors import UsageError
from eval.data.contamination import Texts, read_benchmarks
from eval.sources import miniature, read_rows
from eval.task import load, load_all, names
from tools.overlap import strings_in

EVERY = "paper"
"""Stands for every task whose results the paper prints."""


def benchmarks_of(
    words: Sequence[Path],
    places: Mapping[str, Path],
    is_miniature: bool = False,
    tell: Callable[[str], None] = lambda line: None,
) -> dict[str, list[Texts]]:
    """Return the items of benchmarks by name: of files and folders, of tasks, or of all the paper's (`paper`).

    A task's rows are taken as the original has them, answers included: whatever stands in training data leaked. With
    `paper` what can't be had is told and left out; a task that was named must be had. Raise `UsageError`.
    """
    files = [word for word in words if word.exists()]
    found: dict[str, list[Texts]] = dict(read_benchmarks(files)) if files else {}
    named = [str(word) for word in words if not word.exists()]
    for task in load_all([name for name in named if name != EVERY]):
        found[task.name] = _texts(task.name, places, is_miniature)
    if EVERY in named:
        for name in names():
            if load(name).tables and name not in found:
                try:
                    found[name] = _texts(name, places, is_miniature)
                except UsageError as error:
                    tell(str(error))
    return found


def _texts(name: str, places: Mapping[str, Path], is_miniature: bool) -> list[Texts]:
    place = miniature(name) if is_miniature else places.get(name)
    return [list(strings_in(dict(row.data))) for row in read_rows(name, load(name).source, place)]
