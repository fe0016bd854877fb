"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.engine.running import Outcome
from teams.text_extraction import skill
from teams.text_extraction.kinds import GOALS, KINDS, TRANSFORMATIONS
from teams.text_extraction.small import found
from tests.teams.text_extraction.writer import Extractor
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Extractor().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    reasons = Counter(reason[:160] for row in out for reason in row["reasons"])
    assert outcome.engine.of[skill.name].bugs == 0, reasons
    assert len(kept) > 20, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 10, reasons
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    goals = {goal for row in kept for goal in row["kinds"]["refine"]}
    assert len(goals) > 2
    assert goals <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
    assert {request.role for request in client.asked} <= set(skill.roles)


async def test_a_small_model_only_answers_what_the_program_asks(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    out = Counter(reason[:160] for row in rows(tmp_path / "rejected.jsonl") for reason in row["reasons"])
    assert kept, out
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {row["kinds"]["transform"] for row in kept} == {"identity"}
    assert {request.role for request in client.asked} == {"assistant", "blind_reader"}


TEXT = """The mill of 1786 ground from 06:30 to 18:05, lost 6.8 percent in 1912 (then 3% a year), and sold flour for
1,400 euros; in 1786 it was £3.50, at 4.55 million euros today. Write to a.b@mill.example or to ida@lund.example.org.
Open on 3 March 2021 and 14 October. Room 2050 W, no. 1,999, 12:30:15 and version 1.9."""


@pytest.mark.parametrize(
    ("kind", "sort", "items"),
    [
        ("dates_times", "year", ["1786", "1912", "2021"]),
        ("dates_times", "time of day", ["06:30", "18:05"]),
        ("dates_times", "day with its month", ["3 March 2021", "14 October"]),
        ("quantities", "percentage", ["6.8 percent", "3%"]),
        ("quantities", "amount of money", ["1,400 euros", "£3.50", "4.55 million euros"]),
        ("contacts", "e-mail address", ["a.b@mill.example", "ida@lund.example.org"]),
    ],
)
def test_what_a_program_finds_is_all_of_it_and_nothing_else(kind: str, sort: str, items: list[str]) -> None:
    assert found(kind, TEXT)[sort] == items
