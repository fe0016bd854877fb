"""Instruction refinement: a suggester proposes, an editor carries out, a program applies the changes and reads on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.role import Role
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Passage, Record
from teams.engine.stages.asking import Asking, Goal
from teams.engine.stages.forms import Draft, closed, several, text
from teams.engine.stages.instruct import Desk, Setting, born, message_of
from teams.engine.stages.material import shown, text_of
from teams.engine.talk import Talk

REFINEMENTS = 2
"""Suggestions carried out of one refinement; the paper shows three."""
TRIES = 2
_BEFORE = ("question", "stem", "options", "labels", "key")
"""What a new item remembers of the one it was made from, so that a check can hold them side by side."""
UNANSWERABLE = "(the text does not say)"
"""The key of a question that can't be answered, for readers of the data; compared is whether the answer says so."""


@dataclass(frozen=True)
class Change:
    """What an editor made of a suggestion."""

    item: Draft | None
    """The new item; None: the old one stays."""
    passage: Passage
    edits: tuple[Mapping[str, str], ...]


@dataclass
class Workshop:
    """The program that hands suggestions to the editor, applies edits and reads the new item."""

    scene: Scene
    suggester: str
    editor: str
    kind: Asking
    instruction: Instruction
    setting: Setting
    opening: str
    count: int = REFINEMENTS
    """Suggestions to carry out."""
    tries: int = 0
    number: int = 0
    is_over: bool = False
    problem: str = ""
    made: list[Change] = field(default_factory=list)

    async def speak(self, talk: Talk) -> str:
        """Hand out the next suggestion, or send the last draft back."""
        if talk[-1].source == self.editor:
            self.tries += 1
            problems = await self._read(talk.value(self.editor))
            if problems and self.tries <= TRIES:
                self.problem = "; ".join(problems[:4])
                return f"It isn't ready yet: {self.problem}. Hand in the whole change again."
            self.number, self.tries = self.number + 1, 0
        suggestions = talk.value(self.suggester)["suggestions"][: self.count]
        if self.number >= len(suggestions):
            self.is_over = True
            return "That was all."
        start = (
            "Begin again from the first question, with another suggestion"
            if self.number
            else (f"{self.opening}\n\nThe suggestion")
        )
        return f"{start}: {suggestions[self.number]}"

    async def _read(self, reply: Mapping[str, Any]) -> list[str]:
        goal, passage = self.scene.kind, self.instruction.passage
        assert isinstance(goal, Goal)
        changed, problems = edited(text_of(passage), reply.get("edits", ()))
        item = reply.get("item")
        if item:
            desk = Desk(self.scene, self.editor, self.kind, changed, self.setting)
            problems += await desk.all_problems(item)
            if goal.new_key and not problems:
                problems += self._same_key(item)
        if goal.edits and not reply.get("edits"):
            problems.append("nothing in the text was changed")
        if item and not goal.edits and self.kind.form.is_as_before(item, self.instruction.facts):
            problems.append("nothing was changed")
        if not problems:
            self.made.append(Change(item, replace(passage, text=changed), tuple(reply.get("edits", ()))))
        return problems

    def _same_key(self, item: Draft) -> list[str]:
        """The answer has to be another one: judged by the form, with the new answer held against the old key."""
        facts, form = self.instruction.facts, self.kind.form
        if not form.has_same_key(form.asked(item, self.scene.random).facts, facts):
            return []
        return [f"the right answer is the same as before ({form.said(facts)!r}); it has to change"]


def edited(passage: str, edits: Sequence[Mapping[str, str]]) -> tuple[str, list[str]]:
    """Return the passage with the edits made, and what is wrong with them."""
    problems = []
    for edit in edits:
        found = passage.count(edit["find"])
        if found != 1:
            why = "does not stand in the text" if not found else f"stands there {found} times"
            problems.append(f"{edit['find']!r} {why}: give words that stand there exactly once")
        elif edit["find"].strip() == edit["put"].strip():
            problems.append(f"{edit['find']!r} is put in place of itself")
        else:
            passage = passage.replace(edit["find"], edit["put"])
    return passage, problems


def refinement_flow(
    suggester: Role,
    editor: Role,
    goals: Sequence[Goal],
    kinds: Mapping[str, Asking],
    setting: Setting,
    *,
    count: int = REFINEMENTS,
) -> Flow:
    """Return the refine flow, which carries out `count` suggestions. Which goals suit an instruction, its kind says."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction, goal = scene.record, scene.kind
        assert isinstance(instruction, Instruction)
        assert isinstance(goal, Goal)
        kind = goal.kind_of(kinds[instruction.kind], kinds)
        asked = f"The question:\n{instruction.facts['ask']}\n\n{key_shown(instruction)}"
        beside = filter(None, (kind.form.guidance(scene.small), setting.change(scene)))
        told = "".join(f"\n\n{part}" for part in beside)
        aim = f"{shown(instruction.passage.text)}\n\n{asked}\n\nThe aim: {goal.brief}"
        shop = scene.notes["shop"] = Workshop(
            scene, suggester.name, editor.name, kind, instruction, setting, f"{aim}{told}", count
        )
        suggestions = closed(
            {"suggestions": several(text(20, 500, ""), count, max(3, count), "one change each, two or three sentences")}
        )

        def order(talk: Talk) -> str | None:
            if len(talk) == 1:
                return suggester.name
            if talk[-1].source in (suggester.name, editor.name):
                return "workshop"
            return None if shop.is_over else editor.name

        seats: list[Seat | Program] = [
            Seat(suggester, schema=suggestions),
            Seat(editor, schema=_form(goal, kind)),
            Program("workshop", shop.speak, "hands out suggestions and reads changes"),
        ]
        return Staging(f"{aim}\n\nSuggest {count} changes.", seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, goal, shop = scene.record, scene.kind, scene.notes["shop"]
        assert isinstance(instruction, Instruction)
        assert isinstance(goal, Goal)
        if not shop.made:
            raise Drop(f"no change was fit: {shop.problem}")
        kind = goal.kind_of(kinds[instruction.kind], kinds)
        return [_bear(scene, kind, change, number, setting) for number, change in enumerate(shop.made, 1)]

    suits = {kind.name: kind.goals for kind in kinds.values()}
    # A small model's harder questions are restatements (measured on 1.5B): none are asked of it.
    return Flow(
        "refine",
        direct,
        harvest,
        tuple(goals),
        sample=1,
        suits=suits,
        small_kinds=(),
        passes_on=True,
        moves={goal.name: goal.becomes for goal in goals if goal.becomes},
    )


def _bear(scene: Scene, kind: Asking, change: Change, number: int, setting: Setting) -> Instruction:
    instruction, goal = scene.record, scene.kind
    assert isinstance(instruction, Instruction)
    assert isinstance(goal, Goal)
    # The passage it is about now is the old one with these edits; records of passages are those of transformations.
    edits = {"edits": [*instruction.facts.get("edits", ()), *change.edits]} if change.edits else {}
    if change.item is None:
        facts = {**instruction.facts, **edits, "answerable": goal.is_answerable}
        facts |= {} if goal.is_answerable else {"was": instruction.facts.get("key"), "evidence": []}
        words = message_of(facts, text_of(change.passage), (), scene)
        return instruction.refined(goal.name, words, number, facts=facts, passage=change.passage)

    def bear(name: str, words: str, number: int, *, facts: Mapping[str, Any]) -> Instruction:
        before = {fact: instruction.facts[fact] for fact in _BEFORE if fact in instruction.facts}
        facts = {**facts, **edits, "before": before}
        return instruction.refined(goal.name, words, number, facts=facts, passage=change.passage, kind=name)

    return born(scene, change.passage, kind, change.item, setting, number, bear)


def key_shown(instruction: Instruction) -> str:
    """What the question's author knows of its answer, for suggesters and editors."""
    facts = instruction.facts
    if "key_shown" in facts:
        return str(facts["key_shown"])
    lines = [f"The key: {facts['key']}"] if "key" in facts else []
    lines += [f"Right because: {facts['because']}"] if facts.get("because") else []
    lines += [f"A good answer says: {point}" for point in facts.get("points", ())]
    lines += [f"Why not {option!r}: {why}" for option, why in facts.get("wrong_because", {}).items()]
    lines += list(facts.get("notes", ()))
    lines += [f"Decided by: {quote!r}" for quote in facts.get("evidence", ())]
    lines += facts.get("known", ())
    return "\n".join(lines)


def _form(goal: Goal, kind: Asking) -> Mapping[str, Any]:
    fields: dict[str, Any] = {}
    if goal.edits:
        edit = closed(
            {
                "find": text(3, 600, "words of the text, exactly, that stand there once"),
                "put": text(0, 900, "what stands there instead; empty to take them out"),
            }
        )
        fields["edits"] = several(edit, 1, 6, "all places that have to change with it")
    if goal.asks_anew:
        fields["item"] = closed(kind.form.draft(False))
    return closed(fields)
