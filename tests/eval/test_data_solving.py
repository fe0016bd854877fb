"""Solve rates, agreement with a judge and keys, with models that follow a script."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.data.embedding import NotHad, meaning
from eval.data.keys import check, key_of
from eval.data.rows import Row, item_of
from eval.data.solving import difficulty, kappa, solve
from tests.eval.answers import answers
from tests.eval.datasets import clean, of, rejected, report, row, run, said


def keyed(n: int, key: str, answer: str, **changed: Any) -> Row:
    return {**said(row(n), answer=answer), "facts": {"key": key}, **changed}


@pytest.mark.parametrize(
    ("key", "good", "answer", "right"),
    [
        ("C", "The answer is **(C)**.", "So it is (C).", True),
        ("C", "The answer is **(C)**.", "A is tempting, but the answer is B", False),
        ("B", "**B**", "I think a rope would do.\n\nb)", True),
        ("45/64", "The chance is **45/64**", "45/64 ≈ 70.3 %", True),
        ("0.9", "1,5 − 0,6 = 0,9.", "Es sind 0,9 Tonnen", True),
        ("1200", "**1,200**", "1.200,0 Stück", True),
        ("24", '"Answer": "24"', "It takes 25", False),
        ("terrier", "terrier", "Result: Terrier!", True),
        ("terrier", "terrier", "a badger", False),
    ],
)
def test_keys_are_checked(key: str, good: str, answer: str, right: bool) -> None:
    made = keyed(1, key, good)
    assert check(made, good) is True
    assert check(made, answer) is right


@pytest.mark.parametrize(
    ("key", "good", "answer", "right"),
    [
        # Reasons after the verdict go through the other letters.
        ("B", "**B)** Both ways were closed. (A) closes one, (D) the other, and E) says nothing of it.", "**B**", True),
        ("C", "It is C.", "**B.** Sand drains at once.\n- D means the opposite, and C holds on to water.", False),
        ("C", "It is C.", "The answer is C, not A.", True),
        ("7", "**7**", "3 is too few, and 7 too many; **5 boats**", False),
        ("7", "**7**", "Of 7 boats 2 leak, so 5 are left.", False),
        ("1204", "1,204", "1,200", False),
        ("≈ 40.5441", "About **40.5**", "40.54 metres", True),
    ],
)
def test_only_what_an_answer_settles_on_is_held_against_the_key(key: str, good: str, answer: str, right: bool) -> None:
    assert check(keyed(1, key, good), answer) is right


def test_a_key_that_the_rows_own_answer_does_not_give_by_the_same_rule_is_none() -> None:
    assert key_of(keyed(1, "C", "It depends on the weather.")) is None
    assert key_of(keyed(1, "12", "There are **13** of them.")) is None


def test_keys_are_read_as_a_careful_reader_reads() -> None:
    """Of the hand-written answers; without the extractors' patterns 65 of 672 letters and 19 of 79 numbers were not."""
    wrong = {"choice": 0, "number": 0}
    for one in answers():
        lettered = dict(zip("ABCDEFGHIJ", one.options, strict=False))
        asked = "\n".join([one.question, *(f"{letter}) {text}" for letter, text in lettered.items())])
        held = {"messages": [{"role": "user", "content": asked}]}
        if one.kind == "choice":
            for letter in lettered:
                wrong["choice"] += check({**held, "key": letter}, one.answer) is not (one.gold == letter)
        elif one.kind == "number" and one.gold is not None:
            wrong["number"] += check({**held, "key": str(one.gold)}, one.answer) is not True
    assert wrong["choice"] <= 7
    assert not wrong["number"]


@pytest.mark.parametrize("facts", [{}, {"key": None}, {"key": True}, {"key": ["a"]}, {"key": "about 1,200 to 1,900 kg"},
                                   {"key": "never named in the answer"}])  # fmt: skip
def test_what_only_a_reader_can_judge_has_no_key(facts: dict[str, Any]) -> None:
    made = {**row(1), "facts": facts}
    assert key_of(made) is None
    assert check(made, "anything") is None


@given(st.text(st.characters()), st.sampled_from(["C", "45/64", "1,200", "a wheelbarrow"]))
def test_no_answer_breaks_the_check(answer: str, key: str) -> None:
    assert check(keyed(1, key, f"Answer: {key}"), answer) in (True, False)


class Scripted:
    """Right by turns, and failing at times."""

    def __init__(self, *answers: str | Exception) -> None:
        self.answers, self.asked = list(answers), 0

    async def solve(self, messages: Sequence[Mapping[str, str]]) -> str:
        assert messages[-1]["role"] == "user"
        said = self.answers[self.asked % len(self.answers)]
        self.asked += 1
        if isinstance(said, Exception):
            raise said
        return said


def test_rates_leave_out_tries_that_failed() -> None:
    rows = [keyed(0, "B", "The answer is B"), keyed(1, "C", "The answer is C"), row(2)]
    pairs = [(n, item_of(one, 0, n)) for n, one in enumerate(rows)]
    solved = asyncio.run(solve(pairs, Scripted("B", "B", "D", TimeoutError()), tries=4, at_once=1))
    found = difficulty(pairs, solved, 4)
    assert [one["rate"] for one in found["skills"]] == [0.0, pytest.approx(2 / 3)]
    assert (found["without_key"], found["failed_tries"]) == (1, 2)
    assert [one["never"] for one in found["skills"]] == [1, 0]


def test_refined_pairs_are_held_against_their_own_first_stage() -> None:
    base = keyed(0, "B", "The answer is B")
    harder = {**base, "id": f"{base['id']}/harder-1", "kinds": {**base["kinds"], "refine": ["harder"]}}
    pairs = [(0, item_of(base, 0, 1)), (1, item_of(harder, 0, 2)), (2, item_of(keyed(1, "B", "B"), 0, 3))]
    solved = asyncio.run(solve(pairs, Scripted("B", "B", "B", "D", "D", "D"), tries=2, at_once=1))
    assert difficulty(pairs, solved, 2)["by_refinement"] == {"families": 1, "instruct": 1.0, "refine": 0.5}


class Reader:
    async def judge(self, row: Row) -> bool | None:
        if "dumb" in row["id"]:
            return None
        return "bad" not in row["id"]


def test_a_judge_is_held_against_the_checks(tmp_path: Path) -> None:
    rows = [
        {**row(n), "id": f"rag/{'bad' if n % 5 == 0 else 'dumb' if n % 11 == 0 else 'good'}-{n}"} for n in range(60)
    ]
    fallen = [rejected({**row(100 + n), "id": f"rag/bad-{100 + n}"}, "text_finished: no") for n in range(20)]
    made = report(run(tmp_path / "run", rows, fallen), judge=Reader(), sample=100)
    table = made["agreement"]["table"]
    assert table["rejected"] == {"good": 0, "bad": 20}
    assert table["accepted"]["bad"] == 6
    assert made["agreement"]["no_verdict"] > 0
    assert of(made, "judged_bad")["severity"] == "bad"
    assert all("bad" in pair["id"] for pair in of(made, "judged_bad")["pairs"])


def test_kappa() -> None:
    def of_table(a: int, b: int, c: int, d: int) -> float | None:
        return kappa({"accepted": {"good": a, "bad": b}, "rejected": {"good": c, "bad": d}})

    assert of_table(20, 5, 10, 15) == pytest.approx(0.4)
    assert of_table(10, 0, 0, 10) == 1
    assert of_table(0, 0, 0, 0) is None
    assert of_table(9, 0, 0, 0) is None


def test_meaning_of_known_vectors() -> None:
    import numpy as np

    pairs = [(n, item_of(row(n), 0, n)) for n in range(6)]
    same = meaning(pairs, lambda texts: np.tile(np.eye(1, 8, dtype=np.float32), (len(texts), 1)))
    assert same["all"]["vendi"] == pytest.approx(1, abs=1e-5)
    assert (same["all"]["clusters"], len(same["alike"])) == (1, 6)
    apart = meaning(pairs, lambda texts: np.eye(len(texts), 8, dtype=np.float32))
    assert apart["all"]["vendi"] == pytest.approx(6)
    assert apart["all"]["effective_clusters"] == pytest.approx(6)
    assert (apart["all"]["mean_cosine"], apart["alike"]) == (0, [])


def test_without_embeddings_the_report_says_why(tmp_path: Path) -> None:
    def none() -> Any:
        raise NotHad("there is no model in this room")

    made = report(run(tmp_path / "run", clean(20)), embed=none)
    assert made["meaning"] == {"why_not": "there is no model in this room"}
    assert of(made, "alike")["severity"] == "note"
