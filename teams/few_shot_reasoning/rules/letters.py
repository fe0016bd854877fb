"""Rules over words: what is done to their letters, by which sign they are sorted, how they are inflected."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from random import Random
from typing import Any

from teams.engine.schemas import several, text
from teams.few_shot_reasoning.rules.chain import Atom, Call, Chain
from teams.few_shot_reasoning.rules.domain import Domain, Matter, Rival, Spec, Unfit

_BASE = "aeiouаеёиоуыэюя"
LONGEST = 40
_ABC = "abcdefghijklmnopqrstuvwxyz"


def is_vowel(letter: str) -> bool:
    return unicodedata.normalize("NFD", letter)[0].casefold() in _BASE


def _without(word: str, drop: Any) -> str:
    return "".join(c for c in word if not drop(c))


def _shifted(word: str, by: int) -> str:
    if any(c not in _ABC for c in word):
        raise ValueError("not of the letters a to z")
    return "".join(_ABC[(_ABC.index(c) + by) % 26] for c in word)


ATOMS = {
    "reverse": Atom("write it backwards", lambda w: w[::-1]),
    "first": Atom("keep the first {0} letters", lambda w, k: w[:k], ((2,), (3,), (4,))),
    "last": Atom("keep the last {0} letters", lambda w, k: w[-k:], ((2,), (3,), (4,))),
    "drop_first": Atom("leave out the first letter", lambda w: w[1:]),
    "drop_last": Atom("leave out the last letter", lambda w: w[:-1]),
    "no_vowels": Atom("leave out the vowels", lambda w: _without(w, is_vowel)),
    "vowels": Atom("keep only the vowels", lambda w: _without(w, lambda c: not is_vowel(c))),
    "double": Atom("write every letter twice", lambda w: "".join(c * 2 for c in w)),
    "twice": Atom("write it twice", lambda w: w + w),
    "sorted": Atom("sort the letters by the alphabet", lambda w: "".join(sorted(w))),
    "swap_ends": Atom("swap the first and the last letter", lambda w: w[-1] + w[1:-1] + w[0] if len(w) > 1 else w),
    "left": Atom("move the first {0} letters to the end", lambda w, k: w[k:] + w[:k], ((1,), (2,), (3,))),
    "right": Atom("move the last {0} letters to the front", lambda w, k: w[-k:] + w[:-k], ((1,), (2,))),
    "shift": Atom("put each letter's successor number {0} in the alphabet", _shifted, ((1,), (2,), (3,))),
    "odd_places": Atom("keep every other letter, from the first", lambda w: w[::2]),
    "even_places": Atom("keep every other letter, from the second", lambda w: w[1::2]),
    "mirror": Atom("write it, and then backwards", lambda w: w + w[::-1]),
    "once": Atom("keep each letter only where it comes first", lambda w: "".join(dict.fromkeys(w))),
    "length_after": Atom("write the number of its letters after it", lambda w: f"{w}{len(w)}"),
    "stars": Atom("put {0} for every vowel", lambda w, s: "".join(s if is_vowel(c) else c for c in w), (("*",), ("-",), ("o",))),
    "upper": Atom("write it in capitals", lambda w: w.upper()),
    "upper_vowels": Atom("write its vowels in capitals", lambda w: "".join(c.upper() if is_vowel(c) else c for c in w)),
    "first_half": Atom("keep the first half, the middle letter included", lambda w: w[: (len(w) + 1) // 2]),
    "halves": Atom("swap its halves, the middle letter with the first", lambda w: w[(len(w) + 1) // 2 :] + w[: (len(w) + 1) // 2]),
    "dashed": Atom("put a {0} between its letters", lambda w, s: s.join(w), (("-",), (".",))),
    "ends": Atom("write its first and its last letter", lambda w: w[0] + w[-1]),
    "same": Atom("leave it", lambda w: w, is_drawn=False),
    "length": Atom("count its letters", lambda w: str(len(w)), is_drawn=False),
}  # fmt: skip
_LETTERS = tuple((c,) for c in "aeiorstnl")
TESTS = {
    "vowel_start": Atom("the word begins with a vowel", lambda w: is_vowel(w[0])),
    "vowel_end": Atom("the word ends in a vowel", lambda w: is_vowel(w[-1])),
    "even": Atom("the word has an even number of letters", lambda w: len(w) % 2 == 0),
    "longer": Atom("the word has more than {0} letters", lambda w, k: len(w) > k, ((4,), (5,), (6,), (7,), (8,))),
    "doubled": Atom("two of the same letter stand side by side", lambda w: any(a == b for a, b in pairwise(w))),
    "has": Atom("the letter {0} is in the word", lambda w, c: c in w, _LETTERS),
    "first_half": Atom("the word begins with one of a to m", lambda w: w[0] < "n"),
    "rising": Atom("the first letter comes before the last in the alphabet", lambda w: w[0] < w[-1]),
    "vowels": Atom("the word has at least {0} vowels", lambda w, k: sum(map(is_vowel, w)) >= k, ((2,), (3,), (4,))),
    "vowels_even": Atom("the number of vowels is even", lambda w: sum(map(is_vowel, w)) % 2 == 0),
    "paired": Atom("two vowels stand side by side", lambda w: any(is_vowel(a) and is_vowel(b) for a, b in pairwise(w))),
    "repeats": Atom("a letter comes more than once", lambda w: len(set(w)) < len(w)),
    "ends_in": Atom("the word ends in {0}", lambda w, c: w.endswith(c), (("e",), ("s",), ("t",), ("r",), ("n",), ("d",), ("y",)), is_drawn=False),
    "starts_with": Atom("the word begins with {0}", lambda w, c: w.startswith(c), tuple((c,) for c in "abcdefghlmnprstw"), is_drawn=False),
}  # fmt: skip
WORDS = several(
    text(3, 14, "one word, small letters, no name, no hyphen"),
    14,
    22,
    "words of the text or of its subject, all different, of many lengths",
)


def clean(words: Any) -> list[str]:
    """Return the words that are nothing but letters, small, each once."""
    return list(dict.fromkeys(w.strip().casefold() for w in words if w.strip().isalpha()))


class Lettered:
    """Matter that is words."""

    fewest = 12

    def wants(self, small: bool) -> dict[str, Any]:
        return {"words": WORDS}

    def complaints(self, matter: Matter) -> Iterator[str]:
        if len(clean(matter["words"])) < self.fewest:
            yield f"it needs at least {self.fewest} different words of letters only"
        elif len({len(word) for word in clean(matter["words"])}) < 3:
            yield "the words are all of one length: take some short and some long"

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return clean(matter["words"])

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        words = clean(matter["words"])
        return [a + b for a, b in zip(words, reversed(words), strict=False) if 11 <= len(a + b) <= 18][:6]


class Letters(Lettered, Chain):
    """A word in, a word out."""

    name = "letters"
    atoms, tests = ATOMS, TESTS

    def __init__(self, exceptional: bool = False) -> None:
        self.exceptional = exceptional
        self.lengths = (1, 1, 2) if exceptional else (1, 2, 2)

    def is_sound(self, y: Any) -> bool:
        return bool(y) and len(y) <= LONGEST

    def is_slight(self, y: Any) -> bool:
        return len(y) < 2

    def gaps(self, spec: Spec, shots: Sequence[Any], query: Any) -> Iterator[str]:
        yield from super().gaps(spec, shots, query)
        if "when" in spec:
            yield from unsettled([spec["when"]], shots, query)


def unsettled(tests: Sequence[Call], words: Sequence[str], query: str) -> Iterator[str]:
    """Yield that a query begins between the two halves of the alphabet as the examples show them."""
    if not any(name == "first_half" for name, *_ in tests):
        return
    is_early = query[0] < "n"
    beside = [word[0] for word in words if (word[0] < "n") == is_early]
    if not any(first >= query[0] if is_early else first <= query[0] for first in beside):
        yield f"the alphabet could as well be parted on the other side of {query[0]}"


LABELS = (
    "zib dax", "wug fep", "mip lom", "kiki bouba", "foo bar", "red blue", "A B", "α β", "north south", "0 1", "gorp tiv",
    "plim vost", "oak elm", "X9 Q4", "yes no", "blim narn", "tak rell", "circle square", "II IV", "lark heron",
)  # fmt: skip


class Marked(Lettered, Domain):
    """A word in, one of two labels out that mean nothing; sorted by a sign of its letters, or by two."""

    name = "marked"
    is_labelled = True
    least = 6
    fewest = 14

    def draw(self, random: Random, matter: Matter) -> Spec:
        words = clean(matter["words"])
        drawn = [name for name, atom in TESTS.items() if atom.is_drawn]
        for _ in range(60):
            tests = [
                [name, *random.choice(TESTS[name].args)] for name in random.sample(drawn, random.choice((1, 1, 2)))
            ]
            how = random.choice(("and", "or")) if len(tests) > 1 else ""
            spec = {"tests": tests, "how": how, "labels": random.sample(random.choice(LABELS).split(), 2)}
            if 0.35 <= sum(_holds(spec, word) for word in words) / len(words) <= 0.65:
                return spec
        raise Unfit("no sign of letters splits these words in two halves")

    def told(self, spec: Spec) -> str:
        said = f" {spec['how']} ".join(TESTS[name].says.format(*args) for name, *args in spec["tests"])
        return f"{spec['labels'][0]} if {said}; otherwise {spec['labels'][1]}"

    def run(self, spec: Spec, x: Any) -> str:
        return str(spec["labels"][0 if _holds(spec, x) else 1])

    def rivals(self, spec: Spec) -> Iterator[Rival]:
        calls: list[Call] = [[name, *args] for name, atom in TESTS.items() for args in atom.args]
        labels = spec["labels"]
        for turned in (labels, labels[::-1]):
            for test in calls:
                yield self._as_rival([test], "", turned)
        if spec["how"]:
            for at, one in enumerate(calls):
                for two in calls[at + 1 :]:
                    yield self._as_rival([one, two], "and", labels)
                    yield self._as_rival([one, two], "or", labels)

    def gaps(self, spec: Spec, shots: Sequence[Any], query: Any) -> Iterator[str]:
        yield from unsettled(spec["tests"], shots, query)

    def _as_rival(self, tests: list[Call], how: str, labels: list[str]) -> Rival:
        spec = {"tests": tests, "how": how, "labels": labels}
        return partial(self.told, spec), lambda x: self.run(spec, x)


def _holds(spec: Spec, word: str) -> bool:
    held = [bool(TESTS[name].run(word, *args)) for name, *args in spec["tests"]]
    return any(held) if spec["how"] == "or" else all(held)
