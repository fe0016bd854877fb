"""Data sets of a hub as seeds, tried on folders that are read by the same call; no hub is asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("datasets", reason="extra documents")

from teams.engine.documents import hub
from teams.engine.options import RunOptions
from teams.engine.seeds import SeedError, Skip, read_seeds
from tests.teams.making_documents import PARAGRAPH


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data set of two splits, as a hub holds them."""
    folder = tmp_path / "mills"
    folder.mkdir()
    rows = {"train": 30, "test": 3}
    for split, count in rows.items():
        lines = [{"n": n, "text": f"{split} {n}. {PARAGRAPH}", "remark": f"Remark {n}."} for n in range(1, count + 1)]
        (folder / f"{split}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


def test_rows_are_documents_with_their_place(data: Path) -> None:
    seeds = list(read_seeds([Path(f"hub:{data}")], "s", "text"))
    assert [seed.facts["place"] for seed in seeds] == [{"row": n} for n in range(1, 31)]
    assert seeds[2].text == f"train 3. {PARAGRAPH}"
    assert (seeds[2].id, seeds[2].path, seeds[2].span) == ("s/mills:3-3", "mills", (3, 3))
    assert all(str(data) not in json.dumps(seed.__dict__) for seed in seeds)


def test_split_and_column_can_be_named(data: Path) -> None:
    seeds = list(read_seeds([Path(f"hub:{data}:test#remark")], "s", "text"))
    assert [seed.text for seed in seeds] == ["Remark 1.", "Remark 2.", "Remark 3."]
    assert seeds[0].path == "mills/test/remark"


def test_a_data_set_beside_a_folder(data: Path, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "a.txt").write_text(PARAGRAPH)
    roots = [tmp_path / "own", Path(f"hub:{data}:test"), Path(f"hub:{data}:test")]
    skipped: dict[str, str] = {}
    seeds = list(read_seeds(roots, "s", "text", skipped.__setitem__))
    assert len({seed.id for seed in seeds}) == len(seeds) == 4
    assert skipped == {"mills/test": Skip.TWICE}


def test_more_rows_than_are_read_are_told(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "MAX_ROWS", 10)
    skipped: dict[str, str] = {}
    seeds = list(read_seeds([Path(f"hub:{data}")], "s", "text", skipped.__setitem__))
    assert len(seeds) == 10
    assert skipped == {"mills": Skip.MORE_ROWS}


def test_a_name_survives_as_a_path_of_the_options() -> None:
    name = "hub:owner/some-set.v2:config:validation#body"
    assert [str(seed) for seed in RunOptions(seeds=(Path(name),)).seeds] == [name]


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("{}#nope", "has no column 'nope'; it has n, text, remark"),
        ("{}::dev", "has no split 'dev'; it has"),
        ("nothing", "names no data set; write hub:OWNER/NAME[:CONFIG][:SPLIT][#COLUMN]"),
        ("a/b:c:d:e", "names no data set; write hub:OWNER/NAME[:CONFIG][:SPLIT][#COLUMN]"),
        ("/no/such/folder", "no folder at '/no/such/folder'"),
        ("owner/name", "HF_HUB_OFFLINE is set, so no hub is asked"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(data: Path, root: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(SeedError) as caught:
        list(read_seeds([Path(f"hub:{root.format(data)}")], "s", "text"))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 400 + len(str(data))


def test_rows_of_messages_are_no_documents(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text(json.dumps({"messages": [{"role": "user", "content": "hello"}]}) + "\n")
    with pytest.raises(SeedError, match="rows of messages, not documents"):
        list(read_seeds([Path(f"hub:{tmp_path}")], "s", "text"))


def test_broken_rows_of_a_data_set_end_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text('{"text": "a story"}\n{broken\n')
    with pytest.raises(SeedError, match="can't be read") as caught:
        list(read_seeds([Path(f"hub:{tmp_path}")], "s", "text"))
    assert "\n" not in str(caught.value)


def test_skills_that_read_code_say_that_this_is_text(data: Path) -> None:
    with pytest.raises(SeedError, match="data set of texts"):
        read_seeds([Path(f"hub:{data}")], "s", "code")


def test_a_name_without_its_prefix_gets_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SeedError, match=r"for a data set of the Hugging Face hub write --seeds hub:owner/name"):
        read_seeds([Path("owner/name")], "s", "text")
    (tmp_path / "owner").mkdir()
    with pytest.raises(SeedError, match=r"no seeds at 'owner/name'; samples are in"):
        read_seeds([Path("owner/name")], "s", "text")


def test_without_the_library_it_is_said_what_to_install(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(SeedError, match=r'pip install "agentinstruct\[documents\]"'):
        read_seeds([Path(f"hub:{data}")], "s", "text")


def test_where_no_hub_answers_one_line_says_so() -> None:
    """The endpoint is a closed port of this machine."""
    program = (
        "from pathlib import Path\nfrom teams.engine.seeds import read_seeds, SeedError\n"
        "try: list(read_seeds([Path('hub:owner/name')], 's', 'text'))\nexcept SeedError as error: print(error)\n"
    )
    outside = (
        "HF_HUB_OFFLINE",
        "HF_DATASETS_OFFLINE",
        "http_proxy",
        "https_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
    )
    environment = {name: value for name, value in os.environ.items() if name not in outside}
    environment |= {"HF_ENDPOINT": "http://127.0.0.1:9", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, timeout=300)
    assert "'hub:owner/name' can't be read: " in done.stdout, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stdout.splitlines()) == 1
