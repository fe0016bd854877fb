"""Sites as data: what is well formed, what forms do, and that a planner's word holds."""

# lines of data and of words

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tools.web.sites import REVIEW, SHOP, noisy
from tools.web.actions import ACTIONS, as_line, read_line
from tools.web.backend import answer
from tools.web.errors import WebError
from tools.web.markup import draw
from tools.web.pages import Page, Redirect
from tools.web.planner import plan
from tools.web.spec import Field, as_json, faults_of, number_of, site_of, value_fault
from tools.web.state import Change, fresh
from tools.web.task import Task, differences, expected


def test_a_site_is_json_and_comes_back() -> None:
    assert site_of(json.loads(json.dumps(as_json(noisy())))) == noisy()


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ({"tables": "x"}, "no site"),
        ({"forms": [{**as_json(SHOP)["forms"][0], "operation": "drop"}]}, "drop"),
        ({"views": [{"table": "nowhere", "label": "X"}]}, "nowhere"),
        ({"notes": [{"name": "a", "title": "A", "sections": [], "links": ["b"]}]}, "leads to b"),
    ],
)
def test_a_broken_site_is_refused_with_the_reason(broken: dict[str, object], named: str) -> None:
    with pytest.raises(WebError, match=named):
        site_of({**as_json(SHOP), **broken})


def test_the_sample_site_has_no_faults() -> None:
    assert not list(faults_of(SHOP))


def test_a_form_changes_the_records_of_one_visitor_only() -> None:
    state, other = fresh(SHOP), fresh(SHOP)
    made = answer(SHOP, state, "POST", "/do/review/3?step=1", {"stars": "4", "text": "Good"})
    assert isinstance(made, Redirect)
    assert state.changes == (Change("create", "reviews", "2", {"stars": 4, "text": "Good", "books": "3"}),)
    assert len(other.records["reviews"]) == 1
    page = answer(SHOP, state, "GET", made.path)
    assert isinstance(page, Page)
    assert "Good" in draw(page)


@pytest.mark.parametrize("step", ["9" * 5000, "0", "-1", "²", "sure", "nan", ""])
def test_an_address_with_any_step_is_answered(step: str) -> None:
    for method in ("GET", "POST"):
        made = answer(SHOP, fresh(SHOP), method, f"/do/review/3?step={quote(step)}", {"stars": "9", "text": "x"})
        assert isinstance(made, Page | Redirect)


@pytest.mark.parametrize("day", ["2026-02-30", "2025-02-29", "2026-04-31", "0000-01-01"])
def test_a_day_that_no_calendar_has_is_refused(day: str) -> None:
    assert value_fault(Field("day", "Day", "date"), day)
    assert not value_fault(Field("day", "Day", "date"), "2024-02-29")


def test_a_form_says_what_it_does_not_take_and_changes_nothing() -> None:
    state = fresh(SHOP)
    made = answer(SHOP, state, "POST", "/do/review/3?step=1", {"stars": "9", "text": "Good"})
    assert isinstance(made, Redirect)
    page = answer(SHOP, state, "GET", made.path)
    assert isinstance(page, Page)
    assert "at most 5" in draw(page)
    assert not state.changes


def test_deleting_asks_first() -> None:
    state = fresh(SHOP)
    sure = answer(SHOP, state, "POST", "/do/remove/3?step=1", {})
    assert isinstance(sure, Redirect)
    assert "3" in state.records["books"]
    answer(SHOP, state, "POST", sure.path, {})
    assert "3" not in state.records["books"]


@given(st.text(max_size=60), st.dictionaries(st.text(max_size=10), st.text(max_size=20), max_size=4))
def test_no_request_breaks_the_backend(path: str, body: dict[str, str]) -> None:
    state = fresh(noisy())
    for method in ("GET", "POST"):
        made = answer(noisy(), state, method, f"/{path}", body)
        if isinstance(made, Page):
            assert draw(made).startswith("<!doctype html>")


def test_markup_in_records_stays_text() -> None:
    state = fresh(SHOP)
    answer(SHOP, state, "POST", "/do/review/3?step=1", {"stars": "1", "text": "<script>alert(1)</script>"})
    page = answer(SHOP, state, "GET", "/books/3")
    assert isinstance(page, Page)
    assert "<script>alert" not in draw(page)


# -- the planner


def test_the_shortest_way_is_found() -> None:
    new = Change("create", "reviews", "", {"stars": 3, "text": "Fine", "books": "14"})
    proof = plan(SHOP, Task("t", "", wanted=(new,), fills={"review": {"stars": "3", "text": "Fine"}}))
    assert proof.moves is not None
    assert [m.name for m in proof.moves] == [
        "Books (19)",
        "Next page",
        "Book 14",
        REVIEW.label,
        "Stars",
        "Review",
        "Send",
    ]


def test_what_is_in_the_way_is_part_of_the_way() -> None:
    names = [m.name for m in plan(noisy(), Task("t", "", at="/books/2", consent="necessary")).moves or ()]
    assert names[0] == "Only necessary"
    assert "No, thanks" in names
    assert [n for n in names if n.startswith("Book")] == ["Books (19)", "Book 2"]


def test_that_there_is_no_way_is_proved_by_having_looked_everywhere() -> None:
    proof = plan(SHOP, Task("t", "", see=(("Book 9", "I-10"),)))
    assert proof.moves is None
    assert proof.is_exhausted


def test_no_way_leads_over_a_change_nobody_asked_for() -> None:
    gone = Change("delete", "books", "4", dict(SHOP.table("books").records[3]))
    assert plan(SHOP, Task("t", "", wanted=(gone,))).moves
    assert plan(SHOP, Task("t", "", at="/books/4")).moves
    keep = Task("t", "", wanted=(Change("update", "books", "4", {"price": 1}),))
    assert plan(SHOP, keep).moves is None


def test_differences_name_what_is_too_much_and_what_is_lacking() -> None:
    state = fresh(SHOP)
    answer(SHOP, state, "POST", "/do/review/3?step=1", {"stars": "4", "text": "Good"})
    task = Task("t", "", wanted=(Change("create", "reviews", "", {"stars": 5, "text": "Good", "books": "3"}),))
    found = differences(SHOP, state.records, expected(SHOP, task))
    assert any("nobody asked for" in one for one in found)
    assert any("lacks" in one for one in found)


# -- values and lines


@given(st.text(max_size=30))
def test_numbers_are_read_or_are_none(text: str) -> None:
    number = number_of(text)
    assert number is None or number == number


def test_values_have_bounds() -> None:
    stars = SHOP.table("reviews").fields[0]
    assert [bool(value_fault(stars, v)) for v in ("1", "5", "0", "6", "x", "")] == [
        False,
        False,
        True,
        True,
        True,
        True,
    ]


_ARGUMENTS = {
    "click": st.fixed_dictionaries({"id": st.integers(0, 999)}),
    "type": st.fixed_dictionaries({"id": st.integers(0, 999), "text": st.text(max_size=30), "enter": st.booleans()}),
    "select": st.fixed_dictionaries({"id": st.integers(0, 999), "option": st.text(max_size=30)}),
    "scroll": st.fixed_dictionaries({"direction": st.sampled_from(["up", "down"])}),
    "hover": st.fixed_dictionaries({"id": st.integers(0, 999)}),
    "goto": st.fixed_dictionaries({"address": st.text(max_size=30)}),
    "go_back": st.just({}),
    "stop": st.fixed_dictionaries({"outcome": st.sampled_from(["done", "impossible"]), "answer": st.text(max_size=30)}),
}


@given(st.sampled_from(ACTIONS).flatmap(lambda name: st.tuples(st.just(name), _ARGUMENTS[name])))
def test_an_action_is_a_line_and_comes_back(action: tuple[str, dict[str, object]]) -> None:
    assert read_line(as_line(*action)) == action
