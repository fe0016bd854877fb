"""What of a skill a plain team can't carry, in words for the person who opens it."""

from __future__ import annotations

from collections.abc import Iterator

from teams.engine.about import checks_of, tools_of
from teams.engine.flow import Skill
from teams.engine.studio.path import CARRIED, Path


def left_out(skill: Skill, path: Path) -> Iterator[str]:
    """Yield a sentence for each thing that a run does and the team doesn't."""
    names = [name for name, _ in checks_of(skill)]
    yield f"checks: {len(names)} by programs decide which pairs are kept ({_some(names)}); here nobody checks"
    kinds = {flow.label: sum(1 for kind in flow.kinds if kind.brief) for flow in skill.flows}
    tables = ", ".join(f"{count} kinds of {label}" for label, count in kinds.items() if count > 1)
    yield f"fan-out and quotas: many chats for each text, over {tables or 'its kinds'}; here one path, said once"
    yield "chats: each stage is a chat of its own, and each role hears only what it needs; here all hear everything"
    yield "programs as participants, which deal, read, carry out and send back, and who speaks next; here it is in turn"
    yield "forms: replies follow a JSON schema, are validated and asked for again; here they are plain words"
    tools = [name for name in tools_of(skill) if name not in CARRIED]
    if tools:
        yield f"tools: {', '.join(tools)}"
    if any(name in CARRIED for one in path.speakers for name in one.tools):
        yield "the calculator's units and functions: the one here does plain arithmetic"
    if skill.needs_sandbox:
        yield "the sandbox: a run carries code out in it"
    if path.flows:
        yield f"stages: {', '.join(path.flows)}"
    if path.silent:
        yield f"roles without a turn on this path: {', '.join(path.silent)}"


def _some(names: list[str], most: int = 5) -> str:
    shown = ", ".join(names[:most])
    return f"{shown}, …" if len(names) > most else shown
