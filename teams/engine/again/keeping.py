"""`python -m teams keep RUN N branch|original`: which of the two stays in the data. Both stay on record.

A branch's pair becomes a row of its own by a person's act, and the original is rejected by another, so that either can
be undone, and what the machine made is never overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.change import unmarked
from agents.command_line import typed
from agents.errors import UsageError
from agents.hand import Act, Conflict, Hand, standing
from teams.engine.again.branches import DONE, Branch, read, verdict_of
from teams.engine.again.original import first_reason, original_of, same_as

WHICH = ("branch", "original")


def keep(run: Path, n: int, which: str, who: str, base: int | None = None) -> str:
    """Keep a branch's pair in place of the original, or the original; return what was done, in a line or two.

    `base` is the newest act on either pair that the person has seen; None looks at them as they are now. Killed half
    way, doing it again finishes it. Raises `UsageError` where there is no such branch, it came to no pair, or its pair
    was rejected, and `Conflict` where somebody was quicker.
    """
    branch = read(run, n)
    hand = Hand(run)
    if base is not None and branch.pair:
        later = [*hand.acts(branch.pair), *hand.acts(unmarked(branch.pair))]
        if later := sorted((act for act in later if act.n > base), key=lambda act: act.n):
            raise Conflict(later)
    if which == "original":
        return _left(run, branch.pair, who)
    return _taken(run, n, _accepted(run, n, branch), who)


def _accepted(run: Path, n: int, branch: Branch) -> Mapping[str, Any]:
    """Return the row of a branch's pair. Raises `UsageError`: it has none, or a rejected one."""
    found = verdict_of(run, n) if branch.state == DONE else None
    if not found:
        raise UsageError(f"branch {n} came to no pair ({branch.error or branch.state}), so there is nothing to keep")
    row, is_accepted = found
    if not is_accepted:
        raise UsageError(f"the pair of branch {n} was rejected ({first_reason(row['verdict'])}); branch anew")
    return row


def _taken(run: Path, n: int, row: Mapping[str, Any], who: str) -> str:
    """Take a pair into the data in place of its original, or of another branch's; return what was done."""
    hand = Hand(run)
    new, old = str(row["id"]), str(row["branch_of"])
    before = {record: number for record, number in _kept_of(hand, old).items() if record != new}
    for record in before:  # one of them takes the original's place, not all
        _leave(hand, record, who)
    is_kept = any(act.act == "keep" for act in standing(hand.acts(new)))
    is_out = not _is_in(run, old)
    if is_kept and is_out:
        return f"{new} is in the data already."
    if not is_kept:
        _act(hand, new, "keep", {"row": row, "of": old, "branch": n}, who)
    if not is_out:
        _act(hand, old, "reject", {"reason": replaced_by(new)}, who)
    whose = f"in place of {' and '.join(before or [old])}"
    if is_out and not before:
        whose = f"where there was none: {old} {'was rejected' if original_of(run, old) else 'came to no pair'}"
    twins = same_as(run, row)
    note = f"\nNote: {twins[0]} is in the data too, and asks and answers the same word by word." if twins else ""
    back = typed("keep", run, *[(number, "branch") for number in before.values()][-1] if before else (n, "original"))
    return f"{new} is in the data now, {whose}; undo it with: {back}{note}"


def _is_in(run: Path, id: str) -> bool:
    row = original_of(run, id)
    return row is not None and row["verdict"]["accepted"]


def _left(run: Path, pair: str | None, who: str) -> str:
    """Take back what kept a branch; return in a line what is in the data now."""
    if not _leave(Hand(run), pair, who):
        if pair is not None and (others := _kept_of(Hand(run), unmarked(pair))):
            (other, number), *_ = others.items()
            back = typed("keep", run, number, "original")
            return f"{pair} was not in the data; {other} stays in place of the original, which is had back with: {back}"
        return "The original stays as it is; the branch is left."
    if pair is not None and _is_in(run, unmarked(pair)):
        return "The original is in the data again."
    return "The branch's pair is out of the data again; its original stays out of it, too."


def _kept_of(hand: Hand, original: str) -> dict[str, int]:
    """Return the pairs of branches that stand in place of a pair, with the branches' numbers."""
    kept = ((record, standing(acts)) for record, acts in hand.touched().items())
    acts = ((record, act.value) for record, acts in kept for act in acts if act.act == "keep")
    return {record: int(value["branch"]) for record, value in acts if value["of"] == original}


def replaced_by(id: str) -> str:
    """Return the reason with which an original makes place for a branch."""
    return f"replaced by {id}"


def _leave(hand: Hand, pair: str | None, who: str) -> bool:
    """Take back what kept a branch; say whether anything did."""
    undone = False
    if pair is not None:
        old = unmarked(pair)
        for record, act, reason in ((pair, "keep", ""), (old, "reject", replaced_by(pair))):
            for one in standing(hand.acts(record)):
                if one.act == act and one.value.get("reason", "") == reason:
                    _act(hand, record, "undo", {"act": one.n}, who)
                    undone = True
    return undone


def _act(hand: Hand, record: str, act: str, value: dict[str, object], who: str) -> Act:
    """Act on a record as it is now. Raises `Conflict`, should somebody be quicker after all."""
    before = hand.acts(record)
    return hand.act(record, act, value, who=who, base=before[-1].n if before else 0)
