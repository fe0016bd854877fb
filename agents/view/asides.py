"""Chats held beside a chat, with one role: which there are, where in it they were asked for, and what for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.view.plain import one_line

ASIDE = "/aside-"
"""Between a chat's id and the name of a chat held beside it."""
_ASKED = 100


def asides_of(db: sqlite3.Connection, chat: str) -> Iterator[str]:
    """Yield the ids of the chats beside a chat, by leaps: their messages are not read."""
    at, end = f"{chat}{ASIDE}", f"{chat}/aside."
    leap = "SELECT chat FROM messages WHERE chat>? AND chat<? ORDER BY chat, n LIMIT 1"
    while found := db.execute(leap, (at, end)).fetchone():
        at = found[0]
        if ASIDE not in at[len(chat) + len(ASIDE) :]:
            yield at


def beside(db: sqlite3.Connection, chat: str) -> dict[str, tuple[str, str, str]]:
    """Return of each chat beside a chat what was asked first, who spoke last, and their words."""
    first = "SELECT text FROM messages WHERE chat=? ORDER BY n LIMIT 1"
    last = "SELECT source, text FROM messages WHERE chat=? ORDER BY n DESC LIMIT 1"
    found = {}
    for aside in asides_of(db, chat):
        (asked,), (who, said) = db.execute(first, (aside,)).fetchone(), db.execute(last, (aside,)).fetchone()
        found[aside] = (asked or "", who or "", said or "")
    return found


def seat(
    turns: Sequence[dict[str, Any]], held: Mapping[str, tuple[str, str, str]], roles: set[str]
) -> dict[str, dict[str, str]]:
    """Put each chat beside a chat under the turn it was asked for, in `asides`; return what each was for, by its id.

    Of each: `role`, who was asked; `answers`, the tool in whose place it answered, or ''; `asked`, how what it was
    asked begins. The journal doesn't say where they belong: a simulator's words are a tool's result; others were asked
    by the program that spoke next after something was there to ask about, which we take to be the last program.
    """
    programs = [turn for turn in turns if turn["type"] == "text" and turn["source"] not in roles]
    calls = {call["id"]: call for turn in turns for call in turn["calls"]}
    told = {}
    for aside, (asked, who, words) in sorted(held.items()):
        answered = [t for t in turns if t["type"] == "result" and words and t["text"].strip() == words.strip()]
        at = max(answered, key=lambda turn: _last(asked, calls.get(turn["result"]["id"])), default=None)
        name = at["result"]["name"] if at else ""
        told[aside] = {"role": who, "answers": name, "asked": one_line(asked, _ASKED)}
        for turn in [at] if at else programs[-1:] or turns[-1:]:
            turn["asides"].append(aside)
    return told


def _last(asked: str, call: Mapping[str, str] | None) -> int:
    """Say how near its end a question holds a call: what was called before may stand in it too."""
    return max(asked.rfind(call["arguments"]), asked.rfind(f"{call['name']}(")) if call and call["arguments"] else -1
