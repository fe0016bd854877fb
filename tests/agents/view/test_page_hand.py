"""A person's hand in the page: every act is kept beside the machine's words, and two people lose nothing."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from agents.hand import Hand, overlay
from tests.agents.view.shown import Shown

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "run")
    return tmp_path / "run"


def pairs(folder: Path, accepted: int) -> list[str]:
    with closing(sqlite3.connect(folder / "run.db")) as db:
        return [id for (id,) in db.execute("SELECT id FROM verdicts WHERE accepted=? ORDER BY id", (accepted,))]


def row(folder: Path, id: str) -> dict[str, object]:
    with closing(sqlite3.connect(folder / "run.db")) as db:
        ((text,),) = db.execute("SELECT row FROM verdicts WHERE id=?", (id,))
    return dict(overlay(json.loads(text), Hand(folder).acts(id)) or {})


def last_words(at: Shown) -> str:
    return str(at.page.locator(".the-pair article.by-assistant").last.inner_text())


def test_accept_reject_and_undo_by_keys(shown: Show, folder: Path) -> None:
    at = shown(folder)
    ours = at.viewer.folder
    id = pairs(ours, 0)[0]
    at.pair(id)
    assert at.page.is_disabled("button:has-text('Undo')")
    at.page.keyboard.press("a")
    at.page.wait_for_selector(".facts .verdict.accepted")
    assert "Accepted by Ada" in at.text(".by-person"), "the name the program was started with"
    (act,) = Hand(ours).acts(id)
    assert (act.act, act.who) == ("accept", "Ada")
    at.page.keyboard.press("u")
    at.page.wait_for_selector(".facts .verdict.rejected")
    at.page.wait_for_selector("#said:has-text('Taken back: your acceptance.')")
    at.page.keyboard.press("r")
    at.page.wait_for_selector("textarea#reason:focus")
    at.page.keyboard.type("not meant")
    at.page.keyboard.press("Escape")
    at.page.wait_for_selector("#reason", state="detached")
    at.page.keyboard.press("r")
    assert at.page.input_value("#reason") == "", "what was cancelled does not come back"
    at.page.keyboard.type("just like another, a or u")
    at.page.keyboard.press("Enter")
    at.page.wait_for_selector(".by-person:has-text('just like another')")
    assert row(ours, id)["verdict"]["by_hand"]["reason"] == "just like another, a or u"  # type: ignore[index]
    history = at.text(".versions")
    assert history.index("rejected it") < history.index("took back") < history.rindex("accepted it")
    at.go("#/pairs?hand=1")
    at.page.wait_for_selector("a.row .by-hand")
    assert "just like another" in at.text("a.row")
    at.pair(id)
    at.page.keyboard.press("r")
    at.page.keyboard.type("half a rea")
    at.page.click(".buttons button:has-text('Accept')")
    at.page.wait_for_selector(".facts .verdict.accepted")
    assert not at.page.query_selector("#reason"), "a rejection that was begun is over with the acceptance"


def test_a_key_that_bounces_is_one_act(shown: Show, folder: Path) -> None:
    at = shown(folder)
    ours = at.viewer.folder
    id = pairs(ours, 0)[0]
    at.pair(id)
    press = "() => document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true }))"
    at.page.evaluate(f"for (const press of [1, 2].map(() => {press})) press()")
    at.page.wait_for_selector(".facts .verdict.accepted")
    at.page.wait_for_load_state("networkidle")
    assert [act.act for act in Hand(ours).acts(id)] == ["accept"]
    assert not at.page.locator(".conflict").count()


def test_an_edit_becomes_a_version_beside_the_machines(shown: Show, folder: Path) -> None:
    at = shown(folder)
    ours = at.viewer.folder
    id = pairs(ours, 1)[0]
    machine = json.loads(json.dumps(row(ours, id)["messages"]))
    at.pair(id)
    at.page.keyboard.press("e")
    box = at.page.locator("article.editing textarea").first
    assert box.input_value() == machine[-1]["content"], "the model's last words are at hand"
    box.fill("It is lent until Friday.")
    at.page.reload()
    at.page.wait_for_selector("article.editing")
    assert at.page.locator("article.editing textarea").first.input_value() == "It is lent until Friday."
    at.page.click("article.editing button:has-text('Save')")
    at.page.wait_for_selector(".by-hand:text('edited')")
    assert "about the text before the edit" in at.text(".pair-head .facts")
    assert "About the text before the edit by Ada" in at.text(".evidence")
    assert "It is lent until Friday." in last_words(at)
    kept = row(ours, id)
    assert kept["messages"] == [*machine[:-1], {**machine[-1], "content": "It is lent until Friday."}]
    assert kept["edited_from"] == machine
    assert "About the text before the edit" in at.text(".evidence")
    at.page.click(".before summary")
    assert machine[-1]["content"] in at.text(".before")
    at.page.click(".acts details summary")
    assert at.page.locator(".acts ins").count()
    at.page.click("text=As the trainer sees it")
    assert "It is lent until Friday." in at.text(".is-trained >> nth=-1")
    at.page.keyboard.press("u")
    at.page.wait_for_selector(".acts .undone")
    assert machine[-1]["content"] in last_words(at)
    assert row(ours, id)["messages"] == machine


def test_arguments_of_a_call_can_be_edited_but_not_broken(shown: Show, folder: Path) -> None:
    at = shown(folder)
    ours = at.viewer.folder
    with closing(sqlite3.connect(ours / "run.db")) as db:
        sql = "SELECT id FROM verdicts WHERE row LIKE '%\"tool_calls\"%' LIMIT 1"
        ((id,),) = db.execute(sql)
    n = next(n for n, message in enumerate(row(ours, id)["messages"]) if message.get("tool_calls"))  # type: ignore[arg-type, var-annotated]
    at.pair(id)
    at.page.click(f"article[data-message='{n}'] button.edit")
    box = at.page.locator("article.editing textarea.code").first
    box.fill('{"broken": ')
    at.page.click("article.editing button:has-text('Save')")
    at.page.wait_for_selector(".trouble:has-text('no JSON object')")
    assert Hand(ours).acts(id) == []
    box.fill('{"mended": true}')
    at.page.keyboard.press("Control+Enter")
    at.page.wait_for_selector(".by-hand:text('edited')")
    call = row(ours, id)["messages"][n]["tool_calls"][0]  # type: ignore[index]
    assert json.loads(call["function"]["arguments"]) == {"mended": True}


def test_who_comes_second_sees_the_first_and_loses_nothing(shown: Show, folder: Path) -> None:
    at = shown(folder)
    at.expected = ["409"]
    ours = at.viewer.folder
    id = pairs(ours, 1)[0]
    messages = row(ours, id)["messages"]
    at.pair(id)
    at.page.keyboard.press("e")
    at.page.locator("article.editing textarea").first.fill("Ada's words.")
    theirs = [{**messages[0], "content": "Bo's rules."}, *messages[1:-1], {**messages[-1], "content": "Bo's words."}]  # type: ignore[index]
    Hand(ours).act(id, "edit", {"messages": theirs}, who="Bo", base=0)
    at.page.click("article.editing button:has-text('Save')")
    at.page.wait_for_selector(".conflict")
    assert "Bo edited it" in at.text(".conflict")
    assert "Bo's words." in at.text(".conflict"), "the other's version stands there"
    assert at.page.locator("article.editing textarea").first.input_value() == "Ada's words."
    assert len(Hand(ours).acts(id)) == 1
    at.page.click("text=Look at theirs")
    at.page.wait_for_selector("article.editing")
    assert at.page.locator("article.editing textarea").first.input_value() == "Ada's words.", "still a draft"
    Hand(ours).act(id, "reject", {"reason": "no good"}, who="Bo", base=1)
    at.page.click("article.editing button:has-text('Save')")
    at.page.click(".conflict button:has-text('Save mine after theirs')")
    at.page.wait_for_selector(".acts li:has-text('Ada')")
    assert [(act.who, act.act) for act in Hand(ours).acts(id)] == [("Bo", "edit"), ("Bo", "reject"), ("Ada", "edit")]
    kept = row(ours, id)["messages"]
    assert (kept[0]["content"], kept[-1]["content"]) == ("Bo's rules.", "Ada's words."), "only one message was mine"  # type: ignore[index]
    at.page.reload()
    at.settled()
    assert not at.page.query_selector("article.editing"), "what is saved is no draft any more"


def test_what_another_decides_is_shown_at_once_and_taken_back_only_when_asked(shown: Show, folder: Path) -> None:
    at = shown(folder)
    at.expected = ["409"]
    ours = at.viewer.folder
    id = pairs(ours, 1)[0]
    at.pair(id)
    at.page.click("summary:has-text('checks passed')")
    at.page.keyboard.press("e")
    at.page.locator("article.editing textarea").first.fill("Half a thou")
    Hand(ours).act(id, "reject", {"reason": "Bo saw it"}, who="Bo", base=0)
    at.page.wait_for_selector(".by-person:has-text('Rejected by Bo')")
    at.page.wait_for_selector(".facts .verdict.rejected")
    assert at.page.locator("article.editing textarea").first.input_value() == "Half a thou"
    assert at.page.evaluate("document.activeElement.tagName") == "TEXTAREA", "one goes on typing"
    assert at.page.query_selector("details.passed[open]")
    at.page.click("article.editing button:has-text('Save')")
    at.page.wait_for_selector(".conflict:has-text('Bo rejected it: Bo saw it')")
    at.page.click("article.editing button:has-text('Throw away')")
    at.page.keyboard.press("u")
    at.page.wait_for_selector('.undo-form:has-text("This is Bo\'s rejection (Bo saw it): take it back?")')
    assert [act.who for act in Hand(ours).acts(id)] == ["Bo"], "nothing is taken back unasked"
    at.page.click("text=Leave it")
    at.page.keyboard.press("u")
    Hand(ours).act(id, "undo", {"act": 1}, who="Bo", base=1)
    at.page.wait_for_selector(".facts .verdict.accepted")
    at.page.click("button:has-text('Take it back')")
    at.page.wait_for_selector(".conflict:has-text('Bo took back that Bo rejected it: Bo saw it')")


def test_a_reason_survives_a_viewer_that_is_gone(shown: Show, folder: Path) -> None:
    at = shown(folder)
    at.expected = ["Failed to load", "net::ERR"]
    id = pairs(at.viewer.folder, 1)[-1]
    at.pair(id)
    at.page.keyboard.press("r")
    at.page.wait_for_selector("textarea#reason:focus")
    at.page.keyboard.type("half a reas")
    at.viewer.end()
    at.page.keyboard.press("Control+Enter")
    at.page.wait_for_selector(".hand .trouble:has-text('does not answer')")
    assert at.page.input_value("#reason") == "half a reas"
    at.viewer.start("--port", re.findall(r":(\d+)/", at.viewer.url)[0])
    at.pair(id)
    at.page.wait_for_selector("#reason")
    assert at.page.input_value("#reason") == "half a reas", "also over a new start of the program"
    assert Hand(at.viewer.folder).acts(id) == []


def test_nobody_acts_without_a_name(shown: Show, folder: Path) -> None:
    at = shown(folder)
    ours = at.viewer.folder
    id = pairs(ours, 0)[-1]
    at.pair(id)
    at.page.fill("#who", "")
    at.page.locator("h1").click()
    at.page.keyboard.press("a")
    at.page.wait_for_selector("#who-now:focus")
    assert Hand(ours).acts(id) == []
    at.page.keyboard.type("Cleo")
    at.page.keyboard.press("Enter")
    at.page.wait_for_selector(".facts .verdict.accepted")
    assert [act.who for act in Hand(ours).acts(id)] == ["Cleo"]
    assert at.page.input_value("#who") == "Cleo"
