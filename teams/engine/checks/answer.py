"""Does the assistant tell the user the truth about the results, and is what it says an answer?"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isclose
from typing import Any

from teams.engine.checks.arithmetic import agree, derived
from teams.engine.checks.conversation import Call, Conversation, Words, bare, judged, read_result, short
from teams.engine.checks.known import STOP_WORDS, Known, Source, split_camel
from teams.engine.checks.measures import keyed, major, quantities, told_otherwise
from teams.engine.checks.moments import is_moment, moment_from
from teams.engine.checks.origin import known_before
from teams.engine.checks.request import is_code_name
from teams.engine.checks.spelling import in_digits, numbers, whole
from teams.engine.records import Pair
from teams.engine.verdict import Finding

_EXAMPLE = re.compile(
    r"\((?:e\.g\.|for example|such as|like)[^)]*\)|\b(?:e\.g\.|for example|such as)[^.?!\n]*", re.IGNORECASE
)
_LIST_MARK = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+", re.MULTILINE)
_FIGURE = re.compile(
    r"(?<![\w.])[-−]?(?:\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.\d+)?"
    r"(?:\s?(?:%|percent|million|billion|thousand|k)\b)?%?(?![\w-]|[.:/]\d)"
)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_NTH = r"\d{1,2}(?:st|nd|rd|th)?"
_MOMENT = re.compile(
    r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?\b|\b\d{1,2}/\d{1,2}/\d{2,4}\b"
    r"|\b\d{1,2}:\d{2}(?::\d\d)?\s?(?:[ap]\.?m\b\.?)?|\b\d{1,2}\s?[ap]\.?m\b\.?"
    rf"|\b{_NTH}(?: of)? {_MONTH}\b(?:,? \d{{4}}\b)?|\b{_MONTH}\.? {_NTH}\b(?:,? \d{{4}}\b)?",
    re.IGNORECASE,
)
_ID = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[A-Za-z0-9]+(?:[-_][A-Za-z0-9]+)*\b")
_NOT_AN_ID = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|k|kg|km|m|cm|mm|g|mg|l|ml|h|hr|hrs|min|s|gb|mb|kb|kwh|mph|x|d|w)|\d+-\w+", re.IGNORECASE
)
_QUOTED = re.compile(r"[“\"]([^“”\"\n]{2,120})[”\"]|(?<!\w)['‘]([^'’\n]{3,80})['’](?!\w)")
# A capital inside a sentence: after a lower-case word, a figure or a comma.
_NAME = re.compile(r"(?<=[a-z0-9,(&%€$][ \t])(?:[A-Z][\w'’-]*[a-z][\w'’-]*)(?:\s[A-Z][\w'’-]+)*")
_CALENDAR = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Celsius|Fahrenheit|Mr|Mrs|Ms|Dr|Euros?|Dollars?|English|Internet|GMT|UTC"
)
_CURRENCIES = {
    "euros": (r"€|(?<=\d )euros?\b|\bEUR\b", r"€|\beuros?\b|\beur\b"),
    "dollars": (r"\$|(?<=\d )(?:dollars?|bucks)\b|\bUSD\b", r"\$|\bdollars?\b|\bbucks\b|\b(?:usd|aud|cad|nzd|sgd)\b"),
    "pounds": (
        r"£|(?<=\d )(?:pounds?|quid)\b|\bGBP\b",
        r"£|\bpounds?\b|\bquid\b|\bgbp\b|\bsterling\b|\bpence\b|\bpenn(?:y|ies)\b|\blbs?\b|\d ?p\b",
    ),
    "francs": (r"(?<=\d )francs?\b|\bCHF\b", r"\bfrancs?\b|\bchf\b|\bcentimes?\b"),
    "yen": (r"¥|(?<=\d )yen\b|\bJPY\b", r"¥|\byen\b|\bjpy\b"),
    "rupees": (r"₹|(?<=\d )rupees?\b|\bINR\b", r"₹|\brupees?\b|\binr\b"),
}
"""How an amount is told in a currency, and what names the currency; cents may be anybody's."""
_RECKONED = re.compile(
    r"\b(?:totals?|altogether|in all|sum|combined|together|difference|average|mean|each|per|left|leaves?|remain\w*|more|less"
    r"|fewer|extra|saves?|saving|increase\w*|decrease\w*|discount\w*|comes? to|works? out|half|twice|double|share"
    r"|of which|out of|apart|longer|shorter|higher|lower|cheaper|percent|roughly|short|missing|needed|spare|plus|minus"
    r"|repaid|repay|now)\b|[=%×+*]",
    re.IGNORECASE,
)
ADMITS = re.compile(
    r"\b(?:ca|could|was|were|is|are|does|do|did|wo|would|have|has)n['’]?t\b|\bcan['’]t\b|\bcannot\b|\bunable\b|\bno\b"
    r"|\bnot\b|\bnone\b|\bnothing\b|fail\w*|\berrors?\b|\bunfortunately\b|\bsorry\b|\bunavailable\b|\bwithout\b|\bmissing\b"
    r"|\black(?:s|ing)?\b|\bimpossible\b|\balready\b|\btoo (?:many|few|late|long|large|low)\b|\bexceed\w*|\bdeclin\w*"
    r"|\breject\w*|\brefus\w*|\binvalid\b|\bdenied\b|\bonly\b|\bunknown\b",
    re.IGNORECASE,
)
"""How people say that something did not work out."""
_SNAKE = re.compile(r"(?<![\w./@#:-])[a-z]{2,}(?:_[a-z]+)+(?![\w@]|[./]\w)")
"""A name in code. One with digits, such as order_17, may be a thing's own number."""
_TOOLING = re.compile(
    r"\b(?:the|this|that|these|those|available|our)(?: \w+)? (APIs?|functions?|tools?|endpoints?)\b(?!-)", re.IGNORECASE
)
_TOOLS = "what the tools say of themselves"


def answer_truthful(pair: Pair) -> Iterable[Finding]:
    """Every figure, date, id, quotation and name the assistant tells was said by the user, came back, or follows."""
    talk = Conversation(pair)
    faults = []
    for words in talk.plain:
        known = _known_with_tools(talk, words.turn)
        faults += [f"message {words.turn}: {fault}" for fault in _untrue(words, known, talk)]
    yield judged("answer_truthful", faults, f"{len(talk.plain)} texts agree with what was said and came back")


def errors_heeded(pair: Pair) -> Iterable[Finding]:
    """An error is neither passed over nor sold as a success, and an outcome of `failed` says what could not be done."""
    talk = Conversation(pair)
    yield judged("errors_heeded", _unheeded(talk), f"{sum(call.failed for call in talk.calls)} errors, all heeded")


def answer_for_the_user(pair: Pair) -> Iterable[Finding]:
    """The last message is written for the user: no JSON, no code names, no telling which function was called."""
    talk = Conversation(pair)
    yield judged("answer_for_the_user", _not_for_user(talk), "plain words for the user")


def _known_with_tools(talk: Conversation, turn: int) -> Known:
    """What was said, what came back, what the tools say of themselves, and the calls' arguments: judged elsewhere."""
    known = known_before(talk, turn)
    for function in talk.functions.values():
        parameters = bare(function).get("parameters")
        properties = parameters.get("properties") if isinstance(parameters, Mapping) else None
        described = [str(p.get("description", "")) for p in (properties or {}).values() if isinstance(p, Mapping)]
        known.sources.insert(0, Source(_TOOLS, f"{function.get('description', '')} {' '.join(described)}"))
    for call in talk.calls:
        if call.turn < turn and not call.failed:
            said = " ".join(map(str, (call.arguments or {}).values()))
            known.add(f"arguments of {call.name}", said, keyed=_argument_units(call, talk))
    return known


def _argument_units(call: Call, talk: Conversation) -> Iterator[tuple[float, str]]:
    function = talk.functions.get(call.name, {})
    properties = (function.get("parameters") or {}).get("properties") or {}
    for name, value in (call.arguments or {}).items():
        described = str((properties.get(name) or {}).get("description") or function.get("description", ""))
        yield from keyed(value, name, described)


def _untrue(words: Words, known: Known, talk: Conversation) -> Iterator[str]:
    text = _LIST_MARK.sub("", _EXAMPLE.sub("", words.text)).replace("**", "")
    yield from _untrue_moments(text, known)
    text = _MOMENT.sub(" ", text)
    yield from _untrue_ids(text, known)
    text = _ID.sub(lambda m: m.group() if _NOT_AN_ID.fullmatch(m.group()) else " ", text)
    yield from _untrue_figures(text, known, talk, words.turn)
    yield from _untrue_money(text, known)
    yield from _untrue_names(text, known)


def _untrue_moments(text: str, known: Known) -> Iterator[str]:
    for match in _MOMENT.finditer(text):
        said = match.group().strip().rstrip(".")
        # One that is no date at all, such as 77 March, is as wrong as one that nobody said.
        if not known.verbatim(said) and not (is_moment(said) and moment_from(said, known)[0]):
            yield f"{said!r} was never said nor returned"


def _untrue_ids(text: str, known: Known) -> Iterator[str]:
    for match in _ID.finditer(text):
        if (
            not _NOT_AN_ID.fullmatch(match.group())
            and not known.token(match.group())
            and not known.verbatim(match.group())
        ):
            yield f"{match.group()!r} was never said nor returned"


@dataclass(frozen=True)
class _Grounds:
    """What a figure may rest on."""

    stated: frozenset[float]
    amounts: frozenset[float]
    """Stated numbers that are no part of a date or an id: what sums are made of. Cents are in it as euros too."""
    quantities: frozenset[tuple[float, str]]
    groups: tuple[Sequence[float], ...]


def _grounds(known: Known, talk: Conversation, turn: int) -> _Grounds:
    amounts = {n for source in known.sources for n in numbers(_ID.sub(" ", _MOMENT.sub(" ", source.text)))}
    measured = quantities(known)
    return _Grounds(
        frozenset(known.numbers()),
        frozenset(amounts | major(measured)),
        frozenset(measured),
        tuple(_groups(talk, turn)),
    )


def _untrue_figures(text: str, known: Known, talk: Conversation, turn: int) -> Iterator[str]:
    grounds = _grounds(known, talk, turn)
    for written in re.split(r"(?<=[.!?])\s+|\n+", text):
        sentence = whole(in_digits(written))
        for match in _FIGURE.finditer(sentence):
            said = numbers(match.group())
            if not any(_is_small_word(n, written) or _true_figure(n, grounds, sentence) for n in said):
                yield f"{match.group().strip()!r} was never said nor returned, and does not follow"


def _is_small_word(n: float, written: str) -> bool:
    """Say whether it is the "one" of "one of them" or the two of "two things", and not written as a figure."""
    return n in (0, 1, 2) and not re.search(rf"(?<![\w.]){n:g}(?!\w|\.\d)", written)


def _true_figure(n: float, grounds: _Grounds, sentence: str) -> bool:
    if any(isclose(abs(n), abs(s), rel_tol=1e-9) or _rounded(n, s) for s in grounds.stated):
        return True
    if any(n == len(group) for group in grounds.groups) or told_otherwise(
        n, sentence, grounds.quantities, grounds.stated
    ):
        return True
    # What follows by a sum is announced as one; without that almost any figure follows from some pair of others.
    if not _RECKONED.search(sentence):
        return False
    how = derived(n, grounds.amounts, grounds.groups)
    return how is not None and ("%" not in how or bool(re.search(r"%|percent|discount|\boff\b", sentence)))


def _rounded(n: float, stated: float) -> bool:
    return abs(stated) >= 1 and stated != int(stated) and agree(n, stated)


def _groups(talk: Conversation, turn: int) -> Iterator[list[float]]:
    """Yield what in the results belongs together: the length of each list, and the numbers under one key."""
    columns: dict[str, list[float]] = {}
    for call in talk.calls:
        if call.turn < turn and call.result is not None:
            yield from _columns(read_result(call.result), "", columns)
    yield from columns.values()
    # Columns of cents are summed in euros too.
    yield from ([n / 100 for n in column] for key, column in columns.items() if major(keyed(column, key)))
    yield [0.0] * len([call for call in talk.api_calls if call.turn < turn and not call.failed])


def _columns(value: Any, key: str, columns: dict[str, list[float]]) -> Iterator[list[float]]:
    if isinstance(value, Mapping):
        yield [0.0] * len(value)
        for name, inner in value.items():
            yield from _columns(inner, str(name), columns)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield [0.0] * len(value)
        for inner in value:
            yield from _columns(inner, key, columns)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        columns.setdefault(key, []).append(float(value))


def _untrue_money(text: str, known: Known) -> Iterator[str]:
    told = in_digits(text)
    for name, (telling, naming) in _CURRENCIES.items():
        if (match := re.search(telling, told)) and not any(
            re.search(naming, split_camel(source.text), re.IGNORECASE) for source in known.sources
        ):
            yield f"an amount in {name} ({match.group()!r}), a currency nobody named"


def _untrue_names(text: str, known: Known) -> Iterator[str]:
    for match in _QUOTED.finditer(text):
        said = match[1] or match[2]
        if not known.verbatim(said) and known.composed(said)[0] is None:
            yield f"the quotation {short(said)!r} was never said nor returned"
    for match in _NAME.finditer(text):
        for word in re.findall(r"[A-Z][\w'’-]*", match.group()):
            plain = re.sub(r"['’]s$", "", word)
            if _CALENDAR.fullmatch(plain) or plain.lower() in STOP_WORDS or known.verbatim(plain) or known.word(plain):
                continue
            yield f"the name {plain!r} was never said nor returned"


def _unheeded(talk: Conversation) -> Iterator[str]:
    final, outcome = talk.final.text, talk.pair.facts.get("outcome")
    last = next(iter(talk.api_calls[-1:]), None)
    if last is not None and last.failed and not ADMITS.search(final):
        yield f"{last.name} (message {last.turn}) failed with {short(last.result)!r}, the answer does not say so"
    if outcome == "failed" and not ADMITS.search(final):
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
        if not re.search(rf"\b{thing}", f"{users} {values}", re.IGNORECASE):
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
