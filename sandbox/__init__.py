"""Where code written by a model runs: never in our own process.

`Sandbox` is what a chat holds; `sandbox.pool` keeps warm containers behind it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class SandboxError(Exception):
    """The sandbox itself failed (no engine, no image, container gone); the message says what to do."""


@dataclass(frozen=True)
class Result:
    """What a program left behind."""

    exit_code: int
    """As the shell would report it; 124 when it ran out of time, 137 when it was killed (memory)."""
    stdout: str
    stderr: str
    timed_out: bool = False
    truncated: bool = False
    """Output beyond the cap was thrown away."""


@dataclass(frozen=True)
class CallResult:
    """What one call into a session gave."""

    ok: bool
    value: Any = None
    """The return value, as JSON."""
    error: str = ""
    """`ValueError: no such member`, without a traceback; empty when ok."""
    state: str = ""
    """SHA-256 over the session object's state (its attributes as JSON, keys sorted), hexadecimal; '' if it has none."""


class Session(Protocol):
    """A Python object that lives in the sandbox and keeps its state between calls."""

    async def call(self, method: str, arguments: Mapping[str, Any], *, timeout: float = 5) -> CallResult: ...
    async def close(self) -> None: ...


class Sandbox(Protocol):
    """A disposable machine, held by one chat at a time. No process, file or memory survives the chat.

    What is not hidden: the kernel goes on counting for as long as a container lives. From `/proc/net/snmp` a chat can
    tell how many packets earlier ones sent to themselves, from its process numbers how many processes they started.
    Two programs that want to pass each other a few bits between chats can; take a pool for each party where they must
    not.
    """

    async def run_python(
        self, code: str, *, stdin: str = "", files: Mapping[str, str] = {}, timeout: float = 10
    ) -> Result: ...

    async def run(
        self, command: Sequence[str], *, stdin: str = "", files: Mapping[str, str] = {}, timeout: float = 10
    ) -> Result: ...

    async def open_session(self, code: str, class_name: str, *, timeout: float = 10) -> Session:
        """Execute `code`, make an instance of `class_name` without arguments, and keep it.

        Raises `SessionFailed` with the program's own error if the code does not run.
        """
        ...


@dataclass
class SessionFailed(Exception):
    """The code given to a session did not run: the model's mistake, not the sandbox's."""

    error: str
    result: Result | None = field(default=None)

    def __str__(self) -> str:
        return self.error
