"""MIRAGE: medical questions of five sets, asked without documents (Xiong and others, 2024). See `mirage_rag` too.

Its own program reads an answer in which it finds no letter as A; here that is unparsed, and wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from agents.errors import UsageError
from agents.script import Script
from eval.extract import choice
from eval.records import Extracted, Item, Turn
from eval.sources import Row, Source
from eval.task import Task
from eval.tasks._answers import mark_choice

SETS = ("mmlu", "medqa", "medmcqa", "pubmedqa", "bioasq")
WORDS = Script.beside(__file__)
SOURCE = Source(
    url="https://raw.githubusercontent.com/Teddy-XiongGZ/MIRAGE/main",
    files=("benchmark.json",),
    licence="public domain; the sets have their own terms",
    size=7663,
    home="https://github.com/Teddy-XiongGZ/MIRAGE",
)
_KEY = re.compile(r'"answer_choice"\s*:\s*("(?:[^"\\]|\\.)*"|\w+)')
_LETTER = re.compile(r"\(?([A-Z])(?:[.):,]?\s*$|[.):,]\s+(?!(?:or|and)\b)\S.*)", re.DOTALL)


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Make items of `benchmark.json`, set by set. Raise `UsageError` for a bad question, or where a set lacks."""
    seen = set()
    for row in rows:
        name = str(row.data.get("_key", row.config))
        if name not in SETS:
            raise UsageError(f"mirage: {name!r} is no set of it; benchmark.json holds {', '.join(SETS)}")
        seen.add(name)
        questions = {key: value for key, value in row.data.items() if key != "_key"}
        # As its own program orders them: by their ids.
        for own, question in sorted(questions.items()):
            yield _item(name, own, question)
    if lacking := [name for name in SETS if name not in seen]:
        raise UsageError(f"mirage: benchmark.json lacks {', '.join(lacking)}; its mean is over all five sets")


def _item(name: str, own: str, row: Any) -> Item:
    place = f"mirage: {name}, {own!r}"
    question = row.get("question") if isinstance(row, Mapping) else None
    options = row.get("options") if isinstance(row, Mapping) else None
    if not isinstance(question, str) or not question.strip() or not isinstance(options, Mapping) or len(options) < 2:
        raise UsageError(f"{place} must be an object with question, options and answer")
    letters = sorted(options)
    if letters != [chr(ord("A") + number) for number in range(len(letters))]:
        raise UsageError(f"{place} has options {', '.join(map(str, letters))}; they must be A, B and so on")
    if row.get("answer") not in letters:
        raise UsageError(f"{place} has the answer {row.get('answer')!r}, which is none of {', '.join(letters)}")
    facts = {"query": question.strip(), "options": "\n".join(f"{letter}. {options[letter]}" for letter in letters)}
    return Item(
        f"{name}/{own}",
        (Turn(_said("cot", facts)),),
        system=_said("cot_system", facts),
        target=row["answer"],
        options=tuple(str(options[letter]) for letter in letters),
        group=name,
        facts=facts,
    )


def _said(role: str, facts: Mapping[str, Any], context: str = "") -> str:
    given = {"question": facts["query"], "options": facts["options"], "context": context}
    return WORDS.role(role).prompt.render(given).strip()


def read(item: Item, answer: str) -> Extracted:
    """Read `answer_choice` in the JSON that was asked for; without one, the letter that is chosen in prose."""
    found = list(_KEY.finditer(answer))
    if not found:
        return choice(answer, item.options)
    said = found[-1][1].strip('"').strip()
    letters = [chr(ord("A") + number) for number in range(len(item.options))]
    if (one := _LETTER.fullmatch(said)) and one[1] in letters:
        return Extracted(one[1], "answer_choice", found[-1].span(1))
    same = [letter for letter, option in zip(letters, item.options, strict=True) if option.lower() == said.lower()]
    if len(same) == 1:
        return Extracted(same[0], "answer_choice_text", found[-1].span(1))
    return Extracted(None)


task = Task(
    name="mirage",
    title="MIRAGE, no documents",
    about="Medical examinations and research questions: five sets that count alike, reasoned about without documents.",
    source=SOURCE,
    items=items,
    kind="choice",
    extract=read,
    mark=mark_choice,
    max_tokens=1536,
    mean="macro",
    # Of its sets; BioASQ is in no harness, nor is retrieval.
    lm_eval=("medqa_4options", "medmcqa", "pubmedqa"),
    tables=("8",),
)
