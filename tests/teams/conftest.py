"""What tests of runs share."""

import pytest

from tests.teams.command import NO_ENGINE


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without a container engine: calls are simulated."""
    monkeypatch.setenv("DOCKER_HOST", NO_ENGINE)
