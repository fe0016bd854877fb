"""Extraction with a small model: the program finds what patterns tell for certain, and asks for that.

Left to write a request, a model of a few billion parameters asks for a list of names and files that the text has not
(measured on 1.5B: of eleven drafts none was fit). What is asked for here has one spelling and one meaning, so that the
list is complete and no other is right.
"""

from __future__ import annotations

import re

from teams.engine.flow import Drop, Scene
from teams.engine.records import Passage
from teams.engine.stages.material import text_of
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.tongue import is_english
from teams.text_extraction.form import SMALL_ITEMS
from teams.text_extraction.words import script

WORDER = script.role("request_writer", hears=("desk",), forgetful=True)
"""Never asked: all is worded here."""
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"  # fmt: skip
_NUMBER = r"\d(?:[\d,]*\d)?(?:\.\d+)?"
SORTS: dict[str, dict[str, str]] = {
    "dates_times": {
        "year": r"(?<![\d.,:/-])(?:1[5-9]|20)\d\d(?![\d:/-]|[.,]\d| ?(?:%|percent|euros|metres|W|g|m)\b)",
        "time of day": r"(?<![\d.,:])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])",
        "day with its month": rf"(?<![\d.,:])(?:[12]\d|3[01]|[1-9]) {_MONTH}(?: (?:1[5-9]|20)\d\d)?\b",
    },
    "quantities": {
        "percentage": rf"(?<![\d.,–-]){_NUMBER} ?(?:percent\b|%)",
        "amount of money": rf"(?<![\d.,–-])(?:[€$£] ?{_NUMBER}(?: (?:million|billion))?"
        rf"|{_NUMBER}(?: (?:thousand|million|billion))? (?:euros?|dollars?|pounds?|crowns?|cents?)\b)",
    },
    "contacts": {
        "e-mail address": r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b",
        "web address": r"https?://[^\s<>\"')\]]+[\w/]",
    },
}
FEWEST = 2
ASKS = (
    "List every {sort} in this text, as it is written there.", "Which {sort} does the text give? I need each of them.",
    "Pull every {sort} out of this, letter by letter.", "I need each {sort} that comes up below, once.",
    "Find every {sort} in the text and copy it as it stands.", "Give me each {sort} you find in this, nothing else.",
)  # fmt: skip


def found(kind: str, text: str) -> dict[str, list[str]]:
    """Return, by sort, what a text holds of a kind, in its order; each spelling once."""
    return {sort: list(dict.fromkeys(re.findall(pattern, text))) for sort, pattern in SORTS[kind].items()}


def desk(scene: Scene) -> SmallDesk | None:
    """Set up a request of one kind. Raises `Drop` where the text holds nothing for it."""
    passage = scene.record
    assert isinstance(passage, Passage)
    if not is_english(scene.language):  # the wordings are English
        return None
    there = found(scene.kind.name, text_of(passage))
    fit = sorted(sort for sort, items in there.items() if FEWEST <= len(items) <= SMALL_ITEMS)
    if not fit:
        raise Drop(f"it has too few or too many to list of each sort: {', '.join(there)}")
    sort = scene.random.choice(fit)
    question = scene.random.choice(ASKS).format(sort=sort)
    draft = {"sort": sort, "items": there[sort], "question": question}
    return SmallDesk(WORDER.name, (), {}, lambda said, before: "", lambda taken: draft)


WAY = SmallWay(WORDER, desk)
