"""Items with a small model: the program picks the words that settle a point, the model asks for them.

A set of real passages is put together by a program too, and the reply is wanted plain: what is left to the model is one
question, and to point at a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from teams.engine.checks.telling import telling
from teams.engine.flow import Drop, Scene
from teams.engine.stages.forms import Draft, closed, text
from teams.engine.stages.material import text_of
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.tongue import is_english
from teams.rag.documents import read
from teams.rag.words import script

WORDER = script.role("worder", hears=("desk",), forgetful=True, max_tokens=120, temperature=0.8)
_SENTENCE = re.compile(r"(?<=[.!?] )[A-ZÀ-Þ][^.!?\n]{45,220}[.!?](?= |$)")
_FEW = 4
"""Words that say something in a sentence worth asking for."""
_BORROWED = 0.8
"""Share of the question's words that may be the sentence's own."""


def desk(scene: Scene) -> SmallDesk | None:
    """Set up the chat in which the question for one sentence is worded. Raises `Drop` where there is none."""
    if scene.kind.name != "best_passage":
        return None
    if not is_english(scene.language):
        raise Drop("what a program asks for here, it asks in English")
    documents = read(text_of(scene.record))
    whole = [(d, s) for d in documents for s in _SENTENCE.findall(d.snippet) if len(telling(s)) >= _FEW]
    whole = [(d, s) for d, s in whole if sum(s in other.snippet for other in documents) == 1]
    if not whole:
        raise Drop("no sentence stands whole in these results")
    document, sentence = scene.random.choice(whole)

    def problem(said: str, before: Sequence[str]) -> str:
        if not said.endswith("?") or len(said) < 20:
            return "it is no question"
        asked = telling(said)
        if not asked & telling(sentence):
            return "it is about something else"
        own = asked & telling(sentence)
        return "it says the sentence itself" if len(own) > _BORROWED * len(telling(sentence)) else ""

    def item(said: Sequence[str]) -> Draft:
        held = {"document": document.id, "quote": sentence, "also": []}
        return {"support": [held], "question": f"Which sentence answers this: {said[0]}", "quote": sentence}

    task = f"The sentence: {sentence}\nIts page is called {document.title!r}.\nAsk what it tells, in one question."
    return SmallDesk(WORDER.name, [task], closed({"question": text(15, 200, "one question")}), problem, item)


WAY = SmallWay(WORDER, desk)
