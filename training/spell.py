"""Spell plain text in a tokenizer's tokens, and never as a control token.

Control tokens are the tokenizer's special ones, and those of its other added tokens that the chat template writes, such
as `<tool_call>`. The tokenizer proper reads them wherever they stand; here two copies of it are made that don't: one
for a text that begins or follows a control token, and one for a text that goes on where another ended. They differ for
tokenizers of SentencePiece's kind, which put a space before the first word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from training.errors import UsageError
from training.fast import Fast
from training.marks import Rendered

SAMPLE = "Where, in 2024?\n\n  Über 3.5 km – 日本 🙂\tend."


@dataclass(frozen=True, slots=True)
class Control:
    """A token that no content may become."""

    id: int
    text: str
    eats_before: bool
    eats_after: bool
    """It takes the white space beside it with it."""


class Controls:
    """A tokenizer's control tokens, by their text; `written` is all that a template may write."""

    def __init__(self, tokenizer: Any, written: str) -> None:
        self.known = {
            added.content: Control(number, added.content, added.lstrip, added.rstrip)
            for number, added in tokenizer.added_tokens_decoder.items()
            if added.special or (_bracketed(added.content) and added.content in written)
        }
        longest_first = sorted(self.known, key=len, reverse=True)
        self.pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        self._ids = frozenset(control.id for control in self.known.values())

    def written(self, rendered: Rendered, start: int = 0) -> Iterator[tuple[int, int, Control]]:
        """Yield the control tokens the template wrote from a place on: (start, end, which)."""
        edges = [0, *(edge for said in rendered.contents for edge in (said.start, said.end)), len(rendered.text)]
        for at, end in zip(edges[::2], edges[1::2], strict=True):
            if end > start:
                for found in self.pattern.finditer(rendered.text, max(at, start), end):
                    yield found.start(), found.end(), self.known[found[0]]

    def is_free(self, ids: Sequence[int]) -> bool:
        """Return whether no control token is among them."""
        return self._ids.isdisjoint(ids)


class Speller:
    """The plain side of a tokenizer."""

    def __init__(self, tokenizer: Any, controls: Controls) -> None:
        """Raise `UsageError` for a tokenizer that is not a fast one, or that loses text."""
        backend = getattr(tokenizer, "backend_tokenizer", None)
        if backend is None:
            raise UsageError(f"the tokenizer {type(tokenizer).__name__} is not a fast one: it needs a tokenizer.json")
        self.form: dict[str, Any] = json.loads(backend.to_str())
        self._controls = controls
        self._first, self._on = self._copy(self.form), self._copy(_without_first_space(self.form))
        added = [token["content"] for token in self.form["added_tokens"]]
        self._fast_first, self._fast_on = Fast(self._first, added), Fast(self._on, added)
        self._first_only = '"prepend_scheme": "first"' in json.dumps(self.form.get("pre_tokenizer"))
        steps = [self.form.get(step) for step in ("normalizer", "pre_tokenizer", "decoder")]
        self._spaced = "▁" in json.dumps(steps, ensure_ascii=False)
        self._guard = self._on.encode("a", add_special_tokens=False).ids
        self._prove()

    @property
    def why_not_fast(self) -> str:
        """Why the faster tokenizer is not used; empty while it is."""
        return self._fast_first.why_not or self._fast_on.why_not

    def spell(self, texts: Sequence[str], begins: Sequence[str]) -> list[list[int]]:
        """Return the ids of each text; it begins `at` the start, after a `control` token, or goes `on` from a text."""
        ids: list[list[int]] = [[] for _ in texts]
        for copy, mine in ((self._fast_first, True), (self._fast_on, False)):
            which = [n for n, begin in enumerate(begins) if self._is_first(begin) is mine]
            if which:
                for n, spelt in zip(which, copy.spell([texts[n] for n in which]), strict=True):
                    ids[n] = spelt
        return ids

    def says(self, ids: Sequence[int], text: str, begin: str) -> bool:
        """Return whether the tokens read as the text, as far as the tokenizer's normal form tells texts apart."""
        told = self._on.decode([*self._guard, *ids], skip_special_tokens=False)[1:]
        if told == text:
            return True
        wanted, told = self._normal(text), self._normal(told)
        return told == wanted or (self._is_first(begin) and told == " " + wanted)

    def _is_first(self, begin: str) -> bool:
        return begin == "start" or (begin == "control" and not self._first_only)

    def _normal(self, text: str) -> str:
        normal = self._on.normalizer.normalize_str(text) if self._on.normalizer else text
        return normal.replace("▁", " ") if self._spaced else normal

    def _copy(self, form: dict[str, Any]) -> Any:
        from tokenizers import Tokenizer

        added = [
            {**one, "special": one["special"] or one["content"] in self._controls.known} for one in form["added_tokens"]
        ]
        copy = Tokenizer.from_str(json.dumps({**form, "added_tokens": added, "truncation": None, "padding": None}))
        copy.encode_special_tokens = True  # that is: as the plain text they are
        return copy

    def _prove(self) -> None:
        ids = self.spell([SAMPLE], ["on"])[0]
        if not self.says(ids, SAMPLE, "on"):
            told = self._on.decode(ids)
            raise UsageError(f"the tokenizer does not give its text back: {SAMPLE!r} becomes {told!r}")


def _bracketed(text: str) -> bool:
    """Tokens for runs of spaces and the like are words, though they were added."""
    return len(text) > 2 and text[0] in "<[" and text[-1] in ">]"


def _without_first_space(form: dict[str, Any]) -> dict[str, Any]:
    """Return a tokenizer that puts no space before the first word of a text."""
    return {
        **form,
        "normalizer": _changed(form.get("normalizer")),
        "pre_tokenizer": _changed(form.get("pre_tokenizer")),
    }


def _changed(step: Any) -> Any:
    if not isinstance(step, dict):
        return step
    if step["type"] == "Sequence":
        inner = "normalizers" if "normalizers" in step else "pretokenizers"
        kept = [changed for one in step[inner] if (changed := _changed(one)) is not None]
        return {**step, inner: kept}
    if step["type"] == "Prepend":
        return None
    if step["type"] == "Metaspace":
        return {**step, "prepend_scheme": "never"}
    return {**step, "add_prefix_space": False} if "add_prefix_space" in step else step
