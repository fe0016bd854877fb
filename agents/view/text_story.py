"""One record on paper: its verdict, the pair, where it came from, and the chats that made it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from agents.view.hints import Hints
from agents.view.paper import Paper, Part, Style, count, seconds, tokens
from agents.view.plain import one_line

MOST = 2_000
"""Characters of one message that are shown before the rest is only counted."""
_SIGNS: dict[str, tuple[str, Style]] = {
    "accepted": ("+", "good"),
    "rejected": ("-", "bad"),
    "dropped": ("x", "bad"),
    "open": ("…", "dim"),
}


def sign(verdict: str) -> tuple[str, Style]:
    """Return the one letter that stands for a verdict in a list."""
    return _SIGNS.get(verdict, ("?", "dim"))


def write_story(paper: Paper, told: Mapping[str, Any], say: Hints, whole: bool = False) -> None:
    """Write all there is of one record but the chats themselves."""
    paper.line((told["id"], "bold"))
    paper.line(*_summary(told))
    _why(paper, told)
    _key(paper, told)
    if told["row"] or told["machine"]:
        write_pair(paper, told["row"] or told["machine"], whole)
    else:
        last = told["births"][-1]
        if last["text"]:
            paper.head(f"{last['type'].capitalize()}")
            write_text(paper, last["text"], 2, whole)
    _born(paper, told, whole)
    write_chats(paper, told["chats"])
    _people(paper, told, say)


def write_pair(paper: Paper, row: Mapping[str, Any], whole: bool = False) -> None:
    """Write a pair's conversation."""
    paper.head("Pair")
    tools = [str((tool.get("function") or tool).get("name")) for tool in row.get("tools") or ()]
    if tools:
        paper.line((f"tools: {', '.join(tools)}", "dim"), indent=2)
    for message in row.get("messages") or ():
        if message.get("content"):
            paper.line((str(message.get("role")), "bold"), indent=2)
            write_text(paper, str(message["content"]), 4, whole)
        for call in message.get("tool_calls") or ():
            function = call.get("function") or {}
            paper.line(("assistant calls ", "bold"), str(function.get("name")), indent=2)
            write_text(paper, str(function.get("arguments") or ""), 4, whole)


def write_text(paper: Paper, text: str, indent: int, whole: bool = True, style: Style = "") -> None:
    """Write a text; where not the `whole`, its beginning, and how much more there is."""
    cut = text if whole or len(text) <= MOST + MOST // 4 else text[:MOST]
    paper.text(cut, indent, style)
    if len(cut) < len(text):
        paper.line((f"… {count(len(text) - len(cut))} more characters (--whole shows them)", "dim"), indent=indent)


def write_verdict(paper: Paper, told: Mapping[str, Any], say: Hints) -> None:
    """Write everything the checks found, with their evidence."""
    checks = ((told["machine"] or {}).get("verdict") or {}).get("checks") or []
    for check in sorted(checks, key=lambda check: bool(check.get("passed"))):
        mark: Part = ("+ ", "good") if check.get("passed") else ("- ", "bad")
        paper.line(mark, (str(check.get("check")), "bold"), f" ({check.get('by')})", indent=2)
        paper.text(str(check.get("evidence") or ""), 6)
    if told["drop"]:
        paper.line((f"fell out at {told['drop']['stage']}", "bad"), indent=2)
        for reason in told["drop"]["reasons"]:
            paper.text(str(reason), 6)
    if not checks and not told["drop"]:
        paper.line("not judged", indent=2)
    _people(paper, told, say)


def write_chats(paper: Paper, chats: Sequence[Mapping[str, Any]]) -> None:
    """Write the list of a record's chats, numbered as `chat N` takes them."""
    if not chats:
        return
    paper.head("Chats")
    for number, chat in enumerate(chats, 1):
        took = f"{tokens(**chat['tokens'])}, {seconds(chat['seconds'])}"
        beside = f", {chat['asides']} beside it" if chat["asides"] else ""
        beside += f", {chat['earlier']} replies to earlier prompts or requests" if chat["earlier"] else ""
        state: Part = (chat["state"], "bad" if chat["state"] == "failed" else "dim")
        name = f"{chat['stage']} {chat['kind']}" + (f" (branch {chat['branch']})" if chat.get("branch") else "")
        paper.line(
            f"{number:>2}  {name:34} ", state, f"  {', '.join(chat['cast'])}  ", (took + beside, "dim"), indent=2
        )
        if chat["error"]:
            paper.line((one_line(last_line(chat["error"]), 200), "bad"), indent=6)


def last_line(error: str) -> str:
    """The line that says what went wrong: of a traceback the last."""
    return error.strip().rpartition("\n")[2]


def when(at: float) -> str:
    """Write a moment, in local time."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))


def about(value: Mapping[str, Any]) -> str:
    """Say in a line what an act was about: its reason, the act it takes back, the branch that is kept."""
    if "branch" in value:
        return one_line(f"branch {value['branch']} in place of {value.get('of')}")
    if "act" in value:
        return f"of {value['act']}"
    return one_line(str(value.get("reason") or ""))


# -- parts


def _summary(told: Mapping[str, Any]) -> list[Part]:
    row = told["row"] or told["machine"]
    kinds = (row or {}).get("kinds") or {}
    goals = [*(kinds.get("refine") or ()), *(kinds.get("demand") or ())]
    words = [told["type"], kinds.get("instruct") or told["births"][-1]["kind"], *goals]
    seed = told["seed"]
    words.append(f"from {seed['path']}, lines {seed['span'][0]} to {seed['span'][1]}")
    return [(_verdict(told), sign(_verdict(told))[1]), "  ", (" · ".join(filter(None, words)), "dim")]


def _verdict(told: Mapping[str, Any]) -> str:
    row = told["row"] or told["machine"]
    if row:
        return "accepted" if (row.get("verdict") or {}).get("accepted") else "rejected"
    return "dropped" if told["drop"] else "open"


def _why(paper: Paper, told: Mapping[str, Any]) -> None:
    """Write why it is not in the data; of what is, only how much was looked at."""
    verdict = ((told["machine"] or {}).get("verdict")) or {}
    failed = [check for check in verdict.get("checks") or () if not check.get("passed")]
    passed = len(verdict.get("checks") or ()) - len(failed)
    for check in failed:
        paper.line(("- ", "bad"), (str(check.get("check")), "bold"), f" ({check.get('by')})", indent=2)
        paper.text(str(check.get("evidence") or ""), 6)
    if verdict:
        paper.line(
            (f"{passed} checks passed, by {', '.join(verdict.get('judged_by') or ())} (verdict shows them)", "dim"),
            indent=2,
        )
    for reason in (told["drop"] or {}).get("reasons", ()):
        paper.line(("- ", "bad"), f"{told['drop']['stage']}: ", indent=2)
        paper.text(str(reason), 6)


def _key(paper: Paper, told: Mapping[str, Any]) -> None:
    """Write what the answer was held against, where a skill says so."""
    facts = ((told["row"] or told["machine"]) or {}).get("facts") or {}
    if key := facts.get("key"):
        said = key if isinstance(key, str) else json.dumps(key, ensure_ascii=False)
        paper.line((f"the key: {one_line(said, 300)}", "dim"), indent=2)


def _born(paper: Paper, told: Mapping[str, Any], whole: bool) -> None:
    """Write the way from the seed, and how a refinement changed the instruction."""
    paper.head("Way")
    for birth in told["births"]:
        name, indent = f"{birth['type']} {birth['kind']}".strip(), 2 + 2 * birth["at"]
        text = told["seed"]["path"] if birth["type"] == "seed" else birth["text"]
        paper.line((name, "bold"), "  ", (paper.fit(text, indent + len(name) + 2, 90), "dim"), indent=indent)
    change = told["refinement"]
    if not change:
        return
    paper.head("Refinement")
    for idea in change["ideas"]:
        paper.line((f"{idea['source']}: ", "bold"), indent=2)
        paper.text(idea["text"], 4)
    _write_diff(paper, change["diff"], whole)


_SIDE = 120
"""Characters shown on either side of a change."""
_CHANGED: dict[str, tuple[Style, str, str]] = {"=": ("", "", ""), "-": ("bad", "[-", "-]"), "+": ("good", "{+", "+}")}


def _write_diff(paper: Paper, diff: Sequence[Sequence[str]], whole: bool) -> None:
    """Write what was taken out and put in; of what stayed only what stands beside it, if not the `whole`."""
    pieces: list[tuple[str, Style]] = []
    for mark, text in diff:
        style, opens, closes = _CHANGED[mark]
        if mark == "=" and not whole and len(text) > 3 * _SIDE:
            text = f"{text[:_SIDE]} … {text[-_SIDE:]}"
        bare = text.rstrip()
        pieces.append((text if paper.is_coloured else f"{opens}{bare}{closes}{text[len(bare) :]}", style))
    if paper.is_coloured:
        paper.pieces(pieces, 2)
    else:
        paper.text("".join(text for text, _ in pieces), 2)


def _people(paper: Paper, told: Mapping[str, Any], say: Hints) -> None:
    """Write what people did, and what was branched off."""
    if told["hand"]["acts"]:
        paper.head("People")
    for act in told["hand"]["acts"]:
        undone = " (undone)" if act["undone"] else ""
        words = f"{act['n']}  {when(act['at'])}  {act['who']}: {act['act']}{undone} {about(act['value'])}".rstrip()
        paper.line((one_line(words), "dim" if act["undone"] else ""), indent=2)
    if told["hand"]["acts"]:
        paper.line((f"the data as people left it: {say.export()}", "dim"), indent=2)
    if told["branches"]:
        paper.head("Branches")
    for branch in told["branches"]:
        changed = ", ".join(name for name, value in (branch.get("changes") or {}).items() if value is not None)
        what = f"another {changed}" if changed else "asked anew"
        result = {True: "accepted", False: "rejected", None: str(branch.get("state") or "")}[branch["accepted"]]
        result += ", kept" if branch["kept"] else ""
        where = f"turn {branch.get('turn')} of {branch.get('of')}"
        paper.line(f"{branch['n']}  {branch.get('who')}: {what} from {where}: {result}", indent=2)
        if branch.get("error"):
            paper.line((one_line(str(branch["error"]), 200), "bad"), indent=6)
