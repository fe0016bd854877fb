"""What is written in the ACTION form reads back exactly, and what is not of the form is refused."""

# ruff: noqa: E501  # rows of data

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.teams.fixtures.good_pairs import good_pairs
from tools.action_text import Action, ActionError, parse_action, system_message, to_action_text

GOOD = good_pairs()
anything = st.text(st.characters(codec=None, exclude_categories=()), max_size=30)  # lone surrogates too
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | anything,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(anything, inner, max_size=4),
    max_leaves=12,
)


@given(anything, st.dictionaries(anything, values, max_size=5))
def test_any_call_reads_back(name: str, arguments: dict[str, Any]) -> None:
    action = Action(name, arguments)
    assert parse_action(str(action)) == action
    # 1 == 1.0 == True in Python, not in JSON.
    assert json.dumps(parse_action(str(action)).arguments) == json.dumps(arguments)  # type: ignore[union-attr]


@given(st.sampled_from(["FINAL_ANSWER", "FAILED"]), anything)
def test_any_ending_reads_back(name: str, value: str) -> None:
    action = Action(name, value=value, ends=True)
    assert parse_action(str(action)) == action


@given(anything.filter(lambda text: text.strip("\n") == text), st.dictionaries(anything, values, max_size=2))
def test_thought_before_a_call_reads_back(thought: str, arguments: dict[str, Any]) -> None:
    action = Action("look_up", arguments, thought=thought)
    assert parse_action(str(action)) == action


@given(anything)
def test_plain_text_is_no_action(text: str) -> None:
    if "ACTION" not in text:
        assert parse_action(text) is None


def test_the_form_is_the_papers() -> None:
    call = Action("create_meal_plan", {"dietary_preferences": ["vegetarian"], "caloric_goal": 1500})
    assert str(call) == (
        'ACTION_TYPE : API_CALL\nACTION: create_meal_plan(dietary_preferences=["vegetarian"], caloric_goal=1500)'
    )
    assert str(Action("FAILED", value="no such API", ends=True)) == 'ACTION_TYPE : STOP\nACTION: FAILED("no such API")'


@pytest.mark.parametrize(
    "text",
    [
        "ACTION_TYPE : API_CALL",
        "ACTION: f(a=1)",
        "ACTION_TYPE : API_CALL\nACTION: f(a=1)\nThanks",
        "ACTION_TYPE : API_CALL\n\nACTION: f(a=1)",
        "ACTION_TYPE : CALL\nACTION: f(a=1)",
        "ACTION_TYPE: API_CALL\nACTION: f(a=1)",
        "ACTION_TYPE : API_CALL\nACTION: f",
        "ACTION_TYPE : API_CALL\nACTION: f(a=1",
        "ACTION_TYPE : API_CALL\nACTION: f(a=1))",
        "ACTION_TYPE : API_CALL\nACTION: f(a=1) ",
        "ACTION_TYPE : API_CALL\nACTION: f(1)",
        "ACTION_TYPE : API_CALL\nACTION: f(a='x')",
        "ACTION_TYPE : API_CALL\nACTION: f(a=True)",
        "ACTION_TYPE : API_CALL\nACTION: f(a=1, a=2)",
        "ACTION_TYPE : API_CALL\nACTION: f(a=1,b=2)",
        "ACTION_TYPE : API_CALL\nACTION: (a=1)",
        'ACTION_TYPE : STOP\nACTION: DONE("x")',
        "ACTION_TYPE : STOP\nACTION: FINAL_ANSWER(3)",
        'ACTION_TYPE : STOP\nACTION: FINAL_ANSWER("x", "y")',
        "ACTION_TYPE : STOP\nACTION: FINAL_ANSWER(x)",
        "ACTION_TYPE : API_CALL\nACTION: f(a=" + "[" * 100_000,
    ],
)
def test_what_is_almost_an_action_is_refused(text: str) -> None:
    with pytest.raises(ActionError):
        parse_action(text)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1: "x"}, {"a": {2: 3}}, {"a", "b"}, b"x"])
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    with pytest.raises(ActionError):
        str(Action("f", {"a": value}))


@pytest.mark.parametrize("name", GOOD)
def test_conversations_keep_every_call_and_word(name: str) -> None:
    pair = GOOD[name]
    written = to_action_text(pair.messages, pair.tools, pair.facts["outcome"])
    assert [m["role"] for m in written[:2]] == ["system", "user"]
    assert all(a["role"] != b["role"] for a, b in pairwise(written[1:]))
    actions = [parse_action(m["content"]) for m in written if m["role"] == "assistant"]
    made = [a for a in actions if a is not None and not a.ends]
    calls = [call["function"] for m in pair.messages for call in m.get("tool_calls") or ()]
    assert [(a.name, dict(a.arguments)) for a in made] == [(c["name"], json.loads(c["arguments"])) for c in calls]
    last = actions[-1]
    assert last is not None
    assert (last.ends, last.value) == (True, pair.messages[-1]["content"])
    assert last.name == {"final_answer": "FINAL_ANSWER", "failed": "FAILED"}[pair.facts["outcome"]]


def test_system_message_lists_each_function_on_its_line() -> None:
    tools = GOOD["chain"].tools
    lines = system_message(tools).splitlines()
    assert [json.loads(line)["name"] for line in lines[-len(tools) :]] == [t["function"]["name"] for t in tools]
    own = to_action_text([{"role": "system", "content": "Be brief."}, *GOOD["chain"].messages], tools, "final_answer")
    assert own[0]["content"].startswith("Be brief.\n\n")


@pytest.mark.parametrize(
    ("messages", "outcome"),
    [
        ([], "final_answer"),
        ([{"role": "user", "content": "x"}], "final_answer"),
        ([{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}], "done"),
        ([{"role": "narrator", "content": "x"}, {"role": "assistant", "content": "y"}], "failed"),
        ([{"role": "assistant", "tool_calls": [{}, {}]}, {"role": "assistant", "content": "y"}], "failed"),
        ([{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "[1]"}}]}, {"role": "assistant", "content": "y"}], "failed"),
        ([{"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]}, {"role": "assistant", "content": "y"}], "failed"),
        ([{"role": "assistant", "content": str(Action("f", {}))}, {"role": "assistant", "content": "y"}], "failed"),
    ],
)  # fmt: skip
def test_conversations_without_such_a_form_are_refused(messages: list[dict[str, Any]], outcome: str) -> None:
    with pytest.raises(ActionError):
        to_action_text(messages, [], outcome)
