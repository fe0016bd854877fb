"""GSM8K: word problems of the first school years, answered by one whole number."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from eval.published import published
from eval.records import Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._answers import mark_number, read_number
from eval.tasks._asking import ask_number
from eval.tasks._rows import refusal, text

_GOLD = re.compile(r"####\s*(-?[\d,]*\.?\d+)\s*\Z")


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Yield one item a row. The key is what stands after `####` at the end of the worked answer: `#### 1,234`."""
    for row in rows:
        worked = text(row, "answer")
        gold = _GOLD.search(worked)
        if gold is None:
            raise refusal(row, f"'answer' must end in '#### NUMBER', and ends in {worked[-40:]!r}")
        yield Item(f"{row.number}", (Turn(ask_number(text(row, "question"))),), target=gold[1].replace(",", ""))


task = Task(
    name="gsm8k",
    title="GSM8K",
    about="Grade-school word problems in two to eight steps; the final number counts.",
    source=Source(
        hub="openai/gsm8k",
        configs=("main",),
        licence="MIT",
        # The paper prints 1,320; the test file holds 1,319.
        size=1319,
        home="https://github.com/openai/grade-school-math",
    ),
    items=items,
    kind="number",
    extract=read_number,
    mark=mark_number,
    lm_eval=("gsm8k_cot_zeroshot", "gsm8k"),
    tables=("3", "5"),
    published=published("gsm8k"),
)
