"""Prepared chats on disk: token ids at two bytes each, which of them are trained, and what is known of each chat.

A store is a folder of flat little-endian columns that are mapped into memory, so that any number of processes share
one copy and opening takes no time, and a `meta.json` with their sizes. It is written beside its place and renamed when
it is whole: half a store is never opened, and whoever finds one there finds all of it. A thousand tokens take about
2.1 kB.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import shutil
import zlib
from array import array
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.errors import UsageError

FORMAT = 2
PARTIAL = ".partial"
"""How the name of a folder that is still being written ends."""
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_STREAMED = ("tokens", "spans", "weights", "names")
"""Written as chats come; the other columns take some bytes a chat and wait in memory."""
_BUFFER = 1 << 20
_Result = TypeVar("_Result")


class Writer:
    """Write a store chat by chat.

    Use it in a `with` block, or call `discard` where `finish` is not reached: what was written is then removed. A full
    disk removes it too, and raises UsageError.
    """

    def __init__(self, folder: Path, *, vocab: int, meta: Mapping[str, Any]) -> None:
        """Start a store that will be `folder`, of token ids in [0, vocab). `meta` must be JSON."""
        self.folder = folder
        self._vocab = vocab
        self._type = "<u2" if vocab <= 1 << 16 else "<u4"
        self._meta = dict(meta)
        self._partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}{PARTIAL}")
        self._files: dict[str, BinaryIO] = {}
        self._offsets = {name: array("q", [0]) for name in ("tokens", "spans", "names")}
        self._trained, self._skill, self._split = array("i"), array("i"), array("i")
        self._often = array("d")
        self._skills: dict[str, int] = {}
        self._splits: dict[str, int] = {}
        self._weighted = False
        self._sums = dict.fromkeys(_STREAMED, 0)
        self._guarded(self._start)

    def add(
        self, ids: ArrayLike, spans: ArrayLike, weights: ArrayLike, skill: str, split: str, id: str, often: float = 1.0
    ) -> None:
        """Append a chat.

        ids: (n,) token ids, n >= 1. spans: (k, 2) trained [start, end) in ascending order, apart from each other.
        weights: (k,) of the spans in the loss, above 0. often: how often an epoch sees it, on average.
        Raises ValueError for anything else; the store can still be added to.
        """
        tokens, parts, heavy = np.asarray(ids), np.asarray(spans, "<i4").reshape(-1, 2), np.asarray(weights, "<f4")
        _check(tokens, parts, heavy, often, self._vocab)
        self._guarded(lambda: self._append(tokens, parts, heavy, id.encode("utf-8", "surrogatepass")))
        self._trained.append(int((parts[:, 1] - np.maximum(parts[:, 0], 1)).clip(0).sum()))
        self._skill.append(self._skills.setdefault(skill, len(self._skills)))
        self._split.append(self._splits.setdefault(split, len(self._splits)))
        self._often.append(often)
        self._weighted = self._weighted or bool((heavy != 1).any())

    def finish(self, meta: Mapping[str, Any] | None = None) -> Store:
        """Close the store, put it in its place with `meta` added to its own, and open it.

        Where another process has put one there meanwhile, that one is opened and this one removed.
        """
        self._guarded(lambda: self._close({**self._meta, **(meta or {})}))
        return Store.open(self.folder)

    def discard(self) -> None:
        """Remove what was written; nothing happens after `finish`."""
        for file in self._files.values():
            with suppress(OSError):  # the disk is full, and the buffer can't be written: it is closed all the same
                file.close()
        self._files.clear()
        shutil.rmtree(self._partial, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.discard()

    def __len__(self) -> int:
        """Count the chats so far."""
        return len(self._often)

    def _start(self) -> None:
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        self._partial.mkdir()
        self._files = {name: (self._partial / f"{name}.bin").open("wb", _BUFFER) for name in _STREAMED}

    def _append(self, tokens: NDArray[Any], parts: NDArray[Any], heavy: NDArray[Any], name: bytes) -> None:
        # Written, never mapped: a full disk under a map is a SIGBUS that nobody can catch.
        written = {"tokens": tokens.astype(self._type).tobytes(), "names": name}
        for column, content in (written | {"spans": parts.tobytes(), "weights": heavy.tobytes()}).items():
            self._files[column].write(content)
            self._sums[column] = zlib.crc32(content, self._sums[column])
        for column, size in (("tokens", len(tokens)), ("spans", len(parts)), ("names", len(name))):
            self._offsets[column].append(self._offsets[column][-1] + size)

    def _close(self, meta: Mapping[str, Any]) -> None:
        for file in self._files.values():
            file.close()
        if not self._weighted:
            (self._partial / "weights.bin").unlink()
            del self._sums["weights"]
        columns = {f"{name}_offsets": np.asarray(offsets, "<i8") for name, offsets in self._offsets.items()}
        columns |= {"trained": np.asarray(self._trained, "<i4"), "skill": np.asarray(self._skill, "<i4")}
        columns |= {"split": np.asarray(self._split, "<i4")}
        if any(often != 1 for often in self._often):
            columns["often"] = np.asarray(self._often, "<f4")
        for name, column in columns.items():
            (self._partial / f"{name}.bin").write_bytes(column.tobytes())
            self._sums[name] = zlib.crc32(column.tobytes())
        about = {
            "format": FORMAT,
            "vocab": self._vocab,
            "type": self._type,
            "skills": list(self._skills),
            "splits": list(self._splits),
            "files": {path.name: path.stat().st_size for path in sorted(self._partial.iterdir())},
            "sums": {f"{name}.bin": sum for name, sum in self._sums.items()},
            "meta": meta,
        }
        (self._partial / "meta.json").write_text(json.dumps(about, indent=1), encoding="utf-8")
        for path in self._partial.iterdir():
            _sync(path)
        _sync_folder(self._partial)
        try:
            self._partial.rename(self.folder)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            self.discard()
        _sync_folder(self.folder.parent)

    def _guarded(self, step: Callable[[], _Result]) -> _Result:
        """Take a step that writes; where it fails nothing remains, and a full disk is said in one line."""
        try:
            return step()
        except OSError as error:
            self.discard()
            if error.errno in _FULL:
                raise UsageError(
                    f"no room for the prepared tokens in {self.folder.parent} ({error.strerror}: "
                    f"{self._offsets['tokens'][-1]:,} tokens were written and removed{_free(self.folder)}); "
                    "make some, or say `store:` elsewhere"
                ) from error
            raise UsageError(
                f"can't write to {self.folder.parent} ({error.strerror}): say `store:` elsewhere"
            ) from error


class Store:
    """A whole store, mapped into memory for reading. Pickles as its path."""

    def __init__(self, folder: Path, about: Mapping[str, Any]) -> None:
        """Map the columns; `open` is the way in."""
        self.folder = folder
        self.vocab: int = about["vocab"]
        self.skills: list[str] = about["skills"]
        self.splits: list[str] = about["splits"]
        self.meta: dict[str, Any] = about["meta"]
        self.sums: dict[str, int] = about["sums"]
        """CRC-32 of each column's file, as it was written; see `intact`."""
        self._files: Mapping[str, int] = about["files"]
        self._tokens = self._column("tokens", about["type"])
        self._starts = self._column("tokens_offsets", "<i8")
        self._spans = self._column("spans", "<i4").reshape(-1, 2)
        self._span_starts = self._column("spans_offsets", "<i8")
        self._names = self._column("names", "u1")
        self._name_starts = self._column("names_offsets", "<i8")
        self.trained: NDArray[np.int32] = self._column("trained", "<i4")
        """(n,) tokens of each chat with a loss: a first token has none."""
        self.skill_of: NDArray[np.int32] = self._column("skill", "<i4")
        """(n,) index into `skills`."""
        self.split_of: NDArray[np.int32] = self._column("split", "<i4")
        """(n,) index into `splits`."""
        self.weighted = "weights.bin" in self._files
        """Does any trained token count other than 1?"""
        self._weights = self._column("weights", "<f4") if self.weighted else None

    @classmethod
    def open(cls, folder: Path) -> Store:
        """Open a store. UsageError: there is none, it is of another version, or it is damaged."""
        again = "`python -m training prepare` makes one"
        try:
            about = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
            sizes = {name: (folder / name).stat().st_size for name in about["files"]}
            if about["format"] != FORMAT:
                raise UsageError(
                    f"the store in {folder} has format {about['format']}, this version reads {FORMAT}: "
                    f"delete it, {again}"
                )
            if wrong := [name for name, size in sizes.items() if size != about["files"][name]]:
                raise damaged(folder, wrong)
            return cls(folder, about)
        except FileNotFoundError as error:
            if folder.exists():
                raise damaged(folder, [f"no {Path(error.filename).name}"]) from error
            raise UsageError(f"no store of tokens in {folder}: {again}") from error
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise UsageError(f"can't read the store in {folder} ({error!r}): delete it, {again}") from error

    def __len__(self) -> int:
        """Count the chats."""
        return len(self._starts) - 1

    def __reduce__(self) -> tuple[Callable[[Path], Store], tuple[Path]]:
        return Store.open, (self.folder,)  # arrays would be copied into every worker

    @cached_property
    def lengths(self) -> NDArray[np.int64]:
        """(n,) tokens of each chat."""
        return np.diff(self._starts)

    @cached_property
    def often(self) -> NDArray[np.float32]:
        """(n,) how often an epoch sees each chat, on average, without the configuration's mix."""
        return self._column("often", "<f4") if "often.bin" in self._files else np.ones(len(self), np.float32)

    @property
    def tokens(self) -> int:
        """Tokens of all chats."""
        return int(self._starts[-1])

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(self._files.values())

    def document(self, number: int) -> tuple[NDArray[Any], NDArray[np.int32], NDArray[np.float32]]:
        """Return a chat's token ids (n,), a view of the file; its trained [start, end) (k, 2); their weights (k,)."""
        first, last = self._span_starts[number], self._span_starts[number + 1]
        weights = np.ones(last - first, np.float32) if self._weights is None else self._weights[first:last]
        return self._tokens[self._starts[number] : self._starts[number + 1]], self._spans[first:last], weights

    def chat(self, number: int) -> str:
        """Return the id of a chat."""
        name = self._names[self._name_starts[number] : self._name_starts[number + 1]]
        return name.tobytes().decode("utf-8", "surrogatepass")

    def subset(self, split: str) -> NDArray[np.int64]:
        """Return the numbers of a split's chats, ascending. UsageError: there is no such split."""
        if split not in self.splits:
            raise UsageError(f"no chats in the split {split!r}; there are: {', '.join(self.splits) or 'none'}")
        return np.flatnonzero(self.split_of == self.splits.index(split))

    def check_mix(self, mix: Mapping[str, float]) -> None:
        """Raise UsageError for a mix that names a skill which no chat is of."""
        if unknown := sorted(set(mix) - set(self.skills)):
            raise UsageError(f"`data.mix` names {', '.join(unknown)}; the data has: {', '.join(sorted(self.skills))}")

    def _column(self, name: str, kind: str) -> NDArray[Any]:
        path = self.folder / f"{name}.bin"
        if not self._files[path.name]:  # an empty file can't be mapped
            return np.empty(0, kind)
        return np.asarray(np.memmap(path, kind, "r"))  # slices of a memmap proper take ten times as long


def damaged(folder: Path, what: list[str]) -> UsageError:
    """Return what is to be said of a store that is not what was written."""
    said = f"the store in {folder} is damaged ({', '.join(what)})"
    return UsageError(f"{said}: delete it, `python -m training prepare` makes one")


def _check(tokens: NDArray[Any], spans: NDArray[Any], weights: NDArray[Any], often: float, vocab: int) -> None:
    if tokens.ndim != 1 or not len(tokens) or tokens.dtype.kind not in "iu":
        raise ValueError(f"token ids must be a row of whole numbers, not {tokens.dtype} of shape {tokens.shape}")
    if tokens.min() < 0 or tokens.max() >= vocab:
        raise ValueError(f"token ids {tokens.min()} to {tokens.max()} where 0 to {vocab - 1} exist")
    edges = spans.ravel()
    if len(edges) and (edges[0] < 0 or edges[-1] > len(tokens) or (np.diff(edges) < 0).any()):
        raise ValueError(f"spans must ascend within 0 to {len(tokens)} and not overlap: {spans.tolist()[:8]}")
    if weights.shape != (len(spans),) or not (np.isfinite(weights) & (weights > 0)).all():
        raise ValueError(f"{len(spans)} spans need as many weights above 0: {weights.tolist()[:8]}")
    if not 0 < often < float("inf"):
        raise ValueError(f"a chat is seen more than 0 times an epoch, not {often}")


def _free(folder: Path) -> str:
    try:
        return f", {shutil.disk_usage(folder.parent).free / 2**20:.0f} MiB are free now"
    except OSError:  # the folder could not even be made
        return ""


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sync_folder(path: Path) -> None:
    """Some file systems can't, and those of networks need not."""
    with suppress(OSError):
        _sync(path)
