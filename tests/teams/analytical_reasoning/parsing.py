"""Reads the plain English in which programs word constraints back into expressions, as an apprentice reader can."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from teams.engine.logic.rules import formal_name
from teams.engine.logic.wording import COUNTS

_COUNT = "|".join(COUNTS) + r"|\d+"


# ruff: noqa: E501  # rows of data


def _number(word: str) -> int:
    return COUNTS.index(word) if word in COUNTS else int(word)


class Sentences:
    """Sentences about named people, with what the words for places and groups mean."""

    def __init__(self, names: Mapping[str, str], values: Mapping[str, str], around: int = 0) -> None:
        self.names = names
        """The phrase of each variable, by name."""
        self.values = values
        """What a phrase like `is in berth 3` means of `{x}`."""
        self.around = around

    def read(self, said: str) -> str:
        """Return the expression a sentence comes to. Raises `ValueError` for one it can't read."""
        said = said.strip().rstrip(".").strip()
        for pattern, made in _JOINED:
            if (found := pattern.fullmatch(said)) and (read := self._joined(made, found.groups())):
                return read
        return self._simple(said)

    def _joined(self, made: str, parts: Sequence[str]) -> str:
        try:
            return made.format(*(f"({self.read(part)})" for part in parts))
        except ValueError:
            return ""

    def _simple(self, said: str) -> str:
        said = said[0].upper() + said[1:]
        phrases = sorted(self.names.items(), key=lambda item: -len(item[1]))
        bare, found = said, []
        for name, phrase in phrases:
            capital = phrase[0].upper() + phrase[1:]
            for way in dict.fromkeys((capital, phrase)):
                for match in re.finditer(rf"(?<!\w){re.escape(way)}(?!\w)", bare):
                    found.append((match.start(), name))
                bare = re.sub(rf"(?<!\w){re.escape(way)}(?!\w)", lambda m: "\x00" * len(m.group()), bare)
        names = [name for _, name in sorted(found)]
        shape = re.sub("\x00+", "@", bare)
        return self._shaped(shape, names, said)

    def _shaped(self, shape: str, names: list[str], said: str) -> str:
        of = [formal_name(name) for name in names]
        for pattern, made in _SHAPES:
            if found := re.fullmatch(pattern, shape):
                return made(of, found.groups(), self)
        if len(of) == 1:
            return self._placed(shape.removeprefix("@").strip(), of[0])
        if found := re.fullmatch(r"(Exactly|At most|At least|None)(?: (\w+))? of @(?:, @)* and @ (.*)", shape):
            how, count, what = found.groups()
            each = ", ".join(self._placed(what, one) for one in of)
            return f"{how.lower().replace(' ', '_') if count else 'exactly'}({_number(count) if count else 0}, {each})"
        raise ValueError(said)

    def _placed(self, what: str, one: str) -> str:
        if what in self.values:
            return self.values[what].format(x=one)
        if found := re.fullmatch(r"(.*) or (.*)", what):
            first, last = found.groups()
            for known in self.values:
                for other in (
                    known.replace(first.split()[-1], last),
                    first.rsplit(" ", len(last.split()))[0] + " " + last,
                ):
                    if first == known and other in self.values:
                        return f"({self.values[first].format(x=one)} or {self.values[other].format(x=one)})"
            for size in range(1, 6):
                stem = " ".join(first.split()[:-size])
                if first in self.values and f"{stem} {last}" in self.values:
                    return f"({self.values[first].format(x=one)} or {self.values[f'{stem} {last}'].format(x=one)})"
        raise ValueError(what)

    def way(self, a: str, b: str) -> str:
        far = f"abs({a} - {b})"
        return f"min({far}, {self.around} - {far})" if self.around else far


def _pattern(words: str) -> re.Pattern[str]:
    return re.compile(words, re.IGNORECASE)


_JOINED = (
    (_pattern(r"if (.*?), then (.*)"), "implies({0}, {1})"),
    (_pattern(r"unless (.*?), (.*)"), "implies(not {0}, {1})"),
    (_pattern(r"(.*) if, and only if, (.*)"), "iff({0}, {1})"),
    (_pattern(r"either (.*) or (.*), but not both"), "xor({0}, {1})"),
    (_pattern(r"it is never both so that (.*) and that (.*)"), "not ({0} and {1})"),
    (_pattern(r"(.*), or (.*), or (.*), or several of these"), "({0} or {1} or {2})"),
    (_pattern(r"(.*), or (.*), or both"), "({0} or {1})"),
    (_pattern(r"both (.*) and (.*)"), "({0} and {1})"),
)
Made = Callable[[list[str], Sequence[str], Sentences], str]
_SHAPES: tuple[tuple[str, Made], ...] = (
    (r"@ (?:is in a lower-numbered \w+ than|has an earlier \w+ than|comes earlier than|is somewhere before) @", lambda of, g, s: f"{of[0]} < {of[1]}"),
    (r"@ (?:is in the place immediately before|has the \w+ immediately before that of|comes immediately before) @", lambda of, g, s: f"{of[0]} + 1 == {of[1]}"),
    (r"@ sits immediately after, going clockwise, @", lambda of, g, s: f"({of[0]} - {of[1]}) % {s.around} == 1"),
    (r"@ is not (?:sitting )?(?:directly next to|on the \w+ directly before or after that of|directly before or after) @", lambda of, g, s: f"{s.way(of[0], of[1])} != 1"),
    (r"@ is (?:sitting )?(?:directly next to|on the \w+ directly before or after that of|directly before or after) @", lambda of, g, s: f"{s.way(of[0], of[1])} == 1"),
    (rf"@ and @ are exactly ({_COUNT}) \w+ apart(?: round the circle)?", lambda of, g, s: f"{s.way(of[0], of[1])} == {_number(g[0])}"),
    (r"@ is somewhere between @ and @, whichever of these two comes first", lambda of, g, s: f"min({of[1]}, {of[2]}) < {of[0]} < max({of[1]}, {of[2]})"),
    (r"@ and @ are in the same group", lambda of, g, s: f"{of[0]} == {of[1]}"),
    (r"@ and @ are in different groups", lambda of, g, s: f"{of[0]} != {of[1]}"),
)  # fmt: skip
