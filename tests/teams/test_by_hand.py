"""What people decided about a run is in everything that is written of it: the three files, the splits, every export."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from agents.hand import Hand
from agents.journal import hold_folder
from teams.__main__ import main
from teams.engine.ending import about_of, export_run, write_outputs

RUNS = Path(__file__).parents[1] / "runs"


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A kept run, with what is beside its journal."""
    return Path(shutil.copytree(RUNS / "data_to_text" / "strong", tmp_path / "run"))


def lines(path: Path) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in map(json.loads, path.read_text(encoding="utf-8").splitlines())}


def written(run: Path) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    write_outputs(run, **about_of(run))
    return lines(run / "pairs.jsonl"), lines(run / "rejected.jsonl")


def test_what_a_person_decides_moves_the_pair(run: Path) -> None:
    pairs, fell = written(run)
    good, bad = next(iter(pairs)), next(id for id, row in fell.items() if "pair" in row)
    hand = Hand(run)
    rejecting = hand.act(good, "reject", {"reason": "dull"}, who="Ada", base=0)
    hand.act(bad, "accept", {"reason": "the check is wrong"}, who="Ada", base=0)
    after, fallen = written(run)
    assert set(after) == {*pairs, bad} - {good}
    assert list(after) == sorted(after)
    assert fallen[good]["reasons"][0] == "by_hand: dull"
    assert bad not in fallen
    assert after[bad]["verdict"]["by_hand"]["who"] == "Ada"
    assert "| accepted | 1 |" in (run / "README.md").read_text(encoding="utf-8")
    hand.act(good, "undo", {"act": rejecting.n}, who="Ben", base=rejecting.n)
    assert set(written(run)[0]) == {*pairs, bad}


def test_an_edit_is_exported_with_what_it_was_made_from(run: Path) -> None:
    pairs, _ = written(run)
    id, row = next(iter(pairs.items()))
    better = [*row["messages"][:-1], {**row["messages"][-1], "content": "In plain words: it rose."}]
    Hand(run).act(id, "edit", {"messages": better}, who="Ada", base=0)
    after, _ = written(run)
    assert after[id]["messages"] == better
    assert after[id]["edited_from"] == row["messages"]
    assert after[id]["verdict"] == {**row["verdict"], "of_edited_from": True}
    compared = lines(export_run(run, "dpo").path)[id]
    assert compared["chosen"] == better[-1:]
    assert compared["rejected"] == row["messages"][-1:]


def test_a_branch_that_is_kept_stands_beside_what_it_was_made_of(run: Path) -> None:
    pairs, _ = written(run)
    id, row = next(iter(pairs.items()))
    other = [*row["messages"][:-1], {**row["messages"][-1], "content": "It rose by a third."}]
    facts = {**row["facts"], "said_by_person": ["assistant"]}
    branch = {**row, "id": f"{id}!1", "branch_of": id, "messages": other, "facts": facts}
    hand = Hand(run)
    hand.act(branch["id"], "keep", {"row": branch, "of": id, "branch": 1}, who="Ada", base=0)
    hand.act(id, "reject", {"reason": f"replaced by {branch['id']}"}, who="Ada", base=0)
    after, fallen = written(run)
    assert after[branch["id"]]["messages"] == other
    assert id in fallen
    card = (run / "README.md").read_text(encoding="utf-8")
    assert "| kept from a branch | 1 |" in card
    assert "| assistant spoken by a person | 1 |" in card
    compared = lines(export_run(run, "dpo").path)[branch["id"]]
    assert (compared["chosen"], compared["rejected"]) == (other[-1:], row["messages"][-1:])


def test_an_export_somebody_edited_is_not_overwritten_and_one_that_was_copied_is(run: Path, tmp_path: Path) -> None:
    made = export_run(run, "messages").path
    first = made.read_bytes()
    copied = Path(shutil.copytree(run, tmp_path / "copied", copy_function=shutil.copyfile))  # with times of its own
    assert export_run(copied, "messages").path.read_bytes() == first
    times = made.stat()
    made.write_bytes(first.replace(b"user", b"User", 1))
    os.utime(made, ns=(times.st_atime_ns, times.st_mtime_ns))
    with pytest.raises(UsageError, match=r"messages.jsonl was changed since it was exported.*: --out FILE"):
        export_run(run, "messages")
    assert made.read_bytes() != first
    assert export_run(run, "messages", run / "other.jsonl").path.read_bytes() == first
    made.unlink()
    assert export_run(run, "messages").path.read_bytes() == first


def test_the_hand_is_no_place_for_an_export(run: Path) -> None:
    with pytest.raises(UsageError, match="run's own files"):
        export_run(run, "messages", run / "hand.db")


def test_the_runs_own_files_are_fresh_after_an_export(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs, _ = written(run)
    dull = next(iter(pairs))
    assert main(["export", str(run)]) == 0
    assert "people decided" not in capsys.readouterr().out
    Hand(run).act(dull, "reject", {"reason": "dull"}, who="Ada", base=0)
    copied = Path(shutil.copytree(run, run.parent / "copied", copy_function=shutil.copyfile))  # all files are new
    with closing(hold_folder(copied)):
        assert main(["export", str(copied)]) == 0
    assert "is in use by another process" in capsys.readouterr().out
    assert dull in lines(copied / "pairs.jsonl"), "whoever holds the folder writes them"
    assert main(["export", str(copied)]) == 0
    assert "README.md hold what people decided" in capsys.readouterr().out
    assert dull not in lines(copied / "pairs.jsonl")
    assert lines(copied / "rejected.jsonl")[dull]["reasons"][0] == "by_hand: dull"
    assert f"{len(pairs) - 1:,} conversations" in (copied / "README.md").read_text(encoding="utf-8")
