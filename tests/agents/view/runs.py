"""Runs to look at: those that are kept, and runs made here by the real engine with scripted models."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
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


def branch_off(folder: Path, id: str, number: int, **meta: Any) -> str:
    """Make a branch of a pair's answer, as branching leaves it: a journal with what is new. Return its pair's id."""
    branch, made = folder / f"branches/{number}", f"{id}!{number}"
    branch.mkdir(parents=True)
    shutil.copyfile(folder / "run.db", branch / "run.db")
    chat = f"{id}/respond-plain"
    about = {"of": chat, "turn": 1, "record": id, "changes": {"prompt": "Be kind.", "model": None, "answer": None}}
    about |= {"who": "ada", "at": 0, "role": "assistant", "state": "done", "error": "", "pair": made, **meta}
    with closing(sqlite3.connect(branch / "run.db")) as db:
        db.execute("DELETE FROM records WHERE NOT (id=? AND type='pair')", (id,))
        db.execute("UPDATE records SET id=?", (made,))
        db.execute("DELETE FROM verdicts WHERE id<>?", (id,))
        db.execute("UPDATE verdicts SET id=?1, accepted=1, row=json_set(row, '$.id', ?1)", (made,))
        db.execute("UPDATE verdicts SET row=json_set(row, '$.verdict.accepted', json('true'))")
        db.execute("DELETE FROM chats WHERE id<>?", (chat,))
        db.execute("DELETE FROM drops")
        db.execute("UPDATE calls SET prompt='of the branch'")
        db.execute("INSERT INTO prompts VALUES ('of the branch', 'Be kind.')")
        db.execute("INSERT INTO meta VALUES ('branch', ?)", (json.dumps(about),))
        db.commit()
    return made


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
