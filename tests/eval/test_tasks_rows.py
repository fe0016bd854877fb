"""Rows as the hubs have them: read by the same path, in all their shapes, and refused by name where they are broken."""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval.sources import Row, miniature, read_rows
from eval.task import items_of, load
from eval.tasks._rows import boxed, key
from eval.tasks.agieval import lettered
from tests.eval.choice_tasks import rows_of, small

HUBS = ("arc", "gpqa", "gsm8k", "hendrycks_math", "mmlu", "race", "squad")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what the hub would hold, the library's cache beside it."""
    datasets = pytest.importorskip("datasets")
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    (tmp_path / "hub").mkdir()
    return tmp_path / "hub"


def as_on_the_hub(name: str, folder: Path) -> None:
    """Lay a miniature out as the hub has the original: files by config and split, and a card that says so."""
    import datasets

    source, card = load(name).source, ["---", "configs:"]
    for config in source.configs:
        rows = [dict(row.data) for row in rows_of(name) if row.config == (config or name)]
        if name == "gpqa":  # the one whose files are CSV
            file = f"{config}.csv"
            (folder / file).write_bytes((miniature(name) / file).read_bytes())
        else:
            table = datasets.Dataset.from_list(rows)
            if name == "mmlu":
                table = table.cast_column("answer", datasets.ClassLabel(names=list("ABCD")))
            file = f"{config or 'data'}/{source.split}-00000-of-00001.parquet"
            (folder / file).parent.mkdir(exist_ok=True)
            table.to_parquet(folder / file)
        card += [f"- config_name: {config or 'default'}", "  data_files:"]
        card += [f"  - split: {source.split}", f"    path: {file}"]
    (folder / "README.md").write_text("\n".join([*card, "---", ""]))


@pytest.mark.parametrize("name", HUBS)
def test_the_hubs_own_files_give_the_same_items(name: str, hub: Path) -> None:
    as_on_the_hub(name, hub)
    task, items = small(name)
    assert items_of(task, hub) == items  # a local copy of what the hub holds
    from_hub = replace(task, source=replace(task.source, hub=str(hub)))
    assert items_of(from_hub, None) == items  # the hub itself, which `datasets` opens alike


def test_the_repositorys_files_are_fetched_and_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    task, items = small("agieval")
    near = replace(task, source=replace(task.source, url=miniature("agieval").as_uri()))
    assert items_of(near, None) == items
    assert len(list(tmp_path.rglob("*.jsonl"))) == 10


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("gsm8k", {"answer": "It is 12."}, "####"),
    ("gsm8k", {"answer": "It is\n#### twelve"}, "####"),
    ("gsm8k", {"question": "  "}, "'question' must be text"),
    ("gsm8k", {"question": None}, "'question' must be text"),
    ("mmlu", {"answer": 4}, "one of its 4 options"),
    ("mmlu", {"answer": -1}, "one of its 4 options"),
    ("mmlu", {"answer": True}, "one of its 4 options"),
    ("mmlu", {"choices": ["only"]}, "two or more texts"),
    ("mmlu", {"choices": "A B C D"}, "two or more texts"),
    ("arc", {"answerKey": "F"}, "one of its 4 options"),
    ("arc", {"answerKey": ""}, "one of its 4 options"),
    ("arc", {"choices": ["a", "b"]}, "'choices' must be"),
    ("arc", {"choices": {"text": ["a", "b"], "label": ["A", "B", "C"]}}, "2 options and 3 labels"),
    ("gpqa", {"Correct Answer": None}, "'Correct Answer' must be text"),
    ("gpqa", {"Record ID": ""}, "'Record ID' must be text"),
    ("race", {"answer": "E"}, "one of its 4 options"),
    ("race", {"article": 7}, "'article' must be text"),
    ("hendrycks_math", {"solution": "It is 7."}, r"\boxed{}"),
    ("hendrycks_math", {"solution": r"It is \boxed{7"}, r"\boxed{}"),
    ("squad", {"answers": ["ten"]}, "'answers' must be"),
    ("squad", {"answers": {"text": "ten"}}, "'answers' must be"),
    ("agieval", {"label": None}, "options"),
    ("agieval", {"label": "F"}, "options"),
    ("agieval", {"options": None, "answer": None}, "'answer' must be text"),
]


@pytest.mark.parametrize(("name", "change", "said"), BAD)
def test_a_bad_row_is_refused_by_config_and_number(name: str, change: Mapping[str, Any], said: str) -> None:
    first = rows_of(name)[0]
    rows = [first, Row(first.config, 6, {**first.data, **change})]
    with pytest.raises(UsageError) as error:
        list(load(name).items(rows))
    line = str(error.value)
    assert "row 7:" in line
    assert said in line
    assert line.startswith(f"{first.config}, " if first.config else "row")
    assert "\n" not in line
    assert len(line) < 300


def test_what_is_another_data_set_altogether_says_what_it_has() -> None:
    with pytest.raises(UsageError, match=r"high, row 1: 'options' .* the row has only prompt, completion"):
        list(load("race").items([Row("high", 0, {"prompt": "a", "completion": "b"})]))


@pytest.mark.parametrize(
    ("found", "labels", "letter"),
    [
        ("C", "ABCD", "C"),
        ("c", "ABCD", "C"),
        ("(B)", "ABCD", "B"),
        ("3", "1234", "C"),
        ("3", "ABCD", "C"),
        ("B", "1234", "B"),
        (0, "ABCD", "A"),
        (2, "ABC", "C"),
        ("E", "ABCDE", "E"),
    ],
)
def test_keys_are_read_as_label_letter_or_place(found: Any, labels: str, letter: str) -> None:
    assert key(Row("", 0, {"answer": found}), "answer", list(labels)) == letter


def test_mmlu_of_one_config_a_subject_is_grouped_by_config() -> None:
    row = {"question": "?", "choices": ["a", "b", "c", "d"], "answer": 1}
    (item,) = load("mmlu").items([Row("anatomy", 0, row)])
    assert item.group == "anatomy"


@pytest.mark.parametrize(
    ("options", "want"),
    [
        (["(A)one", "(B)two", "(C)three"], ["one", "two", "three"]),
        (["(A)one", "(C)three", "(B)two"], ["one", "two", "three"]),
        (["A. one", "(B)two"], ["one", "two"]),
        (["A one", "B two", "C three"], ["one", "two", "three"]),
        (["(A)A)59", "(B)B)69"], ["59", "69"]),
        (["A man walks.", "The dog sleeps."], ["A man walks.", "The dog sleeps."]),
        (["(A)A.", "(B)B."], ["A.", "B."]),
        (["A? one", "B? two", "(C)three"], ["one", "two", "three"]),
        (["one", "(B)two"], ["one", "two"]),
    ],
)
def test_options_of_agieval_lose_their_letters_and_keep_their_words(options: list[str], want: list[str]) -> None:
    assert lettered(options) == want


@given(st.permutations("ABCDE"), st.lists(st.text("xyz ", min_size=1).filter(str.strip), min_size=5, max_size=5))
def test_options_of_agieval_stand_in_the_order_of_their_letters(order: list[str], words: list[str]) -> None:
    marked = dict(zip("ABCDE", words, strict=True))
    assert lettered([f"({letter}){marked[letter]}" for letter in order]) == [one.lstrip() for one in words]


@pytest.mark.parametrize(
    ("solution", "inside"),
    [
        (r"so \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"\boxed{1} or rather $\boxed{\left\{1, 2\right\}}$", r"\left\{1, 2\right\}"),
        (r"hence $\fbox{7}$", "7"),
        (r"hence $\boxed 2.5$", "2.5"),
        (r"hence \boxed 4.", "4"),
        ("nothing", None),
        (r"\boxed{", None),
        (r"\boxed{}", None),
    ],
)
def test_the_key_is_what_the_last_box_holds(solution: str, inside: str | None) -> None:
    assert boxed(solution) == inside


@given(st.text(r"{}\boxed ab$", max_size=60))
def test_boxes_of_any_kind_are_read_or_not_there(text: str) -> None:
    found = boxed(text)
    assert found is None or found in text


@given(st.recursive(st.text("ab", min_size=1), lambda inner: st.builds("{{{}}}".format, inner), max_leaves=5))
def test_braces_in_a_box_are_kept_whole(inside: str) -> None:
    assert boxed(rf"first \boxed{{no}}, then \boxed{{{inside}}} and on") == inside


def test_local_copies_named_by_config_are_read(tmp_path: Path) -> None:
    rows = rows_of("arc")
    for config in ("ARC-Easy", "ARC-Challenge"):
        lines = [json.dumps(row.data) for row in rows if row.config == config]
        (tmp_path / f"{config}.jsonl").write_text("\n".join(lines))
    task = load("arc")
    assert [row.config for row in read_rows("arc", task.source, tmp_path)] == [row.config for row in rows]
    assert items_of(task, tmp_path) == small("arc")[1]
