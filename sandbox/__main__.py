"""`python -m sandbox build | check`: make the image, and see that a container holds."""

import argparse
import asyncio
import sys

from sandbox import SandboxError
from sandbox.image import TAG, build


def main(arguments: list[str] | None = None) -> int:
    """Run a command; 0 if all is well, 1 if something failed, 2 for wrong use."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("build", help="make the image that programs run in")
    make.add_argument("--from-debian", action="store_true", help="base made by debootstrap: no registry, needs root")
    make.add_argument("--fresh", action="store_true", help="fetch the base anew, even if it is there")
    test = commands.add_parser("check", help="run a few programs that a container must hold, and say what happened")
    for command in (make, test):
        command.add_argument("--tag", default=TAG, help="name of the image (%(default)s)")
    asked = parser.parse_args(arguments)
    try:
        if asked.command == "build":
            build(asked.tag, from_debian=asked.from_debian, fresh=asked.fresh, say=print)
            return 0
        from sandbox.check import check

        return asyncio.run(check(asked.tag, say=print))
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
