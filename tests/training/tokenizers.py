"""Real tokenizers, trained here in a second: byte-level like Llama 3, and with `▁` for spaces like SentencePiece."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from training.chats import Chat, Message
from training.config import Data
from training.encode import Encoder
from training.templates import BUILT_IN, load_template

RUNS = Path(__file__).parents[1] / "runs"
_LLAMA3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
SPECIALS = ("<unk>", "<s>", "</s>", "<|im_start|>", "<|im_end|>")


@cache
def texts() -> list[str]:
    """What real rows say."""
    return [
        message["content"]
        for path in sorted(RUNS.glob("*/strong/pairs.jsonl"))
        for line in path.read_text().splitlines()
        for message in json.loads(line)["messages"]
    ]


def byte_level(*more: str, normal: bool = False, space: bool = False) -> Any:
    """Return a byte-level BPE of 2,000 entries with Llama 3's way of parting words.

    `normal` puts text into NFC first, as Qwen's does; `space` puts one before every text, as GPT-2's may.
    """
    from tokenizers import Tokenizer, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    inside = Tokenizer.from_str(_byte_level())
    if normal:
        inside.normalizer = normalizers.NFC()
    if space:
        inside.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=True)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=inside, **_NAMED)
    tokenizer.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>", *more]})
    return tokenizer


@cache
def _byte_level() -> str:
    from tokenizers import Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_LLAMA3), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=2000, special_tokens=["<unk>", "<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(texts(), trainer)
    return str(tokenizer.to_str())


def sentence_piece(scheme: str = "first", legacy: bool = False) -> Any:
    """Return a BPE in the manner of Llama 2 and Mistral: `▁` for spaces, bytes for what it can't spell.

    `legacy` puts a space before every piece of text by its normalizer, as Mistral-7B-v0.1's does.
    """
    from tokenizers import Tokenizer, normalizers, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer.from_str(_sentence_piece())
    if legacy:
        tokenizer.pre_tokenizer = None
        tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=False)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, **_NAMED)


@cache
def _sentence_piece() -> str:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    spelt = [AddedToken(f"<0x{byte:02X}>", special=False) for byte in range(256)]
    trainer = trainers.BpeTrainer(
        vocab_size=2000, special_tokens=["<unk>", "<s>", "</s>", *spelt], limit_alphabet=200, show_progress=False
    )
    tokenizer.train_from_iterator([text.replace("\n", " ") for text in texts()], trainer)
    form = json.loads(tokenizer.to_str())
    form["added_tokens"] = [added for added in form["added_tokens"] if added["content"] in SPECIALS]
    return json.dumps(form)


_NAMED = {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}


def ready(tokenizer: Any, name: str) -> Any:
    """Give a tokenizer what a built-in template needs, as `prepare_tokenizer` would."""
    if name in BUILT_IN:
        tokenizer.add_special_tokens({"additional_special_tokens": list(BUILT_IN[name].added)})
    return tokenizer


def encoder(tokenizer: Any, name: str = "orca3", window: int = 4096, **data: Any) -> Encoder:
    tokenizer = ready(tokenizer, name)
    return Encoder(tokenizer, load_template(name, tokenizer), Data(**data), window)


def chat(*said: str, system: str = "", **more: Any) -> Chat:
    """Return a chat of user and assistant by turns."""
    turns = [Message("user" if n % 2 == 0 else "assistant", text) for n, text in enumerate(said)]
    return Chat("a chat", (*([Message("system", system)] if system else []), *turns), **more)
