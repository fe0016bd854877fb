"""Commands of the text view about one chat: what was said in it, what a role was told, what is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from agents.view.conversation import conversation, prompt, raw, words_of
from agents.view.run import Missing, Run
from agents.view.text_chat import write_head, write_turn
from agents.view.text_session import FLAG, Session, asked, positive


def chat(session: Session, words: Sequence[str]) -> None:
    """Show one chat of the record looked at by its number, or any by its id: whole, or a turn at a time."""
    given = asked("chat", words, ("chat", {"metavar": "N"}), walk=FLAG, whole=FLAG, of={"default": ""})
    run, id = _named(session, given.chat, given.of)
    held = conversation(run, id)
    session.chat, session.chat_in = id, run
    write_head(session.paper, held, session.say)
    can_ask = given.walk and sys.stdin.isatty()
    for place, turn in enumerate(held["turns"], 1):
        write_turn(session.paper, turn, held["beside"], session.say, given.whole)
        if can_ask and place < len(held["turns"]) and not _goes_on(place, len(held["turns"])):
            return


def _goes_on(place: int, turns: int) -> bool:
    sys.stdout.flush()
    return not input(f"-- {place} of {turns}; Enter goes on, q stops -- ").strip().startswith("q")


def _named(session: Session, word: str, of: str = "") -> tuple[Run, str]:
    """Return the chat that is meant, and the journal it is in. Raises `Missing`."""
    if not word.isdecimal():
        return session.run, word
    chats = session.told([of] if of else ())["chats"]
    if not 1 <= int(word) <= len(chats):
        raise Missing(f"there is no chat {word}: the record has {len(chats)}; chats lists them")
    found = chats[int(word) - 1]
    return session.run.branch(found["branch"]) if found["branch"] else session.run, str(found["id"])


def prompt_(session: Session, words: Sequence[str]) -> None:
    """Show what a role was told in the chat looked at, or in the first of the record's that it was in."""
    given = asked("prompt", words, ("role", {}), of={"default": ""}, plain=FLAG)
    is_open = bool(given.of or session.seen or session.chat)
    for run, id in _chats(session, given.of) if is_open else _newest(session.run, given.role):
        if hash := _told(run, id, given.role):
            if not given.plain:
                session.paper.line((f"{given.role} in {id}", "bold"))
            if (place := words_of(run, id).get(given.role)) and not given.plain:
                session.paper.line((f"from {place}", "dim"))
            session.paper.text(prompt(run, hash))
            return
    if not is_open:
        spoke = ", ".join(role for (role,) in session.run.rows("SELECT DISTINCT role FROM calls ORDER BY role"))
        raise Missing(f"no role {given.role!r} spoke in this run; there spoke: {spoke or 'nobody'}")
    raise Missing(f"{given.role} was told nothing there; there spoke: {', '.join(cast(session, given.of)) or 'nobody'}")


def _told(run: Run, chat: str, role: str) -> str:
    """Return the hash of what a role was told in a chat last; of a chat gone through again, in its last life."""
    sql = "SELECT prompt, count(*) FROM calls WHERE chat=? AND role=? GROUP BY prompt ORDER BY max(turn) DESC"
    found = [hash for hash, _ in run.rows(sql, (chat, role))]
    if len(found) > 1:
        turns = conversation(run, chat)["turns"]
        used = [turn["call"]["prompt"] for turn in turns if turn["call"] and turn["source"] == role]
        found = used[-1:] or found
    return str(found[0]) if found else ""


def _newest(run: Run, role: str) -> list[tuple[Run, str]]:
    """Name the chat begun last in which a role spoke, or one beside a chat."""
    begun = (
        "SELECT c.id FROM chats c WHERE EXISTS (SELECT 1 FROM calls WHERE chat=c.id AND role=?) "
        "ORDER BY c.rowid DESC LIMIT 1"
    )
    found = run.rows(begun, (role,)) or run.rows("SELECT max(chat) FROM calls WHERE role=?", (role,))
    return [(run, str(id)) for (id,) in found if id]


def _chats(session: Session, of: str) -> list[tuple[Run, str]]:
    if session.chat and not of:
        return [(session.chat_in or session.run, session.chat)]
    number = len(session.told([of] if of else ())["chats"])
    return [_named(session, str(n), of) for n in range(1, number + 1)]


def cast(session: Session, of: str = "") -> list[str]:
    """Name the roles of the chat looked at, or of the record's chats."""
    spoke = "SELECT DISTINCT role FROM calls WHERE chat=?"
    return list(dict.fromkeys(role for run, id in _chats(session, of) for (role,) in run.rows(spoke, (id,))))


def raw_(session: Session, words: Sequence[str]) -> None:
    """Show what is stored, as JSON: a turn of the chat looked at, or the record's row."""
    given = asked("raw", words, ("what", {"nargs": "*"}))
    what: Sequence[str] = given.what
    if len(what) == 2 or (session.chat and what and what[0].isdecimal()):
        run, id = _named(session, what[0]) if len(what) == 2 else (session.chat_in or session.run, session.chat)
        _write(session, _opened(raw(run, id, positive(what[-1]))))
        return
    told = session.told(what)
    row = told["row"] or told["machine"]
    if row is None and told["drop"] is None:
        raise Missing("nothing was judged here; chats lists what was said, raw CHAT TURN shows a call of it")
    _write(session, row or {"id": told["id"], **told["drop"]})


def _opened(row: Mapping[str, Any]) -> dict[str, Any]:
    """Show JSON that is stored as text as what it is."""
    made = dict(row)
    for key in ("reply", "arguments"):
        try:
            made[key] = json.loads(made[key]) if made.get(key) else made.get(key)
        except (ValueError, RecursionError):
            continue
    return {key: value for key, value in made.items() if key in row}


def _write(session: Session, value: Mapping[str, Any]) -> None:
    # Everything beyond ASCII escaped would be inert, and unreadable in most languages.
    session.paper.text(json.dumps(value, ensure_ascii=False, indent=2))
