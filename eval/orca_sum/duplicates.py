"""Which documents repeat one another, or stand in the training data: word by word, nearly, or in long runs of words.

Near means that the sets of word triples agree by 0.8 (MinHash, datasketch). Runs are of thirteen words: of each
document up to 512 are looked for, those with the smallest hashes, and it is dropped where a tenth of them is in the
training data, wherever: a document that was one part of a longer prompt is found so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.orca_sum.documents import FEWEST, Document, key_of
from tools.overlap import GRAM, Unreadable, texts_in
from tools.word_hashes import Hashed, hash_words

NEAR, SHARE = 0.8, 0.1
_RUNS = 512
_HASHES, _SHINGLE = 64, 3
_AT_ONCE = 200
SAME, ALIKE = "the same as another document", "nearly the same as another document"
KNOWN, NEARLY_KNOWN = "in the training data word by word", "nearly the same as a text of the training data"
SHARED = f"a tenth or more of its runs of {GRAM} words are in the training data"


def among(documents: Sequence[Document]) -> dict[str, str]:
    """Return why documents are dropped for one that stands before them: reasons by id."""
    index, seen, reasons = _Index(), set[int](), dict[str, str]()
    for some, hashed in _hashed(documents):
        for document, signature in zip(some, _signatures(hashed), strict=True):
            if document.key in seen:
                reasons[document.id] = SAME
            elif index.near(signature):
                reasons[document.id] = ALIKE
            else:
                seen.add(document.key)
                index.insert(document.id, signature)
    return reasons


def against(documents: Sequence[Document], paths: Sequence[Path]) -> tuple[dict[str, str], int]:
    """Return why documents are dropped for the training data in `paths`, by id, and with how many texts of these they
    were compared.

    Raise `UsageError` for what can't be read.
    """
    if not paths or not documents:
        return {}, 0
    index, by_key, reasons = _Index(), {document.key: document.id for document in documents}, dict[str, str]()
    runs = _Runs(documents)
    for some, hashed in _hashed(documents):
        for document, signature in zip(some, _signatures(hashed), strict=True):
            index.insert(document.id, signature)
    count, texts = 0, _texts(paths)
    while batch := list(islice(texts, _AT_ONCE)):
        # Shorter texts are no document of ours, nor nearly one.
        long = [text for text in batch if len(text) >= FEWEST]
        count += len(long)
        hashed = hash_words(long)
        runs.look(hashed)
        for text, signature in zip(long, _signatures(hashed), strict=True):
            if (id := by_key.get(key_of(text))) is not None:
                reasons[id] = KNOWN
            for id in index.near(signature):
                reasons.setdefault(id, NEARLY_KNOWN)
    for id in runs.found():
        reasons.setdefault(id, SHARED)
    return reasons, count


class _Runs:
    """Runs of thirteen words of documents, and which of them were met."""

    def __init__(self, documents: Sequence[Document]) -> None:
        import numpy as np

        self._ids = [document.id for document in documents]
        keys, owners, number = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], 0
        for _, hashed in _hashed(documents):
            for own in _by_text(hashed, GRAM):
                # Of runs that come twice in a document, one is enough: its share counts different runs.
                own = np.unique(own)[:_RUNS]
                keys.append(own)
                owners.append(np.full(len(own), number, np.int64))
                number += 1
        joined, whose = np.concatenate(keys), np.concatenate(owners)
        order = np.argsort(joined, kind="stable")
        self._keys, self._owners = joined[order], whose[order]
        self._met = np.zeros(len(joined), bool)

    def look(self, hashed: Hashed) -> None:
        """Note which runs are in these texts."""
        import numpy as np

        for _, keys, _ in hashed.runs([GRAM]):
            keys = np.unique(keys)
            left, right = (np.searchsorted(self._keys, keys, side) for side in ("left", "right"))
            for start, end in zip(left[right > left].tolist(), right[right > left].tolist(), strict=True):
                self._met[start:end] = True

    def found(self) -> list[str]:
        """Return the ids of documents of whose runs a tenth was met."""
        import numpy as np

        all_of = np.bincount(self._owners, minlength=len(self._ids))
        met = np.bincount(self._owners[self._met], minlength=len(self._ids))
        return [self._ids[at] for at in np.flatnonzero((all_of > 0) & (met >= SHARE * all_of) & (met > 0))]


def _hashed(documents: Sequence[Document]) -> Iterator[tuple[Sequence[Document], Hashed]]:
    for start in range(0, len(documents), _AT_ONCE):
        some = documents[start : start + _AT_ONCE]
        yield some, hash_words([document.text for document in some])


def _by_text(hashed: Hashed, size: int) -> Iterator[Any]:
    """Yield the runs of each text, as an array of keys."""
    import numpy as np

    keys, starts = next(((keys, starts) for _, keys, starts in hashed.runs([size])), (np.zeros(0, np.uint64), []))
    bounds = np.searchsorted(starts, hashed.bounds)
    for at in range(len(hashed.bounds) - 1):
        yield keys[bounds[at] : bounds[at + 1]]


def _signatures(hashed: Hashed) -> Iterator[Any]:
    import numpy as np
    from datasketch import MinHash  # type: ignore[import-untyped]

    blank = MinHash(num_perm=_HASHES, seed=1, hashfunc=int)
    for keys in _by_text(hashed, _SHINGLE):
        signature = blank.copy()
        if len(keys):
            signature.update_batch((np.unique(keys) >> np.uint64(32)).tolist())
        yield signature


class _Index:
    """Signatures by id."""

    def __init__(self) -> None:
        from datasketch import MinHashLSH

        # More are compared than need be: what is near is decided by the signatures themselves.
        self._bands = MinHashLSH(threshold=NEAR - 0.1, num_perm=_HASHES)
        self._signatures: dict[str, Any] = {}

    def insert(self, id: str, signature: Any) -> None:
        self._bands.insert(id, signature, check_duplication=False)
        self._signatures[id] = signature

    def near(self, signature: Any) -> list[str]:
        met = sorted(self._bands.query(signature))
        return [id for id in met if self._signatures[id].jaccard(signature) >= NEAR]


def _texts(paths: Iterable[Path]) -> Iterator[str]:
    """Yield every text of the training data: each message of a pair, each string of another row."""
    for path in paths:
        if path.is_dir() or path.suffix == ".parquet":
            yield from _texts_of_run(path)
        elif not path.exists():
            raise UsageError(f"--against {path}: there is nothing; name a run's folder, or a file of training data")
        else:
            try:
                yield from (text for _, text in texts_in(path))
            except Unreadable as error:
                raise UsageError(f"--against {error}") from None


def _texts_of_run(path: Path) -> Iterator[str]:
    from eval.data.sources import Source

    source = Source(path)
    for item in source.items(0):
        yield from filter(None, (item.system, item.request, item.results, item.answer))
    if source.faults.count:
        raise UsageError(
            f"--against {path}: {source.faults.count} rows can't be read ({source.faults.named[0]}); what they hold "
            "could not be held against the documents"
        )
