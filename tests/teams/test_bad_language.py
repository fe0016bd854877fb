"""A language nobody knows is refused before anything is read or spent."""

from pathlib import Path

import pytest

from agents.errors import UsageError
from teams.engine import RunOptions
from teams.engine.running import run
from teams.engine.tongue import is_in
from teams.reading_comprehension import skill


async def test_an_unknown_language_is_refused_and_a_near_one_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The miller opens the sluice when the tide is out. " * 30)
    asked = RunOptions(seeds=(tmp_path / "a.txt",), run=tmp_path / "run", language="Germann")
    with pytest.raises(UsageError, match="German"):
        await run(skill, asked)
    assert not (tmp_path / "run").exists()


def test_languages_are_known_by_name_and_by_tag() -> None:
    text = "Der Müller öffnet die Schleuse, sobald das Wasser draußen tief genug steht, und das Rad dreht sich."
    assert is_in(text, "German")
    assert is_in(text, "de-AT")
    assert is_in(text, "French") is False
