"""A model's weights are all there or it is not trained, and adapters go onto the base they were trained on."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.tiny import VOCAB, architecture, go, make_store, make_tokenizer, settings
from training.engine.model import load
from training.engine.weights import hollow
from training.errors import UsageError
from training.trainer import train

pytest.importorskip("transformers")

Tensors = dict[str, Any]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return made(tmp_path / "base")


def made(folder: Path, **changed: Any) -> Path:
    """Leave a model with random weights and a tokenizer, as a hub would give it."""
    import torch
    from transformers import AutoModelForCausalLM

    torch.manual_seed(7)
    AutoModelForCausalLM.from_config(architecture(**changed)).save_pretrained(folder)
    make_tokenizer().save_pretrained(folder)
    return folder


def change(file: Path, what: Callable[[Tensors], Tensors]) -> None:
    from safetensors.torch import load_file, save_file

    save_file(what(load_file(file)), file, metadata={"format": "pt"})


def loaded(base: Path, told: list[str] | None = None) -> Any:
    config = settings(base.parent / "out", model={"name": str(base)})
    say = told.append if told is not None else lambda _: None
    return load(config, architecture(), implementation="sdpa", tokens=VOCAB, tell=say)


def without(part: str) -> Callable[[Tensors], Tensors]:
    return lambda tensors: {name: value for name, value in tensors.items() if part not in name}


def narrower(tensors: Tensors) -> Tensors:
    return {name: value[:, :16].contiguous() if "1.mlp.up" in name else value for name, value in tensors.items()}


def renamed(tensors: Tensors) -> Tensors:
    return {f"prefix.{name}": value for name, value in tensors.items()}


HARM = {
    "a layer is missing": (without("layers.1."), "lacks 9 of the weights .*model.layers.1.input_layernorm.weight"),
    "the head is missing": (without("lm_head"), "lacks 1 of the weights .*lm_head.weight"),
    "names of another kind": (renamed, "lacks 21 of the weights"),
    "another shape": (narrower, "layers.1.mlp.up_proj.weight is 48 x 16 in its weights and 48 x 32 by its config"),
}


@pytest.mark.parametrize(("harm", "words"), HARM.values(), ids=HARM)
def test_weights_that_are_not_there_are_not_drawn(base: Path, harm: Callable[[Tensors], Tensors], words: str) -> None:
    """transformers would train noise in their place, and says so in a report that nobody reads."""
    loaded(base)
    change(base / "model.safetensors", harm)
    with pytest.raises(UsageError, match=words) as caught:
        loaded(base)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_cut_short_is_refused_in_a_line(base: Path) -> None:
    file = base / "model.safetensors"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(UsageError, match="can't load the model") as caught:
        loaded(base)
    assert "\n" not in str(caught.value)


def test_a_head_that_is_the_embedding_is_not_missing(tmp_path: Path) -> None:
    base = made(tmp_path / "tied", tie_word_embeddings=True)
    config = settings(tmp_path / "out", model={"name": str(base)})
    model = load(config, architecture(tie_word_embeddings=True), implementation="sdpa", tokens=VOCAB)
    assert model.lm_head.weight is model.get_input_embeddings().weight


def test_what_is_left_out_is_told(base: Path) -> None:
    """Of a deeper model than its config.json says, say."""
    told: list[str] = []
    loaded(base, told)
    assert not told
    change(
        base / "model.safetensors", lambda all_: {**all_, "model.layers.2.up_proj.weight": all_["lm_head.weight"] + 1}
    )
    loaded(base, told)
    assert "has 1 tensors that MistralForCausalLM does not take: model.layers.2.up_proj.weight" in told[0]


@pytest.mark.parametrize("device", ["meta", "cpu"])
@pytest.mark.parametrize("tied", [False, True])
def test_a_hollow_model_has_shapes_and_buffers_alone(tied: bool, device: Any) -> None:
    import torch
    from transformers import AutoModelForCausalLM

    config = architecture(tie_word_embeddings=tied)
    ours = hollow(config, implementation="sdpa", kept=torch.float32, device=device)
    whole = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    shapes = [{name: (part.shape, part.dtype) for name, part in one.state_dict().items()} for one in (ours, whole)]
    assert shapes[0] == shapes[1]
    assert {part.device.type for part in ours.parameters()} == {device}
    assert (ours.lm_head.weight is ours.get_input_embeddings().weight) == tied
    buffers = dict(whole.named_buffers())
    assert buffers
    for name, part in ours.named_buffers():
        torch.testing.assert_close(part, buffers[name])


_GROWS = """
import sys, torch
from pathlib import Path
from tests.training.tiny import architecture, settings
from training.engine.model import load
def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096
config = settings(Path("out"))
load(config, architecture(), implementation="sdpa", tokens=96, without=sys.argv[1])
before = resident()
large = architecture(vocab_size=200_000, hidden_size=256)
model = load(config, large, implementation="sdpa", tokens=96, without=sys.argv[1])
print(resident() - before, sum(part.numel() * 4 for part in model.parameters()))
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="Linux says how much memory is taken")
def test_a_process_that_is_sent_its_weights_takes_no_memory_before() -> None:
    grown = {}
    for without in ("", "cpu"):
        done = subprocess.run([sys.executable, "-c", _GROWS, without], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-2000:]
        grown[without], size = map(int, done.stdout.split())
        assert size > 400e6
    assert grown[""] > 400e6
    assert grown["cpu"] < 40e6


# -- adapters


@pytest.mark.parametrize("steps", [0, -1])
def test_adapters_on_noise_are_refused(tmp_path: Path, steps: int) -> None:
    """They could be laid into nothing later, or, worse, into the weights of that name. Before anything is read."""
    pytest.importorskip("peft")
    told: list[str] = []
    with pytest.raises(UsageError, match=r"model\.init weights"):
        train(settings(tmp_path / "out", lora={"rank": 4}, max_steps=steps), tell=told.append)
    assert not told
    assert not (tmp_path / "out").exists()


def test_adapters_are_laid_in_whole_or_not_at_all(base: Path, tmp_path: Path) -> None:
    """peft lays in what fits, and warns of the rest."""
    pytest.importorskip("peft")
    from training.merge import merge

    lora = {"model": {"name": str(base)}, "lora": {"rank": 4}, "epochs": 1}
    go(settings(tmp_path / "out", **lora), make_store(tmp_path / "store"))
    other = made(tmp_path / "other", num_hidden_layers=1)
    with pytest.raises(UsageError, match=r"doesn't fit .*28 adapter matrices and the base takes 14.*--base"):
        merge(tmp_path / "out", tmp_path / "wrong", base=str(other), tell=lambda _: None)
    change(base / "model.safetensors", without("layers.1."))
    with pytest.raises(UsageError, match=r"lacks 9 of the weights.*--base"):
        merge(tmp_path / "out", tmp_path / "wrong", tell=lambda _: None)
    change(tmp_path / "out" / "model" / "adapter_model.safetensors", without("layers.1."))
    with pytest.raises(UsageError, match="14 adapter matrices and the base takes 28"):
        merge(tmp_path / "out", tmp_path / "wrong", base=str(made(tmp_path / "again")), tell=lambda _: None)
    assert not (tmp_path / "wrong").exists()
