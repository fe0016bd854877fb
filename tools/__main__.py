"""`python -m tools`: list the tools there are, those of plug-ins and of MCP servers too."""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from tools.errors import ToolError
from tools.mcp_bench import McpBench
from tools.plugins import list_tools, load_tools, problems


def main(argv: Sequence[str] | None = None) -> int:
    """List tools; return 2 if one that was asked for can't be had."""
    parser = argparse.ArgumentParser(prog="python -m tools", description="List the tools agents may be given.")
    parser.add_argument("--tools", nargs="+", default=[], metavar="SPEC", help="module:tool or path/to/file.py:tool")
    parser.add_argument(
        "--mcp", action="append", default=[], metavar="COMMAND", help="start an MCP server, list its tools"
    )
    asked = parser.parse_args(argv)
    try:
        load_tools(asked.tools)
        rows = list_tools() + [row for command in asked.mcp for row in asyncio.run(_of_server(command))]
    except ToolError as error:
        print(error, file=sys.stderr)
        return 2
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, about, origin in rows:
        print(f"{name:<{widths[0]}}  {about:<{widths[1]}}  {origin}")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 0


async def _of_server(command: str) -> list[tuple[str, str, str]]:
    bench = McpBench(command)
    try:
        return [(s["name"], (s["description"].splitlines() or [""])[0], command) for s in await bench.schemas()]
    finally:
        await bench.close()


if __name__ == "__main__":
    sys.exit(main())
