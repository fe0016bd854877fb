"""What a failure means for a run: in words, and whether it is one of the chat's or of what is around it."""

from __future__ import annotations

from agents.errors import CallError, Refused
from agents.journal import JournalError
from sandbox import SandboxError
from teams.engine.flow import Drop


def reason_of(error: Exception) -> str:
    """Return why something fell out, as it stands in `rejected.jsonl`."""
    return str(error) if isinstance(error, Drop) else f"{type(error).__name__}: {error}"[:500]


def is_out_of_reach(error: Exception) -> bool:
    """Say whether somebody could not be asked at all; one who was asked and gave nothing of use is another matter."""
    return isinstance(error, CallError | SandboxError) and not isinstance(error, Refused)


def first_of(failures: BaseExceptionGroup[JournalError]) -> JournalError:
    """Return one of the errors in a group: they all say the same."""
    error: BaseException = failures
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error  # type: ignore[return-value]
