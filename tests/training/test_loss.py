"""The installed loss is the plain one, with its gradients, whatever the model, the batch and what is around it."""

import copy
import importlib.util
import inspect
from typing import Any

import numpy as np
import peft
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.nn.functional import cross_entropy as reference
from transformers import AutoModel, CohereConfig, Gemma2Config, LlamaConfig, MixtralConfig, PhiConfig

from tests.training.models import SHAPE, VOCABULARY, gradients, llama, made, mistral
from training import cross_entropy as pieces
from training.attention import choose
from training.collate import Flat, Rows
from training.errors import UsageError
from training.loss import LossOutput, by_skill, install_loss

ODD: dict[str, Any] = {
    "capped": Gemma2Config(**SHAPE, head_dim=16, final_logit_softcapping=5.0),
    "scaled": CohereConfig(**SHAPE, logit_scale=0.25),
    "routed": MixtralConfig(**SHAPE, num_local_experts=4, output_router_logits=True, router_aux_loss_coef=0.3),
}


@pytest.fixture(autouse=True)
def _small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seven rows at a time, so that there are many pieces, and one that isn't whole."""
    monkeypatch.setattr(pieces, "ROOM", 7 * 4 * VOCABULARY)
    monkeypatch.setattr("training.loss.ROOM", 7 * 4 * VOCABULARY)


def packs(seed: int = 0, weighted: bool = False, number: int = 2) -> list[dict[str, Any]]:
    """Make packs of three documents of three skills, half of whose tokens are trained."""
    random = np.random.default_rng(seed)
    made_packs = []
    for _ in range(number):
        lengths = random.integers(2, 30, 3)
        ids = random.integers(0, VOCABULARY, lengths.sum())
        labels = np.where(random.random(len(ids)) < 0.5, ids, -100)
        labels[np.cumsum(lengths) - lengths] = -100
        pack = {"input_ids": ids, "labels": labels, "lengths": lengths, "skills": np.array([2, 0, 1])}
        if weighted:
            pack["weights"] = random.choice([0.25, 1.0, 3.0], len(ids)).astype(np.float32)
        made_packs.append(pack)
    return made_packs


def step(model: Any, batch: dict[str, Any], **more: Any) -> tuple[float, torch.Tensor]:
    """Return a loss and its gradients."""
    model.zero_grad()
    loss = model(**batch, **more).loss
    loss.backward()
    return loss.item(), gradients(model)


def same(left: tuple[float, torch.Tensor], right: tuple[float, torch.Tensor], within: float = 2e-6) -> None:
    assert left[0] == pytest.approx(right[0], rel=1e-5)
    assert right[1].abs().max() > 1e-3
    torch.testing.assert_close(left[1], right[1], atol=within, rtol=1e-4)


@st.composite
def problems(draw: st.DrawFn) -> dict[str, Any]:
    count, width, vocabulary = draw(st.integers(0, 20)), draw(st.integers(1, 5)), draw(st.integers(2, 9))
    torch.manual_seed(draw(st.integers(0, 2**16)))
    return {
        "hidden": torch.randn(count, width) * draw(st.sampled_from([0.1, 1.0, 100.0])),
        "head": torch.randn(vocabulary, width),
        "bias": torch.randn(vocabulary) if draw(st.booleans()) else None,
        "targets": torch.randint(0, vocabulary, (count,)),
        "weights": torch.rand(count) * 3 if draw(st.booleans()) else None,
        "learned": draw(st.sets(st.sampled_from(["hidden", "head", "bias"]), min_size=1)),
        "rows": draw(st.integers(1, 25)),
    }


@given(problems())
def test_pieces_are_the_whole(problem: dict[str, Any]) -> None:
    learned, rows = problem.pop("learned"), problem.pop("rows")
    leaves = {name: problem[name].requires_grad_() for name in learned if problem[name] is not None}
    losses = reference(
        torch.nn.functional.linear(problem["hidden"], problem["head"], problem["bias"]),
        problem["targets"],
        reduction="none",
    )
    total = (losses if problem["weights"] is None else losses * problem["weights"]).sum()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pieces, "ROOM", rows * 4 * len(problem["head"]))
        ours, each = pieces.cross_entropy(**problem)
    torch.testing.assert_close(ours, total, rtol=1e-5, atol=1e-4)
    torch.testing.assert_close(each, losses, rtol=1e-5, atol=1e-4)
    assert not each.requires_grad
    if leaves:
        wanted = torch.autograd.grad(3 * total, list(leaves.values()))
        for one, other in zip(torch.autograd.grad(3 * ours, list(leaves.values())), wanted, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-3)


@pytest.mark.parametrize("make", [mistral, lambda: llama(tie_word_embeddings=True), lambda: made(PhiConfig(**SHAPE))])
@pytest.mark.parametrize("collator", [Flat(), Rows()], ids=["flat", "rows"])
def test_chunked_is_what_the_model_itself_says(make: Any, collator: Any) -> None:
    """For heads with a bias and heads that are the embedding, too."""
    own, ours, batch = make(), make(), collator(packs())
    assert install_loss(ours, "chunked") == "chunked"
    same(step(ours, batch), step(own, batch, use_cache=False))


@pytest.mark.parametrize("collator", [Flat(), Rows()], ids=["flat", "rows"])
def test_weights_count_in_the_sum_and_not_in_the_divisor(collator: Any) -> None:
    model, batch = mistral(), collator(packs(weighted=True))
    logits = model(input_ids=batch["input_ids"], position_ids=batch["position_ids"], use_cache=False).logits
    kept = batch["labels"][:, 1:] != -100
    losses = reference(logits[:, :-1][kept], batch["labels"][:, 1:][kept], reduction="none")
    wanted = (losses * batch["weights"][:, 1:][kept]).sum() / kept.sum()
    model.zero_grad()
    wanted.backward()
    plainly = (wanted.item(), gradients(model))
    for kind in ("chunked", "plain"):
        ours = mistral()
        install_loss(ours, kind)
        same(step(ours, batch), plainly)


@pytest.mark.parametrize("divisor", [int, torch.tensor])
def test_accumulated_pieces_are_the_whole_batch(divisor: Any) -> None:
    """However packs fall into batches, with the divisor that the Trainer counts."""
    model, all_packs = mistral(), packs(weighted=True, number=4)
    install_loss(model)
    whole = Flat()(all_packs)
    count = divisor(int((whole["labels"] != -100).sum()))
    wanted = step(model, whole)
    model.zero_grad()
    losses = []
    for part in (all_packs[:1], all_packs[1:2], all_packs[2:]):
        losses.append(model(**Flat()(part), num_items_in_batch=count).loss)
        losses[-1].backward()
    same((sum(loss.item() for loss in losses), gradients(model)), wanted)


def test_a_routers_loss_counts_once_however_many_batches() -> None:
    """It is a mean over tokens, so that of a pack seen twice is that of the pack."""
    model, [pack] = made(ODD["routed"], "eager"), packs(number=1)
    install_loss(model)
    whole = Rows()([pack, pack])
    count = int((whole["labels"] != -100).sum())
    wanted = step(model, whole)
    model.zero_grad()
    nothing = pack | {"labels": np.full_like(pack["labels"], -100)}
    losses = []
    for part in ([pack], [pack], [nothing]):
        losses.append(model(**Rows()(part), num_items_in_batch=count).loss)
        losses[-1].backward()
    same((sum(loss.item() for loss in losses), gradients(model)), wanted)


@pytest.mark.parametrize("kind", ["chunked", "plain"])
def test_a_pack_with_nothing_to_train_still_has_gradients(kind: str) -> None:
    """All of them zero: another process waits for each of them."""
    model, [pack] = mistral(), packs(number=1)
    install_loss(model, kind)
    loss = model(**Flat()([pack | {"labels": np.full_like(pack["labels"], -100)}]), num_items_in_batch=5).loss
    loss.backward()
    assert loss.item() == 0
    assert all(p.grad is not None and not p.grad.any() for p in model.parameters())
    assert not model(**Flat()([pack | {"labels": np.full_like(pack["labels"], -100)}])).loss.isnan()


ADAPTERS = {
    "on attention": {"target_modules": ["q_proj", "v_proj"]},
    "on the head": {"target_modules": ["q_proj", "lm_head"]},
    "beside the base": {"target_modules": ["q_proj"], "modules_to_save": ["lm_head", "embed_tokens"]},
}


@pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=ADAPTERS)
@pytest.mark.parametrize("first", ["loss", "adapter"])
def test_adapters_are_trained_wherever_they_are(adapter: dict[str, Any], first: str) -> None:
    batch = Flat()(packs(weighted=True))
    plainly, ours = mistral(), mistral()
    install_loss(plainly, "plain")
    if first == "loss":
        install_loss(ours, "chunked")
    steps = []
    for model in (ours, plainly):
        torch.manual_seed(1)
        adapted = peft.get_peft_model(model, peft.LoraConfig(**adapter, init_lora_weights=False))
        if model is ours and first == "adapter":
            install_loss(adapted, "chunked")
        steps.append(step(adapted, batch))
    same(*steps)


@pytest.mark.parametrize("config", ODD.values(), ids=ODD)
def test_models_that_do_more_to_their_logits_are_told_apart(config: Any) -> None:
    with pytest.raises(UsageError, match="choose plain"):
        install_loss(made(config, "eager"), "chunked")
    own, ours, batch = made(config, "eager"), made(config, "eager"), Rows()(packs())
    assert install_loss(ours) == "plain"
    same(step(ours, batch), step(own, batch, use_cache=False))


def test_the_same_configurations_without_that_are_not() -> None:
    config = Gemma2Config(**SHAPE, head_dim=16, final_logit_softcapping=None)
    assert install_loss(made(config, "eager"), "chunked") == "chunked"


def test_a_model_without_a_head_is_refused() -> None:
    with pytest.raises(UsageError, match="LlamaModel has no lm_head"):
        install_loss(AutoModel.from_config(LlamaConfig(**SHAPE)))


def test_an_unknown_kind_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"'fused': there are auto, chunked, liger, plain"):
        install_loss(mistral(), "fused")


def test_what_is_hung_on_the_head_is_not_passed_by() -> None:
    """As accelerate does for weights that it keeps elsewhere."""
    model, batch = mistral(), Flat()(packs())
    install_loss(model, "chunked")
    own = model.lm_head.forward
    model.lm_head.forward = lambda hidden: 0 * own(hidden)
    assert model(**batch).loss.item() == pytest.approx(np.log(VOCABULARY))


def test_a_head_that_is_more_than_its_matrix_is_gone_through() -> None:
    """As quantised ones are: linear by class, and their matrix is not what is computed with."""

    class Doubled(torch.nn.Linear):
        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            return 2 * super().forward(hidden)

    batch, steps = Flat()(packs()), []
    for kind in ("chunked", "plain"):
        model = mistral()
        head = Doubled(model.lm_head.in_features, VOCABULARY, bias=False)
        head.weight = model.lm_head.weight
        model.lm_head = head
        install_loss(model, kind)
        steps.append(step(model, batch))
    same(*steps)


def test_installing_looks_without_touching() -> None:
    model = mistral()
    before = copy.deepcopy(model.state_dict())
    state = torch.random.get_rng_state()
    install_loss(model)
    assert torch.equal(torch.random.get_rng_state(), state)
    assert "forward" not in model.model.__dict__
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_on_the_meta_device_too() -> None:
    with torch.device("meta"):
        model = mistral()
    assert install_loss(model, "chunked") == "chunked"


@pytest.mark.skipif(importlib.util.find_spec("liger_kernel") is not None, reason="liger-kernel is installed")
def test_liger_is_not_replaced_by_something_else() -> None:
    with pytest.raises(UsageError, match="liger-kernel"):
        install_loss(mistral(), "liger")


def test_without_labels_the_model_is_what_it_was() -> None:
    own, ours = mistral(), mistral()
    install_loss(ours)
    ids = torch.arange(9)[None]
    assert torch.equal(own(ids).logits, ours(ids).logits)
    assert torch.equal(own.generate(ids, max_new_tokens=5), ours.generate(ids, max_new_tokens=5))
    assert inspect.signature(ours.forward) == inspect.signature(own.forward)
    assert ours.accepts_loss_kwargs


def test_a_copy_is_a_model_of_its_own() -> None:
    model = mistral()
    install_loss(model)
    other, batch = copy.deepcopy(model), Flat()(packs())
    with torch.no_grad():
        other.lm_head.weight.zero_()
    assert other(**batch).loss.item() == pytest.approx(np.log(VOCABULARY))
    assert not other(batch["input_ids"]).logits.any()
    assert model(**batch).loss.item() != pytest.approx(np.log(VOCABULARY))


def test_half_precision_rounds_no_more_than_one_product_would() -> None:
    """Pieces are summed in full precision, though the head is in half."""
    torch.manual_seed(0)
    hidden, head, targets = torch.randn(700, 32), torch.randn(VOCABULARY, 32) / 5, torch.randint(0, VOCABULARY, (700,))
    exact, halves = head.double().requires_grad_(), head.bfloat16().requires_grad_()
    reference(hidden.bfloat16().double() @ exact.t(), targets, reduction="sum").backward()
    plainly = halves.detach().clone().requires_grad_()
    reference((hidden.bfloat16() @ plainly.t()).float(), targets, reduction="sum").backward()
    total, _ = pieces.cross_entropy(hidden.bfloat16(), halves, None, targets, None)
    total.backward()
    assert exact.grad is not None
    assert plainly.grad is not None
    assert halves.grad is not None
    assert halves.grad.dtype == torch.bfloat16
    assert (halves.grad - exact.grad).norm() <= 1.02 * (plainly.grad - exact.grad).norm()


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
@pytest.mark.parametrize("kind", ["chunked", "liger"])
def test_on_a_gpu_it_is_the_plain_one(kind: str) -> None:
    if kind == "liger" and importlib.util.find_spec("liger_kernel") is None:
        pytest.skip("liger-kernel is not installed")
    batch = {name: v.cuda() if isinstance(v, torch.Tensor) else v for name, v in Rows()(packs()).items()}
    for precision in (torch.float32, torch.bfloat16):
        steps = []
        for one in (kind, "plain"):
            model = mistral().to("cuda", precision)
            install_loss(model, one)
            steps.append(step(model, batch))
        (loss, gradient), (other_loss, other) = steps
        assert loss == pytest.approx(other_loss, rel=1e-2)
        assert (gradient.float() - other.float()).norm() <= 2e-2 * other.float().norm()


def test_autocast_computes_in_half_and_keeps_gradients_whole() -> None:
    batch, steps = Flat()(packs()), []
    for kind in ("chunked", "plain"):
        model = mistral()
        install_loss(model, kind)
        with torch.autocast("cpu", torch.bfloat16):
            steps.append(step(model, batch))
        assert model.lm_head.weight.grad.dtype == torch.float32
    same(*steps, within=1e-3)


def test_checkpointed_layers_change_nothing() -> None:
    batch, steps = Flat()(packs()), []
    for checkpointed in (False, True):
        model = mistral().train()
        install_loss(model)
        if checkpointed:
            model.gradient_checkpointing_enable({"use_reentrant": False})
        steps.append(step(model, batch))
    same(*steps)


def test_its_gradients_are_given_once() -> None:
    model = mistral()
    install_loss(model)
    loss = model(**Flat()(packs())).loss
    loss.backward(retain_graph=True)
    with pytest.raises(RuntimeError, match="earlier backward"):
        loss.backward()


@pytest.mark.parametrize("kind", ["chunked", "plain"])
@pytest.mark.parametrize("collator", [Flat(documents=True), Rows(documents=True)], ids=["flat", "rows"])
def test_losses_by_skill_are_those_of_each_document_alone(kind: str, collator: Any) -> None:
    """And unweighted: how a held-out part is measured must not depend on how it would be trained."""
    choose("sdpa_docs", "cpu")
    model = mistral("sdpa_docs" if isinstance(collator, Flat) else "sdpa")
    install_loss(model, kind)
    all_packs = packs(weighted=True)
    batch = collator(all_packs)
    with torch.no_grad():
        output = model(**batch)
    assert isinstance(output, LossOutput)
    sums, counts = by_skill(output, batch, 4)
    wanted, tokens = torch.zeros(4, dtype=torch.float64), torch.zeros(4, dtype=torch.int64)
    for pack in all_packs:
        starts = np.cumsum(pack["lengths"])[:-1]
        documents = zip(np.split(pack["input_ids"], starts), np.split(pack["labels"], starts), strict=True)
        for skill, (ids, labels) in zip(pack["skills"], documents, strict=True):
            count = int((labels != -100).sum())
            alone = Flat()([{"input_ids": ids, "labels": labels, "lengths": [len(ids)]}])
            wanted[skill] += model(**alone).loss.item() * count
            tokens[skill] += count
    torch.testing.assert_close(sums, wanted, rtol=1e-5, atol=1e-4)
    assert counts.tolist() == tokens.tolist()
    assert output.token_losses is not None
    assert not output.token_losses[batch["labels"] == -100].any()
