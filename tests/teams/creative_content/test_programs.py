"""The programs in the chats of creative content: what they take, what they send back, and in which words."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.creative_content import BY_NAME, SETTING, _goes_with
from teams.creative_content.forms import points_outside, token_stands
from teams.creative_content.kinds import GOALS
from teams.creative_content.respond import Desk, misquoted
from teams.engine.demands import RULES as FORMAT
from teams.engine.demands import Demand
from teams.engine.records import Instruction
from teams.engine.stages.instruct import Desk as AskingDesk
from teams.engine.stages.instruct import asked_for
from teams.engine.stages.respond import Proofreader
from teams.engine.talk import Said, Talk
from tests.teams.creative_content.faults import answer_of, need, recorded
from tests.teams.judging import scene_of

GOAL = {goal.name: goal for goal in GOALS}
DRAFT: dict[str, Any] = {
    "occasion": "Ada, 38, on the first morning of the digging.",
    "tension": "short, and all nine of them named",
    "question": "For the first morning of the digging I need something to read out, at most 90 words, with the nine "
    "houses in it and nobody thanked. They hate being moved before work.",
    "requirements": [need("word_count", "at most 90 words", high=90)],
    "wishes": [{"wording": "nobody thanked", "sign": "nobody is thanked or welcomed"}],
}


def said(source: str, words: Any) -> Said:
    return Said(source, words if isinstance(words, str) else json.dumps(words))


def asking(kind: str = "speech", goal: str = "") -> AskingDesk:
    pair = recorded("speech-1")
    scene = scene_of(pair, GOAL[goal] if goal else BY_NAME[kind])
    scene.record = pair.instruction if goal else pair.instruction.passage
    return AskingDesk(scene, "request_writer", BY_NAME[kind], "- a gate", SETTING)


# Requests


def test_a_sound_request_is_taken() -> None:
    assert list(asking().problems(DRAFT)) == []


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"question": DRAFT["question"].replace("at most 90", "about 90")}, "letter by letter"),
        ({"requirements": [need("word_count", "at most 90 words", high=80)]}, "does not name 80"),
        ({"wishes": [{"wording": "nobody is thanked", "sign": "no thanks"}]}, "letter by letter"),
        ({"question": DRAFT["question"] + " It is for Elara."}, "Elara"),
        ({"question": DRAFT["question"] + " Use what the material says."}, "the material"),
        ({"question": DRAFT["question"] + " And so on." * 150}, "at most 320"),
        ({"requirements": [*DRAFT["requirements"], need("words_about", "at most 90 words", high=90)]}, "both"),
        ({"wishes": [{"wording": "nobody thanked", "sign": "Nobody thanked!"}]}, "only says the wish again"),
        ({"wishes": [{"wording": "nobody thanked", "sign": "It feels warm"}]}, "nobody can point at"),
        ({"wishes": [{"wording": "nobody thanked", "sign": "the piece is engaging"}]}, "nobody can point at"),
        ({"wishes": DRAFT["wishes"] * 2}, "there twice"),
        ({"wishes": [{"wording": "at most 90 words", "sign": "it is shorter than a page"}]}, "counted ones already"),
        ({"wishes": [{"wording": DRAFT["question"], "sign": "houses are named"}]}, "the whole request"),
        ({"requirements": [need("word_count", "at most 90 words", low=1)]}, "met by any piece"),
    ],
)
def test_a_request_is_sent_back_with_what_is_wrong(change: dict[str, Any], why: str) -> None:
    assert any(why in problem for problem in asking().problems({**DRAFT, **change}))


@pytest.mark.parametrize(
    "sign",
    [
        "no line says why",
        "the gate is red",
        "is sung by children",
        "reads as an order, not as a plea",
        "it ends on him",
    ],
)
def test_a_sign_that_can_be_pointed_at_is_taken(sign: str) -> None:
    assert list(asking().problems({**DRAFT, "wishes": [{"wording": "nobody thanked", "sign": sign}]})) == []


@pytest.mark.parametrize(
    ("request_", "limit"),
    [
        ("Meine Nachbarin zieht am Samstag aus, und ich will ihr einen Brief über den Garten schreiben.", "Wörter"),
        ("Ma voisine déménage samedi et je voudrais lui écrire une petite lettre à propos de son jardin.", "mots"),
        ("My neighbour moves out on Saturday and I would like to write her a short letter about the garden.", "words"),
    ],
)  # fmt: skip
def test_a_small_models_request_gets_a_limit_in_its_language(request_: str, limit: str) -> None:
    form = BY_NAME["letter"].form
    asked = form.asked({"question": request_}, Random(3))
    assert limit in asked.facts["requirements"][0]["wording"]
    assert asked.text.endswith(asked.facts["requirements"][0]["wording"])
    assert list(form.complaints({"question": request_}, "")) == []


def test_a_request_to_which_no_limit_can_be_put_is_sent_back() -> None:
    finnish = "Naapurini muuttaa lauantaina pois, ja haluaisin kirjoittaa hänelle lyhyen kirjeen puutarhasta."
    assert any(
        "could be checked" in problem for problem in BY_NAME["letter"].form.complaints({"question": finnish}, "")
    )


def test_a_request_may_speak_of_the_text_it_wants_and_of_nothing_else() -> None:
    assert points_outside("There should be a number in the text that drops out.") == []
    assert points_outside("Write it as described above, from the passage.")
    assert points_outside("Take the rest from the sheet.")
    assert points_outside("He has to sign the sheet by Friday, and the material is cork.") == []


def test_a_copy_of_the_source_is_no_request() -> None:
    desk = asking()
    seed = desk.scene.record.seed  # type: ignore[union-attr]
    object.__setattr__(seed, "text", "Before. " + DRAFT["question"])
    assert any("copied from the material" in problem for problem in desk.problems(DRAFT))


def test_what_comes_with_a_request_has_to_fit_it() -> None:
    pack = [{"fact": f"The house at number {n} is empty.", "token": f"number {n}"} for n in range(5)]
    fine = {**DRAFT, "pack": pack}
    assert list(asking("museum_label").problems(fine)) == []
    missing = {**DRAFT, "pack": [{**fact, "token": ""} for fact in pack]}
    assert any("at least three" in problem for problem in asking("museum_label").problems(missing))
    strange = {**DRAFT, "pack": [*pack, {"fact": "It rained.", "token": "snow"}]}
    assert any("'snow'" in problem for problem in asking("museum_label").problems(strange))
    assert any("sonnet" in problem for problem in asking("poem").problems({**DRAFT, "verse_form": "sonnet"}))
    named = {**DRAFT, "question": DRAFT["question"] + " A sonnet, please.", "verse_form": "sonnet"}
    assert list(asking("poem").problems(named)) == []
    unnamed = {**DRAFT, "labels": ["Problem", "Way", "Answer"]}
    assert any("'Way'" in problem for problem in asking("contest_problem").problems(unnamed))


def test_a_refined_request_that_misses_its_aim_is_sent_back() -> None:
    assert any("words_in" in problem for problem in asking(goal="keep_facts").problems(DRAFT))
    assert any("words_out" in problem for problem in asking(goal="forbidden_cliches").problems(DRAFT))


def test_facts_of_a_request_hold_what_is_checked_and_its_words_what_is_asked() -> None:
    pack = [{"fact": "Nine houses owe nine loads.", "token": "nine loads"}]
    asked = BY_NAME["museum_label"].form.asked({**DRAFT, "pack": pack}, Random(1))
    assert asked.text.startswith(DRAFT["question"])
    assert asked.text.endswith("- Nine houses owe nine loads.")
    assert asked.facts["requirements"] == DRAFT["requirements"]
    told = "\n".join(asked.facts["known"])
    assert all(part in told for part in ("at most 90 words", "nobody thanked", "nine loads", "Ada, 38"))
    problem = BY_NAME["contest_problem"].form.asked({**DRAFT, "labels": ["A b", "C d", "E f"]}, Random(1))
    assert problem.facts["requirements"][-1]["words"] == ["A b", "C d", "E f"]


def test_the_writer_is_told_the_rules_in_words() -> None:
    told = list(asked_for(BY_NAME["poem"], False))
    assert "villanelle: 19 lines" in told[1]
    assert "- words_out: " in told[1]
    assert len(list(asked_for(BY_NAME["email"], True))) == 1


@given(st.sampled_from(["104 crowns", "9.20", "three metres", "Teodor", "Hallö"]), st.text("abc .,", max_size=40))
def test_a_token_is_found_where_it_stands(token: str, around: str) -> None:
    assert token_stands(token, f"{around} {token.upper()} {around}")
    assert not token_stands(token, around)


def test_a_figure_is_found_in_words_and_not_in_another_thing() -> None:
    assert token_stands("3 metres", "skis of three metres")
    assert not token_stands("three metres", "all three of them")


# Drafts, notes, revisions


def writing(kind: str = "recipe", name: str = "recipe-1", critic: str = "critic") -> Desk:
    pair = recorded(name)
    scene = scene_of(pair, BY_NAME[kind])
    scene.record = pair.instruction
    reader = Proofreader(scene, "assistant", BY_NAME[kind], [], lambda scene, answer: iter(()))
    return Desk(scene, reader, "assistant", critic)


NOTES = {
    "alive": [{"quote": "He was looking at the bacon", "because": "unexplained"}],
    "generic": [{"quote": "three waters", "because": "seen before"}],
    "missed": [{"wish": "better for the last", "where": "nowhere"}],
    "change": "Let the tenth spoon be seen before it is needed.",
}


def test_a_draft_is_read_noted_and_written_again() -> None:
    desk, pair = writing(), recorded("recipe-1")
    draft, final = str(pair.facts["draft"]), answer_of(pair)
    talk = Talk([said("assistant", draft)])
    assert "editor" in desk.speak(talk)
    assert desk.reads
    assert not desk.is_over
    brief = desk.brief(talk)
    assert draft in brief
    assert pair.instruction.text in brief
    talk.add(said("critic", NOTES))
    notes = desk.speak(talk)
    assert all(
        words in notes for words in ("looking at the bacon", "three waters", "better for the last", "tenth spoon")
    )
    assert not desk.reads
    talk.add(said("assistant", final))
    assert desk.speak(talk) == "Sent."
    assert (desk.draft, desk.piece) == (draft, final)


def test_a_piece_that_can_be_counted_wrong_is_sent_back_with_the_count() -> None:
    desk, piece = writing(), answer_of(recorded("recipe-1"))
    answer = desk.speak(Talk([said("assistant", piece.replace("7. The last", "7. Eel, then.\n8. The last"))]))
    assert "8 numbered steps" in answer
    assert "'eel'" in answer
    assert not desk.draft


def test_a_revision_that_breaks_what_the_draft_kept_falls_back_to_it() -> None:
    desk, piece = writing(), answer_of(recorded("recipe-1"))
    desk.speak(Talk([said("assistant", piece)]))
    desk.speak(Talk([said("critic", NOTES)]))
    for _ in range(3):
        assert not desk.is_over
        desk.speak(Talk([said("assistant", "Nine, and one for luck. Eel.")]))
    assert desk.piece == piece


def test_a_small_model_is_not_edited() -> None:
    desk, piece = writing(critic=""), answer_of(recorded("recipe-1"))
    assert desk.speak(Talk([said("assistant", piece)])) == "Sent."
    assert (desk.piece, desk.draft) == (piece, "")


def test_who_writes_nothing_is_given_up() -> None:
    desk = writing()
    for _ in range(3):
        assert not desk.is_over
        desk.speak(Talk([said("assistant", "  ")]))
    assert desk.is_over
    assert not desk.piece


def test_a_revision_that_is_empty_leaves_the_draft() -> None:
    desk, piece = writing(), answer_of(recorded("recipe-1"))
    desk.speak(Talk([said("assistant", piece)]))
    for _ in range(3):
        desk.speak(Talk([said("assistant", "")]))
    assert desk.piece == piece


def test_notes_on_words_that_are_not_there_are_refused() -> None:
    draft = str(recorded("recipe-1").facts["draft"])
    assert misquoted(draft, NOTES) is None
    strange = {**NOTES, "generic": [{"quote": "the eel of sorrow", "because": "no"}]}
    assert "the eel of sorrow" in str(misquoted(draft, strange))


# Formats on top


def test_no_format_takes_away_what_a_request_asks_for() -> None:
    def fits(instruction: Instruction, rule: str) -> bool:
        return _goes_with(instruction, Demand(rule, {}, ""))

    speech, recipe = recorded("speech-1").instruction, recorded("recipe-1").instruction
    assert fits(speech, "no_contractions")
    assert not fits(speech, "no_digits")  # "104 crowns" has to be in it
    assert not fits(recipe, "bracketed_title")  # it has to begin with given words
    allowed = {name for name in FORMAT if fits(speech, name)}
    assert allowed
    assert not allowed & {"word_max", "json_object", "quoted_whole", "press_release", "bullet_count"}
