"""Write rows in the forms other tools read, one row at a time: memory stays flat, and a file is whole or not there.

A row is what `teams.engine.rows.row_of` makes. Writers take any iterable of rows, so that a run of millions streams
from its journal to disk.
"""

import json
import os
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from agents.errors import UsageError
from teams.engine.checks.conversation import bare, calls_of
from tools.action_text import ActionError, to_action_text

Row = Mapping[str, Any]
_THOUGHT = re.compile(r"<think>.*?</think>\s*", re.DOTALL)
# JSON allows these in strings, but readers that split at every line end Unicode knows would cut a row in two.
_LINE_ENDS = {"\u2028": "\\u2028", "\u2029": "\\u2029", "\u0085": "\\u0085"}
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Unsuited(Exception):
    """This row has no place in the form; the message says why. It is left out and counted."""


@dataclass
class Written:
    """What an export did."""

    path: Path
    rows: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    """Reason to number of rows."""

    def __str__(self) -> str:
        out = "".join(f"; left out {count}: {why}" for why, count in sorted(self.left_out.items()))
        return f"{self.path}: {self.rows} rows{out}"


@dataclass(frozen=True)
class Options:
    """What an export may be asked beside its form."""

    reasoning: bool = True
    """Keep the assistant's thoughts beside its calls and in `<think>`; else strip them."""
    rejected: Callable[[str], Iterable[Row]] = lambda instruction_id: ()
    """For dpo: the rejected rows of an instruction, by its id."""


def export(rows: Iterable[Row], path: Path, form: str, options: Options | None = None) -> Written:
    """Write rows to `path` in one of `FORMS`. Raise `UsageError` for a form there is not, or a disk that is full."""
    options = options or Options()
    if form == "parquet":
        from teams.engine.export_parquet import write_parquet  # lazy: pyarrow is an extra

        return write_parquet((_chosen(row, options) for row in rows), path)
    if form not in FORMS:
        raise UsageError(f"no format {form!r}; there are: {', '.join([*FORMS, 'parquet'])}")
    written = Written(path)
    shape = FORMS[form]
    with atomic(path) as file:
        for row in rows:
            try:
                shaped = {**shape(_chosen(row, options), options), **origin(row)}
            except Unsuited as unsuited:
                written.left_out[str(unsuited)] = written.left_out.get(str(unsuited), 0) + 1
                continue
            file.write(as_line(shaped))
            written.rows += 1
    return written


@contextmanager
def atomic(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that appears under its name only when it is complete and on disk. Raise `UsageError` if it can't."""
    scratch = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
        with new.open("xb") as file:  # no temporary file of the library's: those have a mode of their own
            scratch = new
            yield file
            file.flush()
            os.fsync(file.fileno())
        scratch.replace(path)
        scratch = None
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror or error}") from error
    finally:
        if scratch is not None:
            scratch.unlink(missing_ok=True)


def as_line(value: Any) -> bytes:
    """Return one line of JSON in UTF-8. Lone surrogates, which UTF-8 can't hold, become U+FFFD."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for end, escaped in _LINE_ENDS.items():
        text = text.replace(end, escaped)
    return (_LONE_SURROGATE.sub("\ufffd", text) + "\n").encode()


def origin(row: Row) -> dict[str, Any]:
    """Return where a row comes from, what was found of it and which split it is in: a part of it in every form."""
    return {name: row.get(name) for name in ("skill", "kinds", "stage", "split", "seed", "models", "verdict")}


def outcome_of(row: Row) -> str:
    """Return how a tool-use conversation ended; a conversation of another skill ends in its answer."""
    return str(row.get("outcome") or (row.get("facts") or {}).get("outcome") or "final_answer")


def _chosen(row: Row, options: Options) -> Row:
    return row if options.reasoning else {**row, "messages": [_without_thought(m) for m in row["messages"]]}


def _without_thought(message: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in message.items() if key not in ("reasoning", "reasoning_content")}
    if message.get("role") == "assistant":
        kept["content"] = None if calls_of(message) else _THOUGHT.sub("", str(message.get("content") or ""))
    return kept


def _messages(row: Row, options: Options) -> Row:
    facts = row.get("facts") or {}
    return {**row, "outcome": outcome_of(row), "executed": row.get("executed") or facts.get("executed")}


def _sharegpt(row: Row, options: Options) -> Row:
    """Turns of `from` and `value`, calls as `function_call`, results as `observation`, tools as JSON text."""
    talk = [turn for message in row["messages"] for turn in _sharegpt_turns(message)]
    tools = [dict(bare(tool)) for tool in row.get("tools") or ()]
    system = "\n\n".join(turn["value"] for turn in talk if turn["from"] == "system")
    shaped = {"id": row["id"], "conversations": [turn for turn in talk if turn["from"] != "system"]}
    shaped |= {"system": system} if system else {}
    return shaped | ({"tools": json.dumps(tools, ensure_ascii=False)} if tools else {})


def _sharegpt_turns(message: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    words, calls = str(message.get("content") or ""), calls_of(message)
    if len(calls) > 1:
        raise Unsuited("several calls in one turn")
    for call in calls:
        function = call.get("function") or {}
        raw = function.get("arguments")
        made = {"name": function.get("name"), "arguments": json.loads(raw) if isinstance(raw, str) else raw}
        thought = f"<think>\n{words}\n</think>\n\n" if words.strip() else ""
        yield {"from": "function_call", "value": thought + json.dumps(made, ensure_ascii=False)}
    if not calls:
        speaker = {"system": "system", "user": "human", "assistant": "gpt", "tool": "observation"}
        yield {"from": speaker[str(message["role"])], "value": words}


def _alpaca(row: Row, options: Options) -> Row:
    """One instruction and its output; conversations of more turns have no place here."""
    talk = row["messages"]
    system = [m["content"] for m in talk if m["role"] == "system"]
    rest = [m for m in talk if m["role"] != "system"]
    if [m["role"] for m in rest] != ["user", "assistant"] or rest[1].get("tool_calls"):
        raise Unsuited("not single-turn")
    if row.get("tools"):
        raise Unsuited("has tools")
    shaped = {"id": row["id"], "instruction": rest[0]["content"], "input": "", "output": rest[1]["content"]}
    return shaped | ({"system": "\n\n".join(system)} if system else {})


def _action_text(row: Row, options: Options) -> Row:
    """The paper's form: functions in the system message, calls and endings as two lines of text."""
    try:
        messages = to_action_text(row["messages"], row.get("tools") or (), outcome_of(row))
    except ActionError as error:
        raise Unsuited(f"no such form: {str(error)[:80]}") from None
    return {**{key: value for key, value in row.items() if key != "tools"}, "messages": messages}


def _dpo(row: Row, options: Options) -> Row:
    """Chosen and rejected continuations of one prompt: accepted against rejected, edited against original.

    What a branch was kept of may be its rejected one.
    """
    original = row.get("edited_from")
    rivals = options.rejected(row.get("branch_of") or row["id"])
    others = [original] if original else [other["messages"] for other in rivals]
    chosen = list(row["messages"])
    for other in others:
        shared = _shared(chosen, other)
        if shared and chosen[shared:] and other[shared:] and other[shared].get("role") == "assistant":
            shaped = {"id": row["id"], "prompt": chosen[:shared], "chosen": chosen[shared:], "rejected": other[shared:]}
            return shaped | {"tools": row.get("tools") or []}
    raise Unsuited("nothing rejected or edited to compare with")


def _shared(one: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]]) -> int:
    """Return how many messages two conversations share before an assistant says something else."""
    same = 0
    for mine, theirs in zip(one, other, strict=False):
        if mine != theirs:
            break
        same += 1
    if same == len(one) == len(other):
        return 0
    while same and (same >= min(len(one), len(other)) or one[same].get("role") != "assistant"):
        same -= 1
    return same


FORMS: dict[str, Callable[[Row, Options], Row]] = {
    "messages": _messages,
    "sharegpt": _sharegpt,
    "alpaca": _alpaca,
    "action-text": _action_text,
    "dpo": _dpo,
}
"""Shapes that are written as JSON lines; `parquet` is the one that is not."""
