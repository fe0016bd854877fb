"""`orca build | run | score` from end to end with functions for models: resumed, interrupted, refused, compared."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from agents.errors import CallError, UsageError
from eval.__main__ import main as evaluate
from eval.folder import read_items
from eval.orca import command, folder
from eval.orca.records import SETS, read_lines
from eval.results import RESAMPLES
from eval.task import items_of, load
from tests.eval.evaluations import evaluation, scored
from tests.eval.test_orca_build import row, write

ROOT = Path(__file__).parents[2]
MODELS = """
import os
from pathlib import Path

WHY = "RIGHT ANSWER: what was asked for. FIRST: it says so, or it does not. SECOND: the same."
LOG = Path(__file__).with_name("asked.log")

def note(who):
    with LOG.open("a") as file:
        file.write(who + "\\n")

def student(messages):
    note("student")
    if LOG.with_name("die_at_4").exists() and LOG.read_text().count("student") == 4:
        os._exit(9)
    return f"mine to: {messages[-1]['content'][:20]}"

def worse(messages):
    note("worse")
    return "no idea"

def judge(messages):
    note("judge")
    text = messages[0]["content"].split("the first answer =====\\n")[1]
    first, second = text.split(" the second answer =====\\n")
    mark = lambda answer: 3 if "no idea" in answer else 8 if "mine" in answer else 9
    return f"{WHY}\\nMARKS: first = {mark(first)}, second = {mark(second.split(' end =')[0])}"

def prose(messages):
    return "They are both lovely."
"""


class Stage:
    """A folder with a run, a file of models, and the command."""

    def __init__(self, place: Path) -> None:
        self.place = place
        skills = ["coding", "open_domain_qa", "rag"]
        rows = [row(n, skill=skills[n % 3], stage="refine" if n % 2 else "instruct") for n in range(1, 13)]
        self.run = write(place / "run", [*rows, row(50, split="train")])
        self.models = place / "models.py"
        self.models.write_text(MODELS)
        self.bench = place / "bench.jsonl"

    def __call__(self, *words: object) -> int:
        parser = argparse.ArgumentParser()
        command.add(parser.add_subparsers(dest="command", required=True))
        return command.main(parser.parse_args(["orca", *map(str, words)]))

    def model(self, name: str) -> str:
        return f"python:{self.models}:{name}"

    def built(self) -> Stage:
        assert self("build", self.run, "--out", self.bench, "--items", 2) == 0
        return self

    def answered(self, name: str = "student") -> Path:
        place = self.place / name
        assert self("run", self.bench, "--model", self.model(name), "--out", place) == 0
        return place

    def scored(self, place: Path, *flags: object, judge: str = "judge") -> dict[str, Any]:
        assert self("score", place, "--judge", self.model(judge), *flags) == 0
        found: dict[str, Any] = json.loads((place / "results.json").read_text())["results"][0]
        return found

    def asked(self) -> list[str]:
        log = self.models.with_name("asked.log")
        return log.read_text().split() if log.exists() else []


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path)


def test_from_a_run_to_table_and_radar(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    place = stage.built().answered()
    found = stage.scored(place)
    assert found["figures"]["orca_bench"]["value"] == pytest.approx(10 * 8 / 9)
    assert set(found["groups"]) == {"coding", "open_domain_qa", "complex_open_domain_qa", "rag"}
    assert found["items"] == found["scored"] == 8
    assert found["about"]["judge"]["prompts"].keys() == {"judging.md, examiner"}
    assert found["about"]["held_out"] is True
    said = capsys.readouterr().out
    assert "coding: 2 of 2" not in said
    assert "fermi: 0 of 2 items" in said
    assert "orca_bench       model         8 " in said
    assert "| coding | 8.89 |" in said
    assert "<svg" in (place / "orca_bench.svg").read_text()
    assert (place / "orca_bench.md").read_text() in said
    rows = [line for _, line in read_lines(place / "items/orca_bench.jsonl")]
    assert len(rows) == 8
    ((words,),) = [order["words"] for order in rows[0]["score"]["evidence"][0]["orders"]]
    assert words.startswith("RIGHT ANSWER: what was asked for.")
    assert words.endswith(("first = 9, second = 8", "first = 8, second = 9"))


def test_what_was_not_held_out_and_what_the_judge_did_stand_in_the_result(stage: Stage) -> None:
    assert stage("build", stage.run, "--out", stage.bench, "--not-held-out") == 0
    place = stage.answered()
    found = stage.scored(place)
    assert (found["items"], found["about"]["held_out"]) == (13, False)
    words = ["bench", "orca_bench", "--data", f"orca_bench={stage.bench}", "--model", stage.model("student")]
    assert evaluate([*words, "--judge", stage.model("judge"), "--out", str(stage.place / "bench")]) == 0
    (same,) = json.loads((stage.place / "bench" / "results.json").read_text())["results"]
    assert same["about"]["held_out"] is False
    assert found["about"]["judge"]["failure_rate"] == 0
    verdicts = found["about"]["judge"]["verdicts"]
    assert f"- Of the judge: {verdicts} verdicts, 0 asked for again, 0 failed." in (place / "orca_bench.md").read_text()


def test_nothing_is_asked_twice(stage: Stage) -> None:
    place = stage.built().answered()
    stage.scored(place)
    before = stage.asked()
    assert before.count("student") == before.count("judge") == 8
    stage.answered()
    stage.scored(place)
    assert stage.asked() == before
    stage.scored(place, "--swap", "both")
    assert stage.asked().count("judge") == 16, "the drawn order was known"
    stage.scored(place, "--clip")
    assert stage.asked().count("student") == 8


def test_a_killed_run_goes_on_where_it_was(stage: Stage) -> None:
    """Dead at the fourth answer, as by kill -9, in a process of its own: three are kept, the rest is asked."""
    stage.built()
    (stage.place / "die_at_4").touch()
    words = ["run", stage.bench, "--model", stage.model("student"), "--out", stage.place / "student", "--at-once", 1]
    code = (
        "import argparse; from eval.orca import command; p = argparse.ArgumentParser(); command.add(p.add_subparsers())"
    )
    code += f"; command.main(p.parse_args(['orca', *{[str(word) for word in words]!r}]))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 9, done.stderr
    assert stage.asked() == ["student"] * 4
    (stage.place / "die_at_4").unlink()
    stage.answered()
    assert stage.asked() == ["student"] * 9, "three of the four were kept"


def test_what_was_not_answered_is_excluded_and_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from eval.speakers import Function

    stage.built()
    say = Function.say

    async def fails(self: Function, messages: Any, **more: Any) -> Any:
        if "student@" in self.name and failing.pop("left", 0):
            raise CallError("the line is dead")
        return await say(self, messages, **more)

    failing = {"left": 1}
    monkeypatch.setattr(Function, "say", fails)
    place = stage.place / "student"
    assert stage("run", stage.bench, "--model", stage.model("student"), "--out", place) == 3
    assert "not answered: 1 items (call failed: the line is dead)" in capsys.readouterr().out
    found = stage.scored(place)
    assert found["excluded"] == {"call failed: not answered yet": 1}
    assert found["scored"] == 7
    assert "1 of 8 items excluded: call failed: not answered yet" in capsys.readouterr().out


def test_a_judge_of_prose_scores_nothing_and_says_so(stage: Stage) -> None:
    found = stage.scored(stage.built().answered(), judge="prose")
    assert found["figures"]["orca_bench"]["value"] is None
    assert found["excluded"] == {"the judge gave no verdict": 8}
    assert found["about"]["judge"]["failed"] == 8
    text = (stage.place / "student/orca_bench.md").read_text()
    assert "8 of 8 items excluded" in text
    (line,) = [line for line in text.splitlines() if "no score: every item is excluded" in line]
    names, _, _ = line.strip("*").partition(" have no score")
    assert set(names.split(", ")) == {"coding", "rag", "open_domain_qa", "complex_open_domain_qa"}


def test_beside_another_model(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.built()
    worse = stage.answered("worse")
    stage.scored(worse)
    better = stage.answered("student")
    stage.scored(better, "--against", worse)
    said = capsys.readouterr().out
    assert "+166.67 %" in said
    assert "not comparable" not in said
    assert (better / "orca_bench.svg").read_text().count("stroke-linejoin") == 2
    stage.scored(better, "--against", worse, "--swap", "both")
    assert "was marked by another judge" in capsys.readouterr().out


def test_an_estimate_asks_nothing(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    stage.built()
    assert stage("run", stage.bench, "--model", stage.model("student"), "--out", stage.place / "x", "--estimate") == 0
    assert not (stage.place / "x").exists()
    place = stage.answered()
    before = stage.asked()
    assert stage("score", place, "--judge", stage.model("judge"), "--swap", "both", "--votes", 3, "--estimate") == 0
    assert "orca_bench       judge        48 " in capsys.readouterr().out
    assert stage.asked() == before


def test_wrong_use_is_one_line_that_says_what_would_be_right(stage: Stage) -> None:
    place = stage.built().answered()
    other = stage.place / "other.jsonl"
    other.write_text("".join(stage.bench.read_text().splitlines(keepends=True)[1:]))
    wrong: list[tuple[list[object], str]] = [
        (["run", other, "--model", stage.model("student"), "--out", place], "answers of another bench"),
        (["run", stage.bench, "--model", stage.model("worse"), "--out", place], "answers of another model"),
        (["run", stage.bench, "--model", stage.model("student"), "--out", place, "--max-tokens", 9], "max_tokens"),
        (["run", stage.bench, "--out", place], "--model says who is asked"),
        (
            ["run", stage.place / "none.jsonl", "--model", stage.model("student"), "--out", place],
            r"none\.jsonl: there is nothing; give the file that",
        ),
        (["run", stage.run, "--model", stage.model("student"), "--out", place], "run: it is a folder; give the file"),
        (["score", stage.run, "--judge", stage.model("judge")], "holds no answers"),
        (["score", place, "--judge", stage.model("judge"), "--against", stage.run], "is no evaluation"),
    ]
    for words, why in wrong:
        with pytest.raises(UsageError, match=why) as raised:
            stage(*words)
        assert "\n" not in str(raised.value)
    (place / "bench.jsonl").write_text(other.read_text())
    with pytest.raises(UsageError, match="was changed after it was asked"):
        stage("score", place, "--judge", stage.model("judge"))


def test_a_folder_with_another_models_results_is_refused_before_anything_is_asked(stage: Stage) -> None:
    place = evaluation(stage.place / "taken", "another", {"sums": [scored("q", 1.0)]})
    stage.built()
    with pytest.raises(UsageError, match="holds results of another"):
        stage("run", stage.bench, "--model", stage.model("student"), "--out", place)
    answered = stage.answered()
    (answered / "results.json").write_bytes((place / "results.json").read_bytes())
    before = stage.asked()
    with pytest.raises(UsageError, match="holds results of another"):
        stage("score", answered, "--judge", stage.model("judge"))
    assert stage.asked() == before


def test_a_bench_of_another_systems_line_ends_is_the_same_to_the_byte(stage: Stage) -> None:
    stage.built()
    stage.bench.write_bytes(stage.bench.read_bytes().replace(b"\n", b"\r\n"))
    place = stage.answered()
    assert (place / "bench.jsonl").read_bytes() == stage.bench.read_bytes()
    assert stage.scored(place)["scored"] == 8


def test_figures_are_read_back_as_they_were_written(stage: Stage) -> None:
    place = stage.built().answered()
    stage.scored(place)
    bench = folder.asked_in(place).bench
    result = folder.scored_in(place, bench)
    assert result.groups["rag"]["orca_bench"].value == pytest.approx(10 * 8 / 9)
    assert result.mean == "macro"
    marked = read_items(place, "orca_bench")
    assert {one.values["orca_bench"] for one in marked} == {(8, 9)}
    with pytest.raises(UsageError, match="another bench"):
        folder.scored_in(place, "0")


def test_the_task_among_the_others_asks_the_same(stage: Stage) -> None:
    """`bench orca_bench --data orca_bench=FILE` reads the file that `build` wrote, and its miniature."""
    stage.built()
    task = load("orca_bench")
    assert len(items_of(task, stage.bench)) == 8
    small = items_of(task, None, is_miniature=True)
    assert {item.group for item in small} == set(SETS)
    with pytest.raises(UsageError, match="orca build RUN"):
        items_of(task, None)
    assert task.judged
    assert RESAMPLES == 2000, "train_eval C4"
