"""Figures of a text rest on the data: in their unit, of their row, small ones too; other words for them pass."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.data_to_text.data.model import Column, Data
from teams.data_to_text.data.sheet import read_sheet
from teams.data_to_text.grounds import Grounds
from teams.data_to_text.telling import is_rounded, tells
from teams.data_to_text.ungrounded import ungrounded
from tests.teams.data_to_text.sheets import FERRY_DATA, RIVER_DATA

CLUB = read_sheet("""# Goals of the season

## players
| player (text, key) | goals (number) | games (number) | minutes (number in min) | fee (number in EUR) |
|---|---|---|---|---|
| Ada Berg | 9 | 12 | 1040 | 12500 |
| Bea Kohl | 3 | 11 | 870 | 4000 |
| Cora Lind | 7 | 12 | 1080 | 9800.5 |
| Dana Roth | 0 | 4 | 95 | 1500 |""")
STALL = read_sheet("""# Market stall

Prices per kilo; counted on Saturday.

## goods
| item (text, key) | price (number in EUR) | sold (number in kg) | stock (number in kg) |
|---|---|---|---|
| leeks | 2.4 | 31 | 4 |
| quinces | 3.95 | 12.5 | 7.5 |
| chard | 4.1 | 8 | 2 |
| beets | 1.8 | 44 | 16 |""")
RIGHT: list[tuple[Data, str, str]] = [
    (FERRY_DATA, "en", "The **Eva** carries 43 t, that is 43,000 kg; the Ida 12.5 tonnes (12,500 kg)."),
    (FERRY_DATA, "en", "- Ida: 12.5 t\n- Bo: 34 t, 2.7 times as much\n- Per: 18.25 t"),
    (
        FERRY_DATA,
        "en",
        "Two of the five boats lie at Sand. A boat carries just under 27 t on average; the median is 27 t.",
    ),
    (
        FERRY_DATA,
        "en",
        "In three days the Ida went out twice, with 40 and 31 people; on 1 March the Eva left 45 minutes later.",
    ),
    (
        FERRY_DATA,
        "de",
        "Die Eva trägt mit 43 t am meisten, 30,5 t mehr als die Ida mit 12,5 t. Zusammen sind es 134,75 t.",
    ),
    (FERRY_DATA, "fr", "L'Eva porte 43 t, l'Ida 12,5 t, soit 30,5 t de moins. En tout, 134,75 tonnes."),
    (
        RIVER_DATA,
        "en",
        "It stood at 112 cm (1.12 m) on 1 March, rose 6 cm by the next day and peaked at 187 cm on 4 March.",
    ),
    (RIVER_DATA, "en", "Over the 7 days the mean level was 147.7 cm. In the first three days the level rose by 52 cm."),
    (RIVER_DATA, "en", "From its lowest to its highest the river rose by 0.75 m."),
    (
        RIVER_DATA,
        "de",
        "Am 4. März stand der Fluss bei 187 cm, 75 cm höher als am 1. März. Am 3. März fielen 31 mm Regen.",
    ),
    (RIVER_DATA, "fr", "Le 4 mars, la rivière atteint 187 cm, soit 1,87 m ; trois jours plus tard elle est à 133 cm."),
    (CLUB, "en", "Ada Berg scored 9 goals in 12 games, 2 goals more than Cora Lind. Together they scored 19 goals."),
    (CLUB, "en", "Cora Lind played 1,080 minutes, that is 18 hours, 90 minutes a game. Ada Berg is ahead by 2 goals."),
    (CLUB, "en", "Dana Roth earned €1,500 for 4 games, about €375 each. The fees come to €27,800.50."),
    (CLUB, "de", "Ada Berg traf 9-mal in 12 Spielen und bekam 12.500 €. Bea Kohl kam auf 3 Tore, 6 weniger."),
    (CLUB, "fr", "Ada Berg a marqué 9 buts en 12 matchs pour 12 500 €. Cora Lind suit avec 7 buts."),
    (STALL, "en", "Leeks at €2.40 sold 31 kg, which brought in €74.40. Only 4 kg are left."),
    (STALL, "en", "Chard (4.10 €/kg): 8 kg sold, 2 kg left, so 10 kg came in."),
    (STALL, "en", "Of the quinces 20 kg came in, 62.5% of which were sold."),
    (STALL, "de", "Die Quitten kosten 3,95 € je Kilo, 12,5 kg wurden verkauft, 7,5 kg (7500 g) liegen noch da."),
    (
        STALL,
        "fr",
        "Les poireaux, à 2,40 €, se sont vendus : 31 kg, il en reste 4 kg. Les coings coûtent 1,55 € de plus.",
    ),
]
WRONG: list[tuple[Data, str, str, str]] = [
    (FERRY_DATA, "en", "The Ida carries 12.5 kg.", "12.5 kg"),
    (FERRY_DATA, "en", "The Eva carries 43 people.", "43 people"),
    (FERRY_DATA, "en", "The Eva is 4 m longer than the Bo.", "4 m"),
    (FERRY_DATA, "en", "The Eva took 3.5 hours.", "3.5 hours"),
    (RIVER_DATA, "en", "On 3 March 31 cm of rain fell.", "31 cm"),
    (RIVER_DATA, "en", "The river rose by 9 cm overnight.", "9 cm"),
    (RIVER_DATA, "de", "Der Fluss stieg auf 187 mm.", "187 mm"),
    (CLUB, "en", "Ada Berg scored 8 goals in 12 games.", "8 goals"),
    (CLUB, "en", "Dana Roth scored 2 goals.", "2 goals"),
    (CLUB, "de", "Bea Kohl bekam 870 €.", "870"),
    (STALL, "en", "Leeks cost 4 euros a kilo.", "4 euros"),
    (STALL, "en", "Of the chard 5 kg are left.", "5 kg"),
    (STALL, "en", "Leeks: 31 g sold.", "31 g"),
]  # fmt: skip


@pytest.mark.parametrize(("data", "tag", "answer"), RIGHT, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_told_rightly_rests_on_the_data(data: Data, tag: str, answer: str) -> None:
    assert ungrounded(answer, Grounds(data, tag=tag)) == []


@pytest.mark.parametrize(
    ("data", "tag", "answer", "fault"), WRONG, ids=lambda value: value if isinstance(value, str) else ""
)
def test_what_is_told_wrongly_is_seen(data: Data, tag: str, answer: str, fault: str) -> None:
    (found,) = ungrounded(answer, Grounds(data, tag=tag))
    assert found.startswith(fault)


def test_a_flood_of_figures_is_not_read_to_its_end() -> None:
    random = Random(1)
    rows = "\n".join(
        f"| name {n} | {' | '.join(str(random.randint(1, 99999) / 10) for _ in range(7))} |" for n in range(40)
    )
    head = " | ".join(f"c{n} (number in {unit})" for n, unit in enumerate(("kg", "t", "m", "cm", "EUR", "min", "km")))
    wide = read_sheet(f"# Much\n\n## t\n| item (text, key) | {head} |\n|---|---|---|---|---|---|---|---|\n{rows}")
    # No clock: read to their end, these take longer than the suite may.
    for flood in (" ".join(str(n * 7 + 13) for n in range(30_000)), "\n".join(f"{n}.5 km" for n in range(30_000))):
        assert 0 < len(ungrounded(flood, Grounds(wide, tag="en"))) < 20
    right = ". ".join(f"{row[0]} has {row[1]} kg" for row in wide.tables[0].rows * 20)
    assert "more than" in ungrounded(right, Grounds(wide, tag="en"))[-1]


@given(st.integers(-99_999, 99_999), st.sampled_from((1, 2, 3, 7, 10, 100, 1000)), st.integers(-6, 5))
def test_a_figure_rounded_as_far_as_its_digits_show_is_the_same(top: int, bottom: int, digits: int) -> None:
    held = Fraction(top, bottom)
    said = round(held, digits)
    if said.denominator > 1 or abs(held) >= max(10, 10 ** (1 - digits)):
        assert is_rounded(said, held)
    assert not is_rounded(held * 3 + 50_000_000, held)


@pytest.mark.parametrize(
    ("answer", "cell", "told"),
    [
        ("Both boats lie at Sand.", "Bo", False),
        ("The Bo lies at Sand.", "Bo", True),
        ("The **Bo**'s berth is at Sand.", "Bo", True),
        ("Evas Platz ist in Holm.", "Eva", True),
        ("Das Revier der Evakuierten.", "Eva", False),
        ("Es liegt am Nordpier, Lunds größtem.", "Lund", True),
        ("伊达号停在北码头。", "北码头", True),
        ("The north pier at Lund has it.", "Lund, north pier", True),
        ("", "Bo", False),
    ],
)
def test_a_name_is_told_where_it_stands_whole(answer: str, cell: str, told: bool) -> None:
    assert tells(answer, Column("name"), cell) is told
