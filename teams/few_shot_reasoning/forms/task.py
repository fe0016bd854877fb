"""What all few-shot tasks share: the message is all there is, and the answer goes on in the form of its examples."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from teams.engine.schemas import text
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper
from teams.few_shot_reasoning.episode import BARE, REASONS, RULE, WRONG
from teams.few_shot_reasoning.layout import canonical, from_facts

_WRONG = re.compile(r"^[\W_]*(?:\w+ )?\(?(\d+)\)?\**\s*:\**\s*(.+)", re.MULTILINE | re.DOTALL)
_LINE = re.compile(r"^[\W_]*(?:\w+ )?\(?\d+\)?\**\s*:", re.MULTILINE)
NAMES = {
    "input_name": text(1, 18, "what the user calls an input in the examples, one word: Word, Order, Reading"),
    "output_name": text(1, 18, "what the user calls an output, another word: Code, Slot, Group"),
}
OPENING = text(0, 420, "what the user says before the examples; empty where none is wanted")


@dataclass(frozen=True)
class Wish:
    """What is drawn for one task before its writer begins."""

    reply: str = BARE
    reasons: bool = False
    """Shots show their reasons, where the rule can give them."""
    opens: bool = True
    """The user says something before the examples."""
    language: str = ""
    """A primary tag; '' for English."""


class Task(Form):
    """A message of examples that ends in a query."""

    shape = "short"
    quotes = False
    replies: tuple[str, ...] = (BARE, RULE)
    """What may be wished for; one is drawn."""
    is_computed: bool = False
    """A program knows the answer, and that no simpler rule leads to another."""
    is_executed: bool = False
    """What a writer hands in has to be run before the task can be put together."""
    is_english: bool = False
    """A program words its examples, in English."""

    @abstractmethod
    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        """Return the facts of the task. Raises `Ambiguous` or `Unfit`, whose words are for the writer."""

    def asked(self, draft: Draft, random: Random) -> Asked:
        facts = self.task(draft, random, Wish())
        return Asked(facts["ask"], facts)

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        names = [draft[name].strip() for name in NAMES if name in draft]
        if any(re.search(r"[:|<>{}\n*\"]", name) for name in names):
            yield "the names of input and output are single plain words, without signs"
        if len(names) == 2 and names[0].casefold() == names[1].casefold():
            yield "input and output have the same name"

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["ask"], text(0, 1500, "the output alone, exactly in the form of the examples' outputs"))

    def found(self, answer: str, facts: Facts) -> Any:
        if facts["reply"] == WRONG:
            starts = [match.start() for match in _LINE.finditer(answer)]
            said = _WRONG.match(answer[starts[-1] :]) if starts else None
            return f"{said[1]}: {said[2].strip()}" if said else None
        if any(demand["rule"] == "answer_line" for demand in facts.get("demands", ())):
            return answer.strip().splitlines()[-1] if answer.strip() else None
        return from_facts(facts).read(answer, facts["key"], is_bare=facts["reply"] == BARE)

    def marked(self, answer: Any, facts: Facts, back: Any) -> bool:
        # Whoever sits it may take the mark along: "Output: 12".
        said = [self.found(str(answer), {**facts, "reply": reply}) for reply in (facts["reply"], BARE)]
        return any(self.agrees(one, facts) for one in (answer, *said))

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and canonical(str(value)) == canonical(str(facts["key"]))

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return canonical(str(new["key"])) == canonical(str(old["key"]))

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        return dict(draft) == facts.get("draft")

    def is_explained(self, answer: str, facts: Facts) -> bool:
        return bool(facts["reply"] != BARE)

    def how(self, facts: Facts) -> str:
        if facts["reply"] == WRONG:
            return "say what the rule is and which example breaks it; end with a line `number: right output`"
        mark = from_facts(facts).mark
        form = f"`{mark} …`" if mark else "the output"
        if facts["reply"] == BARE:
            return f"give {form} alone, exactly in the form of the examples' outputs, with nothing before or behind it"
        first = (
            "give the reasons as the examples do" if facts["reply"] == REASONS else "say the rule in a sentence or two"
        )
        return f"{first}, then end with {form}, exactly in the form of the examples' outputs"

    def told(self, facts: Facts) -> str:
        rule = facts.get("rule_told", "")
        return f"{facts['key']}\n(the rule: {rule})" if rule else str(facts["key"])
