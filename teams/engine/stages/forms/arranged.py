"""Things to put in order, to match, and to call true or false; the program shuffles and letters them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.checks.choices import verdict_in
from teams.engine.checks.structure import list_in, matching_in, order_in
from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms.form import EVIDENCE, LETTERS, QUESTION, Asked, Draft, Facts, Form, Paper, listed
from teams.engine.stages.forms.short import same


class Order(Form):
    """Events or steps to be put in the order in which they happen."""

    name = "order"
    shape = "list"

    def draft(self, small: bool) -> dict[str, Any]:
        item = text(8, 200, "one event, in words that don't give its place away")
        return {"evidence": EVIDENCE, "question": QUESTION, "items": several(item, 3, 6, "in the right order")}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        items = draft["items"]
        if len({item.strip().casefold() for item in items}) < len(items):
            yield "two of the items are the same"

    def asked(self, draft: Draft, random: Random) -> Asked:
        items = [item.strip() for item in draft["items"]]
        order = _not_sorted(random, len(items))
        letters = LETTERS[: len(items)]
        shown = [items[n] for n in order]
        key = [letters[order.index(n)] for n in range(len(items))]
        facts = {"question": draft["question"].strip(), "items": shown, "key": key}
        return Asked(f"{facts['question']}\n{listed(letters, shown)}", facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        order = random.sample(range(len(facts["items"])), len(facts["items"]))
        letters = LETTERS[: len(order)]
        back = {letters[place]: letters[n] for place, n in enumerate(order)}
        shown = listed(letters, [facts["items"][n] for n in order])
        answer = several({"enum": list(letters)}, len(order), len(order), "first to last")
        return Paper(f"{facts['question']}\n{shown}", answer, back)

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return bool([back.get(letter) for letter in answer] == facts["key"])

    def found(self, answer: str, facts: Facts) -> list[str] | None:
        return order_in(answer, LETTERS[: len(facts["items"])])

    def agrees(self, value: Any, facts: Facts) -> bool:
        return bool(value == facts["key"])

    def how(self, facts: Facts) -> str:
        return "give the whole order by the letters, first to last"


class Pairs(Form):
    """Things on the left to be matched with things on the right, one to one."""

    name = "pairs"
    shape = "list"

    def draft(self, small: bool) -> dict[str, Any]:
        pair = closed({"left": text(2, 120, ""), "right": text(2, 200, "fits this one on the left and no other")})
        return {"evidence": EVIDENCE, "question": QUESTION, "pairs": several(pair, 3, 5)}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for side in ("left", "right"):
            given = [pair[side] for pair in draft["pairs"]]
            if any(same(a, b) and len(a) == len(b) for n, a in enumerate(given) for b in given[:n]):
                yield f"two of those on the {side} are the same"

    def asked(self, draft: Draft, random: Random) -> Asked:
        pairs = [(pair["left"].strip(), pair["right"].strip()) for pair in draft["pairs"]]
        order = _not_sorted(random, len(pairs))
        letters = LETTERS[: len(pairs)]
        key = {str(n + 1): letters[order.index(n)] for n in range(len(pairs))}
        question = draft["question"].strip()
        facts = {"question": question, "left": [p[0] for p in pairs], "right": [pairs[n][1] for n in order], "key": key}
        return Asked(self._shown(question, facts["left"], facts["right"]), facts)

    @staticmethod
    def _shown(question: str, left: list[str], right: list[str]) -> str:
        numbers = [str(n) for n in range(1, len(left) + 1)]
        return f"{question}\n{listed(numbers, left)}\n\n{listed(LETTERS[: len(right)], right)}"

    def paper(self, facts: Facts, random: Random) -> Paper:
        order = random.sample(range(len(facts["right"])), len(facts["right"]))
        letters = LETTERS[: len(order)]
        back = {letters[place]: letters[n] for place, n in enumerate(order)}
        shown = self._shown(facts["question"], facts["left"], [facts["right"][n] for n in order])
        return Paper(shown, closed({number: {"enum": list(letters)} for number in facts["key"]}), back)

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return bool({number: back.get(letter) for number, letter in answer.items()} == facts["key"])

    def found(self, answer: str, facts: Facts) -> dict[str, str] | None:
        return matching_in(answer, list(facts["key"]), LETTERS[: len(facts["right"])])

    def agrees(self, value: Any, facts: Facts) -> bool:
        return bool(value == facts["key"])

    def said(self, facts: Facts) -> Any:
        letters = dict(zip(LETTERS, facts["right"], strict=False))
        return sorted((left, letters[facts["key"][str(n)]]) for n, left in enumerate(facts["left"], 1))

    def how(self, facts: Facts) -> str:
        return "give every pair as its number and its letter"


class Statements(Form):
    """Statements to be called true or false, at least one of each.

    With which words, the question says: its own are the same in any language, and are what an answer is read by.
    """

    name = "statements"
    shape = "list"

    def draft(self, small: bool) -> dict[str, Any]:
        because = text(8, 250, "what in the text decides it")
        one = closed({"because": because, "statement": text(10, 300, ""), "is_true": {"type": "boolean"}})
        asked = {**QUESTION, "description": "as the reader will see it; it names the two words to answer with"}
        told = "the word for a statement that is {}, as the question says it"
        marks = {"if_true": text(1, 30, told.format("true")), "if_false": text(1, 30, told.format("false"))}
        return {"evidence": EVIDENCE, "question": asked, "marks": closed(marks), "statements": several(one, 2, 4)}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if len({one["is_true"] for one in draft["statements"]}) < 2:
            yield "at least one statement has to be true and one false"
        marks = [mark.strip().casefold() for mark in draft["marks"].values()]
        for mark in marks:
            if not _word(mark).search(draft["question"].casefold()):
                yield f"the question does not say {mark!r}: it has to name both words to answer with"
        if len(set(marks)) < len(marks):
            yield f"both words to answer with are the same: {marks[0]!r}"

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = random.sample(list(draft["statements"]), len(draft["statements"]))
        shown = [one["statement"].strip() for one in made]
        numbers = [str(n) for n in range(1, len(made) + 1)]
        key = {number: one["is_true"] for number, one in zip(numbers, made, strict=True)}
        marks = [draft["marks"][name].strip() for name in ("if_true", "if_false")]
        facts = {"question": draft["question"].strip(), "statements": shown, "key": key, "marks": marks}
        return Asked(f"{facts['question']}\n{listed(numbers, shown)}", facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        shown = listed(list(facts["key"]), facts["statements"])
        told = "true for {!r}, false for {!r}".format(*facts.get("marks", _MARKS))
        answer = closed({number: {"type": "boolean", "description": told} for number in facts["key"]})
        return Paper(f"{facts['question']}\n{shown}", answer)

    def found(self, answer: str, facts: Facts) -> dict[str, bool] | None:
        items = list_in(answer)
        if len(items) != len(facts["statements"]):
            return None
        marks = facts.get("marks", _MARKS)
        read = [_called(_beside(item, said), marks) for item, said in zip(items, facts["statements"], strict=True)]
        truths = {str(n): truth for n, truth in enumerate(read, 1) if truth is not None}
        return truths if len(truths) == len(items) else None

    def agrees(self, value: Any, facts: Facts) -> bool:
        return bool(value == facts["key"])

    def how(self, facts: Facts) -> str:
        marks = " or ".join(map(repr, facts.get("marks", _MARKS)))
        return f"give a numbered list, an item for each statement in its order, that begins with {marks}"


_MARKS = ("true", "false")
"""Words to answer with of questions that were asked before they had their own."""
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def _called(item: str, marks: Sequence[str]) -> bool | None:
    """What an item calls its statement: by the question's own words, first of all the one it begins with."""
    said = item.casefold().lstrip("*_\"'“”„«‘([#> -–—:→")
    # The longer first: one may be the other denied.
    by_length = sorted(zip(marks, (True, False), strict=True), key=lambda mark: -len(mark[0]))
    found = set()
    for mark, truth in by_length:
        word = _word(mark.casefold())
        if word.match(said):
            return truth
        if word.search(said):
            found.add(truth)
            said = word.sub(" ", said)
    return found.pop() if len(found) == 1 else verdict_in(item)


def _word(mark: str) -> re.Pattern[str]:
    """A pattern of a word as one; signs, and scripts that put no spaces between words, have no such bounds."""
    is_word = mark.replace(" ", "").isalnum() and not _UNSPACED.search(mark)
    return re.compile(rf"(?<!\w){re.escape(mark)}(?!\w)" if is_word else re.escape(mark))


def _beside(item: str, statement: str) -> str:
    """What an answer says of a statement, without the statement, whose own words may say true or no."""
    return item.replace(statement, " ", 1)


def _not_sorted(random: Random, count: int) -> list[int]:
    """A shuffle that is not the right order already."""
    order = list(range(count))
    while order == sorted(order):
        random.shuffle(order)
    return order
