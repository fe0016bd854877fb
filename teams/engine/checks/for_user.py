"""Is what the assistant says an answer to the user: errors told, and in plain words?"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from teams.engine.checks.conversation import Conversation, Words, bare, judged, read_result, short
from teams.engine.checks.request import is_code_name
from teams.engine.records import Pair
from teams.engine.verdict import Finding

ADMITS = re.compile(
    r"\b(?:ca|could|was|were|is|are|does|do|did|wo|would|have|has)n['’]?t\b|\bcan['’]t\b|\bcannot\b|\bunable\b|\bno\b"
    r"|\bnot\b|\bnone\b|\bnothing\b|fail\w*|\berrors?\b|\bunfortunately\b|\bsorry\b|\bunavailable\b|\bwithout\b|\bmissing\b"
    r"|\black(?:s|ing)?\b|\bimpossible\b|\balready\b|\btoo (?:many|few|late|long|large|low)\b|\bexceed\w*|\bdeclin\w*"
    r"|\breject\w*|\brefus\w*|\binvalid\b|\bdenied\b|\bonly\b|\bunknown\b",
    re.IGNORECASE,
)
"""How people say that something did not work out."""
OWNS_UP = re.compile(
    r"\b(?:ca|could|was|were|is|are|does|do|did|wo|would|have|has)n['’]?t\b|\bcan['’]t\b|\bcannot\b|\bunable\b"
    r"|\bnot\b|\bnone\b|\bnothing\b|fail\w*|\berrors?\b|\bunfortunately\b|\bsorry\b|\bunavailable\b|\bmissing\b"
    r"|\black(?:s|ing)?\b|\bimpossible\b|\btoo (?:many|few|late|long|large|low)\b|\bexceed\w*|\bdeclin\w*"
    r"|\breject\w*|\brefus\w*|\binvalid\b|\bdenied\b|\bunknown\b|\bbeyond\b"
    r"|\bno (?:way|means|option|possibility|place|provision|such|function|service|access|longer)\b"
    r"|\b(?:i|we) (?:have|see|know(?: of)?|find|found|offer) no\b",
    re.IGNORECASE,
)
"""How they say that something cannot be done. "There is no fine", "only", "already" tell of what was done."""
_SNAKE = re.compile(r"(?<![\w./@#:-])[a-z]{2,}(?:_[a-z]+)+(?![\w@]|[./]\w)")
"""A name in code. One with digits, such as order_17, may be a thing's own number."""
_TOOLING = re.compile(
    r"\b(?:the|this|that|these|those|available|our)(?: \w+)? (APIs?|functions?|tools?|endpoints?)\b(?!-)", re.IGNORECASE
)


def errors_heeded(pair: Pair) -> Iterable[Finding]:
    """An error is neither passed over nor sold as a success, and an outcome of `failed` says what could not be done."""
    talk = Conversation(pair)
    yield judged("errors_heeded", _unheeded(talk), f"{sum(call.failed for call in talk.calls)} errors, all heeded")


def answer_for_the_user(pair: Pair) -> Iterable[Finding]:
    """The last message is written for the user: no JSON, no code names, no telling which function was called."""
    talk = Conversation(pair)
    yield judged("answer_for_the_user", _not_for_user(talk), "plain words for the user")


def _unheeded(talk: Conversation) -> Iterator[str]:
    final, outcome = talk.final.text, talk.pair.facts.get("outcome")
    last = next(iter(talk.api_calls[-1:]), None)
    if last is not None and last.failed and not ADMITS.search(final):
        yield f"{last.name} (message {last.turn}) failed with {short(last.result)!r}, the answer does not say so"
    if outcome == "failed" and not OWNS_UP.search(final):
        yield "the outcome is `failed`, but the last message does not say what could not be done"
    for call, following in zip(talk.calls, talk.calls[1:], strict=False):
        if call.failed and (call.name, call.raw) == (following.name, following.raw):
            yield f"message {following.turn} makes the call that failed in message {call.turn} again, unchanged"


def _not_for_user(talk: Conversation) -> Iterator[str]:
    text = talk.final.text.strip()
    if re.match(r"[\[{<]", text) or "```json" in text or re.search(r"\{\s*\"\w+\"\s*:", text):
        yield f"raw data in the answer: {short(text)!r}"
    for name in talk.functions:
        if re.search(rf"`{re.escape(name)}`" if not is_code_name(name) else rf"(?<!\w){re.escape(name)}(?!\w)", text):
            yield f"the answer names the function {name!r}"
    if re.match(r"(?:final[ _]answer|answer|failed|response)\s*[:(]", text, re.IGNORECASE):
        yield f"a label before the answer: {short(text)!r}"
    for words in talk.plain:
        yield from (f"message {words.turn}: {what}" for what in _workshop_words(words, talk))


def _workshop_words(words: Words, talk: Conversation) -> Iterator[str]:
    """Yield what is told in the words of programs: `still_owed`, "the API", "the function", unless the user does so."""
    users = " ".join(w.text for w in talk.words("user"))
    values = " ".join(text for call in talk.calls if call.turn < words.turn for text in _texts(call.result))
    coded = {name for tool in talk.functions.values() for name in _schema_words(tool)}
    for name in dict.fromkeys(_SNAKE.findall(words.text)):
        if name not in users and (name in coded or name not in values):
            yield f"the code name {name!r}"
    for match in _TOOLING.finditer(words.text):
        thing = match[1].lower().rstrip("s")
        # Some functions are about tools: a shed's, a workshop's.
        about = (
            " ".join(str(tool.get("description", "")) for tool in talk.functions.values()) if thing == "tool" else ""
        )
        if not re.search(rf"\b{thing}", f"{users} {values} {about}", re.IGNORECASE):
            yield f"{match.group()!r} is nothing the user knows of"


def _texts(result: str | None) -> Iterator[str]:
    """Yield the texts in a result, without its keys."""
    waiting = [read_result(result)] if result else []
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.values()
        elif isinstance(value, Sequence) and not isinstance(value, str):
            waiting += value
        elif isinstance(value, str):
            yield value


def _schema_words(tool: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of parameters and the choices on offer."""
    schema = bare(tool).get("parameters")
    properties = schema.get("properties") if isinstance(schema, Mapping) else None
    for name, described in (properties or {}).items():
        yield str(name)
        if isinstance(described, Mapping) and isinstance(described.get("enum"), Sequence):
            yield from map(str, described["enum"])
