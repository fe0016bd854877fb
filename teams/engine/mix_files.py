"""Read a mix file: YAML (or JSON) from strangers, within bounds, each mistake named in one line."""

from __future__ import annotations

import difflib
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from agents.errors import UsageError
from teams.engine.mix_shares import Part

LARGEST = 1_000_000
"""Bytes of a mix file; the default has two thousand."""
FIELDS = ("share", "kinds", "refined", "demanded")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(file: Path) -> dict[str, Part]:
    """Read a mix file. Raises `UsageError`."""
    try:
        if not file.is_file():
            raise UsageError(f"no mix file at {str(file)!r}; it is YAML, a line for each skill: tool_use: 3")
        with file.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"--mix {file} can't be read: {error.strerror or error}") from None
    if len(raw) > LARGEST:
        raise UsageError(f"--mix {file} is larger than {LARGEST:,} bytes; a mix is a line for each skill")
    try:
        return parse(file, raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"--mix {file} is no text in UTF-8") from None


def parse(file: Path, text: str) -> dict[str, Part]:
    """Read a mix from YAML (or JSON). Raises `UsageError`."""
    try:
        _bounded(text, file)
        value = _plain(yaml.compose(text, Loader=_LOADER), file)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        said = getattr(error, "problem", None) or "nested too deep"
        raise UsageError(f"--mix {file}{where}: not YAML ({said})") from None
    if not isinstance(value, dict) or not value:
        raise UsageError(f"--mix {file} holds no mapping of skills to shares, as in: tool_use: 3")
    parts = {name: _part(f"--mix {file}, {name}", said) for name, said in value.items()}
    if not any(part.share for part in parts.values()):
        raise UsageError(f"--mix {file}: all shares are 0; give at least one skill a share")
    return parts


def _bounded(text: str, file: Path) -> None:
    """Walk the events before anything is built: aliases and deep nesting can grow without end."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > len(FIELDS):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise UsageError(f"--mix {file}, line {line}: a mix has no aliases and is no deeper than its kinds")


def _plain(node: Any, file: Path) -> Any:
    """Return what a node stands for. Written out because YAML's own way keeps the last of two equal keys, silently."""
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                raise UsageError(f"--mix {file}, line {key.start_mark.line + 1}: {name!r} stands there twice")
            found[name] = _plain(value, file)
        return found
    if isinstance(node, yaml.ScalarNode):
        return node.value
    return None


def _part(where: str, said: Any) -> Part:
    if not isinstance(said, dict):
        return Part(_number(where, said))
    for name in said:
        if name not in FIELDS:
            raise UsageError(f"{where}: there is no {name!r}{near(name, FIELDS)}; there are: {', '.join(FIELDS)}")
    if "share" not in said:
        raise UsageError(f"{where}: it has no share; add share: 1")
    kinds = said.get("kinds")
    if kinds is not None and not isinstance(kinds, dict):
        raise UsageError(f"{where}: kinds is no mapping of kinds to shares")
    shares = None if kinds is None else {name: _number(f"{where}, {name}", n) for name, n in kinds.items()}
    if shares is not None and not any(shares.values()):
        raise UsageError(f"{where}: all its kinds have a share of 0")
    fractions = {name: _fraction(f"{where}: {name}", said[name]) for name in ("refined", "demanded") if name in said}
    return Part(_number(f"{where}: share", said["share"]), shares, **fractions)


def _number(where: str, said: Any) -> float:
    try:
        value = float(str(said).replace("_", ""))
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise UsageError(f"{where}: {_shown(said)} is no share; give a number from 0 up, as in 3 or 0.25")
    return value


def _fraction(where: str, said: Any) -> float:
    value = _number(where, said)
    if value > 1:
        raise UsageError(f"{where} is a share of the whole, from 0 to 1, not {_shown(said)}")
    return value


def _shown(said: Any) -> str:
    return repr(said)[:40] if isinstance(said, str) else "what stands there"


def near(name: str, names: Sequence[str]) -> str:
    """Return the name that was perhaps meant, as a guess in brackets, or nothing."""
    close = difflib.get_close_matches(name, names, 1, 0.6)
    return f" ({close[0]}?)" if close else ""


def listed(names: Sequence[str]) -> str:
    """Say which names there are."""
    return f"there are: {', '.join(names)}"
