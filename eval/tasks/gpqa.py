"""GPQA: questions by experts in biology, physics and chemistry, whose domains are its groups; the main set of 448."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from eval.published import published
from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._answers import mark_choice, read_choice
from eval.tasks._asking import ask_choice, letters
from eval.tasks._rows import text

_RIGHT = "Correct Answer"
_COLUMNS = (_RIGHT, "Incorrect Answer 1", "Incorrect Answer 2", "Incorrect Answer 3")


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Yield one item a row, its options in an order that the row's id settles: the same for everybody, at any time."""
    for row in rows:
        name = text(row, "Record ID")
        columns = sorted(_COLUMNS, key=lambda column: hashlib.blake2b(f"{name} {column}".encode()).digest())
        options = [" ".join(text(row, column).split()) for column in columns]
        yield Item(
            name,
            (Turn(ask_choice(text(row, "Question"), options)),),
            target=letters(len(columns))[columns.index(_RIGHT)],
            options=tuple(options),
            group=text(row, "High-level domain", may_lack=True).lower(),
        )


task = Task(
    name="gpqa",
    title="GPQA",
    about="Graduate-level questions that a search does not answer: main set, four options in an order fixed by id.",
    source=Source(
        hub="Idavidrein/gpqa",
        configs=("gpqa_main",),
        split="train",  # the only one it has
        gated=True,
        licence="CC-BY-4.0",
        size=448,
        home="https://github.com/idavidrein/gpqa",
    ),
    items=items,
    kind="choice",
    extract=read_choice,
    mark=mark_choice,
    # Its options are shuffled there by chance, anew each time: items can't be compared one by one.
    lm_eval=("gpqa_main_zeroshot", "gpqa_main_cot_zeroshot"),
    tables=("3",),
    published=published("gpqa"),
)
