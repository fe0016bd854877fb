"""What the text view remembers between commands: the list shown last, the record and the chat looked at."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.hand import Hand
from agents.view.arguments import Parser
from agents.view.browsing import Browser, Wanted
from agents.view.hints import Hints
from agents.view.paper import Paper
from agents.view.run import Missing, Run
from agents.view.story import story


@dataclass
class Session:
    """One look through a run."""

    run: Run
    paper: Paper
    wanted: Wanted = field(default_factory=Wanted)
    """What the list was asked for."""
    listed: list[str] = field(default_factory=list)
    """Ids of the list shown last, as they are numbered from 1."""
    seen: list[str] = field(default_factory=list)
    """Ids of the records that were opened, the one looked at last."""
    chat: str = ""
    """Id of the chat that was opened of it."""
    chat_in: Run | None = None
    """The journal that chat was read from: a branch has its own of the same name."""
    in_shell: bool = False
    """Commands are asked for one after the other."""

    def __post_init__(self) -> None:
        self.say = Hints(self.run.folder, self.in_shell)
        self.hand = Hand((self.run.trunk or self.run).folder)
        self.browser = Browser(self.run, self.hand)

    def id_of(self, word: str) -> str:
        """Return the id that a word names: an id, or a number of the list. Raises `Missing`."""
        if not word.isdecimal():
            return word
        number = int(word)
        if not self.listed:  # asked from outside, in one command: as the list begins
            self.listed = [entry.id for entry in self.browser.page(self.wanted, "", min(number, 100_000))]
        if not 1 <= number <= len(self.listed):
            raise Missing(f"there is no {number} in the list, which has {len(self.listed)}; list or more shows others")
        return self.listed[number - 1]

    def current(self, words: Sequence[str] = ()) -> str:
        """Return the id that is meant: the one named, else the one looked at. Raises `Missing`."""
        if words:
            return self.id_of(words[0])
        if not self.seen:
            raise Missing("open a record first, or name it: open ID, or open NUMBER of the list")
        return self.seen[-1]

    def told(self, words: Sequence[str] = ()) -> dict[str, Any]:
        """Return the story of what is meant. Raises `Missing`."""
        return story(self.run, self.hand, self.current(words))


def asked(
    name: str, words: Sequence[str], *arguments: tuple[Any, ...], **options: dict[str, Any]
) -> argparse.Namespace:
    """Read a command's words: `arguments` by place, `options` by `--name`. Raises `UsageError`."""
    parser = Parser(prog=name, add_help=False)
    for argument, *more in arguments:
        parser.add_argument(argument, **(more[0] if more else {}))
    for option, how in options.items():
        parser.add_argument(f"--{option}", **how)
    found = parser.read(words)
    assert found is not None, "no help is offered that could be asked for"
    return found


FLAG: dict[str, Any] = {"action": "store_true"}
OPTIONAL: dict[str, Any] = {"nargs": "?", "default": ""}


def positive(text: str) -> int:
    """A number from 1 on."""
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("a number from 1 on")
    return value
