"""The paper's Tables 2 to 8 with the user's models in them, then what no table of the paper has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.errors import UsageError
from eval.published import TABLES, PublishedRow, PublishedTable
from eval.report.cells import Column, Shown, cell_published, measured, shown

MEAN = "mean"


@dataclass(frozen=True)
class Row:
    """One row: a cell for each column of its table."""

    key: str
    title: str
    metric: str
    cells: tuple[Shown, ...]


@dataclass(frozen=True)
class Table:
    """One table: the user's columns first, then the published ones."""

    number: str
    """The paper's; empty for what the paper has no table of."""
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return f"Table {self.number}. {self.title}" if self.number else self.title


def tables(columns: Sequence[Column], baseline: str = "") -> list[Table]:
    """Return all tables. Raise `UsageError` where no column of any is called `baseline`."""
    made = [_published(table, columns) for table in TABLES.values()]
    if rest := list(_rest(columns)):
        made.append(Table("", "What no table of the paper has", "", tuple(columns), tuple(rest)))
    if baseline:
        names = list(dict.fromkeys(column.name for table in made for column in table.columns))
        if baseline not in names:
            raise UsageError(f"no model is called {baseline!r}; --baseline is one of: {', '.join(names)}")
        made = [_against(table, baseline) for table in made]
    return made


def _published(table: PublishedTable, ours: Sequence[Column]) -> Table:
    columns = (*ours, *(Column(model) for model in table.models))
    rows: list[Row] = []
    for row in table.rows:
        above = _above(rows, row.metric)
        cells = tuple(_cell(column, row, [one.cells[n] for one in above]) for n, column in enumerate(columns))
        rows.append(Row(row.key, row.title, row.metric, cells))
    return Table(table.number, table.title, table.note, columns, tuple(rows))


def _above(rows: Sequence[Row], metric: str) -> list[Row]:
    """The rows of this metric since its last mean."""
    own = [row for row in rows if row.metric == metric]
    after = max((place + 1 for place, row in enumerate(own) if row.key == MEAN), default=0)
    return own[after:]


def _cell(column: Column, row: PublishedRow, above: Sequence[Shown]) -> Shown:
    if column.evaluation is None:
        return cell_published(row, column.name)
    return _mean(above) if row.key == MEAN else measured(column.evaluation, row)


def _mean(above: Sequence[Shown]) -> Shown:
    """The mean of the rows above; of some of them alone there is none, for the paper's is of all."""
    values = [cell.value for cell in above if cell.value is not None]
    if not values:
        return Shown()
    if len(values) < len(above):
        return Shown(remarks=(f"{len(values)} of {len(above)} rows",))
    marks = tuple(dict.fromkeys(mark for cell in above for mark in cell.marks))
    return Shown(sum(values) / len(values), is_miniature=any(cell.is_miniature for cell in above), marks=marks)


def _rest(columns: Sequence[Column]) -> Iterator[Row]:
    """Yield what was measured and stands in no table: other tasks, and other metrics of the paper's."""
    seen = {(row.key, row.metric) for table in TABLES.values() for row in table.rows}
    wanted: dict[tuple[str, str], tuple[str, bool]] = {}
    for column in columns:
        for task, result in column.evaluation.results.items() if column.evaluation else ():
            for place, metric in enumerate(result.figures):
                if (task, metric) not in seen and not (place == 0 and (task, "") in seen):
                    named = str(result.metrics.get(metric, {}).get("title") or metric)
                    wanted.setdefault((task, metric), (f"{result.title}: {named}", place == 0))
    for (task, metric), (title, _) in wanted.items():
        cells = []
        for column in columns:
            there = column.evaluation.results.get(task) if column.evaluation else None
            cells.append(shown(there, there.figures.get(metric)) if there else Shown())
        yield Row(task, title, metric, tuple(cells))


def _against(table: Table, baseline: str) -> Table:
    """The same with each figure's change over the baseline's, in per cent."""
    names = [column.name for column in table.columns]
    if baseline not in names:
        return table
    base = names.index(baseline)
    return replace(table, rows=tuple(_row_against(row, base, table.columns) for row in table.rows))


def _row_against(row: Row, base: int, columns: Sequence[Column]) -> Row:
    under = row.cells[base]
    cells = []
    for place, (cell, column) in enumerate(zip(row.cells, columns, strict=True)):
        # A miniature says nothing of the benchmark: beside other figures its ratio would be a lie. And what others
        # measured in their way is no improvement over what was measured here.
        alike = cell.is_miniature == under.is_miniature and (columns[base].is_published or not column.is_published)
        if place != base and cell.value is not None and under.value and alike:
            cell = replace(cell, relative=100 * (cell.value - under.value) / abs(under.value))
        cells.append(cell)
    return replace(row, cells=tuple(cells))


def by_key(made: Sequence[Table], key: str) -> tuple[Table, Row] | None:
    """Return the first row of this key with its table."""
    return next(((table, row) for table in made for row in table.rows if row.key == key), None)


def published_gains(key: str) -> Mapping[str, float]:
    """Return what the paper prints of Orca-3's gains in a row, in per cent, by the other model."""
    rows = (row for table in TABLES.values() for row in table.rows if row.key == key and row.gains)
    return {model: gain.value for row in rows for model, gain in row.gains.items()}
