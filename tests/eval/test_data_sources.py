"""Runs in any state and files of every shape are read; what can't be is counted and named, or refused in one line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from eval.data.rows import item_of, prompt_of
from eval.data.sources import open_sources
from tests.eval.datasets import Row, clean, of, rejected, report, row, run, said, write


def texts(*paths: Path) -> list[tuple[str, str]]:
    return [(item.request, item.answer) for source in open_sources(paths) for item in source.items(0)]


def test_shapes_of_exports_say_the_same(tmp_path: Path) -> None:
    rows = clean(5)
    asked, answered = ([one["messages"][n]["content"] for one in rows] for n in (0, 1))
    shapes: dict[str, list[Row]] = {
        "messages": rows,
        "sharegpt": [
            {"conversations": [{"from": "human", "value": a}, {"from": "gpt", "value": b}]}
            for a, b in zip(asked, answered, strict=True)
        ],
        "alpaca": [{"instruction": a, "input": "", "output": b} for a, b in zip(asked, answered, strict=True)],
        "prompt": [{"prompt": a, "completion": b} for a, b in zip(asked, answered, strict=True)],
        "parts": [said(one, [{"type": "text", "text": a}]) for one, a in zip(rows, asked, strict=True)],  # type: ignore[arg-type]
    }
    expected = list(zip(asked, answered, strict=True))
    for name, of_shape in shapes.items():
        assert texts(write(tmp_path / f"{name}.jsonl", of_shape)) == expected, name


def test_parquet_is_read(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    rows = clean(30)
    flat = [
        {k: v for k, v in one.items() if k not in ("facts", "kinds")} | {"facts_json": json.dumps({"key": "B"})}
        for one in rows
    ]
    parquet.write_table(pyarrow.Table.from_pylist(flat), tmp_path / "rows.parquet")
    items = [item for source in open_sources([tmp_path / "rows.parquet"]) for item in source.items(0)]
    assert [item.id for item in items] == [one["id"] for one in rows]
    assert report(tmp_path / "rows.parquet")["pairs"] == 30


def test_a_broken_parquet_file_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    (tmp_path / "rows.parquet").write_bytes(b"PAR1 and no more")
    with pytest.raises(UsageError, match=r"rows\.parquet can't be read as Parquet"):
        report(tmp_path / "rows.parquet")


def test_a_run_that_goes_on_is_read_as_far_as_it_is_and_says_so(tmp_path: Path) -> None:
    rows = clean(30)
    folder = run(
        tmp_path / "run",
        rows,
        [rejected({**row(31), "id": "rag/no"}, "text_finished: it ends in ,")],
        pulse={"ended": False},
    )
    assert not (folder / "pairs.jsonl").exists()
    made = report(folder)
    assert (made["pairs"], made["rejected"]) == (30, 1)
    assert "still being written" in of(made, "state")["measured"]


def test_a_run_that_was_killed_is_read_from_its_journal(tmp_path: Path) -> None:
    folder = run(
        tmp_path / "run",
        clean(30),
        pulse={"ended": False},
        more=lambda db: db.execute("UPDATE pulse SET at = at - 3600"),
    )
    write(folder / "pairs.jsonl", clean(4))
    made = report(folder)
    assert made["pairs"] == 30
    assert "stopped or killed" in of(made, "state")["measured"]


def test_broken_lines_are_counted_and_named(tmp_path: Path) -> None:
    lines = [json.dumps(one) for one in clean(30)]
    lines[4] = lines[4][:60]
    lines[7] = json.dumps({"id": "x", "text": "no messages"})
    lines[9] = "[1, 2]"
    lines.append('{"messages": "none", "id": 3}')
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(lines) + "\n\n")
    made = report(path)
    assert made["pairs"] == 27
    found = of(made, "broken")
    assert found["severity"] == "bad"
    assert found["measured"].startswith("4 of 31: ")
    for place in ("line 5", "row 8", "line 10", "row 31"):
        assert place in found["measured"]


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda folder: folder / "none", "no such run or file"),
        (lambda folder: folder, "neither pairs.jsonl nor run.db"),
        (lambda folder: write(folder / "rows.csv", []), "rows are read from .jsonl and .parquet"),
        (lambda folder: write(folder / "rows.jsonl", []), "there are no rows"),
        (lambda folder: write(folder / "rows.jsonl", [{"a": 1}]), "no row could be read"),
        (lambda folder: run(folder / "run", []), "there are no rows"),
    ],
)
def test_what_holds_no_rows_is_refused_in_one_line(tmp_path: Path, make: Any, told: str) -> None:
    with pytest.raises(UsageError) as raised:
        report(make(tmp_path))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.db").write_bytes(b"this is no database at all, and long enough to be looked at" * 40)
    with pytest.raises(UsageError, match="can't be read as a run's journal"):
        report(tmp_path)


def test_a_run_that_accepted_nothing_says_so_first(tmp_path: Path) -> None:
    made = report(run(tmp_path / "run", [], [rejected(row(n), "text_finished: no") for n in range(30)]))
    assert made["findings"][0]["title"] == "No pair was accepted"
    assert made["pairs"] == 0


def test_rows_without_skill_or_kind_are_told_of(tmp_path: Path) -> None:
    rows = [{"messages": one["messages"]} for one in clean(30)]
    made = report(write(tmp_path / "rows.jsonl", rows))
    assert of(made, "unnamed")["measured"] == "30 of 30"
    assert made["coverage"]["skills"][0]["skill"] == "(not named)"


@pytest.mark.parametrize(
    "odd",
    [
        {"kinds": None}, {"kinds": [1]}, {"facts": "x"}, {"id": {"a": 1}}, {"skill": ["a"]},
        {"messages": [1, {"role": None}]},
        {"kinds": {"instruct": {"a": 1}, "refine": "x"}}, {"facts_json": "{"}, {"id": "\ud800/../<b>\x1b[31m"},
    ],
)  # fmt: skip
def test_odd_rows_break_nothing(tmp_path: Path, odd: Row) -> None:
    made = report(write(tmp_path / "rows.jsonl", [*clean(5), {**row(6), **odd}]))
    assert made["pairs"] + made["sources"][0]["broken"] == 6


def test_root_and_prompt() -> None:
    made = {
        **row(1),
        "id": "rag/a:1-2/way/list-1/harder-2/json",
        "kinds": {"instruct": "list", "refine": ["harder"], "demand": ["json"]},
    }
    assert item_of(made, 0, 1).root == "rag/a:1-2/way/list-1"
    talk = [
        {"role": "user", "content": "a"},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "c"},
        {"role": "assistant", "content": "d"},
    ]
    assert [m["content"] for m in prompt_of({"messages": talk})] == ["a", "b", "c"]


def test_rows_nested_without_end_are_counted_as_broken(tmp_path: Path) -> None:
    path = write(tmp_path / "deep.jsonl", [row(1), row(2)])
    deep = '[{"content": ' * 480 + '"x"' + "}]" * 480
    with path.open("a") as file:
        file.write(f'{{"messages": [{{"role": "user", "content": {deep}}}]}}\n' + "[" * 200_000 + "\n")
    (source,) = open_sources([path])
    assert len(list(source.items(0))) == 2
    assert source.faults.count == 2
