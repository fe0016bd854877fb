"""Forms: what is asked can be answered, read back and compared; letters and places come from the program alone."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.stages.forms import CHAIN, CHOICE, FIVE, GAP, LIST, NUMBER, ORDER, PAIRS, QUOTE, SHORT, STATEMENTS
from tests.teams.stages.drafts import choices, orders, pairings, statements

SEEDS = st.integers(0, 10**6)
QUESTION = "How did it come about that the mill was sold?"
TEXT = "The mill was sold in 1893, after the weir had broken twice. Ada Brook paid 1,250 pounds for it, 300 less than asked."


@given(
    choices(4),
    SEEDS,
    st.sampled_from(
        ["**{}**", "Answer: {}", "{}.", "({})", "The answer is {}, since the others are about another day."]
    ),
)
def test_a_letter_chosen_is_read_back(draft: dict[str, Any], seed: int, style: str) -> None:
    facts = FIVE.asked(draft, Random(seed)).facts
    for letter, option in zip("ABCDE", facts["options"], strict=True):
        found = FIVE.found(style.format(letter), facts)
        assert found == letter
        assert FIVE.agrees(found, facts) == (option == draft["right"])


@given(choices(3), SEEDS, SEEDS)
def test_a_paper_in_another_order_is_marked_by_what_its_letters_stand_for(
    draft: dict[str, Any], seed: int, other: int
) -> None:
    facts = CHOICE.asked(draft, Random(seed)).facts
    paper = CHOICE.paper(facts, Random(other))
    shown = dict(line.split(". ", 1) for line in paper.text.splitlines()[1:])
    assert sorted(shown.values()) == sorted(facts["options"])
    for letter, option in shown.items():
        assert CHOICE.marked(letter, facts, paper.back) == (option == draft["right"])


def test_no_place_is_the_keys_favourite() -> None:
    draft = {"question": QUESTION, "right": "a", "wrong": [{"option": o, "because": "no"} for o in "bcd"]}
    places = Counter(CHOICE.asked(draft, Random(f"pair-{n}")).facts["key"] for n in range(2000))
    assert set(places) == set("ABCD")
    assert max(places.values()) < 1.25 * min(places.values())


def test_options_that_give_the_key_away_are_sent_back() -> None:
    long = "Because the weir had broken twice, and nobody in the valley had the money that its mending would have cost."
    draft = {
        "evidence": [],
        "question": QUESTION,
        "right": long,
        "wrong": [{"option": o, "because": "no"} for o in ("By chance.", "By law.", "By vote.")],
    }
    assert any("guessed" in complaint for complaint in CHOICE.complaints(draft, TEXT))
    twice = {
        **draft,
        "right": "by law",
        "wrong": [{"option": o, "because": "no"} for o in ("By law.", "By vote.", "By lot.")],
    }
    assert list(CHOICE.complaints(twice, TEXT))


@given(orders(), SEEDS, st.sampled_from([", ", " > ", " → ", "-"]))
def test_an_order_is_shuffled_and_read_back(draft: dict[str, Any], seed: int, sign: str) -> None:
    facts = ORDER.asked(draft, Random(seed)).facts
    assert facts["items"] != draft["items"]
    assert [facts["items"]["ABCDEF".index(letter)] for letter in facts["key"]] == draft["items"]
    answer = f"{sign.join(facts['key'])}\n\nThe first is told at the end."
    assert ORDER.agrees(ORDER.found(answer, facts), facts)
    other = f"{sign.join(reversed(facts['key']))}"
    assert not ORDER.agrees(ORDER.found(other, facts), facts)


@given(pairings(), SEEDS, SEEDS)
def test_pairs_are_shuffled_and_read_back(draft: dict[str, Any], seed: int, other: int) -> None:
    facts = PAIRS.asked(draft, Random(seed)).facts
    answer = "\n".join(f"{number}. {letter}" for number, letter in facts["key"].items())
    assert PAIRS.agrees(PAIRS.found(answer, facts), facts)
    for pair in draft["pairs"]:
        place = facts["left"].index(pair["left"]) + 1
        assert facts["right"]["ABCDE".index(facts["key"][str(place)])] == pair["right"]
    paper = PAIRS.paper(facts, Random(other))
    right = dict(line.split(". ", 1) for line in paper.text.splitlines() if ". " in line)
    honest = {
        number: next(at for at in paper.back if right[at] == facts["right"]["ABCDE".index(letter)])
        for number, letter in facts["key"].items()
    }
    assert PAIRS.marked(honest, facts, paper.back)
    one, two, *_ = honest
    assert not PAIRS.marked({**honest, one: honest[two], two: honest[one]}, facts, paper.back)


@given(statements(), SEEDS)
def test_statements_are_read_back_one_by_one(draft: dict[str, Any], seed: int) -> None:
    facts = STATEMENTS.asked(draft, Random(seed)).facts
    lines = [f"{n}. {'True' if truth else 'False'}. So it is told." for n, truth in facts["key"].items()]
    assert STATEMENTS.agrees(STATEMENTS.found("\n".join(lines), facts), facts)
    assert STATEMENTS.found("All of them, in a way.", facts) is None
    turned = ["1. " + ("False" if facts["key"]["1"] else "True"), *lines[1:]]
    assert not STATEMENTS.agrees(STATEMENTS.found("\n".join(turned), facts), facts)


@pytest.mark.parametrize(
    ("question", "marks", "said"),
    [
        (
            "Richtig oder falsch?",
            ("richtig", "falsch"),
            ("Richtig. So steht es da.", "**Falsch:** Davon steht nichts da."),
        ),
        ("正しければ○、誤りなら×と答えなさい。", ("○", "×"), ("○ そう書いてある。", "× 書かれていない。")),
        ("判断正误，回答“对”或“不对”。", ("对", "不对"), ("对。文中如此说。", "不对，文中没有说。")),
        ("Prawda czy fałsz?", ("prawda", "fałsz"), ("Prawda, tak jest.", "To jest fałsz.")),
        ("Fact or opinion?", ("fact", "opinion"), ("A ferry left. – Fact", "*Opinion*: nobody could check it.")),
        ("True or not true?", ("true", "not true"), ("True.", "Not true, since nobody says so.")),
    ],
)
def test_statements_are_read_by_the_words_of_their_question(
    question: str, marks: tuple[str, str], said: tuple[str, str]
) -> None:
    told = [{"because": "so", "statement": s, "is_true": t} for s, t in (("A ferry left.", True), ("It sank.", False))]
    draft = {"question": question, "marks": dict(zip(("if_true", "if_false"), marks, strict=True)), "statements": told}
    assert list(STATEMENTS.complaints(draft, "")) == []
    facts = STATEMENTS.asked(draft, Random(1)).facts
    right, wrong = (
        "\n".join(f"{n}. {said[truth is flip]}" for n, truth in facts["key"].items()) for flip in (False, True)
    )
    assert STATEMENTS.agrees(STATEMENTS.found(right, facts), facts)
    assert STATEMENTS.found(wrong, facts) is not None
    assert not STATEMENTS.agrees(STATEMENTS.found(wrong, facts), facts)
    assert all(repr(mark) in STATEMENTS.how(facts) for mark in marks)


def test_words_to_answer_with_stand_in_the_question() -> None:
    told = [{"because": "so", "statement": s, "is_true": t} for s, t in (("A ferry left.", True), ("It sank.", False))]
    draft = {"question": "Wahr oder falsch?", "marks": {"if_true": "richtig", "if_false": "falsch"}, "statements": told}
    assert any("'richtig'" in fault for fault in STATEMENTS.complaints(draft, ""))
    same = {"if_true": "falsch", "if_false": "Falsch"}
    assert any("the same" in fault for fault in STATEMENTS.complaints({**draft, "marks": same}, ""))


def test_statements_of_older_questions_are_read_as_before() -> None:
    facts = {"statements": ["A ferry left.", "It sank."], "key": {"1": True, "2": False}}
    assert STATEMENTS.found("1. Wahr, so ist es.\n2. Falsch.", facts) == facts["key"]


@pytest.mark.parametrize(
    ("question", "answer", "is_told"),
    [
        ("Which house of ice did the dairy have?", "the dairy's ice house", True),
        ("In which library did the librarians work?", "the library's working room", False),
        ("Who sold the mill?", "the mill's owner", False),
        ("Where did she go?", "Lleida", False),
    ],
)
def test_a_question_that_holds_all_words_of_its_answer_is_sent_back(question: str, answer: str, is_told: bool) -> None:
    draft = {"evidence": [], "question": question, "answer": answer, "also": []}
    assert any("gives its answer away" in fault for fault in SHORT.complaints(draft, "")) is is_told


def test_a_figure_that_its_question_says_is_sent_back() -> None:
    draft = {"evidence": [], "question": "Of 42 jars, how many are six times 7?", "expression": "6 * 7", "unit": "jars"}
    assert any("stands in the question" in fault for fault in NUMBER.complaints(draft, TEXT))


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("**1,550 pounds** were asked: 1,250 and 300 more.", True),
        ("1550 pounds. She paid 1,250 and that was 300 less, so 1,250 + 300 = 1,550 pounds.", True),
        ("**1,250 pounds**, as the text says.", False),
        ("She paid 1,250 pounds, 300 less than asked, so 950 pounds.", False),
        ("About fifteen hundred.", False),
    ],
)
def test_a_figure_is_found_where_an_answer_says_it(answer: str, right: bool) -> None:
    draft = {"evidence": [], "question": "How much was asked?", "expression": "1250 + 300", "unit": "pounds"}
    facts = NUMBER.asked(draft, Random(1)).facts
    assert NUMBER.agrees(NUMBER.found(answer, facts), facts) is right


def test_without_bold_a_figure_is_found_at_the_end_where_a_form_may_forbid_bold() -> None:
    draft = {"evidence": [], "question": "How much was asked?", "expression": "1250 + 300", "unit": "pounds"}
    facts = NUMBER.asked(draft, Random(1)).facts
    answer = "She paid 1,250 pounds, and that was 300 pounds less. So 1,550 pounds were asked, as one sees."
    assert NUMBER.found(answer, facts) is None
    told = {**facts, "demands": [{"rule": "plain_text"}]}
    assert NUMBER.agrees(NUMBER.found(answer, told), told)


def test_a_calculation_that_cant_be_carried_out_is_sent_back() -> None:
    draft = {"evidence": [], "question": "How much was asked?", "expression": "the price + 300", "unit": "pounds"}
    assert any("can't be carried out" in complaint for complaint in NUMBER.complaints(draft, TEXT))


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("the broken weir", True),
        ("Because its weir had broken twice.", True),
        ("the weir", True),
        ("a fire", False),
        ("", False),
    ],
)
def test_short_answers_are_compared_by_their_words(said: str, right: bool) -> None:
    facts = {"key": "the weir had broken", "also": ["a broken weir", "weir"]}
    assert SHORT.agrees(said, facts) is right


def test_other_figures_make_another_short_answer() -> None:
    assert not SHORT.agrees("in 1894", {"key": "in 1893"})
    assert SHORT.agrees("1893", {"key": "in 1893"})


def test_a_list_holds_all_and_nothing_else() -> None:
    facts = {"key": ["a broken weir", "the price of grain"]}
    assert LIST.agrees(["grain prices", "price of grain", "broken weir"], facts) is False
    assert LIST.agrees(["the price of grain", "broken weir"], facts)
    assert LIST.agrees("It was the broken weir, and also the price of grain.", facts)
    assert not LIST.agrees("It was the broken weir.", facts)


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Oats, rye and salt and pepper.", True),
        ("They grew rye, oats, and salt and pepper.", True),
        ("These: oats; salt and pepper; rye.", True),
        ("- rye\n- oats\n- salt and pepper", True),
        ("Oats, rye, wheat and salt and pepper.", False),
        ("Oats, rye, salt and pepper, and no wheat.", False),
        ("Oats with barley, rye, salt and pepper.", False),
        ("Oats, rye and salt and pepper. Wheat too.", False),
        ("- rye\n- oats\n- salt and pepper\n- wheat", False),
        ("- rye\n- oats\n- salt and pepper\n\nAlso wheat.", False),
        ("Oats, oats, rye.", False),
        ("Oats, rye, but not salt and pepper.", False),
        ("Oats and rye.", False),
    ],
)
def test_a_list_in_words_names_each_item_once_and_nothing_else(said: str, right: bool) -> None:
    assert LIST.agrees(said, {"key": ["oats", "rye", "salt and pepper"]}) is right


def test_an_item_of_a_paper_stands_for_one_of_the_key() -> None:
    facts = {"key": ["the price of grain", "the price of bread", "a flood"]}
    assert LIST.agrees(["a flood", "price of bread", "price of grain"], facts)
    assert not LIST.agrees(["price of bread", "price of bread", "a flood"], facts)
    assert not LIST.agrees(["price of bread", "price of grain", "a flood", "a fire"], facts)


NOUNS = st.lists(st.sampled_from(["oats", "rye", "flax", "hemp", "hops", "peas"]), min_size=2, max_size=5, unique=True)


@given(NOUNS, st.sampled_from(["wheat", "barley"]), st.randoms())
def test_whatever_the_order_an_item_more_is_seen(keys: list[str], more: str, random: Random) -> None:
    said = random.sample(keys, len(keys))
    prose = f"{', '.join(said[:-1])} and {said[-1]}."
    assert LIST.agrees(prose, {"key": keys})
    assert LIST.agrees(said, {"key": keys})
    assert not LIST.agrees(f"{more}, {prose}", {"key": keys})
    assert not LIST.agrees([*said, more], {"key": keys})
    assert not LIST.agrees(said[:-1], {"key": keys})


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("It was Ada Brook.", True),
        ("It was not Ada Brook.", False),
        ("It wasn't Ada Brook.", False),
        ("Nobody but Ida; never Ada Brook.", False),
        ("阿达·布鲁克", False),
    ],
)
def test_a_key_that_is_denied_is_not_given(said: str, right: bool) -> None:
    assert SHORT.agrees(said, {"key": "Ada Brook", "also": []}) is right


def test_a_denial_taken_up_from_the_question_denies_no_key() -> None:
    facts = {"question": "How many children did not borrow a book again?", "key": "171", "also": []}
    assert SHORT.agrees("171 children did not borrow a book again that year.", facts)
    assert not SHORT.agrees("171 children did not come that year.", {**facts, "question": "How many came that year?"})


def test_where_words_are_not_set_apart_a_key_is_found_and_a_denial_seen() -> None:
    facts = {"key": "青い船", "also": []}
    assert SHORT.agrees("それは青い船です。", facts)
    assert not SHORT.agrees("それは青い船ではない。", facts)


def test_a_paper_names_the_unit_its_answer_is_given_in() -> None:
    draft = {"question": "How long did the passage take?", "expression": "90 + 45", "unit": "minutes"}
    assert "(minutes)" in NUMBER.paper(NUMBER.asked(draft, Random(1)).facts, Random(2)).text
    bare = NUMBER.asked({**draft, "unit": ""}, Random(1)).facts
    assert NUMBER.paper(bare, Random(2)).text == bare["question"]


@pytest.mark.parametrize(
    ("form", "old", "new", "is_same"),
    [
        (SHORT, {"answer": "because the weir broke", "also": ["a broken weir"]}, {"answer": "Because its weir broke.", "also": []}, True),
        (SHORT, {"answer": "because the weir broke", "also": ["a broken weir"]}, {"answer": "a broken weir", "also": []}, True),
        (SHORT, {"answer": "in 1893", "also": []}, {"answer": "in 1894", "also": []}, False),
        (LIST, {"items": ["oats", "the rye"]}, {"items": ["rye", "oats"]}, True),
        (LIST, {"items": ["oats", "the rye"]}, {"items": ["rye", "flax"]}, False),
        (NUMBER, {"expression": "6 * 7", "unit": "days"}, {"expression": "40 + 2", "unit": "days"}, True),
        (NUMBER, {"expression": "6 * 7", "unit": "days"}, {"expression": "40 + 2", "unit": "weeks"}, False),
        (NUMBER, {"expression": "6 * 7", "unit": "days"}, {"expression": "40 + 3", "unit": "days"}, False),
        (CHOICE, {"right": "By auction."}, {"right": "by auction"}, True),
        (CHOICE, {"right": "by auction in May"}, {"right": "by auction in June"}, False),
        (PAIRS, {"pairs": [{"left": a, "right": b} for a, b in (("Ada", "x1"), ("Ida", "y1"), ("Eda", "z1"))]}, {"pairs": [{"left": a, "right": b} for a, b in (("Ida", "y1"), ("Ada", "x1"), ("Eda", "z1"))]}, True),
        (PAIRS, {"pairs": [{"left": a, "right": b} for a, b in (("Ada", "x1"), ("Ida", "y1"), ("Eda", "z1"))]}, {"pairs": [{"left": a, "right": b} for a, b in (("Ida", "x1"), ("Ada", "y1"), ("Eda", "z1"))]}, False),
    ],
)  # fmt: skip
def test_two_keys_are_held_against_each_other_as_answers_are(form: Any, old: Any, new: Any, is_same: bool) -> None:
    for seed in range(6):  # letters are drawn anew, and must not count
        before = form.asked({**FULL, **old}, Random(seed)).facts
        assert form.has_same_key(form.asked({**FULL, **new}, Random(seed + 7)).facts, before) is is_same


def test_a_gap_may_not_be_filled_by_the_sentence_itself() -> None:
    draft = {
        "evidence": [],
        "question": "Fill the gap.",
        "sentence": "The weir broke, and the ____ was sold because of the weir.",
        "answer": "weir",
        "also": [],
    }
    assert any("beside it" in complaint for complaint in GAP.complaints(draft, TEXT))
    assert not list(GAP.complaints({**draft, "answer": "mill"}, TEXT))
    assert any(
        "exactly one" in complaint for complaint in GAP.complaints({**draft, "sentence": "No gap here at all."}, TEXT)
    )


@pytest.mark.parametrize(
    "form", [SHORT, LIST, NUMBER, CHOICE, ORDER, PAIRS, STATEMENTS, CHAIN], ids=lambda form: form.name
)
def test_evidence_that_is_not_in_the_text_is_sent_back(form: Any) -> None:
    first = next(form.complaints({**FULL, "evidence": ["The mill was sold in 1894"]}, TEXT), "")
    assert "does not say" in first
    assert not any(
        "does not say" in c for c in form.complaints({**FULL, "evidence": ["after the weir had\nbroken twice"]}, TEXT)
    )


FULL = {
    "question": QUESTION, "answer": "its weir broke", "also": [], "items": ["a flood", "a fire", "a sale"],
    "expression": "1+1", "unit": "", "right": "by auction", "wrong": [{"option": o, "because": "no"} for o in ("by lottery", "by testament", "by exchange")],
    "pairs": [{"left": a, "right": b} for a, b in (("Ada", "bought it"), ("Ida", "sold it"), ("Eda", "drew it"))],
    "statements": [{"statement": "It was sold.", "is_true": True, "because": "it says so"}, {"statement": "It burnt.", "is_true": False, "because": "no fire"}],
    "marks": {"if_true": "sold", "if_false": "mill"},
    "further": [{"question": "And who bought it?", "answer": "Ada Brook"}],
}  # fmt: skip


def test_a_quotation_has_to_stand_in_the_text() -> None:
    draft = {"question": "Which sentence says why?", "quote": "after the weir had broken twice"}
    assert not list(QUOTE.complaints(draft, TEXT))
    assert list(QUOTE.complaints({**draft, "quote": "after the weir had broken thrice"}, TEXT))
    facts = QUOTE.asked(draft, Random(1)).facts
    assert QUOTE.agrees('It is this: "The mill was sold in 1893, after the weir had broken twice."', facts)


def test_a_chain_is_asked_one_by_one_and_marked_as_a_whole() -> None:
    facts = CHAIN.asked(
        {**FULL, "further": [{"question": "By whom?", "answer": ""}, {"question": "When?", "answer": "in 1893"}]},
        Random(1),
    ).facts
    assert list(CHAIN.further(facts)) == ["By whom?", "When?"]
    assert CHAIN.agrees(["the weir broke", "", "1893"], facts)
    assert not CHAIN.agrees(["the weir broke", "Ada", "1893"], facts)
    assert not CHAIN.agrees(["the weir broke", ""], facts)
