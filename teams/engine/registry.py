"""Which skills there are: every module or package in `teams/` but this one; the file's name is the registry."""

from __future__ import annotations

import ast
import importlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import UsageError

if TYPE_CHECKING:
    from teams.engine.flow import Skill

HOME = Path(__file__).parents[1]


def skills(home: Path = HOME) -> dict[str, str]:
    """Return the name of each skill and the first line of what it says of itself, sorted. Nothing is imported."""
    return {name: _first_line(file) for name, file in sorted(_files(home))}


def load(names: Iterable[str]) -> list[Skill]:
    """Import skills. Raises `UsageError` for one that can't be; what holds no `skill` is none."""
    found = []
    for name in names:
        try:
            module = importlib.import_module(f"teams.{name}")
        except Exception as error:
            raise UsageError(
                f"teams/{name} can't be imported ({type(error).__name__}: {error}); --mix runs others without it"
            ) from error
        if (skill := getattr(module, "skill", None)) is not None:
            found.append(skill)
    return found


def _files(home: Path) -> Iterator[tuple[str, Path]]:
    for entry in os.scandir(home):
        name = entry.name.removesuffix(".py")
        if not name.isidentifier() or name.startswith("_") or name == "engine":
            continue
        file = Path(entry.path) / "__init__.py" if entry.is_dir() else Path(entry.path)
        if file.suffix == ".py" and file.is_file():
            yield name, file


def _first_line(file: Path) -> str:
    try:
        said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, SyntaxError) as error:
        return f"(can't be read: {error})"
    return (said or "").partition("\n")[0]
