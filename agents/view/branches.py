"""Branches of a run as the page asks for them: those of a record, and one with its chats and its pair's story."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from agents.change import unmarked
from agents.hand import Act, Conflict, Hand, standing
from agents.view.run import Missing, Run
from agents.view.story import branches_of as _branches_of
from agents.view.story import story

_REPLACED = "replaced by "
"""Begins the reason for which an original makes place for a branch's pair."""


def branches_of(run: Run, hand: Hand, record: str) -> list[dict[str, Any]]:
    """Return the branches made from a record's chats, as its story has them."""
    found: list[dict[str, Any]] = _branches_of(run, record, hand)
    return found


def branch(run: Run, hand: Hand, number: int) -> dict[str, Any]:
    """Return one branch: what was changed, its chats, and the story of its pair or None. Raises `Missing`."""
    of = run.branch(number)
    about = _about(of)
    chats = [id for (id,) in of.rows("SELECT id FROM chats ORDER BY rowid")]
    pair = about.get("pair")
    return {**about, "n": number, "chats": chats, "story": story(run, hand, pair) if pair else None}


def check_base(run: Run, hand: Hand, number: int, base: int, who: str) -> int:
    """See that nobody else acted on a branch's pair or its original after act `base`; return the newest act on either.

    Raises `Conflict`, `Missing`.
    """
    about = _about(run.branch(number))
    pair = about.get("pair") or ""
    acts = [act for id in {pair, pair.replace(f"!{number}", ""), about.get("record")} if id for act in hand.acts(id)]
    later = sorted((act for act in acts if act.n > base and act.who != who), key=lambda act: act.n)
    if later:
        raise Conflict(later)
    return max((act.n for act in acts), default=0)


def choice_of(run: Run, hand: Hand, record: str, n: int, base: int) -> tuple[int, int] | None:
    """Return the branch that was kept by act `n` on a record, and the newest act on its pair or the original.

    Keeping one is two acts, which are taken back together: the branch's pair is kept, the original rejected for it.
    None: the act is another, was taken back already, or the branch is gone. Raises `Conflict` where the record has an
    act after `base`.
    """
    acts = hand.acts(record)
    if later := [act for act in acts if act.n > base]:
        raise Conflict(later)
    act = next((act for act in standing(acts) if act.n == n), None)
    pair = _chosen(act) if act else ""
    number = re.search(r"!(\d+)", pair)
    if not number or record not in (pair, unmarked(pair)):
        return None
    with suppress(Missing):
        if _about(run.branch(int(number[1]))).get("pair") == pair:
            return int(number[1]), max(act.n for id in (pair, unmarked(pair)) for act in hand.acts(id))
    return None


def _chosen(act: Act) -> str:
    """The branch's pair that an act was about to take into the data, or made place for."""
    if act.act == "keep":
        return act.record
    reason = str(act.value.get("reason", ""))
    return reason.removeprefix(_REPLACED) if act.act == "reject" and reason.startswith(_REPLACED) else ""


def _about(branch: Run) -> dict[str, Any]:
    about = branch.meta("branch")
    return about if isinstance(about, dict) else {}
