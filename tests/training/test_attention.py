"""Which attention is chosen on which machine, and that each computes packed documents as each alone."""

import inspect
from dataclasses import replace
from typing import Any

import pytest
import torch
import transformers.modeling_flash_attention_utils as flash_in_transformers
from transformers import Gemma2Config, GptOssConfig, Llama4TextConfig, LlamaConfig, MistralConfig, PreTrainedModel
from transformers.models.mistral.modeling_mistral import MistralAttention

from tests.training import kernels
from tests.training.models import SHAPE, VOCABULARY, gradients, mistral
from training.attention import _ladder, available, choose, climb, documents, varlen
from training.attention.backend import Backend, Machine, Needs
from training.collate import Flat, Rows
from training.errors import UsageError
from training.leak import check_leak
from training.loss import install_loss

LENGTHS = (37, 80, 16, 17, 1, 25)
VARLEN = {name: frozenset(inspect.signature(kernel).parameters) for name, kernel in kernels.VARLEN.items()}
H200 = Machine("cuda", (9, 0), {}, VARLEN["2.13"])
A100 = replace(H200, capability=(8, 0))
T4 = replace(H200, capability=(7, 5))
B200 = replace(H200, capability=(10, 0))
EVERYTHING = {"flash-attn": "2.8.3", "flash-attn-3": "3.0.0", "kernels": "0.18.2"}
LADDER = [backend.name for backend in _ladder()]

MACHINES = {
    "a CPU": (Machine("cpu", varlen=VARLEN["2.13"]), Needs(), "sdpa_docs"),
    "a bare H200": (H200, Needs(), "torch_varlen"),
    "a bare A100": (A100, Needs(), "torch_varlen"),
    "a GPU too old": (T4, Needs(), "sdpa_docs"),
    "an old PyTorch": (replace(H200, varlen=frozenset()), Needs(), "sdpa_docs"),
    "a PyTorch that knows no window": (replace(H200, varlen=VARLEN["2.10"]), Needs(sliding=True), "sdpa_docs"),
    "the same without a window": (replace(H200, varlen=VARLEN["2.10"]), Needs(), "torch_varlen"),
    "an AMD GPU": (replace(H200, kind="rocm"), Needs(), "sdpa_docs"),
    "an Apple GPU": (Machine("mps", varlen=VARLEN["2.13"]), Needs(), "sdpa_docs"),
    "full precision": (H200, Needs("fp32"), "sdpa_docs"),
    "large heads": (H200, Needs(head_dim=512), "sdpa_docs"),
    "heads of an odd size": (H200, Needs(head_dim=100), "sdpa_docs"),
    "dropout": (H200, Needs(dropout=True), "sdpa_docs"),
    "capped scores": (H200, Needs(capped=True), "eager"),
    "layers of another kind": (H200, Needs(layers="chunked_attention"), "sdpa"),
    "a model that takes no plug-in": (H200, Needs(pluggable=False), "sdpa"),
    "a model of attention of its own": (H200, Needs(pluggable=False, sdpa=False, flash=False), "eager"),
}


@pytest.mark.parametrize(("machine", "needs", "name"), MACHINES.values(), ids=MACHINES)
def test_the_ladder_without_packages(machine: Machine, needs: Needs, name: str) -> None:
    assert climb(_loaded(), machine, needs).name == name


PACKAGES = [
    (H200, {"flash-attn", "flash-attn-3", "kernels"}, "flash_attention_3"),
    (A100, {"flash-attn", "flash-attn-3", "kernels"}, "flash_attention_2"),
    (B200, {"flash-attn", "flash-attn-3", "kernels"}, "flash_attention_2"),
    (H200, {"flash-attn", "kernels"}, "flash_attention_2"),
    (H200, {"kernels"}, "hub_flash_3"),
    (A100, {"kernels"}, "hub_flash_2"),
    (T4, {"flash-attn", "kernels"}, "sdpa_docs"),
]


@pytest.mark.parametrize(("machine", "packages", "name"), PACKAGES)
def test_packages_come_first_where_they_run(machine: Machine, packages: set[str], name: str) -> None:
    installed = replace(machine, packages={package: EVERYTHING[package] for package in packages})
    assert climb(_loaded(), installed, Needs()).name == name


def _loaded() -> tuple[Backend, ...]:
    """The ladder, as if everything on it loaded."""
    return tuple(replace(backend, prepare=lambda: None) for backend in _ladder())


def test_what_does_not_load_is_passed_over_with_its_reason() -> None:
    """As a wheel built for another PyTorch does: none of these packages is here."""
    installed = replace(H200, packages=EVERYTHING)
    chosen = climb(_ladder(), installed, Needs())
    assert chosen.name == "torch_varlen"
    assert "flash_attention_3 (it does not load: " in chosen.why
    assert "\n" not in chosen.why


def test_auto_says_what_it_took_and_what_it_passed_over() -> None:
    why = choose("auto", "cpu", MistralConfig()).why
    assert why.startswith("attention sdpa_docs: PyTorch's attention, document by document; passed over: ")
    assert all(name in why for name in LADDER[: LADDER.index("sdpa_docs")])
    assert why.count("no NVIDIA GPU") == 1, "one reason is said once"


@pytest.mark.parametrize("name", LADDER[: LADDER.index("sdpa_docs")])
def test_one_asked_for_is_had_or_refused(name: str) -> None:
    with pytest.raises(UsageError, match=rf"{name} can't be had here \(no NVIDIA GPU\).*would take sdpa_docs"):
        choose(name, "cpu", MistralConfig())


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_a_device_that_is_not_there_is_none() -> None:
    with pytest.raises(UsageError, match=r"torch_varlen can't be had here \(no NVIDIA GPU\)"):
        choose("torch_varlen", "cuda")


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"'flash': there are auto, flash_attention_3, .*, sdpa, eager"):
        choose("flash", "cpu")


@pytest.mark.parametrize("name", ["sdpa_docs", "sdpa", "eager"])
def test_what_runs_anywhere_is_had(name: str) -> None:
    chosen = choose(name, "cpu", MistralConfig())
    assert (chosen.name, chosen.implementation) == (name, name)
    assert chosen.collator == ("flat" if name == "sdpa_docs" else "rows")


def test_the_doctor_is_told_of_each() -> None:
    found = {name: (there, why) for name, there, why in available("cpu")}
    assert list(found) == LADDER
    assert {name for name, (there, _) in found.items() if there} == {"sdpa_docs", "sdpa", "eager"}
    assert found["torch_varlen"][1] == "no NVIDIA GPU"


NEEDS: list[tuple[Any, dict[str, Any]]] = [
    (MistralConfig(**SHAPE), {"head_dim": 16, "sliding": True, "dropout": False, "capped": False, "layers": ""}),
    (LlamaConfig(**SHAPE, head_dim=32, attention_dropout=0.1), {"head_dim": 32, "sliding": False, "dropout": True}),
    (Gemma2Config(), {"capped": True, "sliding": True, "layers": ""}),
    (Llama4TextConfig(), {"layers": "chunked_attention"}),
    (GptOssConfig(), {"sdpa": False, "flash": True}),
]


@pytest.mark.parametrize(("config", "wanted"), NEEDS, ids=lambda value: type(value).__name__)
def test_what_a_model_needs_is_read_from_its_configuration(config: Any, wanted: dict[str, Any]) -> None:
    needs = Needs.of(config, "bf16")
    assert {name: getattr(needs, name) for name in wanted} == wanted


# What is computed


def _pack(lengths: tuple[int, ...] = LENGTHS) -> dict[str, Any]:
    ids = torch.randint(0, VOCABULARY, (sum(lengths),), generator=torch.Generator().manual_seed(1))
    return {"input_ids": ids, "labels": ids, "lengths": list(lengths), "skills": [0] * len(lengths)}


def _logits(model: PreTrainedModel, batch: dict[str, Any]) -> torch.Tensor:
    with torch.no_grad():
        given = {name: value for name, value in batch.items() if name != "labels"}
        return model(**given, use_cache=False).logits


def _alone(window: int | None, **changes: Any) -> tuple[list[torch.Tensor], float, torch.Tensor]:
    """Return the logits of each document alone, their loss together, and its gradients: no packing, no code of ours."""
    model, pack = mistral("eager", window, **changes), _pack()
    total, all_logits = torch.zeros(()), []
    for ids in pack["input_ids"].split(list(LENGTHS)):
        logits = model(ids[None], use_cache=False).logits[0]
        all_logits.append(logits.detach())
        total = total + torch.nn.functional.cross_entropy(logits[:-1], ids[1:], reduction="sum")
    loss = total / (sum(LENGTHS) - len(LENGTHS))
    loss.backward()
    return all_logits, loss.item(), gradients(model)


def _check(model: PreTrainedModel, batch: dict[str, Any], window: int | None, **changes: Any) -> None:
    all_logits, loss, wanted = _alone(window, **changes)
    tokens = sum(LENGTHS)
    torch.testing.assert_close(_logits(model, batch)[0, :tokens], torch.cat(all_logits), atol=2e-6, rtol=1e-5)
    install_loss(model)
    ours = model(**batch).loss
    ours.backward()
    assert ours.item() == pytest.approx(loss, rel=1e-6)
    assert wanted.abs().max() > 0.01
    torch.testing.assert_close(gradients(model), wanted, atol=1e-6, rtol=1e-5)


SHARED = {"as many heads for keys": 4, "fewer": 2, "one": 1}


@pytest.mark.parametrize("window", [None, 16])
@pytest.mark.parametrize("shared", SHARED.values(), ids=SHARED)
@pytest.mark.parametrize("name", ["sdpa_docs", "sdpa", "eager"])
def test_packed_is_alone_in_logits_and_gradients(name: str, window: int | None, shared: int) -> None:
    chosen = choose(name, "cpu", MistralConfig())
    collator = Flat() if chosen.collator == "flat" else Rows(width=sum(LENGTHS) + 9)
    model = mistral(chosen.implementation, window, num_key_value_heads=shared)
    _check(model, collator([_pack()]), window, num_key_value_heads=shared)


@pytest.mark.parametrize("window", [None, 16])
@pytest.mark.parametrize("version", kernels.VARLEN)
def test_varlen_is_called_as_each_version_documents(
    version: str, window: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kernel is a plain computation of what PyTorch documents; the real one needs a GPU."""
    monkeypatch.setattr(varlen, "_kernel", lambda: (kernels.VARLEN[version], VARLEN[version]))
    monkeypatch.setattr(varlen, "_halved", lambda module, *parts: parts)  # it computes in full precision
    varlen.register(varlen.NAME, varlen.attend)
    model, batch = mistral(varlen.NAME, window), Flat()([_pack()])
    if version == "2.10" and window:
        with pytest.raises(ValueError, match="knows no sliding window"):
            model(**batch)
    else:
        _check(model, batch, window)


def test_varlen_takes_values_of_another_size_and_any_scale() -> None:
    torch.manual_seed(0)
    query, key, value = torch.randn(1, 4, 9, 8), torch.randn(1, 2, 9, 8), torch.randn(1, 2, 9, 6)
    ends = torch.tensor([0, 4, 9], dtype=torch.int32)
    layer = MistralAttention(MistralConfig(**SHAPE), 0)
    wanted, _ = documents.attend(layer, query, key, value, None, scaling=0.3, cu_seq_lens_q=ends)
    for version, kernel in kernels.VARLEN.items():
        ours, _ = varlen.run(kernel, VARLEN[version], query, key, value, ends, 5, 0.3, None)
        torch.testing.assert_close(ours, wanted)


def test_varlen_computes_in_half_precision_or_not_at_all() -> None:
    layer, parts = MistralAttention(MistralConfig(**SHAPE), 0), [torch.randn(1, 4, 9, 8)] * 3
    with pytest.raises(ValueError, match="half precision"):
        varlen._halved(layer, *parts)
    with torch.autocast("cpu", torch.bfloat16):
        assert {part.dtype for part in varlen._halved(layer, *parts)} == {torch.bfloat16}
    assert {part.dtype for part in varlen._halved(layer.half(), *parts)} == {torch.float16}


@pytest.fixture
def flash(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make a model whose flash attention, called by transformers' own code, is a plain computation."""
    process = flash_in_transformers._lazy_define_process_function(kernels.flash_varlen)
    functions = (kernels.flash, kernels.flash_varlen, None, None, None)
    monkeypatch.setattr(flash_in_transformers, "lazy_import_flash_attention", lambda *_: (functions, (process, None)))

    def make(window: int | None) -> PreTrainedModel:
        model = mistral("eager", window)
        model.config._attn_implementation_internal = "flash_attention_2"
        return model

    return make


@pytest.mark.parametrize("window", [None, 16])
def test_flat_batches_are_what_flash_attention_is_called_with(flash: Any, window: int | None) -> None:
    _check(flash(window), Flat()([_pack()]), window)


def test_flash_attention_leaks_in_rows_and_the_check_sees_it(flash: Any) -> None:
    """With several rows transformers takes positions for those of plain rows."""
    model = flash(None)
    install_loss(model)
    check_leak(model, Flat(), VOCABULARY)
    with pytest.raises(UsageError, match="flash_attention_2 on batches of Rows: packed documents see each other"):
        check_leak(model, Rows(), VOCABULARY)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("window", [None, 16])
@pytest.mark.parametrize("name", LADDER[: LADDER.index("sdpa_docs")])
def test_on_a_gpu_each_is_what_documents_one_by_one_are(name: str, window: int | None) -> None:
    """In bfloat16, so as near as that allows; and none of them leaks."""
    if not {found: there for found, there, _ in available("cuda")}[name]:
        pytest.skip(f"{name} is not to be had here")
    results = []
    for chosen in (choose("sdpa_docs", "cuda"), choose(name, "cuda", mistral("sdpa", window).config)):
        model = mistral(chosen.implementation, window).to("cuda", torch.bfloat16)
        install_loss(model, "chunked")
        check_leak(model, Flat(), VOCABULARY)
        batch = {k: v.cuda() if isinstance(v, torch.Tensor) else v for k, v in Flat()([_pack()]).items()}
        logits = _logits(model, batch).float()
        model(**batch).loss.backward()
        results.append((logits, gradients(model).float()))
    (logits, gradient), (others, other) = results
    assert (logits - others).norm() <= 2e-2 * others.norm()
    assert (gradient - other).norm() <= 2e-2 * other.norm()


# What is not packed, and what is refused


@pytest.mark.parametrize("window", [None, 5])
def test_the_model_still_generates(window: int | None) -> None:
    choose("sdpa_docs", "cpu")
    ids = _pack((23,))["input_ids"][None]
    ours, theirs = (mistral(name, window).generate(ids, max_new_tokens=9) for name in ("sdpa_docs", "sdpa"))
    assert torch.equal(ours, theirs)


@pytest.mark.parametrize("window", [None, 5])
def test_padded_rows_are_masked(window: int | None) -> None:
    choose("sdpa_docs", "cpu")
    ids = _pack((24,))["input_ids"].view(2, 12)
    mask = torch.ones_like(ids)
    mask[0, :4] = 0
    ours, theirs = (
        mistral(name, window)(ids, attention_mask=mask, use_cache=False).logits for name in ("sdpa_docs", "sdpa")
    )
    torch.testing.assert_close(ours, theirs)


def test_packed_rows_without_ends_are_refused() -> None:
    choose("sdpa_docs", "cpu")
    with pytest.raises(ValueError, match="no `cu_seq_lens_q` says where documents end"):
        _logits(mistral("sdpa_docs"), Rows()([_pack()]))


@pytest.mark.parametrize("attend", [documents.attend, varlen.attend])
def test_what_would_be_computed_wrongly_is_refused(attend: Any) -> None:
    layer, part = MistralAttention(MistralConfig(**SHAPE), 0).bfloat16(), torch.randn(1, 4, 9, 8).bfloat16()
    ends = torch.tensor([0, 9], dtype=torch.int32)
    with pytest.raises(ValueError, match="doesn't know the model's `softcap`"):
        attend(layer, part, part, part, None, cu_seq_lens_q=ends, softcap=30.0)
    with pytest.raises(ValueError, match="is causal"):
        attend(layer, part, part, part, None, cu_seq_lens_q=ends, is_causal=False)
    rows = part.expand(2, -1, -1, -1)
    with pytest.raises(ValueError, match="one flat row, not 2"):
        attend(layer, rows, rows, rows, None, cu_seq_lens_q=ends)


def test_varlen_refuses_dropout() -> None:
    layer, part = MistralAttention(MistralConfig(**SHAPE), 0).bfloat16(), torch.randn(1, 4, 9, 8).bfloat16()
    ends = torch.tensor([0, 9], dtype=torch.int32)
    with pytest.raises(ValueError, match="no dropout"):
        varlen.attend(layer, part, part, part, None, dropout=0.1, cu_seq_lens_q=ends)
