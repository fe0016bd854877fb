"""Do user and assistant speak as they would: no refusals, holes to fill, talk about the task, things not attached?"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from teams.engine.checks.conversation import Conversation, Words, bare, judged, short
from teams.engine.records import Pair
from teams.engine.verdict import Finding

_REFUSAL = re.compile(
    r"\bas an? (?:large |helpful )?(?:ai|artificial intelligence|language model)\b"
    r"|\bi(?:'m|’m| am) (?:just |only |merely )?an? (?:ai|language model|virtual assistant and)\b"
    r"|\bmy (?:training data|knowledge cut-?off|programming|guidelines)\b|\bi was trained by\b"
    r"|\bi(?:'m|’m| am)? ?(?:sorry|unable|afraid)?,? ?(?:but )?i? ?(?:can(?:'t|’t|not)|(?:am )?(?:not able|unable) to) "
    r"(?:assist|help|comply)(?: you)?(?: with (?:that|this)(?: request)?)?[.!]?$",
    re.IGNORECASE | re.MULTILINE,
)
_TAGS = """
a b br i p u em li ol ul td th tr h1 h2 h3 h4 hr div img pre sub sup body code head html span strong table title
link meta form input button label select option section script style main nav header footer
"""
_HTML = frozenset(_TAGS.split())
_HOLE = re.compile(
    r"\{\{[^{}\n]{1,60}\}\}|\{%.{1,60}?%\}|(?<!\$)\{[A-Za-z_][\w .-]{0,40}\}|\$\{[A-Za-z_]\w*\}"
    r"|\[(?:your|insert|enter|add|specify|name|date|city|amount|number|placeholder|some|e\.?g\.?|x+)\b[^\]\n]{0,40}\](?!\()"
    r"|\[[A-Z][A-Z _]{2,30}\](?!\()|\b[Xx]{3,}\b|\b[Xx]{2,}[-/][Xx]{2,}\b|_{4,}"
    r"|\blorem ipsum\b|\b(?:TODO|TBD)\b(?![ -](?:lists?|apps?|items?|notes?)\b)|\b(?:PLACEHOLDER|placeholder)\b"
)
_ANGLES = re.compile(r"<([A-Za-z][\w -]{0,40})>")
_DATE_PATTERN = re.compile(r"\b(?:YYYY[-/.]MM[-/.]DD|(?:DD|MM)[-/.](?:MM|DD)[-/.]YYYY|HH:MM)\b")
_TYPE_NAMES = frozenset({"string", "integer", "number", "boolean", "array", "object", "value", "str", "int", "null"})

_ABOUT_THE_TASK = re.compile(
    r"\b(?:the|this) (?:passage|api list|list of (?:apis|functions|tools))\b|\bapi(?:s| calls?| list)\b"
    r"|\b(?:function|tool|api)s?(?: provided| available| listed| given)\b"
    r"|\b(?:call|invoke|use|using|execute|run|calling)(?:ing)? the \W?\w+\W? (?:function|api|tool|method|endpoint)\b"
    r"|\b(?:following|next|first|two|three|four|several) (?:api |function |tool )?calls?:"
    r"|\byou (?:would|will|'ll)? ?(?:need|have) to (?:make|call|use|execute)\b"
    r"|\byou (?:can|could|must|should) (?:then )?(?:call|use|invoke) (?:the|this|these)\b"
    r"|\b(?:the|this) (?:user|assistant) (?:wants|asks|would|should|must|is|needs|requests|can|could)\b(?!['’]t)"
    r"|\bthis (?:request|instruction|task) (?:requires|asks|finds|needs|involves|is (?:to|about|for|asking))\b"
    r"|\b(?:rewritten|revised|modified|refined|edited|improved) (?:request|instruction|task|prompt)\b"
    r"|\b(?:rewritten|refined) version\b|\b(?:revised|modified|edited|improved) version(?:\W*:|"
    r" of (?:the|this|your) (?:request|instruction|task|prompt)\b)"
    r"|\b(?:final answer|action_type|tool_call|function call)\b|\bstored in (?:a|the) \W?\w*\W? ?variable\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    r"^\W{0,3}(?:suggestion|user|request|instruction|task|scenario|rewrite|rewritten|goal|prompt|message|output)"
    r"(?: \d+| request| message)?\W{0,2}:",
    re.IGNORECASE,
)
_HERE_IS = re.compile(
    r"^\W{0,3}(?:sure|certainly|of course|okay|here(?:'s|’s| is| are))\b"
    r"(?!,? here(?:'s|’s| is) my\b| my\b)[^.!?\n]{0,60}"
    r"\b(?:request|instruction|rewrit|version|task|prompt|how you)",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"\b(?:the|this|that|these|those) (?:above|attached|enclosed|aforementioned|provided|given|following|preceding) "
    r"(?:text|passage|code|snippet|list|table|document|article|image|file|data|picture|screenshot|conversation|function)s?\b"
    r"|\b(?:the|this|that) (?:text|passage|code|snippet|table|document|article|list|data)s? (?:above|below)\b"
    r"|\b(?:code|text) snippet\b|\b(?:see|find) (?:the )?(?:attach\w+|below|above)\b|\bi(?:'ve|’ve| have)? attached\b"
    r"|\bas (?:mentioned|described|shown|given|stated) (?:above|below|earlier"
    r"|in the (?:text|passage|code|snippet|list|table|file|attachment|functions?))\b"
    r"|\b(?:mentioned|listed) above\b",
    re.IGNORECASE,
)
_ENCLOSED = 200
"""A message that brings along so many characters after a colon or a line break holds what it speaks of."""


def no_refusal(pair: Pair) -> Iterable[Finding]:
    """The assistant does not refuse, nor speak of itself as a model. Saying what can't be done is no refusal."""
    said = Conversation(pair).words("assistant")
    faults = [f"message {w.turn}: {short(m.group())!r}" for w in said for m in _REFUSAL.finditer(w.text)]
    yield judged("no_refusal", faults, f"{len(said)} turns read")


def no_placeholder(pair: Pair) -> Iterable[Finding]:
    """No hole is left to fill: `{book_id}`, `<name>`, `[your city]`, XXX, a type's name where a value should be."""
    talk = Conversation(pair)
    asked = {words.turn for words in talk.plain if "?" in words.text} - {talk.final.turn}
    said = talk.words("user") + talk.words("assistant")
    faults = [f"message {w.turn}: {hole!r}" for w in said for hole in _holes(w, w.turn in asked)]
    for call in talk.calls:
        schema = talk.functions.get(call.name, {}).get("parameters") or {}
        faults += [f"message {call.turn}: {hole}" for hole in _hollow(call.arguments or {}, schema)]
    yield judged("no_placeholder", faults, f"{len(said)} turns and {len(talk.calls)} calls read")


def no_talk_about_the_task(pair: Pair) -> Iterable[Finding]:
    """The user asks for the thing itself: no labels, no explanation of how to call, no words of the workshop."""
    said = Conversation(pair).words("user")
    faults = [
        f"message {w.turn}: {short(match.group())!r}"
        for w in said
        for pattern in (_ABOUT_THE_TASK, _LABEL, _HERE_IS)
        for match in pattern.finditer(w.text)
    ]
    yield judged("no_talk_about_the_task", faults, f"{len(said)} turns of the user read")


def self_contained(pair: Pair) -> Iterable[Finding]:
    """The user points at nothing that isn't there: no "text above", no "attached file"."""
    said = Conversation(pair).words("user")
    faults = [
        f"message {w.turn}: {match.group()!r}, and nothing of the sort is there"
        for w in said
        if not _encloses(w.text)
        for match in _ELSEWHERE.finditer(w.text)
    ]
    yield judged("self_contained", faults, f"{len(said)} turns of the user read")


def _encloses(text: str) -> bool:
    _, _, rest = text.partition("\n") if "\n" in text else text.partition(":")
    return "```" in text or len(rest) > _ENCLOSED


def _holes(words: Words, is_question: bool) -> Iterator[str]:
    yield from _HOLE.findall(words.text)
    yield from (f"<{name}>" for name in _ANGLES.findall(words.text) if name.split()[0].lower() not in _HTML)
    # An assistant that asks for a date may say in which form.
    if not is_question:
        yield from _DATE_PATTERN.findall(words.text)


def _hollow(value: Any, schema: Mapping[str, Any], name: str = "") -> Iterator[str]:
    """Yield what in a call's arguments is a stand-in for a value."""
    if isinstance(value, Mapping):
        properties = bare(schema).get("properties") or {}
        for key, inner in value.items():
            yield from _hollow(inner, properties.get(key) or {}, str(key))
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from _hollow(inner, schema.get("items") or {}, name)
    elif isinstance(value, str) and value not in (schema.get("enum") or ()):
        if _HOLE.search(value) or _ANGLES.fullmatch(value) or _DATE_PATTERN.search(value):
            yield f"{name}={value!r}"
        elif name and (value == name or value.lower() in _TYPE_NAMES):
            yield f"{name}={value!r} is no value"
