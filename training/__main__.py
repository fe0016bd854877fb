"""`python -m training`: from a run's pairs to a fine-tuned model."""

import os
import sys
from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code.

    0: well. 1: something is missing (`doctor`). 2: wrong use. 75: training stopped before its end, with a checkpoint;
    the same command goes on. 130: stopped.
    """
    from training.command import run
    from training.errors import ProcessError, UsageError

    try:
        return run(sys.argv[1:] if argv is None else list(argv), lambda line: print(line, flush=True))
    except UsageError as error:
        rank = os.environ.get("RANK", "0")
        if rank == "0":  # of many processes one is enough to say what all find
            print(f"python -m training: {error}", file=sys.stderr)
        elif isinstance(error, ProcessError):
            print(f"python -m training, process {rank}: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever read us has seen enough
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    sys.exit(main())
