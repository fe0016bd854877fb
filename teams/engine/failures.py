"""What went wrong in a chat: in words for `rejected.jsonl`, and whether it says anything of what was asked."""

from __future__ import annotations

import traceback

from agents.errors import CallError, Refused
from agents.journal import JournalError
from sandbox import SandboxError
from teams.engine.flow import Drop
from tools.errors import ToolError


def reason_of(error: Exception) -> str:
    """Return why something fell out, in one line of at most 500 characters; a `Drop` says it in its own words."""
    if isinstance(error, Drop):
        return str(error)
    return f"{type(error).__name__}: {error}"[:500]


def trace_of(error: Exception | None) -> str:
    """Return the traceback of what nobody expects, for it is a fault of the program; '' for the rest."""
    if error is None or isinstance(error, Drop | CallError | SandboxError | ToolError):
        return ""
    return "".join(traceback.format_exception(error))


def is_out_of_reach(error: Exception) -> bool:
    """Say whether somebody could not be asked at all; one who was asked and gave nothing of use is another matter."""
    return isinstance(error, CallError | SandboxError) and not isinstance(error, Refused)


def first_of(failures: BaseExceptionGroup[JournalError]) -> JournalError:
    """Return one of the errors in a group: they all say the same."""
    error: BaseException = failures
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error  # type: ignore[return-value]
