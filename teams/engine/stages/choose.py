"""Which transformations suit a seed: a cheap chat instead of a blind draw."""

from __future__ import annotations

from collections.abc import Sequence

from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Record
from teams.engine.stages.asking import Transformation
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.words import script
from teams.engine.talk import Talk
from teams.engine.tongue import is_in

CHOOSER = script.role("chooser", hears=("task",), max_tokens=400, temperature=0.3)
MOST = 4
"""Kinds chosen at most: the draw among them keeps the data varied."""


def chooser(kinds: Sequence[Kind]) -> Flow:
    """Return the chat that chooses among `kinds`; its harvest puts the names into `scene.notes["chosen"]`."""

    async def direct(scene: Scene) -> Staging:
        # The engine says which of them can be drawn for this record at all.
        among = [kind for kind in kinds if kind.name in scene.notes.get("kinds", [kind.name]) and _can_be(kind, scene)]
        if not among:
            raise Drop(f"the text is not in {scene.language}: it can't be taken as it is")
        ways = "\n".join(f"- {kind.name}: {kind.brief}" for kind in among)
        why = "what this text is, and what it would bring to the ways you think of"
        chosen = several(
            {"enum": [kind.name for kind in among]}, 0, MOST, "the best first; none if the text suits none"
        )
        task = f"{shown(text_of(scene.record))}\n\nThe ways to rewrite it:\n{ways}"
        return Staging(task, [Seat(CHOOSER, schema=closed({"why": text(10, 400, why), "chosen": chosen}))])

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        said = talk.value(CHOOSER.name)
        scene.notes["chosen"] = list(dict.fromkeys(said["chosen"]))
        scene.notes["why"] = said["why"]
        if not said["chosen"]:
            raise Drop(f"no transformation suits it: {said['why']}")
        return []

    return Flow("transform", direct, harvest, (Kind("choose", ""),), name="choose")


def _can_be(kind: Kind, scene: Scene) -> bool:
    """A text in another language than that of the data can't be taken as it is."""
    is_seed = isinstance(kind, Transformation) and kind.is_seed
    return not (is_seed and scene.language and is_in(text_of(scene.record), scene.language) is False)
