"""A faster tokenizer in the place of the reference, as long as it says the same: optional, and never trusted unseen.

`gigatoken`, where it is installed, spells plain text some ten times as fast. The first texts are spelt by both; one
difference, or an error, and it is off for good. Texts that hold an added token's words go to the reference always:
this one would read them as that token.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

CHECKED = 1000
"""Texts that both spell before the faster one does alone."""


class Fast:
    """Spells as `reference` does, a tokenizer of `tokenizers` that reads no control tokens."""

    def __init__(self, reference: Any, added: Sequence[str]) -> None:
        self._reference = reference
        self._added = re.compile("|".join(map(re.escape, added)) or "(?!)")
        self._unchecked = CHECKED
        self.why_not = ""
        """Why the faster one is not used; empty while it is."""
        try:
            import gigatoken  # type: ignore[import-not-found,unused-ignore]

            self._faster: Any = gigatoken.Tokenizer.from_json(reference.to_str())
        except ImportError:
            self._turn_off("gigatoken is not installed")
        except Exception as error:  # it is young, and knows not every tokenizer
            self._turn_off(f"gigatoken can't be this tokenizer: {str(error)[:100]}")

    def spell(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text."""
        if self.why_not:
            return self._surely(texts)
        plain = [not self._added.search(text) for text in texts]
        try:  # one by one: a batch of its own costs it a millisecond for tokenizers like SentencePiece's
            spelt = [
                self._faster.encode(text).tolist() if mine else [] for text, mine in zip(texts, plain, strict=True)
            ]
        except Exception as error:
            self._turn_off(f"gigatoken failed: {str(error)[:100]}")
            return self._surely(texts)
        if self._unchecked > 0:
            self._unchecked -= sum(plain)
            sure = self._surely(texts)
            if any(mine and one != other for mine, one, other in zip(plain, spelt, sure, strict=True)):
                self._turn_off("gigatoken spells some text otherwise")
            return sure
        rest = iter(self._surely([text for text, mine in zip(texts, plain, strict=True) if not mine]))
        return [ids if mine else next(rest) for ids, mine in zip(spelt, plain, strict=True)]

    def _surely(self, texts: Sequence[str]) -> list[list[int]]:
        if not texts:
            return []
        return [encoding.ids for encoding in self._reference.encode_batch_fast(list(texts), add_special_tokens=False)]

    def _turn_off(self, why: str) -> None:
        self.why_not, self._faster = why, None
