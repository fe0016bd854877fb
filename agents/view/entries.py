"""What a list shows of one pair or of what fell out, what is counted of it, and the words it is found by."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from agents.view.index_tables import GRAINS

FIRST, REASON = 200, 300
"""Characters shown of the first request, and of the reason."""
FACETS = ("skill", "kind", "stage", "verdict", "seed", "model", "tool", "check", "hand")
"""What lists can be narrowed by."""
CUBE = ("skill", "kind", "stage", "verdict")
"""What is counted in every combination."""
_UNSPACED = re.compile(
    "([\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff])"
)
"""Characters of scripts that put no spaces between words: each is made a word, so that parts of a run are found."""


@dataclass(frozen=True)
class Listed:
    """One line of a list."""

    entry: Mapping[str, Any]
    """What is shown, as JSON: `id skill kind stage verdict hand seed models tools checks characters turns at reason
    first`. `checks` are those that failed."""
    text: str
    """All words it is found by."""


def of_pair(id: str, row: Mapping[str, Any], seed: str | None, at: float | None) -> Listed:
    """Return what is listed of a pair. A row that lacks something is listed without it."""
    messages, verdict = _messages(row), _mapping(row.get("verdict"))
    failed, reasons = _failed(verdict), _reasons(verdict)
    accepted = bool(verdict.get("accepted"))
    first = next((_words(message.get("content")) for message in messages if message.get("role") == "user"), "")
    entry = {
        "id": id,
        "skill": str(row.get("skill") or skill_of(id)),
        "kind": str(_mapping(row.get("kinds")).get("instruct") or ""),
        "stage": str(row.get("stage") or ""),
        "verdict": "accepted" if accepted else "rejected",
        "hand": bool(row.get("hand")),
        "seed": seed or _seed_of(row, id),
        "models": sorted({str(name) for name in _mapping(row.get("models")).values()}),
        "tools": sorted({name for message in messages for name, _ in _calls(message)}),
        "checks": sorted({str(check.get("check")) for check in failed}),
        "characters": sum(len(_words(message.get("content"))) for message in messages),
        "turns": sum(message.get("role") in ("user", "assistant") for message in messages),
        "at": at,
        "reason": reasons[0][:REASON] if reasons and not accepted else "",
        "first": first[:FIRST],
    }
    return Listed(entry, "\n".join([id, *said(row)]))


def of_drop(
    id: str,
    drop: Mapping[str, Any],
    models: Sequence[str],
    text: str,
    at: float | None,
) -> Listed:
    """Return what is listed of what fell out before there was a pair; `text` of the record it fell out with."""
    reasons = [str(reason) for reason in drop["reasons"]]
    entry = {
        "id": id,
        "skill": skill_of(id),
        "kind": str(drop["kind"] or ""),
        "stage": str(drop["stage"] or ""),
        "verdict": "dropped",
        "hand": False,
        "seed": str(drop["seed"] or ""),
        "models": sorted(set(models)),
        "tools": [],
        "checks": [],
        "characters": 0,
        "turns": 0,
        "at": at,
        "reason": reasons[0][:REASON] if reasons else "",
        "first": text[:FIRST],
    }
    return Listed(entry, "\n".join([id, text, *reasons]))


def skill_of(id: str) -> str:
    """Return the skill an id begins with."""
    return id.split("/", 1)[0]


def facets_of(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield all that an entry can be found by: `(what, value)`; its cell and the step of its length too."""
    for what in ("skill", "kind", "stage", "verdict", "seed"):
        if entry[what]:
            yield what, entry[what]
    for what in ("model", "tool", "check"):
        for value in entry[what + "s"]:
            yield what, value
    if entry["hand"]:
        yield "hand", "1"
    yield "cell", cell_of(*(entry[what] for what in CUBE))
    yield "length", str(step_of(entry["characters"]))


def cell_of(*values: str) -> str:
    """Name a cell of the cube: one value of each of `CUBE`."""
    return "\n".join(values)


def step_of(characters: int) -> int:
    """Return the step of a length on a logarithmic scale, eight to a doubling; never falls as lengths grow."""
    return int(8 * math.log2(characters + 1))


def reason_of(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield why an entry fell out as it is counted: `(stage, reason)`, free of what is different each time."""
    if entry["verdict"] == "rejected":
        yield from (("check", check) for check in entry["checks"])
        if not entry["checks"]:
            yield "check", "by hand" if entry["hand"] else "no check judged it"
    elif entry["verdict"] == "dropped":
        yield entry["stage"], entry["reason"].split(":")[0][:60]


class Counts:
    """Changes of what is counted, gathered over a batch."""

    def __init__(self) -> None:
        self.facets: Counter[tuple[str, str]] = Counter()
        self.cube: Counter[tuple[str, ...]] = Counter()
        self.reasons: Counter[tuple[str, str]] = Counter()
        self.moments: Counter[tuple[int, int, str]] = Counter()

    def count(self, entry: Mapping[str, Any], by: int) -> None:
        """Count an entry `by` one more (1) or one less (-1)."""
        for facet in facets_of(entry):
            self.facets[facet] += by
        for reason in reason_of(entry):
            self.reasons[reason] += by
        self.cube[tuple(entry[what] for what in CUBE)] += by
        if entry["at"] is not None:
            for grain in GRAINS:
                self.moments[grain, int(entry["at"] // grain), entry["verdict"]] += by


def split_unspaced(text: str) -> str:
    """Put spaces around characters of scripts that have none between words."""
    return text if text.isascii() else _UNSPACED.sub(r" \1 ", text)


def read_json(text: Any) -> Any:
    """Return a stored JSON value, or None if it is none. Lone surrogates become question marks."""
    try:
        return orjson.loads(text)
    except (orjson.JSONDecodeError, TypeError):
        pass
    try:
        return json.loads(json.dumps(json.loads(text), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, TypeError, RecursionError):
        return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _words(content: Any) -> str:
    """The words of a message's content, whatever form it has."""
    if isinstance(content, str):
        return content
    if isinstance(content, Sequence):
        return "\n".join(_words(_mapping(part).get("text")) for part in content)
    return ""


def _calls(message: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tools a message calls, with their arguments as text."""
    for call in message.get("tool_calls") or ():
        function = _mapping(_mapping(call).get("function"))
        yield str(function.get("name") or ""), str(function.get("arguments") or "")


def said(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield all a pair can be found by: what is said in it, called, thought, and why it fell out."""
    for message in _messages(row):
        yield _words(message.get("content"))
        if thought := message.get("reasoning") or message.get("reasoning_content"):
            yield str(thought)
        for name, arguments in _calls(message):
            yield f"{name} {arguments}"
    yield from _reasons(_mapping(row.get("verdict")))


def _messages(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [message for message in row.get("messages") or () if isinstance(message, Mapping)]


def _failed(verdict: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    checks = (check for check in verdict.get("checks") or () if isinstance(check, Mapping))
    return [check for check in checks if not check.get("passed")]


def _reasons(verdict: Mapping[str, Any]) -> list[str]:
    """Why it was rejected; a person's reason comes first."""
    said, reasons = _mapping(verdict.get("by_hand")), []
    if said and not said.get("accepted"):
        reasons = [f"by_hand: {said.get('reason')}"]
    return reasons + [f"{check.get('check')}: {check.get('evidence')}" for check in _failed(verdict)]


def _seed_of(row: Mapping[str, Any], id: str) -> str:
    seed = _mapping(row.get("seed"))
    span = seed.get("span") or ("", "")
    return f"{skill_of(id)}/{seed['path']}:{span[0]}-{span[-1]}" if seed.get("path") else ""
