"""API descriptions: OpenAPI and function lists in, plain APIs out, hostile documents refused."""

import json
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.descriptions import DescriptionError, load, read_description
from tools.apis import check_list, signature

PETS = """
openapi: 3.0.1
info: {title: Pets, version: "1"}
paths:
  /pets/{pet-id}:
    parameters:
      - {name: pet-id, in: path, required: true, description: "The pet's number.", schema: {type: integer}}
      - {name: Authorization, in: header, schema: {type: string}}
    get:
      operationId: pets.get
      summary: Read a pet
      parameters:
        - $ref: '#/components/parameters/Verbose'
      responses:
        200: {description: ok, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
    put:
      summary: Change a pet
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}}
      responses: {204: {description: Changed.}}
  /tree:
    post:
      operationId: plant
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}
components:
  parameters:
    Verbose: {name: verbose, in: query, schema: {type: boolean, default: false}}
  schemas:
    Node: {type: object, properties: {kids: {type: array, items: {$ref: '#/components/schemas/Node'}}}}
    Pet:
      allOf:
        - type: object
          required: [id, name]
          properties:
            id: {type: integer, readOnly: true}
            name: {type: string}
            size: {type: string, enum: [s, l], nullable: true}
        - properties: {born: {type: string, format: date, default: 2020-01-01}}
"""


def test_operations_become_functions() -> None:
    described = read_description(PETS)
    assert described.title == "Pets"
    assert [signature(api) for api in described.apis] == [
        "pets_get(pet_id: integer, verbose: boolean = false)",
        'put_pets_pet_id(pet_id: integer, name: string, size?: "s" | "l", born: string = "2020-01-01")',
    ]
    get, put = described.apis
    assert get.description == "Read a pet"
    assert get.returns == '{id: integer, name: string, size?: "s" | "l", born?: string}'
    assert put.returns == "Changed."
    assert get.parameters["properties"]["pet_id"]["description"] == "The pet's number."
    assert get.origin == "described"
    assert not check_list(described.apis)


def test_a_schema_that_refers_to_itself_drops_only_its_function() -> None:
    ((name, why),) = read_description(PETS).dropped
    assert name == "plant"
    assert why.reason == "schema refers to itself"


def test_json_says_the_same_as_yaml() -> None:
    document = yaml.safe_load(PETS)
    assert read_description(json.dumps(document, default=str)).apis == read_description(PETS).apis


def test_swagger_two() -> None:
    document = {
        "swagger": "2.0",
        "paths": {
            "/orders": {
                "post": {
                    "operationId": "addOrder",
                    "parameters": [
                        {"name": "dry-run", "in": "query", "type": "boolean"},
                        {"name": "body", "in": "body", "required": True, "schema": {"$ref": "#/definitions/Order"}},
                    ],
                    "responses": {
                        "201": {"description": "made", "schema": {"type": "array", "items": {"type": "string"}}}
                    },
                },
                "get": {"parameters": [{"name": "ids", "in": "query", "type": "array", "items": {"type": "integer"}}]},
            }
        },
        "definitions": {"Order": {"type": "object", "required": ["item"], "properties": {"item": {"type": "string"}}}},
    }
    described = read_description(json.dumps(document))
    assert [signature(api) for api in described.apis] == [
        "get_orders(ids?: array of integer)",
        "addOrder(dry_run?: boolean, item: string)",
    ]
    assert described.apis[1].returns == "[string]"


SCHEMA = {"type": "object", "properties": {"x": {"type": "string"}}, "required": ["x"]}


@pytest.mark.parametrize(
    "document",
    [
        [{"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA}}],
        {"tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA}}]},
        {"type": "function", "function": {"name": "f", "description": "d", "parameters": SCHEMA}},
        [{"name": "f", "description": "d", "parameters": SCHEMA}],
        {"functions": [{"name": "f", "description": "d", "parameters": SCHEMA}]},
        [{"name": "f", "description": "d", "input_schema": SCHEMA}],
        {"tools": [{"name": "f", "description": "d", "inputSchema": SCHEMA}]},
        {"name": "f", "description": "d", "parameters": SCHEMA},
    ],
)
def test_every_form_of_a_function_list(document: Any) -> None:
    for text in (json.dumps(document), yaml.safe_dump(document)):
        (api,) = read_description(text).apis
        assert (signature(api), api.description) == ("f(x: string)", "d")


def test_bad_entries_are_dropped_and_named() -> None:
    looped = {"name": "loop", "parameters": {"properties": {"x": {"$ref": "#"}}}}
    good = {"name": "f", "parameters": SCHEMA}
    described = read_description(
        json.dumps([good, looped, good, "word", {"name": "g", "parameters": {"$ref": "http://x/y"}}])
    )
    assert [api.name for api in described.apis] == ["f"]
    assert [(name, why.reason) for name, why in described.dropped] == [
        ("loop", "schema refers to itself"),
        ("f", "not a usable schema"),
        ("?", "not a usable schema"),
        ("g", "schema refers outside its document"),
    ]


BOMB = "a0: &a0 [x]\n" + "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (BOMB, "aliases without end"),
        ("a: &a [*a]", "alias within itself"),
        ("[" * 100_000, "nested too deep"),
        ("{a: " * 5_000, "nested too deep"),
        ("- " * 5_000, "nested too deep"),
        ("!!python/object/apply:os.system ['touch harm']", "neither JSON nor YAML"),
        ('{"a": ', "neither JSON nor YAML"),
        ("\ttabs: [", "neither JSON nor YAML"),
        ("just words", "neither OpenAPI"),
        ("", "neither OpenAPI"),
        ("[]", "neither OpenAPI"),
        ('{"paths": {}}', "no functions"),
        ('{"paths": {"/x": {"get": 3}}}', "no functions"),
        ("x" * 16_000_001, "too large"),
    ],
)
def test_what_is_no_description_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(DescriptionError, match=words):
        read_description(text)


def test_lone_surrogates_and_odd_keys_do_not_pass() -> None:
    schema = {"properties": {"\ud800": {"enum": ["\ud800"]}}}
    text = json.dumps([{"name": "f\ud800", "description": "\udfff\0", "parameters": schema}])
    (api,) = read_description(text).apis
    json.dumps([api.name, api.description, dict(api.parameters)], ensure_ascii=False).encode("utf-8")


@settings(max_examples=150)
@given(st.text(alphabet="abc:-[]{}&*!|>'\"#%@,? \n\t0~\ud800", max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        load(text)
    except DescriptionError as error:
        assert str(error)


KEYS = (
    "get parameters name in schema $ref requestBody content application/json /p responses 200 properties items type "
    "description required allOf operationId"
)
NODES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["#/paths", "#", "string", "object", "query", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS.split()), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150)
@given(st.dictionaries(st.sampled_from(["/a", "/b"]), NODES, min_size=1))
def test_any_openapi_is_read_or_refused(paths: dict[str, Any]) -> None:
    try:
        described = read_description(json.dumps({"openapi": "3.0.0", "paths": paths}))
    except DescriptionError:
        return
    assert not described.apis or not check_list(described.apis)
