"""Hostile programs. Each is one function that runs it, asserts what happened to it, and says so in a line.

`test_hostile.py` runs them as tests; `python -m tests.sandbox.hostile_table` prints the table.
"""

import ipaddress
import re
import socket
import tempfile
import threading
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from sandbox import Result, SandboxError, SessionFailed
from sandbox.pool import Pool

CAP = 65_536
Program = Callable[[Pool], Awaitable[str]]
PROGRAMS: list[Program] = []


def hostile(program: Program) -> Program:
    PROGRAMS.append(program)
    return program


async def python(pool: Pool, code: str, *, timeout: float = 10, stdin: str = "") -> Result:
    async with pool.lease() as box:
        return await box.run_python(code, timeout=timeout, stdin=stdin)


async def still_works(pool: Pool) -> None:
    """Assert that a lease finds an empty container in which programs run."""
    look = """
import os
pids = sorted(int(name) for name in os.listdir('/proc') if name.isdigit())
print(pids == [1, os.getpid()], os.listdir('/tmp'), os.listdir('/dev/shm'), os.listdir('.'), 6 * 7)
"""
    result = await python(pool, look)
    assert result.stdout == "True ['work'] [] ['main.py'] 42\n", result


TRY = """
import os
def attempt(name, action):
    try:
        action()
    except Exception as error:
        print(name, 'refused', type(error).__name__)
    else:
        print(name, 'WORKED')
"""
"""Beginning of a program that tries things."""

SYSCALL = (
    TRY
    + """
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
def call(name, *arguments):
    if libc.syscall(*arguments) < 0:
        print(name, 'refused', errno.errorcode[ctypes.get_errno()])
    else:
        print(name, 'WORKED')
"""
)


def all_refused(result: Result, at_least: int) -> str:
    lines = result.stdout.splitlines()
    assert result.exit_code == 0, result
    assert len(lines) >= at_least, result
    assert all(" refused " in line for line in lines), result.stdout
    return f"{len(lines)} attempts, all refused ({', '.join(sorted({line.rsplit(' ', 1)[1] for line in lines}))})"


# -- Using everything up -------------------------------------------------------------------------------------------


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
    code = "n = 0\ntry:\n    while True:\n        open(f'f{n}', 'w').close()\n        n += 1\nexcept OSError as e:\n    print(n)"
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


# -- Leaving something behind --------------------------------------------------------------------------------------

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


# -- Getting out ---------------------------------------------------------------------------------------------------


@hostile
async def network_to_the_host(pool: Pool) -> str:
    """Listeners on the host's bridge, on its loopback, on an abstract name; none hears a thing."""
    import docker

    with closing(docker.from_env()) as client:
        network = client.networks.get("bridge").attrs["IPAM"]["Config"][0]
    bridge = network.get("Gateway") or str(next(ipaddress.ip_network(network["Subnet"]).hosts()))
    heard: list[object] = []
    with tempfile.TemporaryDirectory() as folder:
        places: list[tuple[int, object]] = [(socket.AF_INET, (bridge, 0)), (socket.AF_INET, ("127.0.0.1", 0))]
        places += [(socket.AF_UNIX, "\0agentinstruct-test"), (socket.AF_UNIX, f"{folder}/socket")]
        addresses = []
        for family, place in places:
            listener = socket.socket(family)
            listener.bind(place)
            listener.listen()
            addresses.append((family, listener.getsockname()))
            threading.Thread(target=listen, args=(listener, heard), daemon=True).start()
        code = f"""
import socket
for family, address in {[(int(family), address) for family, address in addresses]!r}:
    try:
        socket.socket(family).connect(address if isinstance(address, tuple) else address)
    except OSError as error:
        print(address, 'refused', type(error).__name__)
    else:
        print(address, 'WORKED')
# The same attempt does reach a listener in here, or this would show nothing.
own = socket.create_server(('127.0.0.1', 0))
socket.socket().connect(own.getsockname())
print([name for _, name in socket.if_nameindex()])
"""
        result = await python(pool, code)
    *attempts, interfaces = result.stdout.splitlines()
    assert interfaces == "['lo']", result
    assert not heard
    return all_refused(Result(result.exit_code, "\n".join(attempts), result.stderr), at_least=4)


def listen(listener: socket.socket, heard: list[object]) -> None:
    try:
        heard.append(listener.accept())
    except OSError:
        pass


@hostile
async def raw_sockets(pool: Pool) -> str:
    code = TRY + (
        "import socket\n"
        "attempt('raw', lambda: socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP))\n"
        "attempt('packet', lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW))\n"
        "attempt('names', lambda: socket.getaddrinfo('example.invalid', 80))\n"
    )
    return all_refused(await python(pool, code), 3)


@hostile
async def host_paths(pool: Pool) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".secret") as secret:
        secret.write("SECRET")
        secret.flush()
        paths = [secret.name, str(Path(__file__)), "/var/run/docker.sock", "/run/docker.sock", "/etc/shadow"]
        paths += [f"/proc/1/{name}" for name in ("environ", "mem", "maps", "root/etc/passwd", "cwd/x", "fd/0", "auxv")]
        paths += [f"/proc/{name}" for name in ("sched_debug", "kmsg")]
        paths += ["/dev/mem", "/dev/vda", "/dev/sda", "/dev/kmsg", "/dev/fuse", "/sys/kernel/debug/x"]
        code = TRY + f"for path in {paths!r}:\n    attempt(path, lambda: open(path, 'rb').read(1))"
        return all_refused(await python(pool, code), len(paths))


@hostile
async def masked_kernel_files(pool: Pool) -> str:
    """What the engine covers reads as empty."""
    code = "print([len(open(f'/proc/{n}', 'rb').read(9)) for n in ('kcore', 'keys', 'timer_list') if __import__('os').path.exists(f'/proc/{n}')])"
    result = await python(pool, code)
    assert re.fullmatch(r"\[0(, 0)*\]\n", result.stdout) or "Permission" in result.stderr, result
    return "empty or refused"


@hostile
async def writing_to_the_root(pool: Pool) -> str:
    places = ["/", "/etc", "/usr/bin", "/usr/lib/python3", "/opt/agentinstruct/sandbox", "/root", "/home", "/var/tmp"]
    places += ["/run", "/dev", "/sys/fs/cgroup", "/proc/sys/kernel", "/proc", "/proc/1"]
    code = TRY + f"for place in {places!r}:\n    attempt(place, lambda: open(place + '/x', 'w'))\n"
    code += (
        "for path in ('/proc/sysrq-trigger', '/proc/sys/kernel/core_pattern', '/proc/1/oom_score_adj', '/etc/passwd',\n"
    )
    code += "        '/sys/fs/cgroup/memory/memory.limit_in_bytes', '/sys/fs/cgroup/memory.max'):\n"
    code += "    attempt(path, lambda: open(path, 'w').write('1'))\n"
    return all_refused(await python(pool, code), len(places) + 6)


@hostile
async def forbidden_system_calls(pool: Pool) -> str:
    code = (
        SYSCALL
        + """
import platform
x86 = platform.machine() == 'x86_64'
numbers = dict(mount=165, umount=166, chroot=161, pivot_root=155, ptrace=101, setuid=105, setgid=106, setgroups=116,
    unshare=272, setns=308, mknod=133, bpf=321, keyctl=250, add_key=248, perf=298, kexec=246, init_module=175, reboot=169,
    swapon=167, settimeofday=164, sethostname=170, iopl=172, userfaultfd=323, open_by_handle=304, vm_writev=311,
    kcmp=312, pidfd_getfd=438, acct=163, process_madvise=440, nice=141)
a = b'x'
call('mount tmpfs', numbers['mount'], b'none', b'/tmp', b'tmpfs', 0, None)
call('mount proc', numbers['mount'], b'proc', b'/tmp/work', b'proc', 0, None)
call('bind mount', numbers['mount'], b'/', b'/tmp/work', None, 4096, None)
call('remount root', numbers['mount'], None, b'/', None, 32, None)
call('umount', numbers['umount'], b'/proc', 2)
call('chroot', numbers['chroot'], b'/tmp')
call('pivot_root', numbers['pivot_root'], b'/tmp', b'/tmp')
call('ptrace attach runner', numbers['ptrace'], 16, 1, 0, 0)
call('ptrace seize runner', numbers['ptrace'], 0x4206, 1, 0, 0)
call('setuid', numbers['setuid'], 0)
call('setgid', numbers['setgid'], 0)
call('user namespace', numbers['unshare'], 0x10000000)
call('mount namespace', numbers['unshare'], 0x20000)
call('network namespace', numbers['unshare'], 0x40000000)
call('mknod', numbers['mknod'], b'/tmp/disk', 0o60666, 0x0800)
call('bpf', numbers['bpf'], 0, 0, 0)
call('keyring', numbers['keyctl'], 1, None)
call('add_key', numbers['add_key'], b'user', b'a', b'b', 1, -4)
call('kexec', numbers['kexec'], 0, 0, 0, 0)
call('init_module', numbers['init_module'], 0, 0, a)
call('reboot', numbers['reboot'], 0xfee1dead, 672274793, 0)
call('clock', numbers['settimeofday'], 0, 0)
call('sethostname', numbers['sethostname'], a, 1)
call('iopl', numbers['iopl'], 3)
call('userfaultfd', numbers['userfaultfd'], 0)
call('open_by_handle', numbers['open_by_handle'], 3, 0, 0)
here = ctypes.create_string_buffer(8)
class Vector(ctypes.Structure):
    _fields_ = [('base', ctypes.c_void_p), ('length', ctypes.c_size_t)]
vector = Vector(ctypes.addressof(here), 8)
call('write runner memory', numbers['vm_writev'], 1, ctypes.byref(vector), 1, ctypes.byref(vector), 1, 0)
call('kcmp runner', numbers['kcmp'], 1, os.getpid(), 0, 0, 0)
pidfd = os.pidfd_open(1)
for fd in range(8):
    call(f'take descriptor {fd} of the runner', numbers['pidfd_getfd'], pidfd, fd, 0)
call('raise priority', numbers['nice'], 0, 0, -20)
"""
    )
    return all_refused(await python(pool, code), 30)


@hostile
async def setuid_programs(pool: Pool) -> str:
    code = """
import os, subprocess
found = []
for folder, _, names in os.walk('/usr'):
    for name in names:
        path = os.path.join(folder, name)
        if os.path.isfile(path) and not os.path.islink(path) and os.stat(path).st_mode & 0o6000:
            found.append(path)
print(len(found))
print([line.split()[1] for line in open('/proc/self/status') if line.startswith(('NoNewPrivs', 'CapEff', 'CapBnd'))])
su = subprocess.run(['su', '-c', 'id'], input='', capture_output=True, text=True)
print('uid=0' in su.stdout)
"""
    result = await python(pool, code)
    count, status, rooted = result.stdout.splitlines()
    assert status == "['0000000000000000', '0000000000000000', '1']", result
    assert rooted == "False", result
    return f"{count} set-user-id programs in the image, none gains anything (no new privileges)"


# -- Speaking for the runner ---------------------------------------------------------------------------------------


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
        await session.call("flood", {})  # it may lie about itself, once a call
        assert (await other.call("honest", {})).value == 1
        endless = await session.call("endless", {}, timeout=5)
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
    await python(
        pool,
        "import os\nos.setpriority(os.PRIO_PROCESS, 1, 15)\nos.sched_setscheduler(1, os.SCHED_BATCH, os.sched_param(0))",
    )
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


# -- Too much, or odd ----------------------------------------------------------------------------------------------


@hostile
async def huge_and_odd_values(pool: Pool) -> str:
    code = """
class A:
    def big(self):
        return 'x' * 50_000_000
    def deep(self):
        value = []
        for _ in range(100_000):
            value = [value]
        return value
    def long_number(self):
        return 10 ** 6000
    def loop(self):
        value = []
        value.append(value)
        return value
    def nan(self):
        return float('nan')
    def bytes(self):
        return b'x'
    def surrogate(self):
        return '\\ud800'
    def error(self):
        class Evil(Exception):
            def __str__(self):
                raise SystemExit(3)
        raise Evil
    def leave(self):
        raise SystemExit(0)
"""
    async with pool.lease() as box:
        session = await box.open_session(code, "A")
        for method in ("big", "deep", "long_number", "loop", "nan", "bytes", "error", "leave"):
            answer = await session.call(method, {}, timeout=10)
            assert not answer.ok, (method, answer)
            assert len(answer.error) < 3_000, method
        assert (await session.call("surrogate", {})).value == "?"
        too_much = await session.call("big", {"x": "y" * 1_000_000})
        assert "at most" in too_much.error, too_much
    return "each an error in one line; the session lives on"


@hostile
async def odd_code(pool: Pool) -> str:
    codes = ["\0", "\ud800", "print('\ud800')", "x = '\0'", "(" * 5_000, "\x1b[2J", "x=" * 100_000, "#" * 5_000_000]
    async with pool.lease() as box:
        exits = [(await box.run_python(code, timeout=20)).exit_code for code in codes]
        assert exits == [1, 1, 1, 1, 1, 1, 1, 0], exits
        result = await box.run_python("import sys\nsys.stdout.buffer.write(b'\\xff\\x00\\x1b[2J')")
        assert result.stdout == "�\0\x1b[2J", result
        too_long = await box.run_python("#" * 10_000_000)
        assert too_long.exit_code == 2, too_long
        for code in codes[:4]:
            try:
                await box.open_session(code, "A")
            except SessionFailed as error:
                assert error.error
            else:
                raise AssertionError("a session opened on code that can't be compiled")
    return "an error of the program's own, exit code 1"


@hostile
async def file_names(pool: Pool) -> str:
    names = [
        "../x",
        "/etc/x",
        "a/../../x",
        "",
        ".",
        "..",
        "a//b",
        "x\0",
        "./x",
        "\ud800" * 3,
        "n" * 300,
        "a/" * 3_000 + "x",
    ]
    async with pool.lease() as box:
        for name in names:
            result = await box.run_python("print('ran')", files={name: "x"})
            assert (result.exit_code, result.stdout) == (2, ""), (name, result)
        both = await box.run_python("print('ran')", files={"a": "x", "a/b": "y"})
        assert both.exit_code == 2, both
        fine = await box.run_python("print(open('a b/ü\\n.txt').read())", files={"a b/ü\n.txt": "text", "main.txt": ""})
        assert fine.stdout == "text\n", fine
    return f"{len(names) + 1} bad names refused before anything runs (exit code 2)"
