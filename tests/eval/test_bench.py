"""`python -m eval bench`, as it is called: results, resuming, budgets, and what is refused before anything is asked."""

import argparse
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from eval.__main__ import main
from eval.benching import Bench, of_the_paper
from tests.eval.own_tasks import write_models, write_rows, write_task


class Place:
    """A folder with a task, its data and models."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.task, self.rows, self.models = write_task(folder), write_rows(folder), write_models(folder)
        self.out, self.asked = folder / "out", folder / "asked.txt"
        self.data = f"sums={self.rows}"

    def bench(self, model: str = "adder", *more: str) -> int:
        return main(self.words(model, *more))

    def words(self, model: str = "adder", *more: str) -> list[str]:
        named = ["--model", f"python:{self.models}:{model}", "--out", str(self.out)]
        return ["bench", str(self.task), "--data", self.data, *named, *more]

    @property
    def result(self) -> dict[str, Any]:
        (found,) = json.loads((self.out / "results.json").read_text())["results"]
        assert isinstance(found, dict)
        return found

    @property
    def times_asked(self) -> int:
        return len(self.asked.read_text().splitlines()) if self.asked.exists() else 0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(tmp_path)
    monkeypatch.setenv("ASKED", str(made.asked))
    return made


def test_a_slow_models_progress_is_told(
    place: Place, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("eval.benching.SILENT", float("inf"))
    assert place.bench() == 0
    assert "sums: 1 of 6" not in capsys.readouterr().out, "six items in no time"
    monkeypatch.setattr("eval.benching.SILENT", 0.0)
    assert place.bench("adder", "--max-tokens", "9") == 0
    told = capsys.readouterr().out
    assert [f"sums: {done} of 6\n" in told for done in range(1, 7)] == [True] * 5 + [False]


def test_figures_with_groups_and_intervals(place: Place) -> None:
    assert place.bench() == 0
    assert place.result["figures"]["accuracy"]["value"] == 100
    assert {name: group["accuracy"]["n"] for name, group in place.result["groups"].items()} == {"easy": 3, "hard": 3}
    assert place.result["about"]["data"] == str(place.rows)
    items = [json.loads(line) for line in (place.out / "items" / "sums.jsonl").read_text().splitlines()]
    assert items[2]["answers"] == ["That makes 5"]
    assert items[2]["score"]["extracted"] == "5"


def test_wrong_silent_and_rambling_models(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.bench("off_by_one") == 0
    assert (place.result["figures"]["accuracy"]["value"], place.result["unparsed"]) == (0, 0)
    place.out = place.folder / "mute"
    assert place.bench("mute") == 0
    assert (place.result["unparsed"], place.result["unanswered"]) == (6, 6)
    assert "6 not answered (counted as wrong)" in capsys.readouterr().out
    place.out = place.folder / "rambler"
    assert place.bench("rambler") == 0
    assert (place.result["unparsed"], place.result["unanswered"]) == (6, 0)


def test_of_the_papers_benchmarks_those_that_only_the_user_can_provide_are_left_out_and_told(tmp_path: Path) -> None:
    told: list[str] = []

    def left_out(corpus: Path | None = None, miniature: bool = False, **local: Path) -> set[str]:
        told.clear()
        asked = argparse.Namespace(corpus=corpus, miniature=miniature, max_cost=None)
        kept = Bench(asked, told.append)._paper(local)
        assert len(told) == len(of_the_paper()) - len(kept)
        return set(of_the_paper()) - set(kept)

    assert left_out() == {"orca_sum", "mirage_rag"}
    assert told[-1] == (
        "orca_sum is left out: nobody has published it; build one, and give it with --data orca_sum=PATH."
    )
    assert left_out(corpus=tmp_path) == {"orca_sum"}
    assert left_out(orca_sum=tmp_path) == {"mirage_rag"}
    assert left_out(miniature=True) == set()


def test_the_same_command_asks_nothing_again(place: Place) -> None:
    assert place.bench() == 0
    assert place.times_asked == 6
    first = place.result
    assert place.bench() == 0
    assert place.times_asked == 6
    assert place.result["figures"] == first["figures"]


def test_a_changed_model_file_is_another_model(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.bench()
    place.models.write_text(place.models.read_text() + "\n# changed\n")
    assert place.bench() == 2
    assert place.times_asked == 6, "it is refused before anything is asked"
    assert "give python:models.py:adder" in capsys.readouterr().err
    place.out = place.folder / "changed"
    assert place.bench() == 0
    assert place.times_asked == 12


def test_killed_and_gone_on_with(place: Place) -> None:
    command = [sys.executable, "-m", "eval", *place.words("slow", "--at-once", "1")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    while place.times_asked < 3:
        assert process.poll() is None
    process.kill()
    process.wait()
    before = place.times_asked
    assert place.bench("slow") == 0
    # What was in flight when it was killed may have been asked twice, and nothing else.
    assert 6 <= place.times_asked <= 7
    assert before >= 3


def test_ctrl_c_finishes_what_is_in_flight(place: Place) -> None:
    command = [sys.executable, "-m", "eval", *place.words("slow", "--at-once", "1")]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2])
    while place.times_asked < 2:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 3
    assert "The same command goes on from here" in said
    assert place.result["about"]["incomplete"].endswith("of 6 items")
    assert place.bench("slow") == 0
    assert "incomplete" not in place.result["about"]
    assert place.times_asked == 6


def test_a_second_ctrl_c_waits_for_nobody(place: Place) -> None:
    stuck = "\n\ndef stuck(messages):\n    import threading\n    adder(messages)\n    threading.Event().wait()\n"
    place.models.write_text(place.models.read_text() + stuck)
    command = [sys.executable, "-m", "eval", *place.words("stuck", "--at-once", "1")]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=Path(__file__).parents[2]
    )
    while place.times_asked < 1:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert process.stdout
    while "Stopping" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate()
    assert process.returncode == 3
    assert "what was said is kept" in said
    assert "Traceback" not in said


def test_a_draw_keeps_its_first_items_when_it_grows(place: Place) -> None:
    place.bench("adder", "--items", "2")
    two = {json.loads(line)["id"] for line in (place.out / "items" / "sums.jsonl").read_text().splitlines()}
    place.bench("adder", "--items", "4")
    four = {json.loads(line)["id"] for line in (place.out / "items" / "sums.jsonl").read_text().splitlines()}
    assert len(two) == 2
    assert two < four
    assert place.times_asked == 4


def test_fewer_than_asked_is_told(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.bench("adder", "--items", "50") == 0
    assert "50 items asked for, there are 6" in capsys.readouterr().out


def test_fewer_than_the_original_is_told(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    write_task(place.folder, size=100)
    assert place.bench() == 0
    assert "6 items; the original has 100" in capsys.readouterr().out
    assert place.result["about"]["fewer"] == "6 of the benchmark's 100 items were asked"
    write_task(place.folder)
    assert place.bench("adder", "--items", "4") == 0
    assert place.result["about"]["fewer"] == "4 of the benchmark's 6 items were asked"
    assert place.bench() == 0
    assert "fewer" not in place.result["about"]


def test_an_estimate_asks_nothing(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert place.bench("adder", "--estimate", "--price", "1,4") == 0
    assert place.times_asked == 0
    assert "US dollars" in capsys.readouterr().out
    assert not place.out.exists()


def refused(capsys: pytest.CaptureFixture[str], words: list[str]) -> str:
    try:
        code = main(words)
    except SystemExit as error:
        code = int(str(error.code))
    said = capsys.readouterr().err
    assert code == 2
    assert len(said.splitlines()) == 1, "one line"
    return said


def test_what_is_refused(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    words = place.words()
    assert "has no function 'subtract'" in refused(capsys, place.words("subtract"))
    assert "--model says who is measured" in refused(capsys, ["bench", str(place.task), "--data", place.data])
    assert "is not among the tasks" in refused(capsys, [*words, "--data", "others=/tmp"])
    assert "leave out --data, or --miniature" in refused(capsys, [*words, "--miniature"])
    assert "there is nothing" in refused(capsys, ["bench", str(place.task), "--data", "sums=/nowhere", *words[4:]])
    assert "is not two prices" in refused(capsys, [*words, "--price", "cheap"])
    assert "is for no role" in refused(capsys, [*words, "--price", "teacher=1,2"])
    assert "no task 'nothing_of_the_kind'" in refused(capsys, ["bench", "nothing_of_the_kind", "--model", "local"])
    assert place.times_asked == 0


def test_two_tasks_of_one_name(place: Place, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    again = write_task(other)
    said = refused(capsys, ["bench", str(place.task), str(again), "--model", "local"])
    assert "two tasks are called 'sums'" in said


def test_two_items_of_one_id(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.task.write_text(place.task.read_text().replace('f"sum-{row.number}"', '"sum"'))
    assert "two items are called 'sum'" in refused(capsys, place.words())


def test_a_task_file_without_a_task(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.task.write_text('"""Nothing."""\n')
    assert "has no `task`" in refused(capsys, place.words())
    place.task.write_text("import nothing_of_the_kind\n")
    assert "can't be imported" in refused(capsys, place.words())


def test_a_model_that_returns_no_text(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert "returned int; a function of messages returns text" in refused(capsys, place.words("number"))


def test_a_full_disk_loses_nothing_that_was_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.bench()
    before = (place.out / "results.json").read_bytes()

    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    monkeypatch.setattr(Path, "replace", full)
    assert place.bench("adder", "--items", "2") == 1
    assert (place.out / "results.json").read_bytes() == before


def test_items_that_stand_in_the_training_data_are_told_and_scored_apart(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "The ferry to the islet of Mornay carries nine carts, each with four barrels of salted herring and oil: "
    place.task.write_text(place.task.read_text().replace('Turn(f"{row', f'Turn(f"{long}' + "{row"))
    trained = place.folder / "trained.jsonl"

    def row(id: str, asked: str, **more: Any) -> dict[str, Any]:
        return {
            "id": id,
            "messages": [{"role": "user", "content": asked}, {"role": "assistant", "content": "5"}],
            **more,
        }

    rows = [
        row("a", "Something else altogether."),
        row("b", f"Read: {long}2 + 3?"),
        row("c", f"{long}4 + 5?", split="test"),
    ]
    trained.write_text("\n".join(map(json.dumps, rows)))
    assert place.bench("adder", "--trained-on", str(trained)) == 0
    assert place.result["about"]["leaked"]["items"] == ["sum-2"]
    assert place.result["about"]["leaked"]["without"]["accuracy"]["n"] == 5
    assert "1 stand in the training data: without them 100.00" in capsys.readouterr().out


READER = """


def reader(messages):
    import json
    said = messages[-1]["content"]
    if "That makes 3" in said:
        return "I can't."
    number = re.findall(r"That makes (\\d+)", said)[-1]
    if number == "7":
        number = "makes"
    return json.dumps({"quote": "That makes", "value": number})
"""


def test_how_far_program_and_extractor_agree_is_told(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.models.write_text(place.models.read_text() + READER)
    more = ("--extractor", f"python:{place.models}:reader", "--agreement")
    assert place.bench("adder", *more, "6") == 0
    said = capsys.readouterr().out
    between = place.result["about"]["agreement"]
    assert (between["n"], between["agree"]) == (6, 4)
    assert set(between["disagreeing"]) == {"sum-1", "sum-3"}
    assert "reader@" in between["model"]
    assert "read the same out of 4 of 6 answers, kappa 0.6" in said
    assert place.result["figures"]["accuracy"]["value"] == 100, "the program's reading counts"
    assert place.result["about"]["spent"]["extractor"]["calls"] == 6


def test_an_agreement_needs_somebody_to_agree_with(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--extractor" in refused(capsys, place.words("adder", "--agreement", "3"))


def test_an_extractor_must_know_what_it_reads(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.task.write_text(place.task.read_text().replace('kind="number", ', ""))
    assert "kind" in refused(capsys, place.words("adder", "--extractor", "model"))


def test_an_extractor_that_fails_costs_no_item_its_mark(place: Place, capsys: pytest.CaptureFixture[str]) -> None:
    place.models.write_text(place.models.read_text() + "\n\ndef broken(messages):\n    raise OSError('gone')\n")
    assert place.bench("adder", "--extractor", f"python:{place.models}:broken", "--agreement", "2") == 0
    assert place.result["figures"]["accuracy"]["n"] == 6
    assert place.result["about"]["agreement"]["failed"] == 2
    assert "2 more of the sample could not be put to it" in capsys.readouterr().out
