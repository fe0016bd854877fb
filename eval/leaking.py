"""Items of a benchmark whose words stand in what the model was trained on: told, and scored apart."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.data.batches import Places, batches
from eval.data.sources import open_sources
from eval.records import Item
from tools.overlap import Overlaps
from tools.word_hashes import hash_words

COMMON = 10
"""Items in which a run of words may stand before it is the benchmark's own boilerplate, as for GPT-3."""


def leaked(items: Mapping[str, Sequence[Item]], trained_on: Sequence[Path]) -> dict[str, set[str]]:
    """Return of each task the ids of items that share thirteen words in a row with the training data, shorter ones all.

    The items' words are held (16 bytes each), the pairs stream by; held-out ones were not trained on. Raise
    `UsageError` for what can't be read.
    """
    indexes = {
        # Wording that all items share is no leak, however few they are.
        name: Overlaps(_texts(ones), most=max(1, min(COMMON, len(ones) - 1)))
        for name, ones in items.items()
    }
    found: dict[str, set[str]] = {name: set() for name in items}
    sources = open_sources(list(trained_on))
    for batch in batches(sources, Places(sources)):
        beside = [pair for pair in batch.items if pair.system or pair.results]
        told = hash_words([f"{pair.system}\n{pair.results}" for pair in beside])
        for hashed, pairs in ((batch.words.joined(2), batch.items), (told, beside)):
            for name, index in indexes.items():
                for _, start, number in index.among(hashed):
                    pair = pairs[bisect_right(hashed.bounds, start) - 1]
                    if str(pair.row.get("split") or "train") == "train":
                        found[name].add(items[name][number].id)
    return found


def _texts(items: Sequence[Item]) -> Iterator[tuple[int, str]]:
    """What an item asks: its own words where the task tells them from the wording that all its items share."""
    for number, item in enumerate(items):
        for text in item.facts.get("words") or [turn.ask for turn in item.turns]:
            yield number, str(text)
