"""Trainings in several processes, as torchrun starts them, but forked from one that has the libraries loaded already.

`python -m tests.training.processes FOLDER`: trains all `CASES` one after the other on the store in the folder, each
into its own folder, and writes what the processes found into `found.json`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """A training."""

    name: str
    world: int
    per_node: int = 0
    """0: all on one node."""
    changed: dict[str, Any] = field(default_factory=dict)
    into: str = ""
    """The folder of another case, to go on with."""
    signal_at: int = 0
    """Step after which one of the processes, not the first, gets a SIGTERM; 0: none does."""
    stops: int = 2
    """The step whose checkpoint is left then: the next, or, where that has several batches, the last."""
    env: dict[str, str] = field(default_factory=dict)
    shim: bool = True
    """Made to shard on a CPU, where it shards at all."""
    unlike: dict[str, Any] = field(default_factory=dict)
    """What is set otherwise in the last process alone."""
    apart: bool = False
    """The last process sees another folder, as on a node that shares none."""
    other: str = ""
    """Where the last process finds its store, if not where all do."""

    @property
    def place(self) -> str:
        """The folder it trains into."""
        return self.into or self.name


FSDP = {"memory__shard": "fsdp"}
LORA = {"lora": {"rank": 4}}
CASES = (
    Case("ddp-2", 2),
    Case("ddp-4", 4, changed={"batch": {"windows": 4, "per_device": 1}}),
    Case("ddp-2-signal", 2, changed={"save": 100, "batch": {"windows": 4, "per_device": 2}}, signal_at=2, stops=3),
    Case("ddp-2-refused", 2, changed={"save": 100}, into="ddp-2-signal", apart=True),
    Case("ddp-2-resumed", 2, changed={"save": 100}, into="ddp-2-signal"),
    Case("ddp-2-other-refused", 2, other="other/store"),
    Case("trl-2", 2, changed={"engine": "trl"}),
    Case("fsdp-2", 2, changed=FSDP),
    Case("fsdp-2-signal", 2, changed={**FSDP, "memory__checkpointing": "full"}, signal_at=2),
    Case("fsdp-4-resumed", 4, changed=FSDP, into="fsdp-2-signal"),
    Case("lora-fsdp-2-signal", 2, changed={**FSDP, **LORA}, signal_at=2),
    Case("lora-fsdp-2-resumed", 2, changed={**FSDP, **LORA}, into="lora-fsdp-2-signal"),
    Case("fsdp-2-again", 2, changed={**FSDP, "memory__checkpointing": "full", "model__attention": "sdpa"}),
    Case("accelerate-refused", 2, env={"ACCELERATE_USE_FSDP": "true"}),
    Case("ddp-2-unlike", 2, unlike={"model__attention": "sdpa"}),
    Case("ddp-2-elsewhere", 2, unlike={"seed": 4}),
    Case("fsdp-refused", 2, changed=FSDP, shim=False),
    Case("hsdp-4", 4, per_node=2, changed={"memory__shard": "hsdp"}),
)


def train(case: Case, folder: Path) -> dict[str, Any]:
    """Train in one of the processes and return what it found."""
    import torch

    from tests.training.shim import shard_on_cpus
    from tests.training.tiny import plan, settings
    from training import trainer
    from training.engine import model
    from training.engine.arguments import World
    from training.errors import UsageError
    from training.store import Store

    if case.shim and (case.env or "memory__shard" in case.changed):
        shard_on_cpus()
    rank = int(os.environ["RANK"])
    last = rank == case.world - 1
    out = folder / ("elsewhere" if case.apart and last else case.place)
    store = folder / (case.other if case.other and last else "store")
    out.mkdir(exist_ok=True)
    found: dict[str, Any] = {"told": []}
    build, load = trainer.build, model.load

    def spoilt(*given: Any, **named: Any) -> Any:
        made = load(*given, **named)
        found["hollow"] = named["without"] == "cpu"
        for part in made.parameters() if found["hollow"] else ():
            part.data.fill_(float("nan"))  # what is used of these shows
        return made

    model.load = spoilt

    def watched(*given: Any) -> Any:
        loop = build(*given)
        wait = loop.meter.collect

        def collect() -> Any:  # what every process calls once a step
            if case.signal_at and rank == case.world - 1 and loop.state.global_step == case.signal_at:
                os.kill(os.getpid(), signal.SIGTERM)
            kinds = {type(part.data).__name__ for part in loop.model.parameters()}
            found["kinds"] = sorted(kinds)
            placed = {str(part.placements) for part in loop.model.parameters() if hasattr(part, "placements")}
            found["placements"] = sorted(placed)
            return wait()

        loop.meter.collect = collect
        return loop

    trainer.build = watched
    world = World(case.world, case.per_node or case.world, rank=rank)
    changed = case.changed | (case.unlike if last else {})
    made = plan(settings(out, epochs=2, **changed), Store.open(store), world=world)
    try:
        found["left"] = str(trainer.run(made, found["told"].append))
    except UsageError as error:
        found["refused"] = str(error)
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()
    return found


def launch(case: Case, folder: Path) -> list[dict[str, Any]]:
    """Fork a case's processes and return what each found."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    children = [_fork(case, rank, port, folder, train) for rank in range(case.world)]
    for child in children:
        os.waitpid(child, 0)
    return [json.loads((folder / f"{case.name}.{rank}.json").read_text()) for rank in range(case.world)]


def _fork(case: Case, rank: int, port: int, folder: Path, do: Callable[[Case, Path], dict[str, Any]]) -> int:
    child = os.fork()
    if child:
        return child
    per_node = case.per_node or case.world
    os.environ |= {
        "RANK": str(rank),
        "LOCAL_RANK": str(rank % per_node),
        "WORLD_SIZE": str(case.world),
        "LOCAL_WORLD_SIZE": str(per_node),
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": str(port),
        **case.env,
    }
    try:
        found = do(case, folder)
    except BaseException:
        found = {"error": traceback.format_exc()}
    (folder / f"{case.name}.{rank}.json").write_text(json.dumps(found))
    os._exit(0)


if __name__ == "__main__":
    import accelerate  # noqa: F401  (loaded once, for all that are forked)
    import transformers  # noqa: F401
    from trl import SFTTrainer  # noqa: F401

    import training.engine.loop
    import training.trainer  # noqa: F401

    where, wanted = Path(sys.argv[1]), sys.argv[2:]
    cases = [case for case in CASES if not wanted or case.name in wanted]
    (where / "found.json").write_text(json.dumps({case.name: launch(case, where) for case in cases}))
