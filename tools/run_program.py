"""Run a program of any language of the sandbox."""

from typing import Annotated, Literal

from sandbox import Sandbox
from sandbox.languages import BY_KEY
from sandbox.languages import run_program as run
from tools.registry import tool

SECONDS = 30.0
"""How long a program may run, its compiling included."""


@tool
async def run_program(
    language: Annotated[
        Literal["python", "javascript", "c", "cpp", "bash", "perl", "lua", "ruby", "sql", "awk"],
        "What it is written in.",
    ],
    code: Annotated[str, "The whole program. Only what it prints comes back; C and C++ need a main, SQL is SQLite."],
    sandbox: Sandbox,
    stdin: Annotated[str, "What it reads from standard input."] = "",
) -> str:
    """Compile and run a program and return what it printed, with any error at the end.

    Every call starts in an empty folder: nothing is remembered between calls.
    """
    ran = await run(sandbox, BY_KEY[language], code, stdin=stdin, timeout=SECONDS)
    parts = [ran.result.stdout, ran.result.stderr]
    if ran.result.truncated:
        parts.append("[further output was thrown away]")
    if not ran.ok:
        parts.append(f"[{ran.complaint}]")
    return "\n".join(part.rstrip("\n") for part in parts if part.strip()) or "[the program printed nothing]"
