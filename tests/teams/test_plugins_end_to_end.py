"""A tool from outside the repository, plugged in by flag, by entry point and by MCP: an assistant in a run calls it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import call
from tests.benchmarks.stub import Running, running
from tests.teams.command import BOOK, MEMBER
from tests.teams.library import CODE

RunWith = Callable[..., subprocess.CompletedProcess[str]]
ROOT = Path(__file__).parents[2]
TOOL = '''
from typing import Annotated

from tools import tool


@tool
async def shelf_of(title: Annotated[str, "title of the book"]) -> str:
    """Say on which shelf a book stands."""
    return f"{title} stands on shelf 12"
'''
SERVER = '''
from mcp.server.fastmcp import FastMCP

server = FastMCP("shelves")


@server.tool()
def shelf_of(title: str) -> str:
    """Say on which shelf a book stands."""
    return f"{title} stands on shelf 12"


server.run()
'''
PROJECT = """
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "library-shelves"
version = "1.0"

[project.entry-points."agentinstruct.tools"]
shelf_of = "library_shelves:shelf_of"
"""


@pytest.fixture
def code(tmp_path: Path) -> Path:
    folder = tmp_path / "code"
    folder.mkdir()
    for number in range(3):  # alike, but each draws kinds of its own
        (folder / f"desk{number}.py").write_text(f"{CODE}\n# {number}\n")
    return folder


def assist(body: dict[str, Any]) -> dict[str, Any]:
    """The stub's assistant: asks the plugged-in tool first, then lends the book, then says both."""
    from tests.benchmarks import script

    names = [tool["function"]["name"] for tool in body.get("tools") or ()]
    if "shelf_of" not in names or "final_answer" not in names:
        return script.answer(body)
    results = [message["content"] for message in body["messages"] if message["role"] == "tool"]
    steps = [
        call("shelf_of", title=BOOK),
        call("find_member", name=MEMBER),
        call("lend", book=BOOK, member="M1"),
        call("final_answer", answer=f"I lent {BOOK} to {MEMBER}. {results[0] if results else ''}."),
    ]
    step = steps[min(len(results), 3)]
    function = {"name": step.name, "arguments": json.dumps(step.arguments)}
    return {"role": "assistant", "content": None, "tool_calls": [{"id": "x", "type": "function", "function": function}]}


@pytest.fixture(scope="module")
def stub() -> Iterator[Running]:
    with running("tests.teams.test_plugins_end_to_end:assist", latency=0) as started:
        yield started


@pytest.fixture
def run_with(stub: Running, code: Path, tmp_path: Path) -> RunWith:
    def go(*flags: str, path: str = "") -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "DOCKER_HOST": "unix:///nowhere/docker.sock", "PYTHONPATH": path}
        command = [sys.executable, "-m", "teams.tool_use", "--seeds", str(code), "--run", str(tmp_path / "run")]
        command += ["--model", f"{stub.url}:stub", *flags]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)

    return go


def rows(run: Path) -> list[dict[str, Any]]:
    """Every pair of the run, whatever the checks said of it."""
    kept = [json.loads(line) for line in (run / "pairs.jsonl").read_text().splitlines()]
    out = [json.loads(line) for line in (run / "rejected.jsonl").read_text().splitlines()]
    return kept + [row["pair"] for row in out if "pair" in row]


def check(done: subprocess.CompletedProcess[str], run: Path) -> None:
    """The tool's schema stands in every row, a call of it in at least one, followed by what it said."""
    assert done.returncode == 0, done.stderr
    assert "Tools plugged in: shelf_of." in done.stderr
    made = rows(run)
    assert made
    assert (run / "pairs.jsonl").read_text(), "a pair with the tool's call is as good as any other"
    for row in made:
        offered = {schema["function"]["name"]: schema["function"] for schema in row["tools"]}
        assert offered["shelf_of"]["description"] == "Say on which shelf a book stands."
        assert offered["shelf_of"]["parameters"]["properties"]["title"]["type"] == "string"
    said = [(a, b) for row in made for a, b in zip(row["messages"], row["messages"][1:], strict=False)]
    answers = [b for a, b in said if a.get("tool_calls") and a["tool_calls"][0]["function"]["name"] == "shelf_of"]
    assert answers
    for answer in answers:
        assert (answer["role"], answer["content"]) == ("tool", f"{BOOK} stands on shelf 12")


def test_a_file_by_flag(run_with: RunWith, tmp_path: Path) -> None:
    file = tmp_path / "elsewhere" / "shelves.py"
    file.parent.mkdir()
    file.write_text(TOOL)
    done = run_with("--tools", f"{file}:shelf_of")
    check(done, tmp_path / "run")


def test_an_installed_package_by_entry_point(run_with: RunWith, tmp_path: Path) -> None:
    project, site = tmp_path / "project", tmp_path / "site"
    project.mkdir()
    (project / "pyproject.toml").write_text(PROJECT)
    (project / "library_shelves.py").write_text(TOOL)
    install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([*install, "--target", str(site), str(project)], check=True, capture_output=True, timeout=120)
    done = run_with(path=str(site))
    check(done, tmp_path / "run")
    # Without the package the same folder is refused: its requests would be others.
    refused = run_with()
    assert refused.returncode == 2
    assert "was started with tools shelf_of, not (none)" in refused.stderr


def test_an_mcp_server(run_with: RunWith, tmp_path: Path) -> None:
    server = tmp_path / "elsewhere" / "server.py"
    server.parent.mkdir()
    server.write_text(SERVER)
    done = run_with("--mcp", f"{sys.executable} {server}")
    check(done, tmp_path / "run")
    replayed = run_with("--mcp", f"{sys.executable} {server}")
    assert replayed.returncode == 0
    assert "Model calls: 0," in replayed.stdout


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        (["--tools", "nowhere.py:x"], "there is no file nowhere.py"),
        (["--tools", "no_such_module:x"], "no module 'no_such_module'"),
        (["--tools", "json:dumps"], "must be declared with `async def`"),
        (["--mcp", "/no/such/program"], "the MCP server /no/such/program could not be started"),
        (["--mcp", f"{sys.executable} -c 'import sys; sys.exit(\"no database\")'"], "no database"),
        (["--mcp", "'"], "is not a command line"),
    ],
)
def test_one_that_cannot_be_had_is_one_line_before_any_call(
    flags: list[str], line: str, run_with: RunWith, stub: Running
) -> None:
    before = stub.stats()["served"]
    done = run_with(*flags)
    assert stub.stats()["served"] == before, "nothing was asked of the model"
    assert done.returncode == 2
    assert line in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
