"""Keep seed folders from being imported: `python -m` puts the current folder first on Python's path.

Someone with seeds in `code/` runs from its parent, and if `code/` holds an `__init__.py`, then `import code` (which
`pdb` does) would run their seeds in place of the standard library. So at the start of a command the current folder
goes to the end of the path, where it still serves `--tools my_module:my_tool`, and our own packages are found by where
they are, not by where they stand on the path: neither a seed folder nor an installed stranger called `agents` or
`tools` can take their names.

The packages with a command line call it first thing in their `__init__`, `teams` like this:

    if sys.argv[:1] == ["-m"] and not sys.flags.safe_path:
        sys.path.append(sys.path.pop(0))  # at once: what follows imports more
        from teams.engine.shadow import guard

        guard()
"""

from __future__ import annotations

import os
import sys
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType

OURS = ("agents", "teams", "tools", "sandbox", "training", "eval")
HOME = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
"""The folder our packages are in: a checkout, or where they were installed."""


def safe_path(path: Sequence[str], current: str) -> list[str]:
    """Return `path` with the current folder, in whatever spelling, moved to the end."""
    here = _real(current)
    kept = [entry for entry in path if entry and _real(entry) != here]
    return [*kept, current] if len(kept) < len(path) else kept


def _real(folder: str) -> str:
    return os.path.normcase(os.path.realpath(folder))


class OwnFinder:
    """Finds our top-level packages in `HOME`, before anything on the path is asked."""

    @classmethod
    def find_spec(cls, name: str, path: Sequence[str] | None = None, to: ModuleType | None = None) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [HOME]) if name in OURS else None


def guard(*, always: bool = False) -> bool:
    """Make imports safe if this process was started by `python -m <one of ours>`, and return whether it was.

    Elsewhere (under pytest, in a notebook, in someone's program) it leaves the path alone, unless `always`.
    """
    # While `-m` looks for the module, and only then, this is the program's name.
    if not always and sys.argv[:1] != ["-m"]:
        return False
    if OwnFinder not in sys.meta_path:
        sys.meta_path.insert(0, OwnFinder)
    try:
        current = os.getcwd()
    except OSError:  # the folder is gone
        return True
    if _real(current) != _real(HOME) or not _is_installed():
        sys.path[:] = safe_path(sys.path, current)
    return True


def _is_installed() -> bool:
    """Whether `HOME` is where packages are installed rather than a checkout: then it must stay on the path."""
    return os.path.basename(HOME) in ("site-packages", "dist-packages")


def foreign_package_problem() -> str | None:
    """Return one line about a stranger's package that has the name of one of ours, with its remedy, or None.

    Ours win in our commands, so that this is about programs that import us, and about files mixed in one folder.
    """
    for name in OURS:
        mixed = _mixed_with(name)
        if mixed:
            return (
                f"the installed package {mixed!r} writes into our package {name!r}: uninstall it, or install "
                f"agentinstruct into a virtual environment of its own"
            )
        for entry in sys.path:
            spec = PathFinder.find_spec(name, [entry or os.getcwd()])
            origin = spec.origin if spec is not None else None
            if origin and _real(os.path.dirname(origin)) != _real(os.path.join(HOME, name)):
                return (
                    f"a foreign package {name!r} is installed at {os.path.dirname(origin)}: our commands use ours, "
                    f"programs that import both can't; use a virtual environment without it"
                )
    return None


@cache
def _owners() -> Mapping[str, list[str]]:
    """Which distributions write into each package. Reads the metadata of all that is installed."""
    from importlib.metadata import packages_distributions

    return packages_distributions()


def _mixed_with(name: str) -> str | None:
    """The distribution that was installed over ours, in the same folder; a checkout has no strangers in it."""
    if not _is_installed():
        return None
    owners = [owner for owner in _owners().get(name, []) if owner.lower() != "agentinstruct"]
    return owners[0] if owners else None
