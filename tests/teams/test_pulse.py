"""What a run leaves for those who look on: its figures while it goes and at its end, its seeds, what its files say."""

from __future__ import annotations

import hashlib
import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.journal import open_reader
from agents.models.model import Model
from teams.engine import RunOptions
from teams.engine.ending import about_of, write_outputs
from teams.engine.running import Outcome, run
from teams.tool_use import skill
from tests.teams.library import CODE, writer

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(tmp_path: Path, **options: Any) -> Outcome:
    code = tmp_path / "code"
    code.mkdir(exist_ok=True)
    (code / "desk.py").write_text(CODE)
    model = Model("scripted", writer())
    asked = RunOptions(seeds=(code,), run=tmp_path / "run", **options)
    return await run(skill, asked, model_for=lambda role: model)


def read(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(open_reader(folder)) as db:
        return db.execute(sql).fetchall()


async def test_the_last_beat_has_the_figures_of_the_end(tmp_path: Path) -> None:
    outcome = await go(tmp_path, pairs=2)
    beats = [json.loads(figures) for (figures,) in read(outcome.folder, "SELECT figures FROM pulse ORDER BY at")]
    assert not beats[0]["ended"]
    last, total = beats[-1], outcome.engine.meter.total
    assert last["ended"]
    assert (last["accepted"], last["rejected"], last["pairs"]) == (outcome.accepted, outcome.rejected, 2)
    assert (last["calls"], last["prompt_tokens"]) == (total.calls, total.prompt_tokens)
    assert last["in_flight"] == 0


async def test_what_was_spent_is_in_the_journal_by_role(tmp_path: Path) -> None:
    outcome = await go(tmp_path)
    spent = dict(read(outcome.folder, "SELECT role, calls FROM usage WHERE skill='tool_use'"))
    assert spent == {role: usage.calls for role, usage in outcome.engine.meter.by_role.items() if usage.calls}


async def test_the_seeds_are_in_the_journal_with_their_text(tmp_path: Path) -> None:
    outcome = await go(tmp_path)
    seeds = [json.loads(seed) for (seed,) in read(outcome.folder, "SELECT seed FROM seeds")]
    assert len(seeds) == outcome.engine.tally.seeds
    for seed in seeds:
        assert hashlib.sha256(seed["text"].encode()).hexdigest()[:32] == seed["hash"]
        assert seed["text"] in CODE


async def test_the_files_can_be_written_anew_from_the_journal_alone(tmp_path: Path) -> None:
    outcome = await go(tmp_path, pairs=2)
    names = ("pairs.jsonl", "rejected.jsonl", "README.md")
    before = {name: (outcome.folder / name).read_bytes() for name in names}
    for name in names:
        (outcome.folder / name).unlink()
    write_outputs(outcome.folder, **about_of(outcome.folder))
    assert {name: (outcome.folder / name).read_bytes() for name in names} == before


async def test_where_each_roles_words_stand_is_in_the_journal(tmp_path: Path) -> None:
    outcome = await go(tmp_path)
    places = dict(read(outcome.folder, "SELECT role, place FROM words"))
    assert set(places) >= {role for (role,) in read(outcome.folder, "SELECT DISTINCT role FROM calls")}
    for role, place in places.items():
        file, _, heading = place.partition(", ")
        assert heading in (ROOT / file).read_text(encoding="utf-8").splitlines(), role
