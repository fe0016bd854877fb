"""Rare collections of garbage while a run goes on.

Hundreds of chats in flight are a million live objects, and the interpreter's collector walks through all of them again
and again to find little: a third of a run's CPU, measured with 256 chats at once. What was there before the run began
(modules, grammars, schemas) is set aside for good, and the collector comes more rarely.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

THRESHOLDS = 100_000, 10, 20
"""New objects between two young collections, young ones between middle ones, middle ones between full ones.

A chat that is over leaves some 10,000 objects in cycles (AutoGen's), so that about ten dead chats, a megabyte, wait."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Collect rarely while the block runs; afterwards all is as before."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
