"""A role's own prompt as it stands in a plain team: what only a run knows is words that point at the chat."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agents.role import Role
from teams.engine.flow import Kind

KNOWN: dict[str, Any] = {"language": "", "small": False}
"""Facts every seat has: a strong model, in the language of what it is given."""


class Pointer:
    """Something that only comes to be in a run. It renders as words that say where to look for it, whatever is asked
    of it: it is true, holds itself, and has every attribute."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __str__(self) -> str:
        return f"(the {self._name.replace('_', ' ')}, as this chat has it)"

    __repr__ = __str__

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # Python's own questions, and those of Jinja's filters
            raise AttributeError(name)
        return Pointer(f"{name} of the {self._name}" if self._name not in ("record", "facts") else name)

    def __getitem__(self, name: object) -> Pointer:
        return Pointer(name) if isinstance(name, str) else self

    def __call__(self, *given: object, **named: object) -> Pointer:
        return self

    def __iter__(self) -> Iterator[Pointer]:
        yield self

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True


class _Facts(dict[str, Any]):
    """Facts of a seat, of which none is missing."""

    def __contains__(self, name: object) -> bool:
        return True

    def __missing__(self, name: str) -> Pointer:
        return Pointer(name)


def prompt_of(role: Role, kind: Kind) -> str:
    """Return what a role is told, without the facts that only a chat of a run would know."""
    template = role.prompt
    context = template.new_context(_Facts({**template.globals, **KNOWN, "kind": kind}), shared=True)
    return "".join(template.root_render_func(context)).strip()
