"""A trained model as others take it: safetensors, tokenizer, chat template, what ends a turn, and a card.

Before it is called done it is looked at: every tensor the architecture wants is there in its shape and has no NaN, the
tokenizer's ids fit the embedding, and the template writes a chat that its end token ends.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from training.card import SETTINGS, Facts, card, gather, run_of
from training.errors import UsageError
from training.merge import find, new_folder, write_whole
from training.shards import Tell, readable

DEFAULT: Final = "exported"
"""The folder in a run's own."""


def export(source: Path, out: Path, *, base: str = "", precision: str = "auto", tell: Tell) -> Path:
    """Write the model of a run, or of one of its checkpoints, to the new folder `out`; return it.

    base, precision: as for `merge`. UsageError: no model there, or one that isn't whole.
    """
    found = find(source)
    facts = gather(run_of(found.path), found.step)
    with new_folder(out) as folder, readable(found.path):
        write_whole(found, folder, base=base, precision=precision, tell=tell)
        tokenizer = _with_template(folder, facts)
        _stop(folder, tokenizer, facts)
        if problem := next(problems(folder), None):
            raise UsageError(f"{found.path} is no whole model: {problem}")
        name = out.absolute().parent.name if out.name == DEFAULT else out.name
        (folder / "README.md").write_text(card(facts, name), encoding="utf-8", errors="replace")
        if facts.settings:
            (folder / SETTINGS).write_text(facts.settings, encoding="utf-8")
    tell(f"{out}: {_size(out)}, checked; its card is {out / 'README.md'}")
    return out


def _with_template(folder: Path, facts: Facts) -> Any:
    """Return the tokenizer, saved with the template that was trained with."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
    except (OSError, ValueError, KeyError) as error:
        first = str(error).strip().splitlines()[0][:200]
        raise UsageError(f"there is no tokenizer with the model ({first}): train writes one beside it") from None
    if facts.config is not None and not tokenizer.chat_template:
        from training.templates import load_template

        tokenizer.chat_template = load_template(facts.config.model.template, tokenizer).text
        tokenizer.save_pretrained(folder)
    if not tokenizer.chat_template:
        raise UsageError("the tokenizer has no chat template, and the run's settings are not there to say which it was")
    return tokenizer


def _stop(folder: Path, tokenizer: Any, facts: Facts) -> None:
    """Say in the generation's configuration what ends a turn: a model that isn't told goes on for both sides."""
    path = folder / "generation_config.json"
    about = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    before = about.get("eos_token_id")
    ends = [tokenizer.eos_token_id, *(before if isinstance(before, list) else [before])]
    if facts.config is not None:
        from training.templates import load_template

        ends.insert(
            0, tokenizer.convert_tokens_to_ids(load_template(facts.config.model.template, tokenizer).end_of_turn)
        )
    known = [end for end in dict.fromkeys(ends) if isinstance(end, int)]
    about |= {"eos_token_id": known[0] if len(known) == 1 else known, "pad_token_id": tokenizer.pad_token_id}
    about.setdefault("_from_model_config", True)
    path.write_text(
        json.dumps({k: v for k, v in about.items() if v not in (None, [])}, indent=2) + "\n", encoding="utf-8"
    )


def problems(folder: Path) -> Iterator[str]:
    """Yield what is wrong with an exported model; nothing where it is whole."""
    from transformers import AutoTokenizer

    found = dict(_shapes(folder))
    wanted, may_lack = _wanted(folder)
    yield from (f"{name} is missing" for name in sorted(wanted.keys() - found.keys() - may_lack))
    yield from (f"{name} is not of this architecture" for name in sorted(found.keys() - wanted.keys()))
    for name in sorted(found.keys() & wanted.keys()):
        if found[name] != wanted[name]:
            yield f"{name} has the shape {list(found[name])}, the architecture wants {list(wanted[name])}"
    yield from _no_numbers(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    rows = max((shape[0] for name, shape in found.items() if "embed_tokens" in name), default=len(tokenizer))
    if (most := max(tokenizer.get_vocab().values())) >= rows:
        yield f"the tokenizer has ids up to {most}, the embedding {rows} rows"
    chat = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Good day"}]
    try:
        written = tokenizer.apply_chat_template(chat, tokenize=False)
    except Exception as error:  # whatever somebody's Jinja raises
        yield f"its template can't write a chat: {' '.join(str(error).split())[:200]}"
        return
    if "Good day" not in written:
        yield "its template leaves out what the assistant says"


def _wanted(folder: Path) -> tuple[dict[str, tuple[int, ...]], set[str]]:
    """Return the tensors that the architecture has, and those that need not be written because they are tied."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM

    try:
        config = AutoConfig.from_pretrained(folder)
    except (OSError, ValueError) as error:
        first = str(error).strip().splitlines()[0][:200]
        raise UsageError(f"its config.json is not that of a model: {first}") from None
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(config)
    shapes = {name: tuple(tensor.shape) for name, tensor in model.state_dict().items()}
    tied = {"lm_head.weight"} if getattr(config, "tie_word_embeddings", False) else set()
    return shapes, tied


def _shapes(folder: Path) -> Iterator[tuple[str, tuple[int, ...]]]:
    from safetensors import safe_open

    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118  (no mapping)
                yield name, tuple(tensors.get_slice(name).get_shape())


def _no_numbers(folder: Path) -> Iterator[str]:
    import torch
    from safetensors import safe_open

    for file in sorted(folder.glob("*.safetensors")):
        with safe_open(file, framework="pt") as tensors:
            for name in tensors.keys():  # noqa: SIM118
                tensor = tensors.get_tensor(name)
                if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
                    yield f"{name} has numbers that are none (NaN or infinite)"


def _size(folder: Path) -> str:
    size = sum(file.stat().st_size for file in folder.iterdir())
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{size / 1e6:.1f} MB"
