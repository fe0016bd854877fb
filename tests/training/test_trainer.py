"""The whole way with a tiny model on the CPU, and what is refused before and while it trains."""

import importlib.util
import json
import math
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.training.tiny import VOCAB, architecture, go, losses, make_store, plan, settings
from training.config import Model
from training.engine.arguments import World, accumulation, one_process_a_device, shards, share_of_rate
from training.engine.batches import PACKS, Steps
from training.engine.checkpoints import whole
from training.engine.guards import alone_in, check_optimizer, check_trackers, clear_words
from training.engine.keeper import forget
from training.engine.model import architecture as architecture_of
from training.engine.model import has_grown
from training.errors import UsageError
from training.packed import PackedDataset
from training.settings import read
from training.store import Store
from training.templates import prepare_tokenizer
from training.trainer import check_only, train

pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return make_store(tmp_path_factory.mktemp("store") / "store")


@pytest.fixture(scope="module")
def trained(store: Store, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A whole training, and what it said."""
    told: list[str] = []
    out = tmp_path_factory.mktemp("trained")
    go(settings(out, epochs=6), store, tell=told.append)
    return out, told


@pytest.fixture(scope="module")
def plain(store: Store, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[int, float]]:
    """Steps and losses of an epoch: what other ways to the same must come to."""
    out = tmp_path_factory.mktemp("plain")
    go(settings(out, epochs=1), store)
    return losses(out)


# -- the whole way


def test_it_learns(trained: tuple[Path, list[str]]) -> None:
    lines = [json.loads(line) for line in (trained[0] / "figures.jsonl").read_text().splitlines()]
    held_out = [line["eval_loss"] for line in lines if "eval_loss" in line]
    assert len(held_out) == 6, "once an epoch"
    assert held_out[0] < math.log(VOCAB)
    assert held_out[-1] < held_out[0] - 0.1
    assert all(first > then for first, then in pairwise(held_out))


def test_the_model_it_leaves_is_the_one_it_evaluated(trained: tuple[Path, list[str]], store: Store) -> None:
    """Loaded as anybody loads a model, each held-out chat alone, with PyTorch's own loss."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    model = AutoModelForCausalLM.from_pretrained(trained[0] / "model")
    assert len(AutoTokenizer.from_pretrained(trained[0] / "model")) == VOCAB
    total: dict[str, list[float]] = {"count": [], "more": []}
    for number in store.subset("validation"):
        ids, spans, _ = store.document(int(number))
        row = torch.from_numpy(ids.astype(np.int64))
        with torch.no_grad():
            each = torch.nn.functional.cross_entropy(model(row[None]).logits[0, :-1], row[1:], reduction="none")
        for start, end in spans:
            total[store.skills[store.skill_of[number]]] += each[start - 1 : end - 1].tolist()
    said = [json.loads(line) for line in (trained[0] / "figures.jsonl").read_text().splitlines()][-1]
    for skill, found in total.items():
        assert said[f"eval_loss_{skill}"] == pytest.approx(np.mean(found), abs=1e-5)
    assert said["eval_loss"] == pytest.approx(np.mean(total["count"] + total["more"]), abs=1e-5)


def test_figures_count_what_the_store_has(trained: tuple[Path, list[str]], store: Store) -> None:
    last = [json.loads(line) for line in (trained[0] / "figures.jsonl").read_text().splitlines()][-2]
    chats = store.subset("train")
    assert last["tokens"] == 6 * store.lengths[chats].sum()
    assert last["trained_tokens"] == 6 * store.trained[chats].sum()
    assert last["epochs_of_data"] == 6
    assert last["tokens_per_second"] > 0
    assert 0 < last["mfu"] < 100


def test_it_says_what_it_does(trained: tuple[Path, list[str]]) -> None:
    told = "\n".join(trained[1])
    assert "21,664 parameters" in told
    assert "held-out loss" in told
    assert f"the model is in {trained[0] / 'model'}" in told
    assert all("\n" not in line for line in trained[1])


def test_two_checkpoints_are_kept(trained: tuple[Path, list[str]]) -> None:
    steps = sorted(int(path.name.split("-")[1]) for path in trained[0].glob("checkpoint-*"))
    last = json.loads((trained[0] / f"checkpoint-{steps[-1]}" / "training.json").read_text())
    assert len(steps) == 2
    assert steps[-1] == last["step"] == 6 * steps[-1] // 6


def test_weights_count(plain: list[tuple[int, float]], tmp_path: Path) -> None:
    """The same chats with other weights train otherwise."""
    go(settings(tmp_path, epochs=1), make_store(tmp_path / "weighted", weighted=True))
    found = losses(tmp_path)
    assert [step for step, _ in found] == [step for step, _ in plain]
    assert all(abs(a - b) > 1e-3 for (_, a), (_, b) in zip(plain, found, strict=True))


# -- how a step is dealt


@pytest.mark.parametrize(("each", "checkpointing"), [(2, "off"), (4, "off"), (1, "full")])
def test_accumulation_does_not_matter(
    store: Store, plain: list[tuple[int, float]], tmp_path: Path, each: int, checkpointing: str
) -> None:
    go(settings(tmp_path, epochs=1, batch__per_device=each, memory__checkpointing=checkpointing), store)
    assert losses(tmp_path) == [(step, pytest.approx(loss, abs=2e-6)) for step, loss in plain]


@pytest.mark.parametrize("attention", ["sdpa", "eager"])
def test_backends_train_alike(store: Store, plain: list[tuple[int, float]], tmp_path: Path, attention: str) -> None:
    go(settings(tmp_path, epochs=1, batch__per_device=2, model__attention=attention), store)
    assert losses(tmp_path) == [(step, pytest.approx(loss, abs=2e-6)) for step, loss in plain]


@given(st.integers(1, 64), st.integers(1, 12), st.integers(1, 9))
def test_a_step_is_dealt_whole_or_refused_with_what_would_go(windows: int, world: int, each: int) -> None:
    config = settings(Path("out"), batch={"windows": windows, "per_device": each})
    try:
        assert accumulation(config, world) * world * each == windows
    except UsageError as error:
        assert windows % (world * each)
        offered = re.search(r"batch\.windows (\d+)(?: or (\d+))?", str(error))
        assert offered
        assert all(int(number) % (world * each) == 0 for number in offered.groups() if number)
        fewer = re.search(r"batch\.per_device (\d+)", str(error))
        assert fewer is None or windows % (world * int(fewer[1])) == 0


def test_every_chat_is_in_one_step_of_an_epoch(store: Store) -> None:
    packed = PackedDataset(store, "train", window=64, seed=1, epochs=2)
    steps = Steps(packed, windows=4, seed=1)
    orders = []
    for epoch in (0, 1, 0):
        steps.set_epoch(epoch)
        rows = [steps[place] for place in range(len(steps))]
        seen = [chat for row in rows if row[PACKS] >= 0 for chat in packed.chats(row[PACKS])]
        assert sorted(seen) == sorted(store.chat(int(n)) for n in store.subset("train"))
        assert 0 < packed.padding < 4
        assert [row[PACKS] for row in rows[len(rows) - packed.padding :]] == [-1] * packed.padding
        assert all((np.asarray(row["labels"]) == -100).all() for row in rows if row[PACKS] < 0)
        orders.append(seen)
    assert len(steps) % 4 == 0
    assert orders[0] == orders[2] != orders[1]


# -- the rate


@pytest.mark.parametrize("schedule", ["cosine", "linear", "constant"])
def test_rates_are_those_of_transformers(schedule: str) -> None:
    import torch
    from transformers import get_scheduler

    config = settings(Path("out"), optimizer={"warmup_steps": 5, "schedule": schedule})
    name = "constant_with_warmup" if schedule == "constant" else schedule
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=1.0)
    theirs = get_scheduler(name, optimizer, num_warmup_steps=5, num_training_steps=40)
    for step in range(40):
        assert share_of_rate(step, total=40, config=config) == pytest.approx(theirs.get_last_lr()[0], abs=1e-9)
        optimizer.step()
        theirs.step()


def test_the_rate_ends_where_it_is_told() -> None:
    config = settings(Path("out"), optimizer={"warmup_steps": 5, "lowest": 0.1})
    assert share_of_rate(40, total=40, config=config) == pytest.approx(0.1)
    assert share_of_rate(5, total=40, config=config) == 1


# -- who holds a model


@pytest.mark.parametrize(
    ("shard", "world", "expected"),
    [
        ("auto", World(1, 1, True), ("none", 1, 1)),
        ("auto", World(8, 8, True, 8), ("fsdp", 1, 8)),
        ("auto", World(152, 8, True, 8), ("hsdp", 19, 8)),
        ("auto", World(4, 4), ("none", 1, 1)),
        ("hsdp", World(4, 2), ("hsdp", 2, 2)),
    ],
)
def test_shards(shard: str, world: World, expected: tuple[str, int, int]) -> None:
    found = shards(settings(Path("out"), memory={"shard": shard}), world)
    assert (found.kind, found.replicas, found.together) == expected


@pytest.mark.parametrize(
    ("changed", "world", "word"),
    [
        ({"memory": {"shard": "fsdp"}}, World(), "there is one"),
        ({"memory": {"shard": "hsdp"}}, World(8, 8, True, 8), "two nodes"),
        ({"memory": {"shard": "fsdp"}, "lora": {"bits": 4}}, World(8, 8, True, 8), "lora.bits 16"),
    ],
)
def test_shards_that_cannot_be(changed: dict[str, Any], world: World, word: str) -> None:
    with pytest.raises(UsageError, match=word):
        shards(settings(Path("out"), **changed), world)


def test_one_process_for_many_devices_is_refused() -> None:
    with pytest.raises(UsageError, match="torchrun --nproc-per-node 8"):
        one_process_a_device(World(1, 1, True, 8))


# -- faults


def test_a_loss_that_is_no_number_stops_with_its_chats(store: Store, tmp_path: Path) -> None:
    """One embedding is not a number, so the first chats with its token are to blame, and nothing is saved."""
    from training.trainer import build

    config = settings(tmp_path, epochs=1)
    made = plan(config, store)
    loop = build(made, {}, lambda _: None)
    bad = int(store.document(int(store.subset("train")[7]))[0][0])
    loop.model.get_input_embeddings().weight.data[bad] = float("nan")
    with pytest.raises(UsageError, match="loss is nan on the chats chat-") as caught:
        loop.train()
    named = str(caught.value).split("on the chats ")[1].split(". Nothing")[0].split(", ")
    numbers = {store.chat(number): number for number in range(len(store))}
    assert any(bad in store.document(numbers[name])[0] for name in named)
    assert len(named) < 12, "those of a pack"
    assert not list(tmp_path.glob("checkpoint-*"))


def test_a_leak_stops_it(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attention that is told of no documents; nothing is trained."""
    from training.attention import documents

    was = documents.attend
    monkeypatch.setattr(documents, "_ends", lambda cu: [0, int(cu[-1])])
    assert documents.attend is was
    with pytest.raises(UsageError, match="packed documents"):
        go(settings(tmp_path), store)
    assert not (tmp_path / "figures.jsonl").exists()


@pytest.mark.parametrize("attention", ["sdpa", "sdpa_docs", "eager"])
@pytest.mark.parametrize("engine", ["own", "trl"])
def test_what_does_not_leak_is_let_by_without_weights_too(
    store: Store, tmp_path: Path, attention: str, engine: str
) -> None:
    """A small model is looked at in its place, and called as the large one will be."""
    check_only(plan(settings(tmp_path, model__attention=attention, engine=engine), store), lambda _: None)


def test_two_trainings_in_a_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(UsageError, match="another process trains"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


def test_a_device_too_small_in_a_line(tmp_path: Path) -> None:
    import torch

    with pytest.raises(UsageError, match=r"memory\.checkpointing full") as caught, clear_words(settings(tmp_path)):
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.\nMore of it.")
    assert "\n" not in str(caught.value)


_NO_ROOM = """
import resource, sys
from pathlib import Path
from tests.training.test_trainer import Store, UsageError, clear_words, go, settings
out, limit = Path(sys.argv[2]), int(sys.argv[3])
store = Store.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
config = settings(out, epochs=1)
try:
    with clear_words(config):
        go(config, store)
except BaseException as error:
    kind = "UsageError" if isinstance(error, UsageError) else type(error).__name__
    print(f"{kind}: {error}".replace(chr(10), "|"))
"""


@pytest.mark.parametrize("limit", [8_000, 100_000])
def test_no_room_for_a_checkpoint(store: Store, tmp_path: Path, limit: int) -> None:
    """Files of a process may not grow beyond a limit, so that the weights, or what follows, can't be written."""
    config = settings(tmp_path / "out", epochs=1)
    config.out.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", _NO_ROOM, store.folder, config.out, str(limit)], capture_output=True, text=True
    )
    said = done.stdout.strip().splitlines()[-1]
    assert said.startswith("UsageError: no room for a checkpoint in")
    assert "|" not in said
    assert not whole(config.out)


def test_half_precision(store: Store, plain: list[tuple[int, float]], tmp_path: Path) -> None:
    """Computed and left in bf16, learned in 32 bits: checkpoints keep them all."""
    from safetensors.torch import load_file
    from transformers import AutoModelForCausalLM

    go(settings(tmp_path, epochs=1, memory__precision="bf16"), store)
    found = losses(tmp_path)
    assert found == [(step, pytest.approx(loss, abs=0.02)) for step, loss in plain]
    assert found != plain
    kept = load_file(tmp_path / "checkpoint-4" / "model.safetensors")
    assert {str(part.dtype) for part in kept.values()} == {"torch.float32"}
    assert str(AutoModelForCausalLM.from_pretrained(tmp_path / "model").dtype) == "torch.bfloat16"


ROWS = [
    {
        "id": f"pair-{number}",
        "skill": "count",
        "split": "train" if number < 20 else "held_out",
        "seed": f"seed-{number}",
        "messages": [
            {"role": "user", "content": f"What comes after {number}?"},
            {"role": "assistant", "content": f"After {number} comes {number + 1}."},
        ],
    }
    for number in range(24)
]


def test_from_pairs_to_a_model(tmp_path: Path) -> None:
    """All parts together: rows, template, tokens, packs, batches, steps."""
    (tmp_path / "pairs.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    tiny = Path(__file__).parents[2] / "training" / "models" / "tiny"
    told: list[str] = []
    changed: dict[str, Any] = {
        "data": {"paths": [str(tmp_path / "pairs.jsonl")]},
        "model": {"name": str(tiny), "init": "random", "template": "chatml"},
        "packing": {"window": 256},
        "store": str(tmp_path / "stores"),
    }
    config = settings(tmp_path / "out", epochs=1, **changed)
    assert train(config.model_copy(update={"max_steps": 0}), tell=told.append) == tmp_path / "out"
    assert any("nothing is trained" in line for line in told)
    assert not (tmp_path / "out").exists()
    assert train(config, tell=told.append) == tmp_path / "out" / "model"
    assert any("held-out loss" in line for line in told)
    assert len(list((tmp_path / "stores").glob("*/tokens.bin"))) == 1, "prepared once"
    assert read(tmp_path / "out" / "settings.yaml") == config, "whoever calls it from Python has a card too"


@pytest.mark.parametrize(("template", "grown"), [("llama3", True), ("chatml", False)])
def test_a_template_that_brings_tokens(template: str, grown: bool) -> None:
    tiny = Model(name=str(Path(__file__).parents[2] / "training" / "models" / "tiny"), template=template)
    assert has_grown(tiny, prepare_tokenizer(tiny)) == grown


def test_a_model_too_large_is_checked_without_its_weights(store: Store, tmp_path: Path) -> None:
    """The paper's own: its architecture alone, which is carried."""
    told: list[str] = []
    model = Model(name="mistralai/Mistral-7B-v0.1")
    made = architecture_of(model, told.append)
    check_only(plan(settings(tmp_path, model=model.model_dump()), store, made=made), told.append)
    assert "7,241,732,096 parameters, without weights" in told[-1]


def test_a_tracker_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="report_to smoke_signals"):
        check_trackers(settings(tmp_path, report_to=["smoke_signals"]))


def test_an_optimizer_that_is_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="it has adamw_torch"):
        check_optimizer(settings(tmp_path, optimizer__name="adamw_torsh"))
    if importlib.util.find_spec("bitsandbytes") is None:
        with pytest.raises(UsageError, match="pip install -U bitsandbytes"):
            go(settings(tmp_path, optimizer__name="adamw_8bit"), store)


def test_a_model_that_is_not_there(store: Store, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't load the model") as caught:
        architecture_of(settings(tmp_path, model={"name": str(tmp_path / "none")}).model)
    assert "\n" not in str(caught.value)


def test_the_embedding_grows_with_the_template(store: Store, tmp_path: Path) -> None:
    from training.engine.model import load

    small = architecture(vocab_size=VOCAB - 8)
    model = load(settings(tmp_path), small, implementation="sdpa", tokens=VOCAB)
    assert model.get_input_embeddings().weight.shape[0] == model.config.vocab_size == VOCAB


def test_figures_after_a_checkpoint_are_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "figures.jsonl"
    lines = ['{"step": 1}', '{"step": 2, "loss": 3.0}', '{"step": 2, "eval_loss": 3.0}', '{"step": 3}', '{"ste']
    path.write_text("\n".join(lines))
    forget(path, after=2)
    assert path.read_text().splitlines() == lines[:3]
    forget(path, after=2, evaluated=False)
    assert path.read_text().splitlines() == lines[:2]
