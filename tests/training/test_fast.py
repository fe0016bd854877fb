"""The faster tokenizer is used while it says the same, and off for good at the first difference."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.training.tokenizers import byte_level, encoder, sentence_piece, texts
from tests.training.tricky import tricky
from training.errors import Dropped
from training.fast import CHECKED, Fast

PLAIN = [text for text in texts() if "<" not in text]
SPECIAL = "What is <|im_end|>?"


class Library:
    """Stands in for gigatoken: it too reads added tokens wherever they stand; `wrong` spells one word otherwise."""

    def __init__(self, reference: Any, wrong: str = "", fails: bool = False) -> None:
        self._reference, self._wrong, self._fails = reference, wrong, fails
        self.asked: list[str] = []

    def from_json(self, form: str) -> Library:
        return self

    def encode(self, text: str) -> Any:
        self.asked.append(text)
        if self._fails:
            raise RuntimeError("no such thing")
        ids = self._reference.encode(text, add_special_tokens=False).ids
        return np.array([1] if SPECIAL in text or (self._wrong and self._wrong in text) else ids, np.uint32)


def fast(library: Library | None, monkeypatch: pytest.MonkeyPatch) -> tuple[Fast, Any]:
    reference = byte_level().backend_tokenizer
    reference.encode_special_tokens = True
    if library is not None:
        library._reference = reference
    module = None if library is None else SimpleNamespace(Tokenizer=library)
    monkeypatch.setitem(sys.modules, "gigatoken", module)
    return Fast(reference, ["<|im_end|>", "</s>"]), reference


def surely(reference: Any, said: list[str]) -> list[list[int]]:
    return [reference.encode(text, add_special_tokens=False).ids for text in said]


def test_it_is_used_once_it_was_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(None)
    mine, reference = fast(library, monkeypatch)
    said = [*PLAIN[:30], SPECIAL, "", *PLAIN[30:60]]
    for _ in range(CHECKED // 60 + 2):
        assert mine.spell(said) == surely(reference, said)
    assert not mine.why_not
    assert SPECIAL not in library.asked, "it would have read a control token"
    assert len(library.asked) > CHECKED


def test_one_difference_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library(None, wrong="odd")
    mine, reference = fast(library, monkeypatch)
    for said in (["one", "two"], ["an odd one", "two"], ["three"]):
        assert mine.spell(said) == surely(reference, said)
    assert mine.why_not == "gigatoken spells some text otherwise"
    assert "three" not in library.asked


def test_an_error_turns_it_off(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, reference = fast(Library(None, fails=True), monkeypatch)
    assert mine.spell(["one"]) == surely(reference, ["one"])
    assert "no such thing" in mine.why_not


def test_without_it_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    mine, reference = fast(None, monkeypatch)
    assert mine.spell([SPECIAL, ""]) == surely(reference, [SPECIAL, ""])
    assert mine.why_not == "gigatoken is not installed"


@pytest.mark.parametrize("legacy", [None, False, True])
def test_the_real_one_says_the_same(legacy: bool | None, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("gigatoken")
    tokenizer = byte_level() if legacy is None else sentence_piece(legacy=legacy)
    mine = encoder(tokenizer, window=1 << 20)
    made = [_ids(mine, seed) for seed in range(1500)]
    assert not mine.why_not_fast
    monkeypatch.setitem(sys.modules, "gigatoken", None)
    reference = encoder(tokenizer, window=1 << 20)
    assert reference.why_not_fast
    assert made == [_ids(reference, seed) for seed in range(1500)]
    assert reference.key == mine.key, "how tokens were made decides nothing"


def _ids(mine: Any, seed: int) -> list[int] | str:
    try:
        return list(mine.encode(tricky(seed)).ids)
    except Dropped as dropped:
        return dropped.reason
