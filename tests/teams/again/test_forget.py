"""Forgetting: not a byte of a seed is left in a run's folder, nor of what others were shown of it; the rest stands."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from agents.hand import Hand
from agents.journal import Journal
from agents.models.scripted import ScriptedClient
from teams.engine.again.asked import Asked
from teams.engine.again.branch import begin
from teams.engine.again.branches import numbers
from teams.engine.again.forget import forget
from teams.engine.again.keeping import keep
from teams.engine.again.traces import Gone, mentions
from teams.engine.ending import about_of, export_run, write_outputs
from teams.engine.exports import note, noted
from teams.rag import skill as rag
from tests.teams.again.tales import answers, made, tales, words_of
from tests.teams.again.test_branch import branched, rows
from tests.teams.again.test_replay import change, ids
from tests.teams.command import ROOT, environment
from tests.teams.rag.writer import Librarian
from tests.teams.whole_runs import ARTICLES

pytestmark = pytest.mark.usefixtures("no_sandbox")
SEED = "tales/page1.txt:1-1"


@pytest.fixture(autouse=True)
def by_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Search by words, in an index that is thrown away."""
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("tools.index.find_embeddings", lambda model, say: None)


def sure() -> bool:
    return True


def files_with(folder: Path, words: str) -> list[str]:
    """Return the files in a folder that hold some words anywhere."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.relative_to(folder).as_posix() for path in found if words.encode() in path.read_bytes())


def echo(request: Any) -> str:
    """A writer who repeats what it is given: the seed's words are everywhere."""
    return f"{request.last} {words_of(request.chat, request.last, count=8)}"


async def grown(folder: Path, seeds: int = 3) -> Path:
    """A run with all there may be: exports in it and elsewhere, branches, what people decided, a viewer's index."""
    tell = {"teller": lambda request: {"tale": echo(request)}}
    said = answers(writer=echo, asker=echo, hinter=echo, **tell)
    await made(folder, seeds=seeds, client=ScriptedClient(said))
    run = folder / "run"
    for id in (next(id for id in ids(run) if id.startswith(f"tales/page{n}.txt:1-1/")) for n in range(seeds)):
        await branched(run, Asked(f"{id}/respond-plain", 1, answer=json.dumps({"tale": echo_of(run, id)})))
    keep(run, 2, "branch", "ann")
    edited = next(id for id in ids(run) if id.startswith(SEED) and id.endswith("harder-1"))
    words = [{"role": "user", "content": "q"}, {"role": "assistant", "content": secret_of(folder)}]
    Hand(run).act(edited, "edit", {"messages": words}, who="ann", base=0)
    write_outputs(run, **about_of(run))
    export_run(run, "sharegpt")
    export_run(run, "messages", folder / "elsewhere/out.jsonl")
    (run / "view.db").write_bytes(secret_of(folder).encode())
    (run / ".pairs.jsonl.0123abcd").write_bytes(secret_of(folder).encode())
    return run


def echo_of(run: Path, id: str) -> str:
    ((row,),) = rows(run, "SELECT row FROM verdicts WHERE id=?", id)
    return str(json.loads(row)["messages"][-1]["content"]) + " and more"


def secret_of(folder: Path, page: int = 1) -> str:
    """A sentence that stands in one seed only."""
    return " ".join((folder / f"seeds/page{page}.txt").read_text().split()[9:16])


async def test_not_a_byte_is_left_and_the_others_stand(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    secret, others = secret_of(tmp_path), [id for id in ids(run) if not id.startswith(f"{SEED}/")]
    accepted = ids(run, f"SELECT id FROM verdicts WHERE accepted AND id NOT LIKE '{SEED}/%' ORDER BY id")
    held = files_with(run, secret)
    assert {"run.db", "hand.db", "pairs.jsonl", "sharegpt.jsonl", "branches/2/run.db", "view.db"} <= set(held)
    lines: list[str] = []
    assert forget(run, SEED, lines.append, sure) == 0, lines
    assert files_with(tmp_path, secret) == ["seeds/page1.txt"]
    assert files_with(run, SEED) == []
    assert ids(run) == others
    assert numbers(run) == [1, 3]
    for name in ("run/pairs.jsonl", "run/sharegpt.jsonl", "elsewhere/out.jsonl"):
        found = [json.loads(line)["id"] for line in (tmp_path / name).read_text().splitlines()]
        assert found == accepted, name
    assert secret_of(tmp_path, 0) in (run / "pairs.jsonl").read_text()
    assert rows(run, "SELECT count(*) FROM messages WHERE text LIKE '%Page 0%'") > [(0,)]
    assert Hand(run).touched() == {}
    assert not list(run.glob("view.db*"))


async def test_a_run_gone_on_with_does_not_make_it_again(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    others = ids(run, f"SELECT id FROM verdicts WHERE id NOT LIKE '{SEED}%' ORDER BY id")
    forget(run, SEED, lambda line: None, sure)
    client = ScriptedClient(answers())
    outcome, _ = await made(tmp_path, seeds=4, client=client)  # one page more than before
    assert {request.chat.split("/")[1] for request in client.asked} == {"page3.txt:1-1"}
    assert outcome.accepted > len(others)
    assert ids(run, f"SELECT id FROM verdicts WHERE id LIKE '{SEED}%'") == []
    assert set(others) < set(ids(run))


async def test_what_others_were_shown_of_it_goes_too(tmp_path: Path) -> None:
    """Documents of one article stand in the sets of others, found by search."""
    run = tmp_path / "run"
    (tmp_path / "seeds").mkdir()
    for name in ("tide_mills.md", "winter_mail_1893.md", "sharpen_a_knife.md"):
        (tmp_path / "seeds" / name).write_bytes((ARTICLES / name).read_bytes())
    await made(tmp_path, seeds=0, skill=rag, client=ScriptedClient(Librarian().answers))
    kept = {id: json.loads(row) for id, row in rows(run, "SELECT id, row FROM verdicts")}
    seeds = {id.partition(":")[0] for id in kept}
    by_seed = {seed: [id for id in kept if not id.startswith(seed) and seed in json.dumps(kept[id])] for seed in seeds}
    named = max(by_seed, key=lambda seed: len(by_seed[seed]))
    shown = by_seed[named]
    assert shown, "some article was found by others"
    assert list((tmp_path / "cache/index").iterdir())
    lines: list[str] = []
    assert forget(run, named.partition("/")[2], lines.append, sure) == 0
    assert any("through retrieval" in line for line in lines)
    left = ids(run)
    assert left
    assert not {*shown} & {*left}
    assert not [id for id in left if id.startswith(named)]
    assert files_with(run, named) == []
    assert files_with(tmp_path / "cache", named.partition("/")[2]) == []
    gone = {id.rpartition("/")[0] for id in kept} - {id.rpartition("/")[0] for id in left}
    assert gone
    settled = {seed for (seed,) in rows(run, "SELECT seed FROM settled")}
    assert not {"/".join(id.split("/")[:2]) for id in shown} & settled, (
        "what is missing now is made by a run that goes on"
    )


async def test_a_passage_written_on_what_was_found_goes_and_is_made_anew(tmp_path: Path) -> None:
    """Its row stands under a later chat, which took it up again; the one that searched is known by its answers."""
    client = ScriptedClient(answers())
    await made(tmp_path, seeds=2, client=client)
    run = tmp_path / "run"
    before, first = ids(run), len(client.asked)
    searched = "tales/page0.txt:1-1/transform-" + next(id for id in before if "page0" in id).split("/")[2]
    shown = json.dumps([{"id": f"{SEED}#2", "text": "some of it"}])
    change(run, f"INSERT INTO tools VALUES ('{searched}','h',0,2,'writer','search_documents','{{}}','{shown}',0,0.1)")
    lines: list[str] = []
    assert forget(run, SEED, lines.append, sure) == 0
    assert [line for line in lines if searched in line]
    assert ids(run) == []
    assert files_with(run, "some of it") == []
    assert ids(run, "SELECT id FROM chats") == ["tales/page0.txt:1-1/choose-plain"], "what was not shown it stays"
    outcome, _ = await made(tmp_path, seeds=2, client=client)
    assert ids(run) == [id for id in before if not id.startswith(SEED)]
    assert outcome.accepted > 0
    assert {request.chat.split("/")[1] for request in list(client.asked)[first:]} == {"page0.txt:1-1"}


async def test_what_was_rejected_as_its_twin_is_judged_anew(tmp_path: Path) -> None:
    alike = answers(asker=lambda request: words_of("q"), teller=lambda request: {"tale": words_of("t")})
    client = ScriptedClient(alike)
    await made(tmp_path, seeds=2, client=client)
    run = tmp_path / "run"
    (first,) = ids(run, "SELECT id FROM verdicts WHERE accepted")
    seed = "/".join(first.split("/")[:2])
    assert forget(run, seed, lambda line: None, sure) == 0
    assert files_with(run, seed) == []
    before = len(client.asked)
    await made(tmp_path, seeds=2, client=client)
    (second,) = ids(run, "SELECT id FROM verdicts WHERE accepted")
    assert not second.startswith(seed)
    assert {request.role for request in list(client.asked)[before:]} <= {"judge"}, "all else stands in the journal"


async def test_what_people_decided_about_such_a_pair_stays_theirs(tmp_path: Path) -> None:
    alike = answers(asker=lambda request: words_of("q"), teller=lambda request: {"tale": words_of("t")})
    await made(tmp_path, seeds=2, client=ScriptedClient(alike))
    run = tmp_path / "run"
    (first,) = ids(run, "SELECT id FROM verdicts WHERE accepted")
    seed = "/".join(first.split("/")[:2])
    twin = next(id for id in ids(run) if not id.startswith(seed))
    Hand(run).act(twin, "accept", {}, who="ann", base=0)
    assert forget(run, seed, lambda line: None, sure) == 0
    assert [act.who for act in Hand(run).acts(twin)] == ["ann"]
    await made(tmp_path, seeds=2, client=ScriptedClient(alike))
    accepted = [json.loads(line) for line in (run / "pairs.jsonl").read_text().splitlines()]
    assert twin in [row["id"] for row in accepted]


async def test_a_branch_that_was_stopped_early_leaves_nothing(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    id = next(id for id in ids(run) if id.startswith(SEED))
    n = begin(run, Asked(f"{id}/respond-plain", 1), tales)  # killed before it was gone on with
    (run / f"branches/{n + 1}").mkdir()  # and while it was copied
    (run / f"branches/{n + 1}/run.db-wal").write_text(secret_of(tmp_path))
    assert forget(run, SEED, lambda line: None, sure) == 0
    assert files_with(run, secret_of(tmp_path)) == []
    assert numbers(run) == [1, 3]


async def test_a_kept_branch_that_was_shown_it_leaves_the_data(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    id = next(id for id in ids(run) if id.startswith("tales/page0"))
    keep(run, 1, "branch", "bea")
    shown = json.dumps([{"id": f"{SEED}#2", "text": "some of it"}])
    found = f"INSERT INTO tools VALUES ('{id}/respond-plain','h',0,2,'teller','search','{{}}','{shown}',0,0.1)"
    change(run / "branches/1", found)
    assert forget(run, SEED, lambda line: None, sure) == 0
    kept = [json.loads(line)["id"] for line in (run / "pairs.jsonl").read_text().splitlines()]
    assert (id in kept, f"{id}!1" in kept) == (True, False), "the original is in the data again"
    assert Hand(run).touched() == {}


async def test_nothing_goes_unless_somebody_is_sure(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    before = (run / "run.db").read_bytes()
    lines: list[str] = []
    assert forget(run, SEED, lines.append, lambda: False) == 1
    assert lines[-1] == "Nothing was removed."
    assert (run / "run.db").read_bytes() == before


async def test_a_file_names_all_its_seeds(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    assert forget(run, str(tmp_path / "seeds/page1.txt"), lambda line: None, sure) == 0
    assert files_with(run, "page1.txt") == []
    assert forget(run, "page2.txt", lambda line: None, sure) == 0
    assert {id.split("/")[1] for id in ids(run)} == {"page0.txt:1-1"}


@pytest.mark.parametrize(("asked", "near"), [("page9.txt", "page1.txt"), ("tales/page1.txt:1-2", SEED), ("", "ids")])
async def test_an_unknown_seed_is_refused_with_what_is_near(tmp_path: Path, asked: str, near: str) -> None:
    run = await grown(tmp_path, 2)
    with pytest.raises(UsageError) as refused:
        forget(run, asked, lambda line: None, sure)
    assert near in str(refused.value)


async def test_a_run_that_goes_on_is_left_alone(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    journal = Journal(run)
    with pytest.raises(UsageError, match="in use by another process"):
        forget(run, SEED, lambda line: None, sure)
    await journal.close()
    branch = Journal(run / "branches/3")
    with pytest.raises(UsageError, match="branches/3/ is in use"):
        forget(run, SEED, lambda line: None, sure)
    await branch.close()
    assert [id for id in ids(run) if id.startswith(SEED)]


async def test_somebody_who_reads_is_asked_to_stop_and_it_is_finished_after(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    with closing(sqlite3.connect(run / "run.db")) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM messages").fetchone()
        with pytest.raises(UsageError, match="close that, then do this again"):
            forget(run, SEED, lambda line: None, sure)
    lines: list[str] = []
    assert forget(run, SEED, lines.append, sure) == 0
    assert lines[0].startswith("Finishing what was begun before")
    assert files_with(run, secret_of(tmp_path)) == []


async def test_an_export_that_somebody_changed_is_named_and_not_overwritten(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    out = tmp_path / "elsewhere/out.jsonl"
    out.write_text(out.read_text() + "a note of mine\n")
    lines: list[str] = []
    assert forget(run, SEED, lines.append, sure) == 1
    assert f"{out} has changed since it was exported, and still holds some of it" in lines[-1]
    assert "a note of mine" in out.read_text()


DYING = """
import os, signal, sys
from pathlib import Path
from teams.engine.again.forget import forget
def tell(line):
    if sys.argv[3] in line:
        os.kill(os.getpid(), signal.SIGKILL)
forget(Path(sys.argv[1]), sys.argv[2], tell, lambda: True)
"""


@pytest.mark.parametrize("moment", ["Branch 2 goes", "Written anew", "Forgotten:"])
async def test_killed_on_the_way_doing_it_again_finishes_it(tmp_path: Path, moment: str) -> None:
    run = await grown(tmp_path)
    others = [id for id in ids(run) if not id.startswith(f"{SEED}/")]
    done = subprocess.run([sys.executable, "-c", DYING, str(run), SEED, moment], env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    lines: list[str] = []
    assert forget(run, SEED, lines.append, sure) == 0
    assert ("was forgotten before" in lines[0]) == (moment == "Forgotten:"), "then all was done but for saying so"
    assert files_with(run, secret_of(tmp_path)) == []
    assert ids(run) == others


FULL = """
import os, resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from teams.__main__ import main
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(["forget", sys.argv[2], sys.argv[3], "--yes"]))
"""


async def test_a_full_disk_is_said_in_a_line_and_it_is_finished_when_there_is_room(tmp_path: Path) -> None:
    run = await grown(tmp_path)
    size = os.path.getsize(run / "run.db") // 2  # room for rows to be deleted, and none for the file to be rewritten
    words = [sys.executable, "-c", FULL, str(size), str(run), SEED]
    done = subprocess.run(words, env=environment(), cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 2), done.stdout + done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert forget(run, SEED, lambda line: None, sure) == 0
    assert files_with(run, secret_of(tmp_path)) == []


PLACES = st.from_regex(r"[a-z%0-9._-]{1,6}(/[a-z.]{1,4})?:[1-9][0-9]?-[1-9][0-9]?(~[2-9])?", fullmatch=True)


@given(PLACES, PLACES, st.sampled_from(["tales", "rag", "tool_use"]), st.sampled_from(["", "#3", "/own", '"', " "]))
def test_one_seed_is_never_taken_for_another(place: str, other: str, skill: str, after: str) -> None:
    pattern = mentions([f"tales/{place}"])
    assert pattern.search(f'{{"id": "{skill}/{place}{after}')
    found = pattern.search(f'{{"id": "{skill}/{other}{after}')
    assert bool(found) == (place == other)
    assert not pattern.search(f"x/tales/{place}"), "that is a file in another folder"


@given(st.lists(PLACES, min_size=1, max_size=3), PLACES, st.integers(1, 99))
def test_what_goes_is_what_came_of_it(places: list[str], other: str, n: int) -> None:
    gone = Gone([f"tales/{place}" for place in places], roots=["tales/r.txt:1-1/a"], pairs=["tales/r.txt:1-1/b/c-1"])
    for place in places:
        assert all(gone.has(f"tales/{place}{tail}") for tail in ("", "/a", f"/a!{n}", f"/a!{n}/b/check-taste"))
    assert gone.has(f"tales/r.txt:1-1/a!{n}/x")
    assert not gone.has("tales/r.txt:1-1/ab")
    assert not gone.has("tales/r.txt:1-1")
    assert gone.has(f"tales/{other}/x") == (other in places)


@given(st.lists(st.sampled_from(["whole", "cut", "{}", "[1]", "\\xff"]), max_size=6))
def test_lines_of_exports_that_were_cut_are_passed_over(kinds: list[str]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        run = Path(folder)
        for number, kind in enumerate(kinds):
            out = run / f"out{number}.jsonl"
            out.write_text("x")
            if kind == "whole":
                note(run, out, "messages", True)
            else:
                with (run / "exports.jsonl").open("ab") as file:
                    file.write(b'{"path": "o\n' if kind == "cut" else kind.encode() + b"\n")
        found = {exported.path for exported in noted(run)}
        assert found == {f"out{number}.jsonl" for number, kind in enumerate(kinds) if kind == "whole"}
        assert all(exported.is_unchanged(run) for exported in noted(run))
