"""What a run leaves behind: lines for the reader, `figures.jsonl`, and checkpoints that are marked when whole."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

from training.engine.checkpoints import remove_old, save_mark

FIGURES = "figures.jsonl"
Tell = Callable[[str], None]


class Keeper(TrainerCallback):
    """Writes down what the loop says; `tell` gets a line for each."""

    def __init__(self, loop: Any, *, out: Path, made: Mapping[str, Any], keep: int, tell: Tell) -> None:
        """loop: a PackLoop. made: the set-up of its checkpoints. keep: how many of them."""
        self._loop, self._out, self._made, self._keep, self._tell = loop, out, made, keep, tell

    def on_train_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Forget what was written after the checkpoint that is gone on from, and evaluate it if that was left out."""
        state.compute_steps(args, state.max_steps)  # else it logs and saves as often as when the checkpoint was made
        owed = self._loop.owes_evaluation()
        if state.is_world_process_zero:
            forget(self._out / FIGURES, after=state.global_step, evaluated=not owed)
        if owed:
            self._loop.evaluate()

    def on_log(self, args: Any, state: Any, control: Any, logs: Mapping[str, float] | None = None, **_: Any) -> None:
        """Write the figures of a step down and tell them."""
        if not state.is_world_process_zero or not logs or "train_runtime" in logs:
            return
        with (self._out / FIGURES).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"step": state.global_step, **logs}) + "\n")
        self._tell(line(state.global_step, state.max_steps, logs))

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Mark the checkpoint once every process has written its part, then remove old ones."""
        self._loop.meter.collect()
        folder = self._out / f"checkpoint-{state.global_step}"
        self._loop.accelerator.wait_for_everyone()
        if state.is_world_process_zero:
            self._describe(folder)
            save_mark(folder, self._made, step=state.global_step, totals=self._loop.meter.totals)
            remove_old(self._out, self._keep)
        self._loop.accelerator.wait_for_everyone()

    def _describe(self, folder: Path) -> None:
        """Put the architecture and the tokenizer beside shards, which come without."""
        model = self._loop.accelerator.unwrap_model(self._loop.model)
        if not (folder / "config.json").exists() and not (folder / "adapter_config.json").exists():
            model.config.save_pretrained(folder)
        if self._loop.processing_class is not None and not (folder / "tokenizer_config.json").exists():
            self._loop.processing_class.save_pretrained(folder)


def forget(path: Path, *, after: int, evaluated: bool = True) -> None:
    """Take the lines of later steps out of a file of figures; a line cut short by a kill goes too.

    evaluated: is the last step's evaluation kept?
    """
    if not path.exists():
        return
    kept = []
    for text in path.read_text(encoding="utf-8").splitlines():
        try:
            said = json.loads(text)
            if said["step"] < after or (said["step"] == after and (evaluated or "eval_loss" not in said)):
                kept.append(text + "\n")
        except (ValueError, KeyError):
            continue
    beside = path.with_name(f".{path.name}")
    beside.write_text("".join(kept), encoding="utf-8")
    beside.replace(path)


def line(step: int, steps: int, logs: Mapping[str, float]) -> str:
    """Say a step's figures, or an evaluation's, in a line."""
    if "eval_loss" in logs:
        skills = {key.removeprefix("eval_loss_"): value for key, value in logs.items() if key.startswith("eval_loss_")}
        each = ", ".join(f"{skill} {value:.4f}" for skill, value in skills.items())
        return f"step {step}/{steps}: held-out loss {logs['eval_loss']:.4f}" + (f" ({each})" if len(skills) > 1 else "")
    parts = [f"loss {logs['loss']:.4f}"] if "loss" in logs else []
    if "grad_norm" in logs:
        parts.append(f"gradient {logs['grad_norm']:.3g}")
    if "learning_rate" in logs:
        parts.append(f"rate {logs['learning_rate']:.3g}")
    if "tokens_per_second" in logs:
        parts.append(f"{logs['tokens_per_second']:,.0f} tokens/s")
    if "mfu" in logs:
        parts.append(f"MFU {logs['mfu']:.1f} %")
    if "trained_tokens" in logs:
        parts.append(f"{logs['trained_tokens']:,.0f} trained tokens")
    return f"step {step}/{steps}: {', '.join(parts)}"
