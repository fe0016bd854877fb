"""The forms of classification: one label, several, a path in a hierarchy, a label for each of several things.

A draft is a label set with its right label; the program orders and lays out the labels, gives them other names where
the form says so, and draws how the answer is to be given. Keys are in the designer's names, answers in those shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed, several, text
from teams.engine.stages.forms.form import EVIDENCE
from teams.text_classification.labels import (
    PATH,
    POOLS,
    UNFIT,
    WORDLESS,
    is_unspaced,
    laid_out,
    layout_of,
    renamed,
    stands_in,
    tidy,
)
from teams.text_classification.reading import chosen, path_of, several_of
from teams.text_classification.replies import FIELDS, REPLIES, SINGLE, Told, allowed, how, statement

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
            yield from _told_by_name(labels, draft["question"])
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

    def how(self, facts: Facts) -> str:
        return how(REPLIES[facts["reply"]], self.what(facts), facts["field"], self.payload(facts))

    def said(self, facts: Facts) -> Any:
        return facts["key"]

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        before = {(one["name"], one["means"]) for one in facts["labels"]}
        now = {(one["name"], one["means"]) for one in self.labels_of(draft)}
        return bool(before == now and (draft["question"].strip(), draft.get("rule", "").strip())
                    == (facts["question"], facts["rule"]))  # fmt: skip


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


def _introduced(block: str, random: Random, *, is_first: bool, english: bool) -> str:
    """Return a label set with the words that lead to it; under a question that asks for it, a list needs none."""
    if not english:
        return block
    is_line = "\n" not in block
    intro = random.choice(INTROS if not is_first and not is_line else INTROS[:3])
    return f"{intro}{' ' if is_line else LINE}{block}" if intro else block


def _told_by_name(labels: Sequence[Mapping[str, str]], question: str) -> Iterator[str]:
    """Names that are taken away may not be spoken of. One plain word ("asks") may stand there for what it is."""
    for one in labels:
        texts = (question, *(other["means"] for other in labels))
        if re.search(r"[\s_-]", one["name"]) and any(stands_in(one["name"], text) for text in texts):
            yield f"{one['name']!r} will be called otherwise: neither question nor definitions may use the name"


def label_faults(labels: Sequence[Mapping[str, str]], means: str) -> Iterator[str]:
    """Yield what is wrong with a label set as such: names twice or unfit, definitions missing or the same."""
    names = [one["name"] for one in labels]
    folded = [name.casefold() for name in names]
    yield from (f"two labels are called {name!r}" for name in {n for n in names if folded.count(n.casefold()) > 1})
    for name in names:
        if any(UNFIT.search(part) or not _is_name(part) for part in name.split(PATH)):
            yield f"a label's name begins and ends with a letter or figure and holds no commas, colons, marks: {name!r}"
    defined = [one["means"].casefold() for one in labels if one["means"]]
    if means == "must" and len(defined) < len(labels):
        yield "every label needs its definition"
    # "Speaks for it" and "speaks against it" share all words but one: whether two overlap, blind readers say.
    yield from (f"two labels are defined alike: {means!r}" for means in set(defined) if defined.count(means) > 1)


def _is_name(part: str) -> bool:
    return part[:1].isalnum() and (part[-1:].isalnum() or part.endswith(")"))


def giveaway(gold: str, names: Sequence[str], *texts: str) -> str:
    """Say whether one of `texts` names the right label in so many words and none of the others; '' if not.

    Let be: names of one or two letters, and texts that name a wrong label too.
    """
    if len(gold) < (2 if is_unspaced(gold) else 3):
        return ""
    for one in texts:
        others = [name for name in names if name != gold and stands_in(name, one)]
        if stands_in(gold, one) and not others:
            return f"the label {gold!r} stands in so many words in {one[:40]!r}…: call it something else"
    return ""


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
