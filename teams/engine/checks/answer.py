"""Does the assistant tell the user the truth about what was said and what came back?"""

import re
from collections.abc import Iterable, Iterator, Mapping

from teams.engine.checks.conversation import Call, Conversation, Words, bare, judged, short
from teams.engine.checks.figures_told import ID, MOMENT, untrue_figures, untrue_moments
from teams.engine.checks.known import STOP_WORDS, Known, Source, split_camel
from teams.engine.checks.measures import keyed
from teams.engine.checks.origin import known_before
from teams.engine.checks.spelling import in_digits
from teams.engine.records import Pair
from teams.engine.verdict import Finding

_EXAMPLE = re.compile(
    r"\((?:e\.g\.|for example|such as|like)[^)]*\)|\b(?:e\.g\.|for example|such as)[^.?!\n]*", re.IGNORECASE
)
_ASKING = re.compile(
    r"\?\W*\Z|\b(?:please|let me know|tell me|send me|give me|i(?: would|['’]d)? (?:still )?need)\b", re.IGNORECASE
)
_LIST_MARK = re.compile(r"^\s*(?:\d{1,2}[.)]|[-*•])\s+", re.MULTILINE)
_NOT_AN_ID = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|k|kg|km|m|cm|mm|g|mg|l|ml|h|hr|hrs|min|s|gb|mb|kb|kwh|mph|x|d|w)|\d+-\w+", re.IGNORECASE
)
_QUOTED = re.compile(r"[“\"]([^“”\"\n]{2,120})[”\"]|(?<!\w)['‘]([^'’\n]{3,80})['’](?!\w)")
# A capital inside a sentence: after a lower-case word, a figure or a comma.
_NAME = re.compile(r"(?<=[a-z0-9,(&%€$][ \t])(?:[A-Z][\w'’-]*[a-z][\w'’-]*)(?:\s[A-Z][\w'’-]+)*")
CALENDAR = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Celsius|Fahrenheit|Mr|Mrs|Ms|Dr|Sir|Madam|Ma['’]am|Information|Reception|Desk|Euros?|Dollars?|English|Internet|GMT|UTC"
)
_CURRENCIES = {
    "euros": (r"€|(?<=\d )euros?\b|\bEUR\b", r"€|\beuros?\b|\beur\b"),
    "dollars": (r"\$|(?<=\d )(?:dollars?|bucks)\b|\bUSD\b", r"\$|\bdollars?\b|\bbucks\b|\b(?:usd|aud|cad|nzd|sgd)\b"),
    "pounds": (
        r"£|(?<=\d )(?:pounds?|quid)\b|\bGBP\b",
        r"£|\bpounds?\b|\bquid\b|\bgbp\b|\bsterling\b|\bpence\b|\bpenn(?:y|ies)\b|\blbs?\b|\bkgs?\b|\bweigh|\d ?p\b",
    ),
    "francs": (r"(?<=\d )francs?\b|\bCHF\b", r"\bfrancs?\b|\bchf\b|\bcentimes?\b"),
    "yen": (r"¥|(?<=\d )yen\b|\bJPY\b", r"¥|\byen\b|\bjpy\b"),
    "rupees": (r"₹|(?<=\d )rupees?\b|\bINR\b", r"₹|\brupees?\b|\binr\b"),
}
"""How an amount is told in a currency, and what names the currency; cents may be anybody's."""
_TOOLS = "what the tools say of themselves"


def answer_truthful(pair: Pair) -> Iterable[Finding]:
    """Every figure, date, id, quotation and name the assistant tells was said by the user, came back, or follows."""
    talk = Conversation(pair)
    faults = []
    for words in talk.plain:
        known = _known_with_tools(talk, words.turn)
        faults += [f"message {words.turn}: {fault}" for fault in _untrue(words, known, talk)]
    yield judged("answer_truthful", faults, f"{len(talk.plain)} texts agree with what was said and came back")


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
    text = _LIST_MARK.sub("", _without_examples(words, talk)).replace("**", "")
    yield from (f"{said!r} was never said nor returned" for said in untrue_moments(text, known))
    text = MOMENT.sub(" ", text)
    yield from _untrue_ids(text, known)
    text = ID.sub(lambda m: m.group() if _NOT_AN_ID.fullmatch(m.group()) else " ", text)
    yield from untrue_figures(text, known, talk, words.turn)
    yield from _untrue_money(text, known)
    yield from _untrue_names(text, known)


def _without_examples(words: Words, talk: Conversation) -> str:
    """Leave out what is given as an example where the user is asked; what the answer tells as one has to be true."""
    if words.turn != talk.final.turn:
        return _EXAMPLE.sub("", words.text)
    parts = re.split(r"(?<=[.!?])(?<!e\.g\.)(\s+)", words.text)
    return "".join(_EXAMPLE.sub("", part) if _ASKING.search(part) else part for part in parts)


def _untrue_ids(text: str, known: Known) -> Iterator[str]:
    for match in ID.finditer(text):
        said, whole = match.group(), _around(match)
        if not (_NOT_AN_ID.fullmatch(said) or known.token(said) or known.verbatim(said) or known.piece(whole)):
            yield f"{said!r} was never said nor returned"


def _around(match: re.Match[str]) -> str:
    """An id with the file's name, address or digest it is a part of."""
    before = re.search(r"[\w./\\:@=+-]*\Z", match.string[: match.start()])
    after = re.match(r"(?:[./\\:@=+-]*\w+)*", match.string[match.end() :])
    return f"{before.group() if before else ''}{match.group()}{after.group() if after else ''}".lstrip("./:@=+-")


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
            if CALENDAR.fullmatch(plain) or plain.lower() in STOP_WORDS or known.verbatim(plain) or known.word(plain):
                continue
            yield f"the name {plain!r} was never said nor returned"
