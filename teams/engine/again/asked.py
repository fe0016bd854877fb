"""What a branch was asked to be: the chat, the turn and the change, looked at before anything is made or spent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from agents.command_line import typed
from agents.errors import UsageError
from agents.onlooker import PERSON
from teams.engine.again.answering import form_of
from teams.engine.again.kept import BRANCHED, Kept
from teams.engine.again.means import models_named
from teams.engine.again.way import Way, way_to
from teams.engine.flow import Skill


@dataclass(frozen=True)
class Asked:
    """A branch as somebody asks for it."""

    chat: str
    turn: int
    prompt: str | None = None
    model: str | None = None
    """One `[ROLE=]MODEL` a line; without a role it is for the one whose turn it is."""
    answer: str | None = None
    record: str = ""
    """Whose way is gone; '' finds the one that came of the chat, an accepted pair if there is one."""
    who: str = "somebody"
    template: str | None = None
    """In place of `prompt`: the role's section of a script, made into a prompt for each chat as the script is."""

    @property
    def changes(self) -> dict[str, Any]:
        made = {"prompt": self.prompt, "model": self.model, "answer": self.answer}
        return made if self.template is None else {**made, "template": self.template}


def parting(kept: Kept, asked: Asked, skill: Skill) -> tuple[Way, str]:
    """Return the way that is branched, and the role whose turn it is. Raises `UsageError`."""
    if "/aside-" in asked.chat:
        main = asked.chat.partition("/aside-")[0]
        raise UsageError(f"{asked.chat} was held beside a chat; branch {main} at the turn that asked it")
    way = way_to(kept, kept.target(asked.record), skill) if asked.record else _came_of(kept, asked.chat, skill)
    if asked.chat not in way.chats:
        raise UsageError(f"{way.target.id} did not come of the chat {asked.chat}; it came of: {', '.join(way.chats)}")
    if is_choosing(skill, asked.chat):
        raise UsageError("in this chat only kinds are chosen, and a branch keeps those of its way; branch another one")
    role = _role_at(kept, asked)
    if lost := unkept(kept, way, skill, asked.chat, asked.turn):
        raise UsageError(lost)
    if strange := [one for one in models_of(asked.model, role) if one not in skill.roles]:
        raise UsageError(f"--model {strange[0]}=…: {skill.name} has no such role; its roles: {', '.join(skill.roles)}")
    if asked.prompt is not None and not asked.prompt.strip():
        raise UsageError("the changed prompt is empty; give the whole system message of the role")
    if asked.answer is not None and not asked.answer.strip():
        raise UsageError(f"the changed answer is empty; {form_of(kept, asked.chat, asked.turn)}")
    return way, role


def unkept(kept: Kept, way: Way, skill: Skill, chat: str, turn: int) -> str:
    """Return why a chat can't be held again up to a turn: its journal has no replies, as older ones; '' where it can.

    At its first turn nothing needs to be held again in it, nor the chats before it that have left their records.
    """
    for before in way.chats[: way.chats.index(chat)]:
        is_needed = before not in way.rows and not is_choosing(skill, before)
        if is_needed and kept.all("SELECT 1 FROM calls WHERE chat=? AND reply='' LIMIT 1", before):
            needed = f"to come to {chat} what was said in {before} is needed"
            return f"this journal doesn't keep what models replied, and {needed}"
    if not kept.all("SELECT 1 FROM calls WHERE chat=? AND turn<? AND reply='' LIMIT 1", chat, turn):
        return ""
    first, role = kept.all("SELECT turn, role FROM calls WHERE chat=? ORDER BY turn LIMIT 1", chat)[0]
    return (
        f"this journal doesn't keep what models replied, and what was said in {chat} before turn {turn} is needed; "
        f"only its first turn can be changed: {first} ({role})"
    )


def is_choosing(skill: Skill, chat: str) -> bool:
    """Say whether in a chat only kinds are chosen."""
    return any(flow.choose and chat.rpartition("/")[2].startswith(f"{_label(flow)}-") for flow in skill.flows)


def _label(flow: Any) -> str:
    return str(flow.choose.name or f"{flow.label}-chooser")


def _came_of(kept: Kept, chat: str, skill: Skill) -> Way:
    """Return the way to a pair that came of a chat, an accepted one first; else to where the chat led."""
    if BRANCHED in chat:
        raise UsageError(f"{chat} is a branch's; branch what it came from, with both changes")
    held = kept.all("SELECT record, seed, round FROM chats WHERE id=?", chat)
    if not held:
        raise _no_chat(kept, chat)
    record, seed, round = held[0]
    sql = """SELECT v.id FROM records r JOIN verdicts v ON v.id=r.id WHERE r.type='pair' AND r.seed=? AND r.round=?
             AND (r.id=? OR instr(r.id, ? || '/')=1) ORDER BY v.accepted DESC, v.id"""
    for pair in kept.column(sql, seed, round, record, record):
        way = way_to(kept, kept.target(pair), skill)
        if chat in way.chats:
            return way
    return way_to(kept, kept.target(chat), skill)


def see_chat(kept: Kept, chat: str) -> None:
    """Refuse what names no chat, before it is taken for one of a skill that is not installed. Raises `UsageError`."""
    of_other = "/aside-" in chat or BRANCHED in chat
    if not of_other and not kept.all("SELECT 1 FROM chats WHERE id=? UNION SELECT 1 FROM drops WHERE id=?", chat, chat):
        raise _no_chat(kept, chat)


def _no_chat(kept: Kept, chat: str) -> UsageError:
    ids = kept.column("SELECT id FROM chats LIMIT 20000")
    near = [id for id in ids if id.endswith(f"/{chat}")][:3] or get_close_matches(chat, ids, 3, 0.5)
    shown = f"near it are: {', '.join(near)}; " if near else ""
    listed = typed("text", kept.folder, "open", "RECORD", module="agents.view")
    return UsageError(
        f"there is no chat {chat!r} in {kept.folder}/; {shown}the chats of a record are listed by: {listed}"
    )


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


def models_of(text: str | None, role: str) -> dict[str, str]:
    """Return which model is to play which role from the turn on; `role` is the one whose turn it is.

    Raises `UsageError`: one means nothing, or two are for one role.
    """
    named = models_named(text.splitlines()) if text else {}
    if "" in named and role in named:
        raise UsageError(f"--model names two models for {role}, whose turn it is: {named['']} and {named[role]}")
    return {one or role: spec for one, spec in named.items()}


def _of_person(said: Sequence[tuple[str, str]], before: Sequence[tuple[str, str]]) -> bool:
    """Say whether a turn is a person's words that took the place of a model's, said just before for the same role."""
    return any(model == PERSON and any(other == role and by != PERSON for other, by in before) for role, model in said)
