"""Forms: what is asked is read back, keys follow from the trees, planted mistakes are where the program says."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest

from teams.fermi.chain import broken, links
from teams.fermi.checks import BY_NAME
from teams.fermi.forms import Marked, Remade
from teams.fermi.forms.faulty import Faulty
from teams.fermi.kinds import KINDS
from teams.fermi.planting import SORTS, planted, sound
from teams.fermi.tree import Leaf, Step, Tree, apart, reckoned, tree_of
from tests.teams.fermi import drafts
from tests.teams.fermi.drafts import ANSWERS, BY_FORM, LOANS, leaf, step
from tests.teams.fermi.writer import right_letter, right_step, told

FORMS = {kind.form.name: kind.form for kind in KINDS}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_a_good_draft_is_asked_and_its_answer_agrees_whatever_is_drawn(name: str) -> None:
    form, draft = FORMS[name], BY_FORM[name]
    assert list(form.complaints(draft, "")) == []
    for draw in range(12):
        asked = form.asked(draft, Random(draw))
        facts = {**asked.facts, "ask": asked.text, "form": name}
        key = {"faulty": "faulty", "rivals": "faulty"}.get(name, name)
        answer = told(ANSWERS[key], name, asked.text)
        if name == "faulty" and not facts["step"]:
            assert form.how(facts) == ""
            continue
        assert form.agrees(form.found(answer, facts), facts), (answer, facts["key"])


def complaints(name: str, **changes: Any) -> list[str]:
    return list(FORMS[name].complaints({**BY_FORM[name], **changes}, ""))


@pytest.mark.parametrize(
    ("name", "changes", "said"),
    [
        ("estimate", {"question": f"{LOANS['question']} It may be 76 tonnes."}, "stands in the question"),
        ("estimate", {"other": {"leaves": LOANS["leaves"], "steps": LOANS["steps"]}}, "same leaves"),
        ("estimate", {"steps": [step("mass", "people * readers * loans * weight", "kg")]}, "comes out in"),
        (
            "estimate",
            {
                "leaves": [
                    leaf(one["name"], one["what"], one["low"], one["low"], one["unit"]) for one in LOANS["leaves"]
                ]
            },
            "nothing is left to estimate",
        ),
        ("estimate", {"leaves": [{**one, "basis": "said"} for one in LOANS["leaves"]]}, "not an estimate"),
        (
            "odds",
            {"leaves": [{**drafts.ODDS["leaves"][0], "low": 2e8, "high": 2e9}, *drafts.ODDS["leaves"][1:]]},
            "can't be more than 1",
        ),
        ("inverse", {"unknown": "nobody"}, "name of a leaf"),
        ("inverse", {"wanted": 1e8}, "nobody would ask"),
        ("claimed", {"question": LOANS["question"]}, "{claim}"),
        ("larger", {"second": drafts.LARGER["first"]}, "overlap"),
        (
            "larger",
            {
                "second": {
                    "label": "a day",
                    "leaves": [leaf("a", "first part", 1, 2, "hour"), leaf("b", "second part", 1, 2, "")],
                    "steps": [step("c", "a * b", "hour")],
                }
            },
            "can't be compared",
        ),
        (
            "faulty",
            {"steps": [step("all", "staff * cups * days * grounds", "kg / year", words="kilos 9", shown="all of it")]},
            "the unit alone",
        ),
        (
            "faulty",
            {
                "leaves": [
                    leaf("cups", "cups a person drinks", 0.8, 1.2, "cup / person / workday", words="cups for each")
                    if one["name"] == "cups"
                    else one
                    for one in drafts.FAULTY["leaves"]
                ]
            },
            "worked with 1",
        ),
    ],
)
def test_a_broken_draft_is_sent_back_in_words(name: str, changes: dict[str, Any], said: str) -> None:
    found = complaints(name, **changes)
    assert any(said in fault for fault in found), found


def test_an_assumption_that_does_not_lead_is_no_key() -> None:
    level = [{**one, "low": 300, "high": 500, "words": "300 to 500"} for one in drafts.SENSITIVE["leaves"]]
    assert any("none leads" in fault for fault in complaints("sensitive", leaves=level, steps=[
        step("mass", "trees * height * girth * dense", "tree * m / tree * cm * kg / m^3")]))  # fmt: skip


def test_the_key_of_what_counts_is_the_square() -> None:
    asked = FORMS["sensitive"].asked(drafts.SENSITIVE, Random(3))
    assert asked.facts["options"]["ABCD".index(asked.facts["key"])].startswith("a diameter")


def test_idle_figures_stand_in_the_question_and_in_no_leaf() -> None:
    form = Remade(Marked(idle=True))
    assert list(form.complaints(drafts.IDLE, "")) == []
    assert list(form.complaints({**drafts.IDLE, "idle": 77}, ""))
    assert list(form.complaints({**drafts.IDLE, "idle": 80000}, ""))
    assert list(Remade(Marked(strange=True)).complaints(LOANS, ""))
    assert list(Remade(Marked(withheld=True)).complaints(LOANS, ""))


def test_mistakes_of_every_sort_are_planted_where_the_program_says() -> None:
    main = tree_of(drafts.FAULTY)
    right = sound(main)
    seen: Counter[str] = Counter()
    for draw in range(200):
        working = planted(main, Random(draw))
        assert working is not None
        seen[working.sort] += 1
        if not working.wrong:
            assert working.steps == right.steps
            continue
        assert working.steps[: working.wrong - 1] == right.steps[: working.wrong - 1]
        assert working.steps[working.wrong - 1] != right.steps[working.wrong - 1]
        assert apart(working.stated, working.right) >= 0.3
        assert working.right == right.stated
    assert set(seen) >= set(SORTS) - {"rate", "left_out"}
    rates = {planted(tree_of(drafts.RIVALS["other"]), Random(draw), ("rate",)) for draw in range(9)}
    assert {one.sort for one in rates if one} == {"rate"}


def test_a_sound_working_holds_line_by_line() -> None:
    form = FORMS["faulty"]
    assert isinstance(form, Faulty)
    sounds = [asked for draw in range(40) if not (asked := form.asked(drafts.FAULTY, Random(draw))).facts["step"]]
    assert sounds
    lines = sounds[0].text.split("\n\n")[-1].replace("148,000 cups a year × 9 grams", "148,000 × 9 grams")
    assert len(links(lines)) == 3
    assert sum(bool(broken(link)) for link in links(lines)) <= 1  # grams a cup become kilograms a year


@pytest.mark.parametrize("form", ["faulty", "rivals"])
def test_the_step_can_be_found_from_the_question_alone(form: str) -> None:
    for draw in range(25):
        asked = FORMS[form].asked(BY_FORM[form], Random(draw))
        step_, right = right_step(form, asked.text)
        assert step_ == asked.facts["step"]
        assert right == pytest.approx(asked.facts["right"], rel=0.01)


def test_claims_are_right_and_wrong_about_as_often() -> None:
    fates: Counter[str] = Counter()
    for draw in range(90):
        asked = FORMS["claimed"].asked(drafts.CLAIMED, Random(draw))
        fates[asked.facts["fate"]] += 1
        assert right_letter("claimed", asked.text) == asked.facts["key"]
    assert min(fates.values()) > 15


def test_wrong_figures_do_not_agree() -> None:
    form = BY_NAME["count"].form
    facts = {**form.asked(LOANS, Random(0)).facts}
    value = reckoned(tree_of(LOANS)).value
    for factor, is_near in ((1, True), (8, True), (1 / 8, True), (11, False), (1 / 11, False), (0, False), (-1, False)):
        assert form.agrees(value * factor, facts) is is_near
    span = BY_NAME["bounds"].form
    known = span.asked(LOANS, Random(0)).facts
    assert span.agrees({"low": 10.0, "high": 500.0}, known)
    assert not span.agrees({"low": 500.0, "high": 10.0}, known)
    assert not span.agrees({"low": 150.0, "high": 500.0}, known)
    assert not span.agrees({"low": 0.001, "high": 500.0}, known)
    assert not span.agrees(None, known)
    odds = BY_NAME["rare_event"].form
    chance = odds.asked(drafts.ODDS, Random(0)).facts
    assert odds.agrees(1e-5, chance)
    assert odds.agrees(100_000, chance)
    assert not odds.agrees(1000, chance)


def test_what_is_forgotten_in_a_working_stands_elsewhere_in_it() -> None:
    leaves = (Leaf("a", "", 3, 3, ""), Leaf("b", "", 5, 5, ""), Leaf("c", "", 7, 7, ""))
    lone = Tree(leaves, (Step("x", "", "a * b * c", ""), Step("y", "", "x * 2", "")))
    twice = Tree(leaves, (Step("x", "", "a * b * c", ""), Step("y", "", "x * c", "")))
    assert planted(lone, Random(0), ("left_out",)) is None
    working = planted(twice, Random(0), ("left_out",))
    assert working is not None
    assert working.steps[0].expression == "a * b"
