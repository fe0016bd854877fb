"""A branch made, looked at, kept and left again through the viewer's program, with the real command behind it."""

from __future__ import annotations

import json
import os
import resource
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from agents.hand import Hand, standing
from agents.view import children
from agents.view.run import open_run
from agents.view.story import branches_of, story
from teams.engine.again.branches import DONE, Branch
from tests.agents.view import journals
from tests.agents.view.asking import Asking, looking_into, until
from tests.teams.command import NO_ENGINE, endpoint, seeds, tool_use

ANEW = {"prompt": "You are the library's assistant. Call what is needed.", "model": None, "answer": None}


async def test_a_branch_is_made_kept_and_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", NO_ENGINE)
    monkeypatch.setenv("AGENTINSTRUCT_API_KEY", "none")
    folder = tmp_path / "run"
    with endpoint() as server:
        done = tool_use("--seeds", seeds(tmp_path / "code"), "--run", folder, "--model", server.model)
        assert done.returncode in (0, 3, 4), done.stderr
        async with looking_into(folder) as asking:
            pair = (await asking.get("pairs?verdict=accepted"))[1]["rows"][0]["id"]
            await _refused(asking, pair)
            number = await _made(asking, pair)
            await _kept(asking, pair, number)
            for at in (f"{pair}!{number}", pair):
                await _undone(asking, folder, pair, at)


async def _refused(asking: Asking, pair: str) -> None:
    wrong: list[dict[str, Any]] = [{}, {"prompt": None}, {"prompt": 7}, {"tools": "x"}]
    chat = await _chat(asking, pair)
    for changes in wrong:
        asked = {"record": pair, "chat": chat, "turn": 1, "changes": changes, "who": "ann"}
        status, said = await asking.post("branch", asked)
        assert status == 400, changes
        assert len(said["error"].splitlines()) == 1
    asked = {"record": pair, "chat": "--help", "turn": 1, "changes": {"answer": "x"}, "who": "--yes"}
    assert (await asking.post("branch", asked))[0] == 400, "what is sent is never taken for a flag"
    assert (await asking.get(f"branches?record={quote(pair)}"))[1] == []


async def _chat(asking: Asking, pair: str) -> str:
    story = (await asking.get(f"story?id={quote(pair)}"))[1]
    return str(next(chat["id"] for chat in story["chats"] if chat["stage"] == "respond"))


async def _made(asking: Asking, pair: str) -> int:
    chat = await _chat(asking, pair)
    turns = (await asking.get(f"chat?id={quote(chat)}"))[1]["turns"]
    turn = next(turn["call"]["turn"] for turn in reversed(turns) if turn["call"])
    asked = {"record": pair, "chat": chat, "turn": turn, "changes": ANEW, "who": "ann"}
    status, begun = await asking.post("branch", asked)
    assert (status, begun) == (200, {"n": 1})

    async def ended() -> bool:
        return bool((await asking.get("branch?n=1"))[1]["state"] != "going")

    await until(ended)
    _, branch = await asking.get("branch?n=1")
    assert (branch["state"], branch["pair"], branch["story"]["id"]) == ("done", f"{pair}!1", f"{pair}!1")
    assert (await asking.get(f"branches?record={quote(pair)}"))[1][0]["accepted"] is True
    told = [(await asking.get(f"chat?id={quote(id)}&branch=1"))[0] for id in branch["chats"]]
    assert set(told) == {200}
    return 1


async def _kept(asking: Asking, pair: str, number: int) -> None:
    async def accepted() -> list[str]:
        return [row["id"] for row in (await asking.get("pairs?verdict=accepted&hand=1"))[1]["rows"]]

    asked = {"n": number, "which": "branch", "base": 0, "who": "ann"}
    assert (await asking.post("keep", asked))[0] == 200

    async def is_branch() -> bool:
        return await accepted() == [f"{pair}!{number}"]

    await until(is_branch)
    status, said = await asking.post("keep", {**asked, "which": "original", "who": "bob"})
    assert (status, {act["who"] for act in said["acts"]}) == (409, {"ann"})
    assert (await asking.post("keep", {**asked, "which": "original"}))[0] == 200

    async def is_neither() -> bool:
        return await accepted() == []

    await until(is_neither)
    _, page = await asking.get("pairs?verdict=accepted")
    assert pair in [row["id"] for row in page["rows"]]


async def _undone(asking: Asking, folder: Path, pair: str, at: str) -> None:
    """Keeping a branch is taken back whole from the pair of either."""

    def kept() -> set[str]:
        lines = (folder / "pairs.jsonl").read_text(encoding="utf-8").splitlines()
        return {json.loads(line)["id"] for line in lines} & {pair, f"{pair}!1"}

    hand = Hand(folder)
    newest = max(act.n for id in (pair, f"{pair}!1") for act in hand.acts(id))
    assert (await asking.post("keep", {"n": 1, "which": "branch", "base": newest, "who": "ann"}))[0] == 200
    assert kept() == {f"{pair}!1"}
    assert await _is_said_kept(asking, pair)
    last = hand.acts(at)[-1]
    undo = {"record": at, "act": "undo", "value": {"act": last.n}, "base": last.n, "who": "bob"}
    status, said = await asking.post("hand", {**undo, "base": last.n - 1})
    assert (status, [act["who"] for act in said["acts"]]) == (409, ["ann"])
    assert (await asking.post("hand", {**undo, "who": " "}))[0] == 400
    assert kept() == {f"{pair}!1"}
    status, said = await asking.post("hand", undo)
    assert (status, said["act"], said["record"], said["who"]) == (200, "undo", at, "bob")
    assert said["value"] == {"act": last.n}
    assert kept() == {pair}
    assert not await _is_said_kept(asking, pair)
    assert not standing(hand.acts(pair)) + standing(hand.acts(f"{pair}!1"))


async def _is_said_kept(asking: Asking, pair: str) -> bool:
    (branch,) = (await asking.get(f"story?id={quote(pair)}"))[1]["branches"]
    assert (await asking.get(f"branches?record={quote(pair)}"))[1] == [branch]
    return bool(branch["kept"])


async def test_what_kept_a_branch_that_is_gone_is_taken_back_alone(tmp_path: Path) -> None:
    folder, pair = journals.make(tmp_path / "run"), f"{journals.IDS[0]}!1"
    act = {"row": journals.row(pair, True, "x"), "of": journals.IDS[0], "branch": 1}
    Hand(folder).act(pair, "keep", act, who="bob", base=0)
    async with looking_into(folder) as asking:
        undo = {"record": pair, "act": "undo", "value": {"act": 1}, "base": 1, "who": "ann"}
        assert (await asking.post("hand", undo))[0] == 200
    assert not standing(Hand(folder).acts(pair))


@pytest.mark.parametrize("broken", [b"", b"garbage" * 1000])
async def test_a_branch_that_can_not_be_read_hides_no_story(tmp_path: Path, broken: bytes) -> None:
    folder, pair = journals.make(tmp_path / "run"), journals.IDS[0]
    journals.verdict(folder, journals.row(pair, True, "bridge"))
    _write_branch(folder, 2, "legible")
    async with looking_into(folder) as asking:
        (folder / "branches" / "1").mkdir()
        (folder / "branches" / "1" / "run.db").write_bytes(broken)
        status, story = await asking.get(f"story?id={quote(pair)}")
        assert (status, [branch["n"] for branch in story["branches"]]) == (200, [2])


async def test_a_branch_that_was_forgotten_is_gone_for_who_looked_at_it(tmp_path: Path) -> None:
    folder, pair = journals.make(tmp_path / "run"), journals.IDS[0]
    journals.verdict(folder, journals.row(pair, True, "bridge"))
    _write_branch(folder, 1, "first")
    async with looking_into(folder) as asking:
        assert (await asking.get("branch?n=1"))[1]["who"] == "first"
        shutil.rmtree(folder / "branches" / "1")
        assert (await asking.get("branch?n=1"))[0] == 404
        _write_branch(folder, 1, "second")  # its number is free again
        assert (await asking.get("branch?n=1"))[1]["who"] == "second"
        assert [branch["who"] for branch in (await asking.get(f"branches?record={quote(pair)}"))[1]] == ["second"]


def test_many_branches_do_not_use_up_the_files_a_process_may_open(tmp_path: Path) -> None:
    folder, pair = journals.make(tmp_path / "run"), journals.IDS[0]
    journals.verdict(folder, journals.row(pair, True, "bridge"))
    for number in range(1, 61):
        _write_branch(folder, number, f"{number}")
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    there = len(os.listdir("/dev/fd"))
    with open_run(folder) as run:
        resource.setrlimit(resource.RLIMIT_NOFILE, (there + 120, limits[1]))
        try:
            for _ in range(2):
                assert [branch["n"] for branch in branches_of(run, pair)] == list(range(1, 61))
                assert story(run, None, f"{pair}!7")["row"] is None
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@pytest.mark.parametrize("word", ["a\0b", "a" * 200_000])
async def test_what_no_command_can_be_told_is_refused(tmp_path: Path, word: str) -> None:
    folder, pair = journals.make(tmp_path / "run"), journals.IDS[0]
    _write_branch(folder, 1, "ann")
    right = {"record": pair, "chat": pair, "turn": 1, "changes": {"model": "x"}, "who": "ann"}
    async with looking_into(folder) as asking:
        for wrong in ({"record": word}, {"chat": word}, {"who": word}, {"changes": {"model": word}}):
            status, said = await asking.post("branch", {**right, **wrong})
            assert (status, "can't be handed on" in said["error"]) == (400, True), list(wrong)
        assert (await asking.post("keep", {"n": 1, "which": "original", "base": 0, "who": word}))[0] == 400


async def test_who_decides_while_a_branch_is_being_kept_is_not_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, pair = journals.make(tmp_path / "run"), f"{journals.IDS[0]}!1"
    _write_branch(folder, 1, "ann")
    start = children._start

    async def slow(*words: str) -> Any:
        act = {"row": journals.row(pair, True, "x"), "of": journals.IDS[0], "branch": 1}
        Hand(folder).act(pair, "keep", act, who="bob", base=0)
        return await start(*words)

    monkeypatch.setattr(children, "_start", slow)
    async with looking_into(folder) as asking:
        asked = {"n": 1, "which": "original", "base": 0, "who": "ann"}
        status, said = await asking.post("keep", asked)
    assert (status, [act["who"] for act in said["acts"]]) == (409, ["bob"])
    assert [act.act for act in Hand(folder).acts(pair)] == ["keep"]


def _write_branch(folder: Path, number: int, who: str) -> None:
    """Write a branch that came to a pair, as the engine leaves it."""
    pair, branch = journals.IDS[0], journals.make(folder / "branches" / str(number))
    journals.verdict(branch, journals.row(f"{pair}!{number}", True, who))
    about = Branch(journals.CHATS[0], 1, pair, "judge", {"answer": "x"}, who, 1.0, DONE, pair=f"{pair}!{number}")
    with journals.writing(branch) as db:
        db.execute(*about.as_row())
