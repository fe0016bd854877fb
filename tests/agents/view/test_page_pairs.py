"""The list of pairs: filters and search, pages of many, the keyboard, the way back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.agents.view.listed import one_more, rows
from tests.agents.view.shown import Shown
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
