"""What a program may leave behind, processes and files, and how to find and remove it."""

import os
import time
from contextlib import suppress


def strays(roots: set[int]) -> list[int]:
    """List the processes that neither descend from `roots` nor share a process session with one of them."""
    parents: dict[int, tuple[int, int]] = {}
    for name in os.listdir("/proc"):
        if name.isdigit() and name != "1":
            with suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                state, parent, _, session = file.read().rpartition(b")")[2].split()[:4]
                if state != b"Z":
                    parents[int(name)] = int(parent), int(session)

    def belongs(pid: int) -> bool:
        while pid in parents:
            parent, session = parents[pid]
            if pid in roots or session in roots:
                return True
            pid = parent
        return False

    return [pid for pid in parents if not belongs(pid)]


def tracers(pid: int) -> set[int]:
    """List who, but for the runner, traces a process or a thread of it.

    What is traced ends for its parent only once its tracer has seen it end, or has ended.
    """
    found = set()
    with suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError), open(f"/proc/{pid}/task/{thread}/status", "rb") as file:
                found |= {int(line.split()[1]) for line in file if line.startswith(b"TracerPid:")}
    return found - {0, 1}


def empty(folder: str) -> None:
    """Delete all there is in a folder, at any depth and whatever its modes.

    Folders are not descended into: what they hold is moved up until none is left, so that no nesting is too deep.
    """
    moved = 0
    while entries := list(os.scandir(folder)):
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
                continue
            os.chmod(entry.path, 0o700)
            for inner in list(os.scandir(entry.path)):
                if inner.is_dir(follow_symlinks=False):
                    os.chmod(inner.path, 0o700)  # moving a folder writes to it
                moved += 1
                os.rename(inner.path, f"{folder}/.moved-{os.getpid()}-{moved}-{time.monotonic_ns()}")
            os.rmdir(entry.path)
