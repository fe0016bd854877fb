"""A training that was ended in the middle goes on as if it had not been: the same losses to the last bit."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.tiny import architecture, go, losses, make_store, settings
from training.engine.checkpoints import BEGUN, remove_old, whole
from training.engine.interruption import listening
from training.errors import UsageError
from training.pack import Packs, pack
from training.store import Store

pytest.importorskip("transformers")

DROPOUT: dict[str, Any] = {"attention_dropout": 0.1}
"""So that a generator that isn't restored shows."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return make_store(tmp_path_factory.mktemp("store") / "store")


@pytest.fixture(scope="module")
def through(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A training that nobody disturbed: three epochs, a checkpoint at every second step, all of them kept."""
    out = tmp_path_factory.mktemp("through")
    go(settings(out, epochs=3, save=2, keep=99), store, made=architecture(**DROPOUT))
    return out


def figures(out: Path) -> list[dict[str, Any]]:
    """Return all figures but those of the clock."""
    lines = [json.loads(line) for line in (out / "figures.jsonl").read_text().splitlines()]
    clock = ("tokens_per_second", "tokens_per_second_per_device", "mfu")
    return [{name: value for name, value in line.items() if name not in clock} for line in lines]


def at_step(step: int, do: Callable[[], None]) -> Callable[[str], None]:
    """Return a `tell` that does something when the figures of a step are told; 0: when the model is loaded."""
    sign = f"step {step}/" if step else "mistral, "

    def tell(line: str) -> None:
        if line.startswith(sign) and "held-out" not in line:
            do()

    return tell


def weights(out: Path) -> bytes:
    return (out / "model" / "model.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("number", "at", "each", "every", "saved"),
    [
        (signal.SIGTERM, 5, 1, "epoch", [4, 5]),  # within the sixth step, which is dropped
        (signal.SIGINT, 4, 1, 100, [4]),  # within the first step of an epoch
        (signal.SIGTERM, 4, 1, 2, [2, 4]),  # where a checkpoint is already
        (signal.SIGTERM, 5, 4, "epoch", [4, 6]),  # a step of one batch
        (signal.SIGTERM, 0, 1, "epoch", [0]),  # before anything
    ],
)
def test_a_signal_ends_it_with_a_checkpoint(
    store: Store,
    through: Path,
    tmp_path: Path,
    number: signal.Signals,
    at: int,
    each: int,
    every: Any,
    saved: list[int],
) -> None:
    told: list[str] = []
    kill = at_step(at, lambda: os.kill(os.getpid(), number))
    config = settings(tmp_path, epochs=3, save=every, batch__per_device=each)
    handler = signal.getsignal(number)
    assert (
        go(config, store, tell=lambda line: (kill(line), told.append(line))[0], made=architecture(**DROPOUT))
        == tmp_path
    )
    assert signal.getsignal(number) is handler
    assert [one.step for one in whole(tmp_path)] == saved
    assert f"stopped at step {saved[-1]} of 12" in told[-1]
    assert number.name in told[-1]
    assert at != 4 or not any(line.startswith("step 4/12: held-out") for line in told), "left out, to be made up for"
    assert not (tmp_path / "model").exists()
    assert go(config, store, made=architecture(**DROPOUT)) == tmp_path / "model"
    if each == 1:
        assert figures(tmp_path) == figures(through)
        assert weights(tmp_path) == weights(through)


_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.training.test_resume import DROPOUT, architecture, at_step, go, settings
from training.store import Store
kill = at_step(7, lambda: os.kill(os.getpid(), signal.SIGKILL))
store, out = map(Path, sys.argv[1:])
go(settings(out, epochs=3, save=2), Store.open(store), tell=kill, made=architecture(**DROPOUT))
"""
"""Not in a fork of this process: it has threads by now, and whatever lock one of them holds is held for ever there."""


def test_killed_and_gone_on(store: Store, through: Path, tmp_path: Path) -> None:
    """kill -9 in the eighth step, after the checkpoint of the sixth; other batches on the way on."""
    done = subprocess.run([sys.executable, "-c", _KILLED, store.folder, tmp_path])
    assert done.returncode == -signal.SIGKILL
    assert [step for step, _ in losses(tmp_path)] == [1, 2, 3, 4, 5, 6, 7]
    go(settings(tmp_path, epochs=3, save=2), store, made=architecture(**DROPOUT))
    assert figures(tmp_path) == figures(through)
    assert weights(tmp_path) == weights(through)


def unmark(folder: Path) -> None:
    """Leave it as a kill does while it is written."""
    (folder / "training.json").rename(folder / BEGUN)


def shorten(folder: Path) -> None:
    """Leave it as a power cut may."""
    os.truncate(folder / "optimizer.pt", 1000)


@pytest.mark.parametrize(("step", "harm"), [(4, unmark), (8, shorten)])
def test_half_a_checkpoint_is_passed_over(
    store: Store, through: Path, tmp_path: Path, step: int, harm: Callable[[Path], None]
) -> None:
    """At the end of an epoch, too, where nothing may be skipped or seen twice."""
    for one in (step, step + 2):
        shutil.copytree(through / f"checkpoint-{one}", tmp_path / f"checkpoint-{one}")
    harm(tmp_path / f"checkpoint-{step + 2}")
    told: list[str] = []
    go(settings(tmp_path, epochs=3, save=100), store, tell=told.append, made=architecture(**DROPOUT))
    assert any(f"checkpoint-{step}: step {step} of 12" in line for line in told)
    assert losses(tmp_path) == losses(through)[step:]
    assert weights(tmp_path) == weights(through)
    owed = [line for line in figures(through) if line["step"] == step and "eval_loss" in line]
    assert figures(tmp_path) == owed + [line for line in figures(through) if line["step"] > step]


def test_what_is_done_is_not_done_again(store: Store, through: Path, tmp_path: Path) -> None:
    shutil.copytree(through / "checkpoint-12", tmp_path / "checkpoint-12")
    go(settings(tmp_path, epochs=3), store, made=architecture(**DROPOUT))
    assert weights(tmp_path) == weights(through)
    assert not (tmp_path / "figures.jsonl").exists() or not losses(tmp_path)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"optimizer__rate": 1e-4}, "optimizer.rate was 0.003, now 0.0001"),
        ({"epochs": 4}, "epochs was 3"),
        ({"lora": {"rank": 4}}, "lora.rank was not set, now 4"),
        ({"batch": {"windows": 8}}, "batch.windows was 4, now 8"),
        ({"seed": 4}, "seed was 3, now 4"),
    ],
)
def test_another_set_up_is_refused(store: Store, through: Path, changed: dict[str, Any], words: str) -> None:
    config = settings(through, **{"epochs": 3, **changed})
    before = sorted(through.rglob("*"))
    with pytest.raises(UsageError, match="another set-up") as caught:
        go(config, store, made=architecture(**DROPOUT))
    assert words in str(caught.value)
    assert sorted(through.rglob("*")) == before


def test_other_data_is_refused(through: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="data was store, now other"):
        go(settings(through, epochs=3), make_store(tmp_path / "other", seed=1), made=architecture(**DROPOUT))


def test_a_version_that_packs_otherwise_is_refused(
    store: Store, through: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data and the settings are the same, and what was trained would be trained again."""

    def otherwise(lengths: Any, window: int, *, seed: int | None) -> Packs:
        return pack(lengths, window, seed=None if seed is None else seed + 1)

    monkeypatch.setattr("training.packed.pack", otherwise)
    with pytest.raises(UsageError, match=r"another set-up: windows was [0-9a-f]{16}, now [0-9a-f]{16}\. "):
        go(settings(through, epochs=3), store, made=architecture(**DROPOUT))


def test_what_decides_nothing_may_change(store: Store, through: Path, tmp_path: Path) -> None:
    """How many windows at once, whether activations are kept, and when it is saved."""
    shutil.copytree(through / "checkpoint-6", tmp_path / "checkpoint-6")
    changed: dict[str, Any] = {"batch__per_device": 2, "memory__checkpointing": "full", "save": 3, "log_every": 2}
    go(settings(tmp_path, epochs=3, **changed), store, made=architecture())
    found = losses(tmp_path)
    assert [step for step, _ in found] == [8, 10, 12]
    assert [one.step for one in whole(tmp_path)] == [9, 12]


def test_old_checkpoints_go_once_newer_ones_are_whole(through: Path, tmp_path: Path) -> None:
    for step in (2, 4, 6, 8):
        shutil.copytree(through / f"checkpoint-{step}", tmp_path / f"checkpoint-{step}")
    (tmp_path / "checkpoint-8" / "training.json").write_text('{"step": 8, "to')
    for others in ("checkpoint-notes", "checkpoint-7", ".removed-checkpoint-1"):
        (tmp_path / others).mkdir()
    remove_old(tmp_path, 2)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == ["checkpoint-4", "checkpoint-6", "checkpoint-7", "checkpoint-notes"]


@pytest.mark.parametrize("name", ["model", "checkpoint-3"])
def test_what_is_not_ours_is_not_overwritten(store: Store, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "model.safetensors").write_text("of years")
    with pytest.raises(UsageError, match="give another `out`"):
        go(settings(tmp_path), store)
    assert (tmp_path / name / "model.safetensors").read_text() == "of years"


def test_a_second_signal_does_what_it_did_before() -> None:
    with listening() as wish:
        os.kill(os.getpid(), signal.SIGINT)
        assert wish.name == "SIGINT"
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_a_launcher_may_hand_a_signal_on_twice() -> None:
    with listening(twice=False) as wish:
        for _ in range(3):
            os.kill(os.getpid(), signal.SIGTERM)
        assert wish.name == "SIGTERM"
