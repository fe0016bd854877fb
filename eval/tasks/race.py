"""RACE: reading comprehension from English examinations for Chinese high schools."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from eval.published import published
from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._answers import mark_choice, read_choice
from eval.tasks._asking import ask_choice, letters
from eval.tasks._rows import key, text, texts


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Yield one item a row; several rows share an article, and with it `example_id`, so rows are numbered."""
    for row in rows:
        options = texts(row, "options")
        yield Item(
            f"{row.number}",
            (Turn(ask_choice(text(row, "question"), options, text(row, "article"))),),
            target=key(row, "answer", letters(len(options))),
            options=tuple(options),
        )


task = Task(
    name="race",
    title="RACE",
    about="Questions on a passage, four options each: the high-school half.",
    source=Source(
        hub="ehovy/race",
        configs=("high",),
        licence="for research that is not commercial",
        size=3498,
        home="https://www.cs.cmu.edu/~glai1/data/race/",
    ),
    items=items,
    kind="choice",
    extract=read_choice,
    mark=mark_choice,
    # Asks only the last question of each of 1,045 articles, with the answers to those before it in sight.
    lm_eval=("race",),
    tables=("4",),
    published=published("race"),
)
