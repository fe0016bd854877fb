"""Where a benchmark's rows come from: its hub, a local copy in the original's layout, or the packaged miniature.

A local copy is what the hub or the repository holds: a folder that `datasets` loads (with the card's configs), or files
named by config (`<config>.jsonl`), or one file; JSON, JSON lines, CSV, Parquet. Miniatures are such local copies of our
own writing, a few rows each.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from agents.errors import UsageError

MINIATURES = Path(__file__).parent / "tasks" / "miniature"
_ENDINGS = (".jsonl", ".json", ".csv", ".parquet")
LONGEST_FIELD = 16 * 2**20
"""Characters of one field of a CSV file; more is a quotation mark that nobody closed."""


@dataclass(frozen=True)
class Source:
    """Where the original lies."""

    hub: str = ""
    """`OWNER/NAME` of a data set on the Hugging Face hub."""
    configs: tuple[str, ...] = ("",)
    """Those to be read, in order; each row says of which it is."""
    split: str = "test"
    url: str = ""
    """Where its files lie that is on no hub: the address that `files` are under."""
    files: tuple[str, ...] = ()
    gated: bool = False
    """Its owners ask for an agreement before anybody may load it."""
    licence: str = ""
    size: int = 0
    """Items of the original, as published; 0 where that is not settled."""
    home: str = ""
    """Where people read about it."""


class Row(NamedTuple):
    """One row as the original has it."""

    config: str
    """The config it is of, or of a repository the file, without its ending."""
    number: int
    """From 0, within its config."""
    data: Mapping[str, Any]


def miniature(name: str) -> Path:
    """Return where the packaged miniature of a task lies. Raise `UsageError` if it has none."""
    for place in (MINIATURES / name, *(MINIATURES / f"{name}{ending}" for ending in _ENDINGS)):
        if place.exists():
            return place
    raise UsageError(f"{name} has no miniature; name its data with --data {name}=PATH")


def read_rows(name: str, source: Source, place: Path | None) -> Iterator[Row]:
    """Yield the rows of a benchmark, from `place` or, where that is None, from its hub or its repository.

    Raise `UsageError` where they can't be had: says what would be right.
    """
    if place is None:
        yield from _from_hub(name, source) if source.hub else _from_repository(name, source)
    elif not place.exists():
        raise UsageError(f"--data {name}={place}: there is nothing; give a local copy of {source.hub or source.url}")
    elif place.is_file():
        # One of several configs by itself is that one, not the first.
        yield from _from_file(place, place.stem if place.stem in source.configs else source.configs[0] or place.stem)
    else:
        yield from _from_folder(name, source, place)


def _from_folder(name: str, source: Source, place: Path) -> Iterator[Row]:
    found = False
    for config in source.files or source.configs:
        stem = Path(config).stem if source.files else config
        # A repository's files lie as they do there; a data set's are named by config.
        candidates = [place / config] if source.files else []
        candidates += [place / f"{stem or source.split}{ending}" for ending in _ENDINGS]
        candidates += [place / stem / f"{source.split}{ending}" for ending in _ENDINGS] if stem else []
        if file := next((one for one in candidates if one.is_file()), None):
            found = True
            yield from _from_file(file, stem)
    if not found and not source.hub:
        wanted = ", ".join(source.files) or f"{source.split}.jsonl"
        raise UsageError(f"--data {name}={place}: none of {wanted} lies there")
    if not found:
        yield from _load(name, source, str(place))


def _from_file(path: Path, config: str) -> Iterator[Row]:
    try:
        for number, data in enumerate(_READERS[path.suffix](path)):
            if not isinstance(data, Mapping):
                raise UsageError(f"{path}: row {number + 1} is {type(data).__name__}; each row is a JSON object")
            yield Row(config, number, data)
    except KeyError:
        raise UsageError(f"{path} is not read; rows come in files ending in {', '.join(_ENDINGS)}") from None
    except RecursionError:
        raise UsageError(f"{path} can't be read: its JSON is nested too deep; rows of benchmarks are flat") from None
    except (OSError, ValueError, csv.Error) as error:
        raise UsageError(f"{path} can't be read: {error}") from None


def _json_lines(path: Path) -> Iterator[Any]:
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise UsageError(f"{path}:{number}: no JSON ({error})") from None


def _json(path: Path) -> Iterator[Any]:
    """A list of rows; or an object of rows by id; or `{"data": [rows]}`, which some call `examples`."""
    found = json.loads(path.read_text(encoding="utf-8-sig"))
    if isinstance(found, Mapping):
        found = next((found[name] for name in ("data", "examples") if isinstance(found.get(name), list)), found)
    if isinstance(found, Mapping):
        yield from ({"_key": key, **value} for key, value in found.items() if isinstance(value, Mapping))
    elif isinstance(found, list):
        yield from found
    else:
        raise ValueError(f"it holds one {type(found).__name__}, and no rows")


def _csv(path: Path) -> Iterator[Any]:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))  # the usual limit is shorter than some documents
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def _parquet(path: Path) -> Iterator[Any]:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'agentinstruct[eval]'") from None
    try:
        for batch in pyarrow.parquet.ParquetFile(path).iter_batches(256):
            yield from batch.to_pylist()
    except pyarrow.ArrowException as error:
        raise UsageError(f"{path} can't be read as Parquet: {str(error).splitlines()[0][:200]}") from None


_READERS = {".jsonl": _json_lines, ".json": _json, ".csv": _csv, ".parquet": _parquet}


def _from_hub(name: str, source: Source) -> Iterator[Row]:
    yield from _load(name, source, source.hub)


def _load(name: str, source: Source, place: str) -> Iterator[Row]:
    """Load by the library that the hub is made for; a local copy of what it holds goes the same way."""
    try:
        import datasets
    except ImportError:
        raise UsageError(f"{name} is loaded by `datasets`: pip install 'agentinstruct[eval]'") from None
    for config in source.configs:
        try:
            loaded = datasets.load_dataset(place, config or None, split=source.split)
        except Exception as error:  # the library's errors have no common kind
            raise UsageError(_why_not(name, source, place, error)) from None
        for number, data in enumerate(loaded):
            yield Row(config, number, data)


def _why_not(name: str, source: Source, place: str, error: Exception) -> str:
    kind, said = type(error).__name__, (str(error).splitlines() or [""])[0][:200]
    instead = f"or give a local copy with --data {name}=PATH"
    if "Gated" in kind or "gated" in said or "401" in said or "403" in said:
        return f"{name}: {place} is gated; accept its terms on its page and set HF_TOKEN, {instead}"
    if "Offline" in kind or "ConnectionError" in kind or "offline" in said.lower() or "reach" in said.lower():
        return f"{name}: {place} can't be reached ({kind}); is there a network? Try again, {instead}"
    return f"{name}: {place} can't be loaded ({kind}: {said}); {instead}"


def _from_repository(name: str, source: Source) -> Iterator[Row]:
    """Fetch the files once, into the user's cache, and read them there."""
    from eval.fetching import fetched

    for file in source.files:
        yield from _from_file(fetched(name, source.url, file), Path(file).stem)
