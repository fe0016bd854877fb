"""Tiny models for tests, the same ones for each seed."""

from typing import Any

import torch
import transformers
from transformers import LlamaConfig, MistralConfig, PreTrainedModel

VOCABULARY = 512
SHAPE: dict[str, Any] = {
    "vocab_size": VOCABULARY,
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 512,
}
transformers.logging.set_verbosity_error()


def mistral(attention: str = "sdpa", window: int | None = None, **changes: Any) -> PreTrainedModel:
    """Make one that sees `window` tokens, or all."""
    return made(MistralConfig(**SHAPE | changes, sliding_window=window), attention)


def llama(attention: str = "sdpa", **changes: Any) -> PreTrainedModel:
    return made(LlamaConfig(**SHAPE | changes), attention)


def made(config: Any, attention: str = "sdpa") -> PreTrainedModel:
    """Make any causal language model of a configuration, with random weights."""
    torch.manual_seed(0)
    return transformers.AutoModelForCausalLM.from_config(config, attn_implementation=attention)


def gradients(model: torch.nn.Module) -> torch.Tensor:
    """Return all of them in a row; zeros for parameters that have none."""
    return torch.cat(
        [(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in model.parameters() if p.requires_grad]
    )
