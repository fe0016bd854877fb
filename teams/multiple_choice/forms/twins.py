"""Statements that come in twins, one true and one false: the program draws which of the two is shown.

So the key is nobody's habit: how many statements are true, and which, is as likely one way as another, and a false
one differs from the truth only by what makes it false.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from teams.engine.stages.forms import Asked, Draft, Facts, Paper, closed, several, text
from teams.engine.stages.forms.form import LETTERS
from teams.multiple_choice.forms.answers import labels_in
from teams.multiple_choice.forms.lettered import BECAUSE, EVIDENCE, STEM, Lettered, Shown, doubts, grown
from teams.multiple_choice.wordings import combination

ROMAN = ("I", "II", "III", "IV", "V")
UNLIKE = 1.8
"""Twins of which one is so many times as long as the other give themselves away."""


@dataclass(frozen=True)
class Statement:
    """One of two twins, as it is shown."""

    text: str
    is_true: bool
    because: str


class Twins(Lettered):
    """What the forms of statements share: a question, and statements with their false twins."""

    hides_key = False
    fewest, most = 4, 5

    def draft(self, small: bool) -> dict[str, Any]:
        twin = closed(
            {
                "true": text(8, 300, "true as it stands"),
                "false": text(8, 300, "the same statement with one thing changed that makes it false beyond doubt"),
                "because": text(8, 250, "what somebody gets wrong who takes the false one for true"),
            }
        )
        return {"evidence": EVIDENCE, "question": STEM, "because": BECAUSE,
                "twins": several(twin, self.fewest, self.most)}  # fmt: skip

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        yield from twin_faults(draft["twins"])

    def notes(self, draft: Draft) -> list[str]:
        return [
            f"True: {twin['true'].strip()!r}; its false twin: {twin['false'].strip()!r} ({twin['because']})"
            for twin in draft["twins"]
        ]

    @staticmethod
    def drawn(draft: Draft, true: Sequence[bool]) -> list[Statement]:
        """Return each pair of twins as the one that is wanted of it."""
        return [
            Statement((twin["true"] if is_true else twin["false"]).strip(), is_true, twin["because"])
            for twin, is_true in zip(draft["twins"], true, strict=True)
        ]

    def key_of(self, statements: Sequence[Statement]) -> dict[str, str]:
        return {s.text: s.because for s in statements if not s.is_true}


def twin_faults(twins: Sequence[Mapping[str, str]]) -> Iterator[str]:
    """Yield what is wrong with twins, as words to their writer."""
    said = [twin[side].strip().casefold() for twin in twins for side in ("true", "false")]
    if len(set(said)) < len(said):
        yield "two of the statements are the same"
    for twin in twins:
        shorter, longer = sorted((len(twin["true"]), len(twin["false"])))
        if longer > shorter * UNLIKE:
            yield f"one twin is much longer than the other: {twin['true']!r}"


class OneFalse(Twins):
    """All statements are true but one, which is to be found."""

    name = "one_false"

    def shown(self, draft: Draft, random: Random) -> Shown:
        count = len(draft["twins"])
        odd = random.randrange(count)
        statements = self.drawn(draft, [n != odd for n in range(count)])
        order = random.sample(range(count), count)
        return Shown(draft["question"].strip(), [statements[n].text for n in order], order.index(odd))

    def discussed(self, facts: Facts) -> Mapping[str, str]:
        """The others are true: nothing but the false one needs a reason."""
        return {}


class Spot(OneFalse):
    """Steps in their order, one of them wrong or none: the program draws which."""

    name = "spot"
    written = False
    alphabets = (LETTERS, LETTERS.lower())
    fewest, most = 4, 6

    def draft(self, small: bool) -> dict[str, Any]:
        none = text(3, 80, "'there is no error', in the language of the question")
        return {**super().draft(small), "none": none}

    def shown(self, draft: Draft, random: Random) -> Shown:
        count = len(draft["twins"])
        odd = random.randrange(count + 1)
        steps = [step.text for step in self.drawn(draft, [n != odd for n in range(count)])]
        stem = f"{draft['question'].strip()}\n" + "\n".join(f"[{n}] {step}" for n, step in enumerate(steps, 1))
        options = [*(f"[{n}]" for n in range(1, count + 1)), draft["none"].strip()]
        return Shown(stem, options, odd, last_stays=True)


class Several(Twins):
    """Any number of statements may be true; all that are have to be named."""

    name = "several"
    fewest, most = 4, 6
    alphabets = (LETTERS,)

    def asked(self, draft: Draft, random: Random) -> Asked:
        count = len(draft["twins"])
        true = random.sample(range(count), random.randint(1, count))
        statements = self.drawn(draft, [n in true for n in range(count)])
        order = random.sample(range(count), count)
        shown = Shown(draft["question"].strip(), [statements[n].text for n in order], 0, self.key_of(statements))
        made = _Given(shown, self.notes(draft)).asked(draft, random)
        key = [label for label, n in zip(made.facts["labels"], order, strict=True) if n in true]
        return Asked(made.text, {**made.facts, "key": key})

    def shown(self, draft: Draft, random: Random) -> Shown:
        raise NotImplementedError("several options may be right: `asked` does it")

    def paper(self, facts: Facts, random: Random) -> Paper:
        paper = super().paper(facts, random)
        letters = sorted(paper.back)
        unsure = {
            "doubtful": {**doubts(letters), "description": "statements that could be called true or false as well"}
        }
        return Paper(paper.text, several({"enum": letters}, 0, len(letters), "all that are right"), paper.back, unsure)

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return sorted({back.get(letter, "") for letter in answer}) == sorted(facts["key"])

    def found(self, answer: str, facts: Facts) -> list[str] | None:  # type: ignore[override]
        return labels_in(answer, facts["labels"])

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and sorted(value) == sorted(facts["key"])

    def said(self, facts: Facts) -> Any:
        return sorted(facts["options"][facts["labels"].index(label)] for label in facts["key"])

    def how(self, facts: Facts) -> str:
        return (
            "name all options that are right together, once, by their labels alone, in bold or on a line of their own "
            f"(as in **{facts['labels'][0]}, {facts['labels'][-1]}**)"
        )

    def discussed(self, facts: Facts) -> Mapping[str, str]:
        return {b: o for b, o in zip(facts["labels"], facts["options"], strict=True) if b not in facts["key"]}


class _Given(Lettered):
    """An item whose options stand already."""

    alphabets = (LETTERS,)

    def __init__(self, shown: Shown, notes: list[str]) -> None:
        self._shown, self._notes = shown, notes

    def draft(self, small: bool) -> dict[str, Any]:
        return {}

    def shown(self, draft: Draft, random: Random) -> Shown:
        return self._shown

    def notes(self, draft: Draft) -> list[str]:
        return self._notes


class Combined(Twins):
    """Statements I to III or IV, and options that say which of them are true."""

    name = "combined"
    written = False
    fewest, most = 3, 4

    def shown(self, draft: Draft, random: Random) -> Shown:
        count = len(draft["twins"])
        every = [_members(number, count) for number in range(1, 2**count)]
        chosen = grown(every, lambda one, other: len(one ^ other), random)
        right = random.choice(chosen)
        statements = self.drawn(draft, [n in right for n in range(count)])
        lines = "\n".join(f"{ROMAN[n]}. {s.text}" for n, s in enumerate(statements))
        item = f"{draft['question']} {lines}"
        options = [combination([ROMAN[n] for n in sorted(some)], item) for some in chosen]
        why = {f"{ROMAN[n]}": s.because for n, s in enumerate(statements) if not s.is_true}
        return Shown(f"{draft['question'].strip()}\n\n{lines}", options, chosen.index(right), why)

    def discussed(self, facts: Facts) -> Mapping[str, str]:
        """Reasons are given for the statements, not for their combinations."""
        return dict.fromkeys(facts["wrong_because"], "")


class HowMany(Combined):
    """Statements I to III or IV; the options say how many of them are true."""

    name = "how_many"
    alphabets = (LETTERS, LETTERS.lower())

    def shown(self, draft: Draft, random: Random) -> Shown:
        count = len(draft["twins"])
        number = random.randint(0, count)
        right = random.sample(range(count), number)
        statements = self.drawn(draft, [n in right for n in range(count)])
        lines = "\n".join(f"{ROMAN[n]}. {s.text}" for n, s in enumerate(statements))
        why = {f"{ROMAN[n]}": s.because for n, s in enumerate(statements) if not s.is_true}
        options = [str(n) for n in range(count + 1)]
        return Shown(f"{draft['question'].strip()}\n\n{lines}", options, number, why)


def _members(number: int, count: int) -> frozenset[int]:
    return frozenset(n for n in range(count) if number >> n & 1)
