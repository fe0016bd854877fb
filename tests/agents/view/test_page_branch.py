"""Run again from the page: another prompt, both side by side, either kept, exported, its lineage told."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.hand import Hand
from tests.agents.view.shown import Shown, escaped
from tests.agents.view.test_page_access import found
from tests.teams.command import ROOT, Endpoint, Reply, endpoint, environment, seeds, tool_use, well

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]
SHORT = "You write requests, and they are short."


@pytest.fixture(scope="module")
def server() -> Iterator[Endpoint]:
    def answer(body: dict[str, Any]) -> Reply:
        status, said = well(body)
        if SHORT in json.dumps(body):
            message = said["choices"][0]["message"]
            message["content"] = message["content"].replace("Could you", "Would you please")
        return status, said

    with endpoint(answer) as made:
        yield made


@pytest.fixture(scope="module")
def asked(server: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run made through the command line with an endpoint that is still there."""
    folder = tmp_path_factory.mktemp("asked")
    done = tool_use("--seeds", seeds(folder / "seeds"), "--run", folder / "run", "--model", server.model)
    assert done.returncode == 0, done.stderr
    return folder / "run"


def requester(run: Path) -> tuple[str, str]:
    """An accepted pair, and the chat in which its request was written."""
    with closing(sqlite3.connect(run / "run.db")) as db:
        ((pair,),) = db.execute("SELECT id FROM verdicts WHERE accepted ORDER BY length(id), id LIMIT 1")
        instruction = "/".join(pair.split("/")[:4])
        ((chat,),) = db.execute("SELECT chat FROM records WHERE id=? AND type='instruction'", (instruction,))
    return pair, chat


def test_a_changed_prompt_is_run_again_kept_exported_and_told(shown: Show, asked: Path, server: Endpoint) -> None:
    pair, chat = requester(asked)
    at = shown(asked)
    folder = at.viewer.folder
    at.pair(pair, f"/chat/{escaped(chat)}")
    turn = at.page.locator("article.turn:has(button.again)").first
    turn.focus()
    at.page.keyboard.press("b")
    box = at.page.locator("#again-prompt")
    box.wait_for()
    assert "what people ask of an assistant" in box.input_value(), "the role's own prompt stands there"
    assert "Nothing is changed yet" in at.text(".again-form .out")
    at.page.keyboard.press("Control+Enter")
    button = at.page.locator(".again-form button.main")
    assert button.get_attribute("aria-disabled") == "true"
    button.click(force=True)
    assert "Nothing is changed yet: the same would be asked again." in at.text(".again-form .out")
    assert not [url for url in at.asked if "/api/branch" in url], "what can't be done is not asked"
    box.fill(SHORT)
    assert "Changed: prompt." in at.text(".again-form .out")
    assert button.get_attribute("aria-disabled") == "false"
    before = len(server.asked)
    at.page.dblclick(".again-form button:has-text('Run again')")
    at.page.wait_for_selector("h1:text('Branch 1')", timeout=60_000)
    assert [path.name for path in (folder / "branches").iterdir()] == ["1"], "what costs money is done once"
    at.page.wait_for_selector("article.branch .lead strong:text('Done.')", timeout=60_000)
    assert any(SHORT in json.dumps(body) for body in server.asked[before:])
    assert "and they are short." in at.text(".changed ins >> nth=-1")
    assert "what people ask of an assistant" in at.text(".changed del >> nth=0"), "seen without a click"
    assert re.search(r"It stands in teams/tool_use/\S+\.md, ## requester", at.text(".changed .place"))
    both = at.page.locator(".side-by-side")
    assert "The first turn is the same." in both.inner_text()
    assert "Could you" in both.locator(".half del").first.inner_text()
    assert "Would you please" in both.locator(".half ins").first.inner_text()
    at.page.wait_for_selector(".leads .half ins:has-text('Would you please')")
    assert "accepted" in at.text(".keep .facts")
    for scheme in ("light", "dark"):
        at.page.emulate_media(color_scheme=scheme)
        assert not found(at)
    assert Hand(folder).touched() == {}
    at.page.click("button:has-text('Keep the branch')")
    at.page.wait_for_selector(".keep:has-text('Kept: exports hold')", timeout=30_000)
    kept = [act for acts in Hand(folder).touched().values() for act in acts if act.act == "keep"]
    assert [(act.value["branch"], act.value["of"], act.who) for act in kept] == [(1, pair, "Ada")]
    at.go("#/")
    at.page.select_option("#form", "messages")
    at.page.click("button:has-text('Export')")
    at.page.wait_for_selector("#said:has-text('Written')", timeout=60_000)
    written = next(folder.rglob("*messages*.jsonl"))
    ids = [json.loads(line).get("id") for line in written.read_text(encoding="utf-8").splitlines()]
    assert kept[0].record in ids
    assert pair not in ids
    words = [sys.executable, "-m", "agents.view", "trace", str(folder), kept[0].record]
    told = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, check=True)
    assert "!1" in told.stdout
    at.pair(pair)
    assert "accepted, kept" in at.text(".rail .branches")
    at.page.click(".versions a")
    at.page.wait_for_selector(f".pair-head .id:has-text('{kept[0].record}')")
    at.go("#/branch/1")
    at.page.wait_for_selector("button.back")
    at.page.keyboard.press("u")
    at.page.wait_for_selector(".keep:has-text('The original stands')", timeout=30_000)
    at.page.keyboard.press("u")
    at.page.wait_for_selector("#said:has-text('nothing to take back')")
    at.pair(pair)
    assert "Branch 1" in at.text(".rail")
    at.page.click(".rail a:text('Branch 1')")
    at.page.wait_for_selector("h1:text('Branch 1')")
    at.page.wait_for_selector(".leads .half")


def test_b_means_the_next_turn_a_model_spoke_at(shown: Show, made: Path) -> None:
    with closing(sqlite3.connect(made / "run.db")) as db:
        sql = "SELECT chat FROM tools WHERE chat NOT LIKE '%aside%' ORDER BY chat LIMIT 1"
        ((chat,),) = db.execute(sql)
    at = shown(made)
    at.pair(chat.rpartition("/")[0], f"/chat/{escaped(chat)}")
    turns = at.page.locator(".chat > article.turn")
    kinds = [str(one.get_attribute("class")) for one in turns.all()]
    asked = [one.locator("> header button.again").count() > 0 for one in turns.all()]
    result = next(n for n, kind in enumerate(kinds) if "type-result" in kind)
    wanted = next(n for n in range(result, len(asked)) if asked[n])
    turns.nth(0).focus()
    for _ in range(result):
        at.page.keyboard.press("j")
    at.page.keyboard.press("b")
    at.page.wait_for_selector("#again-prompt:focus")
    title = at.page.locator(".again-form h3")
    assert title.inner_text() == f"Run again from turn {turns.nth(wanted).get_attribute('data-turn')}"
    box = title.bounding_box()
    assert box
    assert 0 < box["y"] < 800, "it is in view"
    at.page.keyboard.press("Escape")
    late = "() => dispatchEvent.call(document.body, new KeyboardEvent('keydown', { key: 'b', bubbles: true }))"
    at.page.evaluate(f"() => {{ ({late})(); document.querySelector('.chat > article.turn').focus(); }}")
    at.page.wait_for_selector("#again-prompt")
    assert not at.page.query_selector("#again-prompt:focus"), "who went on is not brought back"


def test_what_cannot_be_run_again_says_why_and_keeps_what_was_typed(shown: Show, asked: Path) -> None:
    pair, chat = requester(asked)
    at = shown(asked)
    at.expected = ["400"]
    at.pair(pair, f"/chat/{escaped(chat)}")
    at.page.locator("button.again").first.click()
    at.page.fill("#again-model", "no such model anywhere")
    at.page.keyboard.press("Control+Enter")
    at.page.wait_for_selector(".again-form .out .rejected", timeout=60_000)
    at.page.reload()
    at.settled()
    at.page.locator("button.again").first.click()
    at.page.wait_for_selector("#again-model")
    assert at.page.input_value("#again-model") == "no such model anywhere"
