"""Data that a seed brings along: CSV, JSON, XML, tables in documents, read by program; what can be counted of any text.

What is unclear is settled in one way, and said in the note: rows with cells too few are filled up with empty ones, rows
with cells too many left out, more than can be handled is cut, formulas are carried out.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from teams.data_to_text.data import formulas
from teams.data_to_text.data.formula_values import BadFormula
from teams.data_to_text.data.model import (
    LONGEST_CELL,
    MOST_COLUMNS,
    Column,
    Data,
    Table,
    Unsound,
    Value,
    cell_fault,
    faults,
    plain_number,
)
from tools.counting import sentences, word_count
from tools.formats import Unreadable, read_csv, read_json, read_xml
from tools.markup import tables

FEWEST_ROWS, FEWEST_COLUMNS, MOST_FOUND = 3, 2, 30
RAGGED = 0.3
"""Share of rows of another length than most from which data are too ragged to be read."""
LONGEST = 200_000
_NUMBER = re.compile(r"-?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_MEASURED = re.compile(rf"({_NUMBER.pattern})\s?([^\W\d_]{{1,8}}[²³]?|%|€|[^\W\d_]+/[^\W\d_]+)")
_YES, _NO = ("true", "yes", "y"), ("false", "no", "n")


def found(text: str, name: str = "data") -> Data | None:
    """Return the data a text is, or None where it is none. Raises `Unsound` for data that can't be read safely."""
    body = text.strip()
    if not body or len(body) > LONGEST:
        return None
    for read in (_from_json, _from_xml, _from_csv, _from_markdown):
        if rows := read(body):
            table, note = _table(rows, name)
            data = Data(name.replace("_", " "), note, (table,))
            if wrong := list(faults(data)):
                raise Unsound("; ".join(wrong[:3]))
            return data
    return None


def distinct_rows(table: Table) -> int:
    """Return how many rows say something else than those before; a column that only numbers them is left out."""
    told = [n for n, column in enumerate(table.columns) if not _numbers(table.values(column.name))]
    return len({tuple(row[n] for n in told) for row in table.rows})


def _numbers(values: Sequence[Value]) -> bool:
    counted = [one for one in values if isinstance(one, Fraction)]
    return len(counted) == len(values) and all(after - one == 1 for one, after in pairwise(counted))


Rows = list[list[str]]


def _from_json(body: str) -> Rows | None:
    if body[0] not in "[{":
        return None
    try:
        held = read_json(body)
    except Unreadable:
        try:
            held = [read_json(line) for line in body.splitlines() if line.strip()]
        except Unreadable:
            return None
    records = _records(held)
    if records is None:
        return None
    names = list(dict.fromkeys(name for record in records for name in record))
    flat = [name for name in names if not any(isinstance(record.get(name), list | dict) for record in records)]
    return [flat, *([_said(record.get(name)) for name in flat] for record in records)]


def _records(held: Any) -> list[Mapping[str, Any]] | None:
    """The list of objects that is the body of a JSON value, wherever it stands in it."""
    if isinstance(held, list) and len(held) >= FEWEST_ROWS and all(isinstance(one, dict) for one in held):
        return held
    if isinstance(held, dict):
        inner = [found for one in held.values() if (found := _records(one))]
        return max(inner, key=len, default=None)
    return None


def _said(held: Any) -> str:
    if held is None:
        return ""
    if isinstance(held, bool):
        return "true" if held else "false"
    if isinstance(held, float):
        return plain_number(held) if held == held and abs(held) < 10**15 else str(held)
    return str(held)


def _from_xml(body: str) -> Rows | None:
    if not body.startswith("<"):
        return None
    try:
        root = read_xml(body)
    except Unreadable:
        return None
    rows = max(_repeated(root), key=len, default=[])
    if len(rows) < FEWEST_ROWS:
        return None
    records = [{**one.attrib, **{inner.tag: " ".join((inner.text or "").split()) for inner in one}} for one in rows]
    names = list(dict.fromkeys(name for record in records for name in record))
    return [names, *([record.get(name, "") for name in names] for record in records)]


def _repeated(element: Element) -> Iterator[list[Element]]:
    stack = [element]
    while stack:
        one = stack.pop()
        tags = Counter(inner.tag for inner in one)
        yield from ([inner for inner in one if inner.tag == tag] for tag, count in tags.items() if count > 1)
        stack += list(one)


def _from_csv(body: str) -> Rows | None:
    lines = [line for line in body.splitlines() if line.strip()]
    if len(lines) <= FEWEST_ROWS:
        return None
    best: Rows | None = None
    for delimiter in ("\t", ";", "|", ","):
        try:
            rows = read_csv(body, delimiter)
        except Unreadable:
            continue
        width = len(rows[0]) if rows else 0
        same = sum(len(row) == width for row in rows)
        # Prose has commas too: its lines have not the same number of them, and its cells are long.
        looks = width >= FEWEST_COLUMNS and same >= 0.7 * len(rows) and _is_brief(rows)
        if looks and (best is None or width > len(best[0])):
            best = rows
    return best


def _is_brief(rows: Rows) -> bool:
    cells = [cell for row in rows for cell in row]
    return sum(len(cell.split()) <= 6 for cell in cells) > 0.85 * len(cells) and all(cell.strip() for cell in rows[0])


def _from_markdown(body: str) -> Rows | None:
    best = max(tables(body), key=lambda table: len(table.rows), default=None)
    if best is None or len(best.rows) < FEWEST_ROWS or len(best.columns) < FEWEST_COLUMNS:
        return None
    return [list(best.columns), *map(list, best.rows)]


def _table(rows: Rows, name: str) -> tuple[Table, str]:
    heads, body = rows[0], [[" ".join(cell.split()) for cell in row] for row in rows[1:]]
    notes: list[str] = []
    kept = _even(body, len(heads), notes)
    if len(kept) > MOST_FOUND:
        notes.append(f"Of {len(kept)} rows these are the first {MOST_FOUND}.")
        kept = kept[:MOST_FOUND]
    wide = [n for n in range(len(heads)) if all(len(row[n]) <= LONGEST_CELL for row in kept)]
    wide = [n for n in wide if any(row[n] for row in kept)][:MOST_COLUMNS]
    if len(wide) < FEWEST_COLUMNS or len(kept) < FEWEST_ROWS:
        raise Unsound(f"{len(kept)} rows and {len(wide)} columns that can be read: too few")
    columns, cells = [], []
    for named, n in zip(_names([heads[n] for n in wide]), wide, strict=True):
        column, held = _typed(named, [row[n] for row in kept])
        columns.append(column)
        cells.append(held)
    table = Table(_names([name])[0], tuple(columns), tuple(zip(*cells, strict=True)))
    return _keyed(_carried_out(table, notes)), " ".join(notes)


def _even(rows: Rows, width: int, notes: list[str]) -> Rows:
    short = sum(len(row) < width for row in rows)
    long = sum(len(row) > width for row in rows)
    if (short + long) > RAGGED * len(rows):
        raise Unsound(f"{short + long} of {len(rows)} rows have another number of cells than the heading")
    if short:
        notes.append(f"{short} rows had too few cells and were filled up with empty ones.")
    if long:
        notes.append(f"{long} rows had too many cells and were left out.")
    return [row + [""] * (width - len(row)) for row in rows if len(row) <= width]


def _names(heads: Sequence[str]) -> list[str]:
    made: list[str] = []
    for n, head in enumerate(heads, 1):
        base = re.sub(r"\W+", "_", unicodedata.normalize("NFC", head.strip())).strip("_")[:36] or f"column_{n}"
        base = base if not base[0].isdigit() else f"c_{base}"
        name, again = base, 2
        while name.casefold() in [one.casefold() for one in made]:
            name, again = f"{base}_{again}", again + 1
        made.append(name)
    return made


def _typed(name: str, cells: list[str]) -> tuple[Column, list[str]]:
    """What a column holds, told by its cells; text unless all of them agree on something else."""
    full = [cell for cell in cells if cell]
    if full and all(_NUMBER.fullmatch(cell) and not re.match(r"-?0\d", cell) for cell in full):
        plain = [cell.replace(",", "") for cell in cells]
        if not any(cell_fault(Column(name, "number"), cell) for cell in plain):
            return Column(name, "number"), plain
    measured = [_MEASURED.fullmatch(cell) for cell in full]
    units = {match[2] for match in measured if match}
    if full and all(measured) and len(units) == 1:
        numbers = [match[1].replace(",", "") if (match := _MEASURED.fullmatch(cell)) else "" for cell in cells]
        if not any(cell_fault(Column(name, "number"), cell) for cell in numbers):
            return Column(name, "number", units.pop()), numbers
    for type in ("date", "moment"):
        held = [cell.replace("T", " ")[:16] if type == "moment" else cell for cell in cells]
        if full and not any(cell_fault(Column(name, type), cell) for cell in held) and any("-" in c for c in full):
            return Column(name, type), held
    lower = [cell.casefold() for cell in cells]
    if full and {c for c in lower if c} <= {*_YES, *_NO} and len(set(lower)) > 1:
        return Column(name, "yes_no"), ["" if not c else "true" if c in _YES else "false" for c in lower]
    return Column(name), cells


def _carried_out(table: Table, notes: list[str]) -> Table:
    """Put the results of formulas in place of them. Raises `Unsound` where one can't be carried out."""
    places = [(m, n) for m, row in enumerate(table.rows) for n, cell in enumerate(row) if cell.startswith("=")]
    if not places:
        return table
    rows = [list(row) for row in table.rows]
    without = [[("" if cell.startswith("=") else cell) for cell in row] for row in rows]
    typed = [_typed(c.name, [row[n] for row in without]) for n, c in enumerate(table.columns)]
    bare = Table(table.name, tuple(c for c, _ in typed), tuple(zip(*(held for _, held in typed), strict=True)))
    for m, n in places:
        try:
            rows[m][n] = formulas.shown(formulas.computed(rows[m][n], bare))
        except BadFormula as error:
            raise Unsound(f"the formula {rows[m][n][:60]!r} in row {m + 1} can't be carried out: {error}") from None
    again = [_typed(c.name, [row[n] for row in rows]) for n, c in enumerate(table.columns)]
    notes.append(f"{len(places)} formulas were carried out.")
    return Table(table.name, tuple(c for c, _ in again), tuple(zip(*(held for _, held in again), strict=True)))


def _keyed(table: Table) -> Table:
    """Make the first column a key whose cells name the rows, each another one."""
    for n, column in enumerate(table.columns[:2]):
        cells = [row[n] for row in table.rows]
        if column.type in ("text", "date", "moment") and "" not in cells and len(set(cells)) == len(cells):
            columns = [replace(c, is_key=m == n) for m, c in enumerate(table.columns)]
            return replace(table, columns=tuple(columns))
    return table


def profile(text: str) -> Data | None:
    """Return what can be counted of a text, paragraph by paragraph; None where it has too few."""
    paragraphs = [" ".join(p.split()) for p in re.split(r"\n\s*\n", text)]
    paragraphs = [p for p in paragraphs if word_count(p) >= 12][:12]
    if len(paragraphs) < 4:
        return None
    rows = []
    for n, paragraph in enumerate(paragraphs, 1):
        words = re.findall(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", paragraph)
        longest = max(words, key=len, default="")
        counts = (len(words), len(sentences(paragraph)), len(re.findall(r"(?<![\w.])\d[\d.,]*", paragraph)))
        opening = " ".join(paragraph.split()[:4]).strip(".,;:|#*")
        rows.append((f"P{n}", opening[:60].replace("|", "/"), *map(str, counts), longest[:60]))
    columns = (
        Column("paragraph", is_key=True), Column("opening"), Column("words", "number"), Column("sentences", "number"),
        Column("figures", "number"), Column("longest_word"),
    )  # fmt: skip
    data = Data("A text in figures, paragraph by paragraph", "", (Table("paragraphs", columns, tuple(rows)),))
    return None if list(faults(data)) else data
