"""One way through a skill for a plain team: a kind at each stage, and the roles that speak there, each once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from agents.errors import UsageError
from agents.role import Role
from teams.engine.flow import Flow, Kind, Skill
from teams.engine.stages.asking import Transformation
from teams.engine.studio.prompts import prompt_of
from teams.engine.studio.speakers import roles_of

CARRIED = ("calculator",)
"""Tools that a component can carry."""
ASSISTANT = "assistant"
"""The role that answers; those who speak in the same chat before it stand before it in the script."""
EXAMINER = "examiner"
STAGES = ("transform", "instruct", "refine", "respond")
_JUDGES = re.compile(r"You (check|compare|examine|grade|judge|look|read|settle)\b")
"""How the words of somebody who judges begin; others in a judge's chat sit the paper themselves."""


@dataclass(frozen=True)
class Speaker:
    """A role's turn in the team."""

    part: str
    """What it is there for: transform, instruct, suggest, edit, play, respond, judge."""
    role: Role
    kind: Kind
    """What is to be made at its stage."""
    tools: tuple[str, ...] = ()
    """Tools it has in a run, whether the team can carry them or not."""

    @property
    def purpose(self) -> str:
        """What it is there for, in a word or two."""
        return f"{self.part}: {self.kind.name}" if self.kind.brief else self.part


@dataclass(frozen=True)
class Path:
    """Who speaks, in order, and what of the skill they stand for."""

    kinds: Mapping[str, Kind]
    """By stage."""
    speakers: tuple[Speaker, ...]
    silent: tuple[str, ...]
    """Roles of the skill that have no turn."""
    flows: tuple[str, ...]
    """Labels of the flows that are left out."""


def path_of(skill: Skill, wanted: Mapping[str, str]) -> Path:
    """Take one way through a skill, over the `wanted` kinds by stage. Raises `UsageError` where there is none."""
    flows = _flows(skill)
    kinds = _kinds(flows, wanted)
    speakers: list[Speaker] = []
    earlier: set[str] = set()  # a role that could speak at an earlier stage is not what a later one is about
    for stage, flow in flows.items():
        speakers += _seated(stage, flow, kinds, skill, earlier)
        earlier |= roles_of(flow.direct).keys()
    if skill.judge:
        speakers += _judge(skill, skill.judge, earlier)
    if not speakers:
        raise UsageError(f"no role speaks in {skill.name}: a team of AutoGen Studio needs one")
    names = {one.role.name for one in speakers}
    left = tuple(flow.label for flow in skill.flows if flow not in flows.values())
    return Path(kinds, tuple(speakers), tuple(name for name in skill.roles if name not in names), left)


def _flows(skill: Skill) -> dict[str, Flow]:
    """The first flow of each stage that every record goes through."""
    found: dict[str, Flow] = {}
    for flow in skill.flows:
        if flow.stage in STAGES and not flow.is_optional:
            found.setdefault(flow.stage, flow)
    return found


# -- kinds


def _kinds(flows: Mapping[str, Flow], wanted: Mapping[str, str]) -> dict[str, Kind]:
    for stage, name in wanted.items():
        if stage not in flows or len(flows[stage].kinds) < 2:
            there = [label for label, flow in flows.items() if len(flow.kinds) > 1]
            raise UsageError(f"--kind {stage}={name}: no stage {stage!r} with kinds; there are: {', '.join(there)}")
        names = [kind.name for kind in flows[stage].kinds]
        if name not in names:
            raise UsageError(f"--kind {stage}={name}: no such kind; there are: {', '.join(names)}")
    first: dict[str, Kind] | None = None
    for kinds in _ways(list(flows.items()), wanted, {}):
        if len(kinds) == len(flows):
            return kinds
        first = first or kinds  # nothing refines what is made there: good enough if all are so
    if first is not None:
        return first
    asked = ", ".join(f"{stage}={name}" for stage, name in wanted.items())
    raise UsageError(f"--kind {asked}: these don't go together; leave one of them out and one that suits is taken")


def _ways(
    flows: Sequence[tuple[str, Flow]], wanted: Mapping[str, str], sofar: dict[str, Kind]
) -> Iterator[dict[str, Kind]]:
    """Yield kinds that suit one another, in the order of the tables."""
    if not flows:
        yield sofar
        return
    (stage, flow), *rest = flows
    before = list(sofar.values())[-1].name if sofar else ""
    suited = [k for k in flow.kinds if not (sofar and flow.suits) or k.name in flow.suits.get(before, ())]
    asked = [k for k in suited if k.name == wanted[stage]] if stage in wanted else _rewriting_first(suited)
    for kind in asked:
        yield from _ways(rest, wanted, {**sofar, stage: kind})
    if not suited and stage == "refine":  # nothing refines this kind: it goes on as it is
        yield from _ways(rest, wanted, sofar)


def _rewriting_first(kinds: Sequence[Kind]) -> list[Kind]:
    """Put ways that leave a text as it is behind those that give somebody something to do."""
    return sorted(kinds, key=_is_seed)


def _is_seed(kind: Kind) -> bool:
    return isinstance(kind, Transformation) and kind.is_seed


# -- roles


def _seated(stage: str, flow: Flow, kinds: Mapping[str, Kind], skill: Skill, earlier: set[str]) -> Iterator[Speaker]:
    if stage not in kinds or _is_seed(kinds[stage]):
        return
    kind = kinds[stage]
    roles = [role for role in _in_order(skill, roles_of(flow.direct)) if role.name not in earlier]
    if stage == "refine":
        for number, role in enumerate(roles):
            yield Speaker("edit" if number else "suggest", role, kind)
        return
    roles = [role for role in roles if set(role.tools) <= set(CARRIED)] or roles  # a role that lives on tools is lost
    if stage == "respond":
        names = [role.name for role in roles]
        last = names.index(ASSISTANT) if ASSISTANT in names else 0
        for role in roles[:last]:
            yield Speaker("play", role, kind)
        asked = kinds.get("instruct")
        tools = getattr(asked, "tools", skill.tools)
        yield from (Speaker("respond", role, kind, (*tools, *role.tools)) for role in roles[last : last + 1])
        return
    yield from (Speaker(stage, role, kind, role.tools) for role in roles[:1])


def _judge(skill: Skill, judge: Flow, earlier: set[str]) -> Iterator[Speaker]:
    found = roles_of(judge.direct, judge.harvest)
    roles = [role for role in _in_order(skill, found) if role.name not in earlier]
    if EXAMINER in roles_of(judge.direct):
        roles = [found[EXAMINER]]
    judging = [role for role in roles if _JUDGES.match(prompt_of(role, judge.kinds[0]))] or roles
    yield from (Speaker("judge", role, judge.kinds[0]) for role in judging[:1])


def _in_order(skill: Skill, roles: Mapping[str, Role]) -> list[Role]:
    """Roles as the skill lists them, which is the order of its script; those it does not list come last."""
    listed = {name: number for number, name in enumerate(skill.roles)}
    return sorted(roles.values(), key=lambda role: (listed.get(role.name, len(listed)), role.name))
