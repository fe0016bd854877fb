"""Two evaluations compared: what is paired, what is left out, what is said first, and what changed."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from agents.command_line import Parser
from agents.errors import UsageError
from eval.compare.command import add, main
from eval.compare.models import compare
from eval.compare.page import html
from eval.compare.telling import as_markdown, changed_csv, text, verdict
from eval.results import Scored
from tests.agents.view.hostile import CONTROLS, LINKS, MARKUP
from tests.eval.evaluations import evaluation, scored


def two(tmp_path: Path, first: list[Scored], second: list[Scored], **changed: Any) -> tuple[Path, Path]:
    """Write an evaluation of two models over one task."""
    return (
        evaluation(tmp_path / "a", "untrained", {"sums": first}, **changed),
        evaluation(tmp_path / "b", "trained", {"sums": second}, **changed),
    )


def ran(*words: object) -> int:
    parser = Parser()
    add(parser.add_subparsers())
    return main(parser.parse_args(["compare", *map(str, words)]))


def right(*numbers: int, of: int = 12, **more: Any) -> list[Scored]:
    return [scored(f"q{n}", float(n in numbers), answer=f"answer {n in numbers}", **more) for n in range(of)]


def test_a_planted_gain_is_found(tmp_path: Path) -> None:
    found = compare(*two(tmp_path, right(0, 1), right(*range(1, 11))))
    (task,) = found.tasks
    head = task.metrics[0]
    assert [one.id for one in task.lost] == ["q0"]
    assert [one.id for one in task.gained] == [f"q{n}" for n in range(2, 11)]
    assert (task.gained[0].first, task.gained[0].second) == ("answer False", "answer True")
    assert (head.wins, head.ties, head.losses) == (9, 2, 1)
    assert head.difference.value == pytest.approx(100 * 8 / 12)
    assert head.difference.p == head.corrected == pytest.approx(2 * 11 / 2**10)
    assert verdict(head) == "B is better"


def test_less_may_be_better(tmp_path: Path) -> None:
    from eval.folder import write_results
    from eval.results import result_of
    from eval.task import Metric
    from tests.eval.evaluations import task_of

    task = task_of("sums", metrics=(Metric("accuracy", "Hallucinations", higher=False),))
    for name, ones in (("a", right(*range(12))), ("b", right(0))):
        write_results(tmp_path / name, [result_of(task, ones, name, {})], {"sums": ones})
    (compared,) = compare(tmp_path / "a", tmp_path / "b").tasks
    assert len(compared.gained) == 11
    assert verdict(compared.metrics[0]) == "B is better"


def test_items_left_out_are_counted_by_reason(tmp_path: Path) -> None:
    first = [scored("x", None), scored("y", 1), scored("z", None), scored("t", 1, target="1"), scored("only", 1),
             scored("q", 1, ask="Before?")]  # fmt: skip
    second = [scored("x", 1), scored("y", None), scored("z", None), scored("t", 1, target="2"), scored("new", 1),
              scored("q", 1, ask="After?")]  # fmt: skip
    (task,) = compare(*two(tmp_path, first, second)).tasks
    assert task.left_out == {
        "excluded in A": 1,
        "excluded in B": 1,
        "excluded in A and B": 1,
        "another target or group under the same id": 1,
        "only in A": 1,
        "only in B": 1,
    }
    assert task.paired == 1
    assert task.warnings == ("1 of 1 items were asked in other words in A than in B",)


def test_what_was_not_measured_alike_is_said_first(tmp_path: Path) -> None:
    judge = {"model": "j1", "verdicts": 90, "failed": 10, "prompts": {"x": "h1"}}
    one = evaluation(tmp_path / "a", "m", {"sums": right(0)}, about={"judge": judge, "version": "1", "cost": 1})
    other = evaluation(
        tmp_path / "b", "n", {"sums": right(0)},
        about={"judge": {**judge, "model": "j2", "failed": 0}, "version": "2", "extractor": "e", "cost": 2},
    )  # fmt: skip
    told = compare(one, other).warnings
    assert [line.removeprefix("SUMS: ") for line in told] == [
        "version is 1 in A and 2 in B",
        "judge: model is j1 in A and j2 in B",
        "extractor is (not said) in A and e in B",
        "the judge of A gave no verdict on 10% of its questions",
    ]
    assert text(compare(one, other)).startswith("! SUMS: version is 1 in A and 2 in B\n")


def test_items_that_one_was_trained_on_are_said_first(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "m", {"sums": right(0)})
    other = evaluation(tmp_path / "b", "n", {"sums": right(0)}, about={"leaked": {"items": ["q1", "gone"]}})
    assert compare(one, other).warnings == ("SUMS: 1 of 12 items stand in what B was trained on",)


def test_how_often_a_judge_failed_or_chose_the_first_is_no_other_way_of_measuring(tmp_path: Path) -> None:
    judge = {"model": "j", "verdicts": 100, "failed": 0, "failure_rate": 0.0, "first_rate": 0.5}
    one = evaluation(tmp_path / "a", "m", {"sums": right(0)}, about={"judge": judge})
    other = evaluation(
        tmp_path / "b", "n", {"sums": right(0)}, about={"judge": {**judge, "failure_rate": 0.01, "first_rate": 0.6}}
    )
    assert compare(one, other).warnings == ()


def test_what_was_not_asked_whole_is_said_first(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "m", {"sums": right(0)}, about={"incomplete": "12 of 40 items"})
    other = evaluation(
        tmp_path / "b", "n", {"sums": right(0)}, about={"incomplete": "12 of 40 items", "held_out": False}
    )
    assert compare(one, other).warnings == (
        "SUMS: incomplete in A: 12 of 40 items",
        "SUMS: incomplete in B: 12 of 40 items",
        "SUMS: the items are of seeds that were not held out: B may have been trained on them",
    )


def test_miniatures_are_loud(tmp_path: Path) -> None:
    found = compare(*two(tmp_path, right(0), right(1), about={"data": "miniature"}))
    assert found.warnings[0].startswith("MINIATURE: SUMS")


def test_the_same_answers_are_no_difference(tmp_path: Path) -> None:
    found = compare(*two(tmp_path, right(0, 5), right(0, 5)))
    head = found.tasks[0].metrics[0]
    assert (head.difference.value, head.difference.p, head.wins, head.losses) == (0, 1, 0, 0)
    assert verdict(head) == "no difference shown"


@settings(max_examples=20)
@given(
    st.lists(st.tuples(st.sampled_from([0.0, 1.0, None]), st.sampled_from([0.0, 1.0, None])), min_size=1, max_size=8)
)
def test_turned_round_gains_are_losses(tmp_path_factory: pytest.TempPathFactory, table: list[Any]) -> None:
    folders = two(
        tmp_path_factory.mktemp("round"),
        [scored(f"{n}", a) for n, (a, _) in enumerate(table)],
        [scored(f"{n}", b) for n, (_, b) in enumerate(table)],
    )
    here, there = compare(*folders).tasks[0], compare(*reversed(folders)).tasks[0]
    assert [one.id for one in here.gained] == [one.id for one in there.lost]
    assert [one.id for one in here.lost] == [one.id for one in there.gained]
    for one, other in zip(here.metrics, there.metrics, strict=True):
        assert one.difference.value == (None if other.difference.value is None else -other.difference.value)
        assert one.difference.p == other.difference.p


def test_many_tasks_are_corrected(tmp_path: Path) -> None:
    """One of ten tasks gains 6 of 6: p = 2/64 alone, 0.31 as one of ten."""
    names = [f"t{n}" for n in range(10)]
    one = evaluation(tmp_path / "a", "m", {name: right(of=6) for name in names})
    other = evaluation(tmp_path / "b", "n", {name: right(*(range(6) if name == "t3" else ()), of=6) for name in names})
    head = compare(one, other).tasks[3].metrics[0]
    assert head.difference.p == pytest.approx(2 / 64)
    assert head.corrected == pytest.approx(20 / 64)
    assert verdict(head) == "B is better taken alone, not shown as one of several tests"


def test_groups_are_shown(tmp_path: Path) -> None:
    def ones(*good: str) -> list[Scored]:
        return [scored(f"{g}{n}", float(g in good), group=g) for g in "ab" for n in range(2)]

    found = compare(*two(tmp_path, ones("a"), ones("a", "b"), mean="macro"))
    assert {name: one.value for name, one in found.tasks[0].groups.items()} == {"a": 0, "b": 100}
    assert "## SUMS" in as_markdown(found)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [
        ([], [scored("a", 1)], "left out: 1 only in B"),
        ([scored("a", None)], [scored("a", None)], "no item is in both"),
        ([scored("a", 1)], [scored("b", 1)], "no item is in both"),
        ([scored("a", 1)], [scored("a", 0)], "no difference shown, -100.00"),
    ],
)
def test_next_to_nothing(tmp_path: Path, first: list[Scored], second: list[Scored], told: str) -> None:
    found = compare(*two(tmp_path, first, second))
    assert told in text(found)
    assert html(found).count("<h2>") == 2
    assert as_markdown(found)


def test_what_cannot_be_compared_is_refused_in_one_line(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "m", {"one": right(0)})
    other = evaluation(tmp_path / "b", "m", {"two": right(0)})
    (tmp_path / "empty").mkdir()
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "pairs.jsonl").write_text("")
    for words, told in (
        ((one, tmp_path / "b" / ".." / "a"), "are the same folder"),
        ((one, other), "no task in common: .* has one; .* has two"),
        ((one, tmp_path / "none"), "there is no"),
        ((one, tmp_path / "empty"), "is neither an evaluation's folder"),
        ((one, tmp_path / "run"), "is an evaluation's folder and .* is a data set"),
        ((one, other, "--judge", "x"), "--judge is for two data sets"),
    ):
        with pytest.raises(UsageError, match=told) as refused:
            ran(*words)
        assert "\n" not in str(refused.value)


def test_the_command_writes_all_forms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = two(tmp_path, right(0, 1), right(*range(1, 11)))
    assert ran(one, other, "--out", tmp_path / "out") == 0
    assert "B is better, +66.67 (McNemar, exact)" in capsys.readouterr().out
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "changed.csv", "compare.html", "compare.json", "compare.md",
    ]  # fmt: skip
    told = json.loads((tmp_path / "out" / "compare.json").read_text())
    assert told["tasks"][0]["metrics"][0]["difference"]["value"] == pytest.approx(100 * 8 / 12)
    assert "| SUMS | 12 | 16.67 | 83.33 | +66.67 |" in (tmp_path / "out" / "compare.md").read_text()


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    for bad in (MARKUP, LINKS, CONTROLS):
        ones = [scored("<b>" + bad[:40], 0, answer=bad, target=bad, ask=bad, group=bad)]
        twos = [scored("<b>" + bad[:40], 1, answer=bad, target=bad, ask=bad, group=bad)]
        folder = tmp_path / str(len(bad))
        one = evaluation(folder / "a", bad, {bad[:60]: ones})
        other = evaluation(folder / "b", bad + "2", {bad[:60]: twos})
        found = compare(one, other)
        shown = html(found)
        for tag in (
            "<script",
            "<img",
            "<iframe",
            "<base",
            "<form",
            "<link",
            "<body o",
            "<b>x",
            "<object",
            "\x1b",
            "\u202e",
        ):
            assert tag not in shown
        assert "\x1b" not in text(found)
        assert "\x1b" not in as_markdown(found)
        rendered = MarkdownIt("commonmark").enable("table").render(as_markdown(found))
        assert not set(re.findall(r"<(\w+)", rendered)) - {
            "h1", "h2", "h3", "ul", "li", "p", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "strong",
        }  # fmt: skip


def test_the_csv_is_read_back(tmp_path: Path) -> None:
    bad = '=cmd|x!A0, "quoted"\nsecond line'
    found = compare(*two(tmp_path, [scored("-1", 0, answer=bad)], [scored("-1", 1, answer=" fine")]))
    (row,) = csv.DictReader(io.StringIO(changed_csv(found)))
    assert (row["a_answer"], row["b_answer"], row["id"]) == (f"'{bad}", " fine", "'-1")
    assert float(row["b_earned"]) == 1


def test_groups_without_a_figure_are_in_neither_mean_and_told(tmp_path: Path) -> None:
    def sets(possible: float) -> list[Scored]:
        return [
            scored(f"{name}{n}", n + 1.0, possible if name == "a" else 4.0, group=name) for name in "ab" for n in (0, 1)
        ]

    found = compare(*two(tmp_path, sets(4), sets(0), mean="macro"))
    assert found.warnings == ("SUMS: no figure in A or in B, and so in neither mean: a",)
    assert compare(*two(tmp_path / "all", sets(4), sets(4), mean="macro")).warnings == ()
