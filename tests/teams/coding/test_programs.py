"""What is read off answers and outputs: blocks, code without its start, growths, what differs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.coding.counting import GROWTHS, at_most, fits, nearest
from teams.coding.forms.base import fenced, names_line
from teams.coding.forms.documented import undocumented
from teams.coding.forms.grown import shape_of
from teams.coding.forms.injected import LONGEST_DIFF, difference_of
from teams.coding.forms.queried import not_a_query
from teams.coding.forms.refactored import burden, is_lighter
from teams.coding.looks import has_code, has_examples, has_rules
from teams.coding.programs import bare, blocks, code_in, first_difference, is_ordered, tidy, words_used
from tests.teams.coding.cases import DOCUMENTED, REFACTORED

CODE = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=1, max_size=60)


@given(st.lists(CODE, min_size=1, max_size=5))
def test_what_is_fenced_is_found(lines: list[str]) -> None:
    code = "\n".join(line.replace("`", "'").replace("~", "-") for line in lines)
    assert [tidy(inside) for _, inside in blocks(f"So:\n\n{fenced(code, 'python')}\n\nDone.")] == [tidy(code)]


def test_code_of_another_language_is_not_taken() -> None:
    answer = "Before:\n\n```text\n3\n```\n\n```js\nlet a = 1;\n```\n\n- in a list:\n  ```js\n  let b = 2;\n  ```"
    assert code_in(answer, "javascript") == ["let a = 1;", "let b = 2;", "let a = 1;\n\nlet b = 2;"]
    assert code_in(answer, "python") == []
    assert code_in("```\nx = 1\n```", "python") == ["x = 1"]


def test_code_starts_when_its_tests_say_so() -> None:
    guarded = 'def f():\n    return 1\n\n\nif __name__ == "__main__":\n    print(f())'
    assert "print" not in bare(guarded, "python")
    assert bare("def f(:", "python") == "def f(:"
    c = "int f(void) { return 1; }\nint main(void) { if (f()) { return 2; } return 0; }\nint g(void) { return 3; }"
    assert bare(c, "c").split() == [
        "int",
        "f(void)",
        "{",
        "return",
        "1;",
        "}",
        "int",
        "g(void)",
        "{",
        "return",
        "3;",
        "}",
    ]
    assert bare("int f(void) { return 1; }", "c") == "int f(void) { return 1; }"
    braces = """int f(void) { return 1; }\nint main(void) { puts("}"); return f() == '}'; /* } */ }\nint g;"""
    assert bare(braces, "c") == "int f(void) { return 1; }\n\nint g;"


def test_code_nested_deeper_than_anybody_writes_is_not_walked() -> None:
    for deep in ("q = " + "+".join("1" * 900), f"q = {'-' * 700}1", f"q{'.a' * 600}"):
        assert undocumented(deep) is None
        assert "lines" in burden(deep, "python")
        assert bare(deep, "python") == deep


@pytest.mark.parametrize("piece", ["```a\n", "~~~a\n", "\n", "a\n", " ", "a(\n", "````\n```a\n"])
def test_what_a_hostile_endpoint_sends_is_read_line_by_line(piece: str) -> None:
    # No clock: what grows with the square of a megabyte does not come back within the time of the suite.
    flood = piece * (1_000_000 // len(piece))
    assert len(blocks(flood)) <= len(flood)
    for look in (has_code, has_rules, has_examples):
        list(look(flood))


def test_a_name_that_is_only_spoken_of_is_not_used() -> None:
    spoken = "from heapq import merge\nimport bisect\n\n# heapq.nsmallest would do\ntwo = sorted(a + b)\n"
    assert not {"merge", "bisect", "nsmallest"} & words_used(spoken, "python")
    used = "import heapq as h\nfrom bisect import insort as put\n\nput(a, 1)\ntwo = h.merge(a, b)\n"
    assert {"heapq", "merge", "insort", "bisect"} <= words_used(used, "python")
    assert "flatMap" not in words_used("// flatMap would do\nlet x = a.map(f);", "javascript")
    assert "flatMap" in words_used("let x = a.flatMap(f); // as they wish", "javascript")


@pytest.mark.parametrize(
    ("query", "why"),
    [
        ("SELECT name FROM bridge ORDER BY name;", ""),
        ("-- by name; the last first\nWITH b AS (SELECT ';' AS x) SELECT x FROM b", ""),
        ("SELECT 1;\n-- that is all\n", ""),
        ("SELECT name FROM bridge; DROP TABLE bridge;", "2 statements"),
        ("PRAGMA query_only = OFF; DELETE FROM bridge; SELECT 1;", "3 statements"),
        ("UPDATE bridge SET name = 'x'", "more than read"),
        (".shell date\nSELECT 1;", "shell of SQLite"),
        ("", "0 statements"),
        ("SELECT '" + ";" * 9_000 + "'", "characters"),
    ],
)
def test_a_query_is_one_statement_that_reads(query: str, why: str) -> None:
    assert not_a_query(query) == "" if not why else why in not_a_query(query)


def test_a_difference_is_told_by_its_line() -> None:
    assert first_difference("a\nb", "a\nc") == "line 2 is 'b', wanted is 'c'"
    assert first_difference("a", "a\nc") == "line 2 is missing, wanted is 'c'"
    assert not is_ordered("sql", "select 1")
    assert is_ordered("sql", "select a from b ORDER\n BY a")
    assert is_ordered("python", "print(1)")


@pytest.mark.parametrize(
    ("said", "shape"),
    [
        ("n", "n"), ("N", "n"), ("m", "n"), ("n log n", "n L n"), ("n·log(n)", "n log n"), ("n \\log n", "n log n"),
        ("n^2", "n²"), ("n * n", "n**2"), ("log n", "\\log_2 n"), ("sqrt n", "√n"), ("2^n", "2**n"), ("1", "1"),
    ],
)  # fmt: skip
def test_a_growth_is_the_same_in_other_signs(said: str, shape: str) -> None:
    assert shape_of(said) == shape_of(shape.replace("L", "log"))


def test_growths_differ() -> None:
    assert len({shape_of(growth[2:-1]) for growth in GROWTHS}) == len(GROWTHS)


@given(st.sampled_from(["O(n)", "O(n^2)", "O(n^3)", "O(sqrt n)"]), st.integers(3, 40))
def test_counts_of_a_growth_fit_it(growth: str, each: int) -> None:
    points = [(n, round(each * GROWTHS[growth](n))) for n in (16, 32, 64, 128, 256, 512)]
    assert fits(points, growth)
    assert nearest(points) == growth
    assert at_most(points, "O(n^3)")
    assert growth == "O(n^3)" or not fits(points, "O(n^3)")


def test_documentation_is_no_change_and_a_change_is() -> None:
    assert undocumented(DOCUMENTED["solution"]) == undocumented(DOCUMENTED["given"])
    assert undocumented(DOCUMENTED["solution"].replace("<= 3", "< 3")) != undocumented(DOCUMENTED["given"])
    assert undocumented("def f(:") is None


def test_what_is_simpler_is_lighter() -> None:
    before, after = burden(REFACTORED["given"], "python"), burden(REFACTORED["solution"], "python")
    assert is_lighter(after, before)
    assert not is_lighter(before, after)
    assert not is_lighter(before, before)


LINES = st.lists(st.sampled_from(["a 1", "b 2", "c 3", ""]), min_size=1, max_size=40)


@given(LINES, LINES)
def test_a_difference_is_shown_wherever_it_is(right: list[str], now: list[str]) -> None:
    told = difference_of("\n".join(right), "\n".join(now)).splitlines()
    assert len(told) <= LONGEST_DIFF
    parted = [line for line in told if not line.startswith("  ")]
    assert bool(parted) == ("\n".join(right).splitlines() != "\n".join(now).splitlines())
    assert {line[2:] for line in told} <= {*right, *now}


FACTS = {"given": "\n".join(f"step_{n}();" for n in range(1, 13)), "line": "step_1();"}
GIVEN_INDENTED = FACTS["given"].replace("\n", "\n      ")


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        ("It is `step_1();`, which comes too early.", True),
        ("Look at line 1.", True),
        ("```js\nstep_1();\n```\nis at fault", True),
        ("Look at line 12.", False),
        (f"It is in here:\n\n```js\n{FACTS['given']}\n```", False),
        (f"1. It is in here:\n\n      ```js\n      {GIVEN_INDENTED}\n      ```", False),
        ("In **line 1** it comes too early.", True),
        ("Lines 3 and 1 do.", True),
        ("Der Fehler steckt in Zeile 1.", True),
        ("See mill.js:1 for it.", True),
        ("It was 10:1 for it, since 1:15.", False),
    ],
)
def test_the_line_at_fault_is_named_and_not_just_among_all(answer: str, named: bool) -> None:
    assert names_line(answer, FACTS["given"], FACTS["line"], 1) is named
