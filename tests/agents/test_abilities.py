"""The self-test against endpoints with the habits of real ones."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from autogen_core.models import CreateResult, LLMMessage
from autogen_core.tools import ToolSchema

from agents.errors import EndpointError
from agents.models.abilities import examine, is_small
from agents.models.client import LeanClient
from agents.models.limiter import Limiter
from agents.models.model import Abilities

from .endpoint import Habits, endpoint


async def tried(habits: Habits, **known: Any) -> Abilities:
    async with endpoint(habits) as url:
        client = LeanClient("small-chat", url, limiter=Limiter(4))

        async def ask(
            messages: Sequence[LLMMessage], *, tools: Sequence[ToolSchema], extra: Mapping[str, Any]
        ) -> CreateResult:
            return await client.create(messages, tools=tools, extra_create_args=extra)

        try:
            return await examine(ask, "it", **known)
        finally:
            await client.close()


@pytest.mark.parametrize(
    ("habits", "abilities", "calls"),
    [
        (Habits(), Abilities(), 2),
        (Habits(refuse=("tools",)), Abilities(tools="actions"), 2),
        (Habits(ignore=("tools",)), Abilities(tools="actions"), 2),
        (Habits(ignore=("response_format",)), Abilities(schemas="prompt"), 2),
        (Habits(ignore=("response_format",), say=""), Abilities(schemas="prompt"), 2),
        (Habits(ignore=("response_format",), say='{"colour": "blue", "warm": true}'), Abilities(schemas="prompt"), 2),
        (Habits(refuse=("response_format",)), Abilities(schemas="prompt"), 3),
        (Habits(no_system=True), Abilities(system=False), 3),
        (Habits(no_system=True, refuse=("response_format",)), Abilities(schemas="prompt", system=False), 3),
        (Habits(refuse=("tools", "response_format")), Abilities(tools="actions", schemas="prompt"), 3),
    ],
)
async def test_what_an_endpoint_can_is_found_in_three_calls_at_most(
    habits: Habits, abilities: Abilities, calls: int
) -> None:
    assert await tried(habits) == abilities
    assert len(habits.requests) == calls


async def test_what_is_known_is_not_asked() -> None:
    habits = Habits()
    assert await tried(habits, schemas="grammar", small=True, context=2048) == Abilities(
        schemas="grammar", small=True, context=2048
    )
    assert len(habits.requests) == 1


async def test_an_endpoint_that_answers_nothing_is_an_error() -> None:
    habits = Habits(status=400)
    with pytest.raises(EndpointError, match=r"it answers no request.*not today"):
        await tried(habits)
    assert len(habits.requests) == 3


@pytest.mark.parametrize(
    ("name", "small"),
    [
        ("qwen2.5:1.5b", True),
        ("SmolLM2-135M-Instruct", True),
        ("meta-llama/Llama-3.2-3B-Instruct", True),
        ("qwen2.5-72b-instruct", False),
        ("llama3.1:8b", False),
        ("gpt-4o", False),
        ("mixtral-8x7b", False),
    ],
)
def test_small_models_are_known_by_their_names(name: str, small: bool) -> None:
    assert is_small(name) is small
