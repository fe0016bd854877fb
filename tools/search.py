"""Retrieval as tools: search the functions of the code base, or the passages of the documents."""

import json
from typing import Annotated, Any

from pydantic import Field

from tools.index import ApiIndex, DocumentIndex
from tools.registry import tool

FITS = 7_500
"""Characters of a result: below `tools.guard.MAX_CHARS`."""
Count = Annotated[int, Field(ge=1, le=20, description="How many to return.")]


@tool
async def search_apis(
    query: Annotated[str, "What the function you look for does, in a few words."],
    index: ApiIndex,
    k: Count = 5,
) -> list[dict[str, Any]]:
    """Search all known functions of the code base by what they do; the best matches come first.

    Search again with other words to find more: neighbouring tasks, the opposite action, the same object.
    """
    # A function's metadata is its whole code: for the program that takes it up, not for whoever chooses.
    return _fitting([{"id": hit.id, "text": hit.text} for hit in await index.search(query, k)])


@tool
async def search_documents(
    query: Annotated[str, "What the passage should be about, in a few words."],
    index: DocumentIndex,
    k: Count = 5,
) -> list[dict[str, Any]]:
    """Search all documents; passages that say most about the query come first."""
    return _fitting(
        [
            {"id": hit.id, "text": hit.text, "metadata": dict(hit.metadata), "score": round(hit.score, 3)}
            for hit in await index.search(query, k)
        ]
    )


def _fitting(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """As many rows as fit whole, and at least one: a list that is cut is no JSON any more."""
    left = FITS
    for number, row in enumerate(rows):
        left -= len(json.dumps(row, ensure_ascii=False)) + len(", ")
        if left < 0:
            # Of a first one that is too long by itself, as much of its text as there is room for.
            first = {**row, "text": row["text"][: max(0, len(row["text"]) + left)]}
            return rows[:number] or [first]
    return rows
