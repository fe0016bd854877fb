"""Tell which characters of a rendered chat the template wrote, and which somebody said.

What was said is put between marks before the template is rendered: what then stands between marks is content, all else
the template's own. Templates may trim a content; then the marked text is laid over the real one, piece by piece. Where
that can't be done exactly, the chat is dropped.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from training.errors import Dropped

_PRIVATE = range(0xF0000, 0xF0100, 3)
REASONING = frozenset(("reasoning_content", "thinking", "reasoning"))
"""What templates call it."""
_OWN = REASONING | {"role", "content", "tool_calls"}
"""Parts of a message that are marked each in its own way."""
_TRIMS: tuple[Callable[[str], str], ...] = (
    str.strip,
    str.lstrip,
    str.rstrip,
    lambda text: text.strip("\n"),
    lambda text: text.lstrip("\n"),
    lambda text: text.rstrip("\n"),
)


@dataclass(frozen=True, slots=True)
class Content:
    """Where something stands that was said, in characters."""

    start: int
    end: int
    message: int
    """Who said it, by number; -1: a tool's schema."""
    main: bool
    """Whether it is a message's words or a function's name; what else is marked differs from chat to chat."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A chat as text."""

    text: str
    contents: tuple[Content, ...]
    """In the order of the text."""

    def said(self, message: int) -> int:
        """Return where a message's last words end, or the name of the last function it calls."""
        return max(
            (content.end for content in self.contents if content.message == message and content.main), default=-1
        )


@dataclass(frozen=True, slots=True)
class _Piece:
    text: str
    message: int | None
    """Who said it; None: the template did."""
    main: bool = False


class Marks:
    """Texts between characters that occur nowhere in a chat.

    Marked are a message's words, the names of functions, and of calls and schemas every text that holds what could be
    taken for a control token. The rest is left as it is: templates compare it and count its characters.
    """

    def __init__(self, text: str, risky: re.Pattern[str]) -> None:
        first = next((c for c in _PRIVATE if not any(chr(c + n) in text for n in range(3))), None)
        if first is None:
            raise Dropped("it uses up the private characters")
        self._open, self._middle, self._close = (chr(first + n) for n in range(3))
        self._parts = re.compile(f"{self._open}(\\d+){self._middle}([^{self._close}]*){self._close}")
        self._risky = risky
        self._marked: list[tuple[int, str, str]] = []
        """Of each mark: the message, the text, and what is lost if the template doesn't show it."""

    def message(self, message: Mapping[str, Any], number: int) -> dict[str, Any]:
        lost = "what is said beside a call" if "tool_calls" in message else f"a turn of the {message['role']}"
        marked = {name: self._values(value, number) for name, value in message.items() if name not in _OWN}
        marked |= {"role": message["role"], "content": self._mark(message["content"], number, lost)}
        for name in REASONING & message.keys():
            marked[name] = self._mark(message[name], number, "")
        if "tool_calls" in message:
            lost = "tool calls (data.tool_calls=text writes them as words)"
            marked["tool_calls"] = [
                {**self._values(call, number), "function": self._function(call["function"], number, lost)}
                for call in message["tool_calls"]
            ]
        return marked

    def tool(self, tool: Mapping[str, Any]) -> dict[str, Any]:
        lost = "the list of tools (data.tool_calls=text writes it as words)"
        return {**self._values(tool, -1), "function": self._function(tool["function"], -1, lost)}

    def pieces(self, shown: str) -> list[_Piece]:
        """Split a marked text. Raise `Dropped` for a text that was left out, and where a mark was cut in two."""
        pieces, at, found = [], 0, set()
        for part in self._parts.finditer(shown):
            mark = int(part[1])
            message, text, lost = self._marked[mark]
            if part[2] not in (text, _escaped(text)):
                raise Dropped("the template rewrites what was said")
            pieces += [_Piece(shown[at : part.start()], None), _Piece(part[2], message, bool(lost))]
            at = part.end()
            found.add(mark)
        pieces.append(_Piece(shown[at:], None))
        for mark, (_, _, lost) in enumerate(self._marked):
            if lost and mark not in found:
                raise Dropped(f"the template leaves out {lost}")
        if any(piece.message is None and self._open in piece.text for piece in pieces):
            raise Dropped("the template rewrites what was said")
        return pieces

    def _function(self, function: Mapping[str, Any], number: int, lost: str) -> dict[str, Any]:
        return {
            self._values(name, number): self._mark(value, number, lost)
            if name == "name"
            else self._values(value, number)
            for name, value in function.items()
        }

    def _values(self, value: Any, number: int) -> Any:
        if isinstance(value, str):
            return self._mark(value, number, "") if self._risky.search(value) else value
        if isinstance(value, Mapping):
            return {self._values(key, number): self._values(inner, number) for key, inner in value.items()}
        return [self._values(inner, number) for inner in value] if isinstance(value, list | tuple) else value

    def _mark(self, text: str, number: int, lost: str) -> str:
        if not text.strip():  # templates ask whether there is anything in it, and marks would be
            return text
        self._marked.append((number, text, lost))
        return f"{self._open}{len(self._marked) - 1}{self._middle}{text}{self._close}"


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def laid(pieces: Sequence[_Piece], text: str) -> Iterator[Content]:
    """Lay marked pieces over the real text. Raise `Dropped` unless they cover it from end to end."""
    if "".join(piece.text for piece in pieces) != text:
        pieces = _trimmed(pieces, text)
    at = 0
    for piece in pieces:
        end = at + len(piece.text)
        if piece.message is not None:
            yield Content(at, end, piece.message, piece.main)
        at = end


def _trimmed(pieces: Sequence[_Piece], text: str) -> list[_Piece]:
    """Find how each content was trimmed so that the pieces give the text: all ways are followed at once."""
    ways: dict[int, tuple[Any, ...]] = {0: ()}
    for piece in pieces:
        further: dict[int, tuple[Any, ...]] = {}
        for at, way in ways.items():
            for form in _forms(piece):
                if text.startswith(form, at):
                    further.setdefault(at + len(form), (way, form))
        ways = further
    if len(text) not in ways:
        raise Dropped("the template rewrites what was said")
    forms: list[str] = []
    way = ways[len(text)]
    while way:
        way, form = way
        forms.append(form)
    return [replace(piece, text=form) for form, piece in zip(reversed(forms), pieces, strict=True)]


def _forms(piece: _Piece) -> list[str]:
    """The longest first: a piece is trimmed only where it must be."""
    if piece.message is None:
        return [piece.text]
    return sorted({piece.text, *(trim(piece.text) for trim in _TRIMS)}, key=len, reverse=True)
