"""Branches: one chat otherwise from one turn on, all before it from the journal, and the rest of the way to a pair."""

from __future__ import annotations

import asyncio
import json
import shlex
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from agents.change import Change, UnfitAnswer
from agents.chat_log import ChatLog
from agents.errors import UsageError
from agents.hand import Conflict, Hand, standing
from agents.journal import Journal
from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from agents.onlooker import Onlooker, Turn
from teams.__main__ import main
from teams.engine import RunOptions
from teams.engine.again.asked import Asked
from teams.engine.again.branch import How, begin, go
from teams.engine.again.branches import Branch, numbers, read
from teams.engine.again.keeping import keep
from teams.engine.again.original import was
from teams.engine.again.reaching import CHANGED
from teams.engine.ending import about_of, export_run, write_outputs
from teams.engine.flow import Scene, Seat, Staging
from teams.engine.records import Instruction
from teams.engine.running import run as run_tales
from teams.tool_use import skill as tool_use
from tests.teams.again.tales import ASKER, HINTER, answers, made, pages, tales, with_role, words_of
from tests.teams.again.test_replay import change, ids
from tests.teams.command import endpoint
from tests.teams.library import CODE, writer

pytestmark = pytest.mark.usefixtures("no_sandbox")
OTHER = words_of("something else")
TALE = json.dumps({"tale": OTHER, "moral": "a moral"})


def rows(folder: Path, sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "run.db")) as db:
        return db.execute(sql, values).fetchall()


def accepted_ids(run: Path) -> list[str]:
    """What stands in `pairs.jsonl`."""
    return [json.loads(line)["id"] for line in (run / "pairs.jsonl").read_text().splitlines()]


def refined(run: Path) -> str:
    return next(id for id in ids(run) if id.endswith("/harder-1"))


async def branched(
    run: Path, asked: Asked, client: ScriptedClient | None = None, changed: str = "scripted", **how: Any
) -> tuple[Branch, ScriptedClient]:
    """Branch, and hold it to its end; return what became of it and the model that was asked."""
    client = client or ScriptedClient(answers())

    def model_for(role: str) -> Model:
        return Model(changed if role == CHANGED else "scripted", client)

    n = begin(run, asked, tales)
    return await go(run, n, How(skill=tales, model_for=model_for, **how)), client


def row_of(run: Path, branch: Branch, n: int = 1) -> dict[str, Any]:
    (found,) = rows(run / f"branches/{n}", "SELECT row FROM verdicts WHERE id=?", branch.pair)
    row: dict[str, Any] = json.loads(found[0])
    return row


async def test_another_answer_takes_the_place_of_one_and_only_what_is_new_is_asked(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    before = (run / "run.db").read_bytes()
    branch, client = await branched(run, Asked(f"{id}/respond-plain", 1, answer=TALE, who="ann"))
    assert (branch.state, branch.pair, branch.error) == ("done", f"{id}!1", "")
    assert [request.role for request in client.asked] == ["judge"], "all else stands in the journal"
    row = row_of(run, branch)
    assert row["messages"][-1]["content"] == OTHER
    assert (row["id"], row["branch_of"], row["verdict"]["accepted"]) == (f"{id}!1", id, True)
    assert row["facts"]["said_by_person"] == ["teller"]
    assert (run / "run.db").read_bytes() == before
    said = rows(run / "branches/1", "SELECT role, model FROM calls WHERE chat=?", f"{id}/respond-plain")
    assert said == [("teller", "person")]
    chats = [chat for (chat,) in rows(run / "branches/1", "SELECT id FROM chats WHERE state='done'")]
    assert f"{id}!1/check-taste" in chats
    assert f"{id.removesuffix('/harder-1')}/refine-harder" in chats, "it is a run of its own, whole"


async def test_what_was_said_before_the_turn_stays(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    parent = id.removesuffix("/harder-1")
    branch, client = await branched(run, Asked(f"{parent}/refine-harder", 2, answer=OTHER, record=id))
    assert [request.role for request in client.asked] == ["teller", "judge"], "the hinter was heard before"
    assert branch.pair == f"{id}!1"
    row = row_of(run, branch)
    assert row["messages"][0]["content"] == OTHER
    assert row["kinds"]["refine"] == ["harder"]
    sql = "SELECT source, text FROM messages WHERE chat=? ORDER BY n"
    old, new = (rows(where, sql, f"{parent}/refine-harder") for where in (run, run / "branches/1"))
    assert old[:2] == new[:2]
    assert new[2] == ("asker", OTHER) != old[2]


async def test_a_change_at_the_beginning_goes_the_same_kinds_to_a_pair(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    way = id.split("/")
    chat = f"{'/'.join(way[:2])}/transform-{way[2]}"
    branch, client = await branched(run, Asked(chat, 1, answer=OTHER, record=id))
    assert branch.pair == "/".join([*way[:2], f"{way[2]}!1", *way[3:]])
    assert [request.role for request in client.asked] == ["asker", "hinter", "asker", "teller", "judge"]
    born = [id for (id,) in rows(run / "branches/1", "SELECT DISTINCT id FROM records")]
    assert all("!1" in id for id in born), "nothing beside the way, and nothing under an id of the run's"


async def test_another_prompt_is_told_from_that_turn_on(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    client = ScriptedClient(answers(teller=lambda request: {"tale": words_of("anew")}))
    asked = Asked(f"{id}/respond-plain", 1, prompt="Tell it as {{ nobody }} would.")
    branch, _ = await branched(run, asked, client)
    first = client.asked[0]
    assert first.role == "teller"
    assert first.messages[0].content == "Tell it as {{ nobody }} would.", "it is text, and no template"
    assert "said_by_person" not in row_of(run, branch)["facts"]
    assert row_of(run, branch)["messages"][-1]["content"] == words_of("anew")
    calls = rows(run / "branches/1", "SELECT count(*) FROM calls WHERE chat=?", f"{id}/respond-plain")
    assert calls == [(1,)], "what the run asked there is not said to have been asked here"


async def test_another_model_plays_one_role(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    client = ScriptedClient(answers(teller=lambda request: {"tale": words_of("stronger")}))
    asked = Asked(f"{id}/respond-plain", 1, model="http://127.0.0.1:1/v1:strong")
    branch, _ = await branched(run, asked, client, changed="strong")
    models = row_of(run, branch)["models"]
    assert models.pop("teller") == "strong"
    assert set(models.values()) == {"scripted"}
    assert rows(run / "branches/1", "SELECT model FROM calls WHERE role='teller'") == [("strong",)]


async def test_other_models_play_their_roles_from_the_turn_on_and_nobody_else_is_asked(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    chat = f"{id.removesuffix('/harder-1')}/refine-harder"
    client = ScriptedClient(answers())
    asked = Asked(chat, 1, model="asker=openai:strong\njudge=openai:strict", record=id)

    def model_for(role: str) -> Model:
        return Model({f"{CHANGED}_asker": "strong", f"{CHANGED}_judge": "strict"}.get(role, "scripted"), client)

    n = begin(run, asked, tales)
    branch = await go(run, n, How(skill=tales, model_for=model_for))
    assert branch.state == "done", branch.error
    assert [request.role for request in client.asked] == ["asker", "judge"], "who said the same stays in the journal"
    spoke = dict(rows(run / "branches/1", "SELECT role, model FROM calls WHERE chat LIKE ? OR chat=?", f"{id}%", chat))
    assert spoke == {"hinter": "scripted", "asker": "strong", "teller": "scripted", "judge": "strict"}
    models = row_of(run, branch)["models"]
    assert (models["asker"], models["judge"], models["teller"]) == ("strong", "strict", "scripted")
    branch = await go(run, n, How(skill=tales, model_for=model_for))
    assert (branch.state, len(client.asked)) == ("done", 2), "gone on with, it says the same again"


async def test_asked_anew_without_a_change_it_is_really_asked(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    client = ScriptedClient(answers(teller=lambda request: {"tale": words_of("luck")}))
    branch, _ = await branched(run, Asked(f"{refined(run)}/respond-plain", 1), client)
    assert row_of(run, branch)["messages"][-1]["content"] == words_of("luck")


async def test_what_is_drawn_stays_so_that_only_the_change_makes_a_difference(tmp_path: Path) -> None:
    async def ask(scene: Scene) -> Staging:
        return Staging(f"{scene.random.random()} {scene.chat_id} {scene.record.text}", [Seat(ASKER)])

    drawing = with_role(tales, "instruct", {"direct": ask})
    await made(tmp_path, skill=drawing)
    run, client = tmp_path / "run", ScriptedClient(answers())
    id = refined(run)
    chat = "/".join([*id.split("/")[:2], f"transform-{id.split('/')[2]}"])
    n = begin(run, Asked(chat, 1, record=id), drawing)
    branch = await go(run, n, How(skill=drawing, model_for=lambda role: Model("scripted", client)))
    assert branch.pair
    assert branch.pair.replace("!1", "") == id
    assert [request.role for request in client.asked] == ["writer"], "who said the same again, so all else stands"


async def test_a_judge_can_be_heard_again(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    branch, client = await branched(run, Asked(f"{id}/check-taste", 1, answer="bad"))
    assert not client.asked
    row = row_of(run, branch)
    assert (row["id"], row["verdict"]["accepted"]) == (f"{id}!1", False)
    assert row["facts"]["said_by_person"] == ["judge"]
    with pytest.raises(UsageError, match="the pair of branch 1 was rejected"):
        keep(run, 1, "branch", "ann")


async def test_a_chat_that_fell_out_is_mended(tmp_path: Path) -> None:
    silly = ScriptedClient(answers(teller=lambda request: {"tale": "nonsense"}))
    await made(tmp_path, client=silly)
    run = tmp_path / "run"
    chat = ids(run, "SELECT id FROM drops ORDER BY id")[0]
    branch, client = await branched(run, Asked(chat, 1, answer=TALE))
    assert (branch.state, [request.role for request in client.asked]) == ("done", ["judge"])
    assert row_of(run, branch)["messages"][-1]["content"] == OTHER
    assert branch.pair == f"{chat.removesuffix('/respond-plain')}!1"


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("Once upon a time", "this can't be teller's answer:"),
        ("Once", 'at this turn JSON was said, and is to be given, as it was in the run: {"tale": "'),
        ('{"moral": "none"}', "this can't be teller's answer: tale: Field required"),
        ('{"tale": ""}', "this can't be teller's answer: there is no tale"),
        ('{"tale": "nonsense"}', "it is nonsense"),
    ],
)
async def test_an_answer_is_held_to_what_the_role_is_held_to(tmp_path: Path, answer: str, why: str) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    branch, client = await branched(run, Asked(f"{refined(run)}/respond-plain", 1, answer=answer))
    assert (branch.state, branch.pair) == ("failed", None)
    assert why in branch.error
    assert not client.asked, "nobody is asked to mend a person's words"
    with pytest.raises(UsageError, match="branch 1 came to no pair"):
        keep(run, 1, "branch", "ann")


async def test_what_is_before_the_turn_must_stand_in_the_journal(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    change(run, "DELETE FROM calls WHERE role='hinter'")
    chat = f"{id.removesuffix('/harder-1')}/refine-harder"
    branch, client = await branched(run, Asked(chat, 2, answer=OTHER, record=id))
    assert branch.state == "failed"
    assert "not in the journal: what hinter says at turn 1" in branch.error
    assert not client.asked
    # In a chat before it, the way goes on from what that chat is known to have yielded.
    branch, client = await branched(run, Asked(f"{id}/respond-plain", 1, answer=TALE))
    assert (branch.state, branch.pair) == ("done", f"{id}!2")
    assert [request.role for request in client.asked] == ["judge"]


async def test_a_twin_of_another_pair_is_rejected_but_not_of_its_own_original(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    first, *_, last = (id for id in ids(run) if not id.endswith("/harder-1"))
    (own,), (others,) = (rows(run, "SELECT row FROM verdicts WHERE id=?", id)[0] for id in (first, last))
    kept = json.dumps({"tale": json.loads(own)["messages"][-1]["content"]})
    branch, _ = await branched(run, Asked(f"{first}/respond-plain", 1, answer=kept))
    assert row_of(run, branch)["verdict"]["accepted"], "the same again is no twin of what it may replace"
    question, answer = (message["content"] for message in json.loads(others)["messages"])
    asked = f"{first.rpartition('/')[0]}/instruct-{first.rpartition('/')[2].removesuffix('-1')}"
    client = ScriptedClient(answers(teller=lambda request: {"tale": answer}))
    branch, _ = await branched(run, Asked(asked, 1, answer=question, record=first), client)
    (found,) = (one for one in row_of(run, branch, 2)["verdict"]["checks"] if one["check"] == "no_twin")
    assert (found["passed"], last in found["evidence"]) == (False, True)


async def test_either_is_kept_and_exports_have_it(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    await branched(run, Asked(f"{id}/respond-plain", 1, answer=TALE, who="ann"))

    def exported() -> dict[str, Any]:
        export_run(run, "messages")
        found = map(json.loads, (run / "messages.jsonl").read_text().splitlines())
        return {row["id"]: row for row in found if row["id"].startswith(id)}

    assert set(exported()) == {id}
    assert f"{id}!1 is in the data now" in keep(run, 1, "branch", "bea")
    kept = exported()
    assert set(kept) == {f"{id}!1"}
    assert kept[f"{id}!1"]["branch_of"] == id
    write_outputs(run, **about_of(run))
    (out,) = (row for row in map(json.loads, (run / "rejected.jsonl").read_text().splitlines()) if row["id"] == id)
    assert out["reasons"][0] == f"by_hand: replaced by {id}!1"
    assert "already" in keep(run, 1, "branch", "bea")
    assert "in the data again" in keep(run, 1, "original", "cem")
    assert set(exported()) == {id}
    assert [act.act for act in Hand(run).acts(id)] == ["reject", "undo"], "nothing is lost of what was decided"
    assert "stays as it is" in keep(run, 1, "original", "cem")


async def test_of_two_branches_of_one_pair_the_one_kept_last_is_in_the_data(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    for number in (1, 2):
        tale = json.dumps({"tale": words_of("otherwise", number)})
        await branched(run, Asked(f"{id}/respond-plain", 1, answer=tale))

    def in_data() -> list[str]:
        write_outputs(run, **about_of(run))
        found = [json.loads(line)["id"] for line in (run / "pairs.jsonl").read_text().splitlines()]
        return [one for one in found if one.startswith(id)]

    keep(run, 1, "branch", "ann")
    assert f"in place of {id}!1;" in keep(run, 2, "branch", "bea")
    assert in_data() == [f"{id}!2"]
    keep(run, 1, "original", "ann")
    assert in_data() == [f"{id}!2"], "the other one was left already"
    keep(run, 2, "original", "bea")
    assert in_data() == [id]


async def test_what_undoes_a_branch_kept_in_place_of_another_is_what_is_said(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    for words in ("one", "other"):
        tale = json.dumps({"tale": words_of(words), "moral": ""})
        await branched(run, Asked(f"{id}/respond-plain", 1, answer=tale, record=id))
    keep(run, 1, "branch", "ann")
    undo = keep(run, 2, "branch", "ann").partition("undo it with: ")[2]
    said = keep(run, 1, "original", "ann")
    assert said.startswith(f"{id}!1 was not in the data; {id}!2 stays in place of the original")
    assert main(shlex.split(undo)[3:]) == 0
    assert {f"{id}!1", f"{id}!2", id} & set(accepted_ids(run)) == {f"{id}!1"}
    assert keep(run, 2, "original", "ann").endswith("keep " + shlex.quote(str(run)) + " 1 original")


async def test_a_chat_that_there_is_not_is_not_taken_for_one_of_another_skill(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    with pytest.raises(UsageError, match=r"no chat 'respond-plain' in .* near it are: tales/.*/respond-plain, .* by: "):
        begin(run, Asked("respond-plain", 1))
    with pytest.raises(UsageError, match=r"no chat '4' in \S+; the chats of a record are listed by: .* open RECORD"):
        begin(run, Asked("4", 1))
    with pytest.raises(UsageError, match="there is no skill 'tales' here"):
        begin(run, Asked(f"{refined(run)}/respond-plain", 1))


async def test_what_is_said_of_a_pair_kept_where_there_was_none(tmp_path: Path) -> None:
    loud = ScriptedClient(answers(teller=lambda request: {"tale": words_of(request.last).upper()}))
    await made(tmp_path, client=loud)
    run = tmp_path / "run new"
    (tmp_path / "run").rename(run)
    id, *_ = ids(run)
    assert was(run, id) == "The original is rejected: no_shouting: loud"
    await branched(run, Asked(f"{id}/respond-plain", 1, answer=TALE))
    said = keep(run, 1, "branch", "ann")
    assert f"{id}!1 is in the data now, where there was none: {id} was rejected; undo it with: " in said
    assert not Hand(run).acts(id), "it was out already"
    undo = said.partition("undo it with: ")[2]
    assert "already" in keep(run, 1, "branch", "ann")
    assert main(shlex.split(undo)[3:]) == 0
    assert accepted_ids(run) == []
    assert "is in the data now" in keep(run, 1, "branch", "ann")
    assert "its original stays out of it" in keep(run, 1, "original", "ann")


async def test_a_kept_pair_that_another_in_the_data_says_too_is_told(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    first, *_, last = (id for id in ids(run) if not id.endswith("/harder-1"))
    chats = [f"{id.rpartition('/')[0]}/instruct-{id.rpartition('/')[2].removesuffix('-1')}" for id in (first, last)]
    client = ScriptedClient(answers(teller=lambda request: json.loads(TALE)))
    for chat, id in zip(chats, (first, last), strict=True):  # neither is in the data when the other is made
        await branched(run, Asked(chat, 1, answer="Tell me anything, but tell it well.", record=id), client)
    assert "Note:" not in keep(run, 1, "branch", "ann")
    assert f"Note: {read(run, 1).pair} is in the data too, and asks and answers the same" in keep(
        run, 2, "branch", "ann"
    )


async def test_tools_answer_from_the_journal_before_the_turn_and_anew_after_it(tmp_path: Path) -> None:
    seeds = tmp_path / "seeds"
    seeds.mkdir()
    (seeds / "desk.py").write_text(CODE)
    client = writer()
    await made(tmp_path, seeds=0, skill=tool_use, client=client, pairs=3)
    run = tmp_path / "run"
    longest = "SELECT chat, max(turn) FROM calls WHERE role='assistant' GROUP BY chat ORDER BY count(*) DESC LIMIT 1"
    ((chat, end),) = rows(run, longest)
    tools = "SELECT turn, name, hash FROM tools WHERE chat=? ORDER BY turn"
    before = rows(run, tools, chat)
    assert len(before) > 1, "it has a tool's answer before its last turn"

    async def again(turn: int, answer: str | None) -> tuple[set[str], set[str]]:
        """Return who was asked, and the keys of the tools' answers that the run had too."""
        now = writer()
        n = begin(run, Asked(chat, turn, answer=answer), tool_use)
        branch = await go(run, n, How(skill=tool_use, model_for=lambda role: Model("scripted", now)))
        assert branch.state == "done", branch.error
        held = rows(run / f"branches/{n}", tools, chat)
        assert [name for _, name, _ in held] == [name for _, name, _ in before]
        return {request.role for request in now.asked}, {key for *_, key in held} & {key for *_, key in before}

    said = "Ada Brook has it now, and it is due in two weeks; I found her by her name."
    n = begin(run, Asked(chat, 1, answer="I lend it."), tool_use)
    silent = await go(run, n, How(skill=tool_use, model_for=lambda role: Model("scripted", writer())))
    assert 'a call is given as JSON, as it was in the run: {"name": "' in silent.error
    last_one = json.dumps({"name": "final_answer", "arguments": {"answer": said}})
    asked, known = await again(end, last_one)
    assert asked <= {"auditor"}
    assert len(known) == len(before) - 1, "all but the one that the new answer calls"
    asked, known = await again(1, None)
    assert "assistant" in asked
    assert not known, "a tool may be in another state than when it was asked the same before"


async def test_after_its_prompts_were_edited_a_chat_is_branched_from_what_was_said(tmp_path: Path) -> None:
    async def refine(scene: Scene) -> Staging:
        edited = [replace(role, prompt=Template(f"{role.name}, say it better.")) for role in (HINTER, ASKER)]
        assert isinstance(scene.record, Instruction)
        return Staging(scene.record.text, [Seat(role) for role in edited])

    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    chat = f"{id.removesuffix('/harder-1')}/refine-harder"
    skill = replace(with_role(tales, "refine", {"direct": refine}), version="v2")
    client = ScriptedClient(answers(asker=lambda request: words_of("anew")))
    n = begin(run, Asked(chat, 2, record=id), skill)
    branch = await go(run, n, How(skill=skill, model_for=lambda role: Model("scripted", client)))
    assert branch.state == "done", branch.error
    assert [request.role for request in client.asked] == ["asker", "teller", "judge"], "the hinter was heard before"
    assert client.asked[0].messages[0].content == "asker, say it better."
    first = "SELECT text FROM messages WHERE chat=? AND source='hinter'"
    assert rows(run / "branches/1", first, chat) == rows(run, first, chat)
    calls = rows(run / "branches/1", "SELECT turn, role FROM calls WHERE chat=? ORDER BY turn", chat)
    assert calls == [(1, "hinter"), (2, "asker")]
    # Gone on with, it says the same again.
    branch = await go(run, n, How(skill=skill, model_for=lambda role: Model("scripted", client)))
    assert (branch.state, len(client.asked)) == ("done", 3)


async def test_the_same_asked_thrice_is_told_apart_by_its_turn(tmp_path: Path) -> None:
    said = iter(["first", "second", "third"])

    async def send() -> dict[str, Any]:
        return {"content": next(said)}

    async def talk(journal: Journal) -> list[str]:
        log = ChatLog("tales/x/chat", journal)
        return [(await log.call("teller", "scripted", ["the same"], "", send))[0]["content"] for _ in range(3)]

    journal = Journal(tmp_path)
    assert await talk(journal) == ["first", "second", "third"]
    await journal.close()
    journal = Journal(tmp_path)
    journal.change, journal.is_closed = Change("tales/x/chat", 2, "teller", "!1", answer="a person's"), True
    assert await talk(journal) == ["first", "a person's", "third"]
    await journal.close()


@pytest.mark.parametrize(("form", "said"), [("", "there is none."), ("words were said", "none; words were said")])
async def test_what_is_wrong_with_an_answer_ends_once(tmp_path: Path, form: str, said: str) -> None:
    journal = Journal(tmp_path)
    journal.change = Change("tales/x/chat", 1, "teller", "!1", answer="a person's", form=form)
    log = ChatLog("tales/x/chat", journal)
    await log.call("teller", "scripted", ["asked"], "", partial(asyncio.sleep, 0, {}))
    with pytest.raises(UnfitAnswer, match=f"{said}$"):
        log.unfit("there is none.")
    await journal.close()


async def test_two_people_decide_and_a_decision_cut_in_half_is_finished(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    id = refined(run)
    branch, _ = await branched(run, Asked(f"{id}/respond-plain", 1, answer=TALE))
    hand = Hand(run)
    seen = hand.act(id, "reject", {"reason": "weak"}, who="ann", base=0).n
    with pytest.raises(Conflict) as conflict:
        keep(run, 1, "branch", "bea", base=seen - 1)
    assert [act.who for act in conflict.value.acts] == ["ann"]
    hand.act(id, "undo", {"act": seen}, who="ann", base=seen)
    # As if killed between its two acts: both pairs would be in the data.
    value = {"row": row_of(run, branch), "of": id, "branch": 1}
    hand.act(f"{id}!1", "keep", value, who="bea", base=0)
    assert "is in the data now" in keep(run, 1, "branch", "bea")
    assert [act.act for act in standing(hand.acts(id))] == ["reject"]
    assert [act.act for act in standing(hand.acts(f"{id}!1"))] == ["keep"]


def _refusals(id: str) -> dict[str, tuple[Asked, str]]:
    parent = id.removesuffix("/harder-1")
    seed = "/".join(id.split("/")[:2])
    return {
        "no such turn": (Asked(f"{id}/respond-plain", 7), "the turns that can be changed: 1 (teller)"),
        "no such chat": (Asked(f"{id}/respond-plane", 1), "near it are: "),
        "beside a chat": (Asked(f"{id}/respond-plain/aside-0-1", 1), "branch "),
        "a chooser": (Asked(f"{seed}/choose-plain", 1, record=id), "only kinds are chosen"),
        "another way": (Asked(f"{parent}/respond-plain", 1, record=id), "did not come of the chat"),
        "a branch's": (Asked(f"{id}!1/respond-plain", 1), "branch what it came from"),
        "nobody's model": (Asked(f"{id}/respond-plain", 1, model="poet=openai:x"), "tales has no such role"),
        "two models": (Asked(f"{id}/respond-plain", 1, model="openai:x\nteller=openai:y"), "two models for teller"),
        "no model": (Asked(f"{id}/respond-plain", 1, model="nonsense"), "is not understood"),
        "no prompt": (Asked(f"{id}/respond-plain", 1, prompt=" \n"), "the changed prompt is empty"),
        "nobody asked": (Asked(f"{seed}/{id.split('/')[2]}/enrich-plain", 1, record=id), ""),
    }


@pytest.mark.parametrize("which", _refusals("a/b/c/d/harder-1"))
async def test_what_can_not_be_is_refused_before_anything_is_made(tmp_path: Path, which: str) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    asked, said = _refusals(refined(run))[which]
    with pytest.raises(UsageError) as refused:
        begin(run, asked, tales)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (run / "branches").exists()


async def test_branches_begun_at_once_have_numbers_of_their_own(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    asked = Asked(f"{refined(run)}/respond-plain", 1, answer=TALE)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: begin(run, asked, tales), range(8)))
    assert sorted(found) == numbers(run) == list(range(1, 9))
    assert {read(run, n).state for n in found} == {"going"}


async def test_a_run_that_goes_on_is_only_read(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    journal = Journal(run)  # as a run holds it
    journal.post(("DELETE FROM messages", ()))
    branch, _ = await branched(run, Asked(f"{refined(run)}/respond-plain", 1, answer=TALE))
    assert branch.state == "done"
    await journal.close()


async def test_the_budget_ends_it_and_it_goes_on_by_replay(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    way = refined(run).split("/")
    asked = Asked(f"{'/'.join(way[:2])}/transform-{way[2]}", 1, answer=OTHER, record="/".join(way))
    branch, client = await branched(run, asked, max_tokens=1)
    assert branch.state == "failed"
    assert "budget of 1 tokens spent" in branch.error
    first = len(client.asked)
    branch = await go(run, 1, How(skill=tales, model_for=lambda role: Model("scripted", client)))
    assert branch.state == "done"
    assert [request.role for request in client.asked] == ["asker", "hinter", "asker", "teller", "judge"]
    assert first == 1


async def test_a_branch_that_was_stopped_before_it_began_says_so(tmp_path: Path) -> None:
    await made(tmp_path)
    run = tmp_path / "run"
    (run / "branches/1").mkdir(parents=True)
    (run / "branches/note").write_text("no branch")
    with pytest.raises(UsageError, match="branch 1 was stopped before it began"):
        read(run, 1)
    (run / "branches/1/run.db").write_bytes(b"cut")
    with pytest.raises(UsageError, match="branch 1 was stopped before it began"):
        read(run, 1)
    with pytest.raises(UsageError, match="has no branch 2; its branches: 1"):
        read(run, 2)
    assert begin(run, Asked(f"{refined(run)}/respond-plain", 1, answer=TALE), tales) == 2


@given(st.integers(1, 9), st.integers(1, 9), st.booleans(), st.booleans(), st.sampled_from(["teller", "judge"]))
def test_nothing_before_the_turn_and_of_nobody_else_is_asked_anew(
    turn: int, now: int, prompt: bool, answer: bool, role: str
) -> None:
    made = Change("c", turn, "teller", "!1", prompt="p" if prompt else None, answer="a" if answer else None)
    expected: Callable[[], bool] = lambda: role == "teller" and (now == turn or (now > turn and prompt))  # noqa: E731
    assert made.is_anew(role, now) == expected()


class Player(Onlooker):
    """Plays the teller and the hinter."""

    async def speak(self, turn: Turn) -> dict[str, Any]:
        words = words_of(turn.heard, "said by hand")
        content = json.dumps({"tale": words}) if turn.role == "teller" else words
        return {"finish": "stop", "content": content, "prompt_tokens": 0, "completion_tokens": 0}


async def test_what_a_person_said_in_a_role_stands_before_the_turn_whatever_the_endpoint_can(tmp_path: Path) -> None:
    client = ScriptedClient(answers())
    weak = Model("weak", client, Abilities(tools="actions", schemas="prompt"))
    seeds, run = pages(tmp_path / "seeds"), tmp_path / "run"
    options = RunOptions(seeds=(seeds,), run=run, human=("teller", "hinter"))
    await run_tales(tales, options, model_for=lambda role: weak, onlooker=Player())
    id = refined(run)
    n = begin(run, Asked(f"{id}/check-taste", 1, answer="good"), tales)
    branch = await go(run, n, How(skill=tales, model_for=lambda role: weak))
    assert [request.role for request in client.asked if request.role == "teller"] == []
    heard = rows(run / "branches/1", "SELECT state FROM chats WHERE id=?", f"{id}/respond-plain")
    assert heard == [("done",)], "it was held again, from the person's words"
    assert row_of(run, branch)["facts"]["said_by_person"] == ["hinter", "judge", "teller"]
    # From the turn on a model plays the role, and is asked as it can be.
    n = begin(run, Asked(f"{id}/respond-plain", 1, prompt="Tell it."), tales)
    lines: list[str] = []
    branch = await go(run, n, How(skill=tales, model_for=lambda role: weak, tell=lines.append))
    assert lines == ["People played hinter, teller in the run; after the change models do."]
    assert row_of(run, branch, 2)["facts"]["said_by_person"] == ["hinter"]
    told = next(request for request in client.asked if request.role == "teller")
    assert "Reply with JSON of this schema" in str(told.messages)


async def test_a_persons_words_stay_theirs_where_their_chat_can_not_be_held_again(tmp_path: Path) -> None:
    run = tmp_path / "run"
    options = RunOptions(seeds=(pages(tmp_path / "seeds"),), run=run, human=("hinter",))
    with endpoint() as stub:
        found = Model(stub.model, ScriptedClient(answers()))  # as where no --model is given
        await run_tales(tales, options, model_for=lambda role: found, onlooker=Player())
        id = refined(run)
        change(run, "DELETE FROM calls WHERE role='asker' AND chat LIKE '%/refine-harder'")
        n = begin(run, Asked(f"{id}/check-taste", 1, answer="good"), tales)
        branch = await go(run, n, How(skill=tales))
    assert row_of(run, branch)["facts"]["said_by_person"] == ["hinter", "judge"]
