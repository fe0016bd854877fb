"""A row of an exported file, checked far enough that all behind it need not ask again."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from training.errors import UsageError

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_ROLES = {"developer": "system", "function": "tool"} | {name: name for name in ("system", "user", "assistant", "tool")}
_HELD_OUT = ("test", "validation", "valid", "val", "dev", "eval", "held_out")
_Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """One exported pair."""

    id: str
    skill: str
    stage: str
    split: str
    """`train` or a held-out one, as the row names it; empty where it names none."""
    accepted: bool
    seed: str
    """What rows share that stem from the same document: its hash, or that of the first question where none is given."""
    messages: tuple[_Json, ...]
    tools: tuple[_Json, ...]
    place: str
    """`file:line`, or `file:row` of a Parquet file."""
    outcome: str = "final_answer"
    """How a talk with tools ended: `final_answer` or `failed`."""
    own_seed: bool = True
    """Whether the row itself names its seed."""
    again: bool = False
    """Whether it was read before: it is counted, and not trained on twice."""


def row_of(raw: _Json, place: str) -> Row:
    """Return the row of a JSON object. Raise `UsageError` with its place if it is none."""
    messages = tuple(_messages(raw.get("messages"), place))
    first = next((m["content"] for m in messages if m["role"] == "user"), None)
    if first is None:  # by what is said, never by where it lies: the same rows are split alike in another folder
        first = "\n".join(m["content"] for m in messages)
    seed = _seed(raw.get("seed"))
    return Row(
        id=str(raw.get("id") or place),
        skill=str(raw.get("skill") or ""),
        stage=str(raw.get("stage") or ""),
        split=_split(raw.get("split"), place),
        accepted=_accepted(raw.get("verdict"), place),
        seed=seed or hashlib.sha256(first.encode()).hexdigest(),
        messages=messages,
        tools=tuple(_tools(raw.get("tools"), place)),
        place=place,
        outcome=_outcome(raw),
        own_seed=bool(seed),
    )


def _split(raw: Any, place: str) -> str:
    """Return the split a row names; to guess at another name might train what is held out, or the other way round."""
    split = str(raw or "")
    if split and split != "train" and split not in _HELD_OUT:
        raise UsageError(
            f"{place}: 'split' is {split!r}; train is right, or for what is held out one of {', '.join(_HELD_OUT)}"
        )
    return split


def _accepted(verdict: Any, place: str) -> bool:
    """Return whether a row may be trained on: rows without a verdict are somebody's own choice."""
    verdict = {} if verdict is None else verdict
    accepted = verdict.get("accepted") if isinstance(verdict, Mapping) else verdict
    if accepted is None and isinstance(verdict, Mapping):
        return True
    if not isinstance(verdict, Mapping) or not isinstance(accepted, bool):
        raise UsageError(f"{place}: 'verdict' is {str(verdict)[:100]!r}; an object with 'accepted' is right, or none")
    return accepted


def _seed(seed: Any) -> str:
    named = seed.get("hash") or seed.get("path") if isinstance(seed, Mapping) else seed
    return str(clean(str(named or "")))


def _outcome(raw: _Json) -> str:
    facts = raw.get("facts")
    told = facts.get("outcome") if isinstance(facts, Mapping) else None
    return str(raw.get("outcome") or told or "final_answer")


def _messages(raw: Any, place: str) -> Iterator[dict[str, Any]]:
    if not isinstance(raw, list) or not raw:
        raise UsageError(f"{place}: no 'messages'; rows are as `python -m teams export --format messages` writes them")
    for number, message in enumerate(raw, 1):
        role = _ROLES.get(str(message.get("role"))) if isinstance(message, Mapping) else None
        if role is None:
            raise UsageError(
                f"{place}: message {number} has no role of system, user, assistant or tool; "
                "rows are as `python -m teams export --format messages` writes them"
            )
        kept = {name: clean(value) for name, value in message.items() if value is not None}
        yield {**kept, "role": role, "content": _text(kept.get("content"), f"{place}: message {number}")}


def _text(content: Any, place: str) -> str:
    if content is None or isinstance(content, str):
        return content or ""
    if isinstance(content, list) and all(isinstance(part, Mapping) and part.get("type") == "text" for part in content):
        return "".join(str(part.get("text") or "") for part in content)
    raise UsageError(f"{place} holds content that is no text; only text is trained on")


def _tools(raw: Any, place: str) -> Iterator[dict[str, Any]]:
    raw = _parsed(raw, f"{place}: 'tools'")
    if raw and not isinstance(raw, list):
        raise UsageError(f"{place}: 'tools' are {str(raw)[:100]!r}; a list of functions is right, or none")
    for number, tool in enumerate(raw or (), 1):
        function = tool.get("function", tool) if isinstance(tool, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise UsageError(
                f'{place}: tool {number} is no function: {{"type": "function", "function": {{"name": …}}}}'
            )
        bare = {name: clean(value) for name, value in function.items() if name != "type" and value is not None}
        if "parameters" in bare:  # text in Parquet, which has no column for what differs from row to row
            bare["parameters"] = clean(_parsed(bare["parameters"], f"{place}: the parameters of tool {number}"))
        yield {"type": "function", "function": bare}


def _parsed(value: Any, what: str) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value) if value.strip() else None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what} are text that is no JSON ({error})") from None


def clean(value: Any) -> Any:
    """Put U+FFFD for halves of surrogate pairs, which JSON can write and no tokenizer reads."""
    if isinstance(value, str):
        return _LONE_SURROGATE.sub("\ufffd", value)
    if isinstance(value, Mapping):
        return {clean(key): clean(inner) for key, inner in value.items()}
    return [clean(inner) for inner in value] if isinstance(value, list) else value
