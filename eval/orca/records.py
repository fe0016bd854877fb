"""The file of an Orca-Bench, and how it is laid out: JSON lines, one item each.

```
{"id": "tool_use/bikes/rental.go:50-152/own_functions/one_call-1",     unique in its set
 "set": "tool_use",                                                    one of the 18
 "skill": "tool_use", "stage": "instruct", "kinds": {…},               as in the run's own row
 "seed": {"path": "bikes/rental.go", "span": [50, 152], "hash": "…"},
 "split": "test", "held_out": true,                                    false: its seed may have been trained on
 "models": {"assistant": "…"},                                         who wrote it: the teacher
 "licence": "unknown",                                                 of the seed, where the row says it
 "messages": [{"role": "system", …}, {"role": "user", …}, {"role": "assistant", …}]}
```

`messages` are plain text: an optional system message, then user and assistant by turns, ending with the assistant.
What the assistant says is the teacher's; a student is asked each user's turn after the *teacher's* earlier answers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from eval.records import Item, Message, Turn

SKILLS = (
    "reading_comprehension", "open_domain_qa", "text_modification", "web_agent", "brain_teaser",
    "analytical_reasoning", "multiple_choice", "data_to_text", "fermi", "coding", "text_extraction",
    "text_classification", "rag", "tool_use", "creative_content", "few_shot_reasoning", "conversation",
)  # fmt: skip
COMPLEX = "complex_open_domain_qa"
SETS = tuple(name for skill in SKILLS for name in ((skill, COMPLEX) if skill == "open_domain_qa" else (skill,)))
"""The paper's 17 skills, open-domain questions twice: those of the seed stage, and the refined ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the file."""

    id: str
    set: str
    skill: str
    stage: str
    kinds: Mapping[str, Any]
    seed: Mapping[str, Any]
    split: str
    held_out: bool
    models: Mapping[str, Any]
    licence: str
    messages: tuple[Message, ...]


def set_of(skill: str, stage: str) -> str:
    """Return the set a pair belongs to; empty for a skill that is none of the 17."""
    if skill == "open_domain_qa" and stage == "refine":
        return COMPLEX
    return skill if skill in SKILLS else ""


def siblings(items: Iterable[tuple[str, object]]) -> int:
    """Count the items, told by set and seed, that stand in one set with an earlier one of their seed."""
    seeds = [(name, str(seed["hash"])) for name, seed in items if isinstance(seed, Mapping) and seed.get("hash")]
    return len(seeds) - len(set(seeds))


def write_entries(path: Path, entries: Sequence[Entry]) -> None:
    """Write the file, whole or not at all. Raise `UsageError` where that can't be done."""
    part = path.with_name(path.name + ".part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("w", encoding="utf-8", errors="replace") as file:  # half a character is none that can be sent
            for entry in entries:
                file.write(json.dumps(asdict(entry), ensure_ascii=False) + "\n")
        part.replace(path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}; choose another --out") from None


def item_of(row: Mapping[str, Any], place: str) -> Item:
    """Return an item of the bench, from its line. Raise `UsageError`, which names `place`, where it is not one."""
    name, group, messages = row.get("id"), row.get("set"), row.get("messages")
    if not isinstance(name, str) or not name.strip() or not isinstance(group, str) or not group.strip():
        raise UsageError(f"{place}: an item has an `id` and a `set`, both text; python -m eval orca build writes them")
    talk = list(_plain(messages, place))
    system = talk.pop(0)["content"] if talk and talk[0]["role"] == "system" else ""
    by_turns = [message["role"] for message in talk] == ["user", "assistant"] * (len(talk) // 2)
    if not talk or not by_turns:
        raise UsageError(f"{place}: `messages` are user and assistant by turns, after at most one system message")
    turns = tuple(Turn(talk[n]["content"], given=talk[n + 1]["content"]) for n in range(0, len(talk), 2))
    facts = {key: row.get(key) for key in ("skill", "stage", "kinds", "seed", "models", "held_out")}
    return Item(f"{group}: {name}", turns, system=system, group=group, facts=facts)


def _plain(messages: object, place: str) -> Iterator[Message]:
    if not isinstance(messages, Sequence) or isinstance(messages, str):
        raise UsageError(f"{place}: an item has `messages`, a list of objects with `role` and `content`")
    for message in messages:
        role = message.get("role") if isinstance(message, Mapping) else None
        if role not in ("system", "user", "assistant") or not isinstance(message.get("content"), str):
            raise UsageError(f"{place}: each message has a `role` (system, user or assistant) and text as `content`")
        yield {"role": role, "content": message["content"]}


def read_lines(path: Path) -> Iterable[tuple[str, dict[str, Any]]]:
    """Yield the place (`FILE:LINE`) and the object of each line. Raise `UsageError` for what is no JSON object."""
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", _object(line, f"{path}:{number}")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{path} can't be read: {why}; give JSON lines") from None


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place}: no JSON ({error}); each line is one object") from None
    if not isinstance(found, dict):
        raise UsageError(f"{place}: {type(found).__name__}; each line is one JSON object")
    return found
