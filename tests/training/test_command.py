"""The command line: it answers at once, takes words as fields, and says in one line what is wrong."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.__main__ import main
from training.errors import UsageError
from training.settings import MODELS, PRESETS, field_names, presets
from training.settings import read as settings
from training.words import SHORT, parser, read

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "transformers", "datasets", "pyarrow", "trl", "peft", "accelerate", "numpy", "pydantic"}
COMMANDS = ("prepare", "preview", "estimate", "train", "merge", "export", "push", "doctor")
CONFIGURED = ("prepare", "preview", "estimate", "train", "doctor")


def said(capsys: pytest.CaptureFixture[str], *words: str, code: int = 0) -> str:
    assert main(words) == code
    streams = capsys.readouterr()
    return streams.err if code == 2 else streams.out


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"]], ids=["all", "one"])
def test_help_waits_for_nothing_heavy(words: list[str]) -> None:
    code = f"""
import sys
from training.__main__ import main
try:
    main({words!r})
except SystemExit as end:
    assert not end.code
print(*sorted({HEAVY!r} & sys.modules.keys()), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stderr.split() == []
    assert "CONFIG.yaml" in done.stdout or all(command in done.stdout for command in COMMANDS)


def test_presets_are_named_in_the_help() -> None:
    help = parser().format_help()
    assert all(name in help for name in presets())


@pytest.mark.parametrize("command", CONFIGURED)
def test_words_are_fields_flags_or_settings(command: str) -> None:
    line = "mine.yaml --preset lora --optimizer.rate=1e-5 --lora.rank 8 --out=x --data.skills=a,b --pairs p q"
    asked = read([command, *line.split()])
    assert asked.overrides == (("optimizer.rate", "1e-5"), ("lora.rank", "8"), ("out", "x"), ("data.skills", "a,b"))
    assert (asked.options.config, asked.options.preset, asked.options.pairs) == (
        Path("mine.yaml"),
        "lora",
        [Path("p"), Path("q")],
    )


def test_short_words_are_fields() -> None:
    line = "estimate --mean-tokens 700 --examples=10 --hardware 8xH100 --mfu 0.5 --price 0 --max-steps=5"
    asked = read(line.split())
    assert dict(asked.overrides) == {
        "estimate.mean_tokens": "700", "estimate.examples": "10", "estimate.hardware": "8xH100", "estimate.mfu": "0.5",
        "estimate.price": "0", "max_steps": "5",
    }  # fmt: skip
    assert read(["train", "--max-steps", "0"]).overrides == (("max_steps", "0"),)
    asked = read(["train", "--data.mix.my-skill=2", "--log-every=5"])
    assert asked.overrides == (("data.mix.my-skill", "2"), ("log_every", "5"))
    assert set(SHORT.values()) <= set(field_names())


def test_no_flag_has_the_name_of_a_field() -> None:
    """It would hide it."""
    flags = {flag for command in COMMANDS for flag in read([command, *_needs(command)]).options.__dict__}
    assert not (flags - {"max_steps"}) & {name.split(".")[0] for name in field_names()}


def _needs(command: str) -> list[str]:
    return {"merge": ["a"], "export": ["a"], "push": ["a", "b/c"]}.get(command, [])


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "required: COMMAND"),
        ("tran", "choose from 'prepare'"),
        ("train --preset lora", "no pairs: --pairs PATH"),
        ("prepare --preset lora", "no pairs: --pairs PATH"),
        ("preview --preset lora", "no pairs: --pairs PATH"),
        ("preview --preset lora --chats=-2", "--chats: '-2' is no number of chats"),
        ("train", "model.name is missing"),
        ("train none.yaml", "there is no none.yaml"),
        ("train --preset lorra", "did you mean lora?"),
        ("train --preset lora --optimiser.rate=1", "did you mean optimizer.rate?"),
        ("train --preset lora --lr=1", "did you mean optimizer.rate?"),
        ("train --preset lora --epochs", "--epochs needs a value"),
        ("train --preset lora --epochs --out=x", "--epochs needs a value"),
        ("train --preset lora --pairs a.jsonl b.yaml", "put settings before --pairs"),
        ("train a.yaml b.yaml", "what is b.yaml?"),
        ("train --preset lora --out=", "--out: an empty path"),
        ("train --preset lora --model.name=", "model.name is empty"),
        ("estimate --preset lora", "give --pairs PATH, or --mean-tokens N and --examples N"),
        ("estimate --preset orca3 --hardware potato", "there is no potato in the list"),
        ("estimate --preset orca3 --mfu 2", "estimate.mfu: input should be less than or equal to 1"),
        ("estimate --preset orca3 --memory.shard=hsdp --hardware H100", "shares a model between devices"),
        ("train --preset orca3 --hardware=H100", "train takes no --estimate.hardware: it is for estimate and doctor"),
        ("preview --preset lora --chats=-1", "'-1' is no number of chats"),
        ("merge nowhere", "there is no folder nowhere"),
        ("export nowhere", "there is no folder nowhere"),
        ("merge nowhere --epochs=2", "takes no settings"),
        ("push nowhere me", "say OWNER/NAME"),
        ("doctor --preset nothing", "there is no preset nothing"),
    ],
)  # fmt: skip
def test_mistakes_are_one_line(capsys: pytest.CaptureFixture[str], words: str, answer: str) -> None:
    err = said(capsys, *words.split(), code=2)
    assert answer in err
    assert err.count("\n") == 1


@given(
    st.lists(
        st.text(max_size=12) | st.sampled_from(["--epochs", "--a.b=c", "--pairs", "train", "--", "-x", "estimate"])
    )
)
def test_any_words_are_read_or_answered(words: list[str]) -> None:
    if {"-h", "--help"} & set(words):
        return
    try:
        asked = read(words)
    except UsageError as error:
        assert "\n" not in str(error)
    else:
        assert asked.options.command in COMMANDS


@pytest.mark.parametrize(
    "words", [["train", "--pairs", ""], ["train", ""], ["merge", ""], ["export", "a", "--to", " "]]
)
def test_an_unset_variable_is_not_the_current_folder(capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    assert "an empty path" in said(capsys, *words, code=2)


def test_the_papers_run_is_told_with_all_that_is_assumed(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "estimate", "--preset", "orca3")
    assert "7.24 B parameters" in out
    assert "6,609 (2,203 an epoch, 3 epochs)" in out
    assert "assumed   optimizer.betas = [0.9, 0.95]" in out
    assert "200 hours, as given, would be 10.7% MFU" in out
    assert "4,000 | 103.20 B | 309.60 B | 24,864" in out


def test_what_the_user_sets_is_what_is_reckoned_with(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(
        "preset: orca3\nestimate: {hardware: 8 x H100, price: 2}\nbatch: {windows: 80}\n"
    )
    out = said(capsys, "estimate", str(tmp_path / "mine.yaml"), "--epochs=1", "--examples", "1000000", "--mfu=0.5")
    assert "1,000,000 chats" in out
    assert "8 x H100: " in out
    assert "at 50% MFU" in out
    assert "at 2 an hour" in out
    assert "assumed   batch.windows" not in out


def test_processes_but_one_keep_quiet(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RANK", "3")
    assert main(["train"]) == 2
    assert capsys.readouterr() == ("", "")


def test_what_one_process_alone_met_is_said_by_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its device is full; the first process hears of it as a signal, and knows nothing to say."""
    import torch

    from training import command
    from training.engine.guards import clear_words

    def full(*_: object) -> int:
        with clear_words(settings(preset="lora")):
            raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setenv("RANK", "3")
    monkeypatch.setitem(command._COMMANDS, "train", full)
    err = said(capsys, "train", code=2)
    assert err.startswith("python -m training, process 3: the device's memory is too small")


def test_doctor_tells_what_is_here_and_what_a_preset_asks(capsys: pytest.CaptureFixture[str]) -> None:
    out = said(capsys, "doctor")
    assert "ok    Python" in out
    assert "attention" in out
    assert out.endswith("Training can start.\n")
    assert all(line.split()[0] in ("ok", "note", "bad", "Training") for line in out.splitlines())


def test_doctor_tells_how_each_package_is_had(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from training.attention.backend import Machine

    bare = Machine("cuda", (9, 0))
    monkeypatch.setattr(Machine, "here", classmethod(lambda cls, device: bare))
    lines = {
        line.split(": ")[0].split()[-1]: line for line in said(capsys, "doctor").splitlines() if "attention " in line
    }
    assert "flash-attn is not installed -> pip install flash-attn --no-build-isolation" in lines["flash_attention_2"]
    assert "kernels is not installed -> pip install kernels" in lines["hub_flash_2"]
    assert "->" not in lines["torch_varlen"], "there is nothing to install for it"


def test_doctor_says_what_does_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["doctor", "--preset", "orca3-one-gpu", "--hardware=L4", "--model.attention=flash_attention_2"]
    out = said(capsys, *words, code=1)
    assert "--lora.rank=16" in next(line for line in out.splitlines() if line.startswith("bad   about"))
    assert "bad   attention flash_attention_2" in out
    assert "Training can't start" in out


def test_a_model_that_can_not_be_reckoned_with_can_be_trained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Compressed keys are counted by nobody here: a note, and no reason not to start."""
    from transformers import CONFIG_MAPPING

    shutil.copytree(MODELS / "tiny", tmp_path / "mla")
    CONFIG_MAPPING["deepseek_v3"](vocab_size=2048).save_pretrained(tmp_path / "mla")
    words = ["--preset", "tiny-cpu", f"--model.name={tmp_path / 'mla'}"]
    out = said(capsys, "doctor", *words)
    assert "note  can't reckon with a deepseek_v3 model" in out
    assert "`train` tries it all the same" in out
    assert out.endswith("Training can start.\n")
    assert "can't reckon" in said(capsys, "estimate", *words, "--examples=9", "--mean-tokens=99", code=2)


def test_what_presets_and_models_carry_is_there() -> None:
    assert {path.stem for path in PRESETS.iterdir()} == {"orca3", "orca3-one-gpu", "lora", "tiny-cpu"}
    assert {path.name for path in (MODELS / "tiny").iterdir()} >= {
        "config.json",
        "tokenizer.json",
        "tokenizer_config.json",
    }
