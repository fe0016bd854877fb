"""Hostile contents in every field of a run, in the real browser: shown as what they are, and nothing happens."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.agents.view import hostile
from tests.agents.view.shown import Shown, Viewers, escaped
from tests.agents.view.test_page_frame import PAGE

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]
FORBIDDEN = (
    "main :is(img, iframe, object, embed, script, link, style, base, meta, video, audio, source, template, plaintext, "
    "title, foreignObject, [src], [srcset], [style*=url], form[action], [formaction], a:not([href^='#']), "
    "[contenteditable], [autofocus])"
)
OPEN = """async () => {
  for (const box of document.querySelectorAll("main details")) box.open = true;
  const buttons = [...document.querySelectorAll("main .turn button")];
  for (const button of buttons.filter(b => ["prompt", "raw"].includes(b.textContent)).slice(0, 4)) {
    button.click();
    await new Promise(go => setTimeout(go, 60));
  }
}"""


@pytest.fixture(scope="module")
def opened(
    browser: Any, viewers: Viewers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Shown, dict[str, str]]]:
    folder = tmp_path_factory.mktemp("bad") / "<img src=x onerror=alert(1)>"
    ids = hostile.write(folder)
    at = Shown(browser, viewers.over(folder), "#/")
    yield at, ids
    at.close()


@pytest.fixture
def bad(opened: tuple[Shown, dict[str, str]]) -> tuple[Shown, dict[str, str]]:
    """The one page of this file, with nothing held against it yet."""
    opened[0].forget()
    return opened


def inert(at: Shown) -> None:
    """Nothing ran, loaded, opened or went anywhere, and nothing stands there that could."""
    page = at.page
    assert at.problems == []
    strange = [url for url in at.asked if not known(url)]
    assert strange == []
    assert page.evaluate("window.ran") is None
    assert page.evaluate("({}).polluted") is None
    assert page.eval_on_selector_all(FORBIDDEN, "found => found.map(e => e.outerHTML.slice(0, 200))") == []
    handlers = "all => all.flatMap(e => [...e.attributes]).filter(a => a.name.startsWith('on')).length"
    assert page.eval_on_selector_all("*", handlers) == 0
    assert page.title().startswith(("Overview", "Pairs", "Pair", "Chat", "Siblings"))
    assert "Gone" not in page.title()
    assert page.evaluate("getComputedStyle(document.body).display") == "block"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, "a long word widens its page"


def known(url: str) -> bool:
    """Is this an address of ours: a file of the page, or a question to the program?"""
    path = urlsplit(url).path
    return (
        url == "about:blank"
        or path in ("/", "")
        or (PAGE / path[1:]).is_file()
        or bool(re.fullmatch(r"/api/\w+", path))
    )


@pytest.mark.parametrize("name", hostile.PAYLOADS)
def test_every_view_of_a_pair_shows_it_inert(bad: tuple[Shown, dict[str, str]], name: str) -> None:
    at, ids = bad
    at.pair(ids[name])
    at.page.evaluate(OPEN)
    assert at.text("h1")
    shown = str(at.page.text_content("main"))
    assert words(hostile.PAYLOADS[name]) in re.sub(r"\s+", "", shown)
    inert(at)
    at.page.click("text=As the trainer sees it")
    inert(at)
    at.pair(ids[name], f"/chat/{escaped(ids[name] + '/respond-x')}")
    at.page.evaluate(OPEN)
    assert words(hostile.PAYLOADS[name]) in re.sub(r"\s+", "", str(at.page.text_content(".pane")))
    inert(at)
    at.pair(ids[name], "/siblings")
    inert(at)


def words(text: str) -> str:
    """Some of a text that is to be seen whatever was done about its hidden characters and its length."""
    if text == hostile.CONTROLS:
        return "ESC[2JESC]0;titleBEL"
    return re.sub(r"\s+", "", text[:300])


def test_lists_and_figures_show_it_inert(bad: tuple[Shown, dict[str, str]]) -> None:
    at, _ = bad
    at.go("#/")
    at.page.evaluate(OPEN)
    assert "<script>" in at.text()
    inert(at)
    at.go("#/pairs")
    at.page.wait_for_selector("a.row")
    for menu in at.page.query_selector_all("details.menu summary"):
        menu.click()
        inert(at)
    at.page.keyboard.press("/")
    for words in (
        "<script>alert(1)</script>",
        "\"'; DROP TABLE listed; --",
        "a* NEAR(b) AND OR NOT ^",
        "\u202e\x00\x1b[",
    ):
        at.page.fill("#search", words)
        at.page.wait_for_timeout(300)
        at.page.wait_for_selector(".count:not(:has-text('Looking'))")
        inert(at)


@pytest.mark.parametrize("id", hostile.IDS)
def test_an_id_leads_to_its_own_record_and_nowhere_else(bad: tuple[Shown, dict[str, str]], id: str) -> None:
    at, ids = bad
    at.go(f"#/pair/{escaped(ids[id])}/siblings")
    link = at.page.locator(".sibling a").first
    here = at.page.evaluate("location.href.split('#')[0]")
    link.click()
    at.page.wait_for_function("() => document.querySelector('main').dataset.shown === location.hash")
    assert "Not found" not in at.text("h1")
    asked = [url for url in at.asked if "/api/story" in url][-1]
    assert len(urlsplit(asked).query.split("&")) == 1, "whatever stands in an id stays in it"
    assert at.page.evaluate("location.href.split('#')[0]") == here
    inert(at)


def test_hidden_characters_are_seen(bad: tuple[Shown, dict[str, str]]) -> None:
    at, ids = bad
    at.pair(ids["controls"])
    said = at.page.text_content(".the-pair article.by-user")
    for name in ("ESC", "NUL", "RLO", "PDF", "LRI", "ZWSP", "BOM", "SHY", "U+E0041", "U+2028"):
        assert name in said, name
    assert "👩‍👩‍👧" in said, "joiners within emoji hide nothing"
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff]", at.page.text_content("main"))
    isolated = "found => found.every(e => /isolate|plaintext/.test(getComputedStyle(e).unicodeBidi))"
    assert at.page.eval_on_selector_all("main :is(.foreign, bdi)", isolated)


def test_five_megabytes_do_not_hang_the_page(shown: Show, tmp_path: Path) -> None:
    ids = hostile.write(tmp_path / "run")
    id, large = ids["a#b"], "<b>0123456789</b>\n" * 290_000
    with closing(sqlite3.connect(tmp_path / "run" / "run.db")) as db:
        db.execute("UPDATE verdicts SET row=json_set(row, '$.messages[1].content', ?) WHERE id=?", (large, id))
        db.execute("UPDATE messages SET text=? WHERE chat=? AND n=3", (large, f"{id}/respond-x"))
        db.commit()
    at = shown(tmp_path / "run")
    at.pair(id)
    large_one = at.page.locator(".the-pair article.turn").nth(1)
    assert len(large_one.text_content()) < 25_000
    large_one.locator("button.more").click()
    large_one.locator(".piece").wait_for()
    assert 150_000 < len(large_one.text_content()) < 300_000
    at.page.click("text=As the trainer sees it")
    at.pair(id, f"/chat/{escaped(id)}%2Frespond-x")
    at.page.wait_for_selector("article[data-turn='3'] button.more")
    at.page.keyboard.press("s")
    at.page.wait_for_selector("h2:text('Siblings')")
    inert(at)
