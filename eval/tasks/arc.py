"""ARC: science questions of school years three to nine, in an easy and a challenge set, which are its groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from eval.published import published
from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._answers import mark_choice, read_choice
from eval.tasks._asking import ask_choice
from eval.tasks._rows import key, refusal, text, texts

_GROUPS = {"ARC-Easy": "easy", "ARC-Challenge": "challenge"}


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Yield one item a row. Some have three or five options, and some label them 1 to 4: all are lettered anew."""
    for row in rows:
        choices = row.data.get("choices")
        if not isinstance(choices, Mapping) or not {"text", "label"} <= set(choices):
            raise refusal(row, "'choices' must be {'text': [options], 'label': [their labels]}")
        options, labels = texts(row, "choices", choices["text"]), texts(row, "choices", choices["label"])
        if len(options) != len(labels):
            raise refusal(row, f"'choices' has {len(options)} options and {len(labels)} labels; each has its own")
        group = _GROUPS.get(row.config, row.config)
        yield Item(
            f"{group}-{text(row, 'id')}",
            (Turn(ask_choice(text(row, "question"), options)),),
            target=key(row, "answerKey", labels),
            options=tuple(options),
            group=group,
        )


task = Task(
    name="arc",
    title="ARC",
    about="Grade-school science, 2,376 easy and 1,172 challenge questions; all count alike.",
    source=Source(
        hub="allenai/ai2_arc",
        configs=("ARC-Easy", "ARC-Challenge"),
        licence="CC-BY-SA-4.0",
        size=3548,
        home="https://allenai.org/data/arc",
    ),
    items=items,
    kind="choice",
    extract=read_choice,
    mark=mark_choice,
    # `arc_challenge_chat` writes the beginning of the answer for the model, and so leaves it no room to reason.
    lm_eval=("arc_easy", "arc_challenge", "arc_challenge_chat"),
    tables=("3",),
    published=published("arc"),
)
