"""One right answer among options; the program letters them, so that no place is favoured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from teams.engine.checks.choices import choice_in
from teams.engine.checks.options import option_faults, option_hints
from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms.form import EVIDENCE, LETTERS, QUESTION, Asked, Draft, Facts, Form, Paper, listed

STYLES = ("{}.", "{})", "({})")
"""How letters are set before options."""


class Choice(Form):
    """A question with one right option and a number of wrong ones."""

    name = "choice"
    shape = "choice"

    def __init__(self, wrong: int = 3) -> None:
        self.wrong = wrong

    def draft(self, small: bool) -> dict[str, Any]:
        longest = 160 if small else 400
        because = text(8, 160 if small else 300, "what somebody overlooks who takes it, and what makes it wrong")
        other = closed({"option": text(1, longest, "wrong, and tempting"), "because": because})
        number = min(self.wrong, 3) if small else self.wrong
        return {
            "evidence": EVIDENCE,
            "question": QUESTION,
            "right": text(1, longest, "the right option"),
            "wrong": several(other, number, number),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        given = [draft["right"], *(wrong["option"] for wrong in draft["wrong"])]
        options = dict(zip(LETTERS, (option.strip() for option in given), strict=False))
        # The writer knows the right option as the first; letters are drawn later.
        yield from (f"the options: {fault}" for fault in option_faults(options, "A"))
        yield from (f"the right option can be guessed: {hint}" for hint in option_hints(options, "A"))

    def asked(self, draft: Draft, random: Random) -> Asked:
        options = [draft["right"].strip(), *(wrong["option"].strip() for wrong in draft["wrong"])]
        order = random.sample(range(len(options)), len(options))
        shuffled, letters = [options[n] for n in order], LETTERS[: len(options)]
        style = random.choice(STYLES)
        because = {options[n + 1]: wrong["because"] for n, wrong in enumerate(draft["wrong"])}
        facts = {"question": draft["question"].strip(), "options": shuffled, "key": letters[order.index(0)]}
        marks = [style.format(letter) for letter in letters]
        return Asked(f"{facts['question']}\n{listed(marks, shuffled, '')}", {**facts, "wrong_because": because})

    def paper(self, facts: Facts, random: Random) -> Paper:
        order = random.sample(range(len(facts["options"])), len(facts["options"]))
        letters = LETTERS[: len(order)]
        back = {letters[place]: letters[n] for place, n in enumerate(order)}
        shown = listed(letters, [facts["options"][n] for n in order])
        return Paper(f"{facts['question']}\n{shown}", {"enum": list(letters)}, back)

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return bool(back.get(str(answer)) == facts["key"])

    def found(self, answer: str, facts: Facts) -> str | None:
        letters = LETTERS[: len(facts["options"])]
        return choice_in(answer, letters, dict(zip(letters, facts["options"], strict=True)))

    def agrees(self, value: Any, facts: Facts) -> bool:
        return bool(value == facts["key"])

    def small_reply(self, facts: Facts) -> Mapping[str, Any]:
        letters = [f"{letter}." for letter in LETTERS[: len(facts["options"])]]
        because = {"type": "string", "pattern": r"^[A-Z][^\"\\\n{}]{25,240}\.$"}
        return closed({"letter": {"enum": letters}, "because": because})

    def how(self, facts: Facts) -> str:
        return "name the one option you choose by its letter, once and beyond doubt"
