"""Is the conversation one that could have taken place: roles in a legal order, every call answered, nothing empty?"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from teams.engine.checks.conversation import Conversation, calls_of, judged, words_of
from teams.engine.records import Pair
from teams.engine.verdict import Finding

_AFTER = {
    "start": {"system", "user"},
    "system": {"user"},
    "user": {"assistant"},
    "words": {"user"},
    "call": {"tool"},
    "tool": {"assistant"},
}
"""What may follow what: `words` and `call` are the two things an assistant's turn can be."""


def turns_well_formed(pair: Pair) -> Iterable[Finding]:
    """Roles follow each other legally, every call has its result, nothing is empty, an assistant's text ends it."""
    talk = Conversation(pair)
    yield judged("turns_well_formed", _faults(talk), f"{len(talk.messages)} messages in order")


def one_action_a_turn(pair: Pair) -> Iterable[Finding]:
    """An assistant's turn makes one call at most."""
    talk = Conversation(pair)
    faults = [
        f"message {turn} makes {len(calls_of(message))} calls at once"
        for turn, message in enumerate(talk.messages, 1)
        if len(calls_of(message)) > 1
    ]
    yield judged("one_action_a_turn", faults, f"{len(talk.calls)} calls, one a turn")


def _faults(talk: Conversation) -> Iterator[str]:
    before = "start"
    waiting: list[str] = []
    for turn, message in enumerate(talk.messages, 1):
        role = message.get("role")
        form = ("call" if message.get("tool_calls") else "words") if role == "assistant" else str(role)
        if (role if role != "assistant" else "assistant") not in _legal(before, waiting):
            yield f"message {turn} is of {role!r} after {before!r}"
        yield from _empty(turn, form, message)
        yield from _answered(turn, message, waiting)
        before = form
    if waiting:
        yield f"calls without a result: {', '.join(waiting)}"
    if before != "words":
        yield f"it ends with {before!r}, not with the assistant's words"
    ids = Counter(str(call.get("id")) for message in talk.messages for call in calls_of(message))
    yield from (f"call id {name!r} is used {count} times" for name, count in ids.items() if count > 1)


def _legal(before: str, waiting: list[str]) -> set[str]:
    # Several calls in one turn are `one_action_a_turn`'s fault to name; their results still follow one another.
    return {"tool"} if waiting else _AFTER.get(before, set())


def _empty(turn: int, form: str, message: Mapping[str, Any]) -> Iterator[str]:
    if form == "call" and not calls_of(message):
        yield f"message {turn} has tool_calls that are no calls"
    elif form != "call" and not words_of(message).strip():
        yield f"message {turn} ({message.get('role')}) is empty"


def _answered(turn: int, message: Mapping[str, Any], waiting: list[str]) -> Iterator[str]:
    if message.get("role") == "tool":
        answered = str(message.get("tool_call_id"))
        if answered in waiting:
            waiting.remove(answered)
        else:
            yield f"message {turn} answers a call {answered!r} that is not open"
    waiting.extend(str(call.get("id")) for call in calls_of(message))
