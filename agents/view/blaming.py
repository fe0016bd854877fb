"""What came of each role's work: the pairs it had a part in, what they fell to, the chats it failed, what it cost.

Read a seed at a time, in the order of their ids: memory holds what came of one seed, however many there are.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.hand import Act, Hand, standing
from agents.view.conversation import read
from agents.view.failing import begin_of
from agents.view.lineage import Birth, ascended, chats_of, held_over, within
from agents.view.run import Run

MOST_REASONS = 10
_REFUSED = re.compile(r"\b(\w+) gave no usable reply")
_SAID = "type IN ('text', 'call')"


@dataclass
class Part:
    """What one role did in a run."""

    role: str
    stages: set[str] = field(default_factory=set)
    models: set[str] = field(default_factory=set)
    accepted: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Checks that pairs failed in which it had a part."""
    chats: int = 0
    failed: int = 0
    """Chats it sat in that yielded nothing."""
    refused: int = 0
    """Of those, where it gave no usable reply."""
    failures: Counter[str] = field(default_factory=Counter)
    calls: int = 0
    retries: int = 0
    """Replies that could not be used and were asked for again."""
    tokens: dict[str, list[int]] = field(default_factory=dict)
    """Prompt and completion tokens by model."""
    seconds: float = 0.0
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """`accepted` and `rejected` by the kind of instruction."""


@dataclass(frozen=True)
class _Pair:
    accepted: bool
    kind: str
    failed: Sequence[str]


def blamed(run: Run, hand: Hand | None = None, told: Callable[[int], None] = lambda seeds: None) -> dict[str, Part]:
    """Return what came of every role's work, by its name. Reads the whole journal; `told` hears how many seeds."""
    parts: dict[str, Part] = {}
    touched = hand.touched() if hand else {}
    for number, seed in enumerate(seeds_of(run), 1):
        with run.reading() as db:
            _add(run, db, seed, parts, touched)
        told(number)
    return parts


def as_dict(part: Part, prices: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Return a role's part as JSON; `cost` is None where a model's price isn't known."""
    costs = [
        (sent * prices[model][0] + made * prices[model][1]) / 1e6 if model in prices else None
        for model, (sent, made) in part.tokens.items()
    ]
    known = [cost for cost in costs if cost is not None]
    return {
        "role": part.role,
        "stages": sorted(part.stages),
        "models": sorted(part.models),
        "pairs": part.accepted + part.rejected,
        "accepted": part.accepted,
        "rejected": part.rejected,
        "reasons": part.reasons.most_common(MOST_REASONS),
        "chats": part.chats,
        "failed": part.failed,
        "refused": part.refused,
        "failures": part.failures.most_common(MOST_REASONS),
        "calls": part.calls,
        "retries": part.retries,
        "prompt_tokens": sum(sent for sent, _ in part.tokens.values()),
        "completion_tokens": sum(made for _, made in part.tokens.values()),
        "seconds": part.seconds,
        "cost": sum(known) if costs and len(known) == len(costs) else None,
        "kinds": [{"kind": kind, **_both(counts)} for kind, counts in sorted(part.kinds.items())],
    }


def _both(counts: Mapping[str, int]) -> dict[str, int]:
    return {verdict: counts.get(verdict, 0) for verdict in ("accepted", "rejected")}


def seeds_of(run: Run) -> Iterator[str]:
    """Yield the seeds over which chats were held, by leaps from one to the next."""
    at = ""
    leap = "SELECT seed FROM chats WHERE id>? ORDER BY id LIMIT 1"
    while found := run.rows(leap, (at,)):
        seed = str(found[0][0])
        yield seed
        # Chats of a seed begin with its id; what does not (a journal of another make) is passed one by one.
        at = max(within(seed)[1], at + "\0")


def _add(
    run: Run, db: sqlite3.Connection, seed: str, parts: dict[str, Part], touched: Mapping[str, Sequence[Act]]
) -> None:
    """Add what came of one seed."""
    roles, held = _spoken(db, seed, parts), list(held_over(db, run, seed))
    for chat in held:
        for role in roles.get(chat.id, ()):
            part = parts[role]
            part.stages.add(chat.stage)
            part.chats += 1
            if chat.state == "failed":
                _failed(part, chat.error)
    born: dict[str, dict[str, Birth]] = defaultdict(dict)
    for id, type_, parent, stage, kind, chat_id in db.execute(_RECORDS, (seed,)):
        born[id][type_] = Birth(id, type_, seed, stage, kind, chat_id or None, parent or "")
    for id, pair in _judged(db, seed, born, touched):
        way = chats_of(ascended(id, lambda known: born.get(known, {})), held)
        # Who was asked for a format and set none has no part in the pair.
        made = [chat.id for chat in way if chat.bore or chat.stage != "demand"]
        for role in {role for chat_id in made for role in roles.get(chat_id, ())}:
            part, verdict = parts[role], "accepted" if pair.accepted else "rejected"
            part.accepted += pair.accepted
            part.rejected += not pair.accepted
            part.kinds[pair.kind][verdict] += 1
            part.reasons.update(pair.failed)


_RECORDS = "SELECT id, type, parent, stage, kind, chat FROM records WHERE seed=?"


def _spoken(db: sqlite3.Connection, seed: str, parts: dict[str, Part]) -> dict[str, set[str]]:
    """Count a seed's calls; return who spoke in each chat, chats beside it included."""
    counted = f"SELECT chat, source, count(*) FROM messages WHERE chat>? AND chat<? AND {_SAID} GROUP BY 1, 2"
    said = {(chat, source): number for chat, source, number in db.execute(counted, within(seed))}
    spoken: dict[str, set[str]] = defaultdict(set)
    sums = "count(*), sum(prompt_tokens), sum(completion_tokens), sum(seconds)"
    asked = f"SELECT chat, role, model, {sums} FROM calls WHERE chat>? AND chat<? GROUP BY 1, 2, 3"
    for chat, role, model, calls, sent, made, seconds in db.execute(asked, within(seed)):
        part = parts.setdefault(role, Part(role))
        part.models.add(model)
        part.calls += calls
        part.retries += max(0, calls - said.pop((chat, role), 0))
        tokens = part.tokens.setdefault(model, [0, 0])
        tokens[0] += sent or 0
        tokens[1] += made or 0
        part.seconds += seconds or 0.0
        spoken[chat.partition("/aside-")[0]].add(role)
    return spoken


def _failed(part: Part, error: str) -> None:
    part.failed += 1
    said = error.strip().rpartition("\n")[2]
    part.failures[begin_of(said)] += 1
    refused = _REFUSED.search(said)
    part.refused += bool(refused and refused[1] == part.role)


def _judged(
    db: sqlite3.Connection, seed: str, born: Mapping[str, Mapping[str, Birth]], touched: Mapping[str, Sequence[Act]]
) -> Iterator[tuple[str, _Pair]]:
    """Yield the pairs of a seed that were judged, as people left them."""
    sql = "SELECT id, accepted, verdict FROM verdicts WHERE id>? AND id<?"
    for id, accepted, verdict in db.execute(sql, within(seed)):
        pair = born.get(id, {}).get("pair")
        if pair is None:
            continue
        words = [act for act in standing(touched.get(id, ())) if act.act in ("accept", "reject")]
        if words:
            by_hand = words[-1].act == "accept"
            yield id, _Pair(by_hand, pair.kind, () if by_hand else ("rejected by hand",))
        else:
            checks = read(verdict, dict).get("checks") or ()
            failed = [] if accepted else [str(check.get("check")) for check in checks if not check.get("passed")]
            yield id, _Pair(bool(accepted), pair.kind, list(dict.fromkeys(failed)))
