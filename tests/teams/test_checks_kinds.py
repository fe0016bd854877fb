"""Pairs that look right and are not, and their good neighbours: kinds that are not held, arguments, requests, answers."""

# ruff: noqa: E501  # rows of data

from typing import Any

import pytest

from teams.engine.checks import TOOL_USE_CHECKS
from teams.engine.checks.spelling import numbers
from teams.engine.records import Pair
from teams.engine.verdict import run_checks
from tests.teams.fixtures.good_pairs import LIBRARY
from tests.teams.fixtures.talks import Talk, function, pair, step
from tools.apis import complaints, from_dict


def failed(made: Pair) -> set[str]:
    return {finding.check for finding in run_checks(made, TOOL_USE_CHECKS).findings if not finding.passed}


def returned(
    request: str = "I'm returning the book with shelf mark B-102.", answer: str = "B-102 is back.", result: Any = None
) -> Pair:
    talk = Talk(request).call("return_book", {"fine": 1.4} if result is None else result, book_id="B-102").says(answer)
    return pair("one_call", talk.messages, LIBRARY, plan=[step("return_book", book_id="B-102")], state_agrees=True)


@pytest.mark.parametrize("ref", ["a1b2e678-44c0", "b0e999-44c0", "100 " * 110, "1e400", "9" * 400])
def test_no_check_stumbles_over_a_number_beyond_all_numbers(ref: str) -> None:
    good = returned(result={"fine": 1.4, "ref": ref})
    assert not failed(good)
    assert failed(returned(answer="B-102 is back, it was lent 17 times.", result={"ref": ref})) == {"answer_truthful"}


def test_three_digits_each_are_a_list_too() -> None:
    assert {101, 102, 103} <= numbers("rooms 101,102,103")
    assert numbers("1,234") == {1234}
    assert 456 not in numbers("123.456")
    assert not failed(returned(answer="B-102 is back, and was in rooms 101,102.", result={"rooms": [101, 102]}))
    assert failed(returned(answer="B-102 is back, it costs 145,030.", result={"cost": 145})) == {"answer_truthful"}


@pytest.mark.parametrize(
    "request_",
    [
        "let me hand back B-102, i'm done with it", "return B-102 for me please, it's finished", "I found B-102 behind the sofa at last. Please take it back.",
        "I called yesterday about B-102; please take it back now.", "Here's B-102 again, please take it back.", "To avoid another fine we need B-102 booked in as returned today, please.",
        "Returning B-102 was on my TODO list for weeks. Please take it back.", "B-102 goes back, this task is overdue. Please see to it.",
        "Please take back B-102, the user can't come herself.", "Please take back B-102, as stated in the lending rules it is due today.",
        "Please take back B-102. My notes on it: https://notes.example.org/b102/", "Sure, I kept it too long. Please take back B-102.",
        "Okay, here is my request for today: take back B-102, please.", "Note: B-102 is damp. Please take it back anyway.",
        "Please take back B-102 - the revised version has come out.", "I'd like to return B-102, the one from Hall A",
    ],
)  # fmt: skip
def test_requests_as_people_make_them(request_: str) -> None:
    assert not failed(returned(request_))


@pytest.mark.parametrize(
    ("request_", "check"),
    [
        ("const book = 'B-102'\nPlease return it.", "request_is_the_users"), ("return give_back('B-102')", "request_is_the_users"), ("import library\nPlease return B-102.", "request_is_the_users"),
        ("I found B-102 and took it back.", "request_is_the_users"), ("Here's how B-102 is returned.", "request_is_the_users"), ("To return B-102, we can go to the desk.", "request_is_the_users"),
        ("Sure, B-102 is back now.", "request_is_the_users"), ("Please take back B-102 on TODO.", "no_placeholder"), ("Please take back B-102, this task is about returning.", "no_talk_about_the_task"),
        ("Please take back B-102, the user can return it.", "no_talk_about_the_task"), ("Revised version: please take back B-102.", "no_talk_about_the_task"),
        ("Please take back B-102, as stated in the passage.", "self_contained"), ("Please take back B-102 and/", "not_cut_off"), ("Please take back B-102 for the", "not_cut_off"),
    ],
)  # fmt: skip
def test_requests_as_nobody_makes_them(request_: str, check: str) -> None:
    assert check in failed(returned(request_))


@pytest.mark.parametrize(
    ("result", "answer", "holds"),
    [
        ({"due": "18:00"}, "B-102 is back. It was due at 6 in the evening.", True), ({"due": "18:00"}, "B-102 is back. It was due at six in the evening.", True),
        ({"due": "18:00"}, "B-102 is back. It was due at 6 in the morning.", False), ({"due": "18:00"}, "B-102 is back. It was due at 7 in the evening.", False),
        ({"days_left": 2, "days": 14}, "B-102 is back after 12 of 14 days.", True), ({"days_left": 2, "days": 14}, "B-102 is back after 11 of 14 days.", False),
        ({"fine": 0}, "B-102 is back, Ma'am.", True), ({"fine": 0}, "B-102 is back. Please ask at the Information Desk.", True), ({"fine": 0}, "B-102 is back. Please ask for Mr Smith.", False),
        ({"fine": 0}, "B-102 is back. You have other loans, such as one due on 5 May 2031.", False), ({"fine": 0}, "B-102 is back. You still have to pay a fine, e.g. 99 for a tear.", False),
        ({"fine": 0}, "B-102 is back. Do you want a reminder, e.g. on 5 May 2031?", True),
    ],
)  # fmt: skip
def test_answers(result: Any, answer: str, holds: bool) -> None:
    assert failed(returned(answer=answer, result=result)) == (set() if holds else {"answer_truthful"})


PAY = function(
    "pay",
    "Pay towards a bill.",
    bill=("string", "Bill id"),
    amount={"type": "number", "multipleOf": 0.01, "description": "Amount"},
    on_={"type": "string", "format": "date", "description": "Day"},
    at_={"type": "string", "format": "date-time", "description": "Moment"},
    code_={"type": "string", "pattern": "^[A-Z]-[0-9]+$", "description": "Code"},
    tag_={"type": "string", "pattern": r"^(\w+\s?)+$", "description": "Tag"},
)


@pytest.mark.parametrize(
    ("given", "legal"),
    [
        ({"amount": 19.99}, True), ({"amount": 0.07}, True), ({"amount": 1e15}, True), ({"amount": 19.995}, False), ({"amount": float("nan")}, False),
        ({"on": "2025-01-10"}, True), ({"on": "next Friday"}, False), ({"on": "2025-02-30"}, False), ({"on": "20250110"}, False), ({"on": ""}, False),
        ({"at": "2025-01-10T09:30:00Z"}, True), ({"at": "2025-01-10T09:30"}, True), ({"at": "2025-01-10 09:30:00+02:00"}, True), ({"at": "2025-01-10"}, False), ({"at": "noon"}, False),
        ({"code": "B-102"}, True), ({"code": "B102"}, False), ({"tag": "a" * 60 + "!"}, True), ({"tag": 7}, False),
    ],
)  # fmt: skip
def test_checks_and_services_agree_on_what_is_legal(given: dict[str, Any], legal: bool) -> None:
    arguments = {"bill": "R-8", "amount": 1, **given}
    schema = PAY["function"]["parameters"]
    made = pair("one_call", Talk("Pay R-8.").call("pay", {"paid": 1}, **arguments).says("Paid.").messages, [PAY])
    assert ("arguments_legal" not in failed(made)) == legal
    if not {"code", "tag"} & given.keys():  # the patterns of an `Api` are words of its description
        assert (complaints(arguments, from_dict({"name": "pay", "parameters": schema})) == []) == legal


def test_arguments_that_are_no_json_are_no_crash() -> None:
    api = from_dict({"name": "pay", "parameters": PAY["function"]["parameters"]})
    assert complaints({"bill": {1, 2}, "amount": 1}, api)
    deep: Any = 1
    for _ in range(100_000):
        deep = [deep]
    assert complaints({"bill": deep, "amount": 1}, api)
