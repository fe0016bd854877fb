"""Changes whose result a program computes: the answer has to be that, and a blind reader has to read the same request.

The reader fills in the form that the writer filled in, from the wording and the text alone; what the program makes of
both forms has to be one text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any

from teams.engine.stages.forms import Draft, Facts, Paper, closed, several
from teams.text_modification.exact.compare import unlike
from teams.text_modification.exact.masks import seen
from teams.text_modification.exact.normal import NoValue, is_named
from teams.text_modification.exact.steps import OPS, THEN, Step, carried_out, second, step_faults
from teams.text_modification.forms.change import Change, named

_THEN = several(THEN, 0, 1, "a second change, if the request asks for one")
_LOOSE = ("replace", "remove")
"""Ops beside which an article or a comma may change too."""
MASKS_NAMED = 4
"""Different masks that a wording has to name; what goes beyond is told by example."""


class Computed(Change):
    """One op, and a second change where the request asks for one."""

    is_closed = True
    is_exact = True
    shape = "exact"

    def __init__(self, op: str) -> None:
        self.op = op
        self.blank = {"which": "all", "n": 0, "then": []} if op == "replace" else {}
        self.name = f"computed_{op}"

    def fields(self) -> dict[str, Any]:
        return {**OPS[self.op].fields, "then": _THEN}

    def steps(self, wants: Mapping[str, Any]) -> list[Step]:
        """Return what is to be carried out."""
        then = [second(one) for one in wants.get("then", ())]
        return [{"op": self.op, **{k: v for k, v in wants.items() if k != "then"}}, *then]

    def expected(self, original: str, wants: Mapping[str, Any]) -> str:
        """Return the text that was asked for."""
        return carried_out(original, self.steps(wants))

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from step_faults(passage, self.steps(draft))
        wording = draft["question"]
        for then in draft.get("then", ()):
            if then["op"] == "replace":
                yield from named(wording, [*then["pieces"][:1], then["put"]], "what the second change puts for what:")
        if self.op in _NAMED:
            yield from _NAMED[self.op](draft, wording)

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        yield from unlike(original, self.expected(original, wants), result, strict=self._is_strict(wants))

    def _is_strict(self, wants: Mapping[str, Any]) -> bool:
        return any(step["op"] not in _LOOSE for step in self.steps(wants))

    def compared(self, original: str, result: str, wants: Mapping[str, Any]) -> str:
        return f"the same, word by word, as the program made it by {super().compared(original, result, wants)}"

    def paper(self, facts: Facts, random: Random) -> Paper:
        task = (
            "Somebody asks this, with the text:\n\n"
            f"{facts['ask']}\n\n"
            "Fill in what of the text changes, and into what: all that they mean and nothing else, letter by letter."
        )
        return Paper(task, closed(self.fields()))

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        original = facts["original"]
        if next(step_faults(original, self.steps(answer)), None) is not None and self.op not in ("mask", "normal"):
            return False
        try:
            theirs = self.expected(original, answer)
        except NoValue:
            return False
        wants = facts["wants"]
        return not unlike(original, self.expected(original, wants), theirs, strict=self._is_strict(wants))


def _replace_named(draft: Draft, wording: str) -> Iterator[str]:
    """The first pair is named; its other forms may be spoken of ("also in the plural")."""
    first = draft["pairs"][0]
    said = [pair["old"].casefold() for pair in draft["pairs"] if pair["old"].casefold() in wording.casefold()]
    yield from named(wording, [first["old"], first["new"]], "what is put for what:")
    for pair in draft["pairs"][1:]:
        if not any(_is_form(pair["old"].casefold(), word) for word in said):
            yield from named(wording, [pair["old"], pair["new"]], "what is put for what:")
    yield from _count_named(draft, wording)


def _is_form(word: str, said: str) -> bool:
    """Say whether one word looks like a form of another: booking of book, jars of jar."""
    return word[:4] == said[:4] or (len(said) > 2 and word.startswith(said))


def _count_named(draft: Draft, wording: str) -> Iterator[str]:
    n = draft.get("n", 0)
    # One, two and three have words of their own in every language ("the first", "every other").
    if draft.get("which", "all") != "all" and n > 3:
        yield from named(wording, [str(n)], "the figure in digits:")


def _mask_named(draft: Draft, wording: str) -> Iterator[str]:
    labels = list(dict.fromkeys(one["label"] for one in draft["hide"] if one["label"]))
    if draft["style"] == "numbered":
        labels = [label.rstrip("])}>") for label in labels]
    if draft["style"] != "keep_last":
        yield from named(wording, labels[:MASKS_NAMED], "the mask")
    hidden = [piece for one in draft["hide"] for piece in one["as_written"] if len(piece) > 3]
    told = [piece for piece in hidden if piece.casefold() in wording.casefold()]
    if len(told) > 2:
        yield f"the wording tells what it wants hidden ({told[0]!r}); say which sort of thing goes instead"
    for sort in ("e-mail", "phone"):
        yield from (f"the wording holds a real-looking {sort}: {piece!r}" for piece in seen(wording, sort)[:1])


def _normal_named(draft: Draft, wording: str) -> Iterator[str]:
    if not is_named(draft["target"], wording):
        yield f"the wording has to name the form {draft['target']!r}, or show an example of it"
    if draft["decimals"]:
        yield from named(wording, [str(draft["decimals"])], "how many decimals, in digits:")


def _case_named(draft: Draft, wording: str) -> Iterator[str]:
    if draft["scope"] == "sentences_beginning":
        yield from named(wording, draft["pieces"], "how the sentences begin:")
    yield from _count_named({**draft, "which": "every" if draft["scope"] == "every_nth_word" else "all"}, wording)


_NAMED: Mapping[str, Callable[[Draft, str], Iterator[str]]] = {
    "replace": _replace_named,
    "mark": _count_named,
    "mask": _mask_named,
    "normal": _normal_named,
    "case": _case_named,
}


def is_counted(draft: Mapping[str, Any]) -> bool:
    """Whether a draft asks for something that has to be counted out."""
    return draft.get("which", "all") != "all" or draft.get("scope") == "every_nth_word"
