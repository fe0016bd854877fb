"""The forms: what is asked is answered, read back and compared; no key has a favourite place; no sum is believed."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.multiple_choice import BY_NAME
from teams.multiple_choice.forms import Figure, Lettered, NoneAbove
from teams.multiple_choice.forms.answers import label_in, labels_in
from teams.multiple_choice.forms.figure import figures_in, is_given, recomputed, shown_as, value_of
from teams.multiple_choice.forms.lettered import wider
from teams.multiple_choice.kinds import KINDS
from teams.multiple_choice.reasons import gives_reason
from teams.multiple_choice.wordings import combination
from tests.teams.multiple_choice.drafts import CASE, DRAFTS, GRID, LAMPS, SALT, SOUND, SPOT, TANK

SEEDS = st.integers(0, 10**6)
SAYINGS = (
    "**{}**",
    "Answer: {}",
    "The answer is {}.",
    "The correct option is ({}), for this reason.",
    '{{"answer": "{}"}}',
)
SINGLE = [name for name in DRAFTS if name != "multiple_response"]


def form(kind: str) -> Lettered:
    made = BY_NAME[kind].form
    assert isinstance(made, Lettered)
    return made


def keys(facts: Any) -> list[str]:
    return facts["key"] if isinstance(facts["key"], list) else [facts["key"]]


def test_every_form_has_a_draft() -> None:
    assert {type(form(kind)) for kind in DRAFTS} == {type(kind.form) for kind in KINDS}


@pytest.mark.parametrize("kind", DRAFTS)
def test_a_good_draft_fits_its_schema_and_draws_no_complaint(kind: str) -> None:
    properties = form(kind).draft(False)
    jsonschema.validate(DRAFTS[kind], {"type": "object", "properties": properties, "required": list(properties)})
    assert list(form(kind).complaints(DRAFTS[kind], "")) == []


@pytest.mark.parametrize("kind", DRAFTS)
@settings(max_examples=30)
@given(seed=SEEDS, saying=st.sampled_from(SAYINGS))
def test_what_is_chosen_is_read_back_and_compared(kind: str, seed: int, saying: str) -> None:
    facts = form(kind).asked(DRAFTS[kind], Random(seed)).facts
    for label in facts["labels"]:
        found = form(kind).found(saying.format(label), facts)
        chosen = [label] if isinstance(facts["key"], list) else label
        if kind == "multiple_response" and saying.startswith(("The answer", "The correct")):
            assert found in (None, chosen)  # several labels are named in one place, in bold or after a colon
        else:
            assert found == chosen
            assert form(kind).agrees(found, facts) == (chosen == facts["key"])


@pytest.mark.parametrize("kind", DRAFTS)
@settings(max_examples=30)
@given(seed=SEEDS, other=SEEDS)
def test_a_paper_in_another_order_is_marked_by_what_its_letters_stand_for(kind: str, seed: int, other: int) -> None:
    facts = form(kind).asked(DRAFTS[kind], Random(seed)).facts
    paper = form(kind).paper(facts, Random(other))
    shown = dict(re.findall(r"^([A-J])\. (.*)$", paper.text.removeprefix(facts["stem"]), re.MULTILINE))
    assert sorted(shown.values()) == sorted(facts["options"])
    right = {facts["options"][facts["labels"].index(key)] for key in keys(facts)}
    chosen = [letter for letter, option in shown.items() if option in right]
    assert form(kind).marked(chosen if isinstance(facts["key"], list) else chosen[0], facts, paper.back)
    for letter, option in shown.items():
        if option not in right:
            assert not form(kind).marked([letter] if isinstance(facts["key"], list) else letter, facts, paper.back)
    if facts["last_stays"]:
        assert list(shown.values())[-1] == facts["options"][-1]


@pytest.mark.parametrize("kind", SINGLE)
def test_no_place_is_the_keys_favourite(kind: str) -> None:
    places: dict[int, Counter[int]] = defaultdict(Counter)
    for number in range(4000):
        facts = form(kind).asked(DRAFTS[kind], Random(f"item-{number}")).facts
        places[len(facts["options"])][facts["labels"].index(facts["key"])] += 1
    for count, seen in places.items():
        if sum(seen.values()) > 500:
            assert set(seen) == set(range(count))
            assert max(seen.values()) < 1.45 * min(seen.values()), (kind, count, seen)


def test_statements_are_true_as_often_in_every_place_and_number() -> None:
    drawn = [form("multiple_response").asked(DRAFTS["multiple_response"], Random(n)).facts for n in range(3000)]
    places = Counter(key for facts in drawn for key in facts["key"])
    numbers = Counter(len(facts["key"]) for facts in drawn)
    assert max(places.values()) < 1.2 * min(places.values())
    assert set(numbers) == {1, 2, 3, 4}
    assert max(numbers.values()) < 1.3 * min(numbers.values())


@pytest.mark.parametrize("kind", ["matching", "ordering", "complex_statements"])
def test_the_key_is_not_the_option_most_like_the_others(kind: str) -> None:
    """Distractors grown around a key give it away to whoever counts what the options have in common."""
    hits = counted = 0
    for number in range(1500):
        facts = form(kind).asked(DRAFTS[kind], Random(f"item-{number}")).facts
        parts = [set(re.findall(r"[^,\s–]+" if kind != "ordering" else r"\d", o)) for o in facts["options"]]
        if kind == "ordering":
            parts = [{f"{n}:{d}" for n, d in enumerate(re.findall(r"\d", o))} for o in facts["options"]]
        likeness = [sum(len(one & other) for other in parts) - len(one) for one in parts]
        guess = Random(number).choice([n for n, like in enumerate(likeness) if like == max(likeness)])
        counted += len(facts["options"])
        hits += facts["labels"][guess] == facts["key"]
    assert hits < 1.2 * 1500 * 1500 / counted  # chance is one in the mean number of options


@pytest.mark.parametrize(
    ("kind", "change", "complaint"),
    [
        ("single_best", {"right": SALT["wrong"][0]["option"]}, "the same"),
        ("single_best", {"right": f"{SALT['right']}, and so it goes on melting until all of the ice has run off the road"}, "longest"),
        ("single_best", {"question": f"Is it true that {str(SALT['right']).lower()}, and why?"}, "gives its answer away"),
        ("none_above", {"none": SALT["right"]}, "stands among the options"),
        ("negative_except", {"twins": [{"true": "It is so", "false": "It is so", "because": "none"}] * 4}, "the same"),
        ("multiple_response", {"twins": [{**SOUND["twins"][0], "false": "Sound is slow in water, as anybody can tell who ever shouted there and waited for an answer"}, *SOUND["twins"][1:]]}, "much longer"),
        ("table_reading", {"table": {"columns": ["A", "B"], "rows": [["1", "2"], ["1"], ["3", "4"]]}}, "another number of cells"),
        ("cloze", {"sentence": "There is no gap in this sentence at all."}, "exactly one"),
        ("calculation", {"expression": "1200 litres * 0.95"}, "leave the units out"),
        ("calculation", {"expression": "1350 * 0.95**2"}, "1350"),
        ("calculation", {"mistakes": [*TANK["mistakes"][:3], {"mistake": "the same", "expression": "1200 * 0.9025"}]}, "the same as the right answer"),
        ("calculation", {"expression": "1200 *"}, "can't be carried out"),
        ("assertion_reason", {"false_assertion": GRID["assertion"]}, "the same"),
        ("ordering", {"items": ["Rennet is added", "rennet is added", "Whey runs off"]}, "the same"),
        ("matching", {"pairs": [{"left": "Barometer", "right": "pressure"}, {"left": "Barometer", "right": "wind"}, {"left": "Thermometer", "right": "heat"}]}, "on the left"),
        ("case_vignette", {"evidence": ["never said anywhere"]}, "does not say"),
    ],
)  # fmt: skip
def test_a_broken_draft_is_sent_back_with_what_is_wrong(kind: str, change: dict[str, Any], complaint: str) -> None:
    said = list(form(kind).complaints({**DRAFTS[kind], **change}, "Another text."))
    assert any(complaint in one for one in said), said


# Figures


@pytest.mark.parametrize("kind", ["calculation", "table_calculation"])
@settings(max_examples=40)
@given(seed=SEEDS)
def test_figures_are_worked_out_and_a_changed_one_is_found(kind: str, seed: int) -> None:
    facts = form(kind).asked(DRAFTS[kind], Random(seed)).facts
    assert list(recomputed(facts)) == []
    assert facts["options"][facts["labels"].index(facts["key"])] == {"calculation": "1083 litres"}.get(kind, "75 lm/W")
    for n, option in enumerate(facts["options"]):
        other = [*facts["options"]]
        other[n] = f"9{option}"
        assert list(recomputed({**facts, "options": other}))
        if facts["labels"][n] != facts["key"]:
            assert list(recomputed({**facts, "key": facts["labels"][n]}))


def test_values_are_shown_as_a_reader_of_the_language_expects() -> None:
    assert shown_as(value_of("10/3"), 2, "kg", "How much is in each of the three sacks that were filled?") == "3.33 kg"
    assert shown_as(value_of("1/8"), 3, "%", "") == "0.125%"
    assert shown_as(value_of("2.5"), 2, "€", "") == "€2.50"
    german = "Wie viele Kilogramm sind in jedem der drei Säcke, wenn der Müller sie gleich füllt?"
    assert shown_as(value_of("10/3"), 2, "kg", german) == "3,33 kg"


@pytest.mark.parametrize(
    ("figure", "said"),
    [("1200", "1,200 litres"), ("1200", "1 200 Liter"), ("0.05", "5 %"), ("0.95", "a loss of 5 %"), ("1.05", "grows by 5%"),
     ("12.5", "12,5 kg"), ("1234567", "1.234.567 Euro"), ("2.50", "2.5 m")],
)  # fmt: skip
def test_a_figure_is_given_however_it_is_written(figure: str, said: str) -> None:
    assert is_given(figure, said)
    assert not is_given("777", said)


def test_figures_known_to_all_need_not_be_given() -> None:
    assert figures_in("3600 * 24 / 7 + 0.35 * 17") == ["0.35", "17"]


def test_wider_forms_ask_for_more_and_leave_the_others_as_they_are() -> None:
    for kind in ("single_best", "case_vignette", "calculation"):
        assert wider(form(kind)) is not form(kind)
        assert type(wider(form(kind))) is type(form(kind))
    assert wider(form("matching")) is form("matching")
    more = {**TANK, "evidence": [], "mistakes": [*TANK["mistakes"], {"mistake": "three days", "expression": "1200 * 0.95**3"},
                                                 {"mistake": "half", "expression": "1200 * 0.95**2 / 2"}]}  # fmt: skip
    assert 6 <= len(wider(Figure()).asked(more, Random(1)).facts["options"]) <= 10


def test_none_is_the_key_where_the_right_option_is_taken_away() -> None:
    for number in range(50):
        facts = NoneAbove(3, 5, always=True).asked(DRAFTS["none_above"], Random(number)).facts
        assert SALT["right"] not in facts["options"]
        assert facts["options"][facts["labels"].index(facts["key"])] == "None of the above"
    shown = [form("none_above").asked(DRAFTS["none_above"], Random(n)).facts for n in range(600)]
    absent = [facts for facts in shown if SALT["right"] not in facts["options"]]
    assert all(facts["key"] == facts["labels"][-1] for facts in absent)
    assert 90 < len(absent) < 220  # about one in four


def test_spot_shows_one_wrong_step_or_none() -> None:
    for number in range(60):
        facts = form("error_spotting").asked(DRAFTS["error_spotting"], Random(number)).facts
        wrong = [n for n, twin in enumerate(SPOT["twins"]) if twin["false"] in facts["stem"]]
        place = facts["labels"].index(facts["key"])
        assert wrong == ([place] if place < len(SPOT["twins"]) else [])


def test_options_over_numbered_statements_never_carry_numbers_of_their_own() -> None:
    for kind in ("calculation", "how_many_true", "error_spotting", "matching", "ordering"):
        for number in range(80):
            assert form(kind).asked(DRAFTS[kind], Random(number)).facts["labels"][0] in "Aa"
    for number in range(40):  # "A is true" speaks of the assertion
        assert form("assertion_reason").asked(DRAFTS["assertion_reason"], Random(number)).facts["labels"][0] == "1"


# Reading answers


@given(st.sets(st.sampled_from("ABCDEF"), min_size=1), st.sampled_from((", ", " and ", " und ", "; ", ",")), SEEDS)
def test_several_labels_are_read_in_any_order_however_joined(chosen: set[str], joined: str, seed: int) -> None:
    order = Random(seed).sample(sorted(chosen), len(chosen))
    said = joined.join(order)
    for answer in (
        f"**{said}**",
        f"The right ones are: {said}.",
        f"{said}\n\nThe rest is wrong.",
        json.dumps({"answer": order}),
    ):
        assert labels_in(answer, list("ABCDEF")) == sorted(chosen), answer


@pytest.mark.parametrize(
    "answer",
    ["", "I can't say.", "A is tempting, but see below.", "**A, B** or else **B, C**", "All of them might be."],
)
def test_a_doubtful_set_is_none(answer: str) -> None:
    assert labels_in(answer, list("ABCDEF")) is None


@pytest.mark.parametrize(
    ("answer", "label"),
    [
        ('```json\n{"answer": "b) stone", "why": "a) is wood"}\n```', "b"),
        ('{"verdict": "STONE"}', "b"),
        ('{"answer": "a", "other": "b"}', None),
        ("The answer is **b)**: stone lasts.", "b"),
        ("It may be a or b.", None),
        ('{"broken": ', None),
        ("Wood rots, and stone lasts longer than either of them.\n\nb", "b"),
        ("Wood rots, a reader will say.\n\n**b**", "b"),
    ],
)
def test_one_label_is_read_out_of_json_and_words(answer: str, label: str | None) -> None:
    assert label_in(answer, ["a", "b"], ["wood", "stone"]) == label


OTHERS = {"A": "Salt warms the ice", "C": "It presses on it", "D": "It keeps air out"}


@pytest.mark.parametrize(
    ("answer", "without"),
    [
        ("**B**. Dissolved salt lowers it. A is wrong. C is wrong. D is wrong.", "ACD"),
        ("**B**. Dissolved salt lowers it.\n\n- A: wrong.\n- C: incorrect.\n- D: not correct.", "ACD"),
        ("**B**. Dissolved salt lowers it. A, C and D are incorrect.", "ACD"),
        ("**B**. Dissolved salt lowers it.\n\nA: dissolving cools it. C: far too little weight. D: air plays no part.", ""),
        ("**B**. Dissolved salt lowers it.\n\n**A**\nDissolving takes heat up.\n\n**C**\nThe grains weigh too little.\n\n**D**\nNo.", "D"),
        ("**B**. Dissolved salt lowers it. A. Dissolving takes heat up. C. A grain weighs far too little. D. Unlike A, this is about air, which plays no part.", ""),
        ("**B**. Dissolved salt lowers it. A. C. A grain weighs far too little. D. D. (A) Dissolving takes heat up.", "D"),
        ("**B**. It lowers it. That salt warms the ice is wrong. C and D name effects far too small to measure.", "A"),
        ("**B**. It lowers it. That salt warms the ice gets it backwards: it cools. C and D name effects far too small to measure.", ""),
        ("**B**. Salt lowers it.\nA. It cools the ice, as dissolving does. C. A grain weighs far too little. D. A layer of salt lets air through.", ""),
        ("**B**. Salt lowers it. A. It cools. A. C. No. D. A layer of salt lets air through.", "C"),
        ("**B**。盐降低冰点。A错误，因为溶解要吸热。C的压力太小了。D不正确。", "D"),
        ("**B**. Соль понижает точку. A неверно: растворение охлаждает лёд. C неверно. D: воздух тут ни при чём.", "C"),
        ("정답은 B입니다. A는 틀렸습니다. C는 압력이 너무 작아 얼음을 녹이지 못합니다. D는 공기와 상관이 없습니다.", "A"),
    ],
)  # fmt: skip
def test_a_verdict_is_no_reason(answer: str, without: str) -> None:
    assert "".join(label for label, o in OTHERS.items() if not gives_reason(answer, label, o, OTHERS)) == without


@given(
    st.sampled_from("ACD"), st.sampled_from(("{} is wrong.", "**{}**: incorrect.", "{}) false", "({}) is not right."))
)
def test_no_verdict_alone_ever_is_one(label: str, verdict: str) -> None:
    assert not gives_reason(f"**B** it is.\n{verdict.format(label)}", label, OTHERS[label], OTHERS)


@pytest.mark.parametrize(
    "said", ["On reflection, B belongs to them.", "Wait, I was wrong about C.", "Correction: C alone."]
)
def test_a_set_with_second_thoughts_is_none(said: str) -> None:
    assert labels_in(f"**A, C**\n\nB is silent on it. {said}", list("ABC")) is None


@given(st.text(max_size=400))
def test_no_answer_breaks_the_readers(answer: str) -> None:
    assert label_in(answer, ["A", "B"], ["wood", "stone"]) in (None, "A", "B")
    assert labels_in(answer, ["A", "B"]) in (None, ["A"], ["B"], ["A", "B"])
    assert gives_reason(answer, "A", "wood", {"A": "wood"}) in (True, False)


def test_steps_that_are_judged_by_number_are_not_chosen() -> None:
    options = ["[1]", "[2]", "[3]", "There is no error"]
    said = "Step 1 holds up: coarse grains cut more.\n\nStep [2] is right as well.\n\nStep 3 has it backwards.\n\n"
    assert label_in(f"{said}C", list("ABCD"), options) == "C"
    assert label_in(f"{said}The answer is **C**.", list("ABCD"), options) == "C"
    assert label_in("The error is in step [3].", list("ABCD"), options) == "C"
    assert label_in(f"{said}C. [3]", list("ABCD"), options) == "C"


def test_combinations_are_named_in_the_language_of_the_item() -> None:
    english = "Which of these statements on sound and light at room temperature are true?"
    german = "Welche dieser Aussagen über Schall und Licht bei Zimmertemperatur sind wahr?"
    assert combination(["II"], english) == "II only"
    assert combination(["I", "III"], english) == "I and III only"
    assert combination(["I", "II", "III"], english) == "I, II and III"
    assert combination(["I", "III"], german) == "nur I und III"
    assert combination(["I", "III"], "Які з цих тверджень про звук і світло є правильними?") == "I, III"


def test_a_case_stands_before_its_question() -> None:
    asked = form("case_vignette").asked(DRAFTS["case_vignette"], Random(1)).text
    assert asked.index(CASE["case"]) < asked.index(CASE["question"]) < asked.index(CASE["right"])


def test_a_table_stands_in_the_question_with_every_cell() -> None:
    asked = form("table_calculation").asked(DRAFTS["table_calculation"], Random(1)).text
    for row in LAMPS["table"]["rows"]:
        assert f"| {' | '.join(row)} |" in asked
