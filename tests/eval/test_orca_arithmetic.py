"""Sums and means: the case worked by hand in the docs, and what holds of any marks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.orca import arithmetic
from eval.orca.arithmetic import Compared, figures_of, sets_of
from eval.orca.radar import described, radar
from eval.orca.records import SETS
from eval.orca.table import markdown
from eval.records import Item, Score, Turn
from eval.results import Result, Scored

Turns = list[tuple[int, int]]
"""The student's and the teacher's mark of each turn."""
one_item = st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), min_size=1, max_size=4)
benches = st.dictionaries(st.sampled_from(SETS[:5]), st.lists(one_item, min_size=1, max_size=4), min_size=1)


def scored(bench: dict[str, list[Turns | None]]) -> list[Scored]:
    """Items with these marks; None is one that the judge gave no verdict on."""
    made = []
    for name, items in bench.items():
        for number, turns in enumerate(items):
            item = Item(f"{name}: {number}", tuple(Turn("?", given="!") for _ in turns or [()]), group=name)
            if turns is None:
                made.append(Scored(item, (), Score(excluded="the judge gave no verdict")))
                continue
            student, teacher = sum(s for s, _ in turns), sum(g for _, g in turns)
            values = {"orca_bench": (float(student), float(teacher))}
            if teacher:
                values["orca_bench_item"] = (student / teacher, 1.0)
            made.append(Scored(item, (), Score(values)))
    return made


def figures(bench: dict[str, list[Turns | None]], *, clip: bool = False, held_out: bool = True) -> Result:
    return figures_of(scored(bench), "a model", {"bench": "b", "held_out": held_out}, clip=clip)


BY_HAND: dict[str, list[Turns | None]] = {"coding": [[(5, 10)], [(9, 9)] * 3], "rag": [[(8, 10)]]}


def test_the_case_worked_by_hand_is_what_the_program_gives() -> None:
    result = figures(BY_HAND)
    pooled, by_item = result.groups["coding"]["orca_bench"].value, result.groups["coding"]["orca_bench_item"].value
    macro = result.figures["orca_bench"].value
    assert pooled == pytest.approx(320 / 37)
    assert by_item == pytest.approx(7.5)
    assert macro == pytest.approx((320 / 37 + 8) / 2)
    words = arithmetic.__doc__ or ""
    told = re.findall(r"^ +(?:pooled|by item) .* = (\d+\.\d\d)$", words, re.M)
    assert told == [f"{pooled:.2f}", f"{by_item:.2f}"] == ["8.65", "7.50"]
    (mean,) = re.findall(r"\(8\.65 \+ 8\.00\) / 2 = (\d\.\d\d)", words)
    assert mean == f"{macro:.2f}"


@given(benches)
def test_any_marks(bench: dict[str, list[Turns | None]]) -> None:
    """Against the sums written out, and with the interval around every score that can vary."""
    result = figures(bench)
    by_set = {}
    for name, items in bench.items():
        teacher = sum(g for turns in items for _, g in turns or ())
        if not teacher:
            assert result.groups[name]["orca_bench"].value is None
            assert name in result.about["undefined"]
            continue
        by_set[name] = 10 * sum(s for turns in items for s, _ in turns or ()) / teacher
        assert result.groups[name]["orca_bench"].value == pytest.approx(by_set[name])
    main = result.figures["orca_bench"]
    if by_set:
        assert main.value == pytest.approx(sum(by_set.values()) / len(by_set))
        if main.low is not None and main.high is not None:
            assert main.low <= main.high
    else:
        assert main.value is None
    assert "<svg" in radar([result])
    assert "| set |" in markdown(result)


@given(benches)
def test_the_teachers_own_marks_are_ten(bench: dict[str, list[Turns | None]]) -> None:
    same: dict[str, list[Turns | None]] = {
        name: [[(g, g) for _, g in turns or ()] for turns in items] for name, items in bench.items()
    }
    result = figures(same)
    for metric in ("orca_bench", "orca_bench_item"):
        assert result.figures[metric].value in (None, pytest.approx(10))


@given(benches)
def test_clipped_sets_are_never_above_ten_and_the_mean_is_of_them(bench: dict[str, list[Turns | None]]) -> None:
    plain, clipped = figures(bench), figures(bench, clip=True)
    values = []
    for name, found in plain.groups.items():
        value = found["orca_bench"].value
        if value is not None:
            values.append(min(value, 10))
            assert clipped.groups[name]["orca_bench"].value == pytest.approx(values[-1])
    if values:
        main = clipped.figures["orca_bench"]
        assert main.value == pytest.approx(sum(values) / len(values))
        assert main.high is None or main.high <= 10 + 1e-9


@given(benches, st.sampled_from(SETS[:5]))
def test_what_is_excluded_changes_no_sum_and_is_counted(bench: dict[str, list[Turns | None]], name: str) -> None:
    more = {**bench, name: [*bench.get(name, []), None]}
    plain, with_excluded = figures(bench), figures(more)
    assert with_excluded.figures == plain.figures
    assert with_excluded.groups == plain.groups
    assert with_excluded.about["excluded_by_set"][name] == 1
    assert with_excluded.items == plain.items + 1
    assert "items excluded" in markdown(with_excluded).split("| set |")[0], "said before the figures"


def test_more_than_ten_is_shown_as_it_is_unless_clipped() -> None:
    better: dict[str, list[Turns | None]] = {"coding": [[(10, 8)]], "rag": [[(6, 10)]]}
    assert figures(better).groups["coding"]["orca_bench"].value == 12.5
    assert figures(better).figures["orca_bench"].value == 9.25
    assert figures(better, clip=True).figures["orca_bench"].value == 8
    assert "12.50" in markdown(figures(better))


def test_a_set_without_a_score_is_said_and_left_out_of_the_mean() -> None:
    result = figures({"coding": [[(0, 0)], [(3, 0)]], "rag": [[(8, 10)]], "fermi": [None]})
    assert result.figures["orca_bench"].value == 8
    assert result.about["undefined"] == {
        "coding": "the teacher's marks are all 0", "fermi": "every item is excluded",
    }  # fmt: skip
    text = markdown(result)
    assert "coding has no score: the teacher's marks are all 0" in text
    several = markdown(figures({"coding": [[(0, 0)]], "fermi": [[(1, 0)]], "rag": [[(8, 10)]]}))
    assert "coding, fermi have no score: the teacher's marks are all 0" in several or "fermi, coding have" in several
    assert "| **mean of 1 sets** | **8.00** |" in text
    assert "| fermi | none: every item is excluded" in text


def test_improvement_is_of_the_old_score_as_in_the_paper() -> None:
    assert Compared(9.55, 7.13).improvement == pytest.approx(33.94, abs=0.005)
    assert Compared(9.55, 8.31).improvement == pytest.approx(14.92, abs=0.005)
    assert Compared(9.55, 0).improvement is None


def test_the_table_says_the_worst_first_and_stands_another_model_beside() -> None:
    old = figures({"coding": [[(4, 10)]], "rag": [[(4, 10)]]}, held_out=False)
    old.model = "an | <older> model"
    new = figures({"coding": [[(5, 10)]], "rag": [[(5, 10)]]}, held_out=False)
    text = markdown(new, [old])
    assert text.splitlines()[2].startswith("**NOT HELD OUT")
    assert "| an &#124; &#60;older&#62; model | 4.00 |" in text
    assert "+25.00 %" in text
    assert "a difference of less than 0.5 on one skill is noise" in text


def test_models_of_which_one_is_clipped_are_not_compared_silently() -> None:
    better: dict[str, list[Turns | None]] = {"coding": [[(10, 8)]]}
    for one, other in ((True, False), (False, True)):
        text = markdown(figures(better, clip=one), [figures(better, clip=other)])
        assert "are clipped at 10: not comparable" in text.split("| set |")[0]
    assert "not comparable" not in markdown(figures(better, clip=True), [figures(better, clip=True)])


def test_items_without_a_ratio_of_their_own_are_told() -> None:
    assert "The mean of items lacks 1 items" in markdown(figures({"coding": [[(3, 0)], [(4, 8)]]}))
    assert "The mean of items lacks" not in markdown(figures(BY_HAND))


def test_why_a_mean_has_no_interval_is_told() -> None:
    assert "The mean has no interval: a set has a single item" in markdown(figures({"coding": [[(5, 10)]]}))
    assert "no interval" not in markdown(figures({"coding": [[(5, 10)], [(4, 10)]]}))


def test_siblings_of_one_seed_are_told_before_the_figures() -> None:
    made = [
        replace(one, item=replace(one.item, facts={"seed": {"hash": seed}}))
        for one, seed in zip(scored({"coding": [[(5, 10)]] * 3, "rag": [[(8, 10)]]}), "aaba", strict=True)
    ]
    result = figures_of(made, "a model", {"bench": "b"})
    assert result.about["siblings"] == 1
    assert "1 items are of a seed that gave their set another" in markdown(result).split("| set |")[0]
    assert "gave their set another" not in markdown(figures(BY_HAND))


def test_sets_stand_in_the_papers_order() -> None:
    result = figures({"rag": [[(1, 1)]], "my_own": [[(1, 1)]], "coding": [[(1, 1)]]})
    assert sets_of([result]) == ["coding", "rag", "my_own"]


def test_the_radar_says_in_words_what_it_shows() -> None:
    import xml.etree.ElementTree

    one = figures({name: [[(n % 10, 10)]] for n, name in enumerate(SETS)})
    two = figures({name: [[(9, 8)]] for name in SETS[:9]})
    two.model = "<b>another & odd</b>"
    picture = radar([one, two])
    root = xml.etree.ElementTree.fromstring(picture)
    space = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    labels = (root.get("aria-labelledby") or "").split()
    assert [root.find(f"{space}{tag}").get("id") for tag in ("title", "desc")] == labels  # type: ignore[union-attr]
    told = described([one, two])
    assert root.find(f"{space}desc").text == told  # type: ignore[union-attr]
    assert "a model: mean 4.06 of 10, from 0.00 (reading_comprehension) to 9.00 (fermi)" in told
    assert "noise" in picture
    marks = [title.text or "" for title in root.iter(f"{space}title")][1:]
    assert len(marks) == 18 + 9
    assert "a model, text_modification: 3.00" in marks
    lines = [path.get("d") or "" for path in root.iter(f"{space}path") if path.get("stroke-dasharray") is not None]
    assert [line.count("M") for line in lines] == [1, 1]
    with pytest.raises(ValueError, match="one model or more"):
        radar([])
