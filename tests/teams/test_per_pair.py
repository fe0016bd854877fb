"""What a pair took is reckoned from what was really asked: by skill and stage, readable for one skill and for all."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agents.meter import Call, Meter, Usage
from agents.models.model import Abilities, Model
from teams.engine import RunOptions
from teams.engine.per_pair import STAGES, per_pair, repeated
from teams.engine.report import summary
from teams.engine.running import Outcome, run
from teams.tool_use import skill
from tests.teams.command import endpoint, seeds
from tests.teams.library import writer

ROLES = {
    "transform": {"api_writer", "imaginer", "librarian", "builder"},
    "instruct": {"requester"},
    "refine": {"suggester", "editor"},
    "respond": {"assistant", "person", "api"},
    "check": {"auditor"},
}
"""Who speaks at which stage of tool_use; `api` speaks in asides."""


async def go(tmp_path: Path, **options: object) -> Outcome:
    model = Model("scripted", writer(), Abilities())
    given = RunOptions(seeds=(seeds(tmp_path / "code", 3),), run=tmp_path / "run", **options)  # type: ignore[arg-type]
    return await run(skill, given, model_for=lambda role: model)


@pytest.mark.usefixtures("no_sandbox")
async def test_every_call_of_a_run_counts_to_the_stage_it_serves(tmp_path: Path) -> None:
    outcome = await go(tmp_path)
    meter = outcome.engine.meter
    assert {skill for skill, _ in meter.by_stage} == {"tool_use"}
    for stage, roles in ROLES.items():
        used = meter.by_stage["tool_use", stage]
        spoke = [usage for role, usage in meter.by_role.items() if role in roles]
        assert used.calls == sum(usage.calls for usage in spoke) > 0
        assert used.prompt_tokens == sum(usage.prompt_tokens for usage in spoke)
        assert used.completion_tokens == sum(usage.completion_tokens for usage in spoke)
    assert sum(used.calls for used in meter.by_stage.values()) == meter.total.calls
    said = summary(outcome, RunOptions(seeds=(), estimate=True)).splitlines()
    assert f"Each of {outcome.accepted} new pairs of tool_use took:" in said
    row = next(line for line in said if line.startswith("  respond "))
    each = meter.by_stage["tool_use", "respond"].prompt_tokens / outcome.accepted
    assert f" {each:,.0f} prompt " in row
    told = next(line for line in said if line.startswith("Prompts: "))
    share = meter.total.repeated_tokens / meter.total.prompt_tokens
    assert told.startswith(f"Prompts: {share:.0%} of their tokens repeat")
    assert "reports" not in told, "a model that says nothing of a cache is not made to"
    # Three seeds that differ in a word: what each role is told before the seed is repeated by the other two.
    assert 0.3 < share < 1

    again = await go(tmp_path)
    assert again.engine.meter.total.replayed + again.engine.meter.total.calls == 0, "nothing is left to do"
    assert not re.search(r"new pairs? of|Prompts:", summary(again, RunOptions(seeds=())))


@pytest.mark.usefixtures("no_sandbox")
async def test_self_tests_are_of_no_skill(tmp_path: Path) -> None:
    with endpoint() as stub:
        options = RunOptions(seeds=seeds(tmp_path / "code"), run=tmp_path / "run", model=stub.model)
        meter = (await run(skill, options)).engine.meter
    mine = sum(used.calls for used in meter.by_stage.values())
    assert meter.total.calls - mine == meter.by_role["self-test"].calls > 0


def spend(meter: Meter, skill: str, stages: tuple[str, ...] = STAGES) -> None:
    for stage in stages:
        for _ in range(3):
            meter.of(skill, stage).count("someone", Call(2000, 500, repeated=0.5))


def test_one_skill_takes_a_line_for_each_stage() -> None:
    meter = Meter()
    spend(meter, "tool_use", ("respond", "transform", "check", "of_its_own"))
    head, *rows = per_pair(meter.by_stage, {"tool_use": 2})
    assert head == "Each of 2 new pairs of tool_use took:"
    assert [row.split()[0] for row in rows] == ["transform", "respond", "check", "of_its_own", "all"]
    words = [" ".join(row.split()) for row in rows]
    assert words[0] == "transform 1.5 calls 3,000 prompt 750 new 50% of the prompts repeated"
    assert words[-1] == "all stages 6.0 calls 12,000 prompt 3,000 new 50% of the prompts repeated"


@pytest.mark.parametrize("new", [{}, {"tool_use": 0}, {"tool_use": -2, "conversation": 3}])
def test_where_no_pair_came_of_it_stands_a_dash(new: dict[str, int]) -> None:
    meter = Meter()
    spend(meter, "tool_use", ("respond",))
    head, row, _ = per_pair(meter.by_stage, new)
    assert head == "No new pair of tool_use; by stage:"
    assert row.split()[:6] == ["respond", "-", "calls", "-", "prompt", "-"]


def test_seventeen_skills_take_a_line_each() -> None:
    meter, names = Meter(), [f"a_skill_of_some_length{n:02}"[-21:] for n in range(17)]
    for name in names:
        spend(meter, name, STAGES if name != names[3] else ("transform", "respond"))
    new = {name: n for n, name in enumerate(names)}
    head, columns, *rows = per_pair(meter.by_stage, new)
    assert head.startswith("Thousands of tokens for each new pair")
    assert columns.split() == ["pairs", *STAGES, "all", "repeated"]
    assert [row.split()[0] for row in rows] == [*names, "all"]
    assert len({len(line) for line in (columns, *rows)}) == 1
    assert all(len(line) <= 100 for line in (columns, *rows))
    assert rows[0].split()[1:] == ["0", *"-------", "50%"], "none accepted"
    assert rows[1].split()[1:] == ["1", *["7.5"] * 6, "45.0", "50%"]
    assert rows[3].split()[1:] == ["3", "2.5", "2.5", "5.0", "50%"], "nothing at stages it does not have"
    assert rows[-1].split()[2] == str(sum(new.values()))


def test_the_servers_own_word_is_told_of_the_calls_it_speaks_of() -> None:
    used = [Usage(calls=1, prompt_tokens=300, repeated_tokens=180.0, cached_tokens=50, told_tokens=100), Usage()]
    (line,) = repeated(used)
    assert line.startswith("Prompts: 60% of their tokens repeat")
    assert line.endswith("; the server reports 50%.")
    assert repeated([Usage(replayed=3)]) == []


def test_what_was_replayed_takes_no_line() -> None:
    meter = Meter()
    meter.of("tool_use", "instruct").count("requester", Call(2000, 500, replayed=True))
    assert per_pair(meter.by_stage, {"tool_use": 3}) == []
    meter.of("tool_use", "respond").count("assistant", Call(2000, 500))
    head, *rows = per_pair(meter.by_stage, {"tool_use": 4})
    assert head == "Each of 4 new pairs of tool_use took, beside what the journal answered:"
    assert [row.split()[:2] for row in rows] == [["respond", "0.2"], ["all", "stages"]]
