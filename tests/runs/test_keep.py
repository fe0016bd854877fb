"""Keeping a run: nothing of the machine stays, nothing of the run is lost, and no two runs are mixed up."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from agents.journal import open_reader
from agents.models.model import Abilities, Model
from teams.engine import RunOptions
from teams.engine.running import run
from teams.tool_use import skill
from tests.runs.keep import Scrubber, keep, listing, write_listing
from tests.teams.library import CODE, writer

pytestmark = pytest.mark.usefixtures("no_sandbox")


@pytest.fixture
def no_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")


async def made(folder: Path, *names: str) -> Path:
    """A finished run over modules of these names, by a model known by its address."""
    for name in names:
        (folder / "code").mkdir(parents=True, exist_ok=True)
        (folder / "code" / name).write_text(f"{CODE}\n# {name}\n")
    model = Model("http://127.0.0.1:9105/v1:strong", writer(), Abilities())
    options = RunOptions(seeds=(folder / "code",), run=folder / "run")
    await run(skill, options, model_for=lambda role: model)
    return folder / "run"


def ids(folder: Path, file: str = "pairs.jsonl") -> list[str]:
    return [json.loads(line)["id"] for line in (folder / file).read_text().splitlines()]


def everything(folder: Path) -> str:
    return "".join(path.read_bytes().decode("utf-8", "replace") for path in folder.iterdir())


def test_addresses_become_names_and_folders_their_last_part(tmp_path: Path) -> None:
    scrub = Scrubber(tmp_path / "run")
    assert scrub("--model http://127.0.0.1:9101/v1:strong at http://localhost:80/v1/") == "--model strong at endpoint"
    assert scrub(json.dumps({"http://[::1]:9/v1:qwen2.5-7b": 1})) == '{"qwen2.5-7b": 1}'
    assert scrub(f'["{tmp_path}/some/tests/seeds/articles"]') == '["tests/seeds/articles"]'
    assert scrub(f"seeds in {tmp_path}/mine/, and") == "seeds in mine, and"
    for text in ("1/2 and 3/4", "see /etc/hosts", "https://example.org:8080/v1:x", "and/or", "at 12:30", None, 7):
        assert scrub(text) == text


async def test_a_run_is_kept_whole_but_for_the_machine(tmp_path: Path) -> None:
    folder = await made(tmp_path / "a", "desk.py")
    assert "127.0.0.1" in everything(folder)
    keep([folder], tmp_path / "kept")
    assert {path.name for path in (tmp_path / "kept").iterdir()} == {
        "run.db", "pairs.jsonl", "rejected.jsonl", "README.md",
    }  # fmt: skip
    assert not any(sign in everything(tmp_path / "kept") for sign in ("127.0.0.1", str(tmp_path)))
    for file in ("pairs.jsonl", "rejected.jsonl"):
        assert ids(tmp_path / "kept", file) == ids(folder, file)
    counted = "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM records), (SELECT count(*) FROM verdicts)"
    with closing(open_reader(folder)) as before, closing(open_reader(tmp_path / "kept")) as after:
        assert before.execute(counted).fetchall() == after.execute(counted).fetchall()
        assert after.execute("SELECT DISTINCT model FROM calls").fetchall() == [("strong",)]


async def test_two_runs_over_different_seeds_become_one_and_over_the_same_they_do_not(tmp_path: Path) -> None:
    one, other = await made(tmp_path / "a", "desk.py"), await made(tmp_path / "b", "counter.py")
    keep([one, other], tmp_path / "kept")
    assert ids(tmp_path / "kept") == sorted([*ids(one), *ids(other)])
    assert "2 conversations" in (tmp_path / "kept/README.md").read_text() or len(ids(tmp_path / "kept")) != 2
    with pytest.raises(UsageError, match="both made tool_use/desk"):
        keep([one, one], tmp_path / "kept")
    assert ids(tmp_path / "kept"), "what was there stays"


async def test_a_part_of_a_run_is_kept(tmp_path: Path) -> None:
    folder = await made(tmp_path / "a", "counter.py", "desk.py")
    keep([folder], tmp_path / "kept", only=["tool_use/desk"])
    mine = [id for id in ids(folder) if id.startswith("tool_use/desk")]
    assert mine
    assert ids(tmp_path / "kept") == mine
    with closing(open_reader(tmp_path / "kept")) as db:
        chats = [chat for (chat,) in db.execute("SELECT chat FROM messages UNION SELECT chat FROM calls")]
        assert chats
        assert all(chat.startswith("tool_use/desk") for chat in chats)
    with pytest.raises(UsageError, match="no seed of the run begins with tool_use/nothing"):
        keep([folder], tmp_path / "none", only=["tool_use/nothing"])
    assert not (tmp_path / "none").exists()


def test_what_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no run"):
        keep([tmp_path], tmp_path / "kept")


async def test_the_list_leaves_what_people_wrote(tmp_path: Path) -> None:
    keep([await made(tmp_path / "a", "desk.py")], tmp_path / "root/tool_use/strong")
    root = tmp_path / "root"
    write_listing(root)
    text: Any = (root / "README.md").read_text()
    (root / "README.md").write_text(text.replace("# Runs\n", "# Runs\n\nRead these first.\n") + "\nAnd these last.\n")
    write_listing(root)
    text = (root / "README.md").read_text()
    assert "Read these first." in text
    assert "And these last." in text
    assert text.count("[tool_use/strong]") == 1
    assert listing(root) in text
