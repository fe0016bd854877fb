"""What is planted in data is found, and said before all else; of clean data nothing bad is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.eval.datasets import KINDS, clean, first, of, rejected, report, row, run, said, write

ITEM = (
    "A ferry leaves the northern pier every twenty minutes and takes half an hour to cross the bay before it turns "
    "around at once; how many ferries does a passenger meet on the way?"
)


def test_of_clean_data_nothing_bad_is_said(tmp_path: Path) -> None:
    made = report(run(tmp_path / "run", clean()), benchmarks={"exam": [ITEM]})
    assert {one["severity"] for one in made["findings"]} == {"note", "good"}
    assert made["pairs"] == 120
    assert of(made, "near")["severity"] == "good"


def test_planted_contamination_is_said_first(tmp_path: Path) -> None:
    rows = clean()
    rows[40] = said(
        rows[40], request=f"Hello! {' '.join(ITEM.upper().split()[5:22])} Please be quick about it, will you."
    )
    made = report(
        run(tmp_path / "run", rows),
        benchmarks={
            "exam": [ITEM, "Who wrote the longest novel of all?"],
            "other": ["Nobody asks this of anybody ever"],
        },
    )
    found = first(made)
    assert (found["key"], found["severity"]) == ("contaminated", "bad")
    assert "exam" in found["title"]
    assert found["measured"] == "1 of its 2 items, in 1 pairs"
    assert [pair["id"] for pair in found["pairs"]] == [rows[40]["id"]]
    assert "every twenty minutes" in found["pairs"][0]["note"]
    assert [one["severity"] for one in made["findings"] if one["title"].startswith("other:")] == ["good"]


def test_planted_cluster_of_duplicates_is_said_first(tmp_path: Path) -> None:
    rows = clean()
    base = row(7)
    request, answer = (message["content"] for message in base["messages"])
    for n in range(60, 72):
        rows[n] = said(rows[n], request=f"{request} Number {n}.", answer=answer)
    made = report(run(tmp_path / "run", rows))
    found = first(made)
    assert (found["key"], found["severity"]) in {("near", "bad"), ("cluster", "bad")}
    keys = [one["key"] for one in made["findings"] if one["severity"] == "bad"]
    assert set(keys) == {"near", "cluster"}
    assert made["repeats"]["largest"][0]["size"] == 13
    assert {pair["id"] for pair in of(made, "cluster")["pairs"]} <= {
        rows[7]["id"],
        *(rows[n]["id"] for n in range(60, 72)),
    }


def test_exact_copies_are_told_from_near_ones(tmp_path: Path) -> None:
    rows = [*clean(), {**row(5), "id": "fermi/again"}]
    made = report(write(tmp_path / "pairs.jsonl", rows))
    assert made["repeats"]["exact"]["pairs"] == 1
    assert [pair["id"] for pair in of(made, "exact")["pairs"]] == ["fermi/again"]
    assert of(made, "exact")["pairs"][0]["line"] == 121


def weak(how: str) -> tuple[list[dict[str, object]], list[dict[str, object]], dict[str, object]]:
    """A set in which one skill is weak."""
    rows, asked = clean(), {skill: [[kind, "instruct", 10] for kind in KINDS] for skill in ("rag", "coding", "fermi")}
    meta = {"about": {"quotas": dict.fromkeys(asked, 40), "asked": asked}}
    mine = [one for one in rows if one["skill"] == "fermi"]
    if how == "kinds are missing":
        return [one for one in rows if one["skill"] != "fermi" or one["kinds"]["instruct"] == "short"], [], meta
    if how == "mostly rejected":
        fallen = [
            rejected({**one, "id": f"{one['id']}-{n}"}, "answer_is_key: it says 7") for one in mine for n in range(3)
        ]
        return rows, fallen, meta
    refusing = {
        one["id"]: said(one, answer="I'm sorry, but I can't help with estimates of any sort, whatever they are of.")
        for one in mine[:9]
    }
    return [refusing.get(one["id"], one) for one in rows], [], meta


@pytest.mark.parametrize(
    ("how", "keys"),
    [
        ("kinds are missing", {"empty_kinds", "short_of_quota"}),
        ("mostly rejected", {"acceptance"}),
        ("answers refuse", {"refusals"}),
    ],
)
def test_planted_weak_skill_is_said_first(tmp_path: Path, how: str, keys: set[str]) -> None:
    rows, fallen, meta = weak(how)
    made = report(run(tmp_path / "run", rows, fallen, meta))
    bad = [one for one in made["findings"] if one["severity"] == "bad"]
    assert first(made) == bad[0]
    assert first(made)["skill"] == "fermi"
    assert {one["key"] for one in bad if one["skill"]} == keys
    if how == "mostly rejected":
        assert "answer_is_key (120)" in first(made)["measured"]
        assert first(made)["pairs"], "some of those rejected are named"
    if how == "kinds are missing":
        assert "list, long, order" in of(made, "empty_kinds", "fermi")["measured"]


def test_the_report_does_not_depend_on_the_order_of_findings_made(tmp_path: Path) -> None:
    folder = run(tmp_path / "run", clean())
    assert json.dumps(report(folder)) == json.dumps(report(folder))


def test_worse_comes_before_bad_and_good_last(tmp_path: Path) -> None:
    rows = [said(one, answer="") if n % 10 == 0 else one for n, one in enumerate(clean())]
    made = report(write(tmp_path / "a.jsonl", rows))
    order = ["bad", "doubtful", "note", "good"]
    severities = [order.index(one["severity"]) for one in made["findings"]]
    assert severities == sorted(severities)
    assert first(made)["key"] == "empty"
