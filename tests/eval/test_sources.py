"""Rows from hubs, repositories and local copies; and what is said where they can't be had."""

import http.client
import json
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from agents.errors import UsageError
from eval.sources import Source, read_rows

ROWS = [{"question": f"{n}?", "answer": n} for n in range(3)]
HUB = Source(hub="owner/set", configs=("easy", "hard"), split="test")


def write(path: Path, rows: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")


def test_a_local_copy_by_config(tmp_path: Path) -> None:
    write(tmp_path / "easy.jsonl", ROWS)
    write(tmp_path / "hard.jsonl", ROWS[:1])
    found = [(row.config, row.number) for row in read_rows("x", HUB, tmp_path)]
    assert found == [("easy", 0), ("easy", 1), ("easy", 2), ("hard", 0)]


def as_the_hub_has_it(folder: Path) -> Path:
    """Lay rows out as a data set of the hub: Parquet by config, named in the card."""
    import pyarrow
    import pyarrow.parquet

    card = ["---", "configs:"]
    for config, rows in (("easy", ROWS), ("hard", ROWS[:1])):
        place = folder / config / "test-00000-of-00001.parquet"
        place.parent.mkdir(parents=True)
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), place)
        card += [f"- config_name: {config}", "  data_files:", "  - split: test", f"    path: {config}/test-*"]
    (folder / "README.md").write_text("\n".join([*card, "---", ""]), encoding="utf-8")
    return folder


def test_a_copy_of_what_the_hub_holds_goes_the_hubs_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("datasets")
    place = as_the_hub_has_it(tmp_path / "set")
    expected = [("easy", row) for row in ROWS] + [("hard", ROWS[0])]
    assert [(row.config, row.data) for row in read_rows("x", HUB, place)] == expected
    # The very call that goes to the hub: a relative path takes its owner's and its own name.
    (tmp_path / "owner").mkdir()
    place.rename(tmp_path / "owner" / "set")
    monkeypatch.chdir(tmp_path)
    assert [(row.config, row.data) for row in read_rows("x", HUB, None)] == expected


def test_a_hub_that_cannot_be_reached(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    pytest.importorskip("datasets")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"x: owner/set can't be reached .*--data x=PATH"):
        list(read_rows("x", HUB, None))


def test_a_gated_set_says_how_it_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    datasets = pytest.importorskip("datasets")
    from datasets.exceptions import DatasetNotFoundError

    def refuse(*_: Any, **__: Any) -> None:
        raise DatasetNotFoundError("Dataset 'owner/set' is a gated dataset on the Hub. Visit the dataset page to ask.")

    monkeypatch.setattr(datasets, "load_dataset", refuse)
    with pytest.raises(UsageError, match=r"is gated; accept its terms on its page and set HF_TOKEN"):
        list(read_rows("x", HUB, None))


def test_without_the_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(UsageError, match=r"pip install 'agentinstruct\[eval\]'"):
        list(read_rows("x", HUB, None))


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def copyfile(self, source: Any, outputfile: Any) -> None:
        """Send half of what was announced, where the name says so: a connection that breaks."""
        if self.path.endswith("cut.json"):
            outputfile.write(source.read()[:10])
            self.close_connection = True
        else:
            super().copyfile(source, outputfile)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Source]:
    """Files behind HTTP on loopback, and an empty cache."""
    files = tmp_path / "files"
    (files / "data").mkdir(parents=True)
    (files / "data" / "prompts.json").write_text(json.dumps(ROWS))
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path / "cache"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(files)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield Source(url=f"http://127.0.0.1:{server.server_port}", files=("data/prompts.json",))
    server.shutdown()
    thread.join()
    server.server_close()


def test_files_of_a_repository_are_fetched_once(repository: Source, tmp_path: Path) -> None:
    assert [row.data for row in read_rows("x", repository, None)] == ROWS
    (tmp_path / "files" / "data" / "prompts.json").unlink()
    assert [(row.config, row.data) for row in read_rows("x", repository, None)] == [("prompts", row) for row in ROWS]


def test_a_file_that_is_not_there(repository: Source, tmp_path: Path) -> None:
    lacking = Source(url=repository.url, files=("data/other.json",))
    with pytest.raises(UsageError, match=r"other.json can't be fetched .*--data x=PATH"):
        list(read_rows("x", lacking, None))
    assert not list((tmp_path / "cache").rglob("*.json"))


def test_a_file_that_comes_in_part_is_not_kept(repository: Source, tmp_path: Path) -> None:
    (tmp_path / "files" / "cut.json").write_text(json.dumps(ROWS))
    with pytest.raises(UsageError, match=r"cut.json did not come whole .*--data x=PATH"):
        list(read_rows("x", Source(url=repository.url, files=("cut.json",)), None))
    assert not list((tmp_path / "cache").rglob("cut*"))


def test_offline_is_offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(UsageError, match="HF_HUB_OFFLINE=1 forbids to fetch it"):
        list(read_rows("x", Source(url="https://example.invalid/data", files=("a.json",)), None))


def test_a_local_copy_of_a_repository(repository: Source, tmp_path: Path) -> None:
    assert [row.data for row in read_rows("x", repository, tmp_path / "files")] == ROWS
    with pytest.raises(UsageError, match=r"none of data/prompts.json lies there"):
        list(read_rows("x", repository, tmp_path))
    with pytest.raises(UsageError, match="there is nothing"):
        list(read_rows("x", repository, tmp_path / "nowhere"))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("rows.jsonl", "[" * 100_000, "nested too deep"),
        ("rows.json", '{"a":' * 100_000, "nested too deep"),
        ("rows.json", "12", "no rows"),
        ("rows.csv", 'question\n"' + "x" * (17 * 2**20), "field larger"),
        ("rows.json", "1" * 5_000, "can't be read"),
    ],
)
def test_hostile_files_are_a_line(tmp_path: Path, name: str, text: str, said: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UsageError, match=said):
        list(read_rows("t", Source(), tmp_path / name))


def test_long_fields_of_a_table_are_read(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(f'text\n"{"long " * 40_000}"\n')
    assert len(next(read_rows("t", Source(), path)).data["text"]) == 200_000


def test_an_answer_that_is_no_http_is_a_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise http.client.IncompleteRead(b"half")

    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setattr("urllib.request.urlopen", broken)
    with pytest.raises(UsageError, match="can't be fetched"):
        list(read_rows("x", Source(url="http://127.0.0.1:1", files=("a.json",)), None))
