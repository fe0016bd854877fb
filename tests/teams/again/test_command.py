"""The commands in processes of their own: against an endpoint that is slow or ill, killed, on a full disk."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from agents.view.__main__ import parser as page
from teams.__main__ import main, parser
from teams.engine.again.branches import read
from teams.engine.again.rendered import see_rendered
from tests.teams.again.conftest import SECRET
from tests.teams.again.test_branch import rows
from tests.teams.again.test_replay import change, ids
from tests.teams.command import ROOT, Endpoint, endpoint, environment, last, lines, teams, well

pytestmark = pytest.mark.usefixtures("no_sandbox")


def here(*words: object) -> int:
    """Run a command in this process, which has imported all it needs; return its exit code."""
    return main([str(word) for word in words])


def asker(run: Path) -> tuple[str, str]:
    """A pair, and the chat in which its request was written."""
    pair = ids(run, "SELECT id FROM verdicts WHERE accepted ORDER BY length(id), id")[0]
    parent = pair.split("/")
    (chat,) = ids(run, f"SELECT chat FROM records WHERE id='{'/'.join(parent[:4])}' AND type='instruction'")
    return pair, chat


def pointed_at(run: Path, server: Endpoint) -> None:
    """Let the run's model be where the endpoint is now; its port changes with every start."""
    ((models,),) = rows(run, "SELECT value FROM meta WHERE key='models'")
    change(run, f"UPDATE meta SET value=replace(value, '{json.loads(models)['']}', '{server.model}')")


def test_a_run_keeps_what_it_was_held_with_and_no_key(begun: Path) -> None:
    meta = {key: json.loads(value) for key, value in rows(begun, "SELECT key, value FROM meta")}
    assert meta["means"]["models"] == {"": meta["models"][""]}
    assert meta["means"]["sandbox"] is False
    assert meta["abilities"][meta["models"][""]]["tools"] == "native"
    assert not [path for path in begun.iterdir() if SECRET.encode() in path.read_bytes()]


def test_replay_says_chat_by_chat_what_is_the_same(run: Path) -> None:
    pair, _ = asker(run)
    done = teams("replay", run, pair)
    assert done.returncode == 0, done.stdout + done.stderr
    said = done.stdout.splitlines()
    assert said[-2].startswith("verdict: same (accepted, ")
    assert said[-1] == f"{len(said) - 1} of {len(said) - 1} the same."
    again = teams("replay", run, f"{pair}x")
    assert (again.returncode, again.stdout) == (2, "")
    assert f"near it are: {pair}" in last(again)


def test_the_viewers_door_leads_to_the_same(run: Path) -> None:
    pair, _ = asker(run)
    code = f"import sys; from agents.view.again import main; sys.exit(main(['replay', {str(run)!r}, {pair + 'x'!r}]))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment(), capture_output=True, text=True, check=False
    )
    assert (done.returncode, "near it are" in done.stderr) == (2, True)


def test_a_branch_by_the_command_line_is_kept_exported_and_forgotten(run: Path, tmp_path: Path) -> None:
    pair, chat = asker(run)
    prompt = tmp_path / "prompt.md"
    prompt.write_text("You write requests, and they are short.")
    with endpoint() as server:
        pointed_at(run, server)
        done = teams("branch", run, chat, "--turn", 1, "--role-prompt", prompt, "--record", pair, "--who", "ann")
        assert done.returncode == 0, done.stdout + done.stderr
        systems = [body["messages"][0]["content"] for body in server.asked]
    assert done.stdout.startswith(f"branch 1 of {chat}, turn 1 (requester)\n")
    assert systems[0] == "You write requests, and they are short."
    assert read(run, 1).state == "done"
    born = read(run, 1).pair
    if f"accepted: {born}" in done.stdout:
        assert here("keep", run, 1, "branch", "--who", "bea") == 0
        own = {row["id"] for row in lines(run / "pairs.jsonl")}
        assert (born in own, pair in own) == (True, False), "the run's own files are fresh at once"
        assert here("export", run, "--format", "messages") == 0
        found = {row["id"]: row for row in lines(run / "messages.jsonl")}
        assert found[str(born)]["branch_of"] == pair
        assert pair not in found
    else:
        assert f"rejected: {born}: " in done.stdout
        assert here("keep", run, 1, "branch") == 2
    assert here("forget", run, chat.split("/")[1], "--yes") == 0
    assert not (run / "branches/1").exists()
    assert ids(run) == []


def test_a_template_is_no_prompt(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pair, chat = asker(run)
    script = ROOT / "teams/tool_use/script.md"
    words = script.read_text(encoding="utf-8")
    section = tmp_path / "section.md"
    section.write_text(words.partition("\n## requester\n")[2].partition("\n## ")[0])
    bare = tmp_path / "bare.md"
    bare.write_text("## requester\nAsk.\n## assistant\nAnswer.\n")
    for file, said in ((section, "is a template: '{"), (script, "is a template: '{"), (bare, "is a whole script")):
        assert here("branch", run, chat, "--turn", 1, "--role-prompt", file, "--record", pair) == 2
        told = capsys.readouterr().err
        assert said in told
        assert f"python -m agents.view text {run} prompt requester" in told
    assert not (run / "branches").exists()


def test_braces_of_the_prompt_itself_are_no_template() -> None:
    told = "Seeds: {{ name }} and {% raw %}\n## requester\n## assistant"
    see_rendered(Path("p.md"), told + " Be brief. { % } {a: {}}", told, ("requester", "assistant"), "")
    with pytest.raises(UsageError, match="is a template"):
        see_rendered(Path("p.md"), told + "{{ other\n }}", told, (), "")


def branching(run: Path, chat: str, *words: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "teams", "branch", str(run), chat, *map(str, words)]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("by", [signal.SIGKILL, signal.SIGINT])
def test_stopped_on_its_way_it_goes_on_by_replay(run: Path, by: signal.Signals) -> None:
    pair, chat = asker(run)
    change(run, f"DELETE FROM calls WHERE chat LIKE '{pair}/%'")  # so that there is something to be asked after it
    with endpoint(seconds=0.3) as server:
        pointed_at(run, server)
        process = branching(run, chat, "--turn", 1, "--record", pair)
        while process.poll() is None and not server.asked:
            time.sleep(0.02)
        process.send_signal(by)
        out, err = process.communicate(timeout=60)
        assert process.returncode == (-by if by == signal.SIGKILL else 130), out + err
        assert read(run, 1).state == "going"
        first = [body["messages"] for body in server.asked]
        server.seconds = 0
        assert here("branch", run, "--go-on", 1) == 0
        again = [body["messages"] for body in server.asked[len(first) :]]
    assert read(run, 1).state == "done"
    twice = [messages for messages in again if messages in first]
    assert len(twice) <= (1 if by == signal.SIGKILL else 0), "only what was on its way is asked again"
    assert again


def test_an_endpoint_that_refuses_is_said_and_the_branch_goes_on_later(run: Path) -> None:
    pair, chat = asker(run)
    ill = True

    def answer(body: dict[str, Any]) -> Any:
        return (401, {"error": {"message": "no such key"}}) if ill else well(body)

    with endpoint(answer) as server:
        pointed_at(run, server)
        done = teams("branch", run, chat, "--turn", 1, "--record", pair)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "401" in last(done)
        assert (read(run, 1).state, "401" in read(run, 1).error) == ("failed", True)
        ill = False
        assert here("branch", run, "--go-on", 1) == 0
    assert read(run, 1).state == "done"
    assert read(run, 1).error == ""


def test_a_refused_branch_leaves_nothing(run: Path, capfd: pytest.CaptureFixture[str]) -> None:
    pair, chat = asker(run)
    with endpoint() as server:
        pointed_at(run, server)
        gone = "http://127.0.0.1:1/v1:stub"
        words = ("branch", run, chat, "--turn", 1, "--record", pair)
        assert here(*words, "--model", gone) == 1
        assert len(capfd.readouterr().err.splitlines()) == 1
        assert here(*words, "--model", f"requester={server.model}", "--model", f"nobody={gone}") == 2
        assert "tool_use has no such role" in capfd.readouterr().err
        assert not (run / "branches").exists()
        assert here(*words, "--model", f"assistant={server.model}", "--model", f"requester={server.model}") == 0
    assert read(run, 1).changes["model"] == f"assistant={server.model}\nrequester={server.model}"


FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from agents.view.__main__ import parser as page
from teams.__main__ import main, parser
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.exit(main(["branch", *sys.argv[2:]]))
"""


@pytest.mark.parametrize("room", [4_000, 200_000])
def test_a_full_disk_is_one_line_and_the_run_is_as_it_was(run: Path, room: int) -> None:
    pair, chat = asker(run)
    before = (run / "run.db").read_bytes()
    with endpoint() as server:
        pointed_at(run, server)
        before = (run / "run.db").read_bytes()
        words = [sys.executable, "-c", FULL, str(room), str(run), chat, "--turn", "1", "--record", pair]
        done = subprocess.run(words, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
        assert done.returncode in (1, 2), done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert (run / "run.db").read_bytes() == before
    assert here("replay", run, pair) == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("branch", "RUN"), "branch needs a CHAT and its --turn N"),
        (("branch", "RUN", "x", "--turn", "1", "--max-tokens", "0"), "--max-tokens must be more than 0"),
        (("branch", "RUN", "x", "--turn", "1", "--answer", "nowhere.txt"), "nowhere.txt can't be read"),
        (("branch", "RUN", "--go-on", "9"), "has no branch 9"),
        (("keep", "RUN", "9", "branch"), "has no branch 9"),
        (("forget", "RUN", "tool_use/desk0.py:1-11"), "say --yes where nobody can be asked"),
        (("replay", "nowhere", "x"), "no run in nowhere/"),
        (("forget", "nowhere", "x"), "no run in nowhere/"),
        (("branch", "nowhere", "x", "--turn", "1"), "no run in nowhere/"),
    ],
)
def test_what_is_wrong_is_one_line(
    run: Path, words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = ids(run, "SELECT id FROM seeds")[0]
    told = [str(run) if word == "RUN" else word.replace("tool_use/desk0.py:1-11", seed) for word in words]
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert main(told) == 2
    out = capsys.readouterr()
    assert said in out.err
    assert len(out.err.splitlines()) == 1


@pytest.mark.parametrize("flag", ["--as", "--who"])
def test_who_somebody_is_may_be_said_in_either_way(flag: str) -> None:
    for words in (["keep", "RUN", "1", "branch"], ["branch", "RUN", "CHAT", "--turn", "1"]):
        assert parser().parse_args([*words, flag, "ada"]).who == "ada"
    assert page().parse_args(["RUN", flag, "ada"]).who == "ada"
