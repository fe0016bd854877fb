"""The list of pairs while a run goes on: what is offered, what comes by itself, what waits till it is asked for."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.agents.view.listed import listed, one_more, rows, whole
from tests.agents.view.shown import NEWS, Shown, escaped
from tests.runs.keep import HERE as KEPT

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]
WEB = KEPT / "web_agent" / "strong"

# From when `window.slow` is set, figures of the whole run come only after the answer to the question for new rows.
SLOW_FIGURES = """
let known = false;
const ask = window.fetch;
window.fetch = async (url, ...rest) => {
  const late = window.slow && String(url).includes("/api/overview");
  const answer = await ask(url, ...rest);
  if (window.slow && /limit=1(&|$)/.test(String(url))) setTimeout(() => { known = true; }, 100);
  if (late) {
    while (!known) await new Promise((go) => setTimeout(go, 10));
    setTimeout(() => { window.late = true; }, 100);
  }
  return answer;
};
"""


@pytest.mark.parametrize("script", ["", SLOW_FIGURES], ids=["as it is", "figures come after"])
def test_new_rows_wait_till_they_are_asked_for(shown: Show, made: Path, tmp_path: Path, script: str) -> None:
    shutil.copytree(made, tmp_path / "run")
    at = shown(tmp_path / "run", "#/")
    at.context.add_init_script(script)
    at.go("#/pairs")
    before = listed(tmp_path / "run")
    whole(at, before)
    at.page.evaluate("window.slow = true")
    new = one_more(at.viewer.folder)
    if script:
        at.page.wait_for_function("() => window.late")
    at.page.wait_for_selector("button:text('Show the new ones')")
    assert len(rows(at)) == before, "nothing moves under somebody's eyes"
    at.page.click("text=Show the new ones")
    at.page.wait_for_selector(f"a.row[href='#/pair/{escaped(new)}']")
    assert len(rows(at)) == before + 1
    assert not at.page.query_selector("button:text('Show the new ones')")


def test_the_offer_is_taken_back_when_nothing_is_new_any_more(shown: Show, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "run")
    at = shown(tmp_path / "run", "#/")
    at.context.add_init_script(NEWS + FEIGNED)
    at.go("#/pairs")
    whole(at, listed(tmp_path / "run"))
    at.page.evaluate("window.feigned = true; window.news = 2")
    at.page.wait_for_selector("button:text('Show the new ones')")
    at.page.focus("button:text('Show the new ones')")
    at.page.evaluate("window.news = 3")
    at.page.wait_for_function("() => window.heard === 3")
    assert at.page.evaluate("document.activeElement.textContent") == "Show the new ones"
    at.page.evaluate("window.feigned = false; window.news = 4")
    at.page.wait_for_selector("button:text('Show the new ones')", state="detached")


# The question for new rows is answered with another row than there is, while `window.feigned` is set.
FEIGNED = """
const ask = window.fetch;
window.fetch = async (url, ...rest) => {
  const answer = await ask(url, ...rest);
  if (!window.feigned || !/limit=1(&|$)/.test(String(url))) return answer;
  const said = await answer.json();
  return new Response(JSON.stringify({...said, rows: said.rows.map((row) => ({...row, id: "another"}))}));
};
"""


def test_who_comes_back_to_the_list_is_offered_what_came_meanwhile(shown: Show, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "run")
    at = shown(tmp_path / "run", "#/")
    at.context.add_init_script(NEWS)
    at.go("#/pairs")
    whole(at, listed(tmp_path / "run"))
    with closing(sqlite3.connect(at.viewer.folder / "run.db")) as db:
        (judged,) = db.execute("SELECT count(*) FROM verdicts").fetchone()
    rows(at)[0].click()
    at.page.wait_for_selector("article.pair")
    one_more(at.viewer.folder)
    at.viewer.read(judged + 1)
    at.page.evaluate("window.news = 2")
    at.page.wait_for_function("() => window.heard === 2")
    at.page.go_back()
    at.page.wait_for_selector("button:text('Show the new ones')")


# Lists are refused while `window.broken` is set.
BROKEN = """
const asked = window.fetch;
window.fetch = async (url, ...rest) => {
  const isList = String(url).includes("/api/pairs") && !/limit=1(&|$)/.test(String(url));
  if (window.broken && isList) return new Response('{"error": "the index is being made"}', {status: 503});
  return asked(url, ...rest);
};
"""


def test_a_list_that_could_not_be_loaded_anew_is_offered_again(shown: Show, made: Path, tmp_path: Path) -> None:
    shutil.copytree(made, tmp_path / "run")
    at = shown(tmp_path / "run", "#/")
    at.context.add_init_script(NEWS + FEIGNED + BROKEN)
    at.go("#/pairs")
    before = listed(tmp_path / "run")
    whole(at, before)
    at.page.evaluate("window.feigned = window.broken = true; window.news = 2")
    at.page.click("button:text('Show the new ones')")
    at.page.wait_for_timeout(300)
    at.page.evaluate("window.news = 3")
    at.page.wait_for_function("() => window.heard === 3")
    assert "Nothing" not in at.text(".count")
    assert len(at.page.query_selector_all("a.row")) == before
    at.page.evaluate("window.feigned = window.broken = false")
    at.page.click("button:text('Show the new ones')")
    at.page.wait_for_selector("button:text('Show the new ones')", state="detached")
    whole(at, before)


@pytest.mark.parametrize("address", ["#/pairs", "#/pairs?sort=long"])
def test_the_first_rows_of_all_come_by_themselves(shown: Show, made: Path, tmp_path: Path, address: str) -> None:
    """A run that has judged nothing, or a viewer that has read nothing of it yet: nobody reads rows yet."""
    shutil.copytree(made, tmp_path / "run")
    with closing(sqlite3.connect(tmp_path / "run" / "run.db")) as db:
        taken = db.execute("SELECT id, accepted, verdict, row, plan FROM verdicts").fetchall()
        db.execute("DELETE FROM verdicts")
        db.execute("DELETE FROM drops")
        db.commit()
    at = shown(tmp_path / "run", address)
    at.page.wait_for_selector(".count:has-text('Nothing yet')")
    with closing(sqlite3.connect(at.viewer.folder / "run.db")) as db:
        db.executemany("INSERT INTO verdicts VALUES (?,?,?,?,?)", taken)
        db.commit()
    at.page.wait_for_selector("a.row")
    at.page.wait_for_selector(f".count:has-text('{len(taken)} row')")
    assert len(rows(at)) == len(taken)


# The first question for rows is answered, with none, only after news of them came.
LATE = """
let told = false, first = true;
const ask = window.fetch;
window.fetch = async (url, ...rest) => {
  if (first && String(url).includes("/api/pairs")) {
    first = false;
    while (!told) await new Promise((go) => setTimeout(go, 10));
    return new Response('{"rows": [], "next": null, "count": 0, "exact": true}');
  }
  const answer = await ask(url, ...rest);
  if (String(url).includes("/api/changes")) setTimeout(() => { told = true; }, 50);
  return answer;
};
"""


def test_news_that_come_before_the_first_rows_are_not_lost(shown: Show) -> None:
    at = shown(WEB, "#/")
    at.context.add_init_script(LATE)
    at.go("#/pairs")
    at.page.wait_for_selector("a.row")
