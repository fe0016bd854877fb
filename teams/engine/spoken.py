"""What is said in AutoGen's chats as plain data: for the talk our programs look at, and for the journal."""

from __future__ import annotations

from typing import Any

import orjson
from autogen_agentchat.messages import (
    BaseAgentEvent,
    BaseChatMessage,
    ThoughtEvent,
    ToolCallExecutionEvent,
    ToolCallRequestEvent,
    ToolCallSummaryMessage,
)

from agents.chat_log import ChatLog
from teams.engine.talk import TASK, Said

Event = BaseAgentEvent | BaseChatMessage


def heard(message: Event, calls: dict[str, Any]) -> list[Said]:
    """Translate an AutoGen message into plain data; `calls` remembers requests until their results come."""
    if isinstance(message, ToolCallRequestEvent):
        calls.update({call.id: call for call in message.content})
    elif isinstance(message, ToolCallExecutionEvent):
        return [
            Said(
                message.source,
                result.content,
                call=result.name,
                arguments=read_arguments(calls[result.call_id].arguments),
                failed=bool(result.is_error),
                call_id=result.call_id,
            )
            for result in message.content
        ]
    elif isinstance(message, BaseChatMessage) and not isinstance(message, ToolCallSummaryMessage):
        return [Said(TASK if message.source == "user" else message.source, message.to_text())]
    return []


def read_arguments(text: str) -> dict[str, Any]:
    """Read a call's arguments; what is not a JSON object is shown as it is, for the checks to see."""
    try:
        value = orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {"(not JSON)": text}
    return value if isinstance(value, dict) else {"(not an object)": value}


def write_down(log: ChatLog, message: Event) -> None:
    """Put one AutoGen message into the journal."""
    source = TASK if message.source == "user" else message.source
    if isinstance(message, ToolCallRequestEvent):
        calls = [{"id": c.id, "name": c.name, "arguments": c.arguments} for c in message.content]
        log.say(source, "call", "", calls)
    elif isinstance(message, ToolCallExecutionEvent):
        for result in message.content:
            log.say(
                source, "result", result.content, {"id": result.call_id, "name": result.name, "error": result.is_error}
            )
    elif isinstance(message, ThoughtEvent):
        log.say(source, "thought", message.content)
    elif isinstance(message, BaseChatMessage) and not isinstance(message, ToolCallSummaryMessage):
        log.say(source, "text", message.to_text())
