"""Examples are written in many ways, and an answer that goes on in their form is read in each of them."""

from __future__ import annotations

import json
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.few_shot_reasoning.layout import Layout, Shot, canonical, drawn

NAMES = ("Word", "Code")
PLAIN = [Shot("tide", "edit"), Shot("mill", "llim"), Shot("oak", "kao")]
REASONED = [Shot(shot.x, shot.y, f"Written backwards it is {shot.y}.") for shot in PLAIN]
GRIDS = [Shot("0 1\n1 0", "1 0\n0 1"), Shot("2 0\n0 0", "0 2\n0 0")]


def all_of(shots: list[Shot], query: str) -> dict[str, Layout]:
    found = (drawn(Random(n), shots, query, NAMES, "", numbered=False) for n in range(300))
    return {layout.name: layout for layout in found}


def test_there_are_many_layouts_and_the_values_decide_which() -> None:
    assert {"labelled", "numbered", "bold", "qa", "jsonl", "tags", "table", "prose", "call", "arrow"} == set(
        all_of(PLAIN, "rope")
    )
    assert {"labelled", "numbered", "bold", "tags", "fenced"} == set(all_of(GRIDS, "3 3\n0 0"))
    assert "table" not in all_of([Shot("a|b", "c"), *PLAIN], "rope")
    assert not set(all_of(REASONED, "rope")) & {"table", "arrow", "prose", "call"}


@pytest.mark.parametrize("shots", [PLAIN, REASONED, GRIDS], ids=["plain", "reasoned", "grids"])
def test_every_example_and_the_query_stand_in_the_message_and_the_answer_does_not(shots: list[Shot]) -> None:
    query = "3 3\n0 0" if shots is GRIDS else "rope"
    for name, layout in all_of(shots, query).items():
        message = layout.message(shots, query)
        for shot in shots:
            assert shot.x in message, name
            assert shot.y in message, name
            assert shot.why in message, name
        assert query in message, name
        assert "epor" not in message


def completions(layout: Layout, y: str) -> list[str]:
    """An answer in the ways people go on."""
    said = [y, f"```\n{y}\n```", f"{layout.mark} {y}"]
    if layout.name == "jsonl":
        said.append(json.dumps({layout.input: "rope", layout.output: y}))
    if layout.name == "tags":
        said.append(f"<{layout.output}>{y}</{layout.output}>")
    if layout.name == "table":
        said.append(f"| rope | {y} |")
    if layout.name == "arrow":
        said.append(f"rope {layout.sign} {y}")
    return said


@pytest.mark.parametrize("y", ["epor", "[3, -4]", "a, b, c", "KEPT (12), x"])
def test_an_answer_in_the_form_is_read(y: str) -> None:
    for name, layout in all_of(PLAIN, "rope").items():
        for said in completions(layout, y):
            if name == "call" and "=" in said:
                continue
            found = layout.read(said, y, is_bare=True)
            assert found is not None, (name, said)
            assert canonical(found) == canonical(y), (name, said)


def test_a_grid_is_read_row_by_row() -> None:
    for name, layout in all_of(GRIDS, "3 3\n0 0").items():
        for said in (f"{layout.output}:\n3 3\n0 0", "3 3\n0 0", "```\n3 3\n0 0\n```"):
            found = layout.read(said, "3 3\n0 0", is_bare=True)
            assert found is not None, (name, said)
            assert canonical(found) == "3 3\n0 0", (name, said)


def test_talk_beside_a_bare_output_is_none_of_its_form() -> None:
    talk = "Let me look at the examples one after the other. " * 6
    for layout in all_of(PLAIN, "rope").values():
        found = layout.read(f"{talk}\n\n{talk}\n\nepor", "epor", is_bare=True)
        assert found is None or canonical(found) != "epor"


def test_reasons_come_before_a_marked_output() -> None:
    for name, layout in all_of(REASONED, "rope").items():
        end = {"jsonl": '{"Code": "epor"}', "tags": "<code>epor</code>", "bold": "**Code:** epor"}.get(
            name, "Code: epor"
        )
        assert canonical(layout.read(f"Written backwards it is epor.\n{end}", "epor", is_bare=False) or "") == "epor", (
            name
        )


def test_what_is_no_difference_and_what_is() -> None:
    assert canonical(" `epor` ") == canonical("epor") == canonical("**epor**") == canonical('"epor"')
    assert canonical("Epor") != canonical("epor")
    assert canonical("[1, 2]") != canonical("[2, 1]")
    assert canonical("1 2\n3 4") != canonical("1 2 3 4")


@given(st.text(alphabet="abc 123,;()-", min_size=1, max_size=20).map(str.strip).filter(bool))
@settings(max_examples=80, deadline=None)
def test_whatever_the_output_is_it_is_read_back(y: str) -> None:
    for name in ("labelled", "bold", "qa", "numbered"):
        layout = Layout(name, *NAMES)
        said = f"{layout.mark} {y}"
        assert canonical(layout.read(said, y, is_bare=True) or "") == canonical(y)
