"""What a program makes of the parts of a backend that a small model wrote."""

import ast
from typing import Any

import pytest

from teams.tool_use.parts import Part, _body, _module
from tools.apis import from_dict

SCHEMA = {"type": "object", "properties": {"isbn": {"type": "string"}, "days": {"type": "integer", "default": 14}}}
LEND = from_dict({"name": "lend", "description": "Lends.", "parameters": {**SCHEMA, "required": ["isbn"]}})
MADE = {"isbn": "97"}
RECORDS = [{"isbn": "97", "title": "Low Tide", "days": 7}]


def built(*parts: Part) -> Any:
    """The backend of these parts, made here: nothing of it came from a model."""
    space: dict[str, type] = {}
    exec(_module(parts), space)
    return space["Backend"]()


@pytest.mark.parametrize(
    ("code", "gives"),
    [
        ("def lend(records, isbn, days=14):\n    return records[0]", RECORDS[0]),
        ("def lend(records, isbn):\n    return records[0]['title']", {"title": "Low Tide"}),
        ("import re\n\nclass Backend:\n    def lend(self, isbn):\n        return {'isbn': isbn}", {"isbn": "97"}),
        (
            "def lend(records, isbn):\n    '''Lends.'''\n    records.append({'isbn': isbn})\n    return records[-1]",
            MADE,
        ),
    ],
)
def test_the_body_of_a_function_becomes_a_method(code: str, gives: object) -> None:
    body, problem = _body(code, "lend")
    assert not problem
    backend = built(Part(LEND, records=[dict(r) for r in RECORDS], body=body))
    assert backend.lend("97") == gives


def test_a_function_that_finds_nothing_says_so() -> None:
    body, _ = _body(
        "def lend(records, isbn):\n    for r in records:\n        if r['isbn'] == isbn:\n            return r", "lend"
    )
    with pytest.raises(ValueError, match="nothing that fits"):
        built(Part(LEND, records=RECORDS, body=body)).lend("12")


@pytest.mark.parametrize(
    ("code", "problem"),
    [("def lend(:", "doesn't parse"), ("def give(records): pass", "no function lend"), ("", "no function lend")],
)
def test_what_is_no_such_function_is_sent_back(code: str, problem: str) -> None:
    assert problem in _body(code, "lend")[1]


def test_each_function_has_records_of_its_own() -> None:
    body, _ = _body("def lend(records, isbn):\n    records.clear()\n    return {'left': len(records)}", "lend")
    other = from_dict({"name": "count", "description": "Counts.", "parameters": SCHEMA})
    counting, _ = _body("def count(records):\n    return {'left': len(records)}", "count")
    module = _module([Part(LEND, records=RECORDS, body=body), Part(other, records=RECORDS, body=counting)])
    ast.parse(module)
    backend = built(Part(LEND, records=RECORDS, body=body), Part(other, records=RECORDS, body=counting))
    backend.lend("97")
    assert backend.count() == {"left": 1}
