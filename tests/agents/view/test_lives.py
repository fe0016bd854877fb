"""A run gone on with after a prompt was mended: what was answered before is told apart from what was of no use."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.view.blame import main as blame
from agents.view.blaming import blamed
from agents.view.conversation import conversation, prompt, raw
from agents.view.matching import Call, Spoken, match
from agents.view.run import Run, open_run
from agents.view.story import story
from agents.view.text import main as text
from teams.engine.again.forget import forget
from teams.tool_use.respond import ASSISTANT
from tests.agents.view import runs
from tests.agents.view.runs import library_run
from tests.teams.command import NO_ENGINE

MENDED = "Be brief."
CHATS = "SELECT id FROM chats UNION SELECT DISTINCT chat FROM messages"


def lives(folder: Path, *told: str) -> Path:
    """Make a run that was gone on with, its assistant told something more in each life."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("DOCKER_HOST", NO_ENGINE)
        render = ASSISTANT.prompt.render
        for more in told:
            patched.setattr(ASSISTANT.prompt, "render", lambda *a, _m=more, **f: f"{render(*a, **f)}\n{_m}".rstrip())
            patched.setattr(runs, "skill", replace(runs.skill, version=f"told {more}"))
            asyncio.run(library_run(folder))
    return folder


@pytest.fixture(scope="module")
def mended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run whose assistant was told another thing when it was gone on with."""
    return lives(tmp_path_factory.mktemp("mended") / "run", "", MENDED)


@pytest.fixture
def run(mended: Path) -> Any:
    with open_run(mended) as opened:
        yield opened


def of_the_first_prompt(run: Run) -> Counter[str]:
    """Replies by chat that the assistant gave before it was told to be brief."""
    sql = "SELECT chat FROM calls JOIN prompts ON prompts.hash=prompt WHERE role='assistant' AND NOT instr(text, ?)"
    return Counter(chat for (chat,) in run.rows(sql, (MENDED,)))


def test_what_was_said_to_the_first_prompt_is_no_reply_of_no_use(run: Run) -> None:
    first = of_the_first_prompt(run)
    assert first.total() > 10
    for (id,) in run.rows(CHATS):
        chat = conversation(run, id)
        assert sum(one["role"] == "assistant" for one in chat["earlier"]) == first[id], id
        for turn in chat["turns"]:
            assert turn["source"] != "assistant" or not turn["retries"]
            if turn["call"] and turn["source"] == "assistant":
                assert MENDED in prompt(run, turn["call"]["prompt"])


def test_blame_counts_it_apart_and_so_do_stories(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    first, parts = of_the_first_prompt(run), blamed(run)
    assert (parts["assistant"].retries, parts["assistant"].earlier) == (0, first.total())
    vain = Counter[str]()
    for (id,) in run.rows(CHATS):
        for turn in conversation(run, id)["turns"]:
            vain[turn["source"]] += len(turn["retries"])
    assert {role: part.retries for role, part in parts.items()} == {role: vain[role] for role in parts}
    assert blame([str(run.folder), "assistant"]) == 0
    told = capsys.readouterr().out
    assert f"{first.total()} answered an earlier prompt or request" in told
    assert "0 replies could not be used" in told
    (pair,) = run.rows("SELECT id FROM verdicts LIMIT 1")[0]
    chats = {chat["id"]: chat["earlier"] for chat in story(run, None, pair)["chats"]}
    assert {id: len(conversation(run, id)["earlier"]) for id in chats} == chats
    assert sum(chats.values())


def test_what_is_stored_is_the_call_that_was_used_with_the_older_below(run: Run) -> None:
    chat = next(iter(of_the_first_prompt(run)))
    for turn in conversation(run, chat)["turns"]:
        if turn["call"] and turn["source"] == "assistant":
            row = raw(run, chat, turn["call"]["turn"])
            assert MENDED in prompt(run, row["prompt"])
            assert all(MENDED not in prompt(run, old["prompt"]) for old in row["earlier"])


def test_the_prompt_shown_is_the_one_that_is_told_now(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert text([str(run.folder), "prompt", "assistant"]) == 0
    assert MENDED in capsys.readouterr().out


def test_words_that_were_put_back_are_told_though_others_were_stored_later(tmp_path: Path) -> None:
    lives(tmp_path / "run", "", MENDED, "")
    with open_run(tmp_path / "run") as run:
        told = [
            prompt(run, turn["call"]["prompt"])
            for chat in of_the_first_prompt(run)
            for turn in conversation(run, chat)["turns"]
            if turn["call"] and turn["source"] == "assistant"
        ]
        assert len(told) > 10
        assert not any(MENDED in words for words in told)
        (seed,) = run.rows("SELECT seed FROM chats LIMIT 1")[0]
    assert forget(tmp_path / "run", seed, lambda line: None, lambda: True) == 0
    with open_run(tmp_path / "run") as run:
        left = "SELECT count(*) FROM lived WHERE NOT EXISTS (SELECT 1 FROM calls c WHERE c.chat=lived.chat)"
        assert run.rows(left) == [(0,)]


def call(turn: int, words: str, told: str) -> Call:
    return Call(turn, "editor", "m", told, {"content": words}, 1, 1, 1.0)


def test_where_both_lives_were_refused_one_of_them_is_told() -> None:
    calls = [call(turn, f"{told} no", told) for turn in (1, 2, 3) for told in ("old", "new")]
    error = "Refused: editor gave no usable reply in 3 tries; the last complaint: none"
    found = match([Spoken(0, "task", "text", "Do.")], calls, error)
    assert [vain.turn for vain in found.left] == [1, 2, 3]
    assert len({vain.prompt for vain in found.left}) == 1
    assert len(found.earlier) == 3


def test_a_role_told_another_thing_in_one_life_answered_nothing_earlier() -> None:
    """So it is in a branch: from one turn on the prompt is another."""
    calls = [call(1, "one", "old"), call(2, "two", "new"), call(3, "of no use", "newest")]
    found = match([Spoken(1, "editor", "text", "one"), Spoken(2, "editor", "text", "two")], calls)
    assert not found.earlier
    assert [vain.turn for vain in found.left] == [3]
