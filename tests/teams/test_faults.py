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
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from jinja2 import Template

from agents.errors import CallError, Refused
from agents.models.scripted import ScriptedClient
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

JUDGE, SETTER = Role("judge", Template("judge")), Role("setter", Template("set"))
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


# -- a flow that can be done without


def formatting(fails: Callable[[Record], Exception | None] = lambda record: None) -> Skill:
    """A skill that asks for a format of every instruction, in a chat."""

    async def direct(scene: Scene) -> Staging:
        return Staging(f"format {scene.record.id}", [Seat(SETTER)])

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        if error := fails(scene.record):
            raise error
        return await demand(scene)

    made = toy("alpha")
    asks = Flow("demand", direct, harvest, (Kind("format", ""),), sample=1.0)
    return replace(made, flows=(*made.flows[:2], asks, made.flows[2]))


@pytest.mark.parametrize(
    "failure", [CallError("had enough"), Refused("nothing of use"), SandboxError("gone"), ZeroDivisionError("a bug")]
)
async def test_a_format_that_fails_costs_no_instruction(failure: Exception, tmp_path: Path) -> None:
    def reply(request: Any) -> Any:
        return failure if "s001" in request.chat else "done"

    await go(formatting(), options(tmp_path), setter=reply)
    kept, out = both(tmp_path)
    assert len(kept) == 4
    plain = {row["id"]: row["facts"] for row in kept if not row["id"].endswith("/list")}
    assert list(plain.values()) == [{"went_without": ["demand"]}]
    assert all("went_without" not in row["facts"] for row in kept if row["id"] not in plain)
    [told] = out
    assert (told["stage"], told["id"]) == ("demand", f"{next(iter(plain))}/demand-format")
    assert str(failure) in told["reasons"][0]
    card = (tmp_path / "run/README.md").read_text()
    assert "| Went without, as its chat failed | pairs |\n| --- | --- |\n| demand | 1 |" in card


async def test_a_writer_that_gives_up_costs_no_instruction(tmp_path: Path) -> None:
    skill = formatting(lambda record: Drop("no form fits"))
    outcome, _ = await go(skill, options(tmp_path), setter=yes)
    assert outcome.accepted == 4
    assert not any(outcome.engine.of["alpha"].failed.values()), "no kind is thought hopeless for it"


async def test_what_went_without_a_format_goes_without_it_when_the_run_goes_on(tmp_path: Path) -> None:
    """Though the endpoint is back: its pair is there, and would be there twice."""
    skill = replace(formatting(), judge=judge())
    spoilt: dict[str, Any] = {"setter": lambda request: CallError("enough"), "judge": lambda request: CallError("too")}
    await go(skill, options(tmp_path), **spoilt)
    assert not both(tmp_path)[0]
    _, client = await go(skill, options(tmp_path), setter=yes, judge=yes)
    kept, _ = both(tmp_path)
    assert {request.role for request in client.asked} == {"judge"}
    assert [row["facts"] for row in kept] == [{"went_without": ["demand"]}] * 4


async def test_a_team_does_without_a_format_too() -> None:
    answers = dict.fromkeys(("writer", "answerer"), yes)
    client = ScriptedClient({**answers, "setter": lambda request: CallError("had enough")})
    team = formatting().team(client)
    await team.run(task="def f(a: int) -> int:\n    return a\n")
    assert team.pair.instruction.facts["went_without"] == ["demand"]
    assert team.verdict.accepted


async def test_a_team_says_why_its_judge_came_to_no_verdict() -> None:
    answers = dict.fromkeys(("writer", "answerer"), yes)
    client = ScriptedClient({**answers, "judge": lambda request: CallError("had enough")})
    team = toy("alpha", judge=judge()).team(client)
    await team.run(task="def f(a: int) -> int:\n    return a\n")
    assert "had enough" in team.verdict.reasons[0]


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

        # What is made of words that were said is the same in every life; whether they can be had is not.
        asks = formatting(lambda record: Fate(0.2, 0)("demand", record.id)).flows[2]
        flows = (*made.flows[:3], replace(asks, sample=0.6), made.flows[3])
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


@settings(max_examples=12, phases=[Phase.explicit, Phase.generate])  # a life takes long to shrink
@example([(Fate(0.4, 57), 1, None), (Fate(0.1, 6), 2, None), (Fate(0.1, 24), 1, None)], None)  # back and forth
@given(LIVES, st.sampled_from([None, 5]))
def test_nothing_stands_in_two_places_whatever_fails_where(
    lives: list[tuple[Fate, int, int | None]], pairs: int | None
) -> None:
    with tempfile.TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", "unix:///nowhere")
        asyncio.run(live(Path(place), lives, pairs))
