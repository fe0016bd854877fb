"""Runs to look at: those that are kept, and runs made here by the real engine with scripted models."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from autogen_core.models import FunctionExecutionResultMessage

from agents.models.model import Abilities, Model
from agents.models.price import Price
from agents.models.scripted import Call, Request, ScriptedClient
from teams.engine import RunOptions
from teams.engine.running import Outcome, run
from teams.tool_use import skill
from tests.runs.keep import fixtures
from tests.teams.library import CODE, REQUESTS, answers

KEPT = fixtures()
FILLER = "That is all I have to say."
"""What the requester says where it should have filled in a form."""


def faltering(request: Request) -> Any:
    """Play the requester: at first it says what can't be used; of one kind it never says what can."""
    kind = request.chat.rsplit("instruct-", 1)[1]
    if kind == "no_such_function" or request.turn == 0:
        return FILLER
    return REQUESTS.get(kind, {"calls": [], "request": "This one is of no use and the gate will say so, I hope."})


def in_actions(assist: Callable[[Request], Any]) -> Callable[[Request], Any]:
    """Let a role call its tools as models do that can't: with one JSON object a turn."""

    def said(request: Request) -> Any:
        # What came of its calls stands there in a user's words, where the script looks for results.
        results = sum(getattr(message, "source", "") == "tools" for message in request.messages)
        made = assist(replace(request, messages=[FunctionExecutionResultMessage(content=[])] * results))
        if not isinstance(made, Call):
            return made
        return json.dumps({"thought": "Go on.", "action": made.name, "arguments": dict(made.arguments)})

    return said


async def library_run(folder: Path, tools: Literal["native", "actions"] = "native", **changes: Any) -> Outcome:
    """Run tool_use over the small library: its API simulated beside the chat, some replies of no use."""
    seeds = folder.parent / f"{folder.name}-code"
    seeds.mkdir(exist_ok=True)
    for number in range(3):
        (seeds / f"desk{number}.py").write_text(f"{CODE}\n# branch {number}\n", encoding="utf-8")
    roles = {**answers(), "requester": faltering}
    if tools == "actions":
        roles["assistant"] = in_actions(roles["assistant"])
    client = ScriptedClient({**roles, **changes})
    model = Model("scripted", client, Abilities(tools=tools), price=Price(1.0, 2.0))
    return await run(skill, RunOptions(seeds=(seeds,), run=folder), model_for=lambda role: model)
