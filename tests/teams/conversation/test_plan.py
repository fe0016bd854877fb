"""What a program sees in plans: each fault gets its complaint, and a plan with none is kept."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from teams.conversation.kinds import BY_NAME, KINDS, SUITS
from teams.conversation.plan import Desk, Room, sorts_told, told_of
from teams.conversation.refining import reaches
from teams.engine.demands import Demand
from teams.engine.records import Passage, Seed

BULLETS = Demand("bullet_count", {"n": 4}, "As a list of 4 bullet points.")


def passage(kind: str, text: str = "The hall costs 45 euros an hour.") -> Passage:
    return Seed("conversation/here:1-3", text).rewritten(kind, text)


def turn(sort: str, leans_on: int = 1, **more: Any) -> dict[str, Any]:
    blank = {"says": [], "uses": [], "gone": [], "expression": "", "key": ""}
    return {"sort": sort, "about": "What they are after here.", "leans_on": leans_on, **blank, **more}


def plan(*turns: dict[str, Any], message: str = "The hall is 45 euros an hour and we need four. What is that?", **first: Any) -> dict[str, Any]:  # fmt: skip
    opening = {"message": message, "expression": "4 * 45", "key": "180 euros", **first}
    return {"why": "a reason", "person": "a treasurer", "goal": "the sum", "knows": "", "first": opening, "turns": list(turns)}  # fmt: skip


SUMS = plan(
    turn("reckon", 1, says=["half an hour"], expression="180 + 22.5", key="202.50 euros"),
    turn("reckon", 2, says=["ten percent"], expression="202.5 * 0.9", key="182.25 euros"),
    turn("reckon", 1, says=["five"], expression="180 / 5", key="36 euros"),
)
MATHS = Room(BY_NAME["maths_in_turns"], passage("persona"))


def changed(at: int, **more: Any) -> dict[str, Any]:
    made = deepcopy(SUMS)
    made["turns"][at].update(more)
    return made


def test_a_plan_without_fault_is_kept() -> None:
    desk = Desk(MATHS)
    assert desk.read(SUMS) == []
    assert [one.key for one in desk.good[0][1]] == ["180 euros", "202.50 euros", "182.25 euros", "36 euros"]


@pytest.mark.parametrize(
    ("draft", "complaint"),
    [
        (changed(0, leans_on=0), "say on which earlier turn it leans"),
        (changed(0, leans_on=4), "isn't before it"),
        (changed(1, key=""), "it needs 'key'"),
        (changed(1, key="200 euros"), "the calculation gives"),
        (changed(1, expression="202.5 *"), "can't be carried out"),
        (changed(1, uses=["275"]), "was said in no turn before it"),
        (changed(1, uses=["45"], says=["45"]), "stands in `uses` and in `says`"),
        (changed(1, says=["182.25"]), "give the answer away"),
        (changed(1, gone=["182.25"]), "both gone and needed"),
        (plan(*SUMS["turns"][:2], turn("check")), "it needs 3 turns of the sort reckon"),
        (plan(*SUMS["turns"], message="According to the passage above, what is the price?"), "isn't there"),
        (plan(*SUMS["turns"], key="", expression=""), "the first turn needs a key"),
    ],
)
def test_a_fault_gets_its_complaint(draft: dict[str, Any], complaint: str) -> None:
    desk = Desk(MATHS)
    assert any(complaint in fault for fault in desk.read(draft)), desk.read(draft)
    assert not desk.good


def test_what_makes_a_kind_is_asked_of_it() -> None:
    memory = Room(BY_NAME["context_memory"], passage("persona"))
    near = plan(turn("tell", 0, says=["38"]), turn("recall", 2, uses=["38"]), turn("recall", 3, uses=["45"]), turn("ask", 0))  # fmt: skip
    assert any("two or more before" in fault for fault in Desk(memory).read(near))
    shards = Room(
        BY_NAME["sharded"], passage("shards", "A notice.\n1. on 14 May\n2. 80 words\n3. names Ida\n4. no prices")
    )
    lost = plan(
        turn("add", 1, says=["14 May"]), turn("add", 1, says=["Ida"]), turn("add", 1, says=["80"], uses=["Ida"])
    )
    assert any("'14 May'" in fault for fault in Desk(shards).read(lost))
    chain = Room(BY_NAME["question_chain"], passage("identity"))
    assert any("sort gap" in fault for fault in Desk(chain).read(plan(turn("refer"), turn("refer"), turn("refer"))))


def test_corrections_overturn_a_result() -> None:
    room = Room(BY_NAME["self_correction"], passage("persona"))
    same = plan(turn("correct", 1, says=["195"], key="180 euros"), turn("refer", 2))
    assert any("another than that of turn 1" in fault for fault in Desk(room).read(same))
    assert Desk(room).read(plan(turn("correct", 1, says=["195"], key="195 euros"), turn("refer", 2))) == []


def test_forms_are_asked_for_by_number_with_their_own_figures() -> None:
    room = Room(BY_NAME["format_rephrase"], passage("identity"), (BULLETS,))
    wanted: dict[str, Any] = {"form": 1, "wording": "As 4 bullet points, he likes those."}
    none: dict[str, Any] = {"form": 0, "wording": ""}
    fine = plan(turn("reformat", **wanted), turn("check", 2, **none), turn("reformat", **wanted))
    desk = Desk(room)
    assert desk.read(fine) == []
    assert desk.good[0][1][1].forms[0].demand.statement == wanted["wording"]
    vague = plan(turn("reformat", form=1, wording="As bullet points, please."), turn("check", 2, **none), turn("reformat", **wanted))  # fmt: skip
    assert any("'4'" in fault for fault in Desk(room).read(vague))


def test_goals_ask_for_what_they_bring() -> None:
    before = MATHS.turns(SUMS)
    assert list(reaches("longer", before)(before))
    assert list(reaches("false_challenge", before)(before))
    doubted = plan(*SUMS["turns"], turn("doubt", 2, uses=["180"]))
    room = Room(MATHS.kind, MATHS.passage, further=1, sorts=("doubt",))
    assert not list(reaches("false_challenge", before)(room.turns(doubted)))
    assert not list(reaches("longer", before)(room.turns(doubted)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_form_with_turns_it_can_use(kind: Any) -> None:
    text = "one piece\n---\nanother piece\n---\na third one"
    for name in (name for name, kinds in SUITS.items() if kind.name in kinds):
        seed = Seed("conversation/here:1-3", text)
        room = Room(kind, seed.rewritten(name, text), (BULLETS,) if "form" in (*kind.first, *kind.main[-1:]) else ())
        form = room.form()
        sorts = form["properties"]["turns"]["items"]["properties"]["sort"]["enum"]
        assert sorts == room.names
        assert all(f"- {one}:" in sorts_told(room) for one in sorts)
        assert ("message" in form["properties"]["first"]["properties"]) == (room.opens in ("written", "with_text"))


def test_a_plan_is_read_out_with_all_it_promises() -> None:
    told = told_of(MATHS.turns(SUMS), SUMS)
    assert all(words in told for words in ("a treasurer", "leans on turn: 2", "key: 182.25 euros", "says: five"))


def test_what_is_called_back_may_be_summed_up_at_once() -> None:
    room = Room(BY_NAME["context_memory"], passage("persona"))
    told = [turn("tell", 0, says=["38"]), turn("ask", 0), turn("recall", 2, uses=["38"])]
    summed = plan(*told, turn("recall", 1, expression="180 + 38", key="218 euros"), message="It is 180 euros so far.")
    assert not [fault for fault in room.faults(summed) if "it needs" in fault]
    bare = plan(*told, turn("recall", 1, key="218 euros"), message="It is 180 euros so far.")
    assert [fault for fault in room.faults(bare) if "it needs 'uses'" in fault]
