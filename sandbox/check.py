"""See that a container holds: one small program per property, run as any other program would be."""

from collections.abc import Callable
from dataclasses import dataclass

from sandbox import Result, Sandbox, SandboxError
from sandbox.pool import Pool


@dataclass(frozen=True)
class Probe:
    """A program, and the one outcome that shows the property."""

    property: str
    code: str
    held: Callable[[Result], bool] = lambda result: result.stdout.strip() == "held"
    timeout: float = 5


def refused(statement: str, imports: str = "os", error: str = "OSError") -> str:
    """Write a program that says `held` if the operating system refuses `statement`."""
    return f"import {imports}\ntry:\n    {statement}\nexcept {error}:\n    print('held')\nelse:\n    print('done')"


def forbidden(number: int) -> str:
    """Write a program that says `held` if a system call, by its number, is forbidden and does not merely fail."""
    return (
        "import ctypes, errno\nlibc = ctypes.CDLL(None, use_errno=True)\n"
        f"done = libc.syscall({number}, 0, 0)\n"
        "print('held' if done < 0 and ctypes.get_errno() == errno.EPERM else done)"
    )


STATUS = "print('held' if {!r} in open('/proc/self/status').read() else 'not so')"
PROBES = (
    Probe("runs Python", "print(sum(range(10)))", lambda result: result.stdout == "45\n"),
    Probe("is not root", "import os\nprint('held' if os.getuid() and os.getgid() else 'root')"),
    Probe("has no capabilities", STATUS.format("CapBnd:\t0000000000000000")),
    Probe("gains no privileges", STATUS.format("NoNewPrivs:\t1")),
    Probe("system calls are filtered", STATUS.format("Seccomp:\t2")),
    Probe(
        "reaches no virtual machine's host", refused("socket.socket(40)", "socket", "PermissionError")
    ),  # vsock: by its number
    Probe("has only the common sockets", refused("socket.socketpair(38, 5)", "socket", "PermissionError")),
    Probe("has no io_uring", forbidden(425)),
    Probe("has no secret memory", forbidden(447)),
    Probe(
        "has no network", "import socket\nprint('held' if [n for _, n in socket.if_nameindex()] == ['lo'] else 'net')"
    ),
    Probe("root file system is read-only", refused("open('/etc/x', 'w')")),
    Probe("sees no engine", refused("os.stat('/var/run/docker.sock')")),
    Probe("the runner can't be read", refused("open('/proc/1/environ').read()")),
    Probe("the runner can't be killed", "import os, time\nos.kill(1, 9)\ntime.sleep(0.1)\nprint('held')"),
    Probe("disk is limited", refused("open('big', 'wb').write(bytes(1 << 28))")),
    Probe("memory is limited", "x = bytearray(4 << 30)", lambda result: result.exit_code == 137),
    Probe(
        "processes are limited", refused("[os.fork() or os._exit(__import__('time').sleep(2)) for _ in range(5000)]")
    ),
    Probe("output is limited", "while True:\n    print('x' * 1000)", lambda r: r.truncated and len(r.stdout) < 1 << 20),
    Probe("time is limited", "while True:\n    pass", lambda result: result.timed_out, timeout=1),
)


async def check(image: str, say: Callable[[str], None]) -> int:
    """Print a line per property; return 0 if all hold, 1 if one does not."""
    failed = 0
    async with Pool(image=image, size=1) as pool:
        async with pool.lease() as box:
            for probe in PROBES:
                try:
                    result = await box.run_python(probe.code, timeout=probe.timeout)
                    held, why = (
                        probe.held(result),
                        f"exit code {result.exit_code}: {(result.stdout + result.stderr)[-200:]!r}",
                    )
                except SandboxError as error:
                    held, why = False, str(error)
                say(f"ok      {probe.property}" if held else f"FAILED  {probe.property} ({why})")
                failed += not held
            await box.run_python("open('/dev/shm/left', 'w')\nopen('/tmp/left', 'w')")
        async with pool.lease() as box:
            result = await box.run_python("import os\nprint(os.listdir('/dev/shm'), os.listdir('/tmp'))")
            clean = result.stdout == "[] ['work']\n"
            say("ok      nothing is left for the next" if clean else f"FAILED  left over: {result.stdout.strip()}")
            apart = await users_differ(box, image)
            name = "each container has a user of its own"
            say(f"ok      {name}" if apart else f"FAILED  {name} (two have the same)")
    return 0 if clean and apart and not failed else 1


async def users_differ(box: Sandbox, image: str) -> bool:
    """Compare the user of a container with that of another one."""
    ask = "import os\nprint(os.getuid())"
    async with Pool(image=image, size=1) as pool, pool.lease() as other:
        return (await box.run_python(ask)).stdout != (await other.run_python(ask)).stdout
