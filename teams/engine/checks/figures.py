"""Is every figure, date and amount of an answer in the text it is about, or had from it by a sum or two?"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from teams.engine.checks.answer import CALENDAR
from teams.engine.checks.figures_told import MOMENT, unfounded_figures, untrue_moments
from teams.engine.checks.known import STOP_WORDS, Known
from teams.engine.checks.phrases import TABLES, base, words
from teams.engine.checks.spelling import in_digits
from teams.engine.checks.told import spaces_gone, with_points

_NUMBERED = re.compile(
    r"^[ \t]*(?:[>*#_-]+[ \t]*)*\(?\d{1,3}(?:\.\d{1,2})*(?:[.):]|[ \t]?[–-])[ \t]+"
    r"|\[\d{1,3}\]|[\u00b2\u00b3\u00b9\u2070-\u2079]+",
    re.MULTILINE,
)
"""A list's numbers, and footnotes."""
_PART = re.compile(
    r"(?<!\w)(?:step|part|chapter|section|paragraph|option|question|answer|point|figure|table|line|item|example|reason|scene|act"
    r"|verse|stanza|level|phase|stage|stop|round|team|group|person|schritt|teil|kapitel|abschnitt|absatz|frage|antwort|punkt"
    r"|beispiel|étape|partie|chapitre|paragraphe|paso|parte|capítulo|pregunta|punto|passo|capitolo|domanda|etapa|pergunta"
    r"|stap|deel|hoofdstuk|vraag|no\.|nr\.|n[°º]|#)s?\s?\d{1,2}(?:\.\d{1,2}){0,4}(?:(?: and |[,–-] ?| to )\d{1,2}){0,20}(?![\w%])",  # noqa: E501
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?<!\w)\d{1,2}(?:st|nd|rd|th|er|ère|e|ème|º|ª|°)(?!\w)|(?<![\w.])\d{1,2}\.(?= \w)")
_BULLET = re.compile(r"^[ \t]*(?:[-*•]|\d{1,2}[.)])[ \t]+\S", re.MULTILINE)
_SERIES = re.compile(
    r"(?<![\w'’-])(?:[\w'’-]{1,40}(?: [\w'’-]{1,40}){0,4}, ){1,12}(?:[\w'’-]{1,40} ){0,5}?"
    r"(?:and|or|und|oder|et|ou|y|e|o|en|of) [\w'’-]+"
)
_CELL = re.compile(r"-?\d[\d.,]*")
_LANGUAGES_WITH_NUMBER_WORDS = ("de", "fr", "es", "pt", "nl", "it")
_FEW = 12
"""Counts up to so many are made by whoever reads: of people named, of things listed."""
_DOTTED_HOUR = re.compile(r"(?<![\d.,])(\d{1,2})\.([0-5]\d)(?=\s?[ap]\.?m\b)", re.IGNORECASE)
"""2.15 pm, as the British write it."""


def figures_grounded(answer: str, sources: Iterable[str], *, tag: str = "en", counts: Iterable[int] = ()) -> list[str]:
    """Return the figures of an answer that neither stand in its sources nor follow from what stands there.

    Caught: an invented year, percentage, amount or measure; a sum that does not come out; a date on another day.
    Let be: another unit, rounding that the wording shows ("about"), sums announced as such of two or three figures,
    years between two years, counts of a list or a column in the sources and their sums, the numbers of the answer's
    own list, "step 3", "two reasons", a code block. `counts` are numbers known otherwise, such as of sentences asked
    for. Number words are read in English and in the language of `tag`.
    """
    sources = [with_points(_DOTTED_HOUR.sub(r"\1:\2", source), tag) for source in sources]
    answer = with_points(spaces_gone(_DOTTED_HOUR.sub(r"\1:\2", answer), tag), tag)
    known = Known()
    for n, source in enumerate(sources, 1):
        known.add(f"text {n}", with_digits(source, tag))
    groups: list[Sequence[float]] = [[0.0] * many for many in counts]
    for source in (*sources, answer):
        groups += _grouped(source)
    text = _own_numbers_gone(_in_short_lines(answer))
    faults = list(_strange_years(text, known))
    text = _YEAR.sub(" ", text)
    faults += [f"{said!r} is not in the text" for said in untrue_moments(text, known)]
    for figure, around in unfounded_figures(MOMENT.sub(" ", text), known, groups, _reckons(base(tag))):
        if not _is_idle(figure, around, answer, base(tag)):
            faults.append(f"{figure!r} is not in the text and does not follow")
            if len(faults) > _ENOUGH:
                break
    return list(dict.fromkeys(faults))


_ENOUGH = 20
"""Faults after which a text is not read on."""
_UNBROKEN = re.compile(r"\S{200,}")
_LONG_LINE = re.compile(r"([^\n]{800}\S*)[ \t]")


def _in_short_lines(text: str) -> str:
    """Break lines of thousands of words, which are looked at again for each figure, and drop what are no words."""
    text = _UNBROKEN.sub(" ", re.sub(r"(?<=[。，、；])", " ", text))
    return _LONG_LINE.sub(r"\1\n", text)


_YEAR = re.compile(
    r"(?<!\w)(?:in|since|by|from|until|till|to|of|year|before|after|during|jahre?|seit|bis|en|depuis|année|desde|hasta|año|nel|dal"
    r"|anno|em|ano|sinds|tot|jaar|and|between)\s(1\d{3}|20\d\d)(?![\d%]|[.,]\d|\s?(?:%|percent|million|thousand))",
    re.IGNORECASE,
)
_SPAN_OF_YEARS = re.compile(
    r"(\d{1,3})[ -](?:years?|jahren?|ans|années?|años?|anni|anos|jaar)(?!\w)|(\d{1,3})年", re.IGNORECASE
)


def _strange_years(text: str, known: Known) -> Iterator[str]:
    """Yield years that were not named, nor are so many years as were from one that was: near any year is another."""
    stated = known.numbers()
    strange = [said for said in dict.fromkeys(_YEAR.findall(text)) if float(said) not in stated]
    if not strange:
        return
    spans = {float(a or b) for source in known.sources for a, b in _SPAN_OF_YEARS.findall(in_digits(source.text))}
    years = [n for n in stated if 1000 <= n <= 2100]
    for said in strange:
        if not any(abs(float(said) - y) in spans for y in years):
            yield f"the year {said!r} is not in the text"


def _own_numbers_gone(answer: str) -> str:
    answer = re.sub(r"```.*?(?:```|\Z)", " ", answer, flags=re.DOTALL)
    answer = _PART.sub(" ", _NUMBERED.sub("", answer))
    return _ORDINAL.sub(" ", answer).replace("**", "")


@lru_cache(maxsize=256)
def with_digits(text: str, tag: str) -> str:
    """Add in digits what a text states in words of its language, or in groups: "drei" is a 3, "1 557" may be 1557."""
    # In a source, figures that stand side by side may be two: both readings are kept.
    joined = spaces_gone(text, tag)
    text = text if joined == text else f"{text}\n{joined}"
    if base(tag) not in _LANGUAGES_WITH_NUMBER_WORDS:
        return text
    from text_to_num import alpha2digit  # type: ignore[import-untyped]  # lazy: a compiled module

    return f"{text}\n{alpha2digit(text, base(tag), threshold=0)}"


@lru_cache(maxsize=256)
def _grouped(text: str) -> tuple[tuple[float, ...], ...]:
    return tuple(map(tuple, _groups(_in_short_lines(text))))


def _groups(text: str) -> Iterator[list[float]]:
    """Yield what belongs together in a text: the items of each list, the columns of a table."""
    block = 0
    for line in (*text.split("\n"), ""):
        if _BULLET.match(line):
            block += 1
        elif block and line.strip() == "":
            yield [0.0] * block
            block = 0
    for match in _SERIES.finditer(text[:50_000]):
        yield [0.0] * (
            match.group().count(",") + 2 - bool(re.search(r", (?:and|or|und|et|y|e|en) \S+\Z", match.group()))
        )
    yield from _columns(text)


def _columns(text: str) -> Iterator[list[float]]:
    rows = [
        [cell.strip() for cell in line.strip().strip("|").split("|")]
        for line in text.split("\n")
        if line.count("|") > 1
    ]
    rows = [row for row in rows if not all(re.fullmatch(r":?-*:?", cell) for cell in row)]
    for column in range(max(map(len, rows), default=0)):
        cells = [row[column] for row in rows if column < len(row)]
        values = [
            float(found[0].replace(",", "").rstrip("."))
            for cell in cells
            if (found := _CELL.findall(cell)) and found[0].count(".") < 2
        ]
        if values:
            yield values
    if len(rows) > 1:
        yield [0.0] * (len(rows) - 1)


@lru_cache(maxsize=16)
def _reckons(tag: str) -> re.Pattern[str]:
    tags = dict.fromkeys(("en", tag if tag in TABLES else "en"))
    bound = r"(?!\w)" if TABLES.get(tag, TABLES["en"]).spaced else ""
    return re.compile(
        rf"(?:(?<!\w)(?:{words('reckons', tags)}){bound})|[=%×+*]|\d of (?:the |its |all )?\d", re.IGNORECASE
    )


@lru_cache(maxsize=16)
def _idle(tag: str) -> re.Pattern[str]:
    tags = dict.fromkeys(("en", tag if tag in TABLES else "en"))
    return re.compile(rf"\s?(?:{words('idle_counts', tags)})(?!\w)", re.IGNORECASE)


def _is_idle(figure: str, around: str, answer: str, tag: str) -> bool:
    """Say whether a small count is of the answer's own making: "two reasons", "one of them", "three main points"."""
    if not re.fullmatch(r"\d{1,2}", figure) or int(figure) > _FEW:
        return False
    at = around.find(figure)
    # A number word that counts what the answer tells of; a figure in digits claims more.
    in_words = not re.search(rf"(?<!\d){figure}(?!\d)", answer)
    return bool(_idle(tag).match(around, at + len(figure))) or (in_words and int(figure) <= 2)


_NAME = re.compile(
    r"(?<![.!?:…“\"«„\n*#>|] )(?<=[^\W_][ ,])[ ]?(?:[A-ZÀ-Þ][\w'’-]*[a-zß-ÿ][\w'’-]*)"
    r"(?: (?:of|de|von|van|der|la|du|da)? ?[A-ZÀ-Þ][\w'’-]+)*"
)
_CAPITALISES_NOUNS = ("de", "lb")


def names_grounded(answer: str, sources: Sequence[str], *, tag: str = "en") -> list[str]:
    """Return the names in an answer whose words stand in none of the sources.

    A name is a capitalised word inside a sentence. What may be names in German is not told apart from its nouns, so
    nothing is returned there, nor in scripts without capitals. Softer than the figures: an answer that explains may
    well name what everyone knows.
    """
    if base(tag) in _CAPITALISES_NOUNS:
        return []
    known = Known()
    for n, source in enumerate(sources, 1):
        known.add(f"text {n}", source)
    found = []
    for match in _NAME.finditer(answer):
        parts = re.findall(r"[A-ZÀ-Þ][\w'’-]*[a-zß-ÿ][\w'’-]*", match.group())
        plain = [re.sub(r"['’]s?$", "", part) for part in parts]
        unknown = [
            part
            for part in plain
            if not (CALENDAR.fullmatch(part) or part.lower() in STOP_WORDS or known.verbatim(part) or known.word(part))
        ]
        if unknown:
            found.append(" ".join(plain) if len(unknown) > 1 else unknown[0])
    return list(dict.fromkeys(found))
