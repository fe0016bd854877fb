"""What there is of a seed in a run: what came of it, and what other seeds' chats were shown of it through retrieval.

An entry of an index has the id of its seed, so whoever was shown it has that id among what tools answered, what was
said, or what was born. What came of such a chat is removed with it, and the rest of its seed stays: a run that goes on
makes what is missing anew.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from agents.change import unmarked
from agents.chat_log import digest
from agents.errors import UsageError
from teams.engine.again.kept import Kept
from teams.engine.seeds_walk import escape

_SHOWN = {"tools": ("chat", "answer"), "messages": ("chat", "text"), "calls": ("chat", "reply"),
          "records": ("chat", "record")}  # fmt: skip


def place_of(seed: str) -> str:
    """Return where a seed stands, without the skill that read it: several skills may have read the same piece."""
    return seed.partition("/")[2]


def hash_of(seed: str) -> str:
    """Return by what a forgotten seed is known again."""
    return digest(["forgotten", place_of(seed)])


def forgotten(meta: Mapping[str, Any]) -> Callable[[str], bool]:
    """Return what says of a seed, by its id, that it was forgotten."""
    hashes = frozenset(meta.get("forgotten", ()))
    return lambda seed: bool(hashes) and hash_of(seed) in hashes


def was_forgotten(meta: Mapping[str, Any], asked: str) -> bool:
    """Say whether a seed was forgotten, by its id, with or without the skill."""
    return any(hash_of(id) in meta.get("forgotten", ()) for id in (asked, f"any/{asked}"))


def mentions(seeds: Sequence[str]) -> re.Pattern[str]:
    """Return what matches the id of one of the seeds in a text, as any skill has it, or of an entry made of it."""
    places = "|".join(map(re.escape, sorted({place_of(seed) for seed in seeds}, key=len, reverse=True)))
    return re.compile(rf"(?<![\w./%~-])\w+/(?:{places})(?![\d~])")


@dataclass
class Gone:
    """What is to go."""

    seeds: list[str]
    roots: list[str] = field(default_factory=list)
    """Records of other seeds, with all that came of them."""
    pairs: list[str] = field(default_factory=list)
    """Pairs of other seeds, by their ids, which are their instructions' too."""
    chats: list[str] = field(default_factory=list)
    """Chats of other seeds that were shown something of the seeds."""
    twins: list[str] = field(default_factory=list)
    """Pairs of other seeds that were rejected for being like what goes: the verdict goes, and they are judged anew."""

    def has(self, id: str) -> bool:
        """Say whether a record, chat or seed goes; of a branch's what it was branched from tells."""
        id = unmarked(id)
        whole = any(id == root or id.startswith(f"{root}/") for root in (*self.seeds, *self.roots))
        return whole or id in self.pairs or any(id == chat or id.startswith(f"{chat}/") for chat in self.chats)


def named(kept: Kept, asked: str) -> list[str]:
    """Return the seeds that an id or a file's path names. Raises `UsageError` with what is near."""
    known = kept.seeds()
    by_path = set(_paths(kept, asked))
    found = [seed for seed in known if asked in (seed, place_of(seed))]
    found = found or [seed for seed in known if place_of(seed).rpartition(":")[0] in by_path]
    if not found and re.fullmatch(r"\w+/.+:\d+-\d+(~\d+)?", asked) and any(_shown(kept, [asked])):
        found = [asked]  # never begun, but found by others
    if not found:
        paths = {place_of(seed).rpartition(":")[0] for seed in known}
        near = get_close_matches(asked, [*known, *paths], 3, 0.4)
        hint = f"near it are: {', '.join(near)}" if near else "the ids of seeds are what ids in pairs.jsonl begin with"
        raise UsageError(f"nothing in {kept.folder}/ came of a seed {asked!r}; {hint}")
    places = {place_of(seed) for seed in found}
    return sorted({*found, *(seed for seed in known if place_of(seed) in places)})


def _paths(kept: Kept, asked: str) -> Iterator[str]:
    """Yield how a file is called in ids, should it be one."""
    yield asked
    yield escape(os.fsencode(asked))
    real = os.path.realpath(asked)
    for number, root in enumerate(kept.meta.get("seeds", ()), 1):
        place = os.path.realpath(root)
        if real != place and not real.startswith(place.rstrip("/") + "/"):
            continue
        folder = place if os.path.isdir(place) or real != place else os.path.dirname(place)
        prefix = "" if number == 1 else f"{escape(os.fsencode(os.path.basename(folder)))}~{number}/"
        inside = os.path.basename(real) if real == place else os.path.relpath(real, place)
        yield prefix + escape(os.fsencode(inside))


def gone(kept: Kept, seeds: Sequence[str]) -> Gone:
    """Return all that is to go with seeds."""
    found = Gone(list(seeds))
    for chat in sorted({chat.partition("/aside-")[0] for chat in _shown(kept, seeds)}):
        if not found.has(chat):
            _add(kept, found, chat)
    found.twins += [id for id in _likened(kept, seeds) if not found.has(id)]
    return found


def _likened(kept: Kept, seeds: Sequence[str]) -> Iterator[str]:
    """Yield pairs that were rejected as twins of what goes: with that gone, they are to be judged anew."""
    pattern = mentions(seeds)
    for path in _paths_of(seeds):
        for id, verdict in kept.db.execute("SELECT id, verdict FROM verdicts WHERE instr(verdict, ?)", (f"/{path}:",)):
            if pattern.search(verdict):
                yield id


def _shown(kept: Kept, seeds: Sequence[str]) -> Iterator[str]:
    """Yield the chats of other seeds that have the id of one of `seeds` in what was shown, said or born."""
    own, pattern = Gone(list(seeds)), mentions(seeds)
    for table, (id, column) in _SHOWN.items():
        for path in _paths_of(seeds):
            sql = f"SELECT {id}, {column} FROM {table} WHERE instr({column}, ?)"
            for chat, text in kept.db.execute(sql, (f"/{path}:",)):
                if chat and not own.has(chat) and pattern.search(text):
                    yield chat


def _paths_of(seeds: Sequence[str]) -> list[str]:
    return sorted({place_of(seed).rpartition(":")[0] for seed in seeds})


def _add(kept: Kept, found: Gone, chat: str) -> None:
    """Add a chat and what came of it."""
    found.chats.append(chat)
    opened_on = kept.all("SELECT record, seed, round, stage, state FROM chats WHERE id=?", chat)
    record, seed, round, stage, state = opened_on[0] if opened_on else (chat.rpartition("/")[0], "", 0, "", "")
    by_seed, values = (" AND seed=?", (seed,)) if seed else ("", ())  # which an index can serve
    born = kept.all(f"SELECT id, type FROM records WHERE chat=?{by_seed}", chat, *values)
    found.pairs += [id for id, type in born if type == "pair"] + [record] * (stage == "check")
    found.roots += [id for id, type in born if type != "pair"]
    if not born and state == "done" and stage == "transform":
        # A later flow took up what was born here, and its row stands under that one's chat.
        passages = "SELECT id FROM records WHERE type='passage' AND seed=? AND round=?"
        found.roots += kept.column(passages, seed, round) if record == seed else [record]
