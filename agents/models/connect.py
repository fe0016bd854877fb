"""From `--model` to models that answer: `connect` finds, starts and tries out what was asked for.

Everything that can be wrong with what the user said is found before anything is started.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import UsageError
from agents.models.model import Abilities, Client, Model
from agents.models.spec import OPENAI, Spec, is_loopback, key_for, parse_specs

if TYPE_CHECKING:
    from agents.models.abilities import Ask
    from agents.models.endpoint import Patience
    from agents.models.limiter import Limiter
    from agents.models.price import Price

AT_ONCE = 64
SERVERS = (("Ollama", 11434), ("LM Studio", 1234), ("llama-server", 8080))
"""Who usually listens where on loopback."""
_PROBE_SECONDS = 0.3
_LIST_SECONDS = 5
NEAR_SECONDS, FAR_SECONDS = 300.0, 90.0
"""For one answer to a self-test: from this machine, where a server may be loading the model, and from another."""
_SOON = 5.0
"""Seconds of a self-test's silence before it is said that we wait."""
_NO_CHAT = ("embed", "bge-", "rerank", "whisper", "tts", "clip", "minilm")
Asks = Callable[[str, Client], "Ask"]
"""Given a model's name and client, how its self-test asks: the caller's way to count and keep those calls."""


class Models:
    """The models of a run: one for everybody, and some for single roles. Close it at the end."""

    def __init__(self, default: Model, roles: Mapping[str, Model] | None = None) -> None:
        self.default, self.roles = default, dict(roles or {})

    def for_role(self, name: str) -> Model:
        """Return the model that plays the role `name`."""
        return self.roles.get(name, self.default)

    @property
    def all(self) -> tuple[Model, ...]:
        """Every model once, the default first."""
        return tuple(dict.fromkeys([self.default, *self.roles.values()]))

    async def close(self) -> None:
        """Close every model: connections, and servers that were started for it."""
        await _close(self.all)


async def connect(
    texts: Sequence[str],
    *,
    at_once: int = AT_ONCE,
    tell: Callable[[str], None] = lambda line: None,
    known: Mapping[str, Abilities] | None = None,
    asks: Asks | None = None,
    environ: Mapping[str, str] | None = None,
    servers: Sequence[tuple[str, int]] = SERVERS,
) -> Models:
    """Return the models that `texts` (the values of `--model`) name, tried out and ready.

    Args:
        texts: see `spec.FORMS`. Where none is for all roles, a server that already runs on this machine is looked
            for, and else the built-in model is taken.
        at_once: calls in flight to one endpoint, at most.
        tell: takes one-line news for the user.
        known: abilities found by an earlier run, by the model's name; such endpoints are not tried out again.
        asks: how self-tests ask; the client itself by default.

    Raises:
        UsageError: something is wrong with what was said, or missing for it. Nothing was started then.
        EndpointError: an endpoint is down, refuses the key or does not know the model. Nothing is left running.
    """
    environ = os.environ if environ is None else environ
    specs = parse_specs(texts)
    for spec in specs.values():
        check(spec, environ)
    if None not in specs:
        specs = {None: await found_here(servers, tell), **specs}
    limiters: dict[tuple[str, str | None], Limiter] = {}
    opener = partial(
        _open,
        specs=specs,
        at_once=at_once,
        tell=tell,
        environ=environ,
        known=known or {},
        asks=asks,
        limiters=limiters,
    )
    opened: dict[tuple[str, str, str, str | None], Model] = {}
    by_role: dict[str | None, Model] = {}
    try:
        for role, spec in specs.items():
            one = (spec.provider, spec.url, spec.model, key_for(spec, specs, environ))
            opened[one] = by_role[role] = opened.get(one) or await opener(spec)
    except BaseException:
        await _close(tuple(opened.values()))
        raise
    return Models(by_role[None], {role: model for role, model in by_role.items() if role is not None})


def check(spec: Spec, environ: Mapping[str, str]) -> None:
    """See that nothing is missing for `spec` on this machine: keys, packages, files.

    Raises:
        UsageError: something is; says what would be right.
    """
    if spec.provider == "openai" and not environ.get("OPENAI_API_KEY"):
        raise UsageError(f"{spec} needs a key: set OPENAI_API_KEY")
    if spec.provider == "anthropic":
        from agents.models.others import check_anthropic

        check_anthropic(environ)
    if spec.provider == "azure":
        from agents.models.others import check_azure

        check_azure(environ)
    if spec.provider in ("local", "gguf"):
        from agents.models.local import require_runtime

        require_runtime()
    if spec.provider == "gguf":
        _check_file(Path(spec.model).expanduser())


def _check_file(path: Path) -> None:
    try:
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        raise UsageError(f"--model {path} can't be read: {(error.strerror or str(error)).lower()}") from None
    if magic != b"GGUF":
        raise UsageError(f"--model {path} is no GGUF file (it does not begin with 'GGUF')")


async def _open(
    spec: Spec,
    *,
    specs: Mapping[str | None, Spec],
    at_once: int,
    tell: Callable[[str], None],
    environ: Mapping[str, str],
    known: Mapping[str, Abilities],
    asks: Asks | None,
    limiters: dict[tuple[str, str | None], Limiter],
) -> Model:
    if spec.provider in ("local", "gguf"):
        from agents.models.local import open_local
        from agents.models.weights import LOCAL

        choices = LOCAL[spec.model] if spec.provider == "local" else Path(spec.model).expanduser()
        return await open_local(choices, str(spec), at_once, tell)
    from agents.models.client import LeanClient

    make = partial(_client, spec, key_for(spec, specs, environ), at_once, environ, limiters)
    found = known.get(str(spec))
    if found is None:
        first = make(patience=_first_patience(spec, environ))
        try:
            found = await _try_out(first, spec, asks or _plain_asks, tell)
        finally:
            await first.close()
    client = make(system=found.system)
    if isinstance(client, LeanClient):
        client.endpoint.is_known = True
    return Model(str(spec), client, found, price_of(spec, environ), client.close)


def _client(
    spec: Spec,
    key: str | None,
    at_once: int,
    environ: Mapping[str, str],
    limiters: dict[tuple[str, str | None], Limiter],
    system: bool = True,
    patience: Patience | None = None,
) -> Client:
    from agents.models import others
    from agents.models.client import LeanClient
    from agents.models.limiter import Limiter

    if spec.provider == "anthropic":
        return others.anthropic(spec.model, at_once)
    if spec.provider == "azure":
        return others.azure(spec.model, at_once, environ)
    url = url_of(spec, environ)
    # Two models behind one address and key share its limits.
    limiter = limiters.get((url, key)) or limiters.setdefault((url, key), Limiter(at_once))
    if spec.provider == "openai":
        return others.OpenAIClient(spec.model, url, key, limiter=limiter, system=system, patience=patience)
    return LeanClient(spec.model, url, key, limiter=limiter, merge_roles=True, system=system, patience=patience)


def url_of(spec: Spec, environ: Mapping[str, str]) -> str:
    """The base URL of an OpenAI-compatible endpoint."""
    if spec.provider == "openai":
        return environ.get("OPENAI_BASE_URL") or OPENAI
    # Ollama is spoken to as any other server: its own protocol gives nothing more, and would need a package.
    return _ollama(environ) if spec.provider == "ollama" else spec.url


def _ollama(environ: Mapping[str, str]) -> str:
    host = environ.get("OLLAMA_HOST") or "127.0.0.1:11434"
    host = host if "//" in host else f"http://{host}"
    host = host.rstrip("/").replace("//0.0.0.0", "//127.0.0.1")
    return f"{host if host.count(':') > 1 else host + ':11434'}/v1"


def _first_patience(spec: Spec, environ: Mapping[str, str]) -> Patience | None:
    """How long a self-test waits: less than a run does, for whose silence there may be a reason."""
    from agents.models.endpoint import Patience

    if spec.provider in ("anthropic", "azure"):
        return None
    return Patience(attempt=NEAR_SECONDS if is_loopback(url_of(spec, environ)) else FAR_SECONDS, silences=2)


async def _try_out(client: Client, spec: Spec, asks: Asks, tell: Callable[[str], None]) -> Abilities:
    from agents.models.abilities import examine, is_small

    waiting = f"Waiting for {spec} to answer its self-test; Ctrl-C stops."
    timer = asyncio.get_running_loop().call_later(_SOON, tell, waiting)
    try:
        found = await examine(asks(str(spec), client), str(spec), small=is_small(spec.model))
    finally:
        timer.cancel()
    return replace(found, context=await _context(client, spec.model))


async def _context(client: Client, model: str) -> int | None:
    """How many tokens one call may have, if the endpoint's list of models says so."""
    from agents.models.client import LeanClient

    if not isinstance(client, LeanClient):
        return None
    try:
        listed = await asyncio.wait_for(client.endpoint.get("models"), _LIST_SECONDS)
        entry = next(one for one in listed["data"] if one["id"] == model)
        said = [entry.get(key) for key in ("max_model_len", "context_length", "context_window", "max_context_length")]
    except Exception:  # a courtesy of some endpoints, in no agreed form
        return None
    return next((tokens for tokens in said if isinstance(tokens, int) and tokens > 0), None)


def _plain_asks(name: str, client: Client) -> Ask:
    async def ask(messages: Any, *, tools: Any, extra: Any) -> Any:
        return await client.create(messages, tools=tools, extra_create_args=extra)

    return ask


async def found_here(
    servers: Sequence[tuple[str, int]] = SERVERS, tell: Callable[[str], None] = lambda line: None
) -> Spec:
    """Return a server that runs on this machine already, else the built-in model."""
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_PROBE_SECONDS)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        names = await asyncio.gather(*(_chat_model(session, port) for _, port in servers))
    for (who, port), name in zip(servers, names, strict=True):
        if name:
            spec = Spec("url", name, f"http://127.0.0.1:{port}/v1", found=True)
            tell(f"No --model given; {who} runs on this machine, so it is {spec}.")
            return spec
    check(Spec("local", "1.5b"), {})
    return Spec("local", "1.5b")


async def _chat_model(session: Any, port: int) -> str | None:
    """The first model that chats, of whoever listens on `port`; None if nobody does, or something else."""
    try:
        async with session.get(f"http://127.0.0.1:{port}/v1/models") as answer:
            listed = (await answer.json(content_type=None))["data"] if answer.status == 200 else []
            names = [str(entry["id"]) for entry in listed]
    except Exception:  # whatever answers there, it is not a model server
        return None
    return next((name for name in names if name and not any(no in name.lower() for no in _NO_CHAT)), None)


def price_of(spec: Spec, environ: Mapping[str, str]) -> Price | None:
    """Return what is known of the price of a model, without asking anybody; on this machine it is nothing."""
    from agents.models.price import Price, known_price

    if spec.provider in ("openai", "anthropic", "azure"):
        return known_price(spec.model)
    if spec.provider in ("local", "gguf"):
        return Price(0, 0)
    return Price(0, 0) if is_loopback(url_of(spec, environ)) else None


async def _close(models: Sequence[Model]) -> None:
    """Close all, whatever happens to one of them."""
    await asyncio.gather(*(model.close() for model in models), return_exceptions=True)
