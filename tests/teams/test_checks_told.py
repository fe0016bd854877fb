"""What came back may be told in other units, currencies that were named and plain words; nothing else may."""

# ruff: noqa: E501  # rows of data

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from teams.engine.checks import TOOL_USE_CHECKS, measures
from teams.engine.checks.known import Known, Source
from teams.engine.checks.moments import moment_from
from teams.engine.checks.spelling import numbers, whole
from teams.engine.verdict import run_checks
from tests.teams.fixtures.talks import pair

OTHER = str.maketrans("0123456789", "2345678901")
"""Every digit becomes another."""
USER = "What about my account R-22, please? I pay in euros, with pounds and dollars at hand."


def told(
    result: Any, answer: str, description: str = "Looks an account up.", user: str = USER, **facts: Any
) -> set[str]:
    """The checks that fail where `result` came back and `answer` was given."""
    function = {
        "name": "look_up",
        "description": description,
        "parameters": {"type": "object", "properties": {"id": {"type": "string", "enum": ["R-22", "not_paid"]}}},
    }
    call = {"id": "1", "type": "function", "function": {"name": "look_up", "arguments": '{"id": "R-22"}'}}
    messages: list[dict[str, Any]] = [
        {"role": "user", "content": user},
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "1", "content": json.dumps(result)},
        {"role": "assistant", "content": answer},
    ]
    made = pair("one_call", messages, [function], outcome="final_answer")
    made = replace(made, facts={**made.facts, **facts}, kind=facts.get("kind", "one_call"))
    return {finding.check for finding in run_checks(made, TOOL_USE_CHECKS).findings if not finding.passed}


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ({"balance_cents": 1590}, "Your balance is 15.90 euros."), ({"balance_cents": 1500}, "Your balance is €15."),
        ({"balance_cents": 1500}, "You have fifteen euros."), ({"owed_pence": 2900}, "You owe 29 pounds."), ({"owed_pence": 750}, "You owe £7.50."),
        ({"balanceCents": 123_456}, "Your balance is $1,234.56."), ({"rides": [{"cents": 600}, {"cents": 200}]}, "Together that is 8.00 euros."),
        ({"balance_cents": 1590}, "You have 15 euros and 90 cents."), ({"owed_cents": 1590, "paid_cents": 590}, "Of 15.90 euros you have paid 5.90, which leaves 10 euros."),
        ("There are 1590 cents on R-22.", "You have 15.90 euros."), ({"duration_minutes": 90}, "It takes an hour and a half."),
        ({"duration_minutes": 90}, "It takes 1 hour 30 minutes."), ({"minutes": 90}, "It takes 1.5 hours."), ({"wait_s": 5400}, "The wait is 90 minutes."),
        ({"weight_g": 2500}, "It weighs 2.5 kg."), ({"distance_m": 4200}, "It is 4.2 kilometres away."), ({"share": 0.125}, "That is 12.5 percent."),
        ({"distance_m": 4217}, "It is about 4.2 km away."), ({"visitors": 1987}, "About 2,000 people came."), ({"hours": 2.25}, "It takes 135 minutes."),
    ],
)  # fmt: skip
def test_truth_in_another_unit(result: Any, answer: str) -> None:
    assert "answer_truthful" not in told(result, answer)


@pytest.mark.parametrize(
    ("result", "answer"),
    [
        ({"balance_cents": 1590}, "Your balance is 15.95 euros."), ({"balance_cents": 1590}, "Your balance is €159."), ({"balance_cents": 1500}, "You have sixteen euros."),
        ({"owed_pence": 2900}, "You owe 28 pounds."), ({"owed_pence": 750}, "You owe £75."), ({"rides": [{"cents": 600}, {"cents": 200}]}, "Together that is 8.50 euros."),
        ({"balance_cents": 1590}, "You have 15 euros and 80 cents."), ({"balance_cents": 1590}, "About 17 euros are left."),
        ({"balance": 1590}, "Your balance is 15.90 euros."), ({"balance_cents": 1500}, "You have 15 books."),
        ({"duration_minutes": 90}, "It takes 2.5 hours."), ({"duration_minutes": 90}, "It takes 1 hour 40 minutes."), ({"wait_s": 5400}, "The wait is 80 minutes."),
        ({"weight_g": 2500}, "It weighs 25 kg."), ({"distance_m": 4200}, "It is 4.2 miles away."), ({"share": 0.125}, "That is 13.5 percent."),
        ({"distance_m": 4217}, "It is 4.1 km away."), ({"visitors": 1987}, "About 2,500 people came."), ({"visitors": 1987}, "2,000 people came."),
    ],
)  # fmt: skip
def test_untruth_in_another_unit(result: Any, answer: str) -> None:
    assert "answer_truthful" in told(result, answer)


@pytest.mark.parametrize(
    "value",
    ["pdftotext invoice-2025-0311.pdf", "db1.example.com", "/srv/img-4412.jpg", "meteo/forecast-v2:2.1", "eth0.100",
     "backup_2024.tar.gz", "sha256:5be9f2a1", "https://x.example/run7/log", "jo3@x.example", "v1.2-rc1"],
)  # fmt: skip
def test_what_came_back_may_be_told_word_for_word(value: str) -> None:
    assert not told({"entry": value}, f"The entry is {value}.")
    assert told({"entry": value}, f"The entry is {value.translate(OTHER)}.")


def test_a_description_says_the_unit_too() -> None:
    assert "answer_truthful" not in told({"balance": 1590}, "You have 15.90 euros.", "Looks the balance up, in cents.")
    assert "answer_truthful" in told({"balance": 1590}, "You have 15.80 euros.", "Looks the balance up, in cents.")
    assert "answer_truthful" not in told({"length": 90}, "It takes 1.5 hours.", "Returns how long it takes in minutes.")


def test_tools_of_a_shed_and_pounds_of_weight() -> None:
    assert not told(
        {"free": True}, "The tool is free.", "Says whether a tool of the shed is free.", "Is R-22 free, please?"
    )
    assert not told({"weight_lb": 5}, "It weighs 5 pounds.", user="What does R-22 weigh, please?")
    assert "answer_truthful" in told({"weight_lb": 5}, "It weighs 6 pounds.", user="What does R-22 weigh, please?")


@given(st.integers(100, 10_000_000), st.sampled_from(["€{}", "{} euros", "EUR {}", "{}"]))
def test_any_amount_of_cents_can_be_told(cents: int, form: str) -> None:
    assert "answer_truthful" not in told({"balance_cents": cents}, f"It is {form.format(f'{cents / 100:,.2f}')} now.")


@example(1300, 900)  # the account is R-22
@given(st.integers(1000, 1_000_000), st.integers(1, 900))
def test_another_amount_cannot(cents: int, off: int) -> None:
    assert "answer_truthful" in told({"balance_cents": cents}, f"It is {(cents + off) / 100:.2f} euros, R-22.")


@pytest.mark.parametrize("fee", ["22", "EUR22", "22EUR", "22-euro fee", "EUR 22", "22.00", "€22", "22k or 22"])
def test_an_amount_is_one_however_it_is_written(fee: str) -> None:
    assert "answer_truthful" not in told({"fee": fee}, "The fee is 22.00 euros.")


@pytest.mark.parametrize(
    "answer",
    ["The fine is 1.00 euro.", "The fine is $1.", "It is £1.00.", "The fine is EUR 1.00.", "It costs one dollar."],
)
def test_a_currency_nobody_named(answer: str) -> None:
    asked = "What is the fine for R-22, please?"
    assert "answer_truthful" in told({"fine_cents": 100}, answer, user=asked)
    for named in ("euro", "$", "GBP", "pounds, dollars or euros"):
        same = {"euro": "euro EUR", "$": "$ dollar", "GBP": "£"}.get(named, "euro EUR $ dollar £")
        failed = told({"fine_cents": 100}, answer, user=f"{asked} I pay in {named}.")
        assert ("answer_truthful" in failed) == (not any(word in answer for word in same.split()))


def test_a_currency_in_a_key_or_description_is_named() -> None:
    assert not told({"fine_eur": 1}, "The fine is 1 euro.", user="What is the fine for R-22, please?")
    assert not told({"fineEUR": 1}, "The fine is €1.", user="What is the fine for R-22, please?")
    assert not told(
        {"fine": 1}, "The fine is 1 euro.", "Fines are in euros.", user="What is the fine for R-22, please?"
    )
    assert not told({"fine_pence": 100}, "The fine is £1.", user="What is the fine for R-22, please?")


@pytest.mark.parametrize(
    "answer",
    [
        "The API says it is open.", "The function did not find it.", "I used the lookup tool for it.", "Your account_status is open.", "It counts as not_paid.",
        "The available functions say so.", "`is_open` holds.", "Its state is not_known_here.",
    ],
)  # fmt: skip
def test_words_of_programs_are_not_for_the_user(answer: str) -> None:
    assert "answer_for_the_user" in told({"account_status": "open", "is_open": True}, answer)


@pytest.mark.parametrize(
    ("answer", "user"),
    [
        ("The tools in the shed are yours.", "Which tools of R-22 are mine, please?"), ("The file is my_notes.txt.", "Where is R-22, please?"),
        ("Your order is order_17.", "What is my order at R-22, please?"), ("The channel is night_owl.", "Which channel is R-22, please?"),
        ("I've put it into to_do.", "What is on my list to_do at R-22, please?"), ("Write to anna_b@example.com.", "Whom do I write to about R-22, please?"),
    ],
)  # fmt: skip
def test_names_of_things_are(answer: str, user: str) -> None:
    result = {"file": "my_notes.txt", "order": "order_17", "channel": "night_owl", "mail": "anna_b@example.com"}
    assert "answer_for_the_user" not in told(result, answer, user=user)


def test_looking_things_up_before_saying_it_cannot_be_done_is_fair() -> None:
    answer = "I can't close accounts, I'm afraid. Yours is open."
    asked: dict[str, Any] = {"kind": "no_such_function", "plan": []}
    assert "kind_held" not in told({"state": "open"}, answer, outcome="failed", **asked)
    assert "kind_held" in told({"state": "open"}, answer, outcome="final_answer", **asked)
    assert "kind_held" in told({"state": "open"}, answer, outcome="failed", state_agrees=False, **asked)
    assert "kind_held" in told({"state": "open"}, "Your account is open now.", outcome="failed", **asked)


@pytest.mark.parametrize(
    ("words", "moment", "follows"),
    [
        ("two hours later", "2025-06-13 15:00", True), ("an hour and a half later", "2025-06-13 14:30", True), ("half an hour earlier", "2025-06-13 12:30", True),
        ("an hour later", "2025-06-13 14:00", True), ("a quarter of an hour after that", "2025-06-13 13:15", True), ("1 hour 20 minutes later", "2025-06-13 14:20", True),
        ("a week later", "2025-06-20", True), ("two hours later", "2025-06-13 16:00", False), ("an hour and a half later", "2025-06-13 14:45", False),
        ("half an hour earlier", "2025-06-13 12:00", False), ("later", "2025-06-13 15:00", False), ("for 2 euros a day", "2025-06-14", False),
    ],
)  # fmt: skip
def test_clock_and_calendar_are_reckoned_with(words: str, moment: str, follows: bool) -> None:
    known = Known([Source("user", f"Put it {words}.", by_user=True), Source("result", "ends 2025-06-13 13:00")])
    assert bool(moment_from(moment, known)[0]) == follows


def test_a_length_in_a_key_is_reckoned_with() -> None:
    known = Known([Source("result", "start 2025-06-13 13:00\nminutes 45", keyed=((45.0, "minute"),))])
    assert moment_from("2025-06-13 13:45", known)[0]
    assert not moment_from("2025-06-13 13:50", known)[0]


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("three pounds forty.", 3.4), ("2 hours 15 minutes", 135), ("two hours and 15 minutes", 135), ("1h30", 90), ("an hour and a half", 1.5), ("15 euros and 9 cents", 15.09),
    ],
)  # fmt: skip
def test_what_is_said_in_two_parts_is_one(text: str, n: float) -> None:
    assert n in numbers(text)


@given(st.text(max_size=300))
def test_text_without_parts_stays_as_it_is(text: str) -> None:
    if not any(
        word in text.lower() for word in ("hour", "half", "quarter", "euro", "pound", "dollar", "quid", "franc", "h")
    ):
        assert whole(text) == text


def test_every_unit_converts_to_those_of_its_dimension_and_to_no_other() -> None:
    for unit, kind in measures._DIMENSION.items():
        for other, its in measures._DIMENSION.items():
            ratio = measures._ratio(unit, other)
            assert (ratio is not None) == (kind == its)
            assert ratio is None or ratio * (measures._ratio(other, unit) or 0) == pytest.approx(1)
    assert measures._SECONDS.keys() == {unit for unit, kind in measures._DIMENSION.items() if kind == 1}
    assert {measures.unit_of(word) for word in measures._SHORT} <= measures._DIMENSION.keys()
