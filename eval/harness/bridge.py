"""Our models as the harness asks them."""

from __future__ import annotations

import asyncio
import concurrent.futures
import json
import sys
from collections.abc import Callable, Sequence
from typing import Any

from agents.errors import CallError, EndpointError, UsageError
from eval.records import Message, Reply, Speaker
from eval.running import SILENT, Stop
from eval.store import Store, StoreError
from eval.transformers_speaker import Transformers

MOST = 1024
"""New tokens of an answer, where a task of the harness does not say."""


class Stopped(Exception):
    """The budget is spent: the harness makes no figures of half its answers. What was said is in the store."""


def as_harness_model(
    speaker: Speaker, store: Store, loop: asyncio.AbstractEventLoop, stop: Stop, tell: Callable[[str], None]
) -> Any:
    """Return a model of the harness: a transformers model as it runs those itself, likelihoods and all; any other
    asked through our client and store, for generated text alone.

    The harness is synchronous; `loop`, in which our client lives, runs in another thread. `failed` of what is returned
    counts the calls that failed: the harness takes them for empty answers.
    """
    if isinstance(speaker, Transformers):
        return _own_model(speaker)
    return _chat_model(speaker, store, loop, stop, tell)


def _own_model(speaker: Transformers) -> Any:
    from lm_eval.models.huggingface import HFLM

    class Quiet(HFLM):
        """Draws its bars only where somebody looks: it asks for them explicitly, whatever the environment says."""

        def generate_until(self, requests: Any, disable_tqdm: bool = False) -> Any:
            return super().generate_until(requests, disable_tqdm=disable_tqdm or not sys.stderr.isatty())

        def loglikelihood(self, requests: Any, disable_tqdm: bool = False) -> Any:
            return super().loglikelihood(requests, disable_tqdm=disable_tqdm or not sys.stderr.isatty())

    return Quiet(pretrained=speaker.model, tokenizer=speaker.tokenizer, batch_size=1)


def _chat_model(
    speaker: Speaker, store: Store, loop: asyncio.AbstractEventLoop, stop: Stop, tell: Callable[[str], None]
) -> Any:
    from lm_eval.api.model import LM

    class ChatModel(LM):
        """A chat endpoint: it has no likelihoods to compare options by."""

        tokenizer_name = speaker.name
        failed = 0
        over: Exception | None = None
        """Why nothing more is asked."""

        def chat_template(self, chat_template: bool | str = False) -> str:
            return ""  # the endpoint's own

        def apply_chat_template(self, chat_history: list[Message], add_generation_prompt: bool = True) -> str:
            return json.dumps(chat_history)

        def generate_until(self, requests: Sequence[Any], disable_tqdm: bool = False) -> list[str]:
            waiting = [asyncio.run_coroutine_threadsafe(self._ask(*request.args), loop) for request in requests]
            _wait(waiting, tell)  # what is in flight is paid for: it must reach the store
            return [one.result() for one in waiting]

        async def _ask(self, context: str, sampling: dict[str, Any]) -> str:
            async with limit:
                if self.over is None and stop.check(store):
                    self.over = Stopped(stop.why)
                if self.over is not None:
                    raise self.over
                most = int(sampling.get("max_gen_toks") or MOST)
                try:
                    reply = await store.ask(speaker, _messages(context), role="model", max_tokens=most)
                except CallError as error:
                    self.failed += 1
                    reply = Reply("", "failed", note=str(error))
                except (EndpointError, StoreError) as error:  # no other call would do better
                    self.over = error
                    raise
            return _until(reply.text, sampling.get("until") or ())

        def loglikelihood(self, requests: Sequence[Any], disable_tqdm: bool = False) -> Any:
            raise UsageError("a chat endpoint tells no likelihoods; give the model as hf:FOLDER")

        loglikelihood_rolling = loglikelihood

    limit = asyncio.Semaphore(speaker.at_once)
    return ChatModel()


def _wait(calls: Sequence[concurrent.futures.Future[str]], tell: Callable[[str], None]) -> None:
    while left := concurrent.futures.wait(calls, SILENT).not_done:
        tell(f"the harness: {len(calls) - len(left)} of {len(calls)} answered")


def _messages(context: str) -> list[Message]:
    found: list[Message] = json.loads(context)
    return [{"role": one["role"], "content": one["content"]} for one in found]


def _until(text: str, stops: str | Sequence[str]) -> str:
    """Cut a text where the first of the stops begins, as an endpoint would have stopped there."""
    for stop in [stops] if isinstance(stops, str) else stops:
        text = text.partition(stop)[0] if stop else text
    return text
