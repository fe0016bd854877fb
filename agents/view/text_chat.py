"""A chat on paper, a turn at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.view.hints import Hints
from agents.view.paper import Paper, count, seconds, tokens
from agents.view.plain import one_line
from agents.view.text_story import last_line, write_text


def write_head(paper: Paper, chat: Mapping[str, Any], say: Hints) -> None:
    """Write what is known of a chat before anybody speaks."""
    paper.line((chat["id"], "bold"))
    spent = tokens(**chat["tokens"])
    paper.line((f"{chat['state']}  {', '.join(chat['cast'])}  {spent}, {seconds(chat['seconds'])}", "dim"), indent=2)
    if earlier := len(chat["earlier"]):
        said = f"{count(earlier)} {'reply' if earlier == 1 else 'replies'} to an earlier prompt or request"
        shown = say("raw", chat["id"], str(chat["earlier"][0]["turn"]))
        paper.line((f"{said}: the chat was gone through again (the first: {shown})", "dim"), indent=2)
    if chat["error"]:
        paper.line((one_line(last_line(chat["error"]), 400), "bad"), indent=2)


def write_turn(
    paper: Paper, turn: Mapping[str, Any], beside: Mapping[str, Mapping[str, str]], say: Hints, whole: bool = False
) -> None:
    """Write one message, before it what was said in vain, and below it what chats `beside` it were for."""
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
        paper.line((f"beside it: {_purpose(beside.get(aside))}", "dim"), indent=5)
        paper.line((say("chat", aside), "dim"), indent=7)


def _purpose(told: Mapping[str, str] | None) -> str:
    """Say what a chat beside a turn was for."""
    if not told:
        return "somebody was asked"
    if told["answers"]:
        return f"{told['role']} answers {told['answers']}"
    return f"{told['role']} is asked “{told['asked']}”"


def _took(said: Mapping[str, Any]) -> str:
    return f"  turn {said['turn']}, {count(said['tokens'])} tokens, {seconds(said['seconds'])}"
