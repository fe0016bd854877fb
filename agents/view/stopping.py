"""How a command over a run ends: quietly where nobody reads on, in one line where it can't be done."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from agents.errors import UsageError
from agents.view.plain import one_line


def quietly(work: Callable[[], int]) -> int:
    """Run a command and return its exit code: 2 for what can't be done, 130 for Ctrl-C; a shut pipe is no error."""
    try:
        code = work()
        sys.stdout.flush()
        return code
    except UsageError as error:
        sys.stderr.write(f"{one_line(str(error))}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\n")
        return 130
    except BrokenPipeError:
        # Whoever read has enough. What is still to be written when the interpreter ends must not fail either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
