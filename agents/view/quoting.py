"""Whose words a finding quotes, so that a rejected pair is laid at nobody's door for having sat in its chats.

Checks and judges quote what they object to, or name the message of the pair. Who said those words first, in the chats
that made the pair, is known; where they quote nothing, or what nobody said, it is not.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from agents.view.asides import ASIDE

_QUOTED = re.compile(r"""(?<!\w)['"‘“«„‚](?=\S)(.+?)(?<=\S)['"’”»“‘](?!\w)""", re.DOTALL)
_NAMED = re.compile(r"\bmessage (\d{1,6})\b")
"""As checks name a message of a pair, counted from 1."""
_CUT = re.compile(r"…|\.\.\.|\\n")
_MARKS = re.compile(r"[\W_]+")
_LEAST_WORDS, _LEAST_LETTERS = 3, 12
"""Of a quotation: one word may be anybody's."""


class Said:
    """What was said in some chats, in the order they were held, and by whom."""

    def __init__(self, db: sqlite3.Connection, chats: Iterable[str], roles: Iterable[str]) -> None:
        """Read the words of `roles` in `chats` and beside them."""
        self._said: list[tuple[str, str]] = []
        known = set(roles)
        sql = (
            "SELECT source, text, extra FROM messages WHERE (chat=? OR (chat>? AND chat<?)) "
            "AND type IN ('text', 'call') ORDER BY chat, n"
        )
        for chat in chats:
            for source, text, extra in db.execute(sql, (chat, f"{chat}{ASIDE}", f"{chat}/aside.")):
                if source in known:
                    self._said.append((source, f" {_flat(f'{_spoken(text)} {_spoken(extra)}')} "))

    def quoted(self, finding: str, messages: Sequence[Mapping[str, Any]] = ()) -> list[str]:
        """Return the roles whose words a finding quotes, or names by a message of the pair, each once.

        Of what several said, it is who said it first.
        """
        whole = [_flat(_told(messages[n - 1])) for n in named(finding) if 0 < n <= len(messages)]
        roles = [*map(self._sayer, quotations(finding)), *(self._sayer(words) for words in whole if words)]
        return list(dict.fromkeys(filter(None, roles)))

    def _sayer(self, words: str) -> str:
        """Return who said nothing but this, or if nobody did, who said it among other things; '' for nobody."""
        only = next((role for role, said in self._said if said == f" {words} "), "")
        return only or next((role for role, said in self._said if f" {words} " in said), "")


def named(finding: str) -> list[int]:
    """Return the messages of a pair that a finding names, counted from 1."""
    return [int(number) for number in _NAMED.findall(finding)]


def quotations(finding: str) -> Iterator[str]:
    """Yield what stands in quotation marks and is long enough to be somebody's, marks and case aside."""
    for found in _QUOTED.findall(finding):
        for piece in _CUT.split(found):
            words = _flat(piece)
            if len(words.split()) >= _LEAST_WORDS and len(words) >= _LEAST_LETTERS:
                yield words


def _told(message: Mapping[str, Any]) -> str:
    """Return the words of a pair's message, with those of its calls; of a tool's answer none, which nobody said."""
    if message.get("role") not in ("user", "assistant"):
        return ""
    calls = [call.get("function") for call in message.get("tool_calls") or () if isinstance(call, dict)]
    made = [f"{call.get('name')} {call.get('arguments')}" for call in calls if isinstance(call, dict)]
    return " ".join(made or [_spoken(str(message.get("content") or ""))])


def _spoken(text: str | None) -> str:
    """Return a message as words: of a form what is filled in."""
    try:
        return " ".join(_leaves(json.loads(text))) if text and text[:1] in "{[" else text or ""
    except (ValueError, RecursionError):
        return text or ""


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    else:
        yield str(value)


def _flat(text: str) -> str:
    return _MARKS.sub(" ", text).casefold().strip()
