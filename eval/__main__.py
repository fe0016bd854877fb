"""`python -m eval`: measure models and data."""

from __future__ import annotations

import argparse
import sys

from agents.errors import UsageError
from eval.data import command as data


def main() -> int:
    """Run one command; what the user did wrong is one line."""
    parser = argparse.ArgumentParser(prog="python -m eval", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    data.add(commands)
    try:
        return data.main(parser.parse_args())
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2


if __name__ == "__main__":
    sys.exit(main())
