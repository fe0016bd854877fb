"""Programs that try to get out: network, host files, system calls, set-user-id programs."""

import platform
import socket
import tempfile
import threading
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from sandbox import Result
from sandbox.pool import Pool
from tests.sandbox.bridge import bridge_address
from tests.sandbox.hostile.held import FORBIDDEN, all_refused, hostile, python

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


@hostile
async def network_to_the_host(pool: Pool) -> str:
    """Listeners on the host's bridge, on its loopback, on an abstract name; none hears a thing."""
    import docker

    with closing(docker.from_env()) as client:
        bridge = bridge_address(client)
    heard: list[object] = []
    with tempfile.TemporaryDirectory() as folder:
        places: list[tuple[int, Any]] = [(socket.AF_INET, (bridge, 0)), (socket.AF_INET, ("127.0.0.1", 0))]
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
    with suppress(OSError):
        heard.append(listener.accept())


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
    code = """
import os
for name in 'kcore', 'keys', 'timer_list', 'latency_stats', 'sched_debug', 'acpi/alarm', 'scsi/scsi':
    try:
        size = len(open(f'/proc/{name}', 'rb').read(9))
    except OSError:
        size = 0
    print(size)
"""
    result = await python(pool, code)
    assert set(result.stdout.split()) == {"0"}, result
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
    if platform.machine() != "x86_64":
        return "not tried: the numbers are those of x86-64"
    code = (
        SYSCALL
        + """
numbers = dict(mount=165, umount=166, chroot=161, pivot_root=155, ptrace=101, setuid=105, setgid=106, setgroups=116,
    unshare=272, setns=308, mknod=133, bpf=321, keyctl=250, add_key=248, perf=298, kexec=246, init_module=175,
    reboot=169,
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
    return all_refused(await python(pool, code), 30, FORBIDDEN)


@hostile
async def sockets_past_the_network(pool: Pool) -> str:
    """No network cuts off the common families alone: each of the others is the kernel's own, vsock the host's."""
    code = TRY + (
        "import socket\n"
        "for family in set(range(50)) - {1, 2, 10, 16}:\n"
        "    for kind in 1, 2, 3, 5:\n"
        "        attempt(f'{family}/{kind}', lambda: socket.socket(family, kind))\n"
        "        attempt(f'{family}/{kind} pair', lambda: socket.socketpair(family, kind))\n"
        "for family in 1, 2, 10, 16:\n"
        "    socket.socket(family, socket.SOCK_DGRAM).close()\n"
        "socket.socketpair()\n"
    )
    return all_refused(await python(pool, code), 46 * 8, FORBIDDEN)


@hostile
async def calls_past_the_filter(pool: Pool) -> str:
    """What would make calls that no filter sees, or memory that nobody else can; the same numbers on every machine."""
    code = SYSCALL + (
        "space = ctypes.create_string_buffer(256)\n"
        "call('io_uring_setup', 425, 4, space)\n"
        "call('io_uring_enter', 426, 0, 1, 0, 0, 0, 0)\n"
        "call('io_uring_register', 427, 0, 0, 0, 0)\n"
        "call('memfd_secret', 447, 0)\n"
    )
    return all_refused(await python(pool, code), 4, FORBIDDEN)


@hostile
async def calls_of_other_machines(pool: Pool) -> str:
    """The same calls by the numbers of 32-bit programs, where sockets of all families have one number."""
    if platform.machine() != "x86_64":
        return "not tried: the numbers are those of x86-64"
    code = SYSCALL + (
        "import mmap\n"
        "call('x32 getpid', 0x40000000 + 39)\n"
        "call('x32 socket', 0x40000000 + 41, 40, 1, 0)\n"
        "page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "page.write(bytes.fromhex('b814000000cd80c3'))\n"  # mov eax, 20 (getpid); int 0x80; ret
        "address = ctypes.addressof(ctypes.c_char.from_buffer(page))\n"
        "if os.fork() == 0:\n"
        "    got = ctypes.CFUNCTYPE(ctypes.c_int)(address)()\n"
        "    os._exit(0 if got == -errno.EPERM else 1)\n"
        "code = os.waitstatus_to_exitcode(os.wait()[1])\n"
        "print('i386 getpid', {0: 'refused EPERM', -11: 'refused SIGSEGV'}.get(code, f'WORKED {code}'))\n"
    )
    return all_refused(await python(pool, code), 3, (*FORBIDDEN, "SIGSEGV"))  # a kernel built without these has no gate


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
