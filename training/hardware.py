"""What devices can do and hold, and about what they cost; which of them are here.

Peaks are those of dense BF16 in the makers' data sheets. Prices are what an hour of one was asked for at the end of
2025 by the cheaper clouds: say your own with `--price`.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, replace
from typing import Final

from training.errors import UsageError


@dataclass(frozen=True)
class Hardware:
    """Some devices of one sort."""

    name: str
    peak: float
    """Operations a second of one device, BF16 (a CPU: FP32)."""
    memory: float
    """Bytes of one device."""
    price: float = 0.0
    """USD for an hour of one device."""
    devices: int = 1
    reached: float = 0.4
    """Share of the peak that is reckoned with."""
    per_node: int = 8

    @property
    def is_cpu(self) -> bool:
        return self.name == "CPU"

    def __str__(self) -> str:
        return f"{self.devices} x {self.name}" if self.devices > 1 or not self.is_cpu else self.name


GB: Final = 1e9
GIB: Final = 2.0**30
KNOWN: Final = {
    made.name: made
    for made in (
        Hardware("A100-40GB", 312e12, 40 * GIB, 1.1),
        Hardware("A100-80GB", 312e12, 80 * GIB, 1.4),
        Hardware("H100", 989e12, 80 * GIB, 2.3),
        Hardware("H100-PCIe", 756e12, 80 * GIB, 2.0),
        Hardware("H100-NVL", 835e12, 93 * GIB, 2.2),
        Hardware("H200", 989e12, 139 * GIB, 3.0),
        Hardware("B200", 2250e12, 178 * GIB, 4.5),
        Hardware("L40S", 362e12, 45 * GIB, 0.9),
        Hardware("L4", 121e12, 22 * GIB, 0.5),
        Hardware("A10", 125e12, 22 * GIB, 0.6),
        Hardware("A6000", 155e12, 48 * GIB, 0.5),
        Hardware("RTX-3090", 71e12, 24 * GIB, 0.25),
        Hardware("RTX-4090", 165e12, 24 * GIB, 0.4),
        Hardware("RTX-5090", 209e12, 32 * GIB, 0.7),
        Hardware("MI300X", 1307e12, 192 * GB, 2.5),
    )
}
"""By name. What was sold under one name with several sizes stands here by size."""
_SAME: Final = {"A100": "A100-80GB", "4090": "RTX-4090", "3090": "RTX-3090", "5090": "RTX-5090", "H100-80GB": "H100"}


def named(text: str) -> Hardware:
    """Return the hardware of a text as `8 x H100`, `152xA100-80GB`, `L4` or `cpu`; UsageError where it isn't known."""
    found = re.fullmatch(r"\s*(?:(\d+)\s*[x×*]\s*)?([A-Za-z0-9][\w. -]*?)\s*", text)
    if found is None or found[1] == "0":
        raise UsageError(f"{text!r} is no hardware; say it as `8 x H100`")
    devices, name = int(found[1] or 1), found[2]
    if name.lower() == "cpu":
        return replace(cpu(), devices=devices)
    wanted = re.sub(r"[\s_]+", "-", name).upper()
    upper = {known.upper(): made for known, made in KNOWN.items()}
    made = upper.get(_SAME.get(wanted, wanted).upper())
    if made is None:
        raise UsageError(f"there is no {name} in the list; there are {', '.join(KNOWN)} and cpu")
    return replace(made, devices=devices)


def of_device(name: str, memory: float) -> Hardware | None:
    """Return what a device's own name (`NVIDIA A100-SXM4-80GB`) and its bytes of memory tell; None: not in the list.

    A slice of a device (MIG) isn't: its share of the peak has no name.
    """
    words = re.sub(r"[^A-Z0-9]+", " ", name.upper().replace("NVIDIA", "")).split()
    fits = [
        made
        for made in KNOWN.values()
        if "MIG" not in words
        and all(part in words or part == f"{round(made.memory / GIB)}GB" for part in made.name.upper().split("-"))
    ]
    if not fits:
        return None
    best = min(fits, key=lambda made: (abs(made.memory - memory) > 0.1 * memory, -len(made.name)))
    return replace(best, memory=memory)


def here() -> Hardware:
    """Return this machine's GPUs, or its CPU where it has none.

    A GPU that isn't in the list comes with a peak of 0.
    """
    import torch

    if not torch.cuda.is_available():
        return cpu()
    about, count = torch.cuda.get_device_properties(0), torch.cuda.device_count()
    made = of_device(about.name, float(about.total_memory))
    if made is None:
        made = Hardware(about.name.removeprefix("NVIDIA "), 0.0, float(about.total_memory))
    return replace(made, devices=count, price=0.0)


def cpu() -> Hardware:
    """Return this machine's CPU: how quickly it multiplies, and the memory that is there."""
    return Hardware("CPU", _multiplied(), _memory(), reached=0.35, per_node=1)


def _multiplied(seconds: float = 0.4, size: int = 768) -> float:
    """Return the most operations a second of some bursts: others on the machine make it slower, nothing quicker."""
    import numpy as np

    a = np.ones((size, size), dtype=np.float32)
    best, start = 0.0, time.perf_counter()
    while (begun := time.perf_counter()) - start < seconds:
        a @ a
        best = max(best, 2.0 * size**3 / max(time.perf_counter() - begun, 1e-9))
    return best


def _memory() -> float:
    return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
