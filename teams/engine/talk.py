"""What has been said in a chat so far, in plain data: what programs, orders and harvests look at."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel

Form = TypeVar("Form", bound=BaseModel)
TASK = "task"
"""The source of a chat's opening message."""


@dataclass(frozen=True)
class Said:
    """One message: words, or a call of a tool with what came back."""

    source: str
    text: str
    """The words; for a call, the tool's result."""
    call: str | None = None
    """Name of the tool called."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    failed: bool = False
    """The tool answered with an error."""
    call_id: str = ""


class Talk(Sequence[Said]):
    """The messages of one chat, oldest first. The opening is the first, from `task`."""

    def __init__(self, said: Sequence[Said] = ()) -> None:
        self._said = list(said)

    def add(self, said: Said) -> None:
        self._said.append(said)

    def by(self, source: str) -> list[Said]:
        """Everything `source` said, oldest first."""
        return [said for said in self._said if said.source == source]

    def words(self, source: str) -> str:
        """The last words of `source`, or '' if it has not spoken."""
        return next((said.text for said in reversed(self._said) if said.source == source and said.call is None), "")

    def last(self, source: str, form: type[Form]) -> Form:
        """The last reply of `source`, read as `form`. Replies with a form were validated when they were made."""
        return form.model_validate_json(self.words(source))

    def all(self, source: str, form: type[Form]) -> list[Form]:
        """Every reply of `source`, read as `form`."""
        return [form.model_validate_json(said.text) for said in self.by(source) if said.call is None]

    def value(self, source: str) -> Any:
        """The last reply of `source`, parsed as JSON."""
        return json.loads(self.words(source))

    def __getitem__(self, index: Any) -> Any:
        return self._said[index]

    def __len__(self) -> int:
        return len(self._said)

    def __iter__(self) -> Iterator[Said]:
        return iter(self._said)


def in_turn(
    role: str, program: str, is_over: Callable[[], bool], *, program_first: bool = False
) -> Callable[[Talk], str | None]:
    """Return the order of a chat of one role and one program: by turns, till the program has spoken and it is over."""

    def order(talk: Talk) -> str | None:
        last = talk[-1].source
        if last == program:
            return None if is_over() else role
        return program if program_first or last == role else role

    return order
