"""Trees are carried out with their units: what doesn't come out is refused, ranges lead to ranges, nothing runs."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from teams.fermi.expression import FUNCTIONS, read
from teams.fermi.plausible import LIMITS, all_known, implausible, known_by_heart
from teams.fermi.tree import Leaf, Step, Tree, apart, faults, reckoned, solved
from teams.fermi.units import Wrong, is_unfamiliar, measure_of, told, unit

COFFEE = Tree(
    (
        Leaf("people", "people in the country", 7e7, 9e7, "person"),
        Leaf("cups", "cups a person drinks", 1, 4, "cup / person / day"),
        Leaf("grounds", "coffee in a cup", 6, 12, "g / cup"),
    ),
    (Step("daily", "cups", "people * cups", "cups / day"), Step("coffee", "coffee", "daily * grounds", "t / year")),
)


def changed(*, leaf: Leaf | None = None, step: Step | None = None) -> Tree:
    leaves = tuple(leaf if leaf and old.name == leaf.name else old for old in COFFEE.leaves)
    return Tree(leaves, tuple(step if step and old.name == step.name else old for old in COFFEE.steps))


def test_a_tree_comes_to_what_one_reckons_by_hand() -> None:
    made = reckoned(COFFEE)
    by_hand = (7e7 * 9e7) ** 0.5 * 2 * (6 * 12) ** 0.5 * 365.25 / 1e6
    assert faults(COFFEE) == []
    assert made.value == pytest.approx(by_hand, rel=1e-6)
    assert made.least == pytest.approx(7e7 * 1 * 6 * 365.25 / 1e6)
    assert made.most == pytest.approx(9e7 * 4 * 12 * 365.25 / 1e6)
    assert made.least < made.low < made.value < made.high < made.most
    assert max(made.swings, key=lambda name: made.swings[name]) == "cups"
    assert solved(COFFEE, "cups", by_hand) == pytest.approx(2, rel=1e-3)


@pytest.mark.parametrize(
    ("tree", "said"),
    [
        (changed(step=Step("coffee", "", "daily * grounds", "t")), "comes out in kilogram / second"),
        (changed(step=Step("daily", "", "people / cups", "cup / day")), "comes out in"),
        (changed(step=Step("daily", "", "people + cups", "cup / day")), "can't be added"),
        (changed(step=Step("coffee", "", "daily * grounds * 365", "t / year")), "365 stands in a step"),
        (changed(step=Step("coffee", "", "daily * dust", "t / year")), "called 'dust'"),
        (changed(step=Step("coffee", "", "daily * grounds ** people", "t / year")), "exponent"),
        (changed(leaf=Leaf("cups", "", 4, 1, "cup / person / day")), "low not above high"),
        (changed(leaf=Leaf("cups", "", 0, 1, "cup / person / day")), "above zero"),
        (changed(leaf=Leaf("cups", "", 1e-3, 1e3, "cup / person / day")), "is no assumption"),
        (changed(leaf=Leaf("cups", "", 1, 2, "cup / / day ^")), "no unit"),
        (Tree((*COFFEE.leaves, Leaf("idle", "", 1, 2, "kg")), COFFEE.steps), "used in no step"),
        (Tree((*COFFEE.leaves, COFFEE.leaves[0]), COFFEE.steps), "two leaves"),
        (Tree((Leaf("a", "", 1, 2, ""), Leaf("b", "", 1.1, 3, "")), (Step("c", "", "a - b / 2", ""),)), "zero"),
    ],
)
def test_a_tree_that_does_not_come_out_is_refused_in_words(tree: Tree, said: str) -> None:
    assert any(said in fault for fault in faults(tree)), faults(tree)


def test_a_tree_too_long_to_follow_is_refused_before_it_is_drawn_a_thousand_times() -> None:
    leaves = tuple(Leaf(f"l{n}", "", 1, 2, "") for n in range(10))
    said = "*".join(leaf.name for leaf in leaves) + " + 1" * 9
    steps = tuple(Step(f"s{n}", "", f"{said} + s{n - 1}" if n else said, "") for n in range(8))
    assert any("too many to follow" in fault for fault in faults(Tree(leaves, steps)))


@pytest.mark.parametrize(
    "expression",
    ["__import__('os').system('true')", "people.__class__", "[1][0]", "lambda: 1", "people if 1 else 2", "f()",
     "'a' * 9", "9 ** 9 ** 9 ** 9", "sqrt(1, 2)", "1 / 0", "(" * 400, "people" * 200, "exp(exp(exp(12)))",
     "x = 1", "True"],
)  # fmt: skip
def test_what_is_no_step_is_never_carried_out(expression: str) -> None:
    assert faults(changed(step=Step("daily", "", expression, "cup / day")))


@given(st.text(alphabet="abxyz0123456789+-*/(). eE_^%'\"[]", max_size=60))
def test_any_text_is_a_step_or_is_refused(text: str) -> None:
    try:
        read(text)
    except Wrong:
        return


pieces = ["kg", "m", "0", "1", "1e99", "1e-99", "/", "*", "^2", "^-9", "(", ")", "%", "people", "per", "parsec^6"]


@given(st.text(max_size=40) | st.lists(st.sampled_from(pieces), max_size=9).map(" ".join))
@example("1 / 0")
@example("parsec^6 parsec^6 parsec^6 parsec^6")
def test_any_text_is_a_unit_or_is_refused(text: str) -> None:
    try:
        made = unit(text)
    except Wrong:
        return
    assert 0 < made.value < float("inf")


@pytest.mark.parametrize(
    ("said", "value", "dims"),
    [
        ("km / h", 1 / 3.6, "meter / second"),
        ("people/km²", 1e-6, "person / meter^2"),
        ("cats", 1, "cat"),
        ("kWh / (person year)", 3.6e6 / 31557600, "kilogram·meter^2 / person / second^3"),
        ("square metres", 1, "meter^2"),
        ("litres per day", 1e-3 / 86400, "meter^3 / second"),
        ("inhabitants", 1, "person"),
        ("€ / kg", 1, "euro / kilogram"),
        ("%", 0.01, "a bare number"),
        ("", 1, "a bare number"),
        ("births / 1000 people", 1e-3, "birth / person"),
    ],
)
def test_units_are_measures_or_counted_things(said: str, value: float, dims: str) -> None:
    made = unit(said)
    assert made.value == pytest.approx(value)
    assert told(made.dims) == dims


def test_everyday_words_are_no_measures() -> None:
    for word in ("cat", "cats", "pin", "hat", "mat", "tap", "cup", "bus", "egg", "book", "head", "nail", "bag"):
        assert not measure_of(word), word
    assert is_unfamiliar("furlong / fortnight")
    assert not is_unfamiliar("km / h")


@given(
    st.lists(st.tuples(st.floats(0.01, 1e6), st.floats(1, 20)), min_size=1, max_size=5),
    st.lists(st.booleans(), min_size=5, max_size=5),
)
def test_a_result_lies_within_its_corners_and_swings_add_up(ends: list[tuple[float, float]], over: list[bool]) -> None:
    leaves = tuple(Leaf(f"v{n}", "", low, low * wide, "") for n, (low, wide) in enumerate(ends))
    expression = leaves[0].name + "".join(
        f" {'/' if under else '*'} {leaf.name}" for leaf, under in zip(leaves[1:], over, strict=False)
    )
    made = reckoned(Tree(leaves, (Step("all", "", expression, ""),)))
    assert made.least <= made.low * 1.0001
    assert made.low <= made.high
    assert made.high <= made.most * 1.0001
    assert sum(made.swings.values()) == pytest.approx(apart(made.least, made.most), abs=1e-6)


def test_limits_and_known_things_are_sound() -> None:
    for most, said, why in LIMITS:
        assert most * unit(said).value > 0
        assert why
    for known in all_known():
        assert 0 < known.low < known.high
        assert unit(known.unit).value > 0
        assert known.source


def test_what_cannot_be_is_refused() -> None:
    def of(*leaves: Leaf) -> list[str]:
        return implausible(Tree(leaves, ()))

    assert of(Leaf("a", "density of water", 1, 2, "kg / m^3"))
    assert of(Leaf("a", "hours spent asleep", 25, 26, "hour / day"))
    assert of(Leaf("a", "share who cycle", 90, 120, "%"))
    assert of(Leaf("a", "people in the empire", 2e11, 3e11, "person"))
    assert of(Leaf("a", "speed of light", 1e8, 1.2e8, "m / s"))
    assert not of(Leaf("a", "density of water", 1, 1, "kg / L"), Leaf("b", "hours asleep", 6, 9, "hour / day"))
    earth = Tree((Leaf("r", "radius", 6350, 6400, "km"),), (Step("u", "", "2 * pi * r", "km"),))
    assert known_by_heart("What is the circumference of the earth?", earth)
    assert not known_by_heart("How long is the coast of the lake?", earth)


def test_functions_are_those_of_schools() -> None:
    assert set(FUNCTIONS) == {"exp", "ln", "log", "log10", "log2", "sqrt", "cbrt", "min", "max"}
