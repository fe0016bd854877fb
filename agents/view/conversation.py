"""One chat as a conversation: who spoke, what was called and came back, what it took, what was said in vain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.view.matching import Call, Matched, Spoken, match
from agents.view.run import Missing, Run

ASIDE = "/aside-"
"""Between a chat's id and the name of a chat held beside it."""
_CALLS = (
    "SELECT turn, role, model, prompt, reply, prompt_tokens, completion_tokens, seconds FROM calls WHERE chat=? "
    "ORDER BY turn"
)
_TOOLS = "SELECT turn, role, name, answer, seconds FROM tools WHERE chat=? ORDER BY turn"


def conversation(run: Run, chat: str) -> dict[str, Any]:
    """Return one chat, told in `turns`; texts are whole. Raises `Missing`.

    A turn is a message: `call` and `tool` say what the model call and the tool behind it took, None where it is not
    known; `retries` are replies of its speaker just before that could not be used. Where a chat ended with such
    replies, they stand at a last turn of their own, which has no text and says `missing`; a reply of a chat that still
    goes on, and is in no message yet, says `pending`.
    """
    run = _home(run, chat)
    with run.reading() as db:
        head = head_of(db, chat)
        messages = [_message(row) for row in db.execute(_MESSAGES, (chat,))]
        calls = [_call(row) for row in db.execute(_CALLS, (chat,))]
        tools = db.execute(_TOOLS, (chat,)).fetchall()
        beside = _beside(db, chat)
    places = words_of(run, chat)
    if head["state"] == "aside" and not messages and not calls:
        raise _no_chat(run, chat)
    spoken = [_spoken(message) for message in messages]
    found = match(spoken, calls, head["error"], ended=head["state"] == "done")
    worked = _tools(messages, tools)
    turns = [_turn(message, found, worked.get(message["n"])) for message in messages]
    turns += _missing(found.left, messages[-1]["n"] + 1 if messages else 0, head["state"] == "open")
    _seat_asides(turns, beside, {call.role for call in calls})
    tokens = {"prompt": sum(c.prompt_tokens for c in calls), "completion": sum(c.completion_tokens for c in calls)}
    seconds = sum(call.seconds for call in calls) + sum(row[4] or 0.0 for row in tools)
    cast = head["cast"] or list(dict.fromkeys(call.role for call in calls))
    return {**head, "cast": cast, "words": places, "turns": turns, "tokens": tokens, "seconds": seconds}


def words_of(run: Run, chat: str) -> dict[str, str]:
    """Return where the words stand that the roles of a chat's skill are told: `teams/rag/script.md, ## judge`."""
    sql = "SELECT role, group_concat(place, '; ') FROM words WHERE skill=? GROUP BY role"
    return dict(run.rows(sql, (chat.partition("/")[0],))) if run.has("words") else {}


def prompt(run: Run, hash: str) -> str:
    """Return the system message of a hash. Raises `Missing`."""
    for home in filter(None, (run, run.trunk)):
        if found := home.rows("SELECT text FROM prompts WHERE hash=?", (hash,)):
            return str(found[0][0])
    raise Missing(f"no prompt {hash[:40]} in {run.folder}/; a turn's call names the one it was told")


def raw(run: Run, chat: str, turn: int) -> dict[str, Any]:
    """Return the stored row of a model call or tool call, whole: its columns, and `table`. Raises `Missing`.

    Where an earlier life of the chat left another row of the same turn, it stands under `earlier`.
    """
    run = _home(run, chat)
    with run.reading() as db:
        rows = [row for table in ("calls", "tools") for row in _whole(db, table, chat, turn)]
    if not rows:
        raise Missing(f"no call in turn {turn} of {chat}; turns that were calls carry their number")
    first, *rest = rows
    return {**first, **({"earlier": rest} if rest else {})}


# -- what is stored

_MESSAGES = "SELECT n, source, type, text, extra FROM messages WHERE chat=? ORDER BY n"


def head_of(db: sqlite3.Connection, chat: str) -> dict[str, Any]:
    """Return what is known of a chat but its words; of a chat beside another, that one's record. Raises `Missing`."""
    sql = 'SELECT record, seed, stage, kind, state, error, "cast" FROM chats WHERE id=?'
    owner, _, name = chat.partition(ASIDE)
    row = db.execute(sql, (owner,)).fetchone()
    if row is None:
        if not name:
            raise Missing(f"no chat {chat!r} in this run; a story lists the chats it is made of")
        row = ("", "", "", "", "", "", "[]")
    record, seed, stage, kind, state, error, cast = row
    if name:
        state, error, cast = "aside", "", "[]"
    return {
        "id": chat,
        "record": record,
        "seed": seed,
        "stage": stage,
        "kind": kind,
        "state": state,
        "error": error or "",
        "cast": read(cast, list),
    }


def asides_of(db: sqlite3.Connection, chat: str) -> Iterator[str]:
    """Yield the ids of the chats beside a chat, by leaps: their messages are not read."""
    at, end = f"{chat}{ASIDE}", f"{chat}/aside."
    leap = "SELECT chat FROM messages WHERE chat>? AND chat<? ORDER BY chat, n LIMIT 1"
    while found := db.execute(leap, (at, end)).fetchone():
        at = found[0]
        if ASIDE not in at[len(chat) + len(ASIDE) :]:
            yield at


def read(text: str | None, form: type) -> Any:
    """Return stored JSON; an empty `form` where there is none or it is another thing."""
    try:
        value = json.loads(text or "null")
    except (ValueError, RecursionError):
        value = None
    return value if isinstance(value, form) else form()


def _home(run: Run, chat: str) -> Run:
    """Return the journal a chat is in: a branch's own chats carry its number, and any may be asked of any."""
    if run.rows("SELECT 1 FROM messages WHERE chat=? UNION SELECT 1 FROM calls WHERE chat=?", (chat, chat)):
        return run
    if run.rows("SELECT 1 FROM chats WHERE id=?", (chat,)):
        return run
    return run.of(chat)


def _no_chat(run: Run, chat: str) -> Missing:
    return Missing(f"no chat {chat!r} in {run.folder}/; a story lists the chats it is made of")


def _message(row: Sequence[Any]) -> dict[str, Any]:
    n, source, type_, text, extra = row
    kind = "task" if source == "task" and type_ == "text" else type_
    calls = read(extra, list) if type_ == "call" else []
    result = read(extra, dict) if type_ == "result" else None
    shown = [{key: str(call.get(key) or "") for key in ("id", "name", "arguments")} for call in calls]
    if result is not None:
        result = {"id": result.get("id") or "", "name": result.get("name") or "", "error": bool(result.get("error"))}
    return {"n": n, "source": source, "type": kind, "text": text or "", "calls": shown, "result": result}


def _call(row: Sequence[Any]) -> Call:
    turn, role, model, told, reply, sent, made, seconds = row
    stored = read(reply, dict) if reply else None
    return Call(turn, role, model, told, stored, sent or 0, made or 0, seconds or 0.0)


def _spoken(message: Mapping[str, Any]) -> Spoken:
    calls = tuple((call["id"], call["name"], call["arguments"]) for call in message["calls"])
    return Spoken(message["n"], message["source"], message["type"], message["text"], calls)


def _whole(db: sqlite3.Connection, table: str, chat: str, turn: int) -> Iterator[dict[str, Any]]:
    found = db.execute(f"SELECT * FROM {table} WHERE chat=? AND turn=?", (chat, turn))
    names = [column[0] for column in found.description]
    for row in found:
        yield {"table": table, **dict(zip(names, row, strict=True))}


# -- what is told


def _turn(message: Mapping[str, Any], found: Matched, tool: Mapping[str, Any] | None) -> dict[str, Any]:
    call = found.calls.get(message["n"])
    return {
        **message,
        "call": _told(call) if call else None,
        "tool": tool,
        "retries": [_retry(vain) for vain in found.retries.get(message["n"], ())],
        "asides": [],
    }


def _told(call: Call) -> dict[str, Any]:
    return {
        "turn": call.turn,
        "model": call.model,
        "prompt": call.prompt,
        "prompt_tokens": call.prompt_tokens,
        "completion_tokens": call.completion_tokens,
        "seconds": call.seconds,
    }


def _retry(call: Call) -> dict[str, Any]:
    return {"turn": call.turn, "said": call.said, "tokens": call.completion_tokens, "seconds": call.seconds}


def _missing(left: Sequence[Call], n: int, is_open: bool) -> list[dict[str, Any]]:
    """Give what was said last and is in no message a turn of its own.

    While a chat goes on, or where it was cut off, the last reply may be about to be said.
    """
    if not left:
        return []
    last: dict[str, Any] = {"n": n, "source": left[-1].role, "type": "text", "calls": [], "result": None}
    vain = [_retry(call) for call in (left[:-1] if is_open else left)]
    rest = {"tool": None, "retries": vain, "asides": []}
    if is_open:
        return [{**last, "text": left[-1].said, "call": _told(left[-1]), **rest, "pending": True}]
    return [{**last, "text": "", "call": None, **rest, "missing": True}]


def _tools(messages: Sequence[Mapping[str, Any]], tools: Sequence[Sequence[Any]]) -> dict[int, dict[str, Any]]:
    """Return what each result took, by its message: the tool call next after the model call that asked for it."""
    found: dict[int, dict[str, Any]] = {}
    used: set[int] = set()
    for message in messages:
        if not message["result"]:
            continue
        _, _, asked = message["result"]["id"].rpartition("_")
        after = int(asked) if asked.isdecimal() else -1
        fitting = [
            (place, turn, seconds)
            for place, (turn, role, name, answer, seconds) in enumerate(tools)
            if place not in used and turn > after and (role, name) == (message["source"], message["result"]["name"])
        ]
        if fitting:
            place, turn, seconds = fitting[0]
            used.add(place)
            found[message["n"]] = {"turn": turn, "seconds": seconds or 0.0}
    return found


# -- chats beside it


def _beside(db: sqlite3.Connection, chat: str) -> dict[str, str]:
    """Return the last words of each chat beside a chat."""
    last = "SELECT text FROM messages WHERE chat=? ORDER BY n DESC LIMIT 1"
    return {aside: db.execute(last, (aside,)).fetchone()[0] or "" for aside in asides_of(db, chat)}


def _seat_asides(turns: Sequence[dict[str, Any]], beside: Mapping[str, str], roles: set[str]) -> None:
    """Put each chat beside this one where it was asked for.

    The journal doesn't say where: a simulator's words are a tool's result; others were asked by the program that
    spoke next after something was there to ask about, which we take to be the last program.
    """
    if not turns:
        return
    programs = [turn for turn in turns if turn["type"] == "text" and turn["source"] not in roles]
    for aside, words in sorted(beside.items()):
        answered = [t for t in turns if t["type"] == "result" and words and t["text"].strip() == words.strip()]
        (answered or programs[-1:] or turns[-1:])[0]["asides"].append(aside)
