"""What programs draw, hand back and count: wishes, goals of refinement, changed words, votes, the spread of a run."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.stages.invigilate import Invigilator
from teams.text_classification import BY_NAME, demanded, unaccounted
from teams.text_classification.balance import main, shares_of, table
from teams.text_classification.kinds import GOALS, KINDS, TRANSFORMATIONS
from teams.text_classification.votes import weighed
from teams.text_classification.wishes import changed_share, changes, faults, lean, pose, wish
from tests.teams.judging import scene_of
from tests.teams.text_classification.faults import FIRST, INTENT, PILE, SCOPE, TAGS, TALK, TICKET, TURN, labels, made
from tests.teams.text_classification.replying import shown

GOAL = {goal.name: goal for goal in GOALS}


def scene(kind: Any, seed: int = 0, **how: Any) -> Any:
    made_scene = scene_of(made("intent", TICKET, INTENT), kind, **how)
    made_scene.random = Random(seed)
    return made_scene


def refining(goal: str, kind: str = "intent", draft: Any = INTENT, passage: str = TICKET) -> Any:
    made_scene = scene(GOAL[goal])
    made_scene.record = made(kind, passage, draft).instruction
    return made_scene


# Wishes


def test_what_a_designer_can_choose_is_drawn_evenly() -> None:
    senses: Counter[int] = Counter()
    for seed in range(300):
        asked = scene(BY_NAME["entailment"], seed)
        assert wish(asked)
        senses[asked.notes["wish"].sense] += 1
    assert set(senses) == {0, 1, 2}
    assert min(senses.values()) > 70


def test_close_cases_come_in_their_share() -> None:
    close = 0
    for seed in range(400):
        asked = scene(BY_NAME["topic"], seed)
        close += "close case" in wish(asked)
    assert 80 < close < 160


def test_a_small_model_is_wished_nothing() -> None:
    assert wish(scene(BY_NAME["entailment"], small=True)) == ""
    assert lean(scene(TRANSFORMATIONS[0], small=True)) == ""
    assert lean(scene(TRANSFORMATIONS[0])).startswith("This time: ")


def wished(kind: str, wanted: str, draft: dict[str, Any]) -> list[str]:
    """The complaints about a draft, under the first wish drawn that says `wanted`."""
    for seed in range(300):
        asked = scene(BY_NAME[kind], seed)
        if wanted in wish(asked):
            return list(faults(asked, draft, TICKET))
    raise AssertionError(f"never wished: {wanted}")


@pytest.mark.parametrize(
    ("kind", "wanted", "draft", "complaint"),
    [
        ("intent", "has 5 labels", INTENT, "5 labels; it has 4"),
        ("intent", "close case", INTENT, "`borderline`"),
        ("out_of_scope", "is to be the one that holds", {**SCOPE, "gold": "refund_charge"}, "was to hold"),
        ("out_of_scope", "One of the other labels", SCOPE, "not to hold"),
        ("stance", "the third of them", {**TURN, "gold": "bargains"}, "third label"),
        ("batch", "There are 6 items", PILE, "6 items; there are 4"),
        ("precedence", "This time", {**FIRST, "rule": ""}, "`rule`"),
    ],
)
def test_what_is_not_as_wished_goes_back(kind: str, wanted: str, draft: dict[str, Any], complaint: str) -> None:
    assert any(complaint in said for said in wished(kind, wanted, draft)), wished(kind, wanted, draft)


def test_what_is_as_wished_passes() -> None:
    assert wished("intent", "has 4 labels. Make it a plain", INTENT) == []
    assert wished("stance", "the second of them", {**TURN, "borderline": "it is near"}) == []
    assert (
        wished("out_of_scope", "4 labels. The label for what no other covers is to", {**SCOPE, "borderline": "near"})
        == []
    )


# Goals


@pytest.mark.parametrize(
    ("goal", "draft", "complaint"),
    [
        ("closer_labels", INTENT, "two labels have to be new"),
        ("accountable", {**INTENT, "gold": "refund_charge"}, "has to stay"),
        ("mixed_signals", {**INTENT, "labels": INTENT["labels"][:3]}, "keep their names"),
        ("against_intuition", INTENT, "as before"),
        (
            "against_intuition",
            {**INTENT, "labels": [{**one, "means": ""} for one in INTENT["labels"]]},
            "needs a definition",
        ),
        ("none_fits", {**SCOPE, "gold": "refund_charge"}, "named in `none`"),
        ("none_fits", {**INTENT, "none": "correct_record"}, "has to go"),
        ("rule_of_precedence", INTENT, "rule of precedence is missing"),
    ],
)
def test_a_change_beside_its_goal_goes_back(goal: str, draft: dict[str, Any], complaint: str) -> None:
    assert any(complaint in said for said in faults(refining(goal), draft, TICKET))


def test_changes_that_reach_their_goal_pass() -> None:
    new = labels(("mend_entry", "an entry is wrong"), ("strike_entry", "an entry is right, and is to go"))
    closer = {**INTENT, "labels": [*INTENT["labels"][:2], *new]}
    assert list(faults(refining("closer_labels"), closer, TICKET)) == []
    assert list(faults(refining("accountable"), {**INTENT, "question": "Who will ask why?"}, TICKET)) == []
    assert list(faults(refining("none_fits"), SCOPE, TICKET)) == []
    ruled = {**INTENT, "rule": "Whatever stops the writer goes first."}
    assert list(faults(refining("rule_of_precedence"), ruled, TICKET)) == []


def test_a_contrast_changes_little_and_keeps_what_changed() -> None:
    turned = TICKET.replace("I don't mind the four euros as such.", "I should like the four euros back.")
    draft = {**INTENT, "gold": "refund_charge", "near": "correct_record"}
    asked = refining("contrast")
    assert list(faults(asked, draft, turned)) == []
    assert any("too much" in said for said in faults(asked, draft, TALK))
    facts = pose(asked, BY_NAME["intent"], draft, turned).facts
    assert facts["changed"] == changes(TICKET, turned)
    assert "should like" in " ".join(one["is"] for one in facts["changed"])


@given(
    st.lists(st.sampled_from(["ab", "cd", "ef", "gh"]), max_size=12),
    st.lists(st.sampled_from(["ab", "cd", "xy"]), max_size=12),
)
def test_changed_words_tell_one_text_from_the_other(before: list[str], after: list[str]) -> None:
    one, other = " ".join(before), " ".join(after)
    told = changes(one, other)
    assert bool(told) == (before != after)
    assert 0 <= changed_share(one, other) <= 1
    assert (changed_share(one, other) == 0) == (before == after)
    gone = Counter(word for part in told for word in part["was"].split())
    come = Counter(word for part in told for word in part["is"].split())
    assert Counter(after) - Counter(before) == come - gone


def test_an_account_is_asked_for_by_the_goal() -> None:
    for seed in range(40):
        asked = refining("accountable")
        asked.random = Random(seed)
        reply = pose(asked, BY_NAME["intent"], INTENT, TICKET).facts["reply"]
        assert reply in ("first_line", "last_line", "json_reason", "json_quote", "open")


# Formats, answers, votes


def test_format_rules_leave_the_labels_own_form_alone() -> None:
    for kind, draft in (("intent", INTENT), ("batch", PILE)):
        for reply in ("bare", "json", "tag", "json_quote") if kind == "intent" else ("lines", "rows_object"):
            assert list(demanded(made(kind, TICKET, draft, reply=reply).instruction) or ()) == []
    assert "answer_line" in demanded(made("intent", TICKET, INTENT, reply="open").instruction)


def test_an_answer_that_gives_no_true_account_goes_back() -> None:
    pair = made("intent", TICKET, INTENT, reply="json_quote")
    asked = scene(BY_NAME["intent"])
    asked.record = pair.instruction
    said = str(pair.messages[-1]["content"])
    assert not list(unaccounted(asked, said))
    assert list(unaccounted(asked, said.replace("my name is now", "my name has always been")))


async def votes(kind: str, draft: dict[str, Any], *given: tuple[Any, Any]) -> dict[str, bool]:
    pair = made(kind, TICKET, draft)
    facts = pair.instruction.facts
    desk = Invigilator(pair, BY_NAME[kind], Random(0))
    desk.given = [{"answer": shown(answer, facts), "also": shown(also, facts)} for answer, also in given]
    return {finding.check: finding.passed for finding in await weighed(scene(BY_NAME[kind]), pair, desk)}


async def test_votes_are_counted_label_by_label() -> None:
    right, less = TAGS["gold"], TAGS["gold"][:1]
    more = [*TAGS["gold"], "thanks us"]
    assert (await votes("multi_label", TAGS, (right, []), (right, [])))["labels_carried"]
    assert (await votes("multi_label", TAGS, (right, []), (less, []), (more, [])))["labels_carried"]
    assert not (await votes("multi_label", TAGS, (right, []), (less, [])))["labels_carried"]
    assert not (await votes("multi_label", TAGS, (right, []), (less, []), (less, [])))["labels_carried"]


async def test_two_labels_hold_if_most_say_so() -> None:
    gold, other = INTENT["gold"], INTENT["near"]
    assert (await votes("intent", INTENT, (gold, other), (gold, "")))["one_label_holds"]
    assert not (await votes("intent", INTENT, (gold, other), (gold, other)))["one_label_holds"]
    # They may doubt in different ways; and where a rule decides, both are meant to hold.
    third = "report_defect"
    assert (await votes("intent", INTENT, (gold, other), (gold, third)))["one_label_holds"]
    assert (await votes("precedence", FIRST, ("workshop", "records"), ("workshop", "records")))["one_label_holds"]


async def test_where_nothing_is_to_fit_one_doubt_is_one_too_many() -> None:
    assert (await votes("out_of_scope", SCOPE, ("for_a_person", ""), ("for_a_person", "")))["none_fits_indeed"]
    doubted = await votes("out_of_scope", SCOPE, ("for_a_person", ""), ("for_a_person", "refund_charge"))
    assert not doubted["none_fits_indeed"]


# The spread of a run


def row(kind: str, key: Any, place: int | None, sense: int | None = None, none: bool = False) -> dict[str, Any]:
    gold = {"key": key, "place": place, "sense": sense, "is_none": none}
    return {"kinds": {"instruct": kind}, "labels": [{}] * 4, "gold": gold}


def test_the_spread_is_counted_by_kind() -> None:
    found = shares_of(
        [
            row("stance", "for", 1, 0),
            row("stance", "against", 3, 1),
            row("stance", "for", 2, 0),
            row("batch", {"1": "a", "2": "a"}, None),
        ]
    )
    assert found["stance"].senses == {1: 2, 2: 1}
    assert found["stance"].places == {1: 1, 3: 1, 2: 1}
    assert found["stance"].expected_first == pytest.approx(0.75)
    assert found["batch"].names == {"a": 2}
    assert "for (67%)" in table(found)
    assert len(table(found).splitlines()) == 3


def test_the_command_says_what_it_wants(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert main([str(tmp_path)]) == 2
    assert "pairs.jsonl" in capsys.readouterr().err


def test_every_kind_can_be_wished_for() -> None:
    for kind in KINDS:
        for seed in range(20):
            assert isinstance(wish(scene(kind, seed)), str)
