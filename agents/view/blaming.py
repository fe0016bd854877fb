"""What came of each role's work: the pairs it had a part in, what they fell to, the chats it failed, what it cost.

That a role spoke in a chat of a rejected pair says little: half a dozen did. Where what was found wrong quotes
somebody it is known whose words it is about, and only there.

Read a seed at a time, in the order of their ids: memory holds what came of one seed, however many there are.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from agents.hand import Act, Hand, standing
from agents.view.conversation import earlier_calls, read
from agents.view.failing import begin_of
from agents.view.lineage import Birth, Held, ascended, chats_of, held_over, within
from agents.view.plain import one_line
from agents.view.quoting import Said, named, quotations
from agents.view.run import Run

MOST_REASONS = 10
MOST_OF_A_CHECK, MOST_FINDINGS = 3, 12
"""Findings that are told whole; the others are counted."""
_REFUSED = re.compile(r"\b(\w+) gave no usable reply(?:.*?; the last complaint: (.*))?")
_SAID = "type IN ('text', 'call')"


@dataclass(frozen=True)
class Finding:
    """Why a pair was rejected, as a check or a person said it."""

    record: str
    check: str
    evidence: str
    by: str


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
    judged: int = 0
    """Of its pairs, those that it only looked at when they were made."""
    spoilt: int = 0
    """Rejected ones that it helped to make."""
    quoted: int = 0
    """Of those, those where what was found quotes its words."""
    others: Counter[str] = field(default_factory=Counter)
    """Who was quoted in those where only others were."""
    findings: list[Finding] = field(default_factory=list)
    """Some of what was found that quotes it."""
    elsewhere: int = 0
    """Rejected ones it helped to make where only others are quoted."""
    unknown: Counter[str] = field(default_factory=Counter)
    """Checks failed by those of them where nobody is quoted: whose words were at fault isn't known."""
    examples: list[Finding] = field(default_factory=list)
    """Some of what was found in those."""
    chats: int = 0
    failed: int = 0
    """Chats it sat in that yielded nothing."""
    refused: int = 0
    """Of those, where it gave no usable reply."""
    complaints: Counter[str] = field(default_factory=Counter)
    """What was wrong with the last reply of those."""
    refusals: dict[str, str] = field(default_factory=dict)
    """A chat that ended so, by what was wrong."""
    failures: Counter[str] = field(default_factory=Counter)
    """Why chats yielded nothing that it sat in, of others' doing too."""
    calls: int = 0
    retries: int = 0
    """Replies that could not be used and were asked for again."""
    earlier: int = 0
    """Replies to an earlier prompt or request: their chats were gone through again."""
    tokens: dict[str, list[int]] = field(default_factory=dict)
    """Prompt and completion tokens by model."""
    seconds: float = 0.0
    kinds: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    """`accepted` and `rejected` by the kind of instruction."""


@dataclass(frozen=True)
class _Pair:
    id: str
    accepted: bool
    kind: str
    findings: Sequence[Finding]

    @property
    def failed(self) -> list[str]:
        """The checks it failed, each once."""
        return list(dict.fromkeys(finding.check for finding in self.findings))


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
    """Return a role's part as JSON; `cost` is None where a price or the tokens are not known."""
    costs = [
        (sent * prices[model][0] + made * prices[model][1]) / 1e6 if model in prices and sent + made else None
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
        "judged": part.judged,
        "spoilt": part.spoilt,
        "quoted": part.quoted,
        "findings": [asdict(finding) for finding in part.findings],
        "elsewhere": part.elsewhere,
        "others": part.others.most_common(),
        "unknown": part.unknown.most_common(MOST_REASONS),
        "examples": [asdict(finding) for finding in part.examples],
        "chats": part.chats,
        "failed": part.failed,
        "refused": part.refused,
        "complaints": [[*counted, part.refusals[counted[0]]] for counted in part.complaints.most_common(MOST_REASONS)],
        "failures": part.failures.most_common(MOST_REASONS),
        "calls": part.calls,
        "retries": part.retries,
        "earlier": part.earlier,
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
                _failed(part, chat.id, chat.error)
    born: dict[str, dict[str, Birth]] = defaultdict(dict)
    for id, type_, parent, stage, kind, chat_id in db.execute(_RECORDS, (seed,)):
        born[id][type_] = Birth(id, type_, seed, stage, kind, chat_id or None, parent or "")
    for id, pair in _judged(db, seed, born, touched):
        way = chats_of(ascended(id, lambda known: born.get(known, {})), held)
        # Who was asked for a format and set none has no part in the pair.
        made = [chat for chat in way if chat.bore or chat.stage != "demand"]
        makers = {role for chat in made if chat.stage != "check" for role in roles.get(chat.id, ())}
        cast = makers | {role for chat in made for role in roles.get(chat.id, ())}
        for role in cast:
            part, verdict = parts[role], "accepted" if pair.accepted else "rejected"
            part.accepted += pair.accepted
            part.rejected += not pair.accepted
            part.judged += role not in makers
            part.kinds[pair.kind][verdict] += 1
            part.reasons.update(pair.failed)
        if not pair.accepted:
            _lay(db, pair, [chat for chat in made if chat.stage != "check"], {role: parts[role] for role in makers})


def _lay(db: sqlite3.Connection, pair: _Pair, chats: Sequence[Held], makers: Mapping[str, Part]) -> None:
    """Lay what was found wrong with a pair to those whose words it quotes."""
    # What a sandbox shows is what a program wrote.
    found = [finding for finding in pair.findings if finding.by != "sandbox"]
    messages = _messages(db, pair.id) if any(named(finding.evidence) for finding in found) else []
    is_told = bool(messages) or any(any(quotations(finding.evidence)) for finding in found)
    said = Said(db, [chat.id for chat in chats] if is_told else [], makers)
    quoted = [(finding, said.quoted(finding.evidence, messages)) for finding in found]
    blamed = {role for _, roles in quoted for role in roles}
    for role, part in makers.items():
        part.spoilt += 1
        if role in blamed:
            part.quoted += 1
        elif blamed:
            part.elsewhere += 1
            part.others.update(blamed)
        else:
            part.unknown.update(pair.failed)
            for finding in pair.findings:
                _add_some(part.examples, finding)
    for finding, roles in quoted:
        for role in roles:
            _add_some(makers[role].findings, finding)


def _messages(db: sqlite3.Connection, id: str) -> list[dict[str, Any]]:
    (row,) = db.execute("SELECT row FROM verdicts WHERE id=?", (id,)).fetchone()
    return [message for message in read(row, dict).get("messages") or () if isinstance(message, dict)]


def _add_some(told: list[Finding], finding: Finding) -> None:
    of_check = sum(other.check == finding.check for other in told)
    if of_check < MOST_OF_A_CHECK and len(told) < MOST_FINDINGS:
        told.append(finding)


_RECORDS = "SELECT id, type, parent, stage, kind, chat FROM records WHERE seed=?"


def _spoken(db: sqlite3.Connection, seed: str, parts: dict[str, Part]) -> dict[str, set[str]]:
    """Count a seed's calls; return who spoke in each chat, chats beside it included."""
    counted = f"SELECT chat, source, count(*) FROM messages WHERE chat>? AND chat<? AND {_SAID} GROUP BY 1, 2"
    said = {(chat, source): number for chat, source, number in db.execute(counted, within(seed))}
    earlier, asked_for = _earlier(db, seed), Counter[tuple[str, str]]()
    spoken: dict[str, set[str]] = defaultdict(set)
    sums = "count(*), sum(prompt_tokens), sum(completion_tokens), sum(seconds)"
    asked = f"SELECT chat, role, model, {sums} FROM calls WHERE chat>? AND chat<? GROUP BY 1, 2, 3"
    for chat, role, model, calls, sent, made, seconds in db.execute(asked, within(seed)):
        part = parts.setdefault(role, Part(role))
        part.models.add(model)
        part.calls += calls
        asked_for[chat, role] += calls
        tokens = part.tokens.setdefault(model, [0, 0])
        tokens[0] += sent or 0
        tokens[1] += made or 0
        part.seconds += seconds or 0.0
        spoken[chat.partition("/aside-")[0]].add(role)
    for at, calls in asked_for.items():
        parts[at[1]].earlier += earlier[at]
        parts[at[1]].retries += max(0, calls - earlier[at] - said.get(at, 0))
    return spoken


def _earlier(db: sqlite3.Connection, seed: str) -> Counter[tuple[str, str]]:
    """Count by chat and role what was answered in earlier lives of a seed's chats."""
    doubled = "SELECT chat FROM calls WHERE chat>? AND chat<? GROUP BY chat HAVING count(*) > count(DISTINCT turn)"
    chats = [chat for (chat,) in db.execute(doubled, within(seed)).fetchall()]
    return Counter((chat, call.role) for chat in chats for call in earlier_calls(db, chat))


def _failed(part: Part, chat: str, error: str) -> None:
    part.failed += 1
    said = error.strip().rpartition("\n")[2]
    part.failures[begin_of(said)] += 1
    refused = _REFUSED.search(said)
    if refused and refused[1] == part.role:
        part.refused += 1
        complaint = one_line(refused[2] or "", 200)
        part.complaints[complaint] += 1
        part.refusals.setdefault(complaint, chat)


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
            last, by_hand = words[-1], words[-1].act == "accept"
            why = Finding(id, "rejected by hand", str(last.value.get("reason") or ""), last.who)
            yield id, _Pair(id, by_hand, pair.kind, () if by_hand else (why,))
        else:
            checks = [] if accepted else read(verdict, dict).get("checks") or []
            found = [_finding(id, check) for check in checks if not check.get("passed")]
            yield id, _Pair(id, bool(accepted), pair.kind, found)


def _finding(id: str, check: Mapping[str, Any]) -> Finding:
    return Finding(id, str(check.get("check")), str(check.get("evidence") or ""), str(check.get("by") or ""))
