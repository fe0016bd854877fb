"""The words of a dealt puzzle are held against what was dealt, and what is found wrong can be mended."""

from __future__ import annotations

import threading
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.brain_teaser import goes_with, skill
from teams.brain_teaser.checks import BY_NAME
from teams.brain_teaser.dealing import change, dealt, facts_of, faults, pose, wish, words_of
from teams.brain_teaser.forms import keys
from teams.brain_teaser.kinds import GOALS
from teams.brain_teaser.plain import can_say, plain_item
from teams.brain_teaser.puzzles import PUZZLES, Deal, deal, proven
from teams.engine.demands import Demand
from teams.engine.flow import Drop, Scene
from teams.engine.records import Instruction, Passage, Record, Seed

FERRY = {"count": 3, "clashes": [[1, 3], [2, 3]], "seats": 1}
NAMES = {"K": "Isak", "W": "the strait", "V": "the sledge", "T1": "the cat", "T2": "the herring", "T3": "the dog"}
ASKED = (
    "Isak has to bring the cat, the herring and the dog over the strait, all from here to there. The sledge takes him"
    " and at most one of them; only he can bring it across, alone too. The cat and the dog can't be left together"
    " where Isak is not, nor can the herring and the dog. All else is harmless, and there is no other way. What is the"
    " fewest crossings?"
)


def passage(
    text: str = "The mail went over the frozen strait, by sledge, with a dog and a cask of herring.",
) -> Passage:
    return Seed("brain_teaser/a:1-2", text).rewritten("theme", text)


def scene(record: Record, kind: Any, language: str = "") -> Scene:
    async def nothing() -> Any:
        raise AssertionError("nothing is lent here")

    def ask(place: Any, opening: str) -> Any:
        return nothing()

    bench: Any = None
    return Scene("chat", record, kind, 1, Random("chat"), False, False, language, nothing, bench, ask)


def at_ferry(one: Deal | None = None, language: str = "") -> Scene:
    place = scene(passage(), BY_NAME["crossing"], language)
    place.notes["deal"] = one or proven(PUZZLES["crossing"], FERRY, "")
    return place


class Watched(Random):
    """Draws that tell in which thread they were made."""

    threads: set[int]

    def choice(self, seq: Any) -> Any:
        self.threads.add(threading.get_ident())
        return super().choice(seq)


@pytest.mark.parametrize(("name", "is_aside"), [("letter_sum", True), ("missing_signs", True), ("crossing", False)])
async def test_what_takes_long_to_deal_keeps_no_other_chat_waiting(name: str, is_aside: bool) -> None:
    place = scene(passage(), BY_NAME[name])
    place.random = Watched("a sum")
    place.random.threads = set()
    instruct = next(flow for flow in skill.flows if flow.stage == "instruct")
    await instruct.direct(place)
    assert (threading.get_ident() not in place.random.threads) is is_aside
    assert place.notes["deal"].puzzle == name


def draft(question: str = ASKED, **names: str) -> dict[str, Any]:
    given_ = [{"slot": slot, "name": name} for slot, name in {**NAMES, **names}.items()]
    return {"idea": "the ice", "names": given_, "question": question}


def asked() -> Instruction:
    one = proven(PUZZLES["crossing"], FERRY, "")
    assert one
    facts = {"question": ASKED, "ask": ASKED, "shows_text": False, **facts_of(one, NAMES)}
    return passage().ask("crossing", ASKED, facts=facts)


def test_a_puzzle_that_says_what_was_dealt_is_taken() -> None:
    assert list(faults(at_ferry(), draft(), "")) == []


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        (draft(ASKED.replace("Isak", "[K]")), "put the name there"),
        (draft(V="the canoe"), "does not stand in the puzzle"),
        (draft(T1="the dog"), "one name"),
        (draft(f"{ASKED} The strait is 9 kilometres wide."), "9"),
        (draft(f"{ASKED} Most people need seven."), "gives its answer away"),
        ({**draft(), "names": draft()["names"][1:]}, "name exactly these"),
    ],
)
def test_what_strays_from_what_was_dealt_is_sent_back(wrong: dict[str, Any], complaint: str) -> None:
    assert any(complaint in fault for fault in faults(at_ferry(), wrong, ""))


def test_a_figure_that_was_dealt_has_to_be_said_and_a_year_is_scenery() -> None:
    one = proven(PUZZLES["bridge"], {"times": [1, 2, 5, 10], "limit": 0}, "")
    assert one
    names = {"W": "the ledge", "P1": "Ada", "P2": "Ben", "P3": "Cem", "P4": "Dag"}
    text = (
        "In 1893 Ada, Ben, Cem and Dag come to the ledge in the dark, with one lamp that has to be carried back; two at"
        " most can go. Ada needs 1 minute, Ben 2, Cem 5 and Dag 10. The slower sets the pace. How many minutes?"
    )
    given_ = [{"slot": slot, "name": name} for slot, name in names.items()]
    item = {"idea": "the ledge", "names": given_, "question": text}
    assert list(faults(at_ferry(one), item, "")) == []
    assert any(
        "never says 10" in fault
        for fault in faults(at_ferry(one), {**item, "question": text.replace("10", "long")}, "")
    )


def test_in_another_language_names_may_be_bent() -> None:
    question = (
        "Isak soll die Katze, den Hering und den Hund über den Sund bringen. Der Schlitten trägt ihn und eins."
        " Katze und Hund vertragen sich nicht, Hering und Hund auch nicht. Wie viele Fahrten braucht er?"
    )
    names = {"W": "der Sund", "V": "der Schlitten", "T1": "die Katze", "T2": "der Hering", "T3": "der Hund"}
    assert list(faults(at_ferry(language="German"), draft(question, **names), "")) == []


def test_whoever_dresses_a_puzzle_is_told_all_and_whoever_solves_it_nothing() -> None:
    place = at_ferry()
    told = wish(place)
    one = dealt(place)
    assert one
    assert all(rule in told for rule in one.telling.rules)
    made = pose(place, BY_NAME["crossing"], draft(), "")
    assert made.facts["key"] == 7
    assert made.facts["names"] == NAMES
    assert "7" not in made.text


def test_a_twin_an_unsolvable_and_a_harder_one_are_dealt_for_an_editor() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for goal, twist in (("near_twin", "twin"), ("unsolvable", "unsolvable"), ("harder", "harder")):
        place = scene(asked(), goals[goal])
        one = dealt(place)
        assert one
        assert one.twist == twist
        assert all(rule in change(place) for rule in one.telling.rules)


def test_a_rewording_keeps_the_puzzle_and_has_to_be_one() -> None:
    goals = {goal.name: goal for goal in GOALS}
    place = scene(asked(), goals["semantic_reconstruction"])
    one = dealt(place)
    assert one
    assert dict(one.data) == FERRY
    assert any("stand as before" in fault for fault in faults(place, draft(), ""))
    elsewhere = scene(asked(), goals["context_reconstruction"])
    assert any("name of the first puzzle" in fault for fault in faults(elsewhere, draft(), ""))


def test_nothing_is_dealt_for_what_is_unsolvable_already_nor_without_words() -> None:
    goals = {goal.name: goal for goal in GOALS}
    one = asked()
    unsolvable = one.passage.ask("crossing", ASKED, facts={**one.facts, "answerable": False})
    with pytest.raises(Drop, match="unsolvable already"):
        dealt(scene(unsolvable, goals["red_herring"]))
    with pytest.raises(Drop, match="from the words of this text"):
        dealt(scene(passage("潮は一日に二度満ちる。"), BY_NAME["anagram"]))
    with pytest.raises(Drop, match="nobody would fall"):
        dealt(scene(one.passage.ask("crossing", ASKED, facts={**one.facts, "tempting": 7}), goals["own_attempt"]))


def test_invented_puzzles_are_not_dealt() -> None:
    assert dealt(scene(passage(), BY_NAME["riddle"])) is None
    assert wish(scene(passage(), BY_NAME["riddle"])) == ""


@given(seed=st.integers(0, 10_000), name=st.sampled_from(sorted(k.name for k in BY_NAME.values() if k.is_small)))
@settings(max_examples=60, deadline=None)
def test_what_a_program_words_passes_as_what_was_dealt(seed: int, name: str) -> None:
    one = deal(PUZZLES[name], Random(f"{name} {seed}"))
    assert one
    assert can_say(one)
    item = plain_item(one, Random(seed))
    place = scene(passage(), BY_NAME[name])
    place.notes["deal"] = one
    assert list(faults(place, item, "")) == []
    facts = facts_of(one, {given_["slot"]: given_["name"] for given_ in item["names"]})
    said = f"It comes to **{facts['key']} {facts['unit']}**"
    form = BY_NAME[name].form
    assert form.agrees(form.found(said, facts), facts)
    assert not form.agrees(form.found("It comes to **987654**", facts), facts)


@pytest.mark.parametrize(
    ("answers", "key", "facts", "right", "wrong"),
    [
        ("figure", 7, {"unit": "crossings"}, ["**7 crossings**", "so **7**"], ["**8**", "**7 or 9**"]),
        ("share", "45/64", {"unit": ""}, ["**45/64 ≈ 70.3 %**", "**0.703**"], ["**9/10**", "**70 or 90 %**"]),
        ("share", "99", {"unit": "%"}, ["**99 %**", "**99 per cent**"], ["**100 %**"]),
        ("share", "75", {"unit": "minutes"}, ["**75 minutes**", "**1 hour 15 minutes**"], ["**1 hour**"]),
        (
            "names",
            ["Ada", "Cem"],
            {"candidates": ["Ada", "Ben", "Cem"]},
            ["**Ada and Cem**"],
            ["**Ada, Ben, Cem**", "**Ada**"],
        ),
        ("names", ["the red oak"], {"candidates": ["the oak", "the red oak"]}, ["**the red oak**"], ["**the oak**"]),
        ("letters", "FLOUR", {}, ["**flour**", "**F-L-O-U-R**"], ["**floor**"]),
        ("line", "6 + 4 = 10", {}, ["**6 + 4 = 10**", "**6+4=10**"], ["**6 + 5 = 11**"]),
        ("line", "4 − 5 × 2 = 71", {}, ["**4 - 5 * 2 = 71**"], ["**4 - 5 + 2 = 71**"]),
    ],
)
def test_answers_are_read(answers: str, key: Any, facts: dict[str, Any], right: list[str], wrong: list[str]) -> None:
    known = {"unit": "", **facts}
    for said in right:
        assert keys.agrees(keys.said(said), key, answers, known), said
    for said in wrong:
        assert not keys.agrees(keys.said(said), key, answers, known), said


def test_words_of_a_text_are_its_own() -> None:
    assert words_of("The mill, the Mill and a mill-pond; 12 of x") == ["mill", "pond"]


def test_a_figure_is_not_asked_for_without_digits() -> None:
    spelled, plain = Demand("no_digits", {}, "No digits."), Demand("plain_text", {}, "No Markdown.")
    puzzle, riddle = asked(), passage().ask("riddle", "What am I?", facts={"ask": "What am I?"})
    assert [goes_with(puzzle, one) for one in (spelled, plain)] == [False, True]
    assert [goes_with(riddle, one) for one in (spelled, plain)] == [True, True]
