"""The command line: what is refused before anything is spent, live progress, Ctrl-C, exit codes, the closing words."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import signal
import socket
import struct
import subprocess
import sys
import termios
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from teams.engine.cli import main
from teams.tool_use import skill
from tests.teams.command import ROOT, endpoint, environment, last, lines, role_of, said, seeds, teams, tool_use, well

HEAVY = ("autogen_core", "autogen_agentchat", "aiohttp", "torch", "chromadb", "docker", "transformers", "openai")
REMOTE = "http://models.invalid/v1:large"
"""A name that is never looked up, since these end before."""


def start(*flags: object, **changes: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "teams.tool_use", *map(str, flags)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, env=environment(**changes), stdout=pipe, stderr=pipe, text=True)


def wait_for(what: Any, seconds: float = 40) -> None:
    until = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


# -- what is said before anything is done


@pytest.mark.parametrize("module", ["teams", "teams.tool_use"])
def test_help_loads_nothing_heavy(module: str) -> None:
    command = [sys.executable, "-X", "importtime", "-m", module, "--help"]
    done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.returncode == 0
    loaded = {line.rsplit("|", 1)[-1].strip() for line in done.stderr.splitlines() if line.startswith("import time:")}
    assert loaded, "importtime says what was loaded"
    assert not loaded & set(HEAVY)
    assert "usage: python -m " in done.stdout


def test_every_option_is_a_flag_with_its_help() -> None:
    from dataclasses import fields

    from teams.engine.options import RunOptions

    text, of_all = tool_use("--help").stdout, teams("--all", "--help").stdout
    for option in fields(RunOptions):
        flag = f"--{option.name.replace('_', '-')} "
        assert flag in of_all
        assert (flag in text) == (flag != "--mix "), "there is nothing to mix in one skill"
    assert "Roles, for --model ROLE=…: " in " ".join(text.split())


@pytest.mark.parametrize(
    ("flags", "line"),
    [
        ([], "the following arguments are required: --seeds"),
        (["--pair", "3"], "there is no --pair; did you mean --pairs?"),
        (["--frobnicate"], "there is no --frobnicate; --help says"),
        (["--pairs", "many"], "argument --pairs: invalid int value: 'many'"),
        (["--pairs", "0"], "--pairs must be more than 0, not 0"),
        (["--at-once", "-1"], "--at-once must be more than 0, not -1"),
        (["--max-minutes", "nan"], "argument --max-minutes: nan is no number to count to"),
        (["--max-minutes", "0"], "--max-minutes must be more than 0, not 0.0"),
        (["--hold-out", "1"], "--hold-out is a share of seeds"),
        (["--run", ""], "argument --run: an empty path"),
        (["--model", "gpt-4"], "--model 'gpt-4' is not understood (openai:gpt-4?)"),
        (["--model", "openai:gpt-4.1"], "openai:gpt-4.1 needs a key: set OPENAI_API_KEY"),
        (["--model", f"judge={REMOTE}"], "there is no role 'judge'; there are: api, api_writer, assistant"),
        (["--model", REMOTE, "--model", f"{REMOTE}2"], "--model names two models for all roles"),
        (["--model", REMOTE, "--max-cost", "3"], f"--max-cost needs to know what {REMOTE} costs; add --price IN,OUT"),
        (["--model", REMOTE, "--price", "1"], "--price '1' is not two prices"),
        (["--model", REMOTE, "--decontaminate", "/nope"], "no benchmark file at '/nope'"),
        (["--model", REMOTE, "--chroma", "http://127.0.0.1:9"], "no Chroma server answers there"),
        (["--runtime", "fast"], "argument --runtime: invalid choice: 'fast'"),
    ],
)
def test_wrong_use_is_one_line(
    flags: list[str], line: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    where = ["--seeds", str(seeds(tmp_path / "code"))] if flags else []
    run = [] if "--run" in flags else ["--run", str(tmp_path / "run")]
    with pytest.raises(SystemExit) as exit:
        main(skill, [*where, *run, *flags])
    told = capsys.readouterr()
    assert exit.value.code == 2
    assert line in told.err
    assert told.err.count("\n") == 1
    assert not told.out


def test_an_empty_word_for_seeds_is_not_the_current_folder() -> None:
    done = tool_use("--seeds", "", "--model", REMOTE)
    assert done.returncode == 2
    assert "argument --seeds: an empty path" in last(done)


def test_a_known_price_is_known(tmp_path: Path) -> None:
    """OpenAI's own models need no --price; the same name at another address does."""
    flags = ("--seeds", seeds(tmp_path / "code"), "--run", tmp_path / "run", "--max-cost", 1)
    key = {"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    assert "cannot reach" in last(tool_use(*flags, "--model", "openai:gpt-4.1", **key))
    assert "add --price" in last(tool_use(*flags, "--model", "openai:gpt-99", **key))


# -- while it runs


def test_plain_lines_where_there_is_no_terminal(tmp_path: Path) -> None:
    with endpoint() as stub:
        done = tool_use("--seeds", seeds(tmp_path / "code"), "--model", stub.model, "--run", tmp_path / "run")
    assert done.returncode == 0
    assert "\x1b" not in done.stderr + done.stdout
    assert "\r" not in done.stderr
    said = done.stderr.splitlines()
    assert f"Run folder: {tmp_path}/run" in said


def test_one_line_that_is_rewritten_in_a_terminal(tmp_path: Path) -> None:
    """With room for 100 characters; no status may be longer, or rewriting would leave its first half behind."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    with endpoint(seconds=0.3) as stub:
        code = seeds(tmp_path / "code", 2)
        flags = ["--seeds", code, "--model", stub.model, "--run", tmp_path / "run", "--pairs", 20]
        command = [
            sys.executable,
            "-m",
            "teams.tool_use",
            *map(str, flags),
            "--price",
            "100,100",
            "--max-minutes",
            ".1",
        ]
        env = environment(TERM="xterm")
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=theirs)
        os.close(theirs)
        shown = b""
        with closing(os.fdopen(ours, "rb", buffering=0)) as terminal:
            try:
                while part := terminal.read(4096):
                    shown += part
            except OSError:
                pass  # what a terminal says when nobody is at the other end
        out, _ = process.communicate(timeout=60)
    text = shown.decode()
    assert process.returncode == 3, text
    states = [part for part in re.split(r"\r\x1b\[K|\r\n", text) if " accepted · " in part]
    assert len(states) > 4
    assert all(len(state) < 100 for state in states)
    assert re.match(r"0/20 accepted · 0 rejected · \d+ calls \(\d+ in flight\) · [\d.]+k tokens · cost ", states[1])
    assert text.endswith("\r\x1b[K"), "the last line is wiped for the closing words"
    assert b"0.1 minutes are over" in out
    assert b"cost " in out


def test_time_left_and_rate() -> None:
    from types import SimpleNamespace as Some

    from agents.meter import Call, Meter
    from teams.engine.acceptance import Tally
    from teams.engine.live import clock, status

    meter = Meter()
    meter.started = time.monotonic() - 100
    meter.count("requester", Call(1000, 500))
    tally = Tally(accepted=12, rejected=3)
    tally.reasons["instruct: bad \x1b[31m words\n"] += 2
    engine: Any = Some(tally=tally, meter=meter, pairs=20, quotas={"tool_use": 20}, of={"tool_use": tally})
    told = status(engine, before=2)  # ten in a hundred seconds; eight are wanted
    assert "12/20 accepted" in told
    assert "about 1 min 20 s left" in told
    assert "1.5k tokens" in told
    assert "\x1b" not in told
    assert "\n" not in told
    assert [clock(s) for s in (0, 59.4, 60, 7384)] == ["0 s", "59 s", "1 min 0 s", "2 h 3 min"]


# -- how it ends


def test_ctrl_c_once_finishes_what_is_in_flight(tmp_path: Path) -> None:
    with endpoint(seconds=0.4) as stub:
        flags = ("--seeds", seeds(tmp_path / "code", 3), "--model", stub.model, "--run", tmp_path / "run")
        process = start(*flags)
        wait_for(lambda: len(stub.asked) >= 15)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130, err
        assert "Finishing the calls in flight; Ctrl-C again to stop at once." in err.splitlines()
        assert ": interrupted." in out.splitlines()[0]
        assert f"Go on with: --run {tmp_path}/run" in out.splitlines()
        for name in ("pairs.jsonl", "rejected.jsonl", "README.md"):
            assert (tmp_path / "run" / name).exists()
        stub.seconds = 0.0
        again = tool_use(*flags)
        both = Counter(map(json.dumps, stub.asked))
        stub.asked.clear()
        tool_use(*flags[:-1], tmp_path / "undisturbed")
        assert Counter(map(json.dumps, stub.asked)) == both, "nothing is lost, nothing asked twice"
    assert again.returncode == 0, again.stderr
    assert f"Run folder: {tmp_path}/run (gone on with)" in again.stderr


def test_ctrl_c_twice_stops_at_once(tmp_path: Path) -> None:
    with endpoint() as stub:
        process = start("--seeds", seeds(tmp_path / "code"), "--model", stub.model, "--run", tmp_path / "run")
        wait_for(lambda: len(stub.asked) >= 3)
        stub.seconds = 60.0
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None, "calls in flight are waited for"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=10)
    assert process.returncode == 130
    assert err.splitlines()[-1] == f"Stopped at once; what was answered is kept. Go on with: --run {tmp_path}/run"
    assert out == ""


def test_ctrl_c_while_weights_are_fetched(tmp_path: Path) -> None:
    """An index that takes connections and says nothing; nothing was begun, so nothing is lost."""
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        index = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        process = start(
            "--seeds", seeds(tmp_path / "code"), "--model", "local:tiny", "--run", tmp_path / "run",
            AGENTINSTRUCT_CACHE=str(tmp_path / "cache"), HF_HUB_OFFLINE="1", PIP_INDEX_URL=index, PIP_RETRIES="0",
        )  # fmt: skip
        silent.settimeout(40)
        silent.accept()  # pip asks the index
        process.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, err = process.communicate(timeout=30)
    assert time.monotonic() - began < 10
    assert process.returncode == 130, err
    assert "Traceback" not in err, err
    assert err.splitlines()[-1].startswith("Stopped before the run began")


def test_exit_codes_and_closing_words(tmp_path: Path) -> None:
    code = seeds(tmp_path / "code", 2)
    with endpoint() as stub:

        def go(name: str, *flags: object) -> subprocess.CompletedProcess[str]:
            return tool_use("--seeds", code, "--model", stub.model, "--run", tmp_path / name, *flags)

        done = go("enough", "--pairs", 1)
        assert done.returncode == 0
        first = r"1 pair accepted, \d+ rejected \(\d+% of those that were judged\): as many as were asked for\."
        assert re.match(first, done.stdout)
        assert "What fell out (" in done.stdout or "0 rejected" in done.stdout
        assert f"Pairs: {tmp_path}/enough/pairs.jsonl   rejected: {tmp_path}/enough/rejected.jsonl" in done.stdout
        assert f"python -m agents.view {tmp_path}/enough" in done.stdout.splitlines()[-1]
        assert "`python -m agents.view FOLDER`" in (tmp_path / "enough/README.md").read_text(encoding="utf-8")
        assert re.search(r"^  assistant +\d+ calls +[\d,]+ prompt +[\d,]+ new$", done.stdout, re.MULTILINE)
        assert go("tokens", "--max-tokens", 2000).returncode == 3
        assert go("cost", "--max-cost", 0.0001, "--price", "1,1").returncode == 3
        short = go("short", "--pairs", 500)
        assert short.returncode == 4
        assert "seeds exhausted after 3 rounds" in short.stdout


def test_an_estimate_says_what_the_whole_would_take_and_is_gone_on_with(tmp_path: Path) -> None:
    with endpoint() as stub:
        flags = ("--seeds", seeds(tmp_path / "code", 5), "--model", stub.model, "--run", tmp_path / "run")
        done = tool_use(*flags, "--estimate", "--price", "10,10")
        assert done.returncode == 0, done.stderr
        assert re.search(r"^From 3 seeds: [\d,]+ tokens, [\d.]+ s a seed, ", done.stdout, re.MULTILINE)
        assert re.search(
            r"^All 5 seeds would take about [\d,]+ tokens, cost [\d.]+, .+ at this pace: ", done.stdout, re.M
        )
        first = len(stub.asked)
        tests = [body for body in stub.asked if "tried out" in json.dumps(body)]
        rest = tool_use(*flags)
        assert rest.returncode == 0
        again = [body for body in stub.asked[first:] if "tried out" in json.dumps(body)]
    assert tests, "the self-test was sent at first"
    assert not again, "and not again"
    assert "more answered from the journal" in rest.stdout or len(stub.asked) > first


def test_nothing_accepted_is_said(tmp_path: Path) -> None:
    with endpoint(lambda body: said("No.") if role_of(body) == "requester" else well(body)) as stub:
        done = tool_use("--seeds", seeds(tmp_path / "code"), "--model", stub.model, "--run", tmp_path / "run")
    assert done.returncode == 0
    assert done.stdout.startswith("0 pairs accepted, 0 rejected: every seed gone through.")
    assert "Nothing was accepted: rejected.jsonl has the words behind each reason." in done.stdout


# -- python -m teams


def test_the_skills_are_listed_by_their_files() -> None:
    done = teams()
    assert done.returncode == 0
    assert any(re.match(r"tool_use +Tool use: call the right function", line) for line in done.stdout.splitlines())
    assert "engine" not in done.stdout.split("\n\n")[0]


def test_a_skill_is_its_file(tmp_path: Path) -> None:
    from teams.engine.registry import skills

    (tmp_path / "engine").mkdir()
    (tmp_path / "engine" / "__init__.py").write_text('"""How."""')
    (tmp_path / "__init__.py").write_text("")
    (tmp_path / "reading.py").write_text('"""Reading: ask what is in a text.\n\nMore."""\nraise SystemExit("imported")')
    (tmp_path / "broken.py").write_text("def (")
    (tmp_path / "notes.md").write_text("")
    (tmp_path / "empty").mkdir()
    found = skills(tmp_path)
    assert list(found) == ["broken", "reading"]
    assert found["reading"] == "Reading: ask what is in a text."
    assert found["broken"].startswith("(can't be read: ")


@pytest.mark.parametrize("form", ["messages", "sharegpt", "alpaca", "action-text", "dpo", "parquet"])
def test_a_run_is_exported(form: str, finished: Path, tmp_path: Path) -> None:
    out = tmp_path / f"out.{form}"
    done = teams("export", finished, "--format", form, "--out", out)
    assert done.returncode == 0, done.stderr
    pairs = len(lines(finished / "pairs.jsonl"))
    assert pairs
    if form in ("messages", "sharegpt", "action-text"):
        assert len(lines(out)) == pairs
        assert done.stdout.strip() == f"{out}: {pairs} rows"
    else:
        assert out.exists()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run's folder."""
    place = tmp_path_factory.mktemp("finished")
    with endpoint() as stub:
        done = tool_use("--seeds", seeds(place / "code", 2), "--model", stub.model, "--run", place / "run")
    assert done.returncode == 0, done.stderr
    return place / "run"


def test_a_run_that_goes_on_is_exported(tmp_path: Path) -> None:
    with endpoint(seconds=0.2) as stub:
        process = start("--seeds", seeds(tmp_path / "code", 6), "--model", stub.model, "--run", tmp_path / "run")
        try:
            wait_for(lambda: len(stub.asked) > 60)
            done = teams("export", tmp_path / "run", "--format", "messages")
            assert done.returncode == 0, done.stderr
            assert process.poll() is None, "it still goes on"
            assert (tmp_path / "run/messages.jsonl").exists()
        finally:
            process.kill()
            process.communicate()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["export", "/nowhere"], "no run in /nowhere/: there is no run.db; name the folder a run printed at its end"),
        (["export", "RUN", "--out", "RUN"], "is a folder; name a file in it"),
        (["export", "RUN", "--out", "RUN/run.db"], "run.db is one of the run's own files; name another"),
        (["export", "RUN", "--out", "RUN/../run/pairs.jsonl"], "is one of the run's own files"),
        (["export", "RUN", "--out", "RUN/README.md"], "is one of the run's own files"),
        (["export", "RUN", "--out", "/dev/null"], "/dev/null is no regular file"),
        (["export", "RUN", "--format", "csv"], "argument --format: invalid choice: 'csv'"),
        (["nonsense"], "invalid choice: 'nonsense'"),
    ],
)
def test_wrong_use_of_teams_is_one_line(words: list[str], line: str, finished: Path) -> None:
    before = {path.name: path.read_bytes() for path in finished.iterdir()}
    done = teams(*(word.replace("RUN", str(finished)) for word in words))
    assert done.returncode == 2
    assert line in last(done)
    assert {path.name: path.read_bytes() for path in finished.iterdir()} == before


def test_an_export_does_not_take_the_place_of_a_pipe(finished: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = teams("export", finished, "--out", tmp_path / "pipe")
    assert done.returncode == 2
    assert "no regular file" in last(done)
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.parametrize("own", [["README.md", "pairs.jsonl"], [".git"], ["a.py", "b.py", "c.py", "d.py"]])
def test_a_folder_with_somebodys_files_is_no_run_folder(own: list[str], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for name in own:
        (mine / name).write_text("my own words")
    with endpoint() as stub:
        done = tool_use("--seeds", seeds(tmp_path / "code"), "--model", stub.model, "--run", mine)
        assert stub.asked == [], "nothing was spent"
    assert done.returncode == 2
    assert last(done).startswith(f"--run {mine} holds other files ({', '.join(own[:3])}")
    assert {path.name: path.read_text() for path in mine.iterdir()} == dict.fromkeys(own, "my own words")
    assert f"bad   --run {mine} holds other files" in teams("doctor", "--model", REMOTE, "--run", mine).stdout


def test_a_token_in_the_command_of_a_server_is_not_written_down(tmp_path: Path) -> None:
    from teams.engine.asked import started_with
    from teams.engine.mix import alone
    from teams.engine.options import RunOptions

    options = RunOptions(seeds=(tmp_path,), mcp=("/usr/bin/npx -y some-server --token sk-secret",))
    asked = started_with(alone(skill), options, ("look_up",))
    assert asked["tools"] == ["look_up", "npx"]
    assert "sk-secret" not in json.dumps(asked)


def test_a_file_is_no_run_folder(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("my own words")
    done = tool_use("--seeds", seeds(tmp_path / "code"), "--model", REMOTE, "--run", tmp_path / "mine")
    assert done.returncode == 2
    assert "mine is a file; name a folder" in last(done)


def test_an_empty_folder_or_one_with_a_lock_is_a_run_folder(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.lock").write_text("")
    with endpoint() as stub:
        done = tool_use("--seeds", seeds(tmp_path / "code"), "--model", stub.model, "--run", tmp_path / "run")
    assert done.returncode == 0, done.stderr


def test_a_strangers_package_is_said_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "site" / "agents").mkdir(parents=True)
    (tmp_path / "site" / "agents" / "__init__.py").write_text("")
    path = f"{ROOT}{os.pathsep}{tmp_path}/site"
    note = f"Note: a foreign package 'agents' is installed at {tmp_path}/site/agents"
    with endpoint() as stub:
        flags = ("--seeds", seeds(tmp_path / "code"), "--model", stub.model, "--run", tmp_path / "run")
        done = tool_use(*flags, PYTHONPATH=path)
    assert done.returncode == 0, done.stderr
    assert next(line for line in done.stderr.splitlines() if "foreign" in line).startswith(note)
    listed = teams(PYTHONPATH=path)
    assert listed.returncode == 0
    assert listed.stderr.startswith(note)
    assert "foreign" not in teams().stderr
