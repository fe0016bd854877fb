"""The mix: which skills a run has and the share of each; the default's source is named in `mix.yaml`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from agents.errors import UsageError
from teams.engine.flow import Skill
from teams.engine.mix_files import listed, near, parse, read
from teams.engine.mix_shares import Part, adds, kinds_of, shared_out

DEFAULT = Path(__file__).with_name("mix.yaml")
ALL = "all"
"""What a run of several skills is called."""


@dataclass(frozen=True)
class Parts:
    """The skills of a run with what the mix says of each. One skill run by its own name is a mix of one."""

    skills: Mapping[str, Skill]
    shares: Mapping[str, Part]
    is_mix: bool = True

    @property
    def name(self) -> str:
        """What the run is called: its only skill, or `all`."""
        return ALL if self.is_mix else next(iter(self.skills))

    @property
    def roles(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(role for skill in self.skills.values() for role in skill.roles))

    def counts(self, pairs: int) -> dict[str, int]:
        """Return how many of the pairs each skill makes."""
        return shared_out(pairs, {name: self.shares[name].share for name in self.skills})

    def without(self, names: Collection[str]) -> Parts:
        """Return the parts that are left."""
        return replace(self, skills={name: skill for name, skill in self.skills.items() if name not in names})

    def as_meta(self) -> dict[str, float]:
        """Return the mix as the journal keeps it: flat, so that what differs can be named."""
        found: dict[str, float] = {}
        for name, part in self.shares.items():
            found[name] = part.share
            found |= {f"{name}.kinds.{kind}": share for kind, share in (part.kinds or {}).items()}
            further = {"refined": part.refined, "demanded": part.demanded}
            found |= {f"{name}.{field}": value for field, value in further.items() if value is not None}
        return found

    def whole(self) -> Skill:
        """Return all skills as one, for what is opened once for all of them."""
        skills = list(self.skills.values())
        needing = [skill.name for skill in skills if skill.needs_sandbox]
        browsing = [skill.name for skill in skills if skill.needs_browser]
        return Skill(
            name=", ".join(dict.fromkeys((*needing, *browsing))) or self.name,
            flows=(),
            checks=(),
            version="",
            roles=self.roles,
            needs_sandbox=bool(needing),
            needs_browser=bool(browsing),
            entries=lambda seed: list(chain.from_iterable(skill.entries(seed) for skill in skills)),
        )


def alone(skill: Skill) -> Parts:
    """Return the mix of one skill."""
    return Parts({skill.name: skill}, {skill.name: Part()}, is_mix=False)


def mixed(skills: Sequence[Skill], file: Path | None) -> tuple[Parts, list[str]]:
    """Return the parts of a run as a mix file says (None: the default), and lines to tell. Raises `UsageError`."""
    there = {skill.name: skill for skill in skills}
    planned = parse(DEFAULT, DEFAULT.read_text(encoding="utf-8"))
    asked = planned if file is None else read(file)
    _known(asked, [*there, *(name for name in planned if name not in there)], file)
    parts = {name: part for name, part in asked.items() if name in there and part.share > 0}
    if not parts:
        raise UsageError(f"no skill of the mix is there; there are: {', '.join(there)}")
    for name, part in parts.items():
        _fits(there[name], part, file)
    dressed = {name: _demanding(there[name], part) for name, part in parts.items()}
    return Parts(dressed, parts), list(_told(parts, asked, there))


def _told(parts: Mapping[str, Part], asked: Mapping[str, Part], there: Collection[str]) -> Iterator[str]:
    whole = sum(part.share for part in parts.values())
    yield "Mix: " + ", ".join(f"{name} {part.share / whole:.1%}" for name, part in parts.items()) + "."
    if absent := [name for name, part in asked.items() if name not in there and part.share > 0]:
        yield f"Left out, as there is no such skill yet: {', '.join(absent)}. Their shares go to the others."
    if silent := [name for name in there if name not in asked]:
        yield f"Not in the mix: {', '.join(silent)}."


def _demanding(skill: Skill, part: Part) -> Skill:
    if part.demanded is None:
        return skill
    flows = [replace(flow, sample=float(part.demanded)) if flow.stage == "demand" else flow for flow in skill.flows]
    return replace(skill, flows=tuple(flows))


def _known(asked: Mapping[str, Part], names: Sequence[str], file: Path | None) -> None:
    for name in asked:
        if name not in names:
            raise UsageError(f"--mix {file}: there is no skill {name!r}{near(name, names)}; {listed(names)}")


def _fits(skill: Skill, part: Part, file: Path | None) -> None:
    """Refuse what a skill can't do. Raises `UsageError`."""
    kinds, where = list(kinds_of(skill, False)), f"--mix {file}, {skill.name}"
    for name in part.kinds or ():
        if name not in kinds:
            raise UsageError(f"{where}: there is no kind {name!r}{near(name, kinds)}; {listed(kinds)}")
    if part.refined and not any(adds(flow) for flow in skill.flows):
        raise UsageError(f"{where}: it refines nothing, so refined must be 0 or left out")
    if part.demanded and not any(flow.stage == "demand" for flow in skill.flows):
        raise UsageError(f"{where}: it asks for no output formats, so demanded must be 0 or left out")
