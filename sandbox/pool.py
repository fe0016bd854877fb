"""A pool of warm containers, leased one chat at a time."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

from sandbox import Sandbox, SandboxError
from sandbox.box import Box
from sandbox.engine import UNUSED, Limits, attach, connect, options, reap, users
from sandbox.image import TAG, missing
from sandbox.wire import Wire

if TYPE_CHECKING:
    from docker import DockerClient

T = TypeVar("T")
START, RESET = 60.0, 10.0
"""Seconds a container may take to start, and to be cleared."""


class Pool:
    """Containers that are started when first needed, kept warm, cleared between chats and replaced when broken.

    At most `size` leases are out at once; who comes later waits. `output` bounds each of stdout and stderr, in bytes;
    `memory` and `disk` are written as the engine takes them ("512m"); `runtime` names another container runtime
    (`runsc`), where the engine has one.

        async with Pool(size=4) as pool, pool.lease() as box:
            result = await box.run_python("print(6 * 7)")
    """

    def __init__(
        self,
        *,
        image: str = TAG,
        size: int = 8,
        memory: str = "512m",
        cpus: float = 1.0,
        processes: int = 128,
        disk: str = "64m",
        output: int = 65_536,
        runtime: str | None = None,
    ) -> None:
        self.image = image
        self.size = size
        self._limits = Limits(memory=memory, cpus=cpus, processes=processes, disk=disk)
        self._output = output
        self._runtime = runtime
        self._places = asyncio.Semaphore(size)
        self._idle: list[Wire] = []
        self._containers: dict[Wire, str] = {}
        self._chores: set[asyncio.Task[None]] = set()
        self._closing = False
        self._threads: ThreadPoolExecutor | None = None
        self._client: DockerClient | None = None
        self._users = UNUSED

    def available(self) -> str | None:
        """Say in one line why programs can't be run here and what to do about it; None if they can. Never raises."""
        try:
            client = connect(timeout=5)
            try:
                return missing(client, self.image)
            finally:
                client.close()
        except Exception as error:
            return str(error) if isinstance(error, SandboxError) else f"the Docker Engine can't be used: {error}"

    async def __aenter__(self) -> Self:
        """Reach the engine and remove what dead processes left there. Raises `SandboxError` if it can't be used."""
        # The engine's client blocks, and asyncio's own threads are others' too: a stuck engine must not stop them.
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="sandbox")
        try:
            self._client = await self._thread(self._open)
        except BaseException:
            self._threads.shutdown(wait=False)
            raise
        return self

    def _open(self) -> "DockerClient":
        client = connect()
        if reason := missing(client, self.image):
            client.close()
            raise SandboxError(reason)
        reap(client)
        self._users = users(client)
        return client

    async def __aexit__(self, *_: object) -> None:
        self._closing = True
        while self._chores:
            await asyncio.wait(self._chores)
        await asyncio.gather(*(self._dispose(wire) for wire in list(self._containers)))
        if self._client and self._threads:
            self._client.close()
            self._threads.shutdown(wait=False)

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Sandbox]:
        """Hold a sandbox. What was left in it is gone before another lease gets the container."""
        await self._places.acquire()
        box = Box(self._take, self._output)
        try:
            yield box
        finally:
            box.closed = True
            self._chore(self._give_back(box))

    # -- Containers ----------------------------------------------------------------------------------------------

    async def _take(self, broken: Wire | None) -> Wire:
        if broken:
            self._chore(self._dispose(broken))
        while self._idle:
            wire = self._idle.pop()
            if wire.at_rest:
                return wire
            self._chore(self._dispose(wire))
        return await self._start()

    async def _give_back(self, box: Box) -> None:
        """Clear a container, away from the chat that used it, and only then free its place."""
        try:
            wire = await box.leave()
            if wire is None:
                return
            try:
                await wire.reset(RESET)
            except SandboxError:
                await self._dispose(wire)
            else:
                self._idle.append(wire)
        finally:
            self._places.release()

    async def _start(self) -> Wire:
        if self._closing:
            raise SandboxError("the pool is closed")
        made = asyncio.create_task(self._thread(self._run))
        try:
            number, stream = await asyncio.shield(made)
        except asyncio.CancelledError:
            self._chore(self._abandon(made))
            raise
        _, wire = await asyncio.get_running_loop().create_connection(Wire, sock=stream)
        self._containers[wire] = number
        try:
            await wire.ready(START)
        except (SandboxError, asyncio.CancelledError):
            self._chore(self._dispose(wire))
            raise
        return wire

    def _run(self) -> tuple[str, socket.socket]:
        """Start a container; return its id and its streams. Runs in a thread."""
        from docker.errors import APIError, DockerException

        assert self._client is not None, "use the pool in `async with`"
        try:
            container = self._client.containers.create(**options(self.image, self._limits, self._users, self._runtime))
        except (DockerException, OSError) as error:
            raise SandboxError(f"no container can be made: {error}") from None
        try:
            stream = attach(container)
            container.start()
        except (DockerException, SandboxError, OSError) as error:
            with suppress(APIError):
                container.remove(force=True)
            raise SandboxError(f"no container can be started: {error}") from None
        return container.id, stream

    async def _abandon(self, made: asyncio.Task[tuple[str, socket.socket]]) -> None:
        with suppress(SandboxError):
            number, stream = await made
            stream.close()
            await self._thread(lambda: self._remove(number))

    async def _dispose(self, wire: Wire) -> None:
        wire.close("it was given up")
        if number := self._containers.pop(wire, None):
            await self._thread(lambda: self._remove(number))

    def _remove(self, number: str) -> None:
        from docker.errors import APIError

        assert self._client is not None
        with suppress(APIError, OSError):  # it may have gone by itself; what stays is reaped by the next pool
            self._client.api.remove_container(number, force=True)

    # -- Threads and tasks ---------------------------------------------------------------------------------------

    async def _thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def _chore(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)
