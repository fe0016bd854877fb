"""The server's own process, as its parent meets it: one line in, one line out, and no life without a parent."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from agents.models.weights import LOCAL, cached


def serve(file: Path, *options: str, parent: int | None = None) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        "-m",
        "agents.models.server",
        str(file),
        "--parent",
        str(parent or os.getpid()),
        *options,
    ]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )


def test_a_server_whose_parent_is_gone_does_not_start(tmp_path: Path) -> None:
    process = serve(tmp_path / "x.gguf", parent=1)
    out, _ = process.communicate(timeout=60)
    assert (out, process.returncode) == ("", 0)


@pytest.mark.local_model
def test_it_says_why_it_can_not_serve(tmp_path: Path) -> None:
    process = serve(tmp_path / "absent.gguf")
    out, _ = process.communicate('{"key": "k"}\n', timeout=60)
    assert "absent.gguf" in json.loads(out)["error"]


def test_without_the_runtime_it_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: cannot open shared object file')")
    command = [sys.executable, "-m", "agents.models.server", "x.gguf", "--parent", str(os.getpid())]
    root = str(Path(__file__).parents[2])
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), root])}
    done = subprocess.run(
        command, input='{"key": "k"}\n', env=environ, capture_output=True, text=True, timeout=60, check=False
    )
    assert "apt-get install libgomp1" in json.loads(done.stdout)["error"]


@pytest.mark.local_model
def test_standard_output_is_one_line_and_the_end_of_input_is_the_end() -> None:
    file = cached(LOCAL["tiny"])
    assert file
    process = serve(file, "--slots", "1", "--context", "512")
    assert process.stdin
    assert process.stdout
    process.stdin.write('{"key": "k"}\n')
    process.stdin.flush()
    assert 0 < json.loads(process.stdout.readline())["port"] < 65536
    process.stdin.close()
    assert process.wait(timeout=20) == 0
    assert process.stdout.read() == ""
