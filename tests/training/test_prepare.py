"""Pairs become a store once, whoever asks; what is left out is counted."""

import ast
import fcntl
import hashlib
import json
import os
from pathlib import Path

import pytest

import training
from tests.training.pairs import rows, write_pairs, write_tokenizer
from tests.training.preparing import aged, changed, configured, left_in, quietly, told
from training.config import Config
from training.errors import UsageError
from training.fingerprint import DECIDING
from training.prepare import prepare
from training.store import Store
from training.workers import FEW

pytest.importorskip("transformers")


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture
def config(tmp_path: Path, tokenizer: Path) -> Config:
    pairs = write_pairs(tmp_path / "pairs.jsonl", rows(40))
    return configured({"store": str(tmp_path / "stores"), "data": {"paths": [str(pairs)]}}, tokenizer)


def texts(store: Store, tokenizer: Path) -> dict[str, tuple[str, list[str]]]:
    """Return of each chat its text, and the texts that are trained."""
    from transformers import AutoTokenizer

    model = AutoTokenizer.from_pretrained(tokenizer)
    model.add_special_tokens({"additional_special_tokens": ["<|im_start|>", "<|im_end|>"]})
    read = {}
    for number in range(len(store)):
        ids, spans, _ = store.document(number)
        read[store.chat(number)] = (model.decode(ids), [model.decode(ids[start:end]) for start, end in spans])
    return read


def test_what_is_stored_reads_as_the_pairs_do(config: Config, tokenizer: Path) -> None:
    store = quietly(config)
    read = texts(store, tokenizer)
    assert list(read) == [f"pair-{number}" for number in range(40)]
    for number, row in enumerate(rows(40)):
        text, trained = read[row["id"]]
        said = [message["content"] for message in row["messages"]]
        assert [said[2], *said[4::2]] == [part.removesuffix("<|im_end|>") for part in trained]
        assert all(part.endswith("<|im_end|>") for part in trained)
        assert text.startswith(f"<|im_start|>system\n{said[0]}<|im_end|>\n<|im_start|>user\n{said[1]}<|im_end|>\n")
        assert store.skills[store.skill_of[number]] == row["skill"]
        assert store.splits[store.split_of[number]] == row["split"]


def test_many_rows_take_processes_and_come_out_the_same(config: Config, tmp_path: Path, tokenizer: Path) -> None:
    many = rows(FEW + 60, most=4)
    path = write_pairs(tmp_path / "many.jsonl", many)
    whole = quietly(changed(config, data={"paths": [str(path)]}))
    path.write_text("".join(json.dumps(row) + "\n" for row in many[:60]))
    part = quietly(changed(config, data={"paths": [str(path)]}))
    assert len(whole) == FEW + 60
    for number in range(60):
        assert whole.document(number)[0].tolist() == part.document(number)[0].tolist()
    last = many[-1]
    assert texts(whole, tokenizer)[last["id"]][1][-1] == last["messages"][-1]["content"] + "<|im_end|>"


def test_the_second_time_nothing_is_encoded(config: Config) -> None:
    first = told(config)
    store = quietly(config)
    written = (store.folder / "tokens.bin").stat()
    again = told(config)
    assert (store.folder / "tokens.bin").stat() == written
    assert again == [f"prepared before: {first[-1]}"]
    assert len(first) <= 2, "why it is slower is told once"
    assert str(store.folder) in first[-1]


def test_another_store_is_made_exactly_when_it_would_hold_something_else(config: Config, tmp_path: Path) -> None:
    place = quietly(config).folder
    other = [
        changed(config, packing={"window": 256}),
        changed(config, model={"template": "zephyr"}),
        changed(config, data={"train_on": "last_assistant"}),
        changed(config, data={"turns": "each"}),
        changed(config, data={"skills": ["rag"]}),
        changed(config, data={"hold_out": 0.5}),
        changed(config, data={"paths": [str(write_pairs(tmp_path / "more.jsonl", rows(41)))]}),
    ]
    assert len({quietly(one).folder for one in other} | {place}) == len(other) + 1
    same = [
        changed(config, data={"mix": {"rag": 2.0}}),
        changed(config, data={"paths": [str(write_pairs(tmp_path / "moved.jsonl", rows(40)))]}),
        changed(config, packing={"repack": False, "enabled": False}),
        config.model_copy(update={"seed": 5, "epochs": 1}),
    ]
    assert {quietly(one).folder for one in same} == {place}
    assert set(quietly(same[0]).often.tolist()) == {1.0}, "the mix is for the epoch to say"


def test_a_mix_of_unknown_skills_is_refused_each_time_and_costs_no_work(config: Config, tmp_path: Path) -> None:
    wrong = changed(config, data={"mix": {"rage": 2.0}})
    for _ in range(2):
        with pytest.raises(UsageError, match=r"names rage; the data has: code, mcq, rag"):
            quietly(wrong)
    (kept,) = left_in(tmp_path / "stores")
    assert quietly(config).folder == kept


def test_rows_without_a_seed_are_split_alike_wherever_they_lie(config: Config, tmp_path: Path) -> None:
    """Their store is the same one: what is in it must not depend on who made it first."""
    bare = rows(30)
    for row in bare:
        row["messages"] = [message for message in row["messages"] if message["role"] != "user"]
        del row["seed"], row["split"]
    stores = []
    for name in ("here", "there"):
        (tmp_path / name).mkdir()
        path = write_pairs(tmp_path / name / f"{name}.jsonl", bare)
        asked = changed(config, data={"paths": [str(path)], "hold_out": 0.5})
        stores.append(quietly(asked.model_copy(update={"store": tmp_path / name})))
    one, other = stores
    assert one.folder.name == other.folder.name
    assert [one.splits[n] for n in one.split_of] == [other.splits[n] for n in other.split_of]
    assert len(one.splits) == 2


# A run, and what was prepared of it


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir()
    write_pairs(folder / "pairs.jsonl", rows(40))
    return folder


@pytest.mark.parametrize("through", ["folder", "file", "linked folder", "linked file", "split"])
def test_a_run_that_goes_on_is_refused_however_it_is_named(
    config: Config, folder: Path, tmp_path: Path, through: str
) -> None:
    """Though nothing of it has changed yet, and all of it was prepared before."""
    path = {"folder": folder, "file": folder / "pairs.jsonl", "split": folder / "train.jsonl"}.get(through)
    if path is None:
        path = tmp_path / "link"
        path.symlink_to(folder if through == "linked folder" else folder / "pairs.jsonl")
    elif through == "split":
        write_pairs(path, rows(9))
    aged(path)
    asked = changed(config, data={"paths": [str(path)]})
    before = quietly(asked).folder
    with (folder / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UsageError, match="still being written"):
            quietly(asked)
    assert quietly(asked).folder == before


def test_what_else_lies_in_a_run_may_change_while_it_is_read(config: Config, folder: Path) -> None:
    (folder / "messages.jsonl").write_text("")
    lines = []

    def tell(line: str) -> None:
        lines.append(line)
        (folder / "messages.jsonl").write_text("more\n" * len(lines))

    prepare(changed(config, data={"paths": [str(folder)]}), tell=tell)
    assert len(lines) >= 1


def test_another_tokenizer_makes_another_store(config: Config, tmp_path: Path) -> None:
    folder = write_tokenizer(tmp_path / "other")
    file = folder / "tokenizer.json"
    spoken = json.loads(file.read_text())
    spoken["model"]["merges"].pop()
    file.write_text(json.dumps(spoken))
    assert quietly(changed(config, model={"name": str(folder)})).folder != quietly(config).folder


def test_hashes_of_files_as_they_were_are_remembered_and_no_others(config: Config, tmp_path: Path) -> None:
    pairs, memory = tmp_path / "pairs.jsonl", tmp_path / "stores" / "hashes"
    quietly(config)
    assert not memory.exists(), "a file just written may be written again within the same tick"
    aged(pairs)
    first = quietly(config).folder
    (remembered,) = memory.iterdir()
    asked = json.loads(remembered.read_text())
    assert asked == {str(pairs): hashlib.sha256(pairs.read_bytes()).hexdigest()}
    remembered.write_text(json.dumps({str(pairs): "another"}))
    assert quietly(config).folder != first, "what is remembered is not read"
    before = pairs.stat()
    pairs.write_text(pairs.read_text().replace("tree", "eert", 1))
    os.utime(pairs, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert pairs.stat().st_size == before.st_size
    assert quietly(config).meta["sources"] != asked
    for spoilt in ("", "[]", "{"):
        remembered.write_text(spoilt)
        quietly(config)


def test_the_key_speaks_for_all_code_that_decides_what_is_stored() -> None:
    """What `reading` and `flatten` import decides too; the encoder's own key speaks for the encoder."""
    folder = Path(training.__file__).parent
    known = {*DECIDING, "errors", "config", "encode", "templates", "training", "intact"}  # the last only looks
    for name in DECIDING:
        for node in ast.walk(ast.parse((folder / f"{name}.py").read_text())):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("training"):
                assert (node.module or "").split(".")[-1] in known, f"{name}.py imports {node.module}"


# Left out and cut


def test_what_is_dropped_and_cut_is_counted_with_its_reason(config: Config, tmp_path: Path) -> None:
    what = rows(9, most=4)
    what[3]["messages"][-1]["content"] = "walk " * 600  # its only turn is too long
    what[4]["messages"][-2]["content"] = "road " * 600  # its second turn is
    what[5]["messages"][-1]["content"] = " "
    what[6] = what[7]
    path = write_pairs(tmp_path / "odd.jsonl", what)
    lines = told(one := changed(config, data={"paths": [str(path)]}))
    store = quietly(one)
    kept = {store.chat(number) for number in range(len(store))}
    assert "pair-3" not in kept
    assert "pair-4" in kept
    assert store.meta["cut_chats"] == ["pair-4"]
    assert store.meta["cut"] == 1
    assert sum(store.meta["dropped"].values()) == 9 - len(store)
    assert any("pair-3" in chats for chats in store.meta["dropped_chats"].values())
    assert store.meta["dropped_chats"]["read before, in the same file or another"] == ["pair-7"]
    assert [store.chat(number) for number in range(len(store))].count("pair-7") == 1
    for reason, count in store.meta["dropped"].items():
        assert f"{count} {reason}" in lines[-1]
    assert "1 cut to their last whole turn within 512 tokens" in lines[-1]


def test_when_nothing_is_left_the_reasons_are_told_and_nothing_is_stored(config: Config, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no chat is left to train: 40 longer than the window"):
        quietly(changed(config, packing={"window": 8}))
    assert left_in(tmp_path / "stores") == []


def test_a_bad_line_leaves_nothing(config: Config, tmp_path: Path) -> None:
    with (tmp_path / "pairs.jsonl").open("a") as file:
        file.write("{\n")
    with pytest.raises(UsageError, match=r"pairs.jsonl:41"):
        quietly(config)
    assert left_in(tmp_path / "stores") == []


def test_a_folder_that_cannot_be_written_to(config: Config, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="`store:` elsewhere"):
        quietly(config.model_copy(update={"store": tmp_path / "file" / "stores"}))
