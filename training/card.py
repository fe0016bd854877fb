"""The card of a trained model: what it was trained on, how, how it did on held-out chats, and what it can't promise."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.config import Config
from training.errors import UsageError
from training.settings import CARRIED, MODELS, assumptions, named_in, read, write

SETTINGS = "settings.yaml"
"""In a run's folder: its settings, as `--preset` and a file would give them again."""
FIGURES = "figures.jsonl"


@dataclass(frozen=True)
class Facts:
    """What is known of a run."""

    config: Config | None = None
    settings: str = ""
    """As YAML, without the paths of whoever trained."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Of the store: its key, sources (path to SHA-256), what was dropped and cut."""
    figures: tuple[Mapping[str, Any], ...] = ()
    """Of steps and evaluations, in order; of a checkpoint, up to it."""
    unfinished: str = ""
    """`step 23 of 27`, where it is a checkpoint from before the run's end."""


def record(config: Config, preset: str = "") -> Path:
    """Write a run's settings into its folder; return the file."""
    config.out.mkdir(parents=True, exist_ok=True)
    beside = config.out / f".{SETTINGS}"
    write(config, beside, preset)
    return beside.replace(config.out / SETTINGS)


def gather(run: Path, step: int | None = None) -> Facts:
    """Read what a run left in its folder, up to `step` where it is a checkpoint's; what isn't there is left open."""
    lines = tuple(line for line in _lines(run / FIGURES) if step is None or line.get("step", 0) <= step)
    unfinished = _unfinished(run, step)
    try:
        config, preset = read(run / SETTINGS), named_in(run / SETTINGS)
    except UsageError:  # none, or of another version
        return Facts(figures=lines, unfinished=unfinished)
    with tempfile.TemporaryDirectory() as folder:
        shown = Path(folder, SETTINGS)
        write(_shareable(config), shown, preset)
        settings = shown.read_text(encoding="utf-8")
    return Facts(config, settings, _data(run, config), lines, unfinished)


def _unfinished(run: Path, step: int | None) -> str:
    from training.engine.checkpoints import whole

    last = next((one.made.get("steps", 0) for one in whole(run) if one.step == step), 0)
    return f"step {step} of {last}" if step is not None and step < last else ""


def _shareable(config: Config) -> Config:
    """Take out what tells of somebody's machine: folders and where files lie."""
    data = config.data.model_copy(update={"paths": tuple(Path(path.name) for path in config.data.paths)})
    model = config.model.model_copy(
        update={name: _known_as(getattr(config.model, name)) for name in ("name", "tokenizer", "template")}
    )
    return config.model_copy(update={"data": data, "model": model, "out": Path("trained"), "store": None})


def _known_as(name: str) -> str:
    path = Path(name)
    if path.parent == MODELS:
        return CARRIED + path.stem
    return path.name if path.is_absolute() or path.exists() else name


def run_of(path: Path) -> Path:
    """Return the run's folder that a model or a checkpoint lies in."""
    for folder in (path, path.parent, path.parent.parent):
        if (folder / FIGURES).is_file() or (folder / SETTINGS).is_file():
            return folder
    return path


def _data(run: Path, config: Config) -> dict[str, Any]:
    """Return the `meta` of the store that the newest checkpoint was trained on, with its counts."""
    from training.engine.checkpoints import whole

    made = [dict(one.made) for one in whole(run)]
    if not made:
        return {}
    name = str(made[-1].get("data", ""))
    from training.prepare import store_folder
    from training.store import Store

    try:
        store = Store.open(store_folder(config) / name)
    except (UsageError, OSError):
        return {"key": name}
    seen = store.subset("train")
    counts = {"chats": len(seen), "tokens": int(store.lengths[seen].sum()), "trained": int(store.trained[seen].sum())}
    return {**store.meta, **counts, "held_out": len(store) - len(seen)}


def _lines(path: Path) -> list[dict[str, Any]]:
    found = []
    for text in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            line = json.loads(text)
        except ValueError:  # cut short by a kill
            continue
        if isinstance(line, dict):
            found.append(line)
    return found


def card(facts: Facts, name: str) -> str:
    """Return the card as Markdown, with the head that hubs read."""
    parts = [
        _head(facts),
        f"# {_inline(name)}\n",
        _what(facts),
        _use(),
        _evaluation(facts),
        _trained_on(facts),
        _how(facts),
    ]
    return "\n".join(part for part in [*parts, _LIMITS] if part)


def base_of(config: Config | None) -> str:
    """Return the base model's id on a hub; empty where it is a folder or none."""
    if config is None or config.model.init == "random" or Path(config.model.name).exists():
        return ""
    return config.model.name if re.fullmatch(r"[\w.-]+/[\w.-]+", config.model.name) else ""


def _head(facts: Facts) -> str:
    head: dict[str, Any] = {
        "library_name": "transformers",
        "pipeline_tag": "text-generation",
        "tags": ["agentinstruct", "synthetic-data", "sft"],
    }
    if base := base_of(facts.config):
        head["base_model"] = base
        head["base_model_relation"] = "finetune"
    # JSON, which YAML includes: a name can't break out of it.
    return "---\n" + "".join(f"{key}: {json.dumps(value)}\n" for key, value in head.items()) + "---\n"


def _what(facts: Facts) -> str:
    config = facts.config
    if config is None:
        return "A language model fine-tuned on synthetic chats made with AgentInstruct. Its settings were not kept.\n"
    shown = _known_as(config.model.name)
    if config.model.init == "random":
        start = f"A language model of the architecture of `{_code(shown)}`, trained from random weights"
    else:
        start = f"`{_code(shown)}`, fine-tuned"
    how = f" with adapters of rank {config.lora.rank}, laid into it," if config.lora else ""
    so_far = f" It was taken at {facts.unfinished}, before the end of its run." if facts.unfinished else ""
    return (
        f"{start}{how} on synthetic chats made with AgentInstruct. The loss was on the assistant's words alone."
        f"{so_far}\n"
    )


def _use() -> str:
    return """## Use

```python
from transformers import pipeline

chat = pipeline("text-generation", model="PATH-OR-NAME")
print(chat([{"role": "user", "content": "…"}], max_new_tokens=512)[0]["generated_text"][-1]["content"])
```

The chat template it was trained with comes with the tokenizer; a turn ends with its end token.
"""


def _evaluation(facts: Facts) -> str:
    evaluated = [line for line in facts.figures if "eval_loss" in line]
    if not evaluated:
        return "## Evaluation\n\nNothing was held out: how well it does is not known.\n"
    last = evaluated[-1]
    skills = {key.removeprefix("eval_loss_"): value for key, value in last.items() if key.startswith("eval_loss_")}
    first = {key: value for key, value in evaluated[0].items() if key.startswith("eval_loss")}
    rows = [("all", last["eval_loss"], first.get("eval_loss"))]
    rows += [(skill, value, first.get(f"eval_loss_{skill}")) for skill, value in skills.items()]
    head = f"at step {last.get('step', '?')}"
    earlier = f"at step {evaluated[0].get('step', '?')}"
    several = len(evaluated) > 1
    lines = [
        f"| held-out chats | loss {head} |" + (f" {earlier} |" if several else ""),
        "|---|---:|" + "---:|" * several,
    ]
    for skill, now, before in rows:
        lines.append(f"| {_inline(skill)} | {_number(now)} |" + (f" {_number(before)} |" if several else ""))
    return (
        "## Evaluation\n\nLoss in nats a token of the assistant, on chats of seeds that were not trained on. It says "
        "how well such chats are told, not how right the answers are.\n\n" + "\n".join(lines) + "\n"
    )


def _trained_on(facts: Facts) -> str:
    data = facts.data
    lines = ["## Data\n"]
    if "chats" in data:
        share = data["trained"] / max(data["tokens"], 1)
        apart = f"; {data['held_out']:,} chats were held out, by their seeds" if data.get("held_out") else ""
        lines.append(f"{data['chats']:,} chats, {data['tokens']:,} tokens, {share:.0%} of them trained{apart}.\n")
    for label, key in (("left out", "dropped"), ("cut to their last whole turn", "cut")):
        if value := data.get(key):
            said = (
                ", ".join(f"{n:,} {reason}" for reason, n in value.items())
                if isinstance(value, Mapping)
                else f"{value:,}"
            )
            lines.append(f"{label[0].upper()}{label[1:]}: {_inline(said)}.\n")
    if sources := data.get("sources"):
        lines += ["| file | SHA-256 |", "|---|---|"]
        lines += [f"| {_inline(Path(path).name)} | `{_code(hashed)}` |" for path, hashed in dict(sources).items()]
        lines.append("")
    if name := data.get("key"):
        lines.append(f"Prepared, with tokenizer and template, as `{_code(name)}`.\n")
    return "\n".join(lines) if len(lines) > 1 else ""


def _how(facts: Facts) -> str:
    if not facts.settings:
        return ""
    said = facts.settings.replace("```", "'''")
    lines = ["## Training\n", "```yaml", said.rstrip(), "```\n"]
    last = next((line for line in reversed(facts.figures) if "trained_tokens" in line), None)
    if last is not None:
        lines.append(f"{last['step']:,} steps, {last['trained_tokens']:,.0f} trained tokens.\n")
    if facts.config is not None and (assumed := assumptions(facts.config)):
        lines.append("Of this the preset's source does not give:\n")
        lines += [f"- `{_code(line)}`" for line in assumed]
        lines.append("")
    return "\n".join(lines)


_LIMITS = """## Limits

What it was trained on was written by language models and checked by programs, which see what programs can see. It was
not trained to refuse, nor examined for bias. Its licence follows from those of the base model, of the seeds, and of the
models that wrote the chats: say which before you publish it.
"""


def _inline(text: object) -> str:
    """One line of text, no markup of its own: a skill may be called `![](http://…)`, which would be fetched."""
    return re.sub(r"([\\|\[\]*])", r"\\\1", _code(text)).replace("<", "&lt;")


def _code(text: object) -> str:
    """One line to stand between backticks, where nothing is markup but a backtick."""
    return " ".join(str(text).replace("`", "'").split())


def _number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float | int) else "–"
