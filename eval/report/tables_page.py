"""The report as one page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.report.cells import Column, Shown
from eval.report.figures import Drawn
from eval.report.forms import Footnotes, figure, legend, measured_how, under, warnings
from eval.report.page import loud, page, table, words
from eval.report.tables import Table


def as_html(made: Sequence[Table], drawn: Sequence[Drawn], columns: Sequence[Column], baseline: str) -> str:
    """Return the whole report as one page."""
    names = ", ".join(column.name for column in columns)
    return page(f"Evaluation of {names}"[:200], _body(made, drawn, columns, baseline))


def _body(made: Sequence[Table], drawn: Sequence[Drawn], columns: Sequence[Column], baseline: str) -> Iterator[str]:
    yield "<h1>Evaluation</h1>"
    yield f"<p>{', '.join(words(column.name) for column in columns)}</p>"
    yield loud(warnings(columns))
    yield f'<ul class="quiet">{"".join(f"<li>{words(line)}</li>" for line in legend(baseline))}</ul>'
    for one in drawn:
        yield from _figure(one)
    for one_table in made:
        yield from _table(one_table)
    lines = "".join(f"<li>{words(line)}</li>" for line in measured_how(columns))
    yield f"<h2>How it was measured</h2><ul>{lines}</ul>"


def _figure(one: Drawn) -> Iterator[str]:
    yield f'<h2>{words(one.name)}</h2><p class="quiet">{words(one.note)}</p><div class="beside">'
    if one.broad and one.narrow:
        broad, narrow = (_classed(drawing, name) for drawing, name in ((one.broad, "broad"), (one.narrow, "narrow")))
        yield f"<figure>{broad}{narrow}</figure>"
    elif one.broad:
        yield f"<figure>{one.broad}</figure>"
    if one.rows:
        rows = [[words(cell) for cell in row] for row in one.rows]
        yield table(one.name, [words(head) for head in one.heads], rows, ["", *one.kinds], is_headed=True)
    yield "</div>"


def _classed(drawing: str, name: str) -> str:
    return drawing.replace('class="drawing"', f'class="drawing {name}"', 1)


def _table(one: Table) -> Iterator[str]:
    yield f"<h2>{words(one.name)}</h2>"
    notes = Footnotes()
    rows = []
    for row in one.rows:
        cells = [words(row.title)]
        for column, cell in zip(one.columns, row.cells, strict=True):
            marks = notes.marks(cell.notes, "" if column.is_published else column.name)
            cells.append(_cell(cell, column, marks))
        rows.append(cells)
    heads = ["Benchmark", *(_head(column) for column in one.columns)]
    kinds = ["", *("published" if column.is_published else "" for column in one.columns)]
    yield table(one.name, heads, rows, kinds, is_headed=True)
    if one.note:
        yield f'<p class="quiet">{words(one.note)}</p>'
    if notes.notes:
        yield f'<ol class="quiet">{"".join(f"<li>{words(note)}</li>" for note in notes.notes)}</ol>'


def _head(column: Column) -> str:
    return words(column.name) + ('<span class="note">published</span>' if column.is_published else "")


def _cell(cell: Shown, column: Column, marks: str) -> str:
    sure = f' <span title="how sure">{words(cell.sure)}</span>' if cell.sure else ""
    noted = f"<sup>{words(marks)}</sup>" if marks else ""
    below = "".join(
        f'<span class="note{" bad" if line in cell.marks else ""}">{words(line)}</span>' for line in under(cell)
    )
    kind = "published" if column.is_published else ""
    return f'<td class="{kind}"><span class="figure">{words(figure(cell))}{sure}{noted}</span>{below}</td>'
