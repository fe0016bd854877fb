"""Classification with a small model: the program has the labels and the wording, the model says which one holds.

Left to design labels, a model of a few billion parameters names what the text is about and words of the brief beside it
(measured on 1.5B). Which label holds it says before it answers, and those who sit the item blind have to agree.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teams.engine.flow import Scene
from teams.engine.records import Passage
from teams.engine.stages.forms import Draft, closed
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.tongue import is_english
from teams.text_classification.words import script

WORDER = script.role("worder", hears=("desk",), forgetful=True, max_tokens=30, temperature=0.2)


@dataclass(frozen=True)
class Sorts:
    """What a text can be, and how somebody asks which it is."""

    labels: tuple[str, ...]
    shown: int
    """How many of them a question offers, the right one among them."""
    asks: tuple[str, ...]


SORTS: Mapping[str, Sorts] = {
    "topic": Sorts(
        ("food", "transport", "money", "health", "nature", "history", "technology", "books", "gardening", "housing",
         "sport", "politics", "work", "music"),
        5,
        ("What is this mainly about?", "Under which heading should I file this?", "Which of these is its topic?",
         "Sort this for our archive by its main topic.", "Which section of a newspaper would print this?"),
    ),
    "genre": Sorts(
        ("news report", "opinion piece", "instructions", "advertisement", "interview", "minutes of a meeting",
         "scientific report", "personal story", "terms and conditions", "recipe"),
        5,
        ("What sort of text is this?", "Which kind of writing is this?", "Tell me what kind of text this comes from.",
         "How would you class this as a piece of writing?", "What am I reading here?"),
    ),
    "sentiment": Sorts(
        ("positive", "negative", "neutral"),
        3,
        ("How does the writer feel about what is described?", "What is the tone towards its subject?",
         "Is this favourable to what it speaks of or not?", "Label the feeling that this expresses.",
         "What is the sentiment here?"),
    ),
    "emotion": Sorts(
        ("joy", "anger", "sadness", "fear", "pride", "gratitude", "surprise", "no strong feeling"),
        6,
        ("Which feeling does the writer show most?", "What does whoever wrote this feel?",
         "Name the strongest emotion in this.", "Which emotion comes through here?", "What feeling is behind this?"),
    ),
}  # fmt: skip


def desk(scene: Scene) -> SmallDesk | None:
    """Set up an item of one kind; None where its wording would be in the wrong language."""
    passage = scene.record
    assert isinstance(passage, Passage)
    if not is_english(scene.language):
        return None
    sorts = SORTS[scene.kind.name]
    question = scene.random.choice(sorts.asks)

    def item(taken: Sequence[str]) -> Draft:
        others = [label for label in sorts.labels if label != taken[0]]
        offered = [taken[0], *scene.random.sample(others, sorts.shown - 1)]
        labels = [{"name": label} for label in sorts.labels if label in offered]
        return {"evidence": [], "question": question, "labels": labels, "gold": taken[0]}

    label = {"enum": scene.random.sample(sorts.labels, len(sorts.labels))}
    task = f"{shown(text_of(passage))}\n\n{question}"
    return SmallDesk(WORDER.name, [task], closed({"label": label}), lambda said, before: "", item)


WAY = SmallWay(WORDER, desk)
