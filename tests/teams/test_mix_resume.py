"""A run of several skills that is killed, and gone on with: nothing is lost, nothing is paid for twice."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from teams.engine import RunOptions
from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.records import Record
from teams.engine.talk import Talk
from tests.teams.command import ROOT, environment, lines
from tests.teams.toys import CHOOSER, KINDS, demand, go, luck, mix_file, nothing, rewrite, rewritten, seeds, toy

pytestmark = pytest.mark.usefixtures("no_sandbox")
WAYS = tuple(Kind(name, "") for name in ("story", "letter", "list", "speech"))
MIX = "alpha: 3\nbeta: 2\ngamma: 1\n"


async def choose(scene: Scene) -> Staging:
    return Staging(f"choose for {scene.record.id} among {scene.notes['kinds']}", [Seat(CHOOSER)])


async def chosen(scene: Scene, talk: Talk) -> list[Record]:
    words = talk.words("chooser")
    if words == "none":
        raise Drop("it is no text")
    scene.notes["chosen"], scene.notes["why"] = words.split(), "so it seems"
    return []


def choosing(skill: Skill) -> Skill:
    chooser = Flow("transform", choose, chosen, (Kind("choose", ""),), name="choose")
    return replace(skill, flows=(Flow("transform", rewrite, rewritten, WAYS, choose=chooser), *skill.flows[1:]))


def skills() -> list[Skill]:
    gamma = toy("gamma", luck(0.5))
    asks = Flow("demand", demand, nothing, (Kind("format", ""),), sample=0.5)
    gamma = replace(gamma, flows=(*gamma.flows[:2], asks, gamma.flows[2]))
    return [choosing(toy("alpha", luck(0.6), refines=True, sample=2)), toy("beta", luck(0.7), refines=True), gamma]


def pick(request: Any) -> str:
    """A chooser that declines every fifth seed, and finds two or three ways for others."""
    number = int("".join(filter(str.isdigit, request.chat.split(":")[0])) or 0)
    return "none" if number % 5 == 4 else " ".join(kind.name for kind in WAYS[number % 3 :])


LIFE = """
import asyncio, os, signal, sys
from pathlib import Path
from teams.engine import RunOptions
from tests.teams.test_mix_resume import pick, skills
from tests.teams.toys import go

place, at_once, left = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])

def count(request):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    with (place / "asked.txt").open("a") as file:
        file.write(f"{request.chat} {request.role}\\n")
    return pick(request) if request.role == "chooser" else f"{request.role} of {request.chat}"

given = RunOptions(seeds=(place / "code",), run=place / "run", mix=place / "mix.yaml", pairs=36, at_once=at_once)
outcome, _ = asyncio.run(go(skills(), given, writer=count, answerer=count, chooser=count))
sys.exit(outcome.code)
"""


def life(place: Path, at_once: int, calls: int = 0) -> int:
    """Run until so many calls were asked, and be killed; or to the end."""
    command = [sys.executable, "-c", LIFE, str(place), str(at_once), str(calls)]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode


def begin(place: Path) -> Path:
    seeds(place / "code", 40)
    mix_file(place, MIX)
    return place


def asked(place: Path) -> Counter[str]:
    return Counter((place / "asked.txt").read_text().splitlines())


def everything(place: Path) -> list[Any]:
    with closing(sqlite3.connect(place / "run/run.db")) as db:
        return [
            sorted(db.execute(f"SELECT {what}").fetchall())
            for what in (
                "id, type, parent, stage, kind, round, record FROM records",
                "id, accepted FROM verdicts",
                "id, reasons FROM drops",
                "seed, round, record, flow, kinds FROM draws",
            )
        ]


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run left alone, one seed at a time."""
    place = begin(tmp_path_factory.mktemp("clean"))
    assert life(place, 1) == 0
    return place


@pytest.mark.parametrize("number", range(3))
def test_killed_at_any_point_it_ends_as_if_it_had_not_been(number: int, clean: Path, tmp_path: Path) -> None:
    """One seed at a time, so that there is but one order: then all is the same, to the last draw."""
    whole = asked(clean).total()
    place, draw = begin(tmp_path), random.Random(number)
    deaths = 0
    for _ in range(3):
        deaths += life(place, 1, draw.randint(1, max(2, whole // 2))) != 0
    assert deaths >= 2
    assert life(place, 1) == 0
    assert everything(place) == everything(clean)
    assert asked(place).total() <= whole + deaths, "only what was on its way is asked again"
    # What a pair was compared with depends on which branch of a seed is through first.
    told = [[{**row, "verdict": 0} for row in lines(run / "run/pairs.jsonl")] for run in (place, clean)]
    assert told[0] == told[1]


def test_killed_while_many_go_at_once_nothing_is_lost_or_double(tmp_path: Path) -> None:
    place, draw = begin(tmp_path), random.Random(7)
    for _ in range(3):
        life(place, 12, draw.randint(10, 60))
        with closing(sqlite3.connect(place / "run/run.db")) as db:
            there = {id for (id,) in db.execute("SELECT id FROM verdicts")}
            assert all(n == 1 for n in Counter(db.execute("SELECT chat, hash, nth FROM calls").fetchall()).values())
    assert life(place, 12) == 0
    pairs, out = lines(place / "run/pairs.jsonl"), lines(place / "run/rejected.jsonl")
    ids = [row["id"] for row in (*pairs, *out)]
    assert len(ids) == len(set(ids))
    assert there <= set(ids)
    assert Counter(row["skill"] for row in pairs) == {"alpha": 18, "beta": 12, "gamma": 6}
    assert max(asked(place).values()) <= 4, "once for each life at most"


# -- the chooser


async def run_one(tmp_path: Path, skill: Skill, pairs: int | None = None, **more: Any) -> tuple[Any, Any, list[Any]]:
    small = more.pop("small", False)
    answers = {name: more.pop(name) for name in ("chooser",) if name in more}
    given = RunOptions(
        seeds=(seeds(tmp_path / "code", 10),), run=tmp_path / "run", pairs=pairs, **{"at_once": 4, **more}
    )
    outcome, client = await go(skill, given, small=small, **{"chooser": pick, **answers})
    return outcome, client, lines(tmp_path / "run/pairs.jsonl")


async def test_only_what_was_chosen_is_drawn(tmp_path: Path) -> None:
    _, client, pairs = await run_one(tmp_path, choosing(toy("alpha")))
    assert len(pairs) == 8
    for row in pairs:
        number = int(row["seed"]["path"][1:4])
        assert row["kinds"]["transform"] in {kind.name for kind in WAYS[number % 3 :]}
    assert sum(request.role == "chooser" for request in client.asked) == 10
    declined = [row for row in lines(tmp_path / "run/rejected.jsonl") if row["reasons"] == ["it is no text"]]
    assert len(declined) == 2
    assert all(row["stage"] == "transform" for row in declined)


async def test_a_seed_is_chosen_for_once_whatever_the_round(tmp_path: Path) -> None:
    outcome, client, _ = await run_one(tmp_path, choosing(toy("alpha", luck(0.0))), pairs=50)
    assert outcome.code == 4
    asked = Counter(request.role for request in client.asked)
    assert asked["chooser"] == 10
    assert asked["writer"] == 24, "three rounds of eight seeds; two were declined for good"


async def test_a_run_gone_on_with_chooses_nothing_anew(tmp_path: Path) -> None:
    await run_one(tmp_path, choosing(toy("alpha")), max_tokens=60, at_once=1)
    _, _, pairs = await run_one(tmp_path, choosing(toy("alpha")), at_once=1, chooser=lambda request: "speech")
    assert len(pairs) >= 8
    with closing(sqlite3.connect(tmp_path / "run/run.db")) as db:
        kept = dict(db.execute("SELECT record, kinds FROM draws WHERE flow='transform?'").fetchall())
    first = min(kept)
    assert "s000" in first
    assert kept[first] == '["story", "letter", "list", "speech"]', "what the first life was told"


async def test_random_is_the_papers_blind_draw(tmp_path: Path) -> None:
    _, client, pairs = await run_one(tmp_path, choosing(toy("alpha")), transform="random")
    assert len(pairs) == 10
    assert not any(request.role == "chooser" for request in client.asked)


async def test_a_small_model_does_not_choose(tmp_path: Path) -> None:
    _, client, pairs = await run_one(tmp_path, choosing(toy("alpha")), small=True)
    assert len(pairs) == 10
    assert not any(request.role == "chooser" for request in client.asked)


async def test_a_chooser_that_fails_costs_its_choice_only(tmp_path: Path) -> None:
    from agents.errors import CallError

    _, _, pairs = await run_one(tmp_path, choosing(toy("alpha")), chooser=lambda request: CallError("had enough"))
    assert len(pairs) == 10
    out = lines(tmp_path / "run/rejected.jsonl")
    assert len(out) == 10
    assert all("had enough" in row["reasons"][0] and "/choose-choose" in row["id"] for row in out)


async def test_an_empty_choice_declines_with_the_choosers_reason(tmp_path: Path) -> None:
    _, _, pairs = await run_one(tmp_path, choosing(toy("alpha")), chooser=lambda request: "nonsense")
    assert pairs == []
    assert {row["reasons"][0] for row in lines(tmp_path / "run/rejected.jsonl")} == {"so it seems"}


async def test_transformations_that_lead_only_to_full_kinds_are_not_paid_for(tmp_path: Path) -> None:
    """Which kinds follow which passage is data: once those of stories are full, no more stories are written."""
    skill = toy("alpha")
    suits = {"story": ("which",), "letter": ("why", "how")}
    flows = (Flow("transform", rewrite, rewritten, WAYS[:2]), replace(skill.flows[1], suits=suits), skill.flows[2])
    mix = RunOptions(seeds=(seeds(tmp_path / "code", 40),), run=tmp_path / "run", pairs=12, at_once=1)
    outcome, client = await go(replace(skill, flows=flows), mix)
    assert outcome.engine.tally.by_kind == {kind.name: 4 for kind in KINDS}
    written = Counter(request.chat.rsplit("-", 1)[1] for request in client.asked if request.role == "writer")
    assert written["story"] == 4
    assert outcome.code == 0
