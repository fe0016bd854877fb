"""Read lines from the terminal, one for each request that comes through the socket whose number is the argument.

Run as a process of its own by `keyboard.py`: `readline` edits well but blocks, and a process can be ended where a
thread can't. A request is `{"prompt": …}`, the answer `{"text": …}` or, without a text, `{"end": …}`: `input` for
Ctrl-D, `left` for Ctrl-C and a terminal that is gone.
"""

import json
import os
import signal
import sys
import termios
from contextlib import suppress

with suppress(ImportError):  # without it there is the terminal's own editing
    import readline

    readline.parse_and_bind("set enable-bracketed-paste on")  # a paste of several lines is one answer


def main(number: int) -> None:
    """Answer requests until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # between two lines Ctrl-C is the run's affair
    with os.fdopen(number, encoding="utf-8") as requests, os.fdopen(os.dup(number), "w") as answers:
        for request in requests:
            answers.write(json.dumps(line(json.loads(request)["prompt"])) + "\n")
            answers.flush()


def line(prompt: str) -> dict[str, str]:
    """Ask for one line."""
    try:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        return {"text": input(prompt)}
    except EOFError:
        return {"end": "input" if is_there() else "left"}
    except (KeyboardInterrupt, OSError):
        return {"end": "left"}
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def is_there() -> bool:
    """Say whether the terminal is still open; end the line that was begun."""
    try:
        termios.tcgetattr(0)
        sys.stdout.write("\n")
        sys.stdout.flush()
    except (OSError, termios.error):
        return False
    return True


if __name__ == "__main__":
    with suppress(BrokenPipeError, ConnectionError):
        main(int(sys.argv[1]))
