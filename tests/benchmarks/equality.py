"""How equal what must be equal is: packed and alone, and one training done in many ways.

    python -m tests.benchmarks.equality

Packed against each chat alone, in logits and gradients, for each attention that runs on a CPU; then a training of a
tiny model, gone through in one process, against the same accumulated otherwise, in two and four processes, sharded
(FSDP2, HSDP; through the tests' shim, the parameters DTensors), killed and gone on with, and with adapters. Printed are
the greatest absolute differences over all steps and parameters. Exits with 1 where one is beyond rounding.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
MOST = 2e-5
CASES = {
    "ddp-2": "2 processes",
    "ddp-4": "4 processes",
    "fsdp-2": "FSDP2, 2 processes",
    "fsdp-2-again": "FSDP2, 2, activations again",
    "hsdp-4": "HSDP, 2 x 2 processes",
    "fsdp-2-signal": "",
    "fsdp-4-resumed": "FSDP2, stopped on 2, on with 4",
    "lora-fsdp-2-signal": "",
    "lora-fsdp-2-resumed": "LoRA, FSDP2, stopped, on with 2",
}
"""Of `tests.training.processes`; without a name: what another goes on from."""
Row = tuple[str, float, float, float]
"""What, and its greatest differences: of losses, of logits or norms of gradients, of gradients or weights."""


def main() -> None:
    """Print both tables."""
    print(f"{'packed, against each alone':34}{'loss':>10}{'logits':>10}{'gradients':>12}")
    rows = list(packed())
    for row in rows:
        print("{:34}{:10.1e}{:10.1e}{:12.1e}".format(*row))
    print(f"\n{'trained, against one process':34}{'losses':>10}{'norms':>10}{'weights':>12}")
    with tempfile.TemporaryDirectory() as folder:
        for row in trained(Path(folder)):
            rows.append(row)
            print("{:34}{:10.1e}{:10.1e}{:12.1e}".format(*row), flush=True)
    raise SystemExit(any(not max(row[1:]) <= MOST for row in rows))


def packed() -> Iterator[Row]:
    """Compare six documents of one window with each alone: no packing, no code of ours there."""
    import torch

    from tests.training.models import VOCABULARY, gradients, mistral
    from training.attention import choose
    from training.collate import Flat, Rows
    from training.loss import install_loss

    lengths = [37, 80, 16, 17, 1, 25]
    ids = torch.randint(0, VOCABULARY, (sum(lengths),), generator=torch.Generator().manual_seed(1))
    for window in (None, 16):
        model, total, logits = mistral("eager", window), torch.zeros(()), []
        for one in ids.split(lengths):
            logits.append(model(one[None], use_cache=False).logits[0])
            total = total + torch.nn.functional.cross_entropy(logits[-1][:-1], one[1:], reduction="sum")
        loss = total / (len(ids) - len(lengths))
        loss.backward()
        wanted = gradients(model)
        for name in ("sdpa_docs", "sdpa", "eager"):
            chosen = choose(name, "cpu")
            ours = mistral(chosen.implementation, window)
            pack = {"input_ids": ids, "labels": ids, "lengths": lengths, "skills": [0] * len(lengths)}
            batch = (Flat() if chosen.collator == "flat" else Rows())([pack])
            with torch.no_grad():
                given = {key: value for key, value in batch.items() if key != "labels"}
                found = ours(**given, use_cache=False).logits[0]
            install_loss(ours)
            again = ours(**batch).loss
            again.backward()
            yield (
                name + (f", sees {window} tokens" if window else ""),
                abs(again.item() - loss.item()),
                float((found - torch.cat(logits)).abs().max()),
                float((gradients(ours) - wanted).abs().max()),
            )


def trained(folder: Path) -> Iterator[Row]:
    """Compare trainings of eight steps with the one that one process did in one go."""
    from tests.training.processes import LORA
    from tests.training.tiny import go, make_store, settings

    store = make_store(folder / "store")
    for name, changed in (("one", {}), ("one-lora", LORA)):
        go(settings(folder / name, epochs=2, **changed), store)
    for each in (2, 4):
        go(settings(folder / f"each-{each}", epochs=2, batch__per_device=each), store)
        yield difference(f"1 process, {each} windows at once", folder / "one", folder / f"each-{each}")
    for name, changed in (("one", {}), ("one-lora", LORA)):
        stopped = folder / f"{name}-stopped"
        go(settings(stopped, epochs=2, **changed), store, tell=_stop_at(3))
        go(settings(stopped, epochs=2, **changed), store)
        yield difference(("LoRA, " if changed else "") + "1 process, stopped and on", folder / name, stopped)
    command = [sys.executable, "-m", "tests.training.processes", str(folder), *CASES]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    found = json.loads((folder / "found.json").read_text())
    for name, title in CASES.items():
        if errors := [one["error"] for one in found[name] if "error" in one]:
            raise SystemExit(f"{name}: {errors[0][-2000:]}")
        if title:
            kinds = {kind for one in found[name] for kind in one["kinds"]}
            assert ("fsdp" in name or "hsdp" in name) == (kinds == {"DTensor"}), kinds
            alone = folder / ("one-lora" if "lora" in name else "one")
            place = folder / (name if (folder / name).exists() else name.replace("4-resumed", "2-signal"))
            yield difference(title, alone, place if place.exists() else folder / name.replace("resumed", "signal"))


def difference(title: str, one: Path, other: Path) -> Row:
    """Compare figures and trained weights of two runs."""
    from safetensors.torch import load_file

    lines = [[json.loads(text) for text in (out / "figures.jsonl").read_text().splitlines()] for out in (one, other)]
    off = {"loss": 0.0, "grad_norm": 0.0}
    for left, right in zip(*lines, strict=True):
        assert left["step"] == right["step"]
        for name in ("loss", "grad_norm", "eval_loss"):
            if name in left:
                kind = "grad_norm" if name == "grad_norm" else "loss"
                off[kind] = max(off[kind], abs(left[name] - right[name]))
    file = "adapter_model.safetensors" if (one / "model" / "adapter_config.json").exists() else "model.safetensors"
    weights, others = (load_file(out / "model" / file) for out in (one, other))
    assert weights.keys() == others.keys()
    far = max(float((weights[name] - others[name]).abs().max()) for name in weights)
    return title, off["loss"], off["grad_norm"], far


def _stop_at(step: int) -> Any:
    def tell(line: str) -> None:
        if line.startswith(f"step {step}/") and "held-out" not in line:
            os.kill(os.getpid(), signal.SIGTERM)

    return tell


if __name__ == "__main__":
    main()
