"""BIG-Bench Hard: 27 files, 23 tasks that count alike, seven looks of an answer."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval.records import Item
from eval.sources import miniature
from eval.task import items_of, load
from eval.tasks.bbh import LOOKS, group_of, mark, read
from tests.eval.miniatures import from_rows, hub_folder, run, said

TASK = load("bbh")
ITEMS = items_of(TASK, None, is_miniature=True)
WRONG = {"yes_no": "yes no", "truth": "True False", "validity": "valid invalid", "number": "123456 654321"}


def right(item: Item) -> str:
    return f"Let me think.\n\nAnswer: {item.target}"


def wrong(item: Item) -> str:
    looks = item.facts["looks"]
    if looks == "choice":
        letters = [f"({chr(ord('A') + n)})" for n in range(len(item.options))]
        other = next(letter for letter in letters if letter != item.target)
    elif looks in WRONG:
        other = next(word for word in WRONG[looks].split() if word.lower() != item.target.lower())
    else:
        other = " ".join(reversed(item.target.split())) + (" apple" if looks == "words" else " ( )")
    return f"Answer: {other}"


def prose(item: Item) -> str:
    """As chat models put it: in a sentence, bold, without the line that was asked for."""
    looks, target = item.facts["looks"], item.target
    if looks == "choice":
        place = ord(target[1]) - ord("A")
        return f"Going through the options one by one, the answer is **{target} {item.options[place]}**."
    if looks == "words":
        return f"Here is the sorted list: {', '.join(target.split())}"
    return f"Step by step I get there. Therefore, the final answer is **{target}**."


def test_27_files_are_23_tasks_and_all_are_in_the_miniature() -> None:
    assert len(LOOKS) == 27
    assert len({group_of(name) for name in LOOKS}) == 23
    assert {item.id.partition("/")[0] for item in ITEMS} == set(LOOKS)
    assert group_of("tracking_shuffled_objects_seven_objects") == "tracking_shuffled_objects"


async def test_right_answers(tmp_path: Path) -> None:
    result, _ = await run("bbh", right, tmp_path)
    assert result.figures["accuracy"].value == 100
    assert result.unparsed == 0
    assert len(result.groups) == 23


async def test_wrong_answers(tmp_path: Path) -> None:
    result, _ = await run("bbh", wrong, tmp_path)
    assert result.figures["accuracy"].value == 0
    assert result.unparsed == 0


async def test_silence(tmp_path: Path) -> None:
    result, _ = await run("bbh", lambda item: "", tmp_path)
    assert result.figures["accuracy"].value == 0
    assert result.unparsed == result.unanswered == len(ITEMS)


async def test_prose(tmp_path: Path) -> None:
    _, scored = await run("bbh", prose, tmp_path)
    missed = [one.item.id for one in scored if not one.score.values["accuracy"][0]]
    assert missed == []


async def test_tasks_count_alike_however_many_files_they_have(tmp_path: Path) -> None:
    result, _ = await run("bbh", lambda i: right(i) if i.group == "logical_deduction" else wrong(i), tmp_path)
    assert result.figures["accuracy"].value == pytest.approx(100 / 23)


def test_what_is_sent_does_not_hang_on_the_key(tmp_path: Path) -> None:
    rows = json.loads((miniature("bbh") / "hyperbaton.json").read_text(encoding="utf-8"))
    asked = [said(item) for item in from_rows(TASK, tmp_path, rows, "hyperbaton.json")]
    for row in rows["examples"]:
        row["target"] = "(B)" if row["target"] == "(A)" else "(A)"
    assert [said(item) for item in from_rows(TASK, tmp_path, rows, "hyperbaton.json")] == asked


def test_what_is_sent() -> None:
    item = next(item for item in ITEMS if item.id == "snarks/1")
    assert said(item).strip().splitlines()[0] == "Determine which of two sentences is sarcastic."
    assert "Which statement is sarcastic?\nOptions:\n(A) " in said(item)
    assert said(item).endswith('the word "Answer:" followed by the letter of your choice: A or B.')


def test_as_the_hub_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("datasets")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    configs = {
        name: json.loads((miniature("bbh") / f"{name}.json").read_text(encoding="utf-8"))["examples"] for name in LOOKS
    }
    assert items_of(TASK, hub_folder(tmp_path / "bbh", configs, "test")) == ITEMS


def test_one_file_is_read_by_itself_but_not_some(tmp_path: Path) -> None:
    only = items_of(TASK, miniature("bbh") / "navigate.json")
    assert [item.group for item in only] == ["navigate", "navigate"]
    for name in ("navigate", "snarks"):
        shutil.copy(miniature("bbh") / f"{name}.json", tmp_path)
    with pytest.raises(UsageError, match="2 of its 27 files are there; missing: boolean_expressions"):
        items_of(TASK, tmp_path)


@pytest.mark.parametrize(
    ("config", "row", "what"),
    [
        ("navigate", {"input": "Where?", "target": "perhaps"}, "navigate, row 1: 'target' is 'perhaps'"),
        ("object_counting", {"input": "How many?", "target": "four"}, "no answer of the kind number"),
        ("dyck_languages", {"input": "Close: [", "target": "nothing"}, "of the kind brackets"),
        ("snarks", {"input": "Which?", "target": "(A)"}, "must end in lines of options"),
        ("snarks", {"input": "Which?\nOptions:\n(A) a\n(C) c", "target": "(A)"}, "must end in lines of options"),
        ("snarks", {"input": "", "target": "(A)"}, "snarks, row 1: 'input' must be text"),
        ("snarks", {"question": "Which?"}, "the row has only question"),
    ],
)
def test_bad_rows_are_refused(tmp_path: Path, config: str, row: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match="(?s)" + what.replace("(", r"\(")):
        from_rows(TASK, tmp_path, {"examples": [row]}, f"{config}.json")


def of_kind(looks: str) -> Item:
    return next(item for item in ITEMS if item.facts["looks"] == looks)


@pytest.mark.parametrize(
    ("looks", "answer", "is_right"),
    [
        ("brackets", "The stack is ( { <, so:\n\nAnswer: >})", True),
        ("brackets", "Answer: ( [ ] { < > } )", True),  # the whole, closed
        ("brackets", "Answer: > }", False),
        ("words", "1. anvil\n2. barley\n3. o'hara\n4. quince\n5. thimble", True),
        ("words", "Answer: anvil, barley, o'hara, quince, thimble.", True),
        ("words", "Answer: anvil barley quince o'hara thimble", False),
        ("words", "Answer: anvil barley o'hara quince", False),
        ("number", "4 - 14 = -10, 15 + 1 = 16. The result is 6.", True),
        ("number", "Answer: 6.0", True),
        ("validity", "The argument is **valid**.", True),
        ("validity", "The argument is not valid.", False),
        ("truth", "Answer: false", True),
    ],
)
def test_answers_are_read_as_they_look(looks: str, answer: str, is_right: bool) -> None:
    item = of_kind(looks)
    assert mark(item, read(item, answer).value)["accuracy"] == (float(is_right), 1)


@given(
    st.permutations(["anvil", "barley", "o'hara", "quince", "thimble"]), st.sampled_from([" ", ", ", "\n", "; ", ",\n"])
)
def test_only_the_sorted_order_is_right(words: list[str], between: str) -> None:
    earned = mark(of_kind("words"), between.join(words))["accuracy"][0]
    assert earned == float(words == sorted(words))


def test_a_title_for_a_key_is_asked_and_never_right(tmp_path: Path) -> None:
    row = {"input": "Which?\nOptions:\n(A) Wind\n(B) Fire", "target": "Wind, Fire"}
    (item,) = from_rows(TASK, tmp_path, {"examples": [row]}, "ruin_names.json")
    assert not any(mark(item, value)["accuracy"][0] for value in ("A", "B", None))
