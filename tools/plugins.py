"""Find tools: ours, those of installed packages, and those a user names on the command line.

What `--tools` takes: the name of a tool, `module:tool`, `path/to/file.py:tool`, or a module or file with several tools.
A tool may also be an AutoGen `BaseTool` or `Workbench`; these are taken as they are.
"""

import functools
import hashlib
import importlib
import importlib.util
import logging
import pkgutil
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.errors import ToolError
from tools.registry import Foreign, Tool, describe, enter, registered

GROUP = "agentinstruct.tools"
"""Entry points of this group are loaded whenever tools are looked up."""
_log = logging.getLogger(__name__)
_loaded: set[str] = set()
_looked_in: tuple[str, ...] | None = None
"""`sys.path` when we last looked: reading the metadata of all installed packages takes a while."""
_announced: list[str] = []
problems: list[str] = []
"""One line for each plug-in that could not be loaded."""


def load_tools(specs: Sequence[str] = ()) -> list[str]:
    """Load the built-in and the installed tools, then those in `specs`; return the names of the latter.

    Raises `ToolError` naming the spec and what is wrong with it. An installed plug-in that fails is logged in one
    line (and kept in `problems`): somebody else's package must not stop a run.
    """
    _load_installed()
    names: list[str] = []
    for spec in specs:
        names += [name for name in _load_spec(spec.strip()) if name not in names]
    return names


def find_tool(name: str) -> Tool | Foreign:
    """Return the tool called `name`, or raise `ToolError` saying which there are."""
    _load_installed()
    if name not in registered:
        raise ToolError(f"there is no tool {name!r}; there are: {', '.join(sorted(registered))}")
    return registered[name]


def announced() -> list[str]:
    """Return the names of the tools that installed packages announce by an entry point, sorted."""
    _load_installed()
    return sorted({name for name in _announced if name in registered})


def list_tools() -> list[tuple[str, str, str]]:
    """Return name, first line of the description, and module of every tool, sorted by name."""
    _load_installed()
    return [(t.name, (t.description.splitlines() or [""])[0], t.origin) for _, t in sorted(registered.items())]


def _load_installed() -> None:
    global _looked_in
    if _looked_in == (path := tuple(sys.path)):
        return
    _looked_in = path
    import tools

    for found in pkgutil.iter_modules(tools.__path__, "tools."):
        if found.name != "tools.__main__":
            _once(found.name, functools.partial(importlib.import_module, found.name))
    for point in entry_points(group=GROUP):
        _once(f"entry point {point.name} = {point.value}", functools.partial(_load_point, point))


def _once(what: str, load: Callable[[], object]) -> None:
    if what in _loaded:
        return
    _loaded.add(what)
    try:
        with _all_or_nothing(what):
            load()
    except ToolError as error:
        problems.append(str(error))
        _log.warning("%s", error)


def _load_point(point: EntryPoint) -> None:
    loaded = point.load()
    if isinstance(loaded, ModuleType):
        _announced.extend(_tools_of(loaded))
    else:
        _announced.append(_register(loaded, point.name, point.module))


def _load_spec(spec: str) -> list[str]:
    if spec in registered:
        return [spec]
    target, colon, attribute = spec.rpartition(":") if not spec.endswith(".py") else (spec, "", "")
    if not colon:
        target, attribute = spec, ""
    with _all_or_nothing(f"--tools {spec}"):
        module = _import(target)
    try:
        if not attribute:
            if names := _tools_of(module):
                return names
            raise ToolError(f"no tool in {target}; put `@tool` over an async function")
        if not hasattr(module, attribute):
            raise ToolError(f"{target} has no {attribute!r}; tools in it: {', '.join(_tools_of(module)) or 'none'}")
        return [_register(getattr(module, attribute), attribute, module.__name__)]
    except ToolError as error:
        raise ToolError(f"--tools {spec}: {error}") from None


def _import(target: str) -> ModuleType:
    if target.endswith(".py"):
        return _import_file(Path(target))
    if not target or not all(part.isidentifier() for part in target.split(".")):
        raise ToolError(f"neither a tool, a module nor a .py file; tools: {', '.join(sorted(registered))}")
    try:
        return importlib.import_module(target)
    except ModuleNotFoundError as error:
        if error.name != target.partition(".")[0]:
            raise
    # Started by a console script, Python doesn't look in the current folder; behind everything else it shadows nothing.
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.append(here)
        importlib.invalidate_caches()
    try:
        return importlib.import_module(target)
    except ModuleNotFoundError as error:
        if error.name != target.partition(".")[0]:
            raise
        raise ToolError(f"there is no tool and no module {target!r}; tools: {', '.join(sorted(registered))}") from None


def _import_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise ToolError(f"there is no file {path}")
    path = path.resolve()
    name = f"{path.stem}_{hashlib.sha256(str(path).encode()).hexdigest()[:8]}"
    if name in sys.modules:
        return sys.modules[name]
    found = importlib.util.spec_from_file_location(name, path)
    if found is None or found.loader is None:
        raise ToolError(f"{path} can't be imported as Python")
    module = importlib.util.module_from_spec(found)
    if (folder := str(path.parent)) not in sys.path:
        sys.path.append(folder)  # so that the file may import its neighbours
    sys.modules[name] = module
    try:
        found.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _tools_of(module: ModuleType) -> list[str]:
    """Names of the tools made in `module`; AutoGen's are registered here, ours were when it was imported."""
    ours = {id(t.function): t.name for t in registered.values() if isinstance(t, Tool)}
    names = []
    for attribute, value in vars(module).items():
        if id(value) in ours:
            names.append(ours[id(value)])
        elif _is_foreign(value):
            names.append(_register(value, attribute, module.__name__))
    return names


def _register(made: Any, attribute: str, origin: str) -> str:
    for known in registered.values():
        if isinstance(known, Tool) and known.function is made:
            return known.name
    if _is_foreign(made):
        # A workbench has no name of its own and lists its tools only once it runs: it goes by the name it was given.
        foreign = Foreign(getattr(made, "name", attribute), getattr(made, "description", "") or "", made, origin)
        enter(foreign)
        return foreign.name
    if not callable(made):
        raise ToolError(
            f"{origin}:{attribute} is no tool but a {type(made).__name__}; put `@tool` over an async function"
        )
    described = describe(made)
    enter(described)
    return described.name


def _is_foreign(made: Any) -> bool:
    # Without AutoGen imported there can be no instance of its classes: spares its import.
    if isinstance(made, type) or (autogen := sys.modules.get("autogen_core.tools")) is None:
        return False
    return isinstance(made, (autogen.BaseTool, autogen.Workbench))


@contextmanager
def _all_or_nothing(what: str) -> Iterator[None]:
    """Turn whatever an import raises into one `ToolError`, and forget the tools that came before it."""
    before = dict(registered)
    try:
        yield
    except ToolError as error:
        _forget(before)
        raise ToolError(f"{what}: {error}") from None
    except KeyboardInterrupt:
        _forget(before)
        raise
    except BaseException as error:  # somebody else's module may raise anything
        _forget(before)
        where = traceback.extract_tb(error.__traceback__)[-1]
        line = f" ({Path(where.filename).name}, line {where.lineno})"
        raise ToolError(f"{what} could not be imported: {type(error).__name__}: {error}{line}") from None


def _forget(before: dict[str, Tool | Foreign]) -> None:
    registered.clear()
    registered.update(before)
