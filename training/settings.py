"""A run's settings: a preset, a YAML file and words of the command line, each over the one before.

A field that doesn't exist is refused by name, with the one that was perhaps meant.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from training import yaml12
from training.config import Config, Model
from training.errors import UsageError

PRESETS = Path(__file__).parent / "presets"
MODELS = Path(__file__).parent / "models"
CARRIED = "carried:"
"""`carried:tiny` as a model's or a tokenizer's name is what lies in `training/models`."""
ELSEWHERE = {
    "learning_rate": "optimizer.rate", "lr": "optimizer.rate", "num_train_epochs": "epochs", "num_epochs": "epochs",
    "max_length": "packing.window", "max_seq_length": "packing.window", "sequence_len": "packing.window",
    "cutoff_len": "packing.window", "per_device_train_batch_size": "batch.per_device", "batch_size": "batch.windows",
    "micro_batch_size": "batch.per_device", "gradient_accumulation_steps": "batch.windows", "bf16": "memory.precision",
    "gradient_checkpointing": "memory.checkpointing", "max_grad_norm": "optimizer.clip", "output_dir": "out",
    "lr_scheduler_type": "optimizer.schedule", "warmup_ratio": "optimizer.warmup_steps", "save_steps": "save",
    "warmup_steps": "optimizer.warmup_steps", "weight_decay": "optimizer.weight_decay", "eval_steps": "evaluate",
    "model_name_or_path": "model.name", "base_model": "model.name", "chat_template": "model.template",
    "attn_implementation": "model.attention", "lora_r": "lora.rank", "lora_alpha": "lora.alpha",
    "load_in_4bit": "lora.bits", "val_set_size": "data.hold_out", "logging_steps": "log_every", "dataset": "data.paths",
    "datasets": "data.paths", "save_total_limit": "keep", "optim": "optimizer.name",
}  # fmt: skip
"""What other trainers call our fields."""

Tree = dict[str, Any]


def read(file: Path | None = None, preset: str = "", overrides: Sequence[tuple[str, str]] = ()) -> Config:
    """Return the settings of `preset`, of `file` over it and of the `overrides` (dotted field, text) over both.

    A file may name its own preset as `preset: NAME`; one that is given wins. What the user sets is no longer listed in
    `assumed`. Raises UsageError for whatever doesn't fit, in one line.
    """
    tree = _file(file) if file else {}
    base = preset or tree.pop("preset", "")
    tree.pop("preset", None)
    for name, text in overrides:
        _put(tree, name, text)
    _known(tree)
    whole = _over(_preset(base) if base else {}, tree)
    given = {name for name, _ in leaves(tree)}
    if "assumed" not in tree:
        whole["assumed"] = [name for name in whole.get("assumed", ()) if name not in given]
    return _checked(whole)


def named_in(file: Path) -> str:
    """Return the preset that a file names; empty where it names none."""
    return str(yaml12.load(file).get("preset", ""))


def presets() -> tuple[str, ...]:
    """Return the names of the presets."""
    return tuple(sorted(path.stem for path in PRESETS.glob("*.yaml")))


def assumptions(config: Config) -> list[str]:
    """Return a line for each value that the source of the preset doesn't give: `optimizer.eps = 1e-08`."""
    return [f"{name} = {_plain(value_of(config, name))}" for name in config.assumed]


def value_of(config: Config, name: str) -> Any:
    """Return the value of a dotted field; None inside a section that is not set."""
    value: Any = config
    for part in name.split("."):
        value = getattr(value, part, None) if not isinstance(value, Mapping) else value.get(part)
    return value


def changes(config: Config, preset: str) -> list[str]:
    """Return a line for each field that has another value than in the preset: `epochs = 1.0`."""
    return [f"{name} = {_plain(value)}" for name, value in leaves(_over_preset(config, preset))]


def write(config: Config, path: Path, preset: str = "") -> None:
    """Write the settings as a YAML file that `read` takes: all that differs from the preset, or from the defaults."""
    tree = {**({"preset": preset} if preset else {}), **_over_preset(config, preset)}
    path.write_text(yaml.safe_dump(tree, sort_keys=False, allow_unicode=True), encoding="utf-8")


def _over_preset(config: Config, preset: str) -> Tree:
    base = read(preset=preset) if preset else Config(model=Model(name=""))
    tree = _differing(config.model_dump(mode="json"), base.model_dump(mode="json"))
    model = tree.get("model", {})
    for name in {"name", "tokenizer"} & model.keys():
        if Path(model[name]).parent == MODELS:
            model[name] = CARRIED + Path(model[name]).stem
    return tree


def _differing(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Tree:
    made: Tree = {}
    for key, value in ours.items():
        base = theirs.get(key)
        if isinstance(value, Mapping) and isinstance(base, Mapping) and base:
            value = _differing(value, base)
            if value:
                made[key] = value
        elif key not in theirs or value != base:
            made[key] = value
    return made


def field_names() -> tuple[str, ...]:
    """Return all fields, dotted."""
    return tuple(_names(Config))


def leaves(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the dotted names and the values of a tree."""
    for key, value in tree.items():
        if isinstance(value, Mapping) and value:
            yield from leaves(value, f"{before}{key}.")
        else:
            yield f"{before}{key}", value


# -- reading


def _preset(name: str, above: tuple[str, ...] = ()) -> Tree:
    path = PRESETS / f"{name}.yaml"
    if name not in presets() or name in above:
        near = difflib.get_close_matches(str(name), presets(), 1)
        raise UsageError(f"there is no preset {name}{_meant(near)}; there are {', '.join(presets())}")
    tree = yaml12.load(path)
    base = tree.pop("preset", "")
    return _over(_preset(base, (*above, name)), tree) if base else tree


def _file(path: Path) -> Tree:
    if not path.exists():
        raise UsageError(f"there is no {path}; presets are {', '.join(presets())} (--preset NAME)")
    return yaml12.load(path)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    """Return `below` with what `above` says in its place, section by section."""
    made = dict(below)
    for key, value in above.items():
        old = made.get(key)
        made[key] = _over(old, value) if isinstance(old, Mapping) and isinstance(value, Mapping) else value
    return made


def _put(tree: Tree, name: str, text: str) -> None:
    kind = _kind(name)
    if kind is Path and not text.strip():  # a variable that is not set; it must not mean the current folder
        raise UsageError(f"--{name}: an empty path")
    value: Any = text
    if kind not in (str, Path):
        if not text.strip():
            raise UsageError(f"--{name}: an empty value; null or [] is none")
        try:
            value = yaml12.value_of(text)
        except UsageError as error:
            raise UsageError(f"--{name}: {error}") from None
        if get_origin(kind) is tuple and isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        elif get_origin(kind) is tuple and not isinstance(value, list):
            value = [value]
    *sections, last = name.split(".")
    for section in sections:
        below = tree.get(section)
        tree[section] = below if isinstance(below, dict) else {}
        tree = tree[section]
    tree[last] = value


# -- what there is


def _names(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        section = _section(field.annotation)
        yield from _names(section, f"{before}{name}.") if section else [f"{before}{name}"]


def _section(annotation: Any) -> type[BaseModel] | None:
    for kind in (annotation, *get_args(annotation)):
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def _kind(name: str) -> Any:
    """Return what a dotted field holds; raise UsageError where there is none of that name."""
    model: type[BaseModel] | None = Config
    parts = name.split(".")
    for at, part in enumerate(parts):
        field = model.model_fields.get(part) if model else None
        if field is None:
            raise UsageError(_unknown(name, ".".join(parts[:at]), model))
        if get_origin(field.annotation) is dict:
            return Any
        model = _section(field.annotation)
        kind = field.annotation
    return kind


def _known(tree: Mapping[str, Any]) -> None:
    if dotted := [key for key in tree if "." in key]:
        section, _, field = dotted[0].partition(".")
        raise UsageError(f"{dotted[0]}: in a file a section holds its fields, as `{section}: {{{field}: …}}`")
    for name, _ in leaves(tree):
        _kind(name)


def _unknown(name: str, section: str, model: type[BaseModel] | None) -> str:
    last = name.removeprefix(f"{section}.") if section else name
    near = [ELSEWHERE[last]] if last in ELSEWHERE else difflib.get_close_matches(name, field_names(), 1, 0.6)
    if not near:
        near = [found for found in field_names() if found.split(".")[-1] == last.split(".")[-1]][:1]
    there = f"{section} has {', '.join(model.model_fields)}" if model and section else ""
    if not near and not section:
        there = f"there are {', '.join(Config.model_fields)}"
    return f"there is no field {name}{_meant(near)}" + (f"; {there}" if there else "")


def _meant(near: Sequence[str]) -> str:
    return f"; did you mean {near[0]}?" if near else ""


# -- checking


def _checked(tree: Tree) -> Config:
    try:
        config = Config.model_validate(tree)
    except ValidationError as error:
        raise UsageError(_said(error)) from None
    for name in config.assumed:
        _kind(name)
    if not config.model.name.strip():
        raise UsageError("model.name is empty: a hub's id or a folder")
    places = {name: carried(getattr(config.model, name)) for name in ("name", "tokenizer")}
    found = {name: place for name, place in places.items() if place != getattr(config.model, name)}
    if not found:
        return config
    return config.model_copy(update={"model": config.model.model_copy(update=found)})


def _said(error: ValidationError) -> str:
    """One line for the first of the mistakes."""
    errors = error.errors()
    first, place = errors[0], _place(errors[0]["loc"])
    if first["type"] == "missing" and isinstance(first["loc"][-1], int):
        return f"{place.rpartition('.')[0]}: too few values"
    if first["type"] == "missing":
        hint = " (--model.name=…, a hub's id or a folder), or take a --preset" if place.startswith("model") else ""
        return f"{'model.name' if place == 'model' else place} is missing: say it{hint}"
    if first["type"] in ("model_type", "dict_type"):
        none = ", or null" if place == "lora" else ""
        return f"{place}: a section with fields, as `{place}: {{…}}`{none}, not {first['input']!r}"
    if first["type"] == "tuple_type":
        return f"{place}: a list, as [a, b], not {first['input']!r}"
    ways = [one["msg"][:1].lower() + one["msg"][1:] for one in errors if _place(one["loc"]) == place]
    return f"{place}: {', or '.join(dict.fromkeys(ways))}, not {first['input']!r}"


def _place(parts: Sequence[int | str]) -> str:
    """Return a field's dotted name, without the ways in which pydantic tried to read it."""
    return ".".join(str(part) for part in parts if not re.search(r"[\[(]|^constrained-|^(?:int|float|str)$", str(part)))


def carried(name: str) -> str:
    """Return the path of `carried:NAME` in `training/models`; any other name as it is."""
    if not name.startswith(CARRIED):
        return name
    wanted = name.removeprefix(CARRIED)
    there = {path.stem if path.suffix == ".json" else path.name: path for path in sorted(MODELS.iterdir())}
    if wanted not in there:
        raise UsageError(f"there is no {name}; there are {', '.join(CARRIED + known for known in there)}")
    return str(there[wanted])


def _plain(value: Any) -> str:
    return str(list(value)) if isinstance(value, tuple) else str(value)
