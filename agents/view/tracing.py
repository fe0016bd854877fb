"""`python -m agents.view trace RUN RECORD`: the family tree of a record, from its seed to the pair and beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.hand import Hand
from agents.view.arguments import Parser, folder
from agents.view.family import family
from agents.view.paper import Paper, Part, Style
from agents.view.plain import one_line
from agents.view.run import Run, open_run
from agents.view.stopping import quietly
from agents.view.text_session import Session
from agents.view.text_story import about, sign, when

MOST_BESIDE = 12
"""Brothers and sisters shown at one place; the others are counted."""


def main(words: Sequence[str]) -> int:
    """Carry out `trace RUN RECORD`; return the exit code."""
    return quietly(lambda: _main(words))


def _main(words: Sequence[str]) -> int:
    parser = Parser(prog="python -m agents.view trace", description=(__doc__ or "").partition(": ")[2])
    parser.add_argument("run", type=folder, metavar="RUN", help="the run's folder")
    parser.add_argument("record", metavar="RECORD", help="its id, or its number in `text RUN list`")
    parser.add_argument("--json", action="store_true", help="write JSON")
    asked = parser.read(words)
    if asked is None:
        return 0
    with open_run(asked.run) as run:
        session = Session(run, Paper())
        return command(run, session.hand, session.id_of(asked.record), session.paper, as_json=asked.json)


def command(run: Run, hand: Hand, id: str, paper: Paper, *, as_json: bool = False) -> int:
    """Write the tree. Raises `Missing`."""
    told = family(run, hand, id)
    if as_json:
        paper.stream.write(f"{json.dumps(told, ensure_ascii=True, indent=2)}\n")
        return 0
    for lead, node in _walk(told["tree"], "", ""):
        _write(paper, lead, node, told["id"])
    return 0


Lead = tuple[str, str]
"""What stands before a node's first line, and before its others."""


def _walk(node: Mapping[str, Any], first: str, others: str) -> Iterator[tuple[Lead, Mapping[str, Any]]]:
    """Yield the nodes with the lines that lead to them, as deep as a tree may be: records are few of one seed."""
    waiting = [(node, first, others)]
    while waiting:
        node, first, others = waiting.pop()
        yield (first, others), node
        shown, hidden = _shown(node["children"])
        rest = [*shown, *([hidden] if hidden else [])]
        for child in reversed(rest):
            is_last = child is rest[-1]
            waiting.append((child, f"{others}{'└─ ' if is_last else '├─ '}", f"{others}{'   ' if is_last else '│  '}"))


def _shown(children: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], dict[str, Any] | None]:
    beside = [child for child in children if not child["on_way"]]
    left_out = {child["id"] for child in beside[MOST_BESIDE:]}
    if not left_out:
        return list(children), None
    more = {"id": "", "type": f"… and {len(left_out)} more", "on_way": False, "children": []}
    return [child for child in children if child["id"] not in left_out], more


def _write(paper: Paper, lead: Lead, node: Mapping[str, Any], wanted: str) -> None:
    first, others = lead
    if not node["id"]:
        paper.line((f"{first}{node['type']} (siblings lists them)", "dim"))
        return
    name = node["id"] if node["type"] == "seed" else node["id"].rpartition("/")[2]
    style: Style = "bold" if node["on_way"] else "dim"
    sort = node["stage"] if node["type"] == "instruction" else node["type"]
    parts: list[Part] = [(first, "dim"), (f"{sort} ", "dim"), (name, style)]
    if node["verdict"] and (node["type"] in ("pair", "drop") or node["verdict"] != "open"):
        parts += ["  ", (node["verdict"], sign(node["verdict"])[1])]
    if node["id"] == wanted:
        parts.append(("  <- asked for", "bold"))
    paper.line(*parts)
    more = f"{others}{'│' if node['children'] else ' '}  "
    if node["on_way"]:
        for said in _details(paper, node, len(more)):
            paper.line((more, "dim"), said)
    elif node["reason"]:
        paper.line((f"{more}{paper.fit(node['reason'], len(more))}", "dim"))
    for said in _decisions(node):
        paper.line((more, "dim"), said)


def _details(paper: Paper, node: Mapping[str, Any], taken: int) -> Iterator[Part]:
    if node["text"]:
        yield f"“{paper.fit(node['text'], taken + 2)}”"
    if node["reason"]:
        yield one_line(node["reason"], 300), "bad"
    if node["chat"]:
        yield f"born in {node['chat'].rpartition('/')[2]}", "dim"
    for chat in node["chats"]:
        if chat["state"] == "done" and chat["stage"] != "check":
            continue  # what was born in it stands below
        yield f"chat {chat['id'].rpartition('/')[2]}: {chat['state']}", "dim"


def _decisions(node: Mapping[str, Any]) -> Iterator[Part]:
    for act in node["hand"]:
        words = about(act["value"])
        did = f"{act['n']}: {act['who']} on {when(act['at'])}: {act['act']} {words}".rstrip()
        yield f"{did} (undone)" if act["undone"] else did, "dim" if act["undone"] else "good"
    for branch in node["branches"]:
        changed = ", ".join(name for name, value in (branch.get("changes") or {}).items() if value is not None)
        result = {True: "accepted", False: "rejected", None: str(branch.get("state") or "")}[branch["accepted"]]
        kept = ", kept" if branch["kept"] else ", not kept"
        at = f"turn {branch.get('turn')} of {str(branch.get('of')).rpartition('/')[2]}"
        yield f"branch {branch['n']} by {branch.get('who')}, another {changed} from {at}: {result}{kept}", "good"
        if branch.get("pair"):
            yield f"  {branch['pair']}", "dim"
