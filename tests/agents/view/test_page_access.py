"""Everybody can use the page: axe-core finds nothing in any view, dark or light, wide or narrow; Tab reaches all."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.hand import Hand
from tests.agents.view.shown import Shown, escaped
from tests.runs.keep import HERE as KEPT

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]
WEB = KEPT / "web_agent" / "strong"
REFINED = "web_agent/tide_mills.md:1-23/wiki/create_record-1/more_steps-1"
PAIR = f"#/pair/{escaped(REFINED)}"
VIEWS = {
    "overview": ("#/", None),
    "pairs": ("#/pairs?verdict=rejected", "summary:text('Kind')"),
    "pair": (PAIR, "text=As the trainer sees it"),
    "rejecting": (PAIR, "button:has-text('Reject')"),
    "chat": (f"{PAIR}/chat/{escaped(REFINED + '/respond-plain')}", "button.again >> nth=0"),
    "siblings": (f"{PAIR}/siblings", None),
    "help": ("#/help", None),
    "nowhere": ("#/nowhere", None),
}
PHONE = {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"}


def found(at: Shown) -> list[str]:
    """What axe finds, one line each."""
    from axe_playwright_python.sync_playwright import Axe

    response: dict[str, Any] = Axe().run(at.page).response
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}" for one in response["violations"] for node in one["nodes"]
    ]


@pytest.mark.parametrize("options", [{"color_scheme": "light"}, PHONE], ids=["light", "dark on a phone"])
def test_axe_finds_nothing_and_nothing_sticks_out(shown: Show, options: dict[str, Any]) -> None:
    at = shown(WEB, **options)
    folder = at.viewer.folder
    if not Hand(folder).acts(REFINED):
        Hand(folder).act(REFINED, "reject", {"reason": "a thought repeats"}, who="Bo", base=0)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.execute("UPDATE calls SET reply='{}'")  # without its replies no chat is run again, and has no form for that
        db.commit()
    problems = []
    for name, (address, click) in VIEWS.items():
        at.go(address)
        if click:
            at.page.click(click)
        problems += [f"{name}: {line}" for line in found(at)]
        wide = at.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        problems += [f"{name}: {wide} px too wide"] if wide > 0 else []
    assert not problems, "\n".join(problems)


def test_tab_reaches_what_a_mouse_does_and_shows_where_it_is(shown: Show) -> None:
    at = shown(WEB, PAIR)
    wanted = at.page.evaluate("""() => [...document.querySelectorAll("a[href], button, summary, input, select")]
      .filter(e => e.checkVisibility() && !e.disabled).length""")
    seen = set()
    at.page.evaluate("document.activeElement.blur()")
    for _ in range(wanted + 10):
        at.page.keyboard.press("Tab")
        name, outline, number = at.page.evaluate("""() => { const e = document.activeElement;
          e.dataset.seen ??= String(Math.random());
          return [e.tagName, getComputedStyle(e).outlineStyle, e.dataset.seen]; }""")
        if name == "BODY":
            continue  # once round
        assert outline != "none", name
        seen.add(number)
    assert len(seen) >= wanted


def test_what_happened_is_told_to_who_cannot_see_it(shown: Show, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(WEB, tmp_path / "run")
    at = shown(tmp_path / "run", PAIR)
    assert at.page.get_attribute("#said", "role") == "status"
    at.page.keyboard.press("a")
    at.page.wait_for_selector("#said:has-text('Accepted')")
    at.page.wait_for_selector("h1:focus")
    assert at.page.title().startswith("Pair")
    assert at.page.locator("main").count() == at.page.locator("h1").count() == 1


def test_nothing_moves_for_who_asked_for_that(shown: Show) -> None:
    at = shown(WEB, "#/", reduced_motion="reduce")
    moves = "e => getComputedStyle(e, '::before').animationName !== 'none'"
    moving = f"() => [...document.querySelectorAll('*')].filter({moves}).length"
    at.page.evaluate("document.getElementById('live').dataset.state = 'running'")
    assert at.page.evaluate(moving) == 0
