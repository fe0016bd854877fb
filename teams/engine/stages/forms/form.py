"""How an instruction is asked and answered: what its writer fills in, what the user reads, what counts as right."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.schemas import several, text

Draft = Mapping[str, Any]
"""One item as its writer gave it; holds to `Form.draft`."""
Facts = Mapping[str, Any]
"""What an `Instruction` of a form knows: `question`, `key` and what the form adds. JSON."""
LETTERS = "ABCDEFGHIJ"
BRIEF = 4
"""Words an answer may have beside its key and be taken without a reader."""
_REPEATED = ("key", "also", "options", "items", "statements", "left", "right", "labels")
"""Facts whose words an answer may repeat without saying more."""
UNSPACED = "\u3040-\u30ff\u3400-\u9fff"
_WORD = re.compile(rf"[{UNSPACED}]{{1,2}}|[^\W{UNSPACED}]+")
"""Where words are not set apart, two characters are one."""

EVIDENCE = several(text(10, 400, ""), 1, 4, "the words of the text that decide it, exactly as they stand there")
QUESTION = text(12, 700, "as the reader will see it")


@dataclass(frozen=True)
class Asked:
    """What became of a draft."""

    text: str
    """The question with all that belongs to it (options, items), without the passage."""
    facts: dict[str, Any]


@dataclass(frozen=True)
class Paper:
    """A question as somebody is asked it who does not know the key; each time in another order."""

    text: str
    answer: Mapping[str, Any]
    """JSON schema of the answer."""
    back: Mapping[str, str] = field(default_factory=dict)
    """What the letters of this paper are called in the question itself."""
    beside: Mapping[str, Any] = field(default_factory=dict)
    """Schemas of what else whoever sits it is asked, by name: which other option could be defended."""


class Form(ABC):
    """One way to ask and answer. Forms are shared constants and hold no state."""

    name: str = ""
    shape: str = "prose"
    """What an answer looks like, for format rules: see `teams.engine.demands`."""
    is_closed: bool = True
    """There is one right answer, with which others can be compared."""
    names_key: bool = True
    """An answer that agrees with the key gives it beyond doubt; else it may name it only to deny it."""
    in_words: bool = False
    """Its key is words of whoever wrote it: an answer that has others may say the same."""
    quotes: bool = True
    """Its writer names the words of the text that decide it."""

    @abstractmethod
    def draft(self, small: bool) -> dict[str, Any]:
        """Return the properties of one item's schema, in the order of thought."""

    @abstractmethod
    def asked(self, draft: Draft, random: Random) -> Asked:
        """Return the question and its facts; order is drawn from `random`, so that no key has a favourite place."""

    def guidance(self, small: bool) -> str:
        """Say what its writer has to know beside the schema, which not every model is shown; '' for nothing."""
        return ""

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        """Yield what is wrong with a draft, as words to its writer."""
        for quote in draft.get("evidence", ()):
            if locate(quote, passage) is None:
                yield f"the text does not say {quote!r}: quote it letter by letter"

    @abstractmethod
    def paper(self, facts: Facts, random: Random) -> Paper:
        """Return the question for somebody who does not know the key."""

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        """Is the answer on a paper right?"""
        return self.agrees(answer, facts)

    @abstractmethod
    def found(self, answer: str, facts: Facts) -> Any:
        """Return what an answer in words says, or None if that can't be told."""

    @abstractmethod
    def agrees(self, value: Any, facts: Facts) -> bool:
        """Is it the same as the key?"""

    def settled(self, facts: dict[str, Any], passage: str) -> dict[str, Any]:
        """Return the facts of an instruction with what only the passage tells: a key in the order of the text."""
        return facts

    def shape_of(self, facts: Facts) -> str:
        """Return what an answer to this one looks like, for format rules; as a rule what all of the form do."""
        return self.shape

    def said(self, facts: Facts) -> Any:
        """Return the key in words, so that it does not hang on letters drawn."""
        if "options" in facts:
            return facts["options"][LETTERS.index(facts["key"])]
        if "items" in facts:
            return [facts["items"][LETTERS.index(letter)] for letter in facts["key"]]
        if "statements" in facts:
            return sorted((facts["statements"][int(n) - 1], truth) for n, truth in facts["key"].items())
        return facts.get("key")

    def told(self, facts: Facts) -> Any:
        """Return the key in the names the question uses, for somebody who reads the answer."""
        return facts.get("key")

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        """Is the right answer of one question that of another, as this form compares answers?"""
        return bool(_folded(self.said(new)) == _folded(self.said(old)))

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        """Is a draft the question it is made from, with the options it had?"""
        options = {draft.get("right", ""), *(wrong["option"] for wrong in draft.get("wrong", ()))}
        return bool(draft["question"].strip() == facts["question"] and options == set(facts.get("options", ("",))))

    def further(self, facts: Facts) -> Sequence[str]:
        """Return what the user asks after the first answer; as a rule nothing."""
        return ()

    def small_reply(self, facts: Facts) -> Mapping[str, Any] | None:
        """Return the schema of a small model's reply, whose values are the answer's words; None: it just answers."""
        return None

    def is_explained(self, answer: str, facts: Facts) -> bool:
        """Does an answer say clearly more than its key: reasons, which somebody has to read?

        What it repeats of options, items or statements does not count.
        """
        rest = answer.casefold()
        for phrase in sorted(set(_phrases([facts.get(name) for name in _REPEATED])), key=len, reverse=True):
            rest = rest.replace(phrase, " ")
        key = facts.get("key")
        marks = 2 * len(key) if isinstance(key, list | dict) else 0
        return len(_WORD.findall(rest)) > marks + BRIEF

    def how(self, facts: Facts) -> str:
        """Say how an answer has to name its choice, for one that can't be read; '' where any words will do."""
        return ""


def _phrases(value: Any) -> Iterator[str]:
    """Yield the strings of a value of facts that are long enough to be told from chance."""
    if isinstance(value, str) and len(value.strip()) > 2:
        yield value.strip().casefold()
    for part in value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ():
        yield from _phrases(part)


def _folded(value: Any) -> Any:
    """A key without what is no difference: letters great and small, spaces, a full stop."""
    if isinstance(value, str):
        return " ".join(value.casefold().split()).rstrip(".")
    if isinstance(value, Mapping):
        return {name: _folded(part) for name, part in value.items()}
    return [_folded(part) for part in value] if isinstance(value, list | tuple) else value


def listed(marks: Sequence[str], items: Sequence[str], sign: str = ".") -> str:
    return "\n".join(f"{mark}{sign} {item}" for mark, item in zip(marks, items, strict=True))
