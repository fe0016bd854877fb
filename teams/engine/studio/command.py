"""`python -m teams export-studio SKILL -o FILE`: write a plain team that AutoGen Studio opens."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from agents.errors import UsageError
from agents.models.spec import OPENAI, parse_spec
from teams.engine.export import atomic
from teams.engine.flow import Skill
from teams.engine.registry import load, skills
from teams.engine.studio.component import Component, Endpoint, team
from teams.engine.studio.left_out import left_out
from teams.engine.studio.path import path_of

_SPEC = re.compile(r"(\w+=)?(openai|anthropic|azure|ollama|local|https?):|.*\.gguf$", re.IGNORECASE)
"""What a run would take for more than a model's name; `qwen:7b` is one."""


def export_studio(
    name: str,
    out: Path,
    say: Callable[[str], None],
    *,
    kinds: Sequence[str] = (),
    model: str,
    url: str = "",
) -> None:
    """Write the team of the skill `name` to `out`, and say what it leaves out.

    A file that is there is written anew, as by `export --out`. `kinds` are `STAGE=KIND`. Raises `UsageError`: no such
    skill, kind or place.
    """
    if name not in skills():
        raise UsageError(f"no skill {name!r}; there are: {', '.join(skills())}")
    wanted, endpoint = _wanted(kinds), endpoint_of(model, url)
    _check_place(out)
    found = load([name])
    if not found:
        raise UsageError(f"teams/{name} has no `skill`; a skill is a module of teams/ that has one")
    made = component(found[0], wanted, endpoint)
    with atomic(out) as file:
        file.write(json.dumps(made, ensure_ascii=False, indent=2).encode() + b"\n")
    order = ", ".join(one["config"]["name"] for one in made["config"]["participants"])
    say(f"{out}: a team of {order}.")
    for line in made["description"].split("\n\n", 1)[1].splitlines():
        say(line)
    say("In AutoGen Studio: New Team, Visual Builder off, put the file in place of what is there, save.")


def component(skill: Skill, wanted: dict[str, str], endpoint: Endpoint) -> Component:
    """Return the team of a skill over the `wanted` kinds. Raises `UsageError` where they don't exist or fit."""
    path = path_of(skill, wanted)
    return team(path, skill.name, endpoint, list(left_out(skill, path)))


def endpoint_of(model: str, url: str) -> Endpoint:
    """Return where roles are played: a name and a base URL, or either as `--model` of a run says it."""
    if not _SPEC.match(model):
        if not model.strip() or not model.isprintable():
            raise UsageError("--model names no model; it takes a name, openai:NAME or http://HOST:PORT/v1:NAME")
        spec = parse_spec(f"{url}:{model.strip()}") if url else parse_spec(f"openai:{model.strip()}")
    elif url:
        raise UsageError(f"--model {model} says where it is already; leave out --base-url, or give the name alone")
    else:
        spec = parse_spec(model)
    if spec.role or spec.provider not in ("openai", "url"):
        raise UsageError(f"--model {model}: a team in a file takes a name, openai:NAME or http://HOST:PORT/v1:NAME")
    return Endpoint(spec.model, "" if spec.url == OPENAI else spec.url)


def _wanted(kinds: Sequence[str]) -> dict[str, str]:
    wanted: dict[str, str] = {}
    for each in kinds:
        stage, _, kind = each.partition("=")
        if not stage or not kind:
            raise UsageError(f"--kind {each} is not understood; it is STAGE=KIND, as in instruct=several_calls")
        if wanted.setdefault(stage, kind) != kind:
            raise UsageError(f"--kind names two kinds of {stage}: {wanted[stage]} and {kind}; leave one")
    return wanted


def _check_place(out: Path) -> None:
    """Refuse to put the team in the place of something else, before anything is made."""
    if out.is_dir():
        raise UsageError(f"--out {out} is a folder; name a file in it")
    if out.exists() and not out.is_file():
        raise UsageError(f"--out {out} is no regular file; name a new file, or one to overwrite")
