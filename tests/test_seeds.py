"""The samples are worth what they are given out for: the code runs and is right, the articles have the promised size.

Numbers expected here were worked out by hand from the prices and rules in the modules' docstrings.
"""

import importlib.util
import sys
from datetime import date, datetime
from pathlib import Path
from types import ModuleType

import pytest

SEEDS = Path(__file__).parent / "seeds"
MARCH_9 = date(2026, 3, 9)


def seed(name: str) -> ModuleType:
    """Load one seed by its path, as no part of any package."""
    spec = importlib.util.spec_from_file_location(f"seed_{Path(name).stem}", SEEDS / "code" / name)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up there
    spec.loader.exec_module(module)
    return module


def test_there_are_enough_of_several_languages() -> None:
    kinds = [path.suffix for path in (SEEDS / "code").rglob("*") if path.is_file()]
    assert len(kinds) >= 12
    assert kinds.count(".py") >= 5
    assert min(kinds.count(".ts"), kinds.count(".go")) >= 3


@pytest.mark.parametrize("article", sorted((SEEDS / "articles").iterdir()), ids=lambda path: path.name)
def test_articles_have_a_readable_length(article: Path) -> None:
    assert 350 <= len(article.read_text(encoding="utf-8").split()) <= 900


def test_a_loan_comes_back_late() -> None:
    loans = seed("library/loans.py")
    library = loans.Library()
    library.add_book("9780", "Tides", "M. Orr")
    for card in ("m1", "m2", "m3"):
        library.add_member(card, card)
    library.borrow("9780", "m1", MARCH_9)
    assert library.reserve("9780", "m2") == 1
    with pytest.raises(loans.LoanError, match="waiting"):
        library.renew("9780", "m1")
    assert library.give_back("9780", "m1", date(2026, 4, 9)) == 10 * 20  # due on 30 March
    with pytest.raises(loans.LoanError, match="waiting"):
        library.borrow("9780", "m3", MARCH_9)
    library.borrow("9780", "m2", MARCH_9)
    assert library.available_copies("9780") == 0
    assert library.pay("m1", 150) == 50


def test_the_clinic_never_books_twice() -> None:
    appointments = seed("clinic/appointments.py")
    clinic = appointments.Clinic(["Dr Amsel", "Dr Berg"])
    clinic.book("Ana", "Dr Amsel", "procedure", datetime(2026, 3, 9, 8))
    assert clinic.free_slots("Dr Amsel", MARCH_9, "procedure")[:2] == ["09:00", "09:15"]
    for doctor, patient in (("Dr Amsel", "Ben"), ("Dr Berg", "Ana")):
        with pytest.raises(appointments.BookingError):
            clinic.book(patient, doctor, "checkup", datetime(2026, 3, 9, 8, 45))
    assert clinic.move(1, datetime(2026, 3, 9, 8, 30)).end == datetime(2026, 3, 9, 9, 30)
    assert clinic.cancel(1, datetime(2026, 3, 9, 7))
    assert clinic.late_cancellations("Ana") == 1


def test_a_bill_adds_up() -> None:
    billing = seed("energy/billing.py")
    first = billing.Reading(date(2026, 1, 1), 1000, 500, 0)
    last = billing.Reading(date(2026, 1, 31), 1310, 620, 40)
    made = billing.bill(first, last, "home")
    # 310 kWh at 31.5 and 120 at 24.8; 30 days at 42; 40 kWh back at 8.2; a fifth of the first two for VAT.
    assert (made.energy, made.standing, made.export_credit, made.vat) == (12741, 1260, 328, 2800)
    assert made.total == 12741 + 1260 + 2800 - 328
    assert billing.estimate_reading([first, last], date(2026, 1, 16)).day_kwh == 1155
    assert billing.instalment(123_456) == 10_300
    with pytest.raises(billing.ReadingError, match="backwards"):
        billing.bill(first, billing.Reading(date(2026, 2, 1), 999, 500), "home")


def test_a_recipe_is_weighed() -> None:
    nutrition = seed("kitchen/nutrition.py")
    milk = nutrition.Food("milk", 64, 3.4, 3.6, 4.8, 0.1, density=1.03, allergens=frozenset({"milk"}))
    pantry = nutrition.Pantry([nutrition.Food("oats", 370, 13, 7, 59, 0.02), milk])
    parts = (nutrition.Ingredient("oats", 100, "g"), nutrition.Ingredient("milk", 2, "cup"))
    porridge = nutrition.Recipe("porridge", 2, parts)
    assert pantry.nutrients_per_portion(porridge)["kcal"] == round((370 + 64 * 4.944) / 2, 1)
    assert pantry.shopping_list([porridge, nutrition.scale(porridge, 5)]) == {"milk": 1730.4, "oats": 350.0}
    assert pantry.allergens(porridge) == ["milk"]


def test_a_field_is_watered_when_it_is_dry() -> None:
    planner = seed("irrigation/planner.py")
    farm = planner.Farm(allowance=50_000)
    farm.add_plot("south", "tomato", "loam", area=400)
    assert farm.record_probe("south", 60) == pytest.approx(57.6)  # 96 mm fit into 0.6 m of loam
    (order,) = farm.plan("south", [planner.Day(0, 6)] * 3)
    assert (order.day, order.depth) == (1, 42.6)  # 57.6 - 2 * 6.9 is 43.8, filled up to 86.4
    assert farm.water("south", 180) == pytest.approx(57.6 + 6000 * 0.9 / 400)
    assert farm.allowance == 44_000


def test_dates_are_reckoned() -> None:
    dates = seed("office/dates.py")
    found = [dates.easter(year).isoformat() for year in (1818, 1943, 2025, 2026, 2038)]
    assert found == ["1818-03-22", "1943-04-25", "2025-04-20", "2026-04-05", "2038-04-25"]
    assert {dates.parse_date(text) for text in ("9.3.2026", "9 Mar 2026", "March 9, 2026")} == {MARCH_9}
    assert dates.add_period(date(2026, 1, 31), "1 month and 3 days") == date(2026, 3, 3)
    assert dates.add_working_days(date(2026, 4, 2), 3, [date(2026, 4, 3), date(2026, 4, 6)]) == date(2026, 4, 9)
    assert dates.age(date(2000, 2, 29), date(2026, 2, 28)) == 25
    assert dates.iso_week(date(2027, 1, 1)) == "2026-W53"
