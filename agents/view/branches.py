"""Branches of a run as the page asks for them: those of a record, one with its chats, and which pair of two is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from agents.errors import UsageError
from agents.hand import Conflict, Hand, standing
from agents.view.run import Missing, Run
from agents.view.story import branches_of as _branches_of
from agents.view.story import row_of, story


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


def keep(run: Run, hand: Hand, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Take a branch's pair into the data, or leave it out again: `{"n", "which", "base", "who"}`.

    `base` is the last act seen on either, the original or the branch's pair; one's own are no surprise.

    Returns the act. Raises `Conflict`, `Missing`, and `UsageError` for what can't be.
    """
    about = run.branch(asked["n"]).meta("branch", {})
    pair = about.get("pair")
    if not pair:
        raise UsageError(f"branch {asked['n']} has no pair (yet): there is nothing to be kept")
    acts = hand.acts(pair)
    others = [act for act in sorted([*acts, *hand.acts(str(about.get("record")))], key=lambda act: act.n)
              if act.n > asked["base"] and act.who != asked["who"]]  # fmt: skip
    if others:
        raise Conflict(others)
    if asked["which"] == "branch":
        row = row_of(run, pair)
        if row is None:
            raise Missing(f"branch {asked['n']} holds no row of {pair}")
        act, value = "keep", {"row": row, "of": about.get("record"), "branch": asked["n"]}
    else:
        kept = [one for one in standing(acts) if one.act == "keep"]
        if not kept:
            raise UsageError("the original is kept as it is: this branch was not taken into the data")
        act, value = "undo", {"act": kept[-1].n}
    return asdict(hand.act(pair, act, value, who=asked["who"], base=max((act.n for act in acts), default=0)))
