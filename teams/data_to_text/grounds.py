"""What a text about data has to rest on: cells it tells, figures that follow from them, each told of its own row.

A figure holds if it is a cell (in whatever spelling or rounding its wording allows), counts or sums up a column or a
group, or follows from two cells that the sentences around it name. A sentence that names one row only and tells a cell
of another has mixed them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from statistics import median

from teams.data_to_text.data.model import Column, Data, Table, plain_number
from teams.engine.checks.spelling import days, in_digits, times
from teams.engine.checks.told import Told, told_in
from teams.engine.stages.forms.short import words

_SENTENCE = re.compile(r"(?<=[.!?])[\"”’)*_]*\s+|(?<=[。！？])|\n+")
_ABOUT = Fraction(1, 50)
"""A figure in round words may be off by so much of itself."""
_FEW = 12
"""Counts up to so many are the answer's own: two reasons, the three lowest."""
_DATED = re.compile(
    r"\b\d{4}-\d\d(?:-\d\d)?(?:[T ]\d\d:\d\d)?\b|\b\d{1,2}[:h]\d\d\b|\b\d{1,2}\.\d\d(?=\s?(?:[ap]\.?m\b|Uhr\b))"
    r"|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b|\b\d{4}年|\d{1,2}月(?:\d{1,2}日)?"
)
_ROUGHLY = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|just|over|under|some|approximately|more than|less than|close to|at least"
    r"|rund|etwa|fast|knapp|über|environ|près de|presque|unos|casi|cerca de|circa|quasi)\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d.,]\d|\d| ?%)")
_RANK = re.compile(r"\b\d{1,2}(?:st|nd|rd|th|\.º|º|ª|e|er|ème)\b")
_MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+|^\s*#+\s.*$|\*\*|`", re.MULTILINE)


@dataclass(frozen=True)
class Cell:
    """One cell that has a name of its own."""

    table: str
    row: int
    column: Column
    text: str
    label: str
    """What its row is called; '' if it has no name."""


def cells(data: Data) -> Iterator[Cell]:
    for table in data.tables:
        names = label_column(table)
        at = table.at(names.name) if names else None
        for m, row in enumerate(table.rows):
            for column, text in zip(table.columns, row, strict=True):
                if text:
                    yield Cell(table.name, m, column, text, row[at] if at is not None else "")


def label_column(table: Table) -> Column | None:
    """Return the column whose cells name the rows."""
    if table.key:
        return table.key
    for column in table.of_type("text", "date", "moment"):
        held = [row[table.at(column.name)] for row in table.rows]
        if len(set(held)) == len(held) and "" not in held:
            return column
    return None


# Is a cell told?


def tells(answer: str, column: Column, text: str, tag: str = "") -> bool:
    """Say whether an answer tells a cell, in whatever words."""
    if not text or _plain(text) in _plain(answer):
        return not text or column.type != "number" or _tells_number(answer, Fraction(text), tag)
    if column.type == "number":
        return _tells_number(answer, Fraction(text), tag)
    if column.type in ("date", "moment"):
        return _tells_day(answer, text, tag)
    if column.type == "yes_no":
        return True  # said in words that no program knows: "open all winter"
    mine, theirs = words(text), set(words(answer))
    stems = {word[:5] for word in theirs}
    held = sum(word in theirs or word[:5] in stems for word in mine)
    return not mine or held >= len(mine) * (1 if len(mine) < 3 else 0.6)


def _plain(said: str) -> str:
    return " ".join(re.sub(r"[*_`\"“”]", "", said).casefold().split())


_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_SCALED = re.compile(rf"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)[ \u00a0-]({'|'.join(_SCALES)})\b", re.IGNORECASE)
_LOOSE = re.compile(r"\b(?:dozens|hundreds|thousands|millions|billions)\b", re.IGNORECASE)
_COUNTED_IN = {
    10**3: re.compile(r"\b(?:thousands?|tausend|1000|k|milliers?|miles)\b", re.IGNORECASE),
    10**6: re.compile(r"\b(?:millions?|mio|millionen|millones)\b", re.IGNORECASE),
}
"""Units in which 9.3 stands for 9,300."""


@lru_cache(maxsize=512)
def _figures(text: str, tag: str) -> tuple[Told, ...]:
    read: list[Told] = []
    is_english = not tag or tag.startswith("en")
    for line in text.split("\n"):
        read += told_in(in_digits(_LOOSE.sub("", _SCALED.sub(_unscaled, line))) if is_english else line, tag)
    return tuple(read)


def _unscaled(match: re.Match[str]) -> str:
    return plain_number(Fraction(match[1].replace(",", "")) * _SCALES[match[2].lower()])


def _tells_number(answer: str, number: Fraction, tag: str) -> bool:
    return any(
        is_rounded(one.value, number)
        or is_rounded(one.value / 100, number)
        or (one.value >= 1000 and (is_rounded(one.value / 1000, number) or is_rounded(one.value / 10**6, number)))
        for one in _figures(_MARK.sub(" ", answer), tag)
    )


def _tells_day(answer: str, text: str, tag: str) -> bool:
    year, month, day = int(text[:4]), int(text[5:7] or 0), int(text[8:10] or 0)
    if len(text) == 4:
        return text in answer
    if day and any(d.agrees(date(year, month, day)) for d in days(answer)):
        return True
    named = {name.casefold() for name in _month_names(month, tag)}
    has_month = (
        any(name in answer.casefold() for name in named)
        or f"{month}月" in answer
        or bool(re.search(rf"(?<!\d)0?{month}[./-]|[./-]0?{month}(?!\d)", answer))
    )
    has_day = not day or bool(re.search(rf"(?<!\d)0?{day}(?!\d)", answer))
    clock = text[11:16]
    if clock:
        hour, minute = int(clock[:2]), int(clock[3:])
        has_time = (hour, minute) in times(answer) or bool(
            re.search(rf"(?<!\d)0?{hour}\s?[:.h]\s?{minute:02}(?!\d)", answer)
        )
        # Of what happens on one day the day is said once, or in the heading.
        return has_time or (has_month and has_day and not minute)
    return has_month and has_day


@lru_cache(maxsize=64)
def _month_names(month: int, tag: str) -> tuple[str, ...]:
    from babel import Locale  # lazy: heavy

    found: set[str] = set()
    for language in {(tag or "en").partition("-")[0], "en"}:
        try:
            months = Locale.parse(language).months
        except Exception:
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                found.add(str(months[context][width][month]).rstrip("."))
    return tuple(sorted(name for name in found if len(name) > 2))


def is_rounded(said: Fraction, held: Fraction) -> bool:
    """Say whether a figure is another one, or that one rounded as far as its own digits show."""
    if said == held or abs(said) == abs(held):
        return True
    decimals = _decimals(said)
    if round(held, decimals) == said or round(abs(held), decimals) == abs(said):
        return decimals > 0 or abs(held) >= 10
    # 1,900 for 1,874: round figures of at least two digits that count.
    for zeros in range(1, 10):
        if said.denominator == 1 and said and said.numerator % 10**zeros == 0:
            if abs(held) >= 10 ** (zeros + 1) and round(held, -zeros) == said:
                return True
        else:
            break
    return False


def _decimals(number: Fraction) -> int:
    for n in range(0, 7):
        if (number * 10**n).denominator == 1:
            return n
    return 6


# Does a figure follow?


@dataclass(frozen=True)
class Grounds:
    """What can be told of data: cells, what sums them up, and what follows from two of them."""

    data: Data
    said: tuple[str, ...] = ()
    """What the user wrote beside the data."""
    extra: tuple[Fraction, ...] = ()
    """Figures worked out by plan."""
    tag: str = ""

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cells(self.data))

    @cached_property
    def stated(self) -> frozenset[Fraction]:
        held = {Fraction(cell.text) for cell in self.cells if cell.column.type == "number"}
        for text in (
            self.data.title,
            self.data.note,
            *self.said,
            *(c.text for c in self.cells if c.column.type == "text"),
        ):
            held |= {one.value for one in _figures(text, self.tag)}
            held |= {Fraction(n) for n in re.findall(r"\d+", text) if len(n) < 12}
        for name in (c.name for t in self.data.tables for c in t.columns):
            held |= {Fraction(n) for n in re.findall(r"\d+", name)}
        return frozenset(held)

    @cached_property
    def summed(self) -> frozenset[Fraction]:
        """What is counted, summed, averaged of a column or a group, and shares of it."""
        found: set[Fraction] = set()
        for table in self.data.tables:
            for rows in _groups(table):
                found |= set(_sums(table, rows))
                found.add(Fraction(len(rows), max(1, len(table.rows))) * 100)
        return frozenset(found | set(self.extra))

    @cached_property
    def scales(self) -> tuple[int, ...]:
        """Factors by which the numbers of some columns are less than what they count."""
        units = " ".join(c.unit for t in self.data.tables for c in t.columns)
        return tuple(scale for scale, said in _COUNTED_IN.items() if said.search(units))

    @cached_property
    def totals(self) -> frozenset[Fraction]:
        """Sums of columns, of which a cell may be said to be a share."""
        held: set[Fraction] = set()
        for table in self.data.tables:
            for column in table.of_type("number"):
                numbers = [v for v in table.values(column.name) if isinstance(v, Fraction)]
                held.add(sum(numbers, Fraction(0)))
                held.add(sum(numbers, Fraction(0)) / max(1, len(numbers)))
        return frozenset(held)

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], tuple[tuple[Fraction, ...], Fraction]]:
        """The numbers of each column that has some, and their sum."""
        found = {}
        for table in self.data.tables:
            for column in table.of_type("number"):
                held = tuple(v for v in table.values(column.name) if isinstance(v, Fraction))
                if held:
                    found[table.name, column.name] = held, sum(held, Fraction(0))
        return found

    @cached_property
    def labels(self) -> Mapping[str, list[int]]:
        """Names of rows, folded, with the places in `rows` of those that have them."""
        found: dict[str, list[int]] = {}
        for n, (_, label, _cells) in enumerate(self.rows):
            for name in _calls(label):
                found.setdefault(name, []).append(n)
        return found

    @cached_property
    def rows(self) -> tuple[tuple[str, str, tuple[Cell, ...]], ...]:
        """Table, name and cells of each row."""
        made: dict[tuple[str, int], list[Cell]] = {}
        for cell in self.cells:
            made.setdefault((cell.table, cell.row), []).append(cell)
        return tuple((table, held[0].label, tuple(held)) for (table, _), held in made.items())

    def named_in(self, text: str) -> list[int]:
        """Return the rows a text names."""
        folded = f" {' '.join(words(text))} "
        found: dict[int, None] = {}
        for name in sorted(self.labels, key=len, reverse=True):
            if f" {name} " in folded:
                folded = folded.replace(f" {name} ", "  ")
                found |= dict.fromkeys(self.labels[name])
        # Every day of March is 2024: what most rows are called names none of them.
        return list(found) if len(found) < max(3, len(self.rows) * 0.7) else []


def _calls(label: str) -> list[str]:
    """What a row may be called: its label, a day by its words too."""
    if re.fullmatch(r"\d{4}-\d\d(-\d\d)?( \d\d:\d\d)?", label):
        return []
    folded = " ".join(words(label))
    return [folded] if folded and not re.fullmatch(r"\d{1,2}", folded) else []


def _groups(table: Table) -> Iterator[tuple[tuple[str, ...], ...]]:
    yield table.rows
    for n, column in enumerate(table.columns):
        if column.type in ("text", "yes_no") and not column.is_key:
            held = [row[n] for row in table.rows]
            for name in dict.fromkeys(held):
                if len(set(held)) <= 12:
                    yield tuple(row for row in table.rows if row[n] == name)
        if column.type in ("date", "moment"):
            for cut in (4, 7, 10):
                held = [row[n][:cut] for row in table.rows]
                if 1 < len(set(held)) < len(held):
                    yield from (
                        tuple(r for r, c in zip(table.rows, held, strict=True) if c == name) for name in set(held)
                    )
    half = len(table.rows) // 2
    if half >= 2:
        yield table.rows[:half]
        yield table.rows[-half:]


def _sums(table: Table, rows: Sequence[tuple[str, ...]]) -> Iterator[Fraction]:
    yield Fraction(len(rows))
    if len(rows) < 2:
        return  # its cells are told of it alone
    for n, column in enumerate(table.columns):
        if column.type == "yes_no":
            yes = sum(row[n] == "true" for row in rows)
            yield from (Fraction(yes), Fraction(len(rows) - yes))
        if column.type in ("text", "yes_no"):
            yield Fraction(len({row[n] for row in rows}))
            yield from (Fraction(sum(r[n] == name for r in rows)) for name in {row[n] for row in rows})
        if column.type != "number":
            yield Fraction(sum(not row[n] for row in rows))
            continue
        numbers = sorted(Fraction(row[n]) for row in rows if row[n])
        yield Fraction(len(numbers))
        yield Fraction(len(rows) - len(numbers))
        if numbers:
            total = sum(numbers, Fraction(0))
            yield from (total, total / len(numbers), Fraction(median(numbers)), numbers[-1] - numbers[0])
            whole = sum((Fraction(r[n]) for r in table.rows if r[n]), Fraction(0))
            if whole:
                yield total / whole * 100


def ungrounded(answer: str, grounds: Grounds) -> list[str]:
    """Return the figures of an answer that neither stand in the data nor follow from them, and mixed-up rows."""
    found: list[str] = []
    before = ""
    for written in _SENTENCE.split(_tidy(answer)):
        if not written.strip():
            continue
        near = f"{before} {written}"
        loose = []
        for one in _figures(_without_days(written, grounds), grounds.tag):
            if not _holds(one, written, near, grounds):
                loose.append(one)
        found += [
            f"{_shown(one)} in {_short(written)} is not in the data and does not follow from them" for one in loose
        ]
        if not loose:
            found += _mixed_up(written, before, grounds)
        before = written
    return list(dict.fromkeys(found))


def _tidy(answer: str) -> str:
    return _MARK.sub(" ", re.sub(r"```.*?(?:```|\Z)", " ", answer, flags=re.DOTALL))


def _without_days(written: str, grounds: Grounds) -> str:
    """Leave out dates and times, which are judged by themselves, and years that are among the data."""
    text = _DATED.sub(" ", _RANK.sub(" ", written))
    dated = [c.text for c in grounds.cells if c.column.type in ("date", "moment")]
    if dated:
        months = {name for cell in dated if len(cell) > 4 for name in _month_names(int(cell[5:7]), grounds.tag)}
        for name in sorted(months, key=len, reverse=True):
            before = r"\d{0,2}(?:st|nd|rd|th|\.|er|º)?[ \u00a0]?(?:de |of )?"
            after = r"\.?(?:[ \u00a0](?:de )?\d{1,2}(?:st|nd|rd|th)?(?!\d))?,?"
            text = re.sub(f"{before}{re.escape(name)}{after}", " ", text, flags=re.IGNORECASE)
        years = {cell[:4] for cell in dated}
        text = _YEAR.sub(lambda match: " " if match.group() in years else match.group(), text)
        ordered = {int(cell[8:10]) for cell in dated if len(cell) >= 10}
        text = re.sub(r"\bthe (\d{1,2})\b(?! ?%)", lambda m: " " if int(m[1]) in ordered else m.group(), text)
    return text


def _holds(one: Told, written: str, near: str, grounds: Grounds) -> bool:
    said = one.value
    if abs(said) <= _FEW and said.denominator == 1 and one.unit != "%":
        return True
    return _rests(one, written, near, grounds)


def _rests(one: Told, written: str, near: str, grounds: Grounds) -> bool:
    said = one.value
    scaled = (replace(one, value=said / scale) for scale in grounds.scales if abs(said) >= 100)
    if any(_rests(unscaled, written, near, grounds) for unscaled in scaled):
        return True
    as_percent = [said] if one.unit != "%" else [said, said / 100]
    if any(is_rounded(value, held) for value in as_percent for held in grounds.stated | grounds.summed):
        return True
    known = grounds.stated | grounds.summed
    if _ROUGHLY.search(written) and any(abs(said - held) <= abs(held) * _ABOUT for held in known):
        return True
    return _follows(said, one, near, grounds)


def _follows(said: Fraction, one: Told, near: str, grounds: Grounds) -> bool:
    """Does a figure follow from two of one column that are told, or whose rows are named, close by?"""
    named = set(grounds.named_in(near))
    here = {t.value for t in _figures(near, grounds.tag) if t.value != said}
    for column, (held, total) in grounds.columns.items():
        mine = [Fraction(c.text) for n in named for c in grounds.rows[n][2] if (c.table, c.column.name) == column]
        operands = {*mine, *(v for v in held if v in here), held[0], held[-1], max(held), min(held)}
        if any(_by_two(said, a, b) for a in operands for b in operands if a != b):
            return True
        sums = [sum(mine, Fraction(0))] if len(mine) > 1 else []
        if any(is_rounded(said, s) or is_rounded(said, s / len(mine)) for s in sums):
            return True
        if any(_by_two(said, a, b) for a in (*operands, *sums) for b in (total, total / len(held))):
            return True
    # Of two columns: people for each boat, price times pieces. Both have to be told.
    told = {v for v in here if v in grounds.stated or v in grounds.summed or v in grounds.totals}
    if any(is_rounded(said, a * b) or (b and is_rounded(said, a / b)) for a in told for b in told if a != b):
        return True
    own = [[Fraction(c.text) for c in grounds.rows[n][2] if c.column.type == "number"] for n in named]
    if any(_by_two(said, a, b) or is_rounded(said, a * b) for cells in own for a in cells for b in cells if a != b):
        return True
    return any(
        is_rounded(said, abs(a - b)) or (b and is_rounded(said, abs(a / b - 1) * 100)) for a, b in _steps(grounds)
    )


def _steps(grounds: Grounds) -> Iterator[tuple[Fraction, Fraction]]:
    """Neighbours in a series."""
    for table in grounds.data.tables:
        if table.of_type("date", "moment"):
            for column in table.of_type("number"):
                held = [v for v in table.values(column.name) if isinstance(v, Fraction)]
                yield from zip(held[1:], held, strict=False)


def _by_two(said: Fraction, a: Fraction, b: Fraction) -> bool:
    if is_rounded(said, abs(a - b)) or is_rounded(said, a + b):
        return True
    if not b:
        return False
    share = a / b
    return any(is_rounded(said, abs(v)) for v in (share, share * 100, (share - 1) * 100))


def _mixed_up(written: str, before: str, grounds: Grounds) -> Iterator[str]:
    """Yield a cell of another row told in a sentence that names one row only."""
    named = grounds.named_in(written)
    if len(named) != 1:
        return
    table, label, mine = grounds.rows[named[0]]
    others = set(named) | set(grounds.named_in(before))
    own = {Fraction(c.text) for n in others for c in grounds.rows[n][2] if c.column.type == "number"}
    free = own | grounds.summed | _extremes(grounds) | {Fraction(n) for n in re.findall(r"\d+", label)}
    elsewhere = {Fraction(c.text) for c in grounds.cells if c.column.type == "number" and c.table == table} - free
    said_otherwise = {one.value for text in grounds.said for one in _figures(text, grounds.tag)}
    for one in _figures(_without_days(written, grounds), grounds.tag):
        if (
            one.value in elsewhere - said_otherwise
            and abs(one.value) > _FEW
            and not _follows_own(one.value, mine, grounds)
        ):
            yield f"{_shown(one)} is told of {label!r}, and stands in another row"


def _extremes(grounds: Grounds) -> set[Fraction]:
    found: set[Fraction] = set()
    for table in grounds.data.tables:
        for column in table.of_type("number"):
            held = [v for v in table.values(column.name) if isinstance(v, Fraction)]
            found |= {max(held), min(held)} if held else set()
    return found


def _follows_own(said: Fraction, mine: Sequence[Cell], grounds: Grounds) -> bool:
    own = [Fraction(c.text) for c in mine if c.column.type == "number"]
    return any(_by_two(said, a, b) for a in own for b in (*own, *grounds.totals))


def _shown(one: Told) -> str:
    return f"{plain_number(one.value)}{' ' + one.word if one.word else ''}"


def _short(text: str) -> str:
    said = " ".join(text.split())
    return repr(said if len(said) <= 70 else f"{said[:69]}…")
