"""What `--model` says: a provider, a model, perhaps a role. Parsing is pure; nothing is opened or asked here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal
from urllib.parse import urlsplit

from agents.errors import UsageError

Provider = Literal["openai", "url", "anthropic", "azure", "ollama", "gguf", "local"]
LOCAL_NAMES = ("1.5b", "0.5b", "tiny")
FORMS = (
    "openai:NAME, http://HOST:PORT/v1:NAME, anthropic:NAME, azure:DEPLOYMENT, ollama:NAME, "
    f"a path ending in .gguf, local, {', '.join(f'local:{name}' for name in LOCAL_NAMES)}; "
    "with ROLE= before it, for that role alone"
)
OPENAI = "https://api.openai.com/v1"
_NAMED = ("openai", "anthropic", "azure", "ollama")
_ROLE = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_URL = re.compile(r"(https?)://([^/]*)((?:/[^/:]*)*)(?::(.*))?", re.DOTALL | re.IGNORECASE)
_HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?")
_LOOPBACK = re.compile(r"localhost|127\.\d+\.\d+\.\d+|::1", re.IGNORECASE)
_OTHERS_NAMES = re.compile(r"(gpt-|o\d|chatgpt)", re.IGNORECASE)


@dataclass(frozen=True)
class Spec:
    """One `--model`, understood."""

    provider: Provider
    model: str
    """The model's name there, or the path of the file."""
    url: str = ""
    """Base URL, for `url`."""
    role: str | None = None
    """The role it is for; None: all that have none of their own."""
    found: bool = False
    """Nobody named it: it was found listening on this machine."""

    def __str__(self) -> str:
        """As it would be given, without the role. Goes into records: says nothing about this machine's files."""
        if self.provider == "url":
            return f"{self.url}:{self.model}"
        if self.provider == "gguf":
            return f"gguf:{self.model.replace(chr(92), '/').rsplit('/', 1)[-1]}"
        return f"{self.provider}:{self.model}"


def parse_specs(texts: Sequence[str]) -> dict[str | None, Spec]:
    """Return what each role's model is to be, and under None everybody else's, if given.

    Raises:
        UsageError: one of them means nothing, or two of them contradict each other.
    """
    specs: dict[str | None, Spec] = {}
    for text in texts:
        spec = parse_spec(text)
        if spec.role in specs:
            whose = f"the role {spec.role!r}" if spec.role else "all roles"
            advice = "" if spec.role else " (another model for one role is --model ROLE=…)"
            raise UsageError(f"--model names two models for {whose}: {specs[spec.role]} and {spec}; leave one{advice}")
        specs[spec.role] = spec
    return specs


def parse_spec(text: str) -> Spec:
    """Return what one `--model` says.

    Raises:
        UsageError: it means nothing; says what would be right.
    """
    if match := _ROLE.fullmatch(text.strip()):
        return replace(_parse(match.group(2).strip(), text), role=match.group(1))
    return _parse(text.strip(), text)


def _parse(text: str, whole: str) -> Spec:
    if not text or not text.isprintable():
        raise UsageError(f"--model {whole!r} names no model; it takes {FORMS}")
    if text.lower().startswith(("http://", "https://")):
        return _parse_url(text)
    if text.lower().endswith(".gguf"):
        return Spec("gguf", text)
    provider, colon, model = text.partition(":")
    if provider == "local":
        return _parse_local(model if colon else LOCAL_NAMES[0])
    if provider in _NAMED:
        if not model.strip():
            raise UsageError(f"--model {whole!r} says whose model but not which: {provider}:NAME")
        return Spec(provider, model.strip())  # type: ignore[arg-type]
    raise UsageError(f"--model {whole!r} is not understood{_guess(text)}; it takes {FORMS}")


def _parse_local(name: str) -> Spec:
    if name.lower() not in LOCAL_NAMES:
        raise UsageError(f"there is no built-in model {name!r}; there are: local:{', local:'.join(LOCAL_NAMES)}")
    return Spec("local", name.lower())


def _parse_url(text: str) -> Spec:
    match = _URL.fullmatch(text)
    assert match  # every part of it may be empty
    scheme, host, path, model = match.groups()
    shown = text.rsplit("@", 1)[-1] if "@" in host else text
    if "@" in host:
        raise UsageError(f"--model must hold no password ({shown}); set AGENTINSTRUCT_API_KEY instead")
    place = _HOST.fullmatch(host)
    if not place or (place.group(2) and not 0 < int(place.group(2)) < 65536):
        raise UsageError(f"--model {text!r} has no host and port that could be; it is http://HOST:PORT/v1:NAME")
    if "?" in path or "#" in path:
        raise UsageError(f"--model {text!r} must be a plain base URL and a model: http://HOST:PORT/v1:NAME")
    base = f"{scheme.lower()}://{host}{path.rstrip('/')}"
    if not model or not model.strip():
        raise UsageError(f"--model {text!r} does not say which model: {base if path.strip('/') else base + '/v1'}:NAME")
    return Spec("url", model.strip(), base)


def _guess(text: str) -> str:
    if _OTHERS_NAMES.match(text):
        return f" (openai:{text}?)"
    if text.lower().startswith("claude"):
        return f" (anthropic:{text}?)"
    if re.match(r"[\w.-]+:\d+", text):
        return f" (http://{text}?)"
    return ""


def is_loopback(url: str) -> bool:
    """Is `url` on this machine?"""
    return bool(_LOOPBACK.fullmatch(urlsplit(url).hostname or ""))


def key_for(spec: Spec, specs: Mapping[str | None, Spec], environ: Mapping[str, str]) -> str | None:
    """Return the key to show at the endpoint of a `url` or `openai` spec, or None.

    No provider's key ever goes to another's host. OPENAI_API_KEY goes to OpenAI, or with OPENAI_BASE_URL to where that
    points. AGENTINSTRUCT_API_KEY goes to one place: the host of the model for all roles, or where that is no URL the
    first URL's. AGENTINSTRUCT_API_KEY_<ROLE> goes to that role's. A server that was only found is shown none: whoever
    opens a usual port could be it.
    """
    if spec.found:
        return None
    if spec.provider == "openai":
        return environ.get("OPENAI_API_KEY") or None
    host = urlsplit(spec.url)
    if (host.hostname or "").lower() == urlsplit(OPENAI).hostname and host.scheme == "https":
        return environ.get("AGENTINSTRUCT_API_KEY") or environ.get("OPENAI_API_KEY") or None
    if spec.role and (own := environ.get(f"AGENTINSTRUCT_API_KEY_{spec.role.upper()}")):
        return own
    urls = [one for one in specs.values() if one.provider == "url" and not one.found]
    first = next((one for one in urls if one.role is None), urls[0] if urls else spec)
    same = urlsplit(first.url).netloc.lower() == host.netloc.lower() and urlsplit(first.url).scheme == host.scheme
    return (environ.get("AGENTINSTRUCT_API_KEY") or None) if same else None
