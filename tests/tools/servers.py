"""MCP servers for the tests: `python servers.py good|dies|mute|garbage`."""

import os
import sys
import time


def good() -> None:
    """Serve a few tools properly."""
    from mcp.server.fastmcp import FastMCP

    server = FastMCP("shop")
    calls = 0

    @server.tool()
    def order_status(order: str) -> str:
        """Say where an order is."""
        nonlocal calls
        calls += 1
        return f"{order}: call {calls} in process {os.getpid()}"

    @server.tool()
    def refuse() -> str:
        """Fail."""
        raise ValueError("the shop is closed")

    @server.tool()
    async def hang() -> str:
        """Never answer."""
        import asyncio

        await asyncio.sleep(3600)
        return ""

    @server.tool()
    def die() -> str:
        """End the server in the middle of a call."""
        os._exit(7)

    @server.tool()
    def chatty() -> None:
        """Print what is no message, and return nothing."""
        print("debug: hello", flush=True)  # noqa: T201

    @server.tool(name="fs.read file")
    def odd(path: str) -> str:
        """Have a name no endpoint takes."""
        return f"read {path}"

    @server.tool(name="failed")
    def list_failed() -> str:
        """Have a name assistants speak with."""
        return "job 7"

    server.run()


def main(how: str) -> None:
    """Behave as `how` says."""
    if how == "good":
        good()
    elif how == "dies":
        sys.stderr.write("shop: no such database\n")
        sys.exit(1)
    elif how == "mute":
        time.sleep(3600)
    elif how == "garbage":
        while True:
            sys.stdout.write("this is not JSON\n")
            sys.stdout.flush()
            time.sleep(0.01)


if __name__ == "__main__":
    main(sys.argv[1])
