"""The options of a question: distinct, whole, unmarked, and none of them giving the key away by its form."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import lru_cache
from itertools import combinations
from string import ascii_uppercase

from teams.engine.checks.conversation import short
from teams.engine.checks.known import plain
from teams.engine.checks.leaks import CHECKED
from teams.engine.checks.phrases import words

_MARKED = re.compile(r"^\W{0,3}(?:(?:option|answer|choice) )?\(?[A-Ha-h][).:]\s")
_VALUE = re.compile(r"([-−+]?\d+(?:[ ,]\d{3})*(?:\.\d+)?)(?:\s?/\s?(\d+(?:\.\d+)?))?\s?(%|percent|per cent)?\s?(\D*)")
LONG_RATIO = 1.6
"""A key so many times as long as the longest other option stands out."""
_LONG_ENOUGH = 25


def option_faults(options: Mapping[str, str], key: str | None = None) -> list[str]:
    """Return what is wrong with options by letter, in the order shown.

    Caught: letters with gaps or out of order, empty or equal options (marks, case and spaces aside; 0.5 = 1/2 = 50 %),
    one option that is the whole of another plus more of the same list, a letter or a check mark inside the text, "all
    of the above" before the last, a key that is no letter. Let be: options that share words.
    """
    faults = list(_form(options, key))
    last = len(options) - 1
    for n, (letter, text) in enumerate(options.items()):
        if n != last and _speaks_of_others(text) and not _speaks_of_others(list(options.values())[-1]):
            faults.append(f"{letter} speaks of the other options and is not the last: {short(text)!r}")
    for (one, a), (other, b) in combinations(options.items(), 2):
        if _same(a, b):
            faults.append(f"{one} and {other} are the same: {short(a)!r}")
        elif holder := _holds(a, b):
            more, less = (one, other) if holder == 1 else (other, one)
            faults.append(f"{more} holds all of {less}: {short(options[less])!r}")
    return faults


def _form(options: Mapping[str, str], key: str | None) -> Iterator[str]:
    letters = [letter.upper() for letter in options]
    if len(letters) < 2:
        yield f"only {len(letters)} options"
    if letters != list(ascii_uppercase[: len(letters)]) and letters != [str(n) for n in range(1, len(letters) + 1)]:
        yield f"letters are {', '.join(options)}"
    if key is not None and key not in options:
        yield f"the key {key!r} is none of {', '.join(options)}"
    for letter, text in options.items():
        if not text.strip():
            yield f"{letter} is empty"
        elif _MARKED.match(text):
            yield f"{letter} has a letter of its own: {short(text)!r}"
        if mark := CHECKED.search(text):
            yield f"{letter} is marked {mark.group()!r}"


def option_hints(options: Mapping[str, str], key: str) -> list[str]:
    """Return by what form alone the key could be guessed: much longer, the only one hedged, negated or punctuated.

    Softer than `option_faults`: over many questions a key may sometimes be the longest, and in one of three it is.
    """
    if key not in options or len(options) < 3:
        return []
    right = options[key]
    others = [text for letter, text in options.items() if letter != key]
    hints = []
    ratio = len(right) / max(1, *(len(text) for text in others))
    if ratio >= LONG_RATIO and len(right) >= _LONG_ENOUGH:
        hints.append(f"the key is {ratio:.1f} times as long as the longest other option")
    for what, sort in (("hedged", "hedges"), ("negated", "negations")):
        if _has(sort).search(right) and not any(_has(sort).search(text) for text in others):
            hints.append(f"only the key is {what}: {_has(sort).search(right).group()!r}")  # type: ignore[union-attr]
    for what, look in (
        ("ends with a full stop", _full_stop),
        ("begins with a capital", _capital),
        ("holds a figure", _figure),
    ):
        alike = {look(text) for text in others}
        if len(alike) == 1 and look(right) not in alike:
            hints.append(f"{'only the key' if look(right) else 'every option but the key'} {what}")
    return hints


def _full_stop(text: str) -> bool:
    return text.rstrip().endswith((".", "。"))


def _capital(text: str) -> bool:
    return text.strip()[:1].isupper()


def _figure(text: str) -> bool:
    return any(c.isdigit() for c in text)


@lru_cache(maxsize=8)
def _has(sort: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{words(sort, ('en', 'de', 'fr', 'es', 'it', 'pt', 'nl'))})(?!\w)", re.IGNORECASE)


@lru_cache(maxsize=1)
def _others() -> re.Pattern[str]:
    return re.compile(rf"\W*(?:{words('all_above')})\W*", re.IGNORECASE)


def _speaks_of_others(text: str) -> bool:
    return bool(_others().fullmatch(text.strip()))


def _same(a: str, b: str) -> bool:
    if plain(a) and plain(a) == plain(b) and _signs(a) == _signs(b):
        return True
    if " ".join(a.split()).casefold() == " ".join(b.split()).casefold():
        return True
    one, other = value_of(a), value_of(b)
    return one is not None and one == other


def _signs(text: str) -> str:
    """What `plain` drops and an option may differ by: -3 and 3, x < y and x > y."""
    return "".join(re.findall(r"[-−+*/^=<>≤≥!~&|%°√π$€£¥]", text))


def value_of(text: str) -> tuple[Fraction, str] | None:
    """Read an option that is a number, with the unit behind it: `50 %`, `1/2` and `0.5` are one value."""
    match = _VALUE.fullmatch(text.strip().rstrip("."))
    if not match:
        return None
    number, under, percent, unit = match.groups()
    value = Fraction(number.replace("−", "-").replace(",", "").replace(" ", ""))
    if under:
        if not Fraction(under):
            return None
        value /= Fraction(under)
    return (value / 100 if percent else value), plain(unit)


def _holds(a: str, b: str) -> int:
    """Return 1 where the first lists all that the second does and more, 2 the other way, 0 otherwise."""
    one, other = (
        frozenset(filter(None, map(plain, re.split(r",|;|\band\b|\bund\b|\bet\b| y | e ", text)))) for text in (a, b)
    )
    if len(one | other) < 2 or value_of(a) or value_of(b):
        return 0
    return 1 if other < one and other else 2 if one < other and one else 0
