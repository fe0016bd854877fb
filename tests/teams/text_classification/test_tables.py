"""The tables of classification hold together."""

from __future__ import annotations

from pathlib import Path

from teams.engine.seed_of import seed_of
from teams.text_classification import BY_NAME, declines, skill
from teams.text_classification.forms import Label
from teams.text_classification.kinds import GOALS, KINDS, SUITS, TRANSFORMATIONS
from teams.text_classification.looks import has_turns, is_addressed
from teams.text_classification.rows import OWN, Rows
from teams.text_classification.wishes import LEANINGS
from teams.text_classification.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words

PROPOSED = {
    "binary", "topic", "multi_label", "hierarchical", "rating", "sentiment", "aspect_sentiment", "emotion", "intent",
    "out_of_scope", "question_type", "moderation", "stance", "entailment", "urgency", "genre", "custom_definition",
}  # fmt: skip
"""What the skill had to have at least."""
ARTICLES = Path(__file__).parents[2] / "seeds" / "articles"


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_passage_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_the_proposed_kinds_are_there_and_more() -> None:
    assert BY_NAME.keys() > PROPOSED
    assert len(KINDS) >= 19
    assert len(TRANSFORMATIONS) == 9


def test_goals_named_by_kinds_exist_and_fit_their_forms() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= goals.keys()
        form = kind.form
        if isinstance(form, Rows) and form.source == OWN:
            assert not any(goals[name].edits for name in kind.goals)  # the passage is not shown
        if "none_fits" in kind.goals:
            refitted = goals["none_fits"].refit(form)
            assert isinstance(refitted, Label)
            assert refitted.has_none
            assert "none" in refitted.draft(False)


def test_drafts_can_be_handed_in() -> None:
    for kind in KINDS:
        for small in (False, True):
            fields = kind.form.draft(small)
            bounds = [
                fields[name] for name in ("labels", "items", "gold") if fields.get(name, {}).get("type") == "array"
            ]
            assert all(bound["minItems"] <= bound["maxItems"] for bound in bounds), kind.name


def test_what_is_wished_can_be_had() -> None:
    for kind in KINDS:
        assert isinstance(kind.form, Label)
        assert kind.none_holds == 0 or kind.form.has_none
        assert kind.senses in (0, kind.form.fewest)
        if kind.senses:
            assert kind.form.fewest == kind.form.most
    assert LEANINGS.keys() < {kind.name for kind in TRANSFORMATIONS}


def test_most_sorts_of_text_get_each_kind_of_label_set_now_and_then() -> None:
    asked = [name for names in SUITS.values() for name in names]
    assert max(asked.count(kind.name) for kind in KINDS) <= 6
    assert min(len(names) for names in SUITS.values()) >= 8


def test_looks_tell_kinds_of_texts_apart() -> None:
    talk = "Ada: Is it late?\nIda: Not yet.\nAda: Then I wait."
    mail = "Dear Ada,\n\nthe boat is late, as we feared it would be when the fog came up.\n\nIda"
    assert not list(has_turns(talk))
    assert list(has_turns(mail))
    assert not list(is_addressed(mail))
    assert list(is_addressed("One paragraph only, in which nobody is greeted and nobody signs."))


def test_articles_suit_and_what_cannot_be_read_does_not() -> None:
    for path in ARTICLES.iterdir():
        assert declines(seed_of(path.read_text(encoding="utf-8"), "text_classification", "text")) is None
    assert declines(seed_of("a | b | 12\n" * 40, "text_classification", "text"))
    assert declines(seed_of("Too short.", "text_classification", "text"))
