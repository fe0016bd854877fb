"""EQ-Bench 2.1: its prompt without the revision, its pattern, its curve, which can go below zero."""

import ast
import contextlib
import csv
import io
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from eval.records import Item
from eval.sources import miniature
from eval.task import items_of, load
from eval.tasks.eq_bench import mark, ratings, score, without_revision
from tests.eval.miniatures import from_rows, hub_folder, run, said

TASK = load("eq_bench")
ITEMS = items_of(TASK, None, is_miniature=True)
ROWS = list(csv.DictReader(io.StringIO(miniature("eq_bench").read_text(encoding="utf-8"))))
REFERENCE = {"Hurt": 8.0, "Amused": 0.0, "Resentful": 7.0, "Proud": 0.0}


def rated(item: Item, change: float = 0) -> str:
    return "\n".join(f"{name}: {abs(change - value):.0f}" for name, value in item.target.items())


async def test_right_answers(tmp_path: Path) -> None:
    result, _ = await run("eq_bench", rated, tmp_path)
    assert result.figures["score"].value == result.figures["readable"].value == 100
    assert result.unparsed == 0


async def test_wrong_answers_go_below_zero(tmp_path: Path) -> None:
    result, _ = await run("eq_bench", lambda item: rated(item, 10), tmp_path)
    assert result.figures["score"].value is not None
    assert result.figures["score"].value < -50
    assert result.unparsed == 0


async def test_silence(tmp_path: Path) -> None:
    result, _ = await run("eq_bench", lambda item: "", tmp_path)
    assert result.figures["score"].value == result.figures["readable"].value == 0
    assert result.figures["score_of_read"].value is None
    assert result.unparsed == result.unanswered == len(ITEMS)


async def test_what_can_t_be_read_earns_nothing_and_is_told_apart(tmp_path: Path) -> None:
    result, _ = await run("eq_bench", lambda item: rated(item) if item.id in "12" else "She'd feel hurt.", tmp_path)
    assert result.figures["score"].value == result.figures["readable"].value == 50
    assert result.figures["score_of_read"].value == 100
    assert (result.unparsed, result.unanswered) == (2, 0)


async def test_prose_around_the_ratings(tmp_path: Path) -> None:
    result, _ = await run("eq_bench", lambda item: f"Here are my scores:\n\n{rated(item)}\n[End of answer]", tmp_path)
    assert result.figures["score"].value == 100


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("Hurt: 8\nAmused: 0\nResentful: 7\nProud: 0", [8, 0, 7, 0]),
        ("Hurt:  8 Amused: 0 Resentful: 7 Proud: 0", [8, 0, 7, 0]),
        ("Hurt: 8/10\nAmused: 0\nResentful: 7.9\nProud: 0", [8, 0, 7, 0]),  # it reads whole numbers
        ("Hurt: 3\nAmused: 0\nResentful: 7\nProud: 0\nHurt: 8", [8, 0, 7, 0]),  # the last of a name counts
        ("Hurt:8\nAmused: 0\nResentful: 7\nProud: 0", None),  # and wants a blank after the colon
        ("**Hurt**: 8\nAmused: 0\nResentful: 7\nProud: 0", None),
        ("hurt: 8\nAmused: 0\nResentful: 7\nProud: 0", None),
        ("Hurt: 8\nAmused: 0\nResentful: 7", None),
        ("Score: 1\nHurt: 8\nAmused: 0\nResentful: 7\nProud: 0", None),
    ],
)
def test_ratings(answer: str, found: list[int] | None) -> None:
    expected = None if found is None else dict(zip(REFERENCE, map(float, found), strict=True))
    assert ratings(answer, REFERENCE) == expected


@pytest.mark.parametrize(
    ("off", "earned"),
    [
        ([0, 0, 0, 0], 10),
        ([4, 0, 0, 0], 10 - 0.7477 * 3.25),  # the middle of the curve: half of 6.5
        ([5, 0, 0, 0], 10 - 0.7477 * 6.5 / (1 + math.exp(-1.2))),
        ([6, 0, 0, 0], 10 - 0.7477 * 6),  # beyond 5 the difference itself
        ([8, 10, 7, 10], 10 - 0.7477 * 35),  # -16.2: as bad as it gets with these
    ],
)
def test_marks_by_hand(off: list[float], earned: float) -> None:
    given = {name: abs(value - by) for (name, value), by in zip(REFERENCE.items(), off, strict=True)}
    assert mark(given, REFERENCE) == pytest.approx(earned)


@given(st.lists(st.integers(0, 12), min_size=4, max_size=4), st.sampled_from(["Proud", "Other"]))
async def test_the_same_as_the_harness_gives(given: list[int], last: str) -> None:
    utils = pytest.importorskip("lm_eval.tasks.eq_bench.utils", exc_type=ImportError)
    answer = "\n".join(f"{name}: {value}" for name, value in zip([*list(REFERENCE)[:3], last], given, strict=True))
    reference = ROWS[0]["reference_answer_fullscale"]
    with contextlib.redirect_stdout(io.StringIO()):
        theirs = utils.calculate_score_fullscale({"reference_answer_fullscale": reference}, [answer])
    ours = await score(ITEMS[0], [answer], None)
    assert 100 * ours.values["score"][0] == pytest.approx(theirs["eqbench"])
    assert ours.unparsed is (theirs["percent_parseable"] == 0)


def as_version_2(prompt: str) -> str:
    """Return a prompt as EQ-Bench's own file has it, with its revision."""
    first, format_, rest = prompt.removesuffix("\nYour answer:\n").partition("\n\nYou must output")
    format_, scores, rest = (format_ + rest).partition("no additional commentary:\n\n")
    asked, _, rest = rest.partition("\n\n\n[End of answer]")
    return (
        f"{first} Then critique your answer by thinking it through step by step. Finally, give your revised scores."
        f"{format_}{scores}First pass scores:\n{asked}\n\nCritique: <your critique here>\n\nRevised scores:\n"
        f"{asked.replace('<score>', '<revised score>')}\n\n[End of answer]{rest}"
    )


def test_the_prompt_asks_once_and_ends_as_version_2_1_does() -> None:
    asked = ITEMS[0].turns[0].ask
    for gone in ("First pass", "Revised", "revised", "Critique", "critique"):
        assert gone in as_version_2(asked)
        assert gone not in asked
    assert "are likely to be feeling each.\n\nYou must output in the following format" in asked
    assert "commentary:\n\nHurt: <score>\nAmused: <score>\nResentful: <score>\nProud: <score>\n\n\n[End of ans" in asked
    assert asked.endswith("You must score at least one emotion > 0.\n\nYour answer:\n")
    assert without_revision(asked) == without_revision(as_version_2(asked)) == asked


def test_as_its_own_file_has_it(tmp_path: Path) -> None:
    """There questions lie by id, ask for a revision, and references are objects."""
    own = {
        str(number): {"prompt": as_version_2(row["prompt"])}
        | {name: ast.literal_eval(row[name]) for name in ("reference_answer", "reference_answer_fullscale")}
        for number, row in enumerate(ROWS, 1)
    }
    assert from_rows(TASK, tmp_path, own, "eq_bench_v2_questions_171.json") == ITEMS


def test_as_the_hub_has_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("datasets")
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "cache"))
    assert items_of(TASK, hub_folder(tmp_path / "eq", {"": ROWS}, "validation")) == ITEMS


def test_what_is_sent_does_not_hang_on_the_reference(tmp_path: Path) -> None:
    same = {f"emotion{n}_score": 5 for n in range(1, 5)}
    other = [
        row | {"reference_answer_fullscale": ast.literal_eval(row["reference_answer_fullscale"]) | same} for row in ROWS
    ]
    asked = from_rows(TASK, tmp_path, other)
    assert [said(item) for item in asked] == [said(item) for item in ITEMS]
    assert set(asked[0].target.values()) == {5.0}


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"prompt": ""}, "row 1 has no prompt"),
        ({"reference_answer_fullscale": None}, "row 1: reference_answer_fullscale needs emotion1"),
        ({"reference_answer_fullscale": "{'emotion1': "}, "reference_answer_fullscale needs"),
        ({"reference_answer_fullscale": {"emotion1": "Hurt", "emotion1_score": "much"}}, "numbers"),
    ],
)
def test_bad_rows_are_refused(tmp_path: Path, change: dict[str, Any], what: str) -> None:
    with pytest.raises(UsageError, match=what):
        from_rows(TASK, tmp_path, [ROWS[0] | change])
