"""Under FSDP2 the head's gradient is that of one process, however the head is sharded. Two processes on loopback."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import torch.distributed as dist
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor

from tests.training.models import VOCABULARY, mistral
from training.attention import choose
from training.collate import Flat
from training.loss import install_loss

PROCESSES = 2
STEPS = 2
SHARDED = {
    "with the rest": ((PROCESSES,), ("shard",), None),
    "alone": ((PROCESSES,), ("shard",), ("lm_head",)),
    "with the norm": ((PROCESSES,), ("shard",), ("model.norm", "lm_head")),
    "alone, replicated over nodes": ((PROCESSES, 1), ("replicate", "shard"), ("lm_head",)),
}


def batch(rank: int, step: int) -> dict[str, Any]:
    """Make one whose number of trained tokens differs from process to process."""
    random = np.random.default_rng(10 * step + rank)
    lengths = np.array([20, 9 + 15 * rank])
    ids = random.integers(0, VOCABULARY, lengths.sum())
    return Flat()([{"input_ids": ids, "labels": ids, "lengths": lengths, "skills": np.zeros(2)}])


def trained(batches: list[dict[str, Any]]) -> int:
    return sum(int((one["labels"] != -100).sum()) for one in batches)


def learn(rank: int, folder: Path) -> None:
    """Be one of the processes: train a little in each way, and say how far its gradients are from one alone."""
    torch.set_num_threads(1)
    dist.init_process_group("gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=PROCESSES)
    choose("sdpa_docs", "cpu")
    off = {which: _learn(rank, *way) for which, way in SHARDED.items()}
    (folder / f"{rank}.json").write_text(json.dumps(off))
    dist.destroy_process_group()


def _learn(rank: int, shape: tuple[int, ...], names: tuple[str, ...], together: tuple[str, ...] | None) -> list[float]:
    whole, sharded = mistral("sdpa_docs"), mistral("sdpa_docs")
    for model in (whole, sharded):
        install_loss(model, "chunked")
    mesh = init_device_mesh("cpu", shape, mesh_dim_names=names)
    for layer in sharded.model.layers:
        fully_shard(layer, mesh=mesh)
    if together:
        fully_shard([sharded.get_submodule(name) for name in together], mesh=mesh, reshard_after_forward=False)
    fully_shard(sharded, mesh=mesh)
    assert isinstance(sharded.lm_head.weight, DTensor)
    return [_step(whole, sharded, rank, step) for step in range(STEPS)]


def _step(whole: Any, sharded: Any, rank: int, step: int) -> float:
    batches = [batch(other, step) for other in range(PROCESSES)]
    for one in batches:
        whole(**one, num_items_in_batch=trained(batches)).loss.backward()
    with torch.no_grad():  # as an evaluation between steps
        sharded(**batch(rank, 99))
    # The Trainer's way: each process its share of the sum, times their number, since gradients are averaged.
    (sharded(**batch(rank, step), num_items_in_batch=trained(batches)).loss * PROCESSES).backward()
    off = 0.0
    for (name, one), other in zip(whole.named_parameters(), sharded.parameters(), strict=True):
        assert isinstance(other.grad, DTensor), name
        assert one.grad.abs().max() > 1e-4, name
        off = max(off, float((other.grad.full_tensor() - one.grad).norm() / one.grad.norm()))
    for model in (whole, sharded):
        torch.optim.SGD(model.parameters(), lr=0.5).step()
        model.zero_grad()
    return off


@pytest.fixture(scope="module")
def distances(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, list[float]]]:
    """Each process's answer; started once, since starting is most of the time."""
    folder = tmp_path_factory.mktemp("sharded")
    torch.multiprocessing.spawn(learn, (folder,), nprocs=PROCESSES)
    return [json.loads((folder / f"{rank}.json").read_text()) for rank in range(PROCESSES)]


@pytest.mark.parametrize("which", SHARDED)
def test_a_sharded_head_learns_as_a_whole_one(which: str, distances: list[dict[str, list[float]]]) -> None:
    for off in distances:
        assert len(off[which]) == STEPS
        assert max(off[which]) < 1e-5
