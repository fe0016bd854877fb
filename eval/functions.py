"""Load a function or a task that a user names: `MODULE:NAME` or `FILE.py:NAME`."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from agents.errors import UsageError


def load_function(text: str) -> tuple[str, Callable[..., Any]]:
    """Return the name of `python:PLACE:FUNCTION` for records, and the function.

    The name holds a hash of the file the function stands in: an older version's answers are never taken for this one's.
    What that file imports is not looked at.
    Raise `UsageError` where there is no such function.
    """
    place, colon, name = text.removeprefix("python:").rpartition(":")
    if not colon or not place or not name:
        raise UsageError(f"{text!r} names no function; it is python:MODULE:FUNCTION or python:FILE.py:FUNCTION")
    module = load_module(place)
    function = getattr(module, name, None)
    if not callable(function):
        there = [key for key, value in vars(module).items() if callable(value) and not key.startswith("_")]
        raise UsageError(f"{place} has no function {name!r}; it has: {', '.join(there[:8]) or 'none'}")
    file = getattr(module, "__file__", None)
    version = hashlib.sha256(Path(file).read_bytes()).hexdigest()[:12] if file else "built-in"
    return f"python:{Path(place).name}:{name}@{version}", function


def load_module(place: str) -> ModuleType:
    """Import a module by its name, or the file that ends in `.py`. Raise `UsageError` where that can't be done."""
    try:
        if not place.endswith(".py"):
            sys.path.insert(0, "")
            try:
                return importlib.import_module(place)
            finally:
                sys.path.remove("")
        path = Path(place)
        if not path.is_file():
            raise UsageError(f"there is no file {place}")
        spec = importlib.util.spec_from_file_location(f"_own_{path.stem}", path)
        assert spec  # it ends in .py
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        sys.modules[spec.name] = module  # dataclasses look their module up
        spec.loader.exec_module(module)
        return module
    except UsageError:
        raise
    except Exception as error:  # whatever a user's file does when it is imported
        raise UsageError(f"{place} can't be imported: {type(error).__name__}: {error}") from None
