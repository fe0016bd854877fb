"""The rows of a Parquet file, one document each, a few at a time however large the file is."""

from __future__ import annotations

from typing import IO, Any

from teams.engine.documents.blocks import MAX_TEXT, Block, Found, Note, Unreadable
from teams.engine.documents.columns import MAX_ROWS, has_messages, text_column
from teams.engine.seeds_walk import Skip

_AT_ONCE = 64
"""Rows decoded at once."""


def read_parquet(stream: IO[bytes]) -> Found:
    """Yield a block for each row that has text."""
    import pyarrow as pa
    from pyarrow.parquet import ParquetFile

    try:
        file = ParquetFile(stream, pre_buffer=False, buffer_size=1 << 20)
    except pa.ArrowException:
        raise Unreadable(Skip.BROKEN) from None
    number, column = 0, _column(file.schema_arrow)
    for batch in file.iter_batches(_AT_ONCE, columns=[column], use_threads=False):
        for value in batch.column(0):
            number += 1
            if number > MAX_ROWS:
                raise Unreadable(Skip.MORE_ROWS)
            text = value.as_py()
            if isinstance(text, str) and text.strip():
                yield Block(text[:MAX_TEXT], {"row": number})
            else:
                yield Note(f":{number}", Skip.NO_TEXT_IN_ROW)


def _column(schema: Any) -> str:
    import pyarrow.types as types

    texts = [
        field.name
        for field in schema
        if types.is_string(field.type)
        or types.is_large_string(field.type)
        or types.is_string_view(field.type)
        or (types.is_dictionary(field.type) and types.is_string(field.type.value_type))
    ]
    column = text_column(texts)
    if column is None:
        raise Unreadable(Skip.CONVERSATIONS if has_messages(schema.names) else Skip.NO_TEXT_COLUMN)
    return column
