"""Programs run as they would with `python3 main.py`; sessions keep state."""

import asyncio

import pytest

from sandbox import Result, SessionFailed
from sandbox.box import Box
from sandbox.pool import Pool

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]

LIBRARY = """
import datetime, decimal, collections, random

class Library:
    shelves = {}

    def __init__(self):
        self.books = {"dune": 2}
        self.lent = set()
        self.log = collections.deque()
        self.dice = random.Random(4)
        print("opened")

    def lend(self, title, days=14):
        if not self.books.get(title):
            raise ValueError(f"no copy of {title}")
        self.books[title] -= 1
        self.lent.add(title)
        print('{"ok": true, "value": "printed"}')
        return {"title": title, "days": days}

    def look(self):
        return sorted(self.books)

    def note(self, text):
        self.log.append((datetime.date(2024, 1, 2), decimal.Decimal("1.5"), text))

    def roll(self):
        return self.dice.randint(1, 6)

    def shelve(self, title):
        self.shelves[title] = 1

    async def wait(self):
        return "waited"

    def hang(self):
        while True:
            pass

    def die(self):
        import os
        os._exit(7)

    @property
    def size(self):
        return 1
"""


@pytest.mark.parametrize(
    ("code", "exit_code", "stdout", "stderr"),
    [
        ("print('a')\nprint('ü', end='')", 0, "a\nü", ""),
        ("import sys\nsys.exit(3)", 3, "", ""),
        ("import sys\nsys.exit('last word')", 1, "", "last word\n"),
        ("import sys\nsys.exit()", 0, "", ""),
        ("import os\nos._exit(9)", 9, "", ""),
        ("import os\nos.kill(os.getpid(), 11)", 139, "", ""),
        ("import atexit\natexit.register(print, 'bye')\nprint('hi')", 0, "hi\nbye\n", ""),
        ("class A:\n    def __del__(self):\n        print('gone')\na = A()\ndef f(): return a", 0, "gone\n", ""),
        ("import threading\nthreading.Timer(0.2, print, ['late']).start()", 0, "late\n", ""),
        ("import sys\nprint(__name__, __file__, sys.argv)", 0, "__main__ main.py ['main.py']\n", ""),
        ("print(open('main.py').read())", 0, "print(open('main.py').read())\n", ""),
        ("import os\nprint(sorted(os.environ))", 0, None, ""),
        ("import getpass\nprint(getpass.getuser())", 0, "sandbox\n", ""),
        ("import pytest\nprint(pytest.__name__)", 0, "pytest\n", ""),
        ("from multiprocessing import Pool\nprint(Pool(2).map(abs, [-1, -2]))", 0, "[1, 2]\n", ""),
        ("import subprocess, sys\nsubprocess.run([sys.executable, '-c', 'print(5)'])", 0, "5\n", ""),
        ("print(list({'one', 'two', 'three'}))", 0, None, ""),
    ],
)  # fmt: skip
async def test_a_program_ends_as_the_interpreter_would_end_it(
    pool: Pool, code: str, exit_code: int, stdout: str | None, stderr: str
) -> None:
    async with pool.lease() as box:
        result = await box.run_python(code)
        again = await box.run_python(code)
    assert (result.exit_code, result.stderr) == (exit_code, stderr)
    assert stdout is None or result.stdout == stdout
    assert result == again


async def test_a_traceback_shows_the_program_alone(pool: Pool) -> None:
    async with pool.lease() as box:
        result = await box.run_python("def f():\n    return {}['x']\n\nf()")
    assert result.exit_code == 1
    assert result.stderr.startswith(
        'Traceback (most recent call last):\n  File "main.py", line 4, in <module>\n    f()\n'
    )
    assert result.stderr.endswith("KeyError: 'x'\n")
    assert "agentinstruct" not in result.stderr


async def test_stdin_and_files(pool: Pool) -> None:
    files = {"data/items.csv": "a,b\n", "program.py": "x = 5", "runner.py": "y = 6"}
    async with pool.lease() as box:
        result = await box.run_python(
            "import program, runner\nprint(input(), input(), open('data/items.csv').read(), program.x, runner.y)",
            stdin="one\ntwö\n",
            files=files,
        )
        command = await box.run(["sh", "-c", "cat; ls; exit 4"], stdin="in\n", files={"f": ""})
        python = await box.run(["python", "-m", "pytest", "-q", "test_x.py"], files={"test_x.py": "def test_x(): pass"})
        absent = await box.run(["no-such-command"])
        nothing = await box.run([])
    assert result.stdout == "one twö a,b\n 5 6\n", result
    assert command == Result(4, "in\nf\n", "")
    assert "1 passed" in python.stdout
    assert (absent.exit_code, nothing.exit_code) == (127, 127)


async def test_long_output_keeps_both_ends(pool: Pool) -> None:
    async with pool.lease() as box:
        result = await box.run_python("print('begin' + 'ä' * 100_000 + 'end')")
    assert result.exit_code == 0
    assert result.truncated
    assert result.stdout.startswith("begin")
    assert result.stdout.endswith("end\n")
    assert " bytes left out " in result.stdout
    assert "\ufffd" not in result.stdout


async def test_runs_of_one_chat_overlap(pool: Pool) -> None:
    async with pool.lease() as box:
        results = await asyncio.gather(*(box.run_python(f"import time\ntime.sleep(0.3)\nprint({n})") for n in range(6)))
    assert [result.stdout for result in results] == [f"{n}\n" for n in range(6)]


async def test_a_session_keeps_state(pool: Pool) -> None:
    async with pool.lease() as box:
        library = await box.open_session(LIBRARY, "Library")
        first = await library.call("lend", {"title": "dune"})
        second = await library.call("lend", {"title": "dune", "days": 3})
        third = await library.call("lend", {"title": "dune"})
        assert first.value == {"title": "dune", "days": 14}
        assert second.value == {"title": "dune", "days": 3}
        assert (third.ok, third.error) == (False, "ValueError: no copy of dune")
        assert first.state != second.state == third.state
        assert (await library.call("wait", {})).value == "waited"
        await library.close()
        await library.close()
        assert (await library.call("look", {})).error == "the session is closed"


async def test_equal_state_has_an_equal_hash(pool: Pool) -> None:
    async with pool.lease() as box:
        states = []
        for order in (("a", "b"), ("a", "b"), ("b", "a")):
            library = await box.open_session(LIBRARY, "Library")
            for text in order:
                states.append((await library.call("note", {"text": text})).state)
    assert states[:2] == states[2:4]
    assert states[5] != states[3]
    assert len(set(states)) == 4


@pytest.mark.parametrize(("method", "changes"), [("look", False), ("roll", True), ("wait", False)])
async def test_a_call_that_only_looks_leaves_the_state(pool: Pool, method: str, changes: bool) -> None:
    async with pool.lease() as box:
        library = await box.open_session(LIBRARY, "Library")
        before = (await library.call("look", {})).state
        assert len(before) == 64
        assert ((await library.call(method, {})).state != before) == changes
        shelved = await library.call("shelve", {"title": "x"})
        assert shelved.state != before  # kept on the class


@pytest.mark.parametrize(
    ("method", "arguments", "error"),
    [
        ("lend", {"name": "x"}, "TypeError: Library.lend() got an unexpected keyword argument 'name'"),
        ("lend", {}, "TypeError: Library.lend() missing 1 required positional argument: 'title'"),
        ("burn", {}, "AttributeError: Library has no method 'burn'; it has: "),
        ("__init__", {}, "AttributeError: Library has no method '__init__'; it has: "),
        ("books", {}, "AttributeError: Library has no method 'books'; it has: "),
        ("size", {}, "AttributeError: Library has no method 'size'; it has: "),
        ("lend", {"title": {1, 2}}, "the arguments are not JSON: "),
    ],
)
async def test_a_wrong_call_is_an_error_in_words(
    pool: Pool, method: str, arguments: dict[str, object], error: str
) -> None:
    async with pool.lease() as box:
        library = await box.open_session(LIBRARY, "Library")
        answer = await library.call(method, arguments)
        assert not answer.ok
        assert answer.error.startswith(error)
        assert (await library.call("look", {})).ok


async def test_a_late_call_ends_its_session_alone(pool: Pool) -> None:
    async with pool.lease() as box:
        slow, other = await asyncio.gather(*(box.open_session(LIBRARY, "Library") for _ in range(2)))
        late = await slow.call("hang", {}, timeout=0.5)
        assert late.error == "TimeoutError: hang() did not return within 0.5 s; the session is closed"
        assert (await slow.call("look", {})).error == "the session is closed"
        assert (await other.call("look", {})).value == ["dune"]
        dead = await other.call("die", {})
        assert dead.error == "die() ended the session (exit code 7)"


async def test_what_a_session_says_before_it_ends_is_heard(pool: Pool) -> None:
    """It answers and ends at once: of three side by side, one in five did so between two looks of the runner."""

    async def refused(box: Box) -> str:
        with pytest.raises(SessionFailed) as failed:
            await box.open_session("print('said')\nclass B: pass", "A")
        assert failed.value.result is not None
        assert failed.value.result.stdout == "said\n"
        return str(failed.value)

    async with pool.lease() as box:
        told = [one for _ in range(40) for one in await asyncio.gather(*(refused(box) for _ in range(3)))]
    assert set(told) == {"NameError: the code defines no class 'A'; it defines: B"}


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("class B: pass", "NameError: the code defines no class 'A'; it defines: B"),
        ("x = 1", "NameError: the code defines no class 'A'; it defines: none"),
        ("class A:\n    def __init__(self): raise OSError('no disk')", "OSError: no disk"),
        ("class A:\n    def __init__(self, x): pass", "TypeError: A.__init__() missing 1 required positional "
         "argument: 'x'"),
        ("class A", "SyntaxError: expected ':' (main.py, line 2)"),
        ("raise SystemExit(4)", "SystemExit: 4"),
        ("import os\nos._exit(4)", "the code ended its process (exit code 4)"),
        ("while True: pass", "TimeoutError: the code did not finish within 1 s"),
    ],
)  # fmt: skip
async def test_code_that_makes_no_session(pool: Pool, code: str, error: str) -> None:
    async with pool.lease() as box:
        with pytest.raises(SessionFailed) as failed:
            await box.open_session(f"print('said')\n{code}", "A", timeout=1)
        assert str(failed.value) == error
        assert failed.value.result is not None
        assert failed.value.result.exit_code != 0
        assert (await box.run_python("print(1)")).stdout == "1\n"
