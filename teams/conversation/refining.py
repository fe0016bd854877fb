"""Instruction refinement: the user's turns edited toward a goal; the plan is handed in and read anew."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.role import Role
from teams.conversation.kinds import BY_NAME, GOALS, REQUIRED
from teams.conversation.plan import Desk, Room, sorts_told, told_of
from teams.conversation.planning import OPENINGS, TRIES, born, room_of
from teams.conversation.turns import Turn, turns_of
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Record
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.material import shown
from teams.engine.talk import Talk

REFINEMENTS = 1
"""Suggestions carried out: a conversation costs a dozen calls, and two of one plan are much alike."""
LONGER = 1
"""Turns that `longer` may add beyond what its kind allows."""
_SUGGESTED = closed({"suggestions": several(text(20, 600, ""), 2, 3, "one change each, in two or three sentences")})


@dataclass
class Workshop:
    """The program that hands suggestions to the editor and reads the new plans."""

    desk: Desk
    suggester: str
    editor: str
    opening: str
    number: int = 0
    tries: int = 0
    problem: str = ""
    is_over: bool = False
    made: list[tuple[Mapping[str, Any], Sequence[Turn]]] = field(default_factory=list)

    def speak(self, talk: Talk) -> str:
        """Hand out the next suggestion, or send the last plan back."""
        suggestions = talk.value(self.suggester)["suggestions"]
        if talk[-1].source == self.editor:
            faults = self.desk.read(talk.value(self.editor))
            self.tries += 1
            if faults and self.tries <= TRIES:
                self.problem = "; ".join(faults[:3])
                return (
                    "It isn't ready yet:\n"
                    + "\n".join(f"- {f}" for f in faults[:6])
                    + "\nHand in the whole plan again."
                )
            self.made, self.tries, self.number = list(self.desk.good), 0, self.number + 1
        if len(self.made) >= REFINEMENTS or self.number >= min(len(suggestions), 2):
            self.is_over = True
            return "That was all."
        start = "Begin again from the first plan" if self.number else self.opening
        return f"{start}\n\nThe suggestion: {suggestions[self.number]}"


def reaches(goal: str, before: Sequence[Turn]) -> Callable[[Sequence[Turn]], Iterator[str]]:
    """Return what a goal asks of the new turns, as complaints."""

    def look(turns: Sequence[Turn]) -> Iterator[str]:
        if [turn.as_dict() for turn in turns] == [turn.as_dict() for turn in before]:
            yield "nothing was changed"
        sort = REQUIRED.get(goal)
        if sort and _count(turns, sort) <= _count(before, sort):
            yield f"it needs a turn of the sort {sort} that wasn't there"
        if goal == "further_back" and not (_span(turns) > _span(before) or _span(turns) >= 3):
            yield f"no turn leans further back than before ({_span(before)} turns)"
        if goal == "longer" and len(turns) <= len(before):
            yield f"it has {len(turns)} turns, and had {len(before)}; it has to be longer"
        if goal == "changed_requirement":
            yield from _needed_after(turns)

    return look


def _count(turns: Sequence[Turn], sort: str) -> int:
    return sum(turn.sort == sort for turn in turns)


def _span(turns: Sequence[Turn]) -> int:
    return max((turn.number - turn.leans_on for turn in turns if turn.leans_on), default=0)


def _needed_after(turns: Sequence[Turn]) -> Iterator[str]:
    changed = next((turn.number for turn in turns if turn.sort == "change"), len(turns))
    if not any(turn.number > changed and (turn.uses or turn.key) for turn in turns):
        yield "a turn after the change has to need the new value (`uses` or `key`)"


def refinement(suggester: Role, editor: Role) -> Flow:
    """Return the refine flow."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction, goal = scene.record, scene.kind.name
        assert isinstance(instruction, Instruction)
        before = turns_of(instruction.facts)
        room = scene.notes["room"] = _room(scene, instruction, goal)
        if goal == "longer" and len(before) > room.most:
            return []
        task = f"{shown(instruction.passage.text)}\n\nThe plan:\n{told_of(before, instruction.facts, room.shown)}"
        aim = f"The aim: {scene.kind.brief}"
        opening = (
            f"{task}\n\n{OPENINGS[room.opens]}\n\n{sorts_told(room)}\n\nThe kind of talk: {room.kind.brief}\n\n{aim}"
        )
        shop = scene.notes["shop"] = Workshop(Desk(room, reaches(goal, before)), suggester.name, editor.name, opening)

        def order(talk: Talk) -> str | None:
            if len(talk) == 1:
                return suggester.name
            if talk[-1].source in (suggester.name, editor.name):
                return "workshop"
            return None if shop.is_over else editor.name

        seats: list[Seat | Program] = [
            Seat(suggester, schema=_SUGGESTED),
            Seat(editor, schema=room.form()),
            Program("workshop", shop.speak, "hands out suggestions and reads plans"),
        ]
        return Staging(f"{task}\n\n{aim}\n\nSuggest two changes.", seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, shop = scene.record, scene.notes["shop"]
        assert isinstance(instruction, Instruction)
        if not shop.made:
            raise Drop(f"no plan was fit: {shop.problem}")
        made = []
        for number, (draft, turns) in enumerate(shop.made[:REFINEMENTS], 1):
            words, facts = born(scene, instruction, scene.notes["room"], draft, turns)
            made.append(instruction.refined(scene.kind.name, words, number, facts=facts))
        return made

    suits = {kind.name: kind.goals for kind in BY_NAME.values()}
    return Flow("refine", direct, harvest, GOALS, sample=1, suits=suits, small_kinds=(), passes_on=True)


def _room(scene: Scene, instruction: Instruction, goal: str) -> Room:
    """The room of the first plan, with what the goal brings; forms already asked for stay among those offered."""
    sorts = (REQUIRED[goal],) if goal in REQUIRED else ()
    kind, further = BY_NAME[instruction.kind], LONGER if goal in ("longer", *REQUIRED) else 0
    room = room_of(scene, instruction.passage, kind, further=further, sorts=sorts)
    kept = [asked.demand for turn in turns_of(instruction.facts) for asked in turn.forms]
    others = [form for form in room.forms if form.rule not in {one.rule for one in kept}]
    return Room(kind, instruction.passage, (*kept, *others), scene.language, further, sorts)
