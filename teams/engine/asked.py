"""What was asked of a run: what can't be is refused before anything is made, and what differs from before is named."""

from __future__ import annotations

import json
import math
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import Journal
from agents.models.model import Model
from teams.engine import props
from teams.engine.documents.hub import PREFIX, is_hub, is_local
from teams.engine.mix import ALL, Parts
from teams.engine.options import RunOptions
from teams.engine.tongue import tag_of

TRANSFORMS = ("chosen", "random")
"""How seeds meet ways to rewrite them."""


def names(options: RunOptions) -> str:
    """Name the seeds, for a title."""
    return ", ".join(_named(path) or str(path) for path in options.seeds)


def _named(path: Path) -> str:
    """A seed root without the machine's folders; a data set of a hub by its whole name."""
    if is_hub(path):
        return PREFIX + path.name if is_local(path) else str(path)
    return path.resolve().name


def command(name: str, options: RunOptions) -> str:
    """Return the command that made a run, for the card: nothing of the machine's folders, no secrets of servers."""
    words = ["python", "-m", *(["teams", "--all"] if name == ALL else [f"teams.{name}"])]
    words += ["--seeds", *map(_named, options.seeds)]
    if options.mix:
        words += ["--mix", options.mix.name]
    for spec in options.model:
        words += ["--model", Path(spec).name if spec.endswith(".gguf") else spec]
    for role in options.human:
        words += ["--human", role]
    for flag in ("pairs", "language", "hold_out"):
        if value := getattr(options, flag):
            words += [f"--{flag.replace('_', '-')}", str(value)]
    words += ["--transform", options.transform] if options.transform != TRANSFORMS[0] else []
    return shlex.join(words)


def check(options: RunOptions, parts: Parts) -> None:
    """Refuse what can't be, before anything is read, made or spent. Raises `UsageError`."""
    _check_numbers(options)
    if options.language:
        tag_of(options.language)  # raises for one that is not known
    if not 0 <= options.hold_out < 1:
        raise UsageError(f"--hold-out is a share of seeds, from 0 up to but not including 1, not {options.hold_out}")
    for name, words in (("runtime", ("lean", "stock")), ("transform", TRANSFORMS)):
        if (said := getattr(options, name)) not in words:
            raise UsageError(f"--{name} is {' or '.join(words)}, not {said!r}")
    if options.mix and not parts.is_mix:
        raise UsageError("--mix is for a run of several skills: python -m teams --all --mix FILE")
    for file in options.decontaminate:
        if not file.is_file():
            raise UsageError(f"no benchmark file at {str(file)!r}; --decontaminate takes JSONL or text files")
    if options.run is not None and (problem := folder_problem(options.run)):
        raise UsageError(problem)
    if options.otel is not None:
        from agents.otlp import check as check_otel

        check_otel(options.otel)
    props.check_models(options, parts.roles)


def _check_numbers(options: RunOptions) -> None:
    for name in ("pairs", "at_once", "max_tokens", "max_cost", "max_minutes"):
        value = getattr(options, name)
        if value is not None and not 0 < value < math.inf:
            raise UsageError(f"--{name.replace('_', '-')} must be more than 0, not {value}")


def folder_problem(folder: Path) -> str | None:
    """Say why `folder` can't be a run's, or None. What is in a stranger's folder would be overwritten at the end."""
    try:
        if folder.exists() and not folder.is_dir():
            return f"--run {folder} is a file; name a folder"
        found = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    except OSError as error:
        return f"--run {folder} can't be looked into: {error.strerror or error}"
    if "run.db" in found or set(found) <= {"run.lock"}:
        return None
    some = ", ".join(found[:3]) + (", …" if len(found) > 3 else "")
    return f"--run {folder} holds other files ({some}) and no run; name a new or empty folder, or one that a run made"


def started_with(parts: Parts, options: RunOptions, tools: Sequence[str]) -> dict[str, Any]:
    """What must be the same when a folder is gone on with, as far as it is known without asking anybody."""
    return {
        "skill": parts.name,
        **({"mix": parts.as_meta()} if parts.is_mix else {}),
        "seeds": [str(path if is_hub(path) else path.resolve()) for path in options.seeds],
        "language": options.language,
        "hold_out": options.hold_out,
        "transform": options.transform,
        "tools": [*tools, *map(_program, options.mcp)],
        "decontaminate": [str(path.resolve()) for path in options.decontaminate],
        **({"models": asked} if (asked := props.models_asked(options)) else {}),
    }


def _program(command: str) -> str:
    """The name of an MCP server's program alone: its command line may hold a token. Its tools have their own names."""
    return Path((command.split() or [""])[0]).name


def models_by_role(roles: Sequence[str], model_for: Callable[[str], Model]) -> dict[str, str]:
    """The model of everybody, and of the roles that have another."""
    usual = model_for("").name
    others = {role: name for role in roles if (name := model_for(role).name) != usual}
    return {"": usual, **others}


def same_run(journal: Journal, asked: Mapping[str, Any]) -> None:
    """Refuse to go on with a folder that was started with something else. Raises `UsageError`."""
    before = journal.meta()
    for name, value in asked.items():
        if name in before and before[name] != value:
            old, new = before[name], value
            if name == "mix":  # only where they differ: there may be hundreds of kinds
                old = {key: share for key, share in before[name].items() if value.get(key) != share}
                new = {key: share for key, share in value.items() if before[name].get(key) != share}
            raise UsageError(
                f"{journal.folder}/ was started with {name} {_shown(old)}, not {_shown(new)}; "
                "go on with the same, or choose a new --run folder"
            )


def keep(journal: Journal, asked: Mapping[str, Any]) -> None:
    """Write down what a run was started with."""
    journal.post(*(("INSERT OR REPLACE INTO meta VALUES (?,?)", (k, json.dumps(v))) for k, v in asked.items()))


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        value = [f"{role}={name}" if role else name for role, name in value.items()]
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "(none)"
    return str(value) or "(none)"
