"""Everything that can be set, in one place: a YAML file, a preset, or both, with `--a.b=c` over them.

Fields without a default must be given; an unknown one is refused by name. A value in a preset that the paper does not
give is listed in its `assumed`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    NonNegativeFloat,
    NonNegativeInt,
    PositiveFloat,
    PositiveInt,
)


def _at_home(name: str) -> str:
    """A shell leaves the `~` of `--out=~/x` as it is, and YAML knows none."""
    return str(Path(name).expanduser()) if name == "~" or name.startswith("~/") else name


def _one_or_more(value: Any) -> Any:
    """`skills: fermi` is one of them."""
    return (value,) if isinstance(value, str | Path) else value


Place = Annotated[Path, AfterValidator(lambda path: Path(_at_home(str(path))))]
Name = Annotated[str, AfterValidator(_at_home)]
Names = Annotated[tuple[str, ...], BeforeValidator(_one_or_more)]
Share = Annotated[float, Field(ge=0, lt=1)]
Often = Annotated[float, Field(gt=0, le=1000)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Data(_Section):
    """Which pairs, and what of them is trained."""

    paths: Annotated[tuple[Place, ...], BeforeValidator(_one_or_more)] = ()
    """Exported files (`pairs.jsonl`, any JSONL with `messages`, Parquet) or run folders."""
    skills: Names = ()
    """Only these; all where none is named."""
    stages: Names = ()
    verdict: Literal["accepted", "any"] = "accepted"
    mix: dict[str, Often] = Field(default_factory=dict)
    """Skill to how often its chats are seen in an epoch, on average: 0.5 takes half of them, 2 each twice."""
    turns: Literal["whole", "each"] = "whole"
    """A chat as one example, or one example for each of its assistant turns, which alone is trained."""
    train_on: Literal["assistant", "last_assistant"] = "assistant"
    tool_calls: Literal["structured", "text"] = "structured"
    """By the template's own form of calls, or as action text in its words (as `export --format action-text`)."""
    overlong: Literal["truncate_turns", "drop", "error"] = "truncate_turns"
    """A chat longer than the window is cut back to its last whole assistant turn, left out, or refused."""
    hold_out: Share = 0.0
    """Least share of seeds kept for evaluation, beside rows whose `split` names a held-out one. By seed, never by row:
    the draw is that of a run's own `--hold-out`, whose seeds are among those of a greater share."""


class Model(_Section):
    """What is trained."""

    name: Name
    """A hub's id, or a folder."""
    revision: str = "main"
    init: Literal["weights", "random"] = "weights"
    """`random`: the architecture alone, as its configuration says."""
    tokenizer: Name = ""
    """Where it is not the model's own."""
    template: Name = "auto"
    """`auto` is the tokenizer's own; or a built-in one's name, or a Jinja file."""
    attention: str = "auto"
    """`auto`, or one of `python -m training doctor`'s: an explicit one that can't be had fails."""


class Packing(_Section):
    """How chats share a window."""

    window: int = Field(default=8192, gt=0, le=2**24)
    """Tokens."""
    enabled: bool = True
    """Off: one chat a window."""
    repack: bool = True
    """Anew in each epoch, so that neighbours change."""


class Optimizer(_Section):
    """AdamW, and how its rate goes."""

    name: str = "adamw_torch_fused"
    rate: PositiveFloat = 8e-6
    betas: tuple[Share, Share] = (0.9, 0.95)
    eps: PositiveFloat = 1e-8
    weight_decay: NonNegativeFloat = 0.1
    clip: NonNegativeFloat = 1.0
    """Greatest norm of the gradient; 0: as it is."""
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup_steps: NonNegativeInt = 500
    lowest: float = Field(default=0.0, ge=0, le=1)
    """Share of `rate` at the end of the schedule."""


class Batch(_Section):
    """Windows a step."""

    windows: int = Field(default=64, gt=0, le=2**20)
    """On all devices together: it, not their number, decides what is learned."""
    per_device: PositiveInt = 1
    """At once on one device; the rest is accumulated."""


class Lora(_Section):
    """Adapters in place of all weights."""

    rank: PositiveInt = 16
    alpha: PositiveFloat = 32
    dropout: Share = 0.0
    targets: Names = ()
    """Names of modules; all linear ones but the head where none is named."""
    bits: Literal[4, 16] = 16
    """4: QLoRA, the base weights held in NF4."""


class Memory(_Section):
    """What is traded for room on a device."""

    precision: Literal["bf16", "fp32"] = "bf16"
    checkpointing: Literal["full", "off"] = "full"
    """Activations are computed again in the backward pass, or kept."""
    loss: Literal["auto", "chunked", "liger", "plain"] = "auto"
    shard: Literal["auto", "none", "fsdp", "hsdp"] = "auto"
    """How many devices hold one model: each a whole, all together one, or those of a node one."""
    compile: bool = False


class Estimate(_Section):
    """What `estimate` is told beside the data; training itself never reads it."""

    examples: PositiveInt | None = None
    """Chats there will be, where none are prepared yet."""
    mean_tokens: PositiveFloat | None = None
    """Of such a chat; lengths are then drawn as real ones are shaped."""
    hardware: str = ""
    """As `8 x H100`; this machine where it isn't said."""
    mfu: float | None = Field(default=None, gt=0, le=1)
    """Share of the peak that is reached."""
    price: NonNegativeFloat | None = None
    """USD for an hour of one device."""
    hours: PositiveFloat | None = None
    """How long it took somebody: says which share of the peak that was."""


class Config(_Section):
    """One training run."""

    model: Model
    data: Data = Data()
    packing: Packing = Packing()
    optimizer: Optimizer = Optimizer()
    batch: Batch = Batch()
    memory: Memory = Memory()
    lora: Lora | None = None
    out: Place = Path("trained")
    """Folder of checkpoints, figures and the model."""
    store: Place | None = None
    """Where prepared tokens are kept; a cache folder where it isn't said."""
    engine: Literal["own", "trl"] = "own"
    device: Literal["auto", "cpu"] = "auto"
    epochs: PositiveFloat = 3
    max_steps: int = Field(default=-1, ge=-1)
    """-1: as the epochs say. 0: all is set up and checked, and nothing is trained."""
    seed: int = Field(default=0, ge=0, lt=2**32)
    save: Literal["epoch"] | PositiveInt = "epoch"
    """A checkpoint at each epoch's end, or every so many steps."""
    keep: PositiveInt = 2
    """Checkpoints, the newest."""
    evaluate: Literal["epoch"] | PositiveInt = "epoch"
    log_every: PositiveInt = 1
    report_to: Names = ()
    """Trackers the Trainer knows: tensorboard, wandb, trackio, mlflow."""
    assumed: Names = ()
    """Fields of a preset that its source doesn't give."""
    estimate: Estimate = Estimate()
