"""Runs that several tests look at, made once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from agents.view.run import Run, open_run
from tests.agents.view.runs import library_run
from tests.teams.command import NO_ENGINE


@pytest.fixture(scope="session", params=["native", "actions"])
def library(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run over the library, with a model that calls tools and one that writes actions."""
    folder = tmp_path_factory.mktemp("library") / "run"
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DOCKER_HOST", NO_ENGINE)
        outcome = asyncio.run(library_run(folder, request.param))
    assert outcome.accepted, "the scripted library yields pairs"
    return folder


@pytest.fixture
def run(library: Path) -> Iterator[Run]:
    """The same, opened."""
    with open_run(library) as opened:
        yield opened
