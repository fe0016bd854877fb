"""What is trained: a model's weights or its architecture alone, with room for a template's tokens, with adapters."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal

import torch

from training.config import Config, Lora, Model
from training.engine.weights import from_weights, hollow, unreachable
from training.errors import UsageError

CARRIED = Path(__file__).parents[1] / "models"


def architecture(model: Model, tell: Callable[[str], None] = lambda _: None) -> Any:
    """Return the transformers configuration: the model's own, or the one carried here where that can't be reached.

    UsageError: there is neither.
    """
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(model.name, revision=model.revision)
    except (OSError, ValueError) as error:
        carried = CARRIED / f"{model.name.rsplit('/', 1)[-1]}.json"
        if carried.is_file():
            tell(f"{model.name} can't be reached: its architecture is the one carried with this program")
            made = json.loads(carried.read_text(encoding="utf-8"))
            return AutoConfig.for_model(made.pop("model_type"), **made)
        raise UsageError(unreachable(model.name, error)) from error


def has_grown(model: Model, tokenizer: Any) -> bool:
    """Say whether a tokenizer that was made ready has tokens that the one it comes from has not.

    The rows of an embedding don't tell: many have more than their tokenizer needs, which nobody trained.
    """
    from transformers import AutoTokenizer

    own = AutoTokenizer.from_pretrained(model.tokenizer or model.name, revision=model.revision)
    return len(tokenizer) > len(own)


def load(
    config: Config,
    made: Any,
    *,
    implementation: str,
    tokens: int,
    without: Literal["", "meta", "cpu"] = "",
    tell: Callable[[str], None] = lambda _: None,
) -> Any:
    """Return the model, on the CPU, in the precision its weights are kept in.

    made: its configuration. implementation: of attention, as transformers calls it. tokens: of the tokenizer; the
    embedding grows where it has fewer rows. without: shapes alone and no weights, on that device; see `weights.hollow`.
    UsageError: it can't be had.
    """
    from transformers import AutoModelForCausalLM

    _check_four_bits(config)
    kept = _kept_in(config)
    torch.manual_seed(config.seed)
    if without or config.model.init == "random":
        made.vocab_size = max(made.vocab_size, tokens)
        if without:
            return hollow(made, implementation=implementation, kept=kept, device=without)
        return AutoModelForCausalLM.from_config(made, attn_implementation=implementation, dtype=kept)
    model = from_weights(
        config.model.name,
        made,
        tell=tell,
        revision=config.model.revision,
        dtype=kept,
        attn_implementation=implementation,
        **_four_bits(config.lora),
    )
    if tokens > model.get_input_embeddings().weight.shape[0]:
        model.resize_token_embeddings(tokens)
    return model


def with_adapters(model: Any, lora: Lora, *, seed: int, grown: bool) -> Any:
    """Return the model with LoRA adapters, the only things trained; with the embedding too where it has `grown`."""
    from peft import LoraConfig, get_peft_model, prepare_model_for_kbit_training

    if lora.bits == 4:
        model = prepare_model_for_kbit_training(model, use_gradient_checkpointing=False)
    asked = LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules=list(lora.targets) or "all-linear",
        modules_to_save=_embeddings(model) if grown else None,
        ensure_weight_tying=grown and bool(model.config.tie_word_embeddings),
        task_type="CAUSAL_LM",
    )
    torch.manual_seed(seed)
    try:
        made = get_peft_model(model, asked)
    except ValueError as error:
        raise UsageError(f"lora.targets {', '.join(lora.targets)}: {str(error).splitlines()[0]}") from error
    # What has grown is saved as trained; peft would put the base's own beside it, and twice.
    made.save_pretrained = partial(made.save_pretrained, save_embedding_layers=False)
    return made


def twin(made: Any, *, implementation: str, device: Any) -> Any:
    """Return a model of the same kind with two layers and random weights: what the leak check takes where the model
    itself is on no device, or on many."""
    from copy import deepcopy

    from transformers import AutoModelForCausalLM

    small = deepcopy(made)
    small.num_hidden_layers = min(2, made.num_hidden_layers)
    if getattr(small, "layer_types", None):
        small.layer_types = small.layer_types[: small.num_hidden_layers]
    small.vocab_size = min(made.vocab_size, 1024)
    small.intermediate_size = min(getattr(made, "intermediate_size", None) or 512, 512)
    for name in ("pad_token_id", "bos_token_id", "eos_token_id"):
        setattr(small, name, None)
    torch.manual_seed(0)
    return AutoModelForCausalLM.from_config(small, attn_implementation=implementation, dtype=torch.float32).to(device)


def _embeddings(model: Any) -> list[str]:
    """Return the names of what turns tokens into vectors and back; the one of both where they are tied."""
    ends = [model.get_input_embeddings()]
    if not model.config.tie_word_embeddings:
        ends.append(model.get_output_embeddings())
    return [name.rsplit(".", 1)[-1] for name, part in model.named_modules() if any(part is end for end in ends)]


def _kept_in(config: Config) -> torch.dtype:
    """Full training keeps 32 bits beside bf16 arithmetic: a rate of 8e-6 is lost in the 8 bits of bf16's fraction."""
    half = config.lora is not None and config.memory.precision == "bf16"
    return torch.bfloat16 if half else torch.float32


def check_lora(config: Config) -> None:
    """Look whether adapters have something to be laid on. UsageError: a base that nobody trained, or can find again."""
    if config.lora is not None and config.model.init == "random":
        raise UsageError(
            "lora trains beside weights that are there, and model.init random has none that adapters could later be "
            "laid into: model.init weights, with a model.name that has some; or no lora"
        )


def _check_four_bits(config: Config) -> None:
    if config.lora is None or config.lora.bits != 4:
        return
    if importlib.util.find_spec("bitsandbytes") is None:
        raise UsageError("lora.bits 4 needs bitsandbytes: `pip install bitsandbytes`, or lora.bits 16")
    if not torch.cuda.is_available():
        raise UsageError("lora.bits 4 needs a GPU: lora.bits 16 trains on a CPU")


def _four_bits(lora: Lora | None) -> dict[str, Any]:
    if lora is None or lora.bits != 4:
        return {}
    from transformers import BitsAndBytesConfig

    return {
        "quantization_config": BitsAndBytesConfig(
            load_in_4bit=True,
            bnb_4bit_quant_type="nf4",
            bnb_4bit_use_double_quant=True,
            bnb_4bit_compute_dtype=torch.bfloat16,
        ),
        "device_map": {"": torch.cuda.current_device()},
    }
