"""How a hostile program is run and looked at: each is a function that asserts what happened and says so in a line."""

from collections.abc import Awaitable, Callable, Collection

from sandbox import Result
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


FORBIDDEN = ("EPERM", "EACCES", "PermissionError")
"""How the kernel says no. Any other error means that a call was let in and then had something to complain about."""


def all_refused(result: Result, at_least: int, how: Collection[str] | None = None) -> str:
    """Assert that all attempts of a program failed, by one of the errors in `how` if given; tell the errors."""
    lines = result.stdout.splitlines()
    assert result.exit_code == 0, result
    assert len(lines) >= at_least, result
    assert all(" refused " in line for line in lines), result.stdout
    assert all(how is None or line.rsplit(" ", 1)[1] in how for line in lines), result.stdout
    return f"{len(lines)} attempts, all refused ({', '.join(sorted({line.rsplit(' ', 1)[1] for line in lines}))})"
