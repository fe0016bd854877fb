"""The action protocol and the reading of JSON: every round trip, and everything a model may say instead."""

import json
from typing import Any

import pytest
from autogen_core import FunctionCall
from autogen_core.models import (
    AssistantMessage,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    SystemMessage,
    UserMessage,
)
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agents.models.actions import action_schema, compact_grammar, decode, encode, read_json
from agents.models.strict import strict

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
numbers = st.integers(-(10**15), 10**15) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)
objects = st.dictionaries(words, values, max_size=4)
names = st.from_regex(r"[a-zA-Z_][a-zA-Z0-9_-]{0,40}", fullmatch=True)
prose = st.text(st.characters(categories=["L", "Zs", "N"], include_characters=".,:;!?'\n()"), max_size=60)
ADD = {
    "name": "add",
    "description": "Add two numbers.",
    "parameters": {
        "type": "object",
        "properties": {"a": {"type": "number"}, "b": {"type": "number"}},
        "required": ["a", "b"],
    },
}


def call_of(name: str, arguments: dict[str, Any], id: str = "c") -> FunctionCall:
    return FunctionCall(id=id, name=name, arguments=json.dumps(arguments))


# -- reading JSON


@given(st.text() | st.text('{}[]",:\\ \n`0atrue\ud800', max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        value = read_json(text)
    except ValueError as error:
        assert str(error)
    else:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


@given(objects, prose, prose, st.sampled_from(["{}", "```json\n{}\n```", "```\n{}\n```", "<tool_call>{}</tool_call>"]))
def test_an_object_is_found_wherever_it_stands(value: dict[str, Any], before: str, after: str, frame: str) -> None:
    text = before + frame.replace("{}", json.dumps(value)) + after
    assert read_json(text, expect=dict) == value


@given(st.dictionaries(words, values, min_size=1, max_size=3), prose, st.data())
def test_what_is_cut_off_is_never_taken_for_whole(value: dict[str, Any], before: str, data: st.DataObject) -> None:
    text = json.dumps(value)
    cut = data.draw(st.integers(1, len(text) - 1))
    with pytest.raises(ValueError, match="JSON"):
        read_json(before + text[:cut], expect=dict)


def test_what_is_cut_off_is_called_so_even_if_a_part_is_whole() -> None:
    with pytest.raises(ValueError, match="cut off"):
        read_json('```json\n{"a": {"b": 1}, "c": "and then')


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": [1, 2,], }', {"a": [1, 2]}),
        ('{"a": ",}", "b": ",]",}', {"a": ",}", "b": ",]"}),
        ('{"a": "one\ntwo"}', {"a": "one\ntwo"}),
        ("42", 42),
        (' "words" ', "words"),
        ("true", True),
        ('{"a": 1} and {"b": 2}', {"a": 1}),
        ('use {braces} like this: {"a": 1}', {"a": 1}),
        ('{"a": "\\ud800"}', {"a": "?"}),
        ('\ufeff{"a": 1}', {"a": 1}),
    ],
)
def test_small_slips_are_forgiven(text: str, value: Any) -> None:
    assert read_json(text) == value


@pytest.mark.parametrize("text", ["", "no", "{", '{"a": NaN}', '{"a": 1e999}', "{'a': 1}", '{"a" 1}', "9" * 5000])
def test_the_rest_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|reply"):
        read_json(text, expect=dict)


@pytest.mark.parametrize("unit", ["[", "{", '{"', '"', "\\", '{"\\"', "[1,", '{"a":', "```\n", ", ", "[]"])
def test_long_nonsense_ends(unit: str) -> None:
    with pytest.raises(ValueError, match=r"JSON|reply"):
        read_json(unit * 50_000, expect=dict)


def test_the_kind_that_is_expected_is_taken() -> None:
    assert read_json('As in [1]: {"a": 1}', expect=dict) == {"a": 1}
    with pytest.raises(ValueError, match="must be a JSON object"):
        read_json("[1, 2]", expect=dict)


# -- actions there and back


@given(names, objects, st.none() | words)
def test_a_call_survives_the_way_there_and_back(name: str, arguments: dict[str, Any], thought: str | None) -> None:
    said = AssistantMessage(content=[call_of(name, arguments)], source="x", thought=thought)
    turn = encode([said], [])[0]
    action = decode(str(turn.content), [{"name": name}], call_id="c7")
    [call] = action.content
    assert isinstance(call, FunctionCall)
    assert (call.name, json.loads(call.arguments), call.id) == (name, arguments, "c7")
    assert action.thought is None, "a small model that reads its own thoughts repeats them"


@given(words, st.none() | words)
def test_an_answer_survives_the_way_there_and_back(answer: str, thought: str | None) -> None:
    turn = encode([AssistantMessage(content=answer, source="x", thought=thought)], [ADD])[-1]
    action = decode(str(turn.content), [ADD])
    assert (action.content, action.thought) == (answer, None)


@given(names, st.dictionaries(names, numbers, max_size=4))
def test_what_encode_writes_is_what_the_schema_allows(name: str, arguments: dict[str, Any]) -> None:
    parameters = {
        "type": "object",
        "properties": {key: {"type": "number"} for key in arguments},
        "required": list(arguments),
    }
    tool = {"name": name, "parameters": parameters}
    said = AssistantMessage(content=[call_of(name, arguments)], source="x", thought="so it is")
    validator = Draft202012Validator(action_schema([tool, ADD]))
    assert validator.is_valid({"thought": "so it is", **json.loads(str(encode([said], [])[0].content))})


def test_the_schema_allows_only_what_there_is() -> None:
    schema = Draft202012Validator(action_schema([ADD]))
    assert schema.is_valid({"thought": "", "action": "add", "arguments": {"a": 1, "b": 2}})
    assert schema.is_valid({"thought": "", "answer": "3"})
    assert not schema.is_valid({"thought": "", "action": "add", "arguments": {"a": 1}})
    assert not schema.is_valid({"thought": "", "action": "sub", "arguments": {"a": 1, "b": 2}})
    assert not schema.is_valid({"thought": "", "action": "add", "arguments": {"a": 1, "b": 2, "c": 3}})
    forced = Draft202012Validator(action_schema([ADD], allow_final=False))
    assert not forced.is_valid({"thought": "", "answer": "3"})
    with pytest.raises(ValueError, match="tool"):
        action_schema([], allow_final=False)


def test_earlier_calls_meet_their_results() -> None:
    messages: list[LLMMessage] = [
        SystemMessage(content="Be exact."),
        UserMessage(content="1+2 and 3+4?", source="user"),
        AssistantMessage(
            content=[call_of("add", {"a": 1, "b": 2}, "1"), call_of("add", {"a": 3, "b": 4}, "2")], source="x"
        ),
        FunctionExecutionResultMessage(
            content=[
                FunctionExecutionResult(call_id="2", content="7", name="add", is_error=False),
                FunctionExecutionResult(call_id="1", content="no such luck", name="add", is_error=True),
            ]
        ),
    ]
    turns = encode(messages, [ADD])
    assert [type(turn).__name__ for turn in turns] == [
        *("SystemMessage", "UserMessage", "AssistantMessage", "UserMessage", "AssistantMessage", "UserMessage")
    ]
    assert turns[3].content == "add failed: no such luck"
    assert turns[5].content == "add gave: 7"
    assert messages[0].content == "Be exact."  # what was given is not changed


def test_the_prefix_stays_the_same_from_turn_to_turn() -> None:
    opening: list[LLMMessage] = [SystemMessage(content="Be exact."), UserMessage(content="1+2?", source="user")]
    later = [*opening, AssistantMessage(content=[call_of("add", {"a": 1, "b": 2})], source="x")]
    assert encode(later, [ADD])[:2] == encode(opening, [ADD])
    forced = encode(opening, [ADD], allow_final=False)
    assert encode(later, [ADD], allow_final=False)[0] == forced[0]
    assert str(forced[-1].content).startswith("1+2?")
    assert '"answer"' in str(encode(opening, [ADD])[0].content)
    assert '"answer"' not in str(forced[0].content), "nothing is offered that the form does not allow"
    assert isinstance(encode(opening[1:], [ADD])[0], SystemMessage)


@pytest.mark.parametrize(
    "text",
    [
        '{"action": "add", "arguments": {"a": 1, "b": 2}}',
        '{"tool": "add", "args": {"a": 1, "b": 2}}',
        '{"action": "add", "arguments": "{\\"a\\": 1, \\"b\\": 2}"}',
        'I will add.\n<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n</tool_call>',
        '```json\n{"thought": "add", "action": "add", "arguments": {"a": 1, "b": 2,}}\n```',
    ],
)
def test_other_protocols_words_are_understood(text: str) -> None:
    [call] = decode(text, [ADD]).content
    assert isinstance(call, FunctionCall)
    assert (call.name, json.loads(call.arguments)) == ("add", {"a": 1, "b": 2})


@pytest.mark.parametrize("text", ["It is 3.", 'The config is {"a": 1}, I think.', "`x` is 3."])
def test_plain_words_are_an_answer(text: str) -> None:
    assert decode(text, [ADD]).content == text


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no JSON"),
        ('{"action": "sub", "arguments": {}}', "no tool 'sub'.*add"),
        ('{"action": "add", "arguments": [1, 2]}', "JSON object"),
        ('{"action": "add", "arguments": "1 and 2"}', "JSON"),
        ('{"action": ["add"], "arguments": {}}', "no tool"),
        ('{"thought": "hm"}', "no tool None"),
        ('{"thought": "hm", "action": "a', "cut off"),
    ],
)
def test_what_is_no_action_is_complained_about(text: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        decode(text, [ADD])


@given(st.text('{}[]",:\\ \nadonctisrguemwh', max_size=80))
def test_decoding_never_raises_anything_else(text: str) -> None:
    try:
        decode(text, [ADD])
    except ValueError as error:
        assert str(error)


# -- schemas


def schema_like() -> st.SearchStrategy[Any]:
    keys = st.sampled_from(
        ["type", "properties", "items", "anyOf", "oneOf", "allOf", "$ref", "$defs", "required", "enum", "a", "const"]
    )
    leaves = st.none() | st.integers() | st.sampled_from(["object", "#", "#/$defs/a", "#/a/a", "elsewhere.json"])
    return st.recursive(
        leaves, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=6), max_leaves=30
    )


@given(st.dictionaries(st.sampled_from(["$ref", "$defs", "properties", "allOf", "items", "a"]), schema_like()))
def test_no_schema_breaks_the_cutting(schema: dict[str, Any]) -> None:
    assert "$ref" not in json.dumps(list(strict(schema)))
    json.dumps(strict(schema))


def test_schemas_that_refer_to_themselves_come_to_an_end() -> None:
    many = {f"p{n}": {"$ref": f"#/$defs/d{n}"} for n in range(30)}
    schema = {"$ref": "#/$defs/d0", "$defs": {f"d{n}": {"type": "object", "properties": many} for n in range(30)}}
    assert len(json.dumps(strict(schema))) < 1_000_000
    ring = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}
    assert strict(ring) == {}


def test_references_are_put_in_and_titles_left_out() -> None:
    schema = {
        "title": "Trip",
        "type": "object",
        "properties": {"to": {"$ref": "#/$defs/Place", "title": "To"}, "on": {"type": "string", "format": "date"}},
        "required": ["to"],
        "$defs": {"Place": {"type": "string", "enum": ["Bern", "Brig"]}},
    }
    assert strict(schema) == {
        "type": "object",
        "properties": {"to": {"type": "string", "enum": ["Bern", "Brig"]}, "on": {"type": "string"}},
        "required": ["to"],
        "additionalProperties": False,
    }


def test_the_grammar_is_two_lines_whatever_the_schema() -> None:
    head, start = compact_grammar({"type": "string", "description": "a\nb"}).splitlines()
    assert head == "%llguidance {}"
    assert json.loads(start.removeprefix("start: %json "))["x-guidance"]["whitespace_flexible"] is False
