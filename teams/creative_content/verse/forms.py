"""The named forms of verse a request may ask for, each with what breaks it.

Rhyme and syllables are read by spelling (`rhyme`, `lines`), which errs now and then; a form is held to be kept where
enough of its places are, and the faults name those that are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from teams.creative_content.verse.lines import syllables, verse_of
from teams.creative_content.verse.rhyme import rhymes
from teams.engine.demands.rule import same, short

Stanzas = list[list[str]]
ENOUGH = 0.55
"""Share of the rhymes of a scheme that a program has to hear. Measured on 152 sonnets of Shakespeare's: they have 0.87
in the mean and one in twenty less than 0.71; with their own lines shuffled 0.27, with lines of others 0.05."""
RHYMED = 0.8
"""Share of lines with a rhyme near by from which verse is not free."""
RETURNS = 0.72
"""Likeness from which a line has come back: a word or two may change."""


@dataclass(frozen=True)
class VerseForm:
    """One form."""

    name: str
    meaning: str
    """For whoever chooses among them."""
    faults: Callable[[Stanzas, str], Iterator[str]]


def verse_faults(text: str, name: str, tag: str = "en") -> list[str]:
    """Return what in a text breaks the form of that name, at most six lines."""
    stanzas = verse_of(text)
    if not stanzas:
        return ["there are no lines of verse"]
    return list(FORMS[name].faults(stanzas, tag or "en"))[:6]


def _lines(stanzas: Stanzas) -> list[str]:
    return [line for stanza in stanzas for line in stanza]


def _scheme_share(lines: list[str], scheme: str, tag: str) -> tuple[float, list[str]]:
    """Share of rhymes that are there: of each line with one at least of those that bear its letter; x is free."""
    places: dict[str, list[int]] = {}
    for at, letter in enumerate(scheme):
        places.setdefault(letter, []).append(at)
    wanted, missed = 0, []
    for letter, group in places.items():
        if letter == "x" or len(group) < 2:
            continue
        for at in group:
            wanted += 1
            if not any(rhymes(lines[at], lines[other], tag) for other in group if other != at):
                missed.append(f"line {at + 1} ends in {short(_ending(lines[at]), 24)}")
    return (1 - len(missed) / wanted if wanted else 1.0), missed


def _ending(line: str) -> str:
    return " ".join(line.split()[-1:]).strip(".,;:!?—-\"'”’")


def _rhymed(lines: list[str], schemes: tuple[str, ...], tag: str) -> Iterator[str]:
    share, missed = max((_scheme_share(lines, scheme, tag) for scheme in schemes), key=lambda found: found[0])
    if share < ENOUGH:
        names = " or ".join(" ".join(scheme[n : n + 4] for n in range(0, len(scheme), 4)) for scheme in schemes[:2])
        yield f"of the rhymes of {names} only {share:.0%} are there; {', '.join(missed[:4])} with nothing to rhyme with"


def _counted(lines: list[str], number: int, what: str) -> Iterator[str]:
    if len(lines) != number:
        yield f"a {what} has {number} lines; these are {len(lines)}, a title over them not counted"


def _is_back(line: str, first: str) -> bool:
    one, other = (same(text).casefold().strip(" .,;:!?-\"'") for text in (line, first))
    if one == other or one.endswith(other) or other.endswith(one):
        return True
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio() >= RETURNS


def _returning(lines: list[str], places: Mapping[int, int]) -> Iterator[str]:
    """Each line of `places` (from 0) has to be an earlier one that has come back."""
    for at, first in places.items():
        if at < len(lines) and not _is_back(lines[at], lines[first]):
            yield f"line {at + 1} has to be line {first + 1} again, and is {short(lines[at], 50)}"


def sonnet(stanzas: Stanzas, tag: str) -> Iterator[str]:
    lines = _lines(stanzas)
    yield from _counted(lines, 14, "sonnet")
    if len(lines) == 14:
        english, sestets = "ababcdcdefefgg", ("cdecde", "cdcdcd", "cdccdc", "cddcee", "cdcdee", "cdecee")
        yield from _rhymed(
            lines, (english, *(f"abbaabba{s}" for s in sestets), "ababbcbccdcdee", "abbacddceffegg"), tag
        )


def villanelle(stanzas: Stanzas, tag: str) -> Iterator[str]:
    lines = _lines(stanzas)
    yield from _counted(lines, 19, "villanelle")
    if len(lines) == 19:
        yield from _returning(lines, {5: 0, 11: 0, 17: 0, 8: 2, 14: 2, 18: 2})
        yield from _rhymed(lines, ("aba" + "abx" * 4 + "abxx",), tag)


def triolet(stanzas: Stanzas, tag: str) -> Iterator[str]:
    lines = _lines(stanzas)
    yield from _counted(lines, 8, "triolet")
    if len(lines) == 8:
        yield from _returning(lines, {3: 0, 6: 0, 7: 1})
        yield from _rhymed(lines, ("abaxabxx",), tag)


def pantoum(stanzas: Stanzas, tag: str) -> Iterator[str]:
    if len(stanzas) < 3 or any(len(stanza) != 4 for stanza in stanzas):
        yield "a pantoum has stanzas of four lines, three at least"
        return
    lines = _lines(stanzas)
    places = {4 * n + at: 4 * (n - 1) + of for n in range(1, len(stanzas)) for at, of in ((0, 1), (2, 3))}
    yield from _returning(lines, places)


def haiku_sequence(stanzas: Stanzas, tag: str) -> Iterator[str]:
    if len(stanzas) < 3 or any(len(stanza) != 3 for stanza in stanzas):
        yield "a sequence of haiku has three stanzas at least, each of three lines"
        return
    for number, stanza in enumerate(stanzas, 1):
        for line, wanted in zip(stanza, (5, 7, 5), strict=True):
            count = syllables(line, tag)
            # Off by one may be the reading's error, not the line's.
            if count and not count[0] - 1 <= wanted <= count[1] + 1:
                yield f"haiku {number}: {short(line, 40)} has about {count[0]} syllables where {wanted} are wanted"


def limerick(stanzas: Stanzas, tag: str) -> Iterator[str]:
    lines = _lines(stanzas)
    if len(lines) % 5:
        yield f"a limerick has five lines; these are {len(lines)}"
        return
    for at in range(0, len(lines), 5):
        five = lines[at : at + 5]
        yield from _rhymed(five, ("aabba",), tag)
        long, brief = sum(map(len, five)) - len(five[2]) - len(five[3]), len(five[2]) + len(five[3])
        if brief / 2 >= long / 3:
            yield "the third and fourth line of a limerick are shorter than the others"


def ballad(stanzas: Stanzas, tag: str) -> Iterator[str]:
    four = [stanza for stanza in stanzas if len(stanza) == 4]
    if len(four) < 4 or len(four) < 0.7 * len(stanzas):
        yield f"a ballad goes in stanzas of four lines, four at least; {len(four)} of these {len(stanzas)} are"
        return
    heard = sum(rhymes(s[1], s[3], tag) or (rhymes(s[0], s[1], tag) and rhymes(s[2], s[3], tag)) for s in four)
    if heard < ENOUGH * len(four):
        yield f"the second and fourth lines rhyme in {heard} of {len(four)} stanzas"


def couplets(stanzas: Stanzas, tag: str) -> Iterator[str]:
    lines = _lines(stanzas)
    if len(lines) % 2 or len(lines) < 8:
        yield f"rhymed couplets have an even number of lines, eight at least; these are {len(lines)}"
        return
    heard = [rhymes(lines[n], lines[n + 1], tag) for n in range(0, len(lines), 2)]
    if sum(heard) < ENOUGH * len(heard):
        yield f"{sum(heard)} of {len(heard)} couplets rhyme"


def ghazal(stanzas: Stanzas, tag: str) -> Iterator[str]:
    if len(stanzas) < 5 or any(len(stanza) != 2 for stanza in stanzas):
        yield "a ghazal has stanzas of two lines, five at least"
        return
    ends = [_ending(stanza[1]).casefold() for stanza in stanzas]
    most = max(set(ends), key=ends.count)
    missed = [f"couplet {n}" for n, end in enumerate(ends, 1) if end != most]
    if missed:
        yield f"every couplet of a ghazal ends in the same word ({most!r}); not so {', '.join(missed[:4])}"


def free_verse(stanzas: Stanzas, tag: str) -> Iterator[str]:
    lines = _lines(stanzas)
    if len(lines) < 6:
        yield f"{len(lines)} lines are hardly a poem in free verse"
    elif sorted(map(len, lines))[len(lines) // 2] > 90:
        yield "the lines are as long as prose"
    near = [[other for other in lines[max(0, n - 3) : n + 4] if other != line] for n, line in enumerate(lines)]
    heard = sum(any(rhymes(line, other, tag) for other in others) for line, others in zip(lines, near, strict=True))
    if len(lines) >= 8 and heard > RHYMED * len(lines):
        yield f"{heard} of {len(lines)} lines rhyme; free verse was asked for"


_MEANINGS = {
    sonnet: "14 lines, rhymed in quatrains and a couplet or in octave and sestet",
    villanelle: "19 lines: five of three and one of four, lines 1 and 3 coming back in turn",
    triolet: "8 lines, the first three times, the second twice",
    pantoum: "stanzas of four whose lines 2 and 4 are lines 1 and 3 of the next",
    haiku_sequence: "three haiku or more, of 5, 7 and 5 syllables",
    limerick: "five lines, a a b b a; or several such",
    ballad: "four stanzas or more of four lines, the second rhyming with the fourth; it tells something",
    couplets: "eight lines or more that rhyme two by two",
    ghazal: "five couplets or more, each ending in the same word",
    free_verse: "six lines or more, unrhymed, whose breaks have a reason",
}
FORMS = {form.__name__: VerseForm(form.__name__, meaning, form) for form, meaning in _MEANINGS.items()}
