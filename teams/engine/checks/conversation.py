"""A pair's messages read as words, calls and results, without trusting that they are well formed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from teams.engine.records import Pair, Schema
from teams.engine.verdict import Finding

HELPERS = frozenset({"calculator", "run_python", "search_apis", "search_documents", "web_page"})
"""Built-in tools an assistant may use on the side: they are no step of the user's task."""
_SHOWN = 5
"""Faults named in one finding; the rest are counted."""


@dataclass(frozen=True)
class Words:
    """Something said in plain text."""

    turn: int
    """Which message of the pair it is, from 1."""
    role: str
    text: str


@dataclass(frozen=True)
class Call:
    """A call, with what came back."""

    turn: int
    """Which message of the pair it is, from 1."""
    name: str
    arguments: Mapping[str, Any] | None
    """None when what stands there is no JSON object."""
    raw: str
    result: str | None
    failed: bool
    is_api: bool
    """A function of the seed's list, not a helper such as the calculator."""


class Conversation:
    """What was said and done in a pair, in order. Messages of the wrong form are passed over: `turns` names them."""

    _latest: ClassVar["Conversation | None"] = None

    def __new__(cls, pair: Pair) -> "Conversation":
        """Return the one made last if it is of the same pair: a pair goes through twenty checks in a row."""
        if cls._latest is None or cls._latest.pair is not pair:
            cls._latest = super().__new__(cls)
            cls._latest.pair = pair
        return cls._latest

    def __init__(self, pair: Pair) -> None:
        if "messages" in self.__dict__:
            return
        self.pair = pair
        self.messages = [message if isinstance(message, Mapping) else {} for message in pair.messages]

    @cached_property
    def functions(self) -> dict[str, Schema]:
        """The functions on offer, by name, in the bare form."""
        return {str(f.get("name", "")): f for f in map(bare, self.pair.tools)}

    @cached_property
    def apis(self) -> frozenset[str]:
        """Names of the functions that are the seed's, not helpers."""
        listed = self.pair.instruction.passage.facts.get("apis") or ()
        names = {str(bare(api).get("name", "")) for api in listed if isinstance(api, Mapping)}
        return frozenset(names or self.functions.keys() - HELPERS)

    @cached_property
    def calls(self) -> list[Call]:
        results = {str(m.get("tool_call_id")): words_of(m) for m in reversed(self.messages) if m.get("role") == "tool"}
        return [
            self._call(turn, entry, results)
            for turn, message in enumerate(self.messages, 1)
            for entry in calls_of(message)
        ]

    def _call(self, turn: int, entry: Mapping[str, Any], results: Mapping[str, str]) -> Call:
        function = entry.get("function")
        function = function if isinstance(function, Mapping) else {}
        name, raw = str(function.get("name", "")), function.get("arguments", "")
        result = results.get(str(entry.get("id")))
        return Call(
            turn,
            name,
            arguments_of(raw),
            raw if isinstance(raw, str) else json.dumps(raw),
            result,
            result is not None and is_error(result),
            name in self.apis,
        )

    @property
    def api_calls(self) -> list[Call]:
        """Calls of the seed's functions."""
        return [call for call in self.calls if call.is_api]

    def words(self, role: str) -> list[Words]:
        """What `role` said, beside its calls too."""
        return [
            Words(turn, role, words_of(message))
            for turn, message in enumerate(self.messages, 1)
            if message.get("role") == role and words_of(message).strip()
        ]

    @cached_property
    def plain(self) -> list[Words]:
        """The assistant's turns without a call: questions to the user, and the answer."""
        return [words for words in self.words("assistant") if not calls_of(self.messages[words.turn - 1])]

    @property
    def request(self) -> str:
        """The user's first words."""
        return next((words.text for words in self.words("user")), "")

    @property
    def final(self) -> Words:
        """The assistant's last words, if the conversation ends in them."""
        last = len(self.messages)
        return next((words for words in reversed(self.plain) if words.turn == last), Words(last, "assistant", ""))


def bare(tool: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a function's schema without its `{"type": "function", …}` wrapping."""
    inner = tool.get("function")
    return inner if isinstance(inner, Mapping) else tool


def calls_of(message: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the calls of a message that have the form of one."""
    calls = message.get("tool_calls")
    if message.get("role") != "assistant" or not isinstance(calls, Sequence) or isinstance(calls, str):
        return []
    return [call for call in calls if isinstance(call, Mapping)]


def words_of(message: Mapping[str, Any]) -> str:
    """Return a message's text; '' where it has none."""
    content = message.get("content")
    return content if isinstance(content, str) else ""


def arguments_of(raw: Any) -> Mapping[str, Any] | None:
    """Read a call's arguments; None when they are no JSON object."""
    try:
        value = json.loads(raw) if isinstance(raw, str) else raw
    except ValueError:
        return None
    return value if isinstance(value, Mapping) else None


def read_result(text: str) -> Any:
    """Return a result as JSON if it is any, else as the text it is."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def is_error(result: str) -> bool:
    """Say whether a result reports that the call went wrong."""
    value = read_result(result)
    if isinstance(value, Mapping):
        return bool(value.get("error")) or value.get("success") is False
    return isinstance(value, str) and value.lstrip().lower().startswith(("error", "traceback (most recent"))


def judged(check: str, faults: Iterable[str], seen: str) -> Finding:
    """Sum up one check: failed with its first faults, or passed with what was seen."""
    listed = list(dict.fromkeys(faults))
    if not listed:
        return Finding(check, True, seen)
    more = f"; and {len(listed) - _SHOWN} more" if len(listed) > _SHOWN else ""
    return Finding(check, False, "; ".join(listed[:_SHOWN]) + more)


def short(value: Any, limit: int = 60) -> str:
    """Show a value in one line of evidence."""
    text = " ".join((value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
