"""Which number an answer settles on, exactly.

In this order: a form (box, tag, `####`, key) · a cue ("the answer is", "Antwort:") · bold · a line that is a number
with its unit · the right side of the last equation that ends a sentence · the last sentence that concludes or says
"is …" · the only number. Of one rank the last counts; what follows a correction goes first; questions, asides in
parentheses and checks after the verdict are not read; a refusal after the number takes it back.

A value is a `fractions.Fraction`: 0.1 is a tenth, 1/3 a third. Python holds `Fraction(1, 2) == Decimal("0.5")`
to be false: compare with `Fraction(gold)`. Scale words are applied ("2.5 million" is 2500000), percent signs and units
are not ("75%" is 75, "$3" is 3): a benchmark's gold is in the unit that its question asks for.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from fractions import Fraction

from eval.extract.hedges import cut_off, last_hedge
from eval.extract.marks import bare, bolds, clause, cues, forms, without_asides
from eval.extract.visible import Visible, blank, blank_all, visible
from eval.records import Extracted

_DIGITS, _EXPONENT = 60, 300
"""The longest number and the largest power of ten that are read: more is a loop, or an attack."""
_WHOLE = r"\d{1,3}(?:(?:,|\{,\}|,\\!|\\,|[ \u00a0\u202f_’])\d{3})+(?!\d)|\d{1,60}(?:_\d{3}){0,10}"
_NUMBER = re.compile(
    rf"(?<![A-Za-z0-9_.])(?P<sign>(?:[-−–+]|\bminus\s|\bnegative\s)\s?)?(?:(?:\\?[$€£¥]|USD|EUR)\s?(?P<late>[-−])?)?"
    rf"(?:(?P<mixed>\d{{1,9}})?\s?\\[dt]?frac\s?(?:\{{(?P<over>\d{{1,20}})\}}\s?\{{(?P<under>\d{{1,20}})\}}|(?P<o1>\d)\s?(?P<u1>\d))"
    r"|(?:(?P<mixed2>\d{1,9})\s)?(?P<over2>\d{1,20})\s?/\s?(?P<under2>\d{1,20})(?![\d/.])"
    r"|(?P<mixed3>\d{1,9})?\s?(?P<glyph>[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞])"
    rf"|(?P<whole>{_WHOLE})?(?P<part>\.\d{{1,60}})?)"
    r"(?:(?P<e>[eE][+-]?\d{1,4})|\s?(?:[×x*·]|\\times|\\cdot)\s?10\s?(?:\^|\*\*)\s?\{?(?P<power>[-−]?\d{1,4})\}?)?"
    r"(?:\s?(?P<scale>thousand|million|billion|trillion)\b)?(?![\d])",
    re.IGNORECASE,
)
_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_NAME = "|".join(sorted([*_UNITS, *_TENS, "zero", "hundred", "thousand", "million"], key=len, reverse=True))
_NAMES = re.compile(rf"\b(?:(minus|negative)\s)?((?:{_NAME})(?:(?:[\s-]|\sand\s)(?:{_NAME})){{0,8}})\b", re.IGNORECASE)
_MARKER = re.compile(
    r"^[ \t]{0,6}(?:[-*•][ \t]|#{1,6}[ \t]|\d{1,2}[.)](?=[ \t]+\S)|(?:step|schritt)[ \t]\d{1,2}[:.)]?)",
    re.IGNORECASE | re.MULTILINE,
)
_FENCE = re.compile(r"```[^`]{0,4000}```")
_EQUALS = re.compile(
    r"(?:=|≈|\\approx|\\Rightarrow|→|⇒)\s{0,3}(?=[^=≈→⇒\n]{1,80}(?:\n|$|[.;](?:\s|$)|[,;]\s|\$|\\[\])]))"
)
_SIDE_ENDS = re.compile(r"\n|[.;](?:\s|$)|,\s|[$=≈→⇒]\s|\\[\])]")
_CONCLUDES = re.compile(
    r"\b(?:so|thus|therefore|hence|total(?:s|ling)?|altogether|in all|result|final(?:ly)?|makes|comes to|that is"
    r"|answer|leaves|need(?:s|ed)?"
    r"|is|are|was|be|get|earns?|costs?|measures|takes?|equals|will)\b",
    re.IGNORECASE,
)  # fmt: skip
_Reading = tuple[Fraction, int, int]


def number(answer: str) -> Extracted:
    """Return the number that an answer settles on, a `Fraction`; None where there is none or it is left open."""
    seen = visible(answer)
    if seen.loop:
        return Extracted(None, "loop")
    words = without_asides(seen)
    prose = blank_all(words, _FENCE)
    words = blank_all(prose if re.search(r"\d", prose) else words, _MARKER)
    for start in seen.corrections():
        found = _ranked(blank(words, 0, start), seen.words[start:])
        if found:
            return _extracted(found, seen)
    found = _ranked(words, seen.words)
    return _extracted(found, seen) if found else Extracted(None, "hedge" if last_hedge(seen.words) is not None else "")


def readings(words: str) -> list[_Reading]:
    """Return all numbers of some words in order, each with where it begins and ends; spelled-out ones too."""
    found = []
    for one in _NUMBER.finditer(words):
        value = _value(one)
        if value is not None:
            found.append((value, one.start(), one.end()))
    for one in _NAMES.finditer(words):
        spelled = _spelled(one[2])
        if spelled is not None and not any(start <= one.start() < end for _, start, end in found[-40:]):
            found.append((Fraction(-spelled if one[1] else spelled), one.start(), one.end()))
    return sorted(found, key=lambda one: one[1])


def only_number(words: str) -> Fraction | None:
    """Return the number that some words are, with nothing beside it but a unit or a mark; else None."""
    found = readings(words[:200])
    if len(found) != 1:
        return None
    before, after = words[: found[0][1]], words[found[0][2] :]
    return found[0][0] if not re.search(r"\w", before) and len(after.split()) <= 2 and len(after) <= 24 else None


def told_number(words: str) -> tuple[str, int, int] | None:
    """Return the words of the number that an answer settles on and where they stand; a number that is merely the only
    one counts in a few words alone."""
    found = number(words)
    if found.value is None or not found.span or (found.how == "only" and len(words.split()) > 8):
        return None
    return words[slice(*found.span)], *found.span


def _extracted(found: tuple[_Reading, str], seen: Visible) -> Extracted:
    (value, start, end), how = found
    hedge = last_hedge(seen.words)
    if hedge is not None and (start < hedge or how in ("concluded", "only")):
        return Extracted(None, "hedge")
    return Extracted(value, how, seen.span(start, end))


def _ranked(words: str, said: str) -> tuple[_Reading, str] | None:
    for how, rank in _RANKS.items():
        found = list(rank(words))
        if found:
            return found[-1], how
    left = list(_only(words, said))
    return (left[-1], "only") if left else None


def _inside(words: str, start: int, last: bool = False) -> list[_Reading]:
    """Return the number of a marked place: the first, or of an equation the one behind its last sign."""
    equal = re.search(r".*(?:=|≈|\\approx)", words, re.DOTALL)
    begin = equal.end() if equal else 0
    found = readings(words[begin:])
    chosen = found[-1:] if last else found[:1]
    return [(value, start + begin + at, start + begin + to) for value, at, to in chosen]


def _forms(words: str) -> Iterator[_Reading]:
    for marked in forms(words):
        inner = marked.start + max(0, words[marked.start : marked.end].find(marked.words))
        yield from _inside(marked.words, inner)


def _said(words: str) -> Iterator[_Reading]:
    for cue in cues(words):
        yield from _inside(clause(cue.words), cue.start)


def _bold(words: str) -> Iterator[_Reading]:
    for marked in bolds(words):
        if not marked.words.rstrip().endswith(":"):
            yield from _inside(marked.words, words.find(marked.words, marked.start))


def _lines(words: str) -> Iterator[_Reading]:
    at = 0
    for line in words.split("\n"):
        if line.strip() and only_number(bare(line)) is not None:
            yield from _inside(line, at)
        at += len(line) + 1


def _equations(words: str) -> Iterator[_Reading]:
    for sign in _EQUALS.finditer(words):
        following = words[sign.end() : sign.end() + 80]
        ended = _SIDE_ENDS.search(following)
        found = readings(following[: ended.start()] if ended and ended.start() else following)[:1]
        begin = sign.end() + (found[0][2] if found else 0)
        rest = words[begin : begin + 2_000]
        # "95/30 = 3.17, so you need 4": the equation was on the way.
        if (
            found
            and not re.match(r"[^\n]{0,40}?(?:,|;|\.|that is)\s{0,2}[^\n=]{0,80}\d", rest)
            and not _concludes_later(rest)
        ):
            yield found[0][0], sign.end() + found[0][1], sign.end() + found[0][2]


def _concludes_later(rest: str) -> bool:
    return any(
        readings(one[0])
        for one in re.finditer(r"\b(?:so|thus|therefore|hence|that is|total)\b[^\n.=]{1,100}", rest, re.IGNORECASE)
    )


def _sentences(words: str) -> list[tuple[int, str]]:
    ends = [one.end() for one in re.finditer(r"[.!?](?=\s|$)|\n", words)]
    return [(start, words[start:end]) for start, end in zip([0, *ends], [*ends, len(words)], strict=True)]


def _concluding(words: str) -> Iterator[_Reading]:
    if cut_off(words):
        return
    for start, sentence in _sentences(words):
        found, cues_of = readings(sentence), list(_CONCLUDES.finditer(sentence))
        behind = [one for one in found if cues_of and one[1] >= cues_of[-1].start()]
        chosen = behind[:1] or (found[-1:] if cues_of else [])
        yield from ((value, start + at, start + to) for value, at, to in chosen)


def _only(words: str, said: str) -> Iterator[_Reading]:
    found = readings(words)
    if (
        not cut_off(words)
        and not said.rstrip().endswith("?")
        and (len({value for value, _, _ in found}) == 1 or len(_sentences(words.strip())) <= 2)
    ):
        yield from found[-1:]


_RANKS: dict[str, Callable[[str], Iterator[_Reading]]] = {
    "form": _forms, "answer_is": _said, "bold": _bold, "lone_number": _lines, "equation": _equations,
    "concluded": _concluding,
}  # fmt: skip


def _value(one: re.Match[str]) -> Fraction | None:
    part = one.groupdict()
    if part["glyph"]:
        value = Fraction(part["mixed3"] or 0) + Fraction(unicodedata.numeric(part["glyph"])).limit_denominator(10)
    elif part["over"] or part["o1"] or part["over2"]:
        under = int(part["under"] or part["u1"] or part["under2"])
        if not under:
            return None
        value = Fraction(int(part["over"] or part["o1"] or part["over2"]), under)
        value += int(part["mixed"] or part["mixed2"] or 0)
    elif part["whole"] or part["part"]:
        whole = re.sub(r"\D", "", part["whole"] or "") or "0"
        if len(whole) > _DIGITS:
            return None
        value = Fraction(whole + (part["part"] or ""))
    else:
        return None
    power = int((part["e"] or "e0")[1:]) + int((part["power"] or "0").replace("−", "-"))
    if abs(power) > _EXPONENT:
        return None
    value *= Fraction(10) ** power * _SCALES.get((part["scale"] or "").lower(), 1)
    sign = (part["sign"] or part["late"] or "").strip().lower()
    negative = sign in ("-", "−", "–", "minus", "negative") and not _is_operator(one)
    return -value if negative else value


def _is_operator(one: re.Match[str]) -> bool:
    """Say whether the minus before a number takes away from what stands before it: `4-7`, `9 − 2`."""
    before = one.string[max(0, one.start() - 3) : one.start()].rstrip()
    return bool(before) and (before[-1].isdigit() or before[-1] in ")}%")


def _spelled(words: str) -> int | None:
    """Return the number that English words spell. A lone "one" is a pronoun as often, and is left out."""
    parts = re.findall(_NAME, words.lower())
    if parts == ["one"]:
        return None
    total = current = 0
    for part in parts:
        if part in ("thousand", "million"):
            total, current = total + max(current, 1) * _SCALES[part], 0
        elif part == "hundred":
            current = max(current, 1) * 100
        elif part != "zero":
            current += _UNITS.index(part) + 1 if part in _UNITS else 10 * (_TENS.index(part) + 2)
    return total + current
