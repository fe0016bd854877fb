"""What else came of a seed: its instructions and pairs, what became of each, and what fell out on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.hand import Act, Hand, standing
from agents.view.conversation import read
from agents.view.lineage import STAYED_OUT, dropped, homes, way, within
from agents.view.run import Run

_CUT = 300
"""Characters of a text that is shown."""


def siblings(run: Run, hand: Hand | None, id: str) -> dict[str, Any]:
    """Return what came of the same seed: `{"seed", "records": [{"id", "type", "stage", "kind", "verdict", …}]}`.

    Instructions and pairs, and what fell out on the way; a pair stands for its instruction, and one with a format for
    the same without. Texts are cut. Raises `Missing`.
    """
    births, _ = way(run, id, dropped(run, id))
    seed = births[0].id
    found: dict[str, dict[str, Any]] = {}
    for home in reversed(homes(run, id)):  # what a branch has of others are copies, some without their verdicts
        for row in _siblings(home, seed):
            found.setdefault(row["id"], row)
    if hand:
        for row in found.values():
            _by_hand(row, hand.acts(row["id"]))
    return {"seed": seed, "records": sorted(found.values(), key=lambda row: str(row["id"]).split("/"))}


def _siblings(home: Run, seed: str) -> list[dict[str, Any]]:
    """Everything one journal has of a seed; the seed is small, so all of it is read."""
    records = "SELECT id, type, parent, stage, kind, json_extract(record, '$.text') FROM records WHERE seed=?"
    answers = "SELECT id, json_extract(record, '$.messages') FROM records WHERE seed=? AND type='pair'"
    judged = (
        "SELECT v.id, v.accepted, v.verdict FROM verdicts v JOIN records r ON r.id=v.id AND r.type='pair' "
        "WHERE r.seed=?"
    )
    fallen = (
        "SELECT d.id, d.stage, d.kind, d.reasons, c.record FROM drops d LEFT JOIN chats c ON c.id=d.id "
        f"WHERE {STAYED_OUT} AND (d.id=? OR (d.id>? AND d.id<?))"
    )
    with home.reading() as db:
        found, replaced = dict[str, dict[str, Any]](), set[str]()
        for id, type_, parent, stage, kind, text in db.execute(records, (seed,)):
            if stage == "demand":
                replaced.add(parent)
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
        for id, stage, kind, reasons, record in db.execute(fallen, (seed, *within(seed))):
            reason = str(next(iter(read(reasons, list)), ""))
            if stage == "respond" and record in found:
                found[record].update(verdict="dropped", reason=reason)
            elif id in found:
                found[id].update(verdict="dropped", reason=reason)
            else:
                found[id] = _sibling(id, "drop", stage, kind, "dropped", reason, "")
    # An instruction to which a format was added gave its place to the one that asks for it.
    return [row for row in found.values() if row["verdict"] != "open" or row["id"] not in replaced]


def _sibling(id: str, type_: str, stage: str, kind: str, verdict: str, reason: str, text: str) -> dict[str, Any]:
    shown = {"id": id, "type": type_, "stage": stage, "kind": kind, "verdict": verdict}
    return {**shown, "reason": reason, "text": text[:_CUT]}


def _reason(verdict: Mapping[str, Any]) -> str:
    """The first failed check, with what it saw."""
    failed = [check for check in verdict.get("checks") or () if not check.get("passed")]
    return f"{failed[0].get('check')}: {failed[0].get('evidence')}" if failed else ""


def _by_hand(row: dict[str, Any], acts: Sequence[Act]) -> None:
    said = [act for act in standing(acts) if act.act in ("accept", "reject")]
    if said:
        accepted = said[-1].act == "accept"
        row.update(verdict="accepted" if accepted else "rejected", reason=str(said[-1].value.get("reason") or ""))
