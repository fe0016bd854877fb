"""Values, code and names that are too much, or odd."""

import pytest

from sandbox import SessionFailed
from sandbox.pool import Pool
from tests.sandbox.hostile.held import hostile


@hostile
async def huge_and_odd_values(pool: Pool) -> str:
    code = """
class A:
    def big(self):
        return 'x' * 50_000_000
    def deep(self):
        value = []
        for _ in range(100_000):
            value = [value]
        return value
    def long_number(self):
        return 10 ** 6000
    def loop(self):
        value = []
        value.append(value)
        return value
    def nan(self):
        return float('nan')
    def bytes(self):
        return b'x'
    def surrogate(self):
        return '\\ud800'
    def error(self):
        class Evil(Exception):
            def __str__(self):
                raise SystemExit(3)
        raise Evil
    def leave(self):
        raise SystemExit(0)
"""
    async with pool.lease() as box:
        session = await box.open_session(code, "A")
        for method in ("big", "deep", "long_number", "loop", "nan", "bytes", "error", "leave"):
            answer = await session.call(method, {}, timeout=10)
            assert not answer.ok, (method, answer)
            assert len(answer.error) < 3_000, method
        assert (await session.call("surrogate", {})).value == "?"
        too_much = await session.call("big", {"x": "y" * 1_000_000})
        assert "at most" in too_much.error, too_much
    return "each an error in one line; the session lives on"


@hostile
async def odd_code(pool: Pool) -> str:
    codes = ["\0", "\ud800", "print('\ud800')", "x = '\0'", "(" * 5_000, "\x1b[2J", "x=" * 100_000, "#" * 5_000_000]
    async with pool.lease() as box:
        exits = [(await box.run_python(code, timeout=20)).exit_code for code in codes]
        assert exits == [1, 1, 1, 1, 1, 1, 1, 0], exits
        result = await box.run_python("import sys\nsys.stdout.buffer.write(b'\\xff\\x00\\x1b[2J')")
        assert result.stdout == "�\0\x1b[2J", result
        too_long = await box.run_python("#" * 10_000_000)
        assert too_long.exit_code == 2, too_long
        for code in codes[:4]:
            with pytest.raises(SessionFailed):
                await box.open_session(code, "A")
    return "an error of the program's own, exit code 1"


@hostile
async def file_names(pool: Pool) -> str:
    names = [
        "../x",
        "/etc/x",
        "a/../../x",
        "",
        ".",
        "..",
        "a//b",
        "x\0",
        "./x",
        "\ud800" * 3,
        "n" * 300,
        "a/" * 3_000 + "x",
    ]
    async with pool.lease() as box:
        for name in names:
            result = await box.run_python("print('ran')", files={name: "x"})
            assert (result.exit_code, result.stdout) == (2, ""), (name, result)
        both = await box.run_python("print('ran')", files={"a": "x", "a/b": "y"})
        assert both.exit_code == 2, both
        fine = await box.run_python("print(open('a b/ü\\n.txt').read())", files={"a b/ü\n.txt": "text", "main.txt": ""})
        assert fine.stdout == "text\n", fine
    return f"{len(names) + 1} bad names refused before anything runs (exit code 2)"
