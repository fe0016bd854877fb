"""A prompt copied from a journal, where it may stand with what an endpoint was told beside it, and given again."""

from __future__ import annotations

from typing import Any

import pytest
from autogen_core.models import LLMMessage, SystemMessage, UserMessage
from hypothesis import given
from hypothesis import strategies as st

from agents.models import actions
from agents.models.forms import with_prompt, with_schema

SCHEMA = {"type": "object", "properties": {"tale": {"type": "string"}}}
TOOLS: list[dict[str, Any]] = [
    {"name": "search", "description": "Search.\n\nAny words.", "parameters": {"type": "object", "properties": {}}}
]


@given(st.text().filter(lambda text: "Reply with" not in text))
@pytest.mark.parametrize("allow_final", [True, False])
@pytest.mark.parametrize("schema", [None, SCHEMA])
@pytest.mark.parametrize("tools", [[], TOOLS])
def test_only_the_roles_own_words_are_taken(allow_final: bool, schema: Any, tools: Any, words: str) -> None:
    asked: list[LLMMessage] = [SystemMessage(content=words), UserMessage(content="go on", source="user")]
    shown = actions.encode(asked, tools, allow_final)
    shown = with_schema(shown, schema) if schema else shown
    system = shown[0]
    assert isinstance(system, SystemMessage)
    again = with_prompt([SystemMessage(content="before"), asked[1]], system.content)
    assert [message.content for message in again] == [words, "go on"]
