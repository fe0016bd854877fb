"""Replies with a form: the quick look finds valid only what jsonschema finds valid, and fetches nothing."""

import socket
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from agents.models.forms import fits, schema_complaint

LEAF = st.none() | st.booleans() | st.integers(-3, 12) | st.floats(-2, 2) | st.text("ab\n1", max_size=4)
VALUE = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
SIMPLE = st.one_of(
    st.sampled_from(["null", "boolean", "integer", "number", "string"]).map(lambda name: {"type": name}),
    st.lists(LEAF, min_size=1, max_size=3).map(lambda values: {"enum": values}),
    LEAF.map(lambda value: {"const": value}),
    st.integers(0, 3).map(lambda n: {"type": "string", "minLength": n, "maxLength": n + 1}),
    st.integers(0, 9).map(lambda n: {"type": "integer", "minimum": n, "maximum": n + 2}),
    st.sampled_from(["^a+$", "b", "^[ab]{1,2}$"]).map(lambda said: {"type": "string", "pattern": said}),
)


def _nested(inner: Any) -> Any:
    objects = st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    return st.one_of(
        inner.map(lambda one: {"type": "array", "items": one, "maxItems": 2}),
        st.lists(inner, min_size=1, max_size=2).map(lambda some: {"anyOf": some}),
        objects.map(
            lambda some: {
                "type": "object",
                "properties": some,
                "required": list(some)[:2],
                "additionalProperties": False,
            }
        ),
    )


@given(VALUE, st.recursive(SIMPLE, _nested, max_leaves=6))
def test_what_fits_is_valid(value: Any, schema: dict[str, Any]) -> None:
    valid = Draft202012Validator(schema).is_valid(value)
    assert not fits(value, schema) or valid
    assert bool(schema_complaint(value, schema)) is not valid


@pytest.mark.parametrize("schema", [{"pattern": "(?P<one>a)(?P=one)"}, {"$ref": "#/$defs/none", "$defs": {}}])
def test_what_cannot_be_read_does_not_fit(schema: dict[str, Any]) -> None:
    assert not fits("aa", schema)


def test_no_reference_is_fetched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        assert not fits(1, {"$ref": f"http://127.0.0.1:{server.getsockname()[1]}/schema.json"})
        with pytest.raises(BlockingIOError):
            server.accept()
