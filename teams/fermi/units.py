"""Units of estimates: what is measured is pint's, what is counted is a unit of its own.

`cup / person / day` and `person / km^2` are units here, so that what is counted has to come out as rightly as what is
measured: who forgets to divide by the people gets cups times people, and is told so. Which words are measures is a
closed list; pint alone would read a cat as a hundredth of an atmosphere.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

Dims = Mapping[str, Fraction]
MOST_WORDS = 8
_LONGEST = 80
_TOKEN = re.compile(
    r"\s*(?:(\d+(?:\.\d+)?(?:e\d{1,2})?)|(%|[€$£¥]|°[CF]?|[^\W\d_]+(?:[-'’][^\W\d_]+)*)|([/()*·×.^-])|(\S))"
)
_POWER = re.compile(r"\s*\^\s*(-?\d{1,2})|(\d)(?!\d)")
_PREFIXED = "m g s W Wh J Pa Hz N V A B bit L l eV cal t Bq"
_PREFIXES = {"": "", "k": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta", "m": "milli", "µ": "micro",
             "μ": "micro", "u": "micro", "n": "nano", "p": "pico", "c": "centi", "d": "deci", "h": "hecto"}  # fmt: skip
_BASES = {"m": "meter", "g": "gram", "s": "second", "W": "watt", "Wh": "watt_hour", "J": "joule", "Pa": "pascal",
          "Hz": "hertz", "N": "newton", "V": "volt", "A": "ampere", "B": "byte", "bit": "bit", "L": "liter",
          "l": "liter", "eV": "electron_volt", "cal": "calorie", "t": "tonne", "Bq": "becquerel"}  # fmt: skip
_NO_SIGN = {"cd", "dB", "pt", "hL", "hl"}
"""What a prefix and a sign would make that is nothing here."""
_SIGNS = {"min": "minute", "h": "hour", "hr": "hour", "d": "day", "a": "year", "yr": "year", "K": "kelvin",
          "°C": "kelvin", "mol": "mole", "ha": "hectare", "in": "inch", "ft": "foot", "yd": "yard", "mi": "mile",
          "lb": "pound", "oz": "ounce", "gal": "gallon", "mph": "mile_per_hour", "kph": "kilometer_per_hour",
          "kn": "knot", "ly": "light_year", "au": "astronomical_unit", "AU": "astronomical_unit", "hp": "horsepower",
          "lm": "lumen", "°": "degree", "Ah": "ampere_hour", "mAh": "milliampere_hour", "hl": "hectoliter",
          "hL": "hectoliter", "rpm": "rpm", "kt": "kilotonne", "Mt": "megatonne", "Gt": "gigatonne", "bar": "bar",
          "BTU": "british_thermal_unit", "pc": "parsec", "µm": "micrometer"}  # fmt: skip
_WORDS = """
    metre:meter meter gram gramme:gram second minute hour day week fortnight month year decade century millennium watt
    joule pascal hertz newton volt ampere amp:ampere byte bit litre:liter liter calorie tonne ton:tonne hectare are:are
    acre inch foot feet:foot yard mile furlong fathom league nautical_mile light_year parsec lightyear:light_year pound
    ounce stone hundredweight:UK_hundredweight gallon quart pint bushel peck teaspoon tablespoon micron knot
    horsepower kelvin mole degree atmosphere lumen radian carat kilo:kilogram centuries:century barrel:oil_barrel
    astronomical_unit cubit smoot rod chain hogshead firkin gill grain
"""
_LONG_PREFIXES = ("kilo", "mega", "giga", "tera", "peta", "milli", "micro", "nano", "centi", "deci", "hecto")
_PREFIXABLE = frozenset(
    """
    metre meter gram gramme second watt joule pascal hertz volt byte bit litre liter calorie ton tonne newton amp
    ampere
    """.split()  # noqa: SIM905
)
_JOINED = {"nautical mile": "nautical_mile", "light year": "light_year", "light-year": "light_year",
           "kilowatt hour": "kWh", "kilowatt-hour": "kWh", "watt hour": "Wh", "watt-hour": "Wh",
           "megawatt hour": "MWh", "megawatt-hour": "MWh", "astronomical unit": "astronomical_unit"}  # fmt: skip
_MONEY = {"€": "euro", "eur": "euro", "euros": "euro", "$": "dollar", "usd": "dollar", "dollars": "dollar",
          "£": "gbp", "¥": "yen", "jpy": "yen", "francs": "franc", "chf": "franc"}  # fmt: skip
_IRREGULAR = {"people": "person", "persons": "person", "men": "man", "women": "woman", "children": "child",
              "mice": "mouse", "teeth": "tooth", "geese": "goose", "leaves": "leaf", "loaves": "loaf", "lives": "life",
              "knives": "knife", "shelves": "shelf", "halves": "half", "wolves": "wolf", "inhabitant": "person",
              "inhabitants": "person", "capita": "person", "head": "person", "heads": "person", "potatoes": "potato",
              "tomatoes": "tomato", "shoes": "shoe", "tyres": "tyre"}  # fmt: skip
_PLAIN = frozenset("1 count number unit units none - % percent times".split())  # noqa: SIM905
UNFAMILIAR = frozenset(
    """
    furlong fathom league nautical_mile light_year parsec stone hundredweight gallon quart pint bushel peck teaspoon
    tablespoon fortnight century millennium acre horsepower knot barrel cubit smoot rod chain hogshead firkin gill
    grain carat pound ounce inch foot feet yard mile decade astronomical_unit micron
    """.split()  # noqa: SIM905
)
"""Measures that nobody reckons in without turning them into others first."""


_ELSEWHERE = """
    tonne:tonnen,tonelada,toneladas,tonnellata,tonnellate,ton,тонна,тонны,тонн,吨,噸,トン
    kilogram:kilogramm,kilogramo,kilogramos,chilogrammo,chilogrammi,chilo,chili,quilograma,quilogramas,quilo,quilos,килограмм,килограмма,килограммов,公斤,千克,キログラム,キロ
    gram:gramm,gramme,grammes,gramo,gramos,grammo,grammi,grama,gramas,грамм,грамма,граммов,克,グラム
    liter:liter,litern,litro,litros,litri,литр,литра,литров,升,リットル
    meter:meter,metern,mètre,mètres,metre,metro,metros,metri,метр,метра,метров,米,メートル
    kilometer:kilometer,kilometern,kilomètre,kilomètres,kilómetro,kilómetros,chilometro,chilometri,quilómetro,quilómetros,quilômetro,quilômetros,километр,километра,километров,公里,千米,キロメートル
    hectare:hektar,hectárea,hectáreas,ettaro,ettari,гектар,гектара,гектаров,公顷,ヘクタール
    meter**2:quadratmeter,quadratmetern,平方米,平方メートル
    kilometer**2:quadratkilometer,平方公里,平方キロメートル
    meter**3:kubikmeter,kubikmetern,立方米,立方メートル
    centimeter:zentimeter,centimètre,centimètres,centímetro,centímetros,centimetri,сантиметр,сантиметра,сантиметров,厘米,センチメートル
    millimeter:millimeter,millimètre,millimètres,milímetro,milímetros,millimetri,миллиметр,миллиметров,毫米,ミリメートル
    kilowatt_hour:kilowattstunde,kilowattstunden,kilowattheure,kilowattheures,千瓦时,キロワット時
"""
"""Measures as other languages write them, where the reader of figures doesn't know them."""


class Wrong(Exception):
    """What was written is no unit or has no value; the message says what would be right."""


@dataclass(frozen=True)
class Quantity:
    """A number in base units, and what it is a number of: `{"meter": 1, "second": -1}`, `{"cup": 1}`."""

    value: float
    dims: Dims

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.value + self._alike(other, "added").value, self.dims)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.value - self._alike(other, "subtracted").value, self.dims)

    def __mul__(self, other: Quantity) -> Quantity:
        return Quantity(self.value * other.value, joined(self.dims, other.dims, 1))

    def __truediv__(self, other: Quantity) -> Quantity:
        return Quantity(self.value / other.value, joined(self.dims, other.dims, -1))

    def __pow__(self, other: Quantity) -> Quantity:
        if other.dims:
            raise Wrong(f"an exponent has to be a bare number, not one of {told(other.dims)}")
        # A million tries: a bare number may be raised to any power, a measure only to a small one.
        if self.dims and not (abs(other.value) <= 6 and float(other.value * 6).is_integer()):
            raise Wrong("a measure can't be raised to that power")
        power = Fraction(other.value).limit_denominator(6) if self.dims else Fraction(0)
        return Quantity(self.value**other.value, {name: n * power for name, n in self.dims.items() if power})

    def __neg__(self) -> Quantity:
        return Quantity(-self.value, self.dims)

    def _alike(self, other: Quantity, how: str) -> Quantity:
        if self.dims != other.dims:
            raise Wrong(f"{told(self.dims)} and {told(other.dims)} can't be {how}")
        return other


def joined(one: Dims, other: Dims, sign: int) -> Dims:
    """Multiply dimensions, or divide where `sign` is -1."""
    made = {name: one.get(name, Fraction(0)) + sign * other.get(name, Fraction(0)) for name in {*one, *other}}
    return {name: n for name, n in sorted(made.items()) if n}


def told(dims: Dims) -> str:
    """Say dimensions in words: `kilogram·meter^2 / second^2`, `a bare number`."""
    above = [_raised(name, n) for name, n in dims.items() if n > 0]
    below = [_raised(name, -n) for name, n in dims.items() if n < 0]
    return " / ".join(["·".join(above) or "1", *below]) if dims else "a bare number"


def _raised(name: str, power: Fraction) -> str:
    return name if power == 1 else f"{name}^{power}"


@lru_cache(maxsize=4096)
def unit(said: str) -> Quantity:
    """Return one of a unit as a quantity: `unit("km / h")`. Raises `Wrong`."""
    text = said.strip().replace("²", "^2").replace("³", "^3").replace("−", "-").replace("**", "^")
    if text.casefold() in ("", *_PLAIN - {"%", "percent"}):
        return Quantity(1.0, {})
    if len(text) > _LONGEST:
        raise Wrong(f"a unit is a few words, not {len(text)} characters")
    for words, one in _JOINED.items():
        text = re.sub(rf"\b{words}s?\b", one, text, flags=re.IGNORECASE)
    text = re.sub(r"\bper\b", "/", text.replace("_", "\0"))
    return _parsed(text, said)


def _parsed(text: str, said: str) -> Quantity:
    made, sign, depth, words, at, raising = Quantity(1.0, {}), 1, 0, 0, 0, 0
    text = text.replace("\0", "ˍ")  # a letter, so that light_year is one word
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if not match or match[4] or words > MOST_WORDS:
            raise Wrong(f"{said!r} is no unit: write it as `kg`, `cup / person / day`, `person / km^2`")
        number, word, mark = match.group(1, 2, 3)
        at = match.end()
        if mark == "/":
            sign = -1
        elif mark == "(":
            depth += 1
        elif mark == ")":
            depth, sign = depth - 1, 1
        elif word and word.casefold() in ("square", "cubic"):
            raising = 2 if word.casefold() == "square" else 3
        elif number or word:
            one = _so_many(number) if number else _named(word.replace("ˍ", "_"))
            power, at = _power_at(text, at) if word else (1, at)
            made = made * one ** Quantity(float(sign * (raising or power)), {})
            words, raising = words + 1, 0
            # What is counted in thousands: births / 1000 people.
            sign = sign if depth or number else 1
        elif mark == "^":
            raise Wrong(f"{said!r} is no unit: what is raised to which power?")
    if not words or depth or not 0 < made.value < math.inf:
        raise Wrong(f"{said!r} is no unit")
    return made


def _so_many(number: str) -> Quantity:
    if not float(number):
        raise Wrong("nothing is counted by nothing: take another number than 0")
    return Quantity(float(number), {})


def _power_at(text: str, at: int) -> tuple[int, int]:
    match = _POWER.match(text, at)
    return (int(match[1] or match[2]), match.end()) if match else (1, at)


def _named(word: str) -> Quantity:
    if word in ("%", "percent", "Percent"):
        return Quantity(0.01, {})
    if name := measure_of(word):
        return _measured(name)
    return Quantity(1.0, {counted(word): Fraction(1)})


@lru_cache(maxsize=4096)
def measure_of(word: str) -> str:
    """Return pint's name of what a word measures; '' for a word that counts things."""
    table = _table()
    if word in table:
        return table[word]
    folded = word.casefold()
    return next((table[one] for one in (folded, folded.removesuffix("s")) if len(one) > 2 and one in table), "")


def elsewhere(word: str) -> str:
    """Return the measure that a word of another language names; '' for none."""
    table, folded = _foreign(), word.casefold()
    if folded in table:
        return table[folded]
    # Where words are not set apart, a measure begins what follows its figure.
    return next((name for said, name in table.items() if ord(said[0]) > 0x3000 and folded.startswith(said)), "")


@cache
def _foreign() -> dict[str, str]:
    rows = [row.split(":") for row in _ELSEWHERE.split()]
    made = {said: name for name, words in rows for said in words.split(",")}
    return dict(sorted(made.items(), key=lambda entry: -len(entry[0])))


def is_unfamiliar(said: str) -> bool:
    """Whether a unit holds a measure that one has to look up or to turn into another."""
    words = re.findall(r"[^\W\d]+", re.sub(r"light.year", "light_year", said.casefold()))
    return any(word in UNFAMILIAR or word.removesuffix("s") in UNFAMILIAR for word in words)


def counted(word: str) -> str:
    """Return the one name of what is counted: `people` and `person` are the same."""
    folded = word.casefold()
    if folded in _MONEY or folded in _IRREGULAR:
        return _MONEY.get(folded) or _IRREGULAR[folded]
    if len(folded) > 4 and folded.endswith("ies"):
        return f"{folded[:-3]}y"
    if re.search(r"(?:ch|sh|x|ss)es$", folded):
        return folded[:-2]
    return folded[:-1] if len(folded) > 3 and re.search(r"[^su]s$", folded) else folded


@cache
def _table() -> dict[str, str]:
    made = dict(_SIGNS)
    for base in _PREFIXED.split():
        for prefix, long in _PREFIXES.items():
            if (sign := f"{prefix}{base}") not in _NO_SIGN and sign not in made:
                made[sign] = f"{long}{_BASES[base]}"
    for entry in _WORDS.split():
        word, _, name = entry.partition(":")
        made[word] = name or word
    for word in _PREFIXABLE:
        made |= {f"{prefix}{word}": f"{prefix}{made[word]}" for prefix in _LONG_PREFIXES}
    return made | {name: name for name in made.values()}


@lru_cache(maxsize=1024)
def _measured(name: str) -> Quantity:
    base = registry().Quantity(1.0, name).to_base_units()
    dims = {str(unit): Fraction(power).limit_denominator(6) for unit, power in base.unit_items() if unit != "radian"}
    return Quantity(float(base.magnitude), dict(sorted(dims.items())))


@cache
def registry() -> Any:
    """Return pint's units, read once."""
    import pint  # its definitions take a second to read

    return pint.UnitRegistry()
