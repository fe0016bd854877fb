"""Matchings and orders as options, and the grid of assertion and reason: made by program from what its writer knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from random import Random
from typing import Any

from teams.engine.stages.forms import Draft, Facts, closed, several, text
from teams.engine.stages.forms.form import LETTERS
from teams.engine.stages.forms.short import same
from teams.multiple_choice.forms.lettered import BECAUSE, DIGITS, EVIDENCE, STEM, Lettered, Shown, grown
from teams.multiple_choice.wordings import GRIDS, grid_of

RIGHT_MARKS = "PQRSTU"
"""Letters of the right-hand list: far from those of the options."""
Order = tuple[int, ...]
_STATEMENTS = ("assertion", "false_assertion", "explains", "unrelated", "false_reason")


class Matching(Lettered):
    """Two lists to be matched; each option is a whole matching."""

    name = "matching"
    hides_key = False
    written = False
    alphabets = (LETTERS, LETTERS.lower())

    def draft(self, small: bool) -> dict[str, Any]:
        pair = closed({"left": text(2, 120, ""), "right": text(2, 200, "fits this one on the left and no other")})
        return {"evidence": EVIDENCE, "question": STEM, "because": BECAUSE, "pairs": several(pair, 3, 5)}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for side in ("left", "right"):
            given = [pair[side] for pair in draft["pairs"]]
            if any(same(a, b) and len(a) == len(b) for n, a in enumerate(given) for b in given[:n]):
                yield f"two of those on the {side} are the same"

    def shown(self, draft: Draft, random: Random) -> Shown:
        pairs = draft["pairs"]
        chosen = orders(len(pairs), random)
        right = random.choice(chosen)
        marks = RIGHT_MARKS[: len(pairs)]
        lists = "\n".join(f"{n}. {pair['left'].strip()}" for n, pair in enumerate(pairs, 1))
        column = {right[n]: pair["right"].strip() for n, pair in enumerate(pairs)}
        lists += "\n\n" + "\n".join(f"{mark}. {column[n]}" for n, mark in enumerate(marks))
        options = [", ".join(f"{n}-{marks[place]}" for n, place in enumerate(some, 1)) for some in chosen]
        return Shown(f"{draft['question'].strip()}\n\n{lists}", options, chosen.index(right))

    def notes(self, draft: Draft) -> list[str]:
        return [f"{pair['left'].strip()!r} goes with {pair['right'].strip()!r}" for pair in draft["pairs"]]

    def discussed(self, facts: Facts) -> Mapping[str, str]:
        return {}


class Ordered(Lettered):
    """Steps to be put in order; each option is a whole order."""

    name = "ordered"
    hides_key = False
    written = False
    alphabets = (LETTERS, LETTERS.lower())

    def draft(self, small: bool) -> dict[str, Any]:
        step = text(6, 200, "one step, in words that don't give its place away")
        return {"evidence": EVIDENCE, "question": STEM, "because": BECAUSE,
                "items": several(step, 3, 6, "in the right order")}  # fmt: skip

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if len({item.strip().casefold() for item in draft["items"]}) < len(draft["items"]):
            yield "two of the items are the same"

    def shown(self, draft: Draft, random: Random) -> Shown:
        items = [item.strip() for item in draft["items"]]
        chosen = orders(len(items), random)
        # right[n] is where the n-th step stands in the list the reader sees; never all in order already.
        right = random.choice([one for one in chosen if list(one) != sorted(one)])
        at = {place: step for step, place in enumerate(right)}
        listed = "\n".join(f"{place + 1}. {items[at[place]]}" for place in range(len(items)))
        options = [" – ".join(str(place + 1) for place in some) for some in chosen]
        return Shown(f"{draft['question'].strip()}\n\n{listed}", options, chosen.index(right))

    def discussed(self, facts: Facts) -> Mapping[str, str]:
        return {}


def orders(count: int, random: Random) -> list[Order]:
    """Return four or five orders of so many things, of which each has little out of place against another."""
    pool = list(permutations(range(count)))
    return grown(pool, lambda one, other: sum(a != b for a, b in zip(one, other, strict=True)), random)


class AssertionReason(Lettered):
    """An assertion and a reason; the program draws which of five things holds of the two, and shows those that do."""

    name = "assertion_reason"
    hides_key = False
    written = False
    alphabets = (DIGITS,)
    """Not letters: "A is true" speaks of the assertion."""

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "evidence": EVIDENCE,
            "question": text(12, 300, "what the reader is to decide about an assertion and a reason"),
            "because": BECAUSE,
            "assertion": text(10, 300, "a true assertion"),
            "false_assertion": text(10, 300, "the assertion with one thing changed that makes it false"),
            "explains": text(10, 300, "a true statement that is why the assertion holds"),
            "unrelated": text(10, 300, "a true statement near the matter that is not why the assertion holds"),
            "false_reason": text(10, 300, "a false statement that would explain the assertion if it were true"),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if len({draft[name].strip().casefold() for name in _STATEMENTS}) < len(_STATEMENTS):
            yield "two of the five statements are the same"
        if grid_of(_read(draft)) is None:
            yield f"this form can be set in {', '.join(sorted(GRIDS))} only"

    def shown(self, draft: Draft, random: Random) -> Shown:
        cell = random.randrange(5)
        grid = grid_of(_read(draft)) or GRIDS["en"]
        assertion = draft["assertion" if cell < 3 else "false_assertion"]
        reason = {0: "explains", 1: "unrelated", 2: "false_reason", 3: random.choice(("explains", "unrelated"))}
        stem = (
            f"{draft['question'].strip()}\n\n{grid.assertion}: {assertion.strip()}\n"
            f"{grid.reason}: {draft[reason.get(cell, 'false_reason')].strip()}"
        )
        return Shown(stem, grid.options, cell)

    def notes(self, draft: Draft) -> list[str]:
        return [f"{name.replace('_', ' ')}: {draft[name].strip()}" for name in _STATEMENTS]

    def discussed(self, facts: Facts) -> Mapping[str, str]:
        return {}


def _read(draft: Draft) -> str:
    """So much of an item that its language can be told."""
    return f"{draft['question']} {draft['assertion']} {draft['explains']}"
