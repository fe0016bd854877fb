"""What this machine has for a model: cores and memory, as far as a container lets us have them."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from pathlib import Path

_CGROUP = Path("/sys/fs/cgroup")


def cores() -> int:
    """Return how many cores we may keep busy: those we may run on, and no more than our group's quota."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, math.ceil(min(own, _quota())))


def free_memory() -> int:
    """Return the bytes that can still be had: free in the machine, and left in our group."""
    return int(max(0, min(_free(), _left())))


def _quota() -> float:
    """Cores by cgroup quota, versions 2 and 1; infinity where there is none."""
    with suppress(OSError, ValueError):
        quota, period = (_CGROUP / "cpu.max").read_text().split()
        return math.inf if quota == "max" else int(quota) / int(period)
    with suppress(OSError, ValueError, ZeroDivisionError):
        granted = int((_CGROUP / "cpu/cpu.cfs_quota_us").read_text())
        return granted / int((_CGROUP / "cpu/cpu.cfs_period_us").read_text()) if granted > 0 else math.inf
    return math.inf


def _free() -> int:
    with suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) << 10
    with suppress(OSError, ValueError, AttributeError):  # no Linux: what is built in, less what a desktop takes
        return int(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") * 0.6)
    return 8 << 30


def _left() -> float:
    for group, most, used in (
        (_CGROUP, "memory.max", "memory.current"),
        (_CGROUP / "memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
    ):
        with suppress(OSError, ValueError):
            # What is used includes files that were read once; those make room when room is asked for.
            stat = dict(line.split() for line in (group / "memory.stat").read_text().splitlines())
            files = int(stat.get("total_inactive_file") or stat.get("inactive_file") or 0)
            return int((group / most).read_text()) - int((group / used).read_text()) + files
    return math.inf
