"""The frame of the page: nothing can put markup in, addresses lead where ids say, keys, colours, troubles."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.agents.view.shown import Shown
from tests.runs.keep import HERE as KEPT

PAGE = Path(__file__).parents[3] / "agents" / "view" / "page"
MARKUP = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|setHTML|document\s*\.\s*write|DOMParser|createContextualFragment|srcdoc|"
    r"\beval\b|new Function|setTimeout\(\s*[\"'`]|javascript:|\.src\s*=|\.href\s*=|window\.open|location\s*=[^=]|"
    r"location\.assign"
)
WEB = KEPT / "web_agent" / "strong"
pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]


def test_no_script_of_the_page_makes_markup_of_text() -> None:
    scripts = sorted(PAGE.glob("*.js"))
    assert len(scripts) > 20
    for script in scripts:
        assert not MARKUP.search(script.read_text(encoding="utf-8")), script.name


def test_the_page_names_no_place_outside() -> None:
    for file in PAGE.iterdir():
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"https?:|(?<![:\w])//[a-z]|@import|url\(", text.replace("// ", "")), file.name


@settings(max_examples=12)
@given(ids=st.lists(st.text(min_size=1, max_size=30), min_size=20, max_size=40))
def test_an_address_gives_back_the_id_it_was_made_of(frame: Shown, ids: list[str]) -> None:
    ids += ["..", "a/b", "#1", "?x=1", "%00", "%2F", "a!2", "__proto__", "x#y?z/%41"]
    code = """async (ids) => {
      const route = await import("/route.js");
      return ids.map((id) => [route.pair(id), route.chat(id, id, 7), route.siblings(id)].map(route.read));
    }"""
    for id, (pair, chat, siblings) in zip(ids, frame.page.evaluate(code, ids), strict=True):
        assert pair == {"view": "pair", "id": id}
        assert chat == {"view": "chat", "id": id, "chat": id, "turn": 7}
        assert siblings == {"view": "siblings", "id": id}


@settings(max_examples=12)
@given(
    pairs=st.lists(
        st.tuples(st.text("ab c\n🙂é", max_size=60), st.text("ab c\n🙂é", max_size=60)), min_size=30, max_size=30
    )
)
def test_a_difference_holds_both_texts(frame: Shown, pairs: list[tuple[str, str]]) -> None:
    code = """async (pairs) => {
      const { difference } = await import("/diff.js");
      return pairs.map(([one, other]) => difference(one, other));
    }"""
    for (before, after), found in zip(pairs, frame.page.evaluate(code, pairs), strict=True):
        assert "".join(text for sign, text in found if sign != "+") == before
        assert "".join(text for sign, text in found if sign != "-") == after


@settings(max_examples=12)
@given(texts=st.lists(st.text(max_size=80), min_size=20, max_size=20))
def test_marking_hidden_characters_loses_none(frame: Shown, texts: list[str]) -> None:
    code = """async (texts) => {
      const { parts } = await import("/foreign.js");
      return texts.map((text) => parts(text));
    }"""
    for text, found in zip(texts, frame.page.evaluate(code, texts), strict=True):
        assert "".join(part * (times or 1) for part, times in found) == text.replace("\r\n", "\n")
        seen = "".join(part for part, times in found if times is None)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\u200b\ufeff]", seen)


@pytest.fixture(scope="module")
def frame(browser: object, viewers: object) -> object:
    """One page for what needs no more than the scripts."""
    page = Shown(browser, viewers.over(WEB), "#/help")  # type: ignore[attr-defined]
    yield page
    page.close()


def test_keys_lead_everywhere_but_not_while_somebody_types(shown: Show) -> None:
    at = shown(WEB, "#/")
    at.page.keyboard.press("g")
    at.page.keyboard.press("p")
    at.page.wait_for_selector("a.row")
    at.page.keyboard.press("?")
    at.page.wait_for_selector("h1:text('Keys')")
    listed = at.text("main")
    at.page.keyboard.press("?")
    at.page.wait_for_selector("h1:text('Pairs')")
    at.page.keyboard.press("/")
    assert at.page.evaluate("document.activeElement.id") == "search"
    at.page.keyboard.type("go j? k")
    assert at.page.input_value("#search") == "go j? k"
    assert "h1" in at.page.inner_html("main")
    assert at.page.inner_text("h1") == "Pairs"
    for key in ("accept", "reject", "undo", "next turn", "search", "next pair of the list"):
        assert key in listed


def test_colours_follow_the_system_until_somebody_chooses(shown: Show) -> None:
    at = shown(WEB, "#/help", color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = at.page.evaluate(ground)
    at.page.keyboard.press("t")
    light = at.page.evaluate(ground)
    assert sum(json.loads(dark.replace("rgb(", "[").replace(")", "]"))) < 150
    assert sum(json.loads(light.replace("rgb(", "[").replace(")", "]"))) > 600
    at.page.reload()
    at.settled()
    assert at.page.evaluate(ground) == light, "the choice is kept"


def test_what_is_not_there_is_said(shown: Show) -> None:
    at = shown(WEB, "#/pair/no%2Fsuch")
    at.expected = ["404"]
    assert "Not found" in at.text()
    for address in ("#/pair/%E0%A4%A", "#/nowhere/at/all", "#/branch/x", "#/branch/99"):
        at.go(address)
        assert "Not found" in at.text(), address
    at.page.click("text=All pairs")
    at.page.wait_for_selector("a.row")


def test_a_wrong_token_is_said_and_shows_nothing(shown: Show) -> None:
    at = shown(WEB, "#/")
    at.expected = ["403"]
    at.page.goto(at.viewer.url[:-4] + "AAAA#/pairs")
    at.page.wait_for_selector("h1:text('Not let in')")
    assert "printed" in at.text("#trouble")
    assert not at.page.query_selector_all("a.row")


def test_a_viewer_that_is_gone_is_said_and_found_again(shown: Show, tmp_path: Path) -> None:
    import shutil

    folder = tmp_path / "run"
    shutil.copytree(WEB, folder)
    at = shown(folder, "#/pairs")
    at.expected = ["Failed to load", "net::ERR", "403"]
    at.page.wait_for_selector("a.row")
    at.viewer.end()
    at.page.wait_for_selector("#trouble:has-text('does not answer')")
    assert at.page.query_selector_all("a.row"), "what was there stays"
    port = re.findall(r":(\d+)/", at.viewer.url)[0]
    at.viewer.start("--port", port)
    at.page.wait_for_selector("#trouble:has-text('no valid token')")
    at.go("#/pairs")
    at.page.wait_for_selector("a.row")
    assert at.page.is_hidden("#trouble")


def test_what_is_given_up_when_a_view_is_left_is_no_failure(shown: Show, made: Path) -> None:
    at = shown(made)
    leave = "const left = new AbortController(); fetch(location.href, { signal: left.signal }); left.abort();"
    at.page.evaluate(f"() => {{ {leave} }}")
    at.page.evaluate("() => new Promise((go) => setTimeout(go, 200))")
    assert at.problems == []
    at.expected = ["broken in truth"]
    at.page.evaluate("() => { Promise.reject(new Error('broken in truth')); }")
    at.page.evaluate("() => new Promise((go) => setTimeout(go, 200))")
    assert any("broken in truth" in said for said in at._said), "what fails is still heard"
