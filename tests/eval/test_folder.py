"""What an evaluation leaves is read back as it was written, merged by task, and never half written."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval.folder import RESULTS, is_miniature, items_file, read_items, read_results, write_results
from eval.results import Scored, result_of
from eval.store import StoreError
from tests.eval.evaluations import evaluation, scored, task_of


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    ones = [scored("b", 1, group="g"), scored("a", 0, unparsed=True, group="h"), scored("c", None)]
    result = result_of(task_of(), ones, "model", {"data": "hub"})
    write_results(tmp_path, [result], {"sums": ones})
    read = read_results(tmp_path)
    assert read.model == "model"
    assert read.results == {"sums": result}
    items = read_items(tmp_path, "sums")
    assert [one.id for one in items] == ["b", "a", "c"]
    assert [one.values for one in items] == [{"accuracy": (1, 1)}, {"accuracy": (0, 1)}, {}]
    assert [one.unparsed for one in items] == [False, True, False]
    assert items[2].excluded == "call failed: no answer"


def test_tasks_are_added_and_a_task_takes_its_own_place(tmp_path: Path) -> None:
    evaluation(tmp_path, "m", {"one": [scored("a", 0)], "two": [scored("a", 1)]})
    evaluation(tmp_path, "m", {"one": [scored("a", 1)], "three": [scored("a", 1)]})
    read = read_results(tmp_path)
    assert list(read.results) == ["one", "two", "three"]
    assert read.results["one"].figures["accuracy"].value == 100
    assert read_items(tmp_path, "one")[0].values["accuracy"] == (1, 1)
    assert not list(tmp_path.rglob(".*.jsonl*"))


def test_a_folder_is_one_models(tmp_path: Path) -> None:
    evaluation(tmp_path, "m", {"one": [scored("a", 0)]})
    with pytest.raises(UsageError, match="would hold results of m and n; give each model its own --out"):
        evaluation(tmp_path, "n", {"one": [scored("a", 1)]})
    assert read_results(tmp_path).results["one"].figures["accuracy"].value == 0


def test_a_task_may_be_called_anything(tmp_path: Path) -> None:
    for name in ("../../etc/x", "a/b", "..", "é <b>"):
        evaluation(tmp_path, "m", {name: [scored("a", 1)]})
        assert items_file(tmp_path, name).resolve().parent == tmp_path / "items"
        assert read_items(tmp_path, name)[0].id == "a"


@given(st.text(), st.text(), st.one_of(st.none(), st.text(), st.floats(allow_nan=False)))
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, id: str, answer: str, target: Any) -> None:
    folder = tmp_path_factory.mktemp("any")
    evaluation(folder, "m\x00\ud800", {"t": [scored(id, 1, answer=answer + "\u2028\x85\r\n", target=target)]})
    (one,) = read_items(folder, "t")
    assert (one.id, one.answers, one.target) == (id, (answer + "\u2028\x85\r\n",), target)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (None, "is no evaluation's folder: it has no results.json"),
        ("", "is cut off or no JSON"),
        ('{"version": 1, "model": "m", "resu', "is cut off or no JSON"),
        ("[]", "holds no JSON object"),
        ('{"version": 2}', "is of version 2, and this reads 1"),
        ("{}", "is of version None"),
        ('{"version": 1}', "holds no results as they are written"),
        ('{"version": 1, "model": "m", "results": [{}]}', "holds no results as they are written"),
        ('{"version": 1, "model": "m", "results": 7}', "holds no results as they are written"),
        (
            '{"version": 1, "model": "m", "results": [{"task": "t", "title": "", "model": "", "figures": []}]}',
            "holds no",
        ),
        ("[" * 100_000, "is cut off or no JSON"),
    ],
)
def test_what_is_no_evaluation_is_refused_in_one_line(tmp_path: Path, text: str | None, told: str) -> None:
    if text is not None:
        (tmp_path / RESULTS).write_text(text)
    with pytest.raises(UsageError, match=told) as refused:
        read_results(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_file_in_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("")
    with pytest.raises(UsageError, match="is no evaluation's folder"):
        read_results(tmp_path / "x")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "b", "sco', ":2 is cut off"),
        ('{"id": "b"}', ":2 is no item"),
        ('{"id": "b", "score": {"values": {"accuracy": [1]}}}', ":2 is no item"),
        ('{"id": "a", "score": {}}', "a second item is called 'a'"),
    ],
)
def test_items_that_cannot_be_read_are_named(tmp_path: Path, line: str, told: str) -> None:
    evaluation(tmp_path, "m", {"t": [scored("a", 1)]})
    path = items_file(tmp_path, "t")
    path.write_text(path.read_text() + line)
    with pytest.raises(UsageError, match=told):
        read_items(tmp_path, "t")
    with pytest.raises(UsageError, match="items of other are not in the folder"):
        read_items(tmp_path, "other")


def test_what_a_later_version_adds_is_left_alone(tmp_path: Path) -> None:
    evaluation(tmp_path, "m", {"t": [scored("a", 1)]})
    told = json.loads((tmp_path / RESULTS).read_text())
    told["results"][0]["later"] = told["results"][0]["figures"]["accuracy"]["later"] = 1
    (tmp_path / RESULTS).write_text(json.dumps(told))
    assert read_results(tmp_path).results["t"].figures["accuracy"].value == 100


@pytest.mark.parametrize("fault", ["fsync", "replace"])
def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    evaluation(tmp_path, "m", {"t": [scored("a", 1)]})
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(*((os, "fsync") if fault == "fsync" else (Path, "replace")), full)
        with pytest.raises(StoreError, match="No space left on device; what stood there before still does"):
            evaluation(tmp_path, "m", {"t": [scored("a", 0)]})
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_kill_between_items_and_results_leaves_results_readable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    evaluation(tmp_path, "m", {"t": [scored("a", 1)]})
    ones: list[Scored] = [scored("a", 0), scored("b", 0)]
    real = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if target.name == RESULTS:
            raise KeyboardInterrupt
        return real(self, target)

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        evaluation(tmp_path, "m", {"t": ones})
    assert read_results(tmp_path).results["t"].items == 1


def test_miniatures_are_known() -> None:
    assert is_miniature(result_of(task_of(), [scored("a", 1)], "m", {"data": "miniature"}))
    assert not is_miniature(result_of(task_of(), [scored("a", 1)], "m", {"data": "hub"}))
