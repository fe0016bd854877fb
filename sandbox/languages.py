"""The languages of the image: what each is called, the file a program stands in, and how it is checked, built and run.

One table: the image is made from its packages, and whoever runs programs asks it. `run_program` runs one under the
limits of a `Sandbox`; what is asked of a language the image does not hold is said, not failed.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from sandbox import Result, Sandbox

NOT_BUILT = 96
"""Exit code of a program that did not compile, beside a mark on stderr."""


@dataclass(frozen=True)
class Language:
    """A language programs are written in."""

    key: str
    """As files and flags name it: `cpp`."""
    name: str
    """As people write it: `C++`."""
    extension: str
    run: str
    """Shell words that run the file `main`; `{file}` stands for its name."""
    build: str = ""
    """Shell words that compile it first; empty where nothing is compiled."""
    check: str = ""
    """Shell words that say whether the file reads as a program, without running it; empty: `build`."""
    packages: tuple[str, ...] = ()
    """What Debian calls what it needs."""
    fences: tuple[str, ...] = ()
    """Other names after three backticks."""
    comment: str = "#"
    extensions: tuple[str, ...] = field(default=())
    """Other endings its files have."""

    @property
    def file(self) -> str:
        """The file a program stands in."""
        return f"main{self.extension}"

    @property
    def checked_by(self) -> str:
        return self.check or self.build


_C = "-O1 -Wall -o main.bin {file} -lm"
HELD = (
    Language(
        "python",
        "Python",
        ".py",
        "python3 {file}",
        check="python3 -m py_compile {file}",
        packages=("python3", "python3-pytest", "python3-rdflib"),
        fences=("py", "python3"),
        extensions=(".pyi",),
    ),
    Language(
        "javascript",
        "JavaScript",
        ".js",
        "node {file}",
        check="node --check {file}",
        packages=("nodejs",),
        fences=("js", "node", "jsx"),
        comment="//",
        extensions=(".mjs", ".cjs"),
    ),
    Language(
        "c",
        "C",
        ".c",
        "./main.bin",
        build=f"gcc -std=c17 {_C}",
        check="gcc -std=c17 -Wall -fsyntax-only {file}",
        packages=("gcc", "libc6-dev"),
        comment="//",
        extensions=(".h",),
    ),
    Language(
        "cpp",
        "C++",
        ".cpp",
        "./main.bin",
        build=f"g++ -std=c++17 {_C}",
        check="g++ -std=c++17 -Wall -fsyntax-only {file}",
        packages=("g++",),
        fences=("c++", "cxx", "cc"),
        comment="//",
        extensions=(".cc", ".cxx", ".hpp", ".hh"),
    ),
    Language(
        "bash",
        "shell (bash)",
        ".sh",
        "bash {file}",
        check="bash -n {file}",
        packages=("bash",),
        fences=("sh", "shell", "zsh"),
        extensions=(".bash",),
    ),
    Language(
        "perl",
        "Perl",
        ".pl",
        "perl {file}",
        check="perl -c {file}",
        packages=("perl",),
        fences=("pl",),
        extensions=(".pm",),
    ),
    Language(
        "lua",
        "Lua",
        ".lua",
        "lua5.4 {file}",
        check="luac5.4 -p {file}",
        packages=("lua5.4",),
        comment="--",
    ),
    Language("ruby", "Ruby", ".rb", "ruby {file}", check="ruby -c {file}", packages=("ruby",), fences=("rb",)),
    Language(
        "sql",
        "SQL (SQLite)",
        ".sql",
        "sqlite3 -batch -bail -header -separator '|' :memory: < {file}",
        packages=("sqlite3",),
        fences=("sqlite", "sqlite3"),
        comment="--",
    ),
    Language(
        "awk",
        "awk",
        ".awk",
        "mawk -f {file}",
        # mawk has no dry run, but it can be told to show what it made of a program instead of running it.
        check="mawk -W dump -f {file} >/dev/null",
        packages=("mawk",),
        fences=("mawk", "gawk"),
    ),
)
"""In the order in which they are offered."""

ABSENT = {
    ".java": "Java",
    ".go": "Go",
    ".rs": "Rust",
    ".ts": "TypeScript",
    ".tsx": "TypeScript",
    ".kt": "Kotlin",
    ".cs": "C#",
    ".swift": "Swift",
    ".scala": "Scala",
    ".php": "PHP",
    ".hs": "Haskell",
    ".ml": "OCaml",
    ".r": "R",
    ".jl": "Julia",
    ".ex": "Elixir",
    ".erl": "Erlang",
    ".clj": "Clojure",
    ".dart": "Dart",
    ".zig": "Zig",
    ".f90": "Fortran",
    ".pas": "Pascal",
    ".vb": "Visual Basic",
    ".ps1": "PowerShell",
    ".m": "MATLAB",
}
"""Languages that are known but not in the image, by the ending of their files."""

BY_KEY = {language.key: language for language in HELD}
_NAMES = {name: language for language in HELD for name in (language.key, language.name.lower(), *language.fences)}
_ENDINGS = {ending: language for language in HELD for ending in (language.extension, *language.extensions)}


def packages() -> tuple[str, ...]:
    """List what the image is made from, each once, in the order of the table."""
    return tuple(dict.fromkeys(name for language in HELD for name in language.packages))


def named(name: str) -> Language | None:
    """Find a language by its key, its name or what stands after three backticks; None if the image has none such."""
    return _NAMES.get(name.strip().lower())


def of_file(name: str) -> Language | None:
    """Find the language of a file by its ending; None if the image does not hold it."""
    return _ENDINGS.get("." + name.rpartition(".")[2].lower()) if "." in name else None


_TRACE = re.compile(r"\s+(?:at|from) \S|Node\.js v\d")
"""Lines that interpreters put after the words of an error: who called whom, and their own version."""


_MARKS = re.compile(r"[\s^~|]+")
"""A line that only points at a place in the line above it."""


@dataclass(frozen=True)
class Ran:
    """What came of a program."""

    result: Result
    built: bool = True
    """False: it does not compile, or is no program of its language; `result.stderr` says why."""

    @property
    def ok(self) -> bool:
        return self.built and self.result.exit_code == 0

    @property
    def complaint(self) -> str:
        """Say in a line what went wrong; empty if nothing did."""
        if self.ok:
            return ""
        last = [line for line in self.result.stderr.splitlines() if line.strip() and not _TRACE.match(line)]
        if last and _MARKS.fullmatch(last[-1]):  # some quote the line of code after the error, with marks below it
            last = [line for line in last if "rror" in line] or last[:-1]
        said = f": {last[-1].strip()[:300]}" if last else ""
        if not self.built:
            first = next((line for line in last if "rror" in line), last[0] if last else "")
            return f"it is not a program that can be read or compiled: {first.strip()[:300]}"
        if self.result.timed_out:
            return "it did not end in the time it has"
        return f"it ended with exit code {self.result.exit_code}{said}"


def script_of(language: Language, mark: str, *, only_check: bool = False) -> str:
    """Write the shell words that build and run (or only check) the file of a program.

    `mark` is what stands on stderr, alone on its line, if it does not build.
    """
    first = language.checked_by if only_check else language.build
    lines = [f"{{ {first.format(file=language.file)}; }} >&2 </dev/null || {{ echo {mark} >&2; exit {NOT_BUILT}; }}"]
    last = [] if only_check else [f"exec {language.run.format(file=language.file)}"]
    return "\n".join((lines if first else []) + last)


async def run_program(
    box: Sandbox,
    language: Language,
    code: str,
    *,
    stdin: str = "",
    files: Mapping[str, str] = {},
    timeout: float = 10,
    only_check: bool = False,
) -> Ran:
    """Build and run a program under the sandbox's limits; with `only_check`, say only whether it is one.

    An endless loop ends with `timed_out`, too much memory with exit code 137, endless output `truncated` and 137.
    Raises `SandboxError` only if the container itself failed.
    """
    if language.key == "python" and not only_check:
        result = await box.run_python(code, stdin=stdin, files=files, timeout=timeout)
        return Ran(result, built=not (result.exit_code == 1 and _unreadable(result.stderr)))
    if only_check and not language.checked_by:
        return Ran(Result(0, "", ""))
    mark = "not-built-" + hashlib.sha256(code.encode("utf-8", "replace")).hexdigest()[:12]
    words = script_of(language, mark, only_check=only_check)
    named_files = {**files, language.file: code}
    result = await box.run(["bash", "-c", words], stdin=stdin, files=named_files, timeout=timeout)
    lines = result.stderr.splitlines()
    built = not (result.exit_code == NOT_BUILT and lines[-1:] == [mark])
    if not built:
        stderr = "\n".join(lines[:-1])
        result = Result(result.exit_code, result.stdout, stderr, result.timed_out, result.truncated)
    return Ran(result, built=built)


def _unreadable(stderr: str) -> bool:
    """Say whether Python found no program: its own file is named, and the error is one of reading."""
    last = [line for line in stderr.splitlines() if line.strip()][-1:]
    return (
        last != []
        and last[0].startswith(("SyntaxError", "IndentationError", "TabError"))
        and "Traceback" not in (stderr)
    )
