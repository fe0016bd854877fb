"""Formulas are worked out as a spreadsheet does, and whatever else is written in a cell is refused."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.data_to_text.data.formula_values import BadFormula
from teams.data_to_text.data.formulas import computed
from teams.data_to_text.forms.formula import formulas_in
from tests.teams.data_to_text.sheets import FERRY_DATA, RIVER_DATA

BOATS, LEVELS = FERRY_DATA.table("boats"), RIVER_DATA.tables[0]


@pytest.mark.parametrize(
    ("formula", "result"),
    [
        ("=SUM(D2:D6)", 134.75),
        ("=sum($D$2:$D$6)", 134.75),
        ("=SUM(D:D)", 134.75),
        ("=ROUND(AVERAGE(D2:D6), 1)", 27),
        ('=SUMIFS(D2:D6, B2:B6, "Holm", D2:D6, ">30")', 43),
        ('=SUMIF(B2:B6; "Sand"; D2:D6)', 52.25),
        ('=COUNTIF(A2:A6, "*a")', 3),
        ('=COUNTIFS(B2:B6, "<>Holm", E2:E6, TRUE)', 3),
        ("=COUNTBLANK(C2:C6)", 1),
        ('=AVERAGEIF(B2:B6, "Sand", D2:D6)', 26.125),
        ('=MAXIFS(D2:D6, B2:B6, "Sand")', 34),
        ("=INDEX(A2:A6, MATCH(MAX(D2:D6), D2:D6, 0))", "Eva"),
        ('=XLOOKUP("Bo", A2:A6, D2:D6)', 34),
        ('=VLOOKUP("Bo", A2:D6, 4, FALSE)', 34),
        ('=IFERROR(VLOOKUP("Olga", A2:D6, 4, FALSE), "none")', "none"),
        ("=IFERROR(1/0+2, 5)", 5),
        ('=IF(D3>D2, "more", "less")', "more"),
        ("=IF(D2=0, 1/0, D3/D2)", 3.44),
        ('=SUMPRODUCT((B2:B6="Sand")*(D2:D6>20)*D2:D6)', 34),
        ("=LARGE(D2:D6, 2)", 34),
        ("=RANK(D4, D2:D6)", 3),
        ("=D3/SUM(D2:D6)*100%", 43 / 134.75),
        ("=-2^2", 4),
        ("=2+3*4^2/8-1", 7),
        ('=A2&" "&LEFT(B2, 4)', "Ida Lund"),
        ("=AND(D3>D2, NOT(E3))", True),
        ("=YEAR(C2)", 1998),
        ("=MOD(-7, 3)", 2),
    ],
)
def test_a_formula_comes_to_what_a_sheet_shows(formula: str, result: object) -> None:
    found = computed(formula, BOATS)
    if isinstance(result, bool | str):
        assert found == result
    else:
        assert isinstance(found, Fraction)
        assert float(found) == pytest.approx(result)


@pytest.mark.parametrize(
    "formula",
    [
        "=", "=SUM(D2:D6", "=SUM D2", "=D2+", "=)", "=WEBSERVICE(\"http://x\")", "=HYPERLINK(\"x\")", "=Sheet2!A1", "=INDIRECT(\"D2\")",
        "={1,2}", "=1/0", "=SUM(D2:D6)/COUNTIF(A2:A6,\"nobody\")", "=D2:D6", "=VLOOKUP(\"Bo\",A2:D6,4)", "=9^99^9", "=" + "(" * 300 + "1",
        "=LET(x,1,x)", "=ZZZZ1", "=D99999", "=IF()", "=IFERROR(1)", "=" + "1+" * 400 + "1", "=A2+1",
    ],
)  # fmt: skip
def test_what_is_no_formula_of_ours_is_refused(formula: str) -> None:
    with pytest.raises(BadFormula):
        computed(formula, BOATS)


@given(st.text('=SUMIF(),D2:6+-*/^&<>"% $;.AE1', max_size=40))
def test_anything_is_worked_out_or_refused(said: str) -> None:
    with suppress(BadFormula):
        computed(f"={said}", LEVELS)


def test_formulas_are_found_in_answers() -> None:
    assert formulas_in("Use this:\n\n```excel\n=SUM(D2:D6)\n```\n\nIt adds up.") == ["=SUM(D2:D6)"]
    assert formulas_in("Type `=MAX(D2:D6)` into the cell.") == ["=MAX(D2:D6)"]
    assert formulas_in("Put =MIN(D2:D6) there") == ["=MIN(D2:D6) there"]
    assert formulas_in("No formula, x = 3 at most.") == []
