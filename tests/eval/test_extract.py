"""Final answers out of chat text: the hand-written ones, arithmetic, attacks, and a model that is asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval import extract
from eval.extract.model import agreement, ask
from eval.records import Extracted, Message, Reply
from tests.eval.answers import KINDS, agrees, answers, read

LEAST = {"choice": 158, "choices": 10, "number": 84, "math": 51, "span": 36, "yes_no": 27, "free": 31, "json": 20}
"""Answers read as a careful reader would, of 162, 10, 88, 52, 38, 27, 32 and 20: as measured, not as wished for."""
WRONG_WHERE_NONE = {"choice": 1, "number": 1}
"""Values that were read where nothing is settled: as measured."""
READERS = (
    lambda text: extract.choice(text, ("1", "two dogs", "a", "C")),
    lambda text: extract.choices(text, ("1", "two dogs", "a", "C")),
    extract.number, extract.math, extract.spans, extract.yes_no, extract.json_value, extract.free,
    lambda text: extract.free(text, ("valid", "invalid")),
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_as_many_are_read_as_were_measured(kind: str) -> None:
    listed = [one for one in answers() if one.kind == kind]
    well = [agrees(one, read(one).value) for one in listed]
    wrong = [one.id for one in listed if one.gold is None and read(one).value is not None]
    assert sum(well) >= LEAST[kind]
    assert len(wrong) <= WRONG_WHERE_NONE.get(kind, 0), wrong


def test_there_are_three_hundred_of_all_kinds() -> None:
    counted = Counter(one.kind for one in answers())
    assert counted.total() >= 300
    assert all(counted[kind] >= 10 for kind in KINDS)
    assert len({one.id for one in answers()}) == counted.total()


@pytest.mark.parametrize("one", list(answers()), ids=lambda one: one.id)
def test_a_span_is_a_place_in_the_answer(one: Any) -> None:
    found = read(one)
    if found.span is not None:
        start, end = found.span
        assert 0 <= start < end <= len(one.answer)
        if one.kind == "choice" and end - start == 1 and one.answer[start].isalpha():
            assert one.answer[start].upper() == found.value


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "piece",
    [
        "(",
        "[",
        "{",
        "\\boxed{",
        "the answer is ",
        "$",
        "**",
        "```",
        "<think>",
        "</think>",
        "1/",
        "1,",
        "A, ",
        "not ",
        "\n",
        "=",
        "two ",
        "\\frac{1}{",
    ],
)
def test_two_hundred_thousand_characters_of_anything_end(reader: Any, piece: str) -> None:
    """Nothing is timed: a pattern that backtracks would never come back."""
    reader((piece * 200_000)[:200_000])


@pytest.mark.parametrize("reader", READERS)
@given(text=st.text(alphabet="ABCab1290 .,()[]{}$*_`\\\n=-/:not isthewr<>", max_size=200))
def test_any_text_is_read_or_not_but_raises_nothing(reader: Any, text: str) -> None:
    reader(text)


@given(st.integers(min_value=-(10**12), max_value=10**12), st.integers(min_value=0, max_value=4))
def test_numbers_are_read_exactly(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    assert extract.number(f"So the answer is {value:f}.").value == Fraction(value)
    assert extract.number(f"\\boxed{{{value:,f}}}").value == Fraction(value)


def test_a_letter_that_is_no_option_is_none() -> None:
    assert extract.choice("The answer is E.", ("x", "y")).value is None


@pytest.mark.parametrize(
    ("given_", "gold", "same"),
    [
        ("0.5", r"\frac{1}{2}", True),
        (r"\dfrac12", "1/2", True),
        ("3 or 2", r"\{2, 3\}", True),
        ("[2,5)", "(2,5)", False),
        (r"\left[2, 5\right)", "[2,5)", True),
        ("(2,3)", "(3,2)", False),
        ("8.485", r"6\sqrt{2}", False),
        (r"\sqrt{72}", r"6\sqrt2", True),
        (r"9\pi \text{ cm}^2", r"9\pi", True),
        (r"70^\circ", "70", True),
        ("x=4", "4", True),
        ("12,600", "12600", True),
        (r"75\%", "75", True),
        ("x^2+2x+1", "(x+1)^2", True),
        ("x^2", "x^3", False),
        ("9^{9^{9^9}}", "1", False),
        ("", "", False),
        (r"1\frac{5}{8}", "13/8", True),
        ("2y = 4x + 2", "y=2x+1", False),
        (r"\frac{\sqrt{3}}{3}", r"\frac{1}{\sqrt{3}}", True),
        ("1" * 3_000, "1", False),
        ("(" * 300, "1", False),
        (r"2\sin x", r"2 \sin(x)", True),
        ("5!", "120", True),
    ],
)
def test_the_same_in_mathematics(given_: str, gold: str, same: bool) -> None:
    assert extract.math_equal(given_, gold) is same


def test_drop_is_scored_as_its_evaluator_does() -> None:
    """The first three are worked by hand: bags {big, dog} and {dog}; no shared number; two spans, one right."""
    assert extract.drop_score("the big dog", ["dog"]) == (0.0, 0.67)
    assert extract.drop_score("12 yards", ["13 yards"]) == (0.0, 0.0)
    assert extract.drop_score(("Ada",), [("Ada", "Bo")]) == (0.0, 0.5)
    assert extract.drop_score("3", ["4", "3.0"]) == (1.0, 1.0)
    assert extract.drop_score(None, ["3"]) == (0.0, 0.0)
    assert extract.squad_score("", []) == (1.0, 1.0)
    assert extract.squad_score("a red barn", ["the red barn", "barn"]) == (1.0, 1.0)


_words = st.lists(
    st.sampled_from(["12", "the", "dog-house", "Ada's", "3.50", "x", "Bo", "1,000"]), min_size=1, max_size=4
).map(" ".join)
_spans = st.lists(_words, min_size=1, max_size=3).map(tuple)


@given(_spans, _spans)
def test_drop_agrees_with_lm_eval(given_: tuple[str, ...], gold: tuple[str, ...]) -> None:
    theirs = pytest.importorskip("lm_eval.tasks.drop.utils").get_metrics(given_, gold)
    assert extract.drop_score(given_, [gold]) == pytest.approx(theirs)


class _Scripted:
    """A speaker that says one thing, and keeps what it was asked."""

    def __init__(self, words: str) -> None:
        self.words, self.asked = words, ""

    async def say(self, messages: Sequence[Message], *, max_tokens: int) -> Reply:
        assert max_tokens > 0
        self.asked = "\n".join(message["content"] for message in messages)
        return Reply(self.words)


@pytest.mark.parametrize(
    ("said", "value", "how"),
    [
        ('{"quote": "go for b", "value": "B"}', "B", "quoted"),
        ('Sure!\n```json\n{"quote": "b", "value": "B"}\n```', "B", "quoted"),
        ('{"quote": "I choose B", "value": "B"}', None, "no_such_words"),
        ('{"quote": "", "value": "B"}', None, "no_such_words"),
        ('{"quote": "go for b", "value": "E"}', None, "no_form"),
        ('{"quote": "", "value": null}', None, "says_none"),
        ("B", None, "no_form"),
        ("", None, "no_form"),
    ],
)
async def test_a_model_must_quote_what_it_reports(said: str, value: Any, how: str) -> None:
    speaker = _Scripted(said)
    found = await ask(speaker, "Which?", "i'd go for b i guess", "choice", ("x", "y"))
    assert (found.value, found.how) == (value, how)
    assert "B. y" in speaker.asked


async def test_a_model_is_not_asked_about_nothing_and_only_for_kinds_there_are() -> None:
    speaker = _Scripted("")
    assert (await ask(speaker, "Which?", "<think>b", "choice", ("x", "y"))).how == "empty"
    assert speaker.asked == ""
    with pytest.raises(UsageError, match="choice, choices"):
        await ask(speaker, "Which?", "b", "essay")


def test_agreement_counts_what_differs() -> None:
    """By hand: 3 of 4 agree; chance is (2·2 + 1·1 + 1·0 + 0·1) / 16, so kappa = (12 - 5) / (16 - 5)."""
    pairs: Sequence[tuple[Any, Any]] = [("A", "A"), ("A", "A"), ("B", None), ("C", "C")]
    found = agreement((Extracted(program), Extracted(model)) for program, model in pairs)
    assert (found.n, found.both, found.only_program, found.only_model, found.agree) == (4, 3, 1, 0, 3)
    assert found.disagreeing == (2,)
    assert found.kappa == pytest.approx((3 * 4 - 5) / (16 - 5))
    assert agreement([]).kappa is None
