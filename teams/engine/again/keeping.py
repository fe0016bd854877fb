"""`python -m teams keep RUN N branch|original`: which of the two stays in the data. Both stay on record.

A branch's pair becomes a row of its own by a person's act, and the original is rejected by another, so that either can
be undone, and what the machine made is never overwritten.
"""

from __future__ import annotations

from pathlib import Path

from agents.errors import UsageError
from agents.hand import Act, Conflict, Hand, standing
from teams.engine.again.branches import DONE, read, verdict_of
from teams.engine.again.kept import BRANCHED

WHICH = ("branch", "original")


def keep(run: Path, n: int, which: str, who: str, base: int | None = None) -> str:
    """Keep a branch's pair in place of the original, or the original; return in a line what was done.

    `base` is the newest act on either pair that the person has seen; None looks at them as they are now. Killed half
    way, doing it again finishes it. Raises `UsageError` where there is no such branch, it came to no pair, or its pair
    was rejected, and `Conflict` where somebody was quicker.
    """
    branch = read(run, n)
    hand = Hand(run)
    if base is not None and branch.pair:
        later = [*hand.acts(branch.pair), *hand.acts(branch.pair.replace(f"{BRANCHED}{n}", ""))]
        if later := sorted((act for act in later if act.n > base), key=lambda act: act.n):
            raise Conflict(later)
    if which == "original":
        return _leave(hand, f"{BRANCHED}{n}", branch.pair, who)
    found = verdict_of(run, n) if branch.state == DONE else None
    if not found:
        raise UsageError(f"branch {n} came to no pair ({branch.error or branch.state}), so there is nothing to keep")
    row, is_accepted = found
    if not is_accepted:
        failed = [f"{one['check']}: {one['evidence']}" for one in row["verdict"]["checks"] if not one["passed"]]
        raise UsageError(f"the pair of branch {n} was rejected ({'; '.join(failed)}); branch anew")
    new, old = str(row["id"]), str(row["branch_of"])
    is_kept = any(act.act == "keep" for act in standing(hand.acts(new)))
    is_replaced = [act.act for act in standing(hand.acts(old)) if act.act in ("accept", "reject")][-1:] == ["reject"]
    if is_kept and is_replaced:
        return f"{new} is in the data already."
    if not is_kept:
        _act(hand, new, "keep", {"row": row, "of": old, "branch": n}, who)
    if not is_replaced:
        _act(hand, old, "reject", {"reason": replaced_by(new)}, who)
    return f"{new} is in the data now, in place of {old}; undo it with: keep {run} {n} original"


def replaced_by(id: str) -> str:
    """Return the reason with which an original makes place for a branch."""
    return f"replaced by {id}"


def _leave(hand: Hand, mark: str, pair: str | None, who: str) -> str:
    """Take back what kept a branch, if anything did."""
    undone = False
    if pair is not None:
        old = pair.replace(mark, "")
        for record, act, reason in ((pair, "keep", ""), (old, "reject", replaced_by(pair))):
            for one in standing(hand.acts(record)):
                if one.act == act and one.value.get("reason", "") == reason:
                    _act(hand, record, "undo", {"act": one.n}, who)
                    undone = True
    return "The original is in the data again." if undone else "The original stays as it is; the branch is left."


def _act(hand: Hand, record: str, act: str, value: dict[str, object], who: str) -> Act:
    """Act on a record as it is now. Raises `Conflict`, should somebody be quicker after all."""
    before = hand.acts(record)
    return hand.act(record, act, value, who=who, base=before[-1].n if before else 0)
