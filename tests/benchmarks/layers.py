"""Where a command's CPU goes, by layer: samples its main thread while it computes and asks each stack whose work it is.

    python -m tests.benchmarks.layers table.json teams.tool_use --seeds code/ …

A sample belongs to the innermost frame that has an owner; what the standard library does (JSON, regular expressions,
ids) belongs to whoever asked for it. Sampling by CPU time leaves the command nearly as fast as it is, where a tracing
profiler makes many small calls look ten times as dear as they are. Collections of garbage and the journal's thread are
timed apart.
"""

import atexit
import gc
import json
import runpy
import signal
import sys
import threading
import time
from collections import defaultdict
from types import FrameType
from typing import Any

OWNERS = (
    ("checks", ("/teams/engine/checks/", "/teams/engine/verdict.py", "/teams/engine/twins.py", "/jsonschema/")),
    ("prompts (jinja)", ("/jinja2/", "prompt>", "<template>")),
    ("journal", ("/agents/journal.py", "/agents/chat_log.py")),
    ("our runtime", ("/agents/runtime.py",)),
    ("role client", ("/agents/models/role_client.py", "/agents/models/forms.py", "/agents/models/actions.py")),
    ("endpoint client and aiohttp", ("/agents/models/", "/aiohttp/", "/yarl/", "/multidict/", "/propcache/")),
    ("AutoGen agentchat", ("/autogen_agentchat/",)),
    ("AutoGen core", ("/autogen_core/",)),
    ("engine and skill", ("/teams/", "/tools/", "/sandbox/", "/agents/")),
    ("reading seeds", ("/teams/engine/seeds", "/teams/engine/source", "/tree_sitter")),
    ("asyncio", ("/asyncio/",)),
)
EVERY = 0.002
"""Seconds of CPU between two samples."""


class Sampler:
    """Counts samples by layer and by the innermost owned function."""

    def __init__(self) -> None:
        self.by_layer: dict[str, float] = defaultdict(float)
        """Seconds of the main thread's CPU."""
        self.by_place: dict[str, float] = defaultdict(float)
        self.garbage = 0.0
        self.threads: dict[str, float] = defaultdict(float)
        self._began = self._last = 0.0
        self._owner: dict[str, str | None] = {}

    def start(self) -> None:
        """Begin to sample. In the main thread only."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
        gc.callbacks.append(self._collected)

    def _collected(self, phase: str, _info: Any) -> None:
        now = time.thread_time()
        if phase == "start":
            self._began = now
        else:
            self.garbage += now - self._began

    def _sample(self, _number: int, frame: FrameType | None) -> None:
        # The timer runs by the CPU of all threads; what counts is what this one used since it was last asked.
        now = time.thread_time()
        used, self._last = now - self._last, now
        while frame is not None:
            file = frame.f_code.co_filename
            if file not in self._owner:
                self._owner[file] = owner_of(file)
            if owner := self._owner[file]:
                self.by_layer[owner] += used
                self.by_place[f"{owner}: {file.rsplit('/', 1)[-1]} {frame.f_code.co_name}"] += used
                return
            frame = frame.f_back
        self.by_layer["imports and the rest"] += used

    def result(self) -> dict[str, Any]:
        """Return seconds of CPU: of the process, of other threads by name, of the main thread by layer and place."""
        signal.setitimer(signal.ITIMER_PROF, 0)
        return {
            "cpu": time.process_time(),
            "garbage": self.garbage,
            "threads": _largest(self.threads),
            "layers": _largest(self.by_layer),
            "places": dict(list(_largest(self.by_place).items())[:60]),
        }

    def watch_threads(self) -> None:
        """Count the CPU of every thread begun from now on, under the first word of its name."""
        run, threads = threading.Thread.run, self.threads

        def counted(thread: threading.Thread) -> None:
            try:
                run(thread)
            finally:
                threads[thread.name.partition("_")[0]] += time.thread_time()

        threading.Thread.run = counted  # type: ignore[assignment,method-assign]


def _largest(counted: dict[str, float]) -> dict[str, float]:
    return dict(sorted(counted.items(), key=lambda item: -item[1]))


def owner_of(file: str) -> str | None:
    """Say whose work code in `file` is; None for whoever called it."""
    if "importlib" in file:
        return "imports and the rest"
    if "/teams/engine/seeds" in file or "/teams/engine/source" in file:
        return "reading seeds"
    return next((name for name, parts in OWNERS if any(part in file for part in parts)), None)


def main() -> None:
    table, module, *arguments = sys.argv[1:]
    sampler = Sampler()
    sys.argv = [module, *arguments]

    def write() -> None:
        with open(table, "w", encoding="utf-8") as file:
            json.dump(sampler.result(), file, indent=1)

    atexit.register(write)
    sampler.watch_threads()
    sampler.start()
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
