"""DROP: questions on a passage that take counting, adding, comparing or sorting (Dua and others, 2019).

Marked as its own program marks: exact match, and an F1 over words in which numbers must agree; the best over all
answers that people gave to the question. F1 is what tables show.

Three layouts are read: the hub's rows with `answer` and `validated_answers`, the original file (passages with
`qa_pairs`), and rows with `answers_spans`. The last one does not say whether two spans are one answer of two
parts or two answers: there each span, and all together, count as right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.script import Script
from eval.extract import drop_score, spans
from eval.published import published
from eval.records import Extracted, Item, Turn, Values
from eval.sources import Row, Source
from eval.task import Metric, Task
from eval.tasks._rows import refusal, text

LONGEST = 6
"""Words in one of several answers: what is longer goes on in prose."""
_PROSE = re.compile(r"(?:this|that|these|it|which|because|since|so|as|the passage|i|we|they|note)\b", re.IGNORECASE)
_WORDS = Script.beside(__file__)


def items(rows: Iterable[Row]) -> Iterator[Item]:
    """Make items. Raise `UsageError` for a row that is none of the three layouts, or has no answer."""
    ids: set[str] = set()
    for row in rows:
        for place, question in enumerate(_questions(row)):
            passage, asked = text(row, "passage"), question.get("question")
            if not isinstance(asked, str) or not asked.strip():
                raise refusal(row, f"question {place + 1} is no text; it needs question and answer")
            golds = _golds(question)
            if not golds:
                raise refusal(row, f"{asked[:60]!r} has no answer: a number, a date or spans")
            name = str(question.get("query_id") or f"{row.number + 1}/{place + 1}")
            name = name if name not in ids else f"{name}/{row.number + 1}"  # the hub's data repeat some
            ids.add(name)
            words = _WORDS.role("ask").prompt.render(passage=passage, question=asked.strip())
            yield Item(name, (Turn(words.strip()),), target=golds)


def _questions(row: Row) -> Sequence[Mapping[str, Any]]:
    """Return the questions in a row: one, or of a passage of the original file all."""
    pairs = row.data.get("qa_pairs", [row.data])
    if not isinstance(pairs, list) or not all(isinstance(pair, Mapping) for pair in pairs):
        raise refusal(row, "'qa_pairs' must be a list of questions with their answers")
    return pairs


def _golds(question: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return every answer that is right, each of one or more spans, without repetitions."""
    if isinstance(found := question.get("answers_spans"), Mapping):
        said = [str(span) for span in found.get("spans") or () if str(span).strip()]
        together = tuple(dict.fromkeys(said))
        return list(dict.fromkeys([*((span,) for span in said), *([together] if len(together) > 1 else [])]))
    golds = [_gold(answer) for answer in [question.get("answer"), *_validated(question.get("validated_answers"))]]
    return list(dict.fromkeys(gold for gold in golds if gold))


def _validated(found: Any) -> list[Any]:
    """Return the answers of further people: the original has a list, the hub a column for each field."""
    if isinstance(found, Mapping):
        columns = {name: found.get(name) or [] for name in ("number", "date", "spans")}
        return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=False)]
    return found if isinstance(found, list) else []


def _gold(answer: Any) -> tuple[str, ...]:
    if not isinstance(answer, Mapping):
        return ()
    if str(number := answer.get("number", "")).strip() and number is not None:
        return (str(number).strip(),)
    if parts := [str(span).strip() for span in answer.get("spans") or () if str(span).strip()]:
        return tuple(parts)
    date = answer.get("date") or {}
    whole = " ".join(str(date.get(part) or "").strip() for part in ("day", "month", "year"))
    return (" ".join(whole.split()),) if whole.strip() else ()


def read(item: Item, answer: str) -> Extracted:
    """Read the short answer: a text, or several where semicolons part them or they are names in a list."""
    found = spans(answer)
    if found.span is None or not isinstance(found.value, str):
        return found
    # What reads an answer takes a semicolon for the end of one; here more answers may stand behind it.
    line = answer[found.span[1] :].partition("\n")[0]
    parts = [part.strip(" .*`\"'") for part in line.split(";")[1:]] if re.match(r"[ *`\"']*;", line) else []
    if not parts or not all(0 < len(part.split()) <= LONGEST and not _PROSE.match(part) for part in parts):
        return found
    return Extracted((found.value, *parts), found.how, (found.span[0], found.span[1] + len(line)))


def mark(item: Item, value: Any) -> Values:
    """Give F1 and exact match, the best over the right answers."""
    exact, f1 = drop_score(value, item.target)
    return {"f1": (f1, 1), "em": (exact, 1)}


task = Task(
    name="drop",
    title="DROP",
    about="Questions on a passage that take counting, adding, comparing or sorting.",
    source=Source(
        hub="EleutherAI/drop",
        split="validation",
        licence="CC-BY-4.0",
        size=9536,
        home="https://allenai.org/data/drop",
    ),
    items=items,
    metrics=(Metric("f1", "F1"), Metric("em", "Exact match")),
    kind="span",
    extract=read,
    mark=mark,
    lm_eval=("drop",),
    tables=("3", "4"),
    published=published("drop"),
)
