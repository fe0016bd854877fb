"""Chat templates: the tokenizer's own, those of common families, or a Jinja file; and a tokenizer made ready for one.

`orca3` is ChatML on a model that never saw it, with its two tokens added. Built-in ones trim answers, and each answer's
head ends in a line's end or a control token, so that a prompt's tokens are the same whether an answer follows or not.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import jinja2

from training.config import Model
from training.errors import UsageError
from training.render import compiled

_CHATML = ("<|im_start|>", "<|im_end|>")
_HEADERS = ("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")


@dataclass(frozen=True, slots=True)
class Template:
    """How chats are written."""

    name: str
    text: str
    """Jinja."""
    end_of_turn: str
    """The token that ends an answer, and stops the model."""
    added_tokens: tuple[str, ...] = ()
    """Control tokens the tokenizer must have; `prepare_tokenizer` adds those it lacks."""


@dataclass(frozen=True, slots=True)
class _BuiltIn:
    file: str
    end: str = ""
    """Empty: the tokenizer's own end of text."""
    added: tuple[str, ...] = ()
    begins: bool = False
    """The tokenizer's begin of text stands before it."""


BUILT_IN = {
    "orca3": _BuiltIn("chatml", "<|im_end|>", _CHATML, begins=True),
    "mistral-inst": _BuiltIn("mistral-inst"),
    "llama3": _BuiltIn("llama3", "<|eot_id|>", _HEADERS),
    "qwen": _BuiltIn("chatml", "<|im_end|>", _CHATML),
    "zephyr": _BuiltIn("zephyr"),
    "alpaca": _BuiltIn("alpaca"),
    "chatml": _BuiltIn("chatml", "<|im_end|>", _CHATML),
}


def load_template(name: str, tokenizer: Any) -> Template:
    """Return `auto` (the tokenizer's own), a built-in one, or that of a Jinja file.

    Raise `UsageError` for none of these, one that is no Jinja, and a tokenizer that lacks what it needs.
    """
    if name in BUILT_IN:
        return _built_in(name, tokenizer)
    if name == "auto":
        text = _own(tokenizer)
    elif Path(name).is_file():
        text = _read(Path(name))
    else:
        raise UsageError(f"no template {name!r}: model.template is auto, {', '.join(BUILT_IN)}, or a Jinja file")
    try:
        compiled(text)
    except jinja2.TemplateError as error:
        line = f" in line {error.lineno}" if isinstance(error, jinja2.TemplateSyntaxError) else ""
        raise UsageError(f"the template {name} is no Jinja{line}: {error.message}") from None
    return Template(name, text, _end_of(name, text, tokenizer))


def prepare_tokenizer(model: Model) -> Any:
    """Load a model's tokenizer and give it what its template needs: control tokens, a pad token, the template itself.

    Tokens may be added at its end: a model's embeddings must be as many. Raise `UsageError` if it can't be had.
    """
    tokenizer = _loaded(model.tokenizer or model.name, model.revision)
    if template := BUILT_IN.get(model.template):
        lacking = [token for token in template.added if token not in tokenizer.get_vocab()]
        tokenizer.add_tokens(lacking, special_tokens=True)
        if template.end:
            tokenizer.eos_token = template.end  # what is saved with the model must stop where it learned to
    if tokenizer.pad_token is None:  # packs need none, but others' code asks for it; no loss is ever taken on it
        tokenizer.pad_token = tokenizer.unk_token or tokenizer.eos_token
    loaded = load_template(model.template, tokenizer)
    tokenizer.chat_template = loaded.text
    if tokenizer.pad_token is None:
        tokenizer.pad_token = loaded.end_of_turn
    return tokenizer


def _loaded(name: str, revision: str) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)
    except Exception as error:  # each kind of tokenizer and hub fails in its own way
        first = (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
        raise UsageError(
            f"no tokenizer from {name!r} ({first}); "
            "model.tokenizer names a hub's id, or a folder with tokenizer.json and tokenizer_config.json"
        ) from None
    if getattr(tokenizer, "backend_tokenizer", None) is None:
        raise UsageError(
            f"the tokenizer of {name!r} ({type(tokenizer).__name__}) is not a fast one: it needs a tokenizer.json"
        )
    return tokenizer


def _built_in(name: str, tokenizer: Any) -> Template:
    known = BUILT_IN[name]
    end = known.end or tokenizer.eos_token
    if not end:
        raise UsageError(f"the tokenizer has no end token, which the template {name} ends answers with; choose orca3")
    text = ("{{- bos_token }}\n" if known.begins else "") + _text(known.file)
    return Template(name, text, str(end), known.added)


@cache
def _text(file: str) -> str:
    return files("training.templates").joinpath(f"{file}.jinja").read_text(encoding="utf-8")


def _own(tokenizer: Any) -> str:
    text = tokenizer.chat_template
    if isinstance(text, dict):
        text = text.get("default")
    if not text:
        name = getattr(tokenizer, "name_or_path", "") or type(tokenizer).__name__
        raise UsageError(
            f"the tokenizer {name} has no chat template: model.template is {', '.join(BUILT_IN)}, or a Jinja file"
        )
    return str(text)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the template {path} can't be read ({error}); it is a Jinja file in UTF-8") from None


def _end_of(name: str, text: str, tokenizer: Any) -> str:
    from training.ends import ends_of
    from training.render import Renderer, specials_of
    from training.spell import Controls

    controls = Controls(tokenizer, text)
    last = ends_of(name, Renderer(text, specials_of(tokenizer), controls.pattern), controls).answer[-1]
    return str(tokenizer.convert_ids_to_tokens(last))
