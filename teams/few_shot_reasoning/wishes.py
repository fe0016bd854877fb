"""What is wished for one task beside its kind: how it is answered, whether it opens with words, and whose it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from teams.engine.aside import aside
from teams.engine.flow import Drop, Scene
from teams.engine.records import Instruction
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import Asked, Draft
from teams.engine.tongue import is_english, tag_of
from teams.few_shot_reasoning.episode import BARE, REASONS, RULE
from teams.few_shot_reasoning.forms.task import Task, Wish
from teams.few_shot_reasoning.kinds import BY_NAME
from teams.few_shot_reasoning.rules.choosing import Ambiguous
from teams.few_shot_reasoning.rules.domain import Unfit
from teams.few_shot_reasoning.rules.house import RuleFailed, carried_out

SILENT = 0.25
"""Share of tasks that are examples and nothing else."""
WITH_REASONS = 0.4
"""Share of tasks answered by their output alone whose examples show their working, where a rule can tell it."""
VOICES = (
    "somebody who inherited these records and no key to them",
    "a programmer with the outputs of an old machine",
    "a pupil stuck over homework",
    "a teacher who tries out a task for class",
    "a puzzler who writes three words at most",
    "a clerk who has to go on with a colleague's list",
    "a translator between two jobs",
    "a careful person who writes long",
    "somebody in a hurry, without greetings",
    "a researcher who sends a prompt, not a letter",
    "a parent at a rainy table",
    "a collector with a notebook",
    "a tester who writes in bare commands",
    "a volunteer who was handed a form",
)


def form_of(scene: Scene) -> Task:
    """Return the form of the task that a chat is about."""
    return BY_NAME[_kind(scene)].form


def _kind(scene: Scene) -> str:
    """The kind of a chat, or of the instruction it refines."""
    return scene.record.kind if isinstance(scene.record, Instruction) else scene.kind.name


def wish_of(scene: Scene) -> Wish:
    """Return what is wished for, drawn once a chat; a refined task is answered as the one before."""
    if "wish" not in scene.notes:
        scene.notes["wish"] = _drawn(scene)
    wish: Wish = scene.notes["wish"]
    return wish


def _drawn(scene: Scene) -> Wish:
    form, random = form_of(scene), scene.random
    language = "" if is_english(scene.language) else tag_of(scene.language)
    if isinstance(scene.record, Instruction):
        facts = scene.record.facts
        return Wish(str(facts["reply"]), bool(facts["reasons"]), bool(facts["opening"]), language)
    reply = random.choice(form.replies)
    opens = reply == RULE or reply == "code" or random.random() >= SILENT
    if scene.small:  # to find a rule and tell it is beyond it
        reply = BARE if reply == RULE else reply
        opens = opens and not language  # who has no words of the language says none
    return Wish(reply, random.random() < WITH_REASONS, opens, language)


def wish(scene: Scene) -> str:
    """Say what is wished, to the writer. Raises `Drop` where the task can't be made in the language asked for."""
    drawn = wish_of(scene)
    if drawn.language and form_of(scene).is_english:
        raise Drop(f"{scene.kind.name} is worded by a program, in English")
    said = [f"Who writes: {scene.random.choice(VOICES)}."]
    if not drawn.opens:
        said = ["There is no opening this time: the message is examples and query alone."]
    elif drawn.reply == RULE:
        said.append("The opening also asks that the rule be said, in a sentence or two, before the output is given.")
    elif drawn.reply == BARE:
        said.append("The opening does not ask for an explanation.")
    elif drawn.reply == REASONS:
        said.append("The examples show their working, and the reader is to go on in the same way.")
    return f"The wish: {' '.join(said)}"


def made_of(kind: str, draft: Draft, seed: str, wish: Wish) -> dict[str, Any]:
    """Return the facts of the task that comes of a draft. Raises `Ambiguous` or `Unfit`."""
    return BY_NAME[kind].form.task(draft, Random(seed), wish)


def _asked(scene: Scene, draft: Draft) -> tuple[str, Draft, str, Wish]:
    """What `made_of` is asked: the same draft makes the same task, as often as it is asked."""
    drawn_by = json.dumps(dict(draft), sort_keys=True, ensure_ascii=False)
    if form_of(scene).is_executed and "table" in scene.notes:
        draft = {**draft, "table": scene.notes["table"]}
    return _kind(scene), draft, f"{scene.chat_id}/{drawn_by}", wish_of(scene)


def faults(scene: Scene, draft: Draft, passage: str) -> Iterator[str]:
    """Yield why a task can't be put together of what was handed in."""
    if wish_of(scene).opens and not draft["question"].strip() and not scene.small:
        yield "the opening is empty, and one is wished for"


async def tried(scene: Scene, kind: Asking, draft: Draft) -> list[str]:
    """Put the task together beside the event loop, a rule that a model wrote having been run on its inputs first."""
    form = form_of(scene)
    if form.is_executed:
        inputs = list(dict.fromkeys(" ".join(x.split()) for x in draft["inputs"] if x.strip()))
        try:
            scene.notes["table"] = await carried_out(await scene.lease(), draft["code"], inputs)
        except RuleFailed as failure:
            return [f"the rule: {failure}"]
    asked = _asked(scene, draft)
    try:
        facts = await aside(made_of, *asked)
    except (Ambiguous, Unfit) as problem:
        return [f"no task could be made of it: {problem}"]
    except (KeyError, ValueError, IndexError):
        return []  # the draft itself is broken, which its form says
    scene.notes.setdefault("made", {})[asked[2]] = facts
    key = str(facts.get("key", ""))
    is_told = len(key) > 2 and key.casefold() in f" {facts['opening'].casefold()} ".split()
    return [f"the opening says the output: {key!r}"] if is_told else []


def pose(scene: Scene, kind: Asking, draft: Draft, passage: str) -> Asked:
    """Make the message of a draft that was found good."""
    asked = _asked(scene, draft)
    facts = scene.notes.get("made", {}).get(asked[2]) or made_of(*asked)
    return Asked(facts["ask"], facts)
