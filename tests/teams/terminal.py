"""A real terminal for a command: a pseudo-terminal of its own, what it shows, and somebody who types."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.teams.command import ROOT, environment

SECONDS = 15
STYLE = re.compile(r"\x1b\[[0-9;]*m")
STEERING = re.compile(r"\x1b\[\?2004[hl]\r?|\x1b\[K|\x1b\[C|\x1b\[A|\x07|\x08")
"""What the program and `readline` themselves steer with: marks of pastes, wiping a line, moving along it."""
WIPED = re.compile(r"[^\n]*\r\x1b\[K")
"""A status, and that it was taken away."""
UNFINISHED = re.compile(r"\r?(\x1b[^a-zA-Z]*)?$")
"""The beginning of a sequence whose end is on its way."""


class Terminal:
    """What is shown on it and typed into it. Standard output of the command is kept apart."""

    def __init__(self, command: list[str], rows: int, columns: int, **changes: str) -> None:
        self._ours, theirs = pty.openpty()
        self._resize(theirs, rows, columns)
        self._end = theirs
        self.at_first = termios.tcgetattr(theirs)

        def take() -> None:
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)

        env = environment(**{"TERM": "xterm", "LC_ALL": "C.UTF-8", "INPUTRC": "/dev/null", **changes})
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, preexec_fn=take
        )
        self.raw = b""
        self._closed = False
        self._seen = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _resize(self, number: int, rows: int, columns: int) -> None:
        fcntl.ioctl(number, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def resize(self, rows: int, columns: int) -> None:
        self._resize(self._ours, rows, columns)
        self.process.send_signal(signal.SIGWINCH)

    def _read(self) -> None:
        with suppress(OSError):  # what a terminal says when nobody is at the other end
            while not self._closed:
                if select.select([self._ours], [], [], 0.05)[0]:
                    self.raw += os.read(self._ours, 65536)
        if self._closed:
            os.close(self._ours)

    @property
    def text(self) -> str:
        """All that was shown, without styles and steering."""
        whole = UNFINISHED.sub("", self.raw.decode("utf-8", "ignore"))
        return STEERING.sub("", WIPED.sub("", STYLE.sub("", whole))).replace("\r\n", "\n")

    def expect(self, what: str) -> str:
        """Wait until `what` is shown after what was expected before; return what stands between."""
        until = time.monotonic() + SECONDS
        while (at := self.text.find(what, self._seen)) < 0:
            assert time.monotonic() < until, f"waited in vain for {what!r} after:\n{self.text[self._seen :][-3000:]}"
            if self.process.poll() is not None:
                time.sleep(0.3)
                assert what in self.text[self._seen :], f"ended before {what!r}:\n{self.text[self._seen :][-3000:]}"
            time.sleep(0.02)
        between = self.text[self._seen : at]
        self._seen = at + len(what)
        return between

    def asks(self, what: str) -> bool:
        """Wait until `what` is shown, or the command ends; say whether it is asked."""
        while what not in self.text[self._seen :]:
            if self.process.poll() is not None:
                return False
            time.sleep(0.02)
        self.expect(what)
        return True

    def type(self, text: str) -> None:
        """Type or paste, as quickly as the terminal takes it."""
        data = text.encode()
        while data:
            data = data[os.write(self._ours, data[:1024]) :]

    def line(self, text: str = "") -> None:
        self.type(text + "\r")

    def close(self) -> None:
        """Close the terminal: whoever is in it hears a hangup."""
        self._closed = True  # as long as somebody reads it, it is open
        self._reader.join()
        os.close(self._end)

    def modes(self) -> list[object]:
        """How the terminal is set."""
        return termios.tcgetattr(self._end)

    def end(self) -> tuple[int, str]:
        """Wait for the command's end; return its exit code and standard output."""
        out, _ = self.process.communicate(timeout=SECONDS)
        time.sleep(0.1)
        return self.process.returncode, out.decode()


@contextmanager
def terminal(*words: object, rows: int = 40, columns: int = 100, **changes: str) -> Iterator[Terminal]:
    """Run `python -m …` in a terminal of its own; whatever is left of it at the end is killed."""
    made = Terminal([sys.executable, "-m", *map(str, words)], rows, columns, **changes)
    try:
        yield made
    finally:
        if made.process.poll() is None:
            os.killpg(made.process.pid, signal.SIGKILL)
        made.process.wait()
