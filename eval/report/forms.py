"""The report as Markdown and as CSV: the same tables, the same marks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.folder import leaked, marks
from eval.report.cells import Column, Shown
from eval.report.figures import Drawn
from eval.report.numerals import csv_of, markdown, markdown_table, percent, with_interval
from eval.report.tables import Row, Table

LEGEND = (
    "± is half the width of the 95 % interval over items, whose ends are given where it lies askew; n the items in a "
    "figure. Where all items of a set earned the same share of the marks, there is none.",
    "Published figures stand apart: H, printed by a source that follows the paper closely, or by two; M, by one, or "
    "recomputed from a printed percentage; L, recalled and confirmed by nothing: look it up before you cite it.",
    "“printed” is what Orca-3 gained, as the paper gives it: over Mistral-7B-Instruct-v0.3 where nothing else is said.",
    "– is a figure that is not there: not measured, not found, or not defined. It is never a nought.",
)


DOUBTS = {
    "INCOMPLETE": "it was stopped before all items were scored; the same command goes on",
    "FEWER ITEMS": "not all of the benchmark's items were asked; published figures are over all",
    "NOT HELD OUT": "the items are of seeds that were not held out; the model may have been trained on them",
}
"""What a mark says, beside the miniature's."""


def warnings(columns: Sequence[Column]) -> list[str]:
    """Return what must be read before any figure."""
    told = []
    for column in columns:
        evaluation = column.evaluation
        if evaluation is not None and evaluation.is_miniature:
            small = [result.title for result in evaluation.results.values() if result.about.get("data") == "miniature"]
            told.append(
                f"MINIATURE: {column.name} was measured on packaged miniatures ({', '.join(small)}): a few items of "
                "our own, which say nothing of the benchmarks of that name; don't hold them against published figures."
            )
    for mark, told_as in DOUBTS.items():
        for column in columns:
            known = column.evaluation.results.values() if column.evaluation else ()
            if found := [result.title for result in known if mark in marks(result)]:
                told.append(f"{mark}: {column.name} on {', '.join(found)}: {told_as}.")
    for column in columns:
        known = column.evaluation.results.values() if column.evaluation else ()
        if found := [result.title for result in known if leaked(result)]:
            told.append(
                f"LEAKED: {column.name} was trained on items of {', '.join(found)}; the footnotes say how many."
            )
    mixed: dict[str, list[str]] = {}
    for task, judges in _judges(columns).items():
        if len(set(judges)) > 1:
            mixed.setdefault(", ".join(dict.fromkeys(judges)), []).append(task)
    told += [f"Not judged by one judge for all models ({who}): {', '.join(tasks)}." for who, tasks in mixed.items()]
    return told


def _judges(columns: Sequence[Column]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for column in columns:
        for result in column.evaluation.results.values() if column.evaluation else ():
            judge = result.about.get("judge")
            if isinstance(judge, dict):
                found.setdefault(result.title, []).append(str(judge.get("model")))
    return found


class Footnotes:
    """Numbers the notes of one table, each told once."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def marks(self, notes: Sequence[str], of: str) -> str:
        """Return the marks of a cell's notes: `1, 2`."""
        numbers = []
        for note in notes:
            told = f"{of}, {note}" if of else note
            if told not in self.notes:
                self.notes.append(told)
            numbers.append(str(self.notes.index(told) + 1))
        return ", ".join(numbers)


def figure(cell: Shown) -> str:
    """Return a cell's figure with its interval: `56.80 ± 1.20`."""
    return with_interval(cell.value, cell.low, cell.high)


def under(cell: Shown) -> Iterator[str]:
    """Yield what stands under a cell's figure."""
    if cell.value is not None:
        yield from cell.marks
    if cell.relative is not None:
        yield percent(cell.relative)
    if cell.value is not None and cell.n is not None:
        yield f"n = {cell.n}"
    yield from cell.remarks


def head(column: Column) -> str:
    """Return a column's name as it is said in words."""
    return f"{column.name} (published)" if column.is_published else column.name


def as_markdown(made: Sequence[Table], drawn: Sequence[Drawn], columns: Sequence[Column], baseline: str) -> str:
    """Return the whole report as Markdown; the drawings are files beside it."""
    lines = ["# Evaluation", ""]
    lines += [f"> **{markdown(line)}**" for line in warnings(columns)] + [""]
    lines += [f"- {line}" for line in legend(baseline, markdown)] + [""]
    for table in made:
        lines += _table(table)
    for figure_ in drawn:
        lines += [f"## {figure_.name}", "", markdown(figure_.note), ""]
        if figure_.broad:
            lines += [f"![{figure_.name}]({figure_.file})", ""]
        if figure_.rows:
            rows = [[markdown(value) for value in row] for row in figure_.rows]
            lines += [markdown_table([markdown(one) for one in figure_.heads], rows), ""]
    lines += ["## How it was measured", ""]
    lines += [f"- {markdown(line)}" for line in measured_how(columns)]
    return "\n".join(lines).rstrip() + "\n"


def legend(baseline: str, quoted: object = str) -> Iterator[str]:
    """Yield how to read the tables."""
    yield from LEGEND
    if baseline:
        name = quoted(baseline) if callable(quoted) else baseline
        yield f"Per cent are the change over {name}; where that is a published figure, it was measured by others."


def _table(table: Table) -> Iterator[str]:
    yield f"## {markdown(table.name)}"
    yield ""
    notes = Footnotes()
    rows = []
    for row in table.rows:
        cells = [markdown(row.title)]
        for column, one in zip(table.columns, row.cells, strict=True):
            marks = notes.marks(one.notes, "" if column.is_published else column.name)
            parts = [figure(one), one.sure, f"<sup>{marks}</sup>" if marks else ""]
            cells.append("<br>".join([" ".join(filter(None, parts)), *(markdown(line) for line in under(one))]))
        rows.append(cells)
    yield markdown_table(["Benchmark", *(markdown(head(column)) for column in table.columns)], rows)
    yield ""
    if table.note:
        yield f"{markdown(table.note)}\n"
    for place, note in enumerate(notes.notes, 1):
        yield f"{place}. {markdown(note)}"
    if notes.notes:
        yield ""


def measured_how(columns: Sequence[Column]) -> Iterator[str]:
    """Yield one line for each task of each evaluation: what it was asked of, by whom it was judged, what fell out."""
    for column in columns:
        for result in column.evaluation.results.values() if column.evaluation else ():
            told = [f"{result.scored} of {result.items} items scored", f"{result.unparsed} unparsed"]
            told += [f"{count} excluded ({why})" for why, count in result.excluded.items()]
            told += [f"{name} {_said(value)}" for name, value in result.about.items() if name not in UNTOLD]
            yield f"{column.name}, {result.title}: {'; '.join(told)}"


UNTOLD = ("model", "spent", "leaked")
"""Of `about`: told elsewhere, or of no use to a reader."""


def _said(value: object) -> str:
    if isinstance(value, dict):
        return "(" + ", ".join(f"{name} {_said(one)}" for name, one in value.items() if one not in ("", None, {})) + ")"
    return str(value)


def as_csv(made: Sequence[Table], baseline: str) -> str:
    """Return every cell as a row; a figure that is not there is an empty field."""
    heads = (
        "table", "row", "key", "metric", "model", "source", "value", "low", "high", "n", "scored", "unparsed",
        "excluded", "miniature", "marks", "sure", "relative_percent", "baseline", "notes",
    )  # fmt: skip
    rows = [
        _csv_row(table, row, column, one, baseline)
        for table in made
        for row in table.rows
        for column, one in zip(table.columns, row.cells, strict=True)
    ]
    return csv_of(heads, rows)


def _csv_row(table: Table, row: Row, column: Column, one: Shown, baseline: str) -> list[object]:
    return [
        table.number or "other", row.title, row.key, row.metric, column.name,
        "published" if column.is_published else "measured",
        one.value, one.low, one.high, one.n, one.scored, one.unparsed, one.excluded,
        "yes" if one.is_miniature else "", "; ".join(one.marks), one.sure,
        one.relative, "" if one.relative is None else baseline,
        "; ".join((*one.remarks, *one.notes)),
    ]  # fmt: skip
