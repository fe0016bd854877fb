"""What is exported reads back as it was, in every form, whatever stands in it; files are whole or not there."""

# ruff: noqa: E501  # rows of data

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import datasets
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.errors import UsageError
from agents.journal import SCHEMA, VERSION
from teams.engine.card import write_card
from teams.engine.checks import TOOL_USE_CHECKS
from teams.engine.ending import write_outputs
from teams.engine.export import FORMS, Options, as_line, export, origin
from teams.engine.records import Pair
from teams.engine.verdict import run_checks
from tests.teams.fixtures.good_pairs import good_pairs
from tools.action_text import parse_action


def row_of(pair: Pair) -> dict[str, Any]:
    instruction, seed = pair.instruction, pair.seed
    return {
        "id": pair.id, "skill": "tool_use", "stage": instruction.stage, "split": "train",
        "kinds": {"transform": instruction.passage.kind, "instruct": instruction.kind, "refine": ["more_steps"], "demand": []},
        "messages": [dict(m) for m in pair.messages], "tools": [dict(t) for t in pair.tools],
        "seed": {"path": seed.path, "span": list(seed.span), "hash": seed.hash},
        "models": {"user": "local", "assistant": "http://host/v1:big"}, "facts": dict(pair.facts),
        "verdict": run_checks(pair, TOOL_USE_CHECKS).as_dict(),
    }  # fmt: skip


ROWS = [row_of(pair) for pair in good_pairs().values()]
SINGLE = {
    **ROWS[0], "id": "open_domain_qa/x", "tools": [], "facts": {},
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "<think>hm</think>Because."}],
}  # fmt: skip


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]


def load(kind: str, path: Path, cache: Path) -> Any:
    return datasets.load_dataset(kind, data_files=str(path), split="train", cache_dir=str(cache))


def test_messages_read_back_in_datasets_as_lists(tmp_path: Path) -> None:
    written = export(iter([*ROWS, SINGLE]), tmp_path / "pairs.jsonl", "messages")
    assert (written.rows, written.left_out) == (len(ROWS) + 1, {})
    loaded = load("json", tmp_path / "pairs.jsonl", tmp_path / "cache")
    for row, back in zip([*ROWS, SINGLE], loaded, strict=True):
        assert isinstance(back["messages"], list)
        for message, same in zip(row["messages"], back["messages"], strict=True):
            assert {k: v for k, v in same.items() if v is not None} == {
                k: v for k, v in message.items() if v is not None
            }
        assert back["seed"] == row["seed"]
        assert back["outcome"] == row["facts"].get("outcome", "final_answer")
        assert [t["function"]["name"] for t in back["tools"]] == [t["function"]["name"] for t in row["tools"]]


def test_rows_whose_schemas_and_facts_differ_in_type_still_load(tmp_path: Path) -> None:
    """The same key holds a text here and a number there, which no table column can."""
    odd = []
    for i, default in enumerate([5, "five", [5], {"five": 5}, None, 5.5, True]):
        tool = {
            "type": "function",
            "function": {"name": "f", "parameters": {"properties": {"x": {"default": default}}}},
        }
        odd.append({**ROWS[i], "tools": [tool], "facts": {"outcome": "failed", "plan": default}})
    export(odd, tmp_path / "pairs.jsonl", "messages")
    back = load("json", tmp_path / "pairs.jsonl", tmp_path / "cache")
    assert [t[0]["function"]["parameters"]["properties"]["x"]["default"] for t in back["tools"]] == [
        5,
        "five",
        [5],
        {"five": 5},
        None,
        5.5,
        True,
    ]
    export(odd, tmp_path / "pairs.parquet", "parquet")
    flat = load("parquet", tmp_path / "pairs.parquet", tmp_path / "cache")
    assert [json.loads(text)["plan"] for text in flat["facts_json"]] == [5, "five", [5], {"five": 5}, None, 5.5, True]


def test_parquet_keeps_lists_and_loads(tmp_path: Path) -> None:
    rows = [{**row, "difficulty": i} for i, row in enumerate([*ROWS, SINGLE])]
    assert export(iter(rows * 20), tmp_path / "pairs.parquet", "parquet").rows == 20 * len(rows)
    loaded = load("parquet", tmp_path / "pairs.parquet", tmp_path / "cache")
    assert isinstance(loaded.features["messages"], datasets.List)
    assert isinstance(loaded.features["messages"].feature["tool_calls"], datasets.List)
    for row, back in zip(rows, loaded.select(range(len(rows))), strict=True):
        assert back["kinds"] == row["kinds"]
        assert back["verdict"] == row["verdict"]
        assert [m["content"] for m in back["messages"]] == [m["content"] for m in row["messages"]]
        calls = [c["function"] for m in row["messages"] for c in m.get("tool_calls") or ()]
        assert [c["function"] for m in back["messages"] for c in m["tool_calls"] or ()] == calls
        assert [json.loads(t["function"]["parameters"]) for t in back["tools"]] == [
            t["function"]["parameters"] for t in row["tools"]
        ]
        assert {m["role"]: m["model"] for m in back["models"]} == row["models"]
        assert json.loads(back["more_json"]) == {"difficulty": row["difficulty"]}


@pytest.mark.parametrize("form", [*FORMS, "parquet"])
def test_every_form_says_where_a_row_comes_from_and_in_which_split_it_is(tmp_path: Path, form: str) -> None:
    row = {**SINGLE, "split": "test"}
    worse = {**row, "messages": [*row["messages"][:-1], {"role": "assistant", "content": "No."}]}
    export([row], tmp_path / "out", form, Options(rejected=lambda name: [worse]))
    (back,) = load("parquet" if form == "parquet" else "json", tmp_path / "out", tmp_path / "cache")
    for name in ("skill", "stage", "split", "kinds", "seed", "verdict"):
        assert back[name] == row[name], name
    models = {one["role"]: one["model"] for one in back["models"]} if form == "parquet" else back["models"]
    assert models == row["models"]


@pytest.mark.parametrize("mask", [0o022, 0o077])
def test_files_have_the_mode_the_user_wants(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        for form in ("messages", "parquet"):
            export(ROWS[:1], tmp_path / form, form)
            assert (tmp_path / form).stat().st_mode & 0o777 == 0o666 & ~mask
    finally:
        os.umask(before)


@pytest.mark.parametrize("form", [*FORMS, "parquet"])
def test_no_rows_make_an_empty_file(tmp_path: Path, form: str) -> None:
    assert export([], tmp_path / "none", form).rows == 0
    assert (tmp_path / "none").exists()


def test_sharegpt(tmp_path: Path) -> None:
    export([*ROWS, SINGLE], tmp_path / "s.jsonl", "sharegpt")
    for row, back in zip([*ROWS, SINGLE], read(tmp_path / "s.jsonl"), strict=True):
        made = [turn["from"] for turn in back["conversations"]]
        calls = [c["function"] for m in row["messages"] for c in m.get("tool_calls") or ()]
        assert made.count("function_call") == made.count("observation") == len(calls)
        assert made[0] == "human"
        assert made[-1] == "gpt"
        said = [t["value"].rpartition("</think>")[2] for t in back["conversations"] if t["from"] == "function_call"]
        assert [json.loads(v) for v in said] == [
            {"name": c["name"], "arguments": json.loads(c["arguments"])} for c in calls
        ]
        if row["tools"]:
            assert [t["name"] for t in json.loads(back["tools"])] == [t["function"]["name"] for t in row["tools"]]


def test_alpaca_takes_single_turns_and_counts_the_rest(tmp_path: Path) -> None:
    written = export([*ROWS, SINGLE], tmp_path / "a.jsonl", "alpaca")
    assert written.rows == 1
    assert sum(written.left_out.values()) == len(ROWS)
    assert read(tmp_path / "a.jsonl") == [
        {
            "id": "open_domain_qa/x",
            "instruction": "Why?",
            "input": "",
            "output": "<think>hm</think>Because.",
            "system": "Be brief.",
            **origin(SINGLE),
        }
    ]


def test_action_text_parses_back(tmp_path: Path) -> None:
    export(ROWS, tmp_path / "t.jsonl", "action-text")
    for row, back in zip(ROWS, read(tmp_path / "t.jsonl"), strict=True):
        last = parse_action(back["messages"][-1]["content"])
        assert last is not None
        assert last.value == row["messages"][-1]["content"]
        assert "tools" not in back


def test_reasoning_is_stripped_on_request(tmp_path: Path) -> None:
    chain = next(row for row in ROWS if row["seed"]["path"] == "chain.py")
    export([chain, SINGLE], tmp_path / "m.jsonl", "messages", Options(reasoning=False))
    first, second = read(tmp_path / "m.jsonl")
    assert all(m["content"] is None for m in first["messages"] if m.get("tool_calls"))
    assert first["messages"][-1] == chain["messages"][-1]
    assert second["messages"][-1]["content"] == "Because."


def test_dpo_pairs_the_same_instruction(tmp_path: Path) -> None:
    worse = {**ROWS[0], "messages": [*ROWS[0]["messages"][:-1], {"role": "assistant", "content": "No idea."}]}
    edited = {**ROWS[1], "edited_from": [*ROWS[1]["messages"][:-1], {"role": "assistant", "content": "Bring it."}]}
    by_id = {ROWS[0]["id"]: [worse]}
    written = export(
        [ROWS[0], edited, ROWS[2]], tmp_path / "d.jsonl", "dpo", Options(rejected=lambda name: by_id.get(name, []))
    )
    assert written.rows == 2
    assert written.left_out == {"nothing rejected or edited to compare with": 1}
    first, second = read(tmp_path / "d.jsonl")
    assert first["prompt"] + first["chosen"] == ROWS[0]["messages"]
    assert first["rejected"] == [{"role": "assistant", "content": "No idea."}]
    assert second["rejected"] == [{"role": "assistant", "content": "Bring it."}]


def test_dpo_needs_a_difference(tmp_path: Path) -> None:
    same = Options(rejected=lambda name: [row for row in ROWS if row["id"] == name])
    assert export(ROWS, tmp_path / "d.jsonl", "dpo", same).rows == 0


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=80))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
def test_any_text_stays_in_its_row_and_column(text: str) -> None:
    line = as_line({"a": text, "b": [text], f"key {text}": 1})
    assert line.count(b"\n") == 1
    assert (
        len(line.decode().splitlines()) == 1 + line.decode()[:-1].count("\x1c") + 0
        or len(line.decode().splitlines()) == 1
    )
    clean = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    assert json.loads(line)["b"] == [clean]


def test_lone_surrogates_and_line_separators_load(tmp_path: Path) -> None:
    text = 'a\ud800b\u2028c\u0085d\n=HYPERLINK("x")\r\x00"},{"id":"y"'
    row = {**SINGLE, "messages": [{"role": "user", "content": text}, {"role": "assistant", "content": text}]}
    for form, kind in (("messages", "json"), ("parquet", "parquet")):
        export([row], tmp_path / form, form)
        back = load(kind, tmp_path / form, tmp_path / f"cache-{form}")
        assert back[0]["messages"][1]["content"] == text.replace("\ud800", "\ufffd")


def test_a_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    export(ROWS[:1], path, "messages")
    before = path.read_bytes()

    def breaks() -> Iterator[dict[str, Any]]:
        yield ROWS[1]
        raise RuntimeError("the journal broke")

    for form in ("messages", "parquet"):
        with pytest.raises(RuntimeError):
            export(breaks(), path, form)
        assert path.read_bytes() == before
        assert list(tmp_path.iterdir()) == [path]


def test_full_disk_is_one_line(tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    target = tmp_path / "pairs.jsonl"
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UsageError, match="can't be written"):
        export(ROWS, tmp_path / "file" / "pairs.jsonl", "messages")
    with pytest.raises(UsageError, match="no format 'csv'"):
        export(ROWS, target, "csv")


def test_rows_are_not_gathered(tmp_path: Path) -> None:
    """A writer asks for the next row only after it took care of the last: memory is flat in their number."""
    alive: list[int] = []

    class Tracked(dict[str, Any]):
        def __del__(self) -> None:
            alive.pop()

    def rows() -> Iterator[dict[str, Any]]:
        for _ in range(50):
            alive.append(1)
            yield Tracked(SINGLE)
            assert len(alive) <= 2

    for form in ("messages", "sharegpt", "alpaca"):
        export(rows(), tmp_path / form, form)


def test_card_is_read_by_datasets_and_counts(tmp_path: Path) -> None:
    rows = [*ROWS, {**SINGLE, "split": "test"}]
    export(rows, tmp_path / "pairs.jsonl", "messages")
    bad = [
        {"id": "x", "stage": "respond", "reasons": ["no_loops: said <b>3</b> times | and\nmore", "kind_held: no"]},
        {"id": "y", "stage": "transform", "reasons": ["declined | <script>alert(1)</script>"]},
    ]
    counts = write_card(
        tmp_path / "README.md", rows, bad, title="My | data <b>", command="python -m teams.tool_use --seeds code/"
    )
    assert counts.rows == len(rows)
    text = (tmp_path / "README.md").read_text()
    assert "| several\\_calls |" in text or "| several_calls |" in text
    assert f"| one_call | {counts.kinds['one_call']} |" in text
    assert "| no_loops | 1 |" in text
    assert "<script>" not in text.replace("&lt;script&gt;", "")
    assert "| test | 1 |" in text
    assert "http://host/v1:big" in text
    assert "Licence" in text
    loaded = datasets.load_dataset(str(tmp_path), cache_dir=str(tmp_path / "cache"))
    assert loaded["train"].num_rows == len(rows)


def journal_of(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """A run folder that accepted these rows."""
    folder.mkdir()
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.executescript(SCHEMA + f"PRAGMA user_version={VERSION};")
        accepted = [(f"{n:03}/{row['id']}", json.dumps(row)) for n, row in enumerate(rows)]
        db.executemany("INSERT INTO verdicts (id, accepted, row) VALUES (?, 1, ?)", accepted)
        db.commit()
    return folder


@pytest.mark.parametrize("splits", [("train",), ("test",), ("train", "test"), ()], ids=str)
def test_a_loader_gets_the_splits_of_a_run_right(tmp_path: Path, splits: tuple[str, ...]) -> None:
    rows = [{**row, "split": splits[n % len(splits)]} for n, row in enumerate(ROWS)] if splits else []
    run = journal_of(tmp_path / "run", rows)
    write_outputs(run, title="Mine")
    assert read(run / "pairs.jsonl") == rows, "all of them are in one file too"
    if not splits:
        return
    loaded = datasets.load_dataset(str(run), cache_dir=str(tmp_path / "cache"))
    assert set(loaded) == set(splits)
    for split in splits:
        assert set(loaded[split]["split"]) == {split}
    assert sum(part.num_rows for part in loaded.values()) == len(rows)
    # What the card tells people to type does the same.
    (source,) = re.findall(r"```python\n(.*?)```", (run / "README.md").read_text(), re.DOTALL)
    here = Path.cwd()
    os.chdir(run)
    try:
        exec(source, space := {})
    finally:
        os.chdir(here)
    assert {split: set(part["split"]) for split, part in space["splits"].items()} == {s: {s} for s in splits}


def test_card_of_an_empty_run(tmp_path: Path) -> None:
    write_card(tmp_path / "README.md", [], [], title="Nothing")
    assert "accepted no pair" in (tmp_path / "README.md").read_text()
