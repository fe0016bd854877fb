"""TRL's trainer on our packs learns what ours does, with its own loss: each is a check of the other."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.training.tiny import go, make_store, settings
from training.errors import UsageError
from training.store import Store

pytest.importorskip("trl")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return make_store(tmp_path_factory.mktemp("store") / "store")


def figures(out: Path) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (out / "figures.jsonl").read_text().splitlines()]
    names = ("step", "loss", "grad_norm", "learning_rate", "eval_loss", "eval_loss_more", "tokens", "trained_tokens")
    return [{name: line[name] for name in names if name in line} for line in lines]


@pytest.mark.parametrize("lora", [None, {"rank": 4}])
def test_it_learns_the_same(store: Store, tmp_path: Path, lora: dict[str, Any] | None) -> None:
    for engine in ("own", "trl"):
        go(settings(tmp_path / engine, engine=engine, batch__per_device=2, epochs=2, lora=lora), store)
    own, theirs = figures(tmp_path / "own"), figures(tmp_path / "trl")
    assert len(own) == len(theirs) > 4
    for one, other in zip(own, theirs, strict=True):
        assert one == pytest.approx(other, abs=5e-6)
    assert own[0]["loss"] > own[-1]["eval_loss"]


def test_weights_are_refused(tmp_path: Path) -> None:
    """Its loss would pass over them without a word."""
    with pytest.raises(UsageError, match="engine own"):
        go(settings(tmp_path / "out", engine="trl"), make_store(tmp_path / "store", weighted=True))
