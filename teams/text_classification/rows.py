"""A label for each of several things: short texts of the designer's own, sentences of the text, aspects of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.stages.forms import Draft, Facts, closed, several, text
from teams.text_classification.forms import BORDER, QUESTION, RULE, Label
from teams.text_classification.labels import UNFIT, tidy
from teams.text_classification.reading import rows_of
from teams.text_classification.replies import ROWS, Told
from teams.text_classification.sets import giveaway, label_faults

OWN, QUOTED, ASPECT = "own", "quoted", "aspect"
_ABOUT = {
    OWN: (8, 400, "a text of its own, as somebody would write it"),
    QUOTED: (8, 500, "a sentence of the text, exactly as it stands there"),
    ASPECT: (2, 40, "what is judged, in one to three words"),
}


class Rows(Label):
    """Several things that each get one label of the same set."""

    name = "rows"
    shape = "structured"
    styles = ROWS
    quotes = False

    def __init__(self, source: str = OWN, fewest: int = 2, most: int = 6, *, rows: int = 8, means: str = "may") -> None:
        """`source`: the texts are the designer's own, quoted from the passage, or named as aspects of it."""
        super().__init__(fewest, most, means=means)
        self.source, self.rows = source, rows

    def draft(self, small: bool) -> dict[str, Any]:
        because = text(8, 250, "what decides it, and against which other label")
        row = closed({"text": text(*_ABOUT[self.source]), "because": because, "gold": text(1, 40, "its label's name")})
        label = closed({"name": text(1, 40, ""), "means": text(0, 220, "empty if the name says it all")})
        rows = several(row, 3, self.rows, "no two for the same reason")
        return {
            "question": QUESTION,
            "labels": several(label, self.fewest, self.most),
            "items": rows,
            "rule": RULE,
            "borderline": BORDER,
        }

    def key_of(self, draft: Draft) -> dict[str, str]:
        return {tidy(row["text"]): tidy(row["gold"]) for row in draft["items"]}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        labels, rows = self.labels_of(draft), draft["items"]
        names = [one["name"] for one in labels]
        yield from label_faults(labels, self.means)
        yield from (f"{row['gold']!r} is no label of the set" for row in rows if tidy(row["gold"]) not in names)
        if len({tidy(row["text"]).casefold() for row in rows}) < len(rows):
            yield "two of the items are the same"
        if len({row["gold"] for row in rows}) < 2:
            yield "all items have the same label"
        if self.source == QUOTED:
            lost = [row["text"] for row in rows if locate(row["text"], passage) is None]
            yield from (f"the text does not say {quote!r}: copy it letter by letter" for quote in lost)
        elif self.source == ASPECT:
            yield from (f"{row['text']!r} is no name for an aspect" for row in rows if UNFIT.search(row["text"]))
        else:
            yield from filter(None, (giveaway(row["gold"], names, row["text"]) for row in rows))

    def further_facts(self, draft: Draft, random: Random) -> dict[str, Any]:
        rows = random.sample(list(draft["items"]), len(draft["items"]))
        keys = [tidy(row["text"]) if self.source == ASPECT else str(n) for n, row in enumerate(rows, 1)]
        return {
            "rows": [{"key": key, "text": tidy(row["text"])} for key, row in zip(keys, rows, strict=True)],
            "key": {key: tidy(row["gold"]) for key, row in zip(keys, rows, strict=True)},
            "because": "; ".join(f"{key}: {row['because']}" for key, row in zip(keys, rows, strict=True)),
            # The texts are all there is to read; the passage only gave the matter.
            **({"shows_text": False} if self.source == OWN else {}),
        }

    def rows_shown(self, facts: Facts) -> str:
        if self.source == ASPECT:
            return ", ".join(row["text"] for row in facts["rows"])
        return "\n".join(f"{row['key']}. {row['text']}" for row in facts["rows"])

    def what(self, facts: Facts) -> str:
        return "a label for each"

    def payload(self, facts: Facts) -> str:
        first, second = [row["key"] for row in facts["rows"]][:2]
        return f'{{"{first}": "…", "{second}": "…", …}}'

    def sheet(self, names: list[str], facts: Facts) -> Mapping[str, Any]:
        return closed({key: {"enum": names} for key in facts["key"]})

    def doubts(self, names: list[str]) -> Mapping[str, Any]:
        about = "items (by number or name) for which another label could be defended as well"
        return {"also": several(text(1, 40, ""), 0, 8, about)}

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        names = {one["shown"]: one["name"] for one in facts["labels"]}
        # One row more or less is outvoted row by row later.
        return bool(sum(names.get(answer[key]) != gold for key, gold in facts["key"].items()) <= 1)

    def decoded(self, told: Told, facts: Facts) -> dict[str, str] | None:
        return rows_of(told.payload, list(facts["key"]), facts["labels"])

    def said(self, facts: Facts) -> Any:
        return {row["text"]: facts["key"][row["key"]] for row in facts["rows"]}

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        same = bool(self.key_of(draft) == self.said(facts))
        return same and super().is_as_before(draft, facts)
