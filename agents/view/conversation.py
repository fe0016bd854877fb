"""One chat as a conversation: who spoke, what was called and came back, what it took, what was said in vain."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.view.asides import ASIDE, beside, seat
from agents.view.matching import Call, Matched, Spoken, match
from agents.view.repeating import hindrance
from agents.view.run import BRANCH, Missing, Run

_CALLS = (
    "SELECT turn, role, model, prompt, reply, prompt_tokens, completion_tokens, seconds, hash, nth FROM calls "
    "WHERE chat=? ORDER BY turn"
)
_LIVED = "SELECT turn, hash, nth FROM lived WHERE chat=?"
_TOOLS = "SELECT turn, role, name, answer, seconds FROM tools WHERE chat=? ORDER BY turn"


def conversation(run: Run, chat: str) -> dict[str, Any]:
    """Return one chat, told in `turns`; texts are whole. Raises `Missing`.

    A turn is a message: `call` and `tool` say what the model call and the tool behind it took, None where it is not
    known; `retries` are replies of its speaker just before that could not be used. Where a chat ended with such
    replies, they stand at a last turn of their own, which has no text and says `missing`; a reply of a chat that still
    goes on, and is in no message yet, says `pending`. `earlier` are replies to what is not asked any more: the chat was
    gone through again, since its prompts or what came before it changed. `beside` says of each aside what it was for.
    `hindrance`: why it can't be run again, or ''.
    """
    run = _home(run, chat)
    with run.reading() as db:
        head = head_of(db, chat)
        messages = [_message(row) for row in db.execute(_MESSAGES, (chat,))]
        calls = _calls(db, chat)
        tools = db.execute(_TOOLS, (chat,)).fetchall()
        held = beside(db, chat)
    places = words_of(run, chat)
    if head["state"] == "aside" and not messages and not calls:
        raise _no_chat(run, chat)
    spoken = [_spoken(message) for message in messages]
    found = match(spoken, calls, head["error"], ended=head["state"] == "done")
    worked = _tools(messages, tools)
    turns = [_turn(message, found, worked.get(message["n"])) for message in messages]
    turns += _missing(found.left, messages[-1]["n"] + 1 if messages else 0, head["state"] == "open")
    asides = seat(turns, held, {call.role for call in calls})
    tokens = {"prompt": sum(c.prompt_tokens for c in calls), "completion": sum(c.completion_tokens for c in calls)}
    seconds = sum(call.seconds for call in calls) + sum(row[4] or 0.0 for row in tools)
    cast = head["cast"] or list(dict.fromkeys(call.role for call in calls))
    head["hindrance"] = hindrance(run, chat, calls)
    told = {"turns": turns, "earlier": [{"role": call.role, **_retry(call)} for call in found.earlier]}
    return {**head, "cast": cast, "words": places, **told, "beside": asides, "tokens": tokens, "seconds": seconds}


def earlier_calls(db: sqlite3.Connection, chat: str) -> list[Call]:
    """Return the calls of a chat that were answered in an earlier life of it. Most chats have one life."""
    is_doubled = "SELECT count(*) > count(DISTINCT turn) FROM calls WHERE chat=?"
    if not db.execute(is_doubled, (chat,)).fetchone()[0]:
        return []
    head = head_of(db, chat)
    spoken = [_spoken(_message(row)) for row in db.execute(_MESSAGES, (chat,))]
    calls = _calls(db, chat)
    return match(spoken, calls, head["error"], ended=head["state"] == "done").earlier


def words_of(run: Run, chat: str) -> dict[str, str]:
    """Return where the words stand that the roles of a chat's skill are told: `teams/rag/script.md, ## judge`.

    Words that a branch was given stand in no file: `changed in branch 2`.
    """
    sql = "SELECT role, group_concat(place, '; ') FROM words WHERE skill=? GROUP BY role"
    found = dict(run.rows(sql, (chat.partition("/")[0],))) if run.has("words") else {}
    about = run.meta("branch") if run.trunk else None
    changes = about.get("changes") if isinstance(about, dict) else None
    if isinstance(about, dict) and isinstance(changes, dict):
        is_own = chat == about.get("of")
        is_after = is_own or bool(BRANCH.search(chat))
        if (is_own and changes.get("prompt") is not None) or (is_after and changes.get("template") is not None):
            found[str(about.get("role"))] = f"changed in branch {run.folder.name}"
    return found


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
        if len(rows) > 1:
            old = {(call.role, call.prompt, call.stored) for call in earlier_calls(db, chat) if call.turn == turn}
            rows.sort(key=lambda row: (row["role"], row.get("prompt"), row.get("reply")) in old)
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
    shown = [
        {key: str(call.get(key) or "") for key in ("id", "name", "arguments")}
        for call in calls
        if isinstance(call, Mapping)
    ]
    if result is not None:
        result = {
            "id": str(result.get("id") or ""),
            "name": result.get("name") or "",
            "error": bool(result.get("error")),
        }
    return {"n": n, "source": source, "type": kind, "text": text or "", "calls": shown, "result": result}


def _calls(db: sqlite3.Connection, chat: str) -> list[Call]:
    """Return the model calls of a chat, by turn; what its last life went by is known where the journal says so."""
    has_lives = db.execute("SELECT 1 FROM sqlite_master WHERE name='lived'").fetchone()
    lived = {turn: key for turn, *key in db.execute(_LIVED, (chat,))} if has_lives else {}
    return [_call(row, lived) for row in db.execute(_CALLS, (chat,))]


def _call(row: Sequence[Any], lived: Mapping[int, Sequence[Any]]) -> Call:
    turn, role, model, told, reply, sent, made, seconds, *key = row
    stored = read(reply, dict) if reply else None
    is_over = turn in lived and lived[turn] != key
    return Call(turn, role, model, told, stored, sent or 0, made or 0, seconds or 0.0, reply, is_over)


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
