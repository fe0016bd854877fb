"""What an assumption can be at all: limits of sizes, and a short table of things that are known.

A limit holds for whatever has its dimensions. A known thing is found by its English words in what a leaf says it is,
and by its dimensions; in other languages the limits alone are looked at. Constants of nature are pint's.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from teams.fermi.tree import Leaf, Tree, apart, reckoned
from teams.fermi.units import Quantity, Wrong, registry, unit

_NEAR = 1.25
"""How far outside of its bounds a known thing may be said to lie: people round."""
_RECALLED = 0.06
"""Orders of magnitude within which an estimate is only a fact of the table in other words."""


@dataclass(frozen=True)
class Known:
    """A thing whose size can be looked up."""

    words: str
    """What a leaf says that means it, as a pattern."""
    low: float
    high: float
    unit: str
    source: str


LIMITS = (
    (1.2e11, "person", "about 110 billion people were ever born (Population Reference Bureau)"),
    (3.1e8, "m / s", "nothing is faster than light"),
    (9.5e26, "m", "the part of the universe that can be seen is smaller"),
    (4.5e17, "s", "the universe is 13.8 billion years old"),
    (1e54, "kg", "the part of the universe that can be seen weighs less"),
    (9.5e16, "J / kg", "matter has no more energy than its mass times the square of the speed of light"),
    (130.0, "year / person", "nobody lived longer than 122 years"),
)
"""Most that anything of these dimensions can be, and why."""

_EARTH, _BODY, _BOOK, _UN = "NASA Earth Fact Sheet", "BioNumbers", "CRC Handbook", "UN World Population Prospects 2024"
KNOWN = (
    Known(r"radius of (?:the )?earth|earth'?s radius", 6.35e6, 6.4e6, "m", _EARTH),
    Known(r"circumference of (?:the )?earth|earth'?s circumference|around the (?:earth|equator)", 3.98e7, 4.02e7, "m", _EARTH),
    Known(r"mass of (?:the )?earth\b|earth'?s mass", 5.9e24, 6e24, "kg", _EARTH),
    Known(r"surface (?:area )?of the earth|earth'?s surface", 5.0e14, 5.2e14, "m^2", _EARTH),
    Known(r"(?:land (?:area|surface) of the earth|earth'?s land)", 1.4e14, 1.5e14, "m^2", _EARTH),
    Known(r"(?:mean|average) depth of the (?:ocean|sea)", 3400, 4000, "m", "NOAA"),
    Known(r"distance (?:from the earth )?to the moon", 3.6e8, 4.1e8, "m", "NASA Moon Fact Sheet"),
    Known(r"distance (?:from the earth )?to the sun", 1.47e11, 1.53e11, "m", "IAU 2012"),
    Known(r"mass of the sun\b", 1.98e30, 2e30, "kg", "IAU 2015"),
    Known(r"radius of the sun\b", 6.9e8, 7e8, "m", "IAU 2015"),
    Known(r"solar constant|sunlight (?:above|outside) the atmosphere", 1300, 1420, "W / m^2", "IAU 2015"),
    Known(r"age of the universe", 1.3e10, 1.4e10, "year", "Planck Collaboration 2018"),
    Known(r"age of the earth", 4.4e9, 4.6e9, "year", "USGS"),
    Known(r"density of (?:fresh |sea |salt )?water|^water'?s density", 950, 1050, "kg / m^3", _BOOK),
    Known(r"density of ice", 880, 930, "kg / m^3", _BOOK),
    Known(r"density of air", 0.9, 1.5, "kg / m^3", _BOOK),
    Known(r"density of (?:steel|iron)", 7000, 8100, "kg / m^3", _BOOK),
    Known(r"density of gold", 19000, 19500, "kg / m^3", _BOOK),
    Known(r"density of lead", 11000, 11500, "kg / m^3", _BOOK),
    Known(r"density of alumini?um", 2600, 2850, "kg / m^3", _BOOK),
    Known(r"density of (?:\w+ )?wood\b", 150, 1200, "kg / m^3", _BOOK),
    Known(r"density of concrete", 1800, 2600, "kg / m^3", _BOOK),
    Known(r"density of (?:dry |wet )?sand", 1300, 2200, "kg / m^3", _BOOK),
    Known(r"density of\b", 0.01, 23000, "kg / m^3", "osmium, the densest element, has 22,590 kg/m³ (CRC Handbook)"),
    Known(r"(?:specific heat|heat capacity) of water", 4000, 4300, "J / kg / K", _BOOK),
    Known(r"latent heat of (?:vaporisation|vaporization|evaporation)|to (?:evaporate|boil off)", 2.2e6, 2.6e6, "J / kg", _BOOK),
    Known(r"latent heat of (?:fusion|melting)", 3.2e5, 3.5e5, "J / kg", _BOOK),
    Known(r"energy (?:content|density) of (?:petrol|gasoline|diesel|oil|fuel)|heat(?:ing)? value of (?:petrol|diesel|oil|fuel)", 3.8e7, 4.9e7, "J / kg", _BOOK),
    Known(r"energy (?:content|density) of (?:petrol|gasoline|diesel|oil|fuel)", 3.0e10, 4.1e10, "J / m^3", _BOOK),
    Known(r"energy (?:content|density) of (?:dry |fire)?wood|heat(?:ing)? value of (?:dry |fire)?wood", 8e6, 2.1e7, "J / kg", _BOOK),
    Known(r"energy (?:content|density) of (?:hard |brown )?coal", 8e6, 3.6e7, "J / kg", _BOOK),
    Known(r"speed of sound in air", 320, 350, "m / s", _BOOK),
    Known(r"(?:world|earth'?s) population|people (?:on earth|in the world|alive)|population of the (?:world|earth)", 7.5e9, 8.5e9, "person", _UN),
    Known(r"population of germany|people (?:living )?in germany", 7.8e7, 8.6e7, "person", _UN),
    Known(r"population of the (?:united states|usa?)|people (?:living )?in the (?:united states|usa?)\b", 3.2e8, 3.5e8, "person", _UN),
    Known(r"population of (?:the united kingdom|the uk|britain|great britain)|people (?:living )?in (?:the uk|britain)", 6.4e7, 7.1e7, "person", _UN),
    Known(r"population of france|people (?:living )?in france", 6.3e7, 6.9e7, "person", _UN),
    Known(r"population of italy|people (?:living )?in italy", 5.7e7, 6.1e7, "person", _UN),
    Known(r"population of spain|people (?:living )?in spain", 4.6e7, 5e7, "person", _UN),
    Known(r"population of japan|people (?:living )?in japan", 1.2e8, 1.28e8, "person", _UN),
    Known(r"population of india|people (?:living )?in india", 1.35e9, 1.5e9, "person", _UN),
    Known(r"population of china|people (?:living )?in china", 1.37e9, 1.45e9, "person", _UN),
    Known(r"population of brazil|people (?:living )?in brazil", 2e8, 2.2e8, "person", _UN),
    Known(r"(?:body )?(?:mass|weight) of (?:a|an|one|the average|an average) (?:adult|grown-?up|person|man|woman)\b", 40, 120, "kg", _BODY),
    Known(r"height of (?:a|an|one|the average|an average) (?:adult|person|man|woman)\b", 1.4, 2.0, "m", _BODY),
    Known(r"heart ?(?:rate|beats?)\b.*(?:human|person|adult|people)|(?:human|person|adult).*heart ?(?:rate|beats?)", 0.6, 3.2, "beat / s", _BODY),
    Known(r"blood in (?:a|an|one) (?:adult|person|body|human)", 3.5e-3, 6.5e-3, "m^3", _BODY),
    Known(r"(?:food energy|energy (?:in food|from food|eaten)|calories eaten)", 60, 220, "W / person", "FAO/WHO/UNU 2001"),
    Known(r"lengths? of (?:a|one) (?:adult'?s |walking |human )?(?:step|stride|pace)\b|step length", 0.5, 1.0, "m", _BODY),
    Known(r"walking (?:speed|pace)|speed of (?:a|someone) walking", 0.7, 2.0, "m / s", _BODY),
    Known(r"cycling speed|speed of a (?:cyclist|bicycle|bike)", 2.5, 9, "m / s", "textbooks of transport"),
    Known(r"life ?(?:expectancy|span) of (?:a |the average )?(?:human|person|people)|human life ?(?:span|expectancy)", 30, 90, "year", _UN),
    Known(r"thickness of (?:a|one) (?:sheet|page|leaf)|(?:sheet|paper) thickness", 4e-5, 3e-4, "m", "ISO 536 papers of 60 to 200 g/m²"),
    Known(r"(?:mass|weight) of (?:a|one) sheet of (?:a4|paper)", 0.004, 0.012, "kg", "ISO 216 and 536"),
)  # fmt: skip
_CONSTANTS = (
    (r"speed of light", "speed_of_light", "m / s"),
    (r"avogadro", "avogadro_constant", "1 / mol"),
    (r"gravitational constant", "gravitational_constant", "m^3 / kg / s^2"),
    (r"(?:acceleration of gravity|gravitational acceleration|acceleration due to gravity)", "standard_gravity", "m / s^2"),
    (r"planck(?:'s)? constant", "planck_constant", "J s"),
    (r"boltzmann(?:'s)? constant", "boltzmann_constant", "J / K"),
    (r"(?:mass of (?:an|the) electron|electron mass)", "electron_mass", "kg"),
    (r"(?:mass of (?:a|the) proton|proton mass)", "proton_mass", "kg"),
    (r"stefan", "stefan_boltzmann_constant", "W / m^2 / K^4"),
)  # fmt: skip
_CHANGES = re.compile(r"growth|increase|more|mark-?up|rise|surcharge|overhead", re.IGNORECASE)
_A_TIME = re.compile(r"\b(?:seconds?|minutes?|min|hours?|h|days?|weeks?|months?)\b", re.IGNORECASE)


def implausible(tree: Tree) -> list[str]:
    """Return which assumptions of a tree cannot be, as words to its writer."""
    return [fault for leaf in tree.leaves for fault in _of_leaf(leaf)]


def _of_leaf(leaf: Leaf) -> Iterator[str]:
    try:
        one = unit(leaf.unit)
    except Wrong:
        return
    low, high = leaf.low * one.value, leaf.high * one.value
    for most, said, why in LIMITS:
        if unit(said).dims == one.dims and low > most * unit(said).value:
            yield f"{leaf.name}: {leaf.low:g} {leaf.unit} can't be: {why}"
    is_share = "%" in leaf.unit or (not one.dims and "/" in leaf.unit and bool(_A_TIME.search(leaf.unit)))
    if not one.dims and is_share and high > 1.001 and not _CHANGES.search(leaf.what):
        yield f"{leaf.name}: {leaf.high:g} {leaf.unit} is more than the whole"
    for known in _fitting(leaf.what, one):
        size = unit(known.unit).value
        if high < known.low * size / _NEAR or low > known.high * size * _NEAR:
            yield (
                f"{leaf.name}: {leaf.low:g} to {leaf.high:g} {leaf.unit} for {leaf.what!r}; it is"
                f" {known.low:.3g} to {known.high:.3g} {known.unit} ({known.source})"
            )


def _fitting(what: str, one: Quantity) -> Iterator[Known]:
    # The first that fits is the closest; "density of" alone stands last.
    found = (known for known in all_known() if re.search(known.words, what, re.IGNORECASE))
    match = next((known for known in found if unit(known.unit).dims == one.dims), None)
    if match:
        yield match


@cache
def all_known() -> tuple[Known, ...]:
    """Return the table with the constants of nature."""
    made = []
    for words, name, said in _CONSTANTS:
        value = float(registry().Quantity(1.0, name).to_base_units().magnitude) / unit(said).value
        made.append(Known(words, value * 0.9, value * 1.1, said, "CODATA"))
    return (*made, *KNOWN)


def known_by_heart(question: str, tree: Tree) -> str:
    """Say which fact of the table an estimate is; '' for none: what can be looked up need not be estimated."""
    last = unit(tree.unit)
    value = reckoned(tree).value * last.value
    for known in all_known():
        size = unit(known.unit)
        is_it = re.search(known.words, question, re.IGNORECASE) and size.dims == last.dims
        if is_it and apart(value, (known.low * known.high) ** 0.5 * size.value) < _RECALLED:
            return f"{known.low:.3g} to {known.high:.3g} {known.unit} ({known.source})"
    return ""
