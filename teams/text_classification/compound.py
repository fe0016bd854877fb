"""Forms whose answer is made of several labels: all that hold, or a group and a label within it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.stages.forms import Draft, Facts, closed, several, text
from teams.text_classification.forms import PLURAL, Label, named
from teams.text_classification.labels import PATH, tidy
from teams.text_classification.reading import path_of, several_of
from teams.text_classification.replies import FIELDS, Told


class Labels(Label):
    """All labels that hold, out of a set."""

    name = "labels"

    def golds(self, small: bool) -> dict[str, Any]:
        gold = {"gold": several(text(1, 40, ""), 1, 4, "names of all the labels that hold, and of no other")}
        near = {"near": text(1, 40, "name of the label that comes nearest without holding")}
        why = {"why_not": text(8, 250, "what makes one think of it, and what is missing")}
        return gold if small else {**gold, **near, **why}

    def key_of(self, draft: Draft) -> list[str]:
        return [tidy(name) for name in draft["gold"]]

    def gold_faults(self, draft: Draft, names: Sequence[str]) -> Iterator[str]:
        key = self.key_of(draft)
        for name in [*key, *([tidy(draft["near"])] if "near" in draft else [])]:
            if name not in names:
                yield f"{name!r} is no label of the set; it has {', '.join(names)}"
        if len(set(key)) < len(key):
            yield "a label stands twice in `gold`"
        if len(set(key)) >= len(names):
            yield "all labels hold: at least one must not"
        if tidy(draft.get("near", "")) in key:
            yield "`near` has to be a label that does not hold"

    def given_away(self, draft: Draft, passage: str) -> str:
        return ""

    def field(self, random: Random) -> str:
        return PLURAL[random.choice(FIELDS)]

    def what(self, facts: Facts) -> str:
        return f"all {facts['field']} that hold, separated by commas"

    def payload(self, facts: Facts) -> str:
        return '["…", "…"]'

    def sheet(self, names: list[str], facts: Facts) -> Mapping[str, Any]:
        return several({"enum": names}, 0, len(names), "all that hold")

    def doubts(self, names: list[str]) -> Mapping[str, Any]:
        return {"also": several({"enum": names}, 0, 3, "labels one could as well decide about the other way")}

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        # One label more or less is outvoted label by label later; two make it another answer.
        return len(set(named(answer, facts)) ^ set(facts["key"])) <= 1

    def decoded(self, told: Told, facts: Facts) -> list[str] | None:
        return several_of(told.payload, facts["labels"], is_open=facts["reply"] == "open")

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and set(value) == set(facts["key"]) and len(value) == len(set(value))

    def said(self, facts: Facts) -> Any:
        return sorted(facts["key"])


class Path(Label):
    """A group, and within it a label."""

    name = "path"
    is_tree = True

    def draft(self, small: bool) -> dict[str, Any]:
        leaf = closed({"name": text(1, 40, ""), "means": text(0, 160, "empty if the name says it all")})
        group = closed({"name": text(1, 40, ""), "leaves": several(leaf, 2, 4)})
        fields = super().draft(small)
        return {**fields, "labels": several(group, 2, 4, "the groups; the leaves of each")}

    def golds(self, small: bool) -> dict[str, Any]:
        where = "as group > leaf"
        return {
            "gold": text(3, 90, f"the leaf that holds, {where}"),
            "near": text(3, 90, f"the leaf that comes nearest without holding, {where}"),
            "why_not": text(8, 250, "what leads a hasty reader there, and what rules it out"),
        }

    def labels_of(self, draft: Draft) -> list[dict[str, str]]:
        return [
            {"name": f"{tidy(group['name'])}{PATH}{tidy(leaf['name'])}", "means": tidy(leaf["means"])}
            for group in draft["labels"]
            for leaf in group["leaves"]
        ]

    def ordered(self, labels: Sequence[dict[str, str]], random: Random) -> list[dict[str, str]]:
        groups: dict[str, list[dict[str, str]]] = {}
        for one in labels:
            groups.setdefault(one["name"].split(PATH)[0], []).append(one)
        drawn = random.sample(list(groups.values()), len(groups))
        return [one for group in drawn for one in random.sample(group, len(group))]

    def field(self, random: Random) -> str:
        return "path"

    def what(self, facts: Facts) -> str:
        return "the full path (group > label)"

    def payload(self, facts: Facts) -> str:
        return '["…", "…"]'

    def decoded(self, told: Told, facts: Facts) -> str | None:
        return path_of(told.payload, facts["labels"], is_open=facts["reply"] == "open")
