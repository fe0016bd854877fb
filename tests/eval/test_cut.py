"""Answers that were cut at the most tokens: what is read out of half of one, and how it is told."""

import dataclasses
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.extract import choice, number
from eval.extract.cut import FIRM, LOOSE, of_cut
from eval.records import Extracted, Message, Reply
from eval.results import result_of
from eval.running import Runner
from eval.speakers import Function
from eval.store import Store
from eval.telling import told
from tests.eval.answers import agrees, answers, read
from tests.eval.test_running import items, task_of


def test_every_pattern_is_known_to_be_firm_or_loose() -> None:
    seen = {found.how for one in answers() if (found := read(one)).value is not None}
    assert seen <= FIRM | LOOSE
    assert not FIRM & LOOSE


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("Each row has 12. The answer is 36, because there are three rows of the sa", 36),
        ("So \\boxed{36}", 36),
        ("There are 3 rows of 12, so 3 x 12 = 36", None),  # a step on the way, for all we know
        ("The answer is 3", None),  # or 36
        ("The answer is 3.", None),  # or 3.6
        ("First, 12 in each row; then there are", None),
    ],
)
def test_numbers(said: str, value: int | None) -> None:
    assert of_cut(number(said), said).value == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("B. The dam holds back less water in summer, which mea", "B"),
        ("The answer is (C), since the dam", "C"),
        ("The dam holds less water, so B", None),
    ],
)
def test_letters(said: str, value: str | None) -> None:
    assert of_cut(choice(said, ["rain", "dam", "wind", "sun"]), said).value == value


def test_a_pattern_of_a_users_own_is_left_alone() -> None:
    mine = Extracted("7", "my_way", (0, 1))
    assert of_cut(mine, "7") == mine


def test_halves_of_answers_are_seldom_read_wrongly() -> None:
    """The figures in the module's docstring: halves at every word behind the first fifth."""
    before = after = wrong_before = wrong_after = halves = 0
    for one in answers():
        if one.gold is None or len(one.answer.split()) < 6:
            continue
        ends = (found.end() for found in re.finditer(r"\S\b|\s", one.answer))
        for end in ends:
            if not 0.2 * len(one.answer) <= end < len(one.answer.rstrip()):
                continue
            half = dataclasses.replace(one, answer=one.answer[:end])
            found = read(half)
            kept = of_cut(found, half.answer)
            halves += 1
            before += found.value is not None
            after += kept.value is not None
            wrong_before += found.value is not None and not agrees(one, found.value)
            wrong_after += kept.value is not None and not agrees(one, kept.value)
    assert (round(before / halves, 2), round(wrong_before / before, 2)) == (0.56, 0.42)
    assert (round(after / halves, 2), round(wrong_after / after, 2)) == (0.19, 0.21)


class Cut(Function):
    """Counts aloud, and is cut off."""

    async def say(self, messages: Sequence[Message], *, max_tokens: int, **sampling: Any) -> Reply:
        return Reply("There are 4 and 5, so that makes 9", "length")


async def test_a_cut_answer_is_unparsed_and_told(tmp_path: Path) -> None:
    task = task_of(extract=lambda item, answer: number(answer))
    with Store(tmp_path) as store:
        scored = await Runner(Cut("cut", str), store).run(task, items(3))
    result = result_of(task, scored, "cut", {})
    assert (result.unparsed, result.cut, result.patterns) == (3, 3, {"cut": 3})
    assert "3 cut at the most tokens, 3 of them before a verdict" in "".join(told(result))
