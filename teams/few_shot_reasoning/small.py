"""Tasks with a small model: the program takes words from the text and says all there is to say."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from agents.role import Role
from teams.engine.flow import Drop, Scene
from teams.engine.records import Passage
from teams.engine.stages.material import text_of
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.tongue import is_english
from teams.few_shot_reasoning.forms.computed import Computed
from teams.few_shot_reasoning.wishes import form_of

_WORD = re.compile(r"(?<![\w'’-])[^\W\d_A-ZÀ-Þ]{3,14}(?![\w'’-])")
OPENINGS = (
    "Find the rule and give the missing one.",
    "What comes last?",
    "Continue in the same way.",
    "Complete the last one:",
    "I have these examples. What belongs in the last place?",
    "Go on as the examples do.",
    "Same pattern, please:",
    "Work out what happens in each case and finish the last line.",
    "Fill in what is missing at the end.",
    "The old list breaks off here. What would it have said?",
)
NAMES = (
    ("Input", "Output"),
    ("Before", "After"),
    ("In", "Out"),
    ("Given", "Result"),
    ("Word", "Code"),
    ("Left", "Right"),
)
MOST = 22


def words_in(text: str, random: Random) -> list[str]:
    """Return words of a text that stand there in small letters, of many lengths."""
    found = [word for word in dict.fromkeys(_WORD.findall(text)) if word.isalpha()]
    return random.sample(found, min(MOST, len(found)))


def desk(scene: Scene) -> SmallDesk | None:
    """Return a desk that asks for nothing; None where a kind needs a writer."""
    form = form_of(scene)
    assert isinstance(scene.record, Passage)
    if not isinstance(form, Computed) or set(form.wants()) - {"words"}:
        return None
    if not is_english(scene.language) and form.is_english:
        raise Drop(f"{scene.kind.name} is worded by a program, in English")
    words = words_in(text_of(scene.record), scene.random)
    if "words" in form.wants() and len(words) < 14:
        raise Drop("it has too few plain words for a task of words")
    one = scene.random.choice(NAMES if "words" in form.wants() and not form.noisy else NAMES[:4])
    draft: dict[str, Any] = {
        "why": "drawn", "words": words, "input_name": one[0], "output_name": one[1],
        "question": scene.random.choice(OPENINGS) if not scene.language else "",
    }  # fmt: skip
    return SmallDesk("shot_writer", (), {}, lambda said, taken: "", lambda said: draft)


def way(worder: Role) -> SmallWay:
    """Return the way in which small models get their tasks."""
    return SmallWay(worder, desk)
