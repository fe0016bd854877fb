"""A pair that no model read and nothing executed says so: in its verdict, on the terminal and in the card."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from jinja2 import Template

from agents.models.model import Abilities, Model
from agents.role import Role
from teams.engine import RunOptions
from teams.engine.flow import Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Record
from teams.engine.registry import load
from teams.engine.report import summary
from teams.engine.running import run
from teams.engine.talk import Talk
from teams.engine.verdict import Finding, Verdict, examined
from tests.teams.command import lines
from tests.teams.everyone import everyone
from tests.teams.toys import go, seeds, toy

pytestmark = pytest.mark.usefixtures("no_sandbox")
JUDGE = Role("judge", Template("judge"))
FINE = Finding("fine", True, "")


async def reads(scene: Scene) -> Staging | Sequence[Record]:
    """As judges of text skills do: what is open they don't ask a small model about."""
    if scene.small:
        scene.notes["findings"] = []
        return []
    return Staging("Is it good?", [Seat(JUDGE)])


async def told(scene: Scene, talk: Talk) -> Sequence[Record]:
    scene.notes["findings"] = [Finding("good", True, talk.words("judge"), "model")]
    return []


SKILL = toy("alpha", judge=Flow("check", reads, told, (Kind("look", ""),)))


@pytest.mark.parametrize("small", [True, False])
async def test_what_nobody_read_says_so(small: bool, tmp_path: Path) -> None:
    given = RunOptions(seeds=(seeds(tmp_path / "code", 3),), run=tmp_path / "run")
    outcome, _ = await go(SKILL, given, small=small, judge=lambda request: "yes")
    rows = lines(tmp_path / "run/pairs.jsonl")
    assert len(rows) == 3
    card, said = (tmp_path / "run/README.md").read_text(), summary(outcome, given)
    for row in rows:
        found = {check["check"]: check for check in row["verdict"]["checks"]}
        assert ("examined" in found) == small
        assert row["verdict"]["judged_by"] == (["nobody", "program"] if small else ["model", "program"])
        if small:
            assert found["examined"]["evidence"].startswith("not examined: a small model is no judge of it")
    assert ("| not examined: programs alone looked at it | 3 |" in card) == small
    assert ("3 answers were examined by nobody" in card) == small
    assert ("Of the accepted, 3 answers were examined by nobody" in said) == small


def test_nobodys_word_accepts_nothing() -> None:
    alone = examined([], small=True)
    assert [finding.by for finding in alone] == ["nobody"]
    assert not Verdict(alone).accepted, "something has to have been judged"
    assert Verdict((FINE, *alone)).accepted


@pytest.mark.parametrize("by", ["model", "sandbox"])
def test_what_was_read_or_executed_is_examined(by: str) -> None:
    found = Finding("good", False, "no", by)
    assert examined([FINE, found], small=True) == (FINE, found)


ARTICLES = Path(__file__).parents[1] / "seeds" / "articles"
OPEN = ("creative_content", "reading_comprehension", "text_extraction", "conversation")


@pytest.mark.parametrize("name", OPEN)
async def test_open_answers_of_a_small_model_are_marked(name: str, tmp_path: Path) -> None:
    """Of every skill that has them: what is accepted was read by a model, executed, or says that it was not."""
    model = Model("scripted", everyone(), Abilities(tools="native", schemas="native", small=True))
    [skill] = load([name])
    await run(skill, RunOptions(seeds=(ARTICLES,), run=tmp_path / "run"), model_for=lambda role: model)
    rows = [json.loads(line) for line in (tmp_path / "run/pairs.jsonl").read_text().splitlines()]
    assert rows
    by: list[set[str]] = [set(row["verdict"]["judged_by"]) for row in rows]
    assert all(judges & {"model", "sandbox", "nobody"} for judges in by)
    assert all(len(judges & {"model", "nobody"}) == 1 for judges in by if "sandbox" not in judges)
