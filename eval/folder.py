"""What an evaluation leaves: `results.json` with every task's figures, and each task's items in `items/TASK.jsonl`.

Both are written whole beside the old file and put in its place, so that a full disk or a kill leaves the one or the
other, never half of one. A folder belongs to one model; tasks are added to it, and one run again takes its own place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from agents.errors import UsageError
from eval.results import Figure, Result, Scored
from eval.store import StoreError

VERSION = 1
RESULTS = "results.json"
_HEAD = "python -m eval bench … --out FOLDER writes one"


@dataclass(frozen=True)
class Evaluation:
    """One model's results, as they stand in a folder."""

    folder: Path
    model: str
    results: Mapping[str, Result]
    """By task, in the order in which they were first written."""

    @property
    def is_miniature(self) -> bool:
        """Whether any of it was measured on the packaged miniatures."""
        return any(is_miniature(result) for result in self.results.values())


@dataclass(frozen=True)
class Marked:
    """One item of a task, read back: what was asked and answered, and what it came to."""

    id: str
    group: str = ""
    turns: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    finish: tuple[str, ...] = ()
    target: Any = None
    values: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    """By metric: earned and possible."""
    extracted: Any = None
    unparsed: bool = False
    excluded: str = ""


def is_miniature(result: Result) -> bool:
    """Whether a result was measured on a packaged miniature: it says nothing of the benchmark of that name."""
    return bool(result.about.get("data") == "miniature")


def leaked(result: Result) -> tuple[str, ...]:
    """Return the ids of a result's items that stand in what the model was trained on, as far as that was looked for."""
    found = result.about.get("leaked")
    items = found.get("items") if isinstance(found, dict) else None
    return tuple(map(str, items)) if isinstance(items, list) else ()


def write_results(folder: Path, results: Sequence[Result], scored_by_task: Mapping[str, Sequence[Scored]]) -> None:
    """Put the results and their items into the folder, beside those of other tasks that are there.

    Raise `UsageError` where the folder holds another model's or can't be read, `StoreError` where it can't be written.
    """
    if not results:
        return
    models = sorted({result.model for result in results})
    known: dict[str, Result] = {}
    if (folder / RESULTS).exists():
        before = read_results(folder)
        known = dict(before.results)
        models = sorted({before.model, *models})
    if len(models) > 1:
        raise UsageError(
            f"{folder}/ would hold results of {' and '.join(models)}; give each model its own --out folder"
        )
    for result in results:
        if result.task in scored_by_task:
            lines = (json.dumps(one.row(), default=str) for one in scored_by_task[result.task])
            write_whole(items_file(folder, result.task), "".join(f"{line}\n" for line in lines))
        known[result.task] = result
    told = {"version": VERSION, "model": models[0], "results": [asdict(result) for result in known.values()]}
    write_whole(folder / RESULTS, json.dumps(told, indent=1, default=str) + "\n")


def items_file(folder: Path, task: str) -> Path:
    """Return where a task's items stand, whatever it is called."""
    return folder / "items" / f"{quote(task, safe=' ')}.jsonl"


def write_whole(path: Path, text: str) -> None:
    """Write a file so that it is there whole or as it was before. Raise `StoreError` where it can't be written."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except (OSError, UnicodeEncodeError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        raise StoreError(f"{path} can't be written: {why}; what stood there before still does") from None
    finally:
        with suppress(OSError):
            beside.unlink(missing_ok=True)


def read_results(folder: Path) -> Evaluation:
    """Read what an evaluation left. Raise `UsageError`, in one line, where there is nothing that can be read."""
    path = folder / RESULTS
    found = _object(_text(path, f"{folder}/ is no evaluation's folder: it has no {RESULTS}; {_HEAD}"), path)
    if found.get("version") != VERSION:
        raise UsageError(f"{path} is of version {found.get('version')!r}, and this reads {VERSION}; evaluate again")
    try:
        results = [_result(one) for one in found["results"]]
        model = str(found["model"])
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"no {error}" if isinstance(error, KeyError) else error
        raise UsageError(f"{path} holds no results as they are written ({what}); evaluate again") from None
    return Evaluation(folder, model, {result.task: result for result in results})


def read_items(folder: Path, task: str) -> list[Marked]:
    """Read a task's items, in its order. Raise `UsageError`, in one line, where they can't be had."""
    path = items_file(folder, task)
    rows: dict[str, Marked] = {}
    text = _text(path, f"{path} is missing: the items of {task} are not in the folder; evaluate again")
    for number, line in _lines(text):
        found = _object(line, f"{path}:{number}")
        try:
            one = _marked(found)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UsageError(f"{path}:{number} is no item as they are written ({error!r}); evaluate again") from None
        if one.id in rows:
            raise UsageError(f"{path}:{number}: a second item is called {one.id!r}; evaluate again")
        rows[one.id] = one
    return list(rows.values())


def _text(path: Path, missing: str) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise UsageError(missing) from None
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} can't be read: {error}") from None


def _lines(text: str) -> Iterator[tuple[int, str]]:
    # By line feeds alone: other characters that end lines may stand in what a model said.
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _object(text: str, place: Path | str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise UsageError(
            f"{place} is cut off or no JSON; evaluate again: replies that are stored cost nothing"
        ) from None
    if not isinstance(found, dict):
        raise UsageError(f"{place} holds no JSON object; {_HEAD}")
    return found


def _known(kind: type, found: Mapping[str, Any]) -> dict[str, Any]:
    """What of an object this version knows: one that was added since must not keep the rest from being read."""
    names = {one.name for one in fields(kind)}
    return {name: value for name, value in found.items() if name in names}


def _result(found: Mapping[str, Any]) -> Result:
    made = Result(**_known(Result, found))
    made.figures = _figures(made.figures)
    made.groups = {str(name): _figures(figures) for name, figures in made.groups.items()}
    for name in ("more", "excluded", "patterns", "about"):
        if not isinstance(getattr(made, name), dict):
            raise TypeError(f"{name} of {made.task} is no object")
    return made


def _figures(found: Mapping[str, Any]) -> dict[str, Figure]:
    return {str(name): Figure(**_known(Figure, figure)) for name, figure in found.items()}


def _marked(found: Mapping[str, Any]) -> Marked:
    score = found["score"]
    return Marked(
        id=str(found["id"]),
        group=str(found.get("group") or ""),
        turns=_texts(found.get("turns")),
        answers=_texts(found.get("answers")),
        finish=_texts(found.get("finish")),
        target=found.get("target"),
        values={str(name): (float(got), float(most)) for name, (got, most) in (score.get("values") or {}).items()},
        extracted=score.get("extracted"),
        unparsed=bool(score.get("unparsed")),
        excluded=str(score.get("excluded") or ""),
    )


def _texts(found: Iterable[Any] | None) -> tuple[str, ...]:
    return tuple(str(one) for one in found or ())
