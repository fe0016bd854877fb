"""One record's whole story: the seed, every birth and chat on the way, the verdict, and what people did to it.

Chats are listed and not told: `conversation` tells them one at a time, so that a story stays small however much was
said.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict
from itertools import pairwise
from typing import Any

from agents.errors import UsageError
from agents.hand import Act, Hand, overlay, standing
from agents.view.asides import asides_of
from agents.view.conversation import earlier_calls, read
from agents.view.differing import coming_back, differing
from agents.view.lineage import Birth, Held, chats_of, chats_of_seed, dropped, homes, way
from agents.view.origin import origin
from agents.view.run import BRANCH, Run
from agents.view.siblings import siblings
from agents.view.trained import trained

__all__ = ["acts_as_dicts", "branches_of", "row_of", "siblings", "story"]


def story(run: Run, hand: Hand | None, id: str) -> dict[str, Any]:
    """Return the story of a pair, an instruction, a passage, a seed, or (by its id) a chat that yielded nothing.

    `row` is the exported row as people left it, None where there is none; `machine` the same before them. Raises
    `Missing`.
    """
    drop = dropped(run, id)
    births, failed = way(run, id, drop)
    seed, last = births[0].id, births[-1]
    held = chats_of_seed(run, seed, id)
    chats = chats_of(births, held, failed)
    machine = row_of(run, id)
    acts = hand.acts(id) if hand else []
    row = _as_left(id, machine, acts)
    said = row or machine or (last.record if last.type == "pair" else None)
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
        "births": [_birth(birth, at, {chat.id for chat in held}) for at, birth in enumerate(births)],
        "chats": [_chat(chat, run) for chat in chats],
        "refinement": _refinement(births, held),
        "trained": trained(messages, tools),
        "hand": {"version": max((act.n for act in acts), default=0), "acts": acts_as_dicts(acts)},
        "branches": branches_of(run, id, hand),
    }


# -- parts of a story


def row_of(run: Run, id: str) -> dict[str, Any] | None:
    """Return the exported row of a pair that was judged."""
    for home in homes(run, id):
        if found := home.rows("SELECT row FROM verdicts WHERE id=?", (id,)):
            return read(found[0][0], dict) or None
    return None


def branches_of(run: Run, id: str, hand: Hand | None = None) -> list[dict[str, Any]]:
    """Return what was branched off from a record: each branch's own words, `n`, and whether its pair is accepted.

    `kept`: it was taken into the data by `hand`.
    """
    found = []
    for number in run.numbers():
        with suppress(UsageError):  # one that is only just begun, broken, or gone meanwhile
            found += _branch_of(run.branch(number), number, id)
    for branch in found:
        acts = standing(hand.acts(branch.get("pair") or "")) if hand else []
        branch["kept"] = any(act.act == "keep" for act in acts)
    return found


def _branch_of(branch: Run, number: int, id: str) -> list[dict[str, Any]]:
    meta = branch.meta("branch")
    if not isinstance(meta, dict) or id not in (meta.get("record"), meta.get("pair")):
        return []
    judged = branch.rows("SELECT accepted FROM verdicts WHERE id=?", (meta.get("pair"),))
    return [{**meta, "n": number, "accepted": bool(judged[0][0]) if judged else None}]


def acts_as_dicts(acts: Sequence[Act]) -> list[dict[str, Any]]:
    """Return a record's acts, oldest first; `undone` says which no longer count."""
    stands = {act.n for act in standing(acts)}
    return [{**asdict(act), "undone": act.act != "undo" and act.n not in stands} for act in acts]


def _as_left(id: str, machine: dict[str, Any] | None, acts: Sequence[Act]) -> dict[str, Any] | None:
    """Return the row as people left it. A branch's pair has one only where it was kept."""
    left = overlay(None if BRANCH.search(id) else machine, acts)
    return dict(left) if left is not None else None


def _texts(messages: Sequence[Mapping[str, Any]]) -> list[str]:
    """All that is said in a pair: words, and what calls hold."""
    texts = [str(message["content"]) for message in messages if message.get("content")]
    calls = [call.get("function") or {} for message in messages for call in message.get("tool_calls") or ()]
    return [*texts, *(str(function.get("arguments") or "") for function in calls)]


def _birth(birth: Birth, at: int, held: set[str]) -> dict[str, Any]:
    """Return one birth; what a program made without a word said has no chat."""
    shown = {"id": birth.id, "type": birth.type, "stage": birth.stage, "kind": birth.kind}
    return {**shown, "text": birth.text, "chat": birth.chat if birth.chat in held else None, "at": at}


def _chat(chat: Held, run: Run) -> dict[str, Any]:
    sql = "SELECT coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0), coalesce(sum(seconds), 0.0)"
    with chat.home.reading() as db:
        sent, made, seconds = db.execute(f"{sql} FROM calls WHERE chat=?", (chat.id,)).fetchone()
        (worked,) = db.execute("SELECT coalesce(sum(seconds), 0.0) FROM tools WHERE chat=?", (chat.id,)).fetchone()
        beside = sum(1 for _ in asides_of(db, chat.id))
        earlier = len(earlier_calls(db, chat.id))
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
        "earlier": earlier,
        "branch": int(chat.home.folder.name) if chat.home.trunk else None,
    }


def _refinement(births: Sequence[Birth], held: Sequence[Held]) -> dict[str, Any] | None:
    """Return how the last refinement on the way changed the instruction, beside what was suggested for it."""
    for before, after in reversed(list(pairwise(births))):
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
