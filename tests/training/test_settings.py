"""Presets, YAML and words over them; mistakes are one line that says what would be right."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from training.config import Config
from training.errors import UsageError
from training.settings import ELSEWHERE, assumptions, field_names, leaves, presets, read, value_of, write


def refused(preset: str = "lora", file: Path | None = None, **fields: str) -> str:
    with pytest.raises(UsageError) as error:
        read(file, preset, [(name.replace("__", "."), text) for name, text in fields.items()])
    said = str(error.value)
    assert "\n" not in said
    return said


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "mine.yaml"


@pytest.mark.parametrize("name", presets())
def test_every_preset_is_whole_and_written_and_read_again_the_same(name: str, tmp_path: Path) -> None:
    config = read(preset=name)
    for base in ("", name, "lora"):
        write(config, tmp_path / "again.yaml", base)
        assert read(tmp_path / "again.yaml") == config


def test_what_is_written_is_what_differs(tmp_path: Path) -> None:
    config = read(preset="lora", overrides=[("epochs", "3"), ("lora", "null"), ("model.name", "carried:tiny")])
    write(config, tmp_path / "mine.yaml", "lora")
    assert yaml.safe_load((tmp_path / "mine.yaml").read_text()) == {
        "preset": "lora", "model": {"name": "carried:tiny"}, "lora": None, "epochs": 3.0,
    }  # fmt: skip


def test_the_papers_values() -> None:
    config = read(preset="orca3")
    paper = {
        "model.name": "mistralai/Mistral-7B-v0.1", "packing.window": 8192, "packing.enabled": True, "epochs": 3,
        "optimizer.rate": 8e-6, "optimizer.weight_decay": 0.1, "optimizer.warmup_steps": 500,
        "optimizer.schedule": "cosine", "data.train_on": "assistant", "save": "epoch",
    }  # fmt: skip
    assert {name: value_of(config, name) for name in paper} == paper
    assert not set(paper) & set(config.assumed), "what the paper says is not assumed"


def test_what_a_preset_sets_is_the_papers_or_listed_as_assumed() -> None:
    said = {
        "model.name", "packing.window", "optimizer.rate", "optimizer.weight_decay", "optimizer.schedule", "epochs",
        "optimizer.warmup_steps", "data.train_on", "batch.per_device", "save", "estimate.examples", "estimate.hours",
    }  # fmt: skip
    ours = {"keep", "evaluate", "assumed"}
    whole = read(preset="orca3").model_dump(exclude_unset=True)
    assert {name for name, _ in leaves(whole)} - said - ours <= set(read(preset="orca3").assumed)


def test_one_gpu_learns_the_same() -> None:
    many, one = read(preset="orca3"), read(preset="orca3-one-gpu")
    assert (one.optimizer, one.packing, one.epochs, one.model) == (
        many.optimizer,
        many.packing,
        many.epochs,
        many.model,
    )
    assert one.batch.windows == many.batch.windows == 1520
    assert (one.batch.per_device, many.batch.per_device) == (1, 10)


def test_each_layer_is_over_the_one_before(file: Path) -> None:
    file.write_text("preset: orca3\noptimizer: {rate: 1e-5}\nepochs: 2\n")
    config = read(file, overrides=[("epochs", "1")])
    assert (config.optimizer.rate, config.optimizer.weight_decay, config.epochs) == (1e-5, 0.1, 1)
    assert read(file, preset="lora").model.template == "mistral-inst"


def test_what_the_user_sets_is_assumed_no_more(file: Path) -> None:
    file.write_text("preset: orca3\noptimizer: {eps: 1e-6}\n")
    config = read(file, overrides=[("seed", "7")])
    assert {"optimizer.eps", "seed"}.isdisjoint(config.assumed)
    assert "optimizer.betas = [0.9, 0.95]" in assumptions(config)


def test_words_of_yaml_1_1_keep_their_meaning(file: Path) -> None:
    file.write_text(
        "model: {name: m, revision: 'on'}\nmemory: {checkpointing: off, shard: none}\noptimizer: {eps: 1e-9}\n"
    )
    config = read(file)
    assert (config.memory.checkpointing, config.memory.shard, config.optimizer.eps) == ("off", "none", 1e-9)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("data.skills", "fermi,coding", ("fermi", "coding")),
        ("data.paths", "[a.jsonl, b]", (Path("a.jsonl"), Path("b"))),
        ("data.mix.fermi", "0.5", 0.5),
        ("optimizer.betas", "[0.9, 0.99]", (0.9, 0.99)),
        ("optimizer.betas", "0.9,0.99", (0.9, 0.99)),
        ("model.revision", "1e5", "1e5"),
        ("model.name", "null", "null"),
        ("lora", "null", None),
        ("lora.bits", "4", 4),
        ("store", "cache", Path("cache")),
        ("save", "100", 100),
        ("max_steps", "0", 0),
    ],
)
def test_words_of_the_command_line(name: str, text: str, value: object) -> None:
    assert value_of(read(preset="lora", overrides=[(name, text)]), name) == value


def test_a_carried_model_is_found() -> None:
    config = read(preset="tiny-cpu", overrides=[("model.tokenizer", "carried:tiny")])
    assert (Path(config.model.name) / "config.json").is_file()
    assert config.model.tokenizer == config.model.name
    assert "carried:tiny" in refused(model__name="carried:huge")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"optimiser__rate": "1"}, "did you mean optimizer.rate?"),
        ({"optimizer__lr": "1"}, "did you mean optimizer.rate?"),
        ({"learning_rate": "1"}, "did you mean optimizer.rate?"),
        ({"rate": "1"}, "did you mean optimizer.rate?"),
        ({"data__path": "x"}, "did you mean data.paths?"),
        ({"model__name__x": "1"}, "no field model.name.x"),
        ({"batch__windows": "0"}, "batch.windows: input should be greater than 0, not 0"),
        ({"memory__shard": "zero3"}, "'none', 'fsdp' or 'hsdp'"),
        ({"epochs": "inf"}, "epochs: "),
        ({"optimizer__betas": "[0.9, 0.99"}, "is no value"),
        ({"lora__bits": "8"}, "lora.bits: input should be 4 or 16"),
        ({"lora": "true"}, "lora: a section with fields, as `lora: {…}`, or null"),
        ({"optimizer__betas": "0.9"}, "optimizer.betas: too few values"),
        ({"optimizer__betas": "1.5,0.9"}, "optimizer.betas.0: input should be less than 1"),
        ({"save": "0"}, "save: input should be 'epoch', or input should be greater than 0, not 0"),
        ({"seed": "-1"}, "seed: "),
        ({"seed": str(2**32)}, "seed: "),
        ({"max_steps": "-2"}, "max_steps: "),
        ({"batch__windows": "1000000000"}, "batch.windows: "),
        ({"packing__window": "1000000000"}, "packing.window: "),
        ({"data__mix__fermi": "1e9"}, "data.mix.fermi: input should be less than or equal to 1000"),
        ({"data__skills": ""}, "--data.skills: an empty value"),
    ],
)
def test_mistakes_say_what_would_be_right(fields: dict[str, str], words: str) -> None:
    assert words in refused(**fields)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("optimiser: {rate: 1}", "did you mean optimizer.rate?"),
        ("epochs: 1\nepochs: 2", ":2: no YAML: 'epochs' stands twice"),
        ("a: [1", "no YAML"),
        ("- 1", "must hold fields"),
        ("1: 2", "must hold fields"),
        ("{[1]: 2}", "no YAML"),
        ("preset: orca33", "did you mean orca3?"),
        ("optimizer: 3", "optimizer: "),
        ("optimizer: null", "optimizer: "),
        ("model: {name: 3}", "model.name: "),
        ("assumed: [nothing]", "there is no field nothing"),
        ("model.name: m", "model.name: in a file a section holds its fields, as `model: {name: …}`"),
        ("a: " + "[" * 3000, "nested deeper"),
        ("epochs: !!python/object/apply:os.getcwd []", "no YAML"),
    ],
)
def test_files_with_mistakes(file: Path, text: str, words: str) -> None:
    file.write_text(text)
    assert words in refused("lora" if "preset" not in text else "", file)


def test_one_word_is_a_list_of_one(file: Path) -> None:
    file.write_text("data: {paths: my-run, skills: fermi}\nlora: {targets: q_proj}\n")
    config = read(file, "lora")
    assert config.lora is not None
    assert (config.data.paths, config.data.skills, config.lora.targets) == ((Path("my-run"),), ("fermi",), ("q_proj",))


def test_a_tilde_is_home_wherever_a_folder_is_named(file: Path) -> None:
    """A shell leaves `--out=~/x` alone; a folder called `~` is nobody's wish."""
    file.write_text("data: {paths: [~/runs/a]}\nmodel: {tokenizer: ~/words}\n")
    config = read(file, "lora", [("out", "~/mine"), ("store", "~/store"), ("model.name", "~/models/m")])
    home = Path.home()
    assert (config.out, config.store, config.data.paths) == (home / "mine", home / "store", (home / "runs" / "a",))
    assert (config.model.name, config.model.tokenizer) == (str(home / "models" / "m"), str(home / "words"))


def test_files_that_are_not_there(tmp_path: Path) -> None:
    assert "tiny-cpu" in refused(file=tmp_path / "none.yaml")
    (tmp_path / "bytes.yaml").write_bytes(b"\xff\xfe\xfa")
    assert "can't be read" in refused(file=tmp_path / "bytes.yaml")
    assert "there are lora, orca3" in refused("7b")
    assert "model.name is missing" in refused("", epochs="1")


def test_what_others_call_our_fields_leads_to_fields_there_are() -> None:
    assert set(ELSEWHERE.values()) <= {*field_names(), *Config.model_fields}


values = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
)
keys = st.sampled_from([*Config.model_fields, "name", "rate", "rank", "paths", "mix", "x"])
trees = st.recursive(values, lambda below: st.dictionaries(keys, below, max_size=3), max_leaves=8)


@given(st.dictionaries(keys, trees, max_size=4), st.sampled_from(["", *presets()]))
def test_any_tree_is_a_configuration_or_a_word_to_the_user(tree: dict[str, object], preset: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "any.yaml")
        path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        try:
            config = read(path, preset)
        except UsageError as error:
            assert "\n" not in str(error)
        else:
            write(config, path)
            assert read(path) == config
