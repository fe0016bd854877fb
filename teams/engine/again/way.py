"""The way from a seed to one record: which kinds were drawn on it, and in which chats it was gone.

A record is born by a chat whose id says on what it was opened, by which flow and of what kind; so the way is told by
the rows of the records whose ids the target's begins with. Where a later flow has taken a record up again under the
same id, and where nothing was born, what was drawn tells it, or the chats that there are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from agents.meter import Stopped
from teams.engine.again.kept import Kept, Row, Target
from teams.engine.flow import Flow, Kind, Skill
from teams.engine.mix_draw import PASSES, Declined, Drawn, Draws
from teams.engine.mix_journey import Journey
from teams.engine.records import Record


@dataclass
class Way:
    """The way to a target."""

    target: Target
    plan: str
    """By what and of what its records were made: the script's hash and the seed's."""
    kinds: dict[str, str] = field(default_factory=dict)
    """The kind drawn, by the label of each flow on the way; `PASSES` where the record itself went on."""
    rows: dict[str, list[Row]] = field(default_factory=dict)
    """The records on the way, by the chat they were born in."""
    chats: list[str] = field(default_factory=list)
    """Ids of the chats of the way in their order, those that only chose among kinds and the judge's too."""

    @property
    def ids(self) -> set[str]:
        """Ids of the records on the way."""
        return {row.id for rows in self.rows.values() for row in rows}


def way_to(kept: Kept, target: Target, skill: Skill) -> Way:
    """Return the way that was gone to a target."""
    all_rows = kept.rows(target.seed, target.round)
    on = [row for row in all_rows if target.record == row.id or target.record.startswith(f"{row.id}/")]
    drops = kept.column("SELECT plan FROM drops WHERE id=?", target.id)
    way = Way(target, max(on, key=lambda row: len(row.id)).plan if on else (drops or [""])[0])
    for row in on:
        way.rows.setdefault(row.chat, []).append(row)
    here, reached = target.seed, target.type == "chat" and target.record == target.seed
    for flow in skill.flows:
        if reached and target.type != "chat":
            break
        _choosing(kept, way, flow, here)
        if target.id in way.chats:
            return way
        kind = _kind(kept, way, flow, here)
        if kind is None:
            continue
        way.kinds[flow.label] = kind
        if kind == PASSES:
            continue
        chat = chat_id(here, flow, kind, target.round, target.seed)
        way.chats.append(chat)
        if target.type == "chat" and chat == target.id:
            return way
        here = _next(way, chat, here)
        reached = any(row.id == target.id and row.type == target.type for row in way.rows.get(chat, ()))
    if target.type == "pair" and skill.judge:
        way.chats.append(f"{target.id}/{skill.judge.label}-{skill.judge.kinds[0].name}")
    return way


def chat_id(record: str, flow: Flow, kind: str, round: int, seed: str) -> str:
    """Return the id of the chat that a flow holds over a record, as the engine makes it."""
    again = f"@{round}" if record == seed and round > 1 else ""
    return f"{record}/{flow.label}-{kind}{again}"


def _choosing(kept: Kept, way: Way, flow: Flow, here: str) -> None:
    """Note the chat in which a flow's kinds were chosen, if one was held; a seed's is held in its first round."""
    if flow.choose:
        id = chooser_id(here, flow)
        if kept.all("SELECT 1 FROM chats WHERE id=?", id):
            way.chats.append(id)


def chooser_id(record: str, flow: Flow) -> str:
    """Return the id of the chat in which the kinds of a flow that fit a record are chosen."""
    assert flow.choose
    return f"{record}/{flow.choose.name or f'{flow.label}-chooser'}-{flow.choose.kinds[0].name}"


def _kind(kept: Kept, way: Way, flow: Flow, here: str) -> str | None:
    """Return the kind by which the way goes on from a record; None where a flow had nothing to do with it."""
    target = way.target
    ids = {kind.name: chat_id(here, flow, kind.name, target.round, target.seed) for kind in flow.kinds}
    for name, id in ids.items():
        if id in way.rows or id == target.id:
            return name
    drawn: list[str] = []
    sql = "SELECT kinds FROM draws WHERE seed=? AND round=? AND record=? AND flow=?"
    for (kinds,) in kept.all(sql, target.seed, target.round, here, flow.label):
        drawn = json.loads(kinds)
    if flow.passes_on or PASSES in drawn:
        return PASSES
    held = [name for name, id in ids.items() if kept.all("SELECT 1 FROM chats WHERE id=?", id)]
    found = [name for name in drawn if name in ids] or held
    return found[0] if found else PASSES if flow.is_optional else None


def _next(way: Way, chat: str, here: str) -> str:
    """Return the id of the record that a chat yielded for the way."""
    if rows := way.rows.get(chat):
        return max((row.id for row in rows), key=len)
    # A later flow took the record up again: its row says that it was born there.
    passages = [row.id for rows in way.rows.values() for row in rows if row.type == "passage"]
    return passages[0] if here == way.target.seed and passages else here


class OneWay(Draws):
    """Draws what was drawn on a way, and nothing beside it."""

    way: Way

    async def draw(self, flow: Flow, record: Record, journey: Journey) -> Drawn:
        """Return the one kind of the way, having held the chooser's chat again where there was one."""
        name = self.way.kinds.get(flow.label)
        if flow.choose and self._choose and chooser_id(record.id, flow) in self.way.chats:
            with suppress(Declined, Stopped):  # the kind is known; what is chosen now is told by who looks at the chat
                await self._choose(flow, self._suiting(flow, record), record, journey)
        if name is None:
            return Drawn()
        return Drawn((), True) if name == PASSES else Drawn(kinds_of(flow, name))

    def passed(self, record: Record) -> None:
        """Nobody counts."""

    def ended(self, flow: Flow, kind: Kind, record: Record) -> None:
        """Nobody counts."""


def kinds_of(flow: Flow, name: str) -> Sequence[Kind]:
    """Return the kind of that name; nothing where there is none any more."""
    return [kind for kind in flow.kinds if kind.name == name]
