"""Words nobody knows, built of syllables drawn for one language."""

from __future__ import annotations

from random import Random

_ONSETS = (
    "b d f g k l m n p r s t v z",
    "k l m n p r s t w h",
    "b br d dr f g gl k l m n tr s v",
    "ch h k m n p q t w y",
)
_VOWELS = ("a e i o u", "a i u", "a e i o", "aa a i o u")
_CODAS = ("", "n", "n r s l", "m n k")


_REAL = """
bravo kiwi mama papa taco tuna koala salami solo polo silo halo menu zulu sofa soda visa diva lava java nova
nina sari mini taxi mare more sole pole hole tole dome home game name same some come take make like time fine
line wine wife life sale tale male rule mule duke tube tune june bite site kite note vote tone bone done gone
none rare care fare hare wire fire hire sire poke joke mole mode code rode rude side ride wide tide hide wise
rise rose nose hose dose lose base case vase robe bare bore core fore sore wore tore lore gore pure cure sure
lure his her ban can man pan ran tan van ten pen men den bin din fin kin pin sin tin win gin son ton won bun
fun gun run sun nun him hem ham ram dam yam mom mum hum gum bo go no so to we he me be do ha ma pa ya my by hi
it is in on an at as am us up of or if
"""
_TAKEN = frozenset(_REAL.split())
"""Words that are none of an invented language; an English reader would take them for their own."""


class Coiner:
    """Coins words of one sound, no two alike."""

    def __init__(self, random: Random, taken: set[str] | None = None) -> None:
        self._random = random
        self._onsets = random.choice(_ONSETS).split()
        self._vowels = random.choice(_VOWELS).split()
        self._codas = ["", *random.choice(_CODAS).split()]
        self._taken = taken if taken is not None else set()

    def word(self, syllables: int = 2) -> str:
        """Return a new word."""
        while True:
            parts = [self._random.choice(self._onsets) + self._random.choice(self._vowels) for _ in range(syllables)]
            coined = "".join(parts) + self._random.choice(self._codas)
            # A word that begins another would make it look inflected.
            if coined not in _TAKEN and not any(
                coined.startswith(other) or other.startswith(coined) for other in self._taken
            ):
                self._taken.add(coined)
                return coined

    def ending(self, others: set[str]) -> str:
        """Return a short affix that differs from `others`."""
        while True:
            coined = self._random.choice((
                self._random.choice(self._onsets)[0] + self._random.choice(self._vowels)[0],
                self._random.choice(self._vowels)[0] + self._random.choice(self._onsets)[0],
            ))  # fmt: skip
            if coined not in others:
                others.add(coined)
                return coined
