"""Values a schema wants in other words than the user's: codes of countries and currencies, choices, names of units."""

import re
from functools import lru_cache

from teams.engine.checks.known import Known, Parameter, plain, split_name, stems
from teams.engine.checks.measures import unit_of

_ALIKE = tuple(
    tuple(line.split(", "))
    for line in """usd, $, dollar, dollars, us dollar, bucks
eur, €, euro, euros
gbp, £, pound, pounds, sterling, quid
jpy, ¥, yen
celsius, °c, degrees c, centigrade, metric
fahrenheit, °f, degrees f, imperial
c, celsius, °c, centigrade
f, fahrenheit, °f
k, kelvin
metric, km, kilometre, kilometres, kilometer, kilometers, kg, kilograms, kilos, metres, meters, celsius, litres
imperial, miles, pounds, fahrenheit, feet, inches, gallons
asc, ascending, oldest first, lowest, cheapest, smallest, earliest, low to high, increasing, alphabetical
desc, descending, newest, latest, highest, most, largest, most recent, high to low, decreasing, best
high, urgent, urgently, asap, as soon as possible, important, critical, top priority
low, no rush, whenever, not urgent, no hurry
am, morning
pm, afternoon, evening
vegetarian, no meat, meat-free
done, completed, complete, finished
cancelled, canceled, called off, cancel
pending, waiting, not yet, outstanding
true, yes, on, enable, enabled
false, no, off, disable, disabled""".splitlines()
)
_SIGNS = {
    "_": ("underscore",), "-": ("hyphen", "dash"), ",": ("comma",), ";": ("semicolon",), ":": ("colon",),
    "/": ("slash",), ".": ("dot", "period", "point"), "\t": ("tab",), "\n": ("newline", "line"),
    " ": ("space", "blank"), "#": ("hash",), "*": ("asterisk", "star"), "&": ("ampersand",), "+": ("plus",),
    "~": ("tilde",), "|": ("pipe",),
}  # fmt: skip
_LISTED_VALUE = r"(?:^|[\s,;:(\[\"'`]){value}[\"'`]?\s*(?:=|:|-|–|—|\(|for|means|is)\s*([^,;.)\n]{{2,60}})"
_UNIT_WORDS = re.compile(r"[a-z]{2,14}")


def same_meaning(value: str, parameter: Parameter, known: Known) -> str | None:
    """Return who asked for a choice in other words: by common usage, or because the description explains the value."""
    wanted = plain(value) or value
    offered = bool(parameter.schema.get("enum")) or "|" in parameter.description
    if offered or re.search(r"\b(?:code|currency|unit|order|sort|direction|priority|status)", _about(parameter)):
        for group in _ALIKE:
            if wanted == group[0] and (label := next((x for w in group[1:] if (x := _says(w, known))), None)):
                return f"{label}, in other words"
        if parameter.schema.get("enum") and (label := _same_unit(value, known)):
            return f"{label}, the same unit"
    for explained in re.findall(_LISTED_VALUE.format(value=re.escape(value)), parameter.description, re.IGNORECASE):
        for word in stems(explained):
            if label := known.word(word):
                return f"{label}, as the description explains"
    return None


def sign_named(value: str, known: Known) -> str | None:
    """Return who asked for a mark, by showing it or by its name: `_` is an underscore. An empty text is nobody's."""
    shown = next((source.label for source in known.sources if value and value in source.text), None)
    return shown or next((label for name in _SIGNS.get(value, ()) if (label := known.word(name))), None)


def _says(words: str, known: Known) -> str | None:
    if words in "$€£¥" or words.startswith("°"):
        return next((source.label for source in known.sources if words in source.text.lower()), None)
    return known.verbatim(words)


def _same_unit(value: str, known: Known) -> str | None:
    """Return who named a unit in another way: `kilograms` for `kg`."""
    unit = unit_of(value, beside=True)
    for source in known.user if unit else ():
        if any(unit_of(word) == unit for word in _UNIT_WORDS.findall(source.text.lower())):
            return source.label
    return None


def _about(parameter: Parameter) -> str:
    return f"{split_name(parameter.name)} {parameter.description}".lower()


@lru_cache(maxsize=1)
def _names() -> dict[str, frozenset[str]]:
    """English names by code: ISO countries, currencies, languages."""
    from babel import Locale  # locale data; only codes need it

    english = Locale("en")
    found: dict[str, set[str]] = {}
    for table in (english.territories, english.currencies, english.languages):
        for code, name in table.items():
            found.setdefault(str(code).lower(), set()).add(plain(str(name)))
    return {code: frozenset(names) for code, names in found.items()}


def code_for(value: str, parameter: Parameter, known: Known) -> str | None:
    """Return who named the country, currency or language that a code stands for."""
    if not re.fullmatch(r"[A-Za-z]{2,3}(?:[-_][A-Za-z]{2})?", value):
        return None
    if not re.search(r"\b(?:codes?|iso|currency|language|locale|country|lang|target|source)\b", _about(parameter)):
        return None
    for code in (value.lower(), *re.split(r"[-_]", value.lower())):
        for name in _names().get(code, ()):
            # "US Dollar" is meant by "dollars", "Germany" only by itself.
            label = known.verbatim(name) or (known.word(name.split()[-1]) if "currency" in _about(parameter) else None)
            if label:
                return f"{label}: {value} is {name}"
    return None
