"""The paper's tables with the user's models: every cell is what it says it is, and says what it is."""

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from agents.command_line import Parser
from agents.errors import UsageError
from eval.published import MISTRAL, ORCA_3, TABLES
from eval.report.cells import columns_of
from eval.report.command import add, main
from eval.report.figures import figures
from eval.report.forms import as_csv, as_markdown, warnings
from eval.report.numerals import csv_of, markdown, number, percent
from eval.report.tables import Table, by_key, tables
from eval.report.tables_page import as_html
from eval.results import Scored
from eval.store import StoreError
from eval.task import load, names
from tests.agents.view.hostile import CONTROLS, LINKS, MARKUP
from tests.eval.evaluations import evaluation, scored


def ones(good: int, of: int = 10, **more: Any) -> list[Scored]:
    return [scored(f"q{n}", float(n < good), **more) for n in range(of)]


def report(*folders: Path, baseline: str = "") -> tuple[list[Table], str, str, str]:
    """Return tables, Markdown, CSV and HTML."""
    columns = columns_of(folders)
    made = tables(columns, baseline)
    drawn = figures(made, columns, baseline)
    return (
        made,
        as_markdown(made, drawn, columns, baseline),
        as_csv(made, baseline),
        as_html(made, drawn, columns, baseline),
    )


def ran(*words: object) -> int:
    parser = Parser()
    add(parser.add_subparsers())
    return main(parser.parse_args(["report", *map(str, words)]))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_a_figure_stands_beside_the_published_ones(tmp_path: Path) -> None:
    made, told, table, page = report(evaluation(tmp_path, "mine", {"gsm8k": ones(5)}), baseline=MISTRAL)
    found = by_key(made, "gsm8k")
    assert found
    cells = dict(zip([column.name for column in found[0].columns], found[1].cells, strict=True))
    assert (cells["mine"].value, cells["mine"].n, cells[MISTRAL].value) == (50, 10, 54.06)
    assert cells["mine"].relative == pytest.approx(100 * (50 - 54.06) / 54.06)
    assert (cells[ORCA_3].sure, cells["mine"].sure) == ("H", "")
    assert f"{MISTRAL} \\(published\\)" in told or f"{markdown(MISTRAL)} \\(published\\)" in told
    assert "measured by others" in page
    (mine,) = [row for row in rows_of(table) if row["model"] == "mine" and row["table"] == "3" and row["value"]]
    assert (mine["source"], float(mine["value"]), mine["n"], mine["baseline"]) == ("measured", 50, "10", MISTRAL)


def test_every_published_figure_is_in_and_marked(tmp_path: Path) -> None:
    _, _, table, _ = report(evaluation(tmp_path, "mine", {"gsm8k": ones(5)}))
    found = {
        (row["table"], row["key"], row["metric"], row["model"]): (float(row["value"]), row["sure"])
        for row in rows_of(table)
        if row["source"] == "published" and row["value"]
    }
    wanted = {
        (one.number, row.key, row.metric, model): (cell.value, cell.sure)
        for one in TABLES.values()
        for row in one.rows
        for model, cell in row.cells.items()
    }
    assert found == wanted


def test_what_is_not_there_is_a_dash_and_an_empty_field(tmp_path: Path) -> None:
    made, told, table, page = report(evaluation(tmp_path, "mine", {"gsm8k": ones(0)}))
    assert {row["value"] for row in rows_of(table) if row["model"] == "mine" and row["key"] == "mmlu"} == {""}
    (zero,) = {row["value"] for row in rows_of(table) if row["model"] == "mine" and row["key"] == "gsm8k"}
    assert float(zero) == 0
    mmlu = next(line for line in told.splitlines() if line.startswith("| MMLU |"))
    assert mmlu.split("|")[2].strip() == "–"
    assert ">0.00 [0.00, 27.75]<" in page, "ten wrong of ten: Wilson's interval, and nothing lies below nothing"
    assert made


def test_miniatures_are_marked_and_compared_with_nothing_published(tmp_path: Path) -> None:
    folder = evaluation(tmp_path, "mine", {"gsm8k": ones(5)}, about={"data": "miniature"})
    made, told, table, page = report(folder, baseline=MISTRAL)
    found = by_key(made, "gsm8k")
    assert found
    assert found[1].cells[0].is_miniature
    assert found[1].cells[0].relative is None
    assert "MINIATURE: mine was measured on packaged miniatures" in page
    assert told.splitlines()[2].startswith("> **MINIATURE")
    assert "50.00 ± " in told
    assert re.search(r"50\.00 ± \d+\.\d+<br>MINIATURE", told)
    assert {row["miniature"] for row in rows_of(table) if row["model"] == "mine" and row["value"]} == {"yes"}


@pytest.mark.parametrize(
    ("about", "mark", "why"),
    [
        ({"incomplete": "10 of 1319 items"}, "INCOMPLETE", "incomplete: 10 of 1319 items"),
        ({"fewer": "10 of the benchmark's 1,319 items were asked"}, "FEWER ITEMS", "10 of the benchmark's 1,319 items"),
    ],
)
def test_a_part_of_a_benchmark_never_stands_beside_published_figures_unmarked(
    tmp_path: Path, about: dict[str, str], mark: str, why: str
) -> None:
    _, told, table, page = report(evaluation(tmp_path, "mine", {"gsm8k": ones(5)}, about=about), baseline=MISTRAL)
    assert told.splitlines()[2].startswith(f"> **{mark}: mine on GSM8K")
    assert re.search(rf"50\.00 ± \d+\.\d+ <sup>\d</sup><br>{mark}", told)
    assert f'<span class="note bad"><bdi>{mark}</bdi></span>' in page
    assert page.count(f"mine {mark}") >= 2, "in Figure 1, drawn and in its table"
    row = next(row for row in rows_of(table) if row["model"] == "mine" and row["key"] == "gsm8k")
    assert row["marks"] == mark
    assert why in row["notes"]


def test_a_mean_of_marked_figures_is_marked(tmp_path: Path) -> None:
    sets = [scored(f"{g}", 1.0, group=g) for g in ("lsat-rc", "sat-en")]
    tasks = {"agieval": sets, "drop": ones(5), "race": ones(0)}
    made, *_ = report(evaluation(tmp_path, "mine", tasks, about={"incomplete": "10 of 1319 items"}))
    (table,) = [one for one in made if one.number == "4"]
    assert table.rows[-1].cells[0].value is not None
    assert table.rows[-1].cells[0].marks == ("INCOMPLETE",)


def test_orca_bench_of_seeds_that_were_not_held_out_is_marked(tmp_path: Path) -> None:
    folder = evaluation(tmp_path, "mine", {"orca_bench": ones(5, group="fermi")}, about={"held_out": False})
    _, told, _, page = report(folder)
    assert told.splitlines()[2].startswith("> **NOT HELD OUT: mine")
    assert "mine NOT HELD OUT" in page, "the radar's line"


def test_two_miniatures_may_be_compared_with_each_other(tmp_path: Path) -> None:
    small = {"data": "miniature"}
    one = evaluation(tmp_path / "a", "before", {"gsm8k": ones(4)}, about=small)
    other = evaluation(tmp_path / "b", "after", {"gsm8k": ones(6)}, about=small)
    made, _, _, page = report(one, other, baseline="before")
    found = by_key(made, "gsm8k")
    assert found
    assert found[1].cells[1].relative == pytest.approx(50)
    assert "+50.0 %" in page


def test_what_qualifies_a_figure_is_a_footnote(tmp_path: Path) -> None:
    items = [*ones(5), scored("u", 0, unparsed=True), scored("x", None)]
    _, told, table, page = report(evaluation(tmp_path, "mine", {"gsm8k": items}))
    for words in ("1 of 11 answers unparsed, counted as wrong", "1 of 12 items excluded: call failed: no answer"):
        assert words in page
        assert words in told
    row = next(row for row in rows_of(table) if row["model"] == "mine" and row["key"] == "gsm8k")
    assert (row["scored"], row["unparsed"], row["excluded"]) == ("11", "1", "1")


def test_all_items_excluded_is_no_nought(tmp_path: Path) -> None:
    made, _, _, page = report(evaluation(tmp_path, "mine", {"gsm8k": [scored("x", None)]}))
    found = by_key(made, "gsm8k")
    assert found
    assert found[1].cells[0].value is None
    assert "no figure, 1 of 1 items excluded" in page


def test_a_mean_is_of_all_rows_or_none(tmp_path: Path) -> None:
    sets = [scored(f"{g}", 1.0, group=g) for g in ("lsat-rc", "sat-en")]
    most = {"agieval": sets, "drop": ones(5)}
    made, *_ = report(
        evaluation(tmp_path / "a", "some", most), evaluation(tmp_path / "b", "all", {**most, "race": ones(0)})
    )
    (table,) = [one for one in made if one.number == "4"]
    some, all_rows = table.rows[-1].cells[:2]
    assert (some.value, some.remarks) == (None, ("3 of 4 rows",))
    assert all_rows.value == pytest.approx((100 + 100 + 50 + 0) / 4)


def test_each_mean_is_of_its_own_rows(tmp_path: Path) -> None:
    names = ("mmlu", "medqa", "medmcqa", "pubmedqa", "bioasq")
    tasks = {
        task: [scored(f"{name}{n}", float(n < good), group=name) for name in names for n in range(4)]
        for task, good in (("mirage", 1), ("mirage_rag", 3))
    }
    made, *_ = report(evaluation(tmp_path, "mine", tasks, mean="macro"))
    (table,) = [one for one in made if one.number == "8"]
    assert [row.cells[0].value for row in table.rows if row.key == "mean"] == [25, 75]


def test_what_the_paper_has_not_stands_at_the_end(tmp_path: Path) -> None:
    made, *_ = report(evaluation(tmp_path, "mine", {"gsm8k": ones(5), "my_own": ones(7)}))
    assert made[-1].name == "What no table of the paper has"
    assert [row.key for row in made[-1].rows] == ["my_own"]
    assert made[-1].rows[0].cells[0].value == 70


def test_figure_1_has_the_paired_interval_of_the_improvement(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "before", {"gsm8k": ones(5)})
    other = evaluation(tmp_path / "b", "after", {"gsm8k": ones(8)})
    columns = columns_of([one, other])
    first = figures(tables(columns, "before"), columns, "before")[0]
    row = next(row for row in first.rows if row[0] == "GSM8K" and row[1] == "after")
    low, high = map(float, row[3].strip("[]").split(", "))
    assert row[2] == "+60.0 %"
    assert 0 <= low < 60 < high
    assert ("GSM8K", f"{ORCA_3} over {MISTRAL} (published)", "+54.0 %", "") in first.rows


def test_figure_4_shows_the_sets_and_their_gaps(tmp_path: Path) -> None:
    items = [scored(f"{g}{n}", 8.0, 10.0, group=g) for g in ("rag", "fermi", "coding") for n in range(2)]
    folder = evaluation(tmp_path, "mine", {"orca_bench": items}, mean="macro")
    columns = columns_of([folder, evaluation(tmp_path / "b", "other", {"orca_bench": items[:4]}, mean="macro")])
    radar = figures(tables(columns), columns, "")[1]
    assert [row[0] for row in radar.rows] == ["1. coding", "2. fermi", "3. rag"]
    assert radar.rows[0][1:] == ("80.00", "–"), "all alike: how far another would lie is not known"
    assert radar.broad.count("<path") > 3


@pytest.mark.parametrize("table", TABLES.values(), ids=lambda table: f"table {table.number}")
def test_what_is_published_can_be_measured(table: Any) -> None:
    """Where the task is packaged, it has the metric that the row is of."""
    for row in table.rows:
        task = row.key.partition(":")[0]
        if task in names() and row.metric:
            assert row.metric in [metric.name for metric in load(task).metrics]


def test_bad_input_is_refused_in_one_line(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "mine", {"gsm8k": ones(5)})
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "results.json").write_text('{"version": 1, ')
    for words, told in (
        ((one, one), "is named twice"),
        ((tmp_path / "none",), "is no evaluation's folder"),
        ((tmp_path / "cut",), "is cut off or no JSON"),
        ((one, "--baseline", "nobody"), "no model is called 'nobody'; --baseline is one of: mine, "),
    ):
        with pytest.raises(UsageError, match=told) as refused:
            ran(*words, "--out", tmp_path / "out")
        assert "\n" not in str(refused.value)
    assert not (tmp_path / "out").exists()


def test_a_full_disk_leaves_the_report_that_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    one = evaluation(tmp_path / "a", "mine", {"gsm8k": ones(5)})
    assert ran(one, "--out", tmp_path / "out") == 0
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert set(before) == {"report.html", "report.md", "report.csv", "figure_1.svg"}

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreError, match="No space left"):
        ran(one, "--out", tmp_path / "out", "--baseline", MISTRAL)
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == before


def test_items_that_leaked_into_the_training_are_said_first(tmp_path: Path) -> None:
    about = {"leaked": {"trained_on": ["x"], "items": ["q0", "q1"], "without": {"accuracy": {"value": 37.5}}}}
    one = evaluation(tmp_path, "m", {"gsm8k": ones(5)}, about=about)
    assert warnings(columns_of([one])) == ["LEAKED: m was trained on items of GSM8K; the footnotes say how many."]
    assert "2 of 10 items stand in the training data; without them 37.50" in report(one)[3]


def test_sets_that_were_clipped_say_so(tmp_path: Path) -> None:
    one = evaluation(tmp_path, "m", {"orca_bench": ones(5)}, about={"clip": True})
    assert "no set above the teacher's 10" in report(one)[1].replace("\\", "")


def test_a_baseline_may_be_named_by_its_folder(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "before", {"gsm8k": ones(5)})
    other = evaluation(tmp_path / "b", "after", {"gsm8k": ones(6)})
    assert ran(one, other, "--out", tmp_path / "out", "--baseline", one) == 0
    assert "change over before;" in (tmp_path / "out" / "report.md").read_text()


def test_one_model_in_two_folders_is_told_apart(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "mine", {"gsm8k": ones(5)})
    other = evaluation(tmp_path / "b", "mine", {"gsm8k": ones(6)})
    assert [column.name for column in columns_of([one, other])] == [f"mine ({one})", f"mine ({other})"]


def test_two_judges_are_said_first(tmp_path: Path) -> None:
    one = evaluation(tmp_path / "a", "m", {"fofo": ones(5)}, about={"judge": {"model": "j1"}})
    other = evaluation(tmp_path / "b", "n", {"fofo": ones(5)}, about={"judge": {"model": "j2"}})
    assert warnings(columns_of([one, other])) == ["Not judged by one judge for all models (j1, j2): FOFO."]


def test_hostile_words_stay_words(tmp_path: Path) -> None:
    folders = []
    for place, bad in enumerate((MARKUP, LINKS, CONTROLS)):
        items = [scored("a", None, why=bad), scored("b", 1.0, group=bad[:50])]
        about = {"judge": {"model": bad}, "data": bad, bad[:20]: bad}
        tasks = {"gsm8k": items, bad[:60]: items, "orca_bench": items}
        folders.append(evaluation(tmp_path / str(place), bad, tasks, about=about))
    _, told, table, page = report(*folders, baseline=MARKUP)
    for tag in ("<script", "<img", "<iframe", "<base", "<form", "<link", "<object", "\x1b", "\u202e", "<template"):
        assert tag not in page.replace("<bdi>", "")
    rendered = MarkdownIt("commonmark").enable("table").render(told)
    assert not set(re.findall(r"<(\w+)", rendered)) - {
        "h1", "h2", "ul", "ol", "li", "p", "table", "thead", "tbody", "tr", "th", "td", "blockquote", "strong", "img",
        "br", "sup",
    }  # fmt: skip
    assert not [src for src in re.findall(r'src="([^"]*)"', rendered) if not src.startswith("figure_")]
    assert all(not row["model"].startswith("=") for row in rows_of(table))


def test_figures_are_written_as_they_are() -> None:
    assert [number(None), number(float("nan")), number(-0.001, signed=True), number(0.5, signed=True)] == [
        "–",
        "–",
        "0.00",
        "+0.50",
    ]
    assert percent(-0.01) == "0.0 %"
    assert rows_of(csv_of(["a", "b"], [[1.5, "=1"], [None, "-"]])) == [{"a": "1.5", "b": "'=1"}, {"a": "", "b": "'-"}]
