"""A chat on paper: whole, or a turn at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.view.paper import Paper, count, seconds
from agents.view.plain import one_line
from agents.view.text_story import last_line, write_text


def write_head(paper: Paper, chat: Mapping[str, Any]) -> None:
    """Write what is known of a chat before anybody speaks."""
    paper.line((chat["id"], "bold"))
    tokens = f"{count(chat['tokens']['prompt'])} + {count(chat['tokens']['completion'])} tokens"
    paper.line((f"{chat['state']}  {', '.join(chat['cast'])}  {tokens}, {seconds(chat['seconds'])}", "dim"), indent=2)
    if chat["error"]:
        paper.line((one_line(last_line(chat["error"]), 400), "bad"), indent=2)


def write_turns(paper: Paper, chat: Mapping[str, Any], whole: bool = False) -> Iterator[int]:
    """Write one turn for each item that is taken; the item is its number."""
    for turn in chat["turns"]:
        write_turn(paper, turn, whole)
        yield turn["n"]


def write_turn(paper: Paper, turn: Mapping[str, Any], whole: bool = False) -> None:
    """Write one message, and before it what was said in vain."""
    for vain in turn["retries"]:
        paper.line((f"{turn['n']:>3}  {turn['source']}, not used", "bad"), (_took(vain), "dim"))
        write_text(paper, vain["said"] or "(not kept)", 5, whole, "dim")
    if turn.get("missing"):
        return
    result, call = turn["result"], turn["call"]
    what = {"call": " calls", "thought": " thinks", "task": ": the task"}.get(turn["type"], "")
    if result:
        what = f" gets from {result['name']}" + (" an error" if result["error"] else "")
    took = (
        _took({"turn": call["turn"], "tokens": call["completion_tokens"], "seconds": call["seconds"]}) if call else ""
    )
    if turn["tool"]:
        took = f"  turn {turn['tool']['turn']}, {seconds(turn['tool']['seconds'])}"
    what = " is about to say" if turn.get("pending") else what
    paper.line(f"{turn['n']:>3}  ", (turn["source"], "bold"), what, (took, "dim"))
    for made in turn["calls"]:
        paper.text(f"{made['name']} {made['arguments']}", 5)
    if turn["text"]:
        write_text(paper, turn["text"], 5, whole, "dim" if turn["type"] == "thought" else "")
    for aside in turn["asides"]:
        paper.line((f"beside it: chat {aside}", "dim"), indent=5)


def _took(said: Mapping[str, Any]) -> str:
    return f"  turn {said['turn']}, {count(said['tokens'])} tokens, {seconds(said['seconds'])}"
