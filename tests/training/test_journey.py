"""The whole way on the command line: pairs of a real run become a model, its card and its settings, on a CPU."""

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from training.__main__ import main
from training.settings import MODELS

ROOT = Path(__file__).parents[2]
RUNS = ROOT / "tests" / "runs"
QUICK = ["--preset", "tiny-cpu", "--packing.window=1024", "--batch.windows=2", "--optimizer.warmup_steps=1", "--seed=3"]


class Shell:
    """`python -m training`, with what it said."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys, self.folder, self.out = capsys, folder, folder / "out"
        self.pairs = folder / "pairs.jsonl"
        seeds = ("fermi", "brain_teaser", "creative_content", "open_domain_qa")
        texts = [(RUNS / skill / "strong" / "pairs.jsonl").read_text() for skill in seeds]
        self.pairs.write_text("".join(texts))

    def __call__(self, command: str, *words: str, code: int = 0) -> str:
        configured = [*QUICK, "--pairs", str(self.pairs), f"--store={self.folder / 'store'}", f"--out={self.out}"]
        given = words if command in ("merge", "export") else (*configured, *words)
        assert main([command, *given]) == code
        streams = self.capsys.readouterr()
        return streams.err if code == 2 else streams.out


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Shell:
    return Shell(capsys, tmp_path)


def logits(folder: Path) -> Any:
    import torch
    from transformers import AutoModelForCausalLM

    with torch.no_grad():
        return AutoModelForCausalLM.from_pretrained(folder).eval()(torch.arange(30)[None]).logits


def test_from_pairs_to_a_model_with_a_card(shell: Shell) -> None:
    import torch

    assert "chats" in shell("prepare")
    assert "prepared before" in shell("preview", "--chats", "1")
    estimated = shell("estimate", "--max-steps=3")
    assert "steps     3 " in estimated
    assert " full; " in estimated
    out = shell("train", "--max-steps=3")
    assert (
        "other than in tiny-cpu: packing.window = 1024, optimizer.warmup_steps = 1, batch.windows = 2, seed = 3" in out
    )
    assert "step 3/3: loss" in out
    assert yaml.safe_load((shell.out / "settings.yaml").read_text())["preset"] == "tiny-cpu"

    said = shell("export", str(shell.out))
    exported = shell.out / "exported"
    assert f"push {exported} OWNER/NAME" in said
    card = (exported / "README.md").read_text()
    held_out = [json.loads(line) for line in (shell.out / "figures.jsonl").read_text().splitlines()]
    loss = [line["eval_loss"] for line in held_out if "eval_loss" in line][-1]
    assert f"| all | {loss:.4f} |" in card
    assert "3 steps, " in card
    assert "SHA-256" in card
    assert str(shell.folder) not in card
    shell("merge", str(shell.out / "checkpoint-3"), "--to", str(shell.folder / "merged"))
    assert torch.equal(logits(exported), logits(shell.folder / "merged"))


def test_another_set_up_is_refused_and_the_settings_stay(shell: Shell) -> None:
    shell("train", "--max-steps=1")
    before = (shell.out / "settings.yaml").read_text()
    assert "optimizer.rate was" in shell("train", "--max-steps=1", "--optimizer.rate=1", code=2)
    assert (shell.out / "settings.yaml").read_text() == before
    assert "going on from" in shell("train", "--max-steps=1")
    shutil.rmtree(shell.out)
    assert "mix" in shell("train", "--data.mix.unheard=2", code=2)
    assert not shell.out.exists(), "what was refused leaves nothing"


def test_a_signal_is_told_from_the_end(shell: Shell) -> None:
    """What follows in a script, `export` say, must not take a part for the whole."""
    words = [*QUICK, "--pairs", str(shell.pairs), f"--store={shell.folder / 'store'}", f"--out={shell.out}"]
    words += ["--max-steps=6", "--evaluate=6"]
    command = [sys.executable, "-m", "training", "train", *words]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert any(line.startswith("step 1/6") for line in process.stdout)
        process.send_signal(signal.SIGTERM)
        assert "the same command goes on from there" in process.stdout.read()
    assert process.returncode == 75
    assert "going on from" in shell("train", "--max-steps=6", "--evaluate=6")
    assert (shell.out / "model").is_dir()


def test_what_can_not_be_written_to_is_refused_before_anything_is_prepared(shell: Shell) -> None:
    for out in (shell.pairs, shell.pairs / "below"):
        assert f"{shell.pairs} is a file: give a folder" in shell("train", f"--out={out}", code=2)
    assert not (shell.folder / "store").exists()


def test_what_may_surprise_is_said(shell: Shell) -> None:
    """That nothing is held out, and that the model's positions end before the chats do."""
    model = shell.folder / "short"
    shutil.copytree(MODELS / "tiny", model)
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 100}))
    out = shell("train", "--max-steps=0", f"--model.name={model}", "--data.hold_out=0")
    assert "the model's positions end at 100" in out
    assert "nothing is held out" in out
    out = shell("train", "--max-steps=0")
    assert "positions end" not in out
    assert "nothing is held out" not in out


def test_the_papers_run_is_checked_as_far_as_a_cpu_can(shell: Shell) -> None:
    words = ["--preset", "orca3", "--model.name=mistralai/Mistral-7B-v0.1", "--model.tokenizer=carried:tiny"]
    words += ["--batch.windows=8", "--batch.per_device=1", "--model.init=weights", "--max-steps=0", "--device=cpu"]
    out = shell("train", *words)
    assert "optimizer.betas = [0.9, 0.95]" in out
    assert "other than in orca3: model.tokenizer = carried:tiny" in out
    assert "MistralForCausalLM of 7,241,732,096 parameters, without weights" in out
    assert not (shell.out / "settings.yaml").exists()


def test_a_run_folder_is_all_it_needs(shell: Shell) -> None:
    run = RUNS / "fermi" / "strong"
    assert main(["prepare", *QUICK, "--pairs", str(run), f"--store={shell.folder / 'store'}"]) == 0
    assert "chats" in shell.capsys.readouterr().out
