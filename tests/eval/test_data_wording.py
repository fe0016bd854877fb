"""Refusals, boilerplate, holes and cut-off answers are told from answers that only look so."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.data.phrases import BOILERPLATE, POINTING, REFUSALS
from eval.data.rows import item_of
from eval.data.wording import cut_off, hole, troubles
from tests.eval.datasets import clean, of, report, row, said, write
from tests.runs.keep import fixtures

LONG = "The mill stands by the water and has done so since the tide was first let in through the sluice gate there. "


def told(request: str | None = None, answer: str | None = None) -> set[str]:
    item = item_of(said(row(1), request, answer), 0, 1)
    return {name for name, _ in troubles(item, len(item.request.split()))}


@pytest.mark.parametrize(
    ("answer", "trouble"),
    [
        ("As an AI language model, I have no opinion on tides.", "refusals"),
        ("I’m sorry, but I can’t do that.", "refusals"),
        ("Es tut mir leid, aber ich kann das nicht beantworten.", "refusals"),
        ("很抱歉，我无法回答这个问题。", "refusals"),
        ("Certainly! Here is the list you asked for: tea, salt.", "boilerplate"),
        (f"{LONG * 12}I hope this helps!", "boilerplate"),
        ("Dear {customer_name}, your order is late.", "leftovers"),
        ("Dear [Your Name], your order is late.", "leftovers"),
        ("", "empty"),
        ("```python\nprint(1)\n", "cut"),
        (f"{LONG}After that they opened the", "cut"),
        ("First the gate,", "cut"),
        (
            f"{LONG}The keeper then walked along the wall and saw that water had come in over all of the lower fields",
            "cut",
        ),
    ],
)
def test_troubles_are_found(answer: str, trouble: str) -> None:
    assert told(answer=answer) == {trouble}


@pytest.mark.parametrize(
    "answer",
    [
        "The text does not say.",
        "B",
        "ud",
        "Use `{name}` where the name goes.",
        "```python\nprint(f'{name} is here')\n```",
        '{"name": "Ada"}',
        "GET /books/{book_id}/loans",
        "- tea\n- salt\n- a rope of the length we spoke of",
        "He was sorry, and said so.",
        f"{LONG}\n\nYours\nAda Brandt",
        "| a | b |\n|---|---|\n| 1 | 2 |",
    ],
)
def test_good_answers_are_left_alone(answer: str) -> None:
    assert told(answer=answer) == set()


def test_pointing_to_a_text_that_is_not_there() -> None:
    assert told(request="What does the author of the passage above think?") == {"pointing"}
    assert told(request=f"{LONG * 4}\n\nWhat does the author of the passage above think?") == set()


@pytest.mark.parametrize("table", [REFUSALS, BOILERPLATE, POINTING])
def test_phrases_are_written_as_they_are_looked_for(table: dict[str, tuple[str, ...]]) -> None:
    for phrases in table.values():
        for phrase in phrases:
            assert phrase == phrase.casefold()
            assert len(phrase) >= 4


def test_hardly_anything_is_said_of_pairs_that_strong_models_wrote() -> None:
    folders = [folder for folder in fixtures() if folder.name.startswith("strong")]
    made = report(*folders)
    assert made["pairs"] > 200
    for name, trouble in made["wording"].items():
        assert trouble["pairs"] <= 1, (name, trouble)


def test_a_loop_is_found_and_a_program_shown_twice_is_none(tmp_path: Path) -> None:
    rows = clean(40)
    rows[9] = said(rows[9], answer="The answer is that the tide comes in twice a day. " * 30)
    code = {"role": "assistant", "content": " ".join(f"line{n} = {n} + step{n}" for n in range(60))}
    rows[12] = {
        **rows[12],
        "messages": [rows[12]["messages"][0], code, {"role": "user", "content": "Again, please."}, code],
    }
    made = report(write(tmp_path / "a.jsonl", rows))
    assert made["openings"]["loops"]["pairs"] == 1
    assert [pair["id"] for pair in of(made, "loops")["pairs"]] == [rows[9]["id"]]


def test_openings_are_counted_by_skill(tmp_path: Path) -> None:
    rows = clean(150)
    rows = [
        said(one, request=f"Could you please tell me: {one['messages'][0]['content']}")
        if one["skill"] == "rag"
        else one
        for one in rows
    ]
    made = report(write(tmp_path / "a.jsonl", rows))
    found = of(made, "opening_request", "rag")
    assert found["severity"] == "bad"
    assert "could you please tell" in found["measured"]
    assert of(made, "opening_request", "fermi")["severity"] == "good"


def test_odd_texts() -> None:
    for text in ("\ud800", "{", "{{}}", "`", "```", "\u202e", " "):
        hole(text)
        if text.strip():
            cut_off(text)
