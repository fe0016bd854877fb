"""What tests of runs share."""

import pytest


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine without a container engine: calls are simulated."""
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
