"""A branch made, looked at, kept and left again through the viewer's program, with the real command behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

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
