"""Faults of one process among several, and of the way they were started: told, and by whom it concerns."""

from pathlib import Path
from typing import Any

import pytest

from tests.training.tiny import settings
from training.engine.arguments import World
from training.engine.guards import clear_words
from training.engine.telling import tell_grace
from training.errors import UsageError
from training.trainer import find_world

pytest.importorskip("transformers")


@pytest.mark.parametrize(("rank", "of_all"), [("0", True), ("3", False)])
def test_a_fault_of_one_process_is_told_by_that_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], rank: str, of_all: bool
) -> None:
    """The first one may never hear of it: its launcher ends it."""
    import torch

    from training import __main__ as program
    from training import command

    def small(*_: Any) -> int:
        with clear_words(settings(tmp_path)):
            raise torch.OutOfMemoryError("CUDA out of memory.")

    def wrong(*_: Any) -> int:
        raise UsageError("no pairs")

    monkeypatch.setenv("RANK", rank)
    monkeypatch.setattr(command, "run", small)
    assert program.main([]) == 2
    said = capsys.readouterr().err
    assert "memory is too small" in said
    assert ("process 3" in said) == (rank == "3")
    monkeypatch.setattr(command, "run", wrong)
    assert program.main([]) == 2
    assert ("no pairs" in capsys.readouterr().err) == of_all


def test_the_launchers_patience_is_told_once_it_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.delenv("TORCH_ELASTIC_SHUTDOWN_TIMEOUT", raising=False)
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "none")
    tell_grace(World(), told.append)
    assert not told
    tell_grace(World(2, 2), told.append)
    assert "TORCH_ELASTIC_SHUTDOWN_TIMEOUT" in told.pop()
    monkeypatch.setenv("TORCH_ELASTIC_SHUTDOWN_TIMEOUT", "570")
    tell_grace(World(2, 2), told.append)
    assert not told


def test_more_processes_than_devices_in_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 4)
    monkeypatch.setenv("LOCAL_RANK", "4")
    with pytest.raises(UsageError, match="torchrun --nproc-per-node 4"):
        find_world(settings(tmp_path, device="auto"))


def test_a_disk_that_is_full_for_another_process(tmp_path: Path) -> None:
    """Who writes shards is told of each other's faults in a text."""
    from torch.distributed.checkpoint import CheckpointException
    from torch.distributed.checkpoint.api import _wrap_exception

    full, gone = OSError(28, "No space left on device"), OSError(2, "No such file or directory")
    with pytest.raises(UsageError, match="no room for a checkpoint"), clear_words(settings(tmp_path)):
        raise CheckpointException("write", {1: _wrap_exception(full)})
    with pytest.raises(CheckpointException), clear_words(settings(tmp_path)):
        raise CheckpointException("write", {1: _wrap_exception(gone)})
