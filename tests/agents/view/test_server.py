"""The viewer's program over HTTP: what it answers, whom it refuses, and that nothing is written by who is refused."""

from __future__ import annotations

import asyncio
import json
import re
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from agents.hand import Hand
from agents.view import server as server_module
from agents.view.__main__ import main
from agents.view.guard import HEADERS, LARGEST
from agents.view.server import THREADS, Viewer
from agents.view.serving import has_browser
from tests.agents.view.asking import LIMIT, Asking, looking_into, until
from tests.agents.view.journals import CHATS, IDS, chat, drop, make, row, verdict, writing
from tests.teams.command import ROOT, environment

ACT = {"record": IDS[0], "act": "reject", "value": {"reason": "wrong"}, "base": 0, "who": "ann"}
EVERY = ("overview", "changes?since=0", "facets", "pairs", f"story?id={IDS[0]}", "branches?record=x", "nothing")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with two pairs, and a chat that came to nothing."""
    made = make(tmp_path / "run")
    verdict(made, row(IDS[0], True, "the bridge over there"))
    verdict(made, row(IDS[1], False, "a harbour", tool="sum"))
    chat(made, CHATS[0], "open")
    drop(made, CHATS[0], "Refused: no usable reply")
    with writing(made) as db:
        db.execute("INSERT INTO seeds VALUES (?,?)", ("fermi/a.md:1-9", json.dumps({"text": "A seed", "path": "a.md"})))
    return made


@pytest.fixture
async def asking(folder: Path) -> AsyncIterator[Asking]:
    async with looking_into(folder) as made:
        yield made


async def test_lists_searches_and_facets(asking: Asking) -> None:
    status, page = await asking.get("pairs?limit=2")
    assert status == 200
    assert [entry["id"] for entry in page["rows"]] == [CHATS[0], IDS[1]]
    _, rest = await asking.get(f"pairs?limit=2&after={page['next']}")
    assert ([entry["id"] for entry in rest["rows"]], rest["next"], rest["count"]) == ([IDS[0]], None, 3)
    _, found = await asking.get("pairs?q=BRIDGE over&verdict=accepted&verdict=rejected")
    assert [entry["id"] for entry in found["rows"]] == [IDS[0]]
    assert "the bridge over there" in found["rows"][0]["snippet"]
    _, facets = await asking.get("facets")
    assert sorted(facets["verdict"]) == [["accepted", 1], ["dropped", 1], ["rejected", 1]]
    assert facets["tool"] == [["sum", 1]]


async def test_a_pair_a_chat_and_what_is_not_there(asking: Asking) -> None:
    status, story = await asking.get(f"story?id={IDS[0]}")
    assert (status, story["row"]["id"], story["seed"]["text"]) == (200, IDS[0], "A seed")
    assert (await asking.get(f"siblings?id={IDS[0]}"))[0] == 200
    status, told = await asking.get(f"chat?id={CHATS[0]}")
    assert (status, told["state"]) == (200, "failed")
    for path in ("story?id=fermi/none", "chat?id=none", "prompt?hash=none", "raw?chat=none&turn=1", "branch?n=7"):
        status, body = await asking.get(path)
        assert status == 404, path
        assert body["error"].count("\n") == 0


UNCLEAR = ("pairs?sort=odd", "pairs?after=x", "pairs?min=-1", "pairs?no=1", "story", "raw?chat=x", "changes?since=x")


async def test_what_can_not_be_asked_is_refused_in_a_line(asking: Asking) -> None:
    for path in UNCLEAR:
        status, body = await asking.get(path)
        assert status == 400, path
        assert len(body["error"].splitlines()) == 1


async def test_who_waits_for_news_gets_them(asking: Asking, folder: Path) -> None:
    _, now = await asking.get("changes?since=0")
    waiting = asyncio.create_task(asking.get(f"changes?since={now['changed']}"))
    await asyncio.sleep(0.05)
    verdict(folder, row(IDS[2], True, "new"))
    _, then = await asyncio.wait_for(waiting, LIMIT)
    assert then["changed"] > now["changed"]
    assert (await asking.get("overview"))[1]["counts"]["accepted"] == 2


# -- a person's hand


async def test_an_act_is_written_listed_and_told_to_who_did_not_know(asking: Asking, folder: Path) -> None:
    status, act = await asking.post("hand", ACT)
    assert (status, act["n"], act["value"]) == (200, 1, {"reason": "wrong"})
    status, conflict = await asking.post("hand", {**ACT, "who": "bob"})
    assert (status, [one["who"] for one in conflict["acts"]]) == (409, ["ann"])
    assert len(Hand(folder).acts(IDS[0])) == 1

    async def is_listed() -> bool:
        return bool((await asking.get("pairs?hand=1&verdict=rejected&q=wrong"))[1]["rows"])

    await until(is_listed)
    status, _ = await asking.post("hand", {**ACT, "act": "undo", "value": {"act": 1}, "base": 1})
    assert status == 200


ODD = (
    *([], {}, {**ACT, "base": "0"}, {**ACT, "base": True}, {**ACT, "value": []}, {**ACT, "act": "explode"}),
    *({**ACT, "act": "edit", "value": {"messages": []}}, {**ACT, "who": " "}, {**ACT, "base": 2**64}),
)


async def test_an_act_that_can_not_be_is_refused(asking: Asking, folder: Path) -> None:
    for body in ODD:
        status, said = await asking.post("hand", body)
        assert status == 400, body
        assert said["error"]
    assert not Hand(folder).touched()


async def test_nobody_decides_on_what_is_not_there(asking: Asking, folder: Path) -> None:
    for record in ("fermi/none", CHATS[0], "a\0b"):
        status, _ = await asking.post("hand", {**ACT, "record": record})
        assert status == 404, record
    kept = {"row": row("fermi/none", True, "made up"), "of": IDS[0], "branch": 1}
    assert (await asking.post("hand", {**ACT, "record": "fermi/none", "act": "keep", "value": kept}))[0] == 400
    assert not (folder / "hand.db").exists()


# -- who is refused


def everything(folder: Path) -> dict[str, bytes]:
    """What is in a run folder, apart from the index and what SQLite keeps for readers."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.name: path.read_bytes()
        for path in files
        if not path.name.startswith("view.db") and path.suffix != ".db-shm"
    }


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": None},
        {"Authorization": "Bearer "},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "Basic {token}"},
        {"Authorization": "Bearer {token}x"},
        {"Host": "evil.example:{port}"},
        {"Host": "127.0.0.1"},
        {"Host": "127.0.0.1:1"},
        {"Host": "localhost.evil.example:{port}"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": "http://127.0.0.1:1"},
    ],
)
async def test_strangers_are_refused(asking: Asking, folder: Path, headers: dict[str, str | None]) -> None:
    before = everything(folder)
    sent = {**asking.let_in}
    for name, value in headers.items():
        sent.pop(name, None)
        if value is not None:
            sent[name] = value.format(token=asking.viewer.token, port=asking.viewer.port)
    for path in EVERY:
        async with asking.session.get(f"{asking.address}/api/{path}", headers=sent) as response:
            assert response.status == 403, path
            assert list(await response.json()) == ["error"]
    for what in ("hand", "branch", "keep", "export"):
        async with asking.session.post(f"{asking.address}/api/{what}", headers=sent, json=ACT) as response:
            assert response.status == 403
    assert everything(folder) == before


async def test_all_names_of_this_machine_are_its_own(asking: Asking) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        own = f"{host}:{asking.viewer.port}"
        assert (await asking.get("overview", Host=own, Origin=f"http://{own}"))[0] == 200


async def test_nothing_is_written_without_an_origin_or_as_anything_but_json(asking: Asking, folder: Path) -> None:
    before, address = everything(folder), f"{asking.address}/api/hand"
    without = {name: value for name, value in asking.let_in.items() if name != "Origin"}
    async with asking.session.post(address, headers=without, json=ACT) as response:
        assert response.status == 403
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        async with asking.session.post(
            address, headers=asking.let_in | {"Content-Type": kind}, data=json.dumps(ACT)
        ) as said:
            assert said.status == 400
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "GET"):
        async with asking.session.request(method, address, headers=asking.let_in, json=ACT) as said:
            assert said.status == 405
    assert everything(folder) == before


async def test_what_is_too_large_is_refused(asking: Asking, folder: Path) -> None:
    sent = {**ACT, "value": {"reason": "x" * LARGEST}}
    status, said = await asking.post("hand", sent)
    assert status == 413
    assert "8 MB" in said["error"]
    assert not (folder / "hand.db").exists()


async def test_what_is_no_json_is_refused(asking: Asking) -> None:
    headers = asking.let_in | {"Content-Type": "application/json"}
    for body in (b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"record": 1e999}'):
        async with asking.session.post(f"{asking.address}/api/hand", headers=headers, data=body) as response:
            assert response.status == 400
            assert (await response.json())["error"]


def raw(port: int, request: str) -> bytes:
    """Send a request as it stands, which no well-meaning client would."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as connection:
        connection.sendall(request.encode())
        said = b""
        while part := connection.recv(65536):
            said += part
        return said


PLACES = (
    *("/../../run.db", "/%2e%2e/%2e%2e/run.db", "/..%2f..%2frun.db", "//etc/passwd", "/page/../server.py", "/.", "/.."),
    *("/%2fetc%2fpasswd", "/server.py", "/index.html%00.py", "/__init__.py", "/./guard.py", "/page/index.html"),
)


async def test_only_the_pages_own_files_are_served(asking: Asking) -> None:
    for path in PLACES:
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{asking.viewer.port}\r\nConnection: close\r\n\r\n"
        said = await asyncio.to_thread(raw, asking.viewer.port, request)
        assert re.match(rb"HTTP/1.1 (404|400) ", said), (path, said[:80])
        assert b"import" not in said
        assert b"root:" not in said


async def test_two_hosts_are_none(asking: Asking) -> None:
    own = f"127.0.0.1:{asking.viewer.port}"
    request = f"GET /api/overview HTTP/1.1\r\nHost: {own}\r\nHost: evil.example\r\nConnection: close\r\n"
    request += f"Authorization: Bearer {asking.viewer.token}\r\n\r\n"
    assert re.match(rb"HTTP/1\.\d 40[03] ", await asyncio.to_thread(raw, asking.viewer.port, request))


async def test_every_answer_forbids_all_that_is_not_ours(asking: Asking) -> None:
    for path, headers in (
        ("/", {}),
        ("/x", {}),
        ("/api/pairs", {}),
        ("/api/pairs", asking.let_in),
        ("/api/x", asking.let_in),
    ):
        async with asking.session.get(asking.address + path, headers=headers) as response:
            assert {name: response.headers[name] for name in HEADERS} == HEADERS, path


# -- faults


async def test_a_failure_of_ours_is_a_line_without_our_inside(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(db: sqlite3.Connection) -> None:
        raise ZeroDivisionError("secret of the inside")

    monkeypatch.setattr(asking.viewer, "read_overview", broken)
    status, said = await asking.get("overview")
    assert status == 500
    assert "secret" not in json.dumps(said)


async def test_a_question_without_end_is_stopped_and_others_are_answered(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c"
    monkeypatch.setattr(server_module, "LIMIT", 0.3)
    monkeypatch.setattr(asking.viewer, "read_overview", lambda db: db.execute(endless).fetchall())
    slow = asyncio.create_task(asking.get("overview"))
    assert (await asking.get("pairs"))[0] == 200
    status, said = await asyncio.wait_for(slow, LIMIT)
    assert status == 503
    assert "took too long" in said["error"]
    assert (await asking.get("pairs"))[0] == 200
    # Those that waited for a thread longer than the limit are stopped too.
    many = await asyncio.wait_for(asyncio.gather(*(asking.get("overview") for _ in range(3 * THREADS))), LIMIT)
    assert {status for status, _ in many} == {503}
    assert (await asking.get("pairs"))[0] == 200


async def test_what_is_no_text_is_sent_as_json_all_the_same(asking: Asking, folder: Path) -> None:
    odd = json.dumps(row(IDS[3], True, "x")).replace('"x"', '"\\ud800 <script>\\u0000 \\ud83d"')
    with writing(folder) as db:
        db.execute("INSERT INTO verdicts VALUES (?,1,'{}',?,'')", (IDS[3], odd))
        db.execute("INSERT INTO verdicts VALUES ('fermi/bad',0,'{}','[1,',''), ('fermi/worse',0,'{}','7','')")

    async def are_listed() -> bool:
        return (await asking.get("pairs"))[1]["count"] == 6

    await until(are_listed)
    _, page = await asking.get("pairs?q=script")
    assert page["rows"][0]["id"] == IDS[3]
    assert "<script>" in page["rows"][0]["snippet"]


async def test_a_port_that_is_taken_is_named_or_passed_over(asking: Asking, folder: Path) -> None:
    second = Viewer(folder)
    try:
        with pytest.raises(UsageError, match=f"port {asking.viewer.port}"):
            await second.start(asking.viewer.port)
    finally:
        await second.close()
    third = Viewer(folder)
    try:
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(server_module, "FIRST_PORT", asking.viewer.port)
            await third.start()
        assert third.port != asking.viewer.port
    finally:
        await third.close()


def test_the_command_prints_an_address_and_ends_with_the_keyboard(folder: Path) -> None:
    command = [sys.executable, "-m", "agents.view", str(folder), "--no-browser", "--as", "ann"]
    child = subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert child.stdout
    found = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=(\S{30,})", child.stdout.readline())
    assert found
    request = f"GET /api/overview HTTP/1.1\r\nHost: localhost:{found[1]}\r\nConnection: close\r\n"
    request += f"Authorization: Bearer {found[2]}\r\n\r\n"
    said = raw(int(found[1]), request)
    assert said.startswith(b"HTTP/1.1 200")
    assert b'"who":"ann"' in said
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=LIMIT)
    assert (child.returncode, err) == (0, "")


def test_wrong_use_is_one_line(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    for words in ([], [str(tmp_path)], ["--port", "x", "."], ["--port", "70000", "."], [""], ["--prot", "1", "."]):
        try:
            code: Any = main(words)
        except SystemExit as ended:
            code = ended.code
        assert code == 2, words
        assert len(capsys.readouterr().err.splitlines()) == 1, words


def test_a_browser_opens_only_where_one_can() -> None:
    assert not has_browser({"TERM": "xterm"}, "linux")
    assert has_browser({"DISPLAY": ":0"}, "linux")
    assert has_browser({}, "darwin")


async def test_an_export_is_written_by_a_child(asking: Asking, folder: Path) -> None:
    status, said = await asking.post("export", {"format": "messages"})
    assert status == 200, said
    assert "messages.jsonl" in said["written"]
    assert (folder / "messages.jsonl").read_text().count("\n") == 1
    assert (await asking.post("export", {"format": "exe"}))[0] == 400


async def test_another_journal_in_the_place_of_the_first_is_read(asking: Asking, folder: Path, tmp_path: Path) -> None:
    other = make(tmp_path / "other")
    verdict(other, row(IDS[5], True, "another"))
    with closing(sqlite3.connect(other / "run.db")) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for end in ("-wal", "-shm"):
        (folder / f"run.db{end}").unlink(missing_ok=True)
    (other / "run.db").rename(folder / "run.db")
    assert (await asking.get(f"story?id={IDS[5]}"))[0] == 200
    assert (await asking.get(f"story?id={IDS[0]}"))[0] == 404
