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
from teams.engine.flow import Skill
from teams.engine.options import RunOptions


def names(options: RunOptions) -> str:
    """Name the seeds, for a title."""
    return ", ".join(_named(path) or str(path) for path in options.seeds)


def _named(path: Path) -> str:
    """A seed root without the machine's folders; a data set of a hub by its whole name."""
    if is_hub(path):
        return PREFIX + path.name if is_local(path) else str(path)
    return path.resolve().name


def command(skill: Skill, options: RunOptions) -> str:
    """Return the command that made a run, for the card: nothing of the machine's folders, no secrets of servers."""
    words = ["python", "-m", f"teams.{skill.name}", "--seeds", *map(_named, options.seeds)]
    for spec in options.model:
        words += ["--model", Path(spec).name if spec.endswith(".gguf") else spec]
    for flag in ("pairs", "language", "hold_out"):
        if value := getattr(options, flag):
            words += [f"--{flag.replace('_', '-')}", str(value)]
    return shlex.join(words)


def check(options: RunOptions, skill: Skill) -> None:
    """Refuse what can't be, before anything is read, made or spent. Raises `UsageError`."""
    for name in ("pairs", "at_once", "max_tokens", "max_cost", "max_minutes"):
        value = getattr(options, name)
        if value is not None and not 0 < value < math.inf:
            raise UsageError(f"--{name.replace('_', '-')} must be more than 0, not {value}")
    if not 0 <= options.hold_out < 1:
        raise UsageError(f"--hold-out is a share of seeds, from 0 up to but not including 1, not {options.hold_out}")
    if options.runtime not in ("lean", "stock"):
        raise UsageError(f"--runtime is lean or stock, not {options.runtime!r}")
    for file in options.decontaminate:
        if not file.is_file():
            raise UsageError(f"no benchmark file at {str(file)!r}; --decontaminate takes JSONL or text files")
    if options.run is not None and (problem := folder_problem(options.run)):
        raise UsageError(problem)
    props.check_models(options, skill.roles)


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


def started_with(skill: Skill, options: RunOptions, tools: Sequence[str]) -> dict[str, Any]:
    """What must be the same when a folder is gone on with, as far as it is known without asking anybody."""
    return {
        "skill": skill.name,
        "seeds": [str(path if is_hub(path) else path.resolve()) for path in options.seeds],
        "language": options.language,
        "hold_out": options.hold_out,
        "tools": [*tools, *map(_program, options.mcp)],
        "decontaminate": [str(path.resolve()) for path in options.decontaminate],
        **({"models": asked} if (asked := props.models_asked(options)) else {}),
    }


def _program(command: str) -> str:
    """The name of an MCP server's program alone: its command line may hold a token. Its tools have their own names."""
    return Path((command.split() or [""])[0]).name


def models_by_role(skill: Skill, model_for: Callable[[str], Model]) -> dict[str, str]:
    """The model of everybody, and of the roles that have another."""
    usual = model_for("").name
    others = {role: name for role in skill.roles if (name := model_for(role).name) != usual}
    return {"": usual, **others}


def same_run(journal: Journal, asked: Mapping[str, Any]) -> None:
    """Refuse to go on with a folder that was started with something else. Raises `UsageError`."""
    before = journal.meta()
    for name, value in asked.items():
        if name in before and before[name] != value:
            raise UsageError(
                f"{journal.folder}/ was started with {name} {_shown(before[name])}, not {_shown(value)}; "
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
