"""Good pairs pass every check; each fault planted in one is caught by the check that is there for it.

`python -m tests.teams.test_checks_faults` prints the table of catches and false alarms.
"""

# ruff: noqa: E501  # rows of data

import json
import re
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from teams.engine.checks import GENERAL_CHECKS, TOOL_USE_CHECKS
from teams.engine.records import Pair
from teams.engine.verdict import run_checks
from tests.teams.fixtures.good_pairs import good_pairs
from tests.teams.fixtures.more_pairs import more_pairs

GOOD = good_pairs() | more_pairs()
Messages = list[dict[str, Any]]
Fault = Callable[[Messages], None]


def say(role: str, old: str, new: str, which: int = -1) -> Fault:
    """Replace words in one of `role`'s messages."""

    def plant(messages: Messages) -> None:
        message = [m for m in messages if m["role"] == role and old in str(m.get("content"))][which]
        message["content"] = message["content"].replace(old, new)

    return plant


def add(role: str, words: str, which: int = -1) -> Fault:
    """Append words to one of `role`'s messages."""

    def plant(messages: Messages) -> None:
        [m for m in messages if m["role"] == role and not m.get("tool_calls")][which]["content"] += words

    return plant


def argument(name: str, value: Any, call: int = 0) -> Fault:
    """Change, add or (with `...`) drop an argument."""

    def plant(messages: Messages) -> None:
        function = calls(messages)[call]["tool_calls"][0]["function"]
        given = json.loads(function["arguments"])
        given.pop(name, None) if value is ... else given.update({name: value})
        function["arguments"] = json.dumps(given)

    return plant


def calls(messages: Messages) -> Messages:
    return [m for m in messages if m.get("tool_calls")]


def rename(name: str) -> Fault:
    def plant(messages: Messages) -> None:
        calls(messages)[0]["tool_calls"][0]["function"]["name"] = name

    return plant


def raw(arguments: str) -> Fault:
    def plant(messages: Messages) -> None:
        calls(messages)[0]["tool_calls"][0]["function"]["arguments"] = arguments

    return plant


def twice(messages: Messages) -> None:
    """Make the first call and its result again."""
    at = messages.index(calls(messages)[0])
    again = deepcopy(messages[at : at + 2])
    again[0]["tool_calls"][0]["id"] = again[1]["tool_call_id"] = "again"
    messages[at + 2 : at + 2] = again


def two_at_once(messages: Messages) -> None:
    other = deepcopy(calls(messages)[0]["tool_calls"][0])
    other["id"] = "other"
    calls(messages)[0]["tool_calls"].append(other)
    messages.insert(messages.index(calls(messages)[0]) + 2, {"role": "tool", "tool_call_id": "other", "content": "{}"})


def without_call(messages: Messages) -> None:
    at = messages.index(calls(messages)[0])
    del messages[at : at + 2]


def fails(messages: Messages) -> None:
    """The last call comes back as an error, and the answer stays as it is."""
    [m for m in messages if m["role"] == "tool"][-1]["content"] = json.dumps({"error": "rejected by the server"})


def asks_at_the_end(messages: Messages) -> None:
    """All is done, and the user is asked once more before the answer."""
    messages[-1:-1] = [{"role": "assistant", "content": "Is that right?"}, {"role": "user", "content": "Yes."}]


def delete(index: int) -> Fault:
    return lambda messages: messages.pop(index) and None


FAULTS: list[tuple[str, str, Fault, str]] = [
    # what, in which pair, the fault, the check that has to see it
    ("no result", "chain", delete(2), "turns_well_formed"),
    ("no answer", "chain", delete(-1), "turns_well_formed"),
    ("result without a call", "chain", delete(1), "turns_well_formed"),
    ("empty answer", "chain", lambda m: m[-1].update(content="  "), "turns_well_formed"),
    ("user twice", "chain", lambda m: m.insert(0, {"role": "user", "content": "Hi."}), "turns_well_formed"),
    ("unknown role", "chain", lambda m: m[0].update(role="function"), "turns_well_formed"),
    ("wrong call id", "chain", lambda m: m[2].update(tool_call_id="nope"), "turns_well_formed"),
    ("two calls at once", "fine", two_at_once, "one_action_a_turn"),
    ("as a model", "fine", add("assistant", " As an AI language model, I have no library."), "no_refusal"),
    ("flat refusal", "who", lambda m: m[-1].update(content="I'm sorry, but I can't assist with that."), "no_refusal"),
    ("hole in the request", "fine", say("user", "B-102", "{book_id}"), "no_placeholder"),
    ("hole in the answer", "fine", say("assistant", "€1.40", "[amount]"), "no_placeholder"),
    ("hole in angles", "chain", say("user", "Anna Brandt", "<member name>"), "no_placeholder"),
    ("type for a value", "fine", argument("book_id", "string"), "no_placeholder"),
    ("name for a value", "fine", argument("book_id", "book_id"), "no_placeholder"),
    ("pattern for a date", "money", argument("on", "YYYY-MM-DD"), "no_placeholder"),
    ("xxx", "who", say("user", "B-17", "XXX"), "no_placeholder"),
    ("speaks of the passage", "fine", add("user", " The passage says so."), "no_talk_about_the_task"),
    ("speaks of calls", "fine", add("user", " You would need to make two calls."), "no_talk_about_the_task"),
    ("labelled", "fine", say("user", "I'm returning", "Rewritten request: I'm returning"), "no_talk_about_the_task"),
    ("introduced", "fine", say("user", "I'm", "Here's the rewritten request: I'm"), "no_talk_about_the_task"),
    ("text above", "fine", add("user", " It is in the text above."), "self_contained"),
    ("attachment", "fine", add("user", " I've attached the receipt."), "self_contained"),
    ("template token", "fine", add("assistant", "<|im_end|>"), "no_control_tokens"),
    ("template token in an argument", "fine", argument("book_id", "B-102<|im_end|>"), "no_control_tokens"),
    ("template token in a result", "chain", say("tool", "2019", "2019 </s>"), "no_control_tokens"),
    ("mojibake", "weather", say("user", "Zürich", "ZÃ¼rich"), "text_plausible"),
    ("lone surrogate", "fine", add("assistant", " \ud83d"), "text_plausible"),
    ("control character", "fine", add("user", "\x08"), "text_plausible"),
    ("cut after a comma", "chain", say("assistant", " until 9 March 2024.", ","), "not_cut_off"),
    ("cut in a sentence", "cheapest", say("assistant", " The total is 285 and the booking is PO-77.", " The total is the"), "not_cut_off"),
    ("open fence", "fine", add("assistant", "\n```python\nx"), "not_cut_off"),
    ("sentence again and again", "fine", add("assistant", " Please pay the fine at the desk." * 3), "no_loops"),
    ("words again and again", "fine", add("assistant", " pay now and pay now and pay now and pay now and pay now."), "no_loops"),
    ("unknown function", "fine", rename("return_item"), "function_listed"),
    ("required argument dropped", "fine", argument("book_id", ...), "arguments_legal"),
    ("wrong type", "chain", argument("member_id", "five", 1), "arguments_legal"),
    ("not in the enum", "money", argument("currency", "dollars"), "arguments_legal"),
    ("unknown argument", "fine", argument("shelf", "B-102"), "arguments_legal"),
    ("below the minimum", "two_weeks", argument("days", 0), "arguments_legal"),
    ("nested required dropped", "nested", argument("address", {"street": "12 Mill Lane", "city": "Bristol"}), "arguments_legal"),
    ("arguments cut", "fine", raw('{"book_id": "B-1'), "arguments_legal"),
    ("arguments a list", "fine", raw('["B-102"]'), "arguments_legal"),
    ("call as JSON", "fine", add("assistant", '\n{"name": "return_book", "arguments": {}}'), "no_call_in_prose"),
    ("call as XML", "fine", add("assistant", "<tool_call>return_book</tool_call>"), "no_call_in_prose"),
    ("call as code", "fine", add("assistant", " I used return_book(book_id='B-102')."), "no_call_in_prose"),
    ("call as ACTION", "fine", add("assistant", "\nACTION: return_book."), "no_call_in_prose"),
    ("call again", "fine", twice, "no_repeated_call"),
    ("other id", "fine", argument("book_id", "B-103"), "no_invented_values"),
    ("other number", "two_weeks", argument("member_id", 78), "no_invented_values"),
    ("other amount", "money", argument("amount", 1520.5), "no_invented_values"),
    ("other day", "money", argument("on", "2025-03-05"), "no_invented_values"),
    ("other year", "money", argument("on", "2024-03-04"), "no_invented_values"),
    ("other hour", "meeting", argument("end", "2025-07-14T16:30:00"), "no_invented_values"),
    ("other currency", "money", argument("currency", "GBP"), "no_invented_values"),
    ("other country", "nested", argument("address", {"street": "12 Mill Lane", "city": "Bristol", "zip": "BS1 4QA", "country": "FR"}), "no_invented_values"),
    ("other city", "nights", argument("city", "Madrid"), "no_invented_values"),
    ("one name more", "meeting", argument("attendees", ["Priya", "Jonas", "Elena"]), "no_invented_values"),
    ("one item too many", "nested", argument("items", [{"sku": "KB-20", "quantity": 3}, {"sku": "MS-7", "quantity": 13}]), "no_invented_values"),
    ("other choice", "weather", argument("units", "metric"), "agrees_with_plan"),
    ("other priority", "ticket", argument("priority", 1), "no_invented_values"),
    ("another user's id", "masala", argument("food_id", 92, 1), "no_invented_values"),
    ("rate of its own", "rate", argument("expression", "2000.0 * 1.0925", 2), "no_invented_values"),
    ("tomorrow without today", "tomorrow", lambda m: m.pop(0) and None, "no_invented_values"),
    ("other minutes", "hours", argument("minutes", 150), "no_invented_values"),
    ("body made up", "ticket", argument("body", "Customers in Spain complain about slow loading videos."), "no_invented_values"),
    ("asks nothing", "fine", lambda m: m[0].update(content="The book with shelf mark B-102 was returned."), "request_is_the_users"),
    ("answers", "fine", lambda m: m[0].update(content="Yes, the book B-102 can be returned."), "request_is_the_users"),
    ("explains", "fine", lambda m: m[0].update(content="To return B-102, you need to pay first."), "request_is_the_users"),
    ("code", "fine", add("user", "\n```python\nreturn_book('B-102')\n```"), "request_is_the_users"),
    ("function's name", "fine", add("user", " Please use return_book."), "names_no_function"),
    ("parameter's name", "chain", say("user", "her card", "her member_id"), "names_no_function"),
    ("plain name as code", "weather", add("user", " Use the forecast function"), "names_no_function"),
    ("number swapped", "masala", say("assistant", "410", "401"), "answer_truthful"),
    ("sum wrong", "masala", say("assistant", "130", "140"), "answer_truthful"),
    ("id swapped", "split", say("assistant", "TX-2", "TX-3"), "answer_truthful"),
    ("date moved", "chain", say("assistant", "9 March 2024", "19 March 2024"), "answer_truthful"),
    ("time moved", "hours", say("assistant", "23:10", "22:10"), "answer_truthful"),
    ("name changed", "cheapest", say("assistant", "was Casa Azul", "was Casa Verde"), "answer_truthful"),
    ("quotation made up", "fine", add("assistant", ' The desk says "come back on Tuesday morning".'), "answer_truthful"),
    ("money of its own", "light", add("assistant", " This saves you $12 a year."), "answer_truthful"),
    ("currency changed", "cousin", say("assistant", "€", "£"), "answer_truthful"),
    ("error passed over", "fine", fails, "errors_heeded"),
    ("error sold as success", "printer", fails, "errors_heeded"),
    ("JSON for an answer", "fine", lambda m: m[-1].update(content='{"fine": 1.4}'), "answer_for_the_user"),
    ("names the function", "fine", add("assistant", " I used return_book for it."), "answer_for_the_user"),
    ("labelled answer", "fine", say("assistant", "Thank", "FINAL ANSWER: Thank"), "answer_for_the_user"),
    ("asks when all is done", "fine", asks_at_the_end, "kind_held"),
    ("call left out", "chain", without_call, "kind_held"),
    ("no call at all", "fine", without_call, "kind_held"),
    ("fact told at once", "card", say("user", "C-9", "C-9 on card 4031", 0), "kind_held"),
    ("nothing asked", "card", lambda m: m.__delitem__(slice(1, 3)), "kind_held"),
    ("noise used", "favourite", argument("book_id", "Emma"), "agrees_with_plan"),
    ("argument dropped", "two_weeks", argument("days", ...), "agrees_with_plan"),
]  # fmt: skip


def planted(pair: Pair, fault: Fault) -> Pair:
    messages = deepcopy([dict(m) for m in pair.messages])
    fault(messages)
    return replace(pair, messages=tuple(messages))


def failed(pair: Pair) -> set[str]:
    return {finding.check for finding in run_checks(pair, TOOL_USE_CHECKS).findings if not finding.passed}


@pytest.mark.parametrize("name", GOOD)
def test_good_pairs_pass(name: str) -> None:
    assert run_checks(GOOD[name], TOOL_USE_CHECKS).reasons == []


def test_good_pairs_are_of_all_kinds() -> None:
    assert len(GOOD) >= 30
    assert {pair.kind for pair in GOOD.values()} == {
        "one_call", "one_call_with_noise", "one_call_fact_missing", "several_calls", "several_calls_with_noise",
        "several_calls_fact_missing", "no_such_function", "not_all_functions",
    }  # fmt: skip


@pytest.mark.parametrize(("what", "name", "fault", "check"), FAULTS, ids=[f[0] for f in FAULTS])
def test_fault_is_caught_by_its_check(what: str, name: str, fault: Fault, check: str) -> None:
    assert check in failed(planted(GOOD[name], fault))


def changed_digit(pair: Pair, random: Random, in_call: bool) -> Pair | None:
    """One number in a call, or in the last answer, becomes another with as many digits."""
    messages = deepcopy([dict(m) for m in pair.messages])
    place = random.choice(calls(messages))["tool_calls"][0]["function"] if in_call and calls(messages) else messages[-1]
    key = "arguments" if "arguments" in place else "content"
    found = list(re.finditer(r"\d+", place[key]))
    if not found or (in_call and key == "content"):
        return None
    number = random.choice(found)
    other = "".join(str((int(digit) + random.randrange(1, 10)) % 10) for digit in number.group())
    place[key] = place[key][: number.start()] + other + place[key][number.end() :]
    return replace(pair, messages=tuple(messages))


@pytest.mark.parametrize(("in_call", "share"), [(True, 0.95), (False, 0.9)])
def test_most_numbers_changed_at_random_are_caught(in_call: bool, share: float) -> None:
    random = Random(5)
    tried = [p for pair in GOOD.values() for _ in range(2) if (p := changed_digit(pair, random, in_call))]
    caught = sum(bool(failed(pair)) for pair in tried)
    assert len(tried) > 80
    assert caught >= share * len(tried), f"{caught} of {len(tried)}"


def test_every_check_has_a_fault_of_its_own() -> None:
    assert {check.__name__ for check in TOOL_USE_CHECKS} == {check for *_, check in FAULTS}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("several_calls", "fine"), ("no_such_function", "fine"), ("one_call", "chain"), ("one_call", "who"),
        ("one_call_fact_missing", "fine"), ("several_calls_fact_missing", "chain"), ("not_all_functions", "fine"), ("nonsense", "fine"),
    ],
)  # fmt: skip
def test_another_kind_does_not_hold(kind: str, name: str) -> None:
    assert "kind_held" in failed(replace(GOOD[name], kind=kind))


def test_a_control_token_in_a_tool_is_seen() -> None:
    made = GOOD["fine"]
    (tool, *others) = deepcopy(list(made.tools))
    tool["function"]["description"] += " <|im_end|>\n<|im_start|>system"
    failed = {
        f.check for f in run_checks(replace(made, tools=(tool, *others)), TOOL_USE_CHECKS).findings if not f.passed
    }
    assert "no_control_tokens" in failed


def test_other_state_is_a_disagreement() -> None:
    pair = GOOD["chain"]
    assert "agrees_with_plan" in failed(replace(pair, facts={**pair.facts, "state_agrees": False}))


def test_outcome_failed_has_to_be_said() -> None:
    pair = GOOD["fine"]
    assert "errors_heeded" in failed(replace(pair, facts={**pair.facts, "outcome": "failed"}))


def test_general_checks_suit_a_conversation_without_tools() -> None:
    messages = (
        {"role": "user", "content": "Why is the sky blue?"},
        {"role": "assistant", "content": "Air scatters blue light most."},
    )
    pair = replace(GOOD["fine"], messages=messages, tools=(), facts={})
    assert run_checks(pair, GENERAL_CHECKS).accepted


@pytest.mark.parametrize(
    "broken", [None, 7, "x", {}, {"role": "assistant", "tool_calls": [3, {"function": None}]}, {"role": "tool"}]
)
def test_no_check_raises_on_broken_messages(broken: Any) -> None:
    for pair in (GOOD["chain"], GOOD["card"]):
        messages = [*pair.messages[:2], broken, *pair.messages[2:]]
        assert not run_checks(replace(pair, messages=tuple(messages)), TOOL_USE_CHECKS).accepted


def main() -> None:
    """Print how many planted faults each check catches, and how often it speaks on a good pair."""
    alarms = [check for pair in GOOD.values() for check in failed(pair)]
    print(f"{'check':24} {'faults':>6} {'caught':>6} {'false alarms':>13}  ({len(GOOD)} good pairs)")  # noqa: T201
    for check in [check.__name__ for check in TOOL_USE_CHECKS]:
        mine = [(name, fault) for _, name, fault, by in FAULTS if by == check]
        caught = sum(check in failed(planted(GOOD[name], fault)) for name, fault in mine)
        print(f"{check:24} {len(mine):6} {caught:6} {alarms.count(check):13}")  # noqa: T201


if __name__ == "__main__":
    main()
