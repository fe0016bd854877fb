"""A store is read through once for each copy, and any byte that is not as it was written is noticed."""

import json
import os
import shutil
import time
from pathlib import Path

import pytest

import training.intact
from training.errors import UsageError
from training.intact import REMEMBERED, check_intact, remember
from training.store import Store, Writer


def store(folder: Path) -> Store:
    with Writer(folder, vocab=300, meta={}) as writer:
        for number in range(20):
            ids = [number + 1] * 50
            writer.add(ids, [[3, 9], [20, 50]], [1, 0.5], f"skill {number}", f"split {number}", f"chat {number}", 2.5)
        return writer.finish()


def quietly(folder: Path) -> None:
    check_intact(Store.open(folder), lambda line: None)


def columns(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*.bin"))


def test_all_columns_have_a_sum(tmp_path: Path) -> None:
    """Also those of stores without weights and mixes."""
    assert sorted(store(tmp_path / "s").sums) == columns(tmp_path / "s")
    with Writer(tmp_path / "plain", vocab=300, meta={}) as writer:
        writer.add([1, 2], [[1, 2]], [1], "a", "train", "x")
        plain = writer.finish()
    assert sorted(plain.sums) == columns(tmp_path / "plain")
    assert "weights.bin" not in plain.sums
    quietly(tmp_path / "plain")


def test_a_changed_byte_in_any_column_is_noticed_and_told_each_time(tmp_path: Path) -> None:
    store(tmp_path / "s")
    quietly(tmp_path / "s")
    for name in columns(tmp_path / "s"):
        path = tmp_path / "s" / name
        was = path.read_bytes()
        at = len(was) // 2
        path.write_bytes(was[:at] + bytes([was[at] ^ 1]) + was[at + 1 :])
        for _ in range(2):
            with pytest.raises(UsageError, match=rf"damaged \({name}\): delete it"):
                quietly(tmp_path / "s")
        path.write_bytes(was)
        quietly(tmp_path / "s")


def test_a_change_that_hides_its_time_is_noticed(tmp_path: Path) -> None:
    store(tmp_path / "s")
    quietly(tmp_path / "s")
    path = tmp_path / "s" / "tokens.bin"
    before = path.stat()
    while time.time_ns() - before.st_ctime_ns < 5e7:
        time.sleep(0.01)
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(UsageError, match="damaged"):
        quietly(tmp_path / "s")


def test_what_was_read_is_not_read_again_and_a_copy_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    remember(store(tmp_path / "s"))
    read = []
    sum_of = training.intact._sum
    monkeypatch.setattr(training.intact, "_sum", lambda path: read.append(path.name) or sum_of(path))
    quietly(tmp_path / "s")
    assert read == []
    shutil.copytree(tmp_path / "s", tmp_path / "copy")
    quietly(tmp_path / "copy")
    assert sorted(read) == columns(tmp_path / "copy")
    quietly(tmp_path / "copy")
    assert sorted(read) == columns(tmp_path / "copy")


@pytest.mark.parametrize("text", ["", "[]", "{", "3"])
def test_a_spoilt_note_is_none(tmp_path: Path, text: str) -> None:
    store(tmp_path / "s")
    (tmp_path / "s" / REMEMBERED).write_text(text)
    quietly(tmp_path / "s")
    assert json.loads((tmp_path / "s" / REMEMBERED).read_text())


def test_where_nothing_can_be_noted_it_is_as_well(tmp_path: Path) -> None:
    store(tmp_path / "s")
    (tmp_path / "s" / REMEMBERED).mkdir()
    quietly(tmp_path / "s")
    assert [path.name for path in (tmp_path / "s").iterdir() if path.name.startswith(".")] == []
