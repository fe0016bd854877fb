"""Which items of which benchmark stand in the data, by thirteen words in a row (shorter items as a whole).

The benchmarks' runs of words are held, the pairs stream by. Runs that stand under more than ten items of a benchmark
are its boilerplate, as for GPT-3: they are left out, and counted.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.data.batches import Batch, Places
from eval.data.findings import Finding, finding, note
from eval.data.rows import Row, item_of
from eval.data.sources import Source
from tools.overlap import GRAM, SHORTEST, Overlaps, Unreadable, strings_in, texts_in
from tools.word_hashes import hash_words

Texts = str | Sequence[str]
"""Of an item: its text, or its texts."""
COMMON = 10
"""Items of a benchmark in which a run of words may stand before it is boilerplate."""
EXAMPLES = 10
FILES = (".jsonl", ".ndjson", ".json", ".txt", ".md")


class Contamination:
    """Looks for the items of some benchmarks in pairs as they come."""

    def __init__(self, benchmarks: Mapping[str, Iterable[Texts]]) -> None:
        """Take of each benchmark its items: the text of each, or its texts (question, passage, options)."""
        self._indexes: dict[str, Overlaps] = {}
        self._sizes: dict[str, int] = {}
        for name, texts in benchmarks.items():
            counter = _Counted(texts)
            self._indexes[name] = Overlaps(counter.numbered(), most=COMMON)
            self._sizes[name] = counter.count
        self._items: defaultdict[str, set[int]] = defaultdict(set)
        self._pairs: defaultdict[str, int] = defaultdict(int)
        self._examples: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)

    def add(self, batch: Batch) -> None:
        """Look at pairs: at the user's and the assistant's words, then at instructions and what tools returned."""
        looked = [(batch.words.joined(2), [(at, f"{one.request}\n{one.answer}") for at, one in enumerate(batch.items)])]
        if beside := [(at, f"{one.system}\n{one.results}") for at, one in enumerate(batch.items)
                      if self._indexes and (one.system or one.results)]:  # fmt: skip
            looked.append((hash_words([text for _, text in beside]), beside))
        for name, index in self._indexes.items():
            met: dict[int, tuple[int, int, str]] = {}
            for hashed, texts in looked:
                for _, start, item in index.among(hashed):
                    place = int(_text_of(hashed.bounds, start))
                    at, text = texts[place]
                    self._items[name].add(item)
                    met[at] = (item, start - int(hashed.bounds[place]), text)
            self._pairs[name] += len(met)
            for at, (item, start, text) in sorted(met.items()):
                if len(self._examples[name]) < EXAMPLES:
                    self._examples[name].append((batch.first + at, item, _quoted(text, start)))

    def result(self, places: Places) -> list[dict[str, Any]]:
        """Return for each benchmark its items, those overlapped, the pairs that do, and examples with links."""
        return [
            {
                "benchmark": name,
                "items": self._sizes[name],
                "items_found": len(self._items[name]),
                "pairs": self._pairs[name],
                "boilerplate_runs": index.boilerplate,
                "can_be_found": len(index) > 0,
                "numbers": [number for number, _, _ in self._examples[name]],
                "examples": [
                    {**places.link(number).as_json(), "item": item, "words": words}
                    for number, item, words in self._examples[name]
                ],
            }
            for name, index in self._indexes.items()
        ]


class _Counted:
    """Items, counted as they go by."""

    def __init__(self, items: Iterable[Texts]) -> None:
        self._items, self.count = items, 0

    def numbered(self) -> Iterator[tuple[int, str]]:
        for item in self._items:
            yield from ((self.count, text) for text in ([item] if isinstance(item, str) else item))
            self.count += 1


class _Bare(Source):
    """Rows that come from nowhere that could be opened."""

    def __init__(self) -> None:
        self.path, self.is_run = Path("rows"), False


def contamination(rows: Iterable[Row], benchmarks: Mapping[str, Iterable[Texts]]) -> list[dict[str, Any]]:
    """Return for each benchmark how many of its items stand in rows of training data, and examples.

    `benchmarks`: of each its items, the text of each or its several texts. Rows that can't be read raise `ValueError`.
    """
    found, places = Contamination(benchmarks), Places([_Bare()])
    for number, row in enumerate(rows):
        item = item_of(row, 0, number + 1)
        places.add(item)
        found.add(Batch(number, [item], hash_words([item.request, item.answer])))
    return found.result(places)


def contamination_findings(result: Sequence[Mapping[str, Any]], places: Places) -> Iterator[Finding | None]:
    """Yield each benchmark that leaked, and those that did not."""
    for row in result:
        n = row["items"]
        if not row["can_be_found"]:
            why = f"none of its {n:,} items has {SHORTEST} words in a row that are not its boilerplate"
            yield note("contaminated", f"{row['benchmark']} can't be looked for", why, n)
            continue
        links = [places.link(number, one["words"]) for number, one in zip(row["numbers"], row["examples"], strict=True)]
        measured = f"{row['items_found']:,} of its {n:,} items, in {row['pairs']:,} pairs"
        title = f"{row['benchmark']}: items of this benchmark in the data"
        yield finding("contaminated", title, row["items_found"] / max(1, n), n, measured, links)


def read_benchmarks(paths: Sequence[Path]) -> dict[str, list[Texts]]:
    """Return the items of benchmark files, by the files' names; of a folder all in it. Raises `UsageError`.

    An item is a line of JSON, an element of a JSON list, a line or a paragraph of a text.
    """
    files: list[Path] = []
    for path in paths:
        found = sorted(file for file in path.rglob("*") if file.suffix in FILES) if path.is_dir() else [path]
        if not found or not path.exists():
            raise UsageError(
                f"--benchmarks {path}: there are no {', '.join(FILES)} files; name a file or a folder of them"
            )
        files += found
    try:
        return {str(file): _items(file) for file in files}
    except Unreadable as error:
        raise UsageError(f"--benchmarks {error}") from None
    except RecursionError:
        raise UsageError("--benchmarks: JSON is nested too deep to be read; give JSONL or text files") from None


def _items(file: Path) -> list[Texts]:
    if file.suffix == ".json":
        try:
            return [list(strings_in(value)) for value in _elements(json.loads(file.read_text("utf-8", "replace")))]
        except (OSError, ValueError, RecursionError) as error:
            raise Unreadable(f"{file}: can't be read ({error}); give JSONL or text files") from None
    by_line: dict[int, list[str]] = {}
    for line, text in texts_in(file):
        if text.strip():
            by_line.setdefault(line, []).append(text)
    return list(by_line.values())


def _elements(value: Any) -> Iterable[Any]:
    """The items of a JSON file: those of a list, or of the one list in a table, as {"examples": [...]}."""
    if isinstance(value, Mapping):
        lists = [inner for inner in value.values() if isinstance(inner, list)]
        value = lists[0] if len(lists) == 1 else [value]
    return value if isinstance(value, list) else [value]


def _text_of(bounds: Any, start: int) -> Any:
    import numpy as np

    return np.searchsorted(bounds, start, "right") - 1


def _quoted(text: str, start: int) -> str:
    from tools.word_hashes import words_in

    return " ".join(words_in(text)[start : start + GRAM])[:120]
