"""Replay: what was is found again from the journal alone, what has changed is named, what can't be told is said."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from agents.errors import CallError, UsageError
from agents.models.scripted import ScriptedClient, call
from teams.engine.again.comparing import Told, diff
from teams.engine.again.replay import DIFFERS, SAME, UNKNOWN, replay
from teams.engine.flow import Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.records import Pair, Record
from teams.engine.talk import Talk
from teams.engine.verdict import Finding
from teams.reading_comprehension import skill as reading_comprehension
from teams.tool_use import skill as tool_use
from tests.runs.keep import HERE
from tests.teams.again.tales import FLOWS, TELLER, answers, made, refine, refined, tales, told, with_role
from tests.teams.command import teams
from tests.teams.library import CODE, writer
from tests.teams.library import answers as answers_of_library
from tests.teams.stages.writer import Apprentice
from tests.teams.whole_runs import ARTICLES

pytestmark = pytest.mark.usefixtures("no_sandbox")


def ids(folder: Path, sql: str = "SELECT id FROM verdicts ORDER BY id") -> list[str]:
    with closing(sqlite3.connect(folder / "run.db")) as db:
        return [id for (id,) in db.execute(sql)]


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "run.db")) as db, db:
        for statement in statements:
            db.execute(statement)


async def replayed(folder: Path, id: str, skill: Skill | None = tales) -> tuple[int, dict[str, Told]]:
    code, said = await replay(folder, id, lambda line: None, skill)
    return code, {one.what.rpartition("/")[2]: one for one in said}


async def test_everything_a_text_skill_made_is_found_again_and_nobody_is_asked(tmp_path: Path) -> None:
    client = ScriptedClient(Apprentice().answers)
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds/page.txt").write_bytes((ARTICLES / "tide_mills.md").read_bytes())
    outcome, _ = await made(tmp_path, seeds=0, skill=reading_comprehension, client=client)
    run = tmp_path / "run"
    assert outcome.accepted > 3
    before, asked = (run / "run.db").read_bytes(), len(client.asked)
    fell_out = ids(run, "SELECT id FROM drops")
    for id in [*ids(run), *fell_out]:
        code, said = await replayed(run, id, None)
        assert code == SAME, [str(one) for one in said.values() if one.result != "same"]
        assert len(said) > 1
    assert len(client.asked) == asked
    assert (run / "run.db").read_bytes() == before, "the run is only read"


async def test_every_chat_of_the_way_is_held_again_in_order(tmp_path: Path) -> None:
    await made(tmp_path)
    id = next(id for id in ids(tmp_path / "run") if id.endswith("/harder-1"))
    _, said = await replay(tmp_path / "run", id, lambda line: None, tales)
    way = [one.what.removeprefix("tales/page0.txt:1-1/") for one in said]
    passage, instruction = id.split("/")[2], id.split("/")[3]
    asked = f"{passage}/instruct-{instruction.removesuffix('-1')}"
    rest = [f"{passage}/{instruction}/{tail}" for tail in ("refine-harder", "harder-1/respond-plain")]
    last = [f"{passage}/{instruction}/harder-1/check-taste", "verdict"]
    assert way == ["choose-plain", f"transform-{passage}", f"{passage}/enrich-plain", asked, *rest, *last]


async def test_a_changed_prompt_is_named_and_what_follows_is_told_from_what_stands(tmp_path: Path) -> None:
    await made(tmp_path)
    edited = replace(TELLER, prompt=Template("Tell the tale better."))

    async def tell(scene: Scene) -> Staging:
        staging = await FLOWS[-1].direct(scene)
        assert isinstance(staging, Staging)
        (place,) = staging.seats
        assert isinstance(place, Seat)
        return replace(staging, seats=[replace(place, role=edited)])

    skill = replace(with_role(tales, "respond", {"direct": tell}), version="v2")
    lines: list[str] = []
    code, said = await replay(tmp_path / "run", ids(tmp_path / "run")[0], lines.append, skill)
    found = {one.what.rpartition("/")[2]: one for one in said}
    assert code == UNKNOWN
    assert [name for name, one in found.items() if one.result != "same"] == ["respond-plain"]
    assert "what teller says at turn 1 of tales/page0.txt:1-1/" in found["respond-plain"].why
    assert "its prompt, the program or the seed has changed since" in found["respond-plain"].why
    assert "put the old words back, or branch it at --turn 1" in found["respond-plain"].why
    assert found["check-taste"].result == "same", "its pair is the one that stands"
    assert lines[0].startswith("The script of tales has changed since")


async def test_a_changed_program_differs_and_its_first_difference_is_shown(tmp_path: Path) -> None:
    await made(tmp_path)

    async def loudly(scene: Scene, talk: Talk) -> Sequence[Record]:
        (pair,) = await told(scene, talk)
        assert isinstance(pair, Pair)
        said = [{**message, "content": message["content"].upper()} for message in pair.messages]
        return [replace(pair, messages=tuple(said))]

    changed = with_role(tales, "respond", {"harvest": loudly})
    code, said = await replayed(tmp_path / "run", ids(tmp_path / "run")[0], changed)
    assert code == DIFFERS
    assert said["respond-plain"].result == "differs"
    kinds = {line[:2] for line in said["respond-plain"].why.splitlines() if line[0] in "-+"}
    assert kinds == {"- ", "+ "}
    assert said["transform-" + ids(tmp_path / "run")[0].split("/")[2]].result == "same"
    assert said["verdict"].result == "same", "the chats after it are told from the pair that stands"


async def test_a_changed_check_shows_in_the_verdict(tmp_path: Path) -> None:
    await made(tmp_path)

    def short(pair: Pair) -> list[Finding]:
        return [Finding("short", False, "210 characters")]

    code, said = await replayed(
        tmp_path / "run", ids(tmp_path / "run")[0], replace(tales, checks=(*tales.checks, short))
    )
    assert code == DIFFERS
    assert "+ short: failed, 210 characters" in said["verdict"].why


async def test_a_chat_that_fell_out_falls_out_again_for_the_same_reason(tmp_path: Path) -> None:
    silly = ScriptedClient(answers(teller=lambda request: {"tale": "nonsense"}))
    await made(tmp_path, client=silly)
    fell_out = ids(tmp_path / "run", "SELECT id FROM drops")
    assert fell_out
    code, said = await replayed(tmp_path / "run", fell_out[0])
    assert (code, said["respond-plain"].result) == (SAME, "same")
    change(tmp_path / "run", """UPDATE drops SET reasons='["it was too long"]'""")
    code, said = await replayed(tmp_path / "run", fell_out[0])
    assert (code, said["respond-plain"].why) == (DIFFERS, "- it was too long\n+ it is nonsense")


async def test_what_was_gone_without_is_gone_without_again(tmp_path: Path) -> None:
    """The endpoint failed in a chat that a pair does without: nothing of that is in the journal."""

    def broken(request: Any) -> str:
        raise CallError("the endpoint went away")

    dressed = Flow("demand", refine, refined, (Kind("rhymed", ""),), sample=1.0)
    skill = replace(tales, flows=(*FLOWS[:3], dressed, FLOWS[-1]))
    await made(tmp_path, skill=skill, client=ScriptedClient(answers(hinter=broken)))
    run = tmp_path / "run"
    code, said = await replayed(run, ids(run)[0], skill)
    results = {name: one.result for name, one in said.items()}
    assert results.pop("demand-rhymed") == "can't be told"
    assert "it fell out in the run (CallError: the endpoint went away)" in said["demand-rhymed"].why
    assert (code, set(results.values())) == (UNKNOWN, {"same"})
    assert "check-taste" in results


async def test_what_was_not_kept_can_not_be_told(tmp_path: Path) -> None:
    await made(tmp_path)
    change(tmp_path / "run", "UPDATE calls SET reply='' WHERE chat LIKE '%respond%'")
    code, said = await replayed(tmp_path / "run", ids(tmp_path / "run")[0])
    assert code == UNKNOWN
    assert said["respond-plain"].why == "what was replied in it is not kept in this journal"
    change(tmp_path / "run", "DELETE FROM calls WHERE role='judge'")
    code, said = await replayed(tmp_path / "run", ids(tmp_path / "run")[0])
    assert said["check-taste"].result == said["verdict"].result == "can't be told"


async def test_a_journal_without_copies_of_seeds_reads_their_files(tmp_path: Path) -> None:
    await made(tmp_path)
    change(tmp_path / "run", "DELETE FROM seeds", "DELETE FROM draws")
    id = next(id for id in ids(tmp_path / "run") if id.endswith("/harder-1"))
    assert (await replayed(tmp_path / "run", id))[0] == SAME
    page = tmp_path / "seeds/page0.txt"
    text = page.read_text()
    page.write_text(text.replace("tells", "told"))
    with pytest.raises(UsageError, match="has another text now, and the journal has no copy of it"):
        await replayed(tmp_path / "run", id)
    page.rename(tmp_path / "elsewhere.txt")
    with pytest.raises(UsageError, match=r"the seed tales/page0\.txt:1-1 "):
        await replayed(tmp_path / "run", id)


async def test_a_run_that_goes_on_meanwhile_is_not_held_up(tmp_path: Path) -> None:
    await made(tmp_path)
    writer = sqlite3.connect(tmp_path / "run/run.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("DELETE FROM messages")
    code, _ = await replayed(tmp_path / "run", ids(tmp_path / "run")[0])
    assert code == SAME, "it sees what was committed"
    writer.execute("COMMIT")  # and did not keep the writer from it
    writer.close()
    code, _ = await replayed(tmp_path / "run", ids(tmp_path / "run")[0])
    assert code == DIFFERS


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("tales/page0.txt:1-1/notes/shirt-1", "near it are: tales/page0.txt:1-1/"),
        ("tales/page0.txt:1-1", "is a seed; name one of what came of it: tales/page0.txt:1-1/"),
        ("tales/page0.txt:1-1/notes/short-1!3", "was made by a branch"),
        ("", "there is no record ''"),
    ],
)
async def test_what_is_not_there_is_refused_in_one_line(tmp_path: Path, asked: str, said: str) -> None:
    await made(tmp_path)
    with pytest.raises(UsageError) as refused:
        await replayed(tmp_path / "run", asked)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


SHELF = '''
from tools import tool

@tool
async def shelf_of(title: str) -> str:
    """Say on which shelf a book stands."""
    return f"{title} stands on shelf 12"
'''


def look_up_first(request: Any) -> Any:
    """The library's assistant, who asks on which shelf it is before anything else."""
    results = [message for message in request.messages if message.type == "FunctionExecutionResultMessage"]
    if not results:
        return call("shelf_of", title="The Silver Fern")
    before = [message for message in request.messages if message is not results[0]]
    return answers_of_library()["assistant"](replace(request, messages=before))


async def test_a_tool_that_was_plugged_in_need_not_be_there_any_more(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds/desk.py").write_text(CODE)
    tool = tmp_path / "shelves.py"
    tool.write_text(SHELF)
    await made(tmp_path, seeds=0, skill=tool_use, client=writer(assistant=look_up_first), tools=f"{tool}:shelf_of")
    run = tmp_path / "run"
    (chat,) = ids(run, "SELECT DISTINCT chat FROM tools WHERE name='shelf_of' LIMIT 1")
    tool.unlink()
    done = teams("replay", run, chat)  # in a process that never heard of it
    assert (done.returncode, f"{chat}: same" in done.stdout) == (0, True), done.stdout + done.stderr


@pytest.mark.parametrize("name", ["rag/strong", "text_modification/german", "few_shot_reasoning/spanish"])
async def test_kept_runs_of_other_days_are_told_as_far_as_they_go(name: str) -> None:
    """Scripts have changed since, and the large ones keep no replies: what can't be told must not look the same."""
    folder = HERE / name
    id = ids(folder)[0]
    code, said = await replayed(folder, id, None)
    silent = set(ids(folder, "SELECT DISTINCT chat FROM calls WHERE reply=''"))
    assert said
    for one in said.values():
        assert one.what not in silent or one.result == "can't be told"
    results = {one.result for one in said.values()}
    assert code == (DIFFERS if "differs" in results else UNKNOWN if "can't be told" in results else SAME)


@given(st.text(), st.text())
def test_texts_that_differ_never_show_nothing(before: str, now: str) -> None:
    shown = diff(before, now)
    assert (before == now) or shown.strip()
    assert all(c.isprintable() or c == "\n" for c in shown)
