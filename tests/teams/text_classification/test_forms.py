"""The forms of classification, asked and read back: the right answer agrees in every form of reply, no other does."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.text_classification.accounts import beside_faults
from teams.text_classification.compound import Labels, Path
from teams.text_classification.forms import Label
from teams.text_classification.labels import PATH, POOLS, stands_in
from teams.text_classification.replies import REPLIES, ROWS, SINGLE
from teams.text_classification.rows import ASPECT, OWN, QUOTED, Rows
from teams.text_classification.sets import giveaway, label_faults
from tests.teams.text_classification import drafts
from tests.teams.text_classification.replying import shown, written

FORMS = {
    "label": (Label(3, 6), drafts.labels()),
    "renamed": (Label(3, 6, renames=True), drafts.labels()),
    "scale": (Label(3, 6, is_ordered=True), drafts.labels()),
    "labels": (Labels(3, 6), drafts.several()),
    "path": (Path(), drafts.paths()),
    "own": (Rows(OWN), drafts.rows()),
    "aspects": (Rows(ASPECT), drafts.rows(aspects=True)),
}
every_form = pytest.mark.parametrize("name", FORMS)


def other_than(key: Any, facts: Any) -> Any:
    """A wrong key of the same form."""
    names = [one["name"] for one in facts["labels"]]
    if isinstance(key, dict):
        row = next(iter(key))
        return {**key, row: next(name for name in names if name != key[row])}
    if isinstance(key, list):
        return key[1:] or [next(name for name in names if name not in key)]
    return next(name for name in names if name != key)


@every_form
@given(data=st.data(), seed=st.integers(0, 9999), english=st.booleans())
@settings(max_examples=60)
def test_what_was_asked_is_read_back(name: str, data: st.DataObject, seed: int, english: bool) -> None:
    form, strategy = FORMS[name]
    facts = form.posed(data.draw(strategy), Random(seed), english=english).facts
    json.dumps(facts)
    right, wrong = written(facts["key"], facts), written(other_than(facts["key"], facts), facts)
    assert form.agrees(form.found(right, facts), facts), (facts["reply"], right)
    assert not form.agrees(form.found(wrong, facts), facts), (facts["reply"], wrong)


@every_form
@given(data=st.data(), seed=st.integers(0, 9999))
@settings(max_examples=40)
def test_the_message_shows_all_it_is_about(name: str, data: st.DataObject, seed: int) -> None:
    form, strategy = FORMS[name]
    draft = data.draw(strategy)
    asked = form.asked(draft, Random(seed))
    for one in asked.facts["labels"]:
        assert all(part in asked.text for part in one["shown"].split(PATH))
    for row in asked.facts.get("rows", ()):
        assert row["text"] in asked.text
    assert draft["question"] in asked.text


@every_form
@given(data=st.data(), seed=st.integers(0, 9999))
@settings(max_examples=40)
def test_papers_are_marked_whatever_their_order(name: str, data: st.DataObject, seed: int) -> None:
    form, strategy = FORMS[name]
    facts = form.asked(data.draw(strategy), Random(seed)).facts
    paper = form.paper(facts, Random(seed + 1))
    assert form.marked(shown(facts["key"], facts), facts, paper.back)
    if isinstance(facts["key"], str):
        assert set(paper.answer["enum"]) == {one["shown"] for one in facts["labels"]}
        assert not form.marked(shown(other_than(facts["key"], facts), facts), facts, paper.back)


@given(drafts.labels(), st.integers(0, 999), st.text("abcdefgh", min_size=1, max_size=12))
def test_a_label_has_to_be_spelt_as_shown(draft: Any, seed: int, other: str) -> None:
    form = Label(3, 6)
    facts = {**form.asked(draft, Random(seed)).facts, "reply": "bare"}
    told = shown(facts["key"], facts)
    assert form.found(told, facts) == facts["key"]
    assert form.found(f"{told}.", facts) is None
    assert form.found(f"The label is {told}", facts) is None
    if other not in {one["shown"] for one in facts["labels"]}:
        assert form.found(other, facts) is None


def test_a_rating_off_by_one_is_wrong() -> None:
    names = ["poor", "fair", "good", "fine"]
    draft = {**drafts.COMMON, "labels": [{"name": n, "means": f"as {n} ones are"} for n in names], "gold": "good"}
    form = Label(4, 6, is_ordered=True)
    for seed in range(20):
        facts = form.asked(draft, Random(seed)).facts
        order = [one["name"] for one in facts["labels"]]
        assert order in (names, names[::-1])
        assert form.agrees(form.found(written("good", facts), facts), facts)
        assert not form.agrees(form.found(written("fair", facts), facts), facts)


def test_no_place_in_the_list_is_favoured() -> None:
    draft = {**drafts.COMMON, "labels": [{"name": n, "means": ""} for n in ("ash", "elm", "oak", "fir")], "gold": "ash"}
    places = [
        [one["name"] for one in Label(2, 6).asked(draft, Random(seed)).facts["labels"]].index("ash")
        for seed in range(400)
    ]
    assert all(60 < places.count(place) < 140 for place in range(4))


def test_every_style_of_reply_is_drawn() -> None:
    draft = {**drafts.COMMON, "labels": [{"name": n, "means": ""} for n in ("ash", "elm", "oak")], "gold": "ash"}
    assert {Label(2, 6).asked(draft, Random(n)).facts["reply"] for n in range(300)} == set(SINGLE)
    both = {"question": "Which?", "labels": draft["labels"], "rule": "", "borderline": "", "items": []}
    both["items"] = [{"text": f"note {n} on the door", "because": "so", "gold": "ash"} for n in range(3)]
    assert {Rows(OWN).asked(both, Random(n)).facts["reply"] for n in range(300)} == set(ROWS)
    assert set(SINGLE) | set(ROWS) == set(REPLIES)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        ("**late**. It came after ten.", "late"),
        ("It is **not late**, since ten had not struck.", "not late"),
        ("not late\n\nTen had not struck.", "not late"),
        ("I would file it under `late`.", "late"),
        ("Ten had not struck.\nnot late", "not late"),
        ("It came not late but early.", "not late"),
        ("**late** or **not late**, one can't tell.", None),
        ("It came after ten.", None),
    ],
)
def test_without_a_form_the_label_is_looked_for(answer: str, found: str | None) -> None:
    facts = {"reply": "open", "field": "label", "labels": [{"name": n, "shown": n} for n in ("late", "not late")]}
    assert Label(2, 2).found(answer, facts) == found


@pytest.mark.parametrize(
    ("style", "answer", "reads"),
    [
        ("json", '{"label": "late"}', True),
        ("json", '```json\n{"label": "late"}\n```', True),
        ("json", 'Here it is: {"label": "late"}', False),
        ("json", '{"label": "late", "reason": "it came after ten"}', False),
        ("json", '{"label": ["late"]}', False),
        ("json_reason", '{"label": "late", "reason": "it came after ten"}', True),
        ("json_reason", '{"label": "late"}', False),
        ("tag", "<label>late</label>", True),
        ("tag", "<class>late</class>", False),
        ("tag", "It is <label>late</label>", False),
        ("first_line", "late\nIt came after ten.", True),
        ("first_line", "**late**\n\nIt came after ten.", True),
        ("first_line", "late", False),
        ("last_line", "It came after ten.\nLabel: late", True),
        ("last_line", "Label: late", False),
    ],
)
def test_a_form_asked_for_is_read_strictly(style: str, answer: str, reads: bool) -> None:
    facts = {"reply": style, "field": "label", "labels": [{"name": n, "shown": n} for n in ("late", "early")]}
    assert (Label(2, 2).found(answer, facts) == "late") is reads


def test_what_stands_beside_the_label_is_looked_at() -> None:
    text = "The boat came after ten, as it does on Thursdays."

    def faults(style: str, answer: dict[str, Any]) -> list[str]:
        told = REPLIES[style].read(json.dumps(answer), "label")
        assert told
        labels = [{"name": n, "shown": n, "means": f"the boat is {n}"} for n in ("late", "early")]
        return list(beside_faults(told, {"reply": style, "labels": labels}, text))

    assert not faults("json_quote", {"label": "late", "evidence": "came after ten"})
    assert faults("json_quote", {"label": "late", "evidence": "came at eleven"})
    assert not faults("json_confidence", {"label": "late", "confidence": 1})
    for wild in (1.5, -0.1, "high", True, None):
        assert faults("json_confidence", {"label": "late", "confidence": wild})
    assert faults("json_quote", {"label": "late", "evidence": "it"})
    assert faults("json_reason", {"label": "late", "reason": "…"})
    assert faults("json_reason", {"label": "late", "reason": "The boat is late, as late boats are."})
    assert not faults("json_reason", {"label": "late", "reason": "It is one of the Thursdays on which it came late."})
    assert not faults("json_reason", {"label": "late", "reason": "So it says: “as it does on Thursdays”."})
    assert faults("json_reason", {"label": "late", "reason": "So it says: “as it does”."})


def test_names_that_say_nothing_are_enough_and_different() -> None:
    for pool in POOLS.values():
        assert len(set(pool)) == len(pool) >= 10
    draft = {**drafts.COMMON, "labels": [{"name": n, "means": f"of {n}"} for n in ("ash", "elm", "oak")], "gold": "ash"}
    form = Label(3, 6, means="must", renames=True)
    facts = [form.asked(draft, Random(n)).facts for n in range(100)]
    assert {f["names"] for f in facts} == {"own", *POOLS} - {"own"}
    assert all("ash" not in [one["shown"] for one in f["labels"]] for f in facts)
    assert {form.posed(draft, Random(n), english=False).facts["names"] for n in range(60)} <= {
        "letters",
        "codes",
        "greek",
    }


@pytest.mark.parametrize(
    ("draft", "complaint"),
    [
        ({"gold": "yew"}, "names no label"),
        ({"near": "ash"}, "another label"),
        (
            {"labels": [{"name": "ash", "means": ""}, {"name": "Ash", "means": ""}, {"name": "elm", "means": ""}]},
            "called",
        ),
        (
            {"labels": [{"name": "ash, dry", "means": ""}, {"name": "ash", "means": ""}, {"name": "elm", "means": ""}]},
            "hold",
        ),
        ({"labels": [{"name": n, "means": "of wood"} for n in ("ash", "elm")]}, "defined alike"),
        ({"evidence": ["The sea is calm."]}, "does not say"),
        ({"question": "Is this about ash, or about what else?"}, "so many words"),
    ],
)
def test_broken_sets_go_back_with_what_is_wrong(draft: dict[str, Any], complaint: str) -> None:
    fine = {
        **drafts.COMMON,
        "labels": [{"name": n, "means": ""} for n in ("ash", "elm", "oak")],
        "gold": "ash",
        "near": "elm",
    }
    passage = "The tree by the gate lost a branch in the storm."
    assert not list(Label(2, 6).complaints(fine, passage))
    assert any(complaint in said for said in Label(2, 6).complaints({**fine, **draft}, passage))


def test_definitions_are_asked_for_where_a_kind_needs_them() -> None:
    labels = [{"name": "ash", "means": ""}, {"name": "elm", "means": "of elm"}]
    assert list(label_faults(labels, "must"))
    assert not list(label_faults(labels, "may"))


@pytest.mark.parametrize(
    ("gold", "text", "given"),
    [
        ("late fee", "They asked a late-fee of me.", True),
        ("late_fee", "They asked a late fee of me.", True),
        ("late fee", "They asked a late fee, or a deposit.", False),
        ("late fee", "They asked a fee of me, late.", False),
        ("no", "No, said the miller.", False),
        ("延滞", "本の延滞について", True),
    ],
)
def test_a_text_may_not_name_its_own_label_only(gold: str, text: str, given: bool) -> None:
    assert bool(giveaway(gold, [gold, "deposit"], text)) is given


@given(st.text(max_size=30), st.text(max_size=60))
def test_looking_for_a_name_never_fails(name: str, text: str) -> None:
    assert stands_in(name, f"x {name} y") in (True, False)
    stands_in(name, text)


def test_rows_are_quoted_from_the_text_where_they_have_to_be() -> None:
    passage = "The mill stood still. Nobody paid. In May it turned again."
    items = [
        {"text": t, "because": "so it is", "gold": g}
        for t, g in (("The mill stood still.", "a1"), ("Nobody paid.", "b2"))
    ]
    draft = {"question": "Which is it?", "labels": [{"name": n, "means": ""} for n in ("a1", "b2")], "items": items}
    assert not list(Rows(QUOTED, 2, 3).complaints(draft, passage))
    lost = {**draft, "items": [*items, {"text": "Everybody paid.", "because": "so it is", "gold": "a1"}]}
    assert any("does not say" in said for said in Rows(QUOTED, 2, 3).complaints(lost, passage))
    alike = {**draft, "items": [{**one, "gold": "a1"} for one in items]}
    assert any("same label" in said for said in Rows(QUOTED, 2, 3).complaints(alike, passage))


def test_names_that_will_be_taken_away_are_not_spoken_of() -> None:
    told = [{"name": "late fee", "means": "a sum for being late"}, {"name": "asks", "means": "one who asks"}]
    told.append({"name": "other_sum", "means": "any sum but a late fee"})
    draft = {**drafts.COMMON, "labels": told, "gold": "asks", "near": "late fee"}
    form = Label(3, 6, means="must", renames=True)
    assert any("late fee" in said for said in form.complaints(draft, "A note."))
    told[2]["means"] = "any sum but that one"
    assert not list(form.complaints(draft, "A note."))
