"""The built-in model: llama.cpp's server in a child process of ours, as large as the machine allows.

It lives exactly as long as we do, listens on loopback only, asks for a key that nobody else knows,
and is started again once if it dies.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import secrets
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from agents.errors import CallError, EndpointError, UsageError
from agents.models import machine
from agents.models.client import LeanClient
from agents.models.limiter import Limiter
from agents.models.model import Abilities, Model
from agents.models.price import Price
from agents.models.weights import Tell, Weights, fetch

CONTEXT = 4096
"""Tokens of one call: what a chat over a page of code needs."""
_LOAD_SECONDS = 300
_GIGA = 1 << 30


@dataclass(frozen=True)
class Plan:
    """How a model is served on this machine."""

    slots: int
    context: int
    """Tokens per slot."""
    threads: int
    keep: int
    """MiB for prompts that were answered before."""


def plan(size: int, cpus: int, memory: int, at_once: int | None = None) -> Plan:
    """Choose slots and context for weights of `size` bytes on `cpus` cores with `memory` bytes free.

    Slots share one pass over the weights, which is what takes the time on a CPU. Measured on two cores with the 1.5B
    model, CPU time per new token with 1, 2, 3, 4, 6, 8 calls at once: 0.107, 0.094, 0.086, 0.064, 0.070, 0.085 s.
    Prompts cost the same however many there are. Beyond four cores nothing was measured.

    Raises:
        EndpointError: the weights do not fit into memory.
    """
    # Keys and values of one token: about 30 kB for 1.5B at 1 GB, in proportion for others.
    slot = CONTEXT * max(size // 36_000, 24_000)
    room = memory - size - _GIGA // 4
    if room < slot:
        needed = (size + slot + _GIGA // 4) / _GIGA
        raise EndpointError(
            f"the local model needs {needed:.1f} GB of memory and {memory / _GIGA:.1f} GB are free; "
            "take a smaller one (--model local:0.5b) or a server elsewhere (--model http://HOST:PORT/v1:NAME)"
        )
    slots = max(1, min(4 if cpus <= 4 else 8, at_once or 8, room // slot))
    # Beyond four cores half of them are usually the other half's twins.
    threads = cpus if cpus <= 4 else max(4, cpus // 2)
    return Plan(int(slots), CONTEXT, threads, int(min(1024, max(0, (room - slots * slot) // 4 >> 20))))


class LocalServer:
    """A running model server and its child process.

    Attributes:
        url: base URL of the OpenAI-compatible endpoint; stays the same when the server is started again.
        key: the key it asks for.
    """

    def __init__(self, file: Path, plan: Plan, tell: Tell) -> None:
        self.file, self.plan, self._tell = file, plan, tell
        self.key = secrets.token_urlsafe(24)
        self.starts = 0
        """How often it was started."""
        self.dead = asyncio.Event()
        """Set when it died for good."""
        self.last_words = ""
        """Why it died, then."""
        self._port = 0
        self._process: asyncio.subprocess.Process | None = None
        self._log: IO[bytes] | None = None
        self._watcher: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}/v1"

    async def start(self) -> None:
        """Start the server and wait until it answers.

        Raises:
            EndpointError: it can't be started; says why.
        """
        self._log = tempfile.TemporaryFile(prefix="agentinstruct-server-")  # noqa: SIM115 - outlives this call
        try:
            await self._spawn()
        except BaseException:
            await self.close()
            raise
        self._watcher = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop the server. Harmless when it is stopped already."""
        if self._watcher:
            self._watcher.cancel()
            self._watcher = None
        process, self._process = self._process, None
        if process and process.returncode is None:
            assert process.stdin
            process.stdin.close()  # it ends when this pipe does
            try:
                await asyncio.wait_for(process.wait(), 3)
            except TimeoutError:
                process.kill()
                await process.wait()
        if self._log:
            self._log.close()
            self._log = None

    async def _spawn(self) -> None:
        self.starts += 1
        root = str(Path(__file__).parents[2])
        path = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
        # Waiting threads spin by default, and starve each other as soon as anything else runs: 5 to 15 times slower.
        environment = {**os.environ, "PYTHONPATH": path, "GOMP_SPINCOUNT": os.environ.get("GOMP_SPINCOUNT", "1000")}
        self._process = await asyncio.create_subprocess_exec(
            # -P: what lies in the user's working folder must not be imported in the place of what we need.
            *(sys.executable, "-P", "-m", "agents.models.server", str(self.file), "--parent", str(os.getpid())),
            *("--slots", str(self.plan.slots), "--context", str(self.plan.context), "--port", str(self._port)),
            *("--threads", str(self.plan.threads), "--keep", str(self.plan.keep)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=self._log,
            env=environment,
            start_new_session=True,  # Ctrl-C is ours to deal with: calls in flight are finished first
        )
        report = await self._handshake(self._process)
        if "error" in report:
            raise EndpointError(str(report["error"]))
        self._port = int(report["port"])
        await self._check_health()

    async def _handshake(self, process: asyncio.subprocess.Process) -> dict[str, str | int]:
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps({"key": self.key}).encode() + b"\n")
        try:
            await process.stdin.drain()
            line = await asyncio.wait_for(process.stdout.readline(), _LOAD_SECONDS)
        except ConnectionError:
            line = b""
        except TimeoutError:
            raise EndpointError(f"the local model did not load within {_LOAD_SECONDS} s") from None
        if not line:
            raise EndpointError(f"the local model server ended while it loaded {self.file.name}: {self._log_end()}")
        report: dict[str, str | int] = json.loads(line)
        return report

    async def _check_health(self) -> None:
        import aiohttp

        url = self.url.removesuffix("/v1") + "/health"
        try:
            timeout = aiohttp.ClientTimeout(total=30)
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url) as answer:
                answer.raise_for_status()
        except (aiohttp.ClientError, TimeoutError) as error:
            raise EndpointError(f"the local model server was started but does not answer: {error}") from error

    async def _watch(self) -> None:
        """Start the server again the first time it dies; the second time it is not an accident."""
        while self._process:
            code = await self._process.wait()
            died = f"the local model server died (exit status {code}): {self._log_end()}"
            if self.starts > 1:
                self._give_up(died)
                return
            self._tell(f"{died[0].upper()}{died[1:]}. It is started again.")
            try:
                await self._spawn()
            except EndpointError as error:
                self._give_up(str(error))
                return

    def _give_up(self, why: str) -> None:
        self.last_words = why
        self.dead.set()

    def _log_end(self) -> str:
        if not self._log:
            return ""
        self._log.seek(max(0, self._log.seek(0, os.SEEK_END) - 2000))
        lines = [line.strip() for line in self._log.read().decode(errors="replace").splitlines() if line.strip()]
        return " / ".join(lines[-3:])[:500] or "it said nothing"


class LocalClient(LeanClient):
    """Ask a server of our own. While it is started again calls wait; once it is dead for good they fail at once."""

    def __init__(self, model: str, server: LocalServer, limiter: Limiter) -> None:
        # Our own slots bound the calls, and a small machine may take long: what is slow here is not broken.
        super().__init__(model, server.url, server.key, timeout=3600, limiter=limiter, merge_roles=True)
        self._server = server

    async def chat(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request.

        Raises:
            EndpointError: the server died for good.
        """
        answer = asyncio.ensure_future(super().chat(body))
        died = asyncio.ensure_future(self._server.dead.wait())
        try:
            await asyncio.wait({answer, died}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise EndpointError(self._server.last_words)
            return await answer
        finally:
            answer.cancel()
            died.cancel()


async def open_local(choices: tuple[Weights, ...] | Path, name: str, at_once: int, tell: Tell) -> Model:
    """Start the built-in model of one of `choices`, fetched if need be, or the file given; return it, running.

    Raises:
        EndpointError: it can't be fetched, does not fit, or can't be started.
    """
    require_runtime()
    if isinstance(choices, Path):
        file, known = choices, None
    else:
        file = await _fetched(choices, tell)
        known = next(weights for weights in choices if weights.file == file.name)
        name = f"local:{file.stem}"
    size = file.stat().st_size
    layout = plan(size, machine.cores(), machine.free_memory(), at_once)
    if known:
        tell(
            f"Model: {known.title}, {size / 1e9:.1f} GB, on this machine, {known.speed} on two cores. "
            "It is small: a stronger model (--model) makes better data."
        )
    server = LocalServer(file, layout, tell)
    await server.start()
    client = LocalClient(file.stem, server, Limiter(layout.slots))

    async def close() -> None:
        await client.close()
        await server.close()

    try:
        # One token: proof that it speaks. From here on the client takes a lost connection for an accident.
        await client.chat({"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 1})
    except BaseException as error:
        await close()
        if isinstance(error, CallError):
            raise EndpointError(f"{name} was loaded but does not speak: {error}") from error
        raise
    # Small models on this runtime called no tool in 40 tries: they are not asked to.
    abilities = Abilities(tools="actions", schemas="grammar", small=size < 4 * _GIGA, context=layout.context)
    return Model(name, client, abilities, Price(0, 0), close, layout.slots)


async def _fetched(choices: tuple[Weights, ...], tell: Tell) -> Path:
    """Fetch in a thread, and call it off when we are cancelled: an abandoned thread would hold up the exit."""
    stop = threading.Event()
    try:
        return await asyncio.to_thread(fetch, choices, tell, stop)
    finally:
        stop.set()


def require_runtime() -> None:
    """See that the runtime is installed.

    Raises:
        UsageError: it is not; says how to get it.
    """
    if importlib.util.find_spec("xllamacpp") is None:
        raise UsageError("the local model needs llama.cpp; install it with: pip install 'agentinstruct[local]'")
