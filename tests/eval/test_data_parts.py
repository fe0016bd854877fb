"""Coverage, refinement, cost and contamination: each figure against a small case reckoned by hand."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from random import Random
from typing import Any

import pytest

from agents.errors import UsageError
from eval.data.contamination import contamination, read_benchmarks
from eval.leaking import leaked
from eval.records import Item, Turn
from tests.eval.datasets import clean, of, prose, rejected, report, row, run, said, write

QUESTION = "Which of these rivers flows north through the old town and then turns west before it meets the sea?"


def test_coverage_against_what_was_asked(tmp_path: Path) -> None:
    asked = {"rag": [["short", "instruct", 5], ["list", "refine", 3], ["order", "instruct", 2]]}
    rows = [one for one in clean(60) if one["skill"] == "rag" and one["kinds"]["instruct"] in ("short", "long")]
    meta = {"about": {"asked": asked, "quotas": {"rag": 10}}}
    fallen = [{"id": "rag/doc-9.md:1-2/transform", "stage": "transform", "reasons": ["declined: too short"]}]
    made = report(run(tmp_path / "run", rows, fallen, meta))
    cells = {(c["kind"], c["stage"]): (c["accepted"], c["asked"]) for c in made["coverage"]["cells"]}
    assert cells == {
        ("short", "instruct"): (5, 5),
        ("long", "instruct"): (5, None),
        ("list", "refine"): (0, 3),
        ("order", "instruct"): (0, 2),
    }
    (skill,) = made["coverage"]["skills"]
    assert (skill["accepted"], skill["asked"], skill["empty_kinds"], skill["fell_out_before"]) == (
        10,
        10,
        ["list", "order"],
        1,
    )
    assert skill["reasons"] == [["transform: declined", 1]]
    assert of(made, "empty_kinds", "rag")["severity"] == "bad"
    assert of(made, "short_of_quota", "rag")["severity"] == "good"


def test_quotas_of_several_runs_add_up(tmp_path: Path) -> None:
    meta = {"about": {"quotas": {"rag": 40}}}
    made = report(run(tmp_path / "a", clean(60), (), meta), run(tmp_path / "b", clean(120)[60:], (), meta))
    skill = next(one for one in made["coverage"]["skills"] if one["skill"] == "rag")
    assert (skill["accepted"], skill["asked"]) == (40, 80)
    assert of(made, "short_of_quota", "rag")["severity"] == "doubtful"


@pytest.mark.parametrize(
    "about",
    [None, [], {"asked": {"rag": "x"}}, {"asked": {"rag": [["a"], ["a", "b", "c"]]}}, {"quotas": {"rag": "many"}}],
)
def test_odd_records_of_what_was_asked_break_nothing(tmp_path: Path, about: Any) -> None:
    assert report(run(tmp_path / "run", clean(12), (), {"about": about}))["coverage"]["skills"][0]["asked"] is None


def test_refined_requests_that_ask_for_no_more(tmp_path: Path) -> None:
    rows = clean(60)
    for n in range(30):
        base, request = rows[n], rows[n]["messages"][0]["content"]
        longer = f"{request} Do it in exactly 3 steps, each of them without any verb." if n % 3 else request[:-30]
        made = {**said(base, request=longer, answer=prose(Random(n + 500), 60)), "id": f"{base['id']}/harder-1"}
        rows.append({**made, "kinds": {**base["kinds"], "refine": ["harder"]}, "stage": "refine"})
    found = report(write(tmp_path / "a.jsonl", rows))["refinement"]["skills"]
    assert {one["skill"]: (one["n"], one["asks_no_more"]) for one in found} == {
        "rag": (10, 10),
        "coding": (10, 0),
        "fermi": (10, 0),
    }


def spend(db: sqlite3.Connection) -> None:
    a, b = "rag/doc-0.md:1-20", "rag/lost.md:1-2"
    way = f"{a}/identity"
    chats = [
        (f"{a}/transform-identity", a),
        (f"{way}/instruct-short", way),
        (f"{a}/choose-choose", a),
        (f"{way}/short-1/respond-plain", f"{way}/short-1"),
        (f"{b}/transform-identity", b),
        (f"{way}/instruct-long", way),
    ]
    records = [
        (way, "passage", chats[0][0]),
        (f"{way}/short-1", "instruction", chats[1][0]),
        (f"{way}/short-1", "pair", chats[3][0]),
        (f"{b}/identity", "passage", chats[4][0]),
        (f"{way}/long-1", "instruction", chats[5][0]),
    ]
    for chat, record in chats:
        db.execute("INSERT INTO chats (id, record, state) VALUES (?, ?, 'done')", (chat, record))
        for name in (chat, f"{chat}/judge"):
            db.execute("INSERT INTO calls VALUES (?, 'h', 0, 1, 'writer', 'big', '', '', 90, 10, 1.5)", (name,))
    for id, type, chat in records:
        db.execute("INSERT INTO records (id, type, chat) VALUES (?, ?, ?)", (id, type, chat))
    db.execute("INSERT INTO calls VALUES ('self-test', 'h', 0, 1, 'x', 'big', '', '', 5, 5, 1)")


def test_cost_of_an_accepted_pair_and_what_was_wasted(tmp_path: Path) -> None:
    folder = run(tmp_path / "run", [row(0)], (), {"prices": {"big": [10.0, 30.0]}}, more=spend)
    found = {one["skill"]: one for one in report(folder)["cost"]["skills"]}
    assert found["rag"]["calls"] == 12
    # Of six chats two led to nothing: the lost seed's, and the one that asked what nobody answered.
    assert found["rag"]["wasted_share"] == pytest.approx(2 / 6)
    assert found["rag"]["cost_a_pair"] == pytest.approx(12 * (90 * 10 + 10 * 30) / 1e6)
    assert found["self-test"]["accepted"] == 0


def test_contamination_counts_items_and_pairs() -> None:
    rows = clean(30)
    rows[3] = said(rows[3], request=f"Tell me. {QUESTION}")
    rows[9] = said(rows[9], answer=f"It was asked: {QUESTION}")
    rows[11] = said(rows[11], request="Well: who painted the bridge at night?")
    found = contamination(
        rows,
        {
            "rivers": [QUESTION, "Who painted the bridge at night?", "Nobody knows which is the longest one"],
            "short": ["yes", "no"],
        },
    )
    assert [(one["items"], one["items_found"], one["pairs"], one["can_be_found"]) for one in found] == [
        (3, 2, 3, True),
        (2, 0, 0, False),
    ]
    assert [one["id"] for one in found[0]["examples"]] == [rows[n]["id"] for n in (3, 9, 11)]
    assert found[0]["examples"][0]["words"] == "which of these rivers flows north through the old town and then turns"


def test_what_many_items_share_is_no_contamination() -> None:
    head = "Read the question with care and choose the letter of the one right answer among the four"
    items = [f"{head}: {prose(Random(n + 900), 20)}" for n in range(30)]
    rows = clean(10)
    rows[2] = said(rows[2], request=f"{head}: what else?")
    (found,) = contamination(rows, {"exam": items})
    assert found["items_found"] == 0
    assert found["boilerplate_runs"] > 0


def test_benchmarks_are_read_from_files_and_folders(tmp_path: Path) -> None:
    write(tmp_path / "exams" / "deep" / "a.jsonl", [{"question": QUESTION, "choices": ["no", "yes it is"]}])
    (tmp_path / "exams" / "b.txt").write_text("What is told here of the old mill?\n")
    write(tmp_path / "exams" / "c.json", []).write_text('{"version": "1", "examples": [{"a": "b"}, {"q": ["c", "d"]}]}')
    found = {Path(name).name: items for name, items in read_benchmarks([tmp_path / "exams"]).items()}
    assert found == {
        "a.jsonl": [[QUESTION, "no", "yes it is"]],
        "b.txt": [["What is told here of the old mill?\n"] * 2],
        "c.json": [["b"], ["c", "d"]],
    }
    made = report(
        write(tmp_path / "rows.jsonl", [said(row(0), request=f"Hm. {QUESTION}"), *clean(20)[1:]]), benchmarks=found
    )
    assert made["findings"][0]["key"] == "contaminated"
    for path, told in ((tmp_path / "none", "there are no"), (tmp_path / "broken.jsonl", "line 1")):
        (tmp_path / "broken.jsonl").write_text("{\n")
        with pytest.raises(UsageError, match=told):
            read_benchmarks([path])


def test_a_bare_file_knows_no_cost(tmp_path: Path) -> None:
    assert "why_not" in report(write(tmp_path / "a.jsonl", clean(20)))["cost"]


def test_rejected_pairs_are_named_by_the_check_only(tmp_path: Path) -> None:
    fallen = [rejected({**row(n), "id": f"rag/x-{n}"}, "no_leak: <script>alert(1)</script>") for n in range(30)]
    made = report(run(tmp_path / "run", clean(30), fallen))
    assert "script" not in str(made["coverage"]["skills"])


def test_a_skill_without_any_pair_is_said_first(tmp_path: Path) -> None:
    fallen = [{"id": f"coding/a{n}.py:1-2/transform", "stage": "transform", "reasons": ["declined"]} for n in range(4)]
    rows = [one for one in clean(60) if one["skill"] != "coding"]
    made = report(run(tmp_path / "run", rows, fallen))
    assert (made["findings"][0]["key"], made["findings"][0]["skill"]) == ("empty_skill", "coding")
    assert "transform: declined (4)" in made["findings"][0]["measured"]


def test_a_benchmark_in_the_instructions_or_in_what_a_tool_returned_is_found() -> None:
    words = "How many lanterns does the keeper light when the fog comes in from the northern bay at dusk"
    rows = clean(6)
    rows[1]["messages"].insert(0, {"role": "system", "content": f"Use this: {words}?"})
    rows[4]["messages"].insert(1, {"role": "tool", "content": f"1. {words}"})
    (found,) = contamination(rows, {"own": [words, "Another question that nobody has ever put to anybody else at all"]})
    assert (found["items_found"], found["pairs"]) == (1, 2)
    assert [one["id"] for one in found["examples"]] == [rows[1]["id"], rows[4]["id"]]
    assert "how many lanterns does the keeper" in found["examples"][0]["words"]


def test_what_leaked_into_instructions_or_results_leaked_into_the_training(tmp_path: Path) -> None:
    asked = [f"How many lanterns of {light} does the keeper light when fog comes in from the northern bay" for light in
             ("copper", "glass", "paper")]  # fmt: skip
    rows = clean(6)
    rows[1]["messages"].insert(0, {"role": "system", "content": f"Use this: {asked[0]}?"})
    rows[4]["messages"].insert(1, {"role": "tool", "content": f"1. {asked[1]}"})
    rows[5] = {**rows[5], "split": "held_out"}
    rows[5]["messages"] = [{"role": "system", "content": asked[2]}, *rows[5]["messages"]]
    items = [Item(str(n), (Turn(words),)) for n, words in enumerate(asked)]
    assert leaked({"own": items}, [write(tmp_path / "pairs.jsonl", rows)]) == {"own": {"0", "1"}}
