"""Run every hostile program and print what happened to it: `python -m tests.sandbox.hostile`."""

import asyncio
import sys
import time

from sandbox import SandboxError
from sandbox.pool import Pool
from tests.sandbox.hostile import PROGRAMS, still_works


async def main() -> int:
    """Print a Markdown table; return 1 if any program was not held."""
    broken = 0
    print("| program | what happened | seconds |\n|---|---|---|")
    async with Pool(size=1, memory="256m") as pool:
        for program in PROGRAMS:
            start = time.perf_counter()
            try:
                happened = await program(pool)
                await still_works(pool)
            except (AssertionError, SandboxError) as error:
                broken += 1
                happened = f"**NOT HELD**: {' '.join(str(error).split())[:300]}"
            name, took = program.__name__.replace("_", " "), time.perf_counter() - start
            print(f"| {name} | {happened} | {took:.1f} |", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
