"""Which option an answer chooses, as a letter.

In this order: a form (box, tag, key) · a cue ("the answer is", "I choose", "… is correct") · an option judged right in
a list · bold · a letter alone, or first · a conclusion ("so B", "→ B") · an option's text · the only letter left.
Of one rank the last counts. What follows a correction ("wait, actually") goes before what was said earlier. A letter
that is negated, ruled out, or told as one of several does not count; nor does anything before a final "I can't decide".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from eval.extract.hedges import cut_off, last_hedge
from eval.extract.listing import Line, judged, lines, option_places, without_echo
from eval.extract.marks import Marked, bare, bolds, clause, cues, forms
from eval.extract.mentions import several, unwanted
from eval.extract.numerals import only_number, told_number
from eval.extract.visible import Visible, blank, visible
from eval.records import Extracted

LETTERS = "ABCDEFGHIJKLMNOP"
_OPEN = r"[\s*_\"'“‘’«`$(\[{:]{0,8}(?:\\(?:text|textbf|mathrm|mathbf)\{[\s(*]{0,3})?"
_NAMED = (
    r"(?:(?:the |la |le |die )?(?:option|choice|letter|answer|letra"
    r"|lettre|lettera|buchstabe|opción|alternative)\s{1,2}[*_(\[]{0,4})?"
)
_END = r"(?![A-Za-z0-9_'’]|-\w|\s?[=+<>/^*·×](?!\*))"
_LETTER = re.compile(rf"{_OPEN}(?:{_NAMED})({{0}})".replace("{0}", "[A-Za-z]") + _END, re.IGNORECASE)
_FILLER = re.compile(
    r"[\s*_:]{0,4}(?:(?:definitely|clearly|probably|likely|most likely|thus|therefore|then|indeed|simply|certainly"
    r"|option|choice|letter|number|the|la|le|a letra|die|el|one|to be|actually|still|just|for me|given by"
    r"|correct)\b[\s*_:]{0,4}){0,4}",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:choose|chose|pick|picked|select|selected|selecting|go(?:ing)?(?: with| for)|went with|opt for|settle (?:on"
    r"|for)|stick(?:ing)? with|stay with"
    r"|vote for|prefer|elijo|wähle|nehme|matches|match)\s{0,2}(?:option|choice|answer)?\s{0,2}:?"
    r"|\b(?:correct|right|best|selected|chosen|final)(?:\s(?:option|choice|one|statement|letter"
    r"|reply))?\s?[*_]{0,2}(?:\s(?:is|would be)|\s?:)[*_]{0,2}",
    re.IGNORECASE,
)
_WEAK = re.compile(
    r"(?:\b(?:so|thus|hence|therefore|is|it[’']s|that[’']s|be|leaves(?: us with)?|yes|i[’']d say|say|to|also|but"
    r"|place)\b[,:]?"
    r"|[→⇒:=]|=>|->)",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"(?<![\w'’])[*_(\[]{0,4}([A-P])[)\].*_]{0,4}\s(?:is|seems|looks|must be|would be|it is|has to be)\s(?:clearly "
    r"|indeed |definitely |probably )?"
    r"(?:the )?(?:most |only )?(?:correct|right|best|likely|true(?=[.,;!\n])|answer|accurate|appropriate|plausible"
    r"|one)\b"
    r"|(?<![\w'’])([A-P]) it is\b(?! not)"
)
_FIRST = re.compile(r"\s{0,20}[*_(\[]{0,4}([A-Pa-p])(?:[)\].:*_]{1,5}(?=\s|$)|\s[-–—]\s|(?=\s[a-z]))")
_ALONE = re.compile(
    r"^[ \t>#*_(\[$`]{0,8}(?:option |choice )?([A-Pa-p])[ \t)\].,!*_$`]{0,8}$", re.MULTILINE | re.IGNORECASE
)
_CONCLUDES = re.compile(
    r"\b(?:so|thus|therefore|hence|answer|that's it|so that's it|third is|conclu\w+|means)\b", re.IGNORECASE
)

_NOT_SAID = re.compile(r"\b(?:not|n[’']t|than)\s{1,2}[\"'“]?$", re.IGNORECASE)
# "B.", "(B)", and "B drains fastest": but no letter that begins a sentence as a word does, "A" and "I".
_SET_APART = re.compile(
    r"(?<![\w'’])[(\[]?([A-P])(?:[)\]]|(?=[.,;:!*]|\s{0,9}$))|(?:^|[.,;:]\s)([B-HJ-P])(?=\s[a-z]{2,12}s\b)"
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A candidate: the letter, or None where several were told at once."""

    letter: str | None
    how: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An answer prepared for the finders."""

    words: str
    """Without the echo of the options."""
    options: Sequence[str]
    letters: str
    bad: frozenset[int]
    """Places of letters that are negated, ruled out or only thought of."""
    listed: Sequence[Line]


def choice(answer: str, options: Sequence[str], letters: str = LETTERS) -> Extracted:
    """Return the letter that an answer to a multiple-choice question settles on.

    `options` are the texts in the order they were lettered. None: nothing was chosen, or several, or a letter that is
    none of theirs.
    """
    letters = letters[: len(options)] if options else letters
    seen = visible(answer)
    if seen.loop:
        return Extracted(None, "loop")
    words = without_echo(seen.words, options, letters)
    for start in seen.corrections():
        found = _ranked(blank(words, 0, start), options, letters)
        if found and found.letter and found.how not in ("option_text", "last_letter"):
            return _extracted(found, seen, words, options)
    return _extracted(_ranked(words, options, letters), seen, words, options)


def _extracted(found: _Found | None, seen: Visible, words: str, options: Sequence[str]) -> Extracted:
    hedge = last_hedge(words, options)
    if found is None:
        return Extracted(None, "hedge" if hedge is not None else "")
    if found.letter is None:
        return Extracted(None, "several")
    if hedge is not None and (found.start < hedge or found.how in ("option_text", "last_letter")):
        return Extracted(None, "hedge")
    return Extracted(found.letter, found.how, seen.span(found.start, found.end))


def _ranked(words: str, options: Sequence[str], letters: str) -> _Found | None:
    sheet = _Sheet(words, options, letters, unwanted(words, letters), lines(words, letters))
    for rank in _RANKS:
        found = list(rank(sheet))
        if found:
            return max(found, key=lambda one: one.end)
    return None


def _from_marked(sheet: _Sheet, marked: Marked) -> _Found | None:
    """Read the words in a box, a tag or a key: a letter, a letter with its text, or an option's text."""
    words = bare(marked.words)
    lettered = re.match(
        r"\(?\[?(?:option |choice |answer:? )?([A-Za-z])(?:[)\].:,]|\s*$|\s?[-–—]\s)", words, re.IGNORECASE
    )
    if lettered:
        letter = lettered[1].upper()
        return _Found(letter if letter in sheet.letters else None, marked.how, marked.start, marked.end)
    named = _by_text(sheet, words, marked.how, marked.start, marked.end, whole=True)
    return named or _by_number(sheet, words, marked)


def _by_text(sheet: _Sheet, words: str, how: str, start: int, end: int, whole: bool = False) -> _Found | None:
    """Read an option's text at the beginning of the words, or where `whole`, as all of them."""
    for at, to, letter in option_places(words, sheet.options, sheet.letters):
        if at <= 4 and not re.search(r"\w", words[:at]) and (not whole or not re.search(r"\w", words[to:])):
            return _Found(letter, how, start, end)
        break
    return None


def _by_number(sheet: _Sheet, words: str, marked: Marked) -> _Found | None:
    value = only_number(words)
    fits = [
        letter for letter, option in zip(sheet.letters, sheet.options, strict=False) if only_number(option) == value
    ]
    if value is not None and len(fits) == 1:
        return _Found(fits[0], marked.how, marked.start, marked.end)
    return None


def _forms(sheet: _Sheet) -> Iterator[_Found]:
    for marked in forms(sheet.words):
        found = _from_marked(sheet, marked)
        if found:
            yield found


def _said(sheet: _Sheet) -> Iterator[_Found]:
    """Yield what follows cues and verbs of choosing, and what is called correct."""
    starts = [(one.start, "answer_is") for one in cues(sheet.words)]
    starts += [(one.end(), "chosen") for one in _VERB.finditer(sheet.words)]
    for start, how in starts:
        filler = _FILLER.match(sheet.words, start)
        begin = filler.end() if filler else start
        found = _letter_at(sheet, begin, how, strong=True) or _letter_at(sheet, start, how, strong=True)
        yield from [found] if found else _text_at(sheet, begin, how)
    for one in _AFTER.finditer(sheet.words):
        at = one.start(one.lastindex or 1)
        if sheet.words[at] in sheet.letters and at not in sheet.bad:
            told = None if several(sheet.words, at, sheet.letters, sheet.bad) else sheet.words[at]
            yield _Found(told, "is_correct", at, one.end())


def _text_at(sheet: _Sheet, begin: int, how: str) -> Iterator[_Found]:
    window = clause(sheet.words[begin : begin + 200])
    offset = sheet.words.find(window, begin)
    words = window.lstrip("*_\"'“”‘ ")
    found = _by_text(sheet, words, how, offset, offset + len(window))
    if found:
        yield found


def _letter_at(sheet: _Sheet, begin: int, how: str, strong: bool) -> _Found | None:
    """Read a letter just behind `begin`. Small letters count in brackets or before a stop; "a" never before a word."""
    one = _LETTER.match(sheet.words, begin)
    if not one:
        return None
    at, letter, rest = one.start(1), one[1], sheet.words[one.end() : one.end() + 30]
    if at in sheet.bad:
        return None
    if not strong and re.match(r"[)\]*_]{0,4}\s(?:is|are|was|has|gives|says|does|could|can|would)\b", rest):
        return None
    bracketed = sheet.words[at - 1 : at] in "([" and rest[:1] in ")]"
    if letter.islower() and not bracketed and not re.match(r"[*_)\]}.,;:!\s]{0,4}(?:$|\n|[.,;:!)])|\s[a-z]", rest):
        return None
    if (
        letter in "aAiI"
        and not bracketed
        and re.match(r"\s[a-z]", rest)
        and not re.match(r"\s(?:because|since|as|and|or|is)\b", rest)
    ):
        return None
    if letter.islower() and not bracketed and re.match(r"\s[a-z]", rest) and letter not in "bcdefgh":
        return None
    if several(sheet.words, at, sheet.letters, sheet.bad):
        return _Found(None, how, at, at + 1)
    if letter.upper() not in sheet.letters:
        return _Found(None, how, at, at + 1) if letter.isupper() and strong else None
    return _Found(letter.upper(), how, at, at + 1)


def _per_option(sheet: _Sheet) -> Iterator[_Found]:
    good = judged(sheet.listed)
    if len({one.letter for one in good}) == 1:
        yield _Found(good[-1].letter, "per_option", good[-1].start, good[-1].end)


def _listed_at(sheet: _Sheet, at: int) -> bool:
    return any(one.start <= at < one.end and at - one.start < 12 for one in sheet.listed)


def _bold(sheet: _Sheet) -> Iterator[_Found]:
    for marked in bolds(sheet.words):
        if _listed_at(sheet, marked.start):
            continue
        found = _from_marked(sheet, marked) or _by_text(sheet, bare(marked.words), "bold", marked.start, marked.end)
        if found and not set(range(marked.start, marked.end)) & sheet.bad:
            yield found


def _lone(sheet: _Sheet) -> Iterator[_Found]:
    if len({one.letter for one in sheet.listed}) > 1:
        return
    for one in _ALONE.finditer(sheet.words):
        if one[1].upper() in sheet.letters:
            yield _Found(one[1].upper(), "lone_letter", one.start(1), one.end(1))
    first = _FIRST.match(sheet.words)
    if first and first[1].upper() in sheet.letters and first.start(1) not in sheet.bad:
        plain = first.end() == first.end(1)
        if not (plain and first[1] in "aAiIoO") and not several(sheet.words, first.start(1), sheet.letters, sheet.bad):
            yield _Found(first[1].upper(), "lone_letter", first.start(1), first.end(1))


def _concluded(sheet: _Sheet) -> Iterator[_Found]:
    for one in _WEAK.finditer(sheet.words):
        found = _letter_at(sheet, one.end(), "concluded", strong=False)
        if found and found.letter and not _listed_at(sheet, found.start):
            yield found


def _text(sheet: _Sheet) -> Iterator[_Found]:
    """Yield the one option whose text is told, or the only one in the sentence that concludes."""
    numeric = bool(sheet.options) and all(only_number(option) is not None for option in sheet.options)
    if numeric:
        found = told_number(sheet.words)
        marked = Marked(found[0], found[1], found[2], "option_text") if found else None
        one = _by_number(sheet, marked.words, marked) if marked else None
        if one:
            yield one
        return
    places = [
        place for place in option_places(sheet.words, sheet.options, sheet.letters)
        if not any(at in sheet.bad for at in range(place[0], place[1]))
        and not _NOT_SAID.search(sheet.words[max(0, place[0] - 8) : place[0]])
    ]  # fmt: skip
    if len({letter for _, _, letter in places}) > 1:
        last = _last_sentence(sheet.words, places[-1][0])
        concludes = _CONCLUDES.search(sheet.words[last : places[-1][1] + 40])
        places = [place for place in places if place[0] >= last] if concludes else []
    if len({letter for _, _, letter in places}) == 1 and not cut_off(sheet.words):
        start, end, letter = places[-1]
        yield _Found(letter, "option_text", start, end)


def _last_sentence(words: str, at: int) -> int:
    return max([0, *(one.end() for one in re.finditer(r"[.!?]\s|\n", words[:at]))])


def _last(sheet: _Sheet) -> Iterator[_Found]:
    """Yield the only letter that is told and not taken back, if it is set apart from the prose."""
    if sheet.listed:
        return
    found = []
    for one in _SET_APART.finditer(sheet.words):
        at = one.start(one.lastindex or 1)
        if sheet.words[at] in sheet.letters and at not in sheet.bad:
            found.append(_Found(sheet.words[at], "last_letter", at, at + 1))
    if len({one.letter for one in found}) == 1:
        yield found[-1]


_RANKS: tuple[Callable[[_Sheet], Iterator[_Found]], ...] = (
    _forms, _said, _per_option, _bold, _lone, _concluded, _text, _last,
)  # fmt: skip
