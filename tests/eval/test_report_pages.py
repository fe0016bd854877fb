"""The pages in a real browser: nothing runs, nothing loads, all can be read on a phone, light and dark."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from eval.compare import data_telling, models, page
from eval.compare.data import compare as compare_data
from eval.compare.telling import SHOWN
from eval.folder import write_whole
from eval.report.cells import columns_of
from eval.report.figures import figures
from eval.report.tables import tables
from eval.report.tables_page import as_html
from eval.results import Scored
from eval.task import Metric
from tests.agents.view.hostile import CONTROLS, HUGE, LINKS, MARKUP, RAN
from tests.eval.evaluations import evaluation, scored
from tests.eval.test_compare_data import pair, run

pytestmark = pytest.mark.chromium
BAD = [MARKUP, LINKS, CONTROLS, HUGE[:800], f"<img src=x onerror='{RAN}'>"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """One Chromium for this file."""
    from playwright.sync_api import sync_playwright

    from tools.web.browser import executable

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=executable(), args=["--disable-gpu", "--no-sandbox"])
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page, with what it asked for and what was said in its console."""

    page: Any
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Open markup as a file; whatever it asks for but itself, or says, is a fault of it."""
    opened: list[Opened] = []

    def show(markup: str, width: int = 1280, scheme: str = "light") -> Opened:
        path = tmp_path / f"page-{len(opened)}.html"
        write_whole(path, markup)
        context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
        made = Opened(context.new_page())
        made.page.on("request", lambda request: made.asked.append(request.url))
        made.page.on("console", lambda said: made.said.append(said.text))
        made.page.on("pageerror", lambda error: made.said.append(str(error)))
        made.page.on("dialog", lambda dialog: (made.said.append("a dialog"), dialog.dismiss()))
        made.page.goto(path.as_uri())
        opened.append(made)
        return made

    yield show
    for one in opened:
        assert [url for url in one.asked if not url.startswith("file:")] == []
        assert len(one.asked) == 1
        assert one.said == []
        assert one.page.evaluate("window.ran") is None
        one.page.context.close()


def evaluations(folder: Path) -> list[Path]:
    """Two evaluations of models whose names and answers would like to do harm, over harmful tasks."""
    made = []
    for place, model in enumerate((MARKUP, "</title></style><script>window.ran=1</script>")):
        ones: list[Scored] = [
            scored(f"{n} {bad[:30]}", float((n + place) % 2), answer=bad, target=bad, ask=bad, group=bad[:40])
            for n, bad in enumerate(BAD)
        ] + [scored("gone", None, why=MARKUP)]
        tasks = {"gsm8k": ones, MARKUP[:50]: ones, "mmlu": ones}
        path = evaluation(folder / str(place), model, tasks, about={"judge": {"model": model}, MARKUP[:30]: MARKUP})
        orca = [scored(f"{g}{n}", 5.0 + place, 10.0, group=g) for g in (*BAD[:2], "rag", "fermi") for n in range(3)]
        evaluation(path, model, {"orca_bench": orca}, mean="macro", metrics=(Metric("accuracy", scale=10.0),))
        made.append(path)
    return made


def pages(folder: Path) -> dict[str, str]:
    """Return the three pages."""
    one, other = evaluations(folder)
    columns = columns_of([one, other])
    made = tables(columns, columns[0].name)
    rows = [pair(n, BAD[n], skill=BAD[n], answer=BAD[n]) for n in range(len(BAD))]
    data = compare_data(run(folder / "x", rows, rows, MARKUP), run(folder / "y", rows[:2], rows, LINKS))[0]
    return {
        "report": as_html(made, figures(made, columns, columns[0].name), columns, columns[0].name),
        "models": page.html(models.compare(one, other)),
        "data": data_telling.html(data, None),
    }


@pytest.mark.parametrize("name", ["report", "models", "data"])
def test_hostile_names_and_answers_are_only_shown(tmp_path: Path, open_page: Callable[..., Opened], name: str) -> None:
    shown = open_page(pages(tmp_path)[name])
    page = shown.page
    for tag in ("script", "img", "iframe", "form", "object", "embed", "base", "link", "input", "button", "a"):
        assert page.locator(tag).count() == 0, tag
    assert page.locator("body > main").count() == 1
    assert page.locator("style").count() == 1
    assert "onerror" in page.inner_text("main")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
@pytest.mark.parametrize("name", ["report", "models", "data"])
def test_pages_can_be_read_wide_and_narrow(
    tmp_path: Path, open_page: Callable[..., Opened], name: str, width: int, scheme: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    shown = open_page(pages(tmp_path)[name], width, scheme)
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width
    assert shown.page.evaluate("getComputedStyle(document.body).fontSize") == "15px"
    found = Axe().run(shown.page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"][:2]]) for one in found] == []


def test_a_phone_has_the_narrow_radar(tmp_path: Path, open_page: Callable[..., Opened]) -> None:
    markup = pages(tmp_path)["report"]
    for width, there, gone in ((1280, "broad", "narrow"), (390, "narrow", "broad")):
        page = open_page(markup, width).page
        assert page.locator(f"svg.{there}").is_visible()
        assert not page.locator(f"svg.{gone}").is_visible()


def test_drawings_say_themselves(tmp_path: Path, open_page: Callable[..., Opened]) -> None:
    page = open_page(pages(tmp_path)["report"]).page
    for drawing in page.locator("svg:visible").all():
        title, said = drawing.get_attribute("aria-labelledby").split()
        assert page.locator(f"[id='{title}']").count() == 1
        assert page.locator(f"[id='{said}']").text_content()


def test_only_some_changed_items_are_on_the_page(tmp_path: Path, open_page: Callable[..., Opened]) -> None:
    first = evaluation(tmp_path / "a", "m", {"t": [scored(f"{n}", 0) for n in range(SHOWN + 9)]})
    second = evaluation(tmp_path / "b", "n", {"t": [scored(f"{n}", 1) for n in range(SHOWN + 9)]})
    page_ = open_page(page.html(models.compare(first, second))).page
    assert (
        page_.locator("h3").inner_text()
        == f"Gained: {SHOWN + 9} items, of which {SHOWN} are shown; changed.csv has all"
    )
    assert page_.locator("table").nth(1).locator("tbody tr").count() == SHOWN
