"""Two and four processes, sharded and not, learn what one learns: the same losses, gradients and weights.

The sharded ones run accelerate's own way for devices, made to take CPUs by `shim`; that the parameters are DTensors is
part of the test, since without it all of these would be DDP.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.training.processes import CASES, LORA, Case
from tests.training.tiny import go, make_store, settings

pytest.importorskip("trl")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
TRAINED = [case for case in CASES if not case.name.endswith("refused") and not case.unlike]
ENDED = [case for case in TRAINED if not case.signal_at]
FIGURES = ("step", "loss", "grad_norm", "learning_rate", "eval_loss", "eval_loss_count", "tokens", "trained_tokens")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All cases, trained, and the same in one process."""
    where = tmp_path_factory.mktemp("processes")
    store = make_store(where / "store")
    make_store(where / "other" / "store", seed=1)
    go(settings(where / "one", epochs=2), store)
    go(settings(where / "one-lora", epochs=2, **LORA), store)
    done = subprocess.run(
        [sys.executable, "-m", "tests.training.processes", str(where)], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return where


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, list[dict[str, Any]]]:
    said: dict[str, list[dict[str, Any]]] = json.loads((folder / "found.json").read_text())
    every = [(name, one) for name, ones in said.items() for one in ones]
    errors = [f"{name}: {one['error']}" for name, one in every if "error" in one]
    assert not errors, "\n".join(errors)
    return said


def figures(out: Path) -> list[dict[str, float]]:
    lines = [json.loads(line) for line in (out / "figures.jsonl").read_text().splitlines()]
    return [{name: line[name] for name in FIGURES if name in line} for line in lines]


def alone(case: Case) -> str:
    return "one-lora" if "lora" in case.changed else "one"


@pytest.mark.parametrize("case", ENDED, ids=lambda case: case.name)
def test_many_are_one(folder: Path, found: dict[str, Any], case: Case) -> None:
    for line, expected in zip(figures(folder / case.place), figures(folder / alone(case)), strict=True):
        assert line == pytest.approx(expected, abs=5e-6)


@pytest.mark.parametrize("case", ENDED, ids=lambda case: case.name)
def test_the_weights_are_those_of_one(folder: Path, found: dict[str, Any], case: Case) -> None:
    import torch
    from safetensors.torch import load_file

    name = "adapter_model.safetensors" if "lora" in case.changed else "model.safetensors"
    one, many = (load_file(folder / place / "model" / name) for place in (alone(case), case.place))
    assert one.keys() == many.keys()
    for key, value in one.items():
        torch.testing.assert_close(many[key], value, atol=2e-5, rtol=0)


@pytest.mark.parametrize("name", ["fsdp-2", "hsdp-4"])
def test_shards_put_together_are_the_model(folder: Path, found: dict[str, Any], name: str) -> None:
    """The last checkpoint's, merged, against what was gathered at the end."""
    import torch
    from safetensors.torch import load_file

    from training.engine.checkpoints import whole
    from training.merge import merge

    last = whole(folder / name)[-1].path
    merged = load_file(merge(last, folder / f"{name}-merged", precision="fp32", tell=print) / "model.safetensors")
    gathered = load_file(folder / name / "model" / "model.safetensors")
    assert merged.keys() == gathered.keys()
    assert all(torch.equal(merged[key], value) for key, value in gathered.items())


@pytest.mark.parametrize("case", TRAINED, ids=lambda case: case.name)
def test_shards_are_shards(found: dict[str, Any], case: Case) -> None:
    kind = case.changed.get("memory__shard", "none")
    placed = {"none": [], "fsdp": ["(Shard(dim=0),)"], "hsdp": ["(Replicate(), Shard(dim=0))"]}[kind]
    for one in found[case.name]:
        assert one["kinds"] == (["Tensor"] if kind == "none" else ["DTensor"])
        assert one["placements"] == placed


@pytest.mark.parametrize("case", TRAINED, ids=lambda case: case.name)
def test_weights_that_are_shared_are_loaded_once(found: dict[str, Any], case: Case) -> None:
    """The first process alone loads a model that will be shared, and sends each its part."""
    sent = "memory__shard" in case.changed and "lora" not in case.changed
    assert [one["hollow"] for one in found[case.name]] == [False, *[sent] * (case.world - 1)]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("ddp-2-unlike", "model.attention is sdpa_docs in process 0, sdpa in the others"),
        ("ddp-2-elsewhere", "seed is 3 in process 0, 4 in the others"),
    ],
)
def test_processes_that_would_not_do_the_same_are_refused(found: dict[str, Any], name: str, words: str) -> None:
    for one in found[name]:
        assert words in one["refused"]


@pytest.mark.parametrize("case", [case for case in CASES if case.signal_at], ids=lambda case: case.name)
def test_one_signal_stops_all(folder: Path, found: dict[str, Any], case: Case) -> None:
    """The last process was told; all end at the same step, and only the first one speaks."""
    left = [one["left"] for one in found[case.name]]
    assert left == [str(folder / case.name)] * case.world
    assert f"stopped at step {case.stops} of 8" in found[case.name][0]["told"][-1]
    resumed = next(other for other in TRAINED if other.into == case.name)
    assert any(f"checkpoint-{case.stops}: step {case.stops} of 8" in line for line in found[resumed.name][0]["told"])


def test_shards_by_others_settings_are_refused(found: dict[str, Any]) -> None:
    """Checkpoints would be of another kind than their mark says."""
    assert all("accelerate's own settings" in one["refused"] for one in found["accelerate-refused"])


def test_shards_on_a_cpu_are_refused(found: dict[str, Any]) -> None:
    """Without the shim accelerate would train a whole model in each process, without a word."""
    assert all("memory.shard none" in one["refused"] for one in found["fsdp-refused"])


def test_a_folder_that_is_not_shared_is_refused(found: dict[str, Any]) -> None:
    """Some would go on, and others start anew."""
    assert all("all nodes share" in one["refused"] for one in found["ddp-2-refused"])


def test_data_that_are_not_everywhere_the_same_are_refused(found: dict[str, Any]) -> None:
    """Each process takes its share of windows by number: some chats would be learned twice, and others never."""
    refused = [one["refused"] for one in found["ddp-2-other-refused"]]
    assert all("would not do the same: windows is" in words for words in refused)
