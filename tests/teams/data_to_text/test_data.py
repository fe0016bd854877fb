"""The model and its dresses: what is written is read back without loss, whatever the cells hold."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import string
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.data_to_text.data import changes
from teams.data_to_text.data.differences import differences
from teams.data_to_text.data.dresses import DRESSES, dressed
from teams.data_to_text.data.found import distinct_rows, found, profile
from teams.data_to_text.data.graphs import GRAPHS
from teams.data_to_text.data.model import Column, Data, Table, Unsound, faults
from teams.data_to_text.data.replies import REPLIES, Unread, read, written
from teams.data_to_text.data.sheet import read_sheet, sheet
from teams.data_to_text.grounds import Grounds
from teams.data_to_text.ungrounded import ungrounded
from tests.teams.data_to_text.sheets import FERRIES, FERRY_DATA, RIVER_DATA

SIGNS = string.ascii_letters + " ,;|\"'<>&{}[]:#-_=äßé中я%/\\"
TEXTS = st.text(SIGNS, min_size=1, max_size=24).map(lambda said: " ".join(said.split())).filter(bool)
CELLS = {
    "text": TEXTS,
    "number": st.one_of(
        st.integers(-9999, 9999).map(str), st.integers(1, 9999).map(lambda n: f"{n // 100}.{n % 90 + 5:02}")
    ),
    "date": st.dates().map(lambda day: day.isoformat()),
    "yes_no": st.sampled_from(["true", "false"]),
}


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """Tables of all types, with gaps; the first column is the key."""
    types = ["text", *draw(st.lists(st.sampled_from(sorted(CELLS)), min_size=1, max_size=4))]
    columns = tuple(Column(f"c{n}", type, is_key=not n) for n, type in enumerate(types))
    rows = []
    for n in range(draw(st.integers(1, 6))):
        cells = [draw(CELLS[type]) if draw(st.integers(0, 5)) else "" for type in types[1:]]
        rows.append((f"{draw(TEXTS)} {n}", *cells))
    return Table("things", columns, tuple(rows))


@given(tables())
@settings(max_examples=60, deadline=None)
def test_a_sheet_is_read_back_as_it_was(table: Table) -> None:
    data = Data("Things", "Of a day.", (table,))
    assert list(faults(data)) == []
    assert read_sheet(sheet(data)) == data


@given(tables(), st.sampled_from(sorted(set(REPLIES) - {"turtle"})))
@settings(max_examples=120, deadline=None)
def test_rows_are_read_back_from_every_form(table: Table, name: str) -> None:
    if any(" ;" in cell or cell.startswith("---") for row in table.rows for cell in row):
        return
    given = read(name, written(name, table), table)
    assert list(differences(given, table, ordered=True)) == []
    off = [replace_cell(table, 0, len(table.columns) - 1)]
    assert list(differences(read(name, written(name, off[0]), table), table, ordered=True))


def replace_cell(table: Table, row: int, n: int) -> Table:
    """Change one cell into another that its column may hold."""
    held = table.rows[row][n]
    other = {
        "text": "quite another",
        "number": "77777",
        "date": "1907-01-01",
        "yes_no": "false" if held == "true" else "true",
    }
    rows = [list(cells) for cells in table.rows]
    rows[row][n] = other[table.columns[n].type]
    return replace(table, rows=tuple(map(tuple, rows)))


def test_turtle_is_read_back() -> None:
    table = FERRY_DATA.table("boats")
    assert list(differences(read("turtle", written("turtle", table), table), table, ordered=False)) == []


@pytest.mark.parametrize("name", [*DRESSES, *GRAPHS])
def test_every_dress_shows_every_cell(name: str) -> None:
    for data in (FERRY_DATA.only("boats"), RIVER_DATA):
        dress = {**DRESSES, **GRAPHS}[name]
        if not dress.fits(data):
            continue
        shown = dressed(data, name)
        along = data.tables[0]
        plain = shown.replace("\\\\", "")
        if name != "chart":
            lost = [cell for row in along.rows for cell in row if cell and cell not in ("true", "false") and cell not in plain
                    and cell.replace(".", ",") not in plain]  # fmt: skip
            assert not lost, (name, lost)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("12.5 |", "12,5 |"), "no number"),
        (("| Eva | Holm", "| Ida | Holm"), "there twice"),
        (("2003-11-20", "20.11.2003"), "no date"),
        (("| 5 | Ulla", "| 5 | Olga"), "no key of boats"),
        (("| Bo | Sand |", "| Bo |"), "cells"),
        (("load (number in t)", "load (float)"), "no heading"),
        (("| true |\n| Eva", "| maybe |\n| Eva"), "true or false"),
    ],
)
def test_what_does_not_hold_together_is_refused(change: tuple[str, str], why: str) -> None:
    with pytest.raises(Unsound, match=why):
        read_sheet(FERRIES.replace(*change))


def test_another_set_has_the_same_shape_and_other_facts() -> None:
    others = [changes.second(FERRY_DATA, Random(n)) for n in range(12)]
    for other in others:
        assert list(faults(other)) == []
        assert [t.columns for t in other.tables] == [t.columns for t in FERRY_DATA.tables]
    assert len({sheet(other) for other in others}) == 12


@pytest.mark.parametrize("seed", range(12))
def test_planted_faults_are_where_they_are_said_to_be(seed: int) -> None:
    table, found_ = changes.planted(RIVER_DATA.tables[0], 2, Random(seed))
    for one in found_:
        if one.sort != "duplicate":
            assert table.rows[one.row - 1][table.at(one.column)] == one.cell != one.was
        else:
            assert table.rows[one.row - 1] in table.rows[: one.row - 1]
    untouched = {one.row for one in found_}
    assert all(table.rows[n] == row for n, row in enumerate(RIVER_DATA.tables[0].rows) if n + 1 not in untouched)


@pytest.mark.parametrize("seed", range(8))
def test_muddled_numbers_mean_what_they_did(seed: int) -> None:
    table = FERRY_DATA.table("boats")
    muddled = changes.messed(table, ["load"], Random(seed))
    for before, after in zip(table.values("load"), (row[3] for row in muddled.rows), strict=True):
        number = float("".join(c for c in after if c in "0123456789."))
        factor = 1000 if after.endswith("kg") else 1
        assert number == float(str(before)) * factor if "/" not in str(before) else number / factor == float(before)  # type: ignore[arg-type]


# What seeds bring along


@pytest.mark.parametrize(
    "text",
    [
        "name,load,day\nIda,12.5,2024-03-01\nEva,43,2024-03-02\nUlla,27,2024-03-03\n",
        "name;load;day\nIda;12.5;2024-03-01\nEva;43;2024-03-02\nUlla;27;2024-03-03\n",
        '[{"name": "Ida", "load": 12.5, "day": "2024-03-01"}, {"name": "Eva", "load": 43, "day": "2024-03-02"}, {"name": "Ulla", "load": 27, "day": "2024-03-03"}]',
        '{"name": "Ida", "load": 12.5, "day": "2024-03-01"}\n{"name": "Eva", "load": 43, "day": "2024-03-02"}\n{"name": "Ulla", "load": 27, "day": "2024-03-03"}',
        "<boats><b><name>Ida</name><load>12.5</load><day>2024-03-01</day></b><b><name>Eva</name><load>43</load><day>2024-03-02</day></b><b><name>Ulla</name><load>27</load><day>2024-03-03</day></b></boats>",
        "Some words before it.\n\n| name | load | day |\n|---|---|---|\n| Ida | 12.5 | 2024-03-01 |\n| Eva | 43 | 2024-03-02 |\n| Ulla | 27 | 2024-03-03 |\n",
    ],
)  # fmt: skip
def test_data_are_found_in_every_form(text: str) -> None:
    data = found(text, "boats")
    assert data
    table = data.tables[0]
    assert [c.type for c in table.columns] == ["text", "number", "date"]
    assert table.rows[0] == ("Ida", "12.5", "2024-03-01")
    assert table.key
    assert table.key.name == "name"


def test_prose_is_no_data() -> None:
    assert found("The mill stands at the mouth of the creek, and turns with the tide.\n" * 6) is None
    assert found('{"not": "closed"') is None
    assert found("<p>one</p>") is None


def test_rows_that_say_the_same_count_once() -> None:
    same = found("no,mill,owner\n" + "".join(f"{n},Eling,parish\n" for n in range(7)))
    years = found("year,load\n" + "".join(f"{1990 + n},{n * n}\n" for n in range(7)))
    assert same is not None
    assert years is not None
    assert distinct_rows(same.tables[0]) == 1
    assert distinct_rows(years.tables[0]) == 7


def test_ragged_rows_are_filled_up_or_left_out_and_it_is_said() -> None:
    data = found("a,b,c\n" + "".join(f"x{n},{n},{n}\n" for n in range(9)) + "y,1\nz,1,2,3\n")
    assert data
    assert len(data.tables[0].rows) == 10
    assert "filled up" in data.note
    assert "left out" in data.note
    with pytest.raises(Unsound, match="another number of cells"):
        found("| a | b | c |\n|---|---|---|\n| 1 |\n| 1 |\n| 1 | 2 | 3 |\n| 4 | 5 | 6 |\n")


def test_units_in_cells_go_to_the_heading_and_mixed_ones_stay_text() -> None:
    data = found("boat,load,length\nIda,12 t,9 m\nEva,43 t,1200 cm\nUlla,27 t,10 m\n")
    assert data
    _, load, length = data.tables[0].columns
    assert (load.type, load.unit) == ("number", "t")
    assert length.type == "text"


def test_formulas_in_cells_are_carried_out_or_refused() -> None:
    data = found("boat,load,double\nIda,12,=B2*2\nEva,43,=B3*2\nUlla,27,=SUM(B2:B3)\n")
    assert data
    assert data.tables[0].values("double") == [24, 86, 55]
    with pytest.raises(Unsound, match="can't be carried out"):
        found('boat,load,double\nIda,12,"=WEBSERVICE(""http://x"")"\nEva,43,1\nUlla,27,2\n')


def test_a_text_in_figures() -> None:
    data = profile(
        "\n\n".join(
            f"This is paragraph number {n} of a text that goes on for {n * 3} words and more than that."
            for n in range(5)
        )
    )
    assert data
    assert len(data.tables[0].rows) == 5
    assert profile("Too short.") is None


def test_an_answer_that_is_not_in_its_form_says_where() -> None:
    table = FERRY_DATA.table("boats")
    for said in ("no rows here", "```json\n[]\n```\n```json\n[]\n```", "[" * 9999):
        with pytest.raises(Unread):
            read("json", said, table)
    with pytest.raises(Unread):
        read("yaml", "- &a [*a, *a]", table)
    with pytest.raises(Unread):
        read("xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", table)


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ("Only in the weeks of 8, 15 and 22 December did more people come over than leave.", 0),
        ("From 15 to 22 December more people came over than left.", 0),
        ("On December 15 and 22 more people came over than left.", 0),
        ("In den Wochen vom 15. und 22. Dezember kamen mehr an als abfuhren.", 0),
        ("Only in the weeks of 15 and 23 December did more people come over than leave.", 2),
        ("On 15 nights in December more people came over than left.", 1),
    ],
)
def test_days_in_a_row_share_their_month(said: str, faults: int) -> None:
    weeks = read_sheet(
        "# Night ferry\n\n## weeks\n| week_from (date, key) | to_island (number in passengers) |\n|---|---|\n"
        "| 2025-12-08 | 340 |\n| 2025-12-15 | 470 |\n| 2025-12-22 | 610 |"
    )
    tag = "de" if "Dezember" in said else ""
    assert len(ungrounded(said, Grounds(weeks, tag=tag))) == faults


@pytest.mark.parametrize(
    ("said", "faults"),
    [
        ("The level rose from 112 cm on 1 March to 187 cm on 4 March 2024.", 0),
        ("On March 3rd, 31 mm of rain were read, and the level rose by 46 cm.", 0),
        ("In March 43 cm were lost.", 1),
        ("All seven readings come to 1,034 cm, 147.7 cm on average.", 0),
        ("All seven readings come to 1,043 cm.", 1),
        ("It rained on four of the seven days, 49 mm altogether; almost two thirds of it on one day.", 0),
        ("The level of 164 cm was 39% above that of the day before.", 0),
        ("The level of 164 cm was 49% above that of the day before.", 1),
        ("At 18.25 the level was read again.", 1),
    ],
)
def test_figures_of_a_text_have_to_follow_from_the_data(said: str, faults: int) -> None:
    assert len(ungrounded(said, Grounds(RIVER_DATA))) == faults
