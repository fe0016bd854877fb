"""Documents that are put into a prompt: found before, by whoever, or searched for in a corpus of the user's.

The search is told the question and nothing else: an item says in `facts["query"]` what may be searched for, and what
can be chosen from is no part of it (MIRAGE calls that question-only retrieval).

What lies where, beside the benchmark's own files or under `--corpus`:
    retrieved_snippets/SET/…/ID.json   lists of `{"id", "title", "content"}`, best first, `ID` as the benchmark has it,
                                       with or without `test_` or `dev_` before it; or of ids that the corpus knows
    corpus.jsonl, corpus/*.jsonl       `{"id", "title", "content"}`, as MedRAG's chunks are
    corpus/*.txt, corpus/*.md          a snippet each

BM25 looks for the first 64 different words of a question (`tools.lexical`): of a long case, its beginning.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.records import Item
from tools.index import LEXICAL, Entry, Index

LONGEST = 8_000
"""Characters of a snippet in a corpus: a prompt holds many. MedRAG's have 1,000 at most or a few more."""
MOST = 1_000_000
"""Snippets in a corpus that is searched here; they are held in memory while the index is built."""
_FOUND, _CORPUS = "retrieved_snippets", "corpus"


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a document."""

    id: str
    title: str
    content: str


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What is put into prompts."""

    place: Path | None = None
    """Folder with `retrieved_snippets` or `corpus`, or a corpus itself; None: beside the benchmark's files."""
    k: int = 32
    """Snippets in a prompt, at most: MedRAG's number."""
    model: str = LEXICAL
    """What searches a corpus: BM25, or by its name or folder an embedding model."""


def retrieved(name: str, items: Sequence[Item], how: Retrieval, beside: Path | None) -> tuple[str, list[list[Snippet]]]:
    """Return by what snippets were found, and up to `k` of them for each item, best first.

    Raise `UsageError` where there is nothing to find them in, or an item of those found before has none.
    """
    place = how.place or (beside if beside is None or beside.is_dir() else beside.parent)
    if place is None or not place.exists():
        raise UsageError(
            f"{name} needs documents: give --data {name}=FOLDER that holds {_FOUND}/ or {_CORPUS}.jsonl or {_CORPUS}/"
        )
    found, corpus = _places(place)
    if found is None and corpus is None:
        raise UsageError(f"{name}: {place} holds neither {_FOUND}/ nor {_CORPUS}.jsonl nor {_CORPUS}/")
    if found is not None:
        known = {snippet.id: snippet for snippet in _snippets(corpus)} if corpus else {}
        there = _by_item(found)
        return "precomputed", [_before(name, found, there, item, known)[: how.k] for item in items]
    assert corpus is not None
    queries = [str(item.facts["query"]) for item in items]
    # In a thread of its own: whoever loads a benchmark may or may not be in an event loop.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(_search(corpus, queries, how))).result()


def _places(place: Path) -> tuple[Path | None, Path | None]:
    """Return where snippets found before lie, and where a corpus does."""
    if place.is_file():
        return None, place
    found, corpora = place / _FOUND, (place / f"{_CORPUS}.jsonl", place / _CORPUS)
    corpus = next((one for one in corpora if one.exists()), None)
    if corpus is None and not found.exists() and next(_files(place), None):
        corpus = place
    return found if found.is_dir() else None, corpus


def _files(corpus: Path) -> Iterator[Path]:
    if corpus.is_file():
        yield corpus
    else:
        yield from sorted(path for path in corpus.rglob("*") if path.suffix in (".jsonl", ".txt", ".md"))


def _snippets(corpus: Path) -> Iterator[Snippet]:
    for path in _files(corpus):
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            raise UsageError(f"{path} can't be read: {error}") from None
        if path.suffix != ".jsonl":
            yield Snippet(path.name, path.stem.replace("_", " "), text.strip())
            continue
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip():
                yield _snippet(_parsed(line, f"{path}:{number}"), f"{path}:{number}", {})


async def _search(corpus: Path, queries: Sequence[str], how: Retrieval) -> tuple[str, list[list[Snippet]]]:
    snippets = list(_snippets(corpus))
    if long := next((one for one in snippets if len(one.content) > LONGEST), None):
        raise UsageError(
            f"{corpus}: {long.id!r} has {len(long.content):,} characters; cut it into pieces of {LONGEST:,}"
        )
    if not snippets or len(snippets) > MOST:
        raise UsageError(f"{corpus} holds {len(snippets):,} snippets; from 1 to {MOST:,} can be searched here")
    by_id = {snippet.id: snippet for snippet in snippets}
    if len(by_id) < len(snippets):
        raise UsageError(
            f"{corpus} has {len(snippets) - len(by_id)} snippets whose id another one has; ids must differ"
        )
    entries = [Entry(snippet.id, f"{snippet.title}. {snippet.content}") for snippet in snippets]
    told: list[str] = []
    index = Index(entries, model=how.model, limit=len(entries), say=told.append)
    try:
        hits = [await index.search(query, how.k) for query in queries]
    finally:
        await index.close()
    means = "BM25" if how.model == LEXICAL or told else how.model
    return means, [[by_id[hit.id] for hit in some] for some in hits]


def _by_item(found: Path) -> dict[tuple[str, str], Path]:
    """Return the files of snippets found before, by set and name without ending."""
    files = sorted(found.rglob("*.json"), reverse=True)  # where two retrievers found for one item, the first by name
    return {(path.relative_to(found).parts[0], path.stem): path for path in files}


def _before(
    name: str, found: Path, there: Mapping[tuple[str, str], Path], item: Item, known: Mapping[str, Snippet]
) -> list[Snippet]:
    """Return the snippets that were found for an item before."""
    own = item.id.removeprefix(f"{item.group}/")
    tried = [there.get((item.group, f"{split}{own}")) for split in ("", "test_", "dev_", "train_")]
    place = next(filter(None, tried), None)
    if place is None:
        folder = found / item.group
        raise UsageError(f"{name}: no snippets for {item.id} in {folder}; it needs {own}.json or test_{own}.json there")
    rows = _parsed(place.read_text(encoding="utf-8-sig"), str(place))
    if not isinstance(rows, list):
        raise UsageError(f"{place} must hold a list of snippets, best first")
    return [_snippet(row, str(place), known) for row in rows]


def _snippet(row: Any, place: str, known: Mapping[str, Snippet]) -> Snippet:
    name = row.get("id") if isinstance(row, Mapping) else row
    if isinstance(row, Mapping) and isinstance(row.get("content"), str) and name is not None:
        return Snippet(str(name), str(row.get("title") or ""), row["content"].strip())
    if str(name) in known:
        return known[str(name)]
    raise UsageError(
        f'{place}: {str(row)[:60]!r} is no {{"id", "title", "content"}}, and no id that the corpus beside it has'
    )


def _parsed(text: str, place: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise UsageError(f"{place}: no JSON ({error})") from None
