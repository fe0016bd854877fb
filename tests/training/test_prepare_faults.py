"""Two that prepare at once, killed ones, full disks, damage: no fault leaves half a store, or uses one."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock

from tests.training.pairs import rows, write_pairs, write_tokenizer
from tests.training.preparing import configured, left_in, quietly, told
from training.config import Config
from training.errors import UsageError
from training.prepare import prepare
from training.store import PARTIAL, Store
from training.workers import FEW

pytest.importorskip("transformers")
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tokenizer(tmp_path_factory.mktemp("tokenizer"))


@pytest.fixture
def config(tmp_path: Path, tokenizer: Path) -> Config:
    pairs = write_pairs(tmp_path / "pairs.jsonl", rows(40))
    return configured({"store": str(tmp_path / "stores"), "data": {"paths": [str(pairs)]}}, tokenizer)


# Damaged


def test_a_store_whose_bytes_are_not_what_was_written_is_refused(config: Config) -> None:
    place = quietly(config).folder
    file = place / "tokens.bin"
    file.write_bytes(bytes(file.stat().st_size))
    for _ in range(2):
        with pytest.raises(UsageError, match=r"damaged \(tokens.bin\): delete it"):
            quietly(config)
    shutil.rmtree(place)
    assert quietly(config).document(0)[0].any()


# Two at once, killed, full


PREPARE = """
import sys
from pathlib import Path
from training.config import Config
from training.errors import UsageError
from training.prepare import prepare
if __name__ == "__main__":
    config = Config.model_validate_json(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    try:
        prepare(config, tell=lambda line: print(line, flush=True))
    except UsageError as error:
        sys.exit(str(error))
"""


def started(config: Config, tmp_path: Path, **options: Any) -> subprocess.Popen[str]:
    script = tmp_path / "prepare_it.py"
    script.write_text(PREPARE)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    command = [sys.executable, str(script), config.model_dump_json()]
    return subprocess.Popen(command, env=environment, start_new_session=True, **pipes, **options)


def test_of_two_processes_one_encodes_and_both_have_the_store(config: Config, tmp_path: Path) -> None:
    both = [started(config, tmp_path) for _ in range(2)]
    said = [process.communicate("\n", timeout=120) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    last = [out.strip().splitlines()[-1] for out, _ in said]
    assert sorted(line.startswith("prepared before: ") for line in last) == [False, True]
    (only,) = left_in(tmp_path / "stores")
    assert len(Store.open(only)) == 40


def ended_while_writing(process: subprocess.Popen[str], stores: Path, how: signal.Signals) -> str:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()
    while process.poll() is None and not list(stores.glob(f".*{PARTIAL}")):
        time.sleep(0.005)
    assert process.poll() is None, process.communicate()
    if how == signal.SIGINT:
        os.killpg(process.pid, how)  # as a terminal does
    else:
        process.send_signal(how)  # its workers live a moment longer, and must not hold the lock
    return process.communicate()[1]


def test_ctrl_c_leaves_nothing(config: Config, tmp_path: Path) -> None:
    write_pairs(tmp_path / "pairs.jsonl", rows(FEW + 100))
    process = started(config, tmp_path)
    error = ended_while_writing(process, tmp_path / "stores", signal.SIGINT)
    assert error.endswith("KeyboardInterrupt\n")
    assert "SpawnProcess" not in error, "workers speak too"
    assert process.returncode == -signal.SIGINT
    assert left_in(tmp_path / "stores") == []


def test_a_killed_process_frees_the_lock_and_the_next_one_starts_afresh(config: Config, tmp_path: Path) -> None:
    write_pairs(tmp_path / "pairs.jsonl", rows(FEW + 100))
    process = started(config, tmp_path)
    ended_while_writing(process, tmp_path / "stores", signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    (partial,) = left_in(tmp_path / "stores")
    assert partial.suffix == PARTIAL
    lines = told(config)
    assert not lines[-1].startswith("prepared before")
    (only,) = left_in(tmp_path / "stores")
    assert only.suffix == ""
    assert len(quietly(config)) == FEW + 100


def test_what_killed_processes_left_of_other_stores_goes_too(config: Config, tmp_path: Path) -> None:
    stores = tmp_path / "stores"
    dead, alive = (stores / f".{letter * 24}.01234567{PARTIAL}" for letter in "ab")
    foreign = stores / f".mine{PARTIAL}"
    for left in (dead, alive, foreign):
        left.mkdir(parents=True)
        (left / "tokens.bin").write_bytes(b"12")
    with FileLock(stores / f"{'b' * 24}.lock"):
        quietly(config)
    assert not dead.exists()
    assert (alive / "tokens.bin").exists(), "a living process was writing it"
    assert foreign.exists(), "that is not ours"


def test_a_full_disk_is_one_line_and_leaves_nothing(config: Config, tmp_path: Path) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048))

    process = started(config, tmp_path, preexec_fn=limited)
    out, err = process.communicate("\n", timeout=120)
    assert process.returncode == 1, out
    assert f"no room for the prepared tokens in {tmp_path / 'stores'}" in err.splitlines()[-1]
    assert "Traceback" not in err
    assert left_in(tmp_path / "stores") == []


def test_what_another_process_made_while_we_waited_is_taken(config: Config, tmp_path: Path) -> None:
    place = quietly(config).folder
    made = place.rename(tmp_path / "made")
    written = (made / "tokens.bin").stat().st_ino
    lines = []
    with FileLock(f"{place}.lock") as lock:

        def tell(line: str) -> None:
            lines.append(line)
            if "waiting" in line:
                made.rename(place)
                lock.release()

        store = prepare(config, tell=tell)
    assert [line.partition(":")[0].partition(";")[0] for line in lines] == [
        "another process prepares the same data",
        "prepared before",
    ]
    assert (store.folder / "tokens.bin").stat().st_ino == written


def test_data_that_change_while_they_are_read_are_refused(config: Config, tmp_path: Path) -> None:
    """They change while it waits for another process, which then gives up."""
    place = quietly(config).folder
    for file in place.iterdir():
        file.unlink()
    place.rmdir()
    lines = []
    with FileLock(f"{place}.lock") as lock:

        def tell(line: str) -> None:
            lines.append(line)
            write_pairs(tmp_path / "pairs.jsonl", rows(30))
            lock.release()

        with pytest.raises(UsageError, match="changed while it was read"):
            prepare(config, tell=tell)
    assert "waiting" in lines[0]
    assert not place.exists()
