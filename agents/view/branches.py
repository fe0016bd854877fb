"""Branches of a run as the page asks for them: those of a record, and one with its chats and its pair's story."""

from __future__ import annotations

from typing import Any

from agents.hand import Conflict, Hand
from agents.view.run import Run
from agents.view.story import branches_of as _branches_of
from agents.view.story import story


def branches_of(run: Run, hand: Hand, record: str) -> list[dict[str, Any]]:
    """Return the branches made from a record's chats, as its story has them."""
    found: list[dict[str, Any]] = _branches_of(run, record)
    return found


def branch(run: Run, hand: Hand, number: int) -> dict[str, Any]:
    """Return one branch: what was changed, its chats, and the story of its pair or None. Raises `Missing`."""
    of = run.branch(number)
    about = of.meta("branch", {})
    chats = [id for (id,) in of.rows("SELECT id FROM chats ORDER BY rowid")]
    pair = about.get("pair")
    return {**about, "n": number, "chats": chats, "story": story(run, hand, pair) if pair else None}


def check_base(run: Run, hand: Hand, number: int, base: int, who: str) -> None:
    """See that nobody else acted on a branch's pair or its original after act `base`. Raises `Conflict`, `Missing`."""
    about = run.branch(number).meta("branch", {})
    pair = about.get("pair") or ""
    acts = [act for id in {pair, pair.replace(f"!{number}", ""), about.get("record")} if id for act in hand.acts(id)]
    later = sorted((act for act in acts if act.n > base and act.who != who), key=lambda act: act.n)
    if later:
        raise Conflict(later)
