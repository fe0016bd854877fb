"""Runs that several tests look at, made once."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agents.view.run import Run, open_run
from tests.agents.view.runs import library_run
from tests.agents.view.shown import ROOT, Shown, Viewers
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


# -- the page, in a real browser


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run over the library, made in a process of its own: a browser's loop goes on in this one."""
    folder = tmp_path_factory.mktemp("made") / "run"
    code = "import asyncio, pathlib, sys; from tests.agents.view.runs import library_run; "
    code += "asyncio.run(library_run(pathlib.Path(sys.argv[1])))"
    environment = {**os.environ, "DOCKER_HOST": NO_ENGINE, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code, folder], cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for a file of tests."""
    from playwright.sync_api import sync_playwright

    from tools.web.browser import executable

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable(), args=["--disable-gpu", "--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def viewers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Viewers]:
    """The program over copies of runs; all of them end with the file of tests."""
    with Viewers(tmp_path_factory) as started:
        yield started


@pytest.fixture
def shown(browser: Any, viewers: Viewers) -> Iterator[Callable[..., Shown]]:
    """Opens pages: `shown(folder, "#/pairs")`. None may have asked anybody else, or said that something is broken."""
    pages: list[Shown] = []

    def show(folder: Path, address: str = "", **options: Any) -> Shown:
        pages.append(Shown(browser, viewers.over(folder), address, **options))
        return pages[-1]

    yield show
    for page in pages:
        page.close()
    assert not [problem for page in pages for problem in page.problems]
