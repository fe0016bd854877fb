"""Pushing, to a hub of our own on this machine: what goes there, to whom it is shown, and what a refusal says."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from training.push import files

ROOT = Path(__file__).parents[2]


class Hub(ThreadingHTTPServer):
    """As much of a hub as a push of small files needs."""

    private = True
    """Is the repository?"""
    closed = False
    """Does it refuse everybody?"""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked: list[dict[str, Any]] = []
        self.taken: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Answers(BaseHTTPRequestHandler):
    server: Hub

    def do_GET(self) -> None:
        self._answer({"id": "me/mine", "private": self.server.private, "siblings": []})

    def do_POST(self) -> None:
        body = self._body()
        page = f"{self.server.address}/me/mine"
        if self.server.closed:
            self._answer({"error": "Invalid username or password."}, 401)
        elif self.path.endswith("/create"):
            self.server.asked.append(json.loads(body))
            self._answer({"url": page, "id": "me/mine"})
        elif "/preupload/" in self.path:
            names = [file["path"] for file in json.loads(body)["files"]]
            self._answer({"files": [{"path": name, "uploadMode": "regular", "shouldIgnore": False} for name in names]})
        elif "/commit/" in self.path:
            lines = [json.loads(line) for line in body.splitlines()]
            self.server.taken += [line["value"]["path"] for line in lines if line["key"] == "file"]
            self._answer({"success": True, "commitOid": "abc", "commitUrl": f"{page}/commit/abc"})
        else:
            self._answer({})

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        whole = b""
        while size := int(self.rfile.readline(), 16):
            whole += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return whole

    def _answer(self, body: dict[str, Any], code: int = 200) -> None:
        data = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        """Keep quiet."""


@pytest.fixture
def hub() -> Iterator[Hub]:
    made = Hub()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """A folder with an exported model's files, and what is nobody's business."""
    folder = tmp_path / "exported"
    folder.mkdir()
    for name in ("README.md", "config.json", "model.safetensors", "tokenizer.json", "settings.yaml"):
        (folder / name).write_text("{}")
    for name in (".env", "optimizer.pt", "notes.txt"):
        (folder / name).write_text("secret")
    return folder


def push(hub: Hub, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env |= {"HF_ENDPOINT": hub.address, "HF_TOKEN": "hf_none", "HF_HOME": str(folder.parent / "home")}
    command = [sys.executable, "-m", "training", "push", str(folder), "me/mine", *words]
    return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)


def private(asked: dict[str, Any]) -> bool:
    """As older and newer versions of the hub's library say it."""
    return bool(asked.get("private")) or asked.get("visibility") == "private"


def test_what_is_pushed_is_the_model_and_for_oneself(hub: Hub, exported: Path) -> None:
    done = push(hub, exported)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"{hub.address}/me/mine"
    assert sorted(hub.taken) == [file.name for file in files(exported)]
    assert private(hub.asked[0])


def test_a_repository_that_is_public_is_not_pushed_to_unasked(hub: Hub, exported: Path) -> None:
    hub.private = False
    done = push(hub, exported)
    assert done.returncode == 2
    assert "is there already, and public: say --public" in done.stderr
    assert not hub.taken
    assert push(hub, exported, "--public").returncode == 0
    assert not private(hub.asked[-1])
    assert hub.taken


def test_a_refusal_is_one_line(hub: Hub, exported: Path) -> None:
    hub.closed = True
    done = push(hub, exported)
    assert done.returncode == 2
    assert "the hub did not take it" in done.stderr
    assert "hf auth login" in done.stderr
    assert "Traceback" not in done.stderr


def test_who_is_offline_is_told_so(exported: Path) -> None:
    env = os.environ | {"HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-m", "training", "push", str(exported), "me/mine"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 2
    assert "HF_HUB_OFFLINE is set" in done.stderr
    assert "log in" not in done.stderr
