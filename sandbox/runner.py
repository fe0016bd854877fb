"""The resident runner: first process of a container, runs code for the host and answers in JSON lines.

A warm interpreter that forks is what makes a run cost milliseconds. It is also what the code it runs would most like to
get at, and both have the same user, since the container has no right to change users. What protects it:

- It is process 1 of its own process namespace: no signal sent from inside reaches it, SIGKILL included.
- It narrows the system calls of all that it starts, so that the kernel's least guarded parts are out of reach.
- It is not dumpable: its memory, descriptors and environment under /proc/1 are closed to the others, and so is ptrace.
- A child closes the descriptors that lead to the host before it runs anything, and a session's answers are passed on
  as quoted text, never parsed here: nothing a child says can become a line of ours.
- Between chats everything but the runner is killed, the folders are emptied, and it executes itself anew, so that not
  even freed memory is handed on. If its limits or priority were tampered with it ends, and another container is made.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, NoReturn

from sandbox import program, seccomp
from sandbox.job import CHUNK, Job, Output, SessionJob
from sandbox.leftovers import empty, strays, tracers

FOLDERS = ("/tmp", "/dev/shm")
"""All that a program can write to."""
WARM = ("collections", "dataclasses", "datetime", "itertools", "math", "random", "re", "string", "traceback", "typing")
"""Modules most programs import; a child finds them loaded."""
HELD = 0.02
"""Seconds between two looks at who may hold a program that was killed."""


class Born(BaseException):
    """Unwinds a forked child out of the runner's frames, so that nothing of the runner stands in its traces."""

    def __init__(self, become: Callable[[], int]) -> None:
        self.become = become


class Runner:
    """Waits for requests, programs and deadlines in one loop on one thread."""

    def __init__(self, requests: int, answers: int, wake: int) -> None:
        self._requests, self._answers = requests, answers
        self._asked = bytearray()
        self._searched = 0
        self._jobs: dict[int, Job] = {}
        self._ready: dict[int, Callable[[], object]] = {}
        self._poll = select.poll()  # not epoll: it has no descriptor that a child would have to close in time
        self._watch(requests, self._hear)
        self._watch(wake, partial(os.read, wake, CHUNK))

    def serve(self) -> NoReturn:
        """Answer until the host hangs up. In a forked child, `Born` comes out of here."""
        self._send({"ready": True})
        while True:
            due = [job.deadline for job in self._jobs.values() if job.deadline is not None]
            if any(job.killed for job in self._jobs.values()):
                due.append(time.monotonic() + HELD)
            wait = max(0.0, min(due) - time.monotonic()) * 1000 + 1 if due else None
            for descriptor, _ in self._poll.poll(wait):
                if descriptor in self._ready:  # it may have gone with a job that ended in this round
                    self._ready[descriptor]()
            self._collect(os.WNOHANG)
            self._expire()
            self._release()
            for job in [job for job in self._jobs.values() if job.exit_code is not None]:
                self._finish(job)

    def _watch(self, descriptor: int, react: Callable[[], object]) -> None:
        self._ready[descriptor] = react
        self._poll.register(descriptor, select.POLLIN)

    def _forget(self, descriptor: int) -> None:
        if self._ready.pop(descriptor, None):
            self._poll.unregister(descriptor)

    # -- Requests and answers ------------------------------------------------------------------------------------

    def _hear(self) -> None:
        chunk = os.read(self._requests, CHUNK)
        if not chunk:
            sys.exit(0)  # the host is gone, and every process here goes with process 1
        self._asked += chunk
        while (end := self._asked.find(b"\n", self._searched)) >= 0:
            line = bytes(self._asked[:end])
            del self._asked[: end + 1]
            self._searched = 0
            self._take(json.loads(line))
        self._searched = len(self._asked)

    def _take(self, request: dict[str, Any]) -> None:
        handle = {"call": self._call, "close": self._close, "reset": self._reset}.get(request["do"], self._start)
        try:
            handle(request)
        except OSError as error:  # out of processes, descriptors or memory: the host takes another container
            self._send({"id": request["id"], "failed": f"{type(error).__name__}: {error}"})

    def _send(self, answer: Mapping[str, Any]) -> None:
        view = memoryview(json.dumps(answer).encode() + b"\n")
        while view:
            view = view[os.write(self._answers, view) :]

    # -- Runs and sessions ---------------------------------------------------------------------------------------

    def _start(self, request: dict[str, Any]) -> None:
        folder = self._folder()
        stdin = os.memfd_create("stdin")
        with open(stdin, "wb", closefd=False) as file:
            file.write(request["stdin"].encode("utf-8", "surrogatepass"))
        os.lseek(stdin, 0, os.SEEK_SET)
        (out, out_end), (err, err_end) = os.pipe(), os.pipe()
        ours, theirs = (end.detach() for end in socket.socketpair())
        pid = os.fork()
        if pid == 0:
            os.close(ours)
            vars(self).clear()  # what it holds of other programs goes, once the frames let go of it
            become_program(request, folder, (stdin, out_end, err_end), theirs)
        for descriptor in (stdin, out_end, err_end, theirs):
            os.close(descriptor)
        cap, number = request["cap"], request["id"]
        about = (number, folder, pid, request["timeout"], Output(out, cap), Output(err, cap))
        job: Job
        if request["do"] == "open":
            job = SessionJob(*about, link=ours, cap=request["value_cap"])
            self._watch(ours, partial(self._listen, job))
        else:
            job = Job(*about)
            os.close(ours)
        self._jobs[number] = job
        for output in (job.stdout, job.stderr):
            self._watch(output.descriptor, partial(self._print, job, output))

    def _folder(self) -> str:
        """Make a working folder. The path is the same whenever it can be: it shows in what programs print."""
        taken = {job.folder for job in self._jobs.values()}
        folder = next(f for i in range(len(taken) + 1) if (f := f"/tmp/work-{i}" if i else "/tmp/work") not in taken)
        with suppress(FileNotFoundError):
            empty(folder)
            os.rmdir(folder)
        os.mkdir(folder, 0o700)
        return folder

    def _print(self, job: Job, output: Output) -> None:
        job.drain()
        if output.ended:
            self._forget(output.descriptor)

    def _listen(self, job: SessionJob) -> None:
        if (text := job.listen()) is not None:
            self._answer(job, text)

    def _answer(self, job: SessionJob, text: str) -> None:
        number, job.call, job.deadline = job.call, None, None
        answer: dict[str, Any] = {"id": number, "answer": text}
        if not job.opened:
            job.opened = True
            job.drain()
            answer["result"] = {**job.result(), "exit_code": 0}
        self._send(answer)

    def _hear_out(self, job: SessionJob) -> None:
        """Pass on what a session that ended answered: it may have done both since this round's look at the links."""
        owes = job.call is not None and not (job.timed_out or job.flooded)
        if owes and (text := job.last()) is not None:
            self._answer(job, text)

    def _call(self, request: dict[str, Any]) -> None:
        job = self._jobs.get(request["session"])
        if not isinstance(job, SessionJob):
            self._send({"id": request["id"], "gone": "the session is closed"})
        else:
            job.ask(request["id"], request["text"], request["timeout"])

    def _close(self, request: dict[str, Any]) -> None:
        if job := self._jobs.get(request["session"]):
            job.kill()
            while job.exit_code is None and self._collect(os.WNOHANG):
                self._release()
                time.sleep(0.001)
            self._finish(job)
        self._send({"id": request["id"]})

    # -- Ends ----------------------------------------------------------------------------------------------------

    def _collect(self, options: int) -> bool:
        """Take in processes that ended, ours and orphans; False when there is none to wait for."""
        with suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, options)
                if pid == 0:
                    return True
                if os.WIFSTOPPED(status):  # it asked to be traced by its parent, which would have to wake it
                    os.kill(pid, signal.SIGKILL)
                    continue
                code = os.waitstatus_to_exitcode(status)
                for job in self._jobs.values():
                    if job.pid == pid:
                        job.exit_code = code if code >= 0 else 128 - code
                if not options:
                    return True
        return False

    def _expire(self) -> None:
        for job in self._jobs.values():
            if job.deadline is not None and job.deadline <= time.monotonic():
                job.timed_out, job.deadline = True, None
                job.kill()

    def _release(self) -> None:
        """Kill who holds on to a program that was killed: as long as one traces it, it is never seen to end."""
        for job in self._jobs.values():
            if job.killed and job.exit_code is None:
                for pid in tracers(job.pid):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)

    def _finish(self, job: Job) -> None:
        """Clean up after a program whose main process has ended, and tell the host."""
        job.drain()
        if isinstance(job, SessionJob):
            self._hear_out(job)
        for descriptor in (job.stdout.descriptor, job.stderr.descriptor, getattr(job, "link", -1)):
            self._forget(descriptor)
        del self._jobs[job.number]
        self._sweep(job)
        if not isinstance(job, SessionJob):
            self._send({"id": job.number, "result": job.result()})
        elif job.call is not None:
            self._send({"id": job.call, "gone": "", "result": job.result()})
        job.close()

    def _sweep(self, job: Job) -> None:
        """Leave no process and no file behind. Beside open sessions only what is not theirs can be told apart."""
        if not self._jobs:
            self._clear()
            return
        for _ in range(1000):
            strangers = strays({other.pid for other in self._jobs.values()})
            for pid in strangers:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            if not strangers:
                break
            self._collect(os.WNOHANG)
        with suppress(FileNotFoundError):
            empty(job.folder)
            os.rmdir(job.folder)

    def _clear(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)  # from process 1, this means all but process 1
        while self._collect(0):
            pass
        for folder in FOLDERS:
            empty(folder)

    def _reset(self, request: dict[str, Any]) -> NoReturn:
        """Become a new runner in an empty container. The host waits for `ready` before it asks anything else."""
        self._clear()
        os.dup2(self._requests, 0)
        os.dup2(self._answers, 1)
        os.execv(sys.executable, sys.orig_argv)


def become_program(request: dict[str, Any], folder: str, stdio: Sequence[int], link: int) -> NoReturn:
    """Turn a forked child into what was asked for. It must never return: it would go on as a second runner."""
    do, files = request["do"], request["files"]
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        program.settle(folder, stdio, link if do == "open" else None)
    except BaseException:
        os._exit(125)
    if do == "run":
        raise Born(partial(program.run_command, files, request["command"]))
    if do == "python":
        raise Born(partial(program.run_python, files, request["code"]))
    raise Born(partial(program.keep, request["code"], request["class"], request["value_cap"]))


def temper() -> str:
    """Describe what a child of the same user could change about the runner: limits, priority, scheduling."""
    limits = [resource.getrlimit(n) for name, n in vars(resource).items() if name.startswith("RLIMIT_")]
    return repr((limits, os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0), sorted(os.sched_getaffinity(0))))


def main() -> NoReturn:
    """Serve as the first process of a container; in a child, be what it was forked for."""
    if os.getpid() != 1:  # it kills all it can see
        sys.exit("the runner is the first process of a container, and runs nowhere else")
    if os.environ.get("SANDBOX_TEMPER", temper()) != temper():
        sys.exit("the runner's limits were changed")
    if "SANDBOX_TEMPER" not in os.environ:  # else it executed itself anew, and the filter of the first time holds
        os.environ["SANDBOX_TEMPER"] = temper()
        if reason := seccomp.install():
            sys.exit(reason)
    program.LIBC.prctl(program.PR_SET_DUMPABLE, 0, 0, 0, 0)
    requests, answers = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    for name in WARM:
        __import__(name)
    gc.freeze()
    try:
        Runner(requests, answers, wake).serve()
    except Born as born:
        become = born.become
    program.leave(become())
