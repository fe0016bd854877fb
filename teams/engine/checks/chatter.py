"""What stands around an answer or in its place: refusals, preambles, closings, notes, holes to fill, loops, a cut.

These are for prose: quotations, dialogue and code are let be, poems may repeat a line and need no full stop, e-mails
may close with "let me know", a JSON object ends as it does.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache

from teams.engine.checks.conversation import short
from teams.engine.checks.phrases import pattern, words
from teams.engine.checks.quotes import without_quotations

_OPENING = 160
"""Characters at the start of an answer in which a preamble begins."""
_LAST = 500
"""Characters at the end in which a closing stands."""
_LEAD = re.compile(r"[\s*_#>¡¿-]*")
_FENCES = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]{1,300}`|\$\$.*?\$\$|\$[^$\n]{1,200}\$|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL
)


def refusals(text: str, *, tags: tuple[str, ...] = ()) -> list[str]:
    """Return where an assistant refuses or speaks of itself as a model; a robot in a story may, in quotation marks."""
    return list(_refusals(text, tags))


@lru_cache(maxsize=256)  # an answer is read before it is sent, and by the checks
def _refusals(text: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    read = without_quotations(text)
    return tuple(short(match.group()) for match in pattern("refusal", tags).finditer(read))


def preamble(text: str, *, tags: tuple[str, ...] = ()) -> str | None:
    """Return the words that open an answer before the answer: "Sure! Here is the rewritten text:"."""
    start = _LEAD.match(text).end()  # type: ignore[union-attr]  # it matches nothing too
    match = pattern("preamble", tags).match(text[: start + _OPENING], start)
    return short(match.group()) if match else None


def closing(text: str, *, tags: tuple[str, ...] = ()) -> str | None:
    """Return the words an answer takes leave with: "I hope this helps!".

    Only the last paragraph is read, so that an e-mail says "let me know" before its signature; a quoted one is
    somebody else's.
    """
    paragraphs = [p for p in re.split(r"\n\s*\n", without_quotations(text[-4 * _LAST :])) if p.strip()]
    if not paragraphs:
        return None
    tail = paragraphs[-1].strip()
    # A signature in the same paragraph: the text is a letter.
    if len(tail.split("\n")) > 1 and len(tail.rsplit("\n", 1)[-1].split()) <= 4 and tail[-1].isalpha():
        return None
    for sentence in re.split(r"(?<=[.!?。！？])\s*", tail[-_LAST:])[-3:]:
        start = _LEAD.match(sentence).end()  # type: ignore[union-attr]
        if match := pattern("closing", tags).match(sentence, start):
            return short(match.group())
    return None


def notes(text: str, *, tags: tuple[str, ...] = ()) -> list[str]:
    """Return where an answer speaks of what was done to make it: "Note: I have kept", "Word count:"."""
    return [short(match.group()) for match in pattern("note", tags).finditer(without_quotations(text))]


def chatter(text: str, *, tags: tuple[str, ...] = ()) -> list[str]:
    """Return all that surrounds an answer without being one: preamble, closing, notes."""
    return list(_chatter(text, tags))


@lru_cache(maxsize=256)
def _chatter(text: str, tags: tuple[str, ...]) -> tuple[str, ...]:
    opened, closed = preamble(text, tags=tags), closing(text, tags=tags)
    faults = [f"opens with {opened!r}"] * (opened is not None) + [f"closes with {closed!r}"] * (closed is not None)
    return (*faults, *(f"speaks of the work: {note!r}" for note in notes(text, tags=tags)))


_HOLE_WORDS = re.compile(
    rf"(?:\[(?:{words('hole')})(?:\b|(?<=[\u2e80-\u9fff]))[^\]\n]{{0,40}}\](?![(:\]])|(?<![\w?(])<(?:{words('hole')})\b[^>\n/=]{{0,40}}>)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\{\{[^{}\n]{1,60}\}\}|\{%[^%\n]{1,60}%\}|(?<![\w\\^_$}#{])\{[A-Za-z_]\w{1,40}\}(?![\w{}])|\$\{[A-Za-z_]\w{0,40}\}"
    r"|\blorem ipsum\b|\b(?:TODO|TBD)\b(?=:|\.|\)|\]|$)|\bXX+\b[-/]XX+|\bX{4,}\b"
    r"|(?<!\w)(?:PLACEHOLDER|INSERT \w+ HERE)(?!\w)"
)
_MASK = re.compile(
    r"\[[A-Z][A-Z_ ]{1,30}(?:[ _-]?\d{1,3})?\]|<[A-Z][A-Z_]{1,30}(?:[ _-]?\d{1,3})?>|\[[A-Z][a-z]+(?: \d{1,3})?\]"
)
_BLANKS = re.compile(r"(?<!_)_{3,}(?!_)")
_TAGGED = re.compile(r"</([A-Za-z][\w-]{0,40})>")


def holes(text: str, *, masks: bool = False, blanks: bool = False) -> list[str]:
    """Return what was left to fill: [Your Name], [insert date], {user_name}, {{title}}, <name>, lorem ipsum, TBD.

    Let be: code and formulas, footnotes [1], [sic], [Chorus], stage directions, links, tags that are closed. With
    `masks` a name in brackets is wanted ([NAME], [Person 1]: text that hides who is meant); with `blanks` a gap is
    (____: a cloze question).
    """
    read = _FENCES.sub(" ", text)
    closed = set(_TAGGED.findall(read))
    found = [
        match.group() for match in _HOLE_WORDS.finditer(read) if match.group().strip("<>").split()[0] not in closed
    ]
    if masks:
        found = [hole for hole in found if not _MASK.fullmatch(hole)]
    found += [match.group() for match in _TEMPLATE.finditer(read)] if not _is_json(read) else []
    if not blanks:
        found += [match.group() for line in read.split("\n") if line.strip(" _") for match in _BLANKS.finditer(line)]
    return list(dict.fromkeys(found))


def _is_json(text: str) -> bool:
    return text.strip()[:1] in ("{", "[") and text.strip()[-1:] in ("}", "]") and '"' in text


_OPEN_END = (",", ";", "-", "–", "(", "[", "{", "/", "&", "=", "+", "“", "„", "«", "「", "，", "、", "；")
_CUT_WORD = re.compile(
    r"(?<!\w)(?:the|an?|and|or|of|your|my|because|which|with|to|for|from|by|is|are|der|die|das|und|oder|ein|eine|mit|weil|le|la|les|et|ou|une?"
    r"|des|du|avec|el|los|las|y|una|con|porque|il|gli|che|um|uma|dos|het|een|van|en)$"
)
_LIST_LINE = re.compile(r"^\s*(?:[-*•|>#+]|\d+[.)]|[A-Za-z][.)]\s)|^\s*[^\s:]{1,30}(?: [^\s:]{1,30}){0,3}:\s")
_WHOLE_END = tuple(".!?…。！？」』\"”»’')]}>*_`|~:%")
_SHORT_LINE = 9
"""A line of so many words or fewer needs no full stop: a title, a line of verse, a signature."""


def cut_off(text: str) -> str | None:
    """Return the end of a text that stops in the middle: an open fence or bracket, a comma, "of the".

    Let be: verse, lists, tables, signatures, titles, JSON, lines of few words without a full stop.
    """
    end = text.rstrip()
    last = end.rsplit("\n", 1)[-1]
    if end.count("```") % 2:
        return "a code fence is left open"
    if end[:1] in "{[" and end[-1:] not in "}])" and end.count("{") + end.count("[") > end.count("}") + end.count("]"):
        return "a bracket of the JSON is left open"
    lines = [line for line in end.split("\n") if line.strip()]
    if end.endswith("```") or _verse(lines):
        return None
    if end.endswith(_OPEN_END) or (end.endswith((":", "：")) and not _LIST_LINE.match(last)) or _CUT_WORD.search(last):
        return None if re.fullmatch(r"[-=_*–—\s]+", last) or _signs(lines) else f"ends in {short(end[-30:])!r}"
    stops = end.endswith(_WHOLE_END) or not end[-1:].isalpha() or end[-1:] >= "\u2e80"
    if stops or _LIST_LINE.match(last) or len(last.split()) <= _SHORT_LINE or (len(lines) == 1 and _is_title(last)):
        return None
    return f"ends without punctuation: {short(end[-30:])!r}"


def _is_title(line: str) -> bool:
    words = line.split()
    return not re.search(r"[.!?]\s", line) and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def _signs(lines: list[str]) -> bool:
    """Say whether a text ends with a farewell, as letters do: "Yours," """
    return (
        len(lines) > 2
        and len(lines[-1].split()) <= 4
        and lines[-1].strip().endswith(",")
        and lines[-1].strip()[0].isupper()
    )


def _verse(lines: list[str]) -> bool:
    """Say whether lines are verse: several, short, most of them without a full stop at the end."""
    short_lines = [line for line in lines if len(line.split()) <= 12]
    if len(lines) < 4 or len(short_lines) < 0.8 * len(lines) or any(_LIST_LINE.match(line) for line in lines):
        return False
    return sum(line.rstrip()[-1] not in ".!?" for line in lines) >= 0.4 * len(lines)


_REPEATED_RUN = re.compile(r"(?<!\w)(\w[^\n]{2,80}?)(?:[\s,.;]{1,3}\1){3,}(?!\w)")
_SAME_CHARACTER = re.compile(r"([^\s\-=_*#.|~·+…─━═])\1{24,}")
_REFRAIN = 12
"""A line of so many words may return: refrains, headings, speakers' names, answers of a list."""
_TIMES = 3
_ENOUGH_SAID = 1500
"""Bytes from which on a text that compresses to a tenth says the same all over."""


def loops(text: str) -> list[str]:
    """Return what is said over and over: a long sentence or a paragraph three times, a phrase four times in a row.

    Let be: a refrain or a heading that returns, rows of a table, code, a chant of a few words inside a verse.
    """
    read = _FENCES.sub(" ", text)
    faults = []
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", read)]
    long_ones = Counter(p for p in paragraphs if len(p) >= 80 and not _verse(p.split("\n")))
    faults += [
        f"a paragraph {n} times: {short(p)!r}" for p, n in long_ones.items() if n >= _TIMES and not _is_chorus(p, read)
    ]
    sentences = Counter(
        s.strip() for s in re.split(r"(?<=[.!?])\s+|\n+|(?<=[。！？])", read) if not s.lstrip().startswith("|")
    )
    faults += [
        f"said {n} times: {short(s)!r}"
        for s, n in sentences.items()
        if n >= _TIMES and _is_long(s) and not _is_chorus(s, read)
    ]
    if (run := _REPEATED_RUN.search(read[:20_000])) and re.search(r"[^\W\d]", run[1]) and len(run[1].split()) > 2:
        faults.append(f"loops on {short(run[1])!r}")
    if same := _SAME_CHARACTER.search(read):
        faults.append(f"a run of {same[1]!r}")
    raw = read.encode("utf-8", "replace")
    if len(raw) > _ENOUGH_SAID and len(raw) > 10 * len(zlib.compress(raw)):
        faults.append("says little in many words: it compresses to a tenth")
    return faults


def _is_long(sentence: str) -> bool:
    return len(sentence.split()) > _REFRAIN or (len(sentence) > 30 and " " not in sentence)


def _is_chorus(said: str, text: str) -> bool:
    """Say whether what returns stands in a song: in a text of which most is short lines."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 8 and sum(len(line.split()) <= 12 for line in lines) > 0.8 * len(lines) and len(said) < 700


def all_of(text: str) -> Iterator[str]:
    """Yield every fault this module knows of an answer: what a skill without wishes of its own looks for."""
    yield from (f"a refusal: {said!r}" for said in refusals(text))
    yield from chatter(text)
    yield from (f"a hole: {hole!r}" for hole in holes(text))
    yield from ([cut] if (cut := cut_off(text)) else [])
    yield from loops(text)
