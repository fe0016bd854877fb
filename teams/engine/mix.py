"""The mix: which skills a run has and the share of each; the default's source is named in `mix.yaml`."""

from __future__ import annotations

import difflib
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any

import yaml

from agents.errors import UsageError
from teams.engine.flow import Skill
from teams.engine.mix_shares import Part, adds, kinds_of, shared_out

DEFAULT = Path(__file__).with_name("mix.yaml")
LARGEST = 1_000_000
"""Bytes of a mix file; the default has two thousand."""
ALL = "all"
"""What a run of several skills is called."""
FIELDS = ("share", "kinds", "refined", "demanded")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


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
        return Skill(
            name=", ".join(needing) or self.name,
            flows=(),
            checks=(),
            version="",
            roles=self.roles,
            needs_sandbox=bool(needing),
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


# -- reading


def read(file: Path) -> dict[str, Part]:
    """Read a mix file. Raises `UsageError`."""
    try:
        if not file.is_file():
            raise UsageError(f"no mix file at {str(file)!r}; it is YAML, a line for each skill: tool_use: 3")
        with file.open("rb") as stream:
            raw = stream.read(LARGEST + 1)
    except OSError as error:
        raise UsageError(f"--mix {file} can't be read: {error.strerror or error}") from None
    if len(raw) > LARGEST:
        raise UsageError(f"--mix {file} is larger than {LARGEST:,} bytes; a mix is a line for each skill")
    try:
        return parse(file, raw.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UsageError(f"--mix {file} is no text in UTF-8") from None


def parse(file: Path, text: str) -> dict[str, Part]:
    """Read a mix from YAML (or JSON). Raises `UsageError`."""
    try:
        _bounded(text, file)
        value = _plain(yaml.compose(text, Loader=_LOADER), file)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        said = getattr(error, "problem", None) or "nested too deep"
        raise UsageError(f"--mix {file}{where}: not YAML ({said})") from None
    if not isinstance(value, dict) or not value:
        raise UsageError(f"--mix {file} holds no mapping of skills to shares, as in: tool_use: 3")
    parts = {name: _part(f"--mix {file}, {name}", said) for name, said in value.items()}
    if not any(part.share for part in parts.values()):
        raise UsageError(f"--mix {file}: all shares are 0; give at least one skill a share")
    return parts


def _bounded(text: str, file: Path) -> None:
    """Walk the events before anything is built: aliases and deep nesting can grow without end."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > len(FIELDS):
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise UsageError(f"--mix {file}, line {line}: a mix has no aliases and is no deeper than its kinds")


def _plain(node: Any, file: Path) -> Any:
    """Return what a node stands for. Written out because YAML's own way keeps the last of two equal keys, silently."""
    if isinstance(node, yaml.MappingNode):
        found: dict[str, Any] = {}
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else "?"
            if name in found:
                raise UsageError(f"--mix {file}, line {key.start_mark.line + 1}: {name!r} stands there twice")
            found[name] = _plain(value, file)
        return found
    if isinstance(node, yaml.ScalarNode):
        return node.value
    return None


def _part(where: str, said: Any) -> Part:
    if not isinstance(said, dict):
        return Part(_number(where, said))
    for name in said:
        if name not in FIELDS:
            raise UsageError(f"{where}: there is no {name!r}{_near(name, FIELDS)}; there are: {', '.join(FIELDS)}")
    if "share" not in said:
        raise UsageError(f"{where}: it has no share; add share: 1")
    kinds = said.get("kinds")
    if kinds is not None and not isinstance(kinds, dict):
        raise UsageError(f"{where}: kinds is no mapping of kinds to shares")
    shares = None if kinds is None else {name: _number(f"{where}, {name}", n) for name, n in kinds.items()}
    if shares is not None and not any(shares.values()):
        raise UsageError(f"{where}: all its kinds have a share of 0")
    fractions = {name: _fraction(f"{where}: {name}", said[name]) for name in ("refined", "demanded") if name in said}
    return Part(_number(f"{where}: share", said["share"]), shares, **fractions)


def _number(where: str, said: Any) -> float:
    try:
        value = float(str(said).replace("_", ""))
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise UsageError(f"{where}: {_shown(said)} is no share; give a number from 0 up, as in 3 or 0.25")
    return value


def _fraction(where: str, said: Any) -> float:
    value = _number(where, said)
    if value > 1:
        raise UsageError(f"{where} is a share of the whole, from 0 to 1, not {_shown(said)}")
    return value


def _shown(said: Any) -> str:
    return repr(said)[:40] if isinstance(said, str) else "what stands there"


def _known(asked: Mapping[str, Part], names: Sequence[str], file: Path | None) -> None:
    for name in asked:
        if name not in names:
            raise UsageError(f"--mix {file}: there is no skill {name!r}{_near(name, names)}; {_listed(names)}")


def _fits(skill: Skill, part: Part, file: Path | None) -> None:
    """Refuse what a skill can't do. Raises `UsageError`."""
    kinds, where = list(kinds_of(skill, False)), f"--mix {file}, {skill.name}"
    for name in part.kinds or ():
        if name not in kinds:
            raise UsageError(f"{where}: there is no kind {name!r}{_near(name, kinds)}; {_listed(kinds)}")
    if part.refined and not any(adds(flow) for flow in skill.flows):
        raise UsageError(f"{where}: it refines nothing, so refined must be 0 or left out")
    if part.demanded and not any(flow.stage == "demand" for flow in skill.flows):
        raise UsageError(f"{where}: it asks for no output formats, so demanded must be 0 or left out")


def _near(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, 1, 0.6)
    return f" ({near[0]}?)" if near else ""


def _listed(names: Sequence[str]) -> str:
    return f"there are: {', '.join(names)}"
