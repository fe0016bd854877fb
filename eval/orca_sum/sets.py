"""The data sets that Orca-Sum is drawn from: those we know on the hub, and files of the user's own."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agents.errors import UsageError

REGISTRY = Path(__file__).with_name("sets.yaml")
_NAME = re.compile(r"[\w-]+")


@dataclass(frozen=True)
class DataSet:
    """Where documents of one kind lie."""

    name: str
    column: str
    """Which holds the document; `a.b` is the field `b` of the column `a`."""
    domain: str = "general"
    licence: str = ""
    sure: str = ""
    """Of what the registry says: `checked`, `known` or `likely`; empty for a user's own."""
    about: str = ""
    hub: str = ""
    config: str = ""
    split: str = ""
    path: Path | None = None

    @property
    def place(self) -> str:
        """Say where it lies, as a reader of the card would look for it."""
        if self.path is not None:
            return self.path.name
        return f"{self.hub}{f' ({self.config})' if self.config else ''}, {self.split}"


def registry() -> list[DataSet]:
    """Return the sets we know, in the order of the file."""
    import yaml

    rows = yaml.safe_load(REGISTRY.read_text(encoding="utf-8"))
    return [
        DataSet(name, column, domain, licence, sure, about, hub, config, split)
        for name, (hub, config, split, column, domain, licence, sure, about) in rows.items()
    ]


def own(text: str) -> DataSet:
    """Return the set that a user names as `NAME=PATH#COLUMN`, or `NAME:DOMAIN=PATH#COLUMN`. Raise `UsageError`."""
    named, equals, rest = text.partition("=")
    name, _, domain = named.partition(":")
    path, hash_sign, column = rest.rpartition("#")
    if not (equals and hash_sign and path and column and _NAME.fullmatch(name)):
        raise UsageError(
            f"--from {text}: it is NAME=PATH#COLUMN or NAME:DOMAIN=PATH#COLUMN, as notes:health=n.jsonl#text"
        )
    if not Path(path).is_file():
        raise UsageError(f"--from {text}: there is no file {path}")
    return DataSet(name, column, domain or "general", "the user's own", about=f"documents of {name}", path=Path(path))


def chosen(names: Sequence[str], own_sets: Sequence[str]) -> list[DataSet]:
    """Return the sets to draw from: those named, and the user's own; all of the registry where nothing is named.

    Raise `UsageError` for a name that is in no registry, or stands twice.
    """
    known = {one.name: one for one in registry()}
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 3)
            raise UsageError(f"no set {name!r}; {f'did you mean {near[0]}?' if near else f'there are {_all(known)}'}")
    wanted = list(dict.fromkeys(names)) or ([] if own_sets else list(known))
    sets = [known[name] for name in wanted] + [own(text) for text in own_sets]
    for one in sets:
        if sum(other.name == one.name for other in sets) > 1:
            raise UsageError(f"two sets are called {one.name!r}; give the one of --from another name")
    return sets


def _all(known: dict[str, DataSet]) -> str:
    return ", ".join(known)
