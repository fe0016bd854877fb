"""The form of classification that the others vary: one label out of a set.

A draft is a label set with its right label; the program orders and lays out the labels, gives them other names where
the form says so, and draws how the answer is to be given. Keys are in the designer's names, answers in those shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed, several, text
from teams.engine.stages.forms.form import EVIDENCE
from teams.text_classification.labels import (
    PATH,
    POOLS,
    WORDLESS,
    laid_out,
    layout_of,
    renamed,
    tidy,
)
from teams.text_classification.reading import chosen
from teams.text_classification.replies import FIELDS, REPLIES, SINGLE, Told, allowed, how, statement
from teams.text_classification.sets import giveaway, label_faults, told_by_name

QUESTION = text(
    12, 500, "what the user wants to know and to what end; the labels and the form of the answer come after"
)
RULE = text(0, 300, "which label goes first where two could hold, as the user would say it; empty if none is needed")
BORDER = text(0, 300, "why this is a close case, and what settles it; empty if it is a plain one")
PLURAL = {"label": "labels", "category": "categories", "class": "classes"}
INTROS = ("Labels:", "The labels:", "Choose from these:", "", "")
LINE = "\n"


class Label(Form):
    """One label that holds, out of a set."""

    name = "label"
    shape = "choice"
    styles: tuple[str, ...] = SINGLE
    is_tree = False

    def __init__(
        self,
        fewest: int = 2,
        most: int = 6,
        *,
        means: str = "may",
        is_ordered: bool = False,
        has_none: bool = False,
        renames: bool = False,
    ) -> None:
        """`means`: definitions `must` be given, `may` be, or there are `none`. `is_ordered`: the set is a scale,
        lowest first. `has_none`: one label is for what no other covers. `renames`: shown under names that say nothing.
        """
        self.fewest, self.most = fewest, most
        self.means, self.is_ordered, self.has_none, self.renames = means, is_ordered, has_none, renames

    # What is drafted

    def draft(self, small: bool) -> dict[str, Any]:
        name = text(1, 60, "a few words or one, as the user writes them")
        meaning = text(0, 220, "what belongs here and, where it is close, what doesn't; empty if the name says it all")
        label = closed({"name": name} if small else {"name": name, "means": meaning})
        most = max(self.fewest, min(self.most, 4)) if small else self.most
        labels = several(label, self.fewest, most, "lowest first" if self.is_ordered else "")
        fields = {"evidence": EVIDENCE, "question": QUESTION, "labels": labels, **self.golds(small)}
        if small:
            return fields
        none = {"none": text(1, 40, "name of the label for what no other covers")} if self.has_none else {}
        return {**fields, "rule": RULE, "borderline": BORDER, **none}

    def golds(self, small: bool) -> dict[str, Any]:
        """Return the fields that say which label holds."""
        gold = {"gold": text(1, 90, "name of the label that holds")}
        near = {"near": text(1, 90, "name of the label that comes nearest without holding")}
        why = {"why_not": text(8, 250, "what a hasty reader takes it for, and what rules it out")}
        return gold if small else {**gold, **near, **why}

    def labels_of(self, draft: Draft) -> list[dict[str, str]]:
        """Return the labels of a draft, in its order."""
        return [{"name": tidy(one["name"]), "means": tidy(one.get("means", ""))} for one in draft["labels"]]

    def key_of(self, draft: Draft) -> Any:
        return tidy(draft["gold"])

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        yield from super().complaints(draft, passage)
        labels = self.labels_of(draft)
        yield from label_faults(labels, self.means)
        yield from self.gold_faults(draft, [one["name"] for one in labels])
        if self.renames:
            yield from told_by_name(labels, draft["question"])
        elif given := self.given_away(draft, passage):
            yield given
        none = tidy(draft.get("none", ""))
        if none and none not in [one["name"] for one in labels]:
            yield f"`none` names no label of the set: {none!r}"

    def gold_faults(self, draft: Draft, names: Sequence[str]) -> Iterator[str]:
        for role in ("gold", "near"):
            if role in draft and tidy(draft[role]) not in names:
                yield f"`{role}` names no label of the set: {draft[role]!r}; the set has {', '.join(names)}"
        if tidy(draft.get("near", "")) == tidy(draft["gold"]):
            yield "`near` has to be another label than `gold`"

    def given_away(self, draft: Draft, passage: str) -> str:
        """Say whether the text, or the question, names the right label and no other."""
        names = [one["name"].split(PATH)[-1] for one in self.labels_of(draft)]
        return giveaway(self.key_of(draft).split(PATH)[-1], names, passage, draft["question"])

    # What is asked

    def asked(self, draft: Draft, random: Random) -> Asked:
        return self.posed(draft, random, english=True)

    def posed(self, draft: Draft, random: Random, *, english: bool, reasons: bool = False) -> Asked:
        """Return the question as a user sets it; `reasons`: the answer has to account for itself."""
        names = random.choice([*POOLS] if english else WORDLESS) if self.renames else "own"
        labels = renamed(self.ordered(self.labels_of(draft), random), names, random)
        layout = layout_of(labels, random, is_tree=self.is_tree, english=english)
        style = random.choice(allowed(self.styles, english=english, reasons=reasons))
        facts: dict[str, Any] = {
            "question": draft["question"].strip(),
            "labels": labels,
            "key": self.key_of(draft),
            "reply": style,
            "field": self.field(random),
            "layout": layout,
            "names": names,
            "rule": draft.get("rule", "").strip(),
            "none": tidy(draft.get("none", "")),
            "borderline": draft.get("borderline", "").strip(),
            **self.further_facts(draft, random),
        }
        if names != "own":
            called = ", ".join(f"{one['name']} = {one['shown']}" for one in labels)
            facts["because"] = f"the label goes by its definition; the designer's names and the user's: {called}"
        return Asked(self._worded(facts, random, english), facts)

    def ordered(self, labels: Sequence[dict[str, str]], random: Random) -> list[dict[str, str]]:
        """Draw the order the labels are shown in: no place is favoured, and a scale stays one."""
        if self.is_ordered:
            return list(labels) if random.random() < 0.6 else list(reversed(labels))
        return random.sample(labels, len(labels))

    def field(self, random: Random) -> str:
        """What the user calls it: as key of the JSON, as tag, before a colon."""
        return random.choice(FIELDS)

    def further_facts(self, draft: Draft, random: Random) -> dict[str, Any]:
        return {"wrong_because": {draft["near"]: draft["why_not"]}} if "near" in draft else {}

    def _worded(self, facts: Facts, random: Random, english: bool) -> str:
        question, rows = facts["question"], self.rows_shown(facts)
        asked = f"{question}\n\n{rows}" if rows else question
        is_first = random.random() < 0.4
        block = _introduced(laid_out(facts["labels"], facts["layout"]), random, is_first=is_first, english=english)
        reply = REPLIES[facts["reply"]]
        wanted = statement(
            reply, random.choice(reply.wordings), self.what(facts), facts["field"], self.payload(facts), english=english
        )
        parts = [block, asked] if is_first else [asked, block]
        return "\n\n".join(part for part in (*parts, facts["rule"], wanted) if part)

    def what(self, facts: Facts) -> str:
        """What the user calls the payload, in a sentence."""
        return f"the {facts['field']}"

    def payload(self, facts: Facts) -> str:
        """How the payload stands in JSON."""
        return '"…"'

    def rows_shown(self, facts: Facts) -> str:
        return ""

    # What is answered

    def paper(self, facts: Facts, random: Random) -> Paper:
        labels = facts["labels"] if self.is_ordered else random.sample(facts["labels"], len(facts["labels"]))
        parts = [facts["question"], f"Labels:\n{laid_out(labels, 'bullets')}", self.rows_shown(facts), facts["rule"]]
        if facts["none"]:
            parts.append(f"{shown_name(facts, facts['none'])!r} is a label like the others.")
        names = [one["shown"] for one in labels]
        return Paper("\n\n".join(part for part in parts if part), self.sheet(names, facts), beside=self.doubts(names))

    def sheet(self, names: list[str], facts: Facts) -> Mapping[str, Any]:
        """Return the schema of a blind answer."""
        return {"enum": names}

    def doubts(self, names: list[str]) -> Mapping[str, Any]:
        """Return what else whoever answers blind is asked: is there a label that holds as well?"""
        about = "another label that a careful reader could defend as well, by its definition; empty if there is none"
        return {"also": {"enum": ["", *names], "description": about}}

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return self.agrees(named(answer, facts), facts)

    def found(self, answer: str, facts: Facts) -> Any:
        told = told_of(answer, facts)
        return None if told is None else self.decoded(told, facts)

    def decoded(self, told: Told, facts: Facts) -> Any:
        """Return the key an answer's payload means, or None."""
        return chosen(told.payload, facts["labels"], is_open=facts["reply"] == "open")

    def agrees(self, value: Any, facts: Facts) -> bool:
        return bool(value == facts["key"])

    def is_explained(self, answer: str, facts: Facts) -> bool:
        told = told_of(answer, facts)
        return told is not None and super().is_explained(str(told.beside.get("reason", "")), facts)

    def how(self, facts: Facts) -> str:
        return how(REPLIES[facts["reply"]], self.what(facts), facts["field"], self.payload(facts))

    def said(self, facts: Facts) -> Any:
        return facts["key"]

    def told(self, facts: Facts) -> Any:
        names = {one["name"]: one["shown"] for one in facts["labels"]}
        key = facts["key"]
        if isinstance(key, dict):
            return {row: names[name] for row, name in key.items()}
        return [names[name] for name in key] if isinstance(key, list) else names[key]

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        before = {(one["name"], one["means"]) for one in facts["labels"]}
        now = {(one["name"], one["means"]) for one in self.labels_of(draft)}
        return bool(before == now and (draft["question"].strip(), draft.get("rule", "").strip())
                    == (facts["question"], facts["rule"]))  # fmt: skip


def _introduced(block: str, random: Random, *, is_first: bool, english: bool) -> str:
    """Return a label set with the words that lead to it; under a question that asks for it, a list needs none."""
    if not english:
        return block
    is_line = "\n" not in block
    intro = random.choice(INTROS if not is_first and not is_line else INTROS[:3])
    return f"{intro}{' ' if is_line else LINE}{block}" if intro else block


def shown_name(facts: Facts, name: str) -> str:
    return next(str(one["shown"]) for one in facts["labels"] if one["name"] == name)


def named(answer: Any, facts: Facts) -> Any:
    """Return what a blind answer says, in the designer's names."""
    names = {one["shown"]: one["name"] for one in facts["labels"]}
    if isinstance(answer, dict):
        return {key: names.get(one, one) for key, one in answer.items()}
    return [names.get(one, one) for one in answer] if isinstance(answer, list) else names.get(str(answer), answer)


def told_of(answer: str, facts: Facts) -> Told | None:
    """Take an answer apart as its user would."""
    return REPLIES[facts["reply"]].read(answer, facts["field"])
