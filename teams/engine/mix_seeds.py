"""The seeds of a run as each of its skills reads them; what no skill had any use for is counted."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from teams.engine.flow import Skill
from teams.engine.records import Seed
from teams.engine.seeds import SeedError, Skip, read_seeds

Read = Literal["code", "text", "talks"]
WAYS: dict[str, tuple[Read, ...]] = {
    "code": ("code",),
    "text": ("text",),
    "both": ("code", "text"),
    "talks": ("text", "talks"),
}
"""The ways of reading that make up what a skill prefers."""
_OTHER = {Skip.NOT_CODE, Skip.NOT_TEXT, Skip.CONVERSATIONS}
"""Why a file is passed over that another way of reading may have a use for."""
_OF_CODE = {
    Skip.GENERATED, Skip.MINIFIED, Skip.TESTS, Skip.NO_FUNCTIONS, Skip.NOT_PARSED, Skip.BAD_DESCRIPTION,
    Skip.SCHEMA_CYCLE, Skip.SCHEMA_FOREIGN, Skip.SCHEMA_TOO_LARGE,
}  # fmt: skip
"""Why only reading for code passes a file over. Other reasons are met by every way of reading, and counted in one."""
_OWN = {"code": _OF_CODE, "talks": {Skip.NOT_A_TALK}}


class Seeds:
    """The seeds of a run, read anew each time they are asked for. Files passed over are counted if asked for."""

    def __init__(self, paths: Sequence[Path], skills: Mapping[str, Skill]) -> None:
        self._paths, self._skills = paths, skills
        self.skipped: dict[str, int] = {}
        self.is_forgotten: Callable[[str], bool] = lambda seed: False
        """Says of a seed, by its id, that it must not come again."""
        ways = [way for skill in skills.values() for way in WAYS[skill.prefers]]
        self._is_mixed = len(set(ways)) > 1
        self._counts = {way: next(n for n, skill in skills.items() if way in WAYS[skill.prefers]) for way in ways}
        """Which skill's reading counts what was passed over, or each file would be counted by every skill."""

    def __call__(self, name: str, *, count: bool = False) -> Iterator[Seed]:
        """Read the seeds of one skill. Code and prose, where it wants both, come in turn."""
        readings = [self._reading(way, name, count and self._counts[way] == name) for way in self._ways(name)]
        return readings[0] if len(readings) == 1 else _in_turn(readings)

    def problem(self, name: str) -> SeedError | None:
        """Say why there is no seed for a skill, or None: looked for as far as the first."""
        try:
            next(iter(self(name)))
        except SeedError as error:
            return error
        return None

    def all(self) -> Iterator[Seed]:
        """Read every seed that any skill has, once."""
        for way, name in sorted(self._counts.items()):
            yield from _maybe(self._reading(way, name, False)) if self._is_mixed else self._reading(way, name, False)

    def _ways(self, name: str) -> Collection[Read]:
        return WAYS[self._skills[name].prefers]

    def _reading(self, way: Read, name: str, count: bool) -> Iterator[Seed]:
        seeds = read_seeds(self._paths, name, way, self._skip(way) if count else _ignore)
        return (seed for seed in seeds if not self.is_forgotten(seed.id))

    def _skip(self, way: Read) -> Callable[[str, str], None]:
        def skip(path: str, reason: str) -> None:
            if self._is_mixed and (reason in _OTHER or (way in _OWN and reason not in _OWN[way])):
                return
            self.skipped[reason] = self.skipped.get(reason, 0) + 1

        return skip


def _ignore(path: str, reason: str) -> None:
    """Nobody counts."""


def _in_turn(readings: Sequence[Iterator[Seed]]) -> Iterator[Seed]:
    """Yield from each in turn. Raises `SeedError` where none has any."""
    found, problem = False, None
    left = list(readings)
    for reading in itertools.cycle(readings):
        if not left:
            break
        if reading not in left:
            continue
        try:
            seed = next(reading, None)
        except SeedError as error:
            problem, seed = error, None
        if seed is None:
            left.remove(reading)
            continue
        found = True
        yield seed
    if not found and problem:
        raise problem


def _maybe(seeds: Iterator[Seed]) -> Iterator[Seed]:
    """Yield seeds, if there are any."""
    try:
        yield from seeds
    except SeedError:
        return
