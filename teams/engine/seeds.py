"""Seeds from files and folders, one at a time and always in the same order; whatever is not read is said and counted.

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
from teams.engine.records import Seed
from teams.engine.seeds_text import neutralise
from teams.engine.seeds_walk import Found, Report, Skip, escape, unescape, walk

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

    `prefer="code"` reads source code and API descriptions, `"text"` reads prose, `"talks"` reads
    conversations. The order is that of the roots and,
    within a folder, of the names' bytes. Memory holds one file's seeds and the names in the folders above it,
    however many files there are. `report(path, reason)` is told of everything passed over, `reason` being a `Skip`.

    Raises `SeedError` at once if a root is not there, and at the end if nothing could be read.
    """
    if not roots:
        raise SeedError(f"no seeds given; try --seeds {_SAMPLES[prefer]}")
    for root in roots:
        _check(root, prefer)
    return _read(_distinct(roots, report), skill, prefer, report)


def _check(root: Path, prefer: Prefer) -> None:
    if not root.exists():
        raise SeedError(f"no seeds at {str(root)!r}; samples are in {_SAMPLES[prefer]}")
    if not os.access(root, os.R_OK | (os.X_OK if root.is_dir() else 0)):
        raise SeedError(f"no permission to read the seeds at {str(root)!r}")


@dataclass(frozen=True)
class _Root:
    place: bytes
    prefix: str


def _distinct(roots: Sequence[Path], report: Report) -> list[_Root]:
    """The roots with their prefixes: none for the first, `name~2/` for the second, which no path can begin with.

    A root that lies in another one is left out, or its files would come twice.
    """
    real = [os.path.realpath(os.fsencode(root)) for root in roots]
    kept = []
    for number, place in enumerate(real, 1):
        others = [other for n, other in enumerate(real, 1) if (other != place or n < number) and n != number]
        if any(place == other or place.startswith(other.rstrip(b"/") + b"/") for other in others):
            report(escape(os.path.basename(place)), Skip.TWICE)
            continue
        folder = place if os.path.isdir(place) else os.path.dirname(place)
        kept.append(_Root(place, "" if number == 1 else f"{escape(os.path.basename(folder))}~{number}/"))
    return kept


def _read(roots: Sequence[_Root], skill: str, prefer: Prefer, report: Report) -> Iterator[Seed]:
    reasons: Counter[str] = Counter()

    def note(path: str, reason: str) -> None:
        reasons[str(reason)] += 1
        report(path, reason)

    found = False
    for root in roots:
        for file in walk(root.place, root.prefix, note):
            for seed in _seeds_of(file, skill, prefer, note):
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


def _seeds_of(file: Found, skill: str, prefer: Prefer, report: Report) -> Iterator[Seed]:
    """Yield the seeds of one file. Parts that share their lines are told apart by `~2`, `~3`, …"""
    before, number = (0, 0), 1
    try:
        for part in files.read(file, prefer, report):
            number = number + 1 if part.span == before else 1
            before = part.span
            mark = f"~{number}" if number > 1 else ""
            yield Seed(
                id=f"{skill}/{file.path}:{part.span[0]}-{part.span[1]}{mark}",
                text=part.text,
                path=file.path,
                span=part.span,
                hash=hashlib.sha256(part.text.encode()).hexdigest()[:32],
                kind=part.kind,
                language=part.language,
                facts=part.facts,
            )
    except OSError:
        report(file.path, Skip.UNREADABLE)


def hold_out(seed_hash: str, share: float) -> bool:
    """Return whether a seed is held out for evaluation: a fixed `share` of all contents, the same in every run."""
    drawn = hashlib.sha256(f"hold-out {seed_hash}".encode()).digest()[:8]
    return int.from_bytes(drawn) < share * 2**64
