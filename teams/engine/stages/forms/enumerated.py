"""Several short answers: an enumeration in words is taken apart, and held against the key item by item."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from teams.engine.checks.structure import list_in
from teams.engine.schemas import several, text
from teams.engine.stages.forms.form import BRIEF, EVIDENCE, QUESTION, UNSPACED, Asked, Draft, Facts, Form, Paper
from teams.engine.stages.forms.short import Short, same, words

_BETWEEN = re.compile(
    r"[;、，；\n]|,(?!\d)|[.!?。！？](?=\s|$)"
    r"|\s(?:and|or|as well as|und|sowie|et|ou|y|e|o|en|of)\s|\s&\s|以及|和|及び|と"
)
"""What stands between the items of an enumeration; a comma in a figure does not."""
_SET_ASIDE = re.compile("\0(\\d+)\0")


class Listed(Short):
    """Several short answers, in any order, all of them and no other."""

    name = "list"
    shape = "list"

    def draft(self, small: bool) -> dict[str, Any]:
        items = several(text(1, 200, ""), 2, 8, "every item, each as short as it can be said")
        return {"evidence": EVIDENCE, "question": QUESTION, "items": items}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from Form.complaints(self, draft, passage)
        items = draft["items"]
        twice = [a for n, a in enumerate(items) for b in items[:n] if same(a, b)]
        if twice:
            yield f"two items are the same: {twice[0]!r}"

    def asked(self, draft: Draft, random: Random) -> Asked:
        facts = {"question": draft["question"].strip(), "key": [item.strip() for item in draft["items"]]}
        return Asked(facts["question"], facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["question"], several(text(1, 200, ""), 0, 12, "one item each"))

    def agrees(self, value: Any, facts: Facts) -> bool:
        """Is it each item once, and nothing beside? Where that can't be told of an answer in words, a reader has to."""
        keys = [str(key) for key in facts["key"]]
        if isinstance(value, str):
            given = items_in(value, keys)
            fits = [[same(one, key) and _is_bare(one, key, n == 0) for n, one in enumerate(given)] for key in keys]
        else:
            given = [str(one) for one in value]
            fits = [[same(one, key) for one in given] for key in keys]
        return len(given) == len(keys) and _one_to_one(fits)


def items_in(answer: str, keys: Sequence[str]) -> list[str]:
    """Return the items an answer names: of its list, or between the commas and "and" of its sentence.

    A key that holds a comma or an "and" itself stays together. What else is said is an item like another.
    """
    if listed := list_in(answer):
        around = [line.strip() for line in answer.split("\n") if not any(line.strip().endswith(i) for i in listed)]
        return [*listed, *(line for line in around if words(line) and not line.endswith((":", "：")))]
    for number, key in sorted(enumerate(keys), key=lambda pair: -len(pair[1])):
        answer = _whole(key).sub(f" \0{number}\0 ", answer, count=1)
    lead, colon, rest = re.sub("：", ":", answer).partition(":")
    parts = _BETWEEN.split(rest if colon and "\0" not in lead else answer)
    return [_SET_ASIDE.sub(lambda match: keys[int(match[1])], part).strip() for part in parts if words(part)]


def _whole(key: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![^\W{UNSPACED}]){re.escape(key)}(?![^\W{UNSPACED}])", re.IGNORECASE)


def _is_bare(item: str, key: str, is_first: bool) -> bool:
    """Is an item the key and hardly a word more? A few may lead to the first: "They grew oats"."""
    strange = [word not in set(words(key)) for word in words(item)]
    lead = strange.index(False) if False in strange else 0
    return lead <= (BRIEF if is_first else 1) and sum(strange[lead:]) <= 1


def _one_to_one(fits: Sequence[Sequence[bool]]) -> bool:
    """Can every row be given a column of its own that fits it?"""
    taken: dict[int, int] = {}

    def given(row: int, seen: set[int]) -> bool:
        for column, is_fit in enumerate(fits[row]):
            if is_fit and column not in seen:
                seen.add(column)
                if column not in taken or given(taken[column], seen):
                    taken[column] = row
                    return True
        return False

    return all(given(row, set()) for row in range(len(fits)))
