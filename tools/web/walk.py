"""A planned way gone in the real browser: every move found on the page as it is, scrolled to, and carried out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tools.web.bench import WebBench
from tools.web.observe import Node
from tools.web.planner import Move

SCROLLS = 12


async def walk(bench: WebBench, moves: Sequence[Move]) -> str:
    """Go the way. Return '' or what kept one from it; the steps are in the bench's trace."""
    await bench.open()
    for number, move in enumerate(moves, 1):
        node = find(bench, move)
        scrolls = 0
        while node is not None and node.id not in _shown(bench) and scrolls < SCROLLS:
            box = node.box
            await bench.call("scroll", {"direction": "up" if box and box[1] < 0 else "down"})
            node, scrolls = find(bench, move), scrolls + 1
        if node is None or node.id not in _shown(bench):
            return (
                f"step {number}: {move.role} {move.name!r} is not on the page {bench.seen.path if bench.seen else ''}"
            )
        answer = await bench.call(move.action, arguments(move, node))
        if answer.is_error:
            return f"step {number}: {answer.text.splitlines()[0]}"
    return ""


def arguments(move: Move, node: Node) -> dict[str, Any]:
    """Return the arguments of the action that a move is, at the element it was found to mean."""
    if move.action == "type":
        return {"id": node.id, "text": move.value, "enter": False}
    return {"id": node.id, "option": move.value} if move.action == "select" else {"id": node.id}


def find(bench: WebBench, move: Move) -> Node | None:
    """Return the element a move means, on or off the window; None if the page has none."""
    if bench.seen is None:
        return None
    tree = bench.seen.tree
    dialog = next((n for n in tree.walk() if n.role == "dialog"), tree)
    for node in dialog.walk():
        same = node.role == move.role and " ".join(node.name.split()) == " ".join(move.name.split())
        if node.id is not None and same and (move.role != "link" or node.url == move.value):
            return node
    return None


def _shown(bench: WebBench) -> Any:
    return bench.seen.shown if bench.seen else ()
