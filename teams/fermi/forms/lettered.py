"""Estimates that end in a choice: which counts most, which is more, is it enough, can the claim be true.

The program works out which option is right, by the trees, and refuses an item whose trees leave it open.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from teams.engine.checks.told import told_in
from teams.engine.stages.forms import Asked, Draft, Facts, Paper, closed, text
from teams.engine.stages.forms.form import LETTERS, listed
from teams.fermi.final import letter
from teams.fermi.forms.estimate import Estimate, kept, notes
from teams.fermi.forms.fields import GUIDANCE, WORDS, tree
from teams.fermi.plausible import implausible
from teams.fermi.tree import Leaf, Reckoned, Tree, apart, between, faults, reckoned, rounded, tree_of
from teams.fermi.writing import written

_LEADS = 1.3
"""By what the first assumption's swing has to exceed the second's."""
_TELLS = 0.5
"""Orders of magnitude between two sizes that are told apart."""
CLAIM = "{claim}"
_FEWEST = 3
_OFF = (25, 150)
"""By what a claim that can't be is off."""
_SCALES = (1.0, 1e3, 1e6, 1e9, 1e12, 0.01)


class Lettered(Estimate):
    """A choice whose key is worked out."""

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["ask"] if "ask" in facts else facts["question"], {"enum": list(self.letters(facts))})

    def letters(self, facts: Facts) -> str:
        return LETTERS[: len(facts["options"])]

    def found(self, answer: str, facts: Facts) -> str | None:
        return letter(answer, self.letters(facts))

    def agrees(self, value: Any, facts: Facts) -> bool:
        return bool(value == facts["key"])

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return bool(self.said(new) == self.said(old))

    def how(self, facts: Facts) -> str:
        return (
            ""
            if facts.get("demands")
            else "give the letter of your choice in bold, as in **A**, and no other letter so"
        )

    def told(self, facts: Facts) -> Any:
        return (
            f"{facts['key']} ({facts['options'][LETTERS.index(facts['key'])]}). A value that the answer says it assumes"
            " is supported if it could be so within a factor of three."
        )

    def lettered(self, question: str, options: Sequence[str], right: str, facts: dict[str, Any]) -> Asked:
        """Return the question with its options, in the order they are given."""
        shown = f"{question}\n\n{listed(LETTERS[: len(options)], options)}"
        known = {"options": list(options), "key": LETTERS[list(options).index(right)]}
        return Asked(shown, {"question": question, **facts, **known})


class Sensitive(Lettered):
    """Which of the assumptions moves the result most: each has its range in the question."""

    name = "sensitive"
    fewest = 4
    has_other = False

    def tree(self) -> dict[str, Any]:
        return tree(self.fewest, 7, leaf=WORDS)

    def guidance(self, small: bool) -> str:
        return (
            f"{super().guidance(small)}\n- The program lists the leaves' `words` under the question, lettered, and"
            " works out how far the result moves when each goes from its low to its high end. One of them has to lead"
            " clearly, and not the one with the largest figures."
        )

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        main = tree_of(draft)
        broken = [*faults(main), *implausible(main)]
        yield from broken
        if not broken:
            yield from self.looks(draft, main, reckoned(main))

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        swings = sorted(made.swings.values(), reverse=True)
        if swings[0] < 0.2 or swings[0] < _LEADS * swings[1]:
            named = ", ".join(f"{name} {10**swing:.2g}" for name, swing in made.swings.items())
            yield f"none leads clearly: the result moves by these factors: {named}"
        widest = max(main.leaves, key=lambda leaf: leaf.high / leaf.low)
        if made.swings[widest.name] == swings[0] and len({leaf.high / leaf.low for leaf in main.leaves}) > 2:
            said = sorted((leaf.high / leaf.low for leaf in main.leaves), reverse=True)
            if said[0] > 3 * said[1]:
                yield f"{widest.name} has by far the widest range: one sees without reckoning that it counts most"
        for leaf, drafted in zip(main.leaves, draft["leaves"], strict=True):
            if not _says(drafted["words"], leaf):
                yield f"{leaf.name}: {drafted['words']!r} doesn't say {leaf.low:g} and {leaf.high:g}, in digits"

    def asked(self, draft: Draft, random: Random) -> Asked:
        main = tree_of(draft)
        made = reckoned(main)
        leaves = random.sample(list(zip(main.leaves, draft["leaves"], strict=True)), len(main.leaves))
        options = [drafted["words"].strip() for _, drafted in leaves]
        first = max(made.swings, key=lambda name: made.swings[name])
        right = next(drafted["words"].strip() for leaf, drafted in leaves if leaf.name == first)
        swings = {drafted["words"].strip(): round(10 ** made.swings[leaf.name], 2) for leaf, drafted in leaves}
        facts = {"tree": kept(draft), "unit": main.unit, "value": rounded(made.value), "notes": notes(main, made)}
        return self.lettered(draft["question"].strip(), options, right, {**facts, "swings": swings})


def _says(words: str, leaf: Leaf) -> bool:
    """Whether both ends stand in a few words, as figures of any language: 60 to 90 million, 20–40 %."""
    figures = [float(one.value) for tag in ("", "de") for one in told_in(words, tag)]

    def stands(end: float) -> bool:
        return any(
            apart(figure, end * scale) < 0.002
            for figure in figures
            for scale in (*_SCALES, *(1 / s for s in _SCALES))
            if figure > 0
        )

    return stands(leaf.low) and stands(leaf.high)


_SIDE = {"label": text(3, 120, "what it is, as an option in the question: the water in …")}


class Larger(Lettered):
    """Which of two things is more, by how much."""

    name = "larger"

    def draft(self, small: bool) -> dict[str, Any]:
        sides = {name: closed({**_SIDE, **tree(2, 7)}) for name in ("first", "second")}
        return {**super().beside(), **sides, "question": QUESTION_OF_TWO}

    def guidance(self, small: bool) -> str:
        return (
            f"{GUIDANCE}\n- Each side has a tree of its own, and both come out in units of the same sort. The program"
            " says which is more; their ranges may not overlap. It lists both labels under the question as A and B."
        )

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        sides = [tree_of(draft[name]) for name in ("first", "second")]
        broken = [
            f"{name}: {fault}"
            for name, side in zip(("first", "second"), sides, strict=True)
            for fault in (*faults(side), *implausible(side))
        ]
        yield from broken
        if broken:
            return
        if sum(leaf.basis != "said" for side in sides for leaf in side.leaves) < 2:
            yield "the question says nearly all there is to know: that is a sum, not an estimate; leave two things open"
        ratio = between(sides[1].unit, sides[0].unit)
        if ratio is None:
            yield f"one side comes to {sides[0].unit!r} and the other to {sides[1].unit!r}: they can't be compared"
            return
        one, two = (reckoned(side) for side in sides)
        is_clear = one.low > two.high * ratio or two.low * ratio > one.high
        if not is_clear or apart(one.value, two.value * ratio) < _TELLS:
            yield f"they come to {one.value:.2g} and {two.value * ratio:.2g} {sides[0].unit}, with ranges that overlap: that is open"  # noqa: E501

    def asked(self, draft: Draft, random: Random) -> Asked:
        first, second = (tree_of(draft[name]) for name in ("first", "second"))
        one, two = reckoned(first).value, reckoned(second).value * (between(second.unit, first.unit) or 1.0)
        labels = [draft[name]["label"].strip() for name in ("first", "second")]
        options = random.sample(labels, 2)
        facts = {
            "tree": kept(draft["first"]), "other": kept(draft["second"]), "unit": first.unit, "value": rounded(one),
            "against": rounded(two), "notes": [*notes(first, reckoned(first)), *notes(second, reckoned(second))],
        }  # fmt: skip
        return self.lettered(self.question(draft), self.options(draft, options), self.right(draft, one, two), facts)

    def question(self, draft: Draft) -> str:
        return str(draft["question"].strip())

    def options(self, draft: Draft, labels: Sequence[str]) -> Sequence[str]:
        return labels

    def right(self, draft: Draft, one: float, two: float) -> str:
        return str(draft["first" if one > two else "second"]["label"].strip())


class Enough(Larger):
    """Is there enough, does it fit, can it be done: what is needed against what there is."""

    name = "enough"

    def draft(self, small: bool) -> dict[str, Any]:
        drafted = super().draft(small)
        yes = text(3, 160, "an option under the question: yes, it is enough (fits, can be done) by far, in its words")
        no = text(3, 160, "the other option: no, it is far from enough")
        return {
            **{k: v for k, v in drafted.items() if k != "question"},
            "yes": yes,
            "no": no,
            "question": QUESTION_OF_TWO,
        }

    def guidance(self, small: bool) -> str:
        return f"{super().guidance(small)} Here `first` is what is needed and `second` what there is, and listed are `yes` and `no`."  # noqa: E501

    def options(self, draft: Draft, labels: Sequence[str]) -> Sequence[str]:
        both = [draft["yes"].strip(), draft["no"].strip()]
        # The labels are drawn; so is which of the two answers stands first.
        return both if labels[0] == draft["first"]["label"].strip() else both[::-1]

    def right(self, draft: Draft, one: float, two: float) -> str:
        return str(draft["yes" if two > one else "no"].strip())


class Claimed(Lettered):
    """A claim with a figure: far too high, about right, or far too low; the program draws which."""

    name = "claimed"
    _fates = ("too_high", "about_right", "too_low")

    def beside(self) -> dict[str, Any]:
        return {
            "too_high": text(
                3, 160, "an option under the question: the figure is far too high, by more than a factor of ten"
            ),
            "about_right": text(3, 160, "an option: about right, within a factor of three"),
            "too_low": text(3, 160, "an option: far too low, by more than a factor of ten"),
        }

    def guidance(self, small: bool) -> str:
        return (
            f"{super().guidance(small)}\n- Somebody claims a figure. Write {CLAIM} in the question where it stands, and"
            " its unit behind it, the one of the last step in words; the program puts one in, right or wrong, and works"
            " out which option is so."
        )

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        yield from super().looks(draft, main, made)
        if draft["question"].count(CLAIM) != 1:
            yield f"the question has to hold {CLAIM} once, where the claimed figure stands"
        if apart(made.low, made.high) > 1.6:
            yield f"from {made.low:.2g} to {made.high:.2g} is too wide to judge a claim by: narrow the leaves"
        if len({draft[fate].strip() for fate in self._fates}) < 3:
            yield "two options are the same"

    def asked(self, draft: Draft, random: Random) -> Asked:
        main = tree_of(draft)
        made = reckoned(main)
        fate, off = random.choice(self._fates), random.uniform(*_OFF)
        if fate == "too_low" and made.value / off < _FEWEST:
            fate = "too_high"  # nobody claims that a mill feeds one person and a third
        factor = {"too_high": off, "about_right": random.uniform(0.7, 1.4), "too_low": 1 / off}[fate]
        claim = rounded(made.value * factor, 2)
        question = draft["question"].strip().replace(CLAIM, written(claim, str(draft.get("language", ""))))
        options = [draft[name].strip() for name in random.sample(self._fates, 3)]
        facts = {"tree": kept(draft), "unit": main.unit, "value": rounded(made.value), "claim": claim, "fate": fate}
        facts |= {"low": rounded(made.low), "high": rounded(made.high), "other": kept(draft["other"])}
        return self.lettered(question, options, draft[fate].strip(), {**facts, "notes": notes(main, made)})


QUESTION_OF_TWO = text(30, 1200, "as whoever answers will see it; the two options are listed under it by the program")
