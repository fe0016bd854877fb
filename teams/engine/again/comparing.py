"""Compare a chat held again with the one in the run's journal: what was said, what came of it; and two verdicts."""

from __future__ import annotations

import difflib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from agents.change import NotInJournal
from agents.journal import Journal
from sandbox import SandboxError
from teams.engine.again.kept import Kept, Row
from teams.engine.failures import reason_of
from teams.engine.records import Record, as_json
from tools.errors import ToolError

Result = Literal["same", "differs", "can't be told"]
LACKING = (NotInJournal, SandboxError, ToolError)
"""What says nothing of a chat, but only that it can't be held again here."""
DEPENDS = ("no_twin", "not_in_benchmark")
"""Findings that compare a pair with others; what those were is not kept, so they are not looked for again."""
_SAID = "SELECT n, source, type, text, extra FROM messages WHERE chat=? ORDER BY n"
_MOST_LINES, _MOST_WIDTH = 6, 200
"""Of a difference that is shown."""


@dataclass(frozen=True)
class Told:
    """What is to be said of one chat, or of the verdict."""

    what: str
    result: Result
    why: str = ""
    """The first difference, in lines; or why it can't be told."""

    def __str__(self) -> str:
        if self.result == "differs":
            return f"{self.what}: differs\n" + "\n".join(f"    {line}" for line in self.why.splitlines())
        return f"{self.what}: {self.result}{': ' if self.result == LAST else ' '}{self.why}".rstrip()


LAST: Result = "can't be told"


def chat_told(
    kept: Kept, chat: str, stand: Sequence[Row], again: Journal, outcome: Sequence[Record] | Exception | None
) -> Told:
    """Compare what a chat came to with what it came to in the run, where `stand` was born of its seed and round."""
    if outcome is None:
        return Told(chat, LAST, "it was stopped")
    reasons = [json.loads(text) for text in kept.column("SELECT reasons FROM drops WHERE id=?", chat)]
    before = reasons[0][0] if reasons else ""
    if isinstance(outcome, LACKING) and reason_of(outcome) != before:
        return Told(chat, LAST, _lacking(kept, chat, outcome, before))
    now = reason_of(outcome) if isinstance(outcome, Exception) else ""
    if difference := _of_messages(kept.all(_SAID, chat), again.rows(_SAID, (chat,))):
        return Told(chat, "differs", difference)
    if now != before:
        return Told(chat, "differs", diff(before or "it came to its end", now or "it came to its end"))
    if not isinstance(outcome, Exception) and (difference := _of_records(stand, chat, outcome)):
        return Told(chat, "differs", difference)
    return Told(chat, "same", _size(kept, chat))


def _lacking(kept: Kept, chat: str, outcome: Exception, before: str) -> str:
    if kept.all("SELECT 1 FROM calls WHERE chat=? AND reply='' LIMIT 1", chat):
        return "what was replied in it is not kept in this journal"
    if before:
        return f"it fell out in the run ({before}), and what it failed on is not kept"
    return str(outcome)


def _size(kept: Kept, chat: str) -> str:
    (calls,), (tools,) = (
        kept.column(f"SELECT count(*) FROM {table} WHERE chat=?", chat) for table in ("calls", "tools")
    )
    said = [f"{calls} calls"] * bool(calls) + [f"{tools} tool results"] * bool(tools)
    return f"({', '.join(said) or 'no model was asked'})"


def _of_messages(before: Sequence[Sequence[Any]], now: Sequence[Sequence[Any]]) -> str:
    """Return the first difference between what was said, or ''."""
    for (n, source, type, text, extra), other in zip(before, now, strict=False):
        if (source, type) != tuple(other[1:3]):
            return f"message {n}\n" + diff(f"{source} ({type}): {text}", f"{other[1]} ({other[2]}): {other[3]}")
        if text != other[3]:
            return f"message {n}, {source}\n" + diff(text, other[3])
        if extra != other[4]:
            return f"message {n}, {source}\n" + diff(str(extra), str(other[4]))
    if len(before) != len(now):
        more, sign = (before, "-") if len(before) > len(now) else (now, "+")
        n, source, _, text, _ = more[min(len(before), len(now))]
        return f"message {n}, {source}\n{sign} {_short(text.splitlines()[0] if text else '')}"
    return ""


def _of_records(stand: Sequence[Row], chat: str, outcome: Sequence[Record]) -> str:
    """Return the first difference between what was born, or ''."""
    known = {(row.id, row.type): row for row in stand}
    made = {(child.id, type(child).__name__.lower()): as_json(child) for child in outcome}
    for key, row in known.items():
        if row.chat != chat:
            continue  # of another chat, or one took it up since: it is told there
        if key not in made:
            return f"- {row.type} {row.id}"
        if made[key] != row.record:
            return f"{row.type} {row.id}\n" + _of_fields(json.loads(row.record), json.loads(made[key]))
    if any(row.chat == chat for row in stand):
        return next((f"+ {type_} {id}" for id, type_ in made if (id, type_) not in known), "")
    return ""


def _of_fields(before: dict[str, Any], now: dict[str, Any]) -> str:
    for name in dict.fromkeys((*before, *now)):
        if before.get(name) != now.get(name):
            return f"{name}\n" + diff(_text(before.get(name)), _text(now.get(name)))
    return ""


def verdict_told(kept: Kept, id: str, again: Journal) -> Told:
    """Compare what was found of a pair."""
    sql = "SELECT accepted, verdict FROM verdicts WHERE id=?"
    before, now = kept.all(sql, id), again.rows(sql, (id,))
    dropped = "SELECT reasons FROM drops WHERE id=?"
    gone = (kept.column(dropped, id), [reasons for (reasons,) in again.rows(dropped, (id,))])
    if any(gone):
        return Told("verdict", "same", "(it fell out)") if gone[0] == gone[1] else Told("verdict", "differs", diff(
            *(side[0] if side else "a verdict" for side in gone)))  # fmt: skip
    if not now or not before:
        return Told("verdict", LAST, "the judge could not be heard again" if before else "there is none in the run yet")
    one, other = (
        [found for found in json.loads(text)["checks"] if found["check"] not in DEPENDS]
        for _, text in (before[0], now[0])
    )
    if one != other:
        lines = [f"- {_found(found)}" for found in one if found not in other]
        lines += [f"+ {_found(found)}" for found in other if found not in one]
        return Told("verdict", "differs", "\n".join(map(_short, lines[:_MOST_LINES])) or "in another order")
    return Told("verdict", "same", f"({'accepted' if before[0][0] else 'rejected'}, {len(one)} findings)")


def _found(finding: dict[str, Any]) -> str:
    return f"{finding['check']}: {'passed' if finding['passed'] else 'failed'}, {finding['evidence']}"


def diff(before: str, now: str) -> str:
    """Return the lines in which two texts differ first, marked as diff does."""
    old, new = before.splitlines(), now.splitlines()
    same = next((n for n, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    lines = [line for line in difflib.ndiff(old[same : same + 20], new[same : same + 20]) if line[0] in "-+"]
    return "\n".join(map(_short, lines[:_MOST_LINES])) or f"- {before!r}\n+ {now!r}"


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


def _short(line: str) -> str:
    shown = "".join(c if c.isprintable() else repr(c)[1:-1] for c in line)
    return shown if len(shown) <= _MOST_WIDTH else f"{shown[:_MOST_WIDTH]}…"
