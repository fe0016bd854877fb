"""What runs cost by skill and role, what an accepted pair cost, and how much led to none; from their journals.

A call counts as useful if its chat brought forth, chose for or judged a record that an accepted pair descends from:
a pair's id begins with the ids of all it was born of, and a chat beside a chat has that one's id as the beginning.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

from agents.view.run import Run
from eval.data.findings import Finding, finding, note
from eval.data.sources import Source

_CALLS = """
SELECT chat, role, model, count(*), sum(prompt_tokens), sum(completion_tokens), sum(seconds)
FROM calls GROUP BY chat, role, model
"""
SELF_TEST = "self-test"
"""The calls by which a run finds out what its models can do, before any skill."""


def cost(sources: Sequence[Source]) -> dict[str, Any]:
    """Return what was spent; of bare files nothing is known."""
    runs = [source for source in sources if source.is_run and source.has_journal]
    if not runs:
        return {"why_not": "only a run's folder with its journal (run.db) knows what it cost"}
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    accepted: Counter[str] = Counter()
    for source in runs:
        prices = source.meta.get("prices")
        with Run(source.path) as run, run.reading() as db:
            useful = _Useful(db)
            accepted.update(id.partition("/")[0] for id in useful.accepted)
            for row in _spent(db):
                _add(rows, row, row[0] in useful, prices if isinstance(prices, Mapping) else {})
    listed = sorted(
        rows.values(), key=lambda row: (row["skill"], -row["prompt_tokens"] - row["completion_tokens"], row["role"])
    )
    return {
        "rows": listed,
        "skills": [_skill(skill, listed, accepted[skill]) for skill in sorted({r["skill"] for r in listed})],
    }


def _spent(db: sqlite3.Connection) -> Iterator[Sequence[Any]]:
    with closing(db.execute(_CALLS)) as cursor:
        yield from cursor


class _Useful:
    """Which chats led to an accepted pair."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.accepted = [str(id) for (id,) in db.execute("SELECT id FROM verdicts WHERE accepted=1")]
        ancestors = {prefix for id in self.accepted for prefix in _prefixes(id)}
        bore, self._chats = set[str](), set[str]()
        for id, chat in db.execute("SELECT id, chat FROM records WHERE chat <> ''"):
            bore.add(chat)
            if id in ancestors:
                self._chats.add(chat)
        # Chats that bring forth no record choose for one, or judge it.
        for chat, record in db.execute("SELECT id, record FROM chats"):
            if chat not in bore and record in ancestors and not any(p in bore for p in _prefixes(chat)):
                self._chats.add(chat)

    def __contains__(self, chat: object) -> bool:
        return any(prefix in self._chats for prefix in _prefixes(str(chat)))


def _prefixes(id: str) -> Iterator[str]:
    """Yield an id and what it begins with, step by step."""
    yield id
    while "/" in id:
        id = id.rpartition("/")[0]
        yield id


def _add(
    rows: dict[tuple[str, str, str], dict[str, Any]], spent: Sequence[Any], useful: bool, prices: Mapping[str, Any]
) -> None:
    chat, role, model, calls, prompt, completion, seconds = spent
    key = (str(chat).partition("/")[0], str(role), str(model))
    empty = dict.fromkeys(("calls", "prompt_tokens", "completion_tokens", "wasted_calls", "wasted_tokens"), 0)
    row = rows.setdefault(
        key, {"skill": key[0], "role": key[1], "model": key[2], **empty, "seconds": 0.0, "cost": None}
    )
    prompt, completion = prompt or 0, completion or 0
    row["calls"] += calls
    row["prompt_tokens"] += prompt
    row["completion_tokens"] += completion
    row["seconds"] += seconds or 0.0
    if not useful:
        row["wasted_calls"] += calls
        row["wasted_tokens"] += prompt + completion
    price = prices.get(key[2])
    if isinstance(price, list) and len(price) == 2 and all(isinstance(one, int | float) for one in price):
        row["cost"] = (row["cost"] or 0.0) + (prompt * price[0] + completion * price[1]) / 1e6


def _skill(skill: str, rows: Sequence[Mapping[str, Any]], accepted: int) -> dict[str, Any]:
    own = [row for row in rows if row["skill"] == skill]
    spent = sum(row["prompt_tokens"] + row["completion_tokens"] for row in own)
    wasted, calls = (sum(row[name] for row in own) for name in ("wasted_tokens", "calls"))
    priced = [row["cost"] for row in own if row["cost"] is not None]
    dollars = sum(priced) if len(priced) == len(own) else None
    return {
        "skill": skill,
        "accepted": accepted,
        "calls": calls,
        "tokens": spent,
        "wasted_share": wasted / spent if spent else None,
        "cost": dollars,
        "calls_a_pair": calls / accepted if accepted else None,
        "tokens_a_pair": spent / accepted if accepted else None,
        "cost_a_pair": dollars / accepted if accepted and dollars is not None else None,
    }


def cost_findings(result: Mapping[str, Any]) -> Iterator[Finding | None]:
    """Yield the skills that spent most on what came to nothing."""
    if "why_not" in result:
        yield note("wasted", "Cost is not known", str(result["why_not"]))
        return
    for row in result["skills"]:
        if (share := row["wasted_share"]) is not None and row["skill"] != SELF_TEST:
            measured = f"{share:.0%} of {row['tokens']:,} tokens in {row['calls']:,} calls"
            title = f"{row['skill']}: tokens spent on what led to no accepted pair"
            yield finding("wasted", title, share, row["calls"], measured, (), row["skill"])
