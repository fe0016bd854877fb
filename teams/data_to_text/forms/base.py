"""What all forms of this skill have in common: a draft is about a sheet, and the user shows the data in a dress."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from teams.data_to_text.data.dresses import drawn, dressed
from teams.data_to_text.data.model import Data, Unsound
from teams.data_to_text.data.sheet import read_sheet, sheet
from teams.engine.schemas import several, text
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper
from teams.engine.tongue import is_english, tag_of

REQUEST = text(15, 900, "what is wanted, as the user says it; the data are put beside it by the program")
TABLES = several(text(1, 40, ""), 1, 4, "the tables the user shows: those that are needed, perhaps one more")
SHOWN = (
    ("{data}\n\n{ask}", ""),
    ("{ask}\n\n{data}", ""),
    ("Data:\n\n{data}\n\n{ask}", "en"),
    ("{ask}\n\nThis is what I have:\n\n{data}", "en"),
    ("{ask}\n\n---\n\n{data}", ""),
    ("Here are the data.\n\n{data}\n\n{ask}", "en"),
)
"""Ways to bring data along, each with the language of its words; those without words suit all."""


@dataclass(frozen=True)
class Shown:
    """Data as a user shows them."""

    data: Data
    dress: str
    block: str


class DataForm(Form):
    """A form whose drafts are about data. Most hold nothing; what differs between kinds is in their fields."""

    quotes = False
    dresses: tuple[str, ...] = ("markdown",)
    is_settled = False
    """Programs alone can say whether an answer is right: it was written without the key, and the key was computed."""

    @abstractmethod
    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        """Yield what is wrong with a draft about these data, as words to its writer. May raise `Unsound`."""

    @abstractmethod
    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        """Return the question with the data in a dress, and its facts. `tag` is the language of the data."""

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        try:
            data = read_sheet(passage)
            found = list(self.faults(draft, data))
            if not found:
                self.posed(draft, data, Random(draft["question"]), "en")
        except Unsound as error:
            found = [str(error)]
        yield from found

    def asked(self, draft: Draft, random: Random) -> Asked:
        raise NotImplementedError("it takes the data to ask about them: see posed")

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(str(facts["ask"]), {"type": "string"})

    def found(self, answer: str, facts: Facts) -> Any:
        return answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return True

    def shape_of(self, facts: Facts) -> str:
        return self.shape


def show(data: Data, dresses: Sequence[str], random: Random) -> Shown:
    """Return data in one of the dresses that fit them."""
    name = drawn(data, dresses, random)
    return Shown(data, name, dressed(data, name))


def posed(question: str, shown: Shown, random: Random, tag: str, *, below: str = "", **facts: Any) -> Asked:
    """Return a question put together with its data; `below` is what goes under the question: a layout, a statement."""
    data, question = shown.data, question.strip()
    ask = f"{question}\n\n{below}" if below else question
    head = [data.title] if random.random() < 0.6 and data.title not in shown.block else []
    head += [data.note] if data.note else []
    # Not every dress has a place for units.
    units = {c.name: c.unit for t in data.tables for c in t.columns if c.unit and not _stands(c.unit, shown.block)}
    head += ["; ".join(f"{name}: {unit}" for name, unit in units.items())] if units else []
    block = "\n\n".join([*(["\n".join(head)] if head else []), shown.block])
    layouts = [layout for layout, language in SHOWN if is_english(tag) or not language]
    # What is put in is never scanned again: data are full of braces.
    before, _, after = random.choice(layouts).partition("{data}")
    words = before.replace("{ask}", ask) + block + after.replace("{ask}", ask)
    known = {
        "question": question, "sheet": sheet(data), "dress": shown.dress, "shown": shown.block, "shows_text": False,
        "asks_for": "answer", **facts,
    }  # fmt: skip
    return Asked(words, known)


def _stands(unit: str, block: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(unit)}(?!\w)", block) is not None


def data_of(facts: Mapping[str, Any]) -> Data:
    """Return the data an instruction is about."""
    return read_sheet(str(facts["sheet"]))


def tag_for(language: str) -> str:
    return tag_of(language) if language else "en"
