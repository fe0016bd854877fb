"""The rows of a file of JSON lines, one document each, one line in memory at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import IO

import orjson

from teams.engine.documents.blocks import MAX_TEXT, Block, Note, Unreadable
from teams.engine.documents.columns import MAX_ROWS, has_messages, text_column
from teams.engine.seeds_walk import Skip

MAX_LINE = 8_000_000
"""Bytes of a row; a longer one is passed over."""
PATIENCE = 100
"""Rows without text at the beginning after which the file is given up, for one reason instead of one a row."""


def read_jsonl(stream: IO[bytes]) -> Iterator[Block | Note]:
    """Yield a block for each row that has text; its `row` is its line in the file. Raises `Unreadable`."""
    held: list[Note] = []
    hopeful = True
    for number, line in enumerate(_lines(stream), 1):
        if number > MAX_ROWS:
            raise Unreadable(Skip.MORE_ROWS)
        if line is not None and not line.strip():
            continue
        text = Skip.TOO_LARGE if line is None else _text_of(line)
        if not isinstance(text, Skip):
            yield from held
            held, hopeful = [], False
            yield Block(text[:MAX_TEXT], {"row": number})
        elif not hopeful:
            yield Note(f":{number}", text)
        else:
            held.append(Note(f":{number}", text))
            if len(held) >= PATIENCE:
                break
    if hopeful:
        raise Unreadable(_commonest(held))


def _commonest(notes: list[Note]) -> Skip:
    if not notes:
        return Skip.EMPTY
    reason = Counter(note.reason for note in notes).most_common(1)[0][0]
    return Skip.BROKEN if reason is Skip.BROKEN_ROW else reason


def _lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """The lines; None for one that is too long, which is read through and forgotten."""
    while line := stream.readline(MAX_LINE):
        if len(line) < MAX_LINE or line.endswith(b"\n"):
            yield line
            continue
        while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
            pass
        yield None


def _text_of(line: bytes) -> str | Skip:
    try:
        row = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError:
        return Skip.BROKEN_ROW
    if not isinstance(row, dict):
        return Skip.NO_TEXT_COLUMN
    column = text_column(name for name, value in row.items() if isinstance(value, str))
    if column is None:
        return Skip.CONVERSATIONS if has_messages(row) else Skip.NO_TEXT_COLUMN
    return row[column] if row[column].strip() else Skip.NO_TEXT_IN_ROW
