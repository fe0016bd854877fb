"""Every puzzle is what it is said to be: dealt with one solution or none, its answer found by another way."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import permutations, product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.brain_teaser.puzzles import PUZZLES, Deal, Twist, deal, proven
from teams.brain_teaser.puzzles.letters import decoded, encoded
from teams.brain_teaser.puzzles.sequences import continuations
from teams.brain_teaser.puzzles.solids import rolled

WORDS = """
    lantern harbour miller grain tide wheel sluice water pond flour bread stone river keeper channel measure barrel
    evening season counting workshop library neighbour
""".split()  # noqa: SIM905
CASES: list[tuple[str, Twist]] = [(name, twist) for name, p in PUZZLES.items() for twist in ("", *p.twists)]


def dealt(name: str, twist: Twist = "", seed: int = 0) -> Deal:
    found = deal(PUZZLES[name], Random(f"{name} {twist} {seed}"), twist, WORDS)
    assert found, f"{name} {twist} {seed}"
    return found


@pytest.mark.parametrize(("name", "twist"), CASES)
def test_what_is_dealt_is_proven_and_can_be_told(name: str, twist: Twist) -> None:
    for seed in range(1 if name == "letter_sum" else 3):
        one = dealt(name, twist, seed)
        data = json.loads(json.dumps(one.data))
        again = proven(PUZZLES[name], data, twist)
        assert again is not None
        assert (again.key is None) == (twist == "unsolvable")
        assert json.loads(json.dumps(again.key)) == json.loads(json.dumps(one.key))
        assert dealt(name, twist, seed) == one  # the same chat deals the same
        told = " ".join([*one.telling.rules, one.telling.ask])
        assert all(f"[{slot}]" in told for slot in one.telling.slots)
        assert all(line in told for line in one.telling.exact)
        if PUZZLES[name].is_tempting and twist != "unsolvable":
            assert (one.tempting == one.key) == (twist == "twin")


@pytest.mark.parametrize("name", sorted(PUZZLES))
def test_puzzles_of_a_kind_differ(name: str) -> None:
    count = 4 if name == "letter_sum" else 12  # these take long to find
    assert len({json.dumps(dealt(name, "", seed).data, sort_keys=True) for seed in range(count)}) > count // 2


@pytest.mark.parametrize("name", ["crossing", "bridge", "pouring"])
@given(seed=st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_a_plan_that_was_found_can_be_carried_out_and_a_broken_one_not(name: str, seed: int) -> None:
    one, puzzle = dealt(name, "", seed), PUZZLES[name]
    plan = one.solution["plan"]
    assert puzzle.replayed(one.data, plan) == ""
    assert puzzle.replayed(one.data, plan[:-1])
    assert puzzle.replayed(one.data, [*plan, *plan[-2:]])


def test_known_puzzles_come_out_as_everybody_knows_them() -> None:
    known: list[tuple[str, dict[str, Any], Any]] = [
        ("crossing", {"count": 3, "clashes": [[1, 2], [2, 3]], "seats": 1}, 7),
        ("bridge", {"times": [1, 2, 5, 10], "limit": 0}, 17),
        ("pouring", {"sizes": [5, 3], "target": 4, "tap": True}, 6),
        ("pouring", {"sizes": [8, 5, 3], "target": 4, "tap": False}, 6),
        ("odd_one", {"pieces": 9, "either": False, "limit": 0}, 2),
        ("odd_one", {"pieces": 12, "either": True, "limit": 0}, 3),
        ("chance", {"sort": "doors", "doors": 3, "opened": 1, "knows": True}, "2/3"),
        ("chance", {"sort": "boxes", "boxes": [[2, 0], [1, 1], [0, 2]]}, "2/3"),
        ("chance", {"sort": "pair", "many": 2, "known": "any", "sides": 2}, "1/3"),
        ("letter_sum", {"terms": ["SEND", "MORE"], "op": "+", "total": "MONEY"}, 10652),
        ("trick", {"sort": "together", "together": 110, "apart": 100}, "5"),
        ("trick", {"sort": "climb", "up": 3, "down": 2, "height": 30}, "28"),
        ("clock", {"sort": "meets", "hours": 12}, "11"),
        ("census", {"product": 36, "last": "oldest"}, 9),
        ("siblings", {"boy": [1, 1, 0], "girl": [2, 1, 0]}, 7),
    ]
    for name, data, key in known:
        found = proven(PUZZLES[name], data, "")
        assert found is not None, name
        assert found.key == key, name


def test_three_who_speak_of_a_birthday() -> None:
    days = {1: (15, 16, 19), 2: (17, 18), 3: (14, 16), 4: (14, 15, 17)}
    cells = [[row, day] for row, several in days.items() for day in several]
    remarks = ["row_surely_not", "column_now", "row_now"]
    assert PUZZLES["who_knows"].solutions({"cells": cells, "remarks": remarks}) == [[3, 16]]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_liars_by_going_through_all_cases(seed: int) -> None:
    one = dealt("liars", "", seed)
    count = one.data["count"]

    def so(claim: Any, who: tuple[bool, ...]) -> bool:
        kind, *rest = claim
        if kind == "is":
            return bool(who[rest[0] - 1] == rest[1])
        if kind in ("same", "differ"):
            return bool((who[rest[0] - 1] == who[rest[1] - 1]) == (kind == "same"))
        if kind == "liars":
            lying = who.count(False)
            return bool(lying == rest[1] if rest[0] == "==" else lying >= rest[1])
        a, b = so(rest[0], who), so(rest[1], who)
        return {"both": a and b, "either": a or b, "if": not a or b}[kind]

    fit = [w for w in product((True, False), repeat=count) if all(w[s - 1] == so(c, w) for s, c in one.data["says"])]
    assert [[f"P{n}" for n, true in enumerate(who, 1) if true] for who in fit] == [one.key]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_letter_sums_by_all_digits(seed: int) -> None:
    one = dealt("letter_sum", "", seed)
    (a, b), total, op = one.data["terms"], one.data["total"], one.data["op"]
    letters = sorted(set(a + b + total))
    if len(letters) > 5:
        return
    fit = []
    for digits in permutations("0123456789", len(letters)):
        read = str.maketrans(dict(zip(letters, digits, strict=True)))
        x, y, z = (word.translate(read) for word in (a, b, total))
        if "0" not in (x[0], y[0], z[0]) and (int(x) + int(y) if op == "+" else int(x) * int(y)) == int(z):
            fit.append(int(z))
    assert fit == [one.key]


@given(seed=st.integers(0, 10_000))
@settings(max_examples=25, deadline=None)
def test_ciphers_are_read_back(seed: int) -> None:
    one = dealt("cipher", "", seed)
    plain = one.key
    bare = plain.replace(" ", "")
    assert decoded(one.data["text"], one.data).replace(" ", "") == bare
    assert encoded(decoded(one.data["text"], one.data), one.data) == one.data["text"]


def test_a_row_with_two_rules_is_no_puzzle() -> None:
    assert dict(continuations([1, 2, 4, 8, 16, 32]))["factor"] == 64
    assert len({then for _, then in continuations([1, 2, 3, 5, 8])}) >= 1
    doubtful = {"row": [2, 4, 8, 16], "family": "factor"}
    assert len({*dict(continuations([1, 2, 3, 5])).values()}) != 1 or proven(PUZZLES["number_row"], doubtful, "")


@given(path=st.text("NESW", max_size=9))
def test_a_die_rolled_back_is_as_it_was(path: str) -> None:
    back = path[::-1].translate(str.maketrans("NESW", "SWNE"))
    faces = (1, 6, 2, 5, 3, 4)
    assert rolled(rolled(faces, path), back) == faces
    assert sum(rolled(faces, path)) == 21


@given(st.integers(1, 11), st.integers(0, 59))
def test_angles_of_a_clock_by_seconds(hour: int, minute: int) -> None:
    data = {"sort": "angle", "hour": hour, "minute": minute}
    seconds = 3600 * hour + 60 * minute
    apart = (Fraction(seconds, 120) - Fraction(seconds % 3600, 10)) % 360
    assert PUZZLES["clock"].solutions(data) == [str(min(apart, 360 - apart))]


@given(st.integers(1, 60), st.sets(st.integers(1, 7), min_size=1), st.booleans())
def test_whoever_is_to_move_wins_just_where_a_move_is_left_to_a_loser(heap: int, moves: set[int], last: bool) -> None:
    ways = sorted({1, *moves})
    lost = [heap_ for heap_ in range(heap + 1) if not _wins(heap_, ways, last)]
    found = PUZZLES["taking"].solutions({"heap": heap, "moves": ways, "last_wins": last})
    assert found == [n for n in ways if n <= heap and heap - n in lost][:2]


def _wins(heap: int, ways: list[int], last: bool) -> bool:
    table = [not last]
    for size in range(1, heap + 1):
        table.append(any(not table[size - n] for n in ways if n <= size))
    return table[heap]


def test_machines_whose_last_round_is_not_full_are_no_puzzle() -> None:
    """Nine that make a piece each in four minutes have twelve after eight: or after less, if they help one another."""
    data = {"sort": "machines", "few": 3, "time": 4, "many": 9, "pieces": 12}
    assert proven(PUZZLES["trick"], data, "") is None
    full = proven(PUZZLES["trick"], {**data, "pieces": 18}, "")
    assert full
    assert full.key == "8"
