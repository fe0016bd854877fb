"""One record's whole story, over kept runs and runs made here: births, chats, seed, refinement, people's acts."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from agents.hand import Hand
from agents.view.run import Missing, Run, open_run
from agents.view.story import siblings, story
from tests.agents.view.runs import KEPT, branch_off
from tests.teams.library import CODE

TOOL_PAIR = "tool_use/rental.go:50-152/own_functions/one_call-1/csv_rows"
IDS = "SELECT id FROM records UNION SELECT id FROM drops UNION SELECT seed FROM chats"


@pytest.mark.parametrize("folder", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_chat_of_a_kept_run_that_came_to_an_end_is_part_of_a_story(folder: Path) -> None:
    with open_run(folder) as run:
        told: set[str] = set()
        for (id,) in run.rows(IDS):
            whole = story(run, None, id)
            json.dumps(whole)
            assert whole["births"][0]["type"] == "seed"
            stages = [chat["stage"] for chat in whole["chats"]]
            order = ["transform", "instruct", "refine", "demand", "respond", "check"]
            assert stages == sorted(stages, key=order.index)
            told |= {chat["id"] for chat in whole["chats"]}
            if whole["type"] == "pair" and whole["row"]:  # others were not judged when the run was stopped
                assert whole["births"][-1]["id"] == id == whole["row"]["id"]
                assert [birth["type"] for birth in whole["births"][:2]] == ["seed", "passage"]
        assert told >= {id for (id,) in run.rows("SELECT id FROM chats WHERE state<>'open'")}


@pytest.mark.parametrize("folder", KEPT[::3], ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_seed_of_a_kept_run_is_the_text_its_pairs_were_made_of(folder: Path) -> None:
    with open_run(folder) as run:
        for id, row in run.rows("SELECT id, row FROM verdicts"):
            seed = story(run, None, id)["seed"]
            if seed["from"] == "file":
                assert hashlib.sha256(seed["text"].encode()).hexdigest()[:32] == json.loads(row)["seed"]["hash"]
            if seed["file"]:
                first, last = seed["span"]
                assert "\n".join(seed["file"]["text"].split("\n")[first - 1 : last]).strip() in seed["text"]
            assert all(0 <= begin < end <= len(seed["text"]) for begin, end in seed["lit"])


def refined(run: Run) -> str:
    sql = "SELECT id FROM records WHERE type='pair' AND id LIKE '%/more_steps-1%'"
    return str(run.rows(sql)[0][0])


def test_a_refined_pair_tells_what_was_suggested_and_what_became_of_it(run: Run) -> None:
    whole = story(run, None, refined(run))
    types = [(birth["type"], birth["stage"]) for birth in whole["births"]]
    assert types[:4] == [("seed", ""), ("passage", "transform"), ("instruction", "instruct"), ("instruction", "refine")]
    change = whole["refinement"]
    assert change["from"] == whole["births"][2]["id"]
    assert "".join(text for sign, text in change["diff"] if sign != "+") == change["before"]
    assert "".join(text for sign, text in change["diff"] if sign != "-") == change["after"]
    assert {"source": "suggester", "text": "Have the member looked up by name first."} in change["ideas"]
    labels = [chat["id"].rsplit("/", 1)[1].split("-")[0] for chat in whole["chats"]]
    assert labels[:4] == ["transform", "instruct", "refine", "respond"]


def test_the_seed_stands_in_the_journal_and_in_its_file(run: Run) -> None:
    seed = story(run, None, refined(run))["seed"]
    assert seed["from"] == "journal"
    assert CODE.strip() in seed["text"] + "\n"
    assert seed["file"]["text"].startswith(CODE)
    assert seed["language"] == "python"


def test_a_seed_whose_file_was_changed_is_told_without_it(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        id = refined(run)
        before = story(run, None, id)["seed"]
        source = library.parent / f"{library.name}-code" / before["path"]
        kept = source.read_text(encoding="utf-8")
        source.write_text("# something else\n" * 30, encoding="utf-8")
        try:
            assert story(run, None, id)["seed"] == {**before, "file": None}
        finally:
            source.write_text(kept, encoding="utf-8")


@pytest.mark.parametrize("path", ["../outside.txt", "/etc/hostname", "%2e%2e/outside.txt", "link.txt"])
def test_no_file_outside_the_folders_of_the_seeds_is_opened(path: str, tmp_path: Path) -> None:
    """A journal may come from anybody, and says where its seeds were."""
    (tmp_path / "seeds").mkdir()
    (tmp_path / "outside.txt").write_text("a secret", encoding="utf-8")
    (tmp_path / "seeds/link.txt").symlink_to(tmp_path / "outside.txt")
    shutil.copytree(KEPT[0], tmp_path / "run")
    seed = {"id": "s/x:1-1", "text": "a secret", "path": path, "span": [1, 1]}
    with closing(sqlite3.connect(tmp_path / "run/run.db")) as db:
        db.execute("CREATE TABLE seeds (id TEXT PRIMARY KEY, seed TEXT)")
        db.execute("INSERT INTO seeds VALUES (?, ?)", (seed["id"], json.dumps(seed)))
        db.execute("UPDATE meta SET value=? WHERE key='seeds'", (json.dumps([str(tmp_path / "seeds")]),))
        db.commit()
    with open_run(tmp_path / "run") as run:
        told = story(run, None, "s/x:1-1")["seed"]
        assert (told["text"], told["file"]) == ("a secret", None)


def test_what_fell_out_tells_the_way_to_it(run: Run) -> None:
    (chat,) = run.rows("SELECT id FROM drops WHERE reasons LIKE '%Refused: requester%' LIMIT 1")[0]
    whole = story(run, None, chat)
    assert (whole["type"], whole["row"]) == ("drop", None)
    assert whole["drop"]["reasons"][0].startswith("Refused: requester")
    assert [birth["type"] for birth in whole["births"]] == ["seed", "passage"]
    assert whole["chats"][-1]["id"] == chat
    assert whole["chats"][-1]["state"] == "failed"


def test_an_act_of_a_person_is_told_beside_the_machine(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    hand = Hand(tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE accepted=1 LIMIT 1")[0]
        before = story(run, hand, id)
        assert before["row"] == before["machine"]
        assert before["hand"] == {"version": 0, "acts": []}
        act = hand.act(id, "reject", {"reason": "dull"}, who="ada", base=0)
        after = story(run, hand, id)
        assert after["machine"] == before["machine"]
        assert after["row"]["verdict"]["by_hand"]["reason"] == "dull"
        assert after["hand"]["version"] == act.n
        assert [(a["who"], a["act"], a["undone"]) for a in after["hand"]["acts"]] == [("ada", "reject", False)]
        (row,) = [row for row in siblings(run, hand, id)["records"] if row["id"] == id]
        assert (row["verdict"], row["reason"]) == ("rejected", "dull")
        hand.act(id, "undo", {"act": act.n}, who="ada", base=act.n)
        undone = story(run, hand, id)
        assert undone["row"] == before["row"]
        assert [(a["act"], a["undone"]) for a in undone["hand"]["acts"]] == [("reject", True), ("undo", False)]


def test_siblings_are_all_that_came_of_the_seed_each_once(run: Run) -> None:
    for (id,) in run.rows(IDS):
        rows = siblings(run, None, id)["records"]
        seed = siblings(run, None, id)["seed"]
        asked = "SELECT id FROM records WHERE seed=? AND type<>'passage'"
        made = {i for (i,) in run.rows(asked, (seed,))}
        assert made <= {row["id"] for row in rows}
        assert len(rows) == len({row["id"] for row in rows})
        judged = dict(run.rows("SELECT id, accepted FROM verdicts"))
        assert all((row["verdict"] == "accepted") == bool(judged.get(row["id"])) for row in rows)
        assert all(row["reason"] for row in rows if row["verdict"] in ("rejected", "dropped"))
        fallen = {i for (i,) in run.rows("SELECT id FROM drops WHERE seed=?", (seed,))}
        assert len([row for row in rows if row["verdict"] == "dropped"]) == len(fallen)


def test_a_request_that_got_a_format_stands_there_once() -> None:
    (folder,) = [path for path in KEPT if path.parent.name == "tool_use"]
    with open_run(folder) as run:
        names = [row["id"].rpartition("own_functions/")[2] for row in siblings(run, None, TOOL_PAIR)["records"]]
        assert "one_call-1/csv_rows" in names
        assert "one_call-1" not in names


def test_what_a_branch_made_goes_back_to_the_original(library: Path, tmp_path: Path) -> None:
    """A branch's journal holds only what is new in it."""
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        id = refined(run)
    branch_off(tmp_path / "run", id, 1)
    with open_run(tmp_path / "run") as run:
        original, made = story(run, None, id), story(run, None, f"{id}!1")
        assert [(b["n"], b["who"], b["accepted"]) for b in original["branches"]] == [(1, "ada", True)]
        assert [birth["id"] for birth in made["births"]] == [
            *(birth["id"] for birth in original["births"][:-1]),
            f"{id}!1",
        ]
        assert made["row"] is None, "nobody has kept it"
        assert made["machine"]["id"] == f"{id}!1"
        assert [chat["branch"] for chat in made["chats"] if chat["stage"] == "respond"] == [1]
        hand = Hand(tmp_path / "run")
        hand.act(f"{id}!1", "keep", {"row": made["machine"], "of": id, "branch": 1}, who="ada", base=0)
        assert story(run, hand, f"{id}!1")["row"]["id"] == f"{id}!1"
        verdicts = {row["id"]: row["verdict"] for row in siblings(run, hand, f"{id}!1")["records"]}
        assert verdicts[f"{id}!1"] == "accepted"
        assert verdicts[id] == ("accepted" if original["row"]["verdict"]["accepted"] else "rejected")
    with open_run(tmp_path / "run/branches/1") as run:
        assert story(run, None, f"{id}!1") == made


def test_several_may_read_at_once(run: Run) -> None:
    ids = [id for (id,) in run.rows(IDS)] * 3
    with ThreadPoolExecutor(8) as readers:
        told = list(readers.map(lambda id: story(run, None, id), ids))
    assert [whole["id"] for whole in told] == ids
    assert told[: len(told) // 3] == told[len(told) // 3 : 2 * len(told) // 3]


def test_what_is_not_there_is_said_in_one_line(run: Run) -> None:
    for id in ("tool_use/nothing", "", "half \ud83d", "\x00", "a!99999/b", "!1"):
        for ask in (story, siblings):
            with pytest.raises(Missing) as refused:
                ask(run, None, id)
            assert "\n" not in str(refused.value)
