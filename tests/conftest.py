"""What the tests have at hand: one that needs an absent real thing is skipped, and the summary says which and why.

`AGENTINSTRUCT_REQUIRE=docker,chroma,local_model,chromium` (or `--require`) turns such a skip into a failure, so that a
machine that ought to have everything can't pass by skipping.
"""

import importlib.util
import os
import signal
from collections.abc import AsyncIterator, Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A test says what is right, not how fast: the machine may be busy.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# Before anything imports a library that reads them: no test asks a hub or reports its use to anybody.
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

# A shell lets what it starts in the background ignore Ctrl-C, and children inherit that: tests which send one would
# wait in vain.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@cache
def why_no_docker() -> str | None:
    """Say why tests can't run containers, or None."""
    from sandbox import SandboxError
    from sandbox.engine import connect
    from sandbox.image import missing

    try:
        return missing(connect(timeout=10))
    except SandboxError as error:
        return str(error)


@cache
def why_no_chroma() -> str | None:
    """Say why tests can't embed and search, or None."""
    if lacking := _not_installed(chromadb="chromadb", sentence_transformers="sentence-transformers"):
        return lacking
    from tools.embeddings import WEIGHTS, cache_folder

    if not (cache_folder() / "embeddings" / "all-MiniLM-L6-v2" / WEIGHTS).is_file():
        return "the embedding model is not in the cache (bash scripts/setup fetches it)"
    return None


@cache
def why_no_local_model() -> str | None:
    """Say why tests can't talk to a real language model, or None."""
    if lacking := _not_installed(xllamacpp="xllamacpp"):
        return lacking
    from agents.models.weights import LOCAL, cached

    absent = [name for name in ("tiny", "1.5b") if cached(LOCAL[name]) is None]
    if absent:
        return f"weights of {' and '.join(absent)} are not in the cache (bash scripts/setup local,dev fetches them)"
    return None


def _not_installed(**packages: str) -> str | None:
    absent = [named for module, named in packages.items() if importlib.util.find_spec(module) is None]
    return f"not installed: {', '.join(absent)}" if absent else None


@cache
def why_no_chromium() -> str | None:
    """Say why tests can't open a browser, or None."""
    from tools.web.browser import why_not

    return why_not()


NEEDS: dict[str, Callable[[], str | None]] = {
    "docker": why_no_docker,
    "chroma": why_no_chroma,
    "local_model": why_no_local_model,
    "chromium": why_no_chromium,
}


def pytest_addoption(parser: pytest.Parser) -> None:
    default = os.environ.get("AGENTINSTRUCT_REQUIRE", "")
    parser.addoption("--require", default=default, help=f"fail where these are absent, not skip: {','.join(NEEDS)}")


def pytest_configure(config: pytest.Config) -> None:
    unknown = _required(config) - NEEDS.keys()
    if unknown:
        raise pytest.UsageError(f"can't require {', '.join(sorted(unknown))}; there are: {', '.join(NEEDS)}")


@pytest.hookimpl(tryfirst=True)  # before any fixture tries to use what is not there
def pytest_runtest_setup(item: pytest.Item) -> None:
    for name, why_not in NEEDS.items():
        if item.get_closest_marker(name) and (reason := why_not()):
            if name in _required(item.config):
                pytest.fail(f"{name} is required here: {reason}", pytrace=False)
            pytest.skip(reason)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List every skip under its reason."""
    by_reason: dict[str, list[str]] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        by_reason.setdefault(reason.removeprefix("Skipped: "), []).append(report.nodeid)
    terminalreporter.section("skipped" if by_reason else "nothing was skipped", sep="-")
    for reason, tests in sorted(by_reason.items()):
        terminalreporter.write_line(f"{len(tests)} because {reason}")
        for test in tests:
            terminalreporter.write_line(f"    {test}")


def _required(config: pytest.Config) -> set[str]:
    return {name.strip() for name in config.getoption("--require").split(",") if name.strip()}


@pytest.fixture
async def browsers() -> AsyncIterator[Any]:
    """The real browser (`tools.web.browser.Browsers`), closed after the test."""
    from tools.web.browser import Browsers  # once the environment is set

    made = Browsers()
    yield made
    await made.close()
