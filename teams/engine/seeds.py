"""Seeds from files, folders and data sets, one at a time, always in the same order; what is not read is counted.

Nothing in a seed is ever imported or run. Files are opened only if they are regular ones, read within bounds, and
become text that any endpoint takes; their names become ids that no file system, log or shell trips over.
"""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from agents.errors import UsageError
from teams.engine import seeds_files as files
from teams.engine.documents import hub
from teams.engine.documents.blocks import Note, Unreadable
from teams.engine.documents.extractor import Extractor
from teams.engine.records import Seed
from teams.engine.seeds_text import neutralise
from teams.engine.seeds_walk import Report, Skip, escape, unescape, walk

__all__ = ["Prefer", "Report", "SeedError", "Skip", "escape", "hold_out", "neutralise", "read_seeds", "unescape"]

Prefer = Literal["code", "text", "talks"]
_SAMPLES = {"code": "tests/seeds/code", "text": "tests/seeds/articles", "talks": "tests/seeds/articles"}
if not (Path(__file__).parents[2] / "tests" / "seeds").is_dir():  # installed, not a checkout
    _SAMPLES = {kind: f"{place} of the source checkout" for kind, place in _SAMPLES.items()}


class SeedError(UsageError):
    """There are no seeds where the user said there were."""


def read_seeds(
    roots: Sequence[Path], skill: str, prefer: Prefer = "code", report: Report = lambda path, reason: None
) -> Iterator[Seed]:
    """Return an iterator over the seeds in files and folders.

    `prefer="code"` reads source code and API descriptions, `"text"` reads prose and documents, `"talks"`
    conversations (JSON lines with `messages`). A root is a path, or
    `hub:OWNER/NAME[:CONFIG][:SPLIT][#COLUMN]`, a data set of a hub. The order is that of the roots and, within a
    folder, of the names' bytes. Memory holds one file's seeds and the names in the folders above it,
    however many files there are. `report(path, reason)` is told of everything passed over, `reason` being a `Skip`.

    Raises `SeedError` at once if a root is not there, at the end if nothing could be read, and where the hub fails;
    `ValueError` if `prefer` is no one way of reading ("both" is two: a skill's seeds are read by `mix_seeds.Seeds`).
    """
    if prefer not in _SAMPLES:
        raise ValueError(
            f"prefer={prefer!r} is not one way of reading seeds; read them as {', '.join(_SAMPLES)} in turn"
        )
    if not roots:
        raise SeedError(f"no seeds given; try --seeds {_SAMPLES[prefer]}")
    for root in roots:
        if hub.is_hub(root):
            _check_hub(root, prefer)
        else:
            _check(root, prefer)
    return _read(_distinct(roots, report), skill, prefer, report)


def _check_hub(root: Path, prefer: Prefer) -> None:
    if prefer == "code":
        raise SeedError(
            f"{str(root)!r} is a data set of texts, and this skill reads code; try --seeds {_SAMPLES[prefer]}"
        )
    try:
        hub.check(root)
    except hub.HubError as error:
        raise SeedError(str(error)) from None


def _check(root: Path, prefer: Prefer) -> None:
    if not root.exists():
        if hint := hub.hint(root):
            raise SeedError(f"no seeds at {str(root)!r}; {hint}")
        raise SeedError(f"no seeds at {str(root)!r}; samples are in {_SAMPLES[prefer]}")
    if not os.access(root, os.R_OK | (os.X_OK if root.is_dir() else 0)):
        raise SeedError(f"no permission to read the seeds at {str(root)!r}")


@dataclass(frozen=True)
class _Root:
    place: bytes
    prefix: str
    hub: Path | None = None
    """The data set of a hub, as it was asked for."""


def _distinct(roots: Sequence[Path], report: Report) -> list[_Root]:
    """The roots with their prefixes: none for the first, `name~2/` for the second, which no path can begin with.

    A root that lies in another one is left out, or its files would come twice.
    """
    real = [os.fsencode(root) if hub.is_hub(root) else os.path.realpath(os.fsencode(root)) for root in roots]
    kept = []
    for number, place in enumerate(real, 1):
        others = [other for n, other in enumerate(real, 1) if (other != place or n < number) and n != number]
        data_set = roots[number - 1] if hub.is_hub(roots[number - 1]) else None
        if any(place == other or place.startswith(other.rstrip(b"/") + b"/") for other in others):
            report(hub.name(data_set) if data_set else escape(os.path.basename(place)), Skip.TWICE)
            continue
        folder = place if data_set or os.path.isdir(place) else os.path.dirname(place)
        kept.append(_Root(place, "" if number == 1 else f"{escape(os.path.basename(folder))}~{number}/", data_set))
    return kept


def _read(roots: Sequence[_Root], skill: str, prefer: Prefer, report: Report) -> Iterator[Seed]:
    reasons: Counter[str] = Counter()

    def note(path: str, reason: str) -> None:
        reasons[str(reason)] += 1
        report(path, reason)

    found = False
    with Extractor() as extractor:
        for root in roots:
            for seed in _seeds_in(root, skill, prefer, note, extractor):
                found = True
                yield seed
    if not found:
        raise SeedError(_nothing(reasons, prefer))


def _nothing(reasons: Counter[str], prefer: Prefer) -> str:
    if not reasons:
        return f"the seed folder is empty; samples are in {_SAMPLES[prefer]}"
    listed = ", ".join(f"{count} {reason}" for reason, count in sorted(reasons.items()))
    wanted = {"code": "no code or API description", "text": "no text", "talks": "no conversation"}[prefer]
    return f"{wanted} among the seeds ({listed}); samples are in {_SAMPLES[prefer]}"


def _seeds_in(root: _Root, skill: str, prefer: Prefer, report: Report, extractor: Extractor) -> Iterator[Seed]:
    if root.hub is not None:
        if prefer == "talks":  # its rows are read as texts
            return
        path = root.prefix + hub.name(root.hub)
        yield from _seeds_of(path, _rows(path, root.hub, report), skill, report)
        return
    for file in walk(root.place, root.prefix, report):
        yield from _seeds_of(file.path, files.read(file, prefer, report, extractor), skill, report)


def _rows(path: str, root: Path, report: Report) -> Iterator[files.Part]:
    """The parts of a data set's rows. An end before the last row, for whatever reason, is told."""
    try:
        for found in hub.rows(root):
            if isinstance(found, Note):
                report(path + found.where, found.reason)
            else:
                yield from files.row_parts(path, found, report)
    except Unreadable as error:
        report(path, error.reason)
    except hub.HubError as error:
        raise SeedError(str(error)) from None


def _seeds_of(path: str, parts: Iterator[files.Part], skill: str, report: Report) -> Iterator[Seed]:
    """Yield the seeds of one file. Parts that share their lines are told apart by `~2`, `~3`, …"""
    before, number = (0, 0), 1
    try:
        for part in parts:
            number = number + 1 if part.span == before else 1
            before = part.span
            mark = f"~{number}" if number > 1 else ""
            yield Seed(
                id=f"{skill}/{path}:{part.span[0]}-{part.span[1]}{mark}",
                text=part.text,
                path=path,
                span=part.span,
                hash=hashlib.sha256(part.text.encode()).hexdigest()[:32],
                kind=part.kind,
                language=part.language,
                facts=part.facts,
            )
    except OSError:
        report(path, Skip.UNREADABLE)


def hold_out(seed_hash: str, share: float) -> bool:
    """Return whether a seed is held out for evaluation: a fixed `share` of all contents, the same in every run."""
    drawn = hashlib.sha256(f"hold-out {seed_hash}".encode()).digest()[:8]
    return int.from_bytes(drawn) < share * 2**64
