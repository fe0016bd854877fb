"""Orca-Sum: documents are drawn and held against the training data, prompts are written, what is lacking is told."""

import argparse
import json
import random
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import EndpointError, UsageError
from eval import orca_sum
from eval.orca_sum.build import Plan, Report, build, split_evenly
from eval.orca_sum.documents import Document, Unusable, key_of, sample
from eval.orca_sum.duplicates import ALIKE, KNOWN, NEARLY_KNOWN, SAME, SHARED, against, among
from eval.orca_sum.prompts import KINDS, packaged, write
from eval.orca_sum.sets import DataSet, chosen, own, registry
from eval.records import Message
from eval.speakers import Function
from eval.store import Store
from eval.task import items_of, load
from tools.word_hashes import words_in

WORDS = words_in(
    "harbour lantern ferry council ledger orchard winter copper signal bridge market tunnel weather engine garden "
    "letter mirror number office paper quarry river season timber valley window yellow zinc amber basket candle dragon"
)


def text_of(number: int, words: int = 120) -> str:
    """A document of our own making, unlike any other's."""
    drawn = random.Random(number)
    return " ".join(drawn.choice(WORDS) for _ in range(words)).capitalize() + "."


def rows_file(path: Path, texts: list[str], column: str = "text") -> Path:
    path.write_text("".join(json.dumps({column: text}) + "\n" for text in texts))
    return path


def own_set(path: Path, name: str = "ours", column: str = "text", domain: str = "news") -> DataSet:
    return DataSet(name, column, domain, "ours", path=path, about="documents of ours")


def documents(texts: list[str], name: str = "ours") -> list[Document]:
    return [Document(f"{name}-{number}", name, text, key_of(text)) for number, text in enumerate(texts)]


# Sets


def test_the_registry_is_whole() -> None:
    sets = registry()
    assert len(sets) >= 40
    assert len({one.name for one in sets}) == len(sets)
    for one in sets:
        assert one.sure in ("checked", "known", "likely")
        assert one.hub.count("/") == 1
        assert one.column
        assert one.split
        assert one.licence
        assert one.about


@pytest.mark.parametrize("domain", sorted({one.domain for one in registry()} | {"general"}))
def test_each_domain_has_eight_packaged_prompts_of_all_kinds(domain: str) -> None:
    prompts = packaged(DataSet("x", "text", domain)).prompts
    assert len({prompt.text for prompt in prompts}) == 8
    assert {prompt.kind for prompt in prompts} == set(KINDS)
    assert domain == "general" or prompts != packaged(DataSet("x", "text", "general")).prompts


@pytest.mark.parametrize("text", ["x", "x=y", "x=#c", "=p#c", "a b=p#c", "x=/nowhere.jsonl#text"])
def test_files_of_ones_own_are_named_rightly_or_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--from"):
        own(text)


def test_which_sets_are_meant(tmp_path: Path) -> None:
    file = rows_file(tmp_path / "a#b.jsonl", ["x"])
    assert own(f"mine:law={file}#text") == DataSet(
        "mine", "text", "law", "the user's own", about="documents of mine", path=file
    )
    assert [one.name for one in chosen(["xsum"], [f"mine={file}#text"])] == ["xsum", "mine"]
    assert [one.name for one in chosen([], [f"mine={file}#text"])] == ["mine"]
    assert chosen([], []) == registry()
    with pytest.raises(UsageError, match="did you mean samsum"):
        chosen(["samsun"], [])
    with pytest.raises(UsageError, match="two sets are called 'xsum'"):
        chosen(["xsum"], [f"xsum={file}#text"])


# Documents


def test_what_is_drawn_depends_on_the_words_and_the_seed_alone(tmp_path: Path) -> None:
    texts = [text_of(n) for n in range(40)]
    first = sample(own_set(rows_file(tmp_path / "a.jsonl", texts)), 10, 1, tmp_path / "kept")
    turned = sample(own_set(rows_file(tmp_path / "b.jsonl", texts[::-1])), 10, 1, tmp_path / "other")
    assert [one.text for one in first.documents] == [one.text for one in turned.documents]
    assert first.dropped == {"not drawn": 30}
    other = sample(own_set(tmp_path / "a.jsonl"), 10, 2, tmp_path / "third")
    assert {one.text for one in other.documents} != {one.text for one in first.documents}


def test_what_does_not_fit_is_counted(tmp_path: Path) -> None:
    texts = [text_of(1), text_of(1).upper(), text_of(2, 20), "", text_of(3, 7000), text_of(4)]
    drawn = sample(own_set(rows_file(tmp_path / "a.jsonl", texts)), 10, 1, tmp_path / "kept")
    assert drawn.read == 6
    assert len(drawn.documents) == 2
    assert +drawn.dropped == {"the same as another of its set": 1, "too short": 1, "empty": 1, "too long": 1}


def test_what_was_drawn_is_kept_until_the_file_changes(tmp_path: Path) -> None:
    one = own_set(rows_file(tmp_path / "a.jsonl", [text_of(1)]))
    before = sample(one, 10, 1, tmp_path)
    kept = tmp_path / "ours.jsonl"
    kept.write_text(kept.read_text().replace(text_of(1), "as it was kept"))
    assert [d.text for d in sample(one, 10, 1, tmp_path).documents] == ["as it was kept"]
    kept.write_text("\n".join(kept.read_text().splitlines()[:1]) + "\n")  # cut off
    assert sample(one, 10, 1, tmp_path) == before
    rows_file(tmp_path / "a.jsonl", [text_of(2)])
    assert [d.text for d in sample(one, 10, 1, tmp_path).documents] == [text_of(2)]


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"a": {"b": [text_of(1), text_of(2)]}}, "a.b"),
        ({"a": [{"b": text_of(1)}, {"b": text_of(2)}]}, "a.b"),
        ({"a": [text_of(1), None, [text_of(2)]]}, "a"),
    ],
)
def test_a_document_in_pieces_is_put_together(row: dict[str, Any], column: str, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps(row) + "\n")
    (only,) = sample(own_set(tmp_path / "a.jsonl", column=column), 10, 1, tmp_path / "kept").documents
    assert only.text == f"{text_of(1)}\n{text_of(2)}"


def test_a_file_without_the_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no column 'txt'; it has text"):
        sample(own_set(rows_file(tmp_path / "a.jsonl", ["x"]), column="txt"), 10, 1, tmp_path)


def test_a_set_is_loaded_as_its_hub_holds_it(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    rows_file(tmp_path / "set" / "test.jsonl", [text_of(n) for n in range(5)], "article")
    there = DataSet("there", "article", "news", hub=str(tmp_path / "set"), split="test")
    assert len(sample(there, 3, 1, tmp_path / "kept").documents) == 3
    with pytest.raises(Unusable, match="no column 'document'; it has article"):
        sample(DataSet("there", "document", hub=str(tmp_path / "set"), split="test"), 3, 1, tmp_path / "kept")
    with pytest.raises(Unusable, match="can't be loaded"):
        sample(DataSet("gone", "document", hub=str(tmp_path / "nowhere"), split="test"), 3, 1, tmp_path / "kept")


def test_of_a_set_that_needs_a_script_the_hubs_copy_is_read(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    asked: list[dict[str, Any]] = []

    def load_dataset(hub: str, config: str | None, **how: Any) -> Any:
        asked.append({"config": config, **how})
        if "revision" not in how:
            raise RuntimeError("Dataset scripts are no longer supported, but found old.py")
        return datasets.Dataset.from_list([{"text": text_of(1)}]).to_iterable_dataset()

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    assert len(sample(DataSet("old", "text", hub="a/old", split="test"), 3, 1, tmp_path).documents) == 1
    assert asked[1] == {"config": "default", "revision": "refs/convert/parquet", "split": "test", "streaming": True}


# Duplicates


def changed(text: str, every: int) -> str:
    """A text with every so many words replaced."""
    return " ".join("other" if n % every == every - 1 else word for n, word in enumerate(text.split()))


def test_documents_that_repeat_one_another() -> None:
    texts = [text_of(1), text_of(2), text_of(1).upper(), changed(text_of(2), 50), changed(text_of(1), 4)]
    assert among(documents(texts)) == {"ours-2": SAME, "ours-3": ALIKE}


def test_documents_that_stand_in_the_training_data(tmp_path: Path) -> None:
    texts = [text_of(n) for n in range(6)]
    half = " ".join(texts[3].split()[:40])
    rows = [
        {"messages": [{"role": "user", "content": texts[0].upper()}, {"role": "assistant", "content": "Yes."}]},
        {"messages": [{"role": "user", "content": f"Sum this up, please: {texts[1]} In one sentence!"}]},
        {"messages": [{"role": "user", "content": changed(texts[2], 50)}]},
        {"text": f"{text_of(90)} {half} {text_of(91)}"},
        {"text": f"{text_of(92)} {' '.join(texts[4].split()[:12])}"},
    ]
    (tmp_path / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    found, count = against(documents(texts), [tmp_path / "train.jsonl"])
    assert found["ours-0"] == KNOWN
    assert found["ours-1"] in (NEARLY_KNOWN, SHARED)
    assert found["ours-2"] == NEARLY_KNOWN
    assert found["ours-3"] == SHARED
    assert sorted(found) == ["ours-0", "ours-1", "ours-2", "ours-3"]
    assert count == 5


def test_a_run_is_training_data_too(tmp_path: Path) -> None:
    said = [{"role": "user", "content": f"Sum up: {text_of(1)}"}, {"role": "assistant", "content": "Done."}]
    (tmp_path / "pairs.jsonl").write_text(json.dumps({"id": "a", "messages": said}) + "\n")
    assert list(against(documents([text_of(1), text_of(2)]), [tmp_path])[0]) == ["ours-0"]


@pytest.mark.parametrize("content", [None, '{"a": 1}\n{broken\n'])
def test_training_data_that_can_not_be_read_ends_it(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "train.jsonl"
    if content:
        path.write_text(content)
    with pytest.raises(UsageError, match=re.escape(f"--against {path}")):
        against(documents([text_of(1)]), [path])


# Prompts


def writing(
    lines: Callable[[int], str] = lambda n: f"Tell a reader in {n} sentences what the article is about.",
) -> Any:
    """A model that writes as many prompts as it is asked for, never the same twice."""
    said = [0]

    def say(messages: list[Message]) -> str:
        found = re.search(r"Write exactly (\d+) prompts", messages[0]["content"])
        assert found
        first = said[0]
        said[0] += int(found[1])
        return "\n".join(f"{n - first}. {lines(n)}" for n in range(first + 1, said[0] + 1))

    return say


async def test_prompts_are_written_a_third_of_each_kind(tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        found = await write(DataSet("x", "text"), [text_of(1)], 10, Function("python:w", writing()), store)
    assert [sum(prompt.kind == kind for prompt in found.prompts) for kind in KINDS] == [4, 3, 3]
    assert (found.by, found.unfit, found.notes) == ("python:w", 0, [])


async def test_what_is_no_prompt_is_asked_for_again(tmp_path: Path) -> None:
    asked: list[str] = []
    specimens = [f"The walrus of Ulm. {text_of(1)}", f"The organ of Bern. {text_of(2)}"]

    def careless(messages: list[Message]) -> str:
        asked.append(messages[0]["content"])
        if len(asked) > 1:
            return f"1. Write a summary in {len(asked)} sentences for somebody in a hurry."
        return (
            "Here are your prompts:\n"
            "1. Sum up the article in three sentences for a busy reader.\n"
            "2. **SUM UP the article in three sentences, for a busy reader!**\n"
            "3. Summarise the article by [name of the author] for a reader.\n"
            "4. Sum up the specimen as if you were its author, at length.\n"
            f"5. Explain to a child why {' '.join(text_of(1).split()[5:12])} matters.\n"
            "6. Sum up.\n"
            "7. Tell a reader what the article says about the walrus in one sentence.\n"
            "8. **Transform it into a script for a video with these parts:**\n"
            "   - The closing remarks, which sum all of it up again\n"
            "9. **Prompt 9:** Tell a child in two sentences what the article is about."
        )

    with Store(tmp_path) as store:
        found = await write(DataSet("x", "text"), specimens, 6, Function("python:w", careless), store)
    assert found.unfit == 7
    assert [prompt.text for prompt in found.prompts if prompt.kind == "summarising"] == [
        "Sum up the article in three sentences for a busy reader.",
        "Tell a child in two sentences what the article is about.",
    ]
    assert "Write exactly 2 prompts" in asked[1]
    assert "- Sum up" not in asked[1]  # of another kind


@pytest.mark.parametrize("reply", ["I'm sorry, I can't do that.", "", "1. Sum up."])
async def test_a_model_that_writes_none_is_told_and_ours_are_taken(reply: str, tmp_path: Path) -> None:
    with Store(tmp_path) as store:
        one = DataSet("x", "text", "law")
        found = await write(one, [text_of(1)], 6, Function("python:w", lambda messages: reply), store)
    assert found.prompts == packaged(one).prompts
    assert found.by == "packaged"
    assert found.notes == ["python:w wrote no prompt that is fit"]


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
        report = await build(plan, store, Function("python:w", writer) if writer else None)
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


def test_a_model_writes_the_prompts(tmp_path: Path) -> None:
    (tmp_path / "writer.py").write_text(
        "def say(messages):\n    return '1. Sum up the text in one sentence for a child.\\n2. List the facts of the "
        "text, one a line.'\n"
    )
    file = rows_file(tmp_path / "a.jsonl", [text_of(n) for n in range(3)])
    assert run(
        "build", "--out", str(tmp_path / "out"), "--from", f"mine={file}#text", "--total", "3", "--prompts", "2",
        "--model", f"python:{tmp_path}/writer.py:say",
    ) == 0  # fmt: skip
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
