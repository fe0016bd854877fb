"""The command writes its page and figures whole or not at all, and says what is bad before all else."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

import pytest

from agents.errors import UsageError
from eval.data import command, writing
from tests.eval.datasets import clean, row, run, said, write


def call(*words: object) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers())
    return command.main(parser.parse_args(["data", *map(str, words), "--no-embeddings"]))


def test_the_page_and_the_figures_lie_in_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = clean(60)
    rows[4] = said(rows[4], answer="As an AI language model, I would rather not say anything of that.")
    folder = run(tmp_path / "run", rows)
    assert call(folder) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1].startswith("BAD      coding: answers that refuse")
    assert rows[4]["id"] in told[2]
    assert "1 bad, 0 doubtful" in "\n".join(told)
    figures = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    assert figures["format"] == 1
    assert figures["findings"][0]["key"] == "refusals"
    page = (folder / "data.html").read_text(encoding="utf-8")
    assert page.index("answers that refuse") < page.index("<h2>Coverage")
    assert "python -m agents.view" in page
    before = page
    call(folder)
    assert (folder / "data.html").read_text(encoding="utf-8") == before, "the same data make the same page"
    assert sorted(path.name for path in folder.iterdir() if path.name.startswith((".", "data"))) == [
        "data.html",
        "data.json",
    ]


def test_every_field_that_the_docstring_names_is_there(tmp_path: Path) -> None:
    from eval.data import build

    call(run(tmp_path / "run", clean(20)))
    figures = json.loads((tmp_path / "run" / "data.json").read_text())
    named = set(re.findall(r"^    (\w+) {2,}|^    (\w+(?:, \w+)+) ", build.__doc__ or "", re.MULTILINE))
    fields = {field for one in named for part in one for field in part.split(", ") if field} | {
        "rejected",
        "contamination",
    }
    assert fields == set(figures)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = run(tmp_path / "run", clean(20))
    call(folder)
    before = {path: path.read_bytes() for path in folder.glob("data.*")}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(UsageError, match="can't be written: No space left on device"):
        call(folder, "--seed", "3")
    assert {path: path.read_bytes() for path in folder.glob("data.*")} == before
    assert not list(folder.glob(".data*"))


def test_interrupted_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from eval.data import build

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    folder = run(tmp_path / "run", clean(20))
    before = sorted(folder.iterdir())
    monkeypatch.setattr(build, "variety", interrupted)
    with pytest.raises(KeyboardInterrupt):
        call(folder)
    assert sorted(folder.iterdir()) == before


def test_an_out_that_is_a_file_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name a folder"):
        call(write(tmp_path / "a.jsonl", clean(5)), "--out", tmp_path / "a.jsonl")


def test_ids_that_steer_a_terminal_do_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [said({**row(n), "id": f"rag/\x1b[31m\u202e{n}\n"}, answer="") for n in range(3)]
    call(write(tmp_path / "a.jsonl", rows), "--out", tmp_path)
    told = capsys.readouterr().out
    assert "\x1b" not in told
    assert "\u202e" not in told


@pytest.mark.parametrize("sample", [0, 1, 5])
def test_small_samples(tmp_path: Path, sample: int) -> None:
    assert call(run(tmp_path / "run", clean(20)), "--sample", sample) == 0
    assert json.loads((tmp_path / "run" / "data.json").read_text())["sample"]["size"] == sample


def test_what_many_skills_lack_is_said_of_two_and_named_of_the_others(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    meta = {"about": {"quotas": {f"skill{n}": 9 for n in range(6)}}}
    call(run(tmp_path / "run", clean(20), (), meta))
    told = capsys.readouterr().out
    assert told.count("no pair at all") == 2
    assert "and so of skill2, skill3, skill4, skill5" in told


def test_what_is_wrong_with_several_skills_alike_is_one_card(tmp_path: Path) -> None:
    rows = [
        said(one, answer="As an AI language model, I would rather not say anything of that.") if n < 9 else one
        for n, one in enumerate(clean(60))
    ]
    folder = run(tmp_path / "run", rows)
    call(folder)
    page = (folder / "data.html").read_text(encoding="utf-8")
    cards = re.findall(r'<article class="finding bad">.*?</article>', page, re.DOTALL)
    (refusing,) = (card for card in cards if "answers that refuse" in card)
    assert "The same of 2 others" in refusing
    for skill in ("coding", "fermi", "rag"):
        assert f"{skill}: answers that refuse" in refusing or f"{skill.title()}: answers that refuse" in refusing
    for one in rows[:9]:
        assert one["id"] in refusing
