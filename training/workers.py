"""Encode rows in as many processes as there are cores, in order.

Few rows are encoded here: a process takes seconds to start. Workers are spawned, not forked: a fork would copy the
tokenizer's threads' locks, and hold the lock on the store after its parent was killed. They end when their parent does.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import wait
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from training.errors import UsageError

FEW = 400
"""Rows that are encoded sooner than workers have started."""
BATCH = 32
"""Rows that travel at once."""
AHEAD = 4
"""Batches that wait for each worker: what bounds memory."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a chat: token ids and spans as `Writer.add` takes them, or why it was left out."""

    id: str
    skill: str
    split: str
    often: float
    ids: NDArray[np.int32]
    spans: NDArray[np.int32]
    weights: NDArray[np.float32]
    cut: bool = False
    dropped: str = ""
    slower: str = ""
    """Why the faster tokenizer did not do it."""


class Row(Protocol):
    """What is encoded; it must pickle."""

    @property
    def place(self) -> str:
        """Where it was read, to be named when it can't be encoded."""


Encode: TypeAlias = Callable[[Any], list[Outcome]]
"""All chats of a row. UsageError ends everything: half a training set is worse than none."""

_encode: Encode | None = None
"""Of a worker."""


def outcomes(
    rows: Iterable[Row], encode: Encode, *, few: int = FEW, processes: int | None = None
) -> Generator[Outcome, None, None]:
    """Yield what becomes of the rows' chats, in their order. Close it to end the workers before its end.

    encode: must pickle, each worker gets its own. processes: as many as cores where not given. UsageError: what
    encoding raises, or a worker was killed.
    """
    source = iter(rows)
    first = list(islice(source, few))
    count = processes or min(len(os.sched_getaffinity(0)), 64)
    if len(first) < few or count < 2:
        yield from _one_by_one(chain(first, source), encode)
        return
    pool = ProcessPoolExecutor(count, multiprocessing.get_context("spawn"), _start, (encode,))
    try:
        yield from _in_order(pool, chain(first, source), count * AHEAD)
    except BrokenProcessPool as error:
        raise UsageError("a process that encodes was killed, most likely for want of memory: give it more") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _one_by_one(rows: Iterable[Row], encode: Encode) -> Iterator[Outcome]:
    for row in rows:
        try:
            yield from encode(row)
        except UsageError:
            raise
        except Exception as error:
            error.add_note(f"in {row.place}")
            raise


def _in_order(pool: ProcessPoolExecutor, rows: Iterator[Row], ahead: int) -> Iterator[Outcome]:
    waiting: deque[Future[list[Outcome]]] = deque()
    while batch := list(islice(rows, BATCH)):
        waiting.append(pool.submit(_batch, batch))
        if len(waiting) >= ahead:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _start(encode: Encode) -> None:
    global _encode
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop
    os.environ["TOKENIZERS_PARALLELISM"] = "false"  # there is a worker for each core
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    _encode = encode


def _end_with_the_parent() -> None:
    """The queue of a killed parent never ends: its workers hold the other end of it too."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _batch(rows: list[Row]) -> list[Outcome]:
    assert _encode is not None
    return list(_one_by_one(rows, _encode))
