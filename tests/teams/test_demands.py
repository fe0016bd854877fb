"""The library of format rules as a whole: how demands are said, drawn, combined, and that no answer hurts a checker."""

import json
from itertools import combinations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.demands import RULES, SHAPES, Demand, clash, combine, content_of, draw_demands, faults_of, fitting
from teams.engine.demands.rule import FAMILIES, worded
from tests.teams import test_demands_documents, test_demands_json, test_demands_layout, test_demands_text
from tests.teams.demand_cases import Case

CASES: dict[str, Case] = {
    case.rule: case
    for module in (test_demands_text, test_demands_layout, test_demands_documents, test_demands_json)
    for case in module.CASES
}
REQUEST = "How do I get a stain out of wool?"
every_rule = pytest.mark.parametrize("name", RULES)
seeds = st.integers(0, 2**32)


def drawn(name: str, seed: int, shape: str = "") -> dict:
    rule = RULES[name]
    params = dict(rule.draw(Random(seed), shape or min(rule.suits)))
    return params | ({rule.needs: REQUEST} if rule.needs else {})


def test_there_are_more_than_the_thirty_that_must_remain() -> None:
    assert len(RULES) >= 40
    assert {rule.source for rule in RULES.values()} == {"IFEval", "FoFo", "InFoBench", "ours"}
    assert {rule.family for rule in RULES.values()} == FAMILIES


@every_rule
def test_every_rule_has_answers_that_meet_and_break_it(name: str) -> None:
    case = CASES[name]
    assert len(set(case.good)) >= 3
    assert len({text for text, _ in case.broken()}) >= 4
    assert case.params.keys() == drawn(name, 0).keys()
    assert not set(case.good) & {text for text, _ in case.broken()}


@every_rule
def test_what_nobody_was_asked_about_breaks_no_rule(name: str) -> None:
    case = CASES[name]
    for answer in case.good:
        for same in (
            answer + "\n",
            "\ufeff" + answer,
            "\n\n" + answer,
            answer.replace("\n", "\r\n"),
            answer + "  \n \n",
        ):
            assert list(RULES[name].faults(same, case.params)) == [], same


@every_rule
@pytest.mark.parametrize("answer", ["", " \n", "\ufeff"])
def test_an_empty_answer_meets_nothing(name: str, answer: str) -> None:
    assert list(RULES[name].faults(answer, CASES[name].params)) == ["the answer is empty"]


@every_rule
def test_wordings_begin_differently_and_speak_as_a_user(name: str) -> None:
    wordings = RULES[name].wordings
    assert len(wordings) >= 4
    beginnings = [" ".join(w.replace('"', "").split()[:2]).casefold() for w in wordings]
    assert len(set(beginnings)) == len(wordings), beginnings
    for wording in wordings:
        assert "response must" not in wording.casefold()
        assert "the model" not in wording.casefold()
        assert wording.rstrip()[-1] in '.!?"”)}…' or name == "postscript", wording


@every_rule
@given(seed=seeds)
@settings(max_examples=12)
def test_every_wording_says_every_parameter(name: str, seed: int) -> None:
    rule = RULES[name]
    for shape in sorted(rule.suits):
        params = drawn(name, seed, shape)
        assert json.loads(json.dumps(params)) == params
        for wording in rule.wordings:
            said = worded(wording, params)
            assert "{" not in said, said
            for value in params.values():
                if value == REQUEST:
                    continue
                for one in value if isinstance(value, list) else [value]:
                    assert worded("{x}", {"x": one}) in said or worded("{x:word}", {"x": one}) in said, (one, said)


@given(seed=seeds, shape=st.sampled_from(sorted(SHAPES)), count=st.integers(1, 4))
def test_drawn_demands_go_together_and_come_again(seed: int, shape: str, count: int) -> None:
    demands = draw_demands(Random(seed), shape, count=count, given={"request": REQUEST})
    assert demands == draw_demands(Random(seed), shape, count=count, given={"request": REQUEST})
    assert 1 <= len(demands) <= count
    for demand in demands:
        assert shape in RULES[demand.rule].suits
    for one, other in combinations(demands, 2):
        assert not clash(RULES[one.rule], RULES[other.rule])
        assert RULES[one.rule].family != RULES[other.rule].family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("json_object", "bullet_count"),
        ("json_object", "starts_with"),
        ("lower_case", "starts_with"),
        ("lower_case", "paragraph_opening"),
        ("lipogram", "words_present"),
        ("letter_max", "word_min"),
        ("sentence_exact", "bullet_count"),
        ("paragraph_count", "postscript"),
        ("line_count", "bracketed_title"),
        ("plain_text", "table_columns"),
        ("plain_text", "two_answers"),
        ("no_digits", "numbered_items"),
        ("no_digits", "confidence_line"),
        ("no_commas", "repeat_request"),
        ("words_forbidden", "repeat_request"),
        ("quoted_whole", "ends_with"),
        ("soap_note", "word_max"),
        ("upper_case", "tagged_parts"),
        ("glossary", "word_max"),
        ("acrostic", "upper_case"),
        ("word_max", "word_often"),
    ],
)
def test_what_contradicts_is_never_asked_together(one: str, other: str) -> None:
    assert clash(RULES[one], RULES[other])
    assert clash(RULES[other], RULES[one])


@pytest.mark.parametrize(
    ("one", "other", "answer"),
    [
        ("word_max", "bullet_count", "- Air\n- Wipe\n- Fix"),
        ("words_forbidden", "soap_note", test_demands_documents.SOAP_NOTE),
        ("sentence_exact", "starts_with", "In short, it leaks. The seal is old. Buy a new one."),
        ("word_max", "answer_line", "It can't be A.\nAnswer: B"),
        ("lower_case", "no_commas", "the sun is up."),
        ("quoted_whole", "word_max", '"It leaks."'),
        ("no_contractions", "minutes", test_demands_documents.MEETING),
    ],
)
def test_what_goes_together_can_be_met_together(one: str, other: str, answer: str) -> None:
    assert not clash(RULES[one], RULES[other])
    for name in (one, other):
        assert list(RULES[name].faults(answer, CASES[name].params)) == []


@given(seed=seeds)
def test_no_word_is_forbidden_that_another_demand_asks_for(seed: int) -> None:
    demands = draw_demands(
        Random(seed), "prose", count=2, among=("words_forbidden", "starts_with", "paragraph_opening")
    )
    forbidden = {w for d in demands if d.rule == "words_forbidden" for w in d.params["words"]}
    for demand in demands:
        if demand.rule != "words_forbidden":
            asked = str(demand.params.get("phrase") or demand.params.get("word")).casefold().split()
            assert not forbidden & set(asked)


def test_only_rules_among_those_asked_for_are_drawn() -> None:
    among = ("word_max", "json_object", "email")
    assert {d.rule for seed in range(50) for d in draw_demands(Random(seed), "prose", among=among)} == set(among)
    assert draw_demands(Random(1), "code", among=among) == []
    with pytest.raises(ValueError, match=r"no such format rule: haiku; there are: .*word_max"):
        draw_demands(Random(1), "prose", among=("haiku",))


def test_a_rule_that_needs_the_request_is_drawn_only_with_it() -> None:
    among = ("repeat_request",)
    assert draw_demands(Random(1), "prose", among=among) == []
    (demand,) = draw_demands(Random(1), "prose", among=among, given={"request": REQUEST})
    assert faults_of(f"{REQUEST}\n\nWith cold water.", demand) == []
    assert faults_of("With cold water.", demand)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_every_shape_has_some_rules(shape: str) -> None:
    assert len(fitting(shape)) >= 4


@pytest.mark.parametrize(
    ("language", "holds", "holds_not"),
    [
        ("", ["word_max", "lower_case", "postscript"], []),
        ("English", ["word_max", "lower_case", "postscript"], []),
        ("en-GB", ["word_max", "lower_case", "postscript"], []),
        ("de", ["word_max", "lower_case"], ["postscript", "words_forbidden"]),
        ("German", ["word_max", "lower_case"], ["postscript"]),
        ("Hindi", ["word_max", "bullet_count"], ["lower_case", "postscript"]),
        ("ar", ["word_max", "bullet_count"], ["lower_case"]),
        ("Japanese", ["bullet_count", "paragraph_count"], ["word_max", "lower_case"]),
        ("zh-Hant", ["bullet_count"], ["word_max", "lower_case"]),
        ("Klingon", ["bullet_count"], ["word_max", "lower_case", "postscript"]),
    ],
)
def test_rules_are_asked_only_in_languages_they_hold_in(language: str, holds: list[str], holds_not: list[str]) -> None:
    names = {rule.name for rule in fitting("prose", language=language)}
    assert names >= set(holds)
    assert not names & set(holds_not)
    assert all(rule.language_free for rule in fitting("prose", language="Klingon"))


def test_a_demand_survives_the_journal() -> None:
    (demand,) = draw_demands(Random(3), "list")
    kept = json.loads(json.dumps(demand.as_dict()))
    assert Demand(**kept) == demand
    assert faults_of("One.", kept) == faults_of("One.", demand)


def test_a_rule_gone_from_the_library_is_no_pass() -> None:
    assert faults_of("x", {"rule": "gone", "params": {}, "statement": ""}) == [
        "there is no format rule 'gone' to check"
    ]


@pytest.mark.parametrize(
    ("name", "answer", "content"),
    [
        ("json_object", '{"answer": "Oslo", "reason": ["a", 7]}', "Oslo\na\n7"),
        ("json_object", "not JSON", "not JSON"),
        ("json_lines", '{"term": "ale", "definition": "beer"}', "ale beer"),
        ("csv_rows", "term,definition,example\nale,beer,stout", "ale — beer — stout"),
        ("xml_elements", "<entry><title>Tea</title><body><p>a</p></body></entry>", "Tea\na"),
        ("yaml_mapping", "summary: The pump.\naction: Buy.", "The pump.\nBuy."),
        ("quoted_whole", "“It rains.”", "It rains."),
        ("tagged_parts", "<reasoning>So.</reasoning>\n<answer>7</answer>", "7"),
        ("starts_with", "**In short**, it leaks.", "it leaks."),
        ("starts_with", "It leaks.", "It leaks."),
        ("ends_with", 'It leaks. "Is there anything else I can help with?"', "It leaks."),
        ("answer_line", "It can't be A.\n**Answer:** B", "It can't be A.\nB"),
        ("confidence_line", "Oslo.\nConfidence: high", "Oslo."),
        ("bracketed_title", "<<Tea>>\n\nIt is green.", "It is green."),
        ("postscript", "It is green.\n\nP.S. Store it dry.", "It is green.\n\nStore it dry."),
        ("two_answers", "A\n******\nB", "A\n\nB"),
        ("repeat_request", f"{test_demands_layout.REQUEST}\n\nAir does it.", "Air does it."),
        ("summary_first", "TL;DR: Green.\n\nIt is green.", "Green.\n\nIt is green."),
        ("front_matter", "---\ntitle: Tea\ntags: x\n---\n# Tea\nGreen.", "# Tea\nGreen."),
        ("bullet_count", "- Air\n- Wipe", "Air\nWipe"),
        ("numbered_items", "1. Air\n2) Wipe", "Air\nWipe"),
        ("checklist", "- [ ] Gas\n- [ ] Door", "Gas\nDoor"),
        ("table_columns", "|Option|Drawbacks|\n|---|---|\n|Train|slow|", "Train — slow"),
        ("question_answer", "Q: Safe?\nA: Yes.", "Safe?\nYes."),
        ("script", "MIRA: Late.\n**TOM:** Again.", "Late.\nAgain."),
        ("outline", "I. Soil\n   A. Sand", "Soil\nSand"),
        ("glossary", "**Ale** — beer", "Ale — beer"),
        ("code_alone", "```python\nprint(1)\n```", "print(1)"),
    ],
)
def test_the_wrapping_is_taken_off(name: str, answer: str, content: str) -> None:
    assert content_of(answer, [Demand(name, CASES[name].params, "")]) == content


def test_several_demands_are_said_in_one_breath() -> None:
    statements = ["Use no commas.", "Keep it to 40 words."]
    ways = {combine(statements, Random(seed)) for seed in range(40)}
    assert len(ways) == 4
    for way in ways:
        assert all(statement in way for statement in statements)
        assert way.index(statements[0]) < way.index(statements[1])
    assert combine(statements[:1], Random(1)) == statements[0]
    assert combine([], Random(1)) == ""


awkward = st.text(
    st.one_of(st.sampled_from("\n\n\n -*#|<>[](){}:;,.\"'`~_1234IVAQ\t\u2028\x00🙂字é"), st.characters()), max_size=120
)


@every_rule
@given(text=awkward, seed=seeds)
@settings(max_examples=20)
def test_any_text_is_judged_and_unwrapped_without_a_crash(name: str, text: str, seed: int) -> None:
    params = drawn(name, seed)
    for fault in RULES[name].faults(text, params):
        assert fault.strip()
        assert "\n" not in fault
    assert isinstance(RULES[name].content(text, params), str)


HOSTILE = (
    "a",
    "\n",
    "* ",
    "**",
    "[a](",
    '"',
    "- a\n",
    "1. ",
    "|",
    "```\n",
    "a. ",
    '{"a":',
    "Q: ",
    "字",
    "A A, ",
    "\\|",
    "(",
    "é",
)
"""What makes a careless pattern look at everything again from every place."""


@every_rule
def test_a_hundred_thousand_hostile_characters_are_read_in_one_go(name: str) -> None:
    """Quadratic time would be ten billion steps for each: the suite's own watchdog would end it."""
    params = CASES[name].params
    for piece in HOSTILE:
        text = "a" + (piece * (100_000 // len(piece) + 1))[:100_000] + "a"
        next(RULES[name].faults(text, params), None)
        RULES[name].content(text, params)
