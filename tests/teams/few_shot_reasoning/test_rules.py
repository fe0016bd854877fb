"""Rules are drawn, carried out and told; shots leave one answer; what rivals could say is counted out."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.few_shot_reasoning.episode import BARE, WRONG, built, domain_of, other_culprits, shots_of
from teams.few_shot_reasoning.refining import _BY_GOAL, refined
from teams.few_shot_reasoning.rules.choosing import Ambiguous, choose, survivors
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.rules.registry import DOMAINS
from teams.few_shot_reasoning.rules.tables import Tables

NOUNS = ("miller", "gull", "child", "dog", "sailor")
MATTER: dict[str, Any] = {
    "words": ["harbour", "tide", "mill", "wheel", "pond", "flour", "miller", "grain", "sluice", "water", "stone", "gear", "night", "moon", "river", "barge", "rope", "salt", "anchor", "oak"],
    "fields": ["name", "built", "stones", "state"],
    "rows": [
        [f"{name} Mill", str(1700 + n * 37 % 190), str(1 + n * 5 % 7), ("working", "ruined", "museum")[(n * n + n // 3) % 3]]
        for n, name in enumerate(["Eling", "Carew", "Ashlett", "Pembroke", "Place", "Medina", "Wootton", "Birdham", "Elmore", "Beaumont", "Hythe", "Cole"])
    ],
    "names": ["Ada", "Ida", "Tom", "Rolf", "Mae"],
    "qualities": ["rusty", "loud", "calm", "narrow"],
    "nouns": [{"one": noun, "many": "children" if noun == "child" else f"{noun}s"} for noun in NOUNS],
    "verbs": [{"now": f"{verb}s", "plural": verb, "past": f"{verb}ed"} for verb in ("follow", "help", "greet")],
    "table": {f"{word} {n}": f"{word[0].upper()}{2 * n}" for n, word in enumerate(["tide", "mill", "oak", "rope", "salt", "gear", "moon", "wheel"], 3)},
}  # fmt: skip
SAYS = {"names": ("Given", "Made"), "opening": "Go on.", "reply": BARE}


def matter_for(name: str) -> dict[str, Any]:
    things = ["bell", "wheel", "sluice", "gull"] if name == "commands" else ["a rope", "a bell", "the key", "a sack"]
    return {**MATTER, "things": things}


def made(name: str, seed: int, **how: Any) -> dict[str, Any]:
    return built(DOMAINS[name], matter_for(name), Random(f"{name}{seed}"), **{**SAYS, **how})


@pytest.mark.parametrize("name", sorted(DOMAINS))
def test_a_thousand_draws_of_a_family_differ_and_each_leaves_one_answer(name: str) -> None:
    tasks = [made(name, seed) for seed in range(4)]
    assert len({json.dumps(task["body"]) for task in tasks}) == len(tasks)
    for task in tasks:
        domain, inputs = domain_of(task), [shot["input"] for shot in task["shots"]]
        others, tried = survivors(domain, task["rule"], inputs, task["query"])
        assert others == []
        assert tried >= 3
        assert task["key"] == domain.said(domain.run(task["rule"], task["query"]))
        assert domain.shown(task["query"]) not in {shot["x"] for shot in task["shown"]}
        assert domain.told(task["rule"])


@pytest.mark.parametrize("name", sorted(DOMAINS))
def test_a_task_comes_back_from_json_as_it_was(name: str) -> None:
    task = json.loads(json.dumps(made(name, 3)))
    assert [vars(shot) for shot in shots_of(domain_of(task), task)] == task["shown"]


@pytest.mark.parametrize(
    "name", ["figures", "letters", "rows", "phrases", "operators", "formats", "inflection", "letters_but"]
)
def test_a_spoiled_example_is_the_only_one_in_question(name: str) -> None:
    task = made(name, 1, reply=WRONG)
    told, at = [shot["y"] for shot in task["shown"]], task["wrong"] - 1
    domain, inputs = domain_of(task), [shot["input"] for shot in task["shots"]]
    right = [domain.said(domain.run(task["rule"], x)) for x in inputs]
    assert [n for n, (a, b) in enumerate(zip(told, right, strict=True)) if a != b] == [at]
    assert task["key"] == f"{at + 1}: {right[at]}"
    assert other_culprits(domain, task["rule"], inputs, told, at) == []


def test_shots_that_two_rules_fit_are_refused() -> None:
    letters = DOMAINS["letters"]
    rule = {"steps": [["first", 3]]}
    # Of words of six letters the first half is as good a rule as the first three letters.
    with pytest.raises(Ambiguous, match="another rule fits"):
        choose(letters, rule, ["harbor", "sluice", "anchor", "flower", "bridge", "wheel"], Random(1), 4, ["wheel"])
    others, _ = survivors(letters, rule, ["harbor", "sluice", "anchor", "flower"], "millstone")
    assert any("first half" in other for other in others)


def test_a_rival_is_killed_by_the_shot_that_tells_it_apart() -> None:
    letters = DOMAINS["letters"]
    rule = {"steps": [["first", 3]]}
    pool = ["harbor", "sluice", "anchor", "flower", "bridge", "oaks", "millstone", "river", "wheel"]
    chosen = choose(letters, rule, pool, Random(1), 4)
    assert any(len(word) not in (5, 6) for word in chosen.shots)
    assert survivors(letters, rule, chosen.shots, chosen.query)[0] == []


def test_answers_by_turns_and_by_likeness_count_as_rivals() -> None:
    marked = DOMAINS["marked"]
    spec = {"tests": [["vowel_start"]], "how": "", "labels": ["A", "B"]}
    shots = ["oak", "tide", "eel", "mill", "anchor", "rope"]
    others, _ = survivors(marked, spec, shots, "stone")
    assert any("in turn" in other for other in others)


def test_a_letter_between_the_halves_that_are_shown_is_not_asked_about() -> None:
    marked = DOMAINS["marked"]
    spec = {"tests": [["first_half"]], "how": "", "labels": ["zib", "dax"]}
    shown = ["bell", "egg", "jar", "oak", "rope", "salt"]
    assert any("the other side of n" in one for one in survivors(marked, spec, shown, "needle")[0])
    assert any("the other side of k" in one for one in survivors(marked, spec, shown, "kettle")[0])
    assert not any("the other side" in one for one in survivors(marked, spec, [*shown, "net"], "needle")[0])
    assert not any("the other side" in one for one in survivors(marked, spec, shown, "harbour")[0])
    letters, split = DOMAINS["letters_but"], {"steps": [["reverse"]], "when": ["first_half"], "then": [["upper"]]}
    assert any("the other side of n" in one for one in survivors(letters, split, shown, "needle")[0])


def test_examples_that_all_come_out_alike_are_no_task() -> None:
    tracking, words = DOMAINS["tracking"], matter_for("tracking")
    spec = {"sort": "levers", "moves": 3}
    told = [(x, tracking.run(spec, x)) for seed in range(9) for x in tracking.inputs(spec, Random(seed), words)]
    no, yes = ([x for x, said in told if said == verdict] for verdict in ("no", "yes"))
    assert any("always no" in one for one in survivors(tracking, spec, no[:5], yes[0])[0])
    assert survivors(tracking, spec, [*no[:5], *yes[1:6]], yes[0])[0] == []


def test_tables_of_other_columns_are_other_tables() -> None:
    table = {"rows": [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}], "style": "csv"}
    one, two = ({"steps": [["columns", list(order)]], "style": "csv"} for order in ("ab", "ba"))
    assert Tables().run(one, table) != Tables().run(two, table)


@pytest.mark.parametrize("goal", sorted(_BY_GOAL))
def test_goals_make_another_task_that_still_has_one_answer(goal: str) -> None:
    done = 0
    for name in sorted(DOMAINS.keys() - {"house"}):
        for seed in range(2):
            before = made(name, seed, reasons=goal == "without_reasons")
            try:
                after = refined({**before, "draft": {}}, goal, Random(f"{goal}{name}{seed}"))
            except (Ambiguous, Unfit):
                continue
            done += 1
            domain, inputs = domain_of(after), [shot["input"] for shot in after["shots"]]
            if goal == "wrong_shot":
                assert after["wrong"]
                continue
            assert survivors(domain, after["rule"], inputs, after["query"])[0] == []
            _reached(goal, before, after)
    assert done > 2, goal


def _reached(goal: str, before: dict[str, Any], after: dict[str, Any]) -> None:
    domain = domain_of(after)
    if goal == "fewer_shots":
        assert len(after["shots"]) < len(before["shots"])
    elif goal == "longer_query":
        assert len(domain.shown(after["query"])) > max(len(shot["x"]) for shot in after["shown"])
    elif goal == "second_rule":
        assert after["rule"] != before["rule"]
    elif goal == "without_reasons":
        assert not any(shot["why"] for shot in after["shown"])


@pytest.mark.parametrize("name", ["letters", "figures", "letters_but", "rows"])
def test_working_leads_from_input_to_output(name: str) -> None:
    task = made(name, 2, reasons=True)
    for shot in task["shown"]:
        assert shot["why"].rstrip(".").endswith(shot["y"].rstrip("."))


@given(st.lists(st.text(alphabet="abcdefgh", min_size=3, max_size=9), min_size=1, max_size=5), st.integers(0, 999))
@settings(max_examples=60, deadline=None)
def test_operations_never_break_on_words(words: list[str], seed: int) -> None:
    letters = DOMAINS["letters"]
    for name, *args in Random(seed).sample(letters.all_calls(), 6):  # type: ignore[attr-defined]
        for word in words:
            try:
                assert isinstance(letters.run({"steps": [[name, *args]]}, word), str)
            except Unfit:
                continue


@pytest.mark.parametrize(
    "name", sorted(DOMAINS.keys() - {"figures", "operators", "rows", "grids", "inflection", "figures_but", "rows_but"})
)
def test_matter_that_does_not_do_is_sent_back_in_words(name: str) -> None:
    domain = DOMAINS[name]
    poor = {"words": ["a", "b-c"], "fields": ["x", "x"], "rows": [["1"]], "things": ["a rope ladder!"], "names": ["A"],
            "qualities": ["x"], "nouns": [], "verbs": [], "code": "print(1)", "inputs": ["a"], "rule": ""}  # fmt: skip
    assert list(domain.complaints(poor))
    if name != "house":
        assert not list(domain.complaints(matter_for(name)))
