"""What a branch was asked to be: the chat, the turn and the change, looked at before anything is made or spent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from agents.errors import UsageError
from agents.models.spec import parse_spec
from agents.onlooker import PERSON
from teams.engine.again.kept import BRANCHED, Kept
from teams.engine.again.way import Way, way_to
from teams.engine.flow import Skill


@dataclass(frozen=True)
class Asked:
    """A branch as somebody asks for it."""

    chat: str
    turn: int
    prompt: str | None = None
    model: str | None = None
    answer: str | None = None
    record: str = ""
    """Whose way is gone; '' finds the one that came of the chat, an accepted pair if there is one."""
    who: str = "somebody"

    @property
    def changes(self) -> dict[str, Any]:
        return {"prompt": self.prompt, "model": self.model, "answer": self.answer}


def parting(kept: Kept, asked: Asked, skill: Skill) -> tuple[Way, str]:
    """Return the way that is branched, and the role whose turn it is. Raises `UsageError`."""
    if "/aside-" in asked.chat:
        main = asked.chat.partition("/aside-")[0]
        raise UsageError(f"{asked.chat} was held beside a chat; branch {main} at the turn that asked it")
    way = way_to(kept, kept.target(asked.record), skill) if asked.record else _came_of(kept, asked.chat, skill)
    if asked.chat not in way.chats:
        raise UsageError(f"{way.target.id} did not come of the chat {asked.chat}; it came of: {', '.join(way.chats)}")
    if any(flow.choose and asked.chat.rpartition("/")[2].startswith(f"{_label(flow)}-") for flow in skill.flows):
        raise UsageError("in this chat only kinds are chosen, and a branch keeps those of its way; branch another one")
    role = _role_at(kept, asked)
    if asked.model and (other := parse_spec(asked.model).role) and other != role:
        raise UsageError(f"--model {asked.model}: turn {asked.turn} is {role}'s; give the model alone")
    if asked.prompt is not None and not asked.prompt.strip():
        raise UsageError("the changed prompt is empty; give the whole system message of the role")
    if asked.answer is not None and not asked.answer.strip():
        raise UsageError("the changed answer is empty; give the whole reply of the role")
    return way, role


def _label(flow: Any) -> str:
    return str(flow.choose.name or f"{flow.label}-chooser")


def _came_of(kept: Kept, chat: str, skill: Skill) -> Way:
    """Return the way to a pair that came of a chat, an accepted one first; else to where the chat led."""
    if BRANCHED in chat:
        raise UsageError(f"{chat} is a branch's; branch what it came from, with both changes")
    held = kept.all("SELECT record, seed, round FROM chats WHERE id=?", chat)
    if not held:
        ids = kept.column("SELECT id FROM chats LIMIT 20000")
        near = get_close_matches(chat, ids, 3, 0.5)
        raise UsageError(f"there is no chat {chat!r} in {kept.folder}/; near it are: {', '.join(near) or 'none'}")
    record, seed, round = held[0]
    sql = """SELECT v.id FROM records r JOIN verdicts v ON v.id=r.id WHERE r.type='pair' AND r.seed=? AND r.round=?
             AND (r.id=? OR instr(r.id, ? || '/')=1) ORDER BY v.accepted DESC, v.id"""
    for pair in kept.column(sql, seed, round, record, record):
        way = way_to(kept, kept.target(pair), skill)
        if chat in way.chats:
            return way
    return way_to(kept, kept.target(chat), skill)


def _role_at(kept: Kept, asked: Asked) -> str:
    sql = "SELECT role, model FROM calls WHERE chat=? AND turn=?"
    if _of_person(kept.all(sql, asked.chat, asked.turn), kept.all(sql, asked.chat, asked.turn - 1)):
        at = asked.turn - 1
        raise UsageError(f"turn {asked.turn} is what a person said in place of turn {at}: branch at --turn {at}")
    roles = kept.column("SELECT role FROM calls WHERE chat=? AND turn=?", asked.chat, asked.turn)
    if roles:
        return str(roles[-1])
    said = kept.all("SELECT DISTINCT turn, role FROM calls WHERE chat=? ORDER BY turn", asked.chat)
    if not said:
        raise UsageError(f"no model was asked in {asked.chat}; branch a chat in which one was")
    turns = ", ".join(f"{turn} ({role})" for turn, role in said)
    tool = kept.column("SELECT name FROM tools WHERE chat=? AND turn=?", asked.chat, asked.turn)
    what = f"is the answer of the tool {tool[0]}" if tool else "is not in it"
    raise UsageError(f"turn {asked.turn} of {asked.chat} {what}; the turns that can be changed: {turns}")


def answer_of(kept: Kept, chat: str, role: str, text: str | None) -> str | dict[str, Any] | None:
    """Return a person's answer as the role would give it: a call where it is one and the role makes calls."""
    if text is None:
        return None
    calls = any("calls" in json.loads(reply) for (reply,) in kept.all(
        "SELECT reply FROM calls WHERE chat=? AND role=? AND reply<>''", chat, role))  # fmt: skip
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    is_call = isinstance(value, dict) and set(value) == {"name", "arguments"} and isinstance(value["arguments"], dict)
    return value if calls and is_call else text.removesuffix("\n")


def _of_person(said: Sequence[tuple[str, str]], before: Sequence[tuple[str, str]]) -> bool:
    """Say whether a turn is a person's words that took the place of a model's, said just before for the same role."""
    return any(model == PERSON and any(other == role and by != PERSON for other, by in before) for role, model in said)
