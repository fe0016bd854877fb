"""Wrong turns put in by a program: one thing changed, in what is executed, the same each time."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.languages import BY_KEY
from teams.coding.mutants import mutants
from tests.teams.coding.cases import BY_KIND, FINE


@pytest.mark.parametrize("kind", sorted(kind for kind, item in BY_KIND.items() if "solution" in item))
def test_a_mutant_differs_in_one_line(kind: str) -> None:
    item = BY_KIND[kind]
    code = item["solution"]
    made = mutants(code, item.get("written_in", "sql" if kind == "query" else "python"))
    for one in made:
        parted = [n for n, (a, b) in enumerate(zip(code.splitlines(), one.code.splitlines(), strict=True), 1) if a != b]
        assert parted == [one.line]
        assert one.was in code.splitlines()[one.line - 1]
    assert made == mutants(code, item.get("written_in", "sql" if kind == "query" else "python"))


def test_strings_comments_and_types_are_left_alone() -> None:
    assert mutants('print("a < b and 1 == 2")  # x < 3', "python") == []
    assert mutants("console.log('a < b'); // 3 < 4", "javascript") == []
    assert mutants('local s = "1 < 2" -- 3 < 4', "lua") == []
    assert all("vector" in one.code for one in mutants("std::vector<int> f(int a) { return {a + 1}; }", "cpp"))
    assert not any(one.was == "<" for one in mutants("std::vector<int> f(std::vector<int> a) { return a; }", "cpp"))


def test_python_stays_python() -> None:
    made = mutants(FINE, "python", 50)
    assert len(made) > 6
    for one in made:
        ast.parse(one.code)
    assert {("<=", "<"), ("*", "+"), ("min", "max")} <= {(one.was, one.now) for one in made}


@given(st.text(max_size=200), st.sampled_from(sorted(BY_KEY)))
def test_any_text_is_taken(text: str, language: str) -> None:
    assert len(mutants(text, language, 3)) <= 3
