"""Questions with a small model: the program picks what is asked about, the model finds the words.

Left to itself a model of a few billion parameters quotes what is not there, writes the brief into the question and four
options that are one (measured on 1.5B: of ten items none was fit). So the program picks a sentence and the words of it
that are to be the answer; or the parts of a text, whose titles are wrong for the whole. The model is asked for one
sentence at a time, and not shown more than it needs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from teams.engine.checks.copying import copied_share
from teams.engine.checks.options import option_faults
from teams.engine.flow import Drop, Program, Scene, Seat, Staging
from teams.engine.records import Passage
from teams.engine.stages.forms import Draft, closed, text
from teams.engine.stages.forms.form import LETTERS
from teams.engine.stages.forms.short import GAP, words
from teams.engine.stages.material import text_of
from teams.engine.stages.spans import drawn
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_english
from teams.reading_comprehension.words import script

WORDER = script.role("worder", hears=("desk",), forgetful=True, max_tokens=160, temperature=0.7)
TRIES = 3
"""Times a sentence is asked for."""
PARTS = 3
"""Parts of a text whose titles are the wrong options."""
ASKS = (
    "Which words fill the gap?", "Fill the gap with words of the text.", "What belongs in the gap?",
    "Complete the sentence from the text.", "What is missing here?",
)  # fmt: skip
TITLES = (
    "Which title fits the whole text best?", "Which of these would be the best title?", "What is it about as a whole?",
    "Which heading covers all of the text?", "Choose the title that fits the text as a whole.",
)  # fmt: skip
_LINE = r"[^\"\\\n\r\t{}<>|]"
_QUESTION = f"^(Who|What|When|Where|Which|How|Why|In which|By whom|For whom|At what|Since when) {_LINE}{{12,140}}\\?$"


@dataclass
class SmallDesk:
    """The program that asks for one sentence after the other and puts the item together."""

    scene: Scene
    tasks: Sequence[str]
    form: Mapping[str, Any]
    problem_of: Any
    """Says what is wrong with a sentence: `(number of the task, sentence, those before) -> str`."""
    taken: list[str] = field(default_factory=list)
    tries: int = 0
    problem: str = ""

    def speak(self, talk: Talk) -> str:
        if talk[-1].source == WORDER.name:
            said = str(next(iter(talk.value(WORDER.name).values()))).strip()
            self.problem = self.problem_of(len(self.taken), said, self.taken)
            self.tries += 1
            if not self.problem:
                self.taken.append(said)
                self.tries = 0
        if self.is_over:
            return "Thank you." if not self.problem else "That was all."
        # Not what was wrong with the last: a small model writes that into the next.
        return self.tasks[len(self.taken)]

    @property
    def is_over(self) -> bool:
        return len(self.taken) == len(self.tasks) or self.tries >= TRIES


def staging(scene: Scene) -> Staging:
    """Set up the chat of one kind with a small model. Raises `Drop` where the text holds nothing for it."""
    passage = scene.record
    assert isinstance(passage, Passage)
    made = {"literal": _literal, "cloze_word": _cloze, "main_idea": _titles}[scene.kind.name]
    desk = scene.notes["desk"] = made(scene, text_of(passage))

    seats: list[Seat | Program] = [Program("desk", desk.speak, "asks for sentences"), Seat(WORDER, schema=desk.form)]
    return Staging("One item is wanted.", seats, in_turn(WORDER.name, "desk", lambda: desk.is_over, program_first=True))


def draft_of(scene: Scene) -> Draft:
    """Put the item together from what was said. Raises `Drop` if it came to nothing."""
    desk: SmallDesk = scene.notes["desk"]
    if len(desk.taken) < len(desk.tasks):
        raise Drop(f"no item was fit: {desk.problem}")
    item: Draft = scene.notes["item"](desk.taken)
    return item


def _literal(scene: Scene, passage: str) -> SmallDesk:
    fact = drawn(passage, scene.random)
    if fact is None:
        raise Drop("no sentence with a name or a figure to ask for")

    def problem(number: int, said: str, before: Sequence[str]) -> str:
        asked, told = set(words(said)), set(words(fact.sentence))
        if asked & set(words(fact.answer)):
            return f"the question says its answer: {said!r}"
        if len({w for w in asked & told if len(w) > 3}) < 2:
            return f"the question is not about the sentence: {said!r}"
        return ""

    scene.notes["item"] = lambda taken: {"evidence": [fact.sentence], "question": taken[0], "answer": fact.answer}
    task = f"The sentence: {fact.sentence}\n\nWrite the question whose answer is: {fact.answer}"
    question = {"type": "string", "pattern": _QUESTION} if is_english(scene.language) else text(15, 150, "a question")
    return SmallDesk(scene, [task], closed({"question": question}), problem)


def _cloze(scene: Scene, passage: str) -> SmallDesk:
    fact = drawn(passage, scene.random)
    if fact is None:
        raise Drop("no sentence with a name or a figure to ask for")

    def problem(number: int, said: str, before: Sequence[str]) -> str:
        if len(re.findall(rf"(?<!\w){re.escape(fact.answer)}(?!\w)", said)) != 1:
            return f"{fact.answer!r} has to stand in it once: {said!r}"
        return f"it copies the text: {said!r}" if copied_share(said, passage, run=7) > 0.6 else ""

    scene.notes["item"] = lambda taken: {
        "evidence": [fact.sentence],
        "question": scene.random.choice(ASKS),
        "sentence": taken[0].replace(fact.answer, GAP, 1),
        "answer": fact.answer,
    }
    task = f"The sentence: {fact.sentence}\n\nSay the same in other words, and keep these as they are: {fact.answer}"
    sentence = {"type": "string", "pattern": f"^{_LINE}{{30,220}}\\.$"}
    return SmallDesk(scene, [task], closed({"sentence": sentence}), problem)


def _titles(scene: Scene, passage: str) -> SmallDesk:
    parts = [" ".join(p.split()) for p in passage.split("\n\n") if len(p.split()) >= 25]
    if len(parts) < PARTS:
        raise Drop("too few paragraphs: each would be the whole")
    chosen = sorted(scene.random.sample(range(len(parts)), PARTS))

    def problem(number: int, said: str, before: Sequence[str]) -> str:
        options = dict(zip(LETTERS, [*before, said], strict=False))
        return "; ".join(option_faults(options)) if len(options) > 1 else ""

    def item(taken: Sequence[str]) -> Draft:
        right, *wrong = (title.strip().rstrip(".") for title in taken)
        told = [{"option": title, "because": "the title of one part only"} for title in wrong]
        return {"evidence": [], "question": scene.random.choice(TITLES), "right": right, "wrong": told}

    scene.notes["item"] = item
    whole = "\n".join(parts)
    tasks = [f"The text: {one}\n\nWrite a title for it." for one in (whole, *(parts[n] for n in chosen))]
    title = (
        {"type": "string", "pattern": f"^[A-Z0-9]{_LINE}{{15,70}}$"}
        if is_english(scene.language)
        else text(12, 75, "a title")
    )
    return SmallDesk(scene, tasks, closed({"title": title}), problem)
