"""Changes with a small model: the program picks what is to change and says so; what comes back, it can check.

Asked for a task, a model of a few billion parameters asks a question about the text (measured on 1.5B: thirteen drafts
of fourteen). Of the wording it gives a single word, where one word is to stand for another.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from teams.engine.flow import Drop, Scene
from teams.engine.records import Passage
from teams.engine.stages.forms import Draft, closed
from teams.engine.stages.material import text_of
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.tongue import is_english
from teams.text_modification.exact.places import sentence_places
from teams.text_modification.words import script

WORDER = script.role("worder", hears=("desk",), forgetful=True, max_tokens=60, temperature=0.8)
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][a-zà-ÿ]+(?: [A-Z][a-zà-ÿ]+)*")
_WORD = re.compile(r"\b[a-z]{6,14}\b")
_HEAD = 40
"""Characters by which a sentence is named."""
REPHRASE = (
    "Say this in other words, please, about as long as it is.", "Rephrase this so that it means the same.",
    "Reword this for me. Keep the facts and the length.", "Could you put this differently, same facts, same length?",
    "I need this again in other words, nothing left out.", "Write this anew in your own words; the meaning stays.",
)  # fmt: skip
REPLACE = (
    'Replace "{old}" by "{new}" throughout.', 'Change "{old}" to "{new}" everywhere, please, and nothing else.',
    'Wherever it says "{old}", write "{new}".', 'Swap "{old}" for "{new}" in this text.',
    'Put "{new}" in place of "{old}"; leave the rest as it is.',
)  # fmt: skip
REMOVE = (
    'Leave out the sentence that begins "{head}".', 'Take out the whole sentence starting with "{head}", please.',
    'Delete the sentence beginning "{head}" and keep the rest word for word.',
    'I don\'t need the sentence that starts "{head}". Strike it.', 'Cut the sentence "{head} …", nothing else.',
)  # fmt: skip
CAPITALS = (
    "Write {pieces} in capital letters wherever it stands.", "Put {pieces} in capitals, please, nothing else.",
    "Set every {pieces} in capital letters.", "I want {pieces} all in capitals in this text.",
    "Change {pieces} to capitals throughout.",
)  # fmt: skip
BOLD = (
    "Make {pieces} bold with Markdown wherever it stands.", "Set {pieces} in bold (Markdown), and nothing else.",
    "Mark {pieces} in bold, with two asterisks on either side.", "Put every {pieces} in Markdown bold.",
    "Use Markdown to print {pieces} in bold.",
)  # fmt: skip


def desk(scene: Scene) -> SmallDesk | None:
    """Set up a change of one kind. Raises `Drop` where the text holds nothing for it."""
    passage = scene.record
    assert isinstance(passage, Passage)
    if not is_english(scene.language):  # the wordings are English
        return None
    return _MADE[scene.kind.name](scene, text_of(passage))


def _said(draft: Draft) -> SmallDesk:
    """A change that the program words alone."""
    return SmallDesk(WORDER.name, (), {}, lambda said, before: "", lambda taken: draft)


def _rephrased(scene: Scene, text: str) -> SmallDesk:
    return _said({"question": scene.random.choice(REPHRASE)})


def _removed(scene: Scene, text: str) -> SmallDesk:
    spans = sentence_places(text) or []
    sentences = [text[a:b].strip() for a, b in spans]
    if len(sentences) < 3:
        raise Drop("it has too few sentences to leave one out")
    gone = scene.random.choice(sentences[1:])
    head = gone if len(gone) <= _HEAD else gone[:_HEAD].rsplit(" ", 1)[0]
    if sum(sentence.startswith(head) for sentence in sentences) > 1:
        raise Drop("two of its sentences begin alike")
    return _said({"pieces": [gone], "then": [], "question": scene.random.choice(REMOVE).format(head=head)})


def _named(scene: Scene, text: str) -> str:
    names = sorted(set(_NAME.findall(text)))
    if not names:
        raise Drop("it names nobody and nothing")
    return str(scene.random.choice(names))


def _capitals(scene: Scene, text: str) -> SmallDesk:
    name = _named(scene, text)
    wording = scene.random.choice(CAPITALS).format(pieces=f'"{name}"')
    return _said({"to": "upper", "scope": "pieces", "n": 0, "pieces": [name], "then": [], "question": wording})


def _bold(scene: Scene, text: str) -> SmallDesk:
    name = _named(scene, text)
    wording = scene.random.choice(BOLD).format(pieces=f'"{name}"')
    return _said({"pieces": [name], "mark": "bold", "which": "all", "n": 0, "then": [], "question": wording})


def _replaced(scene: Scene, text: str) -> SmallDesk:
    found = Counter(_WORD.findall(text))
    often = sorted(word for word, count in found.items() if count == max(found.values()))
    if not often:
        raise Drop("it has no word of six letters to replace")
    old = scene.random.choice(often)
    sentence = next(s for s in re.split(r"(?<=[.!?])\s+", text) if re.search(rf"\b{old}\b", s))

    def problem(said: str, before: Sequence[str]) -> str:
        if said[:4] == old[:4] or said in found:
            return f"{said!r} is no other word for {old!r}"
        return ""

    def item(taken: Sequence[str]) -> Draft:
        wording = scene.random.choice(REPLACE).format(old=old, new=taken[0])
        return {"pairs": [{"old": old, "new": taken[0]}], "then": [], "question": wording}

    task = f"The sentence: {' '.join(sentence.split())}\n\nWrite one other word that can stand for: {old}"
    word = {"type": "string", "pattern": "^[a-z]{3,14}$"}
    return SmallDesk(WORDER.name, [task], closed({"word": word}), problem, item)


_MADE: Mapping[str, Callable[[Scene, str], SmallDesk]] = {
    "paraphrasing": _rephrased,
    "keyword_replacement": _replaced,
    "removal": _removed,
    "capitalisation": _capitals,
    "styling": _bold,
}
SMALL_KINDS = tuple(_MADE)

WAY = SmallWay(WORDER, desk)
