"""Tools agents may call, and the one decorator that makes a function a tool.

A plug-in needs no more than this:

    from typing import Annotated
    from tools import tool

    @tool
    async def order_status(order: Annotated[str, "The order's number, as on the receipt."]) -> str:
        "Say where an order is."
        return "sent on Monday"
"""

from tools.errors import RetrievalError, ToolError
from tools.plugins import find_tool, list_tools, load_tools
from tools.registry import supplied, tool

__all__ = ["RetrievalError", "ToolError", "find_tool", "list_tools", "load_tools", "supplied", "tool"]
