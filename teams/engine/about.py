"""What a skill consists of, as tables: its kinds with their sources, its roles, tools and checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from teams.engine.checks.briefs import no_brief_repeated
from teams.engine.flow import Flow, Skill


def overview(skills: Iterable[Skill]) -> list[str]:
    """Return a Markdown table with a row a skill."""
    head = "| skill | transformations | kinds (by source) | goals | roles | tools | checks |"
    lines = [head, "|---|---:|---|---:|---:|---|---|"]
    for skill in skills:
        asked = [kind for flow in _of(skill, "instruct") for kind in flow.kinds]
        sources = Counter(kind.source for kind in asked)
        listed = ", ".join(f"{source} {count}" for source, count in sources.most_common())
        judged = "programs, then a judging chat" if skill.judge else "programs"
        lines.append(
            f"| {skill.name} | {_count(skill, 'transform')} | {len(asked)} ({listed}) | {_count(skill, 'refine')} "
            f"| {len(skill.roles)} | {', '.join(tools_of(skill)) or '-'} | {len(skill.checks) + 1} {judged} |"
        )
    return lines


def details(skill: Skill) -> list[str]:
    """Return all there is to say of one skill: every kind with its source and brief, roles, checks."""
    lines = [f"# {skill.name}", ""]
    for flow in skill.flows:
        named = [kind for kind in flow.kinds if kind.brief]
        if not named:
            continue
        lines += [f"## {flow.label}: {len(named)} kinds", "", "| kind | source | what it is |", "|---|---|---|"]
        lines += [f"| {kind.name} | {kind.source} | {kind.brief.replace('|', '/')} |" for kind in named]
        lines.append("")
    lines += [f"Roles: {', '.join(skill.roles)}.", "", f"Tools: {', '.join(tools_of(skill)) or 'none'}.", ""]
    lines += ["Checks:", "", *(f"- {name}: {said}" for name, said in checks_of(skill))]
    return lines


def tools_of(skill: Skill) -> list[str]:
    """Return the tools that roles of a skill may call, as its tables and the skill say."""
    named = {tool for flow in skill.flows for kind in flow.kinds for tool in getattr(kind, "tools", ())}
    return sorted({*named, *skill.tools})


def checks_of(skill: Skill) -> Iterator[tuple[str, str]]:
    """Yield the name of each check a program makes, and the first line of what it says of itself."""
    for check in (*skill.checks, no_brief_repeated):
        said = (check.__doc__ or "").strip().split("\n")[0]
        yield check.__name__, said


def _of(skill: Skill, stage: str) -> Sequence[Flow]:
    return [flow for flow in skill.flows if flow.stage == stage]


def _count(skill: Skill, stage: str) -> int:
    return sum(len([kind for kind in flow.kinds if kind.brief]) for flow in _of(skill, stage))
