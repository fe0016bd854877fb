"""What all multiple-choice forms share: options that a program puts in order and letters, and one key among them."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from teams.engine.checks.options import option_faults, option_hints
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed, several, text
from teams.engine.stages.forms.form import LETTERS
from teams.multiple_choice.forms.answers import label_in

STYLES = ("{}.", "{})", "({})")
"""How labels are set before options."""
LOWER, DIGITS = LETTERS.lower(), "123456789"
LONGER = 1.25
"""A key so many times as long as the longest other option, and by a few words, gives itself away: over many items the
right option is the one that says it exactly, and readers learn to take the longest."""
_FEW_WORDS = 12

EVIDENCE = several(
    text(10, 400, ""), 0, 3, "words of the text it grew from, exactly; none where it rests on what the field knows"
)
BECAUSE = text(15, 500, "why the right answer is right: the fact, rule or step that decides it")
STEM = text(12, 900, "what is asked, as the reader will see it, with all it needs and no options")
WHY_WRONG = text(8, 300, "what leads somebody to it, and what makes it wrong")


@dataclass(frozen=True)
class Shown:
    """The options of one item in the order in which they will stand, before they are labelled."""

    stem: str
    """All that stands above the options."""
    options: Sequence[str]
    key: int
    """Place of the right one, from 0."""
    wrong_because: Mapping[str, str] = field(default_factory=dict)
    """Wrong option to why it is wrong."""
    last_stays: bool = False
    """The last option speaks of the others and stays last, whoever shuffles."""


class Lettered(Form):
    """A question with labelled options, of which one is the key."""

    shape = "choice"
    hides_key = True
    """The options alone say nothing of the key: they can be shown to somebody who has to guess it."""
    written = True
    """A person wrote the options; those that a program makes may hold one another: "I only", "I and II"."""
    alphabets: tuple[str, ...] = (LETTERS, LETTERS, LOWER, DIGITS)
    """Kinds of labels among which one is drawn; capitals are the most usual."""

    @abstractmethod
    def shown(self, draft: Draft, random: Random) -> Shown:
        """Return the item as it will stand; order and truth are drawn from `random`."""

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        yield from clear_faults(self.options_of(draft))

    def options_of(self, draft: Draft) -> list[str]:
        """Return the options a writer handed in, the right one first; none where the program makes them."""
        return []

    def notes(self, draft: Draft) -> list[str]:
        """Return what its author wrote that the item does not show, for whoever makes it harder."""
        return []

    def wider(self) -> Lettered:
        """Return the form of the same item with six to ten options; itself where that makes no sense."""
        return self

    def asked(self, draft: Draft, random: Random) -> Asked:
        shown = self.shown(draft, random)
        alphabet = random.choice([a for a in self.alphabets if len(a) >= len(shown.options)])
        style = random.choice(STYLES)
        labels = list(alphabet[: len(shown.options)])
        facts = {
            "question": draft["question"].strip(),
            "stem": shown.stem,
            "options": list(shown.options),
            "labels": labels,
            "style": style,
            "key": labels[shown.key],
            "because": draft["because"].strip(),
            "wrong_because": dict(shown.wrong_because),
            "last_stays": shown.last_stays,
        }
        facts |= {"own_words": _words_of(draft), "notes": self.notes(draft)}
        gap = random.choice(("\n", "\n\n"))
        lines = "\n".join(f"{style.format(b)} {o}" for b, o in zip(labels, shown.options, strict=True))
        return Asked(f"{shown.stem}{gap}{lines}", facts)

    def paper(self, facts: Facts, random: Random) -> Paper:
        count = len(facts["options"])
        moved = count - bool(facts.get("last_stays"))
        order = [*random.sample(range(moved), moved), *range(moved, count)]
        letters = LETTERS[:count]
        back = {letters[place]: facts["labels"][n] for place, n in enumerate(order)}
        lines = "\n".join(f"{letter}. {facts['options'][n]}" for letter, n in zip(letters, order, strict=True))
        return Paper(f"{facts['stem']}\n{lines}", {"enum": list(letters)}, back, {"doubtful": doubts(letters)})

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return bool(back.get(str(answer)) == facts["key"])

    def found(self, answer: str, facts: Facts) -> str | None:
        return label_in(answer, facts["labels"], facts["options"])

    def agrees(self, value: Any, facts: Facts) -> bool:
        return bool(value == facts["key"])

    def said(self, facts: Facts) -> Any:
        return facts["options"][facts["labels"].index(facts["key"])]

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        return _words_of(draft) == list(facts.get("own_words") or ())

    def small_reply(self, facts: Facts) -> Mapping[str, Any]:
        """The choice first, then a sentence on every option, each begun with its label."""
        answer = {"enum": [f"Answer: {label}." for label in facts["labels"]]}
        spoken = {
            label: {"type": "string", "pattern": rf"^{label}: [^\"\\\n{{}}]{{20,160}}\.$"} for label in facts["labels"]
        }
        return closed({"choice": answer, **spoken})

    def how(self, facts: Facts) -> str:
        return f"name the one option you choose by its label, once and beyond doubt ({', '.join(facts['labels'])})"

    def discussed(self, facts: Facts) -> Mapping[str, str]:
        """Return what an answer has to give its reasons for, by label: every option but the key."""
        wrong = zip(facts["labels"], facts["options"], strict=True)
        return {label: option for label, option in wrong if label != facts["key"]}


def wider(form: Form) -> Form:
    """Return a form with more options."""
    return form.wider() if isinstance(form, Lettered) else form


def grown(pool: Sequence[Any], apart: Callable[[Any, Any], float], random: Random) -> list[Any]:
    """Return four or five of `pool`, each near to one chosen before it; any of them may then be made the key.

    Were they grown around the key, it would be the one most like all others, and could be guessed by that.
    """
    count = min(random.choice((4, 5)), len(pool))
    chosen = [random.choice(pool)]
    while len(chosen) < count:
        beside = random.choice(chosen)
        rest = [one for one in pool if one not in chosen]
        chosen.append(min(rest, key=lambda one: (apart(one, beside), random.random())))
    return random.sample(chosen, count)


def doubts(letters: Sequence[str]) -> dict[str, Any]:
    """The schema of a solver's doubts: what could be defended beside its answer."""
    meaning = "other options that somebody who knows the subject could defend as well; as a rule none"
    return several({"enum": list(letters)}, 0, 3, meaning)


def clear_faults(options: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong with options of which the first is right, as words to their writer."""
    if not options:
        return
    by_letter = dict(zip(LETTERS, options, strict=False))
    yield from (f"the options: {fault} (A is the right one)" for fault in option_faults(by_letter, "A"))
    yield from (f"the right option gives itself away: {hint}" for hint in option_hints(by_letter, "A"))
    right, others = len(options[0]), max((len(option) for option in options[1:]), default=0)
    if others and right > others * LONGER and right - others >= _FEW_WORDS:
        yield (
            f"the right option is the longest ({right} characters, the others {others} at most): "
            "shorten it, or give the wrong ones as much to say"
        )


def _words_of(draft: Draft) -> list[str]:
    """What a writer handed in that a reader will see, sorted: by it a changed item is told from an unchanged one."""
    kept: list[str] = []

    def walk(value: Any, name: str) -> None:
        if isinstance(value, str) and name not in ("because", "mistake"):
            kept.append(value.strip())
        elif isinstance(value, Mapping):
            for inner_name, inner in value.items():
                walk(inner, inner_name)
        elif isinstance(value, Sequence) and not isinstance(value, str) and name != "evidence":
            for inner in value:
                walk(inner, name)

    walk(draft, "")
    return sorted(kept)
