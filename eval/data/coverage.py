"""What there is of each skill, kind and stage, against what was asked for, and why the rest fell out."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.data.batches import Batch, Places
from eval.data.findings import Finding, PairLink, finding, note
from eval.data.rows import UNNAMED, Row
from eval.data.sources import Source

Place = tuple[str, str, str]
"""Skill, kind, stage (`instruct` or `refine`)."""
REASONS = 5
"""Reasons named for a skill."""
FEW = 20
"""Pairs of a skill below which most figures are noise."""
NAMED = 6
"""Empty kinds named in a line."""


class Coverage:
    """Counts pairs by skill, kind and stage, and what fell out by skill."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """`sources`: what each run was asked for is read from its journal."""
        self.asked: Counter[Place] = Counter()
        self.quotas: Counter[str] = Counter()
        for source in sources:
            about = source.meta.get("about")
            about = about if isinstance(about, Mapping) else {}
            self.asked.update(_cells(about.get("asked")))
            self.quotas.update({skill: n for skill, n in _table(about.get("quotas")).items() if isinstance(n, int)})
        self.accepted: Counter[Place] = Counter()
        self.rejected: Counter[Place] = Counter()
        self.fallen: Counter[str] = Counter()
        """What fell out before there was a pair, by skill."""
        self.reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.examples: defaultdict[str, list[PairLink]] = defaultdict(list)
        self.unnamed: list[int] = []

    def add(self, batch: Batch) -> None:
        """Count accepted pairs."""
        for at, item in enumerate(batch.items):
            self.accepted[item.skill, item.kind, item.stage] += 1
            if UNNAMED in (item.skill, item.kind):
                self.unnamed.append(batch.first + at)

    def reject(self, row: Row, source: Source) -> None:
        """Count a row of `rejected.jsonl`."""
        id, stage, pair = str(row.get("id", "")), str(row.get("stage")), row.get("pair")
        skill = id.partition("/")[0] or UNNAMED
        if isinstance(pair, Mapping):
            kinds = _table(pair.get("kinds"))
            skill = str(pair.get("skill") or skill)
            place = (skill, str(kinds.get("instruct", UNNAMED)), "refine" if kinds.get("refine") else "instruct")
            self.rejected[place] += 1
            if len(self.examples[skill]) < REASONS:
                self.examples[skill].append(PairLink(str(source.path), id, 0, "rejected", source.is_run))
        else:
            self.fallen[skill] += 1
            if stage == "instruct" and row.get("kind"):
                self.rejected[skill, str(row["kind"]), "instruct"] += 0
        reasons = row.get("reasons")
        # Only the name of a check: the rest quotes texts nobody has vetted.
        whys = {str(why).partition(":")[0][:60] for why in reasons} if isinstance(reasons, list) else set()
        self.reasons[skill].update(whys if stage == "check" else {f"{stage}: {why}" for why in whys})

    def result(self) -> dict[str, Any]:
        """Return `skills`, a row for each, and `cells`, one for each skill, kind and stage."""
        places = sorted({*self.accepted, *self.rejected, *self.asked})
        cells = [
            {
                "skill": skill, "kind": kind, "stage": stage, "accepted": self.accepted[place],
                "rejected": self.rejected[place], "asked": self.asked.get(place),
            }
            for place in places
            for skill, kind, stage in [place]
        ]  # fmt: skip
        return {"skills": [self._skill(skill) for skill in self._skills()], "cells": cells}

    def _skills(self) -> list[str]:
        counted = {place[0] for place in (*self.accepted, *self.rejected, *self.asked)}
        return sorted(counted | set(self.quotas) | set(self.fallen))

    def _skill(self, skill: str) -> dict[str, Any]:
        accepted, rejected = (_of(counter, skill) for counter in (self.accepted, self.rejected))
        names = sorted({place[1] for place in (*self.accepted, *self.rejected, *self.asked) if place[0] == skill})
        kinds = {kind: sum(self.accepted[skill, kind, stage] for stage in ("instruct", "refine")) for kind in names}
        judged = accepted + rejected
        return {
            "skill": skill,
            "accepted": accepted,
            "asked": self.quotas.get(skill) or _of(self.asked, skill) or None,
            "refined": sum(n for (of, _, at), n in self.accepted.items() if of == skill and at == "refine"),
            "rejected": rejected,
            "fell_out_before": self.fallen[skill],
            "acceptance": accepted / judged if judged else None,
            "kinds": len(kinds),
            "empty_kinds": sorted(kind for kind, count in kinds.items() if not count),
            "largest_kind": max(kinds.items(), key=lambda one: one[1], default=None),
            "reasons": self.reasons[skill].most_common(REASONS),
        }

    def findings(self, places: Places) -> Iterator[Finding | None]:
        """Yield what is short, empty, mostly rejected or one-sided."""
        skills = self.result()["skills"]
        for row in skills:
            yield from self._of_skill(row)
        if few := [f"{row['skill']} {row['accepted']}" for row in skills if row["accepted"] < FEW]:
            measured = f"fewer than {FEW} pairs: {', '.join(few)}"
            yield note("few", "Skills with too few pairs to tell much of", measured, len(places))
        if self.unnamed:
            measured = f"{len(self.unnamed):,} of {len(places):,}"
            links = places.links(self.unnamed[:3])
            yield note("unnamed", "Rows that name no skill or no kind", measured, len(places), links)

    def _of_skill(self, row: Mapping[str, Any]) -> Iterator[Finding | None]:
        skill, accepted, examples = row["skill"], row["accepted"], self.examples[row["skill"]]
        why = ", ".join(f"{reason} ({n:,})" for reason, n in row["reasons"][:3])
        because = f"; fell out most often for: {why}" if why else ""
        if not accepted:
            tried = row["rejected"] + row["fell_out_before"]
            measured = f"0 pairs, {tried:,} fell out{because}"
            yield finding("empty_skill", f"{skill}: no pair at all", 1.0, max(1, tried), measured, examples, skill)
            return
        if row["asked"]:
            share, measured = accepted / row["asked"], f"{accepted:,} of {row['asked']:,} asked for{because}"
            yield finding(
                "short_of_quota", f"{skill}: pairs against quota", share, row["asked"], measured, examples, skill
            )
        if row["kinds"] > 1 and self._may_tell_of_kinds(row):
            empty = row["empty_kinds"]
            named = f": {', '.join(empty[:NAMED])}{' …' if len(empty) > NAMED else ''}" if empty else ""
            measured = f"{len(empty)} of {row['kinds']} kinds asked for or tried have no pair{named}"
            title = f"{skill}: kinds without any pair"
            yield finding("empty_kinds", title, len(empty) / row["kinds"], row["kinds"], measured, examples, skill)
        if (rate := row["acceptance"]) is not None and row["rejected"] + row["fell_out_before"]:
            judged = accepted + row["rejected"]
            measured = f"{rate:.0%} of {judged:,} finished pairs{because}"
            yield finding("acceptance", f"{skill}: accepted by the checks", rate, judged, measured, examples, skill)
        if row["kinds"] >= 4 and accepted:
            kind, count = row["largest_kind"]
            measured = f"{kind}: {count:,} of {accepted:,}"
            yield finding(
                "one_kind", f"{skill}: the most frequent kind", count / accepted, accepted, measured, (), skill
            )

    def _may_tell_of_kinds(self, row: Mapping[str, Any]) -> bool:
        """A run of fewer pairs than kinds can't have all of them, unless each was asked for."""
        return any(place[0] == row["skill"] for place in self.asked) or row["accepted"] >= 2 * row["kinds"]


def _of(counter: Mapping[Place, int], skill: str) -> int:
    return sum(count for place, count in counter.items() if place[0] == skill)


def _cells(asked: Any) -> dict[Place, int]:
    """What was asked for, as far as it can be read: of each skill, lists of kind, stage, count."""
    found: dict[Place, int] = {}
    for skill, cells in _table(asked).items():
        for cell in cells if isinstance(cells, list) else ():
            if isinstance(cell, list) and len(cell) == 3 and isinstance(cell[2], int) and cell[2] > 0:
                stage = "refine" if cell[1] == "refine" else "instruct"
                place = (skill, str(cell[0]), stage)
                found[place] = found.get(place, 0) + cell[2]
    return found


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
