"""A run made through the command line, for the commands that are tried on it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.teams.command import endpoint, seeds, tool_use

SECRET = "sk-not-to-be-kept"


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run made through the command line, whose endpoint is gone by now."""
    folder = tmp_path_factory.mktemp("begun")
    with endpoint() as server:
        words = ("--seeds", seeds(folder / "seeds"), "--run", folder / "run", "--model", server.model)
        done = tool_use(*words, AGENTINSTRUCT_API_KEY=SECRET)
    assert done.returncode == 0, done.stderr
    return folder / "run"


@pytest.fixture
def run(begun: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(begun, tmp_path / "run")
    return tmp_path / "run"
