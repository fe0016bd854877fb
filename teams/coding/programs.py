"""Programs of items and answers, carried out in the sandbox: put together with what tests them, run, and compared.

An item's tests are code of its own language that stands after the code it tries and prints a line per case. So one way
serves all languages, and what is right is never what somebody says a program prints, but what it printed.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from sandbox import Sandbox
from sandbox.languages import BY_KEY, named, run_program

SECONDS = 10.0
SECONDS_TURNED = 4.0
"""For code with a wrong turn in it, which often runs in a circle: that it does not end is seen sooner."""
LONGEST_OUTPUT = 4_000
"""Characters of output that are looked at: more is no output of a test."""
_MARKERS = {
    "python": 'print("{mark}")', "javascript": 'console.log("{mark}");', "perl": ';print "{mark}\\n";',
    "lua": 'print("{mark}")', "ruby": 'puts "{mark}"', "bash": 'echo "{mark}"', "awk": 'BEGIN {{ print "{mark}" }}',
}  # fmt: skip
"""What prints a line between code and tests: whatever the code prints by itself stands before it. C has no place."""
_ONLY_READ = "PRAGMA query_only = ON;"
_FENCE = re.compile(r"([ \t]*)(`{3,}|~{3,})[ \t]*([\w+#-]*)([^`]*)")
_MAIN = re.compile(r"\b(?:int|void)\s+main\s*\([^)]*\)\s*\{")
_BRACES = re.compile(r"""[{}]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|//[^\n]*|/\*.*?\*/""", re.DOTALL)
"""Braces of C, and where one that stands inside is none."""
_DEEPEST = 250
"""Levels of a syntax tree that are looked at: who walks a deeper one runs out of stack."""


class ProgramFailed(Exception):
    """A program does not compile, ends with an error, runs too long or prints too much; the message says which."""


@dataclass(frozen=True)
class Trial:
    """How code of a language is tried: what stands around it, and what lies beside it."""

    language: str
    before: str = ""
    after: str = ""
    """The tests; empty where the code is a whole program."""
    inputs: tuple[str, ...] = ("",)
    """What it reads, one run each."""
    files: Mapping[str, str] = field(default_factory=dict)

    def assembled(self, code: str) -> str:
        """Put the program together."""
        if self.language == "sql":
            return "\n".join((".headers off", self.before, _ONLY_READ, code))
        if not self.after:
            return f"{self.before}\n{code}" if self.before else code
        line = _MARKERS.get(self.language, "").format(mark=self.mark)
        return "\n".join((self.before, bare(code, self.language), line, self.after))

    @property
    def mark(self) -> str:
        return f"--- {sha256(self.after.encode()).hexdigest()[:10]} ---"


async def outputs(box: Sandbox, trial: Trial, code: str, *, seconds: float = SECONDS) -> list[str]:
    """Return what the tests print, for each input. Raises `ProgramFailed`, and `SandboxError` if the sandbox fails."""
    language = BY_KEY[trial.language]
    program = trial.assembled(code)
    said = []
    for given in trial.inputs:
        ran = await run_program(box, language, program, stdin=given, files=trial.files, timeout=seconds)
        if not ran.ok:
            raise ProgramFailed(ran.complaint)
        shown = ran.result.stdout
        if trial.after and trial.mark in shown:
            shown = shown.partition(f"{trial.mark}\n")[2]
        if ran.result.truncated or len(shown) > LONGEST_OUTPUT:
            raise ProgramFailed(f"it prints {len(shown):,} characters; {LONGEST_OUTPUT:,} are looked at")
        said.append(tidy(shown))
    return said


async def difference(
    box: Sandbox, trial: Trial, code: str, wanted: Sequence[str], *, ordered: bool = True, seconds: float = SECONDS
) -> str:
    """Return how what code prints differs from what is wanted, in a line; '' if it does not."""
    try:
        said = await outputs(box, trial, code, seconds=seconds)
    except ProgramFailed as failure:
        return str(failure)
    for number, (now, right) in enumerate(zip(said, wanted, strict=True), 1):
        if lines_of(now, ordered) != lines_of(right, ordered):
            where = f"input {number}: " if len(wanted) > 1 else ""
            return f"{where}{first_difference(now, right)}"
    return ""


def first_difference(now: str, right: str) -> str:
    """Say where two outputs part."""
    said, wanted = now.splitlines(), right.splitlines()
    for number in range(max(len(said), len(wanted))):
        one = said[number] if number < len(said) else None
        other = wanted[number] if number < len(wanted) else None
        if one is None or other is None or one.rstrip() != other.rstrip():
            return f"line {number + 1} is {_shown(one)}, wanted is {_shown(other)}"
    return "the lines come in another order"


def _shown(line: str | None) -> str:
    return "missing" if line is None else repr(line[:120])


def tidy(text: str) -> str:
    """Return output without what no reader sees: blanks at the ends of lines, and empty lines at the end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")


def lines_of(text: str, ordered: bool = True) -> list[str]:
    lines = tidy(text).splitlines()
    return lines if ordered else sorted(lines)


def is_ordered(language: str, code: str) -> bool:
    """Say whether the order of what a program prints counts: of a query's rows, only if it asks for one."""
    return language != "sql" or "order by" in " ".join(code.casefold().split())


def bare(code: str, language: str) -> str:
    """Return code without its own way of being started, where tests are to start it."""
    if language in ("c", "cpp"):
        return _without_main(code)
    if language == "python":
        return _without_guard(code)
    return code


def _without_main(code: str) -> str:
    start = _MAIN.search(code)
    if not start:
        return code
    depth = 1
    for brace in _BRACES.finditer(code, start.end()):
        depth += {"{": 1, "}": -1}.get(brace.group(), 0)
        if not depth:
            return code[: start.start()] + code[brace.end() :]
    return code[: start.start()]


def _without_guard(code: str) -> str:
    tree = parsed(code)
    lines = code.splitlines()
    for node in reversed(tree.body if tree else []):
        if isinstance(node, ast.If) and "__name__" in ast.dump(node.test):
            del lines[node.lineno - 1 : node.end_lineno]
    return "\n".join(lines)


def parsed(code: str) -> ast.Module | None:
    """Read Python; None if it can't be, or is nested deeper than anybody writes."""
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    level: list[ast.AST] = [tree]
    for _ in range(_DEEPEST):
        level = [child for node in level for child in ast.iter_child_nodes(node)]
        if not level:
            return tree
    return None


def blocks(answer: str) -> list[tuple[str, str]]:
    """Return the fenced blocks of an answer: what stands after the backticks, and what is inside, unindented.

    As in lists, a block may be indented as far as it likes; one that is not closed is none.
    """
    lines = answer.splitlines()
    found = []
    for opening, start, end in _spans(lines):
        found.append((opening[3].casefold(), "\n".join(line.removeprefix(opening[1]) for line in lines[start:end])))
    return found


def without_blocks(answer: str, longer_than: int) -> str:
    """Return an answer without its blocks of more than so many lines."""
    lines = answer.splitlines()
    for _, start, end in reversed(list(_spans(lines))):
        if end - start > longer_than:
            del lines[start - 1 : end + 1]
    return "\n".join(lines)


def _spans(lines: Sequence[str]) -> Iterator[tuple[re.Match[str], int, int]]:
    """Yield what opens each block, its first line, and the line that closes it."""
    opening, start = None, 0
    for number, line in enumerate(lines):
        match = _FENCE.fullmatch(line)
        if opening is None:
            opening, start = match, number + 1
        elif match and match[2] == opening[2] and not f"{match[3]}{match[4]}".strip():
            yield opening, start, number
            opening = None


def code_in(answer: str, language: str) -> list[str]:
    """Return what an answer may mean as its code, the likeliest first: its longest block, each block, all in a row."""
    wanted = BY_KEY[language]
    fit = [code for name, code in blocks(answer) if not name or named(name) is wanted]
    tries = sorted(fit, key=len, reverse=True)[:3]
    return list(dict.fromkeys([*tries, *(["\n\n".join(fit)] if len(fit) > 1 else [])]))


async def first_fault(
    box: Sandbox, trials: Sequence[tuple[Trial, Sequence[str]]], code: str, *, seconds: float = SECONDS
) -> str:
    """Return why code does not pass the first trial it fails; '' if it passes all."""
    for trial, wanted in trials:
        ordered = is_ordered(trial.language, code) or not wanted
        if fault := await difference(box, trial, code, wanted, ordered=ordered, seconds=seconds):
            return fault
    return ""


def words_in(code: str) -> set[str]:
    """Return the names that stand in code, strings and comments included."""
    return set(re.findall(r"[A-Za-z_]\w*", code))


def words_used(code: str, language: str) -> set[str]:
    """Return the names code works with: not those it only speaks of, nor those that are fetched and left lying."""
    tree = parsed(code) if language == "python" else None
    if tree is None:
        mark = re.escape(BY_KEY[language].comment)
        return words_in(re.sub(rf"/\*.*?\*/|(?<!\S){mark}[^\n]*", " ", code, flags=re.DOTALL))
    found: set[str] = set()
    called: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            found.add(node.id)
        elif isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            called |= {one.asname or one.name.partition(".")[0]: one.name for one in node.names}
            found |= set((getattr(node, "module", "") or "").split("."))
    return found | {part for name, whole in called.items() if name in found for part in whole.split(".")}


def trial_of(facts: Mapping[str, Any], part: Mapping[str, Any]) -> Trial:
    """Return the trial of one part of an item, from its facts."""
    return Trial(
        facts["written_in"],
        facts.get("setup", ""),
        part.get("tests", ""),
        tuple(part.get("inputs") or ("",)),
        dict(facts.get("files") or {}),
    )
