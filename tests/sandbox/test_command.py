"""`python -m sandbox` ends in one clear line, whatever is missing."""

import os
from pathlib import Path

import pytest

from sandbox.__main__ import main
from sandbox.image import DEBIAN_BASE, runner_version


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert said.count("\n") == 1
    return said


@pytest.mark.parametrize("command", [["build"], ["build", "--from-debian"], ["check"]])
def test_no_engine(
    command: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    assert main(command) == 1
    assert "no Docker Engine answers" in one_line(capsys)


@pytest.mark.parametrize("command", [[], ["bild"], ["build", "--from-deb1an"]])
def test_wrong_use(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(command)
    assert left.value.code == 2


@pytest.mark.docker
def test_build_from_debian_without_debootstrap(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["build", "--from-debian", "--fresh", "--tag", "agentinstruct-test:1"]) == 1
    said = one_line(capsys)
    assert "apt-get install debootstrap" in said or "must run as root" in said


@pytest.mark.docker
def test_build_from_debian_without_root(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert main(["build", "--from-debian", "--fresh", "--tag", "agentinstruct-test:1"]) == 1
    assert "must run as root" in one_line(capsys)


@pytest.mark.docker
def test_build_and_check(capsys: pytest.CaptureFixture[str]) -> None:
    from sandbox.engine import connect

    client = connect()
    if not client.images.list(DEBIAN_BASE):
        pytest.skip("the image here was built on a registry's base")
    assert main(["build", "--from-debian", "--tag", "agentinstruct-test:1"]) == 0
    try:
        assert client.images.get("agentinstruct-test:1").labels["agentinstruct.runner"] == runner_version()
        assert main(["check", "--tag", "agentinstruct-test:1"]) == 0
        lines = capsys.readouterr().out.splitlines()
        assert sum(line.startswith("ok ") for line in lines) >= 16
        assert not any(line.startswith("FAILED") for line in lines)
    finally:
        client.images.remove("agentinstruct-test:1")


@pytest.mark.docker
def test_check_without_image(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "--tag", "agentinstruct-absent:1"]) == 1
    assert "run `python -m sandbox build`" in one_line(capsys)
