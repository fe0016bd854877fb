"""The Trainer, thinly: that a step's loss is a number, what was seen, how the rate goes, the loss on held-out chats.

`PackLoop` is all of it; `trl_engine` puts it before TRL's. The model's forward pass computes the loss itself, divided
by the `num_items_in_batch` it is given, which the Trainer counts over all processes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch.utils.data import DataLoader, SequentialSampler
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from training.config import Config
from training.engine.arguments import share_of_rate
from training.engine.batches import COUNTS, PACKS, Collate, Steps
from training.engine.checkpoints import MARK, begin
from training.engine.evaluation import HeldOut, metrics, sums
from training.engine.figures import Meter
from training.errors import UsageError


@dataclass(frozen=True, slots=True)
class Course:
    """What a loop needs to know beside the Trainer's own arguments."""

    config: Config
    steps: Steps
    held_out: HeldOut
    named: Collate
    """Makes the batches of an evaluation, whose documents are named."""


ASKED = 16
"""Batches of an evaluation between two questions whether to stop."""


class LeftOut(Exception):
    """An evaluation was not finished."""


@dataclass(frozen=True, slots=True)
class Data:
    """What a Trainer is made with."""

    steps: Steps
    collate: Collate
    tokenizer: Any


class PackLoop(Trainer):
    """A Trainer on packs. Give it `course` after it is made; see `take`."""

    course: Course
    meter: Meter
    control: Any
    lr_scheduler: Any
    loss_is_scaled_for_ga = True  # by num_items_in_batch, in the model

    def take(self, course: Course, *, flops: float = 0.0, peak: float = 0.0) -> None:
        """Set out on a course. flops and peak: see `Meter`."""
        self.course = course
        self.model_accepts_loss_kwargs = True
        self.meter = Meter(add_up=self.add_up, devices=max(1, self.accelerator.num_processes), flops=flops, peak=peak)
        self._losses: list[tuple[tuple[int, ...], torch.Tensor]] = []
        self._norm: Any = None
        self.remove_callback(PrinterCallback)
        self.add_callback(EpochOrder(course.steps))
        self.add_callback(Finite(self))

    def add_up(self, values: torch.Tensor) -> torch.Tensor:
        """Sum a vector over all processes; each of them must call it."""
        if self.accelerator.num_processes == 1:
            return values
        whole: torch.Tensor = self.accelerator.reduce(values.to(self.args.device), "sum")
        return whole.cpu()

    def _get_train_sampler(self, train_dataset: Any = None) -> SequentialSampler:
        return SequentialSampler(self.course.steps)

    def create_optimizer(self, model: Any = None) -> Any:
        """Make the optimizer. UsageError: it needs a package that isn't here."""
        try:
            return super().create_optimizer(model)
        except (ImportError, ValueError) as error:
            raise UsageError(f"optimizer.name {self.course.config.optimizer.name}: {error}".splitlines()[0]) from error

    def create_scheduler(self, num_training_steps: int, optimizer: Any = None) -> Any:
        """Let the rate go as the configuration says, over `num_training_steps`."""
        share = partial(share_of_rate, total=num_training_steps, config=self.course.config)
        if self.lr_scheduler is None:
            self.lr_scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer or self.optimizer, share)
            self._created_lr_scheduler = True
        return self.lr_scheduler

    def training_step(self, model: Any, inputs: dict[str, Any], num_items_in_batch: Any = None) -> torch.Tensor:
        """Train on a batch, counting what is in it and keeping its loss until the step is taken."""
        self.meter.step_begins()
        packs, counts = inputs.pop(PACKS), inputs.pop(COUNTS)
        self.meter.add(counts)
        loss: torch.Tensor = super().training_step(model, inputs, num_items_in_batch)
        self._losses.append((packs, loss))
        return loss

    def _get_grad_norm(self, model: Any, grad_norm: Any = None) -> Any:
        self._norm = super()._get_grad_norm(model, grad_norm=grad_norm)
        return self._norm

    def check_finite(self) -> None:
        """Raise UsageError in every process where a loss of this step, or its gradient, is no number.

        Called before the step is taken: the weights are still good, and no checkpoint is spoilt.
        """
        losses, self._losses = self._losses, []
        norm = torch.as_tensor(1.0 if self._norm is None else self._norm).detach()
        norm = norm.full_tensor() if hasattr(norm, "full_tensor") else norm
        values = torch.stack([*(loss.float() for _, loss in losses), norm.to(losses[0][1].device).float()])
        fine = values.isfinite().tolist()
        if not self.anyone(not all(fine)):
            return
        step = self.state.global_step + 1
        bad = [number for (packs, _), good in zip(losses, fine, strict=False) if not good for number in packs]
        chats = [chat for number in bad if number >= 0 for chat in self.course.steps.packed.chats(number)]
        if bad:
            what = f"the loss is {values[fine.index(False)].item()} on the chats {', '.join(chats)}"
        elif not fine[-1]:
            what = f"the gradient's norm is {values[-1].item()} though every loss is a number"
        else:
            what = "in another process a loss is no number; it names the chats"
        raise UsageError(
            f"step {step}: {what}. Nothing of this step was learned; look at these chats with `preview`, or lower "
            "optimizer.rate, and start again: training goes on from the last checkpoint"
        )

    def evaluate(
        self, eval_dataset: Any = None, ignore_keys: Any = None, metric_key_prefix: str = "eval"
    ) -> dict[str, float]:
        """Return the mean loss a trained token on held-out chats, over all and by skill, and log it.

        Nothing is returned, nor logged, where somebody asks to stop meanwhile.
        """
        self.meter.pause()
        model = self.model_wrapped
        held_out, was_training = self.course.held_out, model.training
        model.eval()
        try:
            with torch.random.fork_rng(devices=[]):  # a loader draws a seed, and dropout would go on otherwise
                found = sum(
                    sums(
                        self._held_out_batches(packs),
                        lambda batch: self.token_losses(model, batch),
                        len(held_out.skills),
                    )
                    for packs in held_out.packs
                )
        except LeftOut:
            return {}
        finally:
            model.train(was_training)
        said = metrics(self.add_up(torch.as_tensor(found)), held_out.skills, metric_key_prefix)
        self.log(said)
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, said)
        return said

    def owes_evaluation(self) -> bool:
        """Say whether the step that is gone on from should have been evaluated, and wasn't: there was no time."""
        step, every = self.state.global_step, self.course.config.evaluate
        due = step and step % (self.course.steps.per_epoch if every == "epoch" else every) == 0
        done = any("eval_loss" in line and line["step"] == step for line in self.state.log_history)
        return bool(due and self.course.held_out and not done)

    def token_losses(self, model: Any, batch: dict[str, Any]) -> Any:
        """Return the model's output for a batch of an evaluation, each token's loss in it."""
        return model(**batch)

    def _held_out_batches(self, packs: Any) -> Iterator[dict[str, Any]]:
        loader = DataLoader(packs, batch_size=self.args.per_device_eval_batch_size, collate_fn=self.course.named)
        with torch.no_grad(), self.compute_loss_context_manager():
            for number, batch in enumerate(self.accelerator.prepare_data_loader(loader)):
                if number % ASKED == 0 and self.asked():
                    raise LeftOut
                yield self._prepare_inputs(batch)

    def asked(self) -> bool:
        """Say whether training is to stop; each process must call it. `StopSoon` puts its own in this place."""
        return False

    def anyone(self, one: bool) -> bool:
        """Say whether it is true in any process; each must call it."""
        return bool(self.add_up(torch.tensor([float(one)], dtype=torch.float64)).item())

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        self.meter.pause()
        folder = Path(self.args.output_dir) / f"checkpoint-{self.state.global_step}"
        first = self.is_world_process_zero()
        if self.anyone(first and (folder / MARK).exists()):  # of a step that was stopped in the one after: it is as now
            return
        if first:
            begin(folder)
        super()._save_checkpoint(model, trial)

    def save_trained(self, folder: Path, *, half: bool) -> None:
        """Write the whole model, or its adapters, with its tokenizer: what `export` and `merge` take.

        half: a whole model in bf16, as it will be used; the checkpoints keep all 32 bits. Each process must call it.
        """
        model = self.accelerator.unwrap_model(self.model, keep_torch_compile=False)
        state = self.accelerator.get_state_dict(self.model)
        if not self.is_world_process_zero():
            return
        half = half and not hasattr(model, "peft_config")
        if half:
            state = {name: value.bfloat16() if value.is_floating_point() else value for name, value in state.items()}
        beside = folder.with_name(f".{folder.name}.partial")  # so that what is there is whole
        model.save_pretrained(beside, state_dict=state)
        if half:  # else it says what the model was trained in, and is loaded so
            model.config.dtype = torch.bfloat16
            model.config.save_pretrained(beside)
        if self.processing_class is not None:
            self.processing_class.save_pretrained(beside)
        shutil.rmtree(folder, ignore_errors=True)
        beside.rename(folder)

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Add totals and speed to what is said of steps."""
        if "loss" in logs:
            logs |= self.meter.collect()
            logs["epochs_of_data"] = round(self.state.global_step / self.course.steps.per_epoch, 4)
        super().log(logs, start_time)


def own_loop(model: Any, given: dict[str, Any], data: Data) -> PackLoop:
    """Return the Hugging Face Trainer on packs. given: keyword arguments of `TrainingArguments`."""
    return PackLoop(
        model=model,
        args=TrainingArguments(**given),
        train_dataset=data.steps,
        eval_dataset=data.steps if given["eval_strategy"] != "no" else None,  # asked for; `evaluate` takes its own
        data_collator=data.collate,
        processing_class=data.tokenizer,
    )


class EpochOrder(TrainerCallback):
    """Packs anew at each epoch's begin.

    The Trainer asks the loader to, but a loader that skips what a resumed run has seen does not pass it on.
    """

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Order the packs of the epoch that begins."""
        self._steps.set_epoch(state.global_step // self._steps.per_epoch)


class Finite(TrainerCallback):
    """Looks at a step before it is taken."""

    def __init__(self, loop: PackLoop) -> None:
        self._loop = loop

    def on_pre_optimizer_step(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Raise UsageError where a loss is no number."""
        self._loop.check_finite()
