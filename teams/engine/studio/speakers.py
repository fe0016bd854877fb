"""Which roles may speak in a flow, read from its code: from what `direct` names, and what that names in turn.

Nothing is run. Flows seat their roles while a chat is prepared, over records that only a run has; which roles those
could be stands in the code all the same, and so it does in a skill that a user wrote.
"""

from __future__ import annotations

import dataclasses
import dis
import functools
from collections.abc import Callable, Iterator, Mapping
from types import CodeType, FunctionType, MethodType
from typing import Any

from agents.role import Role
from teams.engine import flow as engine
from teams.engine.flow import Kind

_VOCABULARY = tuple(vars(engine)[name] for name in ("Flow", "Skill", "Scene", "Seat", "Program", "Staging"))
"""Classes that hold any role: their own code leads everywhere."""


@functools.cache
def roles_of(*functions: Callable[..., Any]) -> Mapping[str, Role]:
    """Return by name the roles that functions of a flow can reach."""
    found: dict[str, Role] = {}
    seen: dict[int, Any] = {}  # holds what it has seen: an id of something thrown away would come again
    waiting: list[Any] = list(functions)
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen[id(one)] = one
        if isinstance(one, Role):
            found.setdefault(one.name, one)
        else:
            waiting.extend(_named_by(one))
    return found


def _named_by(one: Any) -> Iterator[Any]:
    """Yield what a value leads to: a function to what its code names, a container to what it holds."""
    if isinstance(one, functools.partial):
        yield from (one.func, *one.args, *one.keywords.values())
    elif isinstance(one, MethodType):
        yield from (one.__self__, one.__func__)
    elif isinstance(one, FunctionType):
        yield from _named_in(one)
    elif isinstance(one, type):
        yield from _methods(one)
    elif isinstance(one, Mapping):
        yield from one.values()
    elif isinstance(one, (tuple, list)):
        yield from one
    elif dataclasses.is_dataclass(one) and not isinstance(one, Kind):
        yield from (getattr(one, field.name, None) for field in dataclasses.fields(one))


def _named_in(function: FunctionType) -> Iterator[Any]:
    if not function.__module__.startswith("teams."):
        return
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not bound yet
            continue
    yield from (function.__globals__[name] for name in _globals(function.__code__) if name in function.__globals__)


@functools.cache
def _globals(code: CodeType) -> tuple[str, ...]:
    steps = dis.get_instructions(code)
    named = dict.fromkeys(step.argval for step in steps if step.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
    inner = (one for one in code.co_consts if isinstance(one, CodeType))
    return tuple(dict.fromkeys((*named, *(name for one in inner for name in _globals(one)))))


def _methods(one: type) -> Iterator[Any]:
    if not one.__module__.startswith("teams.") or one in _VOCABULARY:
        return
    for value in vars(one).values():
        for inner in (value, getattr(value, "__func__", None), getattr(value, "fget", None)):
            if isinstance(inner, FunctionType):
                yield inner
