"""Runs kept as fixtures: whole, readable, the same in all their files, judged alike today, and of no machine."""

from __future__ import annotations

import json
import re
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.journal import open_reader
from teams.engine.ending import export_run
from teams.engine.export import FORMS
from teams.engine.registry import load
from teams.engine.verdict import run_checks
from tests.runs.keep import HERE, fixtures, listing
from tests.teams.recording import Recording, judged

KEPT = [pytest.param(folder, id=folder.relative_to(HERE).as_posix()) for folder in fixtures()]
BORN_IN = """
SELECT c.id, r.type, c.state, (SELECT count(*) FROM messages WHERE chat=c.id)
FROM records r JOIN chats c ON c.id = r.chat WHERE r.id=? OR (r.type<>'pair' AND instr(?, r.id || '/') = 1)
"""
"""The chats in which a pair and all it comes from were made; where nothing had to be said, none was held."""
OF_A_MACHINE = re.compile(rb"127\.0\.0\.1|localhost:\d|0\.0\.0\.0|/work/|/root/|file://")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("folder", KEPT)
def test_every_pair_has_its_records_its_chats_and_its_verdict(folder: Path) -> None:
    with closing(open_reader(folder)) as db:
        for row in lines(folder / "pairs.jsonl"):
            accepted, stored, verdict = db.execute(
                "SELECT accepted, row, verdict FROM verdicts WHERE id=?", (row["id"],)
            ).fetchone()
            assert accepted
            assert json.loads(stored) == row
            assert json.loads(verdict) == row["verdict"]
            chats = db.execute(BORN_IN, (row["id"], row["id"])).fetchall()
            assert "pair" in {type for _, type, _, _ in chats}, "somebody answered"
            for chat, type, state, said in chats:
                assert state == "done", chat
                assert said > 1, chat
                if type == "pair":
                    told = [text for (text,) in db.execute("SELECT text FROM messages WHERE chat=?", (chat,))]
                    assert row["messages"][-1]["content"].strip()[:200] in "\n".join([*told, *map(as_told, told)])


def as_told(text: str) -> str:
    """The words of a message; a small model's answer is a form, whose values are its words."""
    try:
        form = json.loads(text)
    except ValueError:
        return text
    return " ".join(map(str, form.values())) if isinstance(form, dict) else text


@pytest.mark.parametrize("folder", KEPT)
def test_what_fell_out_stands_in_one_place_and_has_reasons(folder: Path) -> None:
    kept, out = lines(folder / "pairs.jsonl"), lines(folder / "rejected.jsonl")
    ids = [row["id"] for row in (*kept, *out)]
    assert len(ids) == len(set(ids))
    assert all(row["stage"] and row["reasons"] for row in out)
    with closing(open_reader(folder)) as db:
        assert {id for (id,) in db.execute("SELECT id FROM verdicts")} <= set(ids)


@pytest.mark.parametrize("folder", KEPT)
def test_it_can_be_exported_in_every_form(folder: Path, tmp_path: Path) -> None:
    rows = len(lines(folder / "pairs.jsonl"))
    run = tmp_path / "run"  # a run remembers its exports, and fixtures stay as they are
    run.mkdir()
    shutil.copy(folder / "run.db", run)
    for form in (*FORMS, "parquet"):
        written = export_run(run, form, tmp_path / form)
        assert written.rows + sum(written.left_out.values()) == rows


@pytest.mark.parametrize("folder", KEPT)
def test_todays_programs_accept_what_was_accepted(folder: Path) -> None:
    """What they look at is in the journal but for the seed's own text; readers and solvers are not asked again."""
    recording = Recording(folder.name)
    with closing(open_reader(folder)) as db:
        for made in judged(db):
            recording.take(made)
    for line in recording.pairs:
        seed = line["parents"][0].removeprefix("seed ")
        recording.take({"type": "seed", "record": {"id": seed, "text": ""}})
        if line["accepted"]:
            pair = recording.pair(line)
            verdict = run_checks(pair, load([pair.id.split("/")[0]])[0].checks)
            assert verdict.accepted, (pair.id, verdict.reasons)


@pytest.mark.parametrize("folder", KEPT)
def test_it_is_of_no_machine(folder: Path) -> None:
    for path in folder.iterdir():
        assert not (found := OF_A_MACHINE.search(path.read_bytes())), (path.name, found)
    assert {path.name for path in folder.iterdir()} <= {
        "run.db", "pairs.jsonl", "rejected.jsonl", "README.md", "train.jsonl", "test.jsonl",
    }  # fmt: skip


def test_the_list_of_runs_is_up_to_date() -> None:
    assert listing() in (HERE / "README.md").read_text(encoding="utf-8"), "python -m tests.runs.keep writes it"
