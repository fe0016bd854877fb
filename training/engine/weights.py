"""Weights from where a model lies, all of them or none.

What transformers doesn't find it draws at random, and what it has no place for it leaves, both in a report that scrolls
by: a model with a layer of noise trains as well as any. So what is missing is refused here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Any

import torch

from training.errors import UsageError

Tell = Callable[[str], None]


def from_weights(name: str, made: Any, *, tell: Tell, **given: Any) -> Any:
    """Return the causal language model that lies at `name`, whole, of the architecture `made`.

    given: what else `from_pretrained` takes. tell: gets a line where something that lies there is not part of the
    model. UsageError: it can't be had, or some of its weights are missing or of another shape.
    """
    from safetensors import SafetensorError
    from transformers import AutoModelForCausalLM

    try:
        model, found = AutoModelForCausalLM.from_pretrained(
            name, config=made, output_loading_info=True, ignore_mismatched_sizes=True, **given
        )
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise UsageError(unreachable(name, error)) from error
    _refuse(name, model, found)
    if more := sorted(found.get("unexpected_keys") or ()):
        tell(f"{name} has {len(more)} tensors that {type(model).__name__} does not take: {_some(more)}")
    return model


def hollow(made: Any, *, implementation: str, kept: torch.dtype, device: str) -> Any:
    """Return the architecture with its buffers in place, and parameters without values.

    device: `meta`, where shapes are enough; or `cpu`, for a process that is sent its share of the weights by another.
    There room is set aside and never written to, so that no memory is taken; accelerate tells parameters apart by
    where they lie, which those on the meta device don't.
    """
    from transformers import AutoModelForCausalLM

    accelerate: Any = import_module("accelerate")  # it has no types
    with accelerate.init_empty_weights(include_buffers=False):
        model = AutoModelForCausalLM.from_config(made, attn_implementation=implementation, dtype=kept)
    if device != "meta":
        for part in model.modules():
            for name, one in list(part.named_parameters(recurse=False)):
                setattr(part, name, torch.nn.Parameter(torch.empty_like(one, device=device), one.requires_grad))
    model.tie_weights()  # each parameter was put there by itself
    return model


def unreachable(name: str, error: Exception) -> str:
    """Return what a user is told of a model that can't be loaded."""
    first = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return (
        f"can't load the model {name!r} ({first[:200]}): give a folder with config.json and weights, or a hub's "
        "id that can be reached"
    )


def _refuse(name: str, model: Any, found: Mapping[str, Any]) -> None:
    lacking = sorted(set(found.get("missing_keys") or ()) - set(getattr(model, "all_tied_weights_keys", None) or ()))
    if lacking:
        raise UsageError(
            f"{name} lacks {len(lacking)} of the weights of {type(model).__name__} ({_some(lacking)}), which would be "
            "trained from noise: give a folder that is whole, with the config.json that belongs to it"
        )
    if found.get("mismatched_keys"):
        other, there, wanted = sorted(found["mismatched_keys"])[0]
        raise UsageError(
            f"{name}: {other} is {_shape(there)} in its weights and {_shape(wanted)} by its config.json; one of them "
            "belongs to another model"
        )


def _some(names: Collection[str]) -> str:
    first = ", ".join(list(names)[:3])
    return first + (", …" if len(names) > 3 else "")


def _shape(size: Any) -> str:
    return " x ".join(map(str, size))
