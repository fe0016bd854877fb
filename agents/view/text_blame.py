"""What came of roles' work, on paper: all side by side, or one of them, with what quotes its words first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from typing import Any

from agents.view.paper import Paper, count, seconds, tokens
from agents.view.plain import one_line

Say = Callable[..., str]
"""Words of a command -> what is to be typed for it."""


def write_all(paper: Paper, parts: Sequence[Mapping[str, Any]], say: Say) -> None:
    """Write a table of roles."""
    if not parts:
        paper.line("nobody has spoken in this run")
        return
    heads: tuple[str, ...] = (
        *("role", "accepted", "rejected", "quoted", "chats", "refused", "calls", "again", "tokens", "time", "cost"),
        "oftenest",
    )
    rows = [_cells(part) for part in parts]
    if not any(part["cost"] for part in parts):
        heads, rows = heads[:-2] + heads[-1:], [row[:-2] + row[-1:] for row in rows]
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    for row in (heads, *rows):
        first, *numbers, reason = row
        shown = "  ".join(cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=False))
        paper.line((first.ljust(widths[0]), "bold"), f"  {shown}  ", (reason, "dim"))
    said = (
        "accepted, rejected: pairs it had a part in, as others had; quoted: rejected ones where what was found quotes "
        "its words; refused: chats that came to nothing since it gave no usable reply; again: replies asked for again"
    )
    paper.text(said, style="dim")
    paper.line((f"more of one: {say('blame', parts[0]['role'])}", "dim"))


def _cells(part: Mapping[str, Any]) -> tuple[str, ...]:
    """One line of the table, and what of its own was found wrong oftenest."""
    names = ("accepted", "rejected", "quoted", "chats", "refused", "calls", "retries")
    numbers = ["-" if name == "quoted" and is_judge(part) else count(part[name]) for name in names]
    own = [(complaint or "no usable reply", number) for complaint, number, _ in part["complaints"]]
    for check, found in groupby(sorted(finding["check"] for finding in part["findings"])):
        own.append((check, len(list(found))))
    why = one_line(max(own, key=lambda reason: reason[1])[0], 40) if own else ""
    spent = part["prompt_tokens"] + part["completion_tokens"]
    return (part["role"], *numbers, count(spent) if spent else "?", seconds(part["seconds"]), _cost(part), why)


def is_judge(part: Mapping[str, Any]) -> bool:
    """Say whether a role only looked at pairs when they were made."""
    return bool(part["pairs"]) and part["judged"] == part["pairs"]


def write_one(paper: Paper, part: Mapping[str, Any], places: Sequence[str], say: Say) -> None:
    """Write what came of one role's work; `places`: the files its words stand in."""
    role = part["role"]
    paper.line((role, "bold"), f"  {', '.join(part['stages'])}  played by {', '.join(part['models'])}")
    for place in places:
        paper.line("its words stand in ", (place, "bold"), indent=2)
    if not places:
        paper.line(("where its words stand was not noted in this run", "dim"), indent=2)
    paper.line((f"as it was told them: {say('prompt', role)}", "dim"), indent=2)
    if is_judge(part):
        _write_judged(paper, part)
    else:
        _write_quoted(paper, part, say)
    _write_replies(paper, part, say)
    _write_unknown(paper, part, say)
    _write_sums(paper, part)


def _write_judged(paper: Paper, part: Mapping[str, Any]) -> None:
    paper.head("Pairs it looked at")
    paper.line(f"{count(part['rejected'])} of {count(part['pairs'])} were rejected, by it or by other checks", indent=2)
    _reasons(paper, "rejected for", part["reasons"])


def _write_quoted(paper: Paper, part: Mapping[str, Any], say: Say) -> None:
    if part["quoted"]:
        paper.head("Its words, quoted or named in what was found wrong")
        made = f"{count(part['quoted'])} of the {_pairs(part['spoilt'])} it helped to make that were rejected"
        paper.line((f"in {made}; it may be quoted for what another left out", "dim"), indent=2)
    for finding in sorted(part["findings"], key=lambda one: str(one["check"])):
        _write_finding(paper, finding, say)


def _write_unknown(paper: Paper, part: Mapping[str, Any], say: Say) -> None:
    """Write of rejected pairs what says little of this role."""
    if part["unknown"]:
        paper.head("Rejected, and whose words were at fault isn't known")
        paper.line(("what was found quotes nobody; it helped to make them, as others did", "dim"), indent=2)
    for check, number in part["unknown"]:
        paper.line(f"{count(number):>6} × ", (f"rejected for {check}", "bad"), indent=2)
        for example in [one for one in part["examples"] if one["check"] == check][:1]:
            paper.text(one_line(example["evidence"], 300), 11)
            paper.line((say("open", example["record"]), "dim"), indent=11)
    if part["elsewhere"]:
        paper.head("Rejected, others' words quoted")
        others = ", ".join(f"{role} in {count(number)}" for role, number in part["others"])
        paper.line(f"{_pairs(part['elsewhere'])} it helped to make too; quoted are {others}", indent=2)


def _write_finding(paper: Paper, finding: Mapping[str, Any], say: Say) -> None:
    paper.line(("- ", "bad"), (finding["check"], "bold"), f" ({finding['by']})", indent=2)
    paper.text(one_line(finding["evidence"], 600), 6)
    paper.line((say("open", finding["record"]), "dim"), indent=6)


def _write_replies(paper: Paper, part: Mapping[str, Any], say: Say) -> None:
    paper.head("Replies")
    again = f"{count(part['retries'])} replies could not be used"
    if part["earlier"]:
        again += f", {count(part['earlier'])} answered an earlier prompt or request"
    paper.line(f"{count(part['calls'])} calls, {again}", indent=2)
    if part["refused"]:
        chats = f"{count(part['refused'])} of {count(part['chats'])} chats"
        paper.line(f"{chats} came to nothing since it gave no usable reply; what was wrong with the last", indent=2)
    for complaint, number, chat in part["complaints"]:
        paper.line(f"{count(number):>6} × ", (complaint or "(not kept)", "bad"), indent=2)
        paper.line((say("chat", chat), "dim"), indent=11)
    if part["failed"]:
        failed = f"{count(part['failed'])} of {count(part['chats'])} chats it sat in"
        paper.line(f"{failed} came to nothing, whoever's doing it was", indent=2)
    _reasons(paper, "because", part["failures"])


def _write_sums(paper: Paper, part: Mapping[str, Any]) -> None:
    paper.head("All in all")
    spent = tokens(part["prompt_tokens"], part["completion_tokens"])
    paper.line(f"{spent}, {seconds(part['seconds'])}, {_cost(part)}", indent=2)
    had = "it looked at" if is_judge(part) else "it had a part in"
    share = f" ({part['accepted'] / part['pairs']:.0%})" if part["pairs"] else ""
    paper.line(f"{count(part['accepted'])} of {_pairs(part['pairs'])} {had} were accepted{share}", indent=2)
    if not is_judge(part):
        paper.line(("others had a part in each, too", "dim"), indent=2)
    wide = max((len(kind["kind"]) for kind in part["kinds"]), default=0)
    for kind in part["kinds"]:
        counts = f"{count(kind['accepted']):>6} accepted {count(kind['rejected']):>6} rejected"
        paper.line(f"{kind['kind']:{wide}} {counts}", indent=4)


def _pairs(number: int) -> str:
    return f"{count(number)} {'pair' if number == 1 else 'pairs'}"


def _reasons(paper: Paper, word: str, reasons: Sequence[tuple[str, int]]) -> None:
    for name, number in reasons:
        paper.line(f"{count(number):>6} × ", (f"{word} {name}", "bad"), indent=2)


def _cost(part: Mapping[str, Any]) -> str:
    return "cost unknown" if part["cost"] is None else f"${part['cost']:.4f}"
