"""Tasks whose rule a program draws: the writer brings the matter, the program does the rest."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from teams.engine.schemas import text
from teams.engine.stages.forms import Draft
from teams.few_shot_reasoning.episode import BARE, REASONS, RULE, WRONG, built, message
from teams.few_shot_reasoning.forms.task import NAMES, OPENING, Task, Wish
from teams.few_shot_reasoning.rules.domain import Domain
from teams.few_shot_reasoning.rules.registry import DOMAINS

SPOILED = (
    "One of these examples breaks the rule that all the others keep. Find the rule, and say which example is wrong.",
    "Somebody made a mistake in one line below. Which one is it, and what should stand there?",
    "All but one of the following are right. Tell me how they are made and which one is not.",
)
SPOILED_FORM = "End with a line of its number and what should stand there: `number: {}`."


class Computed(Task):
    """A task over one or several families of rules."""

    name = "computed"
    is_computed = True

    def __init__(self, *domains: str, noisy: bool = False) -> None:
        self.domains: tuple[Domain, ...] = tuple(DOMAINS[name] for name in domains)
        self.noisy = noisy
        self.is_english = noisy or all(domain.is_english for domain in self.domains)
        self.is_executed = any(domain.name == "house" for domain in self.domains)
        if noisy:
            self.replies = (WRONG,)
        elif all(domain.has_reasons for domain in self.domains):
            self.replies = (REASONS,)

    def wants(self) -> dict[str, Any]:
        """Return what of the draft is matter for the rules."""
        found: dict[str, Any] = {}
        for domain in self.domains:
            found |= domain.wants(False)
        return found

    def draft(self, small: bool) -> dict[str, Any]:
        why = text(5, 300, "what of the text it is, and who would ask it")
        return {"why": why, **self.wants(), **NAMES, "question": OPENING}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        if draft["input_name"].strip().casefold() in {field.strip().casefold() for field in draft.get("fields", ())}:
            yield f"{draft['input_name']!r} is a column already: call the whole record something else"
        for domain in self.domains:
            yield from domain.complaints(draft)

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        domain = random.choice(self.domains)
        matter = {name: draft[name] for name in (*self.wants(), "table") if name in draft}
        opening = draft["question"].strip() if wish.opens else ""
        if self.noisy:
            opening = " ".join(
                filter(None, (opening, random.choice(SPOILED), SPOILED_FORM.format(draft["output_name"])))
            )
        reasons = wish.reasons and wish.reply == BARE and not wish.language and not self.noisy
        facts = built(
            domain, matter, random, names=(draft["input_name"].strip(), draft["output_name"].strip()), opening=opening,
            reply=wish.reply if self.noisy or wish.reply != WRONG else BARE, language=wish.language,
            reasons=reasons and hasattr(domain, "atoms"),
        )  # fmt: skip
        if facts["reasons"] and facts["reply"] in (BARE, RULE):
            facts["reply"] = REASONS
        return finished(facts, draft)


def finished(facts: dict[str, Any], draft: Draft | None = None) -> dict[str, Any]:
    """Return facts with the message, and with what editors and readers are shown of the task."""
    ask = message(facts)
    shown = f"The right output: {facts['key']}\nThe rule: {facts.get('rule_told', '')}"
    return {
        **facts,
        "ask": ask,
        "question": facts["opening"],
        "key_shown": shown,
        **({"draft": dict(draft)} if draft else {}),
    }
