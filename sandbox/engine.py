"""The Docker Engine: reaching it, saying in one line why it can't be used, and the one way a container is made."""

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox import SandboxError

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

OWNER, HOST = "agentinstruct.owner", "agentinstruct.host"
GROUP = 65534
UNUSED = range(0x7000_0000, 0x7FFE_0000)
"""User ids that no system gives to anybody."""
MAPPED = range(10_000, 60_000)
"""Those to choose from where the engine has but 65,536, all of them mapped to ids of its own."""


@dataclass(frozen=True)
class Limits:
    """What one container may use."""

    memory: str = "512m"
    """Of all its processes together, swap and files included."""
    cpus: float = 1.0
    processes: int = 128
    disk: str = "64m"
    """Of its /tmp, which lives in memory."""
    files: int = 16_384
    """How many files /tmp may hold."""


def connect(timeout: float = 60) -> "DockerClient":
    """Reach the engine. Raises `SandboxError` with the reason and the remedy."""
    import docker
    from docker.errors import DockerException

    try:
        return docker.from_env(version="auto", timeout=timeout)
    except (DockerException, OSError) as error:
        raise SandboxError(explain(error)) from None


def explain(error: Exception) -> str:
    """Say in one line what is wrong with the engine, and what helps."""
    where = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    text = " ".join(str(error).split())
    if "Permission" in text:
        return f"no permission to use the Docker Engine at {where}; add your user to the group `docker` and log in anew"
    if "FileNotFound" in text or "refused" in text.lower():
        return f"no Docker Engine answers at {where}; install and start it, or set DOCKER_HOST"
    return f"the Docker Engine at {where} fails: {text[:300]}"


def attach(container: "Container") -> socket.socket:
    """Open a container's standard streams as a socket of our own, before it starts."""
    attached = container.attach_socket(params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
    if not isinstance(attached, socket.SocketIO):
        raise SandboxError("the sandbox reaches the Docker Engine only by a Unix socket or plain TCP; see DOCKER_HOST")
    # Taken away from the client, which would close it when it feels like it.
    stream = socket.socket(fileno=attached._sock.detach())  # type: ignore[attr-defined]
    stream.setblocking(False)
    return stream


def users(client: "DockerClient") -> range:
    """Tell which user ids containers can be given."""
    mapping = ("name=userns", "name=rootless")
    return MAPPED if any(o.startswith(mapping) for o in client.info().get("SecurityOptions") or ()) else UNUSED


def options(image: str, limits: Limits, ids: range, runtime: str | None = None) -> dict[str, Any]:
    """Describe a container that holds whatever a program may try, as the `docker` package takes it.

    Its user is one of `ids`, taken at random, so that no two containers have the same: what the kernel counts by user
    (inotify, pending signals, pipe buffers) one chat could otherwise take from all others.
    """
    import docker

    return {
        "image": image,
        "labels": labels(),
        "hostname": "sandbox",
        "stdin_open": True,  # and closed by the engine once we are gone, which ends the runner and so the container
        "auto_remove": True,
        "network_mode": "none",
        "ipc_mode": "private",
        "read_only": True,
        # `exec`: what a compiler made must run. Forbidding it held nothing off, a program can be run from memory too.
        "tmpfs": {"/tmp": f"rw,exec,nosuid,nodev,mode=1777,size={limits.disk},nr_inodes={limits.files}"},
        "shm_size": "16m",
        "user": f"{secrets.choice(ids)}:{GROUP}",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges:true"],
        "mem_limit": limits.memory,
        "memswap_limit": limits.memory,
        "pids_limit": limits.processes,
        "nano_cpus": int(limits.cpus * 1e9),
        "ulimits": [
            docker.types.Ulimit(name="nofile", soft=512, hard=512),
            docker.types.Ulimit(name="core", soft=0, hard=0),
        ],
        # System V and POSIX queues outlive processes and have no folder to empty: there are none.
        "sysctls": {
            "kernel.shmmni": "0",
            "kernel.msgmni": "0",
            "kernel.sem": "0 0 0 0",
            "fs.mqueue.queues_max": "0",
        },
        "log_config": docker.types.LogConfig(type="none"),
        **({"runtime": runtime} if runtime else {}),
    }


# -- Whose container is it? ------------------------------------------------------------------------------------------


def started(pid: int) -> str:
    """Tell when a process started, in clock ticks since boot; '' if there is no such process."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def host() -> str:
    """Name the set of process numbers we live in: another boot or another container counts its own."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
            return f"{file.read().strip()}/{os.stat('/proc/self/ns/pid').st_ino}"
    except OSError:
        return ""


def labels() -> dict[str, str]:
    """Mark a container as made by this process."""
    return {OWNER: f"{os.getpid()}+{started(os.getpid())}", HOST: host()}


def orphaned(marks: Mapping[str, str]) -> bool:
    """Say whether the process that made a container is gone. Where that can't be known, it is not."""
    pid, _, start = marks.get(OWNER, "").partition("+")
    return bool(start) and marks.get(HOST) == host() and started(int(pid)) != start


def reap(client: "DockerClient") -> int:
    """Remove the containers of processes that are gone; return how many there were."""
    from docker.errors import APIError

    # Other runs remove theirs meanwhile: what was listed may be gone when it is looked at.
    found = client.containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
    gone = [container for container in found if orphaned(container.labels)]
    for container in gone:
        try:
            container.remove(force=True)
        except APIError as error:
            if error.status_code not in (404, 409):  # it is already going
                raise
    return len(gone)
