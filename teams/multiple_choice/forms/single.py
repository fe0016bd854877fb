"""One right option among wrong ones, each wrong for a named reason: plain, after a case, over a table, with a gap."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import copy
from random import Random
from typing import Any

from teams.engine.stages.forms import Draft, closed, several, text
from teams.engine.stages.forms.short import GAP
from teams.multiple_choice.forms.lettered import BECAUSE, EVIDENCE, STEM, WHY_WRONG, Lettered, Shown, clear_faults
from teams.multiple_choice.forms.table import TABLE, table_faults, table_lines

WIDER = (5, 9)
"""Wrong options of an item that gets more of them."""


class Best(Lettered):
    """A question, its right option and between `fewest` and `most` wrong ones."""

    name = "best"

    def __init__(self, fewest: int = 2, most: int = 4) -> None:
        self.fewest, self.most = fewest, most

    def draft(self, small: bool) -> dict[str, Any]:
        longest = 140 if small else 400
        other = closed({"option": text(1, longest, "wrong, and tempting"), "because": WHY_WRONG})
        fewest, most = (3, 3) if small else (self.fewest, self.most)
        right = text(1, longest, "the right option")
        return {**self.opening(small), "because": BECAUSE, "right": right, "wrong": several(other, fewest, most)}

    def wider(self) -> Lettered:
        form = copy(self)
        form.fewest, form.most = WIDER
        return form

    def opening(self, small: bool) -> dict[str, Any]:
        """Return the fields that come before the options."""
        return {"question": STEM} if small else {"evidence": EVIDENCE, "question": STEM}

    def stem(self, draft: Draft) -> str:
        """Return all that the reader sees above the options."""
        return str(draft["question"]).strip()

    def options_of(self, draft: Draft) -> list[str]:
        return [draft["right"].strip(), *(wrong["option"].strip() for wrong in draft["wrong"])]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        right = draft["right"].strip()
        if len(right) > 8 and right.casefold() in self.stem(draft).casefold():
            yield f"the question gives its answer away: {right!r} stands in it"

    def shown(self, draft: Draft, random: Random) -> Shown:
        options = self.options_of(draft)
        order = random.sample(range(len(options)), len(options))
        why = {wrong["option"].strip(): wrong["because"] for wrong in draft["wrong"]}
        return Shown(self.stem(draft), [options[n] for n in order], order.index(0), why)


class Case(Best):
    """A situation is told first, with all that is needed; then comes the question."""

    name = "case"

    def opening(self, small: bool) -> dict[str, Any]:
        case = text(
            120, 1800, "the situation, told in sentences, with every finding that decides it and some that don't"
        )
        return {"evidence": EVIDENCE, "case": case, "question": STEM}

    def stem(self, draft: Draft) -> str:
        return f"{draft['case'].strip()}\n\n{draft['question'].strip()}"


class Tabled(Best):
    """A small table stands in the question and has to be read."""

    name = "tabled"

    def opening(self, small: bool) -> dict[str, Any]:
        return {"evidence": EVIDENCE, "table": TABLE, "question": STEM}

    def stem(self, draft: Draft) -> str:
        return f"{table_lines(draft['table'])}\n\n{draft['question'].strip()}"

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        yield from table_faults(draft["table"])


class Cloze(Best):
    """A sentence with one gap, and words of which one fills it."""

    name = "cloze"

    def opening(self, small: bool) -> dict[str, Any]:
        sentence = text(20, 500, f"one or two sentences with exactly one gap, written {GAP}")
        lead = text(12, 200, "what to do with the sentence, in a few words")
        return {"sentence": sentence, "question": lead} | ({} if small else {"evidence": EVIDENCE})

    def stem(self, draft: Draft) -> str:
        return f"{draft['question'].strip()}\n{draft['sentence'].strip()}"

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if len(re.findall(r"_{2,}", draft["sentence"])) != 1 or draft["sentence"].count(GAP) != 1:
            yield f"the sentence has to have exactly one {GAP}"


class NoneAbove(Best):
    """The last option says that none of the others is right; the program draws whether it is, by leaving one out.

    With `always`, it is: for an item whose right option is to be taken away.
    """

    name = "none_above"

    def __init__(self, fewest: int = 3, most: int = 4, *, always: bool = False) -> None:
        super().__init__(fewest, most)
        self.always = always

    def draft(self, small: bool) -> dict[str, Any]:
        none = text(3, 80, "'none of the above', in the language of the question")
        return {**super().draft(small), "none": none}

    def notes(self, draft: Draft) -> list[str]:
        return [f"Right, shown or left out: {draft['right'].strip()!r}"]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        none = draft["none"].strip().casefold()
        if any(option.casefold() == none for option in self.options_of(draft)):
            yield f"{draft['none']!r} stands among the options already"

    def shown(self, draft: Draft, random: Random) -> Shown:
        right, *wrong = self.options_of(draft)
        none = draft["none"].strip()
        why = {other["option"].strip(): other["because"] for other in draft["wrong"]}
        if self.always or random.random() < 1 / (len(wrong) + 1):
            order = random.sample(wrong, len(wrong))
            return Shown(self.stem(draft), [*order, none], len(order), why, last_stays=True)
        order = [right, *random.sample(wrong, len(wrong) - 1)]
        random.shuffle(order)
        return Shown(self.stem(draft), [*order, none], order.index(right), _kept(why, order), last_stays=True)


class AllAbove(Lettered):
    """The last option says that all others are right; the program draws whether they are."""

    name = "all_above"

    def draft(self, small: bool) -> dict[str, Any]:
        other = closed({"option": text(1, 300, "wrong, and tempting"), "because": WHY_WRONG})
        right = several(text(1, 300, "a right answer to the question by itself"), 3, 3)
        every = text(3, 80, "'all of the above', in the language of the question")
        return {"evidence": EVIDENCE, "question": STEM, "because": BECAUSE, "right": right,
                "wrong": several(other, 2, 2), "all": every}  # fmt: skip

    def options_of(self, draft: Draft) -> list[str]:
        return [*(right.strip() for right in draft["right"]), *(wrong["option"].strip() for wrong in draft["wrong"])]

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        for n, _ in enumerate(draft["right"]):
            options = self.options_of(draft)
            yield from clear_faults([options[n], *options[3:]])
        yield from (fault for fault in super().complaints(draft, passage) if "the same" in fault or "not say" in fault)

    def shown(self, draft: Draft, random: Random) -> Shown:
        options, every = self.options_of(draft), draft["all"].strip()
        rights, wrongs = options[:3], options[3:]
        why = {other["option"].strip(): other["because"] for other in draft["wrong"]}
        if random.random() < 1 / 4:
            order = random.sample(rights, 3)
            return Shown(draft["question"].strip(), [*order, every], 3, {}, last_stays=True)
        right = random.choice(rights)
        order = [right, *wrongs]
        random.shuffle(order)
        return Shown(draft["question"].strip(), [*order, every], order.index(right), why, last_stays=True)


def _kept(why: Mapping[str, str], options: list[str]) -> dict[str, str]:
    return {option: because for option, because in why.items() if option in options}
