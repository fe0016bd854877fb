"""Forms of questions without a text: asked, put on paper, read back, compared with the key."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.open_domain_qa.forms import (
    DISCREPANCY,
    FORMULA,
    FUNCTION,
    KNOWN,
    KNOWN_LIST,
    PREMISE,
    PROBABILITY,
    REASONED,
    WITHHELD,
    WORKED,
)
from tests.teams.open_domain_qa.faults import BAGS, DICE, FACT, GAP, GAPS, ICE, LAKE, PHASES, SPEED

whole = st.integers(3, 9_000)
TRIP = {
    "plan": "way by speed", "question": "How many hours does a cart take for 9 km at 4 km an hour?", "taken": [],
    "expression": "9 / 4", "unit": "hours", "whole": False, "program": "print(2.25)",
}  # fmt: skip
SNIPPET = {
    "snippet": "print(round(2.5))",
    "prints": "2",
    "expected": "3",
    "fix": "import math\nprint(math.floor(2.5 + 0.5))",
    "question": "I expected round(2.5) to print 3, and it prints 2. Why, and how do I get 3?",
    "points": ["Python rounds halves to the even neighbour."],
}


def sum_of(a: int, b: int, times: int) -> dict[str, Any]:
    return {
        "plan": "add, then multiply",
        "question": f"A shelf holds {a} jars and {b} tins, and there are {times} shelves like it. How many pieces?",
        "taken": [],
        "expression": f"({a} + {b}) * {times}",
        "unit": "pieces",
        "whole": True,
        "program": "print(0)",
    }


@given(a=whole, b=whole, times=st.integers(3, 40))
def test_a_figure_in_bold_is_read_back_and_another_is_not(a: int, b: int, times: int) -> None:
    facts = WORKED.asked(sum_of(a, b, times), Random(1)).facts
    key = (a + b) * times
    for said in (f"{a} + {b} = {a + b}, so there are **{key:,} pieces**.", f"**{key}** pieces, {times} times {a + b}."):
        assert WORKED.agrees(WORKED.found(said, facts), facts)
    assert not WORKED.agrees(WORKED.found(f"So there are **{key + 1} pieces**.", facts), facts)
    assert not WORKED.agrees(WORKED.found(f"**{key} or {key + times} pieces**.", facts), facts)
    assert WORKED.marked(key, facts, {})
    assert not WORKED.marked(key - 1, facts, {})


@settings()  # the first call loads what tells languages apart
@given(a=whole, b=whole, times=st.integers(3, 40))
def test_a_sum_from_what_is_said_is_not_complained_of(a: int, b: int, times: int) -> None:
    draft = sum_of(a, b, times)
    told = {a, b, times}
    if (a + b) * times not in told:
        assert list(WORKED.complaints(draft, "")) == []


@pytest.mark.parametrize(
    ("form", "draft", "said", "right"),
    [
        (PROBABILITY, DICE, "11/36", True), (PROBABILITY, DICE, r"$\frac{11}{36}$", True),
        (PROBABILITY, DICE, "30.6 %", True), (PROBABILITY, DICE, r"\frac{11}{36} \approx 30.6\%", True),
        (PROBABILITY, DICE, "11/36 ≈ 0.306 (30.6 %)", True), (PROBABILITY, DICE, "0,306", False),
        (PROBABILITY, DICE, "30.6", False), (PROBABILITY, DICE, "0.306 %", False), (PROBABILITY, DICE, "25/36", False),
        (WORKED, BAGS, "153 bags of 2.5 kg", True), (WORKED, BAGS, "153 kg", False), (WORKED, BAGS, "154 bags", False),
        (WORKED, TRIP, "2.25 hours", True), (WORKED, TRIP, "2 h 15 min", True), (WORKED, TRIP, "135 minutes", True),
        (WORKED, TRIP, "2¼ hours", True), (WORKED, TRIP, r"2\frac{1}{4}\ \text{hours}", True),
        (WORKED, TRIP, "2.25 minutes", False), (WORKED, TRIP, "2.25 km", False), (WORKED, TRIP, "2.25", True),
        (WORKED, TRIP, "2 hours", False),
        (WORKED, {**TRIP, "unit": "full hours of riding"}, "135 minutes", True),
        (WORKED, {**TRIP, "unit": "euros", "expression": "9 / 4"}, "225 cents", True),
        (WORKED, {**TRIP, "unit": "euros", "expression": "9 / 4"}, "€2.25", True),
        (WORKED, {**TRIP, "unit": "%", "expression": "100 * 11 / 36"}, "11/36 ≈ 30.6 %", True),
        (WORKED, {**TRIP, "unit": "%", "expression": "100 * 11 / 36"}, "0.306 %", False),
        (WORKED, {**TRIP, "unit": "", "expression": "2^70"}, "1,180,591,620,717,411,303,424", True),
        (WORKED, {**TRIP, "unit": "", "expression": "2^70", "whole": True}, "1,180,591,620,717,411,303,425", False),
    ],
)  # fmt: skip
def test_an_answers_figure_is_read_with_its_unit(form: Any, draft: dict[str, Any], said: str, right: bool) -> None:
    facts = form.asked(draft, Random(1)).facts
    assert form.agrees(form.found(f"Worked out, it is **{said}**.", facts), facts) is right


def test_decimals_are_read_in_the_language_of_the_data() -> None:
    facts = {**PROBABILITY.asked(DICE, Random(1)).facts, "language": "de"}
    for said in ("0,306", "30,6 %", "11/36 ≈ 30,6 Prozent"):
        assert PROBABILITY.agrees(PROBABILITY.found(f"Das sind **{said}**.", facts), facts)
    trip = {**WORKED.asked({**TRIP, "unit": "Stunden"}, Random(1)).facts, "language": "de"}
    assert WORKED.agrees(WORKED.found("Die Fahrt dauert **2,25 Stunden**.", trip), trip)
    assert not WORKED.agrees(WORKED.found("Die Fahrt dauert **2,25 Minuten**.", trip), trip)


@pytest.mark.parametrize(
    ("form", "draft", "change", "complaint"),
    [
        (WORKED, BAGS, {"expression": "7 * 75"}, "7, which the question doesn't say"),
        (WORKED, BAGS, {"expression": "75 / 18 * 2.5"}, "can't be divided"),
        (WORKED, BAGS, {"expression": "75 +"}, "can't be carried out"),
        (WORKED, BAGS, {"expression": "75^200"}, "could write down"),
        (WORKED, BAGS, {"expression": "75", "whole": False}, "bare figure"),
        (WORKED, BAGS, {"expression": "75 * 1"}, "stands in the question"),
        (PROBABILITY, DICE, {"expression": "6 * 5 / 2"}, "no probability"),
        (WITHHELD, GAP, {"expression": "5 * 75"}, "has to use x"),
        (WITHHELD, GAP, {"expression": "5 * 75 + 0 * x"}, "whatever x is"),
        (WITHHELD, GAP, {"low": 75}, "stands in the question"),
        (FORMULA, SPEED, {"formula": "2*a*c/(a + c)"}, "does not use b"),
        (FORMULA, SPEED, {"formula": "a*b"}, "bare product"),
        (FORMULA, SPEED, {"formula": "a*b - a*b"}, "same value"),
        (FORMULA, SPEED, {"formula": "sqrt(a - 100*b)"}, "has no value"),
        (FORMULA, SPEED, {"question": "What is the mean speed, out at a and back?"}, "does not introduce the letter b"),
        (KNOWN, FACT, {"question": "Was it Melvil Dewey who published one?"}, "gives its answer away"),
        (KNOWN, FACT, {"evidence": ["It was Dewey, of course."]}, "does not say"),
        (KNOWN, FACT, {"question": "Who currently leads the Library of Congress?"}, "currently"),
        (KNOWN_LIST, PHASES, {"question": "Which phases come after prophase in mitosis?"}, "part of its answer"),
        (PREMISE, ICE, {"truth": ICE["belief"]}, "same sentence"),
        (PREMISE, ICE, {"truth": "It doesn't do so."}, "much longer"),
        (REASONED, LAKE, {"points": ["Cold water is heavier than warm water."]}, "says what a good answer"),
        (FUNCTION, GAPS, {"function": "gaps"}, "does not define"),
        (FUNCTION, GAPS, {"tests": ["print(longest_gaps([]))"] * 3}, "is no test"),
        (DISCREPANCY, SNIPPET, {"prints": "2.0"}, "does not say '2.0'"),
        (DISCREPANCY, SNIPPET, {"expected": "2"}, "prints what was expected"),
    ],
)  # fmt: skip
def test_a_broken_draft_is_sent_back_with_what_is_wrong(
    form: Any, draft: dict[str, Any], change: dict[str, Any], complaint: str
) -> None:
    assert list(form.complaints(draft, "")) == []
    assert complaint in "; ".join(form.complaints({**draft, **change}, ""))


@given(seed=st.integers())
def test_whoever_knows_which_is_so_marks_it_wherever_it_stands(seed: int) -> None:
    facts = PREMISE.asked(ICE, Random(0)).facts
    paper = PREMISE.paper(facts, Random(seed))
    right = next(letter for letter, side in paper.back.items() if side == ICE["truth"])
    assert f"{right}. {ICE['truth']}" in paper.text
    assert PREMISE.marked(right, facts, paper.back)
    assert not PREMISE.marked("AB".replace(right, ""), facts, paper.back)


def test_a_problem_with_a_gap_can_not_be_answered() -> None:
    facts = WITHHELD.asked(GAP, Random(0)).facts
    assert facts["answerable"] is False
    assert len(set(facts["results"].values())) == 2
    assert GAP["withheld"] in facts["key"]
    assert not WITHHELD.agrees("it brought 516.60 euros", facts)


@pytest.mark.parametrize("answer", ["2/(1/a + 1/b)", "2ab/(b+a)", r"v = \frac{2}{\frac{1}{a}+\frac{1}{b}}"])
def test_a_formula_is_the_same_in_any_shape(answer: str) -> None:
    facts = FORMULA.asked(SPEED, Random(0)).facts
    assert FORMULA.marked(answer, facts, {})
    assert not FORMULA.marked("(a + b)/2", facts, {})
    said = f"It follows that ${answer}$."
    assert FORMULA.agrees(FORMULA.found(said, facts), facts)
    assert not FORMULA.agrees(FORMULA.found("It follows that $v = (a+b)/2$.", facts), facts)


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("form", [WORKED, KNOWN, REASONED])
def test_a_small_model_fills_in_less(form: Any, small: bool) -> None:
    assert set(form.draft(True)) <= set(form.draft(False)) or form is KNOWN
    assert "question" in form.draft(small)
