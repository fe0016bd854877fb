"""The paper's Figure 1 (bars of relative improvement) and Figure 4 (a radar over the sets of Orca-Bench)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.folder import Evaluation, Marked, marks, read_items
from eval.published import FIGURE_1, MISTRAL, ORCA_3
from eval.report.cells import Column, pick
from eval.report.drawing import Bar, Line, bars, radar
from eval.report.numerals import NOTHING, interval, percent, with_interval
from eval.report.tables import Table, by_key, published_gains

ORCA_BENCH = "orca_bench"


@dataclass(frozen=True)
class Drawn:
    """A figure: wide and narrow drawings, and the table that stands beside it."""

    name: str
    broad: str
    narrow: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kinds: tuple[str, ...]
    """Of all columns but the first: `n` where figures stand."""
    note: str
    file: str


def figures(made: Sequence[Table], columns: Sequence[Column], baseline: str) -> list[Drawn]:
    """Return both figures; one that nothing was measured for says so."""
    return [_bars(made, columns, baseline), _radar(columns)]


def _bars(made: Sequence[Table], columns: Sequence[Column], baseline: str) -> Drawn:
    ours = [column for column in columns if column.name != baseline]
    drawn: list[Bar] = []
    rows: list[tuple[str, ...]] = []
    for key in FIGURE_1:
        found = by_key(made, key)
        if found is None:
            continue
        table, row = found
        for place, column in enumerate(ours):
            cell = row.cells[[one.name for one in table.columns].index(column.name)]
            low, high = _ends(made, key, column, baseline) if cell.relative is not None else (None, None)
            mark = "".join(f" {mark}" for mark in cell.marks)
            if cell.relative is not None:
                drawn.append(Bar(f"{row.title}, {column.name}{mark}", cell.relative, low, high, place + 1))
            told = (percent(cell.relative), interval(low, high, 1, signed=True))
            rows.append((row.title, f"{column.name}{mark}", *told))
        if (gain := published_gains(key).get(MISTRAL)) is not None:
            drawn.append(Bar(f"{row.title}, {ORCA_3}", gain, is_published=True))
            rows.append((row.title, f"{ORCA_3} over {MISTRAL} (published)", percent(gain), ""))
    drawing = bars("Relative improvement in per cent", drawn, " %")
    note = (
        f"Your models over {baseline}; whiskers are 95 % intervals, of the same items where both were measured."
        if baseline
        else "Name a model with --baseline to see how much yours improve over it."
    )
    note = f"{note} Dashed: published, over {MISTRAL}."
    heads = ("Benchmark", "Model", "Improvement", "95 % interval")
    kinds = ("", "n", "n")
    return Drawn("Figure 1. Relative improvement", drawing, "", heads, tuple(rows), kinds, note, "figure_1.svg")


def _ends(made: Sequence[Table], key: str, column: Column, baseline: str) -> tuple[float | None, float | None]:
    """The interval of a relative improvement: of the paired difference where the baseline was measured here too, else
    the figure's own around the published one."""
    found = by_key(made, key)
    assert found is not None
    table, row = found
    names = [one.name for one in table.columns]
    base, cell = names.index(baseline), row.cells[names.index(column.name)]
    under = row.cells[base].value
    if not under:
        return None, None
    other = table.columns[base].evaluation
    if other is not None and column.evaluation is not None:
        return _paired(other, column.evaluation, key)
    if cell.low is None or cell.high is None:
        return None, None
    return 100 * (cell.low - under) / abs(under), 100 * (cell.high - under) / abs(under)


def _paired(first: Evaluation, second: Evaluation, key: str) -> tuple[float | None, float | None]:
    from agents.errors import UsageError
    from eval.compare.differences import difference
    from eval.compare.pairing import earned, pair

    result = second.results[key]
    metric = next(iter(result.figures))
    try:
        same = earned(pair(_items(first, key), _items(second, key)).same, metric)
    except UsageError:  # the figures are there, their items are not
        return None, None
    found = difference(
        [one.first.values[metric] for one in same], [one.second.values[metric] for one in same],
        [one.first.group for one in same], "macro" if result.mean == "macro" else "micro",
        most=result.metrics.get(metric, {}).get("most"), tested=False,
    )  # fmt: skip
    if not found.first or found.low is None or found.high is None:
        return None, None
    return 100 * found.low / abs(found.first), 100 * found.high / abs(found.first)


def _items(evaluation: Evaluation, task: str) -> list[Marked]:
    return read_items(evaluation.folder, task)


def _radar(columns: Sequence[Column]) -> Drawn:
    having = [
        (column, column.evaluation.results[ORCA_BENCH])
        for column in columns
        if column.evaluation and ORCA_BENCH in column.evaluation.results
    ]
    axes = list(dict.fromkeys(group for _, result in having for group in result.groups))
    lines = []
    cells: list[list[str]] = [[f"{place}. {axis.replace('_', ' ')}"] for place, axis in enumerate(axes, 1)]
    for column, result in having:
        mark = "".join(f" {mark}" for mark in marks(result))
        chosen = [pick(result.groups.get(axis, {}), "") for axis in axes]
        lines.append(Line(f"{column.name}{mark}", [one.value if one else None for one in chosen]))
        for row, one in zip(cells, chosen, strict=True):
            row.append(with_interval(one.value, one.low, one.high) if one else NOTHING)
    heads = ["Set", *(line.name for line in lines)]
    title = "Orca-Bench by set, the teacher's marks being 10"
    note = (
        "The paper's own lines were not found. Of 100 items, differences under 0.5 on one set are noise."
        if having
        else "Nothing measured: python -m eval orca run and score make it. The paper's own lines were not found."
    )
    named = [axis.replace("_", " ") for axis in axes]
    return Drawn(
        "Figure 4. Orca-Bench by set",
        radar(title, named, lines) if having else "",
        radar(title, named, lines, named=False) if having else "",
        tuple(heads), tuple(map(tuple, cells)), ("n",) * len(lines), note, "figure_4.svg",
    )  # fmt: skip
