"""Adapters: they alone learn, go on as if nothing had been, and laid into their base give the same logits."""

import os
import signal
from pathlib import Path
from typing import Any

import pytest

from tests.training.tiny import VOCAB, architecture, go, losses, make_store, settings
from training.errors import UsageError
from training.store import Store

pytest.importorskip("peft")

LORA: dict[str, Any] = {"rank": 4, "alpha": 8, "dropout": 0.1}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return make_store(tmp_path_factory.mktemp("store") / "store")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model to put adapters on, as a hub would give it."""
    import torch
    from transformers import AutoModelForCausalLM

    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(7)
    AutoModelForCausalLM.from_config(architecture()).save_pretrained(folder)
    return folder


def adapters(out: Path, base: Path, **changed: Any) -> Any:
    given = {"epochs": 3, "optimizer__rate": 1e-2, "model": {"name": str(base)}, "lora": LORA, **changed}
    return settings(out, **given)


@pytest.fixture(scope="module")
def through(store: Store, base: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    out, told = tmp_path_factory.mktemp("through"), []
    go(adapters(out, base), store, tell=told.append)
    return out, told


def test_adapters_alone_learn(through: tuple[Path, list[str]], base: Path) -> None:
    from safetensors.torch import load_file

    out, told = through
    found = losses(out)
    assert found[-1][1] < found[0][1] - 0.05
    saved = load_file(out / "model" / "adapter_model.safetensors")
    assert saved
    assert all("lora_" in name for name in saved)
    trained = sum(part.numel() for part in saved.values())
    assert any(f"{trained:,} of them trained" in line for line in told)


def test_gone_on_with_to_the_last_bit(
    through: tuple[Path, list[str]], store: Store, base: Path, tmp_path: Path
) -> None:
    def tell(line: str) -> None:
        if line.startswith("step 5/") and "held-out" not in line:
            os.kill(os.getpid(), signal.SIGTERM)

    config = adapters(tmp_path, base)
    assert go(config, store, tell=tell) == tmp_path
    assert go(config, store) == tmp_path / "model"
    assert losses(tmp_path) == losses(through[0])
    name = "model/adapter_model.safetensors"
    assert (tmp_path / name).read_bytes() == (through[0] / name).read_bytes()


def test_merged_it_says_the_same(through: tuple[Path, list[str]], base: Path, tmp_path: Path) -> None:
    import torch
    from peft import AutoPeftModelForCausalLM
    from transformers import AutoModelForCausalLM

    from training.merge import merge

    merge(through[0], tmp_path / "merged", tell=lambda _: None)
    ids = torch.randint(4, VOCAB, (3, 20), generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        apart = AutoPeftModelForCausalLM.from_pretrained(through[0] / "model").eval()(ids).logits
        whole = AutoModelForCausalLM.from_pretrained(tmp_path / "merged").eval()(ids).logits
        before = AutoModelForCausalLM.from_pretrained(base).eval()(ids).logits
    torch.testing.assert_close(whole, apart, atol=1e-5, rtol=0)
    assert (before - apart).abs().max() > 0.05


def test_activations_computed_again(store: Store, base: Path, tmp_path: Path) -> None:
    """With the base frozen nothing at a checkpointed layer's entrance asks for a gradient; adapters must get theirs."""
    lora = {**LORA, "dropout": 0.0}
    go(adapters(tmp_path / "kept", base, epochs=1, lora=lora), store)
    go(adapters(tmp_path / "again", base, epochs=1, lora=lora, memory__checkpointing="full"), store)
    expected = [(step, pytest.approx(loss, abs=2e-6)) for step, loss in losses(tmp_path / "kept")]
    assert losses(tmp_path / "again") == expected


@pytest.mark.parametrize("tied", [False, True])
def test_new_tokens_are_learned_too(store: Store, tmp_path: Path, tied: bool) -> None:
    """The tokenizer has more tokens than the base: their rows start as anything, and must be trained and saved."""
    import torch
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    from training.merge import merge

    small = architecture(vocab_size=VOCAB - 6, tie_word_embeddings=tied)
    torch.manual_seed(7)
    AutoModelForCausalLM.from_config(small).save_pretrained(tmp_path / "base")
    go(adapters(tmp_path / "out", tmp_path / "base", epochs=1), store, made=small)
    saved = load_file(tmp_path / "out" / "model" / "adapter_model.safetensors")
    whole = {name: part for name, part in saved.items() if "lora_" not in name}
    one, other = whole.values()
    assert torch.equal(one, other) == tied
    merge(tmp_path / "out", tmp_path / "merged", tell=lambda _: None)
    merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")
    first = AutoModelForCausalLM.from_pretrained(tmp_path / "base").get_input_embeddings().weight
    for name, part in whole.items():
        end = merged.get_input_embeddings() if "embed" in name else merged.get_output_embeddings()
        torch.testing.assert_close(end.weight, part)
    assert merged.get_input_embeddings().weight.shape[0] == VOCAB
    assert (merged.get_input_embeddings().weight[: VOCAB - 6] - first).abs().max() > 1e-3


@pytest.mark.parametrize(
    ("lora", "words"), [({"targets": ["nowhere"]}, r"lora\.targets nowhere"), ({"bits": 4}, r"lora\.bits 16")]
)
def test_adapters_that_cannot_be(store: Store, base: Path, tmp_path: Path, lora: dict[str, Any], words: str) -> None:
    import torch

    if "bits" in lora and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(UsageError, match=words) as caught:
        go(adapters(tmp_path, base, lora=lora), store)
    assert "\n" not in str(caught.value)
