"""The child that reads documents: an open file in, blocks of text out, under limits that the kernel holds.

Started by `extractor`, one for many files. It may write to no file, and its memory is bounded. A processor-time clock
runs against each file; when it is out, the kernel ends the process, whatever loop it is in.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from typing import IO

from teams.engine.documents.blocks import MAX_BLOCK, Block, Found, Note, Unreadable
from teams.engine.seeds_walk import Skip

STEPS = 20
"""How many times the seconds of one step a document of many steps (pages, rows) may take in all."""


def reader_of(kind: str) -> Callable[[IO[bytes]], Found]:
    """Return what reads a kind of document; its library is loaded now."""
    if kind == "pdf":
        from teams.engine.documents.pdf import read_pdf

        return read_pdf
    if kind == "docx":
        from teams.engine.documents.word import read_docx

        return read_docx
    if kind == "epub":
        from teams.engine.documents.epub import read_epub

        return read_epub
    if kind == "parquet":
        from teams.engine.documents.parquet import read_parquet

        return read_parquet
    from teams.engine.documents.markup import read_html

    return read_html


def main() -> None:
    """Serve files that come over the socket numbered `argv[1]`, until the other end is closed."""
    channel, seconds, memory = socket.socket(fileno=int(sys.argv[1])), float(sys.argv[2]), int(sys.argv[3])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        kind, descriptors, *_ = socket.recv_fds(channel, 64, 1)
        if not kind or not descriptors:
            return
        os.lseek(descriptors[0], 0, os.SEEK_SET)  # the place in a file is shared with whoever opened it
        with os.fdopen(descriptors[0], "rb") as stream:
            _serve(channel, kind.decode(), stream, seconds)


def _serve(channel: socket.socket, kind: str, stream: IO[bytes], seconds: float) -> None:
    failed: Skip | None = None
    try:
        reader = reader_of(kind)
        began = time.process_time()
        _wind(seconds)
        for found in reader(stream):
            if kind != "parquet" and time.process_time() - began > seconds * STEPS:
                raise Unreadable(Skip.TOO_SLOW)
            _wind(0)
            for message in _messages(found):
                channel.sendall(json.dumps(message).encode() + b"\n")
            _wind(seconds)
    except Unreadable as error:
        failed = error.reason
    except MemoryError:
        failed = Skip.TOO_HUNGRY
    except BrokenPipeError:
        os._exit(0)
    except Exception as error:  # whatever a parser makes of a broken file
        failed = Skip.TOO_HUNGRY if "Memory allocation" in str(error) else Skip.BROKEN
    _wind(0)
    channel.sendall(json.dumps({"end": failed}).encode() + b"\n")
    if failed is Skip.TOO_HUNGRY:
        os._exit(0)  # what was being built when memory ended is in no known state


def _wind(seconds: float) -> None:
    """Set the clock anew; 0 stops it. `SIGPROF` is left to its default, which is to end the process."""
    signal.setitimer(signal.ITIMER_PROF, seconds)


def _messages(found: Block | Note | None) -> list[dict[str, object]]:
    if isinstance(found, Block):
        parts = [found.text[at : at + MAX_BLOCK] for at in range(0, len(found.text), MAX_BLOCK)]
        return [{"text": part, "place": dict(found.place)} for part in parts]
    if isinstance(found, Note):
        return [{"where": found.where, "reason": found.reason}]
    return [{}]


if __name__ == "__main__":
    main()
