"""The doctor's look at models: is one found, does it answer, is its key there. Costs nothing without `--try`."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

from agents.errors import EndpointError, UsageError

if TYPE_CHECKING:
    from agents.models.spec import Spec
    from teams.engine.doctor import Asked, Finding

SECONDS = 8.0
"""For an endpoint to say which models it has."""
_KEYS = {"openai": "OPENAI_API_KEY", "anthropic": "ANTHROPIC_API_KEY", "azure": "AZURE_OPENAI_API_KEY"}


def models(asked: Asked) -> Iterator[Finding]:
    """Look at each model a run would use."""
    from agents.models.connect import found_here
    from agents.models.spec import parse_specs
    from teams.engine.doctor import Finding

    try:
        specs = parse_specs(asked.model)
        if None not in specs:
            specs = {None: asyncio.run(found_here()), **specs}
            yield Finding("ok", f"no --model for all roles, so it is {specs[None]}")
    except UsageError as error:
        yield Finding("bad", str(error))
        return
    for spec in dict.fromkeys(specs.values()):
        yield from _one(spec, specs)
    if asked.try_out:
        yield from _tried(asked)


def _one(spec: Spec, specs: dict[str | None, Spec]) -> Iterator[Finding]:
    from agents.models.connect import check
    from agents.models.spec import key_for
    from teams.engine.doctor import Finding

    try:
        check(spec, os.environ)
    except UsageError as error:
        yield Finding("bad", f"model {spec}: {error}")
        return
    if spec.provider in ("local", "gguf"):
        yield from _local(spec)
    elif spec.provider in ("anthropic", "azure"):
        yield Finding("ok", f"model {spec}: {_KEYS[spec.provider]} is set; --try asks it something")
    else:
        key = key_for(spec, specs, os.environ)
        yield asyncio.run(_endpoint(spec, key))


def _local(spec: Spec) -> Iterator[Finding]:
    """Are the weights here, and do they fit into memory?"""
    from pathlib import Path

    from agents.models import machine
    from agents.models.local import plan
    from agents.models.weights import LOCAL, cached
    from teams.engine.doctor import Finding

    if spec.provider == "gguf":
        size = Path(spec.model).expanduser().stat().st_size
    else:
        weights = LOCAL[spec.model]
        size = weights[0].size
        if file := cached(weights):
            yield Finding("ok", f"model {spec}: weights in {file}")
        else:
            yield Finding("note", f"model {spec} is not here yet", f"the first run fetches it ({size // 10**6:,} MB)")
    try:
        plan(size, machine.cores(), machine.free_memory())
    except EndpointError as error:
        yield Finding("bad", f"model {spec}: {error}")
    else:
        yield Finding("ok", f"model {spec} fits into memory")


async def _endpoint(spec: Spec, key: str | None) -> Finding:
    """Ask an endpoint for its models: shows that it answers and takes the key, and spends nothing."""
    from agents.models.connect import url_of
    from agents.models.endpoint import Endpoint, NotFound
    from agents.models.limiter import Limiter
    from teams.engine.doctor import Finding

    url = url_of(spec, os.environ)
    with_key = "with a key" if key else "without a key"
    endpoint = Endpoint(url, key, limiter=Limiter(1))
    try:
        async with asyncio.timeout(SECONDS):
            listed = await endpoint.get("models")
    except NotFound:
        return Finding("note", f"model {spec}: {url} answers but lists no models", "--try asks it something")
    except (EndpointError, TimeoutError) as error:
        text = str(error) or f"{url} did not answer within {SECONDS:g} seconds"
        remedy = f"set the right key in {_key(spec)}" if "key" in text else "start the server, or correct the address"
        return Finding("bad", f"model {spec}: {text}", remedy)
    finally:
        await endpoint.close()
    there = _ids(listed)
    if there and spec.model not in there:
        some = ", ".join(there[:5]) + (", …" if len(there) > 5 else "")
        return Finding("note", f"model {spec}: {url} answers but does not list it; it lists {some}", "correct the name")
    return Finding("ok", f"model {spec}: {url} answers, {with_key}")


def _key(spec: Spec) -> str:
    return _KEYS.get(spec.provider, "AGENTINSTRUCT_API_KEY")


def _ids(listed: object) -> list[str]:
    try:
        return [str(entry["id"]) for entry in listed["data"]]  # type: ignore[index]
    except (KeyError, TypeError):
        return []


def _tried(asked: Asked) -> Iterator[Finding]:
    """Let each model answer a word: what a run does first."""
    from agents.errors import CallError
    from teams.engine.doctor import Finding

    try:
        yield from asyncio.run(_try(asked))
    except (EndpointError, UsageError, CallError) as error:
        yield Finding("bad", f"tried: {error}")


async def _try(asked: Asked) -> list[Finding]:
    from agents.models.connect import connect
    from teams.engine.doctor import Finding
    from teams.engine.report import abilities

    opened = await connect(asked.model)
    try:
        return [Finding("ok", f"tried: {model.name} answers; {abilities(model)}") for model in opened.all]
    finally:
        await opened.close()
