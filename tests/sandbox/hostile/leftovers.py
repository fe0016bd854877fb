"""Programs that leave something behind, for the next run or the next chat."""

import asyncio
from unittest.mock import patch

from sandbox import Result, wire
from sandbox.pool import Pool
from tests.sandbox.hostile.held import hostile, python

LEAVE = """
import os, subprocess, ctypes, sys
for place in '/tmp/left', '/dev/shm/left', '/tmp/work/left', os.path.expanduser('~/left'):
    open(place, 'w').write('SECRET')
os.environ['SECRET'] = os.environ['PYTHONSTARTUP'] = '/tmp/left'
sys.modules['left'] = sys
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.closerange(0, 10)
        import socket, time
        listener = socket.socket()
        listener.bind(('127.0.0.1', 4444))
        listener.listen()
        hidden = socket.socket(socket.AF_UNIX)
        hidden.bind('\\0left')
        hidden.listen()
        time.sleep(100)
    os._exit(0)
libc = ctypes.CDLL(None)
print(libc.shmget(4711, 4096, 0o1666) < 0, libc.msgget(4711, 0o1666) < 0, libc.semget(4711, 1, 0o1666) < 0)
print(libc.mq_open(b'/left', 0o102, 0o666, None) < 0)
"""
FIND = """
import os, subprocess, socket, sys
found = []
for top in '/tmp', '/dev/shm', '/dev/mqueue':
    for folder, folders, files in os.walk(top):
        found += [name for name in folders + files if name not in ('work', 'main.py')]
found += [name for name in os.environ if 'SECRET' in name or name == 'PYTHONSTARTUP']
found += [name for name in os.listdir('/proc') if name.isdigit() and int(name) not in (1, os.getpid())]
found += [name for name in sys.modules if name == 'left']
for family, address in (socket.AF_INET, ('127.0.0.1', 4444)), (socket.AF_UNIX, '\\0left'):
    if socket.socket(family).connect_ex(address) == 0:
        found.append(address)
print(found)
"""


@hostile
async def leftovers_for_the_next_chat(pool: Pool) -> str:
    left = await python(pool, LEAVE)
    assert left.stdout == "True True True\nTrue\n", left
    found = await python(pool, FIND)
    assert found.stdout == "[]\n", found
    return "files, daemon, listeners, queues, environment, modules: the next lease finds none"


@hostile
async def leftovers_for_the_next_run(pool: Pool) -> str:
    async with pool.lease() as box:
        await box.run_python(LEAVE)
        found = await box.run_python(FIND)
    assert found.stdout == "[]\n", found
    return "nor does the next run of the same chat"


@hostile
async def memory_of_an_earlier_chat(pool: Pool) -> str:
    """A fork of the runner holds a copy of its memory: no text of an earlier chat may lie in it."""
    secret = "ah4eiW8u" + "Xoo7Chae"
    scan = """
secret = b'ah4eiW8u' + bytes(reversed(b'eahC7ooX'))
hits = 0
with open('/proc/self/maps') as maps, open('/proc/self/mem', 'rb', buffering=0) as memory:
    for line in maps:
        bounds, mode = line.split()[:2]
        if 'w' in mode and '[' not in line:
            start, end = (int(bound, 16) for bound in bounds.split('-'))
            memory.seek(start)
            hits += memory.read(end - start).count(secret)
print(hits)
"""
    async with pool.lease() as box:
        itself = int((await box.run_python(scan)).stdout)
        await box.run_python(f"secret = {secret!r}\nprint(secret * 3)", stdin=secret * 9)
        same = int((await box.run_python(scan)).stdout)
    later = int((await python(pool, scan)).stdout)
    assert same > itself, "the scan finds nothing where there is something"
    assert later == itself, (itself, same, later)
    return f"found {same - itself} times while the chat lasts, never after: the runner executes itself anew"


@hostile
async def trees_hard_to_delete(pool: Pool) -> str:
    code = """
import os
for depth in range(3000):
    os.mkdir('d' * 200)
    os.chdir('d' * 200)
os.chdir('/tmp')
os.mkfifo('pipe')
os.symlink('/', 'root')
os.symlink('loop', 'loop')
os.makedirs('shut/in/side')
open('shut/in/side/file', 'w').close()
for folder in 'shut/in/side', 'shut/in', 'shut':
    os.chmod(folder, 0)
open(b'\\xff\\n\\x1b[2J', 'w').close()
os.rename('/tmp/work', '/tmp/elsewhere')
os.symlink('/etc', '/tmp/work')
print('made')
"""
    result = await python(pool, code, timeout=20)
    assert result.stdout == "made\n", result
    return "3,000 levels, closed folders, loops, links in place of the working folder: all deleted"


@hostile
async def daemon_keeps_the_output_open(pool: Pool) -> str:
    code = "import os, time\nprint('done', flush=True)\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(100)"
    result = await python(pool, code, timeout=30)
    assert result == Result(0, "done\n", ""), result
    return "the run ends with its own process, the daemon with it"


@hostile
async def task_that_outlives_its_chat(pool: Pool) -> str:
    """A program nobody waits for any more runs out of its time in another chat's lease."""
    with patch.object(wire, "GRACE", 0.5):
        async with pool.lease() as box:
            late = asyncio.create_task(box.run_python("import time\ntime.sleep(60)", timeout=1))
            await asyncio.sleep(0.5)
    async with pool.lease() as box:
        session = await box.open_session("class A:\n    def f(self):\n        return 7", "A")
        await asyncio.sleep(1.5)
        answer = await session.call("f", {})
    assert answer.value == 7, answer
    [said] = await asyncio.gather(late, return_exceptions=True)
    assert "lease" in str(said), said
    return "told that its lease is over; the next chat does not notice"
