"""DROP: three layouts of its data, answers of one and several spans, numbers and dates."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval.records import Item
from eval.sources import miniature
from eval.task import items_of, load
from eval.tasks.drop import mark, read
from tests.eval.miniatures import from_rows, hub_folder, run, said

TASK = load("drop")
ITEMS = items_of(TASK, None, is_miniature=True)
ROWS = [json.loads(line) for line in miniature("drop").read_text(encoding="utf-8").splitlines()]
NONE = {"day": "", "month": "", "year": ""}


def right(item: Item) -> str:
    return f"I count and compare.\n\nAnswer: {'; '.join(item.target[0])}"


def test_golds() -> None:
    by_id = {item.id: item.target for item in ITEMS}
    assert by_id["regatta-1"] == [("6",)]
    assert by_id["regatta-2"] == [("Linnet",), ("the Linnet",)]
    assert by_id["regatta-4"] == [("Linnet", "Plover"), ("Plover", "Linnet")]
    assert by_id["mill-3"] == [("9 August 1883",)]
    assert len(by_id) == 12


async def test_right_answers(tmp_path: Path) -> None:
    result, _ = await run("drop", right, tmp_path)
    assert result.figures["f1"].value == result.figures["em"].value == 100
    assert result.unparsed == 0


async def test_wrong_answers(tmp_path: Path) -> None:
    result, _ = await run("drop", lambda item: "Answer: 987654321", tmp_path)
    assert result.figures["f1"].value == result.figures["em"].value == 0
    assert result.unparsed == 0


async def test_silence(tmp_path: Path) -> None:
    result, _ = await run("drop", lambda item: " \n", tmp_path)
    assert result.figures["f1"].value == 0
    assert result.unparsed == result.unanswered == len(ITEMS)


async def test_prose(tmp_path: Path) -> None:
    def prose(item: Item) -> str:
        return f"The passage tells it step by step. So the answer is **{' and '.join(item.target[0])}**."

    result, scored = await run("drop", prose, tmp_path)
    assert [one.item.id for one in scored if one.score.values["f1"][0] < 1] == []
    assert result.figures["em"].value == 100


@pytest.mark.parametrize(
    ("answer", "golds", "f1", "exact"),
    [
        ("Answer: 4.50", [("4.5",)], 1, 1),  # numbers are compared as numbers
        ("Answer: 33 men", [("33",)], 1, 1),  # a unit is no part of a number
        ("Answer: 34", [("33",)], 0, 0),
        ("Answer: 34 workers of the mill", [("33 workers of the mill",)], 0, 0),  # the numbers must agree
        ("Answer: drying loft", [("the drying loft",)], 1, 1),  # articles don't count
        ("Answer: the loft", [("the drying loft",)], 0.67, 0),  # 1 of 1 and 1 of 2, to two digits
        ("Answer: Plover; Linnet", [("Linnet", "Plover")], 1, 1),  # in any order
        ("**Answer:** Plover; **Linnet**", [("Linnet", "Plover")], 1, 1),
        ("Answer: 33; this is 54 less 21", [("33",)], 1, 1),
        ("Answer: Linnet", [("Linnet", "Plover")], 0.5, 0),
        ("Answer: Linnet; Plover; Heron", [("Linnet", "Plover")], 0.67, 0),
        ("Answer: August 1883", [("9 August 1883",)], 0.8, 0),  # a shared number is enough: 2 of 2 and 2 of 3
        ("Answer: 8 August 1883", [("9 August 1883",)], 0.67, 0),
        ("Answer: fourteen", [("14",), ("fourteen",)], 1, 1),  # the best of all that people gave
        ("I can't tell that from the passage.", [("14",)], 0, 0),
    ],
)
def test_marks_by_hand(answer: str, golds: list[tuple[str, ...]], f1: float, exact: float) -> None:
    item = Item("x", (), target=golds)
    assert mark(item, read(item, answer).value) == {"f1": (pytest.approx(f1), 1), "em": (exact, 1)}


def test_the_same_as_the_harness_gives() -> None:
    """lm-evaluation-harness follows the official program; here on all pairs of the miniature's own answers."""
    utils = pytest.importorskip("lm_eval.tasks.drop.utils", exc_type=ImportError)
    said = sorted({gold for item in ITEMS for gold in item.target} | {("August", "the 9 mill-boats"), ("65 seconds",)})
    for item in ITEMS:
        for words in said:
            theirs = utils.process_results({"answers": item.target}, list(words))
            ours = mark(item, words)
            assert (ours["f1"][0], ours["em"][0]) == pytest.approx((theirs["f1"], theirs["em"])), (words, item.target)


@given(st.lists(st.text(alphabet="ab 12.-'", min_size=1, max_size=8), min_size=1, max_size=4))
def test_marks_lie_between_none_and_all_and_a_gold_earns_all(parts: list[str]) -> None:
    gold = tuple(part for part in parts if part.strip(" .-'")) or ("a1",)
    item = Item("x", (), target=[gold])
    values = mark(item, gold)
    assert values["em"] == (1, 1) or not gold[0].strip()
    assert all(0 <= earned <= 1 for earned, _ in mark(item, tuple(parts)).values())


def test_as_the_hub_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("datasets")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    assert items_of(TASK, hub_folder(tmp_path / "drop", {"": ROWS}, "validation")) == ITEMS


def test_as_the_original_file_has_it(tmp_path: Path) -> None:
    """There a passage holds its questions, and the further answers are a list."""
    passages: dict[str, Any] = {}
    for row in ROWS:
        further = row["validated_answers"]
        listed = [{name: values[n] for name, values in further.items()} for n in range(len(further["number"]))]
        pair = {name: row[name] for name in ("question", "answer", "query_id")} | {"validated_answers": listed}
        passages.setdefault(row["section_id"], {"passage": row["passage"], "qa_pairs": []})["qa_pairs"].append(pair)
    assert from_rows(TASK, tmp_path, passages, "drop_dataset_dev.json") == ITEMS


def test_rows_with_spans_and_their_types(tmp_path: Path) -> None:
    row = {"query_id": "q", "passage": "P.", "question": "Who?",
           "answers_spans": {"spans": ["Ann", "Bo", "Ann"], "types": ["span"] * 3}}  # fmt: skip
    (item,) = from_rows(TASK, tmp_path, [row])
    assert item.target == [("Ann",), ("Bo",), ("Ann", "Bo")]


def test_ids_that_repeat_are_told_apart(tmp_path: Path) -> None:
    assert [item.id for item in from_rows(TASK, tmp_path, [ROWS[0], ROWS[0]])] == ["regatta-1", "regatta-1/2"]


def test_what_is_sent_does_not_hang_on_the_answer(tmp_path: Path) -> None:
    other = json.loads(json.dumps(ROWS))
    for row in other:
        row["answer"] = {"number": "4711", "date": NONE, "spans": []}
        row["validated_answers"] = []
    asked = from_rows(TASK, tmp_path, other)
    assert [said(item) for item in asked] == [said(item) for item in ITEMS]
    assert asked[0].target == [("4711",)]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ({"passage": "P.", "question": "Q?", "answer": {"number": "", "date": NONE}}, "'Q\\?' has no answer"),
        ({"passage": "P.", "question": "Q?"}, "row 1: 'Q\\?' has no answer"),
        ({"passage": "P.", "answer": {"number": "1"}}, "question 1 is no text"),
        ({"question": "Q?", "answer": {"number": "1"}}, "'passage' must be text"),
        ({"passage": "P.", "qa_pairs": "none"}, "'qa_pairs' must be a list"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused(tmp_path: Path, row: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        from_rows(TASK, tmp_path, [row])
