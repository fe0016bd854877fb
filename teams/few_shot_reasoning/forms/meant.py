"""Tasks of meaning: a relation between words, and a style; what is right, readers have to say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms import Draft, Facts, Paper, same
from teams.few_shot_reasoning.episode import BARE
from teams.few_shot_reasoning.forms.task import NAMES, OPENING, Task, Wish
from teams.few_shot_reasoning.forms.written import FIGURE, line, told_as
from teams.few_shot_reasoning.layout import Shot, canonical
from teams.few_shot_reasoning.rules.letters import ATOMS


class Analogy(Task):
    """Pairs that stand in one relation, and the first half of another pair."""

    name = "analogy"
    names_key = False
    in_words = True
    replies = (BARE,)

    def draft(self, small: bool) -> dict[str, Any]:
        word = text(2, 60, "")
        pair = closed({"first": word, "second": word})
        return {
            "relation": text(8, 200, "how the second follows from the first, so narrowly that one answer is left"),
            **NAMES,
            "shots": several(pair, 3, 5, "pairs of things everybody can know"),
            "query": pair,
            "also": several(word, 0, 4, "other words for the query's second that are as right"),
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        pairs = [*draft["shots"], draft["query"]]
        seconds = [pair["second"].strip().casefold() for pair in pairs]
        if seconds[-1] in seconds[:-1]:
            yield f"the answer {seconds[-1]!r} stands among the examples"
        if seconds[-1] in draft["question"].casefold():
            yield "the opening says the answer"
        for name, atom in ATOMS.items():
            for args in atom.args:
                if _all_by(atom.run, args, pairs):
                    yield f"the pairs are made by letters ({name}); a relation of meaning is wanted"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        shots = [Shot(line(pair["first"]), line(pair["second"])) for pair in draft["shots"]]
        query, key = line(draft["query"]["first"]), line(draft["query"]["second"])
        return told_as(
            shots,
            query,
            draft,
            random,
            wish,
            key=key,
            also=list(draft["also"]),
            reply=BARE,
            rule_told=draft["relation"].strip(),
        )

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and any(same(str(value), key) for key in (facts["key"], *facts["also"]))


def _all_by(run: Callable[..., Any], args: Sequence[Any], pairs: Sequence[Mapping[str, str]]) -> bool:
    try:
        return all(str(run(pair["first"].casefold(), *args)) == pair["second"].casefold() for pair in pairs)
    except (ValueError, IndexError):
        return False


class Styled(Task):
    """Sentences and the same in another style; which, the examples alone tell."""

    name = "styled"
    shape = "prose"
    is_closed = False
    replies = (BARE,)

    def draft(self, small: bool) -> dict[str, Any]:
        pair = closed({"plain": text(20, 400, ""), "styled": text(15, 500, "the same said in the style")})
        return {
            "style": text(15, 300, "the style, by three marks at least that one can point at"),
            **NAMES,
            "shots": several(pair, 3, 4, "each shows all marks of the style, on other matter"),
            "query": text(20, 420, "what is to be said in the style"),
            "points": several(text(10, 200, ""), 3, 4, "marks that the answer has to show, and what it must keep"),
            "question": OPENING,
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        for n, pair in enumerate(draft["shots"], 1):
            lost = [f for f in FIGURE.findall(pair["plain"]) if f not in pair["styled"]]
            if lost:
                yield f"example {n} loses {lost[0]!r} in the style: what is said stays the same"
            if canonical(pair["plain"]).casefold() == canonical(pair["styled"]).casefold():
                yield f"example {n} is the same in the style"

    def task(self, draft: Draft, random: Random, wish: Wish) -> dict[str, Any]:
        shots = [Shot(line(pair["plain"]), line(pair["styled"])) for pair in draft["shots"]]
        facts = {
            "key": "",
            "points": [p.strip() for p in draft["points"]],
            "rule_told": draft["style"].strip(),
            "reply": BARE,
        }
        made = told_as(shots, line(draft["query"]), draft, random, wish, **facts)
        return {
            **{name: value for name, value in made.items() if name != "key"},
            "known": [f"The style: {facts['rule_told']}"],
        }

    def paper(self, facts: Facts, random: Random) -> Paper:
        return Paper(facts["ask"], {"type": "string"})

    def found(self, answer: str, facts: Facts) -> Any:
        if len(answer.split()) > 4 * len(facts["query"].split()) + 30:
            return None
        # As with the examples: the figures stay, and the sentence does not stay as it was.
        lost = set(FIGURE.findall(facts["query"])) - set(FIGURE.findall(answer))
        return None if lost or canonical(answer).casefold() == canonical(facts["query"]).casefold() else answer

    def agrees(self, value: Any, facts: Facts) -> bool:
        return True

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return False

    def how(self, facts: Facts) -> str:
        return (
            "give the sentence in the style alone, as the examples' outputs are, with nothing before or behind it and"
            " all its figures kept"
        )
