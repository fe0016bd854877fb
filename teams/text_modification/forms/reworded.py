"""Changes that put a text into other words: what stays is checked by program, what it means by a reader."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.engine.checks.copying import copied_share
from teams.engine.stages.forms import Draft, several, text
from teams.text_modification.conditions import CONDITIONS, condition_complaints, condition_faults
from teams.text_modification.exact.places import occurrences
from teams.text_modification.faithful import foreign, near_copy, unfaithful
from teams.text_modification.forms.change import Change, named
from teams.text_modification.looks import TURN
from teams.text_modification.measures import (
    figure_faults,
    growth,
    longest_run,
    missing,
    new_figures,
    sentence_length,
    word_length,
)
from tools.counting import word_count

KEEPS = several(
    text(1, 80, ""),
    0,
    10,
    "figures, dates, names, terms that must stand in the result as the text has them",
)
LONGER = 0.1
"""Letters by which words may be longer on average than those of a text that is made easier: chance moves as much."""
COPIED = 0.3
"""Share of a reworded text that may be runs of eight words of the original: names and terms come in runs."""


SHORTENING = ("words_at_most", "characters_at_most", "sentences_exactly", "lines_exactly", "items_exactly")
"""Conditions under which a text may get shorter and lose figures; a number of paragraphs takes nothing away."""


class Reworded(Change):
    """What all free changes share: what stays, conditions, figures, how much may be copied, how long it becomes."""

    name = "reworded"
    copied = COPIED
    lost = 0.1
    """Share of the figures that may be left out."""
    grows = (0.5, 1.8)
    """How many times as many words the result has: least and most, where the request sets no length."""

    def special(self) -> dict[str, Any]:
        """Return the properties of this change alone."""
        return {}

    def fields(self) -> dict[str, Any]:
        return {**self.special(), "keeps": KEEPS, "conditions": CONDITIONS}

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        for piece in draft["keeps"]:
            if not occurrences(passage, piece, any_case=True):
                yield f"{piece!r} does not stand in the text, so it can't be kept"
        yield from condition_complaints(draft["conditions"], draft["question"], passage)
        yield from self.unsaid(draft, passage)

    def unsaid(self, draft: Draft, passage: str) -> Iterator[str]:
        """Yield what of the special fields is wrong or not said by the wording."""
        yield from ()

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        conditions = wants["conditions"]
        yield from condition_faults(result, conditions)
        yield from (f"{piece!r} was to be kept and is lost" for piece in missing(result, wants["keeps"]))
        if copied_share(result, original) > self.copied:
            yield f"{copied_share(result, original):.0%} of it is copied from the text in runs of eight words and more"
        yield from foreign(original, result)
        if not any(one["rule"] in SHORTENING for one in conditions):
            yield from figure_faults(original, result, most_lost=self.lost)
            yield from self._length(original, result)
        invented = new_figures(original, result, [wording, *_said(conditions)])
        yield from (f"a figure that nobody gave: {fault}" for fault in invented[:3])

    def _length(self, original: str, result: str) -> Iterator[str]:
        least, most = self.grows
        times = growth(original, result)
        if not least <= times <= most:
            yield f"it has {times:.1f} times as many words as the text; {least} to {most} would do"

    def compared(self, original: str, result: str, wants: Mapping[str, Any]) -> str:
        return (
            f"{len(wants['keeps'])} terms and {len(wants['conditions'])} conditions kept, "
            f"{copied_share(result, original):.0%} copied, {growth(original, result):.1f} times as long"
        )


def _said(conditions: Sequence[Mapping[str, Any]]) -> list[str]:
    return [words for one in conditions for words in one["words"]]


class Paraphrased(Reworded):
    name = "paraphrased"
    blank: Mapping[str, Any] = {"keeps": [], "conditions": []}
    grows = (0.6, 1.7)

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        yield from super().faults(original, result, wants, wording)
        yield from near_copy(original, result)
        yield from unfaithful(original, result, wording)


class Rewritten(Reworded):
    """Another reader, voice or form."""

    name = "rewritten"
    copied = 0.4
    lost = 1.0  # another reader needs other figures: those that must come across stand in `keeps` and `told`
    grows = (0.2, 3.0)

    def special(self) -> dict[str, Any]:
        return {
            "reader": text(3, 200, "who it is for now, whose voice it has, or which form it takes"),
            "told": several(text(5, 200, ""), 2, 5, "what of the text has to come across, each a short sentence"),
        }

    def more(self, wants: Mapping[str, Any]) -> dict[str, Any]:
        return {"points": list(wants["told"])}


class Simplified(Reworded):
    """For somebody who reads with effort: shorter sentences, shorter words, the same facts."""

    name = "simplified"
    copied = 0.5
    grows = (0.4, 1.8)

    def special(self) -> dict[str, Any]:
        hard = text(2, 60, "")
        return {
            "reader": text(3, 200, "who is to understand it"),
            "hard": several(hard, 0, 8, "words of the text that this reader does not know and that must go"),
            "sentence_words": {
                "type": "integer",
                "minimum": 0,
                "maximum": 30,
                "description": "most words of a sentence, if the request sets it, 8 to 20; else 0",
            },
        }

    def unsaid(self, draft: Draft, passage: str) -> Iterator[str]:
        for word in draft["hard"]:
            if not occurrences(passage, word, any_case=True):
                yield f"{word!r} does not stand in the text, so it can't go"
        clash = {w.casefold() for w in draft["hard"]} & {w.casefold() for w in draft["keeps"]}
        yield from (f"{word!r} can't both go and stay" for word in sorted(clash))
        if n := draft["sentence_words"]:
            yield from named(draft["question"], [str(n)], "how long a sentence may be, in digits:")

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        yield from super().faults(original, result, wants, wording)
        before, now = sentence_length(original), sentence_length(result)
        if n := wants["sentence_words"]:
            longest = [{"rule": "no_sentence_longer_than", "n": n, "words": []}]
            yield from condition_faults(result, longest)
        elif now > 0.9 * before:
            yield f"its sentences have {now:.0f} words on average, those of the text {before:.0f}: make them shorter"
        if word_length(_without_speakers(result)) > word_length(_without_speakers(original)) + LONGER:
            yield "its words are longer on average than those of the text"
        for word in wants["hard"]:
            if (places := occurrences(result, word, any_case=True)) and not _explained(result, places[0]):
                yield f"{word!r} is still there, unexplained"


def _without_speakers(text: str) -> str:
    """Return what is said in a dialogue; who says it stands before every turn and would be counted as often."""
    turns = TURN.findall(text)
    return "\n".join(said for _, said in turns) if 2 * len(turns) > len(text.splitlines()) else text


def _explained(result: str, place: tuple[int, int]) -> bool:
    """A hard word may be given beside its explanation: set off by a bracket, a dash or quotation marks."""
    around = result[max(0, place[0] - 3) : place[0]] + result[place[1] : place[1] + 3]
    return any(c in around for c in "()–—\"“”'‘’«»")


class Expanded(Reworded):
    """Longer, with what follows from the text or is generally known; no new figures."""

    name = "expanded"
    copied = 0.75
    lost = 0.0
    grows = (1.2, 4.0)

    def special(self) -> dict[str, Any]:
        return {
            "words": {"type": "integer", "minimum": 60, "maximum": 3000, "description": "fewest words of the result"},
            "adds": several(text(5, 200, ""), 1, 4, "what is added: a reason, an example, a step in between"),
        }

    def unsaid(self, draft: Draft, passage: str) -> Iterator[str]:
        count = word_count(passage)
        if draft["words"] < 1.2 * count or draft["words"] > 3.5 * count:
            yield f"the text has {count} words; `words` has to be {int(1.2 * count) + 1} to {int(3.5 * count)}"
        yield from named(draft["question"], [str(draft["words"])], "how many words it is to have, in digits:")

    def more(self, wants: Mapping[str, Any]) -> dict[str, Any]:
        return {"points": list(wants["adds"])}

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        yield from super().faults(original, result, wants, wording)
        # Wordings say "about" as well as "at least".
        if (count := word_count(result)) < 0.95 * wants["words"]:
            yield f"it has {count} words; {wants['words']} were asked for"


class Disguised(Reworded):
    """So worded that no run of words is taken over, and credited where that is asked."""

    name = "disguised"
    grows = (0.6, 1.7)

    def special(self) -> dict[str, Any]:
        return {
            "run": {
                "type": "integer",
                "minimum": 4,
                "maximum": 8,
                "description": "most words in a row that may be the same as in the text; names and `keeps` don't count",
            },
            "credit": text(0, 200, "the reference that has to stand in it, letter by letter; else empty"),
        }

    def unsaid(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from named(draft["question"], [str(draft["run"])], "how many words in a row, in digits:")
        if draft["credit"]:
            yield from named(draft["question"], [draft["credit"]], "the reference")

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        yield from super().faults(original, result, wants, wording)
        credit = wants["credit"]
        yield from near_copy(original, result)
        yield from unfaithful(original, result, f"{wording} {credit}")
        count, run = longest_run(result, original, [*wants["keeps"], *([credit] if credit else [])])
        if count > wants["run"]:
            yield f"{count} words in a row are the text's: {run!r}; at most {wants['run']} were asked for"
        if credit:
            yield from (f"the reference {piece!r} is missing" for piece in missing(result, [credit]))
