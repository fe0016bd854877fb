"""Find out what an endpoint can do, in at most three tiny calls, before anything is built on it.

Does it answer? Does a JSON schema hold? Are tools called? Does it take a system message? Where it says no, or says
yes and does something else, a stand-in is chosen: the action protocol for tools, the schema in the prompt for
schemas, the system message folded into the first turn.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol

from autogen_core.models import CreateResult, LLMMessage, SystemMessage, UserMessage
from autogen_core.tools import ParametersSchema, ToolSchema

from agents.errors import CallError, EndpointError
from agents.models.endpoint import NoAnswer
from agents.models.json_text import read_json
from agents.models.model import Abilities


class Ask(Protocol):
    """One call to the endpoint. `extra` are the request's other fields, as for AutoGen's `extra_create_args`."""

    async def __call__(
        self, messages: Sequence[LLMMessage], *, tools: Sequence[ToolSchema], extra: Mapping[str, Any]
    ) -> CreateResult: ...


SYSTEM = SystemMessage(content="You are being tried out. Be brief.")
# What is asked for and what the schema allows differ on purpose: an endpoint that ignores the schema says hello.
_HELLO = UserMessage(content="Say hello.", source="user")
_COLOUR: dict[str, Any] = {
    "type": "object",
    "properties": {"colour": {"type": "string", "enum": ["red", "green"]}, "warm": {"type": "boolean"}},
    "required": ["colour", "warm"],
    "additionalProperties": False,
}
_FORM = {"type": "json_schema", "json_schema": {"name": "colour", "schema": _COLOUR, "strict": True}}
_WEATHER = UserMessage(content="What is the weather in Bern now? Use the tool.", source="user")
_TOOL = ToolSchema(
    name="get_weather",
    description="Look up the present weather of a city.",
    parameters=ParametersSchema(
        type="object",
        properties={"city": {"type": "string", "description": "The city's name."}},
        required=["city"],
        additionalProperties=False,
    ),
)
# Enough for a model that thinks before it speaks, not for one that never stops.
_EXTRA = {"temperature": 0.0, "max_tokens": 1000}


async def examine(
    ask: Ask, name: str, *, context: int | None = None, schemas: Literal["grammar"] | None = None, small: bool = False
) -> Abilities:
    """Return what the endpoint behind `ask` can do. `context`, `schemas`, `small`: what is known without asking.

    Raises:
        EndpointError: it is down, refuses the key, does not know the model, or answers nothing that can be used.
    """
    system, holds, failure = True, schemas is not None, None
    if schemas is None:
        holds, failure = await _schema_holds(ask, [SYSTEM, _HELLO])
        if failure and "system" in str(failure).lower():
            system = False
            holds, failure = await _schema_holds(ask, [_HELLO])
        elif failure:  # the schema or the system message? Leave the schema out.
            system = await _answers(ask)
    calls = await _calls_tools(ask, system)
    if calls is None and failure and not system:
        raise EndpointError(f"{name} answers no request as it should: {failure}")
    return Abilities(
        tools="native" if calls else "actions",
        schemas=schemas or ("native" if holds else "prompt"),
        system=system,
        small=small,
        context=context,
    )


async def _schema_holds(ask: Ask, messages: Sequence[LLMMessage]) -> tuple[bool, CallError | None]:
    try:
        result = await ask(messages, tools=(), extra={**_EXTRA, "response_format": _FORM})
        said = read_json(str(result.content), expect=dict)
    except NoAnswer as error:  # the other questions would only be waited for as long
        raise EndpointError(f"{error}; is it up, and the address right?") from None
    except CallError as error:
        return False, error
    except ValueError:
        return False, None
    return set(said) == {"colour", "warm"} and said["colour"] in ("red", "green"), None


async def _answers(ask: Ask) -> bool:
    try:
        await ask([SYSTEM, _HELLO], tools=(), extra=_EXTRA)
    except CallError:
        return False
    return True


async def _calls_tools(ask: Ask, system: bool) -> bool | None:
    """Does it call the tool? None: the request failed, which says little about whether it answers at all."""
    messages: list[LLMMessage] = [SYSTEM, _WEATHER] if system else [_WEATHER]
    try:
        result = await ask(messages, tools=[_TOOL], extra=_EXTRA)
        if isinstance(result.content, str):
            return False
        arguments = read_json(result.content[0].arguments, expect=dict)
    except CallError:
        return None
    except ValueError:
        return False
    return result.content[0].name == "get_weather" and isinstance(arguments.get("city"), str)


def is_small(model: str) -> bool:
    """Does the name say so few parameters (4 billion or less) that the model must be asked for one thing at a time?"""
    sizes = re.findall(r"(?<![\w.])(\d+(?:\.\d+)?)([bm])(?![a-z0-9])", model.lower())
    return bool(sizes) and all(unit == "m" or float(count) <= 4 for count, unit in sizes)
