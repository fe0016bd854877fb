"""A filter over system calls that narrows what the engine's own profile, whichever it has, lets a container do.

Older engines leave open what `--network none` does not cut: vsock reaches the host of a virtual machine, and io_uring
does what a filter never sees. The runner puts this filter on itself before it forks a program; it holds for all that
comes after, whatever is executed, and nothing can take it off.
"""

import ctypes
import errno
import os
import socket
import struct

MACHINES = {
    "x86_64": (0xC000003E, 41, 53),
    "aarch64": (0xC00000B7, 198, 199),
    "riscv64": (0xC00000F3, 198, 199),
}
"""What the kernel calls a machine, and its numbers of `socket` and `socketpair`; all of them are little-endian."""
X32 = 0x40000000
"""From here on lie the calls of a second set that x86-64 knows, by other numbers."""
FORBIDDEN = (425, 426, 427, 447)
"""`io_uring_setup`, `io_uring_enter`, `io_uring_register`, `memfd_secret`: the same everywhere."""
FAMILIES = (socket.AF_UNIX, socket.AF_INET, socket.AF_INET6, socket.AF_NETLINK)
PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 22, 2
# Offsets in the kernel's `struct seccomp_data`: the call's number, the machine, the first argument's lower half.
NUMBER, MACHINE, FIRST = 0, 4, 16
LOAD, EQUAL, AT_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | errno.EPERM


class Program(ctypes.Structure):
    """The kernel's `struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def instructions(machine: str) -> bytes:
    """Write the filter for a machine, as `os.uname` names it. Raises `KeyError` for one that is not known.

    A jump's two numbers say how many instructions are skipped if it holds and if it does not.
    """
    name, make_socket, make_pair = MACHINES[machine]
    code = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, name), (RETURN, 0, 0, REFUSE)]
    code += [(LOAD, 0, 0, NUMBER), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, REFUSE)]
    for number in FORBIDDEN:
        code += [(EQUAL, 0, 1, number), (RETURN, 0, 0, REFUSE)]
    code += [(EQUAL, 2, 0, make_socket), (EQUAL, 1, 0, make_pair), (RETURN, 0, 0, ALLOW)]
    code += [(LOAD, 0, 0, FIRST)]
    for family in FAMILIES:
        code += [(EQUAL, 0, 1, family), (RETURN, 0, 0, ALLOW)]
    code += [(RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("=HBBI", *one) for one in code)


def install() -> str | None:
    """Put the filter on this process and all it will start; say why, if that can't be done.

    Asks for nothing but `no new privileges`, which a container has. Each call adds one more filter: call it once.
    """
    machine = os.uname().machine
    if machine not in MACHINES:
        return f"the system calls of {machine} are not known here; known are {', '.join(MACHINES)}"
    code = instructions(machine)
    libc = ctypes.CDLL(None, use_errno=True)
    program = Program(len(code) // 8, code)
    if libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0):
        return f"the filter of system calls was refused: {os.strerror(ctypes.get_errno())}"
    return None
