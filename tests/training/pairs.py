"""Exported pairs and a tokenizer, both small, for tests that go the whole way from files."""

import json
from pathlib import Path
from typing import Any

import numpy as np

SAID = "the answer is a number of trees that stand in rows along an old road where people walk every day"
WORDS = SAID.split()
SKILLS = ("rag", "mcq", "code")


def sentence(chance: np.random.Generator, most: int) -> str:
    return " ".join(chance.choice(WORDS, int(chance.integers(1, most + 1)))) + "."


def rows(count: int, *, most: int = 12) -> list[dict[str, Any]]:
    """Return rows as `python -m teams export --format messages` writes them, of one to three turns."""
    chance = np.random.default_rng(count)
    made = []
    for number in range(count):
        messages = [{"role": "system", "content": sentence(chance, most)}]
        for _ in range(number % 3 + 1):
            messages += [
                {"role": "user", "content": sentence(chance, most)},
                {"role": "assistant", "content": sentence(chance, most)},
            ]
        made.append(
            {
                "id": f"pair-{number}",
                "skill": SKILLS[number % len(SKILLS)],
                "split": "test" if number % 7 == 6 else "train",
                "seed": {"hash": f"seed-{number}"},
                "verdict": {"accepted": True},
                "messages": messages,
            }
        )
    return made


def write_pairs(path: Path, what: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in what), encoding="utf-8")
    return path


def write_tokenizer(folder: Path) -> Path:
    """Train 400 byte-level tokens, and save them as a model's tokenizer."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    bare = Tokenizer(models.BPE())
    bare.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    bare.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=["<s>", "</s>"], initial_alphabet=alphabet, show_progress=False
    )
    bare.train_from_iterator([SAID] * 3, trainer)
    PreTrainedTokenizerFast(tokenizer_object=bare, bos_token="<s>", eos_token="</s>").save_pretrained(folder)
    return folder
