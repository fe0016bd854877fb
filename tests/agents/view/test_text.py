"""The text view: what its commands say of kept runs, of runs made here, and of long ones."""

from __future__ import annotations

import io
import json
import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from agents.hand import Hand
from agents.view.browsing import VERDICTS, Browser, Wanted
from agents.view.conversation import words_of
from agents.view.paper import Paper
from agents.view.run import Run, open_run
from agents.view.seeking import PIECE, pattern, seek
from agents.view.text_commands import COMMANDS, do, greet
from agents.view.text_session import Session
from tests.agents.view.runs import FILLER, KEPT, branch_off
from tests.agents.view.telling import everything, said, steers

ROOT = Path(__file__).parents[3]
TEXT = [sys.executable, "-c", "import sys; from agents.view.text import main; sys.exit(main(sys.argv[1:]))"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SOME = [
    KEPT[0].parents[1] / name for name in ("tool_use/strong", "rag/french", "coding/embedded", "web_agent/german-2")
]


@pytest.fixture
def session(library: Path) -> Iterator[Session]:
    with open_run(library) as run:
        yield Session(run, Paper(io.StringIO()), in_shell=True)


@pytest.mark.parametrize("folder", SOME, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_command_has_something_to_say_of_a_kept_run(folder: Path) -> None:
    with open_run(folder) as run:
        told = everything(Session(run, Paper(io.StringIO())))
        assert all(id in told for (id,) in run.rows("SELECT id FROM verdicts ORDER BY id LIMIT 5"))
        assert not steers(told)


def test_from_the_list_to_the_cause_and_back(session: Session) -> None:
    listed = said(session, "list", "--verdict", "rejected")
    assert session.listed
    assert all(line.split()[1] == "-" for line in listed.splitlines() if line[:3].strip().isdigit())
    first = said(session, "open", "1")
    (verdict,) = session.run.rows("SELECT verdict FROM verdicts WHERE id=?", (session.listed[0],))[0]
    failed = [check for check in json.loads(verdict)["checks"] if not check["passed"]]
    assert all(check["check"] in first and check["evidence"] in first for check in failed)
    second = said(session, "next")
    assert session.seen[-1] == session.listed[1]
    assert second != first
    assert said(session, "back") == first
    assert "requester" in said(session, "chats")
    chat = said(session, "chat", "2")
    assert "requester, not used" in chat
    assert FILLER in chat
    (told,) = session.run.rows("SELECT text FROM prompts WHERE text LIKE '%request%' LIMIT 1")[0]
    assert said(session, "prompt", "requester").count("\n") > 3
    plain = said(session, "prompt", "requester", "--plain")
    assert plain == f"{session.run.rows('SELECT text FROM prompts WHERE text LIKE ?', (plain[:40] + '%',))[0][0]}\n"
    assert told
    row = json.loads(said(session, "raw", "1"))
    assert (row["role"], row["reply"]["content"]) == ("requester", FILLER)


def test_lists_choose_and_go_on(session: Session) -> None:
    said(session, "list", "--limit", "1000")
    everything_ = list(session.listed)
    (number,) = session.run.rows("SELECT (SELECT count(*) FROM verdicts) + (SELECT count(*) FROM drops)")[0]
    assert len(everything_) == number
    said(session, "list", "--limit", "2")
    said(session, "more")
    assert session.listed == everything_[:22]
    said(session, "list", "--after", everything_[2], "--limit", "1")
    assert session.listed == everything_[3:4]
    of_kind = "SELECT id FROM verdicts JOIN records USING (id) WHERE type='pair' AND kind='one_call'"
    refined = 'SELECT id FROM verdicts WHERE row LIKE \'%"stage":"refine"%\' AND NOT accepted'
    for wanted, sql in (
        (("--kind", "one_call"), of_kind),
        (("--stage", "refine", "--verdict", "rejected"), refined),
        (("--verdict", "dropped"), "SELECT id FROM drops"),
        (("--verdict", "accepted"), "SELECT id FROM verdicts WHERE accepted"),
        (("--skill", "rag"), "SELECT id FROM verdicts WHERE 0"),
    ):  # fmt: skip
        said(session, "list", "--limit", "1000", *wanted)
        assert session.listed == sorted(id for (id,) in session.run.rows(sql)), wanted
    said(session, "failures")
    (check,) = session.run.rows(
        "SELECT json_extract(c.value, '$.check') FROM verdicts v, json_each(v.verdict, '$.checks') c "
        "WHERE NOT v.accepted AND NOT json_extract(c.value, '$.passed') LIMIT 1"
    )[0]
    said(session, "list", "--failed", check)
    assert session.listed
    assert all(check in said(session, "open", id) for id in list(session.listed))


def test_numbers_are_shown_only_where_the_next_command_takes_them(library: Path) -> None:
    with open_run(library) as run:

        def at_once(*words: str) -> tuple[list[tuple[int, str]], Session]:
            session = Session(run, Paper(io.StringIO()))
            lines = [line.split() for line in said(session, *words).splitlines()]
            named = [line for line in lines if {*line} & {*session.listed}]
            return [(int(line[0].rstrip(":")), line[-1]) for line in named if line[0].rstrip(":").isdigit()], session

        numbered, session = at_once("list")
        assert [id for _, id in numbered] == session.listed
        for number, id in numbered[:3]:
            assert said(Session(run, Paper(io.StringIO())), "open", str(number)).startswith(id)
        for words in (["list", "rejected"], ["list", f"--after={numbered[0][1]}"], ["failures"], ["grep", "fern"]):
            numbered, session = at_once(*words, *(["-i"] if words[0] == "grep" else []))
            assert (numbered, bool(session.listed)) == ([], True), words
        told = said(session, "siblings", at_once("list", "accepted")[1].listed[0])
        assert all(f"{id}\n" in told for id in session.listed), "whole ids, to be named again"


def test_what_a_person_decided_counts_in_the_list(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE accepted=1 LIMIT 1")[0]
        Hand(run.folder).act(id, "reject", {"reason": "dull"}, who="ada", base=0)
        session = Session(run, Paper(io.StringIO()))
        assert f"- {id} (by hand)\n      dull" in said(session, "list", "--verdict", "rejected")
        assert id not in said(session, "list", "--verdict", "accepted")


def greeted(run: Run) -> str:
    session = Session(run, Paper(stream := io.StringIO()))
    greet(session)
    return stream.getvalue().partition("\n")[0].rpartition(": ")[2]


def test_a_run_is_greeted_with_what_its_lists_hold(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        hand, session = Hand(run.folder), Session(run, Paper(io.StringIO()))
        ids = {one: [id for (id,) in run.rows("SELECT id FROM verdicts WHERE accepted=?", (one,))] for one in (0, 1)}
        made = branch_off(run.folder, ids[0][0], 1)
        row = {**session.told([made])["machine"], "id": made}
        seen = {greeted(run)}
        for id, act, value in (
            (ids[1][0], "reject", {"reason": "dull"}),
            (ids[0][-1], "accept", {}),
            (ids[1][1], "reject", {"reason": "dull"}),
            (made, "keep", {"row": row, "of": ids[0][0], "branch": 1}),
            (made, "reject", {"reason": "dull, too"}),
            (made, "undo", {"act": 5}),
        ):
            base = max((act.n for act in hand.acts(id)), default=0)
            hand.act(id, act, value, who="ada", base=base)
            held = []
            for verdict in VERDICTS:
                said(session, "list", verdict, "--limit", "10000")
                held.append(f"{len(session.listed)} {verdict}")
            assert greeted(run) == ", ".join(held), (act, id)
            seen.add(greeted(run))
        assert len(seen) > 3


def test_a_branch_is_opened_listed_when_kept_and_read_from_its_own_journal(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE NOT accepted LIMIT 1")[0]
        made = branch_off(tmp_path / "run", id, 1)
        session = Session(run, Paper(io.StringIO()))
        told = said(session, "open", made)
        assert "(branch 1)" in told
        chats = session.told()["chats"]
        (number,) = [n for n, chat in enumerate(chats, 1) if chat["branch"]]
        said(session, "chat", str(number))
        assert "Be kind." in said(session, "prompt", "assistant")
        assert json.loads(said(session, "raw", "1"))["prompt"] == "of the branch"
        assert made not in said(session, "list")
        row = {**session.told()["machine"], "id": made}
        Hand(run.folder).act(made, "keep", {"row": row, "of": id, "branch": 1}, who="ada", base=0)
        assert f"+ {made}" in said(session, "list", "--verdict", "accepted")
        assert made not in said(session, "list", "--verdict", "rejected")
        assert f"keep branch 1 in place of {id}" in said(session, "open", made)


def test_words_that_a_branch_was_given_are_not_said_to_stand_in_a_file(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    nothing = {"prompt": None, "model": None, "answer": None}
    with open_run(tmp_path / "run") as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE NOT accepted LIMIT 1")[0]
        chat, own = f"{id}/respond-plain", words_of(run, id)
        assert own["assistant"].endswith("## assistant")
        for number, changes in enumerate(({}, {"changes": nothing}, {"changes": {**nothing, "template": "Be."}}), 1):
            branch_off(run.folder, id, number, **changes)
        places = [words_of(run.branch(number), chat) for number in (1, 2, 3)]
        assert [place.pop("assistant") for place in places] == [
            "changed in branch 1", own["assistant"], "changed in branch 3",
        ]  # fmt: skip
        assert all(place == {role: own[role] for role in place} for place in places)
        later = [words_of(run.branch(number), f"{id}!{number}/check-audit")["assistant"] for number in (1, 3)]
        assert later == [own["assistant"], "changed in branch 3"], (
            "a prompt is told in its chat, a section after it too"
        )
        session = Session(run, Paper(io.StringIO()))
        told = said(session, "open", id)
        assert "ada: another prompt from turn 1" in told
        assert "ada: asked anew from turn 1" in told


def test_words_are_found_wherever_they_stand_and_counted_as_they_are(session: Session) -> None:
    run = session.run
    counts = {
        "message": "SELECT count(*) FROM messages WHERE instr(text, ?) OR instr(coalesce(extra, ''), ?)",
        "tool": "SELECT count(*) FROM tools WHERE instr(answer, ?) OR instr(arguments, ?)",
        "pair": "SELECT count(*) FROM verdicts WHERE instr(row, ?) OR instr(row, ?)",
    }
    found = [hit.where for hit in seek(run, pattern("Silver Fern"))]
    for where, sql in counts.items():
        assert found.count(where) == run.rows(sql, ("Silver Fern", "Silver Fern"))[0][0] > 0
    assert len(list(seek(run, pattern("silver fern", ignore_case=True)))) == len(found)
    assert len(list(seek(run, pattern(r"Silver\s+F..n", regex=True)))) == len(found)
    assert do(session, ["grep", "Silver", "Fern"]) == 0
    assert do(session, ["grep", "no such words"]) == 1


def many(folder: Path, pairs: int) -> Path:
    """Make a journal of so many pairs, each as small as can be."""
    shutil.copytree(KEPT[0], folder)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        row = json.dumps({"messages": [{"role": "user", "content": "x" * 500}], "kinds": {}, "stage": "instruct"})
        ids = [f"many/s{number // 10:06}:1-2/k/i-{number % 10}" for number in range(pairs)]
        db.executemany("INSERT INTO verdicts VALUES (?, 1, '{}', ?, '')", [(id, row) for id in ids])
        db.executemany(
            "INSERT INTO drops VALUES (?, '', 1, 'instruct', 'k', '[\"no\"]', '')", [(f"{id}-x",) for id in ids]
        )
        rows = [(id.rpartition("/")[0] + "/chat", n, "t", "text", f"word {n}", None) for n, id in enumerate(ids)]
        db.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.commit()
    return folder


def test_a_page_costs_the_same_in_a_long_run_as_in_a_short_one(tmp_path: Path) -> None:
    steps: dict[int, list[int]] = {}
    for pairs in (100, 20_000):
        with open_run(many(tmp_path / str(pairs), pairs)) as run:
            worked = steps[pairs] = []
            with run.reading() as db:  # the one connection that is lent again and again
                db.set_progress_handler(partial(worked.append, 1), 100)
            browser = Browser(run, Hand(run.folder))
            page = browser.page(Wanted(skill="many"))
            assert len(browser.page(Wanted(), page[-1].id)) == len(page) > 1
    assert len(steps[20_000]) <= 2 * len(steps[100]) + 2


def test_many_messages_are_sought_through_some_at_a_time(tmp_path: Path) -> None:
    with open_run(many(tmp_path / "run", 2 * PIECE + 7)) as run:
        found = list(seek(run, pattern("word")))
        (number,) = run.rows("SELECT count(*) FROM messages WHERE text LIKE 'word%'")[0]
        assert sum(hit.where == "message" and hit.before == "" for hit in found) == number > 2 * PIECE
        first = next(seek(run, pattern("word")))
        assert first in found
        # Nothing is held while the next piece waits to be asked for.
        with closing(sqlite3.connect(tmp_path / "run/run.db")) as writer:
            writer.execute("DELETE FROM meta")
            writer.commit()


def test_every_command_says_what_it_takes(session: Session) -> None:
    told = said(session, "help")
    for name, (_, takes, shows) in COMMANDS.items():
        assert name in told
        assert takes in told
        assert shows in said(session, name, "--help")
