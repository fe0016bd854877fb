"""The overview tells what a journal holds: what came of things and when, what was spent, whether the run goes on."""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.journal_tables import FOLLOWED
from agents.view import index as index_module
from agents.view import overview as overview_module
from agents.view.index_tables import GRAINS, connect
from agents.view.indexing import Follower
from agents.view.overview import BUCKETS, Overview, over_time
from agents.view.run import open_run
from tests.agents.view.asking import looking_into
from tests.agents.view.journals import CHATS, IDS, act, drop, make, row, verdict, writing
from tests.runs.keep import fixtures


def overview(folder: Path, again: int = 1) -> dict[str, Any]:
    """Index a run and return its overview."""
    with open_run(folder) as run, closing(connect(folder / "view.db", make=True)) as view:
        follower = Follower(run, view)
        while follower.step():
            pass
        reader = Overview(run)
        for _ in range(again):
            told = reader.read(view)
            if told["usage"]:
                break
            time.sleep(0.05)
        return told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two good pairs, one bad, one that fell out."""
    made = make(tmp_path / "my run")
    for number, id in enumerate(IDS[:3]):
        verdict(made, row(id, number > 0, "words"))
    drop(made, CHATS[0], "Refused: the requester said nothing of use")
    return made


def beat(folder: Path, ago: float, **figures: Any) -> None:
    with writing(folder) as db:
        db.execute(
            "INSERT INTO pulse VALUES (?,?)", (time.time() - ago, json.dumps({"pid": 1, "ended": False, **figures}))
        )


def test_what_came_of_things(folder: Path) -> None:
    with writing(folder) as db:
        about = {"quotas": {"fermi": 30}, "asked": {"fermi": [["size", "instruct", 20], ["bound", "refine", 10]]}}
        db.execute("INSERT INTO meta VALUES ('about', ?)", (json.dumps(about),))
    told = overview(folder)
    assert {name: told["counts"][name] for name in ("accepted", "rejected", "dropped")} == {
        "accepted": 2,
        "rejected": 1,
        "dropped": 1,
    }
    assert told["reasons"] == [
        {"stage": "check", "reason": "judge", "count": 1},
        {"stage": "instruct", "reason": "Refused", "count": 1},
    ]
    assert {(c["kind"], c["stage"], c["accepted"], c["rejected"], c["asked"]) for c in told["coverage"]} == {
        ("size", "instruct", 1, 1, 20),
        ("bound", "instruct", 1, 0, None),
        ("bound", "refine", 0, 0, 10),
    }
    assert told["run"] == told["run"] | {
        "folder": "my run",
        "pairs": 30,
        "models": ["large", "small"],
        "language": "en",
    }
    last = told["over_time"][-1]
    assert (last["accepted"], last["rejected"], last["dropped"]) == (2, 1, 1)


def test_people_are_counted_with(folder: Path) -> None:
    act(folder, IDS[1], "reject", "not so")
    act(folder, IDS[2], "keep", "another way")
    told = overview(folder)
    assert (told["counts"]["accepted"], told["counts"]["rejected"]) == (2, 2)
    assert {"stage": "check", "reason": "by hand", "count": 1} in told["reasons"]


@pytest.mark.parametrize(
    ("beats", "live"),
    [
        ([], "unknown"),
        ([(1, {})], "running"),
        ([(4000, {}), (1, {})], "running"),
        ([(30, {})], "lost"),
        ([(30, {}), (4000, {"ended": True})], "lost"),
        ([(30, {}), (20, {"ended": True})], "ended"),
    ],
)
def test_whether_it_goes_on(folder: Path, beats: list[tuple[float, dict[str, Any]]], live: str) -> None:
    for ago, figures in beats:
        beat(folder, ago, **figures)
    assert overview(folder)["run"]["live"] == live


def test_how_quickly_it_goes(folder: Path) -> None:
    beat(folder, 61, pid=7, calls=9000, accepted=500)  # of an earlier life
    beat(folder, 41, calls=0, accepted=0)
    beat(folder, 1, calls=80, accepted=2)
    told = overview(folder)
    assert told["rate"]["calls_a_second"] == pytest.approx(2, rel=0.01)
    assert told["rate"]["pairs_an_hour"] == pytest.approx(180, rel=0.01)
    beat(folder, 0, calls=80, accepted=2, ended=True)
    assert overview(folder)["rate"] is None


def test_a_run_that_was_killed_goes_at_no_rate(folder: Path) -> None:
    beat(folder, 61, calls=0, accepted=0)
    beat(folder, 21, calls=80, accepted=2)
    assert overview(folder)["rate"] is None


async def test_who_looks_on_is_told_that_a_run_was_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is written any more: that nothing comes is the news."""
    for module in (index_module, overview_module):
        monkeypatch.setattr(module, "LOST_AFTER", 2.0)
    beat(folder, 0, calls=1, accepted=1)
    async with looking_into(folder) as asking:
        told = (await asking.get("overview"))[1]
        assert told["run"]["live"] == "running"
        news = (await asking.get(f"changes?since={told['changed']}"))[1]["changed"]
        assert news > told["changed"]
        assert (await asking.get("overview"))[1]["run"]["live"] == "lost"


@pytest.mark.parametrize("followed", [True, False])
def test_what_was_spent(tmp_path: Path, followed: bool) -> None:
    folder = make(tmp_path / "run", events=followed)
    with writing(folder) as db:
        db.execute("INSERT INTO meta VALUES ('prices', ?)", (json.dumps({"large": [2.0, 10.0]}),))
        for number, (role, model) in enumerate([("asker", "large"), ("asker", "large"), ("judge", "small")]):
            values = ("fermi/a.md:1-9/x", str(number), 0, 1, role, model, "p", "{}", 1000, 100, 1.5)
            db.execute("INSERT INTO calls VALUES (?,?,?,?,?,?,?,?,?,?,?)", values)
    usage = {one["role"]: one for one in overview(folder, again=200)["usage"]}
    assert usage["asker"] == usage["asker"] | {"skill": "fermi", "calls": 2, "prompt_tokens": 2000, "seconds": 3.0}
    assert usage["asker"]["cost"] == pytest.approx(2000 * 2e-6 + 200 * 1e-5)
    assert usage["judge"]["cost"] is None


def test_a_journal_that_got_its_events_later_tells_the_same(tmp_path: Path) -> None:
    folder = make(tmp_path / "run", events=False)
    for number, id in enumerate(IDS):
        verdict(folder, row(id, number % 2 == 0, "words"))
    before = overview(folder)
    with writing(folder) as db:
        db.executescript(f"BEGIN; {FOLLOWED} COMMIT;")
    (folder / "view.db").unlink()
    after = overview(folder)
    for name in ("counts", "reasons", "coverage", "over_time"):
        assert before[name] == after[name]


@given(moments=st.lists(st.tuples(st.integers(0, 400 * 86400), st.sampled_from(["accepted", "rejected"])), max_size=60))
def test_over_time_is_short_never_falls_and_ends_with_all(moments: list[tuple[int, str]]) -> None:
    counted = Counter((grain, at // grain, verdict) for at, verdict in moments for grain in GRAINS)
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE moments (grain, moment, verdict, count)")
        db.executemany("INSERT INTO moments VALUES (?,?,?,?)", [(*key, count) for key, count in counted.items()])
        told = over_time(db)
    assert len(told) <= BUCKETS
    assert [one["at"] for one in told] == sorted({one["at"] for one in told})
    for name in ("accepted", "rejected"):
        series = [one[name] for one in told]
        assert series == sorted(series)
        assert (series[-1] if series else 0) == sum(verdict == name for _, verdict in moments)
        for one in told:  # nothing is told before it was
            assert one[name] <= sum(at < one["at"] and verdict == name for at, verdict in moments)


@pytest.mark.parametrize("kept", fixtures()[:3], ids=lambda path: "/".join(Path(path).parts[-2:]))
def test_runs_that_are_kept_are_told_as_their_files_say(kept: Path, tmp_path: Path) -> None:
    (tmp_path / "run.db").write_bytes((Path(kept) / "run.db").read_bytes())
    told = overview(tmp_path, again=200)
    lines = {name: (Path(kept) / f"{name}.jsonl").read_text().splitlines() for name in ("pairs", "rejected")}
    assert told["counts"]["accepted"] == len(lines["pairs"])
    assert told["counts"]["rejected"] + told["counts"]["dropped"] == len(lines["rejected"])
    assert sum(one["calls"] for one in told["usage"]) > 0
