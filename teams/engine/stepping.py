"""`--step` and `--human`: chats stop for a person, who lets a reply stand, speaks in its place, or plays a role."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from agents.errors import UsageError
from agents.meter import Meter, Stopped
from agents.onlooker import Onlooker, Turn
from teams.engine.keyboard import Keyboard, Left
from teams.engine.live import Live
from teams.engine.options import RunOptions
from teams.engine.running import INTERRUPT
from teams.engine.saying import Back, Desk, Quit, Saying
from teams.engine.terminal_text import inert, inert_line, reflowed, wrapped
from teams.engine.watching import Watch

Answer = TypeVar("Answer")
HELP = """Enter  let it stand and go on
s      say it yourself: your words take the place of the model's
e      edit what the model said, in your editor (VISUAL or EDITOR)
p      show the role's prompt and what it hears
c      go on without stopping till the end of this chat
q      quit: the run ends well, and --run goes on with it
?      this"""


class Stepping(Watch):
    """Prints what it hears, stops after replies, and lets a person speak."""

    def __init__(self, live: Live, keyboard: Keyboard, *, watches: bool, steps: bool) -> None:
        super().__init__(live, watches or steps)
        self.steps = steps
        self._keyboard = keyboard
        self._free = asyncio.Condition()
        self._is_asking = False
        self._with = ""
        """The chat a person is in: questions of others wait for its end, as nobody likes to talk in two at once."""
        self._meter: Meter | None = None
        self._over = asyncio.Event()
        self._unstopped: str | None = None
        """The chat that is to go on without stops."""
        self._shown: dict[tuple[str, str], int] = {}
        """How much of what a role hears in a chat its person was shown."""

    def begin(self, meter: Meter) -> None:
        """Leave a question open no longer than `meter` lets the run go on."""
        self._meter = meter
        before = meter.on_stop

        def stopped() -> None:
            before()
            self._over.set()
            self._waking = asyncio.ensure_future(self._wake())

        meter.on_stop = stopped

    # -- after a model's reply

    async def instead(self, turn: Turn, reply: Mapping[str, Any]) -> dict[str, Any] | None:
        """Stop: return what the person says instead, or None to let the reply stand. Raises `Stopped` to end."""
        if self._unstopped and f"{turn.chat}/".startswith(f"{self._unstopped}/"):
            return None
        async with self._asking(turn.chat):
            while True:
                said = await self._ask("Enter: go on   s: say it yourself   q: quit   ?: more > ")
                if said is None:
                    raise Quit
                word = said.strip().lower()
                if word in ("", "c"):
                    self._unstopped = turn.chat if word else None
                    return None
                if word in ("s", "e"):
                    with contextlib.suppress(Back):
                        return await Saying(turn, self._desk(), reply).go(in_editor=word == "e")
                    self._live.tell(self.reply(turn.role, reply))
                elif word == "q":
                    raise Quit
                elif word == "p":
                    self._show_prompt(turn)
                else:
                    self._live.tell(HELP)

    # -- in a role

    async def speak(self, turn: Turn) -> dict[str, Any]:
        """Return what the person says whose role it is. Raises `Stopped` to end."""
        async with self._asking(turn.chat):
            place = (turn.chat, turn.role)
            head = self._put(f"You are {inert_line(turn.role)}.", "bold")
            self._live.tell("\n".join([*self._heading(turn.chat), head]))
            for source, words in turn.heard[self._shown.get(place, 0) :]:
                self._live.tell(self.words(source, words, self._screenful))
            self._shown[place] = len(turn.heard)
            return await Saying(turn, self._desk()).go()

    def _desk(self) -> Desk:
        def complain(text: str) -> None:
            self._live.tell(self.complaint(text))

        return Desk(self._ask, self._edit, self._tell, self._show_prompt, complain)

    # -- the terminal

    @asynccontextmanager
    async def _asking(self, chat: str) -> AsyncIterator[None]:
        """Have the terminal for as long as a person is asked; whoever quits ends the run well."""
        async with self._turn_of(chat.partition("/aside-")[0]):
            with self._live.held():
                try:
                    yield
                except (Quit, Left):
                    if self._meter:
                        self._meter.stop(INTERRUPT)
                    raise Stopped(INTERRUPT) from None

    @asynccontextmanager
    async def _turn_of(self, chat: str) -> AsyncIterator[None]:
        """Wait until nobody else asks and the person is in no other chat."""
        async with self._free:
            await self._free.wait_for(lambda: self._over.is_set() or self._may_ask(chat))
            self._check()
            self._is_asking, self._with = True, chat
        try:
            yield
        finally:
            self._is_asking = False
            await self._wake()

    def _may_ask(self, chat: str) -> bool:
        return not self._is_asking and self._with in ("", chat)

    def ended(self, chat: str) -> None:
        """Let the person go on to other chats."""
        if chat == self._with:
            self._with = ""
            self._waking = asyncio.ensure_future(self._wake())

    async def _wake(self) -> None:
        async with self._free:
            self._free.notify_all()

    def _check(self) -> None:
        if self._over.is_set():
            raise Stopped((self._meter and self._meter.stopping) or INTERRUPT)

    async def _ask(self, prompt: str) -> str | None:
        return await self._until_over(self._keyboard.line(prompt))

    async def _edit(self, words: str) -> str | None:
        await self._keyboard.close()  # the editor is to have the terminal alone
        return await self._until_over(self._keyboard.edited(words))

    async def _until_over(self, asked: Awaitable[Answer]) -> Answer:
        """Wait for the person, but no longer than the run goes on. Raises `Stopped`."""
        waiting, over = asyncio.ensure_future(asked), asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({waiting, over}, return_when=asyncio.FIRST_COMPLETED)
            if self._over.is_set():
                self._check()
            return await waiting
        finally:
            over.cancel()
            if not waiting.done():
                waiting.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await waiting

    def _tell(self, text: str) -> None:
        self._live.tell("\n".join(wrapped(inert(text), self._live.width)))

    def _show_prompt(self, turn: Turn) -> None:
        self._live.tell(self.words(f"prompt of {turn.role}", reflowed(turn.prompt) or "(none)"))
        for source, words in turn.heard:
            self._live.tell(self.words(source, words))
        if turn.schema:
            self._tell("Its reply has to have a form:")
            self._live.tell("\n".join(wrapped(_form(turn.schema), self._live.width, "  ")))


def _form(schema: Mapping[str, Any]) -> str:
    return inert(json.dumps(schema, ensure_ascii=False, indent=1))


def onlooker_for(options: RunOptions, live: Live, keyboard: Keyboard) -> Onlooker:
    """Return who looks on as asked. Raises `UsageError` where a person is to speak and there is no terminal."""
    if options.step or options.human:
        if not (sys.stdin.isatty() and live.out.isatty()):
            flag = "--step" if options.step else "--human"
            raise UsageError(
                f"{flag} asks a person in a terminal, and standard input or standard error is none; run it in one "
                'without redirecting them (a file of answers goes through one: script -qec "COMMAND" /dev/null < FILE)'
            )
        return Stepping(live, keyboard, watches=options.watch, steps=options.step)
    return Watch(live) if options.watch else Onlooker()
