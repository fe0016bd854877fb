"""Which tasks of the harness ask a benchmark's items, and how they are made to read the rows that we read."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.sources import Row
from eval.task import Task

ITEM = "_item"
"""The column that carries our item's id through the harness."""
_SPLITS = ("training_split", "validation_split", "test_split", "fewshot_split")


@dataclass(frozen=True)
class Leaf:
    """One task of the harness over some of our rows."""

    name: str
    yaml: Path
    """Its configuration with other data: ours includes theirs."""
    items: int
    generates: bool
    """It reads generated text; others compare how likely options are."""


def leaves_of(manager: Any, task: Task, rows: Sequence[Row], folder: Path) -> tuple[list[Leaf], list[str]]:
    """Return the harness tasks that can ask these rows, written as configurations into `folder`; in lines, which can't.

    A task whose data have another layout than ours (another data set of the hub) can't: its prompts name other columns.
    """
    leaves, notes = [], []
    for name, config, yaml in _configurations(manager, task):
        if config.get("dataset_path") != task.source.hub:
            notes.append(f"{name} reads {config.get('dataset_path')}, laid out otherwise: left out")
            continue
        ours = list(_rows_of(config, rows))
        if not ours:
            continue
        data, made = folder / "data" / f"{name}.jsonl", folder / "tasks" / f"ours_{name}.yaml"
        _write_rows(task, ours, data)
        made.parent.mkdir(parents=True, exist_ok=True)
        files = {str(config[split]): str(data.resolve()) for split in _SPLITS if config.get(split)}
        # JSON is YAML: no other writer is needed.
        overrides = {
            "include": str(yaml),
            "task": f"ours_{name}",
            "dataset_path": "json",
            "dataset_name": None,
            "dataset_kwargs": {"data_files": files},
            "num_fewshot": 0,
        }
        made.write_text(json.dumps(overrides), encoding="utf-8")
        if why := _why_not(manager, made):
            notes.append(f"{name} can't be loaded: {why}")
            continue
        leaves.append(Leaf(name, made, len(ours), config.get("output_type") == "generate_until"))
    return leaves, notes


def _configurations(manager: Any, task: Task) -> Iterator[tuple[str, Mapping[str, Any], Path]]:
    for name in task.lm_eval:
        for leaf in _expanded(manager, name, task.name):
            entry = manager.task_index[leaf]
            yield leaf, _merged(Path(entry.yaml_path)), Path(entry.yaml_path)


def _expanded(manager: Any, name: str, task: str) -> list[str]:
    """Return a task's own name, or those of a group's or tag's members, of theirs too."""
    entry = manager.task_index.get(name)
    if entry is None:
        raise UsageError(f"{task}: the installed lm-eval has no task {name!r}; it was written for lm-eval 0.4.13")
    members: list[str] | None = None
    if entry.kind.name == "TAG":
        members = sorted(entry.tags)
    elif entry.kind.name == "GROUP":
        listed = _merged(Path(entry.yaml_path)).get("task") or []
        members = [one if isinstance(one, str) else str(one.get("task") or one.get("group")) for one in listed]
    if members is None:
        return [name]
    return [leaf for member in members if member in manager.task_index for leaf in _expanded(manager, member, task)]


def _merged(path: Path) -> dict[str, Any]:
    from lm_eval.tasks._yaml_loader import load_yaml

    return dict(load_yaml(path, resolve_func=False))


def _why_not(manager: Any, yaml: Path) -> str:
    """Say why the harness can't load a task; some need packages, or data that they fetch when they are imported."""
    try:
        return "" if manager.load([str(yaml)])["tasks"] else "it holds no task"
    except Exception as error:  # whatever the task's own code does
        return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"


def _rows_of(config: Mapping[str, Any], rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the rows of a leaf's config; where all lie in one, those that name it as their subject."""
    name = config.get("dataset_name") or ""
    for row in rows:
        if row.config in (name, "default") or not name or row.data.get("subject") == name:
            yield row


def _write_rows(task: Task, rows: Sequence[Row], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            item = next(iter(task.items([row])), None)
            if item is not None:
                file.write(json.dumps({**row.data, ITEM: item.id}, ensure_ascii=False, default=str) + "\n")
