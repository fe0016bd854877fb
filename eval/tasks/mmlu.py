"""MMLU: questions with four options from 57 subjects; the subjects are its groups.

Table 5 shows three of them: `mmlu:abstract_algebra`, `mmlu:college_mathematics`, `mmlu:high_school_mathematics`.
"""

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
    """Yield one item a row. `answer` is the place of the right one of `choices`, from 0."""
    for row in rows:
        options = texts(row, "choices")
        yield Item(
            f"{row.number}",
            (Turn(ask_choice(text(row, "question"), options)),),
            target=key(row, "answer", letters(len(options))),
            options=tuple(options),
            # Of a copy that has each subject as a config, the config.
            group=text(row, "subject", may_lack=True) or row.config,
        )


task = Task(
    name="mmlu",
    title="MMLU",
    about="Knowledge and reasoning in 57 subjects from school to profession, four options each.",
    # `all` holds the test questions of all subjects in one file, each with its subject.
    source=Source(
        hub="cais/mmlu",
        configs=("all",),
        licence="MIT",
        # The paper speaks of about 16,000: with the validation and example questions there are 15,858.
        size=14042,
        home="https://github.com/hendrycks/test",
    ),
    items=items,
    kind="choice",
    extract=read_choice,
    mark=mark_choice,
    # The first compares the letters' likelihoods without a chat; the others let the model write.
    lm_eval=("mmlu", "mmlu_generative", "mmlu_flan_cot_zeroshot"),
    tables=("3", "5"),
    published=published("mmlu"),
)
