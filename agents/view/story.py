"""One record's whole story: the seed, every birth and chat on the way, the verdict, and what people did to it.

Chats are listed and not told: `conversation` tells them one at a time, so that a story stays small however much was
said. `siblings` lists what else came of the seed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agents.view.conversation import asides_of, read
from agents.view.differing import coming_back, differing
from agents.view.lineage import Birth, Held, chats_of, chats_of_seed, homes, lineage
from agents.view.origin import origin
from agents.view.run import Missing, Run
from agents.view.trained import trained

if TYPE_CHECKING:
    from agents.hand import Act, Hand


def story(run: Run, hand: Hand | None, id: str) -> dict[str, Any]:
    """Return the story of a pair, an instruction, a passage, a seed, or (by its id) a chat that yielded nothing.

    `row` is the exported row as people left it, None where there is none; `machine` the same before them. Raises
    `Missing`.
    """
    drop = dropped(run, id)
    births, failed = _way(run, id, drop)
    seed, last = births[0].id, births[-1]
    held = chats_of_seed(run, seed, id)
    chats = chats_of(births, held, failed)
    machine = row_of(run, id)
    acts = hand.acts(id) if hand else []
    row = _as_left(machine, acts)
    said = row or (last.record if last.type == "pair" else None)
    messages, tools = list((said or {}).get("messages") or ()), list((said or {}).get("tools") or ())
    source = origin(run, seed)
    texts = _texts(messages) if said else [birth.text for birth in births[1:]]
    return {
        "id": id,
        "type": "drop" if failed else last.type,
        "skill": id.partition("/")[0],
        "row": row,
        "machine": machine,
        "drop": drop or _fell_out_of(run, last, held),
        "seed": {**source, "lit": coming_back(source["text"] or "", texts)},
        "births": [_birth(birth, at) for at, birth in enumerate(births)],
        "chats": [_chat(chat, run) for chat in chats],
        "refinement": _refinement(births, held),
        "trained": trained(messages, tools),
        "hand": {"version": max((act.n for act in acts), default=0), "acts": acts_as_dicts(acts)},
        "branches": branches_of(run, id),
    }


def siblings(run: Run, hand: Hand | None, id: str) -> dict[str, Any]:
    """Return what came of the same seed: `{"seed", "records": [{"id", "type", "stage", "kind", "verdict", …}]}`.

    Instructions and pairs, and what fell out on the way; a pair stands for its instruction. Texts are cut. Raises
    `Missing`.
    """
    births, _ = _way(run, id, dropped(run, id))
    seed = births[0].id
    found: dict[str, dict[str, Any]] = {}
    for home in homes(run, id):
        for row in _siblings(home, seed):
            found.setdefault(row["id"], row)
    if hand:
        for row in found.values():
            _by_hand(row, hand.acts(row["id"]))
    return {"seed": seed, "records": sorted(found.values(), key=lambda row: str(row["id"]).split("/"))}


# -- parts of a story


def dropped(run: Run, id: str) -> dict[str, Any] | None:
    """Return why what is at an id fell out: `{"stage", "kind", "reasons"}`; None where it did not, or came through."""
    sql = (
        "SELECT d.stage, d.kind, d.reasons FROM drops d LEFT JOIN chats c ON c.id=d.id "
        "WHERE d.id=? AND c.state IS NOT 'done' AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id=d.id)"
    )
    for home in homes(run, id):
        if found := home.rows(sql, (id,)):
            stage, kind, reasons = found[0]
            return {"stage": stage, "kind": kind, "reasons": read(reasons, list)}
    return None


def row_of(run: Run, id: str) -> dict[str, Any] | None:
    """Return the exported row of a pair that was judged."""
    for home in homes(run, id):
        if found := home.rows("SELECT row FROM verdicts WHERE id=?", (id,)):
            return read(found[0][0], dict) or None
    return None


def branches_of(run: Run, id: str) -> list[dict[str, Any]]:
    """Return what was branched off from a record: each branch's own words, `n`, and whether its pair is accepted."""
    found = []
    for number in run.numbers():
        branch = run.branch(number)
        meta = branch.meta("branch") or {}
        if id not in (meta.get("record"), meta.get("pair")):
            continue
        judged = branch.rows("SELECT accepted FROM verdicts WHERE id=?", (meta.get("pair"),))
        found.append({**meta, "n": number, "accepted": bool(judged[0][0]) if judged else None})
    return found


def acts_as_dicts(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Return a record's acts, oldest first; `undone` says which no longer count."""
    if not acts:
        return []
    from agents.hand import standing

    stands = {act.n for act in standing(acts)}
    return [{**asdict(act), "undone": act.act != "undo" and act.n not in stands} for act in acts]


def _way(run: Run, id: str, drop: Mapping[str, Any] | None) -> tuple[list[Birth], str]:
    """The births up to a record; for a chat that yielded nothing those up to what it was held over, and its id."""
    try:
        return lineage(run, id), ""
    except Missing:
        chats = [home.rows("SELECT record FROM chats WHERE id=?", (id,)) for home in homes(run, id)]
        over = next((str(rows[0][0]) for rows in chats if rows), "")
        if not over and drop:  # it was declined before anybody had a seat: the id says over what
            over = id.rpartition("/")[0]
        if not over:
            raise
        return lineage(run, over), id


def _as_left(machine: dict[str, Any] | None, acts: Sequence[Act]) -> dict[str, Any] | None:
    if not acts:
        return machine
    from agents.hand import overlay

    left = overlay(machine, acts)
    return dict(left) if left is not None else None


def _texts(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """All that is said in a pair: words, and what calls hold."""
    texts = [str(message["content"]) for message in messages if message.get("content")]
    calls = [call.get("function") or {} for message in messages for call in message.get("tool_calls") or ()]
    return [*texts, *(str(function.get("arguments") or "") for function in calls)]


def _birth(birth: Birth, at: int) -> dict[str, Any]:
    shown = {"id": birth.id, "type": birth.type, "stage": birth.stage, "kind": birth.kind}
    return {**shown, "text": birth.text, "chat": birth.chat, "at": at}


def _chat(chat: Held, run: Run) -> dict[str, Any]:
    sql = "SELECT coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0), coalesce(sum(seconds), 0.0)"
    with chat.home.reading() as db:
        sent, made, seconds = db.execute(f"{sql} FROM calls WHERE chat=?", (chat.id,)).fetchone()
        (worked,) = db.execute("SELECT coalesce(sum(seconds), 0.0) FROM tools WHERE chat=?", (chat.id,)).fetchone()
        beside = sum(1 for _ in asides_of(db, chat.id))
    return {
        "id": chat.id,
        "stage": chat.stage,
        "kind": chat.kind,
        "state": chat.state,
        "error": chat.error,
        "cast": list(chat.cast),
        "tokens": {"prompt": sent, "completion": made},
        "seconds": seconds + worked,
        "asides": beside,
        "branch": int(chat.home.folder.name) if chat.home.trunk else None,
    }


def _refinement(births: Sequence[Birth], held: Sequence[Held]) -> dict[str, Any] | None:
    """Return how the last refinement on the way changed the instruction, beside what was suggested for it."""
    for before, after in reversed(list(zip(births, births[1:], strict=False))):
        if after.type == "instruction" and after.stage == "refine" and before.type == "instruction":
            chat = next((chat for chat in held if chat.id == after.chat), None)
            return {
                "from": before.id,
                "before": before.text,
                "after": after.text,
                "diff": differing(before.text, after.text),
                "ideas": _ideas(chat) if chat else [],
            }
    return None


def _ideas(chat: Held) -> list[dict[str, str]]:
    """What the roles said that spoke before the last of them, the editor."""
    speakers = chat.home.rows("SELECT role FROM calls WHERE chat=? ORDER BY turn", (chat.id,))
    roles = list(dict.fromkeys(role for (role,) in speakers))
    if len(roles) < 2:
        return []
    sql = "SELECT source, text FROM messages WHERE chat=? AND source=? AND type='text' ORDER BY n"
    said = chat.home.rows(sql, (chat.id, roles[0]))
    return [{"source": source, "text": idea} for source, text in said for idea in _listed(text)]


def _listed(text: str) -> list[str]:
    """The items of a reply that is nothing but a list of words; else the reply."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return [text]
    lists = [v for v in value.values() if isinstance(v, list)] if isinstance(value, dict) else [value]
    items = lists[0] if len(lists) == 1 and isinstance(lists[0], list) else []
    return items if items and all(isinstance(item, str) for item in items) else [text]


def _fell_out_of(run: Run, last: Birth, held: Sequence[Held]) -> dict[str, Any] | None:
    """Return why an instruction was never answered."""
    if last.type != "instruction":
        return None
    over = [chat.id for chat in held if chat.record == last.id and chat.stage == "respond"]
    return next(filter(None, (dropped(run, id) for id in over)), None)


# -- siblings

_CUT = 300


def _siblings(home: Run, seed: str) -> list[dict[str, Any]]:
    """Everything one journal has of a seed; the seed is small, so all of it is read."""
    records = "SELECT id, type, stage, kind, json_extract(record, '$.text') FROM records WHERE seed=?"
    answers = "SELECT id, json_extract(record, '$.messages') FROM records WHERE seed=? AND type='pair'"
    judged = (
        "SELECT v.id, v.accepted, v.verdict FROM verdicts v JOIN records r ON r.id=v.id AND r.type='pair' "
        "WHERE r.seed=?"
    )
    fallen = (
        "SELECT d.id, d.stage, d.kind, d.reasons, c.record FROM drops d LEFT JOIN chats c ON c.id=d.id "
        "WHERE d.seed=? AND c.state IS NOT 'done' AND NOT EXISTS (SELECT 1 FROM verdicts v WHERE v.id=d.id)"
    )
    with home.reading() as db:
        found: dict[str, dict[str, Any]] = {}
        for id, type_, stage, kind, text in db.execute(records, (seed,)):
            if type_ == "passage" or (type_ == "instruction" and id in found):
                continue
            found[id] = _sibling(id, type_, stage, kind, "open", "", text or found.get(id, {}).get("text", ""))
        for id, messages in db.execute(answers, (seed,)):
            asked = [m.get("content") for m in read(messages, list) if m.get("role") == "user"]
            found[id]["text"] = str(next(filter(None, asked), ""))[:_CUT] or found[id]["text"]
        for id, accepted, verdict in db.execute(judged, (seed,)):
            if id in found:
                reason = "" if accepted else _reason(read(verdict, dict))
                found[id].update(verdict="accepted" if accepted else "rejected", reason=reason)
        # `drops` has no index by seed: its rows are found by the chats', and by ids that begin with the seed's.
        for id, stage, kind, reasons, record in db.execute(fallen.replace("d.seed=?", _UNDER), _under(seed)):
            reason = str(next(iter(read(reasons, list)), ""))
            if stage == "respond" and record in found:
                found[record].update(verdict="dropped", reason=reason)
            elif id in found:
                found[id].update(verdict="dropped", reason=reason)
            else:
                found[id] = _sibling(id, "drop", stage, kind, "dropped", reason, "")
    return list(found.values())


_UNDER = "(d.id=? OR (d.id>? AND d.id<?))"


def _under(seed: str) -> tuple[str, str, str]:
    return seed, f"{seed}/", f"{seed}0"


def _sibling(id: str, type_: str, stage: str, kind: str, verdict: str, reason: str, text: str) -> dict[str, Any]:
    shown = {"id": id, "type": type_, "stage": stage, "kind": kind, "verdict": verdict}
    return {**shown, "reason": reason, "text": text[:_CUT]}


def _reason(verdict: Mapping[str, Any]) -> str:
    """The first failed check, with what it saw."""
    failed = [check for check in verdict.get("checks") or () if not check.get("passed")]
    return f"{failed[0].get('check')}: {failed[0].get('evidence')}" if failed else ""


def _by_hand(row: dict[str, Any], acts: Sequence[Act]) -> None:
    if not acts:
        return
    from agents.hand import standing

    said = [act for act in standing(acts) if act.act in ("accept", "reject")]
    if said:
        accepted = said[-1].act == "accept"
        row.update(verdict="accepted" if accepted else "rejected", reason=str(said[-1].value.get("reason") or ""))
