"""MT-Bench: 80 talks of two turns in 8 categories; a judge marks each answer from 1 to 10.

As FastChat's single-answer grading: the second turn is asked after the model's own first answer, at the category's
temperature; math, reasoning and coding are marked against reference answers; the score is the mean over turns. FastChat
drops marks that it can't read without a word; here a turn without a mark counts nowhere either, and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.errors import UsageError
from agents.script import Script
from eval.fences import Fenced, fenced
from eval.judging import NO_VERDICT, Judge, Vote, mean, need_judge
from eval.records import Item, Score, Turn
from eval.results import Scored
from eval.sources import Row, Source
from eval.task import Metric, Task
from eval.verdicts import rating

TEMPERATURES = {
    "writing": 0.7, "roleplay": 0.7, "stem": 0.1, "humanities": 0.1,
    "extraction": 0.0, "math": 0.0, "coding": 0.0, "reasoning": 0.0,
}  # fmt: skip
WITH_REFERENCE = ("math", "reasoning", "coding")
LOW, HIGH = 1, 10
_script = Script.beside(__file__)
_read = rating(LOW, HIGH)


def _items(rows: Iterable[Row]) -> Iterator[Item]:
    every = list(rows)
    references = {str(row.data.get("question_id")): row for row in every if "choices" in row.data}
    for row in every:
        if "choices" not in row.data:
            yield _item(row, references.get(str(row.data.get("question_id"))))


def _item(row: Row, reference: Row | None) -> Item:
    place = f"mt_bench: question {row.data.get('question_id', f'in row {row.number + 1}')}"
    turns, category = row.data.get("turns"), str(row.data.get("category", ""))
    if "question_id" not in row.data or not isinstance(turns, list) or len(turns) != 2:
        raise UsageError(f"{place} is not in MT-Bench's layout: `question_id`, `category`, and `turns`, a list of two")
    if category not in TEMPERATURES:
        raise UsageError(f"{place} is of category {category!r}; there are: {', '.join(TEMPERATURES)}")
    checked = _reference(row, reference)
    if category in WITH_REFERENCE and not any(checked):
        raise UsageError(
            f"{place} ({category}) has no reference answer, and is not judged without; lay "
            "reference_answer/gpt-4.jsonl beside question.jsonl, as the original has it"
        )
    return Item(
        str(row.data["question_id"]),
        tuple(Turn(str(ask)) for ask in turns),
        group=category,
        temperature=TEMPERATURES[category],
        facts={"reference": checked if category in WITH_REFERENCE else ["", ""]},
    )


def _reference(row: Row, reference: Row | None) -> list[str]:
    """Return the checked answer to each turn: from the file of references, or the question's own list; else empty."""
    try:
        held: Any = reference.data["choices"][0]["turns"] if reference else row.data.get("reference")
    except (LookupError, TypeError):
        raise UsageError(
            f"mt_bench: the reference for question {row.data['question_id']} has no choices[0].turns"
        ) from None
    found = [str(one) for one in held] if isinstance(held, list | tuple) else []
    return [*found, "", ""][:2]


async def _score(item: Item, answers: Sequence[str], judge: Judge | None) -> Score:
    judge = need_judge(judge)
    marks: list[float | None] = []
    words: list[Any] = []
    for turn in range(len(item.turns)):
        if not answers[turn].strip():  # the lowest mark is what "nothing of use" gets
            marks.append(LOW)
            words.append("(no answer: the lowest mark, nobody was asked)")
            continue
        vote = await _rated(judge, item, answers, turn)
        marks.append(vote.value)
        words.append(vote.words)
    known = [mark for mark in marks if mark is not None]
    if not known:
        return Score(excluded=NO_VERDICT, evidence=words)
    values = {"overall": (sum(known), float(len(known)))}
    values |= {f"turn_{turn}": (mark, 1.0) for turn, mark in enumerate(marks, 1) if mark is not None}
    missing = [f"turn {turn} has no mark" for turn, mark in enumerate(marks, 1) if mark is None]
    return Score(values, extracted=marks, how=", ".join(missing) or "judged", evidence=words)


async def _rated(judge: Judge, item: Item, answers: Sequence[str], turn: int) -> Vote[float]:
    shown = _shown(item, answers[: turn + 1])
    talk = [
        {piece: shown.blocks.get(f"{piece} {number + 1}", "") for piece in ("ask", "answer", "reference")}
        for number in range(turn + 1)
    ]
    return await judge.vote(_script, "rate", {"mark": shown.mark, "talk": talk}, _read, combine=mean, agree=_near)


def _shown(item: Item, answers: Sequence[str]) -> Fenced:
    """The talk as far as it is marked, in fences: what was asked, said, and checked."""
    pieces: dict[str, str] = {}
    for number, (turn, answer) in enumerate(zip(item.turns, answers, strict=False), 1):
        pieces[f"ask {number}"], pieces[f"answer {number}"] = turn.ask, answer
        if reference := item.facts["reference"][number - 1]:
            pieces[f"reference {number}"] = reference
    return fenced(pieces)


def _near(marks: Sequence[float]) -> bool:
    """Votes that are one mark apart are of one mind."""
    return not marks or max(marks) - min(marks) <= 1


def _more(scored: Sequence[Scored]) -> Mapping[str, float]:
    marks = [mark for one in scored for mark in one.score.extracted]
    return {"turns_without_mark": float(sum(mark is None for mark in marks))}


task = Task(
    name="mt_bench",
    title="MT-Bench",
    about="Talks of two turns on writing, reasoning, code and knowledge; a judge marks each answer from 1 to 10.",
    source=Source(
        url="https://raw.githubusercontent.com/lm-sys/FastChat/main/fastchat/llm_judge/data/mt_bench",
        files=("question.jsonl", "reference_answer/gpt-4.jsonl"),
        licence="Apache-2.0",
        size=80,
        home="https://github.com/lm-sys/FastChat/tree/main/fastchat/llm_judge",
    ),
    items=_items,
    metrics=(
        Metric("overall", "Mark, 1 to 10", scale=1),
        Metric("turn_1", "First turn", scale=1),
        Metric("turn_2", "Second turn", scale=1),
    ),
    score=_score,
    judged=True,
    judge_calls=2,
    max_tokens=1024,  # FastChat's
    more=_more,
    tables=("3",),
)
