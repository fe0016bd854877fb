"""Programs of every language of the table: what they print, what does not compile, what the limits stop."""

import re
import socket
from dataclasses import replace

import pytest

from sandbox import Result, languages
from sandbox.engine import connect
from sandbox.image import PACKAGES, for_registry, runner_version
from sandbox.languages import ABSENT, BY_KEY, HELD, Language, Ran, named, of_file, run_program
from sandbox.pool import Pool
from tests.sandbox.bridge import bridge_address

docker_needed = pytest.mark.docker
pytestmark = pytest.mark.asyncio(loop_scope="module")

ECHO = {
    "python": "import sys\nprint(sum(int(line) for line in sys.stdin))",
    "javascript": "let n = 0;\nfor (const l of require('fs').readFileSync(0, 'utf8').split('\\n')) n += Number(l);\n"
    "console.log(n);",
    "c": '#include <stdio.h>\nint main(void) { int n, s = 0; while (scanf("%d", &n) == 1) s += n;\n'
    'printf("%d\\n", s); }',
    "cpp": "#include <iostream>\nint main() { int n, s = 0; while (std::cin >> n) s += n; std::cout << s << '\\n'; }",
    "bash": 's=0\nwhile read -r n; do s=$((s + n)); done\necho "$s"',
    "perl": 'use strict; use warnings;\nmy $s = 0; $s += $_ while <STDIN>; print "$s\\n";',
    "lua": "local s = 0\nfor line in io.lines() do s = s + tonumber(line) end\nprint(s)",
    "ruby": "puts STDIN.each_line.sum(&:to_i)",
    "sql": "create table t (n integer);\ninsert into t values (19), (23);\nselect sum(n) as s from t;",
    "awk": "{ s += $1 } END { print s }",
}
BROKEN = {
    "python": "def f(:\n    pass",
    "javascript": "let = = 3;",
    "c": "int main(void) { return x; }",
    "cpp": "int main() { std::string s; }",
    "bash": "if true; then echo 1",
    "perl": "my $x = ;",
    "lua": "local = 3",
    "ruby": "def f(; end",
}
ENDLESS = {
    "python": "while True: pass",
    "javascript": "for (;;);",
    "c": "int main(void) { volatile int x = 1; while (x) x = 1; }",
    "cpp": "int main() { volatile int x = 1; while (x) x = 1; }",
    "bash": "while :; do :; done",
    "perl": "while (1) { }",
    "lua": "while true do end",
    "ruby": "loop { }",
    "sql": "with recursive c(n) as (select 1 union all select n + 1 from c) select sum(n) from c;",
    "awk": "BEGIN { while (1) x++ }",
}
CHATTY = {
    "python": "while True: print('x' * 999)",
    "javascript": "const s = 'x'.repeat(99999) + '\\n';\nfor (;;) require('fs').writeSync(1, s);",
    "c": '#include <stdio.h>\nint main(void) { for (;;) puts("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"); }',
    "bash": "yes",
    "perl": 'while (1) { print "x" x 999, "\\n" }',
    "lua": "while true do print(('x'):rep(999)) end",
    "ruby": "loop { puts 'x' * 999 }",
    "awk": 'BEGIN { while (1) print "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }',
}
HUNGRY = {
    "python": "x = []\nwhile True: x.append(bytearray(1 << 24))",
    "javascript": "const x = [];\nfor (;;) x.push(Buffer.alloc(1 << 24, 1));",
    "c": "#include <stdlib.h>\n#include <string.h>\nint main(void) { for (;;) memset(malloc(1 << 24), 1, 1 << 24); }",
    "perl": "my @x; push @x, 'x' x (1 << 24) while 1;",
    "lua": "local t = {}\nwhile true do t[#t + 1] = ('x'):rep(1 << 24) .. #t end",
    "ruby": "x = []\nloop { x << 'x' * (1 << 24) }",
}
ONLINE = {
    "python": "import socket\nsocket.create_connection(('HOST', PORT), 2)",
    "javascript": "require('net').connect(PORT, 'HOST').on('error', e => { console.error(e.code); process.exit(3) })",
    "bash": "exec 3<>/dev/tcp/HOST/PORT",
    "perl": "use IO::Socket::INET;\nIO::Socket::INET->new(PeerAddr => 'HOST:PORT', Timeout => 2) or die \"$!\\n\";",
    "ruby": "require 'socket'\nTCPSocket.new('HOST', PORT)",
}
"""What tries to reach a listener on this machine's own bridge."""


def each(programs: dict[str, str]) -> list[object]:
    return [pytest.param(BY_KEY[key], code, id=key) for key, code in programs.items()]


async def test_the_table_is_sound() -> None:
    assert set(ECHO) == set(ENDLESS) == set(BY_KEY)
    assert len({language.file for language in HELD}) == len(HELD)
    endings = [e for language in HELD for e in (language.extension, *language.extensions)]
    assert len(endings) == len(set(endings))
    assert not set(endings) & set(ABSENT)
    fences = [name for language in HELD for name in (language.key, *language.fences)]
    assert len(fences) == len(set(fences))
    for language in HELD:
        assert named(language.name) is named(f" {language.key.upper()} ") is of_file(f"a/b.{language.file}") is language
        assert re.fullmatch(r"[a-z]+", language.key)
    assert named("cobol") is None
    assert of_file("README") is None
    assert of_file("x.rs") is None


async def test_other_packages_are_another_image(monkeypatch: pytest.MonkeyPatch) -> None:
    before = runner_version()
    monkeypatch.setattr("sandbox.image.PACKAGES", (*PACKAGES, "gforth"))
    assert runner_version() != before
    assert for_registry()[-1] == "gforth"
    assert not any(name.startswith("python3") for name in for_registry())
    assert set(languages.packages()) < set(PACKAGES)


@docker_needed
@pytest.mark.parametrize(("language", "code"), each(ECHO))
async def test_reads_and_prints(pool: Pool, language: Language, code: str) -> None:
    async with pool.lease() as box:
        ran = await run_program(box, language, code, stdin="19\n23\n")
        assert (ran.ok, ran.complaint, ran.result.stdout.split()[-1]) == (True, "", "42"), ran
        assert (await run_program(box, language, code, only_check=True)).ok


@docker_needed
@pytest.mark.parametrize("key", ["c", "cpp"])
async def test_a_function_without_a_main_can_be_read_and_is_no_program_yet(pool: Pool, key: str) -> None:
    async with pool.lease() as box:
        code = "int twice(int n) { return 2 * n; }\n"
        assert (await run_program(box, BY_KEY[key], code, only_check=True)).ok
        assert not (await run_program(box, BY_KEY[key], code)).built


@docker_needed
@pytest.mark.parametrize(("language", "code"), each(BROKEN))
async def test_what_is_no_program_is_said(pool: Pool, language: Language, code: str) -> None:
    async with pool.lease() as box:
        checked = await run_program(box, language, code, only_check=True)
        assert not checked.built
        assert "not a program" in checked.complaint
        assert not (await run_program(box, language, code)).ok


@pytest.mark.parametrize(
    ("stderr", "said"),
    [
        (
            "main.rb:9:in `block': undefined method `say' for main:Object (NoMethodError)\n\n  say { total }\n  ^^^\n",
            "main.rb:9:in `block': undefined method `say' for main:Object (NoMethodError)",
        ),
        ("one\n  ~~~^\n", "one"),
        (
            "Traceback\n    a = 1 / 0\n        ~~^~~\nZeroDivisionError: division by zero\n",
            "ZeroDivisionError: division by zero",
        ),
    ],
)
async def test_a_complaint_has_the_words_of_the_error_and_not_the_marks_below_a_line(stderr: str, said: str) -> None:
    assert Ran(Result(1, "", stderr)).complaint == f"it ended with exit code 1: {said}"


@docker_needed
async def test_a_failing_program_was_built(pool: Pool) -> None:
    async with pool.lease() as box:
        for key, code in {"c": "int main(void) { return 3; }", "bash": "exit 3", "lua": "os.exit(3)"}.items():
            ran = await run_program(box, BY_KEY[key], code)
            assert (ran.built, ran.result.exit_code) == (True, 3)
            assert ran.complaint == "it ended with exit code 3"
        raised = await run_program(box, BY_KEY["python"], "eval('1 +')")
        assert (raised.built, raised.ok) == (True, False)
        assert not (await run_program(box, BY_KEY["python"], BROKEN["python"])).built


@docker_needed
async def test_files_lie_beside_it(pool: Pool) -> None:
    async with pool.lease() as box:
        ran = await run_program(
            box, BY_KEY["awk"], 'BEGIN { getline x < "data/in.txt"; print x }', files={"data/in.txt": "hm"}
        )
        assert ran.result.stdout == "hm\n"
        c = '#include "other.h"\n#include <stdio.h>\nint main(void) { printf("%d\\n", N); }'
        assert (await run_program(box, BY_KEY["c"], c, files={"other.h": "#define N 7\n"})).result.stdout == "7\n"


@docker_needed
@pytest.mark.parametrize(("language", "code"), each(ENDLESS))
async def test_an_endless_loop_ends(pool: Pool, language: Language, code: str) -> None:
    async with pool.lease() as box:
        ran = await run_program(box, language, code, timeout=2)
        assert ran.result.timed_out
        assert ran.complaint == "it did not end in the time it has"


@docker_needed
@pytest.mark.parametrize(("language", "code"), each(CHATTY))
async def test_endless_output_ends(pool: Pool, language: Language, code: str) -> None:
    async with pool.lease() as box:
        ran = await run_program(box, language, code, timeout=20)
        assert not ran.ok
        assert ran.result.truncated
        assert len(ran.result.stdout) < 1 << 20


@docker_needed
@pytest.mark.parametrize(("language", "code"), each(HUNGRY))
async def test_memory_is_bounded(pool: Pool, language: Language, code: str) -> None:
    async with pool.lease() as box:
        ran = await run_program(box, language, code, timeout=20)
        assert not ran.ok
        assert not ran.result.timed_out
        assert (await run_program(box, BY_KEY["lua"], "print(1)")).ok


@docker_needed
@pytest.mark.parametrize(("language", "code"), each(ONLINE))
async def test_there_is_no_network(pool: Pool, language: Language, code: str) -> None:
    with socket.create_server((bridge_address(connect()), 0)) as listener:
        listener.settimeout(0.2)
        host, port = listener.getsockname()
        with socket.create_connection((host, port), 2):  # it can be reached from here
            listener.accept()[0].close()
        async with pool.lease() as box:
            ran = await run_program(box, language, code.replace("HOST", host).replace("PORT", str(port)), timeout=5)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert not ran.ok
    assert re.search(r"nreachable|ENETUNREACH", ran.result.stderr), ran.result.stderr


@docker_needed
async def test_what_the_image_lacks_is_said(pool: Pool) -> None:
    gone = replace(BY_KEY["lua"], key="forth", run="gforth {file}", check="", packages=())
    async with pool.lease() as box:
        ran = await run_program(box, gone, "bye")
        assert not ran.ok
        assert "gforth" in ran.complaint


@docker_needed
async def test_rdflib_answers_a_query(pool: Pool) -> None:
    code = """\
from rdflib import Graph
g = Graph().parse(data="@prefix e: <http://e/> . e:a e:knows e:b , e:c .", format="turtle")
print(sorted(str(r.x) for r in g.query("SELECT ?x WHERE { <http://e/a> <http://e/knows> ?x }")))
"""
    async with pool.lease() as box:
        result = await box.run_python(code)
        assert result.stdout == "['http://e/b', 'http://e/c']\n", result.stderr
