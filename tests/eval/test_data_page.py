"""The page in a real browser: it fits, asks nobody, runs nothing, and is accessible in both colour schemes."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from eval.data.build import Asked, build
from eval.data.page import page
from eval.data.sources import open_sources
from tests.eval.datasets import Row, clean, rejected, row, run, said

pytestmark = pytest.mark.chromium
BREAK = "document.title='broken'"
EVIL = f'</title></style><script>{BREAK}</script><img src=x onerror="{BREAK}">\'"{{{{7*7}}}}\u202e'


def hostile() -> list[Row]:
    """Pairs that try to run something from every place that is shown."""
    rows = clean(60)
    for n in range(12):
        kinds = {"transform": EVIL, "instruct": f"{EVIL}{n % 3}", "refine": [], "demand": []}
        made = {**row(n), "id": f"{EVIL}/{n}\ud800", "skill": EVIL, "kinds": kinds}
        rows.append(
            said(made, f"{EVIL} {{{{name}}}} and so on, said again and again", "As an AI language model " + EVIL)
        )
    return rows


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from tools.web.browser import executable

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable(), args=["--disable-gpu", "--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page over hostile pairs, made in a thread of its own: the browser's loop goes on in this one."""
    import threading

    folder = tmp_path_factory.mktemp("page") / "run; echo 'x'"
    fallen = [rejected({**row(n), "skill": EVIL, "id": f"{EVIL}/r{n}"}, f"{EVIL}: no") for n in range(30)]
    run(folder, hostile(), fallen, {"about": {"quotas": {EVIL: 50}}})
    path = folder / "data.html"

    def make() -> None:
        asked = Asked(benchmarks={EVIL: [row(5)["messages"][0]["content"]]})
        path.write_bytes(page(asyncio.run(build(open_sources([folder]), asked))))

    thread = threading.Thread(target=make)
    thread.start()
    thread.join()
    assert path.exists()
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_it_fits_asks_nobody_and_runs_nothing(browser: Any, made: Path, width: int, scheme: str) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    asked: list[str] = []
    broken: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.on("console", lambda message: broken.append(message.text))
    shown.on("pageerror", lambda error: broken.append(str(error)))
    shown.on("dialog", lambda dialog: broken.append("dialog"))
    shown.goto(made.as_uri())
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert shown.title() == "Data report: 72 pairs"
    assert asked == [made.as_uri()]
    assert broken == []
    assert shown.locator("main script, main img, main iframe").count() == 0
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert "<script>" in shown.locator("#findings").inner_text(), "hostile words are shown as they are"
    command = f"python -m agents.view {shlex.quote(str(made.parent))}"
    assert command in shown.locator("#findings").inner_text(), "a command can be pasted"
    for plot in shown.locator("svg.plot").all():
        assert plot.locator("title").count() == plot.locator("desc").count() == 1
    shown.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(browser: Any, made: Path, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    # The page allows no script, and axe is one.
    context = browser.new_context(bypass_csp=True, color_scheme=scheme)
    shown = context.new_page()
    shown.goto(made.as_uri())
    shown.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    violations = axe.Axe().run(shown).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"][:120]) for one in violations] == []
    context.close()
