"""Documents of a set: read as a stream, those kept whose hash is smallest, and kept on disk once they are read.

Which are kept depends on their words and the seed alone: not on their order, nor on what else the set holds.
"""

from __future__ import annotations

import heapq
import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.orca_sum.sets import DataSet
from eval.sources import Source, read_rows
from eval.store import digest
from tools.word_hashes import words_in

SCAN = 20_000
"""Rows read of a set at most: a stream of millions would be fetched for a thousand."""
FEWEST, MOST = 50, 6000
"""Words of a document: of fewer there is nothing to sum up; more do not fit many models beside their answer."""
_VERSION = 1


class Unusable(Exception):
    """A set gives no documents: says why, in one line."""


@dataclass(frozen=True)
class Document:
    """One document that was drawn."""

    id: str
    set: str
    text: str
    key: int
    """Of its words: the same for two documents that differ in case and marks alone."""


@dataclass
class Sample:
    """What was drawn of a set, the smallest hash first."""

    documents: list[Document]
    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)
    """Rows that gave no document, by reason."""


def sample(one: DataSet, most: int, seed: int, kept: Path) -> Sample:
    """Return up to `most` documents of a set, from `kept` if they were drawn there before.

    Raise `Unusable` where the set can't be read or lacks the column; `UsageError` where it is the user's own.
    """
    key = digest([replace(one, path=None).__dict__ | {"path": _content(one)}, most, seed, SCAN, FEWEST, MOST, _VERSION])
    file = kept / f"{one.name}.jsonl"
    if (found := _load(file, key, one.name)) is not None:
        return found
    drawn = _draw(one, most, seed)
    _save(file, key, drawn)
    return drawn


def _draw(one: DataSet, most: int, seed: int) -> Sample:
    drawn = Sample([])
    heap: list[tuple[int, int, str]] = []
    seen: set[int] = set()
    for row in _rows(one):
        drawn.read += 1
        text = _column(row, one.column)
        if text is None:
            _no_column(one, row)
        text = (text or "").replace("\x00", "").strip()
        words = words_in(text)
        if not FEWEST <= len(words) <= MOST:
            drawn.dropped["empty" if not words else "too short" if len(words) < FEWEST else "too long"] += 1
            continue
        key = _number(" ".join(words))  # as key_of: the words are at hand
        if key in seen:
            drawn.dropped["the same as another of its set"] += 1
            continue
        seen.add(key)
        rank = (-_number(f"{seed} {key}"), key, text)
        if len(heap) < most:
            heapq.heappush(heap, rank)
        else:
            heapq.heappushpop(heap, rank)
    for _, key, text in sorted(heap, reverse=True):
        drawn.documents.append(Document(f"{one.name}-{key:016x}", one.name, text, key))
    drawn.dropped["not drawn"] = drawn.read - drawn.dropped.total() - len(heap)
    return drawn


def _rows(one: DataSet) -> Iterator[Mapping[str, Any]]:
    if one.path is not None:
        for number, row in enumerate(read_rows(one.name, Source(), one.path)):
            if number == SCAN:
                return
            yield row.data
        return
    try:
        import datasets
    except ImportError:
        raise UsageError("sets of the hub are loaded by `datasets`: pip install 'agentinstruct[eval]'") from None
    try:
        yield from _streamed(datasets, one).take(SCAN)
    except Exception as error:  # the library's errors have no common kind, and come while it streams, too
        said = (str(error).splitlines() or [""])[0][:160]
        raise Unusable(f"{one.place} can't be loaded ({type(error).__name__}: {said})") from None


def _streamed(datasets: Any, one: DataSet) -> Any:
    try:
        return datasets.load_dataset(one.hub, one.config or None, split=one.split, streaming=True)
    except RuntimeError as error:
        # Sets that are made by a script are no longer loaded; the hub keeps a copy of most in Parquet.
        if "script" not in str(error):
            raise
        where = {"revision": "refs/convert/parquet", "split": one.split, "streaming": True}
        return datasets.load_dataset(one.hub, one.config or "default", **where)


def _column(row: Mapping[str, Any], column: str) -> str | None:
    """Return the words in a column, lists joined line by line; None where the row has no such column."""
    value: Any = row
    for name in column.split("."):
        if isinstance(value, list):  # a list of records is, to some loaders, a record of lists
            value = {name: [inner.get(name) for inner in value if isinstance(inner, Mapping)]}
        if not isinstance(value, Mapping) or name not in value:
            return None
        value = value[name]
    return _words(value)


def _words(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(filter(None, map(_words, value)))
    return value if isinstance(value, str) else ""


def _no_column(one: DataSet, row: Mapping[str, Any]) -> None:
    said = f"{one.place} has no column {one.column!r}; it has {', '.join(map(str, row)) or 'none'}"
    if one.path is not None:
        raise UsageError(f"--from {one.name}: {said}")
    raise Unusable(said)


def key_of(text: str) -> int:
    """Return a hash of a text's words, case and marks aside."""
    return _number(" ".join(words_in(text)))


def _number(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "big")


def _content(one: DataSet) -> str:
    """Return a hash of a user's own file: after it was changed, it is read anew."""
    if one.path is None:
        return ""
    found = blake2b(digest_size=16)
    with one.path.open("rb") as file:
        while block := file.read(1 << 20):
            found.update(block)
    return found.hexdigest()


def _save(file: Path, key: str, drawn: Sample) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(".part")
    with part.open("w", encoding="utf-8", errors="replace") as out:
        head = {"key": key, "read": drawn.read, "dropped": drawn.dropped, "documents": len(drawn.documents)}
        out.write(json.dumps(head) + "\n")
        out.writelines(json.dumps([one.key, one.id, one.text]) + "\n" for one in drawn.documents)
    os.replace(part, file)


def _load(file: Path, key: str, name: str) -> Sample | None:
    """Return what was drawn before, if it is what would be drawn now, and whole."""
    try:
        with file.open(encoding="utf-8") as lines:
            head = json.loads(next(lines, "null"))
            if not isinstance(head, dict) or head.get("key") != key:
                return None
            documents = [Document(id, name, text, number) for number, id, text in map(json.loads, lines)]
    except (OSError, ValueError):
        return None
    if len(documents) != head["documents"]:
        return None
    return Sample(documents, head["read"], Counter(head["dropped"]))
