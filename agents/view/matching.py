"""Find the model call behind each message of a chat: the journal keeps both, and not which belongs to which.

A call of a tool names the turn of the model call it came from. For words, the calls of one role between two known
places are laid beside the words it said there, from the last backwards, by what the replies hold; a call whose reply
became no message was a retry. Where replies were not kept, only what the order alone decides is said.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

from agents.models.json_text import read_json

_TURN = re.compile(r"call_(\d+)\Z")
_REFUSED = re.compile(r"\b(\w+) gave no usable reply in (\d+) tries")
_WINDOW = 6
"""A reply is asked for three times at most; so far back a message's call is looked for, and further if others had none
that could be found, up to `_FARTHEST`: looking through long chats must not take the square of their length."""
_FARTHEST = 60


@dataclass(frozen=True)
class Call:
    """One model call of a chat."""

    turn: int
    role: str
    model: str
    prompt: str
    """Hash of the system message."""
    reply: dict[str, Any] | None
    """As stored; None where it was not kept."""
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    stored: str | None = None
    """The reply as it stands in the journal."""
    is_over: bool = False
    """The journal says that the last life of its chat went by another call of the same turn."""

    @cached_property
    def value(self) -> Any:
        """The JSON in the reply's words; None where there is none."""
        try:
            return read_json(self.words)
        except (ValueError, RecursionError):
            return None

    @property
    def words(self) -> str:
        return str((self.reply or {}).get("content") or "")

    @property
    def said(self) -> str:
        """The reply as text: its words, or its calls."""
        if self.reply is None:
            return ""
        if calls := self.reply.get("calls"):
            return "\n".join(f"{call.get('name')}({call.get('arguments')})" for call in calls)
        return self.words

    def acts(self, name: str, arguments: str) -> bool:
        """Say whether the reply calls a tool so: natively, or as an action."""
        made = [(call.get("name"), call.get("arguments")) for call in (self.reply or {}).get("calls") or ()]
        if isinstance(self.value, dict):
            made += [(self.value.get(key), self.value.get("arguments")) for key in ("action", "tool", "name")]
        return any(name == said and _same_json(arguments, given) for said, given in made)


@dataclass(frozen=True)
class Spoken:
    """One message, as far as matching looks at it."""

    n: int
    source: str
    type: str
    text: str
    calls: tuple[tuple[str, str, str], ...] = ()
    """Id, name and arguments of each call it makes."""

    @cached_property
    def form(self) -> Any:
        """The text read as JSON; None where it is none."""
        try:
            return json.loads(self.text) if self.text[:1] in ("{", "[") else None
        except (ValueError, RecursionError):
            return None


@dataclass
class Matched:
    """Which call said which message, and what was said in vain before it."""

    calls: dict[int, Call] = field(default_factory=dict)
    """By a message's number. What a model thought and did or said in one reply has one call."""
    retries: dict[int, list[Call]] = field(default_factory=dict)
    """By the number of the message they came before."""
    left: list[Call] = field(default_factory=list)
    """Said after the last message of the chat."""
    earlier: list[Call] = field(default_factory=list)
    """Answers to what is not asked any more: of a chat gone through again, those of its earlier life."""


def match(messages: Sequence[Spoken], calls: Sequence[Call], error: str = "", *, ended: bool = False) -> Matched:
    """Lay calls, by turn, beside messages, by number; what an earlier life of the chat was answered stands apart.

    `error`: what the chat failed with; `ended`: it came to its end, and calls after its last message are another
    life's.
    """
    found = Matched(earlier=[call for call in calls if call.is_over])
    calls = [call for call in calls if not call.is_over]
    refused = _REFUSED.search(error)
    roles = {call.role for call in calls}
    spoken = [m for m in messages if m.source in roles and m.type in ("text", "call")]
    for said, asked in _runs(spoken, list(calls)):
        lost = int(refused[2]) if refused and asked is not None and asked.is_last and refused[1] == asked.role else 0
        _match_run(said, asked.calls if asked else [], lost, found)
    _with_thoughts(messages, found)
    _set_apart(calls, found, ended)
    found.earlier.sort(key=lambda call: call.turn)
    return found


def _set_apart(calls: Sequence[Call], found: Matched, ended: bool) -> None:
    """Take the calls of an earlier life out of the retries, and out of what was said last.

    A life has one call to a turn: where there are two, all of their turn but the one that was used are another life's,
    and so are those of a role under a prompt of which nothing was used. Where nothing was used at all one call of each
    turn is left.
    """
    over = {id(call) for call in found.left} if ended else set[int]()
    is_doubled = bool(found.earlier) or len({call.turn for call in calls}) < len(calls)
    if not (is_doubled or over):
        return
    used = {id(call) for call in found.calls.values()}
    turns = {call.turn for call in found.calls.values()}
    told: dict[str, set[str]] = {}
    for call in found.calls.values():
        told.setdefault(call.role, set()).add(call.prompt)
    for call in reversed(calls):
        told.setdefault(call.role, {call.prompt})
    for call in calls:
        if id(call) in used:
            continue
        if id(call) in over or (is_doubled and (call.turn in turns or call.prompt not in told[call.role])):
            found.earlier.append(call)
        else:
            turns.add(call.turn)
    gone = {id(call) for call in found.earlier}
    found.left = [call for call in found.left if id(call) not in gone]
    kept = {n: [call for call in vain if id(call) not in gone] for n, vain in found.retries.items()}
    found.retries = {n: vain for n, vain in kept.items() if vain}


@dataclass
class _Asked:
    role: str
    calls: list[Call]
    is_last: bool = False


def _runs(spoken: list[Spoken], calls: list[Call]) -> Iterator[tuple[list[Spoken], _Asked | None]]:
    """Pair what one role said without a break with its calls without a break.

    Both go on in the same order. Where a role's calls have no message at all (or, in a journal cut short, messages no
    call) the pairing skips them.
    """
    said = _grouped(spoken)
    asked = [_Asked(group[0].role, group) for group in _grouped_calls(calls)]
    if asked:
        asked[-1].is_last = True
    at = 0
    for group in said:
        here = next((n for n in range(at, len(asked)) if _belongs(group, asked[n])), None)
        if here is None:
            yield group, None
            continue
        for skipped in asked[at:here]:
            yield [], skipped
        yield group, asked[here]
        at = here + 1
    for rest in asked[at:]:
        yield [], rest


def _belongs(said: list[Spoken], asked: _Asked) -> bool:
    """Say whether a run of messages can have come from a run of calls: same role, and the turns it names are there."""
    if said[0].source != asked.role:
        return False
    turns = {turn for message in said for turn in _turns(message)}
    return not turns or bool(turns & {call.turn for call in asked.calls})


def _grouped(spoken: list[Spoken]) -> list[list[Spoken]]:
    groups: list[list[Spoken]] = []
    for message in spoken:
        if groups and groups[-1][0].source == message.source:
            groups[-1].append(message)
        else:
            groups.append([message])
    return groups


def _grouped_calls(calls: list[Call]) -> list[list[Call]]:
    """Runs of calls of one role. Where two lives of a chat left calls of the same turn, each role has its own run."""
    groups: list[list[Call]] = []
    for call in calls:
        if groups and groups[-1][0].role == call.role:
            groups[-1].append(call)
        else:
            groups.append([call])
    return groups


def _match_run(said: list[Spoken], asked: list[Call], lost: int, found: Matched) -> None:
    """Match one run, last to first. `lost`: the chat ended with so many replies nobody could use."""
    free, tail = (asked[:-lost], asked[-lost:]) if lost else (asked, [])
    known, before, unknown = dict[int, int](), len(free), 0
    for message in reversed(said):
        places = range(before - 1, max(-1, before - 1 - min(_FARTHEST, _WINDOW * (unknown + 1))), -1)
        at = _place(message, free, places)
        if at is None:
            unknown += 1
        else:
            known[message.n], before, unknown = at, at, 0
    _fill(said, len(free), known)
    used = {free[at].turn for at in known.values()}  # calls of one turn are one reply, of several lives
    last, is_sure = -1, True
    for message in said:
        at = known.get(message.n)
        if at is None:
            is_sure = False  # what lies before the next known call may be this message's
            continue
        found.calls[message.n] = free[at]
        vain = [call for call in free[last + 1 : at] if call.turn not in used]
        if vain and is_sure:
            found.retries[message.n] = vain
        last, is_sure = at, True
    found.left += [*(call for call in free[last + 1 :] if is_sure and call.turn not in used), *tail]


def _place(message: Spoken, calls: Sequence[Call], places: Sequence[int]) -> int | None:
    """Return the place of the call that said a message, the last where several could."""
    if message.type == "text":
        return next((at for at in places if _same(message, calls[at])), None)
    turns = _turns(message)
    there = [at for at, call in enumerate(calls) if call.turn in turns]
    sure = [at for at in there if any(calls[at].acts(name, given) for _, name, given in message.calls)]
    return max(sure or there, default=None)


def _fill(said: Sequence[Spoken], calls: int, known: dict[int, int]) -> None:
    """Match the messages between two known ones, where there are as many calls, or only one message."""
    gap, low = list[int](), -1
    for n, high in [*((message.n, known.get(message.n)) for message in said), (-1, calls)]:
        if high is None:
            gap.append(n)
            continue
        room = high - low - 1
        if room == len(gap):
            known.update(zip(gap, range(low + 1, high), strict=True))
        elif len(gap) == 1 and room > 0:
            known[gap[0]] = high - 1
        gap, low = [], high


def _turns(message: Spoken) -> list[int]:
    return [int(found[1]) for id, _, _ in message.calls if (found := _TURN.match(id))]


def _same(message: Spoken, call: Call) -> bool:
    """Say whether a reply became a text: as it is, as the answer of an action, or as a form read and written again."""
    text = message.text
    if call.reply is None or call.reply.get("calls"):
        return False
    if text.strip() == call.words.strip():
        return True
    answer = call.value.get("answer") if isinstance(call.value, dict) else None
    if isinstance(answer, str) and answer.strip() == text.strip():
        return True
    if call.value is None or message.form is None:
        return False
    try:
        return _covers(message.form, call.value) or (answer is not None and _covers(message.form, answer))
    except RecursionError:
        return False


def _same_json(one: str, other: Any) -> bool:
    try:
        value = json.loads(other) if isinstance(other, str) else other
        return bool(json.loads(one) == value)
    except (ValueError, RecursionError):
        return bool(one == other)


def _covers(form: Any, value: Any) -> bool:
    """Say whether a form holds what a reply says: read again it may have got defaults and lost what it doesn't know."""
    if isinstance(form, dict) and isinstance(value, dict):
        shared = form.keys() & value.keys()
        return bool(shared or not value) and all(_covers(form[key], value[key]) for key in shared)
    if isinstance(form, list) and isinstance(value, list):
        return len(form) == len(value) and all(map(_covers, form, value))
    return str(form) == str(value)


def _with_thoughts(messages: Sequence[Spoken], found: Matched) -> None:
    """Give a thought the call of what followed it; retries came before the thought."""
    for message, following in pairwise(messages):
        if message.type == "thought" and message.source == following.source and following.n in found.calls:
            found.calls[message.n] = found.calls[following.n]
            if following.n in found.retries:
                found.retries[message.n] = found.retries.pop(following.n)
