"""Whatever fails, and wherever: what a run keeps stands in one place, and what nobody could judge is judged later."""

from __future__ import annotations

import asyncio
import hashlib
import sqlite3
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Template

from agents.errors import CallError, Refused
from agents.role import Role
from sandbox import SandboxError
from teams.engine import RunOptions
from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.records import Pair, Record
from teams.engine.report import summary
from teams.engine.talk import Talk
from teams.engine.verdict import Finding
from tests.teams.command import lines
from tests.teams.toys import demand, fine, go, seeds, toy

JUDGE = Role("judge", Template("judge"))
pytestmark = pytest.mark.usefixtures("no_sandbox")
Fails = Callable[[Pair], Exception | None]


def judge(fails: Fails = lambda pair: None) -> Flow:
    """One that is asked, and says that all is well; `fails` is raised before it is."""

    async def direct(scene: Scene) -> Staging:
        assert isinstance(scene.record, Pair)
        if error := fails(scene.record):
            raise error
        return Staging(f"judge {scene.record.id}", [Seat(JUDGE)])

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        scene.notes["findings"] = [Finding("judged", True, talk.words("judge"), "model")]
        return []

    return Flow("check", direct, harvest, (Kind("look", ""),))


def options(place: Path, count: int = 4, **more: Any) -> RunOptions:
    return RunOptions(seeds=(seeds(place / "code", count),), run=place / "run", **{"at_once": 2, **more})


def both(place: Path) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    return lines(place / "run/pairs.jsonl"), lines(place / "run/rejected.jsonl")


async def yes(request: Any) -> str:
    return "yes"


# -- a judge that can't be asked


@pytest.mark.parametrize(
    "failure", [CallError("the server had enough"), SandboxError("the container is gone")], ids=["endpoint", "sandbox"]
)
async def test_a_pair_whose_judge_can_not_be_asked_waits_for_one_that_can(failure: Exception, tmp_path: Path) -> None:
    skill, given_ = toy("alpha", judge=judge()), options(tmp_path)
    outcome, _ = await go(skill, given_, judge=lambda request: failure if "s001" in request.chat else "yes")
    kept, out = both(tmp_path)
    assert len(kept) == 3, "the others are judged"
    assert outcome.rejected == 0, "and nobody said a word against this one"
    assert [(row["stage"], str(failure) in row["reasons"][0]) for row in out] == [("check", True)]
    assert f"1 pair waits for a judge that could not be asked; go on with --run {tmp_path}/run" in summary(
        outcome, given_
    )

    outcome, client = await go(skill, given_, judge=yes)
    kept, out = both(tmp_path)
    assert (len(kept), out) == (4, [])
    assert [request.role for request in client.asked] == ["judge"], "it was the only thing left to ask"
    assert "waits" not in summary(outcome, given_)


async def test_what_is_broken_before_the_judge_is_asked_is_forgotten_once_it_works(tmp_path: Path) -> None:
    await go(toy("alpha", judge=judge(lambda pair: SandboxError("no engine"))), options(tmp_path), judge=yes)
    assert not both(tmp_path)[0]
    await go(toy("alpha", judge=judge()), options(tmp_path), judge=yes)
    kept, out = both(tmp_path)
    assert (len(kept), out) == (4, [])


async def test_a_sibling_is_judged_though_the_judge_of_another_can_not_be_asked(tmp_path: Path) -> None:
    skill = toy("alpha", judge=judge(), sample=None)
    await go(
        skill, options(tmp_path, 2), judge=lambda request: CallError("enough") if "/why-1" in request.chat else "yes"
    )
    kept, out = both(tmp_path)
    assert {row["kinds"]["instruct"] for row in kept} == {"which", "how"}
    assert (len(kept), len(out)) == (4, 2)


@pytest.mark.parametrize("failure", [Refused("nothing of use"), ZeroDivisionError("a bug")])
async def test_a_judge_that_was_asked_and_gave_nothing_decides(failure: Exception, tmp_path: Path) -> None:
    skill = toy("alpha", judge=judge())
    outcome, _ = await go(skill, options(tmp_path), judge=lambda request: failure)
    assert (outcome.accepted, outcome.rejected) == (0, 4)
    again, client = await go(skill, options(tmp_path), judge=yes)
    assert not client.asked
    assert again.rejected == 4


# -- a check that breaks


def breaks(pair: Pair) -> list[Finding]:
    raise ZeroDivisionError("a bug in a check")


async def test_a_check_that_breaks_when_a_run_goes_on_leaves_no_pair_in_two_places(tmp_path: Path) -> None:
    first, _ = await go(toy("alpha"), options(tmp_path))
    before = {row["id"] for row in both(tmp_path)[0]}
    outcome, _ = await go(replace(toy("alpha", breaks), version="v2"), options(tmp_path))
    kept, out = both(tmp_path)
    assert {row["id"] for row in out} == before
    assert (kept, outcome.accepted, first.accepted) == ([], 0, 4), "an old verdict says nothing of what was made anew"


# -- anything, anywhere


class Fate:
    """What fails in one life of a run: a pure function of where it is, so that lives can be told apart."""

    ERRORS: Sequence[Exception] = (
        CallError("had enough"),
        Refused("nothing of use"),
        SandboxError("gone"),
        Drop("no good"),
        ZeroDivisionError("a bug"),
    )

    def __init__(self, share: float, salt: int) -> None:
        self.share, self.salt = share, salt

    def __call__(self, *place: str) -> Exception | None:
        drawn = hashlib.sha256(f"{self.salt}:{place}".encode()).digest()
        return self.ERRORS[drawn[1] % len(self.ERRORS)] if drawn[0] < self.share * 256 else None

    def reply(self, request: Any) -> Any:
        return self(request.chat, request.role) or f"{request.role} of {request.chat}"

    def check(self, pair: Pair) -> list[Finding]:
        error = self("check", pair.id)
        if isinstance(error, ZeroDivisionError):
            raise error
        return [Finding("luck", not isinstance(error, Drop), "")]

    def dressed(self, pair: Pair) -> dict[str, Any]:
        if isinstance(error := self("row", pair.id), ZeroDivisionError):
            raise error
        return {}

    def skill(self, version: int) -> Skill:
        made = toy(
            "alpha",
            fine,
            self.check,
            sample=2,
            refines=True,
            judge=judge(lambda pair: self("before the judge", pair.id)),
            dressed=self.dressed,
        )

        async def held(scene: Scene, talk: Talk) -> Sequence[Record]:
            if error := self("demand", scene.record.id):
                raise error
            return await demand(scene)

        async def direct(scene: Scene) -> Staging:
            return Staging(f"format {scene.record.id}", [Seat(Role("setter", Template("set")))])

        asks = Flow("demand", direct, held, (Kind("format", ""),), sample=0.6)
        flows = (*made.flows[:3], asks, made.flows[3])
        return replace(made, flows=flows, version=f"v{version}")


FATES = st.builds(Fate, st.sampled_from([0.0, 0.1, 0.4]), st.integers(0, 99))
LIVES = st.lists(st.tuples(FATES, st.integers(1, 2), st.sampled_from([None, 60, 300])), min_size=1, max_size=4)


async def live(place: Path, lives: Sequence[tuple[Fate, int, int | None]], pairs: int | None) -> None:
    for fate, version, budget in [*lives, (Fate(0.0, 0), 2, None)]:
        answers: Any = dict.fromkeys(("writer", "answerer", "judge", "setter"), fate.reply)
        outcome, _ = await go(fate.skill(version), options(place, 3, pairs=pairs, max_tokens=budget), **answers)
        kept, out = both(place)
        ids = [row["id"] for row in (*kept, *out)]
        assert len(ids) == len(set(ids)), "nothing stands in two places"
        plain = [row["id"].removesuffix("/list") for row in kept]
        assert len(plain) == len(set(plain)), "nor with and without a format"
        assert outcome.accepted == len(kept) == outcome.counts.rows
        assert outcome.rejected == sum("pair" in row for row in out), "what is counted is what is there"
        assert sum(outcome.engine.tally.cells.values()) == len(kept)
        assert all(row["reasons"] for row in out)
    if pairs is None:
        assert set(made(place)) == set(ids) & set(made(place)), "in the end all that was made is judged"


def made(place: Path) -> list[str]:
    with closing(sqlite3.connect(place / "run/run.db")) as db:
        return [id for (id,) in db.execute("SELECT id FROM records WHERE type='pair'")]


@settings(max_examples=12, deadline=None)
@given(LIVES, st.sampled_from([None, 5]))
def test_nothing_stands_in_two_places_whatever_fails_where(
    lives: list[tuple[Fate, int, int | None]], pairs: int | None
) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", "unix:///nowhere")
        asyncio.run(live(Path(place), lives, pairs))
