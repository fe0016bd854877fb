"""What training leaves becomes a model that loads, says the same, and tells what it is; or nothing at all."""

import errno
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from training import shards
from training.card import Facts, base_of, card, gather, record, run_of
from training.engine.checkpoints import save_mark
from training.engine.figures import Totals
from training.errors import UsageError
from training.export import export, problems
from training.merge import find, merge, new_folder
from training.push import files, push
from training.settings import MODELS, read
from training.shards import SHARDS

TINY = MODELS / "tiny"
TEMPLATE = "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}"
Said = list[str]


def small(layers: int = 2, **changes: Any) -> Any:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    given = json.loads((TINY / "config.json").read_text()) | {"hidden_size": 32, "intermediate_size": 64, "head_dim": 8}
    return LlamaForCausalLM(LlamaConfig(**given | {"num_hidden_layers": layers} | changes)).eval()


def logits(model: Any) -> Any:
    import torch

    with torch.no_grad():
        return model(torch.arange(40)[None], use_cache=False).logits


def loaded(folder: Path) -> Any:
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(folder).eval()


def tokenizer(template: str = TEMPLATE) -> Any:
    from transformers import AutoTokenizer

    made = AutoTokenizer.from_pretrained(TINY)
    made.chat_template = template
    return made


def sharded(model: Any, folder: Path) -> Path:
    """As accelerate writes a checkpoint of FSDP: the weights in a folder, the rest beside them."""
    import torch.distributed.checkpoint as checkpoint

    (folder / SHARDS).mkdir(parents=True)
    writer = checkpoint.FileSystemWriter(folder / SHARDS)
    checkpoint.save({"model": model.state_dict()}, storage_writer=writer, no_dist=True)
    model.config.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return folder


def adapted(base: Path, folder: Path, *, grown: int = 0) -> Any:
    """Return a model with adapters that say something, saved without its base."""
    import torch
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
    if grown:
        model.resize_token_embeddings(grown)
    saved = ["embed_tokens", "lm_head"] if grown else None
    model = get_peft_model(model, LoraConfig(r=4, target_modules="all-linear", modules_to_save=saved))
    torch.manual_seed(1)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.requires_grad:
                weight.add_(torch.randn_like(weight) * 0.1)
            assert weight.requires_grad == ("lora_" in name or "modules_to_save" in name)
    model.save_pretrained(folder)
    tokenizer().save_pretrained(folder)
    return model.eval()


@pytest.fixture
def said() -> Said:
    return []


@pytest.fixture
def trained(tmp_path: Path) -> Path:
    """A run's folder with its finished model."""
    run = tmp_path / "run"
    small().save_pretrained(run / "model")
    tokenizer().save_pretrained(run / "model")
    return run


# -- merging


@pytest.mark.parametrize("tied", [True, False])
def test_shards_are_the_model_they_were(tmp_path: Path, said: Said, tied: bool) -> None:
    import torch

    model = small(tie_word_embeddings=tied)
    source = sharded(model, tmp_path / "checkpoint-3")
    out = merge(source, tmp_path / "out", precision="fp32", tell=said.append)
    assert torch.equal(logits(loaded(out)), logits(model))
    assert not list(problems(out))
    assert merge(source / SHARDS, tmp_path / "again", tell=said.append).is_dir()


def test_shards_are_put_together_in_parts(tmp_path: Path, said: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(shards, "PART", 50_000)
    model = small()
    out = merge(sharded(model, tmp_path / "checkpoint-3"), tmp_path / "out", precision="fp32", tell=said.append)
    parts = sorted(file.name for file in out.glob("*.safetensors"))
    assert len(parts) > 2
    assert parts[0] == f"model-00001-of-{len(parts):05}.safetensors"
    assert torch.equal(logits(loaded(out)), logits(model))


def test_shards_in_half_the_bytes(tmp_path: Path, said: Said) -> None:
    import torch

    model = small()
    out = merge(sharded(model, tmp_path / "checkpoint-3"), tmp_path / "out", precision="bf16", tell=said.append)
    assert loaded(out).dtype == torch.bfloat16
    expected = {name: tensor.bfloat16() for name, tensor in model.state_dict().items()}
    assert all(torch.equal(tensor, expected[name]) for name, tensor in loaded(out).state_dict().items())


@pytest.mark.parametrize("grown", [0, 2050])
def test_adapters_laid_into_their_base_say_the_same(tmp_path: Path, said: Said, grown: int) -> None:
    import torch

    small().save_pretrained(tmp_path / "base")
    model = adapted(tmp_path / "base", tmp_path / "adapters", grown=grown)
    out = merge(tmp_path / "adapters", tmp_path / "out", tell=said.append)
    merged = loaded(out)
    assert merged.get_input_embeddings().weight.shape[0] == (grown or 2048)
    assert torch.allclose(logits(merged), logits(model), atol=1e-5)
    assert not torch.allclose(logits(merged)[..., :2048], logits(loaded(tmp_path / "base")), atol=1e-2)


def test_a_checkpoint_is_written_as_its_run_computed(trained: Path, tmp_path: Path, said: Said) -> None:
    """Checkpoints of BF16 runs keep 32 bits: what is made of them need not."""
    import torch

    sharded(small(), trained / "checkpoint-3")
    record(read(preset="orca3", overrides=[("out", str(trained))]), "orca3")
    out = merge(trained / "checkpoint-3", tmp_path / "out", tell=said.append)
    assert loaded(out).dtype == torch.bfloat16
    record(read(preset="tiny-cpu", overrides=[("out", str(trained))]), "tiny-cpu")
    assert loaded(merge(trained / "checkpoint-3", tmp_path / "full", tell=said.append)).dtype == torch.float32


def test_adapters_without_their_base_or_on_another(tmp_path: Path, said: Said) -> None:
    small().save_pretrained(tmp_path / "base")
    adapted(tmp_path / "base", tmp_path / "adapters")
    (tmp_path / "base").rename(tmp_path / "moved")
    with pytest.raises(UsageError, match="say where it is with --base"):
        merge(tmp_path / "adapters", tmp_path / "out", tell=said.append)
    assert merge(tmp_path / "adapters", tmp_path / "out", base=str(tmp_path / "moved"), tell=said.append).is_dir()
    small(hidden_size=64).save_pretrained(tmp_path / "other")
    with pytest.raises(UsageError, match="say the right base"):
        merge(tmp_path / "adapters", tmp_path / "wrong", base=str(tmp_path / "other"), tell=said.append)
    assert not (tmp_path / "wrong").exists()


def test_a_whole_model_keeps_its_bytes(trained: Path, tmp_path: Path, said: Said) -> None:
    out = merge(trained, tmp_path / "out", tell=said.append)
    name = "model.safetensors"
    assert (out / name).read_bytes() == (trained / "model" / name).read_bytes()
    half = merge(trained, tmp_path / "half", precision="bf16", tell=said.append)
    assert (half / name).stat().st_size < 0.6 * (out / name).stat().st_size
    with pytest.raises(UsageError, match="there is no precision int8"):
        merge(trained, tmp_path / "eighth", precision="int8", tell=said.append)


# -- where things are


def test_the_finished_model_goes_before_checkpoints_and_the_newest_whole_one_before_others(tmp_path: Path) -> None:
    run = tmp_path / "run"
    for step, marked in ((2, True), (10, True), (12, False)):
        small(1).save_pretrained(run / f"checkpoint-{step}")
        if marked:
            save_mark(run / f"checkpoint-{step}", {}, step=step, totals=Totals())
    assert find(run).path == run / "checkpoint-10"
    assert find(run / "checkpoint-12").kind == "whole"
    small(1).save_pretrained(run / "model")
    assert find(run).path == run / "model"


def test_where_nothing_was_trained(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no folder"):
        find(tmp_path / "none")
    with pytest.raises(UsageError, match="was anything trained into it"):
        find(tmp_path)
    (tmp_path / "checkpoint-1" / SHARDS).mkdir(parents=True)
    (tmp_path / "checkpoint-1" / SHARDS / ".metadata").write_bytes(b"")
    with pytest.raises(UsageError, match=r"without the config.json"):
        merge(tmp_path / "checkpoint-1", tmp_path / "out", tell=print)


def test_a_folder_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    with new_folder(tmp_path / "new") as folder:
        (folder / "a").write_text("b")
        assert not (tmp_path / "new").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    with pytest.raises(UsageError, match="is there already"), new_folder(tmp_path / "new"):
        pass

    def fail(error: Exception) -> None:
        with new_folder(tmp_path / "half") as folder:
            (folder / "a").write_text("b")
            raise error

    for error, kind in ((OSError(errno.ENOSPC, "full"), UsageError), (ValueError("x"), ValueError)):
        with pytest.raises(kind):
            fail(error)
        assert [path.name for path in tmp_path.iterdir()] == ["new"]


# -- exporting


def test_an_exported_model_loads_stops_and_has_a_card(trained: Path, tmp_path: Path, said: Said) -> None:
    from transformers import AutoTokenizer

    out = export(trained, tmp_path / "out", tell=said.append)
    assert not list(problems(out))
    words = AutoTokenizer.from_pretrained(out)
    assert words.chat_template == TEMPLATE
    stop = loaded(out).generation_config.eos_token_id
    assert words.convert_ids_to_tokens([stop] if isinstance(stop, int) else stop) == ["<|im_end|>"]
    head = yaml.safe_load((out / "README.md").read_text().split("---")[1])
    assert head["library_name"] == "transformers"
    assert "Nothing was held out" in (out / "README.md").read_text()


def test_a_model_stops_at_its_template_s_end_too(trained: Path, tmp_path: Path, said: Said) -> None:
    """ChatML on a model whose own end is another: told of one alone, it would speak for both sides."""
    words = tokenizer()
    words.eos_token = "<|endoftext|>"
    words.save_pretrained(trained / "model")
    record(read(preset="tiny-cpu", overrides=[("out", str(trained))]), "tiny-cpu")
    out = export(trained, tmp_path / "out", tell=said.append)
    ends = json.loads((out / "generation_config.json").read_text())["eos_token_id"]
    assert words.convert_ids_to_tokens(ends[:2]) == ["<|im_end|>", "<|endoftext|>"]


def broken(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / "model.safetensors")
    change(tensors)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})


NORM = "model.norm.weight"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t: t[NORM].__setitem__(3, float("nan")), "numbers that are none"),
        (lambda t: t.pop(NORM), "model.norm.weight is missing"),
        (lambda t: t.update({NORM: t[NORM][:5].clone()}), "has the shape [5], the architecture wants [32]"),
        (lambda t: t.update(strange=t[NORM].clone()), "strange is not of this architecture"),
    ],
)
def test_a_model_that_is_not_whole_is_not_exported(
    trained: Path, tmp_path: Path, said: Said, change: Callable[[dict[str, Any]], None], words: str
) -> None:
    broken(trained / "model", change)
    with pytest.raises(UsageError) as error:
        export(trained, tmp_path / "out", tell=said.append)
    assert words in str(error.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("", "no chat template"),
        ("{{ raise_exception('no') }}", "can't write a chat"),
        ("{{ messages[0].content }}", "leaves out"),
    ],
)
def test_a_template_that_does_not_work_is_not_exported(
    trained: Path, tmp_path: Path, said: Said, template: str, words: str
) -> None:
    (trained / "model" / "chat_template.jinja").unlink()
    tokenizer(template).save_pretrained(trained / "model")
    with pytest.raises(UsageError, match=words):
        export(trained, tmp_path / "out", tell=said.append)


def test_a_tokenizer_with_more_words_than_rows(trained: Path, tmp_path: Path, said: Said) -> None:
    made = tokenizer()
    made.add_tokens(["<new>"])
    made.save_pretrained(trained / "model")
    with pytest.raises(UsageError, match="ids up to 2048, the embedding 2048 rows"):
        export(trained, tmp_path / "out", tell=said.append)


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


@pytest.mark.parametrize("file", ["model.safetensors", "config.json", "tokenizer.json"])
@pytest.mark.parametrize("way", [merge, export])
def test_files_that_were_cut_short_are_one_line(
    trained: Path, tmp_path: Path, said: Said, file: str, way: Callable[..., Path]
) -> None:
    cut_short(trained / "model" / file)
    with pytest.raises(UsageError, match=r"is damaged|can't be read") as caught:
        way(trained, tmp_path / "out", tell=said.append)
    assert "\n" not in str(caught.value)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run"]


@pytest.mark.parametrize("file", [".metadata", "__0_0.distcp"])
def test_shards_that_were_cut_short_are_one_line(tmp_path: Path, said: Said, file: str) -> None:
    source = sharded(small(), tmp_path / "checkpoint-3")
    cut_short(source / SHARDS / file)
    with pytest.raises(UsageError, match="is damaged") as caught:
        merge(source, tmp_path / "out", tell=said.append)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)


def test_a_configuration_of_no_model(trained: Path, tmp_path: Path, said: Said) -> None:
    (trained / "model" / "config.json").write_text('{"a": 1}')
    with pytest.raises(UsageError, match=r"config.json is not that of a model"):
        export(trained, tmp_path / "out", tell=said.append)


def test_a_checkpoint_tells_of_itself_and_not_of_what_came_after(trained: Path, tmp_path: Path, said: Said) -> None:
    """The run went on to step 4 of 9 and was stopped; what is exported is step 2."""
    record(read(preset="tiny-cpu", overrides=[("out", str(trained))]), "tiny-cpu")
    for step in (2, 4):
        shutil.copytree(trained / "model", trained / f"checkpoint-{step}")
        save_mark(trained / f"checkpoint-{step}", {"steps": 9}, step=step, totals=Totals())
    lines = [{"step": step, "eval_loss": 9.0 - step, "trained_tokens": 100 * step} for step in (1, 2, 3, 4)]
    (trained / "figures.jsonl").write_text("\n".join(map(json.dumps, lines)))
    out = export(trained / "checkpoint-2", tmp_path / "out", tell=said.append)
    text = (out / "README.md").read_text()
    assert "It was taken at step 2 of 9, before the end of its run." in text
    assert "2 steps, 200 trained tokens." in text
    assert "| all | 7.0000 | 8.0000 |" in text
    assert any("not the end of its run: step 2 of 9" in line for line in said)
    done = export(trained, tmp_path / "done", tell=said.append)
    assert "before the end" not in (done / "README.md").read_text()


# -- the card


def test_a_card_tells_settings_data_and_evaluation_and_no_paths(trained: Path, tmp_path: Path) -> None:
    chosen = [("out", str(trained)), ("data.paths", str(tmp_path / "secret" / "pairs.jsonl")), ("epochs", "2")]
    config = read(preset="orca3", overrides=chosen)
    record(config, "orca3")
    lines = [
        {"step": 1, "eval_loss": 3.5, "eval_loss_fermi": 3.25}, {"step": 2, "loss": 1.0, "trained_tokens": 5000},
        {"step": 2, "eval_loss": 2.5, "eval_loss_fermi": 2.25, "eval_loss_| x |\n# y": 1.0},
    ]  # fmt: skip
    (trained / "figures.jsonl").write_text("\n".join(map(json.dumps, lines)) + '\n{"step": 3, "lo')
    facts = gather(run_of(trained / "model"))
    text = card(facts, "mine")
    assert facts.config is not None
    assert facts.config.optimizer == config.optimizer
    assert "| fermi | 2.2500 | 3.2500 |" in text
    assert "| all | 2.5000 | 3.5000 |" in text
    assert "\n# y" not in text
    assert "preset: orca3" in text
    assert "epochs: 2.0" in text
    assert "- `optimizer.eps = 1e-08`" in text
    assert "2 steps, 5,000 trained tokens" in text
    assert "pairs.jsonl" in text
    assert str(tmp_path) not in text
    assert "secret" not in text
    head = yaml.safe_load(text.split("---")[1])
    assert head["base_model"] == "mistralai/Mistral-7B-v0.1"


def test_a_card_tells_the_data_by_its_hash() -> None:
    data = {
        "key": "abc", "sources": {"/home/me/pairs.jsonl": "0f" * 32}, "chats": 10, "tokens": 1000, "trained": 400,
        "dropped": {"longer than the window": 3}, "cut": 2,
    }  # fmt: skip
    text = card(Facts(data=data), "x")
    assert f"| pairs.jsonl | `{'0f' * 32}` |" in text
    assert "10 chats, 1,000 tokens, 40% of them trained" in text
    assert "Left out: 3 longer than the window." in text
    assert "/home" not in text


def test_names_are_no_markup_in_a_card() -> None:
    names = ["![x](http://127.0.0.1/seen)", "a\\|b|c", "<img src=x>", "**bold**\n# head", "`code`"]
    lines = [{"step": 1, "eval_loss": 1.0, **{f"eval_loss_{name}": 2.0 for name in names}}]
    data = {"sources": {f"/home/me/{name}.jsonl".replace("x](http://127.0.0.1/", "]("): "0f" for name in names}}
    text = card(Facts(figures=tuple(lines), data=data), names[0])
    for row in (line for line in text.splitlines() if line.startswith("|")):
        cells = re.split(r"(?<!\\)(?:\\\\)*\|", row)
        assert len(cells) in (4, 5), row
        assert not re.search(r"(?<!\\)[\[\]*<]", row), row
    assert "\n# head" not in text
    assert "](http" not in text.replace("\\]", "")


def test_a_template_of_ones_own_leaves_no_path(trained: Path, tmp_path: Path) -> None:
    own = tmp_path / "secret" / "mine.jinja"
    own.parent.mkdir()
    own.write_text(TEMPLATE)
    record(read(preset="tiny-cpu", overrides=[("out", str(trained)), ("model.template", str(own))]), "tiny-cpu")
    facts = gather(trained)
    assert "template: mine.jinja" in facts.settings
    assert "secret" not in card(facts, "x")


def test_what_has_no_base_names_none() -> None:
    assert base_of(read(preset="tiny-cpu")) == ""
    assert base_of(read(preset="lora")) == "mistralai/Mistral-7B-v0.1"
    assert base_of(read(preset="lora", overrides=[("model.name", "/home/me/secret")])) == ""
    assert "random weights" in card(Facts(config=read(preset="tiny-cpu")), "x")
    assert "adapters of rank 16" in card(Facts(config=read(preset="lora")), "x")


# -- the hub


def test_only_the_model_goes_to_the_hub(trained: Path, tmp_path: Path, said: Said) -> None:
    out = export(trained, tmp_path / "out", tell=said.append)
    for name in ("optimizer.pt", "notes.txt", ".env", "training.json"):
        (out / name).write_text("x")
    gone = {file.name for file in files(out)}
    assert gone == {
        "README.md", "config.json", "generation_config.json", "model.safetensors", "tokenizer.json",
        "tokenizer_config.json", "chat_template.jinja",
    }  # fmt: skip
    with pytest.raises(UsageError, match="no exported model"):
        files(trained / "model")


def test_the_hub_is_not_reached_without_a_word(trained: Path, tmp_path: Path, said: Said) -> None:
    out = export(trained, tmp_path / "out", tell=said.append)
    with pytest.raises(UsageError, match="say OWNER/NAME"):
        push(out, "mine", tell=said.append)
    with pytest.raises(UsageError, match="HF_HUB_OFFLINE is set, so that the hub isn't asked"):
        push(out, "me/mine", tell=said.append)
