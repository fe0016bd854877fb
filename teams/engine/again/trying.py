"""`python -m teams branch RUN --rejected N --role ROLE`: what the newest rejected pairs come to with other words.

One role is told something else, or what its script says by now, in a branch of each pair, from its first turn on the
pair's way; everybody else goes on as before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from agents.errors import UsageError
from agents.hand import Hand, overlay
from agents.script import ScriptError, section_of, template_of
from teams.engine.again.asked import is_choosing, unkept
from teams.engine.again.branches import DONE, Branch, verdict_of
from teams.engine.again.keeping import replaced_by
from teams.engine.again.kept import Kept
from teams.engine.again.original import first_reason
from teams.engine.again.replay import skill_of
from teams.engine.again.way import Way, way_to
from teams.engine.flow import Skill
from teams.engine.props import SELF_TEST


@dataclass(frozen=True)
class Try:
    """A rejected pair, and from where on its way is gone otherwise."""

    pair: str
    chat: str
    turn: int
    was: str
    """Why it was rejected."""
    calls: int
    """What its way took in the run from there on; its judge may not have been asked then."""
    tokens: int
    hindrance: str = ""
    """Why it can't be branched there."""


def rejected_pairs(kept: Kept, role: str, count: int, of: str = "", skill: Skill | None = None) -> list[Try]:
    """Return the newest rejected pairs on whose way a role spoke, at most `count`; `of`: their ids begin so.

    Raises `UsageError`: there are none, they are of several skills, or none of them can be branched there.
    """
    found = list(islice(_found(kept, role, of, skill), count))
    if not found:
        whose = f" of {of}" if of else ""
        raise UsageError(f"no rejected pair{whose} has a turn of {role!r} on its way; {_roles(kept, role)}")
    if len(skills := sorted({one.pair.partition("/")[0] for one in found})) > 1:
        raise UsageError(f"{role} is a role of {' and '.join(skills)}: name one of them after the run's folder")
    if all(one.hindrance for one in found):
        raise UsageError(found[0].hindrance)
    return found


def _found(kept: Kept, role: str, of: str, skill: Skill | None) -> Iterator[Try]:
    touched = Hand(kept.folder).touched()
    for id, text in kept.db.execute("SELECT id, row FROM verdicts ORDER BY rowid DESC"):
        row = overlay(json.loads(text), touched.get(id, ()))
        assert row is not None
        verdict = row["verdict"]
        by_hand = str(verdict.get("by_hand", {}).get("reason", ""))
        if verdict["accepted"] or by_hand.startswith(replaced_by("")) or not f"{id}/".startswith(of and f"{of}/"):
            continue
        its = skill or skill_of(id)
        way = way_to(kept, kept.target(id), its)
        if place := _first_turn(kept, way, role, its):
            yield Try(id, *place, first_reason(verdict), *_took(kept, way, *place), unkept(kept, way, its, *place))


def _roles(kept: Kept, role: str) -> str:
    """Say which roles spoke in a run, should one of them be meant; else where it is seen what was rejected."""
    spoke = [name for name in kept.column("SELECT DISTINCT role FROM calls ORDER BY role") if name != SELF_TEST]
    if role in spoke or not spoke:
        return "rejected.jsonl has what fell out"
    return f"the roles that spoke in this run: {', '.join(spoke)}"


def _first_turn(kept: Kept, way: Way, role: str, skill: Skill) -> tuple[str, int] | None:
    for chat in way.chats:
        turns = kept.column("SELECT min(turn) FROM calls WHERE chat=? AND role=?", chat, role)
        if turns[0] is not None and not is_choosing(skill, chat):
            return chat, int(turns[0])
    return None


def _took(kept: Kept, way: Way, chat: str, turn: int) -> tuple[int, int]:
    sql = "SELECT count(*), coalesce(sum(prompt_tokens + completion_tokens), 0) FROM calls WHERE chat=?"
    after = [one for held in way.chats[way.chats.index(chat) + 1 :] for one in (held, *kept.asides(held))]
    parts = [kept.all(f"{sql} AND turn>=?", chat, turn)[0], *(kept.all(sql, one)[0] for one in after)]
    return sum(part[0] for part in parts), sum(part[1] for part in parts)


def template_from(file: Path, text: str, role: str) -> str:
    """Return a role's section of a script, from the whole of it or from the section alone. Raises `UsageError`."""
    section = section_of(text, role)
    if not section:
        raise UsageError(f"{file} says nothing to {role}: give its section of the script, or the whole script")
    try:
        template_of(section, str(file))
    except ScriptError as error:
        raise UsageError(str(error)) from None
    return section


def estimate(tries: Sequence[Try], role: str) -> str:
    """Say what is going to be asked."""
    able = [one for one in tries if not one.hindrance]
    calls, tokens = sum(one.calls for one in able), sum(one.tokens for one in able)
    less = f" {len(tries) - len(able)} of them can't be branched there." if len(able) < len(tries) else ""
    pairs = "1 rejected pair" if len(tries) == 1 else f"{len(tries)} rejected pairs"
    return (
        f"{pairs}, each anew from {role}'s first turn on: about {calls:,} calls and {tokens:,} tokens, as they took in "
        f"the run, and those of judges that were not asked then.{less}"
    )


@dataclass(frozen=True)
class Tried:
    """What became of a rejected pair in a branch."""

    of: Try
    n: int
    """The branch's number; 0: it could not be branched."""
    accepted: bool
    now: str


def tried(run: Path, of: Try, n: int, branch: Branch) -> Tried:
    """Look at what a branch has come to."""
    found = verdict_of(run, n) if branch.state == DONE else None
    if not found:
        return Tried(of, n, False, f"no pair: {branch.error or 'interrupted'}")
    row, accepted = found
    return Tried(of, n, accepted, "accepted" if accepted else f"rejected: {first_reason(row['verdict'])}")


def table(rows: Sequence[Tried]) -> Iterator[str]:
    """Yield what became of the pairs, in lines."""
    for row in rows:
        yield f"{f'branch {row.n}' if row.n else 'no branch':>10}  {row.of.pair}"
        yield f"{'was':>10}  rejected: {row.of.was}"
        yield f"{'now':>10}  {row.now}"
    yield f"{sum(row.accepted for row in rows)} of {len(rows)} accepted now."
