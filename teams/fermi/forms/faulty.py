"""Workings to be criticised: one with a mistake that the program planted, or two of which one has it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.checks.told import told_in
from teams.engine.stages.forms import Asked, Draft, Facts, Paper, closed, text
from teams.fermi.final import bold, final, in_unit
from teams.fermi.forms.estimate import Estimate, kept, notes, second_faults
from teams.fermi.forms.fields import SHOWN, tree
from teams.fermi.planting import SORTS, Working, lines, planted, sound, unit_words, values_of, with_words
from teams.fermi.tree import Reckoned, Tree, apart, faults, reckoned, rounded, tree_of
from teams.fermi.writing import written

_SHOWN_STEP = {
    **SHOWN,
    "shown": text(3, 120, "what comes out, as the working calls it, in the asker's words: cups drunk in a day"),
}
_RIGHT = 0.1
"""Orders of magnitude by which a corrected result may be off: the working's own figures leave no room."""
_STEP = re.compile(r"(?<![\w.,])([AB]?)\s?(\d{1,2})(?![\w%]|[.,]\d)")


class Faulty(Estimate):
    """Somebody's estimate, step by step: is there a mistake, where, and what comes out without it?"""

    name = "faulty"
    steps = 3
    has_other = False
    sorts: Sequence[str] = SORTS

    def tree(self) -> dict[str, Any]:
        return tree(self.fewest, 8, steps=self.steps, leaf=SHOWN, step=_SHOWN_STEP)

    def guidance(self, small: bool) -> str:
        return (
            f"{super().guidance(small)}\n- Write the tree right, in three steps or more, each short. The program puts"
            " in the middle of each range, writes the steps out under the question as a numbered working, and makes one"
            " mistake in it (or, now and then, none): a unit, a power of ten, something counted twice, a rate of the"
            " wrong period. So the question introduces a working that follows, and doesn't say what is wrong with it,"
            " nor any result. `words` and `shown` are in the asker's language."
        )

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        if planted(main, Random(0), [sort for sort in self.sorts if sort != "none"]) is None:
            yield "no mistake can be made in it: give it three steps, products of two or three things each"
        yield from _words_missing(draft, main)
        if any(apart(float(one.value), made.value) < 0.05 for one in told_in(draft["question"]) if one.value > 12):
            yield "the question says the result: the working under it does"

    def asked(self, draft: Draft, random: Random) -> Asked:
        main = with_words(tree_of(draft), draft["steps"])
        working = planted(main, random, self.sorts) or sound(main)
        words, tag = unit_words(draft["leaves"], draft["steps"]), str(draft.get("language", ""))
        shown = "\n".join(lines(main, working, words, tag=tag))
        facts = {**_found_out(working, str(working.wrong or "")), "tree": kept(draft), "unit": main.unit}
        facts["points"] = [_POINT_SOUND if not working.wrong else _POINT_WRONG]
        facts["key"] = self.key_said(facts)
        question = draft["question"].strip()
        return Asked(f"{question}\n\n{shown}", {"question": question, **facts, "notes": notes(main, reckoned(main))})

    def key_said(self, facts: Facts) -> str:
        if not facts["step"]:
            return f"no step is wrong; {written(facts['right'], '', 3)} {facts['unit']}"
        right = f"{written(facts['right'], '', 3)} {facts['unit']}"
        return f"step {facts['step']} ({facts['sort']}); without the mistake {right}"

    def told(self, facts: Facts) -> Any:
        return f"{facts['key']}. The values the working starts from are given, and not at issue."

    def paper(self, facts: Facts, random: Random) -> Paper:
        numbers = [*facts["steps"], "none"]
        step = {"enum": numbers, "description": "the step with the mistake"}
        right = {"type": "number", "description": "what it comes to without the mistake"}
        unit = f"\n(a number of: {facts['unit']})" if facts["unit"] else ""
        return Paper(f"{facts.get('ask', facts['question'])}{unit}", closed({"step": step, "right": right}))

    def found(self, answer: str, facts: Facts) -> Any:
        """The step that bold words name, and the figure the answer comes to."""
        if not facts["step"]:
            return None  # that nothing is wrong can be said in any words: a reader looks
        named = [step for piece in bold(answer) for step in _named(piece, facts)]
        steps = list(dict.fromkeys(named))
        right = final(answer, facts)
        return {"step": steps[0], "right": right} if len(steps) == 1 and right is not None else None

    def agrees(self, value: Any, facts: Facts) -> bool:
        if not isinstance(value, Mapping):
            return False
        if not isinstance(value["right"], int | float) or apart(float(value["right"]), facts["right"]) > _RIGHT:
            return False
        return bool(value["step"] == (facts["step"] or "none"))

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return bool(new["step"] == old["step"] and apart(new["right"], old["right"]) < 0.02)

    def how(self, facts: Facts) -> str:
        if facts.get("demands") or not facts["step"]:
            return ""
        marks = "as in **A2**" if "A1" in facts["steps"] else "as in **step 2**"
        last = "and last, in bold, the corrected result with its unit"
        return f"name the step that is wrong in bold, {marks}, and no other; {last}"


_POINT_WRONG = "It shows why that step is wrong, and works the rest out again with the step put right."
_POINT_SOUND = "It goes through the working and says that it holds, instead of finding fault where none is."


def _found_out(working: Working, step: str) -> dict[str, Any]:
    numbers = [str(n) for n in range(1, len(working.steps) + 1)]
    known = {"step": step, "steps": numbers, "sort": working.sort, "right": rounded(working.right, 3)}
    return {**known, "value": rounded(working.right, 3), "stated": working.stated}


def _named(piece: str, facts: Facts) -> Iterator[str]:
    """Yield the steps that a few words in bold name; a figure with its unit is none."""
    steps = set(facts["steps"])
    has_letters = "A1" in steps
    for mark, number in _STEP.findall(piece):
        if f"{mark}{number}" in steps and (has_letters or len(in_unit(piece, facts)) <= 1):
            is_short = len(piece.split()) <= 6
            if has_letters or is_short:
                yield f"{mark}{number}"


def _words_missing(draft: Draft, main: Tree) -> Iterator[str]:
    for one in (*draft["leaves"], *draft["steps"]):
        if any(letter.isdigit() for letter in one["words"]):
            yield f"{one['name']}: {one['words']!r} is to be the unit alone, in words; the program writes the figure"
    values = values_of(main)
    for one in draft["leaves"]:
        if values[one["name"]] == 1 and one["low"] < one["high"] and re.match(r"\s*\w{3,}s\b", one["words"]):
            yield f"{one['name']}: it is worked with 1, which reads badly before {one['words']!r}: choose another range"


class Rivals(Faulty):
    """Two workings of the same size, of which one has a mistake: which is to be trusted?"""

    name = "rivals"
    steps = 2
    fewest = 3
    sorts = tuple(sort for sort in SORTS if sort != "none")

    def draft(self, small: bool) -> dict[str, Any]:
        drafted = super().draft(small)
        other = closed(tree(2, 7, steps=2, leaf=SHOWN, step=_SHOWN_STEP))
        return {
            **{k: v for k, v in drafted.items() if k != "question"},
            "other": other,
            "question": drafted["question"],
        }

    def guidance(self, small: bool) -> str:
        return (
            f"{super().guidance(small)}\n- There are two workings of the same size, in the same unit, by two routes"
            " that share no assumption (`other` is the second tree). The program shows them as A and B, with a mistake"
            " in one."
        )

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        yield from super().looks(draft, main, made)
        yield from second_faults(main, draft["other"])
        other = tree_of(draft["other"])
        if not faults(other):
            yield from _words_missing(draft["other"], other)
            if other.unit.split() != main.unit.split():
                yield f"both workings have to end in the same unit: {main.unit!r} and {other.unit!r}"

    def asked(self, draft: Draft, random: Random) -> Asked:
        sides = [draft, draft["other"]]
        trees = [with_words(tree_of(side), side["steps"]) for side in sides]
        order = random.sample((0, 1), 2)
        # A mistake can be made in one of them at least; the other is sound.
        bad = next((n for n in random.sample((0, 1), 2) if planted(trees[n], Random(0), self.sorts)), 0)
        workings = [planted(one, random, self.sorts) if n == bad else sound(one) for n, one in enumerate(trees)]
        tag, shown, steps = str(draft.get("language", "")), [], []
        for mark, n in zip("AB", order, strict=True):
            working = workings[n] or sound(trees[n])
            words = unit_words(sides[n]["leaves"], sides[n]["steps"])
            shown.append("\n".join(lines(trees[n], working, words, mark=mark, tag=tag)))
            steps += [f"{mark}{k}" for k in range(1, len(working.steps) + 1)]
        wrong = workings[bad]
        assert wrong is not None
        facts = {**_found_out(wrong, f"{'AB'[order.index(bad)]}{wrong.wrong}"), "steps": steps}
        facts |= {"tree": kept(sides[bad]), "other": kept(sides[1 - bad]), "unit": trees[bad].unit}
        facts |= {"points": [_POINT_WRONG], "key": self.key_said({**facts})}
        question, text_ = draft["question"].strip(), "\n\n".join(shown)
        return Asked(
            f"{question}\n\n{text_}", {"question": question, **facts, "notes": notes(trees[0], reckoned(trees[0]))}
        )
