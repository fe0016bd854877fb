"""Programs that use everything up: processes, memory, disk, output, time."""

from sandbox import Result
from sandbox.pool import Pool
from tests.sandbox.hostile.held import CAP, hostile, python


@hostile
async def fork_bomb(pool: Pool) -> str:
    code = "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass"
    result = await python(pool, code, timeout=3)
    assert (result.exit_code, result.timed_out) == (124, True), result
    return "held at the process limit, killed at the time limit"


@hostile
async def fork_bomb_of_daemons_beside_a_session(pool: Pool) -> str:
    bomb = """
import os
while True:
    try:
        if os.fork() == 0:
            os.setsid()
            if os.fork():
                os._exit(0)
    except OSError:
        pass
"""
    async with pool.lease() as box:
        session = await box.open_session("class A:\n    n = 0\n    def f(self):\n        return 7", "A")
        result = await box.run_python(bomb, timeout=2)
        assert result.exit_code == 124, result
        answer = await session.call("f", {})
        assert answer.value == 7, answer
        count = await box.run_python("import os\nprint(sum(n.isdigit() for n in os.listdir('/proc')))")
        assert count.stdout == "3\n", count
    return "every daemon found and killed, the session beside it untouched"


@hostile
async def memory_bomb(pool: Pool) -> str:
    result = await python(pool, "x = []\nwhile True:\n    x.append(bytearray(1 << 20))")
    assert result.exit_code == 137, result
    assert "memory" in result.stderr
    return "killed by the memory limit (137)"


@hostile
async def memory_bomb_of_many(pool: Pool) -> str:
    code = "import os\nfor _ in range(5):\n    os.fork()\nx = []\nwhile True:\n    x.append(bytearray(1 << 20))"
    result = await python(pool, code, timeout=5)
    assert result.exit_code in (124, 137), result
    return f"killed ({result.exit_code})"


@hostile
async def disk_filling(pool: Pool) -> str:
    code = """
written = {}
for place in '/tmp/work/a', '/dev/shm/a':
    with open(place, 'wb', buffering=0) as file:
        try:
            while True:
                written[place] = written.get(place, 0) + file.write(bytes(1 << 16))
        except OSError as error:
            print(error.strerror, written[place] >> 20)
"""
    result = await python(pool, code)
    lines = result.stdout.splitlines()
    assert [line.rsplit(" ", 1)[0] for line in lines] == ["No space left on device"] * 2, result
    sizes = [int(line.rsplit(" ", 1)[1]) for line in lines]
    assert sizes[0] <= 64, sizes
    assert sizes[1] <= 16, sizes
    return f"no space left after {sizes[0]} and {sizes[1]} MiB"


@hostile
async def files_without_end(pool: Pool) -> str:
    code = "n = 0\ntry:\n    while True:\n        open(f'f{n}', 'w').close()\n        n += 1\n"
    code += "except OSError:\n    print(n)"
    result = await python(pool, code, timeout=20)
    assert 1_000 < int(result.stdout) < 16_384, result
    return f"no room after {int(result.stdout):,} files"


@hostile
async def endless_stdout(pool: Pool) -> str:
    result = await python(pool, "while True:\n    print('x' * 100)")
    assert result.exit_code == 137, result
    assert result.truncated
    assert CAP <= len(result.stdout) < CAP + 100
    return "beginning and end kept (64 KiB), stopped after 8 MiB"


@hostile
async def endless_stderr(pool: Pool) -> str:
    result = await python(pool, "import os\nwhile True:\n    os.write(2, b'\\xff' * 65536)")
    assert result.exit_code == 137, result
    assert result.truncated
    assert not result.stdout
    assert len(result.stderr) < CAP + 200
    return "the same"


@hostile
async def infinite_loop(pool: Pool) -> str:
    result = await python(pool, "print('here', flush=True)\nwhile True:\n    pass", timeout=1)
    assert result == Result(124, "here\n", "", timed_out=True), result
    return "killed at the time limit (124), what it printed is kept"


@hostile
async def ignores_signals(pool: Pool) -> str:
    code = """
import signal, time
for number in range(1, 65):
    try:
        signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError):
        pass
while True:
    time.sleep(1)
"""
    result = await python(pool, code, timeout=1)
    assert result.exit_code == 124, result
    return "killed at the time limit"


@hostile
async def stops_itself(pool: Pool) -> str:
    result = await python(pool, "import os, signal\nos.kill(os.getpid(), signal.SIGSTOP)", timeout=1)
    assert result.exit_code == 124, result
    return "killed at the time limit"


@hostile
async def closes_its_output_and_goes_on(pool: Pool) -> str:
    result = await python(pool, "import os\nfor fd in range(3):\n    os.close(fd)\nwhile True:\n    pass", timeout=1)
    assert result.exit_code == 124, result
    return "killed at the time limit"


@hostile
async def what_the_kernel_counts_by_user(pool: Pool) -> str:
    """Each container has a user of its own, or one could take from the others what a user may have of it."""
    grab = """
import ctypes
libc = ctypes.CDLL(None)
class A:
    def grab(self):
        count = 0
        while libc.inotify_init() >= 0:
            count += 1
        return count
"""
    async with Pool(size=1, memory="256m") as others, pool.lease() as one, others.lease() as other:
        first = await (await one.open_session(grab, "A")).call("grab", {})
        second = await (await other.open_session(grab, "A")).call("grab", {})
    assert first.value == second.value > 0, (first, second)
    return f"{first.value} inotify queues for one, as many for another beside it"
