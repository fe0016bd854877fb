"""A program of any language of the image is run for a model, and what went wrong with it stands in what comes back."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox import Sandbox
from sandbox.languages import HELD
from sandbox.pool import Pool
from tools import run_program as tool
from tools.bench import Answer
from tools.benches import RegisteredBench
from tools.errors import ToolError
from tools.registry import Tool, registered

pytestmark = [pytest.mark.docker, pytest.mark.asyncio(loop_scope="module")]

FIVES = {
    "python": "print(sum(int(n) for n in open(0)))",
    "javascript": "const all = require('fs').readFileSync(0, 'utf8').trim().split('\\n');\n"
    "console.log(all.reduce((a, b) => a + Number(b), 0));",
    "c": "#include <stdio.h>\n"
    'int main(void) { int n, s = 0; while (scanf("%d", &n) == 1) s += n; printf("%d\\n", s); }',
    "cpp": "#include <iostream>\nint main() { int n, s = 0; while (std::cin >> n) s += n; std::cout << s << '\\n'; }",
    "bash": 's=0; while read -r n; do s=$((s + n)); done; echo "$s"',
    "perl": 'my $s = 0; $s += $_ while <STDIN>; print "$s\\n";',
    "lua": "local s = 0\nfor n in io.lines() do s = s + math.tointeger(n) end\nprint(s)",
    "ruby": "puts STDIN.each_line.sum(&:to_i)",
    "awk": "{ s += $1 }\nEND { print s }",
}
UNREADABLE = {
    "c": ("int main(void) { return 0 }", "it is not a program that can be read or compiled: "),
    "cpp": ("int main() { return none; }", "it is not a program that can be read or compiled: "),
    "python": ("def f(:\n    pass", "it is not a program that can be read or compiled: "),
    "javascript": ("function (", "it ended with exit code 1: SyntaxError: "),
    "bash": ("if true; then", "it ended with exit code 2: main.sh: line 2: syntax error"),
}
"""What can't be read, and what is said of it: an interpreter finds out while it runs."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def box() -> AsyncIterator[Sandbox]:
    async with Pool(size=1) as pool, pool.lease() as lent:
        yield lent


async def said(box: Sandbox, language: str, code: str, **more: str) -> Answer:
    bench = RegisteredBench(["run_program"], {Sandbox: box})
    return await bench.call("run_program", {"language": language, "code": code, **more})


async def test_models_are_offered_what_the_image_holds() -> None:
    RegisteredBench(["run_program"], {Sandbox: None})  # tools are read when a bench first asks
    made = registered["run_program"]
    assert isinstance(made, Tool)
    offered = made.schema["parameters"]["properties"]
    assert offered["language"]["enum"] == [language.key for language in HELD]
    assert "sandbox" not in offered


@pytest.mark.parametrize("language", FIVES)
async def test_what_it_reads_and_prints(box: Sandbox, language: str) -> None:
    answer = await said(box, language, FIVES[language], stdin="2\n40\n-5\n")
    assert answer == Answer("37")


async def test_a_query_and_silence(box: Sandbox) -> None:
    assert (await said(box, "sql", "SELECT 6 * 7 AS n;")).text.split() == ["n", "42"]
    assert (await said(box, "bash", "true")).text == "[the program printed nothing]"


@pytest.mark.parametrize("language", ["cobol", "Python 3", ""])
async def test_a_language_that_is_not_there_is_answered_with_those_that_are(box: Sandbox, language: str) -> None:
    answer = await said(box, language, "print(1)")
    assert answer.is_error
    assert not answer.fault
    assert all(held.key in answer.text for held in HELD)
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("language", UNREADABLE)
async def test_what_does_not_compile_is_said_with_the_compilers_words(box: Sandbox, language: str) -> None:
    code, complaint = UNREADABLE[language]
    text = (await said(box, language, code)).text
    assert text.splitlines()[-1].startswith(f"[{complaint}")
    assert "rror" in text
    assert "not-built" not in text, "the mark is ours"


async def test_what_was_printed_before_an_error_comes_with_it(box: Sandbox) -> None:
    text = (await said(box, "ruby", "puts 'so far'\n$stdout.flush\nraise 'no mill'")).text
    assert text.startswith("so far\n")
    assert "no mill" in text
    assert "[it ended with exit code 1" in text


async def test_an_error_is_told_in_its_own_words_and_not_by_the_last_line_of_its_trace(box: Sandbox) -> None:
    text = (await said(box, "javascript", "function f() { throw new Error('no mill'); }\nf();")).text
    assert text.splitlines()[-1] == "[it ended with exit code 1: Error: no mill]"
    text = (await said(box, "ruby", "def f = raise('no mill')\ndef g = f\ng")).text
    assert "no mill (RuntimeError)" in text.splitlines()[-1]


async def test_an_endless_loop_ends_and_the_next_program_runs(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tool, "SECONDS", 2.0)
    text = (await said(box, "lua", "print('on') io.stdout:flush() while true do end")).text
    assert text.splitlines() == ["on", "[it did not end in the time it has]"]
    assert (await said(box, "lua", "print(1)")).text == "1"


async def test_endless_output_is_cut(box: Sandbox) -> None:
    text = (await said(box, "perl", "print 'x' x 999, qq{\\n} while 1;")).text
    assert "[further output was thrown away]" in text
    assert len(text) < 2_000_000


async def test_nothing_is_remembered_between_calls(box: Sandbox) -> None:
    await said(box, "bash", "echo 1 > kept; ls")
    assert (await said(box, "bash", "ls kept 2>/dev/null || echo gone")).text.startswith("gone")


async def test_without_a_sandbox_there_is_no_such_tool() -> None:
    with pytest.raises(ToolError, match="tool 'run_program' needs a Sandbox, and there is none in this run"):
        RegisteredBench(["run_program"])
