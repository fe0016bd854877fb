"""Does a text about data rest on them: cells it tells, figures that follow from them, each told of its own row.

A figure holds if it is a cell (in whatever spelling or rounding its wording allows), counts or sums up a column or a
group, or follows from two cells that the sentences around it name; with a unit it has to be that of its column, or one
that goes with it. A sentence that names one row only and tells a cell of another has mixed them up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from teams.data_to_text.data.model import plain_number
from teams.data_to_text.grounds import Cell, Grounds
from teams.data_to_text.telling import MARK, figures_in, is_rounded, month_names
from teams.engine.checks.told import SHARE, Told, value_in

_DAY_GOES_ON = r"(?!(?<=\d\.)\s+(?:[^\W\d_A-ZÄÖÜ]|J[aä]n|Feb|Mär|Apr|Mai|Jun|Jul|Aug|Sep|Okt|Nov|Dez))"
"""A point after a number is no end where a small letter or a month follows: the 22. Dezember."""
_SENTENCE = re.compile(rf"(?<=[.!?]){_DAY_GOES_ON}[\"”’)*_]*\s+|(?<=[。！？])|\n+")
Place = tuple[str, str]
"""A column by its table and its name."""
_TIMES = {
    "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_629_800, "year": 31_557_600,
}  # fmt: skip
"""Units with their seconds, in which an answer reckons by itself: within two days, in the first three hours."""
_ABOUT = Fraction(1, 50)
"""A figure in round words may be off by so much of itself."""
_MOST_FIGURES, _ENOUGH = 250, 8
"""Figures of a text that are read, and faults that are looked for: whoever writes more is not read to the end."""
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


def ungrounded(answer: str, grounds: Grounds) -> list[str]:
    """Return the figures of an answer that neither stand in the data nor follow from them, and mixed-up rows."""
    found: list[str] = []
    before, read = "", 0
    for written in _SENTENCE.split(_tidy(answer)):
        if not written.strip():
            continue
        near = f"{before} {written}"
        loose: list[Told] = []
        for one in figures_in(_without_days(written, grounds), grounds.tag):
            read += 1
            if len(loose) >= _ENOUGH or read > _MOST_FIGURES:
                break
            if not _holds(one, written, near, grounds):
                loose.append(one)
        found += [
            f"{_shown(one)} in {_short(written)} is not in the data and does not follow from them" for one in loose
        ]
        if not loose:
            found += [*_mixed_up(written, before, grounds), *_of_its_row(written, grounds)]
        before = written
        if read > _MOST_FIGURES:
            found.append(f"it tells more than {_MOST_FIGURES} figures: that is a table and no text")
        if read > _MOST_FIGURES or len(found) >= _ENOUGH:
            break
    return list(dict.fromkeys(found))


def _tidy(answer: str) -> str:
    return MARK.sub(" ", re.sub(r"```.*?(?:```|\Z)", " ", answer, flags=re.DOTALL))


def _without_days(written: str, grounds: Grounds) -> str:
    """Leave out dates and times, which are judged by themselves, and years that are among the data."""
    text = _DATED.sub(" ", _RANK.sub(" ", written))
    dated = [c.text for c in grounds.cells if c.column.type in ("date", "moment")]
    if dated:
        months = {name for cell in dated if len(cell) > 4 for name in month_names(int(cell[5:7]), grounds.tag)}
        months |= {name.rstrip(".") for name in months}
        named = "|".join(map(re.escape, sorted(months, key=len, reverse=True)))
        # Only a day that the data have is one: of "in March 43 came" the 43 is a figure.
        known = (
            "|".join(sorted({str(int(cell[8:10])) for cell in dated if len(cell) >= 10}, key=len, reverse=True)) or "0"
        )
        day = rf"0?(?:{known})(?:st|nd|rd|th|\.|er|º)?"
        one = rf"{day}(?![\d.%])"
        # Days in a row have their month said once: "the weeks of 8, 15 and 22 December".
        more = rf"(?:{day}(?:, ?|,? (?:and|und|et|y|e|ed|to|bis|au|al|a|och|en) | ?[-–] ?))*"
        pattern = (
            rf"(?<![\d.,])(?:{more}{day}[ \u00a0](?:de |of )?)?\b(?:{named})\b\.?"
            rf"(?:[ \u00a0](?:de )?{one}(?:(?:, ?|,? (?:and|to) | ?[-–] ?){one})*)?,?"
        )
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
        years = {cell[:4] for cell in dated}
        text = _YEAR.sub(lambda match: " " if match.group() in years else match.group(), text)
        ordered = {int(cell[8:10]) for cell in dated if len(cell) >= 10}
        text = re.sub(r"\bthe (\d{1,2})\b(?! ?%)", lambda m: " " if int(m[1]) in ordered else m.group(), text)
    return text


def _holds(one: Told, written: str, near: str, grounds: Grounds) -> bool:
    if one.unit == SHARE:
        return _rests(one, written, near, grounds)
    if _stands_in_its_unit(one, grounds):
        return True
    if _stands_elsewhere(one, near, grounds):
        return False
    if abs(one.value) <= _FEW and one.value.denominator == 1:
        is_counted = not one.unit or (one.unit in _TIMES and one.unit not in grounds.units.values())
        return is_counted or _is_told(one, grounds) or _follows(one.value, one, near, grounds)
    return _rests(one, written, near, grounds)


def _stands_in_its_unit(one: Told, grounds: Grounds) -> bool:
    """Is a figure a number of a column, or sums one up, in the unit of that column or in one that goes with it?"""
    for column, unit in grounds.units.items():
        said = value_in(one, unit) if unit and one.unit else None
        if said is not None and any(is_rounded(said, held) for held in grounds.by_column[column]):
            return True
    return False


def _stands_elsewhere(one: Told, near: str, grounds: Grounds) -> bool:
    """Is a figure no more than a cell told as what it is not: 12.5 kg of what carries 12.5 t, 43 people of 43 t?"""
    own = {c for c, unit in grounds.units.items() if (unit and unit == one.unit) or _is_called(c[1], one)}
    if not own and not one.unit:
        return False
    held = {c for c in grounds.units if any(is_rounded(one.value, v) for v in grounds.numbers(c))}
    if not held or held & own or any(not grounds.units[c] for c in held) or _is_said(one, grounds):
        return False
    return not any(is_rounded(one.value, v) for c in own for v in grounds.by_column[c]) and not _follows_in(
        own, one.value, one, near, grounds
    )


def _is_called(name: str, one: Told) -> bool:
    said, word = name.casefold(), one.word.casefold()
    return len(word) > 2 and word in (said, said.removesuffix("s"), f"{said}s")


def _is_told(one: Told, grounds: Grounds) -> bool:
    """Is a figure with a unit beside the data, or in a column without any? What names rows is no quantity."""
    cells = (c for c in grounds.cells if c.column.type == "number" and not c.column.is_key and not c.column.refers)
    return _is_said(one, grounds) or any(Fraction(c.text) == one.value for c in cells if not c.column.unit)


def _is_said(one: Told, grounds: Grounds) -> bool:
    beside = (grounds.data.title, grounds.data.note, *grounds.said)
    texts = (*beside, *(cell.text for cell in grounds.cells if cell.column.type == "text"))
    said = {(f.value, f.unit) for text in texts for f in figures_in(text, grounds.tag)}
    return (one.value, one.unit) in said or (one.value, "") in said


def _rests(one: Told, written: str, near: str, grounds: Grounds) -> bool:
    said = one.value
    scaled = (replace(one, value=said / scale) for scale in grounds.scales if abs(said) >= 100)
    if any(_rests(unscaled, written, near, grounds) for unscaled in scaled):
        return True
    known = grounds.shares if one.unit == "%" else grounds.stated | grounds.summed
    if any(is_rounded(said, held) for held in known):
        return True
    if _ROUGHLY.search(written) and any(abs(said - held) <= abs(held) * _ABOUT for held in known):
        return True
    return _follows(said, one, near, grounds)


def _follows(said: Fraction, one: Told, near: str, grounds: Grounds) -> bool:
    """Does a figure follow from two of one column that are told, or whose rows are named, close by?"""
    if _follows_in(grounds.columns, said, one, near, grounds):
        return True
    named, percent = set(grounds.named_in(near)), one.unit == SHARE
    here = {t.value for t in figures_in(near, grounds.tag) if t.value != said}
    # Of two columns: people for each boat, price times pieces. Both have to be told.
    told = {v for v in here if v in grounds.stated or v in grounds.summed or v in grounds.totals}
    factor = 100 if percent else 1
    if any(
        is_rounded(said, a * b / factor) or (b and is_rounded(said, a / b * factor))
        for a in told
        for b in told
        if a != b
    ):
        return True
    own = [[Fraction(c.text) for c in grounds.rows[n][2] if c.column.type == "number"] for n in named]
    return _is_between(one, grounds) or any(
        _by_two(said, a, b, percent)
        or is_rounded(said, a * b)
        or (percent and a + b != 0 and is_rounded(said, abs(a / (a + b)) * 100))
        for cells in own
        for a in cells
        for b in cells
        if a != b
    )


def _is_between(one: Told, grounds: Grounds) -> bool:
    """Is a figure the time between two of the days or moments there are?"""
    seconds = _TIMES.get(one.unit)
    if not seconds:
        return False
    # Nobody counts the hours of a month.
    loose = one.unit in ("week", "month", "year")
    spans = (span / seconds for span in grounds.spans)
    return any(abs(span - one.value) < 1 if loose else is_rounded(one.value, span) for span in spans)


def _follows_in(columns: Iterable[Place], told: Fraction, one: Told, near: str, grounds: Grounds) -> bool:
    """Does a figure follow from numbers of one of these columns, whose unit goes with it?"""
    named, percent = set(grounds.named_in(near)), one.unit == SHARE
    here = {t.value for t in figures_in(near, grounds.tag) if t.value != told}
    for column in columns:
        said = _as_in(column, told, one, grounds)
        if said is None:
            continue
        held, total = grounds.columns[column]
        mine = [Fraction(c.text) for n in named for c in grounds.rows[n][2] if (c.table, c.column.name) == column]
        operands = {*mine, *(v for v in held if v in here), held[0], held[-1], max(held), min(held)}
        if any(_by_two(said, a, b, percent) for a in operands for b in operands if a != b):
            return True
        sums = [sum(mine, Fraction(0))] if len(mine) > 1 else []
        if not percent and any(is_rounded(said, s) or is_rounded(said, s / len(mine)) for s in sums):
            return True
        if any(a and _by_two(said, a, b, percent) for a in (*operands, *sums) for b in (total, total / len(held))):
            return True
        steps = zip(held[1:], held, strict=False) if grounds.data.table(column[0]).of_type("date", "moment") else ()
        if any(is_rounded(said, abs((a / b - 1) * 100 if percent else a - b)) for a, b in steps if b or not percent):
            return True
    return False


def _as_in(column: Place, told: Fraction, one: Told, grounds: Grounds) -> Fraction | None:
    """Return a figure in the unit of a column; None where it is in one that does not go with it."""
    if column not in grounds.columns:
        return None
    if one.unit in ("", SHARE):
        return told
    if grounds.data.table(column[0]).column(column[1]).is_key and one.unit not in _TIMES:
        return None  # the third is no three metres
    return value_in(replace(one, value=told), grounds.units[column])


def _by_two(said: Fraction, a: Fraction, b: Fraction, percent: bool = False) -> bool:
    """Is a figure what two come to: in per cent a share or a change, else their difference, sum or ratio?"""
    if not percent and (is_rounded(said, abs(a - b)) or is_rounded(said, a + b)):
        return True
    if not b:
        return False
    share = a / b
    found = (share * 100, (share - 1) * 100) if percent else (share,)
    return any(is_rounded(said, abs(v)) for v in found)


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
    said_otherwise = {one.value for text in grounds.said for one in figures_in(text, grounds.tag)}
    for one in figures_in(_without_days(written, grounds), grounds.tag):
        if (
            one.value in elsewhere - said_otherwise
            and abs(one.value) > _FEW
            and not _follows_own(one.value, mine, grounds)
        ):
            yield f"{_shown(one)} is told of {label!r}, and stands in another row"


def _of_its_row(written: str, grounds: Grounds) -> Iterator[str]:
    """Yield a small number told of a column that the only row named does not have there."""
    named = grounds.named_in(written)
    if len(named) != 1 or grounds.named_in(written.partition(",")[0]) != named:
        return
    _, label, mine = grounds.rows[named[0]]
    held = {cell.column.name.casefold(): cell for cell in mine if cell.column.type == "number"}
    figures = figures_in(_without_days(written, grounds), grounds.tag)
    for one in figures:
        cell = held.get(one.word.casefold()) or held.get(f"{one.word.casefold()}s")
        if cell is None or abs(one.value) > _FEW or one.value.denominator != 1:
            continue
        column, own = (cell.table, cell.column.name), Fraction(cell.text)
        others = grounds.numbers(column)
        right = {own, *(grounds.by_column[column] - set(others)), *(abs(own - other) for other in others)}
        if not any(is_rounded(one.value, value) for value in right):
            yield f"{_shown(one)} is told of {label!r}, which has {cell.text}"


def _extremes(grounds: Grounds) -> set[Fraction]:
    found: set[Fraction] = set()
    for table in grounds.data.tables:
        for column in table.of_type("number"):
            held = [v for v in table.values(column.name) if isinstance(v, Fraction)]
            found |= {max(held), min(held)} if held else set()
    return found


def _follows_own(said: Fraction, mine: Sequence[Cell], grounds: Grounds) -> bool:
    own = [Fraction(c.text) for c in mine if c.column.type == "number"]
    return any(_by_two(said, a, b, p) for a in own for b in (*own, *grounds.totals) for p in (False, True))


def _shown(one: Told) -> str:
    return f"{plain_number(one.value)}{' ' + one.word if one.word else ''}"


def _short(text: str) -> str:
    said = " ".join(text.split())
    return repr(said if len(said) <= 70 else f"{said[:69]}…")
