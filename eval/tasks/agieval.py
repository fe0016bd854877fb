"""AGIEval: human examinations, its ten English sets, which are its groups.

Tables 4 and 5 show some of them: `agieval:lsat-rc`, `agieval:sat-en`, `agieval:math`, `agieval:sat-math`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from eval.published import published
from eval.records import Extracted, Item, Turn, Values
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._answers import mark_choice, mark_math, read_choice, read_math
from eval.tasks._asking import ask_choice, ask_math, letters
from eval.tasks._rows import key, text, texts

_SETS = (
    "aqua-rat", "gaokao-english", "logiqa-en", "lsat-ar", "lsat-lr", "lsat-rc", "math", "sat-en",
    "sat-en-without-passage", "sat-math",
)  # fmt: skip
_MARKED = re.compile(r"\(?([A-E])[).?、:]\s*")
"""How an option begins with its own letter: `(A)`, `A.`, `A)` and a few misprints."""


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Yield one item a row: of `math` the expression in `answer`, of all others the option in `label`."""
    for row in rows:
        name, question = f"{row.config}-{row.number}", text(row, "question")
        if row.data.get("options"):
            options = lettered(texts(row, "options"))
            yield Item(
                name,
                (Turn(ask_choice(question, options, text(row, "passage", may_lack=True))),),
                target=key(row, "label", letters(len(options))),
                options=tuple(options),
                group=row.config,
            )
        else:
            # What a model extractor is told: most of this task's answers are choices, these are none.
            facts = {"kind": "math"}
            target = text(row, "answer")
            yield Item(name, (Turn(ask_math(question)),), target=target, group=row.config, facts=facts)


def lettered(options: Sequence[str]) -> list[str]:
    """Return the options without the letters they begin with, in the order of those letters.

    In 19 rows of LogiQA they stand in the order A, C, B, D, and it is the letters that the key goes by: where the text
    settles the answer, as in the row about valves, it is the option marked with the key's letter.
    """
    marks = [found[1] if (found := _MARKED.match(option)) else "" for option in options]
    if sorted(marks) == list(letters(len(options))):
        # Twice: AQuA has a row of options that begin with `(A)A)`.
        stripped = {mark: _without(mark, _without(mark, option)) for mark, option in zip(marks, options, strict=True)}
        return [stripped[mark] for mark in sorted(marks)]
    shown = list(zip(letters(len(options)), options, strict=True))
    # Without any mark but the letter and a blank (`A Shannan`, `B Jiangnan`): only if all begin so, since an option may
    # begin with the article.
    if all(option.startswith(f"{letter} ") for letter, option in shown):
        return [option[2:].strip() for option in options]
    return [_without(letter, option) for letter, option in shown]


def _without(letter: str, option: str) -> str:
    found = _MARKED.match(option)
    return option[found.end() :] if found and found[1] == letter and option[found.end() :] else option


def _read(item: Item, answer: str) -> Extracted:
    return read_choice(item, answer) if item.options else read_math(item, answer)


def _mark(item: Item, value: Any) -> Values:
    return mark_choice(item, value) if item.options else mark_math(item, value)


task = Task(
    name="agieval",
    title="AGIEval",
    about="Examinations for people, in English: reading, logic and mathematics; the mean of ten sets.",
    source=Source(
        # One state of it, since nothing else says that the files are still the same.
        url="https://raw.githubusercontent.com/ruixiangcui/AGIEval/5c77d073fda993f1652eaae3cf5d04cc5fd21d40/data/v1/",
        files=tuple(f"{name}.jsonl" for name in _SETS),
        licence="MIT for Gaokao and SAT, the others their own",
        size=3852,
        home="https://github.com/ruixiangcui/AGIEval",
    ),
    items=items,
    kind="choice",
    extract=_read,
    mark=_mark,
    max_tokens=2048,
    mean="macro",
    # Compares options' likelihoods, but for `math`, where it reads the first 32 tokens.
    lm_eval=("agieval_en",),
    tables=("3", "4", "5"),
    published=published("agieval"),
)
