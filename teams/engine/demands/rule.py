"""What a format rule is: how it is asked for, what in an answer breaks it, and what the answer says without it.

A rule is made by `@rule(…)` over its checker; the checker's name is the rule's. Checkers get the answer tidied: one
kind of line end, no byte-order mark, no blank around it. They are strict about what was asked and about nothing else,
and yield one line a fault: what was found, where, and how it was counted where that is not plain.
"""

import re
import string
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

Params = Mapping[str, Any]
SHAPES = frozenset({"prose", "short", "choice", "list", "verse", "dialogue", "structured", "code", "letter", "json"})
"""Shapes of answers: what a skill says its answers look like before a rule is put on them. `json` is JSON by a schema
that the request gives: rules may lay it out and not touch its keys."""
FAMILIES = frozenset(
    {"length", "words", "letters", "marks", "case", "opening", "ending", "frame", "layout", "document", "data"}
)
ANY, SPACED, CASED, ENGLISH = "any", "spaced", "cased", "english"
"""In which languages a rule holds: all, those that part words by spaces, those with capitals, English only."""
_NUMBERS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]


class Draw(Protocol):
    """Draws a rule's parameters, JSON values, to suit a shape of answers."""

    def __call__(self, random: Random, shape: str = "prose") -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Rule:
    """One thing that can be demanded of an answer's format."""

    name: str
    source: str
    """`IFEval`, `FoFo`, `InFoBench` (in the spirit of), or `ours`."""
    brief: str
    """For an agent that chooses what fits: what it asks for, and for which answers it makes sense."""
    family: str
    """Rules of one family clash."""
    suits: frozenset[str]
    """The shapes of answers it can be asked of."""
    draw: Draw
    wordings: tuple[str, ...]
    """Ways a user would say it, as format strings over the parameters."""
    faults: Callable[[str, Params], Iterator[str]]
    """What in an answer breaks it, with the evidence; nothing: it is met."""
    content: Callable[[str, Params], str]
    """The answer's own words without the format's wrapping."""
    holds_in: str = ANY
    clashes: frozenset[str] = frozenset()
    """Families and rules it cannot go with, beside what families say of each other."""
    needs: str = ""
    """A parameter that only the caller knows (`request`: what the user asked, before any demand)."""

    @property
    def language_free(self) -> bool:
        """Whether the checker holds in any language."""
        return self.holds_in == ANY

    def state(self, params: Params, random: Random) -> str:
        """Say the rule as a user would, in one of its wordings."""
        return worded(random.choice(self.wordings), params)


def rule(
    *,
    source: str,
    brief: str,
    family: str,
    suits: str,
    draw: Draw,
    wordings: tuple[str, ...],
    content: Callable[[str, Params], str] | None = None,
    holds_in: str = ANY,
    clashes: str = "",
    needs: str = "",
) -> Callable[[Callable[[str, Params], Iterator[str]]], Rule]:
    """Make the checker below a `Rule` of its name. `suits` and `clashes` are words parted by spaces."""

    def make(check: Callable[[str, Params], Iterator[str]]) -> Rule:
        def faults(answer: str, params: Params) -> Iterator[str]:
            answer = tidy(answer)
            if not answer:
                yield "the answer is empty"
            else:
                yield from check(answer, params)

        def stripped(answer: str, params: Params) -> str:
            return (content(tidy(answer), params) if content else tidy(answer)).strip()

        shapes = frozenset(suits.split())
        assert shapes <= SHAPES, check.__name__
        assert family in FAMILIES, check.__name__
        return Rule(
            check.__name__, source, brief, family, shapes, draw, wordings, faults, stripped, holds_in,
            frozenset(clashes.split()), needs,
        )  # fmt: skip

    return make


def tidy(answer: str) -> str:
    """Take away what nobody was asked about: Windows line ends, a byte-order mark, blank around and at line ends."""
    answer = answer.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    return "\n".join(line.rstrip() for line in unicodedata.normalize("NFC", answer).split("\n")).strip()


def drawn(**parameters: Callable[[Random, str], Any]) -> Draw:
    """Draw each parameter by itself."""

    def draw(random: Random, shape: str = "prose") -> dict[str, Any]:
        return {name: one(random, shape) for name, one in parameters.items()}

    return draw


def between(low: int, high: int, step: int = 1) -> Callable[[Random, str], int]:
    """Draw a whole number, both ends included."""
    return lambda random, shape: random.randrange(low, high + 1, step)


def one_of(*values: Any) -> Callable[[Random, str], Any]:
    """Draw one of several values."""
    return lambda random, shape: random.choice(values)


def some_of(values: Sequence[Any], low: int, high: int) -> Callable[[Random, str], list[Any]]:
    """Draw a few of several values, in their order."""

    def draw(random: Random, shape: str) -> list[Any]:
        chosen = set(random.sample(range(len(values)), random.randint(low, high)))
        return [value for at, value in enumerate(values) if at in chosen]

    return draw


def sized(otherwise: tuple[int, int, int], **by_shape: tuple[int, int, int]) -> Callable[[Random, str], int]:
    """Draw a whole number from (low, high, step) by the answer's shape."""

    def draw(random: Random, shape: str) -> int:
        low, high, step = by_shape.get(shape, otherwise)
        return random.randrange(low, high + 1, step)

    return draw


class _Wording(string.Formatter):
    """`{n:word}` says "five"; lists are said `quoted`, `plain` ("a, b and c"), or joined by `comma`, `bar`, `arrow`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, list):
            return _listed([str(one) for one in value], format_spec)
        if format_spec == "word":
            return _NUMBERS[value] if value < len(_NUMBERS) else str(value)
        return str(value)


def worded(wording: str, params: Params) -> str:
    """Fill a wording's parameters in."""
    return _Wording().vformat(wording, (), params)


def _listed(values: list[str], how: str) -> str:
    if how in ("bar", "comma", "arrow"):
        return {"bar": " | ", "comma": ",", "arrow": " → "}[how].join(values)
    if how == "quoted":
        values = [f'"{value}"' for value in values]
    return values[0] if len(values) == 1 else f"{', '.join(values[:-1])} and {values[-1]}"


def short(text: str, most: int = 60) -> str:
    """Quote a piece of an answer as evidence, in one line."""
    line = " ".join(text[: most * 4].split())
    return repr(line if len(line) <= most else line[: most - 1] + "…")


_SAME = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "‑": "-"})


def same(text: str) -> str:
    """Return `text` with straight quotes and single spaces, for comparing what people type in several ways."""
    return " ".join(text.translate(_SAME).split())


_EMPHASIS = re.compile(r"(?<![\w*])\*{1,3}(?=\S)|(?<=\S)\*{1,3}(?![\w*])|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|`")


def unmarked(text: str) -> str:
    """Return `text` without the marks of bold, italics and code, and without the # of headings."""
    lines = [line.lstrip("# ") if line.lstrip().startswith("#") else line for line in text.split("\n")]
    return _EMPHASIS.sub("", "\n".join(lines))
