"""Records: written in any dress they are read back the same; what is derived follows from its words, and else doesn't."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from teams.engine.records import Pair, Seed
from teams.engine.stages.forms import Draft
from teams.text_extraction import BY_NAME, declines
from teams.text_extraction.form import Extraction, nested, strict, with_words
from teams.text_extraction.judging import Collator
from teams.text_extraction.record import Field, Unread, compare, read, schema_of, shape_of_facts
from teams.text_extraction.record.copied import is_cut, same_phrase, same_words
from teams.text_extraction.record.derived import underived
from teams.text_extraction.record.dresses import DRESSES, drawn_dress, shown_form, written
from teams.text_extraction.record.leads import LEADS
from tests.teams.recording import recorded
from tests.teams.text_extraction import drafts
from tests.teams.text_extraction.drafts import MAILS

EVERY: dict[str, Any] = {
    "offers": drafts.OFFERS, "visit": drafts.VISIT, "ladders": drafts.LADDERS, "names": drafts.NAMES,
    "causes": drafts.CAUSES, "nothing": drafts.RESIGNED, "parts": drafts.ORDER, "phrases": drafts.PHRASES,
    "slip": drafts.SLIP,
}  # fmt: skip
FORM = Extraction()
SEEDS = st.integers(0, 10**6)


def facts_of(draft: Draft, seed: int = 1, form: Extraction = FORM) -> dict[str, Any]:
    asked = form.asked(draft, Random(seed))
    return form.settled({**asked.facts, "ask": asked.text}, MAILS)


def fitting() -> Iterator[Any]:
    for name, draft in EVERY.items():
        for form in (FORM, with_words(FORM)):
            assert isinstance(form, Extraction)
            shape = shape_of_facts(facts_of(draft, form=form))
            for dress in DRESSES:
                if DRESSES[dress].fits(shape):
                    yield pytest.param(draft, form, dress, id=f"{name}-{dress}{'-words' * form.with_words}")


@pytest.mark.parametrize("name", EVERY)
def test_drafts_in_order_draw_no_complaint(name: str) -> None:
    assert list(FORM.complaints(EVERY[name], MAILS)) == []


@pytest.mark.parametrize(("draft", "form", "dress"), list(fitting()))
def test_a_key_is_read_back_from_every_dress(draft: Draft, form: Extraction, dress: str) -> None:
    facts = {**facts_of(draft, form=form), "dress": dress}
    shape = shape_of_facts(facts)
    found = form.found(written(dress, facts["key"], shape), facts)
    assert found == facts["key"]
    assert form.agrees(found, facts)
    assert shown_form(dress, shape, Random(1), "en")


@pytest.mark.parametrize(("draft", "form", "dress"), list(fitting()))
def test_the_key_is_valid_by_its_schema_and_by_the_one_for_models(draft: Draft, form: Extraction, dress: str) -> None:
    facts = facts_of(draft, form=form)
    for bounded in (False, True):
        schema = schema_of(shape_of_facts(facts), bounded=bounded)
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(facts["key"])


@given(st.sampled_from(sorted(EVERY)), SEEDS)
def test_rows_in_any_order_give_the_same_key(name: str, seed: int) -> None:
    draft = copy.deepcopy(EVERY[name])
    Random(seed).shuffle(draft["rows"])
    assert facts_of(draft)["key"] == facts_of(EVERY[name])["key"]


@given(st.sampled_from(sorted(EVERY)), SEEDS)
def test_an_answer_in_another_order_agrees_and_one_with_less_does_not(name: str, seed: int) -> None:
    facts = facts_of(EVERY[name])
    value = copy.deepcopy(facts["key"])
    assume(isinstance(value, list) and value)
    Random(seed).shuffle(value)
    assert FORM.agrees(value, facts)
    assert not FORM.agrees(value[1:], facts)
    held = compare(value[1:], facts["key"], shape_of_facts(facts))
    assert held.precision == 1 or facts["container"] != "plain"
    assert held.recall < 1


@given(st.sampled_from(sorted(EVERY)), SEEDS, st.data())
def test_an_answer_with_another_value_does_not_agree(name: str, seed: int, data: st.DataObject) -> None:
    facts = facts_of(EVERY[name])
    value = copy.deepcopy(facts["key"])
    record = value if isinstance(value, dict) else (data.draw(st.sampled_from(value)) if value else {})
    assume(isinstance(record, dict) and record)
    place = data.draw(st.sampled_from([key for key, one in record.items() if not isinstance(one, dict | list)]))
    record[place] = {str: "quite another thing", bool: not record[place], type(None): "quite another thing"}.get(
        type(record[place]), 12345
    )
    assert not FORM.agrees(value, facts)


@given(st.text(max_size=200), st.sampled_from(sorted(DRESSES)))
def test_any_text_is_read_or_refused(said: str, dress: str) -> None:
    shape = next(s for s in map(shape_of_facts, map(facts_of, EVERY.values())) if DRESSES[dress].fits(s))
    try:
        value = read(dress, said, shape)
    except Unread as fault:
        assert str(fault)
    else:
        Draft202012Validator(schema_of(shape)).validate(value)


@given(SEEDS, st.sampled_from(["en", "de", "fr", "es", "sv", ""]))
def test_a_dress_has_words_in_its_language_or_none(seed: int, tag: str) -> None:
    shape = shape_of_facts(facts_of(drafts.OFFERS))
    dress = drawn_dress(shape, Random(seed), tag)
    said = shown_form(dress, shape, Random(seed), tag)
    assert dress in LEADS.get(tag, {"schema": ()})
    if tag not in LEADS:
        assert said.startswith("```json")


def test_case_printing_and_articles_make_no_other_words_but_words_do() -> None:
    facts = facts_of(drafts.NAMES)
    names = ["irena kolb", "“Tomas Wilk”", "Ilse  Brandt", "Karim Haddad."]
    assert FORM.agrees(names, facts)
    assert not FORM.agrees(["Irena", *names[1:]], facts)


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("-r", "-R", False), ("--all", "-all", False), ("`-r`", "-r", True), ("FILE", "file", True), ("−5 °C", "5 °C", False), ("os.path", "os/path", False),
     ("x", "X", False), ("The Owner,", "owner", True), ("14-16 March", "14–16 March", True)],
)  # fmt: skip
def test_signs_count_in_what_looks_like_code_and_before_figures(one: str, other: str, is_same: bool) -> None:
    assert same_words(one, other) == same_words(other, one) == is_same


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [("the tenant is not allowed to sublet the room", "allowed to sublet the room", False), ("pay within 30 days of the invoice", "pay within 14 days of the invoice", False),
     ("Feld darf das Dach nicht betreten", "Feld darf das Dach betreten", False), ("he would give Ott the work", "would give Ott the work", True),
     ("pay within 14 days of the invoice", "within 14 days of the invoice", True), ("нельзя ставить лестницу у стены", "ставить лестницу у стены", False)],
)  # fmt: skip
def test_a_phrase_may_end_elsewhere_and_not_lose_its_not_or_its_figure(one: str, other: str, is_same: bool) -> None:
    assert same_phrase(one, other) == same_phrase(other, one) == is_same


@given(st.sampled_from(MAILS.split()), st.sampled_from(MAILS.split()))
def test_words_are_the_same_both_ways(one: str, other: str) -> None:
    assert same_words(one, one)
    assert same_words(one, other) == same_words(other, one)
    assert not same_words(one, other) or one.casefold().strip("\"'“”;:,.()") == other.casefold().strip("\"'“”;:,.()")


def test_words_with_a_hole_in_them_are_cut() -> None:
    assert is_cut("Tuesday … do for him", MAILS)
    assert not is_cut("Tuesday won't do for him", MAILS)
    assert not is_cut("and then ... nothing", "He waited and then … nothing came.")


def test_what_is_loaded_as_it_is_has_no_fence() -> None:
    facts = facts_of(drafts.OFFERS)
    shape = shape_of_facts(facts)
    for dress in ("csv", "json_lines"):
        said = written(dress, facts["key"], shape)
        assert compare(read(dress, said, shape), facts["key"], shape).is_same
        with pytest.raises(Unread):
            read(dress, f"```\n{said}\n```", shape)


def test_a_sorted_record_has_to_be_sorted() -> None:
    form = strict(FORM)
    assert isinstance(form, Extraction)
    facts = facts_of({**drafts.OFFERS, "sort": {"field": "sum", "direction": "ascending"}}, form=form)
    assert DRESSES[facts["dress"]].is_strict
    assert [record["sum"] for record in facts["key"]] == [5480, 6950]
    assert form.agrees(facts["key"], facts)
    assert not form.agrees(facts["key"][::-1], facts)
    assert "sum" in facts["ask"].rsplit("\n\n", 2)[-2] + facts["ask"].rsplit("\n\n", 1)[-1]


@pytest.mark.parametrize(
    ("type", "value", "said", "unit"),
    [
        ("number", "6950", "6,950 euros", ""), ("number", "4.2", "420 cm", "m"), ("number", "2100000", "2.1 million", ""),
        ("number", "12", "12 %", ""), ("number", "40", "forty kilograms", ""),
        ("date", "11-03", "3 November", ""), ("date", "2025-09-08", "Mon 8 September 2025", ""), ("date", "2025-09-17", "Wednesday the 17th", ""),
        ("time", "18:00", "six", ""), ("time", "16:30", "half past four", ""), ("time", "07:55", "07:55", ""),
        ("duration", "P2W", "two weeks", ""), ("duration", "P14D", "two weeks", ""), ("duration", "PT1H40M", "1 h 40 min", ""), ("duration", "PT1H30M", "an hour and a half", ""),
        ("currency", "EUR", "390 euros", ""), ("currency", "GBP", "£12", ""),
    ],
)  # fmt: skip
def test_what_follows_from_its_words_is_let_pass(type: str, value: str, said: str, unit: str) -> None:
    assert list(underived(Field("x", "means", type, unit=unit), value, said, MAILS, "en")) == []


@pytest.mark.parametrize(
    ("type", "value", "said", "unit"),
    [
        ("number", "6590", "6,950 euros", ""), ("number", "42", "420 cm", "m"), ("number", "six", "six", ""),
        ("date", "12-03", "3 November", ""), ("date", "2024-11-03", "3 November", ""), ("date", "2025-02-30", "30 February", ""),
        ("date", "2025-09-16", "Wednesday the 17th", ""), ("date", "2025-09-16", "Wednesday", ""), ("date", "the 3rd", "3 November", ""),
        ("time", "17:00", "six", ""), ("time", "6 pm", "six", ""),
        ("duration", "P3W", "two weeks", ""), ("duration", "two weeks", "two weeks", ""), ("duration", "PT", "two weeks", ""),
        ("currency", "USD", "390 euros", ""), ("currency", "SEK", "eight crowns", ""), ("currency", "XQZ", "390", ""),
    ],
)  # fmt: skip
def test_what_does_not_follow_is_named(type: str, value: str, said: str, unit: str) -> None:
    assert list(underived(Field("x", "means", type, unit=unit), value, said, MAILS, "en"))


@pytest.mark.parametrize(
    ("tag", "type", "value", "said"),
    [("de", "number", "2100000", "2,1 Millionen"), ("de", "date", "05-14", "14. Mai"), ("de", "time", "19:30", "19.30 Uhr"),
     ("fr", "date", "08-01", "1er août"), ("fr", "number", "1250.5", "1 250,50"), ("es", "date", "03-14", "14 de marzo")],
)  # fmt: skip
def test_other_languages_are_read(tag: str, type: str, value: str, said: str) -> None:
    assert list(underived(Field("x", "means", type), value, said, "", tag)) == []
    assert list(underived(Field("x", "means", type), value.replace("1", "7").replace("05", "06"), said, "", tag))


def _value(n: int, **to: Any) -> Any:
    return lambda draft: draft["rows"][0]["values"][n].update(to)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (_value(0, said="Reuters"), "does not stand in the quotations"),
        (_value(1, value="9650"), "does not stand in '6,950 euros'"),
        (_value(0, value="Reuter Ltd"), "value stays empty"),
        (_value(0, field="vendor"), "no field 'vendor'"),
        (_value(0, part=1), "part 0"),
        (lambda d: d["rows"][0]["quotes"].__setitem__(0, "Reuter wants nothing"), "quote it letter by letter"),
        (lambda d: d["rows"][0]["values"].pop(0), "has no value"),
        (lambda d: d["rows"][0]["values"].append(drafts.value("firm", "Reuter")), "has 2 values"),
        (lambda d: d["rows"].append(d["rows"][0]), "was given before"),
        (lambda d: d["fields"].append(d["fields"][0]), "stands there twice"),
        (lambda d: d["fields"][0].update(name="the firm"), "no name of a field"),
        (lambda d: d["fields"][0].update(labels=["a", "b"]), "labels belong to"),
        (lambda d: d["fields"][0].update(unit="kg"), "only a number has a unit"),
        (lambda d: d["left_out"].append(drafts.left("seven euros")), "left_out: 'seven euros'"),
        (lambda d: d.update(question="Give me all offers as JSON, please, with their sums."), "format"),
        (lambda d: d.update(container="one"), "one record has one row"),
        (lambda d: d.update(container="plain"), "a plain list has one field"),
    ],
)  # fmt: skip
def test_a_broken_draft_is_sent_back(spoil: Any, complaint: str) -> None:
    draft = copy.deepcopy(drafts.OFFERS)
    spoil(draft)
    assert any(complaint in said for said in FORM.complaints(draft, MAILS)), list(FORM.complaints(draft, MAILS))


@pytest.mark.parametrize(
    ("kind", "draft", "complaint"),
    [
        ("quotations", drafts.SPEECH, "no direct speech"), ("nothing_there", drafts.OFFERS, "between 0 and 0 rows"),
        ("keyphrases", {**drafts.NAMES, "rows": drafts.NAMES["rows"][:2]}, "between 4 and 12 rows"),
        ("absent_fields", {**drafts.VISIT, "left_out": []}, "left_out"), ("relations", drafts.LADDERS, "of type label"),
        ("scattered", drafts.LADDERS, "sentences apart"), ("filtered", drafts.LADDERS, "fail the condition"),
        ("form_filling", {**drafts.VISIT, "fields": drafts.VISIT["fields"][:5]}, "at least six fields"),
        ("dates_times", drafts.LADDERS, "of type date"), ("causes", drafts.LADDERS, "at least 2"),
    ],
)  # fmt: skip
def test_a_draft_of_another_kind_is_sent_back(kind: str, draft: Draft, complaint: str) -> None:
    assert any(complaint in said for said in BY_NAME[kind].form.complaints(draft, MAILS))


def test_refitted_forms_want_what_their_goal_is_after() -> None:
    assert any("inside of another" in said for said in nested(FORM).complaints(drafts.OFFERS, MAILS))
    assert not list(nested(FORM).complaints(drafts.ORDER, MAILS))
    assert any("derived" in said for said in with_words(FORM).complaints(drafts.NAMES, MAILS))


def test_a_small_models_item_becomes_a_plain_list() -> None:
    draft = {
        "sort": "a firm",
        "items": ["Reuter", "Ott", "Reuter"],
        "question": "Which firms made an offer for the roof?",
    }
    form = BY_NAME["contacts"].form
    assert not list(form.complaints(draft, MAILS))
    assert facts_of(draft)["key"] == ["Reuter", "Ott"]
    assert any("letter by letter" in said for said in form.complaints({**draft, "items": ["Otto"]}, MAILS))


def test_seeds_without_anything_to_look_up_are_declined() -> None:
    verse = "\n".join(
        [
            "The water turns, the water stays",
            "And no one counts the sailing days",
            "Until the gate swings slowly to",
            "And all the pond is green and blue",
        ]
        * 6
    )
    assert declines(Seed("text_extraction/a.py:1-9", "def a(): pass", kind="code"))
    assert declines(Seed("text_extraction/a.txt:1-1", "Three short words"))
    assert declines(Seed("text_extraction/v.txt:1-24", verse))
    assert declines(Seed("text_extraction/m.txt:1-24", MAILS)) is None


def test_answers_of_a_key_survive_a_fence_and_json_escapes() -> None:
    facts = {**facts_of(drafts.OFFERS), "dress": "schema"}
    said = json.dumps(facts["key"], ensure_ascii=True)
    assert FORM.found(f"```json\n{said}\n```", facts) == facts["key"]
    assert FORM.found(f"{said}\n\nThat is all.", facts) is None


def test_an_answer_that_runs_on_is_refused_before_it_is_compared() -> None:
    facts = {**facts_of(drafts.OFFERS), "dress": "schema"}
    assert FORM.found(json.dumps(facts["key"] * 5_000), facts) is None


@pytest.mark.parametrize("pair", recorded("text_extraction"), ids=lambda pair: pair.id.removeprefix("text_extraction/"))
def test_a_blind_readers_paper_does_not_hold_the_key(pair: Pair) -> None:
    paper = BY_NAME[pair.kind].form.paper(pair.instruction.facts, Random(1))
    assert json.dumps(pair.instruction.facts["key"], ensure_ascii=False) not in paper.text
    assert "left_out" not in paper.text
    assert Collator(pair, BY_NAME[pair.kind], Random(1)).confirmed == 0
