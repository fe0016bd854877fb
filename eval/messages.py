"""Messages as AutoGen's clients take them: the one place of the evaluation that knows AutoGen."""

from __future__ import annotations

from collections.abc import Sequence

from autogen_core.models import AssistantMessage, CreateResult, LLMMessage, SystemMessage, UserMessage

from eval.records import Message, Reply


def as_autogen(messages: Sequence[Message]) -> list[LLMMessage]:
    """Return messages of the roles system, user and assistant in AutoGen's form."""
    made: list[LLMMessage] = []
    for message in messages:
        words = message["content"]
        if message["role"] == "system":
            made.append(SystemMessage(content=words))
        elif message["role"] == "assistant":
            made.append(AssistantMessage(content=words, source="assistant"))
        else:
            made.append(UserMessage(content=words, source="user"))
    return made


def as_reply(found: CreateResult) -> Reply:
    """Return what a client's result says in words."""
    text = found.content if isinstance(found.content, str) else str([call.name for call in found.content])
    return Reply(text, str(found.finish_reason), found.usage.prompt_tokens, found.usage.completion_tokens)
