"""The tables of the skill are sound, and every kind of task can be drawn and proved somewhere it suits."""

# lines of data and of words

from __future__ import annotations

from random import Random

import pytest

from teams.web_agent import BY_NAME, GOALS, KINDS, SUITS, TRANSFORMATIONS, declines, doing, skill
from teams.web_agent.assemble import LABELS, SITES, Wish, assemble
from teams.web_agent.checks import TALK
from teams.web_agent.content import read
from teams.web_agent.harder import HARDER
from teams.web_agent.proving import draw, proved, site_for
from teams.web_agent.requests import request_faults, says
from teams.web_agent.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words
from tests.teams.web_agent.matter import DRAFT, content
from tools.web.spec import faults_of
from tools.web.task import Task
from tools.web.words import WORDS


def test_the_tables_are_sound() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []
    assert len(KINDS) >= 16
    assert {goal.name for goal in GOALS} == set(HARDER)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_every_kind_is_proved_on_a_site_it_suits(kind: object) -> None:
    name = kind.name  # type: ignore[attr-defined]
    type = next(one for one in SITES if name in SUITS[one])
    site = site_for(BY_NAME[name], type, content(), Random(name))
    assert not list(faults_of(site))
    found = draw(BY_NAME[name], site, Random(name))
    assert found is not None
    task, proof = found
    assert bool(proof.moves) == task.is_feasible == BY_NAME[name].is_feasible
    assert proof.is_exhausted != task.is_feasible


@pytest.mark.parametrize(("goal", "kind"), [(g, k.name) for k in KINDS for g in k.goals][::3])
def test_what_is_made_harder_is_proved_too(goal: str, kind: str) -> None:
    type = next(one for one in SITES if kind in SUITS[one])
    for n in range(6):
        site = site_for(BY_NAME[kind], type, content(), Random(n))
        found = draw(BY_NAME[kind], site, Random(n))
        made = HARDER[goal](Random(n), site, found[0]) if found else None
        if made and proved(*made):
            assert made[1].is_feasible == (goal != "remove_element")
            return
    pytest.fail(f"{kind} is never made harder by {goal}")


def test_the_signs_of_a_site_have_no_doubles() -> None:
    assert set(WORDS) <= set(LABELS)
    assert all(word.strip() == word for word in LABELS)


# -- what authors and writers hand in


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"records": DRAFT["records"][:4]}, "9 are needed"),
        ({"records": [*DRAFT["records"], DRAFT["records"][0]]}, "title of its own"),
        ({"fields": DRAFT["fields"][1:]}, "values for 4 fields"),
        ({"notes": DRAFT["notes"][:1]}, "two pages"),
        ({"name": " "}, "name is empty"),
        ({"later": [DRAFT["records"][0]]}, "title of its own"),
        ({"later": [{"title": "X", "values": ["pea"]}]}, "later 1 has 1 values for 5 fields"),
        ({"remarks": [{"title": "Nobody's pea", "text": "Grew well."}]}, "no record is called so"),
        ({"records": [{"title": "X", "values": ["pea", "dear", "1", "a", "2025-01-01"]}, *DRAFT["records"]]}, "number"),
        (
            {"records": [{"title": "X", "values": ["tree", "1", "1", "a", "2025-01-01"]}, *DRAFT["records"]]},
            "choose one",
        ),
    ],
)
def test_what_is_wrong_with_a_site_is_told(change: dict[str, object], told: str) -> None:
    made, faults = read({**DRAFT, **change})
    assert made is None
    assert told in "; ".join(faults)


def test_what_is_entered_is_what_the_author_had_in_mind_for_it() -> None:
    site = assemble("wiki", content(), Wish(), Random(3))
    for seed in range(20):
        made, said = doing.create_record(Random(seed), site), doing.write_comment(Random(seed), site)
        assert made is not None
        assert made.wanted[0].values["title"] == "Winter savory"
        assert made.wanted[0].values["f3"] == "Nuria Bas"
        assert said is not None
        assert {"Bread bean", "Mine took two weeks longer, at nine hundred metres."} <= set(said.told)


def test_a_site_whose_author_left_nothing_for_later_has_tasks_all_the_same() -> None:
    made, faults = read({name: value for name, value in DRAFT.items() if name not in ("later", "remarks")})
    assert made is not None, faults
    site = assemble("wiki", made, Wish(), Random(3))
    assert all(doing.write_comment(Random(seed), site) for seed in range(20))
    tasks = [task for seed in range(20) if (task := doing.create_record(Random(seed), site))]
    titles = {str(record["title"]) for record in made.records}
    assert tasks
    assert not {str(task.wanted[0].values["title"]) for task in tasks} & titles


def test_an_event_has_its_own_day_and_a_room_is_reserved_for_one() -> None:
    for kind, has_day in (("events_calendar", False), ("booking_service", True)):
        form = assemble(kind, content(), Wish(), Random(1)).form("book")
        assert form is not None
        assert ("day" in {field.name for step in form.steps for field in step}) is has_day


def test_units_behind_numbers_are_forgiven() -> None:
    records = [{"title": "X", "values": ["pea", "3,50 €", "80 days", "a", "2025-01-01"]}, *DRAFT["records"]]
    made, faults = read({**DRAFT, "records": records})
    assert made is not None, faults
    assert made.records[0]["f1"] == 3.5


@pytest.mark.parametrize(
    ("request_", "told"),
    [
        ("Please open it for me.", "has to say 'Grey Monk pea'"),
        ("Please click on Grey Monk pea.", "not how to get it"),
        ("What is the price of Grey Monk pea, is it 3.20 €?", "gives away"),
    ],
)
def test_what_is_wrong_with_a_request_is_told(request_: str, told: str) -> None:
    task = Task("t", "", told=("Grey Monk pea",), hidden=("3.20 €",))
    assert told in "; ".join(request_faults(request_, task))


def test_days_and_small_numbers_may_be_said_as_people_say_them() -> None:
    assert says("on the 7th of October 2026", "2026-10-07")
    assert not says("on 8 October 2026", "2026-10-07")
    assert says("for three people", "3")
    assert not says("for 13 people", "3")


def test_code_is_no_seed() -> None:
    from teams.engine.records import Seed

    assert declines(Seed("a", "def f():\n    return 1\n" * 30, kind="code"))


@pytest.mark.parametrize(
    ("words", "value", "is_said"),
    [
        ("up to 1,200 please", "1200", True),
        ("bis höchstens 1.200 Stück", "1200", True),
        ("pas plus de 1 200", "1200", True),
        ("für 3,50 €", "3.5", True),
        ("at most 3.50", "3.5", True),
        ("12.00 in all", "12", True),
        ("in four weeks", "4", True),
        ("about 5, 6 at most", "5", True),
        ("5.3 kilos", "5", False),
        ("5,000 people", "5", False),
        ("3.55", "3.5", False),
        ("1,200,000", "1200", False),
        ("4,5 Liter", "5", False),
    ],
)
def test_numbers_are_said_as_people_write_them(words: str, value: str, is_said: bool) -> None:
    assert says(words, value) is is_said


def test_a_thing_may_be_called_a_button() -> None:
    """What a site sells is no talk of its widgets, and neither is a tool that somebody lends."""
    task = Task("find_information", "", ("Horn button, large", "Price"))
    assert not list(request_faults("What is the Price of the Horn button, large? My coat lacks one.", task))
    assert list(request_faults("Click the button for the Price of the Horn button, large.", task))
    assert not TALK.search("The tool library lends it for 3 days, and the tool costs nothing.")
    assert TALK.search("The tool says that it is done.")
