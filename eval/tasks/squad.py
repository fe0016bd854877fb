"""SQuAD 2.0: questions on a paragraph, a third to a half of which it does not answer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from eval.extract import spans, squad_score
from eval.records import Extracted, Item, Turn, Values
from eval.sources import Row, Source
from eval.task import Metric, Task
from eval.tasks._asking import ask_passage
from eval.tasks._rows import refusal, text

_NONE = re.compile(r"\W*(?:it is |that is |this is )?(?:unanswerable|not answerable|no answer|n/a)\W*", re.IGNORECASE)
_NONE_IN_PROSE = re.compile(
    r"\b(?:unanswerable|not answerable|can(?:not|['’]t| not) be (?:answered|determined|inferred|found))\b",
    re.IGNORECASE,
)


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Yield one item a row. The key is all answers that people gave; none means that the text has no answer."""
    for row in rows:
        answers = row.data.get("answers")
        golds = answers.get("text") if isinstance(answers, Mapping) else None
        if not isinstance(golds, list | tuple) or not all(isinstance(gold, str) for gold in golds):
            raise refusal(row, "'answers' must be {'text': [answers, or none], 'answer_start': [where]}")
        yield Item(
            text(row, "id"),
            (Turn(ask_passage(text(row, "question"), text(row, "context"))),),
            target=list(dict.fromkeys(golds)),
            group="answerable" if golds else "unanswerable",
        )


def read(item: Item, answer: str) -> Extracted:
    """Read the words that answer; empty, which is an answer here, where the reply says that there is none."""
    found = spans(answer)
    # Said in prose, it is no hedge here; but a last line that holds an answer goes before it.
    if found.how == "not_given" or (found.how != "answer_is" and _NONE_IN_PROSE.search(answer)):
        return Extracted("", "not_given")
    if not isinstance(found.value, str):
        return found
    if _NONE.fullmatch(found.value):
        return Extracted("", "not_given", found.span)
    # As it stands in the reply: numbers are read without their units, and the answers of people here have them.
    return replace(found, value=answer[slice(*found.span)].strip()) if found.span else found


def mark(item: Item, value: Any) -> Values:
    """Give the best agreement with any of the answers, over words and as a whole."""
    exact, f1 = (0.0, 0.0) if value is None else squad_score(value, item.target)
    return {"f1": (f1, 1.0), "exact": (exact, 1.0)}


task = Task(
    name="squad",
    title="SQuAD 2.0",
    about="Short answers taken from a paragraph, or that it has none; F1 over words.",
    source=Source(
        hub="rajpurkar/squad_v2",
        split="validation",  # the test set is not public
        licence="CC-BY-SA-4.0",
        size=11873,
        home="https://rajpurkar.github.io/SQuAD-explorer/",
    ),
    items=items,
    metrics=(Metric("f1", "F1"), Metric("exact", "Exact match")),
    kind="span",
    extract=read,
    mark=mark,
    max_tokens=512,
    lm_eval=("squadv2",),
    # Not in the paper, as far as is known of its Table 4: the widest used set beside those.
)
