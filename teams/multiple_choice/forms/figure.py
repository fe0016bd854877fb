"""A calculation: the key and every wrong option are computed, each wrong one by the mistake that leads to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from decimal import ROUND_HALF_UP, Decimal
from random import Random
from typing import Any

from teams.engine.stages.forms import Asked, Draft, Facts, closed, several, text
from teams.engine.tongue import tongue
from teams.multiple_choice.forms.lettered import BECAUSE, EVIDENCE, STEM, Lettered, Shown
from teams.multiple_choice.forms.table import TABLE, table_faults, table_lines
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

_VALUE = re.compile(r"[-−]?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
_FIGURE = re.compile(r"\d+(?:[.,  ]\d+)*")
_KNOWN = frozenset("0 0.5 1 1.5 2 3 4 7 10 12 24 30 60 100 365 1000 3600 1000000".split())  # noqa: SIM905
"""Figures a calculation may use though the question does not give them: hours of a day, per cent, a half."""
_BEFORE = "$€£¥₹"
COMMAND = "As a calculator takes it, without units: (48 - 12) / 3"


def value_of(expression: str) -> Decimal:
    """Return the value of a calculation. Raises `CannotCompute`, saying what would be right."""
    told = compute(expression)
    rounded = told.partition("≈")[2].strip(" )")
    read = rounded or told
    match = _VALUE.fullmatch(read.replace(" ", ""))
    if match is None:
        raise CannotCompute(f"it gives {told!r}: leave the units out, they are named apart")
    return Decimal(match.group().replace("−", "-"))


def shown_as(value: Decimal, places: int, unit: str, question: str) -> str:
    """Return a value as an option says it: rounded, with its unit, the decimal sign that of the question's language."""
    number = str(value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP))
    if "." in number and tongue(question) in ("de", "es", "fr", "it", "nl", "pt"):
        number = number.replace(".", ",")
    if unit and unit in _BEFORE:
        return f"{unit}{number}"
    return f"{number} {unit}".strip() if unit not in ("%", "°") else f"{number}{unit}"


class Figure(Lettered):
    """A question with a figure for an answer. Where it stands among the options is drawn; the rest is in order.

    With `over_table`, the figures stand in a table.
    """

    name = "figure"
    written = False
    alphabets = ("ABCDEFGHIJ", "ABCDEFGHIJ", "abcdefghij")

    def __init__(self, fewest: int = 3, most: int = 6, *, over_table: bool = False) -> None:
        self.fewest, self.most, self.over_table = fewest, most, over_table
        self.wrong = (2, 4)
        """Fewest and most wrong options that are shown; more mistakes are asked for, so that there is a choice."""

    def wider(self) -> Lettered:
        form = copy(self)
        form.fewest, form.most, form.wrong = 6, 10, (5, 9)
        return form

    def draft(self, small: bool) -> dict[str, Any]:
        mistake = closed(
            {
                "mistake": text(8, 250, "what somebody does wrong who gets this figure"),
                "expression": text(1, 200, "their calculation, with the mistake in it"),
            }
        )
        table = {"table": TABLE} if self.over_table else {}
        return {
            "evidence": EVIDENCE,
            **table,
            "question": STEM,
            "because": BECAUSE,
            "expression": text(1, 200, f"the calculation. {COMMAND}"),
            "unit": text(0, 20, "of the answer; empty for a mere number"),
            "places": {"type": "integer", "minimum": 0, "maximum": 6, "description": "decimal places of all options"},
            "mistakes": several(mistake, self.fewest, self.most),
        }

    def notes(self, draft: Draft) -> list[str]:
        wrong = [f"{wrong['mistake']}: {wrong['expression']}" for wrong in draft["mistakes"]]
        return [f"The calculation: {draft['expression']}", *(f"A mistake: {told}" for told in wrong)]

    def stem(self, draft: Draft) -> str:
        question = draft["question"].strip()
        return f"{table_lines(draft['table'])}\n\n{question}" if "table" in draft else question

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        yield from table_faults(draft["table"]) if "table" in draft else ()
        broken = False
        for expression in (draft["expression"], *(wrong["expression"] for wrong in draft["mistakes"])):
            try:
                self._option(draft, expression)
            except CannotCompute as error:
                broken = True
                yield f"the calculation {expression!r} can't be carried out: {error}"
        if not broken:
            yield from self._distinct(draft)
        unsaid = [figure for figure in figures_in(draft["expression"]) if not is_given(figure, self.stem(draft))]
        if unsaid:
            yield (
                f"the calculation uses {', '.join(unsaid)}, which the question does not give in digits: "
                "work it out from figures of the question, inside the calculation"
            )

    def _distinct(self, draft: Draft) -> Iterator[str]:
        right = self._option(draft, draft["expression"])
        if not any(c in "123456789" for c in right):
            yield f"rounded to {draft['places']} places the answer is {right}: give it more places"
        seen = {right: "the right answer"}
        for wrong in draft["mistakes"]:
            option = self._option(draft, wrong["expression"])
            if option in seen:
                yield f"the mistake {wrong['mistake']!r} gives {option}, the same as {seen[option]}"
            seen.setdefault(option, repr(wrong["mistake"]))

    def _option(self, draft: Draft, expression: str) -> str:
        return shown_as(value_of(expression), draft["places"], draft["unit"].strip(), draft["question"])

    def asked(self, draft: Draft, random: Random) -> Asked:
        asked = super().asked(draft, random)
        options = asked.facts["options"]
        made = {self._option(draft, wrong["expression"]): wrong["expression"] for wrong in draft["mistakes"]}
        worked = {option: made.get(option, draft["expression"]) for option in options}
        how = {"worked": worked, "expression": draft["expression"], "unit": draft["unit"].strip()}
        return Asked(asked.text, {**asked.facts, **how, "places": draft["places"]})

    def shown(self, draft: Draft, random: Random) -> Shown:
        right = value_of(draft["expression"])
        wrong = {value_of(mistake["expression"]): mistake for mistake in draft["mistakes"]}
        count = random.randint(self.wrong[0], min(self.wrong[1], len(wrong)))
        place = random.randint(0, count)
        chosen, at = _placed(right, list(wrong), place, count, random)
        expressions = [wrong[value]["expression"] if value in wrong else draft["expression"] for value in chosen]
        options = [self._option(draft, one) for one in expressions]
        why = {o: wrong[value]["mistake"] for o, value in zip(options, chosen, strict=True) if value in wrong}
        return Shown(self.stem(draft), options, at, why)


def _placed(
    right: Decimal, wrong: Sequence[Decimal], place: int, count: int, random: Random
) -> tuple[list[Decimal], int]:
    """Choose `count` wrong values so that the right one stands at `place`, in order of size where that can be."""
    below, above = [v for v in wrong if v < right], [v for v in wrong if v > right]
    if len(below) >= place and len(above) >= count - place:
        chosen = [*random.sample(below, place), right, *random.sample(above, count - place)]
        return sorted(chosen), place
    if len(below) >= count - place and len(above) >= place:  # from large to small
        chosen = [*random.sample(above, place), right, *random.sample(below, count - place)]
        return sorted(chosen, reverse=True), place
    others = random.sample(list(wrong), count)
    return [*others[:place], right, *others[place:]], place


def figures_in(expression: str) -> list[str]:
    """Return the figures a calculation uses, without those that are known to all."""
    found = re.findall(r"(?<![\w.])\d[\d_,]*(?:\.\d+)?(?![\w.])", expression.replace("_", ""))
    return [figure for figure in dict.fromkeys(found) if _bare(figure) not in _KNOWN]


def is_given(figure: str, stem: str) -> bool:
    """Does a question give a figure, as it is, with other signs for thousands and decimals, or as a percentage?"""
    said = {_bare(found) for found in _FIGURE.findall(stem)}
    said |= {_bare(piece) for found in _FIGURE.findall(stem) for piece in re.split(r"[,  ]", found)}
    value = Decimal(_bare(figure))
    wanted = {value, value * 100, value / 100, 1 - value, (1 - value) * 100, (value - 1) * 100}
    return any(Decimal(one) in wanted for one in said if one)


def _bare(figure: str) -> str:
    joined = re.sub(r"[,  ](?=\d{3}(?!\d))", "", figure)
    joined = joined.replace(",", ".").replace(" ", "").replace(" ", "")
    if joined.count(".") > 1:
        joined = joined.replace(".", "")
    whole, dot, rest = joined.partition(".")
    rest = rest.rstrip("0")
    return f"{whole.lstrip('0') or '0'}{dot if rest else ''}{rest}"


def recomputed(facts: Facts) -> Iterator[str]:
    """Yield what does not hold of an item's figures when they are computed again."""
    worked: Mapping[str, str] = facts["worked"]
    right = facts["options"][facts["labels"].index(facts["key"])]
    if worked.get(right) != facts["expression"]:
        yield f"the key {right!r} is not worked out by {facts['expression']!r}"
    for option in facts["options"]:
        try:
            told = shown_as(value_of(worked[option]), facts["places"], facts["unit"], facts["question"])
        except (KeyError, CannotCompute) as error:
            yield f"{option!r} can't be worked out again: {error}"
            continue
        if told != option:
            yield f"{worked[option]!r} gives {told!r}, the option says {option!r}"
    if len(set(facts["options"])) < len(facts["options"]):
        yield "two options are the same figure"
