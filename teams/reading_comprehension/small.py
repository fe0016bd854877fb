"""Questions with a small model: the program picks a sentence and the words of it that are to be the answer; or the
parts of a text, whose titles are wrong for the whole. The model finds the words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from teams.engine.checks.copying import copied_share
from teams.engine.checks.options import option_faults
from teams.engine.flow import Drop, Scene
from teams.engine.records import Passage
from teams.engine.stages.forms import Draft, closed, text
from teams.engine.stages.forms.form import LETTERS
from teams.engine.stages.forms.short import GAP, words
from teams.engine.stages.material import text_of
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.stages.spans import drawn
from teams.engine.tongue import is_english
from teams.reading_comprehension.words import script

WORDER = script.role("worder", hears=("desk",), forgetful=True, max_tokens=160, temperature=0.7)
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


def desk(scene: Scene) -> SmallDesk:
    """Set up the item of one kind. Raises `Drop` where the text holds nothing for it."""
    passage = scene.record
    assert isinstance(passage, Passage)
    made = {"literal": _literal, "cloze_word": _cloze, "main_idea": _titles}[scene.kind.name]
    return made(scene, text_of(passage))


WAY = SmallWay(WORDER, desk)


def _literal(scene: Scene, passage: str) -> SmallDesk:
    fact = drawn(passage, scene.random)
    if fact is None:
        raise Drop("no sentence with a name or a figure to ask for")

    def problem(said: str, before: Sequence[str]) -> str:
        asked, told = set(words(said)), set(words(fact.sentence))
        if asked & set(words(fact.answer)):
            return f"the question says its answer: {said!r}"
        if len({w for w in asked & told if len(w) > 3}) < 2:
            return f"the question is not about the sentence: {said!r}"
        return ""

    def item(taken: Sequence[str]) -> Draft:
        return {"evidence": [fact.sentence], "question": taken[0], "answer": fact.answer}

    task = f"The sentence: {fact.sentence}\n\nWrite the question whose answer is: {fact.answer}"
    question = {"type": "string", "pattern": _QUESTION} if is_english(scene.language) else text(15, 150, "a question")
    return SmallDesk(WORDER.name, [task], closed({"question": question}), problem, item)


def _cloze(scene: Scene, passage: str) -> SmallDesk:
    fact = drawn(passage, scene.random)
    if fact is None:
        raise Drop("no sentence with a name or a figure to ask for")

    def problem(said: str, before: Sequence[str]) -> str:
        if len(re.findall(rf"(?<!\w){re.escape(fact.answer)}(?!\w)", said)) != 1:
            return f"{fact.answer!r} has to stand in it once: {said!r}"
        return f"it copies the text: {said!r}" if copied_share(said, passage, run=7) > 0.6 else ""

    def item(taken: Sequence[str]) -> Draft:
        return {
            "evidence": [fact.sentence],
            "question": scene.random.choice(ASKS),
            "sentence": taken[0].replace(fact.answer, GAP, 1),
            "answer": fact.answer,
        }

    task = f"The sentence: {fact.sentence}\n\nSay the same in other words, and keep these as they are: {fact.answer}"
    sentence = {"type": "string", "pattern": f"^{_LINE}{{30,220}}\\.$"}
    return SmallDesk(WORDER.name, [task], closed({"sentence": sentence}), problem, item)


def _titles(scene: Scene, passage: str) -> SmallDesk:
    parts = [" ".join(p.split()) for p in passage.split("\n\n") if len(p.split()) >= 25]
    if len(parts) < PARTS:
        raise Drop("too few paragraphs: each would be the whole")
    chosen = sorted(scene.random.sample(range(len(parts)), PARTS))

    def problem(said: str, before: Sequence[str]) -> str:
        options = dict(zip(LETTERS, [*before, said], strict=False))
        return "; ".join(option_faults(options)) if len(options) > 1 else ""

    def item(taken: Sequence[str]) -> Draft:
        right, *wrong = (title.strip().rstrip(".") for title in taken)
        told = [{"option": title, "because": "the title of one part only"} for title in wrong]
        return {"evidence": [], "question": scene.random.choice(TITLES), "right": right, "wrong": told}

    whole = "\n".join(parts)
    tasks = [f"The text: {one}\n\nWrite a title for it." for one in (whole, *(parts[n] for n in chosen))]
    title = (
        {"type": "string", "pattern": f"^[A-Z0-9]{_LINE}{{15,70}}$"}
        if is_english(scene.language)
        else text(12, 75, "a title")
    )
    return SmallDesk(WORDER.name, tasks, closed({"title": title}), problem, item)
