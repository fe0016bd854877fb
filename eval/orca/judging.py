"""Mark a student's answer beside the teacher's, blind: neither says whose it is, and which stands first is drawn.

Each turn gets two marks of 0 to 10, after the same conversation. The order is drawn from the item's own id, so that it
is the same in every run; with `swap` both orders are asked and their mean is taken. What is settled needs no opinion:
an answer of nothing is 0, and two answers of the same words get the same mark.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.script import Script
from eval.fences import mark_of
from eval.judging import Complaint, Judge, need_judge
from eval.records import Item, Message, Score
from eval.store import digest

script = Script.beside(__file__)
ROLE = "examiner"
_MARK = r"[^\w-]{0,6}(\d+(?:\.\d+)?)(?:\s*/\s*10|\s+out of 10)?"
_NTH = r"\W*(?:[1-4][.):]\W*)?"
"""The brief numbers the parts of a verdict; judges do it, too."""
_LINE = re.compile(
    rf"{_NTH}marks?\b\W*first(?:\s+answer)?{_MARK}\W*(?:and\b\W*)?second(?:\s+answer)?{_MARK}\W*", re.IGNORECASE
)
_CALLED = re.compile(rf"^{_NTH}(first|second)\b[^:\n]{{0,20}}:\W*(right|wrong)[.;:]", re.IGNORECASE | re.MULTILINE)
WRONG_AT_MOST, RIGHT_AT_LEAST = 5, 6
REASONS = 12
"""Words a verdict has at least, beside the marks."""
Marks = tuple[float, float]


@dataclass(frozen=True)
class _Asked:
    """One turn, as it is put to the judge."""

    item: Item
    turn: int
    answer: str

    @property
    def context(self) -> list[Message]:
        """What was said until this turn: the teacher's answers stand in the history, as the student saw them."""
        told: list[Message] = [{"role": "system", "content": self.item.system}] if self.item.system else []
        for turn in self.item.turns[: self.turn]:
            told += [{"role": "user", "content": turn.ask}, {"role": "assistant", "content": turn.given or ""}]
        return [*told, {"role": "user", "content": self.item.turns[self.turn].ask}]

    @property
    def student_first(self) -> bool:
        """Drawn from the item, not from a clock."""
        return int(digest(["order", self.item.id, self.turn])[:8], 16) % 2 == 0


def read_marks(text: str) -> Marks | Complaint:
    """Read `MARKS: first = N, second = N`: the last line, or where more is said after it the only such line.

    Marks without reasons are none: a small judge that gave nothing else gave 8 and 8 to everything. Nor are marks that
    contradict them, where the reasons call an answer right or wrong.
    """
    lines = [line for line in text.splitlines() if line.strip()]
    found = [match for line in lines if (match := _LINE.fullmatch(line.strip()))]
    if not found:
        return Complaint("it does not end with the line `MARKS: first = N, second = N`, N a whole number from 0 to 10.")
    ends_so = _LINE.fullmatch(lines[-1].strip())
    if not ends_so and len({match.groups() for match in found}) > 1:
        return Complaint("it gives several lines of marks that differ; the last line must be the verdict.")
    if sum(len(line.split()) for line in lines if not _LINE.fullmatch(line.strip())) < REASONS:
        return Complaint("it gives no reasons; write RIGHT ANSWER, FIRST and SECOND, and only then the line of marks.")
    first, second = (float(number) for number in found[-1].groups())
    if not all(mark.is_integer() and 0 <= mark <= 10 for mark in (first, second)):
        return Complaint(f"{first:g} and {second:g} are not both whole numbers from 0 to 10.")
    called = {who.lower(): what.lower() for who, what in _CALLED.findall(text)}
    for who, mark in (("first", first), ("second", second)):
        what = called.get(who)
        if (what == "wrong" and mark > WRONG_AT_MOST) or (what == "right" and mark < RIGHT_AT_LEAST):
            return Complaint(f"it calls the {who} answer {what} and gives it {mark:g}; these contradict each other.")
    return first, second


async def score(item: Item, answers: Sequence[str], judge: Judge | None) -> Score:
    """Return the sums of the student's and the teacher's marks over all turns, and their ratio.

    A turn without a verdict excludes its item from both sums: half an item would change the mean of either.
    """
    judge = need_judge(judge)
    evidence: list[dict[str, Any]] = []
    for number, answer in enumerate(answers):
        marked = await _turn(_Asked(item, number, answer), judge)
        if marked is None:
            return Score(excluded="the judge gave no verdict", evidence=evidence)
        evidence.append(marked)
    student, teacher = (sum(turn[who] for turn in evidence) for who in ("student", "teacher"))
    values = {"orca_bench": (student, teacher)}
    if teacher:
        values["orca_bench_item"] = (student / teacher, 1.0)
    return Score(values, evidence=evidence)


async def _turn(asked: _Asked, judge: Judge) -> dict[str, Any] | None:
    teacher = asked.item.turns[asked.turn].given or ""
    same = asked.answer.split() == teacher.split()
    orders = [asked.student_first]
    if judge.record.swap and not same:
        orders.append(not asked.student_first)
    told = [order for one in orders if (order := await _order(asked, judge, one, same)) is not None]
    if len(told) < len(orders):
        return None
    if len(told) == 2 and _sign(told[0]) * _sign(told[1]) < 0:
        judge.contradicted()
    means = {who: sum(order[who] for order in told) / len(told) for who in ("student", "teacher")}
    return {"turn": asked.turn, "same": same, **means, "orders": told}


async def _order(asked: _Asked, judge: Judge, student_first: bool, same: bool) -> dict[str, Any] | None:
    """Ask for all votes in one order; None where most of them gave no verdict."""
    teacher = asked.item.turns[asked.turn].given or ""
    shown = (asked.answer, teacher) if student_first else (teacher, asked.answer)
    facts = {
        "conversation": asked.context,
        "first": shown[0].strip(),
        "second": shown[1].strip(),
        "fence": mark_of([*(message["content"] for message in asked.context), *shown]),
    }
    pairs: list[Marks] = []
    words: list[str] = []
    for nth in range(judge.record.votes):
        verdict = await judge.ask(script, ROLE, facts, read_marks, nth=nth)
        words.append(verdict.words)
        if verdict.value is not None:
            pairs.append(verdict.value if student_first else (verdict.value[1], verdict.value[0]))
    if 2 * len(pairs) <= judge.record.votes:
        return None
    student, teachers = (sum(pair[who] for pair in pairs) / len(pairs) for who in (0, 1))
    if same:
        student = teachers = (student + teachers) / 2
    if not asked.answer.strip():
        student = 0.0
    first = "student" if student_first else "teacher"
    return {"first": first, "student": student, "teacher": teachers, "votes": len(pairs), "words": words}


def _sign(order: dict[str, Any]) -> int:
    difference = float(order["student"] - order["teacher"])
    return (difference > 0) - (difference < 0)
