"""Turn a chat into token ids, and say which of them are trained.

The text is cut where the template wrote a control token and where a trained turn begins and ends; every piece is spelt
by itself (`spell`), so that no token reaches over an edge. Control tokens come from the template alone. A trained turn
is what the model itself writes: all from the head of the answer, which the prompt ends with, to the token that ends the
turn. What comes after the last of them is left out.

Held for every chat: the prompt of each trained turn, as the template writes it when the model is asked, is the
beginning of the text and so of the tokens; the trained tokens read as what was said, with the stop; nothing said is a
control token. A chat that breaks one of these is dropped and counted, not trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.chats import Chat, Message
from training.config import Data
from training.ends import ends_of
from training.errors import Dropped, UsageError
from training.flatten import trained_weight
from training.marks import Rendered
from training.render import Renderer, specials_of
from training.spell import SAMPLE, Control, Controls, Speller
from training.templates import Template, prepare_tokenizer

__all__ = ["Dropped", "Encoded", "Encoder", "Piece", "prepare_tokenizer"]

_DECIDING = ("encode", "ends", "marks", "render", "spell")
"""Modules whose words decide which tokens a chat becomes: what an earlier version made is made anew."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A chat in tokens."""

    ids: NDArray[np.int32]
    """(n,), n <= window."""
    spans: NDArray[np.int32]
    """(k, 2): trained tokens, [start, end), in order, k >= 1."""
    weights: NDArray[np.float32]
    """(k,): how much a token of each span counts."""
    cut: bool
    """Whether later turns were left out for want of room."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Tokens that stand together."""

    text: str
    ids: tuple[int, ...]
    weight: float
    """0: not trained."""
    control: bool = False
    """One token that the template wrote."""


@dataclass(frozen=True, slots=True)
class _Turn:
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of the text between two edges."""

    start: int
    end: int
    control: Control | None


class Encoder:
    """Chats to tokens by one tokenizer, template and policy. It can be pickled."""

    def __init__(self, tokenizer: Any, template: Template, data: Data, window: int) -> None:
        """Raise `UsageError` for a tokenizer or template that can't be trained with."""
        self._made_of = (tokenizer, template, data, window)
        self.template, self._data, self._window = template, data, window
        if lacking := [token for token in template.added_tokens if token not in tokenizer.get_vocab()]:
            raise UsageError(f"the tokenizer lacks {lacking[0]}, which the template {template.name} writes; add it")
        specials = specials_of(tokenizer)
        self._controls = Controls(tokenizer, template.text)
        self._speller = Speller(tokenizer, self._controls)
        self._renderer = Renderer(template.text, specials, self._controls.pattern)
        self._ends = ends_of(template.name, self._renderer, self._controls)
        self.key = self._key(specials)
        self._compare(tokenizer)

    @property
    def why_not_fast(self) -> str:
        """Why the faster tokenizer (`gigatoken`) is not used, to be told; empty while it is."""
        return self._speller.why_not_fast

    def __reduce__(self) -> tuple[Any, ...]:
        return Encoder, self._made_of

    def encode(self, chat: Chat) -> Encoded:
        """Return the tokens of a chat. Raise `Dropped`, or `UsageError` for one too long where that is asked for."""
        turns, pieces = self._pieces(chat)
        edges, characters, tokens = {0: 0}, 0, 0
        for piece in pieces:
            characters, tokens = characters + len(piece.text), tokens + len(piece.ids)
            edges[characters] = tokens
        spans = [(edges[turn.start], edges[turn.end]) for turn in turns]
        fitting = [span for span in spans if span[1] <= self._window]
        if len(fitting) < len(spans):
            self._refuse_long(chat, tokens, bool(fitting))
        ids = [token for piece in pieces for token in piece.ids][: fitting[-1][1]]
        weights = [turn.weight for turn in turns[: len(fitting)]]
        return Encoded(
            np.array(ids, np.int32),
            np.array(fitting, np.int32).reshape(-1, 2),
            np.array(weights, np.float32),
            len(fitting) < len(spans),
        )

    def pieces(self, chat: Chat) -> list[Piece]:
        """Return a chat piece by piece, whole, to be shown. Raise `Dropped`."""
        return self._pieces(chat)[1]

    def prompt(self, messages: Sequence[Message], tools: Sequence[Any] = ()) -> list[int]:
        """Return the tokens the model is asked with after these messages, with the head of its answer."""
        rendered = self._renderer.lay(Chat("", tuple(messages), tuple(tools)), prompt=True)
        parts = list(self._parts(rendered, [], len(rendered.text)))
        return [token for piece in self._spelt(rendered.text, parts, []) for token in piece.ids]

    def _pieces(self, chat: Chat) -> tuple[list[_Turn], list[Piece]]:
        if not any(map(_is_trained, chat.messages)):
            raise Dropped("nothing to train: no answer, an empty one, or one to an empty question")
        if self._data.tool_calls == "text" and any(message.calls for message in chat.messages):
            raise Dropped("its calls have no form as text")
        rendered = self._renderer.lay(chat)
        turns = self._turns(chat, rendered)
        parts = list(self._parts(rendered, turns, turns[-1].end))
        pieces = list(self._spelt(rendered.text, parts, turns))
        self._hold(rendered.text, turns, pieces)
        return turns, pieces

    def _turns(self, chat: Chat, rendered: Rendered) -> list[_Turn]:
        """Find where each trained turn begins, by its prompt, and where it ends, by the stop after its last word."""
        turns: list[_Turn] = []
        for number, message in enumerate(chat.messages):
            if not _is_trained(message):
                continue
            start = len(self._prompt(chat, number, rendered.text))
            stop = self._stop(rendered, rendered.said(number), message, number == len(chat.messages) - 1)
            inside = [said for said in rendered.contents if said.start < stop and said.end > start]
            own = [said for said in rendered.contents if said.message == number]
            if inside != own or (turns and turns[-1].end > start):
                raise Dropped("the template mixes what is said by several")
            turns.append(_Turn(start, stop, trained_weight(message)))
        return turns

    def _prompt(self, chat: Chat, number: int, text: str) -> str:
        """Return the text a model is asked with for a turn: what the chat begins with, or it is not trained on."""
        for thinks in (True, False):
            prompt = self._renderer.render(chat.messages[:number], chat.tools, True, thinks)
            if text.startswith(prompt):
                return prompt
        if any(message.role == "assistant" for message in chat.messages[number + 1 :]):
            raise Dropped("the template shows an earlier turn otherwise than when it was asked (data.turns=each)")
        raise Dropped("the template asks otherwise than it shows the answer (another model.template)")

    def _stop(self, rendered: Rendered, said: int, message: Message, is_last: bool) -> int:
        """Return where a turn ends whose last word ends at `said`."""
        ends = self._ends.call if message.calls else self._ends.answer
        if not ends:
            raise Dropped("the template has no end for a call (data.tool_calls=text writes them as words)")
        tail = list(islice(self._controls.written(rendered, said), len(ends)))
        if [control.id for _, _, control in tail] != list(ends):
            which = "a turn otherwise than in other chats" if is_last else "an earlier turn otherwise (data.turns=each)"
            raise Dropped(f"the template ends {which}")
        return tail[-1][1]

    def _parts(self, rendered: Rendered, turns: Sequence[_Turn], end: int) -> Iterator[_Part]:
        """Cut the text up to `end` at control tokens and at the edges of turns."""
        controls = {(start, stop): control for start, stop, control in self._controls.written(rendered) if stop <= end}
        edges = {0, end} | {edge for pair in controls for edge in pair}
        edges |= {edge for turn in turns for edge in (turn.start, turn.end)}
        for start, stop in pairwise(sorted(edges)):
            yield _Part(start, stop, controls.get((start, stop)))

    def _spelt(self, text: str, parts: Sequence[_Part], turns: Sequence[_Turn]) -> Iterator[Piece]:
        """Spell the parts between control tokens, without the white space that those beside them take."""
        texts, begins, joined = self._plain(text, parts, turns)
        ids = self._speller.spell(
            [*texts, *(texts[n - 1] + texts[n] for n in joined)], [*begins, *(begins[n - 1] for n in joined)]
        )
        if any(ids[n - 1] + ids[n] != whole for n, whole in zip(joined, ids[len(texts) :], strict=True)):
            raise Dropped("an answer is spelt otherwise once a turn follows (data.turns=each)")
        spelt = iter(zip(texts, begins, ids[: len(texts)], strict=True))
        for part in parts:
            weight = next((turn.weight for turn in turns if turn.start <= part.start < turn.end), 0.0)
            if part.control is not None:
                yield Piece(text[part.start : part.end], (part.control.id,), weight, True)
                continue
            plain, begin, own = next(spelt)
            if not self._controls.is_free(own):
                raise Dropped("the tokenizer reads a control token in what was said")
            if weight and not self._speller.says(own, plain, begin):
                raise Dropped("the tokenizer can't spell what is trained")
            yield Piece(text[part.start : part.end], tuple(own), weight)

    def _plain(
        self, text: str, parts: Sequence[_Part], turns: Sequence[_Turn]
    ) -> tuple[list[str], list[str], list[int]]:
        """Return the texts to be spelt, how each begins, and which, though cut from the one before, must join it.

        These are answers that stand in a later turn's prompt, where the model will read them in one piece with what
        the template writes before them.
        """
        heads, early = {turn.start for turn in turns}, {turn.start for turn in turns[:-1]}
        texts: list[str] = []
        begins: list[str] = []
        joined: list[int] = []
        for before, part, after in zip([None, *parts], parts, [*parts[1:], None], strict=False):
            if part.control is not None:
                continue
            plain = text[part.start : part.end]
            if before and before.control and before.control.eats_after and part.start not in heads:
                plain = plain.lstrip()
            if after and after.control and after.control.eats_before:
                plain = plain.rstrip()
            if before and not before.control and part.start in early:
                joined.append(len(texts))
            texts.append(plain)
            begins.append("start" if before is None else "control" if before.control else "on")
        return texts, begins, joined

    def _hold(self, text: str, turns: Sequence[_Turn], pieces: Sequence[Piece]) -> None:
        """Check what no chat may bring about: an error here is ours."""
        trained = "".join(piece.text for piece in pieces if piece.weight)
        stops = {self._ends.answer[-1], *self._ends.call[-1:]}
        ends = sum(piece.ids[0] in stops for piece in pieces if piece.weight and piece.control)
        assert trained == "".join(text[turn.start : turn.end] for turn in turns), "what is trained is not the turns"
        assert ends >= len(turns), "a turn without its stop"
        assert "".join(piece.text for piece in pieces) == text[: turns[-1].end], "the pieces are not the text"

    def _refuse_long(self, chat: Chat, tokens: int, fits: bool) -> None:
        if self._data.overlong == "error":
            raise UsageError(
                f"chat {chat.id!r} is {tokens} tokens long, the window {self._window}: "
                "data.overlong=truncate_turns cuts it, drop leaves it out, or packing.window is greater"
            )
        if self._data.overlong == "drop" or not fits:
            raise Dropped("longer than the window")

    def _compare(self, tokenizer: Any) -> None:
        """Raise `UsageError` unless a prompt without tricks is spelt as the tokenizer itself spells it."""
        asked = (Message("user", SAMPLE),)
        try:
            text, ours = self._renderer.render(asked, (), True), self.prompt(asked)
        except Dropped as dropped:
            raise UsageError(f"the template {self.template.name} can't ask a question: {dropped.reason}") from None
        its = tokenizer.encode(text, add_special_tokens=False)
        if ours != its:
            at = next((n for n, (one, other) in enumerate(zip(ours, its, strict=False)) if one != other), -1)
            raise UsageError(
                f"the template {self.template.name} and this tokenizer are spelt otherwise than we can: token {at} is "
                f"{tokenizer.convert_ids_to_tokens(its)[at]!r}; choose another model.template or model.tokenizer"
            )

    def _key(self, specials: dict[str, str]) -> str:
        policy = self._data.model_dump(mode="json", exclude={"paths"})
        code = [Path(__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in _DECIDING]
        code += [version("tokenizers"), version("jinja2")]
        made = [code, self._speller.form, specials, self.template.text, policy, self._window]
        return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()


def _is_trained(message: Message) -> bool:
    """Nobody is taught to answer with nothing."""
    return bool(trained_weight(message)) and bool(message.content.strip() or message.calls)
