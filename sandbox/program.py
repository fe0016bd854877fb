"""What a forked child of the runner turns into: a program, a command, or an object that answers calls.

Runs inside the container, on the standard library alone. Whatever is written here is in the hands of the code it runs:
nothing in this file is a barrier, the barriers are the container and the runner.
"""

import atexit
import ctypes
import gc
import inspect
import json
import os
import resource
import sys
import threading
import types
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any, NoReturn

from sandbox.state import state_of

LINK = 3
"""The descriptor on which a session hears calls and answers them."""
PR_SET_DUMPABLE = 4
LIBC = ctypes.CDLL(None)
LONGEST_ERROR = 2_000
LONGEST_NAME = 1_000


def settle(folder: str, stdio: Sequence[int], link: int | None = None) -> None:
    """Leave the runner behind: own session and streams, none of its descriptors, the first to go when memory ends."""
    os.setsid()
    for target, descriptor in enumerate(stdio):
        os.dup2(descriptor, target)
    if link is not None:
        os.dup2(link, LINK, inheritable=False)
    os.closerange(LINK if link is None else LINK + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[1])
    # Until here the child was as closed to its siblings as the runner is. Now nothing is left to hide, and a program
    # may expect to read its own /proc/self.
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("1000")
    os.nice(5)
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    os.chdir(folder)
    # Its user id is in no list of users: who asks for a name finds it here.
    os.environ.update(HOME=folder, TMPDIR=folder, PWD=folder, USER="sandbox", LOGNAME="sandbox")
    os.environ.pop("SANDBOX_TEMPER", None)
    for name in [name for name in sys.modules if name.partition(".")[0] == __package__]:
        del sys.modules[name]  # so that a program may have a module of the same name
    sys.path[:] = [path for path in sys.path if path != os.path.dirname(os.path.dirname(__file__))]


def write_files(files: Mapping[str, str]) -> None:
    """Write text files below the working folder.

    Raises `ValueError` for a name that would leave it, `OSError` for what the file system refuses.
    """
    for name, text in files.items():
        if name.startswith("/") or "\0" in name or {"", ".", ".."} & set(name.split("/")):
            raise ValueError(f"the file name {name!r} leaves the working folder; write it like 'data/items.csv'")
        if len(name) > LONGEST_NAME:
            raise ValueError(f"the file name {name[:40]!r}... has {len(name):,} characters; {LONGEST_NAME:,} may")
        if os.path.dirname(name):
            os.makedirs(os.path.dirname(name), exist_ok=True)
        with open(name, "xb") as file:
            file.write(text.encode("utf-8", "surrogatepass"))


def prepared(files: Mapping[str, str]) -> bool:
    """Write the files a run was given, or say on stderr why that can't be done."""
    try:
        write_files(files)
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return False
    return True


def run_python(files: Mapping[str, str], code: str) -> int:
    """Run `code` as `python3 main.py` would, and return its exit code."""
    if not prepared(files):
        return 2
    try:
        execute(code)
    except SystemExit as error:
        return exit_code(error)
    except BaseException as error:
        show(error)
        return 1
    return 0


def exit_code(error: SystemExit) -> int:
    """Read `sys.exit(…)` as the interpreter does: a number, nothing, or a last word for stderr."""
    if error.code is None or isinstance(error.code, int):
        return (error.code or 0) & 0xFF
    sys.stderr.write(f"{error.code}\n")
    return 1


def leave(code: int) -> NoReturn:
    """End the process as the interpreter would, but for tearing itself down, which takes ten times as long as a run.

    Waits for threads, runs what `atexit` holds, lets go of the program's objects and flushes.
    """
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.modules.pop("__main__", None)
        gc.collect()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException as error:
        show(error)
        code = code or 120  # the interpreter's own code for output it could not flush
    os._exit(code)


def run_command(files: Mapping[str, str], command: Sequence[str]) -> int:
    """Turn into `command`; return only if that cannot be done, with the code a shell would give."""
    if not prepared(files):
        return 2
    if not command:
        sys.stderr.write("there is no command to run\n")
        return 127
    try:
        os.execvp(command[0], list(command))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{command[0]!r}: {error}\n")
        return 126 if isinstance(error, PermissionError) else 127


def execute(code: str) -> types.ModuleType:
    """Execute `code` as the module `__main__`, in the file `main.py` of the working folder."""
    if not os.path.exists("main.py"):
        write_files({"main.py": code})
    main = types.ModuleType("__main__")
    main.__file__ = "main.py"
    sys.modules["__main__"] = main
    sys.argv = ["main.py"]
    sys.path.insert(0, os.getcwd())
    exec(compile(code, "main.py", "exec", dont_inherit=True), main.__dict__)
    return main


def show(error: BaseException) -> None:
    """Print a traceback as Python would, without the frames that are ours."""
    trace = error.__traceback__
    while trace and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    sys.excepthook(type(error), error.with_traceback(trace), trace)


def describe(error: BaseException) -> str:
    """`ValueError: no such member`; the message of a hostile exception may itself raise."""
    try:
        message = str(error)
    except BaseException:
        message = "(its message cannot be shown)"
    name = type(error).__name__
    return f"{name}: {message}"[:LONGEST_ERROR] if message else name


def keep(code: str, class_name: str, cap: int) -> int:
    """Make an instance of `class_name` and answer calls to it until the runner hangs up.

    Calls come as `NUMBER {"method": …, "arguments": {…}}`, one a line; answers go back under the same number. `cap`
    bounds an answer, in bytes.
    """
    try:
        thing = construct(execute(code), class_name)
    except BaseException as error:
        show(error)
        # What was printed is told with the answer; the code may have closed or replaced what it prints to.
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        answer("0", {"ok": False, "error": describe(error)}, cap)
        return 1
    sys.stdout.flush()
    sys.stderr.flush()
    # What a method prints has no reader: the answer is its value.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    answer("0", {"ok": True, "state": state_of(thing)}, cap)
    with open(LINK, "rb", closefd=False) as requests:
        for line in requests:
            number, _, request = line.partition(b" ")
            answer(number.decode(), respond(thing, request), cap)
    return 0


def construct(module: types.ModuleType, class_name: str) -> Any:
    """Call the class without arguments."""
    made = getattr(module, class_name, None)
    if not isinstance(made, type):
        classes = [n for n, v in vars(module).items() if isinstance(v, type) and v.__module__ == "__main__"]
        raise NameError(f"the code defines no class {class_name!r}; it defines: {', '.join(classes) or 'none'}")
    return made()


def respond(thing: Any, request: bytes) -> dict[str, Any]:
    """Call one method. Only its value or its error comes out, whatever it raised."""
    try:
        asked = json.loads(request)
        method = find(thing, asked["method"])
        value = method(**asked["arguments"])
        if inspect.iscoroutine(value):
            import asyncio  # half of all the time a runner would need to start

            value = asyncio.run(value)
        result = {"ok": True, "value": as_json(value, asked["method"])}
    except BaseException as error:
        result = {"ok": False, "error": describe(error)}
    return result | {"state": state_of(thing)}


def find(thing: Any, name: str) -> Callable[..., Any]:
    """Look up a public method."""
    method: Callable[..., Any] | None = None if name.startswith("_") else getattr(thing, name, None)
    if method is None or not callable(method):
        public = [n for n in dir(thing) if not n.startswith("_") and callable(getattr(thing, n, None))]
        raise AttributeError(f"{type(thing).__name__} has no method {name!r}; it has: {', '.join(public)}")
    return method


def as_json(value: Any, method: str) -> Any:
    """Return `value` if JSON can say it; a set, an object, NaN or a loop is an error of the method."""
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise TypeError(f"{method}() returned a value that is not JSON: {error}") from None
    return value


def answer(number: str, result: dict[str, Any], cap: int) -> None:
    """Send one line; a value that is too long becomes an error."""
    # Lone surrogates would be refused by every encoder further on, so they become question marks here.
    line = json.dumps(result, ensure_ascii=False).encode("utf-8", "replace")
    if len(line) > cap:
        error = f"ValueError: the value takes {len(line):,} bytes as JSON; at most {cap:,} are allowed"
        line = json.dumps({"ok": False, "error": error, "state": result.get("state", "")}).encode()
    view = memoryview(number.encode() + b" " + line + b"\n")
    while view:
        view = view[os.write(LINK, view) :]
