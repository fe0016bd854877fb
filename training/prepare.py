"""From exported pairs to a store, once: the same data and tokenizer find what was prepared before.

A store's name is the hash of all that decides what is in it: the bytes of the data, the settings that choose and shape
chats, the tokenizer, the template, the window, and this code. How often chats are seen is no part of it. Of several
processes that want the same store one makes it, and the others wait.
"""

from __future__ import annotations

import re
import shutil
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from training.config import Config, Data
from training.errors import UsageError
from training.fingerprint import Stamps, hashes_of, stamps_of, store_key
from training.intact import check_intact, remember
from training.store import PARTIAL, Store, Writer
from training.workers import Outcome, outcomes

if TYPE_CHECKING:
    from training.encode import Encoder
    from training.reading import Row

EXAMPLES = 5
"""Chats that are named for each reason they were dropped for."""
_PARTIAL = re.compile(rf"\.([0-9a-f]{{24}})\.[0-9a-f]{{8}}{re.escape(PARTIAL)}")
_OFTEN_TOLD = 10.0
"""Seconds between two words on how far it is."""


def prepare(config: Config, *, tell: Callable[[str], None]) -> Store:
    """Return the store of a configuration's data; make it if there is none.

    Its `meta` says under `key`, `sources`, `tokenizer`, `template` and `window` what it was made of, under `dropped`
    how many chats were left out for what reason, under `cut` how many lost turns to the window; `dropped_chats` and
    `cut_chats` name some. UsageError: data, tokenizer or template that can't be used, nothing left to train, no room;
    a mix of skills that the data lacks, once all else is done.
    """
    tokenizer, encoder = _encoder(config)
    before = stamps_of(config.data)
    hashes = hashes_of(config.data, before, store_folder(config))
    key = store_key(config.data, hashes, encoder.key)
    meta = {
        "key": key,
        "window": config.packing.window,
        "template": config.model.template,
        "tokenizer": config.model.tokenizer or config.model.name,
        "sources": hashes,
    }
    folder = store_folder(config) / key[:24]
    store = _found(folder, tell)
    if store is None:
        with _alone(folder, tell):
            store = _found(folder, tell)  # while we waited
            if store is None:
                _sweep(folder)
                vocab = max(tokenizer.get_vocab().values()) + 1
                with Writer(folder, vocab=vocab, meta=meta) as writer:
                    store = _made(writer, encoder, _without_mix(config.data), before, tell)
    store.check_mix(config.data.mix)
    return store


def _made(writer: Writer, encoder: Encoder, data: Data, before: Stamps, tell: Callable[[str], None]) -> Store:
    from training.reading import read_rows

    with closing(outcomes(read_rows(data), partial(_outcomes_of, encoder, data))) as results:
        counts = fill(writer, results, tell)
    if stamps_of(data) != before:
        raise UsageError("the data changed while it was read: prepare again when it is still")
    store = writer.finish(counts)
    remember(store)
    tell(summary(store))
    return store


def fill(writer: Writer, results: Iterator[Outcome], tell: Callable[[str], None]) -> dict[str, Any]:
    """Write what was encoded and return what was not, for the store's `meta`. UsageError: nothing is left."""
    dropped: Counter[str] = Counter()
    chats: defaultdict[str, list[str]] = defaultdict(list)
    cut, some_cut = 0, list[str]()
    told = time.monotonic()
    slower = ""
    for result in results:
        if result.slower and not slower:
            slower = result.slower
            tell(f"encoding at the usual speed: {slower}")
        if result.dropped:
            dropped[result.dropped] += 1
            if dropped[result.dropped] <= EXAMPLES:
                chats[result.dropped].append(result.id)
            continue
        writer.add(result.ids, result.spans, result.weights, result.skill, result.split, result.id, result.often)
        if result.cut:
            cut += 1
            some_cut += [result.id] if cut <= EXAMPLES else []
        if time.monotonic() - told > _OFTEN_TOLD:
            told = time.monotonic()
            tell(f"{len(writer):,} chats encoded")
    if not len(writer):
        raise UsageError(f"no chat is left to train: {_reasons(dropped) or 'there were none'}")
    return {"dropped": dict(dropped), "dropped_chats": dict(chats), "cut": cut, "cut_chats": some_cut}


def summary(store: Store) -> str:
    """Say in a line what a store holds and what was left out."""
    trained = int(store.trained.sum(dtype=np.int64))
    said = f"{len(store):,} chats, {store.tokens:,} tokens, {trained / max(store.tokens, 1):.0%} of them trained"
    if store.meta.get("cut"):
        said += f"; {store.meta['cut']:,} cut to their last whole turn within {store.meta['window']:,} tokens"
    if store.meta.get("dropped"):
        said += f"; left out: {_reasons(store.meta['dropped'])}"
    return f"{said} ({store.folder})"


def store_folder(config: Config) -> Path:
    """Return the folder of all stores."""
    from platformdirs import user_cache_path

    return config.store or user_cache_path("agentinstruct", appauthor=False) / "training"


def _reasons(dropped: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {reason}" for reason, count in sorted(dropped.items(), key=lambda one: -one[1]))


def _found(folder: Path, tell: Callable[[str], None]) -> Store | None:
    if not folder.exists():
        return None
    store = Store.open(folder)
    check_intact(store, tell)
    tell(f"prepared before: {summary(store)}")
    return store


@contextmanager
def _alone(folder: Path, tell: Callable[[str], None]) -> Iterator[None]:
    """Hold the lock of a store; the system releases it, however its holder ends."""
    from filelock import FileLock, Timeout

    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder.with_name(f"{folder.name}.lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            tell(f"another process prepares the same data; waiting for it ({lock.lock_file})")
            lock.acquire()
    except OSError as error:
        raise UsageError(f"can't write to {folder.parent} ({error.strerror}): say `store:` elsewhere") from error
    try:
        yield
    finally:
        lock.release()


def _sweep(folder: Path) -> None:
    """Remove what killed writers left, of this store, whose lock we hold, and of those whose lock is free."""
    from filelock import FileLock, Timeout

    for left in folder.parent.glob(f".*{PARTIAL}"):
        found = _PARTIAL.fullmatch(left.name)
        if found is None:
            continue
        if found[1] == folder.name:
            shutil.rmtree(left, ignore_errors=True)
            continue
        with suppress(Timeout, OSError), FileLock(folder.with_name(f"{found[1]}.lock"), timeout=0):
            shutil.rmtree(left, ignore_errors=True)


def _without_mix(data: Data) -> Data:
    """How often skills are seen is for the epoch to say: it must not make another store."""
    return data.model_copy(update={"mix": {}})


def _encoder(config: Config) -> tuple[Any, Encoder]:
    from training.encode import Encoder
    from training.templates import load_template, prepare_tokenizer

    tokenizer = prepare_tokenizer(config.model)
    template = load_template(config.model.template, tokenizer)
    return tokenizer, Encoder(tokenizer, template, _without_mix(config.data), config.packing.window)


def _outcomes_of(encoder: Encoder, data: Data, row: Row) -> list[Outcome]:
    from training.errors import Dropped
    from training.flatten import flatten

    results = []
    for chat in flatten(row, data):
        try:
            if row.again:
                raise Dropped("read before, in the same file or another")
            made = encoder.encode(chat)
            what = (made.ids, made.spans, made.weights, made.cut, "")
        except Dropped as error:
            nothing = np.empty(0, np.int32)
            what = (nothing, nothing.reshape(0, 2), np.empty(0, np.float32), False, error.reason)
        results.append(Outcome(chat.id, chat.skill, chat.split, chat.weight, *what, slower=encoder.why_not_fast))
    return results
