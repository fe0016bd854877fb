"""The figures that a few words tell, with their units: fractions, shares, powers of ten, and the language's own signs.

What is read is exact: a share in per cent and its fraction are the same number, and so are 2 h 15 min and 2.25 hours.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from agents.errors import UsageError
from teams.engine.checks.measures import MINOR, unit_of
from teams.engine.tongue import tag_of
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

SHARE = "%"
_COMMA = frozenset("de fr es it pt nl ru pl cs sk da sv nb no nn fi tr uk bg el hu ro hr sl sr ca id vi".split())  # noqa: SIM905
"""Languages that write 2,5 where English writes 2.5."""
_INNER = r"\s*\{([^{}]*)\}"
_LATEX = (
    (re.compile(r"\$\$?(?!\s)([^$\n]+?)(?<!\s)\$\$?(?!\d)"), r" \1 "),
    (re.compile(r"\{,\}"), ","),
    (re.compile(r"\\[,;:! ]|~"), "\u202f"),
    (re.compile(rf"\\[dtc]?frac{_INNER}{_INNER}|\\[dtc]?frac\s?(\d)(\d)"), r" \1\3/\2\4 "),
    (re.compile(rf"\\(?:text|mathrm|mathbf|textbf|boxed|operatorname|underline){_INNER}"), r" \1"),
    (re.compile(r"\^\s*\{\s*([-−]?\d+)\s*\}"), r"^\1"),
    (re.compile(r"\\(?:times|cdot)\b"), "×"),
    (re.compile(r"\^?\\circ\b"), "°"),
    (re.compile(r"\\(?:left|right|approx|quad|displaystyle)\b|\\[()\[\]]"), " "),
    (re.compile(r"\\%"), "%"),
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_WIDE = str.maketrans("０１２３４５６７８９％．，／", "0123456789%.,/")
_SCALES = {
    3: "thousand tausend mille mil mila тысяч 千", 4: "万 萬",
    6: "million millions millionen mio millón millones milione milioni milhão milhões miljoen миллион миллионов 百万",
    8: "億 亿", 9: "billion billions milliarden milliarde milliards milliard miliardi miliardo miljard миллиард миллиардов",  # noqa: E501
    12: "trillion trillions billionen",
}  # fmt: skip
_SCALE = {word: power for power, line in _SCALES.items() for word in line.split()}
_SCALED = re.compile(r"[ \u00a0\u202f]?([万萬億亿千]|百万|[^\W\d_]+)")
_PER_CENT = (
    r"%|percent(?:age points?)?\b|per\s?cent[oi]?\b|prozent(?:punkte)?\b|pour cent\b|por ?cient?o\b|por cento\b"
    r"|procent\b|процент\w*"
)
_POWER = r"\s?[×x·*]\s?10\s?(?:(?:\^|\*\*)\(?(?P<power>[-−+]?\d{1,3})\)?|(?P<raised>[⁻⁰¹²³⁴-⁹]{1,4}))"
_FIGURE = (
    r"(?P<money>[$€£¥]\s?)?(?P<sign>(?<![\w)%])[-−]\s?)?(?<![0-9A-Za-z_.,])(?P<figure>NUMBER)"
    rf"(?:{_POWER}|e(?P<exponent>[-+]?\d{{1,3}})(?!\w)|(?P<part>\s\d{{1,4}})?\s?[/⁄]\s?(?P<bottom>NUMBER)(?![/\d]))?"
    rf"(?!\.?\d)(?:[ \u00a0\u202f]?(?P<share>{_PER_CENT}))?"
)
_DOTTED = r"\d{1,3}(?:[,'’\u00a0\u202f]\d{3})+(?!\d)(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_COMMAED = r"(?!0)\d{1,3}(?:[.'’\u00a0\u202f ]\d{3})+(?!\d)(?:,\d+)?|\d+(?:[.,]\d+)?"
_READS = {
    comma: re.compile(_FIGURE.replace("NUMBER", number), re.IGNORECASE)
    for comma, number in ((True, _COMMAED), (False, _DOTTED))
}
_GROUPS = re.compile(r"(?<![\d.,])(?!0)\d{1,3}(?:[.\u00a0\u202f]\d{3})+(?![\d.])")
_SPACED = re.compile(r"(?<!\d )(?<![\w.,])(?!0)\d{1,3}(?: \d{3})+(?![\w.])")
_DECIMALS = re.compile(r"(?<=\d),(?=\d)")
_LONGEST = 4_000
"""Characters beyond which nothing is read."""
_HUGE = 10**300

_TIMES = {
    "second": "sekunde sekunden seconde segundo segundos secondo secondi seconden секунд 秒",
    "minute": "minute minuten minuto minutos minuti minuut минут минуты 分 分钟 分鐘 分間",
    "hour": "stunde stunden std heure heures hora horas ora ore uur uren час часа часов 小时 小時 時間",
    "day": "tag tage tagen jour jours día días dia dias giorno giorni dag dagen день дня дней 天 日 日間",
    "week": "woche wochen semaine semaines semana semanas settimana settimane weken неделя недели недель 周 週間",
    "year": "jahr jahre jahren an ans année années año años anno anni ano anos jaar лет год года 年",
}
_TIME = {word: unit for unit, line in _TIMES.items() for word in line.split()}
_COINS = {
    "euro": "€ euro euros eur евро 欧元", "dollar": "$ dollar dollars usd dólares dólar dollari 美元 ドル",
    "pound": "£ gbp sterling", "yen": "¥ yen jpy 円", "franc": "franc francs franken chf",
    MINOR: "centimes centime céntimos céntimo centesimi cêntimos rappen",
}  # fmt: skip
_COIN = {word: coin for coin, line in _COINS.items() for word in line.split()}
_SIGNS = "N V A W J K Pa hPa kPa MPa bar Hz kHz MHz GHz mA kN µm nm µg mol ppm rpm kcal cal Ω °C °F"
_SYMBOLS = frozenset(_SIGNS.split())
_RAISING = {"²": "**2", "³": "**3", "^2": "**2", "^3": "**3", "**2": "**2", "**3": "**3", "": ""}
_NAMES = {"square": "**2", "sq": "**2", "quadrat": "**2", "cubic": "**3", "cu": "**3", "kubik": "**3"}
_WORD = r"(?:(square|sq|cubic|cu)\.?[ \u00a0])?(°?[^\W\d_²³]{1,14}|[€$£¥]|°[CF])(²|³|\^[23]|\*\*[23])?"
_BEHIND = re.compile(rf"[ \u00a0\u202f-]{{0,2}}{_WORD}", re.IGNORECASE)
_PER = re.compile(rf"\s?(?:/|(?:per|pro|par|por|al|a) )\s?{_WORD}", re.IGNORECASE)
_JOINED = re.compile(r"[\s,]*(?:and|und|et|y|e|en|и)?\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Told:
    """A figure as it was told."""

    value: Fraction
    unit: str = ""
    """A measure by its name, a currency, `%`; '' for anything else that is counted, and for nothing."""
    word: str = ""
    """The word behind it, whatever it is."""
    start: int = 0
    end: int = 0


def told_in(words: str, tag: str = "") -> list[Told]:
    """Return the figures of a few words in the language of `tag` ('' for English): `\\frac{11}{36} ≈ 30.6 %`."""
    text = _plain(words[:_LONGEST])
    found: list[Told] = []
    comma = _writes_commas(tag)
    for match in _READS[comma].finditer(text):
        before = found[-1] if found else None
        if before and match.start() < before.end:
            continue  # the 3 of m^3
        if (one := _read(match, text, comma)) is None:
            continue
        if before and _goes_on(before, one, text):
            found[-1] = replace(before, value=before.value + (value_in(one, before.unit) or 0), end=one.end)
        else:
            found.append(one)
    return found


def measure(unit: str) -> str:
    """Return a unit that is written anyhow by the one name it has here, or '' if it is none that is known."""
    if re.fullmatch(_PER_CENT, unit.strip(), re.IGNORECASE):
        return SHARE
    # "full days of work" are days; "trips a day" are trips.
    counted = re.split(r"\s(?:of|per|a|an|pro|par|por|de|di|von)\s|/", f" {unit.strip()}")[0]
    starts = [match.start() for match in re.finditer(r"\S+", unit) if match.start() < len(counted)]
    return next((named for at in starts if (named := _measured(unit, at)[0])), "")


def value_in(told: Told, unit: str) -> Fraction | None:
    """Return a figure in `unit`, as `measure` names it; None if it was told in one that doesn't go with that.

    Where either has no known unit, it is taken as it stands; a share without a unit to be in is its fraction.
    """
    if told.unit == SHARE and not unit:
        return told.value / 100
    if not told.unit or not unit or told.unit == unit:
        return told.value
    if MINOR in (told.unit, unit) and {told.unit, unit} <= {*_COINS, "pound"}:
        return told.value / 100 if told.unit == MINOR else told.value * 100
    try:
        said = compute(f"({told.value.numerator} / {told.value.denominator}) * {told.unit} to {unit}")
    except CannotCompute:
        return None
    return value_of(said)


def value_of(result: str) -> Fraction | None:
    """Return the number in a result of the calculator: `1/3 (≈ 0.333)`, `≈ 1.41`, `12 meter / second**2`.

    None where there is none, for a share of nothing, and for one so large that no float holds it.
    """
    match = re.match(r"≈?\s?(-?\d+(?:\.\d+)?(?:e[+-]?\d{1,4})?)(?:/(\d+))?", result.strip())
    if not match or len(match[0]) >= _LONGEST or not (under := int(match[2] or 1)):
        return None
    value = Fraction(match[1]) / under
    return value if abs(value) < _HUGE else None


def with_points(text: str, tag: str) -> str:
    """Return a text with its figures as English writes them: 1.284.000 becomes 1284000, and 0,9 becomes 0.9."""
    if not _writes_commas(tag):
        return text
    text = _GROUPS.sub(lambda match: re.sub(r"[.\u00a0\u202f]", "", match.group()), text)
    return _DECIMALS.sub(".", text)


def spaces_gone(text: str, tag: str) -> str:
    """Return a text with figures in groups, as languages with a decimal comma write them by hand, in one: 1 557."""
    return _SPACED.sub(lambda match: match.group().replace(" ", ""), text) if _writes_commas(tag) else text


@lru_cache(maxsize=64)
def _writes_commas(language: str) -> bool:
    """Whether a language, given by its tag or its name, writes 2,5 for two and a half."""
    try:
        return bool(language) and tag_of(language).partition("-")[0] in _COMMA
    except UsageError:
        return False


def _plain(words: str) -> str:
    """Leave out LaTeX and wide signs, and write ½ as 1/2."""
    text = words.translate(_WIDE)
    for _ in range(3):
        for pattern, put in _LATEX:
            text = pattern.sub(put, text)
    for sign in {sign for sign in text if unicodedata.decomposition(sign).startswith("<fraction>")}:
        text = text.replace(sign, f" {unicodedata.normalize('NFKC', sign)} ")
    return text


def _read(match: re.Match[str], text: str, comma: bool) -> Told | None:
    value = _number(match["figure"], comma)
    if bottom := match["bottom"]:
        under = _number(bottom, comma)
        if not under:
            return None
        value = value + Fraction(match["part"].strip()) / under if match["part"] else value / under
    power = match["power"] or match["exponent"] or (match["raised"] or "").translate(_RAISED)
    value *= Fraction(10) ** int(power.replace("−", "-")) if power else 1
    value = -value if match["sign"] else value
    if abs(value) >= _HUGE:
        return None
    if match["share"]:
        return Told(value, SHARE, "%", match.start(), match.end())
    return _with_unit(value, match, text)


def _with_unit(value: Fraction, match: re.Match[str], text: str) -> Told:
    end = match.end()
    if (scaled := _SCALED.match(text, end)) and scaled[1].casefold() in _SCALE:
        value, end = value * 10 ** _SCALE[scaled[1].casefold()], scaled.end()
    unit, length = _measured(text, end)
    word = re.match(r"[ \u00a0\u202f-]{0,2}([^\W\d_]+)", text[end : end + 40])
    if not unit and match["money"]:
        unit = _COIN[match["money"].strip()]
    return Told(value, unit, word[1] if word else "", match.start(), end + length)


def _number(said: str, comma: bool) -> Fraction:
    """Read the digits of one figure; `comma` parts decimals in its language."""
    bare = re.sub(r"['’\u00a0\u202f ]", "", said)
    if not comma:
        return Fraction(bare.replace(",", ""))
    is_grouped = "," in bare or re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+", bare)
    return Fraction((bare.replace(".", "") if is_grouped else bare).replace(",", "."))


def _measured(text: str, at: int) -> tuple[str, int]:
    """Return the measure that stands at a place, and how long it is; '' and 0 for none."""
    match = _BEHIND.match(text, at)
    if not match or not (named := _named(*match.groups())):
        return "", 0
    end = match.end()
    while (more := _PER.match(text, end)) and (under := _named(*more.groups())) and named not in _COINS:
        named, end = f"{named} / {under}", more.end()
    return named, end - at


def _named(shape: str | None, word: str, raised: str | None) -> str:
    """Return a measure by its name in the calculator, '' for words that are none."""
    folded = word.casefold()
    if coin := _COIN.get(folded):
        return coin
    unit = _TIME.get(folded) or unit_of(_folded(word), beside=len(word) > 1 or word in "smhgltd")
    if not unit and word in _SYMBOLS:
        unit = {"°C": "degC", "°F": "degF", "Ω": "ohm"}.get(word, word)
    if not unit:
        return ""
    return f"{unit}{_NAMES[shape.casefold()] if shape else _RAISING[raised or '']}"


def _folded(word: str) -> str:
    """Without accents: kilomètre."""
    return "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))


def _goes_on(before: Told, one: Told, text: str) -> bool:
    """Whether a figure is the rest of the one before: 2 h 15 min, 3 euros and 20 cents."""
    if not before.unit or not one.unit or one.unit in (SHARE, before.unit) or before.unit == MINOR:
        return False
    if not _JOINED.fullmatch(text[before.end : one.start]) or one.value < 0:
        return False
    rest = value_in(one, before.unit)
    whole = value_in(replace(one, value=Fraction(1)), before.unit)
    return rest is not None and whole is not None and whole < 1 and rest < 1


def shown(found: list[Told]) -> Iterator[str]:
    """Yield figures as short words, for evidence."""
    yield from (f"{float(one.value):g} {one.unit or one.word}".strip() for one in found)
