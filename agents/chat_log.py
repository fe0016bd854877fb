"""One chat's side of the journal: answers what was asked before, keeps what is new, writes down what is said.

It also tells the chat's onlooker, and keeps what a person said in place of a model beside what the model had said.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import orjson

from agents.change import Change, NotInJournal, UnfitAnswer, unmarked
from agents.journal import Journal, Statement
from agents.onlooker import PERSON, Onlooker

Reply = dict[str, Any]
"""A model's reply as it is stored: content or calls, thought, finish reason, tokens."""
_CALL = "INSERT OR REPLACE INTO calls VALUES (?,?,?,?,?,?,?,?,?,?,?)"
_LIVED = "INSERT OR REPLACE INTO lived VALUES (?,?,?,?)"
_TOOL = "INSERT OR REPLACE INTO tools VALUES (?,?,?,?,?,?,?,?,?,?)"
_MESSAGE = "INSERT OR REPLACE INTO messages VALUES (?,?,?,?,?,?)"


def digest(value: Any) -> str:
    """Hash any JSON value: 128 bits, hexadecimal, the same on every machine."""
    try:
        raw = orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError:  # lone surrogates, numbers beyond 64 bits
        raw = json.dumps(value, sort_keys=True).encode()
    return hashlib.blake2b(raw, digest_size=16).hexdigest()


def storable(text: str) -> str:
    """Return a text that SQLite takes, and any file: lone surrogates become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


class ChatLog:
    """What one chat asked and heard. `journal` may be None: then nothing is kept (a team held outside a run)."""

    def __init__(self, chat: str, journal: Journal | None, onlooker: Onlooker | None = None) -> None:
        self.chat, self._journal = chat, journal
        self.onlooker = onlooker or Onlooker()
        self._seen: Counter[str] = Counter()
        self.turn = 0
        """How many model and tool calls there were so far."""
        self._said = 0
        self._prompts: set[str] = set()
        self._calls: dict[tuple[str, int], Reply] = {}
        self._tools: dict[tuple[str, int], tuple[str, bool]] = {}
        change = journal.change if journal else None
        self._change = change if change and change.chat == chat else None
        self._by_person: set[tuple[str, int]] = set()
        self._by_turn: dict[tuple[int, str], tuple[str, int]] = {}
        self._lives: Counter[int] = Counter()
        """Calls that are stored for a turn, by its number: several, if the chat was gone through in other words."""
        self._usable: Counter[str] = Counter()
        """Replies that could be used so far, by role."""
        self._written: dict[str, int] = {}
        """How many of them an earlier life of the chat went on from."""
        self._last: tuple[str, int, bool] = ("", 0, False)
        """Key, number and whether it was replayed, of the newest reply."""
        if journal and journal.resumed:
            self._recall(journal)
        self._is_live = not self._calls
        """What is said now was not said before the run was gone on with."""

    def _recall(self, journal: Journal) -> None:
        sql = "SELECT hash, nth, reply, model, turn, role FROM calls WHERE chat=?"
        for key, nth, reply, model, turn, role in journal.rows(sql, (self.chat,)):
            self._calls[key, nth] = orjson.loads(reply)
            self._by_turn[turn, role] = key, nth
            self._lives[turn] += 1
            if model == PERSON:
                self._by_person.add((key, nth))
        for key, nth, answer, bad in journal.rows(
            "SELECT hash, nth, answer, is_error FROM tools WHERE chat=?", (self.chat,)
        ):
            self._tools[key, nth] = (answer, bool(bad))
        if self.onlooker.steps:
            sql = "SELECT source, count(*) FROM messages WHERE chat=? AND type IN ('text','call') GROUP BY source"
            self._written = dict(journal.rows(sql, (self.chat,)))

    def _next(self, key: str) -> tuple[int, int]:
        nth = self._seen[key]
        self._seen[key] += 1
        self.turn += 1
        return nth, self.turn

    async def call(
        self, role: str, model: str, request: Any, prompt: str, send: Callable[[], Awaitable[Reply]]
    ) -> tuple[Reply, bool]:
        """Return the stored reply to `request`, or `send` it and store what comes back.

        Returns the reply and whether it was replayed. The reply is in the file before it is acted upon.
        """
        key = self._key(digest(request), self.change_for(role))
        nth, turn = self._next(key)
        self._reach(turn, role)
        key, nth = self._before_change(key, nth, turn, role)
        self._hear("calls", key, nth)
        known = self._calls.get((key, nth))
        if known is not None:
            self._last, self._is_live = (key, nth, True), False
            self._go_by(turn, key, nth)
            if (key, nth) in self._by_person:
                self.onlooker.person_spoke(self.chat, role)
            return known, True
        start = time.monotonic()
        if self._change and turn == self._change.turn and self._change.answer is not None:
            model, reply = PERSON, self._change.said()
        else:
            self._see_open(f"what {role} says at turn {turn}")
            reply = await send()
        self._last, self._is_live = (key, nth, False), True
        await self._keep((key, nth, turn), role, model, prompt, reply, time.monotonic() - start)
        return reply, False

    async def _keep(
        self, place: tuple[str, int, int], role: str, model: str, prompt: str, reply: Reply, seconds: float
    ) -> None:
        if model == PERSON:
            self.onlooker.person_spoke(self.chat, role)
        if self._journal:
            statements: list[Statement] = []
            prompt_key = digest(prompt)
            if prompt_key not in self._prompts:
                self._prompts.add(prompt_key)
                statements.append(("INSERT OR IGNORE INTO prompts VALUES (?,?)", (prompt_key, prompt)))
            row = (self.chat, *place, role, model, prompt_key, orjson.dumps(reply).decode())
            usage = (reply.get("prompt_tokens", 0), reply.get("completion_tokens", 0))
            statements.append((_CALL, (*row, *usage, seconds)))
            key, nth, turn = place
            if self._lives[turn]:
                statements.append((_LIVED, (self.chat, turn, key, nth)))
            await self._journal.commit(*statements)

    def _go_by(self, turn: int, key: str, nth: int) -> None:
        """Note which reply this life of the chat goes by, where there are several of its turn."""
        if self._journal and self._lives[turn] > 1:
            self._journal.post((_LIVED, (self.chat, turn, key, nth)))

    async def instead(self, role: str, prompt: str, ask: Callable[[], Awaitable[Reply | None]]) -> Reply | None:
        """Return what a person says in place of the usable reply just given; None: it stands.

        What was said before is said again. Only then, and if nobody went on from the reply yet, `ask` finds out.
        """
        if not (self.onlooker.steps or self._by_person):
            return None
        self._usable[role] += 1
        key, (_, _, replayed) = digest([PERSON, *self._last[:2]]), self._last
        if (known := self._calls.get((key, 0))) is not None:
            self.turn += 1
            self._go_by(self.turn, key, 0)
            self._hear("calls", key, 0)
            self.onlooker.person_spoke(self.chat, role)
            return known
        if not self.onlooker.steps or (replayed and self._usable[role] <= self._written.get(role, 0)):
            return None
        start = time.monotonic()
        if (reply := await ask()) is None:
            return None
        self.turn, self._is_live = self.turn + 1, True
        await self._keep((key, 0, self.turn), role, PERSON, prompt, reply, time.monotonic() - start)
        return reply

    @property
    def seed(self) -> int:
        """A number of this turn's own, below 2 ** 28: the same in every run, and in a branch of it."""
        return int(hashlib.sha256(f"{unmarked(self.chat)}:{self.turn}".encode()).hexdigest()[:7], 16)

    def words_of(self, role: str, place: str) -> None:
        """Note where the words stand that a role is told, for those who want to mend them."""
        if self._journal and place:
            self._journal.post_once(
                "INSERT OR IGNORE INTO words VALUES (?,?,?)", (self.chat.partition("/")[0], role, place)
            )

    def replied(self, role: str, reply: Callable[[], Reply], complaint: str) -> None:
        """Tell the onlooker what a role's model said just now."""
        if self.onlooker.watches and self._is_live:
            self.onlooker.replied(self.chat, role, reply(), complaint)

    def known_tool(self, name: str, arguments: Any) -> tuple[str, int, int, tuple[str, bool] | None]:
        """Look a tool call up: its key, number and turn, and the stored answer if there is one."""
        # After a change the tool may be in another state than when it was asked the same before.
        key = self._key(digest(["tool", name, arguments]), self._change if self._has_changed else None)
        nth, turn = self._next(key)
        self._reach(turn, name)
        self._hear("tools", key, nth)
        if (known := self._tools.get((key, nth))) is None:
            self._see_open(f"what {name} answers at turn {turn}")
        self._is_live = self._is_live or known is None
        return key, nth, turn, known

    async def keep_tool(
        self, key: str, nth: int, turn: int, role: str, name: str, arguments: Any, answer: str, is_error: bool, s: float
    ) -> None:
        """Store what a tool answered."""
        if self._journal:
            values, answer = storable(json.dumps(arguments, ensure_ascii=False)), storable(answer)
            await self._journal.commit((_TOOL, (self.chat, key, nth, turn, role, name, values, answer, is_error, s)))

    # -- a chat held again

    @property
    def _has_changed(self) -> bool:
        return self._change is not None and self.turn >= self._change.turn

    def change_for(self, role: str) -> Change | None:
        """Return what is to be otherwise in what a role says next, if anything is."""
        if self._change:
            return self._change if self._change.is_anew(role, self.turn + 1) else None
        change = self._journal.change if self._journal else None
        return change if change and change.is_anew_after(role) else None

    def was_person(self, role: str) -> bool:
        """Say whether what a role says next was said by a person in the run, who was asked in another form."""
        change = self._journal.change if self._journal else None
        return bool(change and not change.reached and role in change.persons and self.change_for(role) is None)

    def _before_change(self, key: str, nth: int, turn: int, role: str) -> tuple[str, int]:
        """Return under what a reply is stored. Before the turn of a change it is the one that the role gave at this
        turn, though it was asked in other words: its prompt may have been edited since."""
        change = self._journal.change if self._journal else None
        if (key, nth) in self._calls or change is None or change.reached:
            return key, nth
        return self._by_turn.get((turn, role), (key, nth))

    def unfit(self, complaint: str) -> None:
        """Hear that the last reply can't be used. Raises `UnfitAnswer` where it was a person's: it is not re-asked."""
        if self._change and self.turn == self._change.turn and self._change.answer is not None:
            form = f"; {self._change.form}" if self._change.form else ""
            why = complaint.rstrip(".") if form else complaint
            raise UnfitAnswer(f"this can't be {self._change.role}'s answer: {why}{form}")

    def _key(self, key: str, change: Change | None) -> str:
        if change is None:
            return key
        self._seen[key] += 1  # as in the run: what is asked the same once more was asked a second time there
        return digest([key, change.mark])

    def _reach(self, turn: int, who: str) -> None:
        """Open the journal for new answers once the chat has come to where it is to differ."""
        if self._journal and self._change and turn == self._change.turn:
            if who != self._change.role:
                raise NotInJournal(f"turn {turn} of {self.chat} is {who}'s now, and was {self._change.role}'s")
            self._change.reached, self._journal.is_closed = True, False

    def _hear(self, table: str, key: str, nth: int) -> None:
        if self._journal and self._journal.change:
            self._journal.change.heard.add((table, self.chat, key, nth))

    def _see_open(self, what: str) -> None:
        if self._journal and self._journal.is_closed:
            raise NotInJournal(
                f"not in the journal: {what} of {self.chat}: its prompt, the program or the seed has changed since; "
                "put the old words back, or branch it at --turn 1"
            )

    def say(self, source: str, type_: str, text: str, extra: Any = None) -> None:
        """Write down one message of the chat."""
        if self.onlooker.watches and self._is_live:
            self.onlooker.said(self.chat, source, type_, text, extra)
        if self._journal:
            row = (self.chat, self._said, source, type_, text, None if extra is None else orjson.dumps(extra).decode())
            self._journal.post((_MESSAGE, row))
        self._said += 1

    def end(self) -> None:
        """The chat came to its end: if an earlier life of it was longer, what it said beyond goes."""
        if self._journal and self._journal.resumed:
            self._journal.post(("DELETE FROM messages WHERE chat=? AND n>=?", (self.chat, self._said)))
