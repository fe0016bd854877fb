"""Running a task's miniature end to end, with a function for a model that answers as a test wants."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from eval.records import Item, Message
from eval.results import Result, Scored, result_of
from eval.running import Runner
from eval.speakers import Function
from eval.store import Store
from eval.task import Task, items_of, load


async def run(
    name: str, answer: Callable[[Item], str], folder: Path, items: Sequence[Item] | None = None
) -> tuple[Result, list[Scored]]:
    """Return what came of a task's items, by default its miniature's, when each is answered so."""
    task = load(name)
    items = items_of(task, None, is_miniature=True) if items is None else items
    by_prompt = {item.turns[-1].ask: item for item in items}
    assert len(by_prompt) == len(items)

    def say(messages: list[Message]) -> str:
        item = by_prompt[messages[-1]["content"]]
        assert messages[0]["content"] == (item.system or item.turns[-1].ask)
        return answer(item)

    with Store(folder) as store:
        scored = await Runner(Function(f"python:{name}", say), store).run(task, items)
    return result_of(task, scored, "function", {}), scored


def said(item: Item) -> str:
    """Return all that is sent for an item."""
    return "\n".join([item.system, *(turn.ask for turn in item.turns)])


def from_rows(task: Task, place: Path, rows: Any, name: str = "rows.json") -> list[Item]:
    """Return the items of rows that are written to a file first."""
    import json

    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    text = "\n".join(json.dumps(row) for row in rows) if name.endswith(".jsonl") else json.dumps(rows)
    path.write_text(text, encoding="utf-8")
    return items_of(task, path)


def hub_folder(place: Path, configs: dict[str, list[dict[str, Any]]], split: str) -> Path:
    """Write what a hub's data set holds: a card, and Parquet files by config. `datasets` loads the folder."""
    import pyarrow
    import pyarrow.parquet

    lines = ["---", "configs:"]
    for config, rows in configs.items():
        folder = place / (config or "data")
        folder.mkdir(parents=True, exist_ok=True)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), folder / f"{split}-00000-of-00001.parquet")
        lines += [f"- config_name: {config or 'default'}", "  data_files:", f"  - split: {split}"]
        lines += [f"    path: {config or 'data'}/{split}-*"]
    (place / "README.md").write_text("\n".join([*lines, "---", ""]), encoding="utf-8")
    return place
