"""Journals in which something stands that no engine writes: it is shown as far as it goes, and hides nothing else."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from agents.view.__main__ import main
from agents.view.answers import as_bytes
from tests.agents.view.asking import looking_into, until
from tests.agents.view.journals import IDS, act, drop, make, row, verdict, writing

DROPPED = "fermi/a.md:1-9/plain/instruct-gone"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six pairs, one of them accepted and edited by hand, and what fell out."""
    made = make(tmp_path / "run")
    for number, id in enumerate(IDS):
        verdict(made, row(id, number % 2 == 0, "bridge", tool="look"))
    drop(made, DROPPED, "why: not")
    act(made, IDS[1], "accept", "good")
    act(made, IDS[1], "edit", "better")
    return made


def spoil(made: dict[str, Any], *path: str | int, value: Any) -> str:
    """Return a row with something else at one place of it."""
    at: Any = made
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    return json.dumps(made)


ROWS = [
    "7",
    "{}",
    *(
        spoil(row(IDS[1], False, "x", tool="look"), *path, value=value)
        for *path, value in (
            ("verdict", 5),
            ("verdict", "judged_by", [None, {}]),
            ("verdict", "checks", True),
            ("messages", 5),
            ("messages", 1, "tool_calls", 5),
            ("models", ["x"]),
            ("seed", "span", 5),
        )
    ),
]


@pytest.mark.parametrize("stored", ROWS, ids=lambda text: text[-60:])
async def test_a_row_that_can_not_be_read_keeps_no_other_from_being_listed(folder: Path, stored: str) -> None:
    with writing(folder) as db:
        db.execute("UPDATE verdicts SET row=? WHERE id=?", (stored, IDS[1]))
    async with looking_into(folder) as asking:
        assert {one["id"] for one in (await asking.get("pairs"))[1]["rows"]} == {*IDS, DROPPED}
        verdict(folder, row(IDS[0], False, "harbour"))

        async def is_followed() -> bool:
            return bool((await asking.get("pairs?q=harbour"))[1]["count"] == 1)

        await until(is_followed)


@pytest.mark.parametrize("when", ["now", b"\xff", math.inf, -5.0, 1e300])
async def test_a_time_that_is_none_is_not_told(folder: Path, when: Any) -> None:
    with writing(folder) as db:
        db.execute("UPDATE events SET at=?", (when,))
    async with looking_into(folder) as asking:
        assert {one["at"] for one in (await asking.get("pairs"))[1]["rows"]} == {None}
        assert (await asking.get("overview"))[1]["over_time"] == []


META = [
    ("prices", {"large": 5}),
    ("prices", {"large": [1]}),
    ("prices", {"large": ["x", None]}),
    ("about", {"quotas": {"fermi": "many"}, "asked": {"fermi": [5, [1, 2], ["size", [], {}], [None, "instruct", 3]]}}),
    ("about", {"quotas": 5, "asked": {"fermi": 5}}),
]


@pytest.mark.parametrize(("key", "value"), META, ids=str)
async def test_what_a_run_was_asked_for_is_told_as_far_as_it_can_be_read(folder: Path, key: str, value: Any) -> None:
    with writing(folder) as db:
        db.execute("INSERT INTO meta VALUES (?,?)", (key, json.dumps(value)))
        db.execute("INSERT INTO usage VALUES ('fermi', 'judge', 'large', 1, 'x', NULL, 2.0)")
        beats: list[dict[str, Any]] = [{"pid": 1, "calls": calls, "accepted": [1]} for calls in ("x", [5], 7)]
        at = time.time()
        db.executemany("INSERT INTO pulse VALUES (?,?)", [(at + n, json.dumps(beat)) for n, beat in enumerate(beats)])
    async with looking_into(folder) as asking:
        status, told = await asking.get("overview")
        assert (status, told["counts"]["accepted"], told["usage"][0]["cost"]) == (200, 4, None)


def test_bytes_in_a_journal_are_sent_as_text() -> None:
    assert json.loads(as_bytes({"a": [b"x\xff"], "b": "\ud800"})) == {"a": ["x\ufffd"], "b": "?"}


@pytest.mark.parametrize("words", [["r\x1b[2J\u202eun"], [".", "\x1b]0;title\x07"], [".", "--\x9b2J"]])
def test_what_the_command_says_steers_no_terminal(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with suppress(SystemExit):
        main(words)
    assert capsys.readouterr().err.removesuffix("\n").isprintable()


def test_the_address_of_a_run_of_any_name_steers_no_terminal(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(loop: Any, number: int, end: Callable[[], None]) -> None:
        loop.call_soon(end)

    monkeypatch.setattr(asyncio.SelectorEventLoop, "add_signal_handler", ended)
    odd = folder.rename(folder.with_name("r\x1b]0;title\x07un"))
    assert main([str(odd), "--no-browser"]) == 0
    said = capsys.readouterr().out
    assert "http://127.0.0.1:" in said
    assert said.replace("\n", "").isprintable()
