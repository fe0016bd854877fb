"""IFEval: prompts and instructions, strictly and loosely."""

import json
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from eval.records import Item
from eval.sources import miniature
from eval.task import items_of, load
from eval.tasks.ifeval import score
from tests.eval.miniatures import from_rows, hub_folder, run, said

TASK = load("ifeval")
ITEMS = items_of(TASK, None, is_miniature=True)
ROWS = [json.loads(line) for line in miniature("ifeval").read_text(encoding="utf-8").splitlines()]
ANSWERS = json.loads(Path(__file__).with_name("ifeval_answers.json").read_text(encoding="utf-8"))
COLUMNS = sorted({key for row in ROWS for given in row["kwargs"] for key in given})


async def test_right_answers(tmp_path: Path) -> None:
    result, _ = await run("ifeval", lambda item: str(ANSWERS[item.id]["right"]), tmp_path)
    assert [figure.value for figure in result.figures.values()] == [100] * 4
    assert next(iter(result.figures)) == "prompt_level_strict"
    assert result.unparsed == 0


async def test_wrong_answers(tmp_path: Path) -> None:
    result, _ = await run("ifeval", lambda item: str(ANSWERS[item.id]["wrong"]), tmp_path)
    values = {name: figure.value for name, figure in result.figures.items()}
    # The one with three instructions follows its first.
    assert values == {
        "prompt_level_strict": 0, "inst_level_strict": pytest.approx(100 / 30),
        "prompt_level_loose": 0, "inst_level_loose": pytest.approx(100 / 30),
    }  # fmt: skip


async def test_silence(tmp_path: Path) -> None:
    """Nothing holds no comma and no forbidden word; it follows no instruction all the same."""
    result, _ = await run("ifeval", lambda item: "\n", tmp_path)
    assert [figure.value for figure in result.figures.values()] == [0] * 4
    assert result.unparsed == result.unanswered == len(ITEMS)


async def test_a_preamble_is_forgiven_loosely_only(tmp_path: Path) -> None:
    def chatty(item: Item) -> str:
        return f"Sure! Here you are, as you asked:\n{ANSWERS[item.id]['right']}\n* * *"

    result, _ = await run("ifeval", chatty, tmp_path)
    strict, loose = result.figures["prompt_level_strict"].value, result.figures["prompt_level_loose"].value
    assert strict is not None
    assert loose is not None
    assert strict < 70 < 90 < loose


async def test_each_instruction_is_told() -> None:
    item = ITEMS[-1]
    one = await score(item, [ANSWERS[item.id]["wrong"]], None)
    assert one.values["inst_level_strict"] == (1, 3)
    assert [told["strict"] for told in one.evidence["instructions"]] == [True, False, False]
    assert set(one.evidence["means"]) == {"sentences", "language"}


def test_the_prompt_is_sent_as_it_is() -> None:
    assert [said(item).strip() for item in ITEMS] == [row["prompt"] for row in ROWS]


def test_as_the_hub_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There every instruction has the columns of all, empty where they mean nothing."""
    pytest.importorskip("datasets")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    rows = [
        {**row, "kwargs": [{column: given.get(column) for column in COLUMNS} for given in row["kwargs"]]}
        for row in ROWS
    ]
    assert items_of(TASK, hub_folder(tmp_path / "ifeval", {"": rows}, "train")) == ITEMS


def test_whole_numbers_may_come_as_floats_and_kwargs_as_texts(tmp_path: Path) -> None:
    row = {"key": 1, "prompt": "Say.", "instruction_id_list": ["length_constraints:number_paragraphs"],
           "kwargs": [json.dumps({"num_paragraphs": 2.0})]}  # fmt: skip
    (item,) = from_rows(TASK, tmp_path, [row], "rows.jsonl")
    assert item.facts["instructions"] == [{"id": "length_constraints:number_paragraphs", "num_paragraphs": 2}]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"prompt": " "}, "row 1 has no prompt"),
        ({"kwargs": []}, "row 1 has 1 instructions and 0 kwargs"),
        ({"instruction_id_list": []}, "row 1 has 0 instructions and 1 kwargs"),
        ({"instruction_id_list": ["startend:middle"]}, "'startend:middle', which is none of: keywords:existence"),
        ({"kwargs": [{}]}, "num_words = None; it needs a whole number"),
        ({"kwargs": [{"num_words": 3, "relation": "about"}]}, "needs 'less than' or 'at least'"),
        ({"kwargs": [{"num_words": True, "relation": "at least"}]}, "needs a whole number"),
        ({"instruction_id_list": ["keywords:existence"], "kwargs": [{"keywords": []}]}, "needs a list of words"),
        ({"instruction_id_list": ["startend:end_checker"], "kwargs": [{"end_phrase": ""}]}, "needs a text"),
    ],
)
def test_bad_rows_are_refused(tmp_path: Path, change: dict[str, Any], what: str) -> None:
    row = {"key": 1, "prompt": "Say.", "instruction_id_list": ["length_constraints:number_words"],
           "kwargs": [{"num_words": 3, "relation": "at least"}], **change}  # fmt: skip
    with pytest.raises(UsageError, match=what):
        from_rows(TASK, tmp_path, [row])
