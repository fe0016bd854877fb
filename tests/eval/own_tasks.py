"""A task of one's own, as a user would write it into a file, and models that are functions."""

from pathlib import Path

TASK = '''"""Sums, as a user's own task."""
from collections.abc import Iterable, Iterator

from eval.records import Extracted, Item, Turn
from eval.sources import Row, Source
from eval.task import Task


def items(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        yield Item(f"sum-{row.number}", (Turn(f"{row.data['a']} + {row.data['b']}?"),),
                   target=str(row.data["a"] + row.data["b"]), group=row.data["level"])


def extract(item: Item, answer: str) -> Extracted:
    digits = [word for word in answer.split() if word.isdigit()]
    return Extracted(digits[-1] if digits else None, "last")


task = Task("NAME", "Sums", "Adding.", Source(size=SIZE), items, kind="number", extract=extract,
            mark=lambda item, value: {"accuracy": (float(value == item.target), 1.0)})
'''
MODELS = '''"""Models that are functions."""
import os
import re
import time


def adder(messages):
    with open(os.environ["ASKED"], "a") as file:
        file.write("asked\\n")
    a, b = map(int, re.findall(r"\\d+", messages[-1]["content"]))
    return f"That makes {a + b}"


async def off_by_one(messages):
    a, b = map(int, re.findall(r"\\d+", messages[-1]["content"]))
    return f"That makes {a + b + 1}"


def mute(messages):
    return ""


def rambler(messages):
    return "well " * 500


def number(messages):
    return 4


def slow(messages):
    time.sleep(0.3)
    return adder(messages)
'''


def write_task(folder: Path, name: str = "sums", size: int = 0) -> Path:
    """Write the task into `folder`; return its file."""
    path = folder / f"{name}.py"
    path.write_text(TASK.replace("NAME", name).replace("SIZE", str(size)), encoding="utf-8")
    return path


def write_rows(folder: Path, count: int = 6) -> Path:
    """Write its data; return their file."""
    path = folder / "rows.jsonl"
    rows = (f'{{"a": {n}, "b": {n + 1}, "level": "{"easy" if n < 3 else "hard"}"}}' for n in range(count))
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


def write_models(folder: Path) -> Path:
    """Write the models; return their file."""
    path = folder / "models.py"
    path.write_text(MODELS, encoding="utf-8")
    return path
