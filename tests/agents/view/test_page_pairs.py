"""The list of pairs: filters and search, pages of many, the keyboard, the way back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.agents.view.shown import Shown, escaped
from tests.runs.keep import HERE as KEPT

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]
WEB = KEPT / "web_agent" / "strong"
MANY = 230


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with so many pairs that they come in pages."""
    folder = tmp_path_factory.mktemp("many") / "run"
    folder.mkdir()
    with closing(sqlite3.connect(WEB / "run.db")) as source, closing(sqlite3.connect(folder / "run.db")) as db:
        source.backup(db)
        rows = db.execute("SELECT id, accepted, verdict, row, plan FROM verdicts").fetchall()
        for number in range(MANY - len(rows)):
            id, accepted, verdict, row, plan = rows[number % len(rows)]
            new = id.replace("tide_mills.md:1-23", f"mill{number}.md:1-23")
            text = json.dumps({**json.loads(row), "id": new})
            db.execute("INSERT INTO verdicts VALUES (?,?,?,?,?)", (new, accepted, verdict, text, plan))
        db.commit()
    return folder


def rows(at: Shown) -> list[Any]:
    at.page.wait_for_selector("a.row, .count:has-text('Nothing')")
    return at.page.query_selector_all("a.row")


def here(at: Shown) -> str:
    return str(at.page.evaluate("document.activeElement.getAttribute('href')"))


def test_a_long_list_comes_in_pages_and_each_row_once(shown: Show, many: Path) -> None:
    at = shown(many, "#/pairs")
    at.page.wait_for_selector(f".count:has-text('{MANY} rows')")
    assert len(rows(at)) < MANY
    for _ in range(20):
        at.page.keyboard.press("End")
        if "That is all" in at.text(".list-end"):
            break
        at.page.wait_for_timeout(150)
    addresses = [row.get_attribute("href") for row in rows(at)]
    assert len(addresses) == len(set(addresses)) == MANY
    # and back: the same place, without loading it all again
    at.page.evaluate("scrollTo(0, 3000)")
    at.page.wait_for_timeout(200)
    asked = len(at.asked)
    at.page.evaluate("[...document.querySelectorAll('a.row')].at(-1).click()")
    at.page.wait_for_selector("article.pair")
    assert at.page.evaluate("scrollY") == 0
    at.page.go_back()
    at.page.wait_for_selector("a.row")
    at.page.wait_for_function("() => Math.abs(scrollY - 3000) < 5")
    assert len(rows(at)) == MANY
    assert not [url for url in at.asked[asked:] if "/api/pairs" in url and "limit=1&" not in url + "&"]


def test_filters_narrow_add_up_and_are_taken_away(shown: Show, many: Path) -> None:
    at = shown(many, "#/pairs")
    at.page.click("summary:text('Verdict')")
    at.page.click(".sheet label:has-text('rejected')")
    at.page.wait_for_selector(".chip:has-text('rejected')")
    assert "verdict=rejected" in at.page.url
    at.page.wait_for_selector(".count:text('92 rows')")
    assert all("rejected" in row.text_content() for row in rows(at))
    at.page.wait_for_selector("details.menu[open] .sheet")
    at.page.click(".sheet label:has-text('accepted')")
    at.page.wait_for_selector(f".count:text('{MANY} rows')")
    at.page.click("summary:text('Kind')")
    at.page.click(".sheet label:has-text('read_and_tell')")
    at.page.wait_for_selector(".count:text('46 rows')")
    assert len(at.page.query_selector_all(".chip")) == 3
    at.page.click(".chip:has-text('read_and_tell')")
    at.page.wait_for_selector(f".count:text('{MANY} rows')")
    at.page.click("text=Clear all")
    at.page.wait_for_selector(".chip", state="detached")
    at.page.go_back()
    at.page.wait_for_selector(".chip")


def test_search_finds_words_and_says_when_there_are_none(shown: Show) -> None:
    at = shown(WEB, "#/pairs")
    rows(at)
    at.page.keyboard.press("/")
    at.page.keyboard.type("terrier")
    at.page.wait_for_selector(".count:text('1 row')")
    (row,) = rows(at)
    assert "terrier" in row.inner_text()
    assert at.page.evaluate("document.activeElement.id") == "search", "one goes on typing"
    at.page.fill("#search", '"no such" words* (here')
    at.page.wait_for_selector(".count:has-text('Nothing fits')")
    at.page.reload()
    at.page.wait_for_selector(".count:has-text('Nothing fits')")
    assert at.page.input_value("#search") == '"no such" words* (here'


def test_the_keyboard_goes_through_rows_and_their_pairs(shown: Show) -> None:
    at = shown(WEB, "#/pairs")
    addresses = [row.get_attribute("href") for row in rows(at)]
    at.page.keyboard.press("j")
    at.page.keyboard.press("j")
    assert here(at) == addresses[1]
    at.page.keyboard.press("k")
    at.page.keyboard.press("Enter")
    at.page.wait_for_selector("article.pair")
    seen = [at.page.evaluate("location.hash")]
    for key in ("n", "n", "p"):
        before = at.page.evaluate("location.hash")
        at.page.keyboard.press(key)
        at.page.wait_for_function("(before) => location.hash !== before", arg=before)
        at.page.wait_for_selector("main[data-shown]")
        at.page.wait_for_function("() => document.querySelector('main').dataset.shown === location.hash")
        seen.append(at.page.evaluate("location.hash"))
    assert seen == [addresses[0], addresses[1], addresses[2], addresses[1]]
    at.page.keyboard.press("g")
    at.page.keyboard.press("p")
    at.page.wait_for_selector("a.row")


def test_neighbours_are_those_of_the_list_as_filtered_even_after_a_reload(shown: Show) -> None:
    at = shown(WEB, "#/pairs?verdict=rejected")
    addresses = [row.get_attribute("href") for row in rows(at)]
    assert len(addresses) == 2
    rows(at)[0].click()
    at.page.wait_for_selector("article.pair")
    at.page.reload()
    at.page.wait_for_selector("article.pair")
    at.page.keyboard.press("n")
    at.page.wait_for_function("(to) => location.hash === to", arg=addresses[1])
    at.page.wait_for_function("() => document.querySelector('main').dataset.shown === location.hash")
    at.page.keyboard.press("n")
    at.page.wait_for_selector("#said:has-text('No pair after this one')")


def one_more(folder: Path) -> str:
    """Write one more pair into a run's journal, a copy of one that is there; return its id."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        ((id, accepted, verdict, row, plan),) = db.execute(
            "SELECT id, accepted, verdict, row, plan FROM verdicts LIMIT 1"
        )
        new = f"{id}/more-1"
        text = json.dumps({**json.loads(row), "id": new})
        db.execute("INSERT INTO verdicts VALUES (?,?,?,?,?)", (new, accepted, verdict, text, plan))
        db.commit()
    return new


def whole(at: Shown, number: int) -> None:
    """Wait till as many rows are listed: a viewer that has just started has not read them all."""
    at.page.wait_for_function("(n) => document.querySelectorAll('a.row').length === n", arg=number)


def listed(folder: Path) -> int:
    """Return how many rows the list of a run has."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        (judged,) = db.execute("SELECT count(*) FROM verdicts").fetchone()
        (dropped,) = db.execute("SELECT count(*) FROM drops").fetchone()
    return int(judged + dropped)


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


def test_more_of_the_old_rows_takes_no_word_of_the_new_ones_away(shown: Show, many: Path, tmp_path: Path) -> None:
    shutil.copytree(many, tmp_path / "run")
    at = shown(tmp_path / "run", "#/pairs")
    at.page.wait_for_selector(f".count:has-text('{MANY} rows')")
    listed = len(rows(at))
    one_more(at.viewer.folder)
    at.page.wait_for_selector("button:text('Show the new ones')")
    at.page.keyboard.press("End")
    at.page.wait_for_function("(n) => document.querySelectorAll('a.row').length > n", arg=listed)
    assert at.page.query_selector("button:text('Show the new ones')")


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


def test_lengths_order_and_narrow(shown: Show) -> None:
    at = shown(WEB, "#/pairs")
    rows(at)
    at.page.select_option("select[aria-label='Order']", "short")
    at.page.wait_for_function("() => location.hash.includes('sort=short')")
    at.page.wait_for_selector("a.row:first-child")
    at.page.wait_for_function("() => document.querySelector('main').dataset.shown === location.hash")
    first = rows(at)[0].get_attribute("href")
    at.page.click("summary:text('Length')")
    at.page.fill(".sheet label:has-text('At most') input", "4000")
    at.page.keyboard.press("Tab")
    at.page.wait_for_selector(".chip:has-text('At most 4000')")
    at.page.wait_for_selector(".count:text('1 row')")
    assert [row.get_attribute("href") for row in rows(at)] == [first]
