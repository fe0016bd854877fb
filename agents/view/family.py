"""The family tree of a record: all that came of its seed, with the way to the record, verdicts, acts and branches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.hand import Act, Hand, standing
from agents.view.lineage import Birth, Held, chats_of_seed, dropped, homes, lineage, way
from agents.view.plain import one_line
from agents.view.run import Run
from agents.view.siblings import siblings
from agents.view.story import acts_as_dicts, branches_of

_TEXT = 300


def family(run: Run, hand: Hand, id: str) -> dict[str, Any]:
    """Return `{"id", "seed", "tree": node}`; a node has `children` of the same form, and `on_way` if it leads to `id`.

    A node: `id`, `type`, `stage`, `kind`, `text` (its beginning), `chat` (in which it was born), `chats` (held over
    it, with their state), `verdict`, `reason`, `hand` (acts), `branches` (each with `kept`), `children`. Raises
    `Missing`.
    """
    births, failed = way(run, id, dropped(run, id))
    seed = births[0]
    on_way = {birth.id for birth in births} | {failed}
    rows = {row["id"]: row for row in siblings(run, hand, id)["records"]}
    held = chats_of_seed(run, seed.id, id)
    nodes = {seed.id: _node(seed, held, rows, on_way)}
    for birth in _births(run, seed.id, id):
        nodes.setdefault(birth.id, _node(birth, held, rows, on_way))
    touched = hand.touched()
    for node in nodes.values():
        _decided(node, run, touched)
    for row in rows.values():
        if row["id"] not in nodes:  # what fell out before it was a record
            nodes[row["id"]] = _fallen(row, held, on_way)
    for node in list(nodes.values()):
        if node["id"] != seed.id:
            parent = nodes.get(node["parent"], nodes[seed.id])
            parent["children"].append(node)
    return {"id": id, "seed": seed.id, "tree": nodes[seed.id]}


def _births(run: Run, seed: str, id: str) -> list[Birth]:
    """Every record of a seed once: a pair stands for its instruction."""
    ids: list[str] = []
    for home in homes(run, id):
        ids += [found for (found,) in home.rows("SELECT id FROM records WHERE seed=? ORDER BY rowid", (seed,))]
    return [lineage(run, found)[-1] for found in dict.fromkeys(ids)]


def _node(birth: Birth, held: Sequence[Held], rows: dict[str, Any], on_way: set[str]) -> dict[str, Any]:
    row = rows.get(birth.id) or {}
    over = [chat for chat in held if chat.record == birth.id]
    # A pair's parent is the instruction it shares its id with: what that came of stands in the id.
    parent = birth.parent if birth.parent != birth.id else birth.id.rpartition("/")[0]
    return {
        "id": birth.id,
        "parent": parent,
        "type": birth.type,
        "stage": birth.stage,
        "kind": birth.kind,
        "text": one_line(birth.text, _TEXT),
        "chat": birth.chat,
        "chats": [{"id": chat.id, "stage": chat.stage, "kind": chat.kind, "state": chat.state} for chat in over],
        "verdict": row.get("verdict", ""),
        "reason": row.get("reason", ""),
        "on_way": birth.id in on_way,
        "hand": [],
        "branches": [],
        "children": [],
    }


def _fallen(row: dict[str, Any], held: Sequence[Held], on_way: set[str]) -> dict[str, Any]:
    over = next((chat.record for chat in held if chat.id == row["id"]), row["id"].rpartition("/")[0])
    shown = {key: row[key] for key in ("id", "type", "stage", "kind", "text", "verdict", "reason")}
    rest = {"chat": row["id"], "chats": [], "hand": [], "branches": [], "children": []}
    return {**shown, **rest, "parent": over, "on_way": row["id"] in on_way}


def _decided(node: dict[str, Any], run: Run, touched: Mapping[str, Sequence[Act]]) -> None:
    """Add what people did with a record, and what they branched off from it."""
    node["hand"] = acts_as_dicts(touched.get(node["id"], ()))
    for branch in branches_of(run, node["id"]):
        if branch.get("record") != node["id"]:
            continue
        kept = any(act.act == "keep" for act in standing(touched.get(str(branch.get("pair")), ())))
        node["branches"].append({**branch, "kept": kept})
