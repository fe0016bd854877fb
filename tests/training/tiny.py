"""A model, a store and a plan so small that a training takes a second: what the trainer's tests train."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from training.config import Config
from training.engine.arguments import Shards, World, shards
from training.engine.batches import Steps
from training.engine.plan import Plan
from training.packed import PackedDataset
from training.store import Store, Writer
from training.trainer import run

VOCAB = 96
WINDOW = 64
CHATS = 38
"""So that the last step of an epoch has windows without a loss, more than one."""
HELD_OUT = 6


def make_store(folder: Path, *, seed: int = 0, weighted: bool = False, chats: int = CHATS) -> Store:
    """Write chats of a learnable kind: each reply counts on from its prompt's last token."""
    random = np.random.default_rng(seed)
    with Writer(folder, vocab=VOCAB, meta={}) as writer:
        for number in range(chats + HELD_OUT):
            prompt, reply = random.integers(2, 16), random.integers(4, 24)
            start = random.integers(4, VOCAB)
            ids = np.concatenate([random.integers(4, VOCAB, prompt), 4 + (start + np.arange(reply)) % (VOCAB - 4)])
            weight = 0.25 + number % 3 if weighted else 1.0
            split = "train" if number < chats else "validation"
            spans = [(prompt, prompt + reply)]
            writer.add(ids, spans, [weight], ("count", "more")[number % 2], split, f"chat-{number}")
        return writer.finish()


def make_tokenizer() -> Any:
    """Return a tokenizer of VOCAB words: only saved beside models here."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from transformers import PreTrainedTokenizerFast

    words = {name: number for number, name in enumerate(["<pad>", "<s>", "</s>", "<unk>"])}
    words |= {f"w{number}": number for number in range(4, VOCAB)}
    made = Tokenizer(WordLevel(words, unk_token="<unk>"))
    return PreTrainedTokenizerFast(tokenizer_object=made, pad_token="<pad>", bos_token="<s>", eos_token="</s>")


def architecture(**changed: Any) -> Any:
    """Return a Mistral of 20,000 parameters; dropout in attention, so that a resume must restore the generator."""
    from transformers import MistralConfig

    given: dict[str, Any] = {
        "vocab_size": VOCAB,
        "hidden_size": 32,
        "intermediate_size": 48,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "max_position_embeddings": 256,
        "sliding_window": None,
        "pad_token_id": 0,
        "bos_token_id": 1,
        "eos_token_id": 2,
    }
    return MistralConfig(**{**given, **changed})


def settings(out: Path, **changed: Any) -> Config:
    """Return a configuration of three epochs over the store, a section's fields given as `batch__windows=4`."""
    tree: dict[str, Any] = {
        "model": {"name": "tiny", "init": "random"},
        "packing": {"window": WINDOW},
        "optimizer": {"name": "adamw_torch", "rate": 3e-3, "warmup_steps": 2},
        "batch": {"windows": 4, "per_device": 1},
        "memory": {"precision": "fp32", "checkpointing": "off", "shard": "none", "loss": "chunked"},
        "out": str(out),
        "device": "cpu",
        "epochs": 2,
        "seed": 3,
    }
    for name, value in changed.items():
        section, _, field = name.partition("__")
        if field:
            tree.setdefault(section, {})[field] = value
        else:
            tree[section] = value
    return Config.model_validate(tree)


def plan(config: Config, store: Store, *, world: World | None = None, made: Any = None) -> Plan:
    """Decide as `training.trainer.prepare_plan` does, for a store and an architecture that are at hand."""
    from training.attention import choose

    world = world or World()
    made = made or architecture()
    packed = PackedDataset(store, "train", window=config.packing.window, seed=config.seed, epochs=int(config.epochs))
    steps = Steps(packed, windows=config.batch.windows, seed=config.seed)
    total = config.max_steps if config.max_steps > 0 else math.ceil(config.epochs * steps.per_epoch)
    shared = shards(config, world) if world.size > 1 else Shards("none")
    attention = choose(config.model.attention, "cpu", made, config.memory.precision)
    return Plan(config, world, shared, store, make_tokenizer(), made, attention, steps, total, made.vocab_size < VOCAB)


def go(config: Config, store: Store, *, tell: Callable[[str], None] = lambda _: None, **given: Any) -> Path:
    """Train."""
    config.out.mkdir(parents=True, exist_ok=True)
    return run(plan(config, store, **given), tell)


def losses(out: Path) -> list[tuple[int, float]]:
    """Return step and loss of each line of figures."""
    import json

    lines = [json.loads(line) for line in (out / "figures.jsonl").read_text().splitlines()]
    return [(line["step"], line["loss"]) for line in lines if "loss" in line]
