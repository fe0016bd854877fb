"""What programs do to a set of results and send back to its writers, with the words that say what would be right."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from teams.engine.flow import Drop
from teams.engine.records import Seed
from teams.rag import BY_NAME, citing, not_yet
from teams.rag.documents import Document, read
from teams.rag.gathering import Clerk
from teams.rag.kinds import GOALS, TRANSFORMATIONS
from teams.rag.pages import document_faults, title_of
from teams.rag.refining import moved, removed, stricter
from tests.teams.judging import scene_of
from tests.teams.rag import sets
from tests.teams.rag.faults import made

GOAL = {goal.name: goal for goal in GOALS}
BY_KIND = {kind.name: kind for kind in TRANSFORMATIONS}


def refined(pair: Any, program: Any, goal: str) -> Any:
    scene = scene_of(pair, GOAL[goal])
    return program(replace(scene, record=pair.instruction), pair.instruction)


def test_the_needed_document_is_taken_out_and_with_it_the_answer() -> None:
    pair = made("multi_hop", sets.HOP, "")
    born = refined(pair, removed, "gold_removed")
    left = read(born.passage.text)
    assert len(left) == len(sets.HARBOUR) - 2
    assert not {"Ostby", "2009"} & set(born.text.split())
    assert (born.facts["answerable"], born.facts["was"]) == (False, "Ostby")
    assert [document.id for document in left] == [str(n + 1) for n in range(len(left))]


def test_a_moved_document_is_called_by_its_new_place_and_holds_what_it_held() -> None:
    pair = made("simple_fact", sets.FEE, "")
    born = refined(pair, moved, "gold_moved")
    (held,) = born.facts["support"]
    assert held["document"] != "1"
    assert held["quote"] in next(d for d in read(born.passage.text) if d.id == held["document"]).snippet


def test_a_stricter_reply_is_asked_for_once() -> None:
    pair = made("simple_fact", sets.FEE, "", "cited")
    born = refined(pair, stricter, "strict_reply")
    assert born.facts["reply"] in ("json", "json_quotes", "quote_first")
    with pytest.raises(Drop, match="strict already"):
        refined(made("simple_fact", sets.FEE, "", "json"), stricter, "strict_reply")


@pytest.mark.parametrize(
    ("kind", "draft", "complaint"),
    [
        ("simple_fact", {"support": [sets.held("9", "Visitors pay")]}, "there is no document '9'"),
        ("simple_fact", {"support": [sets.held("5", "Visitors pay 2.40 pounds")]}, "quote it letter by letter"),
        ("simple_fact", {"support": [sets.held("1", "Electricity is 4 pounds a night")], "answer": "2.40 pounds per metre"}, "quote those that do"),
        ("simple_fact", {"answer": "an amber lamp"}, "nothing of 'an amber lamp' stands"),
        ("multi_hop", {**sets.HOP, "support": sets.HOP["support"][:1]}, "has to need 2 to 3 documents"),
    ],
)  # fmt: skip
def test_an_item_that_its_documents_do_not_bear_out_is_sent_back(
    kind: str, draft: dict[str, Any], complaint: str
) -> None:
    whole = {**sets.FEE, **draft}
    assert any(complaint in said for said in BY_NAME[kind].form.complaints(whole, sets.TEXT))
    good = sets.HOP if kind == "multi_hop" else sets.FEE
    assert not list(BY_NAME[kind].form.complaints(good, sets.TEXT))


@pytest.mark.parametrize(
    ("text", "said", "tag"),
    [
        ("He made the crossing twenty-two times.", "That makes 22 crossings.", "en"),
        ("Er ging zweiundzwanzig Mal hinüber.", "Er ging 22 Mal.", "de"),
        ("Ils ont payé 2 560 euros.", "Ils ont payé 2560 euros.", "fr"),
    ],
)
def test_a_figure_may_stand_in_words_or_groups_where_it_is_cited(text: str, said: str, tag: str) -> None:
    facts = {"ask": "How often?", "words_of": tag}
    other = Document("2", "Ferry", "https://ferry.example/a", "", "It leaves at 22.40; 22 seats and 2560 miles.")
    known = {"1": Document("1", "Mail", "https://mail.example/a", "", text), "2": other}
    assert list(citing._misplaced(said, ["1"], known, facts)) == []
    assert list(citing._misplaced(said, ["1"], {**known, "1": replace(known["1"], snippet="Often.")}, facts))


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ("Visitors pay 2.40 pounds a night [12].", "there is no document '12'"),
        ("Visitors pay 2.40 pounds a night.", "names no document"),
        ("Visitors pay 2.40 pounds a night [1].", ""),
        ("Visitors pay 2.40 pounds a night [1]. Showers are 3.75 pounds.", "names no document"),
        ("The documents do not say it.", ""),
    ],
)
def test_a_reply_is_read_before_it_is_sent_without_its_key(answer: str, complaint: str) -> None:
    pair = made("simple_fact", sets.FEE, "", "cited")
    scene = replace(scene_of(pair, BY_NAME["simple_fact"]), record=pair.instruction)
    said = list(not_yet(scene, answer))
    assert any(complaint in one for one in said) if complaint else said == []


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ({"url": "https://www.bbc.co.uk/news"}, "made-up site"),
        ({"url": "harbour.example.org/fees"}, "made-up site"),
        ({"date": "12 May 2024"}, "YYYY-MM-DD"),
        ({"snippet": "Too short."}, "characters"),
    ],
)
def test_a_page_of_no_real_site_has_an_address_a_date_and_some_words(page: dict[str, str], fault: str) -> None:
    good = {"url": "https://harbour.example.org/fees", "date": "2024-05-12", "snippet": "Fees are due on the day. " * 8}
    assert not list(document_faults(good))
    assert any(fault in said for said in document_faults({**good, **page}))


def test_a_page_is_called_by_its_heading_and_else_by_its_file() -> None:
    before = "# Tide mill\n\nText.\n\n## Decline\n\nFirst it stood still."
    assert title_of("Then a mill dies.", before, "a/tide_mills.md", before=before) == "Decline - Tide mill"
    assert title_of("## Decline\nA mill dies.", "# Tide mill\n\nText.", "a/tide_mills.md") == "Decline - Tide mill"
    assert (
        title_of("No heading here, only a sentence.", "MINUTES\n\nText.", "x/plot_minutes.txt")
        == "Minutes - Plot minutes"
    )


async def test_results_of_one_article_are_told_apart() -> None:
    article = "\n\n".join(
        f"Paragraph {n} tells of the mill at bend {n * 7} of the river and of what its miller {chr(65 + n)} was paid "
        f"in the year {1800 + n * 3}, when the {['dam', 'wheel', 'roof', 'sluice', 'quay', 'barn'][n]} had to be mended."
        * 4
        for n in range(6)
    )
    seed = Seed("rag/mills.txt:1-30", article)
    scene = scene_of(seed.rewritten("chunks", "x").ask("simple_fact", "x").answered([]), BY_KIND["chunks"])
    clerk = Clerk(scene, seed, BY_KIND["chunks"], 11)
    clerk.begin()
    titles = [one.title for one in clerk.found]
    assert len(titles) > 2
    assert len(set(titles)) == len(titles)
