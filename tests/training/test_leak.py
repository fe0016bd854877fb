"""Set-ups in which packed documents see each other are caught before they train; the others are let by."""

from collections.abc import Callable
from typing import Any

import peft
import pytest
import torch
from transformers import GPT2Config

from tests.training.models import VOCABULARY, llama, made, mistral
from training.attention import choose
from training.collate import Flat, Rows
from training.errors import UsageError
from training.leak import check_leak
from training.loss import install_loss

Change = Callable[[dict[str, Any]], dict[str, Any]]


class Spoilt:
    """Batches to which something is done."""

    def __init__(self, change: Change, collator: Any = None) -> None:
        self.collator, self.change = collator or Rows(), change

    def __call__(self, packs: list[dict[str, Any]]) -> dict[str, Any]:
        return self.change(self.collator(packs))


def without(*names: str) -> Change:
    return lambda batch: {name: value for name, value in batch.items() if name not in names}


MODELS = {"llama": llama, "mistral": mistral, "window": lambda attention: mistral(attention, window=16)}
every_model = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
masked = pytest.mark.parametrize("attention", ["eager", "sdpa"])


@every_model
@masked
@pytest.mark.parametrize("collator", [Rows(), Flat()], ids=["rows", "flat"])
def test_positions_that_start_anew_keep_documents_apart(model: Any, attention: str, collator: Any) -> None:
    ready = model(attention)
    install_loss(ready)
    check_leak(ready, collator, VOCABULARY)


@every_model
def test_documents_one_by_one_keep_apart(model: Any) -> None:
    ready = model(choose("sdpa_docs", "cpu").implementation)
    install_loss(ready)
    check_leak(ready, Flat(), VOCABULARY)


@every_model
@masked
def test_a_cache_leaks(model: Any, attention: str) -> None:
    """The default of a model that nobody told that it trains."""
    with pytest.raises(UsageError, match=rf"attention {attention} on batches of Rows: packed documents see each other"):
        check_leak(model(attention), Rows(), VOCABULARY)


@every_model
@masked
def test_a_mask_of_ones_leaks(model: Any, attention: str) -> None:
    ready = model(attention)
    install_loss(ready)
    ones = Spoilt(lambda batch: batch | {"attention_mask": torch.ones_like(batch["input_ids"])})
    with pytest.raises(UsageError, match="see each other"):
        check_leak(ready, ones, VOCABULARY)


@every_model
@masked
def test_positions_that_go_on_leak(model: Any, attention: str) -> None:
    ready = model(attention)
    install_loss(ready)
    with pytest.raises(UsageError, match="see each other"):
        check_leak(ready, Spoilt(without("position_ids")), VOCABULARY)


def test_documents_apart_at_wrong_places_are_caught() -> None:
    """With absolute positions it matters where a document starts, though nothing sees anything."""
    config = GPT2Config(vocab_size=VOCABULARY, n_embd=64, n_layer=2, n_head=4, n_positions=128)
    ready = made(config, choose("sdpa_docs", "cpu", config).implementation)
    install_loss(ready)
    check_leak(ready, Flat(), VOCABULARY)
    with pytest.raises(UsageError, match="are not what they are alone"):
        check_leak(ready, Spoilt(without("position_ids"), Flat()), VOCABULARY)


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float64], ids=str)
def test_rounding_is_no_leak_and_a_leak_no_rounding(kind: torch.dtype) -> None:
    ready = mistral(num_hidden_layers=6).to(kind)
    with pytest.raises(UsageError, match="see each other"):
        check_leak(ready, Rows(), VOCABULARY)
    install_loss(ready)
    check_leak(ready, Rows(), VOCABULARY)


def test_looks_in_the_precision_of_training() -> None:
    ready = mistral()
    install_loss(ready)
    seen = []
    ready.model.layers[0].mlp.register_forward_hook(lambda module, given, output: seen.append(output.dtype))
    check_leak(ready, Rows(), VOCABULARY, precision="bf16")
    assert set(seen) == {torch.bfloat16}


def test_what_is_not_a_number_is_caught() -> None:
    ready = mistral()
    install_loss(ready)
    with torch.no_grad():
        ready.model.norm.weight[0] = float("nan")
    with pytest.raises(UsageError, match="nan"):
        check_leak(ready, Rows(), VOCABULARY)


def test_looks_through_adapters_and_leaves_everything_as_it_was() -> None:
    base = mistral(attention_dropout=0.5)
    install_loss(base)
    ready = peft.get_peft_model(base, peft.LoraConfig(target_modules=["q_proj"], lora_dropout=0.5)).train()
    state = torch.random.get_rng_state()
    check_leak(ready, Rows(), VOCABULARY)
    assert ready.training
    assert base.model.layers[0].training
    assert not any(p.grad is not None for p in ready.parameters())
    assert not base.model._forward_hooks
    assert torch.equal(torch.random.get_rng_state(), state), "what comes after must not depend on the check"
