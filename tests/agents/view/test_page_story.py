"""One pair's story in the page: verdict, messages, training text, refinement, seed, chats, prompts, siblings."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.agents.view.shown import NEWS, Shown, escaped
from tests.runs.keep import HERE as KEPT

pytestmark = pytest.mark.chromium
Show = Callable[..., Shown]
WEB = KEPT / "web_agent" / "strong"
FIRST = "web_agent/tide_mills.md:1-23/wiki/create_record-1"
REFINED = f"{FIRST}/more_steps-1"


def journal(folder: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "run.db")) as db:
        return db.execute(sql, values).fetchall()


def squeezed(text: str) -> str:
    return " ".join(text.split())


def values(arguments: str) -> list[str]:
    """The values of a call, as they are to be read."""
    given = json.loads(arguments).values()
    return [squeezed(value if isinstance(value, str) else json.dumps(value)) for value in given]


def test_the_verdict_shows_what_failed_first_and_all_that_passed(shown: Show) -> None:
    ((said,),) = journal(WEB, "SELECT verdict FROM verdicts WHERE id=?", REFINED)
    checks = json.loads(said)["checks"]
    at = shown(WEB)
    at.pair(REFINED)
    failed = [check for check in checks if not check["passed"]]
    shown_first = at.text(".checks.failed")
    assert all(check["check"] in shown_first and check["evidence"][:40] in squeezed(shown_first) for check in failed)
    assert "✕" in shown_first, "not by colour alone"
    at.page.click("summary:has-text('checks passed')")
    passed = at.text(".passed table")
    assert all(check["check"] in passed for check in checks if check["passed"])


def test_the_pair_is_shown_whole_and_as_the_trainer_sees_it(shown: Show) -> None:
    ((row,),) = journal(WEB, "SELECT row FROM verdicts WHERE id=?", REFINED)
    messages = json.loads(row)["messages"]
    at = shown(WEB)
    at.pair(REFINED)
    turns = at.page.query_selector_all(".the-pair article.turn")
    assert len(turns) == len(messages)
    for turn, message in zip(turns, messages, strict=True):
        assert squeezed(message.get("content") or "")[:60] in squeezed(turn.text_content())
        for call in message.get("tool_calls", ()):
            assert all(value in squeezed(turn.text_content()) for value in values(call["function"]["arguments"]))
    at.page.click("text=As the trainer sees it")
    trained = at.text(".is-trained .code >> nth=-1")
    assert squeezed(messages[-1]["content"]) in squeezed(trained)
    assert all("trained" in side.text_content() for side in at.page.query_selector_all(".is-trained .side"))
    read_only = " ".join(part.text_content() for part in at.page.query_selector_all(".is-read .code"))
    assert squeezed(messages[1]["content"])[:50] in squeezed(read_only)


def test_refinement_shows_ideas_beside_the_change(shown: Show) -> None:
    before, after = (
        journal(WEB, "SELECT json_extract(record, '$.text') FROM records WHERE id=? AND type='instruction'", id)[0][0]
        for id in (FIRST, REFINED)
    )
    at = shown(WEB)
    at.pair(REFINED)
    assert "suggester" in at.text(".change .ideas")
    pieces = at.page.eval_on_selector(
        ".change .diff", "box => [...box.childNodes].map(node => [node.nodeName, node.textContent])"
    )
    assert "".join(text for name, text in pieces if name != "INS") == before
    assert "".join(text for name, text in pieces if name != "DEL") == after
    assert {"INS", "DEL"} <= {name for name, _ in pieces}


def test_the_seed_stands_there_with_what_came_back_lit(shown: Show, made: Path, tmp_path: Path) -> None:
    ((id, text),) = journal(
        made,
        "SELECT v.id, json_extract(s.seed, '$.text') FROM verdicts v JOIN seeds s ON v.id LIKE s.id || '/%' LIMIT 1",
    )
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    words = 'class Desk: """Lends books.""" def lend(self, book: str, member: str, days: int = 14)'
    with closing(sqlite3.connect(folder / "run.db")) as db:
        ((row,),) = db.execute("SELECT row FROM verdicts WHERE id=?", (id,))
        changed = json.loads(row)
        changed["messages"][-1]["content"] = f"🙂 {words}"
        db.execute("UPDATE verdicts SET row=? WHERE id=?", (json.dumps(changed), id))
        # A character of two halves before the lit words must not shift the light.
        db.execute("UPDATE seeds SET seed=json_set(seed, '$.text', '🙂🙂 ' || json_extract(seed, '$.text'))")
        db.commit()
    at = shown(folder)
    at.pair(id)
    assert squeezed(text) in squeezed(at.text(".seed-text"))
    lit = at.text("mark.lit")
    assert lit.startswith("class Desk")
    assert lit.endswith(("14", "14)"))


def test_every_chat_is_a_station_and_a_conversation(shown: Show) -> None:
    at = shown(WEB)
    at.pair(REFINED)
    stations = [squeezed(one.inner_text()) for one in at.page.query_selector_all(".stations > li")]
    order = [
        "seed",
        "transform",
        "passage",
        "instruct create_record",
        "instruction",
        "refine more_steps",
        "instruction",
        "respond",
        "pair",
        "check",
    ]
    assert len(stations) == len(order)
    assert all(said.startswith(wanted) for said, wanted in zip(stations, order, strict=True)), stations
    for wanted in ("transform", "instruct", "refine", "respond", "check"):
        at.page.keyboard.press("]")
        at.page.wait_for_selector(f".chat-head h2:has-text('{wanted}')")
    chat = f"{REFINED}/respond-plain"
    at.pair(REFINED, f"/chat/{escaped(chat)}#9")
    assert at.page.evaluate("document.activeElement.dataset.turn") == "9"
    told = journal(WEB, "SELECT n, source, type, text, extra FROM messages WHERE chat=? ORDER BY n", chat)
    turns = at.page.query_selector_all("article[data-turn]")
    assert len(turns) == len(told)
    for turn, (n, source, type_, text, extra) in zip(turns, told, strict=True):
        said = squeezed(turn.text_content())
        assert (turn.get_attribute("data-turn"), source in said) == (str(n), True)
        if type_ == "result":
            assert squeezed(text)[:200] in said
        if type_ == "call":
            (call, *_) = json.loads(extra)
            assert call["name"] in said
            assert all(value in said for value in values(call["arguments"]))
    assert "can't be run again: what its models replied was not kept" in at.text(".chat-head"), "an older journal"
    assert not at.page.query_selector("button.again")
    ((tokens,),) = journal(WEB, "SELECT sum(prompt_tokens) FROM calls WHERE chat=?", chat)
    assert f"{tokens:,} tokens read" in at.text(".chat-head")


def test_prompt_raw_retries_and_asides_come_on_demand(shown: Show, made: Path) -> None:
    calls = "calls c JOIN prompts p ON p.hash=c.prompt JOIN chats h ON h.id=c.chat AND h.state='done'"
    where = "c.role='requester' AND c.chat LIKE '%instruct-one_call' LIMIT 1"
    ((chat, prompt),) = journal(made, f"SELECT c.chat, p.text FROM {calls} WHERE {where}")
    ((record,),) = journal(made, "SELECT id FROM records WHERE chat=?", chat)
    at = shown(made)
    at.pair(record, f"/chat/{escaped(chat)}")
    asked = [url for url in at.asked if "/api/prompt" in url or "/api/raw" in url]
    assert not asked
    said = at.page.locator("article.turn:has(.speaker:has-text('requester'))").first
    said.locator("text=prompt").click()
    assert squeezed(prompt)[:300] in squeezed(said.locator(".prompt").inner_text())
    said.get_by_role("button", name="raw").click()
    at.page.wait_for_selector(".extra .code:has-text('prompt_tokens')")
    retry = at.page.locator(".retries").first
    retry.locator("summary").click()
    assert "That is all I have to say." in retry.inner_text()
    asides = journal(made, "SELECT DISTINCT chat FROM messages WHERE chat LIKE '%/aside-%' AND chat LIKE '%respond%'")
    assert asides, "this run simulates its API beside the chat"
    beside = asides[0][0]
    chat = beside[: beside.index("/aside-")]
    at.pair(chat.rpartition("/")[0], f"/chat/{escaped(chat)}")
    opened = at.page.locator("details.aside").first
    assert re.search(r"· \S+ (answers \S+|is asked “.+”)$", opened.locator("summary").inner_text())
    opened.locator("summary").click()
    opened.locator("article.turn").first.wait_for()
    assert "done" in opened.inner_text()


def test_siblings_stand_original_beside_refined(shown: Show) -> None:
    at = shown(WEB)
    at.pair(REFINED)
    at.page.keyboard.press("s")
    at.page.wait_for_selector("h2:text('Siblings')")
    families = at.page.query_selector_all(".family")
    mine = [family for family in families if family.query_selector(".here")]
    assert len(mine) == 1
    boxes = [mine[0].query_selector(f":scope > {part}").bounding_box() for part in (".sibling", ".refined")]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert mine[0].query_selector(".refined ins")
    records = journal(WEB, "SELECT count(DISTINCT id) FROM records WHERE type IN ('instruction', 'pair')")[0][0]
    assert len(at.page.query_selector_all(".sibling")) >= records
    at.page.click(".family:has(.here) > .sibling a")
    at.page.wait_for_function("(id) => document.querySelector('.id').textContent === id", arg=FIRST)


def test_what_fell_out_says_why(shown: Show, made: Path) -> None:
    ((id, reasons),) = journal(made, "SELECT id, reasons FROM drops WHERE stage='instruct' LIMIT 1")
    at = shown(made)
    at.pair(id)
    assert "Why it fell out" in at.text()
    assert squeezed(json.loads(reasons)[0])[:60] in squeezed(at.text(".evidence"))
    assert "failed" in at.text(".stations")
    at.page.keyboard.press("a")
    assert not [url for url in at.asked if "/api/hand" in url], "there is nothing to accept"


def opened_again(folder: Path) -> tuple[str, str]:
    """Make a run's chat one that is still being held; return its pair's id and its own."""
    sql = "SELECT id, chat FROM records WHERE type='pair' AND chat LIKE '%respond%' LIMIT 1"
    ((record, chat),) = journal(folder, sql)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.execute("DELETE FROM messages WHERE chat=? AND n > 1", (chat,))
        db.execute("UPDATE chats SET state='open' WHERE id=?", (chat,))
        db.commit()
    return record, chat


def ends(folder: Path, chat: str) -> None:
    """Let its last word be said."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.execute("INSERT INTO messages VALUES (?, 2, 'assistant', 'text', 'Said just now.', NULL)", (chat,))
        db.execute("UPDATE chats SET state='done' WHERE id=?", (chat,))
        db.commit()


def test_a_chat_that_goes_on_grows(shown: Show, made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    record, chat = opened_again(folder)
    at = shown(folder)
    at.pair(record, f"/chat/{escaped(chat)}")
    assert "Going on" in at.text(".chat-head")
    ends(at.viewer.folder, chat)
    at.page.wait_for_selector("article.turn:has-text('Said just now.')")
    assert "The chat is over." in at.text(".pane")
    assert len(at.page.query_selector_all("article.turn")) == 3


# A chat that was read is drawn only after the page heard of the second news.
LATE_CHAT = """
const ask = window.fetch;
window.fetch = async (url, ...rest) => {
  const answer = await ask(url, ...rest);
  if (!window.held && String(url).includes("/api/chat")) {
    window.held = true;
    while (window.heard < 2) await new Promise((go) => setTimeout(go, 10));
  }
  return answer;
};
"""


def test_a_chat_that_is_over_before_it_is_drawn_is_not_going_on_for_ever(
    shown: Show, made: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "run"
    shutil.copytree(made, folder)
    record, chat = opened_again(folder)
    at = shown(folder)
    at.context.add_init_script(NEWS + LATE_CHAT)
    at.page.goto("about:blank")
    at.page.goto(f"{at.viewer.url}#/pair/{escaped(record)}/chat/{escaped(chat)}")
    at.page.wait_for_function("() => window.held")
    ends(at.viewer.folder, chat)
    at.page.evaluate("window.news = 2")
    at.page.wait_for_selector("article.turn:has-text('Said just now.')")
    assert at.text(".pane").count("The chat is over.") == 1


def test_what_a_verdict_names_is_led_to(shown: Show, tmp_path: Path) -> None:
    talk = KEPT / "conversation" / "strong"
    ((id, row),) = journal(talk, "SELECT id, row FROM verdicts WHERE json_extract(row, '$.facts.held[2]')=3 LIMIT 1")
    other = "conversation/other.md:1-9/identity/one-1"
    evidence = f"message 3: a fault; turn 3: late; message 999, <b>turn 0</b>; nearly the same as {id}, not ({other})."
    changed = json.loads(row)
    changed["verdict"]["checks"] = [{"check": "c", "passed": False, "evidence": evidence, "by": "program"}]
    folder = tmp_path / "run"
    shutil.copytree(talk, folder)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        db.execute("UPDATE verdicts SET row=? WHERE id=?", (json.dumps(changed), id))
        db.commit()
    at = shown(folder)
    at.pair(id)
    assert squeezed(at.text(".checks.failed td")) == evidence, "no word is changed"
    links = at.page.eval_on_selector_all(".checks.failed td a", "all => all.map(a => [a.textContent, a.hash])")
    here = f"#/pair/{escaped(id)}"
    away = f"#/pair/{escaped(other)}"
    assert links == [["message 3", f"{here}#3"], ["turn 3", f"{here}#5"], [id, here], [other, away]]
    at.page.click(".checks.failed td a:text('turn 3')")
    at.page.wait_for_selector("article[data-message='4']:focus")
    third = [message for message in changed["messages"] if message["role"] == "user"][2]
    focused = at.text("article[data-message='4']")
    assert focused.split()[:4] == ["5", "user", "turn", "3"]
    assert squeezed(third["content"])[:60] in squeezed(focused)


def test_every_dot_on_the_way_leads_somewhere(shown: Show) -> None:
    at = shown(WEB)
    at.pair(REFINED)
    dots = at.page.eval_on_selector_all(".stations .born", "all => all.map(li => li.querySelector('a')?.hash)")
    assert len(dots) == 5
    for hash in dots:
        at.go(hash)
        assert "Not found" not in at.text("h1")
        assert at.text(".pane h2 >> nth=0")


def test_code_in_fences_is_set_as_code_and_no_word_is_lost(shown: Show) -> None:
    coding = KEPT / "coding" / "strong"
    id = "coding/appointments.py:32-131/isolated_function/fix_bug-1"
    ((row,),) = journal(coding, "SELECT row FROM verdicts WHERE id=?", id)
    answer = json.loads(row)["messages"][-1]["content"]
    at = shown(coding)
    at.pair(id)
    box = at.page.locator(".the-pair article.by-assistant .said-text").last
    assert box.text_content() == answer
    code = box.locator(".fenced").text_content()
    assert code.startswith("```")
    assert code.rstrip().endswith("```")
    assert "def free_slots" in code
    assert "mono" in at.page.eval_on_selector(".fenced", "code => getComputedStyle(code).fontFamily")
