"""Which requests a text can serve: a cheap chat before whole items are written for kinds it has nothing of."""

from __future__ import annotations

import re
from collections.abc import Sequence

from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Record
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.material import shown, text_of
from teams.engine.talk import Talk
from teams.text_extraction.words import script

PICKER = script.role("picker", hears=("task",), max_tokens=400, temperature=0.3)
MOST = 8
"""Kinds picked at most: the draw among them keeps the data varied."""
_FIRST = re.compile(r"^.*?[.?!](?=\s|$)")


def picker(kinds: Sequence[Kind]) -> Flow:
    """Return the chat that picks among `kinds`; its harvest puts the names into `scene.notes["chosen"]`."""

    async def direct(scene: Scene) -> Staging:
        # The engine says which of them can be drawn for this record at all.
        among = [kind for kind in kinds if kind.name in scene.notes.get("kinds", [kind.name])]
        sorts = "\n".join(f"- {kind.name}: {_first(kind.brief)}" for kind in among)
        why = text(10, 400, "what this text has a lot of, and what it only seems to have")
        chosen = several({"enum": [kind.name for kind in among]}, 0, MOST, "all that it can serve well")
        task = f"{shown(text_of(scene.record))}\n\nSorts of requests:\n{sorts}"
        return Staging(task, [Seat(PICKER, schema=closed({"why": why, "chosen": chosen}))])

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        said = talk.value(PICKER.name)
        scene.notes["chosen"] = list(dict.fromkeys(said["chosen"]))
        if not said["chosen"]:
            raise Drop(f"there is nothing to draw out of it: {said['why']}")
        return []

    return Flow("instruct", direct, harvest, (Kind("pick", ""),), name="pick")


def _first(brief: str) -> str:
    match = _FIRST.match(brief)
    return match.group() if match else brief
