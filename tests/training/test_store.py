"""A store gives back what it was given, is whole or not there, and says what is wrong with it."""

import errno
import json
import os
import pickle
import resource
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.errors import UsageError
from training.store import PARTIAL, Store, Writer

ROOT = Path(__file__).parents[2]
Given = tuple[list[int], list[tuple[int, int]], list[float], str, str, str, float]


@st.composite
def chats(draw: st.DrawFn, vocab: int = 100_000) -> Given:
    ids = draw(st.lists(st.integers(0, vocab - 1), min_size=1, max_size=20))
    edges = sorted(draw(st.lists(st.integers(0, len(ids)), max_size=6)))
    spans = list(zip(edges[::2], edges[1::2], strict=False))
    weight = st.sampled_from([1.0, 1.0, 0.5, 2.0])
    weights = draw(st.lists(weight, min_size=len(spans), max_size=len(spans)))
    skill, split = draw(st.sampled_from(["rag", "mcq", "Ümlaut"])), draw(st.sampled_from(["train", "test"]))
    return ids, spans, weights, skill, split, draw(st.text(max_size=8)), draw(st.sampled_from([1.0, 0.25, 2.0]))


def written(folder: Path, rows: list[Given], vocab: int = 100_000) -> Store:
    shutil.rmtree(folder, ignore_errors=True)
    with Writer(folder, vocab=vocab, meta={"key": "abc"}) as writer:
        for ids, spans, weights, skill, split, name, often in rows:
            writer.add(ids, np.array(spans).reshape(-1, 2), weights, skill, split, name, often)
        return writer.finish({"dropped": {"too long": 3}})


@settings(max_examples=40)  # each waits for the disk
@given(st.lists(chats(), max_size=8))
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, rows: list[Given]) -> None:
    store = written(tmp_path_factory.getbasetemp() / "store", rows)
    assert len(store) == len(rows)
    assert store.tokens == sum(len(row[0]) for row in rows)
    for number, (ids, spans, weights, skill, split, name, often) in enumerate(rows):
        read, parts, heavy = store.document(number)
        assert read.tolist() == ids
        assert parts.tolist() == [list(span) for span in spans]
        assert heavy.tolist() == weights
        assert store.skills[store.skill_of[number]] == skill
        assert number in store.subset(split)
        assert store.chat(number) == name
        assert store.often[number] == often
        assert store.lengths[number] == len(ids)
        trained = {at for start, end in spans for at in range(start, end)} - {0}
        assert store.trained[number] == len(trained)
    assert store.meta == {"key": "abc", "dropped": {"too long": 3}}


@pytest.mark.parametrize(("vocab", "bytes_each"), [(32_000, 2), (65_536, 2), (65_537, 4), (151_936, 4)])
def test_a_token_takes_as_little_as_the_vocabulary_allows(tmp_path: Path, vocab: int, bytes_each: int) -> None:
    store = written(tmp_path / "s", [([0, 1, vocab - 1], [(1, 3)], [1.0], "a", "train", "x", 1.0)], vocab)
    assert (tmp_path / "s" / "tokens.bin").stat().st_size == 3 * bytes_each
    assert store.document(0)[0].tolist() == [0, 1, vocab - 1]


def test_chats_of_usual_length_take_little_more_than_two_bytes_a_token(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    with Writer(tmp_path / "s", vocab=32_000, meta={}) as writer:
        for number in range(300):
            length = int(rng.lognormal(6.4, 0.9)) + 40
            writer.add(rng.integers(0, 32_000, length), [[20, length]], [1], "rag", "train", f"rag-{number:032x}")
        store = writer.finish()
    on_disk = sum(path.stat().st_size for path in (tmp_path / "s").iterdir())
    assert on_disk < 2.5 * store.tokens
    assert store.size <= on_disk


def test_nobody_can_write_into_an_open_store(tmp_path: Path) -> None:
    store = written(tmp_path / "s", [([1, 2], [(1, 2)], [1.0], "a", "train", "x", 1.0)])
    with pytest.raises(ValueError, match="read-only"):
        store.document(0)[0][0] = 9


def test_a_store_travels_to_workers_as_its_path(tmp_path: Path) -> None:
    with Writer(tmp_path / "s", vocab=9, meta={}) as writer:
        writer.add(np.ones(100_000, int), [[1, 2]], [1], "a", "train", "x")
        store = writer.finish()
    sent = pickle.dumps(store)
    assert len(sent) < 500
    assert pickle.loads(sent).document(0)[0].shape == (100_000,)


def test_an_unknown_split_is_named_with_the_known(tmp_path: Path) -> None:
    store = written(tmp_path / "s", [([1], [], [], "a", "train", "x", 1.0)])
    with pytest.raises(UsageError, match=r"'test'.*there are: train"):
        store.subset("test")


@pytest.mark.parametrize(
    ("ids", "spans", "weights", "often"),
    [
        ([], [], [], 1),
        ([1.5], [], [], 1),
        ([-1], [], [], 1),
        ([10], [], [], 1),
        ([1, 2], [[0, 3]], [1], 1),
        ([1, 2], [[-1, 2]], [1], 1),
        ([1, 2], [[2, 1]], [1], 1),
        ([1, 2, 3], [[0, 2], [1, 3]], [1, 1], 1),
        ([1, 2, 3], [[2, 3], [0, 1]], [1, 1], 1),
        ([1, 2], [[0, 1]], [], 1),
        ([1, 2], [[0, 1]], [0], 1),
        ([1, 2], [[0, 1]], [-1], 1),
        ([1, 2], [[0, 1]], [float("nan")], 1),
        ([1, 2], [[0, 1]], [1], 0),
        ([1, 2], [[0, 1]], [1], float("inf")),
    ],
)
def test_nonsense_is_refused_and_leaves_no_trace(
    tmp_path: Path, ids: Any, spans: Any, weights: Any, often: Any
) -> None:
    with Writer(tmp_path / "s", vocab=10, meta={}) as writer:
        writer.add([3, 4], [[1, 2]], [1], "a", "train", "before")
        with pytest.raises(ValueError, match=r"token|span|epoch"):
            writer.add(ids, spans, weights, "b", "train", "bad", often)
        writer.add([5], [], [], "a", "train", "after")
        store = writer.finish()
    assert [store.chat(n) for n in range(len(store))] == ["before", "after"]
    assert store.document(1)[0].tolist() == [5]
    assert store.skills == ["a"]


# Whole, or not there.


def test_nothing_is_there_before_it_is_whole(tmp_path: Path) -> None:
    with Writer(tmp_path / "s", vocab=10, meta={}) as writer:
        writer.add([1], [], [], "a", "train", "x")
        with pytest.raises(UsageError, match="no store"):
            Store.open(tmp_path / "s")
    assert list(tmp_path.iterdir()) == [], "left unfinished, and still there"


FILL = """
import sys
from pathlib import Path
from training.errors import UsageError
from training.store import Writer
try:
    with Writer(Path(sys.argv[1]) / "s", vocab=10, meta={}) as writer:
        for number in range(int(sys.argv[2])):
            writer.add([1] * 1000, [[1, 1000]], [1], "a", "train", f"chat {number}")
        writer.finish()
except UsageError as error:
    sys.exit(str(error))
"""


@pytest.mark.parametrize("kilobytes", [0, 1, 100, 5000])
def test_a_file_that_can_grow_no_further_leaves_nothing(tmp_path: Path, kilobytes: int) -> None:
    """The kernel's limit on files stands for the disk that is full, quota and all, wherever the tests run."""
    limit = kilobytes * 1024

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-c", FILL, str(tmp_path), "4000"]
    ended = subprocess.run(command, cwd=ROOT, preexec_fn=limited, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert f"no room for the prepared tokens in {tmp_path}" in ended.stderr
    assert "`store:`" in ended.stderr
    assert list(tmp_path.iterdir()) == []


def own_disk(size: str, command: str) -> list[str]:
    """Return a command that runs another with a file system of its own size at $1."""
    return ["unshare", "-rm", "sh", "-c", f'mount -t tmpfs -o size={size} none "$1" && {command}', "sh"]


def test_a_full_disk_leaves_nothing(tmp_path: Path) -> None:
    try:
        subprocess.run([*own_disk("1m", "true"), str(tmp_path)], check=True, capture_output=True, timeout=10)
    except (OSError, subprocess.SubprocessError) as error:
        pytest.skip(f"no file system of our own can be mounted here: {error}")
    run = f'"{sys.executable}" -c "$FILL" "$1" 4000; code=$?; ls -A "$1"; exit $code'
    ended = subprocess.run(
        [*own_disk("1m", run), str(tmp_path)],
        cwd=ROOT, env={**os.environ, "FILL": FILL}, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 1
    assert "(No space left on device: " in ended.stderr
    assert ended.stdout == "", "something was left on the full disk"


def test_a_folder_nobody_may_write_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"can't write to .*file.*`store:`"):
        Writer(tmp_path / "file" / "s", vocab=10, meta={})


def test_a_full_disk_that_cannot_even_take_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "mkdir", full)
    with pytest.raises(UsageError, match=r"no room for the prepared tokens in .*No space left"):
        Writer(tmp_path / "stores" / "s", vocab=10, meta={})


def test_a_killed_writer_leaves_no_store(tmp_path: Path) -> None:
    killed = FILL.replace("writer.finish()", "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    ended = subprocess.run([sys.executable, "-c", killed, str(tmp_path), "3000"], cwd=ROOT, timeout=60)
    assert ended.returncode == -9
    with pytest.raises(UsageError, match="no store"):
        Store.open(tmp_path / "s")
    (left,) = tmp_path.iterdir()
    assert left.suffix == PARTIAL
    assert len(written(tmp_path / "s", [([1], [], [], "a", "train", "x", 1.0)])) == 1


def test_folders_need_not_be_synced_and_files_must(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync
    refused = stat.S_ISDIR

    def picky(file: int) -> None:
        if refused(os.fstat(file).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        fsync(file)

    monkeypatch.setattr(os, "fsync", picky)
    chat: Given = ([1], [], [], "a", "train", "x", 1.0)
    assert len(written(tmp_path / "s", [chat])) == 1
    refused = stat.S_ISREG
    with pytest.raises(UsageError, match="Invalid argument"):
        written(tmp_path / "other", [chat])
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


def test_of_two_writers_the_first_to_end_wins_and_both_have_a_store(tmp_path: Path) -> None:
    with Writer(tmp_path / "s", vocab=10, meta={}) as one, Writer(tmp_path / "s", vocab=10, meta={}) as two:
        one.add([1], [], [], "a", "train", "one")
        two.add([2], [], [], "a", "train", "two")
        assert one.finish().chat(0) == "one"
        assert two.finish().chat(0) == "one"
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


# Damaged, and of another time.


def test_a_file_cut_short_is_noticed(tmp_path: Path) -> None:
    written(tmp_path / "s", [([1, 2, 3], [(1, 3)], [1.0], "a", "train", "x", 1.0)])
    with (tmp_path / "s" / "tokens.bin").open("r+b") as file:
        file.truncate(4)
    with pytest.raises(UsageError, match=r"damaged \(tokens.bin\): delete it"):
        Store.open(tmp_path / "s")


@pytest.mark.parametrize("name", ["meta.json", "spans_offsets.bin", "split.bin"])
def test_a_missing_file_is_noticed(tmp_path: Path, name: str) -> None:
    written(tmp_path / "s", [([1, 2, 3], [(1, 3)], [1.0], "a", "train", "x", 1.0)])
    (tmp_path / "s" / name).unlink()
    with pytest.raises(UsageError, match=rf"damaged \(no {name}\): delete it"):
        Store.open(tmp_path / "s")


def test_another_format_is_named(tmp_path: Path) -> None:
    written(tmp_path / "s", [([1], [], [], "a", "train", "x", 1.0)])
    about = tmp_path / "s" / "meta.json"
    about.write_text(json.dumps(json.loads(about.read_text()) | {"format": 99}))
    with pytest.raises(UsageError, match="format 99"):
        Store.open(tmp_path / "s")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"files": 3}',
        '{"files": {}}',
        '{"files": {}, "format": 2}',
        '{"files": [], "format": 2}',
        "\xff",
    ],
)
def test_a_spoilt_description_is_one_line(tmp_path: Path, text: str) -> None:
    written(tmp_path / "s", [([1], [], [], "a", "train", "x", 1.0)])
    (tmp_path / "s" / "meta.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match="can't read the store") as caught:
        Store.open(tmp_path / "s")
    assert "\n" not in str(caught.value)
