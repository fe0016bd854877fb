"""What a run will take: against what transformers counts, what layers really keep, and the paper's own figures."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.config import Config
from training.errors import UsageError
from training.estimate import Lengths, expected, prepared, reckon, table, told
from training.flops import Architecture, carried, context, counted, flops_per_token, lengths_like
from training.hardware import GB, KNOWN, named, of_device
from training.memory import KEPT, STREAM, adapters, fits, room, sharding, shortage
from training.settings import read
from training.store import Store, Writer

MISTRAL = Architecture.of(carried("mistralai/Mistral-7B-v0.1"))
SMALL = {
    "hidden_size": 256, "intermediate_size": 512, "num_hidden_layers": 3, "num_attention_heads": 8,
    "num_key_value_heads": 2, "vocab_size": 1000, "pad_token_id": 0, "bos_token_id": 1, "eos_token_id": 2,
}  # fmt: skip


def asked(preset: str, *overrides: tuple[str, str]) -> Config:
    return read(preset=preset, overrides=overrides)


# -- what a model is


def test_mistral_has_the_parameters_it_has() -> None:
    assert MISTRAL.parameters == 7_241_732_096
    assert MISTRAL.body + MISTRAL.head == 7_110_393_856


@pytest.mark.parametrize(
    "kind",
    ["llama", "mistral", "qwen2", "qwen3", "gemma2", "gemma3_text", "olmo2", "phi3", "granite", "mixtral", "stablelm"],
)
def test_sizes_are_what_transformers_counts(kind: str) -> None:
    import torch
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    config = CONFIG_MAPPING[kind](**SMALL)
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    made = Architecture.of(config)
    assert made.parameters == pytest.approx(sum(p.numel() for p in model.parameters()), rel=1e-3)
    names = ("embed", "lm_head")
    linear = sum(p.numel() for name, p in model.named_parameters() if p.ndim > 1 and not any(n in name for n in names))
    router = made.router * made.layers
    assert made.linear + router == linear


FAMILIES = [
    "llama", "qwen3", "gemma3_text", "mixtral", "qwen2_moe", "qwen3_moe", "glm4_moe", "gpt_oss", "gpt_neox",
    "starcoder2", "arcee", "nemotron", "helium", "llama4_text", "opt", "phi", "ernie4_5_moe",
    "gpt2",
]  # fmt: skip
"""With and without experts, some of them shared, first layers without, embeddings tied, matrices two or three."""


@pytest.mark.parametrize("kind", FAMILIES)
def test_weights_are_counted_in_the_model_itself(kind: str) -> None:
    import torch
    from transformers import CONFIG_MAPPING, AutoModelForCausalLM

    config = CONFIG_MAPPING[kind](**SMALL) if kind != "gpt2" else CONFIG_MAPPING[kind]()
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    made = counted(config)
    assert made.counts is not None
    assert made.parameters == sum(part.numel() for part in model.parameters())
    assert made.tied == (model.get_output_embeddings().weight is model.get_input_embeddings().weight)
    assert 0 < made.body <= made.counts.matrices < made.parameters
    experts = [part.numel() for name, part in model.named_parameters() if ".experts." in name]
    assert made.counts.matrices - made.body == round(sum(experts) * (1 - made.experts_used / made.experts))
    assert bool(experts) == (made.experts > 1)


def test_layers_of_several_widths_have_their_mean() -> None:
    assert Architecture.of({**SMALL, "intermediate_size": [256, 512, 768]}).intermediate == 512


def test_a_folders_own_defaults_count(tmp_path: Path) -> None:
    """A Gemma's `config.json` leaves out that its embeddings are tied."""
    from training.estimate import architecture

    given = {**SMALL, "model_type": "gemma2", "head_dim": 32}
    (tmp_path / "config.json").write_text(json.dumps(given))
    made = architecture(asked("lora", ("model.name", str(tmp_path))))
    assert made.tied
    assert made.parameters < Architecture.of({**given, "tie_word_embeddings": False}).parameters


def test_the_papers_model_is_counted_as_reckoned() -> None:
    from training.estimate import architecture

    made = architecture(asked("orca3"))
    assert (made.parameters, made.body + made.head) == (MISTRAL.parameters, MISTRAL.body + MISTRAL.head)


def test_adapters_have_the_numbers_that_peft_adds() -> None:
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import LlamaConfig, LlamaForCausalLM

    config = asked("lora", ("lora.rank", "4"))
    assert config.lora is not None
    with torch.device("meta"):
        model = LlamaForCausalLM(LlamaConfig(**SMALL))
        given = get_peft_model(model, LoraConfig(r=4, target_modules="all-linear"))
    trained = sum(p.numel() for p in given.parameters() if p.requires_grad)
    assert adapters(Architecture.of(SMALL), config.lora) == trained


@pytest.mark.parametrize("config", [{}, {"model_type": "gpt2", "n_embd": 8}, {**SMALL, "kv_lora_rank": 64}])
def test_models_of_another_sort_are_refused(config: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="can't reckon with"):
        Architecture.of(config)


# -- what a token costs


@given(st.lists(st.integers(1, 40), min_size=1, max_size=6), st.integers(0, 50))
def test_context_is_the_mean_of_what_each_token_sees(lengths: list[int], window: int) -> None:
    seen = [min(at + 1, window) if window else at + 1 for n in lengths for at in range(n)]
    assert context(lengths, window) == pytest.approx(sum(seen) / len(seen))


def test_a_token_costs_what_its_matrices_and_its_document_say() -> None:
    made = Architecture.of({**SMALL, "num_hidden_layers": 1})
    matrices = 256 * 32 * (2 * 8 + 2 * 2) + 3 * 256 * 512 + 1000 * 256
    attention = 2 * 2 * 8 * 32 * 5.5  # queries by keys, and weights by values, over the tokens seen: (1 + … + 10) / 10
    assert flops_per_token(made, [10, 10]) == pytest.approx(3 * (2 * matrices + attention))
    assert flops_per_token(made, [10, 10], frozen=True) == pytest.approx(2 * 2 * matrices + 3 * attention)
    assert flops_per_token(made, [20]) > flops_per_token(made, [10, 10])


def test_a_sliding_window_bounds_what_long_documents_cost() -> None:
    assert flops_per_token(MISTRAL, [4096]) < flops_per_token(MISTRAL, [8192])
    without = Architecture.of({**SMALL, "sliding_window": 16, "use_sliding_window": False})
    assert flops_per_token(without, [64]) > flops_per_token(Architecture.of({**SMALL, "sliding_window": 16}), [64])


def test_layers_with_and_without_a_window_are_told_apart() -> None:
    kinds = ["sliding_attention", "full_attention", "sliding_attention"]
    mixed, full = ({**SMALL, **more} for more in ({"sliding_window": 8, "layer_types": kinds}, {}))
    assert Architecture.of(mixed).windows == (8, 0, 8)
    saved = flops_per_token(full, [64]) - flops_per_token(mixed, [64])
    assert saved == pytest.approx(2 * 3 * 4 * 8 * 32 * (context([64]) - context([64], 8)))


def test_experts_that_are_not_asked_cost_nothing() -> None:
    made = Architecture.of({**SMALL, "num_local_experts": 8, "num_experts_per_tok": 2})
    assert made.body == 3 * (made.attention + made.router + 2 * made.feed)
    assert made.parameters > 3 * 8 * made.feed


@given(st.floats(20, 7000))
def test_drawn_lengths_have_their_mean_and_fit(mean: float) -> None:
    drawn = lengths_like(mean, 8192)
    assert drawn.mean() == pytest.approx(mean, rel=1e-3)
    assert drawn.min() >= 16
    assert drawn.max() <= 8192


# -- what it holds


@pytest.mark.parametrize(
    ("how", "dtype", "amp"), [("fp32", "float32", 0), ("autocast", "float32", 1), ("bf16", "bfloat16", 0)]
)
def test_layers_keep_what_is_reckoned(how: str, dtype: str, amp: int) -> None:
    """The tensors saved for the backward pass by the second of two layers; 96 tokens, so that no weight is as large."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    def saved(layers: int, checkpointing: bool = False) -> int:
        torch.manual_seed(0)
        model = LlamaForCausalLM(LlamaConfig(**{**SMALL, "num_hidden_layers": layers}, use_cache=False))
        model = model.to(getattr(torch, dtype)).train()
        if checkpointing:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        weights = {p.numel() for p in model.parameters()}
        seen: dict[int, Any] = {}

        def keep(tensor: Any) -> Any:
            if tensor.numel() not in weights:
                seen[tensor.untyped_storage().data_ptr()] = tensor  # held, so that no other takes its place
            return tensor

        ids = torch.zeros((1, 96), dtype=torch.long)
        with (
            torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
            torch.autocast("cpu", torch.bfloat16, bool(amp)),
        ):
            held = model.model(input_ids=ids, position_ids=torch.arange(96)[None], use_cache=False)
        assert held is not None
        return sum(tensor.untyped_storage().nbytes() for tensor in seen.values())

    hidden, feed, keys = KEPT[how]
    assert (saved(2) - saved(1)) / 96 == pytest.approx(hidden * 256 + feed * 512 + keys * 64, rel=0.02)
    assert (saved(3, True) - saved(2, True)) / 96 == pytest.approx(STREAM[how] * 256, rel=0.02)


def test_the_loss_holds_as_much_at_once_as_it_says() -> None:
    from training import cross_entropy
    from training.memory import PIECE

    assert {"cpu": cross_entropy.ROOM, "gpu": cross_entropy.ROOM_ON_A_GPU} == PIECE


def test_states_are_sixteen_bytes_a_weight_and_shared() -> None:
    config = asked("orca3")
    whole, shared = room(config, MISTRAL), room(config, MISTRAL, 152)
    states = whole.weights + whole.gradients + whole.optimizer
    assert states == pytest.approx(115.87 * GB, rel=1e-3)
    assert (shared.weights + shared.gradients + shared.optimizer) * 152 == pytest.approx(states)


def test_less_is_held_where_less_is_asked() -> None:
    base = room(asked("lora"), MISTRAL).total
    for field, value in (("lora.bits", "4"), ("packing.window", "1024"), ("lora.rank", "2")):
        assert room(asked("lora", (field, value)), MISTRAL).total < base
    for field, value in (
        ("memory.checkpointing", "off"),
        ("memory.loss", "plain"),
        ("lora", "null"),
        ("batch.per_device", "4"),
    ):
        assert room(asked("lora", (field, value)), MISTRAL).total > base


@pytest.mark.parametrize(("hardware", "shared"), [("H200", 1), ("8 x A100", 8), ("16 x A100", 8), ("152 x A100", 8)])
def test_a_models_states_are_shared_as_the_trainer_will(hardware: str, shared: int) -> None:
    config = asked("orca3", ("batch.per_device", "1"))
    assert sharding(config, named(hardware))[1] == shared
    found = reckon(config, named(hardware), expected(config))
    assert found.room.optimizer == pytest.approx(8.0 * 7_241_732_096 / shared)


def test_a_gpu_too_small_is_told_what_would_do_and_that_does() -> None:
    config, hardware = asked("orca3-one-gpu"), named("A100")
    said = " ".join(told(reckon(config, hardware, expected(config))))
    assert "It will not fit. It would with --lora.rank=16" in said
    changed = asked("orca3-one-gpu", ("lora.rank", "16"))
    assert fits(room(changed, MISTRAL), hardware)
    assert not fits(room(config, MISTRAL), hardware)


def test_the_trainer_is_told_before_it_starts_that_it_will_not_fit() -> None:
    assert "It would with --lora.rank=16" in shortage(asked("orca3-one-gpu"), MISTRAL, named("A100"))
    assert shortage(asked("orca3-one-gpu"), MISTRAL, named("H200")) == ""
    with pytest.raises(UsageError, match="one"):
        shortage(asked("orca3-one-gpu", ("memory.shard", "fsdp")), MISTRAL, named("H200"))


def test_where_nothing_helps_it_says_so() -> None:
    config = asked("orca3-one-gpu", ("model.name", "mistralai/Mistral-7B-v0.1"))
    tiny = named("L4")
    from dataclasses import replace

    said = " ".join(told(reckon(config, replace(tiny, memory=2 * GB), expected(config))))
    assert "Take a smaller model or more devices" in said


# -- the paper's run


PAPER = [
    # mean, tokens an epoch, in all, a second and device in 200 hours, MFU and with recomputing (%), steps, seconds each
    (750, 19.4, 58.0, 530, 7.5, 10.0, 4662, 154),
    (1063, 27.4, 82.2, 751, 10.6, 14.0, 6608, 109),
    (2000, 51.6, 154.8, 1414, 20.6, 27.5, 12432, 58),
    (4000, 103.2, 310, 2829, 42.4, 56.5, 24864, 29),
]


@pytest.mark.parametrize("row", PAPER, ids=lambda row: str(row[0]))
def test_the_papers_run_is_reckoned_as_by_hand(row: tuple[float, ...]) -> None:
    """Steps within one: an epoch's last step is not full. MFU within half a point: the hand's had no sliding window."""
    mean, epoch, total, speed, mfu, spent, steps, seconds = row
    config = asked("orca3", ("estimate.mean_tokens", str(mean)))
    found = reckon(config, named("152 x A100"), expected(config))
    assert found.lengths.total / 1e9 == pytest.approx(epoch, rel=0.003)
    assert found.tokens / 1e9 == pytest.approx(total, rel=0.003)
    assert abs(found.steps - steps) <= 1
    assert found.rate(200) == pytest.approx(speed, rel=0.003)
    assert found.mfu(200) * 100 == pytest.approx(mfu, abs=0.5)
    assert found.mfu(200) * (1 + found.recomputed / found.per_token) * 100 == pytest.approx(spent, abs=0.8)
    assert 200 * 3600 / found.steps == pytest.approx(seconds, rel=0.01)


def test_at_half_the_peak_it_would_take_two_days() -> None:
    config = asked("orca3")
    found = reckon(config, named("152 x A100"), expected(config))
    assert [round(found.hours(share)) for share in (0.45, 0.5, 0.55)] == pytest.approx([47, 43, 39], abs=1)
    per_node = asked("orca3", ("batch.windows", "190"))
    assert reckon(per_node, named("152 x A100"), expected(per_node)).steps == pytest.approx(52_862, abs=3)


def test_the_table_has_a_row_for_each_mean() -> None:
    config = asked("orca3")
    rows = list(table(config, named("152 x A100"), [750, 4000]))
    assert rows[2].startswith("750 | 19.35 B | 58.05 B | 4,662 (154.4) | 200.0 | 530 | 7.")
    assert rows[3].startswith("4,000 | 103.20 B")
    assert {row.count("|") for row in rows} == {7}


def test_every_assumption_can_be_read() -> None:
    from training.settings import assumptions

    config = asked("orca3")
    said = list(told(reckon(config, named("152 x A100"), expected(config)), assumptions(config)))
    assert [line.split()[1] for line in said if line.startswith("assumed")] == list(config.assumed)
    assert any("200 hours, as given, would be 10.7% MFU" in line for line in said)


# -- data, steps, devices


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Six chats to train on, of two skills, and one that is held out."""
    with Writer(tmp_path / "store", vocab=100, meta={"window": 1000}) as writer:
        for at, length in enumerate([100, 200, 300, 400, 500, 600, 900]):
            skill, split = "coding" if at in (3, 4, 5) else "fermi", "test" if at == 6 else "train"
            spans = np.array([[length // 2, length]], np.int32)
            writer.add(np.ones(length, np.int32), spans, np.ones(1, np.float32), skill, split, f"chat-{at}", 1.0)
        return writer.finish()


def test_a_stores_own_lengths_are_reckoned_with(store: Store) -> None:
    found = prepared(asked("lora", ("packing.window", "1000")), store)
    assert (found.total, found.examples, found.windows, found.trained) == (2100, 6, 3, 1050)
    single = prepared(asked("lora", ("packing.window", "1000"), ("packing.enabled", "false")), store)
    assert single.windows == 6
    said = " ".join(told(reckon(asked("lora", ("packing.window", "1000")), named("L4"), found)))
    assert "3 windows, 70.0% full; 50% of the tokens trained" in said


def test_a_mix_counts_as_often_as_it_is_seen(store: Store) -> None:
    found = prepared(asked("lora", ("packing.window", "1000"), ("data.mix.coding", "2")), store)
    assert (found.examples, found.total) == (9, 600 + 2 * 1500)


def test_steps_are_counted_by_epoch_and_bounded() -> None:
    lengths = Lengths(np.full(10, 100.0), 10, 9, real=True)
    config = asked("tiny-cpu", ("batch.windows", "4"), ("epochs", "2"))
    found = reckon(config, named("L4"), lengths)
    assert (found.steps_an_epoch, found.steps, found.tokens) == (3, 6, 2000)
    none = reckon(config.model_copy(update={"max_steps": 0}), named("L4"), lengths)
    assert (none.steps, none.tokens) == (0, 0)
    assert list(told(none))


def test_a_step_too_large_for_the_data_is_told() -> None:
    config = asked("orca3-one-gpu", ("estimate.examples", "2000"))
    said = " ".join(told(reckon(config, named("H200"), expected(config))))
    assert "an epoch is 1 step of that size: for so few chats take --batch.windows=5" in said
    many = asked("orca3", ("estimate.examples", "2000"))
    assert "of that size" not in " ".join(told(reckon(many, named("152 x A100"), expected(many)))), "it can't be less"


def test_nothing_to_reckon_with_is_said() -> None:
    with pytest.raises(UsageError, match="--pairs PATH, or --mean-tokens N and --examples N"):
        expected(asked("lora"))
    with pytest.raises(UsageError, match="must lie between"):
        expected(asked("orca3", ("estimate.mean_tokens", "9000")))
    with pytest.raises(UsageError, match=r"no folder with a config.json, and no hub's"):
        reckon(asked("orca3", ("model.name", "/no/where")), named("L4"), expected(asked("orca3")))


def test_hardware_by_name() -> None:
    assert (named("8 x H100").devices, named("152xA100-80GB").peak, named("rtx 4090").name) == (8, 312e12, "RTX-4090")
    for wrong in ("", "8 x", "0 x H100", "H1000", "x", "-1 x L4"):
        with pytest.raises(UsageError, match=r"hardware|list"):
            named(wrong)
    for name in KNOWN:
        assert named(f"2 x {name}").devices == 2


@pytest.mark.parametrize(
    ("device", "gib", "name"),
    [
        ("NVIDIA A100-SXM4-80GB", 79.3, "A100-80GB"), ("NVIDIA A100-PCIE-40GB", 39.4, "A100-40GB"),
        ("NVIDIA H100 80GB HBM3", 79.1, "H100"), ("NVIDIA H100 PCIe", 79.1, "H100-PCIe"),
        ("NVIDIA H200", 139.8, "H200"),
        ("NVIDIA GeForce RTX 4090", 23.5, "RTX-4090"),
        ("NVIDIA L40S", 44.4, "L40S"), ("NVIDIA L4", 22.0, "L4"),
        ("Tesla V100-SXM2-16GB", 15.8, None), ("NVIDIA H200 MIG 1g.18gb", 16.0, None),
    ],
)  # fmt: skip
def test_devices_by_what_they_call_themselves(device: str, gib: float, name: str | None) -> None:
    found = of_device(device, gib * 2**30)
    assert (found.name if found else None) == name
    assert found is None or found.memory == gib * 2**30
