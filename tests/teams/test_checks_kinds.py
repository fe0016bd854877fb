"""Pairs that look right and are not, and their good neighbours: kinds that are not held, arguments, requests, answers."""

# ruff: noqa: E501  # rows of data

from typing import Any

import pytest

from teams.engine.checks import TOOL_USE_CHECKS
from teams.engine.checks.kinds import agrees_with_plan
from teams.engine.checks.spelling import numbers
from teams.engine.records import Pair
from teams.engine.verdict import Verdict, run_checks
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


def library(kind: str, talk: Talk, plan: list[dict[str, Any]], **facts: Any) -> set[str]:
    return failed(pair(kind, talk.messages, LIBRARY, plan=plan, **facts))


RETURN = step("return_book", book_id="B-102")
LEND = step("lend_book", book_id="C-9", member_id=4031, days=10)
RECEIPT = "Please take back B-102, and print me a receipt for it."


def test_what_can_be_done_of_a_request_is_done() -> None:
    given_up = Talk(RECEIPT).says("I'm sorry, I can't print a receipt, so nothing was done.")
    assert library("not_all_functions", given_up, [RETURN], outcome="failed") == {"kind_held"}
    other = Talk(f"{RECEIPT} B-7 lies on my desk.").call("return_book", {"fine": 0}, book_id="B-7")
    other.says("All done, the book is back and there is no fine.")
    assert "kind_held" in library("not_all_functions", other, [RETURN], state_agrees=False)
    silent = Talk(RECEIPT).call("return_book", {"fine": 0}, book_id="B-102").says("All done, and there is no fine.")
    assert library("not_all_functions", silent, [RETURN], state_agrees=True) == {"kind_held"}
    good = (
        Talk(RECEIPT).call("return_book", {"fine": 0}, book_id="B-102").says("B-102 is back. I can't print receipts.")
    )
    assert not library("not_all_functions", good, [RETURN], state_agrees=True)
    assert library("not_all_functions", good, [RETURN], state_agrees=False) == {"kind_held"}


def test_a_state_that_is_not_the_plans_is_told_by_the_calls_that_lead_apart() -> None:
    talk = Talk("I'm returning B-102.").call("return_book", {"fine": 0}, book_id="B-120").says("B-120 is back.")
    made = pair("one_call", talk.messages, LIBRARY, plan=[RETURN], state_agrees=False)
    (said,) = [finding.evidence for finding in agrees_with_plan(made)]
    assert 'planned return_book {"book_id": "B-102"}, called return_book {"book_id": "B-120"}' in said


def test_a_fact_told_when_asked_is_used() -> None:
    def asked(answer: str) -> Talk:
        request = "I'd like to borrow the book with shelf mark C-9 for ten days."
        return Talk(request).says("What is the number on your library card?").user(answer)

    facts: dict[str, Any] = {"withheld": ["member_id"], "knows": {"member_id": 4031}}
    up = "I'm sorry, I can't lend you the book."
    told = library("one_call_fact_missing", asked("It's 4031.").says(up), [LEND], outcome="failed", **facts)
    assert told == {"kind_held"}
    unknown = asked("I don't have it here.").says(up)
    assert not library("one_call_fact_missing", unknown, [LEND], outcome="failed", **facts)
    tried = asked("It's 4031.").call("lend_book", {"error": "card is blocked"}, book_id="C-9", member_id=4031, days=10)
    refused = tried.says("I can't lend you the book, the card is blocked.")
    assert not library("one_call_fact_missing", refused, [LEND], outcome="failed", **facts)


def test_a_step_that_lacks_nothing_is_done_before_giving_up() -> None:
    request = "Take back B-102 for me, and then lend me C-9 for ten days."
    facts: dict[str, Any] = {"withheld": ["member_id"], "outcome": "failed"}
    up = "Sorry, without your card number I can't lend you C-9."
    assert library("several_calls_fact_missing", Talk(request).says(up), [RETURN, LEND], **facts) == {"kind_held"}
    done = Talk(request).call("return_book", {"fine": 0}, book_id="B-102").says(up)
    assert not library("several_calls_fact_missing", done, [RETURN, LEND], **facts)
    look_up = step("find_member", name="Ida Brand")
    idle = Talk("I'm Ida Brand. Lend me a book for ten days.").says("Sorry, I can't lend one without its shelf mark.")
    assert not library("several_calls_fact_missing", idle, [look_up, LEND], withheld=["book_id"], outcome="failed")


def test_nothing_is_changed_where_no_function_suits() -> None:
    request, up = "Please extend my loan of B-102 by a week, my card is 4031.", "I can't extend a loan."
    changed = Talk(request).call("return_book", {"fine": 0}, book_id="B-102").says(up)
    assert library("no_such_function", changed, [], outcome="failed", executed="simulated") == {"kind_held"}
    assert not library("no_such_function", Talk(request).says(up), [], outcome="failed", executed="simulated")


def test_what_was_withheld_is_asked_for() -> None:
    request = "I'd like to borrow C-9, my card is 4031."
    lent, done = {"due": "2024-03-18"}, "C-9 is lent to you until 18 March 2024."
    idle = Talk(request).says("Shall I go ahead?").user("Yes please.")
    idle.call("lend_book", lent, book_id="C-9", member_id=4031).says(done)
    facts: dict[str, Any] = {"withheld": ["days"], "state_agrees": True}
    plan = [step("lend_book", book_id="C-9", member_id=4031, days=21)]
    assert library("one_call_fact_missing", idle, plan, **facts) == {"kind_held"}
    asked = Talk(request).says("For how many days would you like it?").user("As long as is usual.")
    asked.call("lend_book", lent, book_id="C-9", member_id=4031).says(done)
    assert not library("one_call_fact_missing", asked, plan, **facts)


def test_what_the_request_says_is_not_asked_again() -> None:
    request, done = "I'm returning the book with shelf mark B-102.", "B-102 is back, the fine is 1.40."
    again = Talk(request).says("Which book do you want to return?").user("The one with shelf mark B-102, as I said.")
    again.call("return_book", {"fine": 1.4}, book_id="B-102").says(done)
    assert library("one_call", again, [RETURN], state_agrees=True) == {"kind_held"}
    sure = Talk(request).says("Shall I take it back now?").user("Yes, please.")
    sure.call("return_book", {"fine": 1.4}, book_id="B-102").says(done)
    assert not library("one_call", sure, [RETURN], state_agrees=True)


def test_what_reports_no_success_is_none() -> None:
    assert "kind_held" in failed(returned(result={"success": False, "status": "declined"}))
    assert not failed(returned(result={"success": True, "status": "booked"}))


SEND = function("send_receipt", "Send a receipt by e-mail.", to=("string", "E-mail address"), order=("string", "Order"))


@pytest.mark.parametrize(
    ("said", "to", "known"),
    [
        ("I'm Ida Brand, and tom@example.org is not me.", "ida.brand@example.org", False), ("Mine is ida@brand.example.", "ida@brand.example", True),
        ("Mine is Ida.Brand@Example.org.", "ida.brand@example.org", True), ("Mine is ida at brand dot example.", "ida@brand.example", True),
        ("Ida Brand and Tom Weber came. It is for Ida.", "Ida Weber", False), ("Ida Brand and Tom Weber came. It is for Ida.", "Ida Brand", True),
        ("My name is Ida, my family's is Weber.", "Ida Weber", True), ("Ida and Tom Weber came.", "Ida Weber", True),
    ],
)  # fmt: skip
def test_addresses_and_full_names_are_not_put_together(said: str, to: str, known: bool) -> None:
    talk = Talk(f"Please mail the receipt of A-551. {said}").call("send_receipt", {"sent": True}, to=to, order="A-551")
    made = pair("one_call", talk.says("It is sent.").messages, [SEND])
    assert ("no_invented_values" not in failed(made)) == known


@pytest.mark.parametrize(("day", "follows"), [("07", True), ("08", True), ("06", True), ("11", False), ("03", False)])
def test_the_weekend_is_no_day_of_the_week(day: str, follows: bool) -> None:
    remind = function("remind", "Remind.", on=("string", "ISO date"))
    talk = Talk("Today is 2 June 2025. Please remind me at the weekend.").call("remind", {"ok": 1}, on=f"2025-06-{day}")
    assert ("no_invented_values" not in failed(pair("one_call", talk.says("Done.").messages, [remind]))) == follows


@pytest.mark.parametrize(
    ("sum_", "known"), [("12 * 2", False), ("310 * 2", True), ("310 / 12", True), ("100 - 60", False)]
)
def test_no_figure_is_made_of_constants_alone(sum_: str, known: bool) -> None:
    calculator = function("calculator", "Calculate.", expression=("string", "What"))
    talk = Talk("Pay something towards the 310 of bill R-8.").call("calculator", "24", expression=sum_)
    made = pair("several_calls", talk.says("It is 24.").messages, [PAY], helpers=[calculator])
    assert ("no_invented_values" not in failed(made)) == known


def test_what_was_not_judged_is_not_accepted() -> None:
    assert not Verdict(()).accepted


@pytest.mark.parametrize(
    ("name", "reads"),
    [
        ("find_loan", True),
        ("exchange_rate", True),
        ("update_status", False),
        ("check_out_book", False),
        ("lend", False),
    ],
)
def test_functions_that_only_read_are_told_by_their_names(name: str, reads: bool) -> None:
    tool = function(name, "Of the library.", id=("string", "Id"))
    talk = Talk("Please extend my loan B-102.").call(name, {"ok": 1}, id="B-102").says("I can't extend a loan.")
    made = pair("no_such_function", talk.messages, [tool], plan=[], outcome="failed", executed="simulated")
    assert ("kind_held" not in failed(made)) == reads
