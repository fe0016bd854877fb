"""Drafts become tasks, or are sent back in words that help; answers are held against what a task knows."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.few_shot_reasoning import offers
from teams.few_shot_reasoning.episode import BARE, REASONS, RULE, WRONG
from teams.few_shot_reasoning.forms.task import Wish
from teams.few_shot_reasoning.kinds import BY_NAME, KINDS
from teams.few_shot_reasoning.layout import Layout
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.sums import broken_sums
from tests.teams.few_shot_reasoning.faults import BOXES, HOMES, NOTES, PICKS, SLIPS, drawn, paired, written
from tests.teams.few_shot_reasoning.test_rules import MATTER
from tests.teams.judging import scene_of

ASKS = {"input_name": "Given", "output_name": "Made", "question": "What comes last?"}
DRAFTS = {
    "remapped_labels": SLIPS, "analogy": HOMES, "math_cot": BOXES, "extraction_by_example": PICKS, "style_transfer": NOTES,
}  # fmt: skip


def complaints(kind: str, **changed: Any) -> str:
    draft = {**ASKS, **DRAFTS[kind], **changed}
    return "; ".join(BY_NAME[kind].form.complaints(draft, ""))


def changed(draft: dict[str, Any], part: str, at: int, **values: Any) -> list[Any]:
    return [{**one, **values} if n == at else one for n, one in enumerate(draft[part])]


@pytest.mark.parametrize("kind", DRAFTS)
def test_a_sound_draft_is_not_complained_of(kind: str) -> None:
    assert not complaints(kind)


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("remapped_labels", {"input_name": "Made"}, "same name"),
        ("remapped_labels", {"output_name": "a:b"}, "without signs"),
        ("remapped_labels", {"shots": SLIPS["shots"][:4]}, "two at least"),
        ("remapped_labels", {"query": {"text": "x" * 30, "sense": 3}}, "only 2 sorts"),
        ("extraction_by_example", {"query": {"text": PICKS["query"]["text"], "values": ["Tom", "28"]}}, "does not stand"),
        ("extraction_by_example", {"query": {"text": PICKS["query"]["text"], "values": ["Mercy"]}}, "1 values"),
        ("analogy", {"query": {"first": "miller", "second": "forge"}}, "stands among the examples"),
        ("analogy", {"shots": [{"first": a, "second": a[::-1]} for a in ("oak", "mill", "tide")],
                     "query": {"first": "rope", "second": "epor"}}, "made by letters"),
        ("style_transfer", {"shots": changed(NOTES, "shots", 1, styled="WHEEL mended STOP")}, "loses '2'"),
        ("math_cot", {"query": {**BOXES["query"], "steps": [{"because": "slabs", "expression": "15 * 44"}]}}, "uses 44"),
        ("math_cot", {"query": {**BOXES["query"], "steps": [{"because": "slabs", "expression": "15 / 42"}]}}, "come out"),
        ("math_cot", {"query": {**BOXES["query"], "steps": [{"because": "slabs", "expression": "15 over 42"}]}}, "carried out"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_draft_is_said(kind: str, change: dict[str, Any], said: str) -> None:
    assert said in complaints(kind, **change)


def test_texts_that_a_mark_tells_apart_are_refused() -> None:
    shots = [
        {"text": f"Would you {verb} it for me{'?' if n < 3 else ''}", "sense": 1 if n < 3 else 2}
        for n, verb in enumerate(("send", "find", "mend", "keep", "hold", "bring"))
    ]
    draft = {
        **ASKS,
        "senses": ["asks", "tells"],
        "shots": shots,
        "query": {"text": "Will you come? I doubt it", "sense": 2},
    }
    with pytest.raises(Unfit, match="question mark"):
        BY_NAME["remapped_labels"].form.task(draft, Random(1), Wish())


def test_picks_that_the_first_figure_would_do_are_refused() -> None:
    shots = [{"text": f"At {n} o'clock {who} rang twice, and 5 came.", "values": [who, str(n)]}
             for n, who in ((7, "Ada"), (8, "Tom"), (9, "Mae"))]  # fmt: skip
    draft = {**ASKS, "fields": ["who", "hour"], "shots": shots,
             "query": {"text": "There were 3 of them when Ida rang at 6 o'clock.", "values": ["Ida", "6"]}}  # fmt: skip
    with pytest.raises(Unfit, match="the first figure"):
        BY_NAME["extraction_by_example"].form.task(draft, Random(1), Wish())


@pytest.mark.parametrize("kind", [kind.name for kind in KINDS if kind.form.is_computed and not kind.form.is_executed])
@pytest.mark.parametrize("reply", [BARE, RULE])
def test_a_task_a_program_makes_is_answered_by_its_key_and_by_nothing_else(kind: str, reply: str) -> None:
    form = BY_NAME[kind].form
    things = ["bell", "wheel", "rope", "gull"] if kind == "novel_words" else ["a bell", "a rope", "a key", "a sack"]
    draft = {**ASKS, **MATTER, "things": things, "function": "code", "question": "Python for code, please."}
    facts = form.task(draft, Random(kind), Wish(reply))
    assert facts["ask"].endswith(facts["body"])
    if kind == "code_by_example":
        assert form.found("It does it.\n```python\ndef code(x):\n    return x\n```", facts)
        assert form.found("def code(x): return x", facts) is None
        return
    assert form.agrees(facts["key"], facts)
    layout = facts["layout"]
    said = f"{layout['output']}: {facts['key']}"
    if layout["name"] == "jsonl":
        said = json.dumps({layout["output"]: facts["key"]})
    if layout["name"] == "tags":
        said = f"<{layout['output']}>{facts['key']}</{layout['output']}>"
    whole = f"So it goes.\n{facts['key']}" if facts["reply"] == WRONG else said
    assert form.agrees(form.found(whole, facts), facts)
    assert not form.agrees(form.found(whole.replace(facts["key"], f"{facts['key']}x"), facts), facts)


def test_sums_that_come_out_are_let_be_and_others_are_named() -> None:
    good = "Bags of 8: 320 / 8 = 40. In all 1,200 − 300 = 900, and 10 / 3 = 3.33. (2 + 3) × 4 = 20. x + 3 = 9"
    assert not list(broken_sums(good))
    assert len(list(broken_sums("12 * 4 = 46, but 7 + 5 = 12 and 10 / 4 = 2.6"))) == 2


@pytest.mark.parametrize("piece", ["1 ", "1,", "(", "1+", "- ", "1 = "])
def test_what_goes_on_for_ever_like_a_sum_is_read_once(piece: str) -> None:
    """Each digit may begin a sum: that none is looked for to the end of the answer is what lets this end."""
    assert not list(broken_sums(piece * 60_000))


def test_an_answer_nested_without_end_is_only_wrong() -> None:
    form = BY_NAME["extraction_by_example"].form
    assert not form.agrees("[" * 200_000, {"key": "{}"})
    shown = Layout("jsonl", "Input", "Output")
    assert shown.read('{"Output": ' + "[" * 200_000, "x", is_bare=True) != "x"


@given(st.integers(-500, 500), st.integers(-500, 500), st.sampled_from("+-*"), st.integers(-3, 3))
@settings(max_examples=120, deadline=None)
def test_a_sum_is_broken_exactly_when_it_is_off(a: int, b: int, sign: str, off: int) -> None:
    value = {"+": a + b, "-": a - b, "*": a * b}[sign] + off
    said = f"So {abs(a)} {sign} {abs(b)} = {({'+': abs(a) + abs(b), '-': abs(a) - abs(b), '*': abs(a) * abs(b)}[sign]) + off}."
    assert bool(list(broken_sums(said))) == bool(off), (said, value)


def test_formats_are_offered_where_the_output_stays_readable() -> None:
    word = drawn("letters", {"steps": [["drop_first"], ["reverse"]]})
    instruction = paired("string_manipulation", word, word["key"]).instruction
    scene = scene_of(instruction, BY_NAME["string_manipulation"])  # type: ignore[arg-type]
    assert {demand.rule for demand in offers(scene, instruction)} <= {"answer_line", "quoted_whole"}
    assert offers(scene, instruction)
    wrong = drawn("letters", {"steps": [["drop_first"], ["reverse"]]}, reply=WRONG)
    assert offers(scene, paired("noisy_exemplar", wrong, wrong["key"]).instruction) == []
    boxes = written("math_cot", BOXES, REASONS)
    assert offers(scene, paired("math_cot", boxes, "24").instruction)
