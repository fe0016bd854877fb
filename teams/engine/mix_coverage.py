"""What a run covers: pairs accepted and asked for by skill, kind and stage, and why what lacks is lacking."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from teams.engine.mix_shares import Cell

STAGES = {"instruct": "first stage", "refine": "refined"}
"""The two stages of an instruction, as people read them."""
MOST_REASONS = 3
"""Reasons named for a skill."""
EMPTIEST = 3
"""Kinds named for a skill on the terminal."""
Place = tuple[str, str, str]
"""Skill, kind of instruction, stage."""


@dataclass
class Coverage:
    """Counts of a run's rows, one row at a time."""

    accepted: Counter[Place] = field(default_factory=Counter)
    rejected: Counter[Place] = field(default_factory=Counter)
    reasons: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """Why things fell out, by skill: names of checks, and the stages at which a chat came to nothing."""
    asked: Mapping[str, Mapping[Cell, int]] = field(default_factory=dict)
    """Pairs asked for, by skill and cell; none where the run had no number to reach."""

    def accept(self, row: Mapping[str, Any]) -> None:
        """Count an accepted row."""
        self.accepted[_place(row)] += 1

    def reject(self, row: Mapping[str, Any]) -> None:
        """Count a row of `rejected.jsonl`."""
        skill = str(row.get("id", "")).partition("/")[0]
        if pair := row.get("pair"):
            self.rejected[_place(pair)] += 1
        elif row.get("stage") == "instruct" and row.get("kind"):
            self.rejected[skill, str(row["kind"]), "instruct"] += 1
        stage = str(row.get("stage"))
        # Only the name of a check, or what kind of failure it was: the rest quotes texts nobody has vetted.
        whys = {str(reason).partition(":")[0][:60] for reason in row.get("reasons") or ()}
        self.reasons[skill].update(whys if stage == "check" else {f"{stage}: {why}" for why in whys})

    @property
    def skills(self) -> list[str]:
        return sorted({place[0] for place in (*self.accepted, *self.rejected)} | set(self.asked) | set(self.reasons))

    def places(self, skill: str) -> list[Place]:
        """Return what there is of a skill, in order: the cells asked for, and those that came up beside them."""
        asked = [(skill, *cell) for cell, count in self.asked.get(skill, {}).items() if count]
        seen = sorted(place for place in {*self.accepted, *self.rejected} if place[0] == skill)
        return list(dict.fromkeys([*asked, *seen]))

    def wanted(self, place: Place) -> int:
        """Return how many pairs were asked for in a place."""
        return self.asked.get(place[0], {}).get(place[1:], 0)

    def has(self, skill: str, stage: str | None = None) -> int:
        """Return how many pairs of a skill were accepted, in a stage or in all."""
        return sum(n for (of, _, at), n in self.accepted.items() if of == skill and stage in (None, at))

    def why(self, skill: str, most: int = MOST_REASONS) -> str:
        """Name the most frequent reasons why things of a skill fell out."""
        return ", ".join(f"{reason} ({n})" for reason, n in self.reasons[skill].most_common(most))


def _place(row: Mapping[str, Any]) -> Place:
    kinds = row.get("kinds") or {}
    return str(row.get("skill")), str(kinds.get("instruct")), "refine" if kinds.get("refine") else "instruct"


def table_rows(coverage: Coverage) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Return the head and the rows of the whole table: a row for each skill, kind and stage."""
    is_asked = any(coverage.asked.values())
    head = ["skill", "kind", "stage", "accepted", *(["asked for"] if is_asked else []), "rejected"]
    rows: list[Sequence[str]] = []
    for place in (place for skill in coverage.skills for place in coverage.places(skill)):
        counts = [coverage.accepted[place], *([coverage.wanted(place)] if is_asked else []), coverage.rejected[place]]
        rows.append((place[0], place[1], STAGES[place[2]], *(f"{count:,}" for count in counts)))
    return head, rows


def skill_rows(coverage: Coverage, quotas: Mapping[str, int]) -> tuple[Sequence[str], list[Sequence[str]]]:
    """Return the head and the rows of the table of skills: what each has, and why the rest fell out."""
    asked = ["asked for"] if quotas else []
    head = ["skill", "accepted", *asked, "first stage", "refined", "fell out most often for"]
    rows: list[Sequence[str]] = []
    for skill in coverage.skills:
        counts = [coverage.has(skill), *([quotas.get(skill, 0)] if quotas else [])]
        counts += [coverage.has(skill, stage) for stage in STAGES]
        rows.append((skill, *(f"{count:,}" for count in counts), coverage.why(skill) or "nothing"))
    return head, rows


def in_short(coverage: Coverage, quotas: Mapping[str, int]) -> Iterator[str]:
    """Yield a line for each skill, for a terminal: what it has, its emptiest kinds, and why things fell out."""
    width = max(map(len, coverage.skills), default=0)
    for skill in coverage.skills:
        of = f"/{quotas[skill]}" if skill in quotas else ""
        parts = [f"{coverage.has(skill)}{of}".rjust(9)]
        if refined := coverage.has(skill, "refine"):
            parts.append(f"{refined} refined")
        parts.append(_kinds(coverage, skill, quotas.get(skill, 0)))
        if why := coverage.why(skill, 2):
            parts.append(f"fell out: {why}")
        yield f"  {skill:<{width}} {' · '.join(filter(None, parts))}"


def _kinds(coverage: Coverage, skill: str, quota: int) -> str:
    """Say how many of the kinds have pairs, and name the emptiest, unless there are not enough pairs for each."""
    has, wanted = Counter[str](), Counter[str]()
    for place in coverage.places(skill):
        has[place[1]] += coverage.accepted[place]
        wanted[place[1]] += coverage.wanted(place)
    if not has:
        return ""
    said = f"{sum(n > 0 for n in has.values())} of {len(has)} kinds"
    if sum(wanted.values()) > quota:
        return said
    is_short = {kind: n for kind, n in has.items() if (n < wanted[kind] if wanted else not n)}
    emptiest = sorted(is_short, key=lambda kind: (is_short[kind] / max(1, wanted[kind]), kind))[:EMPTIEST]
    named = ", ".join(f"{kind} {has[kind]}" + (f"/{wanted[kind]}" if wanted else "") for kind in emptiest)
    more = len(is_short) - len(emptiest)
    return said + (f" (least: {named}{f' and {more} more' if more else ''})" if named else "")
