"""APIs: plain schemas from any schema, and complaints a model can act on."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tools.api_schema import CYCLE, FOREIGN, MAX_NODES, NOT_A_SCHEMA, TOO_LARGE, plain, plain_text
from tools.apis import (
    Api,
    SchemaError,
    as_dict,
    as_function,
    check_list,
    complaints,
    from_dict,
    sanitise_name,
    signature,
)

RENEW = from_dict(
    {
        "name": "renew",
        "description": "Renew a loan.",
        "parameters": {
            "type": "object",
            "properties": {
                "loan": {"type": "string"},
                "days": {"type": "integer", "default": 14, "minimum": 1},
                "mode": {"type": "string", "enum": ["mail", "desk"]},
                "items": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}},
                "note": {"type": ["string", "null"]},
            },
            "required": ["loan"],
        },
    }
)


def test_legal_arguments_bring_no_complaint() -> None:
    assert complaints({"loan": "L1"}, RENEW) == []
    full = {"loan": "L1", "days": 3, "mode": "mail", "items": [{"price": 2.5}], "note": None}
    assert complaints(full, RENEW) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, ["missing", "'loan'", "renew"]),
        ({"loan": "L1", "until": "May"}, ["unknown", "'until'", "loan, days, mode"]),
        ({"loan": 7}, ["'loan'", "string", "integer", "7"]),
        ({"loan": "L1", "days": "3"}, ["'days'", "integer", "string"]),
        ({"loan": "L1", "days": True}, ["'days'", "integer", "boolean"]),
        ({"loan": "L1", "days": 0}, ["'days'", "minimum"]),
        ({"loan": "L1", "mode": "fax"}, ["'mode'", "mail", "desk", "fax"]),
        ({"loan": "L1", "items": [{"price": "x"}]}, ["items[0].price", "number"]),
        ({"loan": "L1", "note": 3}, ["'note'", "string or null"]),
        (["L1"], ["object"]),
        ("loan=L1", ["object"]),
        (None, ["object"]),
    ],
)
def test_each_fault_is_named(arguments: Any, words: list[str]) -> None:
    found = complaints(arguments, RENEW)
    assert len(found) == 1
    assert all(word in found[0] for word in words), found[0]


def test_all_faults_are_told_at_once() -> None:
    assert len(complaints({"days": "x", "mode": "fax", "more": 1}, RENEW)) == 4


def test_signature_shows_types_defaults_and_what_may_be_left_out() -> None:
    assert signature(RENEW) == (
        'renew(loan: string, days: integer = 14, mode?: "mail" | "desk", items?: array of object, note?: string | null)'
    )


def test_round_trip_through_json() -> None:
    assert from_dict(json.loads(json.dumps(as_dict(RENEW)))) == RENEW


def test_the_function_form_is_a_legal_schema() -> None:
    function = as_function(RENEW)
    Draft202012Validator.check_schema(function["parameters"])
    assert set(function) == {"name", "description", "parameters"}
    assert function["parameters"]["additionalProperties"] is False


def test_a_harmless_reference_is_put_in_place() -> None:
    schema = {
        "$defs": {"Day": {"type": "string", "format": "date"}},
        "type": "object",
        "properties": {"from": {"$ref": "#/$defs/Day"}, "to": {"$ref": "#/$defs/Day", "description": "last day"}},
    }
    made = plain(schema)
    assert made["properties"]["to"] == {"type": "string", "format": "date", "description": "last day"}
    assert "$ref" not in json.dumps(made)


def deep(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"x": schema}}
    return schema


DOUBLING = {f"d{n}": {"properties": {"a": {"$ref": f"#/d{n + 1}"}, "b": {"$ref": f"#/d{n + 1}"}}} for n in range(40)}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"properties": {"kids": {"items": {"$ref": "#"}}}}, CYCLE),
        ({"$defs": {"A": {"$ref": "#/$defs/B"}, "B": {"$ref": "#/$defs/A"}}, "$ref": "#/$defs/A"}, CYCLE),
        ({"$ref": "http://example.com/x.json"}, FOREIGN),
        ({"$ref": "file:///etc/passwd"}, FOREIGN),
        ({"$ref": "#/not/there"}, NOT_A_SCHEMA),
        ({"$ref": 7}, FOREIGN),
        (deep(200), TOO_LARGE),
        ({**DOUBLING, "d40": {"type": "string"}, "$ref": "#/d0"}, TOO_LARGE),
        ({"properties": {f"p{n}": {"type": "string"} for n in range(MAX_NODES + 1)}}, TOO_LARGE),
        ({"enum": list(range(100_000))}, TOO_LARGE),
        ({"default": float("nan")}, NOT_A_SCHEMA),
        ({"properties": {"x": "string"}}, NOT_A_SCHEMA),
        ([], NOT_A_SCHEMA),
        (None, NOT_A_SCHEMA),
    ],
)
def test_hostile_schemas_are_refused_with_the_reason(schema: Any, reason: str) -> None:
    with pytest.raises(SchemaError) as caught:
        plain(schema)
    assert caught.value.reason == reason


def test_a_hostile_pattern_becomes_words() -> None:
    api = from_dict({"name": "f", "parameters": {"properties": {"x": {"type": "string", "pattern": "(a+)+$"}}}})
    assert "pattern" not in api.parameters["properties"]["x"]
    assert "(a+)+$" in api.parameters["properties"]["x"]["description"]
    assert complaints({"x": "a" * 40 + "!"}, api) == []


def test_a_default_that_could_not_be_passed_is_dropped() -> None:
    assert "default" not in plain({"type": "integer", "default": "3"})
    assert "default" not in plain({"type": "integer", "default": True})
    assert plain({"type": ["string", "null"], "default": None})["default"] is None


def test_what_only_the_server_sets_is_no_input() -> None:
    schema = {"properties": {"id": {"type": "string", "readOnly": True}, "a": {"type": "string"}}, "required": ["id"]}
    assert set(plain(schema)["properties"]) == {"a"}
    assert plain(schema)["required"] == []
    assert set(plain(schema, is_input=False)["properties"]) == {"id", "a"}


@pytest.mark.parametrize("values", [{}, {"name": ""}, {"name": 3}, {"name": "f", "origin": "heaven"}])
def test_no_api_without_a_name_or_with_a_made_up_origin(values: dict[str, Any]) -> None:
    with pytest.raises(SchemaError):
        from_dict(values)


def test_parameters_must_be_an_object_of_few() -> None:
    with pytest.raises(SchemaError, match="array"):
        from_dict({"name": "f", "parameters": {"type": "array"}})
    with pytest.raises(SchemaError, match="100 parameters"):
        from_dict({"name": "f", "parameters": {"properties": {f"p{n}": {} for n in range(100)}}})


def test_a_list_is_checked_for_names_number_and_schemas() -> None:
    looped = Api("looped", "", {"type": "object", "properties": {"x": {"$ref": "#"}}})
    found = "\n".join(check_list([RENEW, RENEW, Api("no name", "", {}), looped]))
    assert "two functions are called 'renew'" in found
    assert "'no_name' would be" in found
    assert CYCLE in found
    assert check_list([RENEW]) == []
    assert check_list([]) != []
    assert "at most 2" in check_list([RENEW] * 3, most=2)[0]


@given(st.text())
def test_any_text_makes_a_name_that_stays(name: str) -> None:
    made = sanitise_name(name)
    assert made.isidentifier()
    assert made.isascii()
    assert len(made) <= 64
    assert sanitise_name(made) == made
    compile(f"def {made}(): pass", "<name>", "exec")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)
KEYWORDS = st.sampled_from(
    [
        *("type", "properties", "items", "required", "enum", "$ref", "default", "anyOf", "allOf", "nullable", "format"),
        *("additionalProperties", "minimum", "exclusiveMinimum", "multipleOf", "maxItems", "pattern", "description"),
    ]
)
SCHEMAS = st.recursive(
    st.dictionaries(KEYWORDS, JSON | st.sampled_from(["string", "object", "array", "#"]), max_size=4),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string", "integer"]),
            "properties": st.dictionaries(st.text(max_size=5), inner, max_size=3),
            "items": inner,
            "anyOf": st.lists(inner, max_size=3),
            "allOf": st.lists(inner, max_size=3),
            "required": st.lists(st.text(max_size=5), max_size=3),
        },
    ),
    max_leaves=10,
)


@settings(max_examples=100)
@given(SCHEMAS, JSON)
def test_any_schema_is_made_legal_and_stays_or_is_refused(schema: dict[str, Any], arguments: Any) -> None:
    try:
        api = from_dict({"name": "f", "parameters": schema})
    except SchemaError:
        return
    Draft202012Validator.check_schema(dict(api.parameters))
    assert from_dict(json.loads(json.dumps(as_dict(api)))) == api
    assert signature(api)
    told = complaints(arguments, api)
    assert bool(told) == (
        not isinstance(arguments, dict) or not Draft202012Validator(dict(api.parameters)).is_valid(arguments)
    )


@given(st.text(st.characters(), max_size=50))
def test_plain_text_can_be_sent(text: str) -> None:
    made = plain_text(text)
    made.encode("utf-8")
    assert "\x00" not in made
    assert plain_text(made) == made


def test_lone_surrogates_do_not_pass() -> None:
    api = from_dict({"name": "f", "description": "a\ud800b\x00c", "parameters": {"properties": {"x\udfff": {}}}})
    json.dumps(as_dict(api), ensure_ascii=False).encode("utf-8")
