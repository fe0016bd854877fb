"""The overview: its numbers are the journal's, each leads to what it counts, and it grows while a run writes."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.agents.view.shown import NEWS, Shown

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]


def journal(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "run.db")) as db:
        return db.execute(sql).fetchall()


def number(at: Shown, name: str) -> int:
    return int(at.text(f".figures div:has(dt:text-is('{name}')) .number").replace(",", ""))


def test_numbers_are_those_of_the_journal(shown: Show, made: Path) -> None:
    at = shown(made, "#/")
    ((accepted, rejected),) = journal(made, "SELECT sum(accepted), sum(not accepted) FROM verdicts")
    ((dropped,),) = journal(made, "SELECT count(*) FROM drops")
    at.page.wait_for_selector("h1:text('Overview')")
    assert (number(at, "Accepted"), number(at, "Rejected")) == (accepted, rejected)
    assert 0 < number(at, "Fell out before") <= dropped
    ((read, written),) = journal(made, "SELECT sum(prompt_tokens), sum(completion_tokens) FROM usage")
    total = at.text(".usage tfoot")
    assert f"{read:,}" in total or f"{read / 1000:.1f}K" in total
    assert f"{written:,}" in total or f"{written / 1000:.1f}K" in total
    assert "$" in total, "the run knew its prices"
    assert "Ended." in at.text(".part.state")


def test_each_figure_leads_to_what_it_counts(shown: Show, made: Path) -> None:
    at = shown(made, "#/")
    for selector in (".figures a:has(.rejected)", ".reasons tbody tr:first-child a", ".reasons tbody tr:last-child a"):
        at.go("#/")
        at.page.wait_for_selector(selector)
        told = "a => (a.closest('tr')?.querySelector('td.n') ?? a).textContent"
        count = int(at.page.eval_on_selector(selector, told))
        at.page.click(selector)
        at.page.wait_for_selector("a.row")
        assert len(at.page.query_selector_all("a.row")) == count, selector
    at.go("#/")
    at.page.wait_for_selector(".tiles a")
    kind = at.text(".tiles a .kind")
    rows = re.findall(
        r"([\d,]+) accepted, ([\d,]+) rejected", " ".join(at.page.locator("summary .quiet").all_inner_texts())
    )
    summed = [sum(int(row[which].replace(",", "")) for row in rows) for which in (0, 1)]
    assert summed == [number(at, "Accepted"), number(at, "Rejected")]
    accepted, rejected = re.findall(r"(\d+) accepted, (\d+) rejected", at.page.get_attribute(".tiles a", "aria-label"))[
        0
    ]
    at.page.click(".tiles a")
    at.page.wait_for_selector("a.row")
    rows = [row.text_content() for row in at.page.query_selector_all("a.row")]
    assert all(kind in row for row in rows)
    assert sum("fell out" not in row for row in rows) >= int(accepted) + int(rejected)


def one_more(folder: Path, name: str) -> str:
    """Write one more accepted pair into a run's journal, as of a seed `name`; return its id."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        sql = "SELECT id, verdict, row, plan FROM verdicts WHERE accepted AND id LIKE '%desk%' LIMIT 1"
        ((id, verdict, row, plan),) = db.execute(sql)
        new = id.replace("desk", name)
        text = json.dumps({**json.loads(row), "id": new})
        columns = "type, parent, seed, stage, kind, round, chat, plan, record"
        record = f"INSERT INTO records SELECT replace(id,'desk','{name}'), {columns} FROM records WHERE id=?"
        db.execute(record, (id,))
        db.execute("INSERT INTO verdicts VALUES (?,1,?,?,?)", (new, verdict, text, plan))
        db.commit()
    return str(new)


def test_it_grows_while_the_run_writes(shown: Show, made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    at = shown(folder, "#/")
    at.page.wait_for_selector(".figures")
    before = number(at, "Accepted")
    at.page.focus(".figures a:has(.rejected)")
    ours = at.viewer.folder
    new = one_more(ours, "newdesk")
    with closing(sqlite3.connect(ours / "run.db")) as db:
        pulse = {"pid": 1, "in_flight": 7, "calls": 3, "cost": 0.5, "accepted": before + 1, "rejected": 0, "seeds": 1}
        db.execute("INSERT INTO pulse VALUES (?, ?)", (time.time() + 60, json.dumps(pulse)))
        db.commit()
    at.page.wait_for_selector(f".figures .number.accepted:text-is('{before + 1}')")
    at.page.wait_for_selector("#live:has-text('running, 7 in flight')")
    label = at.page.get_attribute(".plot svg", "aria-label") or ""
    assert f"{before + 1} accepted, {number(at, 'Rejected')} rejected" in label
    assert at.page.evaluate("document.activeElement.dataset.key") == "Rejected", (
        "whoever is at the keyboard stays there"
    )
    with closing(sqlite3.connect(ours / "run.db")) as db:
        db.execute("DELETE FROM pulse")
        db.execute("INSERT INTO pulse VALUES (?, ?)", (time.time() - 60, json.dumps(pulse)))
        db.execute("INSERT INTO events (at, what, id) VALUES (?, 'verdict', ?)", (time.time(), new))
        db.commit()
    at.page.wait_for_selector(".state:has-text('Lost')")


# Figures that tell of `window.hold` accepted pairs come only after the page heard of the third news.
LATE_FIGURES = """
const ask = window.fetch;
window.fetch = async (url, ...rest) => {
  const answer = await ask(url, ...rest);
  if (String(url).includes("/api/overview") && (await answer.clone().json()).counts.accepted === window.hold) {
    window.held = true;
    while (window.heard < 3) await new Promise((go) => setTimeout(go, 10));
  }
  return answer;
};
"""


def test_news_that_come_while_figures_are_on_their_way_are_asked_for_after_them(
    shown: Show, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    at = shown(folder, "#/")
    at.context.add_init_script(NEWS + LATE_FIGURES)
    at.go("#/")
    at.page.wait_for_selector(".figures")
    before = number(at, "Accepted")
    judged = before + number(at, "Rejected")
    at.page.evaluate("(n) => { window.hold = n; }", before + 1)
    one_more(at.viewer.folder, "newdesk")
    at.viewer.read(judged + 1)
    at.page.evaluate("window.news = 2")
    at.page.wait_for_function("() => window.held")
    one_more(at.viewer.folder, "newerdesk")
    at.viewer.read(judged + 2)
    at.page.evaluate("window.news = 3")
    at.page.wait_for_selector(f".figures .number.accepted:text-is('{before + 2}')")


def test_what_has_no_price_is_not_told_as_free(shown: Show, made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.execute("INSERT INTO usage VALUES ('other', 'judge', 'dear', 1, 1000000, 0, 1.0)")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('prices', ?)", (json.dumps({"dear": [2, 3]}),))
        db.commit()
    at = shown(folder, "#/")
    figure = at.page.locator(".figures div:has(dt:text-is('Cost'))").inner_text()
    assert "≥ $2.00" in figure
    assert "no price known for" in figure
    assert "a pair" not in figure


def test_an_empty_run_says_that_there_is_nothing_yet(shown: Show, tmp_path: Path) -> None:
    from agents.journal_tables import SCHEMA, VERSION

    folder = tmp_path / "empty"
    folder.mkdir()
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.executescript(f"{SCHEMA} PRAGMA user_version={VERSION};")
    at = shown(folder, "#/")
    at.page.wait_for_selector(".figures")
    assert number(at, "Accepted") == 0
    for said in ("Nothing to draw yet", "Nothing was rejected", "No kind was tried", "No model was called"):
        assert said in at.text()
    at.go("#/pairs")
    assert "Nothing yet" in at.text()
