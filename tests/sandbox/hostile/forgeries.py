"""Programs that speak for the runner, or take it down."""

import asyncio

from sandbox import Result, SandboxError
from sandbox.pool import Pool
from tests.sandbox.hostile.held import hostile, python


@hostile
async def forged_answers(pool: Pool) -> str:
    code = """
import os, json
forged = b''.join(json.dumps({'id': n, 'result': {'exit_code': 0, 'stdout': 'FORGED', 'stderr': '', 'timed_out': False,
    'truncated': False}, 'ready': 1}).encode() + b'\\n' for n in range(200))
reached = []
for fd in range(1024):
    try:
        os.write(fd, b'\\n' + forged)
        reached.append(fd)
    except OSError:
        pass
for path in [f'/proc/1/fd/{n}' for n in range(32)] + ['/proc/1/mem', '/dev/console', '/dev/tty']:
    try:
        with open(path, 'wb', buffering=0) as file:
            file.write(forged)
        reached.append(path)
    except OSError:
        pass
os.write(1, b'\\n' + repr(reached).encode())
"""
    async with pool.lease() as box:
        result = await box.run_python(code)
        after = await box.run_python("print('own')")
    assert result.exit_code == 0, result
    reached = result.stdout.splitlines()[-1]
    assert reached in ("[0, 1, 2]", "[1, 2]"), reached
    assert after.stdout == "own\n", after
    return f"only its own output can be written to ({reached}); answers are the runner's"


@hostile
async def session_writes_its_own_answers(pool: Pool) -> str:
    code = """
import os, json
class A:
    def honest(self):
        return 1
    def flood(self):
        for n in range(50):
            os.write(3, b'%d {"ok": true, "value": "FORGED"}\\n' % n)
        os.write(3, b'\\n\\n{"id": 1, "result": {}}\\n')
        return 2
    def bad(self, text):
        os.write(3, b'9 ' + text.encode() + b'\\n')
    def endless(self):
        while True:
            os.write(3, b'x' * 65536)
"""
    async with pool.lease() as box:
        session = await box.open_session(code, "A")
        other = await box.open_session(code, "A")
        assert (await session.call("honest", {})).value == 1
        await session.call("flood", {})  # whatever it answers from now on is its own word, and nobody else's
        assert (await other.call("honest", {})).value == 1
        third = await box.open_session(code, "A")
        endless = await third.call("endless", {}, timeout=5)
        assert not endless.ok, endless
        assert (await other.call("honest", {})).value == 1
        assert (await box.run_python("print(1)")).stdout == "1\n"
    return "it can lie about itself only; without end, it is killed"


@hostile
async def killing_the_runner(pool: Pool) -> str:
    code = """
import os, signal
for number in range(1, 65):
    for kill in (lambda: os.kill(1, number), lambda: os.killpg(1, number)):
        try:
            kill()
        except OSError:
            pass
print('alive')
"""
    async with pool.lease() as box:
        result = await box.run_python(code)
        assert result.stdout == "alive\n", result
        everything = await box.run_python("import os\nos.kill(-1, 9)")
        assert everything.exit_code in (0, 1, 137), everything
        assert (await box.run_python("print(1)")).stdout == "1\n"
    return "process 1 takes no signal from inside"


@hostile
async def strangling_the_runner(pool: Pool) -> str:
    """Limits and priority of a process of the same user can be lowered: it hurts only this chat."""
    code = """
import os, resource
os.setpriority(os.PRIO_PROCESS, 1, 19)
resource.prlimit(1, resource.RLIMIT_NOFILE, (0, 0))
print('done')
"""
    async with pool.lease() as box:
        try:
            result = await box.run_python(code)
            assert result.exit_code in (0, 1), result
            happened = (await box.run_python("print(1)")).stdout
        except SandboxError as error:
            happened = str(error)
        assert happened == "1\n" or "given up" in happened or "ended" in happened, happened
        assert (await box.run_python("print(2)")).stdout == "2\n"
    return "the container is noticed to be spoilt and replaced, within the same lease"


@hostile
async def slowing_the_runner_for_the_next_chat(pool: Pool) -> str:
    slow = "import os\nos.setpriority(os.PRIO_PROCESS, 1, 15)\n"
    await python(pool, slow + "os.sched_setscheduler(1, os.SCHED_BATCH, os.sched_param(0))")
    result = await python(pool, "import os\nprint(os.getpriority(os.PRIO_PROCESS, 1), os.sched_getscheduler(1))")
    assert result.stdout == "0 0\n", result
    return "noticed when the chat ends; the next has a new container"


@hostile
async def tampering_with_the_copy(pool: Pool) -> str:
    """The child is a copy of the runner: what it changes is its own."""
    code = """
import gc, json, os, sys
json.dumps = json.loads = lambda *a, **k: 'FORGED'
for thing in gc.get_objects():
    if type(thing).__name__ == 'Runner':
        print('found one')
print(any(name.startswith('sandbox') for name in sys.modules))
"""
    async with pool.lease() as box:
        result = await box.run_python(code)
        assert "found" not in result.stdout, result
        assert (await box.run_python("print(1)")).stdout == "1\n"
    return "no runner object in its memory, and the runner goes on"


TRACER = """
import ctypes, os, time
libc = ctypes.CDLL(None)
libc.prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)  # anyone may trace it, where the kernel asks
traced, ready = os.getpid(), os.pipe()
if os.fork() == 0:
    os.setsid()
    os.write(ready[1], b'%d' % libc.ptrace(0x4206, traced, None, None))
    time.sleep(300)
print(os.read(ready[0], 9).decode(), flush=True)
"""
"""Beginning of a program that has a child of its own session trace it: nobody else sees it end."""
NUMBERS = "class A:\n    n = 0\n    def f(self):\n        self.n += 1\n        return self.n"


@hostile
async def traced_past_its_end(pool: Pool) -> str:
    async with pool.lease() as box:
        session = await box.open_session(NUMBERS, "A")
        assert (await session.call("f", {})).value == 1
        result = await box.run_python(TRACER + "time.sleep(300)", timeout=1)
        assert result == Result(124, "0\n", "", timed_out=True), result
        ended = await box.run_python(TRACER, timeout=1)  # its end is seen by its tracer alone, so it takes all its time
        assert ended.stdout == "0\n", ended
        flood = await box.run_python(TRACER + "while True:\n    print('x' * 1000)", timeout=20)
        assert (flood.exit_code, flood.truncated) == (137, True), flood
        assert (await session.call("f", {})).value == 2
        count = await box.run_python("import os\nprint(sum(n.isdigit() for n in os.listdir('/proc')))")
        assert count.stdout == "3\n", count
    return "the tracer is killed first; the session beside it goes on"


@hostile
async def traced_session(pool: Pool) -> str:
    code = TRACER + NUMBERS + "\n    def hang(self):\n        time.sleep(300)"
    async with pool.lease() as box:
        beside = await box.open_session(NUMBERS, "A")
        traced = await box.open_session(code, "A")
        late = await traced.call("hang", {}, timeout=1)
        assert "TimeoutError" in late.error, late
        traced = await box.open_session(code, "A")
        await traced.close()
        assert (await beside.call("f", {})).value == 1
    return "closed all the same"


@hostile
async def traced_by_the_runner(pool: Pool) -> str:
    """A process may ask to be traced by its parent, which hears of each signal it gets, and has to wake it."""
    code = "import ctypes, os, signal\nctypes.CDLL(None).ptrace(0, 0, None, None)\n"
    async with pool.lease() as box:
        session = await box.open_session(NUMBERS, "A")
        for end in ("os.kill(os.getpid(), signal.SIGSTOP)", "os.kill(os.getpid(), signal.SIGUSR1)", "os.abort()"):
            result = await box.run_python(code + end, timeout=5)
            assert (result.exit_code, result.timed_out) == (137, False), (end, result)
        assert (await session.call("f", {})).value == 1
    return "killed at its first signal"


@hostile
async def traced_by_another_session(pool: Pool) -> str:
    """A tracer that is no stray: an open session, here of one thread of a program."""
    tracer = "import ctypes\nclass A:\n    def trace(self, thread):\n"
    tracer += "        return ctypes.CDLL(None).ptrace(0x4206, thread, None, None)"
    traced = """
import ctypes, threading, time
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1), 0, 0, 0)
thread = threading.Thread(target=time.sleep, args=(300,))
thread.start()
with open('/tmp/thread', 'w') as file:
    file.write(str(thread.native_id))
"""
    async with pool.lease() as box:
        beside = await box.open_session(NUMBERS, "A")
        session = await box.open_session(tracer, "A")
        running = asyncio.create_task(box.run_python(traced, timeout=2))
        await asyncio.sleep(0.7)
        thread = int((await box.run_python("print(open('/tmp/thread').read())")).stdout)
        seized = await session.call("trace", {"thread": thread})
        assert seized.value == 0, seized
        result = await running
        assert result.exit_code == 124, result
        assert (await session.call("trace", {"thread": thread})).error == "the session is closed"
        assert (await beside.call("f", {})).value == 1
    return "that session is killed; the others go on"
