"""The doctor: one line a finding with its remedy, 0 if a run can start, never a traceback, no token spent."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sandbox.languages import HELD
from teams.engine import doctor as doctoring
from teams.engine.doctor import Asked, Finding, doctor, examine
from tests.teams.command import endpoint, environment, error, teams

NOBODY = "http://127.0.0.1:9/v1:stub"


def told(asked: Asked, look: Any) -> list[str]:
    return [str(finding) for finding in examine(asked, [look])]


def test_where_a_run_can_start_it_says_so(tmp_path: Path) -> None:
    with endpoint() as stub:
        done = teams("doctor", "--model", stub.model, "--run", tmp_path / "run")
        assert stub.asked == [], "it costs nothing"
    assert done.returncode == 0, done.stdout + done.stderr
    *findings, verdict = done.stdout.splitlines()
    assert verdict == "A run can start."
    assert all(re.match(r"(ok  |note)  \S", line) for line in findings)
    assert f"ok    model {stub.model}: {stub.url} answers, without a key" in findings
    assert any(line.startswith("note  no sandbox: no Docker Engine answers at unix:///nowhere") for line in findings)
    assert any("autogen-core 0.7.5" in line for line in findings)
    assert not (tmp_path / "run").exists(), "it looks and does not touch"


def test_where_none_can_it_names_each_reason(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = teams("doctor", "--model", NOBODY, "--model", "judge=gpt-4", "--run", "/proc/1/run")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "bad   --model 'judge=gpt-4' is not understood (openai:gpt-4?)" in done.stdout
    assert re.search(r"^bad   /proc/1 can't be written to: .+ -> choose another folder with --run$", done.stdout, re.M)
    assert done.stdout.splitlines()[-1].startswith("A run can't start: ")


def test_a_key_is_shown_at_the_endpoint_and_nowhere_else(tmp_path: Path) -> None:
    with endpoint() as stub:
        done = teams("doctor", "--model", stub.model, AGENTINSTRUCT_API_KEY="sk-secret")
    assert "answers, with a key" in done.stdout
    assert "sk-secret" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("model", "line"),
    [
        ("openai:gpt-4.1", r"bad   model openai:gpt-4.1: openai:gpt-4.1 needs a key: set OPENAI_API_KEY"),
        ("http://127.0.0.1:9/v1:m", r"bad   model .*cannot reach http://127.0.0.1:9/v1.* -> start the server"),
        ("/no/such.gguf", r"bad   model gguf:such.gguf: --model /no/such.gguf can't be read"),
    ],
)
def test_models_that_cannot_be_used(
    model: str, line: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from teams.engine.doctor_models import models

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (found,) = told(Asked(model=(model,)), models)
    assert re.match(line, found)


def test_a_model_the_endpoint_does_not_list() -> None:
    from teams.engine.doctor_models import models

    with endpoint() as stub:
        (found,) = told(Asked(model=(f"{stub.url}:large",)), models)
    assert found.startswith("note")
    assert "does not list it; it lists stub" in found


def test_the_words_of_an_endpoint_cannot_steer_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    evil = Finding("note", "it lists evil\x1b]0;PWNED\x07\x1b[2J\r\nmodel\x9b1m\u202eback")

    def look(asked: Asked) -> Any:
        yield evil

    monkeypatch.setattr(doctoring, "default_looks", lambda: (look,))
    doctor(Asked(), said.append)
    assert all(line.isprintable() for line in said)
    assert "evil" in said[0]


def test_trying_out_asks_and_says_what_the_endpoint_can(tmp_path: Path) -> None:
    with endpoint() as stub:
        done = teams("doctor", "--model", stub.model, "--try")
        assert stub.asked
    assert f"ok    tried: {stub.model} answers; calls tools, holds to JSON schemas" in done.stdout
    with endpoint(lambda body: error(401, "who are you?")) as strict:
        done = teams("doctor", "--model", strict.model, "--try")
    assert done.returncode == 1
    assert "bad   tried: " in done.stdout
    assert "the key is wrong or missing" in done.stdout


def test_without_weights_it_says_what_will_be_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from teams.engine.doctor_models import models

    pytest.importorskip("xllamacpp")
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path))
    first, *_ = told(Asked(model=("local:tiny",)), models)
    assert first == "note  model local:tiny is not here yet -> the first run fetches it (98 MB)"
    (found,) = told(Asked(), doctoring.retrieval)
    assert "the first search fetches it" in found or "not installed" in found


def test_without_the_extra_it_says_which_documents_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("pypdf", "phonenumbers"):
        monkeypatch.setitem(sys.modules, module, None)
    (found,) = told(Asked(), doctoring.documents)
    assert found == (
        "note  not read or not told in seeds of text: PDF, telephone numbers -> pip install 'agentinstruct[documents]'"
    )


def test_packages_that_are_missing_or_old(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["no-such-package>=1", "pydantic>=99", "orjson>=3"]
    monkeypatch.setattr(doctoring, "requirements", lambda: wanted)
    found = told(Asked(), doctoring.packages)
    assert found[0] == "bad   no-such-package is not installed -> pip install -e . -c constraints.txt"
    assert re.match(r"bad   pydantic is 2\.\S+, needed is >=99 -> ", found[1])
    assert len(found) == 2


def test_what_we_depend_on_is_what_pyproject_says() -> None:
    assert "autogen-core==0.7.5" in doctoring.requirements()


def test_a_foreign_package_with_one_of_our_names(tmp_path: Path) -> None:
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").write_text("raise SystemExit('foreign')")
    path = environment()["PYTHONPATH"]
    done = teams("doctor", "--model", NOBODY, PYTHONPATH=f"{tmp_path}:{path}")
    assert f"note  a foreign package 'tools' is installed at {tmp_path}/tools" in done.stdout


def test_a_folder_in_use(tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "run.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        (found,) = told(Asked(run=tmp_path), doctoring.run_folder)
        assert found == f"bad   {tmp_path} is in use by another process -> wait for it, or choose another --run"
    (found,) = told(Asked(run=tmp_path), doctoring.run_folder)
    assert found.startswith("ok")


def test_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctoring, "LEAST", 10**12)
    found = told(Asked(run=tmp_path / "deep" / "run"), doctoring.disk)
    assert len(found) == 2
    assert all(one.startswith("bad") and "MB free for" in one and "-> make room" in one for one in found)


def test_what_cannot_be_looked_at_is_a_finding() -> None:
    def broken_look(asked: Asked) -> Any:
        raise RuntimeError("a bug\nin two lines")

    lines: list[str] = []
    assert [str(f) for f in examine(Asked(), [broken_look])] == [
        "bad   broken look: could not be looked at: RuntimeError: a bug in two lines"
    ]
    assert str(Finding("ok", "x")) == "ok    x"
    assert not lines


@pytest.mark.docker
def test_the_engine_and_the_image(monkeypatch: pytest.MonkeyPatch) -> None:
    found = told(Asked(), doctoring.sandbox)
    assert [line[:4] for line in found] == ["ok  ", "ok  "]
    assert found[0].startswith("ok    Docker Engine 2")
    assert all(re.search(rf"[ ,]{re.escape(language.name)}(,|$)", found[1]) for language in HELD), found[1]


def test_it_is_read_by_whoever_has_seen_enough() -> None:
    """`doctor | head -1` ends well."""
    command = f"{sys.executable} -m teams doctor --model {NOBODY} | head -1"
    done = subprocess.run(command, shell=True, env=environment(), capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("ok    Python")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr


def test_lines_say_everything(tmp_path: Path) -> None:
    said: list[str] = []
    assert doctor(Asked(model=(NOBODY,), run=tmp_path), said.append) == 1
    assert all("\n" not in line for line in said)
