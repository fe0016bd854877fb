"""From what a user names to a model that answers: an endpoint, a model in this process, a Python function.

http://HOST:PORT/v1:NAME, openai:NAME, local, …    all that `--model` takes elsewhere
hf:FOLDER or hf:OWNER/NAME                         run here by transformers, with its own chat template
python:MODULE:FUNCTION or python:FILE.py:FUNCTION  a function from messages to text
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.errors import CallError, EndpointError, Refused, UsageError
from agents.models.connect import AT_ONCE, connect
from agents.models.model import Model
from agents.models.price import Price
from agents.models.spec import FORMS
from eval.messages import as_autogen, as_reply
from eval.records import Message, Reply, Speaker
from eval.threads import in_thread

OWN_FORMS = (
    f"hf:FOLDER, hf:OWNER/NAME, python:MODULE:FUNCTION, python:FILE.py:FUNCTION, {FORMS.split('; with ROLE')[0]}"
)


class Endpoint:
    """A model behind one of the project's clients."""

    def __init__(self, model: Model, at_once: int) -> None:
        self.model, self.name = model, model.name
        self.at_once = model.at_once or at_once

    async def say(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        seed: int | None = None,
        top_logprobs: int = 0,
    ) -> Reply:
        """Ask the endpoint. What it refuses for this request alone is a reply with `finish="failed"`, not an error."""
        extra: dict[str, Any] = {"max_tokens": max_tokens, "temperature": temperature}
        if seed is not None:
            extra["seed"] = seed
        if top_logprobs:
            extra |= {"logprobs": True, "top_logprobs": top_logprobs}
        try:
            return await self._first_tokens(messages, extra) if top_logprobs else await self._words(messages, extra)
        except Refused as error:
            return Reply("", "failed", note=str(error))

    async def _words(self, messages: Sequence[Message], extra: Mapping[str, Any]) -> Reply:
        return as_reply(await self.model.client.create(as_autogen(messages), extra_create_args=extra))

    async def _first_tokens(self, messages: Sequence[Message], extra: Mapping[str, Any]) -> Reply:
        """Ask in a way that tells the first token's probabilities, which AutoGen's result has no place for."""
        from agents.models.client import LeanClient
        from agents.models.wire import result

        client = self.model.client
        if not isinstance(client, LeanClient):
            return await self._words(messages, {k: v for k, v in extra.items() if "logprobs" not in k})
        body = client.body(as_autogen(messages), extra_create_args=extra)
        answer = await client.chat(body)
        sent = sum(len(message["content"]) for message in messages)
        return replace(as_reply(result(answer, sent=sent, turn=len(messages))), logprobs=_logprobs(answer))

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return US dollars, or None where the price is not known."""
        return self.model.price.cost(prompt_tokens, completion_tokens) if self.model.price else None

    async def close(self) -> None:
        """Close connections, and a server that was started for it."""
        await self.model.close()


class Function:
    """A function from messages to text, asynchronous or not; of no cost."""

    def __init__(self, name: str, function: Callable[[list[Message]], Any], at_once: int = 8) -> None:
        self.name, self._function, self.at_once = name, function, at_once

    async def say(self, messages: Sequence[Message], *, max_tokens: int, **sampling: Any) -> Reply:
        """Call the function; a synchronous one in a thread, so that it holds up nobody.

        Raise `CallError` where it raises anything: that item is excluded, and counted.
        """
        given = [dict(message) for message in messages]
        try:
            if asyncio.iscoroutinefunction(self._function):
                text = await self._function(given)
            else:
                text = await in_thread(lambda: self._function(given))
        except (CallError, EndpointError, UsageError):  # it knows what that means
            raise
        except Exception as error:  # whatever a user's function does
            raise CallError(f"{self.name} raised {type(error).__name__}: {error}") from None
        if not isinstance(text, str):
            raise UsageError(f"{self.name} returned {type(text).__name__}; a function of messages returns text")
        return Reply(text)

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return 0: nobody is paid."""
        return 0.0

    async def close(self) -> None:
        """Nothing is held."""


class Priced:
    """A speaker, at a price that the user told in place of the known one."""

    def __init__(self, speaker: Speaker, price: Price | None) -> None:
        self._speaker, self._price = speaker, price
        self.name, self.at_once = speaker.name, speaker.at_once
        self.say, self.close = speaker.say, speaker.close

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return US dollars, or None."""
        if self._price is not None:
            return self._price.cost(prompt_tokens, completion_tokens)
        return self._speaker.cost(prompt_tokens, completion_tokens)


async def open_speakers(
    named: Mapping[str, str],
    *,
    at_once: int = AT_ONCE,
    tell: Callable[[str], None] = lambda line: None,
    template: str = "",
) -> dict[str, Speaker]:
    """Return a speaker for each role in `named` (`model`, `judge`, …), from what the user calls its model.

    Raise `UsageError` for what means nothing or is missing, before anything is started; `EndpointError` for an
    endpoint that is down. What was opened until then is closed.
    """
    opened: dict[str, Speaker] = {}
    at_endpoints = {role: text for role, text in named.items() if not text.startswith(("hf:", "python:"))}
    try:
        for role, text in named.items():
            if (same := next((one for one in opened if named[one] == text), None)) is not None:
                opened[role] = opened[same]  # weights that are there already
            elif text.startswith("python:"):
                from eval.functions import load_function

                opened[role] = Function(*load_function(text))
            elif text.startswith("hf:"):
                from eval.transformers_speaker import open_model

                opened[role] = await asyncio.to_thread(open_model, text.removeprefix("hf:"), template)
        opened |= await _at_endpoints(at_endpoints, at_once, tell)
    except BaseException:
        await close_all(opened)
        raise
    return opened


async def _at_endpoints(named: Mapping[str, str], at_once: int, tell: Callable[[str], None]) -> dict[str, Speaker]:
    if not named:
        return {}
    first, *others = named
    texts = [named[first], *(f"{role}={named[role]}" for role in others)]
    models = await connect(texts, at_once=at_once, tell=tell)
    return {role: Endpoint(models.for_role(role), at_once) for role in named}


async def close_all(opened: Mapping[str, Speaker]) -> None:
    """Close every speaker, whatever happens to one of them."""
    each = {id(speaker): speaker for speaker in opened.values()}
    await asyncio.gather(*(speaker.close() for speaker in each.values()), return_exceptions=True)


def _logprobs(answer: Mapping[str, Any]) -> dict[str, float] | None:
    """Return the log-probabilities of the first token's rivals, if the endpoint tells them."""
    try:
        first = answer["choices"][0]["logprobs"]["content"][0]["top_logprobs"]
        return {str(one["token"]): float(one["logprob"]) for one in first}
    except (KeyError, IndexError, TypeError, ValueError):
        return None
