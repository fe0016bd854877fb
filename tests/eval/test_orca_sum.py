"""Orca-Sum is built: what was planted is kept out, a build that broke goes on, what is lacking is told."""

import argparse
import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import EndpointError, UsageError
from eval import orca_sum
from eval.orca_sum.build import Plan, Report, build, split_evenly
from eval.orca_sum.duplicates import KNOWN, SAME
from eval.orca_sum.prompts import packaged
from eval.orca_sum.sets import DataSet, registry
from eval.records import Message
from eval.speakers import Function
from eval.store import Store
from eval.task import items_of, load
from tests.eval.orca_documents import own_set, rows_file, text_of

# The whole


@given(st.integers(0, 60), st.dictionaries(st.sampled_from("abcdefg"), st.integers(0, 15)))
def test_a_total_is_split_evenly(total: int, available: dict[str, int]) -> None:
    shares = split_evenly(total, available)
    assert sum(shares.values()) == min(total, sum(available.values()))
    for name, share in shares.items():
        assert share <= available[name]
        # Who has less than another gives all it has.
        assert share == available[name] or share >= max(shares.values()) - 1


def plan_of(tmp_path: Path, **changed: Any) -> Plan:
    sets = [
        own_set(rows_file(tmp_path / "a.jsonl", [text_of(n) for n in range(8)]), "a"),
        own_set(rows_file(tmp_path / "b.jsonl", [text_of(100 + n) for n in range(8)]), "b", domain="law"),
        own_set(rows_file(tmp_path / "c.jsonl", [text_of(200), text_of(0)]), "c", domain="code"),
    ]
    return Plan(**{"sets": sets, "out": tmp_path / "out", "total": 9, "prompts": 6, **changed})


async def made(plan: Plan, writer: Any = None) -> tuple[Report, list[dict[str, Any]]]:
    with Store(plan.out) as store:
        report = await build(plan, store, Function("python:w", writer, at_once=1) if writer else None)
    return report, [json.loads(line) for line in (plan.out / "orca_sum.jsonl").read_text().splitlines()]


async def test_a_set_is_built_and_can_be_asked(tmp_path: Path) -> None:
    report, rows = await made(plan_of(tmp_path))
    assert report.missing == 0
    # One document of the third is one of the first's: what it lacks the others give.
    assert [sum(row["set"] == name for row in rows) for name in "abc"] == [4, 4, 1]
    assert next(one for one in report.sets if one.set.name == "c").dropped[SAME] == 1
    assert len({row["document"] for row in rows}) == 9
    for row in rows:
        prompts = {prompt.text: prompt.kind for prompt in packaged(DataSet("x", "text", row["domain"])).prompts}
        assert prompts[row["prompt"]] == row["kind"]
    assert len(items_of(load("orca_sum"), tmp_path / "out")) == 9
    again, same = await made(plan_of(tmp_path))
    assert (again.items, same) == (9, rows)


async def test_what_was_planted_in_the_training_data_is_kept_out(tmp_path: Path) -> None:
    planted = [text_of(100), text_of(101), f"Please sum up: {text_of(102)}"]
    train = rows_file(tmp_path / "train.jsonl", planted)
    report, rows = await made(plan_of(tmp_path, against=[train], total=100))
    assert not {row["document"] for row in rows} & {text_of(100), text_of(101), text_of(102)}
    assert report.items == 8 + 5 + 1
    assert report.missing == 86
    card = (tmp_path / "out" / "README.md").read_text()
    assert "**86 of the 100 items asked for are missing:**" in card
    assert f"- {KNOWN}: 2 (b 2)" in card
    assert "held against 3 texts of training data: train.jsonl" in card


class Dying:
    """Writes prompts, and breaks down at one call."""

    def __init__(self, breaks_at: int) -> None:
        self.asked, self._breaks_at = 0, breaks_at

    def __call__(self, messages: list[Message]) -> str:
        self.asked += 1
        if self.asked == self._breaks_at:
            raise EndpointError("connection refused")
        kind = re.search(r'of the kind "(\w+)"', messages[0]["content"])
        assert kind
        return "\n".join(f"{n}. Do {kind[1]} number {n} with the whole text, in prose." for n in (1, 2))


@pytest.mark.parametrize("breaks_at", [1, 5, 9])
async def test_a_build_that_broke_goes_on_where_it_was(breaks_at: int, tmp_path: Path) -> None:
    whole, rows = await made(plan_of(tmp_path, out=tmp_path / "whole"), Dying(0))
    with pytest.raises(EndpointError):
        await made(plan_of(tmp_path), Dying(breaks_at))
    assert not (tmp_path / "out" / "orca_sum.jsonl").exists()
    after = Dying(0)
    report, same = await made(plan_of(tmp_path), after)
    assert same == rows
    assert report.items == whole.items
    assert after.asked == 9 - (breaks_at - 1)


_KILLED = """\
import os, pathlib, signal
ASKED = pathlib.Path(__file__).with_name("asked")
def say(messages):
    with ASKED.open("a") as file:
        file.write(".")
    if len(ASKED.read_text()) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return "1. Sum up the text in one sentence for a child."
"""


def test_a_build_that_was_killed_goes_on(tmp_path: Path) -> None:
    """In a process of its own, which dies at its second call and leaves nothing behind but what it wrote."""
    (tmp_path / "writer.py").write_text(_KILLED)
    file = rows_file(tmp_path / "a.jsonl", [text_of(n) for n in range(3)])
    words = [
        "orca-sum", "build", "--out", str(tmp_path / "out"), "--from", f"mine={file}#text", "--total", "3",
        "--prompts", "3", "--model", f"python:{tmp_path}/writer.py:say",
    ]  # fmt: skip
    code = (
        "import argparse, sys; from eval import orca_sum; parser = argparse.ArgumentParser(); "
        "orca_sum.add(parser.add_subparsers()); sys.exit(orca_sum.main(parser.parse_args(sys.argv[1:])))"
    )
    command = [sys.executable, "-c", code, *words]
    assert subprocess.run(command, capture_output=True, check=False).returncode == -signal.SIGKILL
    assert not (tmp_path / "out" / "orca_sum.jsonl").exists()
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out" / "orca_sum.jsonl").read_text().splitlines()) == 3
    # Of each kind one: the first was kept, the second was in flight and is asked for again. Where the model says the
    # same again it is no new prompt, and is asked for twice more.
    assert (tmp_path / "asked").read_text().count(".") == 1 + 1 + 2 * 3


async def test_sets_that_give_nothing_are_told(tmp_path: Path) -> None:
    gone = DataSet("gone", "text", hub=str(tmp_path / "nowhere"), split="test")
    short = own_set(rows_file(tmp_path / "short.jsonl", ["Too short."]), "short")
    plan = plan_of(tmp_path)
    report, rows = await made(plan_of(tmp_path, sets=[gone, short, *plan.sets]))
    assert len(rows) == 9
    assert [one.set.name for one in report.sets if one.left_out] == ["gone", "short"]
    card = (tmp_path / "out" / "README.md").read_text()
    assert "**2 of 5 sets are left out:**" in card
    assert "- short: no document of a fit length" in card
    with pytest.raises(UsageError, match="no set gives a document"):
        await made(plan_of(tmp_path, sets=[gone, short]))


# The command


def run(*words: str) -> int:
    parser = argparse.ArgumentParser()
    orca_sum.add(parser.add_subparsers())
    return orca_sum.main(parser.parse_args(["orca-sum", *words]))


def test_the_command_builds_and_says_what_is_missing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = rows_file(tmp_path / "a.jsonl", [text_of(n) for n in range(3)])
    words = ("build", "--out", str(tmp_path / "out"), "--from", f"mine:news={file}#text", "--prompts", "packaged")
    assert run(*words, "--total", "3") == 0
    assert run(*words, "--total", "5") == orca_sum.FEWER
    assert "2 of 5 items are missing" in capsys.readouterr().out


def test_a_model_writes_the_prompts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "writer.py").write_text(
        "def say(messages):\n    return '1. Sum up the text in one sentence for a child.\\n2. List the facts of the "
        "text, one a line.'\n"
    )
    file = rows_file(tmp_path / "a.jsonl", [text_of(n) for n in range(3)])
    words = [
        "build", "--out", str(tmp_path / "out"), "--from", f"mine={file}#text", "--total", "3", "--prompts", "2",
        "--model", f"python:{tmp_path}/writer.py:say", "--price", "1000,0",
    ]  # fmt: skip
    assert run(*words, "--estimate") == 0
    assert not (tmp_path / "out").exists()
    assert "orca_sum         writer" in (said := capsys.readouterr().err)
    assert "5.70" in said, "three requests of 1,900 tokens"
    assert run(*words) == 0
    assert "orca_sum         writer" in capsys.readouterr().err
    rows = [json.loads(line) for line in (tmp_path / "out" / "orca_sum.jsonl").read_text().splitlines()]
    assert {row["prompt_by"].split("@")[0] for row in rows} == {"python:writer.py:say"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "who writes the prompts"),
        (["--model", "local", "--prompts", "packaged"], "not both"),
        (["--prompts", "packaged", "--total", "0"], "--total 0: it is 1 or more"),
        (["--prompts", "many", "--model", "python:json:dumps"], "--prompts many: it is packaged, or a number"),
        (["--prompts", "packaged", "--sets", "samsun"], "did you mean samsum"),
    ],
)
def test_wrong_use_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        run("build", "--out", str(tmp_path / "out"), *words)


def test_the_sets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("sets") == 0
    assert len(capsys.readouterr().out.splitlines()) == len(registry())
