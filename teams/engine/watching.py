"""`--watch`: chats as they are spoken, on the terminal; as many go on at once, a line names each where it changes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from agents.onlooker import Onlooker
from teams.engine.live import Live
from teams.engine.terminal_text import Colours, columns, inert, inert_line, readable, shortened, wrapped

INDENT = "  "
LONGEST_NAME = 40
"""Columns of a speaker's name."""
LONGEST = 400
"""Lines of one reply that are printed; no good one is so long."""
MOST_CHARS = 100_000
"""Characters of one message that are looked at for printing."""


class Watch(Onlooker):
    """Prints what it hears above the status line."""

    def __init__(self, live: Live, watches: bool = True) -> None:
        super().__init__()
        self.watches = watches
        self._live, self._colours = live, Colours(live.out)
        self._roles: dict[str, set[str]] = {}
        self._chat = ""
        """The chat whose words were printed last."""

    # -- what is heard

    def said(self, chat: str, source: str, type_: str, text: str, extra: Any) -> None:
        """Print an opening, a program's words, or what a tool gave; replies come by `replied`."""
        if type_ == "result":
            failed = bool(extra and extra.get("error"))
            self._print(chat, self.result(str((extra or {}).get("name", "")), text, failed))
        elif type_ == "text" and source not in self._replied_in(chat):
            self._print(chat, self.words(source, text, self._screenful))

    def replied(self, chat: str, role: str, reply: Mapping[str, Any], complaint: str) -> None:
        """Print what a model said, and what is wrong with it."""
        self._replied_in(chat).add(role)
        self._print(chat, self.reply(role, reply, complaint))

    def judged(self, id: str, accepted: bool, reasons: Sequence[str]) -> None:
        """Print a pair's verdict in one line."""
        style = ("green", "bold") if accepted else ("red", "bold")
        self._verdict("accepted" if accepted else "rejected", id, reasons, *style)

    def fell_out(self, id: str, stage: str, reasons: Sequence[str]) -> None:
        """Print in one line what came to nothing."""
        self._verdict(f"fell out at {inert_line(stage)}", id, reasons, "yellow")

    # -- as lines

    def words(self, source: str, text: str, most: int = LONGEST) -> str:
        """Return who speaks and what they say, at most so many lines."""
        name = _middle_cut(inert_line(source), LONGEST_NAME)
        text = inert(text[:MOST_CHARS].strip("\n"))
        if "\n" not in text and columns(name) + 2 + columns(text) <= self._live.width:
            return f"{self._put(name, 'bold')}: {text}"
        lines = shortened(wrapped(text, self._live.width, INDENT), most)
        return "\n".join([f"{self._put(name, 'bold')}:", *lines])

    def reply(self, role: str, reply: Mapping[str, Any], complaint: str = "") -> str:
        """Return a model's reply: thought, words or calls, and what is wrong with it."""
        pieces = []
        if thought := str(reply.get("thought") or "").strip():
            pieces.append(self._dimmed(f"({role} thinks) {thought}"))
        if calls := reply.get("calls"):
            pieces += [self._call(role, str(call["name"]), str(call["arguments"])) for call in calls]
        else:
            pieces.append(self.words(role, readable(str(reply.get("content", ""))) or "(nothing)"))
        if complaint:
            pieces.append(self.complaint(complaint))
        return "\n".join(pieces)

    def complaint(self, text: str) -> str:
        """Return what is wrong with a reply."""
        return self._each(wrapped(inert(f"That can't be used: {text}"), self._live.width, INDENT), "red")

    def result(self, name: str, text: str, failed: bool) -> str:
        """Return what a tool gave."""
        head = f"{inert_line(name)} {'failed' if failed else 'gave'}: "
        lines = wrapped(inert(head + text[:MOST_CHARS].strip("\n")), self._live.width, INDENT)
        return self._each(shortened(lines, self._screenful), "red" if failed else "cyan")

    def _call(self, role: str, name: str, arguments: str) -> str:
        text = inert(f"{role} calls {name} {_on_one_line(arguments)[:MOST_CHARS]}")
        first, *rest = shortened(wrapped(text, self._live.width - len(INDENT)), self._screenful)
        return "\n".join([self._put(first, "cyan"), *(self._put(INDENT + line, "cyan") for line in rest)])

    def _verdict(self, word: str, id: str, reasons: Sequence[str], *style: str) -> None:
        if not self.watches:
            return
        id, width = inert_line(id), self._live.width
        if reasons:  # they are what is looked for; the end of an id tells it from its siblings
            id = f"{_middle_cut(id, width * 2 // 5)}: {inert_line('; '.join(reasons))}"
        line, self._chat = _cut(f"{word} {id}", width), ""
        self._live.say(self._put(line[: len(word)], *style) + line[len(word) :])

    def _dimmed(self, text: str) -> str:
        lines = wrapped(inert(text[:MOST_CHARS]), self._live.width, INDENT)
        return self._each(shortened(lines, self._screenful), "dim")

    # -- printing

    def _print(self, chat: str, block: str) -> None:
        self._live.say("\n".join([*self._heading(chat), block]))

    def _heading(self, chat: str) -> list[str]:
        """Return the line that names a chat, where another was printed last."""
        if chat == self._chat:
            return []
        self._chat = chat
        return ["", self._put(f"── {_middle_cut(inert_line(chat), self._live.width - 6)} ──", "magenta")]

    def _replied_in(self, chat: str) -> set[str]:
        """The roles of the chat that a model answers for. Chats are many; the last few hundred are remembered."""
        roles = self._roles.setdefault(chat, set())
        while len(self._roles) > 500:
            del self._roles[next(iter(self._roles))]
        return roles

    def _each(self, lines: list[str], style: str) -> str:
        return "\n".join(self._put(line, style) for line in lines)

    def _put(self, text: str, *styles: str) -> str:
        return self._colours.put(text, *styles)

    @property
    def _screenful(self) -> int:
        """Lines of a tool's result, an opening, a program's words: what there was before is to stay on the screen."""
        return max(self._live.height - 6, 6)


def _on_one_line(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments or "{}"), ensure_ascii=False)
    except (ValueError, RecursionError):
        return arguments


def _cut(text: str, room: int) -> str:
    """Cut a line at its end to so many columns."""
    if columns(text) <= room:
        return text
    text = text[:room]
    while columns(text) >= room:
        text = text[:-1]
    return text + "…"


def _middle_cut(text: str, room: int) -> str:
    """Cut a line in its middle: the beginning of an id says of which seed, the end which chat."""
    if columns(text) <= room:
        return text
    half = max((room - 1) // 2, 1)
    head, tail = text[:half], text[-half:]
    while columns(head) + columns(tail) + 1 > room and len(tail) > 1:
        head, tail = head[:-1], tail[1:]
    return f"{head}…{tail}"
