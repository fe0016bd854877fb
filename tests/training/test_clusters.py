"""The files for many devices: what launchers read in them, and what the scripts do with stand-ins for a cluster."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from training.engine.arguments import World, arguments, shards
from training.settings import read

ROOT = Path(__file__).parents[2]
CLUSTERS = ROOT / "training" / "clusters"
ORCA = ["--preset", "orca3", "--pairs", "pairs.jsonl"]


def command(folder: Path, name: str, body: str) -> None:
    """Put a command of a cluster where the scripts find it: it notes how it was called."""
    path = folder / name
    note = f'open("{folder}/calls", "a").write(repr(["{name}", *sys.argv[1:]]) + "\\n")'
    path.write_text(f"#!{sys.executable}\nimport os, sys\n{note}\n{body}\n")
    path.chmod(0o755)


def calls(folder: Path) -> list[list[str]]:
    import ast

    path = folder / "calls"
    return [ast.literal_eval(line) for line in path.read_text().splitlines()] if path.exists() else []


def environment(folder: Path, **more: str) -> dict[str, str]:
    base = {name: value for name, value in os.environ.items() if name != "HF_HUB_OFFLINE"}
    return base | {"PATH": f"{folder}:{os.environ['PATH']}", "OUT": str(folder / "out")} | more


def node(folder: Path) -> subprocess.Popen[str]:
    env = environment(folder, NODES="19", HEAD="first:29400", JOB="7-0", WAIT="0")
    return subprocess.Popen([CLUSTERS / "node.sh", *ORCA], env=env, stderr=subprocess.PIPE, text=True)


FINISH = "os.makedirs(os.environ['OUT'] + '/model'); open(os.environ['OUT'] + '/model/tokenizer_config.json', 'w')"
STOPS = """
import signal, time
def stop(number, frame):
    open(os.environ["OUT"] + ".signals", "a").write("x")
    time.sleep(0.3)  # a step goes on, and its checkpoint
    open(os.environ["OUT"] + ".checkpoint", "w")
    sys.exit(1)  # as torchrun does after a signal
signal.signal(signal.SIGTERM, stop)
open(os.environ["OUT"] + ".ready", "w")
while True:
    time.sleep(0.05)
"""


# -- a node


@pytest.mark.parametrize(
    ("body", "code"),
    [(FINISH, 0), ("", 75), ("sys.exit(1)", 1), ("sys.exit(2)", 2)],
    ids=["finished", "stopped", "failed", "refused"],
)
def test_a_node_says_how_it_ended(tmp_path: Path, body: str, code: int) -> None:
    command(tmp_path, "torchrun", body)
    assert node(tmp_path).wait(30) == code


def test_a_node_starts_eight_processes_that_find_the_others(tmp_path: Path) -> None:
    command(
        tmp_path,
        "torchrun",
        "print(os.environ['HF_HUB_OFFLINE'], os.environ['TORCH_ELASTIC_SHUTDOWN_TIMEOUT'], file=sys.stderr)",
    )
    process = node(tmp_path)
    assert process.communicate(timeout=30)[1] == "1 570\n"
    (called,) = calls(tmp_path)
    from torch.distributed.run import get_args_parser

    read = get_args_parser().parse_args(called[1:])
    assert (read.nnodes, read.nproc_per_node, read.rdzv_endpoint, read.rdzv_id) == ("19", "8", "first:29400", "7-0")
    assert (read.module, read.training_script) == (True, "training")
    assert read.training_script_args == ["train", *ORCA, f"--out={tmp_path / 'out'}"]


def test_a_signal_is_handed_on_once_and_waited_for(tmp_path: Path) -> None:
    command(tmp_path, "torchrun", STOPS)
    process = node(tmp_path)
    _until(tmp_path / "out.ready", process)
    process.send_signal(signal.SIGTERM)
    time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 75
    assert (tmp_path / "out.checkpoint").exists()
    assert (tmp_path / "out.signals").read_text() == "x"


def test_a_signal_at_the_very_end_is_no_stop(tmp_path: Path) -> None:
    command(tmp_path, "torchrun", STOPS.replace("    sys.exit(1)", f"    {FINISH}\n    sys.exit(1)"))
    process = node(tmp_path)
    _until(tmp_path / "out.ready", process)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_a_node_that_is_told_too_little_says_what_is_missing() -> None:
    done = subprocess.run([CLUSTERS / "node.sh"], env={"PATH": os.environ["PATH"]}, capture_output=True, text=True)
    assert done.returncode != 0
    assert "NODES: how many nodes" in done.stderr


def _until(path: Path, process: subprocess.Popen[str]) -> None:
    while not path.exists():
        assert process.poll() is None
        time.sleep(0.02)


# -- Slurm


def batch(folder: Path, *, ends: int = 0, prepared: int = 0) -> subprocess.CompletedProcess[str]:
    command(folder, "scontrol", "if sys.argv[1] == 'show': print('node-a\\nnode-b')")
    command(folder, "srun", f"sys.exit({prepared} if 'prepare' in sys.argv else {ends})")
    env = environment(folder, SLURM_NNODES="19", SLURM_JOB_ID="7", SLURM_JOB_NODELIST="node-[a-b]")
    script = CLUSTERS / "slurm_19x8.sbatch"
    return subprocess.run(["bash", script, *ORCA], env=env, cwd=ROOT, capture_output=True, text=True)


def test_a_batch_prepares_once_and_starts_every_node(tmp_path: Path) -> None:
    assert batch(tmp_path).returncode == 0
    prepare, train = (call for call in calls(tmp_path) if call[0] == "srun")
    assert prepare[-len(ORCA) - 4 :] == ["python", "-m", "training", "prepare", *ORCA]
    assert "--ntasks=1" in prepare
    assert train[-len(ORCA) - 1 :] == ["training/clusters/node.sh", *ORCA]
    assert ["scontrol", "requeue", "7"] not in calls(tmp_path)


def test_a_batch_that_was_stopped_queues_itself_again_and_one_that_failed_does_not(tmp_path: Path) -> None:
    assert batch(tmp_path, ends=75).returncode == 75
    assert calls(tmp_path)[-1] == ["scontrol", "requeue", "7"]
    (tmp_path / "calls").unlink()
    assert batch(tmp_path, ends=1).returncode == 1
    assert batch(tmp_path, prepared=2).returncode == 2
    assert ["scontrol", "requeue", "7"] not in calls(tmp_path)


def test_a_batch_asks_for_the_papers_machines() -> None:
    text = (CLUSTERS / "slurm_19x8.sbatch").read_text()
    asked = dict(re.findall(r"^#SBATCH --([a-z-]+)=(\S+)", text, re.MULTILINE))
    assert (asked["nodes"], asked["gpus-per-node"], asked["ntasks-per-node"]) == ("19", "8", "1")
    grace = int(re.search(r"TIMEOUT:-(\d+)", (CLUSTERS / "node.sh").read_text())[1])  # type: ignore[index]
    assert grace < int(asked["signal"].split("@")[1]), "torchrun must give up waiting before Slurm does"


# -- accelerate


def launched(name: str) -> tuple[dict[str, str], Any]:
    """Return what `accelerate launch` makes of a file: the environment of the processes, and their numbers."""
    from accelerate.commands.launch import _validate_launch_command, launch_command_parser
    from accelerate.utils.launch import prepare_multi_gpu_env

    words = ["--config_file", str(CLUSTERS / name), "-m", "training", "train", *ORCA]
    found, _, _ = _validate_launch_command(launch_command_parser().parse_args(words))
    assert (found.module, found.training_script, found.training_script_args) == (True, "training", ["train", *ORCA])
    return prepare_multi_gpu_env(found), found


@pytest.mark.parametrize(("name", "nodes"), [("accelerate_1x8.yaml", 1), ("accelerate_19x8.yaml", 19)])
def test_accelerate_shares_a_model_as_the_trainer_does(name: str, nodes: int) -> None:
    env, found = launched(name)
    assert found.num_machines == nodes
    config, world = read(preset="orca3"), World(8 * nodes, 8, True)
    shared = shards(config, world)
    given = arguments(config, world=world, shared=shared, layers=["MistralDecoderLayer"], held_out=False)
    ours = given["fsdp_config"]
    theirs = {
        "version": int(env["FSDP_VERSION"]),
        "auto_wrap_policy": env["FSDP_AUTO_WRAP_POLICY"],
        "reshard_after_forward": env["FSDP_RESHARD_AFTER_FORWARD"] == "true",
        "state_dict_type": env["FSDP_STATE_DICT_TYPE"],
        "activation_checkpointing": env["FSDP_ACTIVATION_CHECKPOINTING"] == "true",
    }
    assert theirs == {key: ours[key] for key in theirs}
    assert env["ACCELERATE_USE_FSDP"] == "true"
    assert env["ACCELERATE_MIXED_PRECISION"] == config.memory.precision
    sizes = (env.get("PARALLELISM_CONFIG_DP_REPLICATE_SIZE"), env.get("PARALLELISM_CONFIG_DP_SHARD_SIZE"))
    assert sizes == ((None, None) if nodes == 1 else (str(shared.replicas), str(shared.together)))


def test_accelerate_knows_every_field() -> None:
    from accelerate.commands.config.config_args import load_config_from_file

    for path in CLUSTERS.glob("accelerate_*.yaml"):
        load_config_from_file(str(path))
        told = yaml.safe_load(path.read_text())
        assert told["num_processes"] == 8 * told["num_machines"]


# -- Kubernetes


def test_the_pods_find_each_other_and_are_started_again_when_stopped() -> None:
    service, job = yaml.safe_load_all((CLUSTERS / "kubernetes_19x8.yaml").read_text())
    spec, pod = job["spec"], job["spec"]["template"]["spec"]
    (container,) = pod["containers"]
    env = {one["name"]: one["value"] for one in container["env"]}
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"].items() <= job["spec"]["template"]["metadata"]["labels"].items()
    assert pod["subdomain"] == service["metadata"]["name"]
    host, port = env["HEAD"].split(":")
    assert host == f"{job['metadata']['name']}-0.{service['metadata']['name']}"
    assert int(port) == service["spec"]["ports"][0]["port"]
    assert spec["completionMode"] == "Indexed"
    assert spec["completions"] == spec["parallelism"] == int(env["NODES"]) == 19
    assert pod["restartPolicy"] == "Never", "what a policy of failures needs"
    assert [rule["onExitCodes"]["values"] for rule in spec["podFailurePolicy"]["rules"] if "onExitCodes" in rule] == [
        [75]
    ]
    assert (ROOT / container["command"][0]).stat().st_mode & 0o111
    assert container["resources"]["limits"]["nvidia.com/gpu"] == 8


@pytest.mark.parametrize(
    "name", ["accelerate_1x8.yaml", "accelerate_19x8.yaml", "slurm_19x8.sbatch", "kubernetes_19x8.yaml"]
)
def test_the_words_in_the_files_are_words_we_know(name: str) -> None:
    """Every call of `train` in comments, scripts and manifests is read, as far as it goes without its data."""
    from training.words import read as read_words

    text = re.sub(r"\\\n#?\s*", " ", (CLUSTERS / name).read_text())
    found = re.findall(r"(?:-m training train|\.sbatch) (--preset.*)", text) + [
        shlex.join(container["args"])
        for document in (yaml.safe_load_all(text) if "kubernetes" in name else ())
        if document["kind"] == "Job"
        for container in document["spec"]["template"]["spec"]["containers"]
    ]
    assert found
    for line in found:
        asked = read_words(["train", *shlex.split(line)])
        assert asked.options.preset == "orca3"
        assert read(preset="orca3", overrides=asked.overrides)
