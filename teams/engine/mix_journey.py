"""One seed of one skill in one round: what marks it as gone through, so that no later run does it again."""

from __future__ import annotations

from dataclasses import dataclass

from agents.journal import Journal, Statement
from teams.engine.flow import Skill
from teams.engine.records import Seed


@dataclass
class Journey:
    """One seed of one skill in one round."""

    skill: Skill
    seed: Seed
    round: int
    plan: str
    """What its records are made by and from: the script's hash and the seed's. Those of another plan are made anew."""
    stopped: bool = False
    """The run ended before it was through, or a judge could not be asked: it is not settled and will be gone through
    again."""


def is_settled(journal: Journal, journey: Journey) -> bool:
    """Say whether a round was gone through before, or the seed was declined for good."""
    id, round, plan = journey.seed.id, journey.round, journey.plan
    if not journal.resumed and round == 1:
        return False
    done = journal.rows("SELECT 1 FROM settled WHERE seed=? AND round=? AND plan=?", (id, round, plan))
    hopeless = journal.rows("SELECT 1 FROM drops WHERE id=? AND plan=?", (id, plan)) if round > 1 else []
    return bool(done or hopeless)


def settle(journey: Journey) -> list[Statement]:
    """Mark a round of a seed as gone through; what another plan made of it, and this one did not, goes."""
    old = (journey.seed.id, journey.round, journey.plan)
    return [
        ("DELETE FROM verdicts WHERE id IN (SELECT id FROM records WHERE seed=? AND round=? AND plan<>?)", old),
        ("DELETE FROM records WHERE seed=? AND round=? AND plan<>?", old),
        ("DELETE FROM drops WHERE seed=? AND round=? AND plan<>?", old),
        ("INSERT OR REPLACE INTO settled VALUES (?,?,?)", old),
    ]
