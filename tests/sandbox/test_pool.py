"""Containers die, callers give up, owners are killed: the next lease works, and nothing is left on the engine."""

import asyncio
import os
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox import SandboxError, wire
from sandbox.engine import HOST, OWNER, connect, host, labels, orphaned, started
from sandbox.image import DEBIAN_BASE, TAG
from sandbox.pool import Pool
from tests.sandbox.hostile import still_works

ROOT = Path(__file__).parents[2]
docker_needed = pytest.mark.docker


def mine(pid: int | None = None) -> list[Any]:
    """List the containers of a process, this one by default."""
    # A container that goes while it is listed is none, and no error.
    found = connect().containers.list(all=True, filters={"label": OWNER}, ignore_removed=True)
    return [c for c in found if c.labels[OWNER].partition("+")[0] == str(pid or os.getpid())]


async def soon(happened: Callable[[], bool], within: float = 15) -> bool:
    """Wait until something holds; say whether it came to."""
    end = time.monotonic() + within
    while not (held := happened()) and time.monotonic() < end:
        await asyncio.sleep(0.1)
    return held


@docker_needed
async def test_containers_start_when_needed_and_go_with_the_pool() -> None:
    async with Pool(size=2) as pool:
        assert mine() == []
        async with pool.lease():
            pass
        assert mine() == []
        async with pool.lease() as one, pool.lease() as two:
            await asyncio.gather(one.run_python("1"), two.run_python("1"))
            assert len(mine()) == 2
        async with pool.lease() as one:
            await one.run_python("1")
            assert len(mine()) == 2
    assert await soon(lambda: not mine())


@docker_needed
async def test_no_more_leases_than_places() -> None:
    out = most = 0

    async def chat(pool: Pool) -> None:
        nonlocal out, most
        async with pool.lease() as box:
            out += 1
            most = max(most, out)
            assert (await box.run_python("print(1)")).stdout == "1\n"
            out -= 1

    async with Pool(size=2) as pool:
        await asyncio.gather(*(chat(pool) for _ in range(8)))
        assert most == 2
        assert len(mine()) <= 2


@docker_needed
@pytest.mark.parametrize("how", ["kill", "stop", "remove"])
async def test_a_container_that_dies_in_a_call_is_replaced(how: str) -> None:
    async with Pool(size=1) as pool:
        async with pool.lease() as box:
            session = await box.open_session("class A:\n    def f(self): return 1", "A")
            running = asyncio.create_task(box.run_python("import time\ntime.sleep(60)", timeout=100))
            await asyncio.sleep(0.5)
            [container] = mine()
            end = {
                "kill": container.kill,
                "stop": lambda: container.stop(timeout=0),
                "remove": lambda: container.remove(force=True),
            }
            await asyncio.to_thread(end[how])
            with pytest.raises(SandboxError, match="the container ended"):
                await running
            with pytest.raises(SandboxError, match="the session is gone with its container"):
                await session.call("f", {})
            await session.close()
            assert (await box.run_python("print(1)")).stdout == "1\n"
        await still_works(pool)


@docker_needed
async def test_a_container_that_dies_between_leases_is_replaced() -> None:
    async with Pool(size=1) as pool:
        await still_works(pool)
        # That of the test before may still be going.
        assert await soon(lambda: len(mine()) == 1)
        [container] = mine()
        await asyncio.to_thread(container.kill)
        assert await soon(lambda: not mine())
        await still_works(pool)


@docker_needed
async def test_a_container_whose_end_nobody_has_heard_of_yet_is_replaced() -> None:
    async with Pool(size=1) as pool:
        await still_works(pool)
        async with pool.lease():
            pass  # by now it has been cleared and lies idle
        assert await soon(lambda: len(mine()) == 1)
        [container] = mine()
        container.kill()  # in the way of the loop, which so hears of nothing
        while mine():
            time.sleep(0.1)
        await still_works(pool)


@docker_needed
async def test_a_container_that_stops_answering_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "GRACE", 1.0)
    async with Pool(size=1) as pool:
        async with pool.lease() as box:
            await box.run_python("1")
            [container] = mine()
            container.pause()
            with pytest.raises(SandboxError, match="does not answer"):
                await box.run_python("1", timeout=0.5)
            assert (await box.run_python("print(1)")).stdout == "1\n"
        await still_works(pool)
        assert await soon(lambda: len(mine()) == 1)


@docker_needed
@pytest.mark.parametrize("code", ["while True: pass", "import os\nif os.fork() == 0: os.setsid()\nwhile True: pass"])
async def test_a_cancelled_run_is_gone(code: str) -> None:
    async with Pool(size=1) as pool:
        async with pool.lease() as box:
            session = await box.open_session("class A:\n    def f(self): return 1", "A")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(box.run_python(code, timeout=100), 0.5)
            count = await box.run_python("import os\nprint(sum(name.isdigit() for name in os.listdir('/proc')))")
            assert count.stdout == "3\n", count  # the runner, the session and the one that looks
            assert (await session.call("f", {})).value == 1
        await still_works(pool)


@docker_needed
async def test_a_cancelled_call_ends_its_session() -> None:
    async with Pool(size=1) as pool, pool.lease() as box:
        session = await box.open_session(
            "class A:\n    def f(self):\n        while True: pass\n    def g(self): pass", "A"
        )
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(session.call("f", {}, timeout=100), 0.3)
        assert (await session.call("g", {})).error == "the session is closed"


@docker_needed
@pytest.mark.parametrize("after", [0.0, 0.05, 0.2, 0.4])
async def test_cancelling_while_a_container_starts(after: float) -> None:
    async with Pool(size=1) as pool:

        async def chat() -> None:
            async with pool.lease() as box:
                await box.run_python("while True: pass")  # where a start is quick, the program is what is cancelled

        task = asyncio.create_task(chat())
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await still_works(pool)
    assert await soon(lambda: not mine())


@docker_needed
async def test_a_lease_that_is_over_runs_nothing() -> None:
    async with Pool(size=1) as pool:
        async with pool.lease() as box:
            session = await box.open_session("class A:\n    def f(self): return 1", "A")
        with pytest.raises(SandboxError, match="over"):
            await box.run_python("1")
        with pytest.raises(SandboxError):
            await session.call("f", {})
        with pytest.raises(RuntimeError):
            async with pool.lease():
                raise RuntimeError
        await still_works(pool)


@docker_needed
@pytest.mark.parametrize("end", ["left alone", "cancelled"])
async def test_a_task_that_outlives_its_lease_leaves_the_next_alone(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    monkeypatch.setattr(wire, "GRACE", 0.5)
    async with Pool(size=1) as pool:
        async with pool.lease() as box:
            late = asyncio.create_task(box.run_python("import time\ntime.sleep(60)", timeout=1))
            await asyncio.sleep(0.5)
        async with pool.lease() as box:
            session = await box.open_session("class A:\n    def f(self): return 1", "A")
            if end == "cancelled":
                late.cancel()
            await asyncio.sleep(1.5)  # past the time limit of the task that is late
            assert (await session.call("f", {})).value == 1
        with pytest.raises(SandboxError, match="the lease of this sandbox is over"):
            await late
        assert len(mine()) == 1


@docker_needed
async def test_one_filter_however_many_leases() -> None:
    """The runner executes itself anew after each; a filter on a filter would in time be one too many."""
    count = "print([line for line in open('/proc/self/status') if line.startswith('Seccomp')])"
    async with Pool(size=1) as pool:
        said = set()
        for _ in range(3):
            async with pool.lease() as box:
                said.add((await box.run_python(count)).stdout)
    assert len(said) == 1, said


@docker_needed
async def test_a_lease_that_ends_while_its_container_starts() -> None:
    async with Pool(size=1) as pool:
        async with pool.lease() as box:
            late = asyncio.create_task(box.run_python("print(1)"))
            await asyncio.sleep(0.05)
            assert not late.done()
        await still_works(pool)
        with pytest.raises(SandboxError, match="the lease of this sandbox is over"):
            await late
        assert len(mine()) == 1, "the container that came too late is the next lease's"


@docker_needed
async def test_nothing_outlives_a_killed_owner() -> None:
    """After `kill -9` the engine closes the container's input, and the runner ends by itself."""
    owner = """
        import asyncio
        from sandbox.pool import Pool
        async def main():
            async with Pool(size=1) as pool, pool.lease() as box:
                print((await box.run_python("print('ready')")).stdout, end="", flush=True)
                await box.run_python("import time\\ntime.sleep(100)", timeout=200)
        asyncio.run(main())
    """
    with subprocess.Popen([sys.executable, "-c", textwrap.dedent(owner)], cwd=ROOT, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert len(mine(process.pid)) == 1
        process.kill()
    assert await soon(lambda: not mine(process.pid))


@docker_needed
async def test_what_a_dead_owner_left_is_reaped() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        marks = {OWNER: f"{process.pid}+{started(process.pid)}", HOST: host()}
        left = connect().containers.run(TAG, ["sleep", "100"], labels=marks, detach=True, auto_remove=True)
        try:
            async with Pool(size=1):
                assert len(mine(process.pid)) == 1, "its owner lives"
            process.kill()
            process.wait()
            async with Pool(size=1):
                assert await soon(lambda: not mine(process.pid))
        finally:
            if mine(process.pid):
                left.remove(force=True)


def test_whose_container_it_is() -> None:
    own = labels()
    assert not orphaned(own)
    assert orphaned({**own, OWNER: f"{os.getpid()}+1"}), "the number was given to another process"
    assert not orphaned({**own, OWNER: "1+1", HOST: "elsewhere"}), "numbers from elsewhere say nothing here"
    assert not orphaned({})


# -- Availability --------------------------------------------------------------------------------------------------


@contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


async def test_no_engine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/docker.sock")
    reason = Pool().available()
    assert reason is not None
    assert reason.startswith(f"no Docker Engine answers at unix://{tmp_path}/docker.sock; ")
    with pytest.raises(SandboxError, match="no Docker Engine answers"):
        async with Pool():
            pass


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "nonsense", "http://127.0.0.1:9", ""])
def test_a_wrong_address_is_a_reason_not_an_exception(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("DOCKER_HOST", address)
    reason = Pool(image="no/such-image:1").available()
    assert reason
    assert "\n" not in reason


@docker_needed
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become nobody")
def test_no_permission() -> None:
    Pool().available()  # loads all it needs while it may
    with as_nobody():
        reason = Pool().available()
    assert reason is not None
    assert reason.startswith("no permission to use the Docker Engine at ")


@docker_needed
def test_no_image_or_another() -> None:
    absent = Pool(image="agentinstruct-absent:1").available()
    assert absent is not None
    assert "there is no sandbox image agentinstruct-absent:1; run `python -m sandbox build`" in absent
    client = connect()
    client.images.get(TAG).tag("agentinstruct-test-other", "1")
    try:
        assert Pool(image="agentinstruct-test-other:1").available() is None
    finally:
        client.images.remove("agentinstruct-test-other:1")
    if client.images.list(DEBIAN_BASE):
        other = Pool(image=DEBIAN_BASE).available()
        assert other is not None
        assert "another version of the runner" in other


@docker_needed
async def test_a_limit_the_engine_refuses_is_said() -> None:
    async with Pool(memory="1") as pool, pool.lease() as box:
        with pytest.raises(SandboxError, match="no container can be made"):
            await box.run_python("1")
