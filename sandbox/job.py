"""What the runner has in hand: a run or a session, and the output it has read of it so far."""

import os
import signal
import time
from contextlib import suppress
from typing import Any

FLOOD = 8 << 20
"""Bytes a program may print before it is stopped; what lies between the cap and this is thrown away."""
CHUNK = 1 << 16
KILLED, OUT_OF_TIME = 137, 124


class Output:
    """One stream of a program: its beginning and its end, never more than `cap` bytes of it."""

    def __init__(self, descriptor: int, cap: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.length = 0
        self.ended = False
        self._tail_cap = cap // 4
        self._head_cap = cap - self._tail_cap
        self._head = bytearray()
        self._tail = bytearray()

    @property
    def truncated(self) -> bool:
        return self.length > self._head_cap + self._tail_cap

    def read(self) -> bool:
        """Take one chunk; False when there is none for now, or no more."""
        try:
            chunk = os.read(self.descriptor, CHUNK)
        except BlockingIOError:
            return False
        self.ended = not chunk
        self.length += len(chunk)
        room = self._head_cap - len(self._head)
        self._head += chunk[:room]
        self._tail += chunk[room:]
        if len(self._tail) > 2 * self._tail_cap:
            del self._tail[: len(self._tail) - self._tail_cap]
        return bool(chunk)

    def text(self) -> str:
        """Decode what was kept, with the gap marked."""
        if not self.truncated:
            return (self._head + self._tail).decode("utf-8", "replace")
        left_out = self.length - self._head_cap - self._tail_cap
        tail = self._tail[len(self._tail) - self._tail_cap :].decode("utf-8", "ignore")
        return f"{self._head.decode('utf-8', 'ignore')}\n[... {left_out:,} bytes left out ...]\n{tail}"


class Job:
    """A program in hand: one run, or a session between its opening and its end."""

    def __init__(self, number: int, folder: str, pid: int, timeout: float, stdout: Output, stderr: Output) -> None:
        self.number = number
        self.folder = folder
        self.pid = pid
        self.deadline: float | None = time.monotonic() + timeout
        self.stdout, self.stderr = stdout, stderr
        self.exit_code: int | None = None
        self.timed_out = False
        self.flooded = False
        self.killed = False

    def kill(self) -> None:
        """Kill the program and what shares its process group. It has not ended before the runner has collected it."""
        self.killed = True
        if self.exit_code is None:  # afterwards the number may be another's
            for kill in os.kill, os.killpg:
                with suppress(ProcessLookupError):
                    kill(self.pid, signal.SIGKILL)

    def drain(self) -> None:
        """Read what lies in the pipes, and stop a program that prints without end."""
        for output in self.stdout, self.stderr:
            while output.read():
                if output.length > FLOOD:
                    self.flooded = True
                    self.kill()
                    break

    def result(self) -> dict[str, Any]:
        """Tell what the program left behind."""
        code, stderr = self.exit_code, self.stderr.text()
        if self.timed_out:
            code = OUT_OF_TIME
        elif self.flooded:
            code, stderr = KILLED, stderr + f"\n[stopped: it printed more than {FLOOD:,} bytes]\n"
        elif code == KILLED:
            stderr += "\n[killed: most likely it used more memory than it may]\n"
        return {
            "exit_code": code,
            "stdout": self.stdout.text(),
            "stderr": stderr,
            "timed_out": self.timed_out,
            "truncated": self.stdout.truncated or self.stderr.truncated,
        }

    def close(self) -> None:
        os.close(self.stdout.descriptor)
        os.close(self.stderr.descriptor)


class SessionJob(Job):
    """A job that answers calls on a link of its own, line by line."""

    def __init__(self, *job: Any, link: int, cap: int) -> None:
        super().__init__(*job)
        os.set_blocking(link, False)
        self.link = link
        self.call: int | None = self.number
        """The request it owes an answer to; at first the one that opened it."""
        self.turn = 0
        self.opened = False
        self._cap = cap
        self._heard = bytearray()

    def ask(self, number: int, text: str, timeout: float) -> None:
        """Pass on a call. `text` is one line, not looked at; a session that does not read it is killed."""
        self.turn += 1
        self.call, self.deadline = number, time.monotonic() + timeout
        line = f"{self.turn} {text}\n".encode()
        try:
            whole = os.write(self.link, line) == len(line)
        except (BlockingIOError, BrokenPipeError, ConnectionResetError):
            whole = False
        if not whole:
            self.kill()

    def listen(self) -> str | None:
        """Read on; return the answer to the call in hand once it is whole, still unread JSON."""
        try:
            chunk = os.read(self.link, CHUNK)
        except BlockingIOError:
            return None
        except ConnectionResetError:
            chunk = b""
        if not chunk:
            self.kill()  # a session that hung up can't be called any more
        self._heard += chunk
        while b"\n" in self._heard:
            line, _, self._heard = self._heard.partition(b"\n")
            number, _, text = line.partition(b" ")
            # An answer out of turn was made up by the program: nobody asked.
            if number == str(self.turn).encode() and self.call is not None:
                return text.decode("utf-8", "replace")
        if len(self._heard) > self._cap:
            self.flooded = True
            self.kill()
        return None

    def last(self) -> str | None:
        """Return an answer that was written before the program ended, but after the last look at the link.

        Of what orphans go on writing no more is read than an answer may be long.
        """
        for _ in range(self._cap // CHUNK + 2):
            if (text := self.listen()) is not None or self.flooded:
                return text
        return None

    def close(self) -> None:
        super().close()
        os.close(self.link)
