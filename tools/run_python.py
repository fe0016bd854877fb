"""Run Python in the sandbox."""

from typing import Annotated

from sandbox import Sandbox
from tools.registry import tool

SECONDS = 30.0
"""How long a script may run."""


@tool
async def run_python(
    code: Annotated[str, "A complete Python script. Only what it prints comes back."],
    sandbox: Sandbox,
) -> str:
    """Run a Python script and return what it printed, with any error at the end.

    Every call starts a fresh interpreter: variables are not remembered between calls.
    """
    result = await sandbox.run_python(code, timeout=SECONDS)
    parts = [result.stdout, result.stderr]
    if result.truncated:
        parts.append("[further output was thrown away]")
    if result.timed_out:
        parts.append(f"[stopped after {SECONDS:g} seconds]")
    elif result.exit_code:
        parts.append(f"[exit code {result.exit_code}]")
    return "\n".join(part.rstrip("\n") for part in parts if part.strip()) or "[the script printed nothing]"
