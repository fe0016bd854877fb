"""What came of a role's work, and the family tree of a record, held against the stories of the same runs."""

from __future__ import annotations

import io
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from agents.hand import Hand
from agents.view.blame import main as blame
from agents.view.blaming import Part, as_dict, blamed
from agents.view.conversation import conversation
from agents.view.family import family
from agents.view.paper import Paper
from agents.view.run import Run, open_run
from agents.view.story import story
from agents.view.text_record import open_ as opened
from agents.view.text_session import Session
from agents.view.tracing import command
from agents.view.tracing import main as trace
from tests.agents.view.runs import KEPT, branch_off

SPOKE = "SELECT DISTINCT role FROM calls WHERE chat=? OR substr(chat, 1, length(?) + 7)=? || '/aside-'"


def by_story(run: Run) -> dict[str, Counter[str]]:
    """Who had a part in what was accepted and rejected, told the long way round."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for id, accepted in run.rows("SELECT id, accepted FROM verdicts"):
        bore = {chat for (chat,) in run.rows("SELECT chat FROM records")}
        told = story(run, None, id)["chats"]
        chats = [chat["id"] for chat in told if chat["id"] in bore or chat["stage"] != "demand"]
        for role in {role for chat in chats for (role,) in run.rows(SPOKE, (chat, chat, chat))}:
            found[role]["accepted" if accepted else "rejected"] += 1
    return found


@pytest.mark.parametrize("folder", KEPT[::3], ids=lambda path: f"{path.parent.name}-{path.name}")
def test_a_role_is_blamed_for_the_pairs_whose_stories_it_is_in(folder: Path) -> None:
    with open_run(folder) as run:
        parts = blamed(run)
        told = by_story(run)
        for role, part in parts.items():
            assert (part.accepted, part.rejected) == (told[role]["accepted"], told[role]["rejected"]), role
            assert sum(kind["accepted"] for kind in part.kinds.values()) == part.accepted
        assert told.keys() <= parts.keys()


def test_what_was_said_in_vain_and_what_it_cost_is_added_up(run: Run) -> None:
    parts = blamed(run)
    vain, failed = Counter[str](), Counter[str]()
    for (id,) in run.rows("SELECT id FROM chats UNION SELECT DISTINCT chat FROM messages"):
        chat = conversation(run, id)
        for turn in chat["turns"]:
            vain[turn["source"]] += len(turn["retries"])
        if chat["error"].startswith("Refused"):
            failed[chat["error"].split()[1]] += 1
    prices = run.meta("prices")
    for role, part in parts.items():
        told = as_dict(part, prices)
        sums = run.rows("SELECT count(*), sum(prompt_tokens), sum(completion_tokens) FROM calls WHERE role=?", (role,))[
            0
        ]
        assert (told["calls"], told["prompt_tokens"], told["completion_tokens"]) == sums
        assert told["retries"] == vain[role]
        assert told["refused"] == failed[role] <= told["failed"]
        assert told["cost"] == pytest.approx((sums[1] * 1.0 + sums[2] * 2.0) / 1e6)
        assert as_dict(part, {})["cost"] is None
    assert vain["requester"] > failed["requester"] > 0


def test_reasons_are_the_checks_that_failed_and_a_person_overrules_them(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        checks = Counter[str]()
        for (verdict,) in run.rows("SELECT verdict FROM verdicts WHERE NOT accepted"):
            checks.update({check["check"] for check in json.loads(verdict)["checks"] if not check["passed"]})
        assert blamed(run)["assistant"].reasons == checks
        (id,) = run.rows("SELECT id FROM verdicts WHERE accepted LIMIT 1")[0]
        hand = Hand(run.folder)
        hand.act(id, "reject", {"reason": "dull"}, who="ada", base=0)
        before, after = blamed(run)["assistant"], blamed(run, hand)["assistant"]
        assert (after.accepted, after.rejected) == (before.accepted - 1, before.rejected + 1)
        assert after.reasons["rejected by hand"] == 1


def test_blame_prints_a_table_or_one_role(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert blame([str(library)]) == 0
    table = capsys.readouterr().out
    assert blame([str(library), "requester"]) == 0
    one = capsys.readouterr().out
    assert "because Refused: requester gave no usable reply" in one
    assert blame([str(library), "requester", "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["roles"]
    row = next(line.split() for line in table.splitlines() if line.startswith("requester"))
    assert [int(row[1]), int(row[2])] == [told["accepted"], told["rejected"]]


# -- trace


def nodes(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield node
    for child in node["children"]:
        yield from nodes(child)


def test_the_tree_holds_all_that_came_of_the_seed_and_marks_the_way(run: Run) -> None:
    hand = Hand(run.folder)
    for (id,) in run.rows("SELECT id FROM verdicts UNION SELECT id FROM drops"):
        told = family(run, hand, id)
        all_ = list(nodes(told["tree"]))
        ids = [node["id"] for node in all_]
        made = {i for (i,) in run.rows("SELECT id FROM records WHERE seed=?", (told["seed"],))}
        fallen = {i for (i,) in run.rows("SELECT id FROM drops WHERE seed=?", (told["seed"],))}
        assert made | {told["seed"]} <= set(ids) <= made | fallen | {told["seed"]}
        assert len(ids) == len(set(ids))
        births = {birth["id"] for birth in story(run, None, id)["births"]} | {id}
        assert {node["id"] for node in all_ if node["on_way"]} == births
        for node in all_:
            assert all(child["id"].startswith(f"{node['id']}/") for child in node["children"])
        json.dumps(told)


def test_trace_tells_what_people_did_and_which_branch_was_kept(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE NOT accepted LIMIT 1")[0]
        row = json.loads(run.rows("SELECT row FROM verdicts WHERE id=?", (id,))[0][0])
    for number in (1, 2):
        branch_off(tmp_path / "run", id, number)
    hand = Hand(tmp_path / "run")
    hand.act(id, "reject", {"reason": "the plan was not kept"}, who="bea", base=0)
    hand.act(f"{id}!2", "keep", {"row": {**row, "id": f"{id}!2"}, "of": id, "branch": 2}, who="ada", base=0)
    with open_run(tmp_path / "run") as run:
        stream = io.StringIO()
        assert command(run, hand, f"{id}!2", Paper(stream)) == 0
        told = stream.getvalue()
        assert "bea on " in told
        assert "reject the plan was not kept" in told
        assert "branch 1 by ada, another prompt from turn 1 of respond-plain: accepted, not kept" in told
        assert "branch 2 by ada, another prompt from turn 1 of respond-plain: accepted, kept" in told
        tree = family(run, hand, f"{id}!2")["tree"]
        way = [node["id"] for node in nodes(tree) if node["on_way"]]
        assert way[0] == story(run, None, id)["seed"]["id"]
        assert way[-2:] == [id, f"{id}!2"]


def test_an_act_that_was_undone_is_told_so_and_every_act_in_one_line(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    hand = Hand(tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE accepted LIMIT 1")[0]
        first = hand.act(id, "reject", {"reason": "dull\nand\n\nlong"}, who="bea", base=0)
        hand.act(id, "undo", {"act": first.n}, who="ada", base=first.n)
        for tell in (lambda paper: command(run, hand, id, paper), lambda paper: opened(Session(run, paper), [id])):
            stream = io.StringIO()
            tell(Paper(stream))
            acts = [line for line in stream.getvalue().splitlines() if "bea" in line or "ada" in line]
            assert len(acts) == 2
            assert all(word in acts[0] for word in ("bea", "reject", "dull and long", "(undone)"))
            assert f"undo of {first.n}" in acts[1]


def test_what_was_not_counted_cost_nobody_knows_what() -> None:
    counted, not_counted = Part("writer", tokens={"m": [1000, 1000]}), Part("writer", tokens={"m": [0, 0]}, calls=3)
    assert as_dict(counted, {"m": [1.0, 1.0]})["cost"] == pytest.approx(0.002)
    assert as_dict(not_counted, {"m": [1.0, 1.0]})["cost"] is None


def test_trace_takes_an_id_or_a_number_and_writes_text_or_json(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert trace([str(library), "1"]) == 0
    told = capsys.readouterr().out
    with open_run(library) as run:
        first = min(id for (id,) in run.rows("SELECT id FROM verdicts UNION SELECT id FROM drops"))
    assert "<- asked for" in told
    assert trace([str(library), first]) == 0
    assert capsys.readouterr().out == told
    assert trace([str(library), first, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == first
    assert trace([str(library), "no/such"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
