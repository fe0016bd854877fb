"""Changes that only a reader can see: feeling, and what follows from what. A blind one reads the result.

Last, requests that rest on something the text has not: the right answer says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.checks.telling import telling
from teams.engine.stages.forms import Draft, Facts, Paper, closed, several, text
from teams.engine.stages.material import shown
from teams.text_modification.conditions import CONDITIONS, condition_complaints, condition_faults
from teams.text_modification.exact.places import occurrences
from teams.text_modification.forms.change import Change, named
from teams.text_modification.forms.reworded import Reworded
from tools.counting import sentence_count, word_count
from tools.markup import MARKER

FEELINGS = ("very negative", "negative", "neutral", "mixed", "positive", "very positive")
_SIDE = {"very negative": -2, "negative": -1, "neutral": 0, "mixed": 0, "positive": 1, "very positive": 2}


class Felt(Reworded):
    """The same facts with another feeling toward something named."""

    name = "felt"
    is_closed = True
    reads_result = True
    copied = 0.75
    lost = 0.1
    grows = (0.5, 2.0)

    def special(self) -> dict[str, Any]:
        return {
            "toward": text(2, 120, "what or whom the feeling is about"),
            "was": {"enum": list(FEELINGS), "description": "how the text speaks of it"},
            "to": {"enum": list(FEELINGS), "description": "how the result is to speak of it"},
        }

    def unsaid(self, draft: Draft, passage: str) -> Iterator[str]:
        if abs(_SIDE[draft["was"]] - _SIDE[draft["to"]]) < 1 or draft["was"] == draft["to"]:
            yield "the feeling has to change so that a reader sees it"

    def paper(self, facts: Facts, random: Random) -> Paper:
        toward = facts["wants"]["toward"]
        ask = f"How does this text speak of {toward}? neutral: it only reports; mixed: for and against in like measure."
        return Paper(f"{shown(facts['result'])}\n\n{ask}", {"enum": list(FEELINGS)})

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        wanted = facts["wants"]["to"]
        # Whether it is "very" is a matter of taste where the side is right and the way from there is two steps.
        if wanted in ("neutral", "mixed"):
            return bool(answer == wanted)
        return _SIDE[answer] * _SIDE[wanted] > 0 and abs(_SIDE[answer] - _SIDE[wanted]) < 2


RELATIONS = ("follows", "contradicts", "left open")


class Related(Change):
    """Sentences that stand in a given relation to the text: what must be true, what can't be, what it leaves open."""

    name = "related"
    shape = "exact"
    is_closed = True
    reads_result = True

    def fields(self) -> dict[str, Any]:
        one = closed({"relation": {"enum": list(RELATIONS)}, "about": text(3, 160, "what the sentence is about")})
        return {"sentences": several(one, 1, 3, "one sentence each, in this order"), "conditions": CONDITIONS}

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from condition_complaints(draft["conditions"], draft["question"], passage)
        if any(one["rule"] in ("sentences_exactly", "lines_exactly") for one in draft["conditions"]):
            yield "how many sentences there are is said by `sentences`, not by a condition"

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        written, wanted = statements(result, len(wants["sentences"])), len(wants["sentences"])
        if len(written) != wanted:
            yield f"it has {len(written)} lines; {wanted} sentences were asked for, each on a line of its own"
        for line in written:
            if 1 not in sentence_count(line):
                yield f"this is more than one sentence: {line[:60]!r}"
            elif word_count(line) < 4:
                yield f"this is no sentence: {line!r}"
            elif locate(line, original, any_case=True) is not None:
                yield f"this stands in the text: {line[:60]!r}"
        yield from condition_faults(result, wants["conditions"])

    def paper(self, facts: Facts, random: Random) -> Paper:
        written = statements(facts["result"], len(facts["wants"]["sentences"]))
        listed = "\n".join(f"{n}. {line}" for n, line in enumerate(written, 1))
        ask = (
            "Take what the text says as true. Of each of these sentences: does it follow from the text, does it "
            "contradict the text, or does the text leave it open?"
        )
        answer = several({"enum": list(RELATIONS)}, len(written), len(written), "one for each sentence, in order")
        return Paper(f"{ask}\n\n{listed}", answer)

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return list(answer) == [one["relation"] for one in facts["wants"]["sentences"]]


def statements(result: str, wanted: int) -> list[str]:
    """Return the sentences of an answer without numbers, marks and labels before them."""
    lines = [MARKER.sub("", line.strip(), count=1) for line in result.splitlines() if line.strip()]
    if wanted == 1 and len(lines) > 1:
        return lines
    return [re.sub(r"^\*{0,2}[^\W\d]{3,20}(?: \w{1,12})?\*{0,2}:\*{0,2}\s+(?=[A-ZÀ-Þ\"“])", "", line) for line in lines]


class Absent(Change):
    """A request for a change to something that the text has not."""

    name = "absent"
    shape = "exact"
    is_closed = True

    def fields(self) -> dict[str, Any]:
        return {
            "sought": several(
                text(2, 80, ""), 1, 4, "words the request takes to be in the text and that are not in it"
            ),
            "nearest": text(3, 200, "what of the text a careless reader would change instead"),
        }

    def more(self, wants: Mapping[str, Any]) -> dict[str, Any]:
        points = ["says that what is to be changed is not in the text", f"leaves {wants['nearest']} as it is"]
        return {"answerable": False, "points": points}

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        for piece in draft["sought"]:
            if occurrences(passage, piece, any_case=True):
                yield f"{piece!r} does stand in the text; the request has to look for what is not there"
        yield from named(draft["question"], draft["sought"], "what it looks for:")

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        if word_count(result) > 150 and word_count(result) > 0.5 * word_count(original):
            start = result.find(original.strip()[:40])
            if start < 0:
                yield "it gives back the whole text, and not unchanged"
        said = telling(result)
        if not said & telling(" ".join(wants["sought"])) and not any(
            occurrences(result, piece, any_case=True) for piece in wants["sought"]
        ):
            yield f"it does not say what is missing: {wants['sought'][0]!r}"
