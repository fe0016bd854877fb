"""Show what will be trained: chats with their trained tokens coloured, packs, lengths, what was left out.

All of it comes from the store: text is decoded from the ids that the trainer gets, so that a wrong mask is seen here.
Contents are strangers': their control characters are shown, not sent to the terminal.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from itertools import groupby, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from training.config import Config
from training.errors import UsageError
from training.packed import PackedDataset
from training.store import Store

_INERT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)
"""Control characters but line feed and tab, what turns the direction of text, and what can't be seen or written."""
_TRAINED, _OTHER, _END = "\x1b[32m", "\x1b[2m", "\x1b[0m"
_CONTROL, _PLAIN = "\x1b[7m", "\x1b[27m"
_LONG = 1200
"""Characters of untrained text that are shown; of longer ones the middle is left out."""
_WIDTH = 40
"""Of a bar, characters."""


def preview(
    config: Config,
    *,
    tell: Callable[[str], None],
    chats: int = 3,
    skill: str = "",
    ids: bool = False,
    whole: bool = False,
    colour: bool | None = None,
    store: Store | None = None,
    tokenizer: Any = None,
) -> None:
    """Tell about the configuration's store, prepared if need be.

    chats: how many are printed, chosen by the seed. skill: of which. ids: each token on its own line. whole: long
    untrained text too. colour: None asks the terminal; without it trained text stands in ⟦ ⟧. UsageError: as
    `prepare`, and an unknown skill.
    """
    from training.prepare import prepare
    from training.templates import prepare_tokenizer

    store = store or prepare(config, tell=tell)
    tokenizer = tokenizer or prepare_tokenizer(config.model)
    colour = wants_colour() if colour is None else colour
    for number in _chosen(store, chats, skill, config.seed):
        tell(heading(store, number))
        text = shown(store, number, tokenizer, colour=colour, most=None if whole else _LONG)
        tell(tokens_of(store, number, tokenizer) if ids else text + "\n")
    for part in (histogram(store.lengths), packs_of(store, config), table_of(store, config), left_out(store)):
        tell(part + "\n")


def wants_colour() -> bool:
    """Say whether standard output is a terminal that may be coloured."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def inert(text: str) -> str:
    """Return text with its control characters as U+241B and the like, or as `\\u202e`; line feeds and tabs stay."""

    def visible(found: re.Match[str]) -> str:
        code = ord(found[0])
        return chr(0x2400 + code) if code < 0x20 else f"\\u{code:04x}" if code > 0x9F else f"\\x{code:02x}"

    return _INERT.sub(visible, text)


def heading(store: Store, number: int) -> str:
    """Say in a line which chat it is."""
    skill, split = store.skills[store.skill_of[number]], store.splits[store.split_of[number]]
    length, trained = store.lengths[number], store.trained[number]
    said = f"── {store.chat(number)} · {skill or 'no skill'} · {split} · {length:,} tokens, {trained:,} trained"
    weights = sorted(set(store.document(number)[2].tolist()) - {1.0})
    return inert(said + (f" · counting {', '.join(f'{weight:g}' for weight in weights)}" if weights else "") + " ──")


def shown(store: Store, number: int, tokenizer: Any, *, colour: bool, most: int | None = None) -> str:
    """Return a chat's text with what is trained in green, or in ⟦ ⟧; of untrained pieces `most` characters.

    In colour, control tokens stand in inverse video: one that somebody only wrote about does not.
    """
    ids, spans, _ = store.document(number)
    before, after = (_TRAINED, _END) if colour else ("⟦", "⟧")
    said = []
    for trained, parts in groupby(_pieces(ids.tolist(), spans.tolist(), tokenizer), key=lambda piece: piece[1]):
        texts = [(text, control and colour) for text, _, control in parts]
        whole = "".join(text for text, _ in texts)
        if trained < 0 and most is not None and len(whole) > most:
            texts = [(_shortened(whole, most), False)]
        safe = "".join(f"{_CONTROL}{inert(text)}{_PLAIN}" if control else inert(text) for text, control in texts)
        said.append(f"{before}{safe}{after}" if trained >= 0 and safe else f"{_OTHER}{safe}{_END}" if colour else safe)
    return "".join(said)


def tokens_of(store: Store, number: int, tokenizer: Any) -> str:
    """Return a line for each token: its place, id, weight in the loss (`·` where it has none), and text."""
    ids, spans, weights = store.document(number)
    heavy = np.zeros(len(ids))
    for (start, end), weight in zip(spans.tolist(), weights.tolist(), strict=True):
        heavy[max(start, 1) : end] = weight
    names = tokenizer.convert_ids_to_tokens(ids.tolist())
    return "\n".join(
        f"{place:7} {token:7} {f'{weight:g}' if weight else '·':>5}  {str(name)!r}"
        for place, (token, weight, name) in enumerate(zip(ids.tolist(), heavy.tolist(), names, strict=True))
    )


def histogram(lengths: NDArray[np.int64]) -> str:
    """Draw how many chats are how long, by powers of two."""
    powers = np.frexp(lengths)[1] - 1
    counts = np.bincount(powers)
    said = [
        f"lengths: mean {lengths.mean():,.0f}, median {np.median(lengths):,.0f}, "
        f"95 % under {np.quantile(lengths, 0.95):,.0f}, longest {lengths.max():,} tokens"
    ]
    for power in range(int(powers.min()), len(counts)):
        bar = "█" * round(_WIDTH * counts[power] / counts.max())
        said.append(f"  {2**power:>7,} to {2 ** (power + 1) - 1:>7,} {counts[power]:>10,} {bar}")
    return "\n".join(said)


def packs_of(store: Store, config: Config) -> str:
    """Say how packs of the train split are filled, and draw the first two."""
    if "train" not in store.splits:
        return "no chats to train: all are held out"
    dataset = epoch_of(store, config)
    window = config.packing.window
    said = [f"packs: {len(dataset):,} of {window:,} tokens an epoch, {dataset.fill:.2%} full"]
    for number in range(min(2, len(dataset))):
        chats = dataset.packs[number]
        lengths = store.lengths[chats]
        widths = np.maximum(1, np.round(_WIDTH * lengths / window).astype(int))
        said.append(f"  pack {number}: {lengths.sum():,} tokens |{'|'.join('▒' * width for width in widths)}|")
        for chat, end, length in zip(chats.tolist(), np.cumsum(lengths).tolist(), lengths.tolist(), strict=True):
            said.append(f"    {end - length:>7,} to {end:>7,}  {_named(store, chat)}")
    return "\n".join(said)


def table_of(store: Store, config: Config) -> str:
    """Return by skill and split: chats, tokens, share trained, and how often an epoch sees it."""
    said = [f"{'skill':<26}{'split':<9}{'chats':>9}{'tokens':>14}{'trained':>9}{'an epoch':>10}"]
    for split_number, split in enumerate(store.splits):
        for skill_number in np.argsort(store.skills).tolist():
            skill = store.skills[skill_number]
            of = (store.skill_of == skill_number) & (store.split_of == split_number)
            if not of.any():
                continue
            tokens, trained = int(store.lengths[of].sum()), int(store.trained[of].sum(dtype=np.int64))
            often = f"{store.often[of].mean() * config.data.mix.get(skill, 1):.3g}×" if split == "train" else "held out"
            said.append(
                f"{inert(skill)[:25] or '-':<26}{inert(split)[:8]:<9}{of.sum():>9,}{tokens:>14,}"
                f"{trained / tokens:>9.0%}{often:>10}"
            )
    return "\n".join(said)


def left_out(store: Store) -> str:
    """Say what was dropped and cut, with some of each by name."""
    said = []
    named = store.meta.get("dropped_chats", {})
    for reason, count in store.meta.get("dropped", {}).items():
        said.append(f"left out: {count:,} {reason} ({_some(named.get(reason, []), count)})")
    if cut := store.meta.get("cut", 0):
        chats = _some(store.meta.get("cut_chats", []), cut)
        said.append(f"cut to the last whole turn that fits the window: {cut:,} ({chats})")
    return inert("\n".join(said)) or "nothing was left out or cut"


def epoch_of(store: Store, config: Config) -> PackedDataset:
    """Return the train split as the trainer sees it in its first epoch."""
    packing = config.packing
    return PackedDataset(
        store, "train", window=packing.window, seed=config.seed, epochs=int(np.ceil(config.epochs)),
        mix=config.data.mix, enabled=packing.enabled, repack=packing.repack,
    )  # fmt: skip


def _chosen(store: Store, count: int, skill: str, seed: int) -> list[int]:
    if skill and skill not in store.skills:
        raise UsageError(f"no chats of the skill {skill!r}; there are: {', '.join(sorted(store.skills))}")
    of = np.flatnonzero(store.skill_of == store.skills.index(skill)) if skill else np.arange(len(store))
    picked: list[int] = np.random.default_rng(seed).permutation(of)[:count].tolist()
    return picked


def _pieces(ids: list[int], spans: list[list[int]], tokenizer: Any) -> Iterator[tuple[str, int, bool]]:
    """Yield the text between edges of spans and of control tokens, its span or -1, and whether it is a control token.

    A piece is what the text grows by: a tokenizer like SentencePiece drops the space before what it decodes alone.
    """
    special = {token for token, added in tokenizer.added_tokens_decoder.items() if added.special}
    controls = {place for place, token in enumerate(ids) if token in special}
    span_of = {place: number for number, (start, end) in enumerate(spans) for place in range(max(start, 1), end)}
    edges = {0, len(ids), *controls, *(place + 1 for place in controls)}
    edges |= {place for place in range(1, len(ids)) if span_of.get(place) != span_of.get(place - 1)}
    said = ""
    for start, end in pairwise(sorted(edges)):
        text = _decoded(ids[:end], tokenizer)
        alone = text[len(said) :] if text.startswith(said) else _decoded(ids[start:end], tokenizer)
        said = text
        yield alone, span_of.get(start, -1), start in controls


def _decoded(ids: list[int], tokenizer: Any) -> str:
    return str(tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False))


def _shortened(text: str, most: int) -> str:
    return f"{text[: most // 2]}\n[… {len(text) - 2 * (most // 2):,} characters …]\n{text[-(most // 2) :]}"


def _named(store: Store, chat: int) -> str:
    skill, name = store.skills[store.skill_of[chat]], store.chat(chat)
    return inert(name if not skill or name.startswith(f"{skill}/") else f"{skill} {name}")


def _some(chats: list[str], count: int) -> str:
    return ", ".join(chats) + (", …" if count > len(chats) else "")
